"""The roadside: every place where a point may join the road, and those that are near a point."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.spatial import KDTree

from diagterritoire.arrays import FloatArray, IntArray
from diagterritoire.network.graph import RoadGraph
from diagterritoire.network.landmass import Anchors

# Points looked at together: a town has hundreds of streets around each.
_BLOCK = 20_000
# Rounding decides neither between two places nor at the edge of a reach.
_MARGIN_M = 0.001


@dataclass(frozen=True)
class Roadside:
    """Lines that the points of one mass of land may join.

    Attributes
    ----------
    street : int64[e]
        Street of each line, -1 for a node that no line holds.
    node : int64[e]
        That node, -1 for a street.
    tree : STRtree
        Diagonals of the lines: their boxes.
    nodes : KDTree or None
        Ends of the lines; None without a line.
    indptr : int64[e + 1]
        Straight pieces of each line.
    tail, head : float64[p, 2]
        Ends of the pieces, metres.
    before, share : float64[p]
        Part of the line before a piece, and the part that it is.
    """

    street: IntArray
    node: IntArray
    tree: shapely.STRtree
    nodes: KDTree | None
    indptr: IntArray
    tail: FloatArray
    head: FloatArray
    before: FloatArray
    share: FloatArray


@dataclass(frozen=True)
class Nearby:
    """Places near points: the nearest of each line.

    Attributes
    ----------
    point : int64[q]
        Position of the point.
    street, node : int64[q]
        Street, or the node where it is -1.
    fraction : float64[q]
        Part of the line before the place.
    distance_m : float64[q]
    """

    point: IntArray
    street: IntArray
    node: IntArray
    fraction: FloatArray
    distance_m: FloatArray

    def take(self, rows: NDArray[np.bool_] | IntArray) -> Nearby:
        """Keep some of the places."""
        return Nearby(
            self.point[rows],
            self.street[rows],
            self.node[rows],
            self.fraction[rows],
            self.distance_m[rows],
        )


Box = tuple[float, float, float, float]


def roadside(road: RoadGraph, anchored: Anchors, mass: int, box: Box | None = None) -> Roadside:
    """List the lines of a mass of land: streets of its main component, and its lonely nodes.

    A street whose ends are not both of the mass is a bridge or a ferry: nobody lives on it. A
    street whose line is not known is joined at its ends. A node that ferries alone touch may lie in
    the water: it is joined only where the mass has no street.

    Parameters
    ----------
    road, anchored
        The roads and where their nodes lie.
    mass : int
    box : tuple of float, optional
        West, south, east, north: the lines that do not touch it are left out.

    Examples
    --------
    >>> from diagterritoire.network.graph import Adjacency
    >>> none = Adjacency(np.zeros(2, np.int32), np.empty(0, np.int32), np.empty(0, np.int32))
    >>> xy, one = np.zeros(1), np.zeros(1, np.int32)
    >>> graph = RoadGraph(xy, xy, none, none, one, (0.0, 0.0, 0.0, 0.0), "EPSG:2154")
    >>> found = roadside(graph, Anchors(np.array([3]), np.array([True])), 3)
    >>> found.street.tolist(), found.node.tolist()
    ([-1], [0])
    """
    chosen, alone = _joinable(road, anchored, mass)
    if box is not None:
        chosen, alone = _touching(road, chosen, alone, box)
    pieces, boxes = _pieces(road, chosen, alone)
    return Roadside(
        np.concatenate([chosen, np.full(len(alone), -1)]),
        np.concatenate([np.full(len(chosen), -1), alone]),
        shapely.STRtree(shapely.linestrings(boxes)),
        _ends(road, chosen, alone),
        *pieces,
    )


def box_around(xy: FloatArray, limit_m: float) -> Box:
    """Give the box of all that lies within a limit of some points, one at least.

    Examples
    --------
    >>> box_around(np.array([[0.0, 0.0], [10.0, 5.0]]), 99.0)
    (-100.0, -100.0, 110.0, 105.0)
    """
    # A metre more, which rounding may eat.
    low, high = xy.min(axis=0) - limit_m - 1.0, xy.max(axis=0) + limit_m + 1.0
    return float(low[0]), float(low[1]), float(high[0]), float(high[1])


def nodes_of(road: RoadGraph, anchored: Anchors, mass: int) -> KDTree | None:
    """Give the ends of all the lines of a mass, as `Roadside.nodes`."""
    return _ends(road, *_joinable(road, anchored, mass))


def _joinable(road: RoadGraph, anchored: Anchors, mass: int) -> tuple[IntArray, IntArray]:
    """Streets of a mass of land, and nodes that none of them holds."""
    streets = road.streets
    eligible = anchored.main & (anchored.landmass == mass)
    inside = eligible[streets.start] & eligible[streets.end] & streets.roadside
    # A node where closed streets alone meet is an interchange; one that no street of the list
    # holds may still be the whole of an island, or where its boat lands.
    closed = np.ones(len(eligible), dtype=bool)
    held = np.zeros(len(eligible), dtype=bool)
    touched = np.zeros(len(eligible), dtype=bool)
    for ends in (streets.start, streets.end):
        touched[ends] = True
        closed[ends[streets.roadside]] = False
        held[ends[inside]] = True
    joinable = touched & ~closed
    if not inside.any():
        joinable |= ~touched
    return np.flatnonzero(inside), np.flatnonzero(eligible & ~held & joinable)


def _touching(
    road: RoadGraph, chosen: IntArray, alone: IntArray, box: Box
) -> tuple[IntArray, IntArray]:
    """Keep the streets and the nodes that touch a box."""
    streets, (west, south, east, north) = road.streets, box
    kept = np.ones(len(chosen), dtype=bool)
    if len(chosen):
        first = streets.indptr[:-1]
        for values, low, high in ((streets.x, west, east), (streets.y, south, north)):
            kept &= np.minimum.reduceat(values, first)[chosen] <= high
            kept &= np.maximum.reduceat(values, first)[chosen] >= low
    x, y = road.x[alone], road.y[alone]
    return chosen[kept], alone[(x >= west) & (x <= east) & (y >= south) & (y <= north)]


def _ends(road: RoadGraph, chosen: IntArray, alone: IntArray) -> KDTree | None:
    held = np.zeros(len(road.x), dtype=bool)
    for nodes in (road.streets.start[chosen], road.streets.end[chosen], alone):
        held[nodes] = True
    joined = np.flatnonzero(held)
    return KDTree(np.column_stack([road.x[joined], road.y[joined]])) if len(joined) else None


def _pieces(
    road: RoadGraph, chosen: IntArray, alone: IntArray
) -> tuple[tuple[IntArray, FloatArray, FloatArray, FloatArray, FloatArray], FloatArray]:
    """Cut the lines into straight pieces; boxes of the lines, as the two ends of a diagonal."""
    streets = road.streets
    counts = np.diff(streets.indptr)[chosen]
    drawn = streets.drawn[chosen]
    # The two ends of a line that is not known are two pieces of no length.
    cut = np.concatenate([np.where(drawn, counts - 1, 2), np.ones(len(alone), dtype=np.int64)])
    indptr = np.concatenate([[0], np.cumsum(cut)]).astype(np.int64)
    rank = np.arange(indptr[-1]) - np.repeat(indptr[:-1], cut)
    known = np.repeat(np.concatenate([drawn, np.zeros(len(alone), dtype=bool)]), cut)
    first = np.repeat(np.concatenate([streets.indptr[:-1][chosen], alone]), cut)
    last = np.repeat(np.concatenate([streets.indptr[1:][chosen] - 1, alone]), cut)
    x, y = np.append(streets.x, road.x), np.append(streets.y, road.y)
    lone = len(streets.x) * np.repeat(np.arange(len(cut)) >= len(chosen), cut)
    start = lone + np.where(known, first + rank, np.where(rank == 0, first, last))
    stop = np.where(known, start + 1, start)
    tail, head = np.column_stack([x[start], y[start]]), np.column_stack([x[stop], y[stop]])
    length = np.hypot(*(head - tail).T)
    run = _run(length, indptr)
    last = np.repeat(indptr[1:] - 1, cut)
    whole = run[last] + length[last]
    scale = np.divide(1.0, whole, out=np.zeros(len(whole)), where=whole > 0)
    before = np.where(known, run * scale, rank)
    share = np.where(known, length * scale, 0.0)
    low, high = np.minimum(tail, head), np.maximum(tail, head)
    boxes = np.empty((len(cut), 2, 2))
    if len(cut):
        boxes[:, 0] = np.minimum.reduceat(low, indptr[:-1], axis=0)
        boxes[:, 1] = np.maximum.reduceat(high, indptr[:-1], axis=0)
    return (indptr, tail, head, before, share), boxes


def _run(length: FloatArray, indptr: IntArray) -> FloatArray:
    """Length of each line before each of its pieces.

    Summed line by line: a sum along all of them would hang, in its last bits, on the lines before.
    """
    run = np.zeros(len(length))
    line = np.arange(len(indptr) - 1)
    for rank in range(1, int(np.diff(indptr).max(initial=0))):
        line = line[indptr[line + 1] - indptr[line] > rank]
        piece = indptr[line] + rank
        run[piece] = run[piece - 1] + length[piece - 1]
    return run


def around(
    lines: Roadside, xy: FloatArray, limit_m: float, more_m: float = 0.0
) -> Iterator[Nearby]:
    """Give the places within a limit of each point and at most so much farther than its nearest.

    Parameters
    ----------
    lines : Roadside
    xy : float64[k, 2]
        Points, metres.
    limit_m : float
        Included.
    more_m : float
        0: the nearest places alone, several when they are as near, to the millimetre.

    Yields
    ------
    Nearby
        By blocks of points; the places of a point are in no order.
    """
    if lines.nodes is None:
        return
    for start in range(0, len(xy), _BLOCK):
        found = _around(lines, lines.nodes, xy[start : start + _BLOCK], limit_m, more_m)
        yield Nearby(
            found.point + start, found.street, found.node, found.fraction, found.distance_m
        )


def _around(
    lines: Roadside, nodes: KDTree, xy: FloatArray, limit_m: float, more_m: float
) -> Nearby:
    # The nearest place is no farther than the nearest end of a line.
    reach = np.minimum(nodes.query(xy)[0] + more_m, limit_m) + _MARGIN_M
    boxes = shapely.box(*(xy - reach[:, None]).T, *(xy + reach[:, None]).T)
    point, line = lines.tree.query(boxes)
    fraction, distance = _nearest_of_lines(lines, line, xy[point])
    least = np.full(len(xy), np.inf)
    np.minimum.at(least, point, distance)
    kept = (distance <= limit_m) & (distance <= least[point] + more_m + _MARGIN_M)
    return Nearby(point, lines.street[line], lines.node[line], fraction, distance).take(kept)


def _nearest_of_lines(
    lines: Roadside, line: IntArray, xy: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Fraction and distance of the place of each line that is the nearest of its point."""
    cut = np.diff(lines.indptr)[line]
    first = np.cumsum(cut) - cut
    piece = np.arange(cut.sum()) - np.repeat(first - lines.indptr[:-1][line], cut)
    spot = np.repeat(xy, cut, axis=0)
    tail, along = lines.tail[piece], lines.head[piece] - lines.tail[piece]
    square = (along**2).sum(axis=1)
    part = ((spot - tail) * along).sum(axis=1) / np.where(square > 0, square, 1.0)
    part = np.clip(part, 0.0, 1.0)
    away = np.hypot(*(tail + part[:, None] * along - spot).T)
    if not len(line):
        return np.empty(0), np.empty(0)
    distance = np.minimum.reduceat(away, first)
    # The first of the pieces that are as near.
    ranks = np.where(away == np.repeat(distance, cut), np.arange(len(away)), len(away))
    at = np.minimum.reduceat(ranks, first)
    return lines.before[piece[at]] + part[at] * lines.share[piece[at]], distance
