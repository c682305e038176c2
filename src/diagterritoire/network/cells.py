"""Square cells of a territory, aligned on the multiples of their side."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from diagterritoire.arrays import FloatArray, IntArray

CELL_M = 200
# Half a diagonal: a centre this near an outline may be that of a cell that touches it.
_REACH_M = CELL_M / 2**0.5


@dataclass(frozen=True)
class Cells:
    """k cells, sorted by row, column, then mass of land.

    Attributes
    ----------
    column, row : int64[k]
        The cell goes from `column * CELL_M` to `(column + 1) * CELL_M` eastward, and from
        `row * CELL_M` northward.
    outline : int64[k]
        Outline that holds the centre, the first at equality; without any, the first that is near.
    inside : bool[k]
        True when the outline holds the centre, for one outline at most; the others make the edge of
        the territory whole.
    """

    column: IntArray
    row: IntArray
    outline: IntArray
    inside: NDArray[np.bool_]

    @property
    def centres(self) -> FloatArray:
        """Centres, metres."""
        return (np.column_stack([self.column, self.row]).astype(np.float64) + 0.5) * CELL_M

    def take(self, rows: NDArray[np.bool_]) -> Cells:
        """Keep some of the cells."""
        return Cells(self.column[rows], self.row[rows], self.outline[rows], self.inside[rows])

    @property
    def squares(self) -> NDArray[np.object_]:
        """Polygons of the cells."""
        west, south = self.column * float(CELL_M), self.row * float(CELL_M)
        squares: NDArray[np.object_] = shapely.box(west, south, west + CELL_M, south + CELL_M)
        return squares


def cells_of(outlines: Iterable[object], masses: IntArray) -> Cells:
    """Give the cells whose centre is in an outline, and those around that may touch one.

    Parameters
    ----------
    outlines : iterable of shapely polygons or multipolygons
        Metres; a missing or empty one has no cell.
    masses : int64
        Mass of land of each. A cell is there once for each mass that it may touch, inside for one
        of them at most.

    Examples
    --------
    >>> cells = cells_of([shapely.box(10, 10, 390, 190)], np.zeros(1, dtype=np.int64))
    >>> cells.centres[cells.inside].tolist()
    [[100.0, 100.0], [300.0, 100.0]]
    >>> len(cells.column)  # and six that touch it, or nearly
    8
    """
    found = [_near(number, outline) for number, outline in enumerate(outlines)]
    row, column, outside, outline = np.hstack([np.empty((4, 0), dtype=np.int64), *found])
    kept = _first(outline, outside, np.asarray(masses)[outline], column, row, same=3)
    row, column, outside, outline = (a[kept] for a in (row, column, outside, outline))
    inside = np.zeros(len(row), dtype=bool)
    inside[_first(outline, outside, column, row, same=2)] = True
    return Cells(column, row, outline, inside & (outside == 0))


def _first(*keys: IntArray, same: int) -> IntArray:
    """Rows in order of the keys, the last first: one for each value of the `same` last keys."""
    order = np.lexsort(keys)
    first = np.zeros(len(order), dtype=bool)
    first[:1] = True
    for key in keys[-same:]:
        first[1:] |= np.diff(key[order]) != 0
    return order[first]


def _near(number: int, outline: object) -> IntArray:
    """Row, column, 1 when the centre is out of the outline, and its number, of the cells near."""
    bounds = shapely.bounds(outline)
    if not np.isfinite(bounds).all():
        return np.empty((4, 0), dtype=np.int64)
    low = np.floor((bounds[:2] - _REACH_M) / CELL_M).astype(np.int64)
    high = np.floor((bounds[2:] + _REACH_M) / CELL_M).astype(np.int64)
    columns, rows = np.arange(low[0], high[0] + 1), np.arange(low[1], high[1] + 1)
    column, row = np.tile(columns, len(rows)), np.repeat(rows, len(columns))
    x, y = (column + 0.5) * CELL_M, (row + 0.5) * CELL_M
    shapely.prepare(outline)
    inside = shapely.intersects_xy(outline, x, y)
    near = inside.copy()
    rest = np.flatnonzero(~inside)
    near[rest] = shapely.dwithin(outline, shapely.points(x[rest], y[rest]), _REACH_M)
    numbers = np.full(len(row), number)
    return np.vstack([row, column, (~inside).astype(np.int64), numbers])[:, near]
