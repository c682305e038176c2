"""The doors of many draws opened once, in one hierarchy whose times alone change."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from diagterritoire.arrays import FloatArray, Int32Array, IntArray
from diagterritoire.network import engine, hierarchy
from diagterritoire.network.doors import PLACES, inserted, rounded
from diagterritoire.network.engine import Method
from diagterritoire.network.graph import Adjacency, RoadGraph
from diagterritoire.network.hierarchy import Hierarchy
from diagterritoire.network.redriven import Redrivable, driven, rejoined
from diagterritoire.network.searcher import InHierarchy
from diagterritoire.network.snapping import Snapping
from diagterritoire.network.streets import Streets
from diagterritoire.parameters import ReseauParameters


@dataclass(frozen=True)
class Chains:
    """The doors, and the parts of streets between them.

    Attributes
    ----------
    street : int64[d]
        Street of each door, sorted; those of a street from its start to its end.
    share : float64[d]
        Part of the street before each.
    part_street, low, high : int64[p]
        Parts of streets: the doors at both ends, -1 for the start of the street, d for its end.
    part : int64[e]
        Part of each way driven between two nodes, those between the same nodes together.
    back : bool[e]
        True where it is driven from the end of the street to its start.
    starts : int64[k]
        Position of the first way of each edge.
    """

    street: IntArray
    share: FloatArray
    part_street: IntArray
    low: IntArray
    high: IntArray
    part: IntArray
    back: NDArray[np.bool_]
    starts: IntArray


@dataclass(frozen=True)
class Reopened:
    """Roads with the doors of all the draws.

    Attributes
    ----------
    roads : Redrivable
    ruled : RoadGraph
        What `redriven.finer` gave, to which the points are joined.
    chains : Chains
    forward : Adjacency
        Edges with the doors; `time_ds` says which time each has: of an edge of the roads, then of
        an edge of the chains.
    hierarchy : Hierarchy
    """

    roads: Redrivable
    ruled: RoadGraph
    chains: Chains
    forward: Adjacency
    hierarchy: Hierarchy


def pays(road: RoadGraph, sites: int, draws: int) -> bool:
    """Tell whether one hierarchy for all the draws costs less than a search for each.

    Not where scipy makes a draw in no time: loading numba would take longer.

    Parameters
    ----------
    road : RoadGraph
    sites : int
        Those of one draw.
    draws : int

    Examples
    --------
    >>> none = np.empty(0, np.int32)
    >>> edges, xy = Adjacency(np.array([0, 0], np.int32), none, none), np.array([0.0])
    >>> pays(RoadGraph(xy, xy, edges, edges, none, (0, 0, 0, 0), "EPSG:2154"), 1, 20)
    False
    """
    if engine.chosen(road, sites) is Method.SCIPY:
        return False
    return engine.chosen(road, sites, repeats=draws) is Method.HIERARCHY


def reopened(roads: Redrivable, ruled: RoadGraph, joined: Snapping) -> Reopened:
    """Open the doors of points, at their places on the finer rule.

    Parameters
    ----------
    roads : Redrivable
    ruled : RoadGraph
    joined : Snapping
        The points of all the draws, joined to `ruled`.
    """
    chains, tail, head = _chains(roads.graph, ruled, joined)
    forward, more = roads.graph.forward, len(chains.street)
    # Where each time is from, in the place of the times.
    known = replace(forward, time_ds=np.arange(len(forward.indices), dtype=np.int32))
    edges = inserted(known, more, tail, head, len(forward.indices) + np.arange(len(tail)))
    nowhere = np.zeros(more)
    graph = replace(
        roads.graph,
        x=np.append(roads.graph.x, nowhere),
        y=np.append(roads.graph.y, nowhere),
        forward=edges,
    )
    # The order is that of the nodes of the roads: the doors, which come before, need no place.
    order = hierarchy.extended(engine.order_of(roads.graph), len(graph.x))
    return Reopened(roads, ruled, chains, edges, hierarchy.build(graph, order))


def _chains(
    road: RoadGraph, ruled: RoadGraph, joined: Snapping
) -> tuple[Chains, IntArray, IntArray]:
    """Lay the doors along their streets; both ends of the edges between them, sorted."""
    on = joined.street >= 0
    keys = np.unique(joined.street[on] * PLACES + joined.place[on])
    street, place = np.divmod(keys, PLACES)
    count, door = len(street), np.arange(len(street))
    first = np.ones(count, dtype=bool)
    first[1:] = street[1:] != street[:-1]
    last = np.append(first[1:], True)[:count]
    part_street = np.concatenate([street, street[last]])
    low = np.concatenate([np.where(first, -1, door - 1), door[last]])
    high = np.concatenate([door, np.full(int(last.sum()), count)])
    streets, base = road.streets, len(road.x)
    before = np.where(low < 0, streets.start[part_street], base + low)
    after = np.where(high == count, streets.end[part_street], base + high)
    part = np.tile(np.arange(len(low)), 2)
    back = np.repeat([False, True], len(low))
    times = np.concatenate([streets.onward_ds[part_street], streets.back_ds[part_street]])
    tail, head = np.concatenate([before, after]), np.concatenate([after, before])
    # Which ways are driven does not depend on speeds.
    order = np.flatnonzero(times > 0)
    order = order[np.lexsort((head[order], tail[order]))]
    tail, head = tail[order], head[order]
    new = np.ones(len(order), dtype=bool)
    new[1:] = (tail[1:] != tail[:-1]) | (head[1:] != head[:-1])
    share = place / ruled.streets.whole_ds[street]
    chains = Chains(
        street, share, part_street, low, high, part[order], back[order], np.flatnonzero(new)
    )
    return chains, tail[new], head[new]


def drawn(
    reopened: Reopened, joined: Snapping, reseau: ReseauParameters
) -> tuple[InHierarchy, Snapping] | None:
    """Drive the roads at other speeds, with points that are joined to their finer rule.

    Parameters
    ----------
    reopened : Reopened
    joined : Snapping
        Some of the points whose doors are open, joined to `reopened.ruled`.
    reseau : ReseauParameters
        Speeds; see `redriven.redriven`.

    Returns
    -------
    InHierarchy, Snapping
        Roads and points with a node each: the times are those of `doors.open_doors` for these
        points, joined again to the roads of `redriven.redriven`. None when a time does not fit in a
        hierarchy.

    Notes
    -----
    The street of a point never changes; two points whose places are the same at these speeds share
    the door of the first, which the others join in no time.
    """
    edges, streets = driven(reopened.roads, reseau)
    road = replace(reopened.roads.graph, streets=streets)
    joined = rejoined(joined, reopened.ruled, road, reseau)
    chains = reopened.chains
    whole = streets.whole_ds[chains.street]
    # As `snapping.placed` gives them.
    place = np.floor(chains.share * whole + 0.5).astype(np.int64)
    times = np.concatenate([edges, _chain_times(chains, place, streets)])[reopened.forward.time_ds]
    timed = replace(road, forward=replace(reopened.forward, time_ds=times))
    metric = hierarchy.customise(reopened.hierarchy, timed)
    if metric is None:
        return None
    on = np.flatnonzero(joined.street >= 0)
    keys = joined.street[on] * PLACES + joined.place[on]
    node = joined.node.copy()
    node[on] = len(road.x) + np.searchsorted(chains.street * PLACES + place, keys)
    none = np.full(len(node), -1, dtype=np.int64)
    points = replace(joined, node=node, street=none, place=none + 1)
    return InHierarchy(reopened.hierarchy, metric), points


def _chain_times(chains: Chains, place: IntArray, streets: Streets) -> Int32Array:
    """Time the edges of the chains, the doors being at these places: see `doors.reach_of`."""
    if not len(chains.starts):
        return np.empty(0, dtype=np.int32)
    street = chains.part_street
    whole = streets.whole_ds[street]
    low = np.where(chains.low < 0, 0, place[np.maximum(chains.low, 0)])
    ended = chains.high == len(place)
    high = np.where(ended, whole, place[np.where(ended, 0, chains.high)])
    times = np.stack(
        [
            rounded(way * high, whole) - rounded(way * low, whole)
            for way in (
                streets.onward_ds[street].astype(np.int64),
                streets.back_ds[street].astype(np.int64),
            )
        ]
    )[chains.back.astype(np.int64), chains.part]
    return np.minimum.reduceat(times, chains.starts).astype(np.int32)
