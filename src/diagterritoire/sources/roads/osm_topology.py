"""From ways, lists of nodes, to sections between junctions."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from diagterritoire.arrays import FloatArray, IntArray
from diagterritoire.network.shapes import UNITS_PER_DEGREE

# Mean radius of the Earth (IUGG), metres.
EARTH_M = 6_371_008.8


@dataclass(frozen=True)
class Sections:
    """Stretches of ways between junctions.

    Attributes
    ----------
    lon, lat : float64[n]
        Junctions and ends of ways, degrees, in the order of their identifiers.
    start, end : int64[m]
        Ends of each section, in the order of the way.
    length_m : float64[m]
        Length along the way, great circle between its points, metres.
    way : int64[m]
        Way of each section, increasing.
    line_indptr : int64[m + 1]
        The nodes of section `i` between its ends are those from `line_indptr[i]` to
        `line_indptr[i + 1]`, excluded.
    line_lon, line_lat : int32[p]
        Their positions, 1e-7 degree.
    refs_lost : int
        Nodes of ways without a position.
    ways_cut, ways_lost : int
        Ways that lack some positions, and those that give no section.
    """

    lon: FloatArray
    lat: FloatArray
    start: IntArray
    end: IntArray
    length_m: FloatArray
    way: IntArray
    line_indptr: IntArray
    line_lon: NDArray[np.int32]
    line_lat: NDArray[np.int32]
    refs_lost: int
    ways_cut: int
    ways_lost: int


def cut_at_junctions(
    counts: NDArray[np.int32],
    refs: IntArray,
    x: NDArray[np.int32],
    y: NDArray[np.int32],
) -> Sections:
    """Split ways where they meet and sum the lengths; the nodes in between make the lines.

    A node is a junction when a way starts or ends there or when ways pass there more than once. A
    node without a position cuts its way in two.

    Parameters
    ----------
    counts : int32[k]
        Number of nodes of each way.
    refs : int64[p]
        Identifiers of the nodes, way after way.
    x, y : int32[p]
        Their longitude and latitude, in 1e-7 degree; out of bounds when unknown.

    Examples
    --------
    >>> found = cut_at_junctions(  # 1-2-3-4 and 3-5: cut at 3
    ...     counts=np.array([4, 2], dtype=np.int32),
    ...     refs=np.array([1, 2, 3, 4, 3, 5]),
    ...     x=np.array([0, 10000, 20000, 30000, 20000, 20000], dtype=np.int32),
    ...     y=np.array([0, 0, 0, 0, 0, 10000], dtype=np.int32),
    ... )
    >>> found.start.tolist(), found.end.tolist(), found.way.tolist()
    ([0, 1, 1], [1, 2, 3], [0, 0, 1])
    >>> found.length_m.round(1).tolist()
    [222.4, 111.2, 111.2]
    >>> found.line_indptr.tolist(), found.line_lon.tolist()
    ([0, 1, 1, 1], [10000])
    """
    way = np.repeat(np.arange(len(counts)), counts)
    known = (np.abs(x.astype(np.int64)) <= 180 * UNITS_PER_DEGREE) & (
        np.abs(y.astype(np.int64)) <= 90 * UNITS_PER_DEGREE
    )
    at = _places(way, refs, known)
    way_at = way[at]
    first = _first_of_piece(way_at, at, known)
    identifiers, where, node, uses = np.unique(
        refs[at], return_index=True, return_inverse=True, return_counts=True
    )
    lon, lat = x[at] / UNITS_PER_DEGREE, y[at] / UNITS_PER_DEGREE
    stops = _stops(first, node, uses)
    lengths = _lengths(lon, lat, first)
    opening, closing = stops[:-1], stops[1:]
    # A stop that opens a piece closes nothing: the one before it ended another piece.
    joined = ~first[closing]
    summed = np.add.reduceat(lengths, opening)[joined] if len(opening) else np.empty(0)
    opening, closing = opening[joined], closing[joined]
    counts_between = closing - opening - 1
    line_indptr = np.concatenate([[0], np.cumsum(counts_between)]).astype(np.int64)
    between = at[
        np.arange(line_indptr[-1]) + np.repeat(opening + 1 - line_indptr[:-1], counts_between)
    ]
    used = np.zeros(len(identifiers), dtype=bool)
    used[node[opening]] = used[node[closing]] = True
    number = np.cumsum(used) - 1
    lost = np.bincount(way[~known], minlength=len(counts)) > 0
    given = np.bincount(way_at[opening], minlength=len(counts)) > 0
    return Sections(
        lon=lon[where][used],
        lat=lat[where][used],
        start=number[node[opening]],
        end=number[node[closing]],
        length_m=summed,
        way=way_at[opening],
        line_indptr=line_indptr,
        line_lon=x[between],
        line_lat=y[between],
        refs_lost=int((~known).sum()),
        ways_cut=int((lost & given).sum()),
        ways_lost=int((~given).sum()),
    )


def _places(way: IntArray, refs: IntArray, known: NDArray[np.bool_]) -> IntArray:
    """Ranks of the nodes that count: known, and not the one before written again."""
    again = np.zeros(len(refs), dtype=bool)
    again[1:] = (refs[1:] == refs[:-1]) & (way[1:] == way[:-1])
    return np.flatnonzero(known & ~again)


def _first_of_piece(way: IntArray, at: IntArray, known: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Say where a way, or what follows a hole in it, starts."""
    holes = np.cumsum(~known)[at]
    first = np.ones(len(at), dtype=bool)
    first[1:] = (way[1:] != way[:-1]) | (holes[1:] != holes[:-1])
    return first


def _stops(first: NDArray[np.bool_], node: IntArray, uses: IntArray) -> IntArray:
    last = np.ones(len(first), dtype=bool)
    last[:-1] = first[1:]
    junction = uses > 1
    junction[node[first | last]] = True
    return np.flatnonzero(junction[node])


def _lengths(lon: FloatArray, lat: FloatArray, first: NDArray[np.bool_]) -> FloatArray:
    """Metres from each place to the next one of its piece; 0 from the last one."""
    lengths = np.zeros(len(lon))
    one, other = np.radians(lat[:-1]), np.radians(lat[1:])
    turn = np.radians(np.diff(lon))
    chord = np.sin((other - one) / 2) ** 2 + np.cos(one) * np.cos(other) * np.sin(turn / 2) ** 2
    lengths[:-1] = 2 * EARTH_M * np.arcsin(np.sqrt(chord))
    lengths[:-1][first[1:]] = 0.0
    return lengths
