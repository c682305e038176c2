"""Doors: the places where points join a street become nodes, and the searches need nothing else."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import shapely
from numpy.typing import NDArray

from diagterritoire.arrays import FloatArray, IntArray
from diagterritoire.network.graph import Adjacency, RoadGraph, quickest
from diagterritoire.network.snapping import Snapping
from diagterritoire.network.streets import Streets

# Places of a street, in one number with the street: none lasts three years.
PLACES = 1 << 32


@dataclass(frozen=True)
class Doors:
    """A graph with d more nodes, after its own.

    Attributes
    ----------
    graph : RoadGraph
        Its first `base` nodes and the edges between them are those of the graph given: the times
        between them are the same.
    base : int
        Nodes of the graph given.
    street, place : int64[d]
        Where each node added lies, sorted; see `Streets.whole_ds`.
    """

    graph: RoadGraph
    base: int
    street: IntArray
    place: IntArray


@dataclass(frozen=True)
class Reach:
    """From q places of streets to the next nodes both ways, doors included.

    Attributes
    ----------
    left, right : int64[q]
        Nodes towards the start and the end of the street.
    to_left, to_right, from_left, from_right : int64[q]
        Time to each and from each, deciseconds, -1 where that way is not driven.
    """

    left: IntArray
    right: IntArray
    to_left: IntArray
    to_right: IntArray
    from_left: IntArray
    from_right: IntArray


def open_doors(road: RoadGraph, snapping: Snapping) -> tuple[Doors, Snapping]:
    """Add a node to the graph at each place of a street where a point joins it.

    Parameters
    ----------
    road : RoadGraph
        n nodes.
    snapping : Snapping
        Points joined to this graph.

    Returns
    -------
    Doors, Snapping
        The graph, and the points with a node each: points of a same place share it.

    Notes
    -----
    The edges of the graph stay and a chain through the doors is added beside them, whose times sum
    to that of the street, to the decisecond, in each direction: the street may not be the quickest
    between its ends, and nothing changes between the other nodes.

    Examples
    --------
    A street of 100 ds from node 0 to node 1, 120 ds back, joined at its first quarter.

    >>> from diagterritoire.network.snapping import uncovered
    >>> ends = np.array([0, 1, 2], np.int32), np.array([1, 0], np.int32)
    >>> edges = Adjacency(*ends, np.array([100, 120], np.int32))
    >>> back = Adjacency(*ends, np.array([120, 100], np.int32))
    >>> x, one, true = np.array([0.0, 80.0]), np.ones(1, np.int32), np.ones(1, bool)
    >>> line = (np.array([0, 2]), x, np.zeros(2))
    >>> streets = Streets(0 * one, one, 100 * one, 120 * one, true, true, *line)
    >>> box, zero = (0.0, 0.0, 80.0, 0.0), np.zeros(2, np.int32)
    >>> road = RoadGraph(x, np.zeros(2), edges, back, zero, box, "EPSG:2154", streets)
    >>> point = replace(uncovered(1), street=np.array([0]), place=np.array([25]))
    >>> doors, joined = open_doors(road, point)
    >>> joined.node.tolist(), doors.graph.x.tolist(), doors.graph.forward.time_ds.tolist()
    ([2], [0.0, 80.0, 20.0], [100, 25, 120, 90, 30, 75])
    """
    rows = np.flatnonzero(snapping.street >= 0)
    keys, inverse = np.unique(
        snapping.street[rows] * PLACES + snapping.place[rows], return_inverse=True
    )
    nodes = len(road.x)
    node = snapping.node.copy()
    node[rows] = nodes + inverse
    street, place = np.divmod(keys, PLACES)
    doors = Doors(road, nodes, street, place)
    if len(keys):
        doors = replace(doors, graph=_with_doors(doors))
    none = np.full(len(node), -1, dtype=np.int64)
    return doors, replace(snapping, node=node, street=none, place=none + 1)


def _with_doors(doors: Doors) -> RoadGraph:
    road, street, place = doors.graph, doors.street, doors.place
    reach = reach_of(doors, street, place, beside=True)
    number = doors.base + np.arange(len(street))
    # Each door gives both edges on its left; the last of a street, those on its right too.
    last = np.ones(len(street), dtype=bool)
    last[:-1] = street[1:] != street[:-1]
    sides = [
        (reach.left, number, reach.from_left),
        (number, reach.left, reach.to_left),
        (number[last], reach.right[last], reach.to_right[last]),
        (reach.right[last], number[last], reach.from_right[last]),
    ]
    tail, head, time_ds = (np.concatenate(column) for column in zip(*sides, strict=True))
    driven = time_ds >= 0
    added = quickest(tail[driven], head[driven], time_ds[driven])
    order = np.lexsort((added[0], added[1]))
    turned = (added[1][order], added[0][order], added[2][order])
    at = positions(road.streets, street, place)
    return replace(
        road,
        x=np.append(road.x, at[:, 0]),
        y=np.append(road.y, at[:, 1]),
        forward=inserted(road.forward, len(street), *added),
        backward=inserted(road.backward, len(street), *turned),
        component=np.append(road.component, road.component[road.streets.start[street]]),
    )


def inserted(
    edges: Adjacency, more: int, tail: IntArray, head: IntArray, time_ds: IntArray
) -> Adjacency:
    """Insert edges, sorted by tail then head, none of which is there; `more` nodes come after.

    Examples
    --------
    >>> one = Adjacency(*(np.array(a, np.int32) for a in ([0, 1, 1], [1], [30])))
    >>> found = inserted(one, 1, np.array([0, 2]), np.array([2, 1]), np.array([10, 20]))
    >>> found.indptr.tolist(), found.indices.tolist(), found.time_ds.tolist()
    ([0, 2, 2, 3], [1, 2, 1], [30, 10, 20])
    """
    nodes = len(edges.indptr) - 1 + more
    tails = np.repeat(np.arange(len(edges.indptr) - 1), np.diff(edges.indptr))
    at = np.searchsorted(tails * nodes + edges.indices, tail * nodes + head)
    indptr = np.append(edges.indptr, np.full(more, edges.indptr[-1]))
    indptr[1:] += np.cumsum(np.bincount(tail, minlength=nodes))
    return Adjacency(
        indptr.astype(np.int32),
        np.insert(edges.indices, at, head.astype(np.int32)),
        np.insert(edges.time_ds, at, time_ds.astype(np.int32)),
    )


def reach_of(doors: Doors, street: IntArray, place: IntArray, *, beside: bool = False) -> Reach:
    """Give the nodes next to places of streets, doors included, and the times to and from them.

    Parameters
    ----------
    doors : Doors
    street, place : int64[q]
        See `Streets.whole_ds`.
    beside : bool
        Skip the door that lies at the place itself.
    """
    streets, count = doors.graph.streets, len(doors.street)
    keys = doors.street * PLACES + doors.place
    asked = street * PLACES + place
    before = np.searchsorted(keys, asked, side="left" if beside else "right") - 1
    after = np.searchsorted(keys, asked, side="right" if beside else "left")
    whole = streets.whole_ds[street]
    left, left_at = _next_door(doors, street, before, before >= 0)
    right, right_at = _next_door(doors, street, after, after < count)
    left, left_at = np.where(left < 0, streets.start[street], left), np.maximum(left_at, 0)
    right, right_at = (
        np.where(right < 0, streets.end[street], right),
        np.where(right_at < 0, whole, right_at),
    )
    onward, back = (t[street].astype(np.int64) for t in (streets.onward_ds, streets.back_ds))
    return Reach(
        left=left,
        right=right,
        to_left=_between(back, whole, left_at, place),
        to_right=_between(onward, whole, place, right_at),
        from_left=_between(onward, whole, left_at, place),
        from_right=_between(back, whole, place, right_at),
    )


def _next_door(
    doors: Doors, street: IntArray, door: IntArray, there: NDArray[np.bool_]
) -> tuple[IntArray, IntArray]:
    """Node and place of doors if they are on these streets, else -1."""
    node = np.full(len(street), -1, dtype=np.int64)
    at = node.copy()
    rows = np.flatnonzero(there)
    rows = rows[doors.street[door[rows]] == street[rows]]
    node[rows] = doors.base + door[rows]
    at[rows] = doors.place[door[rows]]
    return node, at


def _between(time_ds: IntArray, whole: IntArray, low: IntArray, high: IntArray) -> IntArray:
    """Time of part of a street: whole numbers that sum to its own, -1 where it is not driven."""
    part = rounded(time_ds * high, whole) - rounded(time_ds * low, whole)
    return np.where(time_ds > 0, part, -1)


def rounded(product: IntArray, whole: IntArray) -> IntArray:
    """Quotient, halves upwards."""
    quotient: IntArray = (2 * product + whole) // (2 * whole)
    return quotient


def positions(streets: Streets, street: IntArray, place: IntArray) -> FloatArray:
    """Metres of places of streets, shape (q, 2)."""
    if not len(street):
        return np.empty((0, 2))
    used, at = np.unique(street, return_inverse=True)
    counts = np.diff(streets.indptr)[used]
    points = np.arange(counts.sum()) + np.repeat(
        streets.indptr[:-1][used] - np.cumsum(counts) + counts, counts
    )
    lines = shapely.linestrings(
        np.column_stack([streets.x[points], streets.y[points]]),
        indices=np.repeat(np.arange(len(used)), counts),
    )
    share = place / streets.whole_ds[street]
    found: FloatArray = shapely.get_coordinates(
        shapely.line_interpolate_point(lines[at], share, normalized=True)
    )
    return found
