"""Exact searches of the road graph, from the sites, on the reversed graph.

The patient drives to the doctor: the time wanted goes from any node to a site, and one search per
site on the reversed graph gives it for all nodes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from diagterritoire.arrays import FloatArray, Int32Array, IntArray
from diagterritoire.network import dial, engine
from diagterritoire.network.graph import Adjacency, RoadGraph

# Distances held at once by a bounded search: 128 MiB of float64.
_BLOCK = 1 << 24
# Longest time that a column of `Pairs` holds.
_LONGEST_DS = 2**31 - 1


@dataclass(frozen=True)
class Pairs:
    """Times of the pairs within the bound; a pair beyond it has no row.

    Attributes
    ----------
    site, origin : int32[p]
        Positions in the arrays given, sorted by site, then by origin.
    time_ds : int32[p]
        Deciseconds.

    Notes
    -----
    32 bits, for a region keeps tens of millions of pairs: widen a column before multiplying it.
    """

    site: Int32Array
    origin: Int32Array
    time_ds: Int32Array


def nearest(
    graph: RoadGraph, site_nodes: IntArray, site_access_ds: IntArray, *, outward: bool = False
) -> tuple[IntArray, IntArray]:
    """Time from every node to its nearest site, and which one.

    Parameters
    ----------
    graph : RoadGraph
        n nodes.
    site_nodes : int64[s]
        Node of each site; several sites may share one; s may be 0.
    site_access_ds : int64[s]
        Time from that node to the site, deciseconds, 0 or more.
    outward : bool
        Time from the nearest site to every node instead.

    Returns
    -------
    time_ds : int64[n]
        Road and access of the site, deciseconds; -1 where no site can be reached.
    site : int64[n]
        Position of the site, the smallest at equality; -1 where none can be reached.

    Notes
    -----
    By compiled buckets on a large graph (`dial.nearest`), else by scipy: the same integers.

    Examples
    --------
    Node 0 leads to node 1, which leads to node 2; the site is at node 2.

    >>> graph = RoadGraph(
    ...     x=np.zeros(3),
    ...     y=np.zeros(3),
    ...     forward=Adjacency(
    ...         np.array([0, 1, 2, 2], np.int32),
    ...         np.array([1, 2], np.int32),
    ...         np.array([30, 40], np.int32),
    ...     ),
    ...     backward=Adjacency(
    ...         np.array([0, 0, 1, 2], np.int32),
    ...         np.array([0, 1], np.int32),
    ...         np.array([30, 40], np.int32),
    ...     ),
    ...     component=np.arange(3, dtype=np.int32),
    ...     extent=(0.0, 0.0, 0.0, 0.0),
    ...     crs="EPSG:2154",
    ... )
    >>> time_ds, site = nearest(graph, np.array([2]), np.array([5]))
    >>> time_ds.tolist(), site.tolist()
    ([75, 45, 5], [0, 0, 0])
    >>> nearest(graph, np.array([1]), np.array([0]), outward=True)[0].tolist()
    [-1, 0, 40]
    """
    edges = graph.forward if outward else graph.backward
    # Loading numba takes as long as scipy on twenty such graphs.
    if len(graph.x) >= engine.LARGE and engine.compiled():
        found = dial.nearest(edges, site_nodes, site_access_ds)
        if found is not None:
            return found
    return nearest_by_scipy(edges, site_nodes, site_access_ds)


def nearest_by_scipy(
    edges: Adjacency, site_nodes: IntArray, site_access_ds: IntArray
) -> tuple[IntArray, IntArray]:
    """Do what `nearest` does, along these edges, by scipy.

    Notes
    -----
    One search from an added node that leads to each site. Every edge is multiplied by s + 1 and the
    edge to site i carries i + 1 more: the least sum holds both the least time and, among equals,
    the smallest site. Sums stay under 2^53, where float64 is exact.

    Examples
    --------
    >>> edges = Adjacency(
    ...     np.array([0, 1, 1], np.int32), np.array([1], np.int32), np.array([30], np.int32)
    ... )
    >>> nearest_by_scipy(edges, np.array([0]), np.array([5]))[0].tolist()
    [5, 35]
    """
    nodes, sites = len(edges.indptr) - 1, len(site_nodes)
    if not sites:
        return np.full(nodes, -1, dtype=np.int64), np.full(nodes, -1, dtype=np.int64)
    scale = sites + 1
    keys = np.asarray(site_access_ds, dtype=np.int64) * scale + np.arange(1, scale)
    # Sites that share a node: only the least key can win.
    order = np.lexsort((keys, site_nodes))
    doors, first = np.unique(np.asarray(site_nodes)[order], return_index=True)
    weights = np.concatenate(
        [edges.time_ds.astype(np.float64) * scale, keys[order][first].astype(np.float64)]
    )
    indices = np.concatenate([edges.indices, doors.astype(np.int32)])
    indptr = np.append(edges.indptr, np.int32(len(indices)))
    search = csr_array((weights, indices, indptr), shape=(nodes + 1, nodes + 1))
    found = dijkstra(search, directed=True, indices=nodes)[:nodes]
    reached = np.isfinite(found)
    key = np.where(reached, found, 0).astype(np.int64)
    return np.where(reached, key // scale, -1), np.where(reached, key % scale - 1, -1)


def matrix(graph: RoadGraph, site_nodes: IntArray, origin_nodes: IntArray, limit_ds: int) -> Pairs:
    """Compute the times from origins to sites, up to a bound that is included.

    Parameters
    ----------
    graph : RoadGraph
        n nodes.
    site_nodes : int64[s]
        Node of each site; s may be 0.
    origin_nodes : int64[o]
        Node of each origin; o may be 0.
    limit_ds : int
        Longest time kept, deciseconds; what leaves 32 bits (6.8 years) is not kept.

    Returns
    -------
    Pairs
        Without the pairs beyond the bound or without a road. Memory follows the number of pairs
        kept, the searches being made by blocks of sites.

    Notes
    -----
    `engine.choose` says by which search; all give the same integers.

    Examples
    --------
    >>> graph = RoadGraph(
    ...     x=np.zeros(2),
    ...     y=np.zeros(2),
    ...     forward=Adjacency(
    ...         np.array([0, 1, 1], np.int32), np.array([1], np.int32), np.array([30], np.int32)
    ...     ),
    ...     backward=Adjacency(
    ...         np.array([0, 0, 1], np.int32), np.array([0], np.int32), np.array([30], np.int32)
    ...     ),
    ...     component=np.arange(2, dtype=np.int32),
    ...     extent=(0.0, 0.0, 0.0, 0.0),
    ...     crs="EPSG:2154",
    ... )
    >>> matrix(graph, np.array([1]), np.array([0, 1]), limit_ds=30).time_ds.tolist()
    [30, 0]
    >>> matrix(graph, np.array([1]), np.array([0, 1]), limit_ds=29).origin.tolist()
    [1]
    """
    columns = engine.columns(graph, site_nodes, origin_nodes, limit_ds)
    if columns is not None:
        return Pairs(*columns)
    return matrix_by_scipy(graph.backward, site_nodes, origin_nodes, limit_ds)


def matrix_by_scipy(
    edges: Adjacency, site_nodes: IntArray, origin_nodes: IntArray, limit_ds: int
) -> Pairs:
    """Do what `matrix` does, along these edges from the sites, by scipy.

    Examples
    --------
    >>> edges = Adjacency(
    ...     np.array([0, 1, 1], np.int32), np.array([1], np.int32), np.array([30], np.int32)
    ... )
    >>> matrix_by_scipy(edges, np.array([0]), np.array([1]), 30).time_ds.tolist()
    [30]
    """
    empty = np.empty(0, dtype=np.int32)
    parts = [(empty, empty, empty)]
    if len(site_nodes) and len(origin_nodes):
        for start, times in _blocks(edges, site_nodes, min(limit_ds, _LONGEST_DS)):
            block = times[:, origin_nodes]
            site, origin = np.nonzero(np.isfinite(block))
            time_ds = block[site, origin].astype(np.int32)
            parts.append(((site + start).astype(np.int32), origin.astype(np.int32), time_ds))
    return Pairs(*(np.concatenate(column) for column in zip(*parts, strict=True)))


def _blocks(edges: Adjacency, starts: IntArray, limit_ds: int) -> Iterator[tuple[int, FloatArray]]:
    """Yield the times from blocks of nodes to all nodes, infinite beyond the bound."""
    nodes = len(edges.indptr) - 1
    weights = edges.time_ds.astype(np.float64)
    search = csr_array((weights, edges.indices, edges.indptr), shape=(nodes, nodes))
    size = max(1, _BLOCK // nodes)
    for start in range(0, len(starts), size):
        block = np.asarray(starts[start : start + size])
        yield start, dijkstra(search, directed=True, indices=block, limit=float(limit_ds))
