"""Bounded times from origins to sites through a hierarchy, sixteen neighbouring sites at once.

(Delling, Goldberg, Nowatzyk, Werneck, PHAST, 2013; restricted to the ancestors of the origins.)
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from diagterritoire.arrays import Int32Array, IntArray
from diagterritoire.errors import DataError
from diagterritoire.network.dial import NEVER, NONE, joined, processors
from diagterritoire.network.hierarchy import Hierarchy, Metric
from diagterritoire.workers import workers


@dataclass(frozen=True)
class Restriction:
    """The part of a hierarchy that lies above some origins; speeds do not change it.

    Attributes
    ----------
    origins : int32[o]
        Row of each origin.
    listed, size : int32[r]
        Rank of each row, the highest first, and rows of its subtree.
    row : int32[n]
        Row of each rank, -1 where it has none.
    """

    origins: Int32Array
    listed: Int32Array
    size: Int32Array
    row: Int32Array


def restrict(hierarchy: Hierarchy, origin_nodes: IntArray) -> Restriction:
    """Keep what lies above some origins.

    Examples
    --------
    >>> from diagterritoire.network.hierarchy import build, customise, dissection_order
    >>> from diagterritoire.network.graph import Adjacency, RoadGraph
    >>> edges = Adjacency(
    ...     np.array([0, 1, 2], np.int32), np.array([1, 0], np.int32), np.array([3, 4], np.int32)
    ... )
    >>> xy, box = np.array([0.0, 1.0]), (0.0, 0.0, 1.0, 0.0)
    >>> graph = RoadGraph(xy, xy, edges, edges, np.zeros(2, np.int32), box, "EPSG:2154")
    >>> restrict(build(graph, dissection_order(graph)), np.array([1])).listed.tolist()
    [1]
    """
    from diagterritoire.network.kernels import sweeps

    ranks = hierarchy.rank[np.asarray(origin_nodes, dtype=np.int64)]
    listed, row, size = sweeps.ancestors(hierarchy.parent, ranks)
    return Restriction(row[ranks], listed, size, row)


def matrix(
    hierarchy: Hierarchy, metric: Metric, kept: Restriction, site_nodes: IntArray, limit_ds: int
) -> tuple[Int32Array, Int32Array, Int32Array] | None:
    """Compute the times from the origins to sites up to a bound, as the columns of `search.Pairs`.

    Parameters
    ----------
    hierarchy, metric, kept
        Of one graph; `kept` holds the origins.
    site_nodes : int64[s]
    limit_ds : int
        Longest time kept, included, deciseconds.

    Returns
    -------
    site, origin, time_ds : int32[p]
        Sorted by site, then by origin. None when the bound does not fit in 30 bits.

    Examples
    --------
    >>> from diagterritoire.network.hierarchy import build, customise, dissection_order
    >>> from diagterritoire.network.graph import Adjacency, RoadGraph
    >>> edges = Adjacency(
    ...     np.array([0, 1, 2], np.int32), np.array([1, 0], np.int32), np.array([3, 4], np.int32)
    ... )
    >>> xy, box = np.array([0.0, 1.0]), (0.0, 0.0, 1.0, 0.0)
    >>> graph = RoadGraph(xy, xy, edges, edges, np.zeros(2, np.int32), box, "EPSG:2154")
    >>> hierarchy = build(graph, dissection_order(graph))
    >>> kept = restrict(hierarchy, np.array([0, 1]))
    >>> found = matrix(hierarchy, customise(hierarchy, graph), kept, np.array([1]), 30)
    >>> [column.tolist() for column in found]
    [[0, 0], [0, 1], [3, 0]]
    """
    if limit_ds >= NEVER:
        return None
    return joined(by_site(hierarchy, metric, kept, site_nodes, limit_ds), len(site_nodes))


def nearest(
    hierarchy: Hierarchy,
    metric: Metric,
    site_nodes: IntArray,
    site_access_ds: IntArray,
    origin_nodes: IntArray,
) -> tuple[IntArray, IntArray]:
    """Time from each origin to its nearest site, and which one, as `search.nearest`.

    Parameters
    ----------
    hierarchy, metric
        Of one graph.
    site_nodes, site_access_ds : int64[s]
        Node of each site, and time from that node to the site, deciseconds; s may be 0.
    origin_nodes : int64[o]

    Returns
    -------
    time_ds, site : int64[o]
        -1 where no site is reached; the smallest site at equality.

    Raises
    ------
    DataError
        A time of more than 3 years.

    Examples
    --------
    >>> from diagterritoire.network.hierarchy import build, customise, dissection_order
    >>> from diagterritoire.network.graph import Adjacency, RoadGraph
    >>> edges = Adjacency(
    ...     np.array([0, 1, 2], np.int32), np.array([1, 0], np.int32), np.array([3, 4], np.int32)
    ... )
    >>> xy, box = np.array([0.0, 1.0]), (0.0, 0.0, 1.0, 0.0)
    >>> graph = RoadGraph(xy, xy, edges, edges, np.zeros(2, np.int32), box, "EPSG:2154")
    >>> hierarchy = build(graph, dissection_order(graph))
    >>> metric = customise(hierarchy, graph)
    >>> nearest(hierarchy, metric, np.array([1, 1]), np.array([5, 5]), np.array([0, 1]))
    (array([8, 5]), array([0, 0]))
    """
    from diagterritoire.network.kernels import nearest as kernel
    from diagterritoire.network.kernels import sweeps

    ranks, ends = (
        np.ascontiguousarray(hierarchy.rank[np.asarray(nodes, dtype=np.int64)])
        for nodes in (site_nodes, origin_nodes)
    )
    above, _, _ = sweeps.ancestors(hierarchy.parent, ranks)
    listed, _, _ = sweeps.ancestors(hierarchy.parent, ends)
    labels = np.full(len(hierarchy.rank), kernel.NOWHERE, dtype=np.int64)
    kernel.seed(ranks, np.ascontiguousarray(site_access_ds, dtype=np.int64), labels)
    chords = (hierarchy.starts, hierarchy.heads)
    sure = kernel.climb(above, *chords, metric.down, labels)
    sure &= kernel.descend(listed, *chords, metric.up, labels)
    if not sure:
        raise DataError("Réseau routier : un trajet y dure plus de trois ans.")
    found = labels[ends]
    reached = found < kernel.NOWHERE
    site = np.where(reached, found & ((1 << kernel.SHIFT) - 1), -1)
    return np.where(reached, found >> kernel.SHIFT, -1), site


def by_site(
    hierarchy: Hierarchy, metric: Metric, kept: Restriction, site_nodes: IntArray, limit_ds: int
) -> Iterator[tuple[int, Int32Array, Int32Array]]:
    """Yield each site once, neighbours together: its position, the origins within, their times.

    Sweeps run on every processor; what is held at once is sixteen times a row and sixteen answers
    for each. The arrays are used again: copy what must outlast the next step.

    Parameters
    ----------
    hierarchy, metric, kept, site_nodes, limit_ds
        As in `matrix`.
    """
    from diagterritoire.network.kernels.sweeps import LANES, arcs_down

    ranks = hierarchy.rank[np.asarray(site_nodes, dtype=np.int64)]
    # Ranks grow along the tree: neighbours on it are neighbours on the ground.
    order = np.argsort(ranks, kind="stable")
    batches = [order[start : start + LANES] for start in range(0, len(order), LANES)]
    count = min(processors(), max(1, len(batches)))
    arcs = arcs_down(kept.listed, kept.row, hierarchy.starts, hierarchy.heads, metric.up)
    desks = [_Desk(hierarchy, metric, kept, arcs, limit_ds) for _ in range(count)]
    with workers(count) as pool:
        for start in range(0, len(batches), count):
            turn = batches[start : start + count]
            done = pool.map(_Desk.sweep, desks, [ranks[batch] for batch in turn])
            for batch, answers in zip(turn, done, strict=False):
                for site, (found, time_ds) in zip(batch.tolist(), answers, strict=True):
                    yield site, found, time_ds


class _Desk:
    """What one processor needs for its sweeps, used again from one to the next."""

    def __init__(
        self,
        hierarchy: Hierarchy,
        metric: Metric,
        kept: Restriction,
        arcs: tuple[Int32Array, Int32Array, Int32Array],
        limit_ds: int,
    ) -> None:
        from diagterritoire.network.kernels import sweeps

        self._sweeps = sweeps
        self._limit, self._kept = limit_ds, kept
        self._chords = (hierarchy.starts, hierarchy.heads)
        self._climb = (hierarchy.parent, *self._chords, metric.down, kept.row)
        self._arcs = arcs
        rows = len(kept.listed)
        self._height = np.full(len(hierarchy.rank), NEVER, dtype=np.int32)
        self._seeded = np.zeros(rows, dtype=np.bool_)
        self._times = np.empty((rows, sweeps.LANES), dtype=np.int32)
        self._least = np.empty(rows, dtype=np.int32)
        self._found = np.empty((2, sweeps.LANES, len(kept.origins)), dtype=np.int32)
        self._counts = np.zeros(sweeps.LANES, dtype=np.int64)

    def sweep(self, sites: NDArray[np.int32]) -> list[tuple[Int32Array, Int32Array]]:
        kept, limit = self._kept, self._limit
        if limit < 0:
            return [NONE] * len(sites)
        self._sweeps.climb(sites, limit, *self._climb, self._height, self._seeded, self._times)
        self._sweeps.sweep(
            limit,
            kept.listed,
            kept.size,
            kept.row,
            *self._chords,
            *self._arcs,
            self._seeded,
            self._times,
            self._least,
        )
        self._sweeps.gather(
            kept.origins,
            limit,
            self._times,
            self._least,
            len(sites),
            self._found[0],
            self._found[1],
            self._counts,
        )
        return [
            (self._found[0, lane, :count], self._found[1, lane, :count])
            for lane, count in enumerate(self._counts[: len(sites)].tolist())
        ]
