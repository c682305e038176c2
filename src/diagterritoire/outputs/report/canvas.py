"""The drawing sheet of the report: one style, one palette, one way to put a picture in the page.

Matplotlib's object interface only; the same data always give the same bytes.
"""

from __future__ import annotations

import base64
import functools
import io
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

import matplotlib.font_manager as fonts
import numpy as np
import PIL.Image
from matplotlib import style
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure as Sheet
from matplotlib.ft2font import FT2Font
from matplotlib.text import Text

from diagterritoire.outputs import cautions
from diagterritoire.outputs.report.blocks import Image

COLOURS, DPI = 128, 190
WIDTH_IN = 7.1
FONT = "DejaVu Sans"
INK, MUTED, RULE, PAPER = "#1d2733", "#5b6773", "#d5dbe1", "#ffffff"
ACCENT, SOFT, WARM = "#1f4e79", "#a9b8c6", "#b3541e"
STYLE = {
    "font.family": "sans-serif",
    "font.sans-serif": [FONT],
    "font.size": 8.0,
    "text.color": INK,
    "text.parse_math": False,
    "axes.edgecolor": RULE,
    "axes.labelcolor": MUTED,
    "axes.labelsize": 8.0,
    "axes.titlesize": 8.5,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.linewidth": 0.8,
    "axes.axisbelow": True,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "xtick.labelsize": 8.0,
    "ytick.labelsize": 8.0,
    "grid.color": RULE,
    "grid.linewidth": 0.6,
    "hatch.linewidth": 0.6,
    "hatch.color": "#7b8691",
    "legend.frameon": False,
    "figure.facecolor": PAPER,
}


@dataclass(frozen=True)
class Mentions:
    """What every picture must carry when it leaves the report: fiction, straight-line times."""

    fictif: bool = False
    approche: bool = False

    def text(self, *, modelise: bool = False, temps: bool = False) -> str:
        """Line printed at the foot of a picture."""
        parts = []
        if self.fictif:
            parts.append(cautions.FICTIF.titre)
        if modelise:
            parts.append(cautions.MODELISE.titre)
        if temps and self.approche:
            parts.append(cautions.VOL_D_OISEAU)
        return " · ".join(parts)


@contextmanager
def drawing() -> Iterator[None]:
    """Apply the report's style whatever the reader's own matplotlib settings."""
    with style.context(["default", STYLE]):
        yield


def sheet(
    height_in: float,
    width_in: float = WIDTH_IN,
    layout: Literal["constrained"] | None = "constrained",
) -> Sheet:
    """Return an empty sheet at print resolution."""
    return Sheet(figsize=(width_in, height_in), dpi=DPI, layout=layout)


def picture(figure: Sheet, mention: str = "") -> Image:
    """Turn a sheet into a PNG data URI, free of dates and versions."""
    if mention:
        figure.supxlabel(
            drawable(mention, 90), fontsize=7.5, color=WARM, x=0.995, ha="right", style="italic"
        )
    write_known(figure)
    canvas = FigureCanvasAgg(figure)
    canvas.draw()  # type: ignore[no-untyped-call]
    pixels = np.asarray(canvas.buffer_rgba())  # type: ignore[no-untyped-call]
    drawn = PIL.Image.fromarray(pixels).convert("RGB")
    # A palette divides the weight by three: flat colours and their anti-aliasing fit in it.
    flat = drawn.quantize(COLOURS, dither=PIL.Image.Dither.NONE)
    packed = io.BytesIO()
    flat.save(packed, format="png", compress_level=6, dpi=(DPI, DPI))
    width, height = figure.get_size_inches()
    uri = "data:image/png;base64," + base64.b64encode(packed.getvalue()).decode("ascii")
    return Image(uri, round(width * 96), round(height * 96))


def bare(axes: Axes) -> None:
    """Remove the frame and ticks of a map."""
    axes.set_axis_off()
    axes.set_aspect("equal")


@functools.lru_cache(maxsize=1)
def _font() -> FT2Font:
    return FT2Font(fonts.findfont(FONT))


def drawable(text: str, limit: int = 38) -> str:
    r"""Return a text that the font can draw, cut to a length; what it lacks becomes « ? ».

    Examples
    --------
    >>> drawable("Œuvre"), drawable("a\u4e2d")
    ('Œuvre', 'a?')
    """
    shown = _known(text.replace("'", "’"))
    return shown if len(shown) <= limit else shown[: limit - 1].rstrip() + "…"


def write_known(figure: Sheet) -> None:
    """Replace in every text of a sheet what the font cannot draw, before anything measures it."""
    for one in figure.findobj(Text):
        text = one.get_text()
        if (shown := _known(text)) != text:
            one.set_text(shown)


def _known(text: str) -> str:
    font = _font()
    return "".join(
        c if c == "\n" or (_shows(c) and font.get_char_index(ord(c))) else "?" if c.strip() else " "
        for c in text
    )


def _shows(c: str) -> bool:
    """Tell a sign, or a space of any width, from what is not seen."""
    return c.isprintable() or unicodedata.category(c) == "Zs"
