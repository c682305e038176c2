"""Roads that are not there: two crossroads joined in a declared time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.spatial import KDTree

from diagterritoire.arrays import IntArray
from diagterritoire.network.graph import Adjacency, RoadGraph, quickest


@dataclass(frozen=True)
class Link:
    """Two nodes of a graph, and the time from one to the other, both ways, deciseconds."""

    source: int
    target: int
    time_ds: int


def nearest_crossroads(road: RoadGraph, x: float, y: float) -> tuple[int, float]:
    """Find the nearest node of the main network, and its distance in metres.

    Parameters
    ----------
    road : RoadGraph
        At least one node.
    x, y : float
        Metres, in the projection of the graph.
    """
    main = np.flatnonzero(road.component == np.bincount(road.component).argmax())
    away, rank = KDTree(np.column_stack([road.x[main], road.y[main]])).query([x, y])
    return int(main[int(rank)]), float(away)


def linked(road: RoadGraph, links: Sequence[Link]) -> RoadGraph:
    """Add links to a graph, beside its edges: the quickest of both is driven.

    Parameters
    ----------
    road : RoadGraph
    links : sequence of Link
        Between nodes of its main network, so that its components stay; none, and the graph is
        returned.

    Examples
    --------
    >>> from diagterritoire.network.streets import no_streets
    >>> ends = np.array([0, 1, 2], np.int32), np.array([1, 0], np.int32)
    >>> edges = Adjacency(*ends, np.array([100, 100], np.int32))
    >>> zero, box = np.zeros(2), (0.0, 0.0, 0.0, 0.0)
    >>> road = RoadGraph(zero, zero, edges, edges, zero.astype(np.int32), box, "EPSG:2154")
    >>> linked(road, [Link(0, 1, 60)]).forward.time_ds.tolist()
    [60, 60]
    >>> linked(road, [Link(0, 1, 160)]).forward.time_ds.tolist()
    [100, 100]
    """
    if not links:
        return road
    ends = np.array([(k.source, k.target, k.time_ds) for k in links], dtype=np.int64)
    nodes, edges = len(road.x), road.forward
    source = np.repeat(np.arange(nodes), np.diff(edges.indptr))
    source, target, time_ds = quickest(
        np.concatenate([source, ends[:, 0], ends[:, 1]]),
        np.concatenate([edges.indices.astype(np.int64), ends[:, 1], ends[:, 0]]),
        np.concatenate([edges.time_ds.astype(np.int64), ends[:, 2], ends[:, 2]]),
    )
    back = np.lexsort((source, target))
    return replace(
        road,
        forward=_grouped(nodes, source, target, time_ds),
        backward=_grouped(nodes, target[back], source[back], time_ds[back]),
        # The order of the nodes was made for other edges.
        order=None,
    )


def _grouped(nodes: int, start: IntArray, end: IntArray, time_ds: IntArray) -> Adjacency:
    indptr = np.zeros(nodes + 1, dtype=np.int32)
    np.cumsum(np.bincount(start, minlength=nodes), out=indptr[1:])
    return Adjacency(indptr, end.astype(np.int32), time_ds.astype(np.int32))
