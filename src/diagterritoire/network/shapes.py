"""The lines of the streets: what their two directions share."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from diagterritoire.arrays import Int32Array, IntArray

# Positions are whole numbers of 1e-7 degree, a centimetre, as in OpenStreetMap.
UNITS_PER_DEGREE = 10_000_000


def _none() -> Int32Array:
    return np.empty(0, dtype=np.int32)


def _no_line() -> IntArray:
    return np.zeros(1, dtype=np.int64)


@dataclass(frozen=True)
class Shapes:
    """Lines of s streets; a street is one section, or two that are its two directions.

    Attributes
    ----------
    street : int32[m], or empty
        Street of each section; each direction at most once. Empty: see `paired`.
    indptr : int64[s + 1], or one zero
        The points of street `i` are those from `indptr[i]` to `indptr[i + 1]`, excluded. One zero:
        the source gives no line.
    lon, lat : int32[p]
        Points between the ends, 1e-7 degree, in the direction of the first section of the street.
    """

    street: Int32Array = field(default_factory=_none)
    indptr: IntArray = field(default_factory=_no_line)
    lon: Int32Array = field(default_factory=_none)
    lat: Int32Array = field(default_factory=_none)


def paired(
    source: Int32Array,
    target: Int32Array,
    road_class: NDArray[np.integer],
    length_m: NDArray[np.floating],
    line: IntArray | None = None,
) -> Int32Array:
    """Tell which sections are the two directions of one street: same ends, class, length and line.

    Parameters
    ----------
    source, target, road_class, length_m : array[m]
        The sections.
    line : int64[m], optional
        A number that the line gives, whichever way it is followed.

    Returns
    -------
    int32[m]
        Street of each section.

    Examples
    --------
    Two parallel streets between the same ends, the longer one-way.

    >>> ends = np.array([0, 0, 1], np.int32), np.array([1, 1, 0], np.int32)
    >>> paired(*ends, np.zeros(3, np.int16), np.array([9.0, 5.0, 5.0])).tolist()
    [1, 0, 0]
    """
    low, high = np.minimum(source, target), np.maximum(source, target)
    turned = source > target
    lines = np.zeros(len(source), dtype=np.int64) if line is None else line
    order = np.lexsort((turned, lines, length_m, road_class, high, low))
    same = np.ones(max(len(order) - 1, 0), dtype=bool)
    for key in (low, high, road_class, length_m, lines):
        same &= key[order][1:] == key[order][:-1]
    group = np.concatenate([[0], np.cumsum(~same)])[: len(order)]
    way = turned[order]
    # A loop has no direction: two of them make a street.
    loop = (low == high)[order]
    rank = _rank(group * 2 + way)
    key = group * (len(order) + 1) + np.where(loop, rank // 2, rank)
    street = np.empty(len(order), dtype=np.int32)
    street[order] = np.unique(key, return_inverse=True)[1]
    return street


def _rank(sorted_keys: IntArray) -> IntArray:
    """Rank of each among its equals."""
    at = np.arange(len(sorted_keys))
    first = np.ones(len(at), dtype=bool)
    first[1:] = sorted_keys[1:] != sorted_keys[:-1]
    ranks: IntArray = at - np.maximum.accumulate(np.where(first, at, 0))
    return ranks


def turned_where(shapes: Shapes, turned: NDArray[np.bool_]) -> Shapes:
    """Draw some of the streets the other way.

    Examples
    --------
    >>> one = np.array([1, 2, 3], np.int32)
    >>> shapes = Shapes(np.array([0, 1], np.int32), np.array([0, 1, 3]), one, one)
    >>> turned_where(shapes, np.array([False, True])).lon.tolist()
    [1, 3, 2]
    """
    counts = np.diff(shapes.indptr)
    first, last = np.repeat(shapes.indptr[:-1], counts), np.repeat(shapes.indptr[1:] - 1, counts)
    at = np.arange(len(shapes.lon))
    taken = np.where(np.repeat(turned, counts), first + last - at, at)
    return Shapes(shapes.street, shapes.indptr, shapes.lon[taken], shapes.lat[taken])


def one_by_street(street: Int32Array, shapes: Shapes) -> Shapes:
    """Keep the line of the first section of each street, of lines given by section.

    Parameters
    ----------
    street : int32[m]
        Street of each section, from 0 to the last, none missing.
    shapes : Shapes
        `indptr` has one line a section.

    Examples
    --------
    >>> both = np.array([1, 2, 2, 1], np.int32)
    >>> kept = one_by_street(np.zeros(2, np.int32), Shapes(both, np.array([0, 2, 4]), both, both))
    >>> kept.indptr.tolist(), kept.lon.tolist()
    ([0, 2], [1, 2])
    """
    _, first = np.unique(street, return_index=True)
    counts = np.diff(shapes.indptr)[first]
    indptr = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    at = np.arange(indptr[-1]) + np.repeat(shapes.indptr[:-1][first] - indptr[:-1], counts)
    return Shapes(street, indptr, shapes.lon[at], shapes.lat[at])
