"""How the maps of a figure share its sheet: as large as the page allows, none cut by another.

The sheet is measured once drawn: a map keeps its shape, its keys lie under it at their own height,
and nothing is left empty around them.
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Sheet

from diagterritoire.outputs.report import canvas
from diagterritoire.outputs.report.blocks import Image

# Tallest map alone, tallest block of several maps: what a page shares with its text.
_ALONE_IN, _TOGETHER_IN = 3.4, 6.0
_GAP_IN, _TITLE_IN, _KEYS_IN, _FOOT_IN = 0.12, 0.17, 0.5, 0.24
_COLUMNS = 4
# A map is worth another line of maps when it becomes that much larger.
_WORTH = 0.7
# Width of a letter of the titles and of the keys, and of the patch before a key.
_TITLE_LETTER_IN, _KEY_LETTER_IN, _PATCH_IN = 0.075, 0.054, 0.3
_KEYS: dict[str, Any] = {
    "loc": "upper center",
    "bbox_to_anchor": (0.5, 0.0),
    "borderaxespad": 0.6,
    "handletextpad": 0.5,
    "columnspacing": 1.0,
}


@dataclass(frozen=True)
class Plan:
    """Maps on a line, and size of each in inches."""

    columns: int
    width: float
    height: float


def plan(ratio: float, count: int) -> Plan:
    """Choose how many maps stand on a line.

    Parameters
    ----------
    ratio : float
        Height over width of a map.
    count : int
        Number of maps.

    Returns
    -------
    Plan
        The fewest lines where the maps are nearly as large as they can be.

    Examples
    --------
    >>> [plan(1.35, n).columns for n in (1, 2, 3, 4, 6)], plan(0.5, 4).columns
    ([1, 2, 3, 4, 3], 2)
    """
    if count <= 1:
        width = min(0.62 * canvas.WIDTH_IN, _ALONE_IN / ratio)
        return Plan(1, width, width * ratio)
    plans = [_laid(ratio, count, columns) for columns in range(min(_COLUMNS, count), 0, -1)]
    largest = max(p.width * p.height for p in plans)
    return next(p for p in plans if p.width * p.height >= _WORTH * largest)


def _laid(ratio: float, count: int, columns: int) -> Plan:
    lines = -(-count // columns)
    # A last line that is nearly empty is worth an even share.
    columns = -(-count // lines)
    room = min(_TOGETHER_IN / lines - _TITLE_IN - _KEYS_IN - _GAP_IN, _ALONE_IN)
    width = min((canvas.WIDTH_IN - (columns + 1) * _GAP_IN) / columns, room / ratio)
    return Plan(columns, width, width * ratio)


class Mosaic:
    """A sheet and its maps, to draw in; `picture` lays them out by what was drawn.

    Parameters
    ----------
    ratio : float
        Height over width of a map.
    titles : sequence of str
        One a map; a map alone has none, its figure has its caption.
    """

    def __init__(self, ratio: float, titles: Sequence[str] = ("",)) -> None:
        self.plan = plan(ratio, len(titles))
        self.figure: Sheet = canvas.sheet(_TOGETHER_IN, layout=None)
        self._lines = -(-len(titles) // self.plan.columns)
        letters = int((self._cell - _GAP_IN) / _TITLE_LETTER_IN)
        self._titles = [textwrap.wrap(t, letters) if len(titles) > 1 else [] for t in titles]
        # At their size from the start: what is written on a map is placed by its points.
        size = (self.plan.width / canvas.WIDTH_IN, self.plan.height / _TOGETHER_IN)
        self.maps: list[Axes] = [self.figure.add_axes((0, 0, *size)) for _ in titles]
        for axes, title in zip(self.maps, self._titles, strict=True):
            axes.set_title("\n".join(title), pad=3)

    @property
    def _cell(self) -> float:
        """Width that a map has for itself, with half of what is around it."""
        return canvas.WIDTH_IN / self.plan.columns

    def keys(
        self,
        axes: Axes,
        handles: Sequence[Artist],
        *,
        size: float = 6.8,
        handle: float = 1.4,
        pad: float = 0.4,
    ) -> None:
        """Write the keys under a map, on as many columns as its width holds.

        `handle` and `pad` are the width of a sign and the room around the keys, in letters.
        """
        if not handles:
            return
        sign = _PATCH_IN + handle * size / 72
        letter = _KEY_LETTER_IN * size / 6.8
        room = int((self._cell - sign) / letter)
        longest = 0
        for one in handles:
            lines = textwrap.wrap(str(one.get_label()), max(8, room))
            one.set_label("\n".join(lines))
            longest = max(longest, *map(len, lines), 0)
        columns = int(np.clip((self._cell - 0.1) // (longest * letter + sign), 1, 4))
        axes.legend(
            handles=list(handles),
            ncols=columns,
            fontsize=size,
            handlelength=handle,
            borderpad=pad,
            **_KEYS,
        )

    def picture(self, mention: str = "") -> Image:
        """Place the maps line by line, under their titles and over their keys; give the picture."""
        canvas.write_known(self.figure)
        heights = [self._line(k) for k in range(self._lines)]
        foot = _FOOT_IN if mention else 0.03
        total = sum(sum(line) for line in heights) + (self._lines - 1) * _GAP_IN + foot
        self.figure.set_size_inches(canvas.WIDTH_IN, total)
        top = total
        for line, (title, height, keys) in enumerate(heights):
            shown = self._shown(line)
            used = len(shown) * self.plan.width + (len(shown) - 1) * self._between
            left = (canvas.WIDTH_IN - (used if self._lines == 1 else self._full)) / 2
            for k, axes in enumerate(shown):
                axes.set_position(
                    (
                        (left + k * (self.plan.width + self._between)) / canvas.WIDTH_IN,
                        (top - title - height) / total,
                        self.plan.width / canvas.WIDTH_IN,
                        height / total,
                    )
                )
            top -= title + height + keys + _GAP_IN
        return canvas.picture(self.figure, mention)

    @property
    def _between(self) -> float:
        """Space between two maps: what is left, shared, as their keys may be wider than them."""
        columns = self.plan.columns
        left = canvas.WIDTH_IN - columns * self.plan.width
        return max(_GAP_IN, left / columns) if columns > 1 else 0.0

    @property
    def _full(self) -> float:
        return self.plan.columns * self.plan.width + (self.plan.columns - 1) * self._between

    def _shown(self, line: int) -> list[Axes]:
        return self.maps[line * self.plan.columns : (line + 1) * self.plan.columns]

    def _line(self, line: int) -> tuple[float, float, float]:
        """Height of the titles of a line, of its maps, of the longest of its keys."""
        first = line * self.plan.columns
        titles = max(len(t) for t in self._titles[first : first + self.plan.columns])
        legends = [axes.get_legend() for axes in self._shown(line)]
        keys = [
            legend.get_window_extent().height / self.figure.dpi + 0.08
            for legend in legends
            if legend is not None
        ]
        return (
            titles * _TITLE_IN + (0.06 if titles else 0.0),
            self.plan.height,
            max(keys, default=0.04),
        )
