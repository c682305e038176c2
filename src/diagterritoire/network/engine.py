"""Which search to make: scipy, compiled buckets, or a hierarchy. All give the same integers.

The rule counts visits of nodes: sites x searches x the nodes that one of them meets. Few visits are
left to scipy, since loading numba takes about a second; the hierarchy is made when it costs fewer
visits than it saves.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from functools import cache
from importlib.util import find_spec

from diagterritoire.arrays import Int32Array, IntArray
from diagterritoire.network import dial, hierarchy, sweep
from diagterritoire.network.graph import RoadGraph
from diagterritoire.network.hierarchy import Hierarchy
from diagterritoire.network.sweep import Restriction

# Nodes that a search of an hour meets in a dense region; a small graph is met whole.
REACH = 200_000
# Nodes from which the nearest sites are worth loading numba: scipy takes half a second.
LARGE = 500_000
# Under this number of visits scipy takes less than two seconds.
FEW_VISITS = 20_000_000
# Visits by node worth the order, the arcs, and the customisation of one set of times.
ORDER, ARCS, CUSTOMISATION = 100, 10, 8


class Method(Enum):
    """A way to search."""

    SCIPY = "scipy"
    BUCKETS = "buckets"
    HIERARCHY = "hierarchy"


@dataclass(frozen=True)
class Prepared:
    """A hierarchy, and its part above some origins: what new speeds leave as it is."""

    hierarchy: Hierarchy
    kept: Restriction


@cache
def compiled() -> bool:
    """Tell whether numba is there."""
    return find_spec("numba") is not None


def choose(nodes: int, sites: int, *, repeats: int = 1, ordered: bool = False) -> Method:
    """Choose a search.

    Parameters
    ----------
    nodes, sites : int
    repeats : int
        Sets of times, from the same sites to the same origins.
    ordered : bool
        Whether the order of the nodes is known already.

    Examples
    --------
    An EPCI once, an EPCI a hundred times, a region.

    >>> choose(50_000, 60).value
    'scipy'
    >>> choose(50_000, 60, repeats=100).value, choose(1_200_000, 1_300).value
    ('hierarchy', 'hierarchy')
    >>> choose(1_200_000, 300).value, choose(1_200_000, 300, ordered=True).value
    ('buckets', 'hierarchy')
    """
    visits = sites * repeats * min(nodes, REACH)
    if visits <= FEW_VISITS or not compiled():
        return Method.SCIPY
    made = ARCS + CUSTOMISATION * repeats + (0 if ordered else ORDER)
    return Method.HIERARCHY if visits > made * nodes else Method.BUCKETS


def chosen(graph: RoadGraph, sites: int, *, repeats: int = 1) -> Method:
    """Choose a search of a graph, knowing whether its order is kept; see `choose`.

    Examples
    --------
    >>> import numpy as np
    >>> from diagterritoire.network.graph import Adjacency
    >>> none = np.empty(0, np.int32)
    >>> edges, xy = Adjacency(np.array([0, 0], np.int32), none, none), np.array([0.0])
    >>> chosen(RoadGraph(xy, xy, edges, edges, none, (0, 0, 0, 0), "EPSG:2154"), 1).value
    'scipy'
    """
    ordered = graph.order is not None and graph.order.ready()
    return choose(len(graph.x), sites, repeats=repeats, ordered=ordered)


def prepare(graph: RoadGraph, origin_nodes: IntArray, order: Int32Array | None = None) -> Prepared:
    """Make the hierarchy of a graph for some origins.

    Parameters
    ----------
    graph : RoadGraph
    origin_nodes : int64[o]
    order : int32[n], optional
        Of `hierarchy.dissection_order`; unless given, that which the graph keeps, or a new one.

    Examples
    --------
    >>> import numpy as np
    >>> from diagterritoire.network.graph import Adjacency
    >>> edges = Adjacency(
    ...     np.array([0, 1, 2], np.int32), np.array([1, 0], np.int32), np.array([3, 4], np.int32)
    ... )
    >>> xy, box = np.array([0.0, 1.0]), (0.0, 0.0, 1.0, 0.0)
    >>> graph = RoadGraph(xy, xy, edges, edges, np.zeros(2, np.int32), box, "EPSG:2154")
    >>> len(prepare(graph, np.array([0])).kept.listed)
    2
    """
    built = hierarchy.build(graph, order_of(graph) if order is None else order)
    return Prepared(built, sweep.restrict(built, origin_nodes))


def order_of(graph: RoadGraph) -> Int32Array:
    """Order all the nodes, from the order that is kept where it may serve.

    Examples
    --------
    >>> import numpy as np
    >>> from diagterritoire.network.graph import Adjacency
    >>> none = np.empty(0, np.int32)
    >>> edges, xy = Adjacency(np.array([0, 0], np.int32), none, none), np.array([0.0])
    >>> order_of(RoadGraph(xy, xy, edges, edges, none, (0, 0, 0, 0), "EPSG:2154")).tolist()
    [0]
    """
    if graph.order is not None:
        kept = graph.order.read()
        if len(kept) <= len(graph.x):
            return hierarchy.extended(kept, len(graph.x))
    return hierarchy.dissection_order(graph)


def answers(
    graph: RoadGraph,
    site_nodes: IntArray,
    origin_nodes: IntArray,
    limit_ds: int,
    prepared: Prepared | None = None,
) -> Iterator[tuple[int, Int32Array, Int32Array]] | None:
    """Give each site once: its position, the origins within the bound (included), their times.

    Parameters
    ----------
    graph : RoadGraph
        With the times wanted.
    site_nodes, origin_nodes : int64
    limit_ds : int
        Deciseconds.
    prepared : Prepared, optional
        Of the same roads and origins, with any times: the hierarchy is used. Buckets else.

    Returns
    -------
    iterator
        Its order depends on the method. The arrays are used again: copy what must outlast the next
        step. None when the times do not fit (see `dial.fits`).

    Examples
    --------
    >>> import numpy as np
    >>> from diagterritoire.network.graph import Adjacency
    >>> edges = Adjacency(
    ...     np.array([0, 1, 2], np.int32), np.array([1, 0], np.int32), np.array([3, 4], np.int32)
    ... )
    >>> xy, box = np.array([0.0, 1.0]), (0.0, 0.0, 1.0, 0.0)
    >>> graph = RoadGraph(xy, xy, edges, edges, np.zeros(2, np.int32), box, "EPSG:2154")
    >>> for site, origin, time_ds in answers(graph, np.array([0]), np.array([1]), 60):
    ...     print(site, origin.tolist(), time_ds.tolist())
    0 [0] [3]
    """
    if limit_ds >= dial.NEVER:
        return None
    if prepared is not None:
        metric = hierarchy.customise(prepared.hierarchy, graph)
        if metric is None:
            return None
        return sweep.by_site(prepared.hierarchy, metric, prepared.kept, site_nodes, limit_ds)
    if not dial.fits(graph.backward):
        return None
    return dial.by_site(graph.backward, site_nodes, origin_nodes, limit_ds)


def columns(
    graph: RoadGraph, site_nodes: IntArray, origin_nodes: IntArray, limit_ds: int
) -> tuple[Int32Array, Int32Array, Int32Array] | None:
    """Compute the columns of `search.Pairs` by the method that the rule chooses.

    Parameters
    ----------
    graph, site_nodes, origin_nodes, limit_ds
        As in `search.matrix`.

    Returns
    -------
    site, origin, time_ds : int32[p]
        None when scipy is to be asked.

    Examples
    --------
    >>> import numpy as np
    >>> from diagterritoire.network.graph import Adjacency
    >>> edges = Adjacency(
    ...     np.array([0, 1, 2], np.int32), np.array([1, 0], np.int32), np.array([3, 4], np.int32)
    ... )
    >>> xy, box = np.array([0.0, 1.0]), (0.0, 0.0, 1.0, 0.0)
    >>> graph = RoadGraph(xy, xy, edges, edges, np.zeros(2, np.int32), box, "EPSG:2154")
    >>> columns(graph, np.array([0]), np.array([1]), 60) is None
    True
    """
    method = chosen(graph, len(site_nodes))
    if method is Method.SCIPY:
        return None
    prepared = prepare(graph, origin_nodes) if method is Method.HIERARCHY else None
    found = answers(graph, site_nodes, origin_nodes, limit_ds, prepared)
    return None if found is None else dial.joined(found, len(site_nodes))
