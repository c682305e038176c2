"""The way from one point to another: nodes, line and time."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import shapely
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra
from shapely.ops import substring

from diagterritoire.arrays import FloatArray, IntArray
from diagterritoire.network.doors import Doors, reach_of
from diagterritoire.network.graph import RoadGraph
from diagterritoire.network.snapping import Snapping
from diagterritoire.tables import RATTACHE

# Points nearer than that are one: projections and sums are rounded.
_SAME_M = 0.001


@dataclass(frozen=True)
class Route:
    """A quickest way.

    Attributes
    ----------
    nodes : int64[k]
        Nodes of the graph of the doors, in order; one when both points join the same place.
    time_ds : int
        Access + road + access, deciseconds: that of the searches.
    line : float64[p, 2]
        From point to point, metres, the straight lines to the road included. A ferry, and a street
        whose line the source does not give, are their chord.
    """

    nodes: IntArray
    time_ds: int
    line: FloatArray


def route(doors: Doors, snapping: Snapping, xy: FloatArray) -> Route | None:
    """Find the quickest way from a first point to a second one.

    Parameters
    ----------
    doors : Doors
        Roads, with the doors of both points.
    snapping : Snapping
        Both points, as `open_doors` gave them.
    xy : float64[2, 2]
        Both points, metres.

    Returns
    -------
    Route
        None when a point is not joined to the road, or when no road leads there.

    Examples
    --------
    A street of 80 m and 100 ds, joined at its first quarter by a point 10 m aside, left at its end.

    >>> from diagterritoire.network.doors import open_doors
    >>> from diagterritoire.network.graph import Adjacency
    >>> from diagterritoire.network.streets import Streets
    >>> ends = np.array([0, 1, 2], np.int32), np.array([1, 0], np.int32)
    >>> edges = Adjacency(*ends, np.array([100, 100], np.int32))
    >>> x, y, one, true = np.array([0.0, 80.0]), np.zeros(2), np.ones(1, np.int32), np.ones(1, bool)
    >>> streets = Streets(0 * one, one, 100 * one, 100 * one, true, true, np.array([0, 2]), x, y)
    >>> zero, box = np.zeros(2, np.int32), (0.0, 0.0, 80.0, 0.0)
    >>> road = RoadGraph(x, y, edges, edges, zero, box, "EPSG:2154", streets)
    >>> joined = Snapping(
    ...     statut=np.full(2, RATTACHE),
    ...     node=np.array([-1, 1]),
    ...     distance_m=np.array([10.0, 0.0]),
    ...     access_ds=np.array([14, 0]),
    ...     street=np.array([0, -1]),
    ...     place=np.array([25, 0]),
    ... )
    >>> found = route(*open_doors(road, joined), np.array([[20.0, 10.0], [80.0, 0.0]]))
    >>> found.nodes.tolist(), found.time_ds, found.line.tolist()
    ([2, 1], 89, [[20.0, 10.0], [20.0, 0.0], [80.0, 0.0]])
    """
    if (snapping.statut != RATTACHE).any():
        return None
    graph = doors.graph
    start, end = (int(n) for n in snapping.node)
    nodes = _path(graph, start, end)
    if nodes is None:
        return None
    times = _times(graph, nodes)
    first = np.array([[graph.x[start], graph.y[start]]])
    road = np.concatenate([first, *_lines(doors, nodes, times)])
    line = np.concatenate([xy[:1], _between(road, xy), xy[1:]])
    return Route(nodes, int(times.sum() + snapping.access_ds.sum()), line)


def _between(road: FloatArray, xy: FloatArray) -> FloatArray:
    """Points of the road, without those that repeat the one before or an end of the way."""
    kept = np.hypot(*(road - xy[1]).T) > _SAME_M
    steps = np.diff(np.concatenate([xy[:1], road]), axis=0)
    between: FloatArray = road[kept & (np.hypot(*steps.T) > _SAME_M)]
    return between


def _path(graph: RoadGraph, start: int, end: int) -> IntArray | None:
    """Nodes of a quickest way, both ends included."""
    edges, nodes = graph.forward, len(graph.x)
    weights = edges.time_ds.astype(np.float64)
    search = csr_array((weights, edges.indices, edges.indptr), shape=(nodes, nodes))
    time, before = dijkstra(search, directed=True, indices=start, return_predecessors=True)
    if not np.isfinite(time[end]):
        return None
    back = [end]
    while back[-1] != start:
        back.append(int(before[back[-1]]))
    return np.array(back[::-1], dtype=np.int64)


def _times(graph: RoadGraph, nodes: IntArray) -> IntArray:
    """Time of each edge of a way."""
    edges = graph.forward
    times = np.empty(len(nodes) - 1, dtype=np.int64)
    for rank, (tail, head) in enumerate(pairwise(nodes)):
        first, last = edges.indptr[tail : tail + 2]
        edge = first + np.searchsorted(edges.indices[first:last], head)
        times[rank] = edges.time_ds[edge]
    return times


def _lines(doors: Doors, nodes: IntArray, times: IntArray) -> list[FloatArray]:
    """Points of each edge of a way, its first end left out."""
    whole = _whole_streets(doors, nodes, times)
    lines = []
    for rank, (tail, head) in enumerate(pairwise(nodes.tolist())):
        if max(tail, head) >= doors.base:
            points = _part(doors, tail, head, int(times[rank]))
        else:
            points = _whole(doors.graph, int(whole[rank]), tail, head)
        lines.append(points[1:])
    return lines


def _whole_streets(doors: Doors, nodes: IntArray, times: IntArray) -> IntArray:
    """First street that gives each edge its time, -1 for a ferry and where a door is an end."""
    streets = doors.graph.streets
    start, end = streets.start.astype(np.int64), streets.end.astype(np.int64)
    found = np.full(len(times), -1, dtype=np.int64)
    near = np.flatnonzero(np.isin(start, nodes) & np.isin(end, nodes))
    by_edge: dict[tuple[int, int, int], int] = {}
    for street in near.tolist():
        one, other = int(start[street]), int(end[street])
        by_edge.setdefault((one, other, int(streets.onward_ds[street])), street)
        by_edge.setdefault((other, one, int(streets.back_ds[street])), street)
    for rank, (tail, head) in enumerate(pairwise(nodes.tolist())):
        found[rank] = by_edge.get((tail, head, int(times[rank])), -1)
    return found


def _whole(graph: RoadGraph, street: int, tail: int, head: int) -> FloatArray:
    ends = [tail, head]
    if street < 0:
        return np.column_stack([graph.x[ends], graph.y[ends]])
    line = _line(graph, street)
    return line if graph.streets.start[street] == tail else line[::-1]


def _line(graph: RoadGraph, street: int) -> FloatArray:
    rows = slice(*graph.streets.indptr[street : street + 2])
    return np.column_stack([graph.streets.x[rows], graph.streets.y[rows]])


def _part(doors: Doors, tail: int, head: int, time_ds: int) -> FloatArray:
    """Points of an edge that a door starts or ends."""
    door = (tail if tail >= doors.base else head) - doors.base
    street = doors.street[[door]]
    whole = int(doors.graph.streets.whole_ds[street][0])
    reach = reach_of(doors, street, doors.place[[door]], beside=True)
    leaves = tail >= doors.base
    other = head if leaves else tail
    sides = (
        (reach.left, reach.to_left if leaves else reach.from_left, 0),
        (reach.right, reach.to_right if leaves else reach.from_right, whole),
    )
    # Both ends of a loop are one node: the time tells which way it is left.
    far = next(edge for node, time, edge in sides if node[0] == other and time[0] == time_ds)
    if other >= doors.base:
        far = int(doors.place[other - doors.base])
    here = int(doors.place[door])
    low, high = (here, far) if leaves else (far, here)
    points: FloatArray = shapely.get_coordinates(
        substring(
            shapely.linestrings(_line(doors.graph, int(street[0]))),
            low / whole,
            high / whole,
            normalized=True,
        )
    )
    # The doors stand where the graph has them, to the last bit.
    points[[0, -1]] = [[doors.graph.x[n], doors.graph.y[n]] for n in (tail, head)]
    return points
