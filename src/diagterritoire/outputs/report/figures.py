"""Charts of the report: plain data in, a picture out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.ticker import FuncFormatter

from diagterritoire import french
from diagterritoire.outputs.report import canvas
from diagterritoire.outputs.report.blocks import Image
from diagterritoire.outputs.report.canvas import ACCENT, INK, MUTED, PAPER, SOFT, WARM

Write = Callable[[float], str]


def horizontal_bars(
    labels: Sequence[str],
    values: Sequence[float],
    texts: Sequence[str],
    *,
    colours: Sequence[str] | str = ACCENT,
    mention: str = "",
) -> Image:
    """Draw bars read from top to bottom, each with its value written at its end.

    Parameters
    ----------
    labels, values, texts : sequences of the same length
        Name, length and written value of each bar. With no row, an empty sheet.
    colours : str or sequence of str
        One colour, or one a bar.
    mention : str
        Line at the foot of the picture.
    """
    with canvas.drawing():
        figure = canvas.sheet(0.55 + 0.3 * max(1, len(labels)))
        axes = figure.subplots()
        rows = np.arange(len(labels))
        axes.barh(rows, values, color=colours, height=0.68)
        top = max(values, default=0.0) or 1.0
        for row, (value, text) in enumerate(zip(values, texts, strict=True)):
            axes.text(value + 0.012 * top, row, text, va="center", fontsize=8, color=INK)
        axes.set_yticks(rows, [canvas.drawable(label) for label in labels])
        axes.set_xlim(0, 1.32 * top)
        axes.invert_yaxis()
        axes.set_xticks([])
        axes.tick_params(axis="y", length=0)
        axes.spines["bottom"].set_visible(False)
        return canvas.picture(figure, mention)


def comparison_panels(
    zones: Sequence[str],
    panels: Sequence[tuple[str, Sequence[float], Write]],
    *,
    mention: str = "",
) -> Image:
    """Draw one panel an indicator, one bar a zone; the territory, first, is in the strong colour.

    Missing values draw no bar and read « n. d. ».
    """
    with canvas.drawing():
        lines = -(-len(panels) // 2)
        figure = canvas.sheet(lines * (0.55 + 0.23 * len(zones)))
        grid = figure.subplots(lines, 2, sharey=True, squeeze=False)
        rows = np.arange(len(zones))
        names = [canvas.drawable(z, 26) for z in zones]
        colours = [ACCENT] + [SOFT] * (len(zones) - 1)
        for axes, (title, values, write) in zip(grid.flat, panels, strict=False):
            lengths = np.nan_to_num(np.asarray(values, dtype=np.float64))
            top = float(lengths.max(initial=0.0)) or 1.0
            axes.barh(rows, lengths, color=colours, height=0.7)
            for row, value, length in zip(rows, values, lengths, strict=True):
                axes.text(length + 0.02 * top, row, write(value), va="center", fontsize=8)
            axes.set_title(title)
            axes.set_xlim(0, 1.35 * top)
            axes.set_yticks(rows, names)
            axes.set_xticks([])
            axes.tick_params(axis="y", length=0)
            axes.spines["bottom"].set_visible(False)
        grid[0, 0].invert_yaxis()
        for axes in list(grid.flat)[len(panels) :]:
            axes.set_visible(False)
        return canvas.picture(figure, mention)


def window(known: pd.DataFrame) -> float:
    """Upper bound of both axes of `agreement`: all communes but a few far ones fit in it."""
    values = known[["apl", "apl_publiee"]].to_numpy(dtype=np.float64).max(axis=1, initial=0.0)
    if not len(values):
        return 1.0
    return max(1.0, min(1.06 * float(values.max()), 8.0 + float(np.quantile(values, 0.9))))


def agreement(communes: pd.DataFrame, seuil: float, *, mention: str = "") -> Image:
    """Draw computed against published APL, a disc a commune, its area following its population.

    Parameters
    ----------
    communes : DataFrame
        `apl`, `apl_publiee`, `population`; rows without published value are left out;
        those beyond `window` are brought back to the edge, as diamonds.
    seuil : float
        Threshold of the APL, drawn on both axes; NaN draws nothing.
    """
    known = communes.loc[communes["apl_publiee"].notna()]
    top = window(known)
    outside = known["apl"].gt(top) | known["apl_publiee"].gt(top)
    largest = max(float(known["population"].max()) if len(known) else 0.0, 1.0)
    area = 8 + 400 * known["population"].to_numpy(dtype=np.float64) / largest
    with canvas.drawing():
        figure = canvas.sheet(3.7, 4.1)
        axes = figure.subplots()
        axes.grid(visible=True)
        axes.plot([0, top], [0, top], color=MUTED, linewidth=1, zorder=1)
        axes.text(
            0.97 * top, 0.93 * top, "calculée = publiée", ha="right", fontsize=7.5, color=MUTED
        )
        if np.isfinite(seuil):
            axes.axvline(seuil, color=WARM, linewidth=0.9, linestyle=(0, (4, 3)))
            axes.axhline(seuil, color=WARM, linewidth=0.9, linestyle=(0, (4, 3)))
            label = f"seuil {french.exact(seuil)}"
            axes.text(seuil + 0.01 * top, 0.015 * top, label, fontsize=7.5, color=WARM)
        look: dict[str, Any] = {"color": ACCENT, "alpha": 0.5, "edgecolor": PAPER, "linewidth": 0.5}
        axes.scatter(
            known.loc[~outside, "apl_publiee"],
            known.loc[~outside, "apl"],
            s=area[~outside.to_numpy()],
            zorder=2,
            **look,
        )
        edge = known.loc[outside, ["apl_publiee", "apl"]].clip(upper=0.985 * top)
        axes.scatter(edge["apl_publiee"], edge["apl"], s=28, marker="D", color=WARM, zorder=3)
        axes.set(xlim=(-0.02 * top, top), ylim=(-0.02 * top, top), aspect="equal")
        for axis in (axes.xaxis, axes.yaxis):
            axis.set_major_formatter(FuncFormatter(lambda v, _: french.nombre(v)))
        axes.set_xlabel("APL publiée (consultations par an et par habitant)")
        axes.set_ylabel("APL calculée (consultations par an et par habitant)")
        return canvas.picture(figure, mention)


def paired_bars(
    labels: Sequence[str],
    series: Sequence[tuple[str, Sequence[float], str]],
    *,
    mention: str = "",
) -> Image:
    """Draw several shares side by side for each class."""
    with canvas.drawing():
        figure = canvas.sheet(2.5)
        axes = figure.subplots()
        columns, width = np.arange(len(labels)), 0.38
        for k, (name, values, colour) in enumerate(series):
            where = columns + (k - (len(series) - 1) / 2) * (width + 0.02)
            axes.bar(where, values, width, color=colour, label=name)
            for x, value in zip(where, values, strict=True):
                text = french.pourcent(value, 0)
                axes.text(x, value + 0.012, text, ha="center", fontsize=7.5)
        axes.set_xticks(columns, labels)
        axes.set_yticks([])
        axes.tick_params(axis="x", length=0)
        axes.spines["left"].set_visible(False)
        axes.set_ylim(0, 1.12 * max((max(v, default=0) for _, v, _ in series), default=1) + 0.03)
        figure.legend(loc="outside upper left", ncols=len(series))
        return canvas.picture(figure, mention)
