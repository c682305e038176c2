"""Outlines of the map as a page holds them: each shared border once, on a grid, as short text.

Whole numbers are written in base 64: the sign in the lowest bit, five bits a letter, the first
letter the lowest bits, 32 added to each letter but the last (variable-length quantities). A line is
its number of points, then their steps on the grid, from one point to the next and from the end of
a line to the start of the following one. An outline names the lines that make it, each counted
from the one before: `2 n` for line `n`, `2 n + 1` for it backwards.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from diagterritoire.arrays import IntArray

PAS_DEGRES = 1e-5  # about one metre
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
_BITS, _FOLLOWED, _LETTERS = 5, 32, 7
# Two whole numbers of the grid in one: degrees are less than 2^26 steps.
_SHIFT = 1 << 32

Ring = tuple[int, ...]
Outline = tuple[tuple[Ring, ...], ...]


@dataclass(frozen=True)
class Topology:
    """Areas made of lines that neighbours share.

    Attributes
    ----------
    arcs : tuple of array of shape (n, 2)
        Lines, x and y on the grid; from one junction to another, or a closed ring without any.
    contours : tuple
        For each area its polygons, for each its rings, for each its lines in order: `n`, or `~n`
        for line `n` backwards.
    """

    arcs: tuple[IntArray, ...]
    contours: tuple[Outline, ...]


def topology(shapes: NDArray[Any], pas: float = PAS_DEGRES) -> Topology:
    """Cut outlines into the lines that they share.

    Parameters
    ----------
    shapes : array of polygons
        Neighbours have the same vertices along their border (a coverage); where they do not, each
        keeps its own line.
    pas : float
        Step of the grid, in the unit of the shapes. A ring smaller than it is left out.

    Examples
    --------
    >>> found = topology(np.array([shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)]), 1.0)
    >>> [len(line) for line in found.arcs]
    [2, 4, 4]
    >>> found.contours
    ((((0, 1),),), (((-1, 2),),))
    """
    parts, area = shapely.get_parts(shapes, return_index=True)
    rings, part = shapely.get_rings(parts, return_index=True)
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    grid = np.round(xy / pas).astype(np.int64)
    known: dict[bytes, int] = {}
    arcs: list[IntArray] = []
    contours: list[list[list[Ring]]] = [[] for _ in shapes]
    opened = -1
    for where, points in _cleaned(grid, ring):
        lines = tuple(_numbered(line, known, arcs) for line in _cut(points))
        if part[where] != opened:
            opened = part[where]
            contours[area[opened]].append([])
        contours[area[opened]][-1].append(lines)
    return Topology(
        tuple(arcs), tuple(tuple(tuple(polygon) for polygon in outline) for outline in contours)
    )


def _cleaned(grid: IntArray, ring: IntArray) -> Iterator[tuple[int, IntArray]]:
    """Rings without repeated points, open; with each point, whether lines meet there (column 2)."""
    # A ring is closed: its last point is its first.
    grid, ring = _kept(grid, ring, np.append(ring[1:] == ring[:-1], False))
    packed = grid[:, 0] * _SHIFT + grid[:, 1]
    grid, ring = _kept(grid, ring, packed != packed[_after(ring)])
    grid, ring = _kept(grid, ring, np.bincount(ring)[ring] >= 3)
    table = np.column_stack([grid, _junctions(grid[:, 0] * _SHIFT + grid[:, 1], ring)])
    starts = np.flatnonzero(np.diff(ring, prepend=-1))
    for start, end in zip(starts, [*starts[1:], len(ring)], strict=True):
        yield int(ring[start]), table[start:end]


def _kept(grid: IntArray, ring: IntArray, kept: NDArray[np.bool_]) -> tuple[IntArray, IntArray]:
    return grid[kept], ring[kept]


def _after(ring: IntArray) -> IntArray:
    """Place of the next point of each ring, the first one after the last."""
    starts = np.flatnonzero(np.diff(ring, prepend=-1))
    after = np.arange(1, len(ring) + 1)
    after[np.append(starts[1:], len(ring)) - 1] = starts
    return after


def _junctions(packed: IntArray, ring: IntArray) -> NDArray[np.bool_]:
    """Points whose neighbours are not the same in every ring that passes there."""
    following = _after(ring)
    before, after = np.empty_like(packed), packed[following]
    before[following] = packed
    low, high = np.minimum(before, after), np.maximum(before, after)
    _, first, place = np.unique(packed, return_index=True, return_inverse=True)
    differs = (low != low[first][place]) | (high != high[first][place])
    shared = np.zeros(len(first), dtype=bool)
    np.logical_or.at(shared, place, differs)
    return np.asarray(shared[place])


def _cut(points: IntArray) -> list[IntArray]:
    """Lines of a ring between its junctions; a ring without any starts at its lowest point."""
    at = np.flatnonzero(points[:, 2])
    xy = points[:, :2]
    first = int(at[0]) if len(at) else int(np.lexsort((xy[:, 1], xy[:, 0]))[0])
    turned = np.concatenate([xy[first:], xy[: first + 1]])
    bounds = [*(at - first).tolist(), len(xy)] if len(at) else [0, len(xy)]
    return [turned[start : end + 1] for start, end in pairwise(bounds)]


def _numbered(line: IntArray, known: dict[bytes, int], arcs: list[IntArray]) -> int:
    """Give the number of a line, which is new or that of a neighbour, who runs it backwards."""
    key, back = line.tobytes(), line[::-1].tobytes()
    if key in known:
        return known[key]
    if back in known:
        return ~known[back]
    known[key] = len(arcs)
    arcs.append(line)
    return known[key]


def encoded(found: Topology, pas: float = PAS_DEGRES) -> dict[str, Any]:
    """Write a topology as the page holds it: `pas`, `arcs`, `contours`.

    Examples
    --------
    >>> square = np.array([shapely.box(0, 0, 1, 1)])
    >>> encoded(topology(square, 1.0), 1.0)
    {'pas': 1.0, 'arcs': 'KAACAACBAAB', 'contours': 'CCCA'}
    """
    numbers: list[int] = []
    last = 0
    for outline in found.contours:
        numbers.append(len(outline))
        for polygon in outline:
            numbers.append(len(polygon))
            for ring in polygon:
                numbers.append(len(ring))
                for line in ring:
                    told = 2 * line if line >= 0 else 2 * ~line + 1
                    numbers.append(told - last)
                    last = told
    return {"pas": pas, "arcs": _lines(found.arcs), "contours": _text(np.array(numbers, np.int64))}


def encoded_lines(lines: NDArray[Any], pas: float = PAS_DEGRES) -> list[dict[str, Any]]:
    """Write lines or several lines together as the page holds them: `pas`, `arcs`.

    Examples
    --------
    >>> encoded_lines(np.array([shapely.linestrings([(0, 0), (2, 1)])]), 1.0)
    [{'pas': 1.0, 'arcs': 'EAAEC'}]
    """
    return [{"pas": pas, "arcs": _lines(_gridded(shape, pas))} for shape in lines]


def _gridded(shape: Any, pas: float) -> Iterator[IntArray]:
    for line in shapely.get_parts(shape):
        points = np.round(shapely.get_coordinates(line) / pas).astype(np.int64)
        moved = np.append(True, (points[1:] != points[:-1]).any(axis=1))
        if moved.sum() > 1:
            yield points[moved]


def _lines(lines: Iterable[IntArray]) -> str:
    """Write the number of points of each line, then its steps."""
    kept = list(lines)
    if not kept:
        return ""
    steps = np.diff(np.concatenate(kept), axis=0, prepend=np.zeros((1, 2), np.int64)).ravel()
    sizes = np.array([len(line) for line in kept])
    starts = 2 * (np.cumsum(sizes) - sizes)
    return _text(np.insert(steps, starts, sizes))


def _text(values: IntArray) -> str:
    """Write whole numbers as letters."""
    signed = (values << 1) ^ (values >> 63)
    letters = signed[:, None] >> (_BITS * np.arange(_LETTERS)) & (_FOLLOWED - 1)
    more = (signed[:, None] >> (_BITS * np.arange(1, _LETTERS + 1))) > 0
    used = np.column_stack([np.ones(len(values), dtype=bool), more[:, :-1]])
    table = np.frombuffer(ALPHABET.encode("ascii"), dtype=np.uint8)
    return bytes(table[(letters + _FOLLOWED * more)[used]]).decode("ascii")


def packed(values: Sequence[Any]) -> Any:
    """Write a column of few different values as letters, one a value; else leave it.

    Returns
    -------
    dict or sequence
        `valeurs` (in the order met) and `rangs` (a letter of `ALPHABET` for each value).

    Examples
    --------
    >>> packed(["route", "route", None])
    {'valeurs': ['route', None], 'rangs': 'AAB'}
    >>> packed([True, 1])
    {'valeurs': [True, 1], 'rangs': 'AB'}
    """
    met: dict[tuple[type, Any], int] = {}
    ranks = [met.setdefault((type(v), v), len(met)) for v in values]
    if len(met) > len(ALPHABET):
        return values
    return {"valeurs": [v for _, v in met], "rangs": "".join(ALPHABET[r] for r in ranks)}
