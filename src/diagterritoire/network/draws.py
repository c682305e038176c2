"""The same roads driven at many sets of speeds: what a hundred draws share is made once.

`follow` links the sections of the network to the edges of its graph; `edge_times` gives the times
of the edges under each choice of parameters; `matrices` searches them, one set after another.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse import csr_array

from diagterritoire.arrays import FloatArray, Int32Array, IntArray
from diagterritoire.network import engine, search
from diagterritoire.network.compiled import RoadNetwork, without_ferries
from diagterritoire.network.dial import joined
from diagterritoire.network.engine import Method, Prepared
from diagterritoire.network.graph import RoadGraph
from diagterritoire.network.search import Pairs
from diagterritoire.network.speeds import section_times
from diagterritoire.network.streets import no_streets
from diagterritoire.parameters import ReseauParameters


@dataclass(frozen=True)
class Followed:
    """The sections of a network, by edge of its graph.

    Attributes
    ----------
    network : RoadNetwork
        With the nodes of the graph: without ferries when it has none.
    xy : float64[n, 2]
        Nodes, metres.
    sections, starts : int64
        See `sections_by_edge`.
    """

    network: RoadNetwork
    xy: FloatArray
    sections: IntArray
    starts: IntArray


def follow(network: RoadNetwork, graph: RoadGraph, *, bacs: bool) -> Followed:
    """Link the edges of a graph to the sections that they come from.

    Parameters
    ----------
    network : RoadNetwork
        What the graph was built from.
    graph : RoadGraph
    bacs : bool
        Whether it was built with its ferries.

    Raises
    ------
    ValueError
        The graph is not that of this network.
    """
    land = network if bacs else without_ferries(network)
    sections, starts = sections_by_edge(land.source, land.target)
    if len(land.lon) != len(graph.x) or len(starts) != len(graph.forward.indices):
        raise ValueError("the graph was not built from this network")
    return Followed(land, np.column_stack([graph.x, graph.y]), sections, starts)


def sections_by_edge(
    source: IntArray | Int32Array, target: IntArray | Int32Array
) -> tuple[IntArray, IntArray]:
    """Group the sections by ordered pair of different nodes: each pair is an edge of the graph.

    Parameters
    ----------
    source, target : int[m]
        Ends of the sections.

    Returns
    -------
    sections : int64[k]
        The sections that join two nodes, those of an edge together.
    starts : int64[edges]
        Position in `sections` of the first of each edge; edges are in the order of `forward`.

    Examples
    --------
    >>> sections, starts = sections_by_edge(np.array([1, 0, 2, 0]), np.array([0, 1, 2, 1]))
    >>> sections.tolist(), starts.tolist()
    ([1, 3, 0], [0, 2])
    """
    kept = np.flatnonzero(source != target)
    sections = kept[np.lexsort((target[kept], source[kept]))]
    source, target = source[sections], target[sections]
    first = np.ones(len(sections), dtype=bool)
    first[1:] = (source[1:] != source[:-1]) | (target[1:] != target[:-1])
    return sections, np.flatnonzero(first)


def edge_times(followed: Followed, reseau: ReseauParameters) -> Int32Array:
    """Time the edges of the graph under other choices: those of `build_graph(…).forward`.

    Parameters
    ----------
    followed : Followed
    reseau : ReseauParameters
        What times depend on (see `speeds.section_times`); `bacs` is not read.

    Returns
    -------
    int32[m]
        Deciseconds.

    Examples
    --------
    8 km at 65 km/h, then at 60.

    >>> from diagterritoire.network.graph import build_graph
    >>> network = RoadNetwork(
    ...     lon=np.array([9.0, 9.1]),
    ...     lat=np.array([42.0, 42.0]),
    ...     source=np.array([0], dtype=np.int32),
    ...     target=np.array([1], dtype=np.int32),
    ...     length_m=np.array([8000], dtype=np.float32),
    ...     road_class=np.array([0], dtype=np.int16),
    ...     classes=("primary",),
    ... )
    >>> graph = build_graph(network, "EPSG:2154", ReseauParameters())
    >>> slower = ReseauParameters(vitesses_kmh={"primary": 60.0})
    >>> edge_times(follow(network, graph, bacs=True), slower).tolist()
    [4800]
    """
    times = section_times(followed.network, followed.xy, reseau)[followed.sections]
    return np.minimum.reduceat(times, followed.starts).astype(np.int32)


def retimed(graph: RoadGraph, time_ds: Int32Array) -> RoadGraph:
    """Give the edges other times; the component of each node, which no time changes, is kept.

    The streets, whose times would be the former ones, are left out.

    Parameters
    ----------
    graph : RoadGraph
    time_ds : int32[m]
        Of the edges of `forward`, 1 or more.

    Raises
    ------
    ValueError
        Another number of times.

    Examples
    --------
    >>> from diagterritoire.network.graph import Adjacency
    >>> edges = Adjacency(
    ...     np.array([0, 1, 2], np.int32), np.array([1, 0], np.int32), np.array([3, 4], np.int32)
    ... )
    >>> xy, box = np.array([0.0, 1.0]), (0.0, 0.0, 1.0, 0.0)
    >>> turned = replace(edges, time_ds=np.array([4, 3], np.int32))
    >>> graph = RoadGraph(xy, xy, edges, turned, np.zeros(2, np.int32), box, "EPSG:2154")
    >>> other = retimed(graph, np.array([7, 8]))
    >>> other.forward.time_ds.tolist(), other.backward.time_ds.tolist()
    ([7, 8], [8, 7])
    """
    nodes, forward = len(graph.x), graph.forward
    if len(time_ds) != len(forward.indices):
        raise ValueError(f"{len(time_ds)} times for {len(forward.indices)} edges")
    times = np.ascontiguousarray(time_ds, dtype=np.int32)
    turned = csr_array((times, forward.indices, forward.indptr), shape=(nodes, nodes)).tocsc()
    return replace(
        graph,
        forward=replace(forward, time_ds=times),
        backward=replace(graph.backward, time_ds=turned.data),
        streets=no_streets(),
    )


def matrices(
    graph: RoadGraph,
    times: Iterable[Int32Array],
    site_nodes: IntArray,
    origin_nodes: IntArray,
    limit_ds: int,
    *,
    count: int,
) -> Iterator[Pairs]:
    """Yield the matrix of each set of times: `search.matrix` of the graph with these times.

    Parameters
    ----------
    graph : RoadGraph
    times : iterable of int32[m]
        Times of the edges of `forward`, a set at a time: a generator holds one only.
    site_nodes, origin_nodes, limit_ds
        As in `search.matrix`.
    count : int
        How many sets there are: says whether a hierarchy pays, which all of them share.

    Examples
    --------
    >>> from diagterritoire.network.graph import Adjacency
    >>> edges = Adjacency(
    ...     np.array([0, 1, 2], np.int32), np.array([1, 0], np.int32), np.array([3, 3], np.int32)
    ... )
    >>> xy, box = np.array([0.0, 1.0]), (0.0, 0.0, 1.0, 0.0)
    >>> graph = RoadGraph(xy, xy, edges, edges, np.zeros(2, np.int32), box, "EPSG:2154")
    >>> sets = ([7, 8], [5, 6])
    >>> site, origin = np.array([1]), np.array([0])
    >>> [pairs.time_ds.tolist() for pairs in matrices(graph, sets, site, origin, 60, count=2)]
    [[7], [5]]
    """
    prepared = None
    if engine.chosen(graph, len(site_nodes), repeats=count) is Method.HIERARCHY:
        prepared = engine.prepare(graph, origin_nodes)
    for time_ds in times:
        yield _matrix(retimed(graph, time_ds), site_nodes, origin_nodes, limit_ds, prepared)


def _matrix(
    graph: RoadGraph,
    site_nodes: IntArray,
    origin_nodes: IntArray,
    limit_ds: int,
    prepared: Prepared | None,
) -> Pairs:
    if prepared is not None:
        found = engine.answers(graph, site_nodes, origin_nodes, limit_ds, prepared)
        if found is not None:
            return Pairs(*joined(found, len(site_nodes)))
    return search.matrix(graph, site_nodes, origin_nodes, limit_ds)
