"""Customizable contraction hierarchy of a road graph.

The order of the nodes and the arcs depend on the roads alone: made once, kept. New speeds only need
`customise`. Nothing is rounded: the times found through the hierarchy are those of the graph.
(Dibbelt, Strasser, Wagner, Customizable Contraction Hierarchies, 2016.)
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from diagterritoire.arrays import Int32Array
from diagterritoire.errors import DataError
from diagterritoire.network.dial import arrays, longest, processors
from diagterritoire.network.graph import RoadGraph
from diagterritoire.workers import workers

# Cuts made by one processor before the cells are shared: enough cells, and the big ones done.
_SHARED_LEVELS = 3
_ALL_LEVELS = 1 << 30


@dataclass(frozen=True)
class Hierarchy:
    """The part that speeds do not change, by rank; a rank comes after all those under it.

    Attributes
    ----------
    node : int32[n]
        Node of each rank.
    rank : int32[n]
        Rank of each node.
    parent : int32[n]
        Elimination tree, by rank; -1 at a root.
    starts, heads : int32
        Arcs from each rank to higher ones, sorted.
    first, arcs, tails : int32
        The same arcs by their head.
    edge_arcs : int32[m]
        Arc of each edge of `forward`, `-1 - arc` when it goes down.
    """

    node: Int32Array
    rank: Int32Array
    parent: Int32Array
    starts: Int32Array
    heads: Int32Array
    first: Int32Array
    arcs: Int32Array
    tails: Int32Array
    edge_arcs: Int32Array


@dataclass(frozen=True)
class Metric:
    """Time of each arc upwards and downwards, deciseconds, `dial.NEVER` where it serves nothing."""

    up: Int32Array
    down: Int32Array


def dissection_order(graph: RoadGraph) -> Int32Array:
    """Order the nodes by geometric nested dissection: the long part, worth keeping on the disk.

    Parameters
    ----------
    graph : RoadGraph
        n nodes.

    Returns
    -------
    int32[n]
        Nodes, the least important first. It does not depend on times nor on the processors.

    Examples
    --------
    >>> from diagterritoire.network.graph import Adjacency
    >>> edges = Adjacency(
    ...     np.array([0, 1, 2], np.int32), np.array([1, 0], np.int32), np.array([3, 4], np.int32)
    ... )
    >>> xy, box = np.array([0.0, 1.0]), (0.0, 0.0, 1.0, 0.0)
    >>> graph = RoadGraph(xy, xy, edges, edges, np.zeros(2, np.int32), box, "EPSG:2154")
    >>> dissection_order(graph).tolist()
    [0, 1]
    """
    from diagterritoire.network.kernels.dissection import dissect

    nodes = len(graph.x)
    order = np.arange(nodes, dtype=np.int32)
    shared = (
        np.ascontiguousarray(graph.x, dtype=np.float64),
        np.ascontiguousarray(graph.y, dtype=np.float64),
        *_neighbours(graph),
        order,
        order.copy(),
        np.zeros(nodes, dtype=np.int8),
    )
    cells = dissect(*shared, 0, nodes, _SHARED_LEVELS)
    with workers(processors()) as pool:
        list(
            pool.map(lambda cell: dissect(*shared, int(cell[0]), int(cell[1]), _ALL_LEVELS), cells)
        )
    return order


def orders(order: Int32Array, nodes: int) -> bool:
    """Say whether an order ranges so many nodes, each once.

    Examples
    --------
    >>> orders(np.array([1, 0], np.int32), 2), orders(np.array([1, 1], np.int32), 2)
    (True, False)
    """
    if len(order) != nodes or (nodes and (order.min() < 0 or order.max() >= nodes)):
        return False
    met = np.zeros(nodes, dtype=np.bool_)
    met[order] = True
    return bool(met.all())


def extended(order: Int32Array, nodes: int) -> Int32Array:
    """Extend the order of a graph to nodes added after its own: they become the least important.

    Parameters
    ----------
    order : int32[n]
        Of the n first nodes.
    nodes : int
        n or more.

    Returns
    -------
    int32[nodes]
        As good as the order given where the added nodes lie along edges: taking one out links its
        two neighbours, which were linked already.

    Examples
    --------
    >>> extended(np.array([1, 0], np.int32), 4).tolist()
    [2, 3, 1, 0]
    """
    return np.concatenate([np.arange(len(order), nodes, dtype=np.int32), order])


def build(graph: RoadGraph, order: Int32Array) -> Hierarchy:
    """Build the arcs of an order.

    Parameters
    ----------
    graph : RoadGraph
        n nodes.
    order : int32[n]
        Of `dissection_order`, or any other order of the nodes.

    Raises
    ------
    DataError
        The order is not one of these nodes.

    Examples
    --------
    >>> from diagterritoire.network.graph import Adjacency
    >>> edges = Adjacency(
    ...     np.array([0, 1, 2], np.int32), np.array([1, 0], np.int32), np.array([3, 4], np.int32)
    ... )
    >>> xy, box = np.array([0.0, 1.0]), (0.0, 0.0, 1.0, 0.0)
    >>> graph = RoadGraph(xy, xy, edges, edges, np.zeros(2, np.int32), box, "EPSG:2154")
    >>> build(graph, np.array([1, 0], np.int32)).parent.tolist()
    [1, -1]
    """
    from diagterritoire.network.kernels import elimination

    nodes = len(graph.x)
    order = np.ascontiguousarray(order, dtype=np.int32)
    if not orders(order, nodes):
        raise DataError(
            f"Hiérarchie routière : l'ordre gardé ne range pas les {nodes} nœuds du réseau.",
            "Supprimez ce fichier de cache : il sera refait.",
        )
    near = _neighbours(graph)
    tree = elimination.elimination_tree(*near, order)
    listed = elimination.postorder(tree)
    place = np.empty(nodes, dtype=np.int32)
    place[listed] = np.arange(nodes, dtype=np.int32)
    above = tree[listed]
    parent = np.where(above >= 0, place[above], -1).astype(np.int32)
    node = order[listed]
    rank = np.empty(nodes, dtype=np.int32)
    rank[node] = np.arange(nodes, dtype=np.int32)
    starts, heads = elimination.chordal(*near, node, parent)
    turned = elimination.turned(starts, heads)
    indptr, indices, _ = arrays(graph.forward)
    edge_arcs = elimination.arcs_of_edges(indptr, indices, rank, starts, heads)
    return Hierarchy(node, rank, parent, starts, heads, *turned, edge_arcs)


def customise(hierarchy: Hierarchy, graph: RoadGraph, *, pruned: bool = False) -> Metric | None:
    """Time the arcs.

    Parameters
    ----------
    hierarchy : Hierarchy
    graph : RoadGraph
        The graph that it was built from, with these or other times.
    pruned : bool
        Leave out the arcs that no shortest way needs, a tenth of them on real roads: worth it for
        thousands of sites with the same times.

    Returns
    -------
    Metric
        None when an edge is too long for 30 bits.

    Raises
    ------
    DataError
        Another graph.

    Examples
    --------
    >>> from diagterritoire.network.graph import Adjacency
    >>> edges = Adjacency(
    ...     np.array([0, 1, 2], np.int32), np.array([1, 0], np.int32), np.array([3, 4], np.int32)
    ... )
    >>> xy, box = np.array([0.0, 1.0]), (0.0, 0.0, 1.0, 0.0)
    >>> graph = RoadGraph(xy, xy, edges, edges, np.zeros(2, np.int32), box, "EPSG:2154")
    >>> metric = customise(build(graph, dissection_order(graph)), graph)
    >>> metric.up.tolist(), metric.down.tolist()
    ([3], [4])
    """
    from diagterritoire.network.kernels import elimination

    if len(graph.forward.time_ds) != len(hierarchy.edge_arcs):
        raise DataError(
            f"Hiérarchie routière : faite pour {len(hierarchy.edge_arcs)} arcs, le réseau en a "
            f"{len(graph.forward.time_ds)}."
        )
    if longest(graph.forward) >= elimination.NEVER:
        return None
    h = hierarchy
    chords = (h.starts, h.heads, h.first, h.arcs, h.tails)
    times = arrays(graph.forward)[2]
    up, down = elimination.customise(*chords, h.edge_arcs, times)
    if pruned:
        elimination.prune(*chords, up, down)
    return Metric(up, down)


def _neighbours(graph: RoadGraph) -> tuple[Int32Array, Int32Array]:
    """Neighbours of each node, whatever the direction."""
    nodes = len(graph.x)
    ones = np.ones(len(graph.forward.indices), dtype=np.int8)
    edges = csr_array((ones, graph.forward.indices, graph.forward.indptr), shape=(nodes, nodes))
    both = csr_array(edges + edges.T)
    return both.indptr.astype(np.int32), both.indices.astype(np.int32)
