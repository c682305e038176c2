"""The graph that is searched: the compiled network, projected, timed, ferries in or out."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from pyproj import Transformer
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from diagterritoire.arrays import FloatArray, Int32Array, IntArray
from diagterritoire.errors import DataError
from diagterritoire.network.compiled import (
    RoadNetwork,
    at_sea,
    without_ferries,
)
from diagterritoire.network.speeds import section_times
from diagterritoire.network.streets import Streets, build_streets, no_streets
from diagterritoire.parameters import ReseauParameters
from diagterritoire.territory import WGS84


@dataclass(frozen=True)
class Adjacency:
    """Edges grouped by their first node (compressed sparse rows), one per ordered pair of nodes.

    Attributes
    ----------
    indptr : int32[n + 1]
        The edges of node `v` are those from `indptr[v]` to `indptr[v + 1]`, excluded.
    indices : int32[m]
        Other end of each edge, increasing within a node.
    time_ds : int32[m]
        Time of each edge, deciseconds, at least 1.
    """

    indptr: Int32Array
    indices: Int32Array
    time_ds: Int32Array


class KeptOrder(Protocol):
    """Where the order of the nodes of a hierarchy is kept from one run to the next.

    The graph carries it down to the search, which alone knows whether a hierarchy pays.
    """

    def ready(self) -> bool:
        """Tell whether it was made already."""

    def read(self) -> Int32Array:
        """Give the order of the first nodes (`hierarchy.dissection_order`), made when absent."""


@dataclass(frozen=True)
class RoadGraph:
    """Times between neighbouring nodes, both ways round, ready to be searched.

    Attributes
    ----------
    x, y : float64[n]
        Nodes, metres, in `crs`.
    forward, backward : Adjacency
        Edges by origin, and the same edges by destination (the reversed graph).
    component : int32[n]
        Label of the strongly connected component of each node.
    extent : tuple of float
        West, south, east, north of the nodes that a road touches, in `crs`; NaN when there is none.
    crs : str
        Projection.
    streets : Streets
        What points join; none of a graph built without its network: they join its nodes.
    order : KeptOrder, optional
        That of these nodes, or of the first of them when others were added after.
    """

    x: FloatArray
    y: FloatArray
    forward: Adjacency
    backward: Adjacency
    component: Int32Array
    extent: tuple[float, float, float, float]
    crs: str
    streets: Streets = field(default_factory=no_streets)
    order: KeptOrder | None = None


def build_graph(network: RoadNetwork, crs: str, reseau: ReseauParameters) -> RoadGraph:
    """Project the nodes and time the edges.

    The time of a section is given by `speeds.section_times`; of parallel sections the quickest is
    kept, and a section from a node to itself is dropped. Ferries, and the nodes that they alone
    touch, are left out unless `reseau.bacs`.

    Parameters
    ----------
    network : RoadNetwork
        n nodes, m sections; either may be 0.
    crs : str
        Projection, in metres.
    reseau : ReseauParameters
        What times depend on (see `speeds.section_times`), and `bacs`.

    Raises
    ------
    DataError
        Nodes that the projection cannot hold.

    Examples
    --------
    >>> network = RoadNetwork(
    ...     lon=np.array([9.0, 9.1]),
    ...     lat=np.array([42.0, 42.0]),
    ...     source=np.array([0, 0], dtype=np.int32),
    ...     target=np.array([1, 1], dtype=np.int32),
    ...     length_m=np.array([8000, 9000], dtype=np.float32),
    ...     road_class=np.array([0, 1], dtype=np.int16),
    ...     classes=("primary", "tertiary"),
    ... )
    >>> graph = build_graph(network, "EPSG:2154", ReseauParameters())
    >>> graph.forward.time_ds.tolist()  # 8 km at 65 km/h
    [4431]
    """
    if not reseau.bacs:
        network = without_ferries(network)
    x, y = Transformer.from_crs(WGS84, crs, always_xy=True).transform(network.lon, network.lat)
    lost = ~(np.isfinite(x) & np.isfinite(y))
    if lost.any():
        first = int(np.argmax(lost))
        raise DataError(
            f"Réseau routier : {int(lost.sum())} nœuds hors de la projection {crs} ; par exemple "
            f"longitude {network.lon[first]}, latitude {network.lat[first]}.",
            "Donnez un réseau routier découpé sur le territoire.",
        )
    nodes, xy = len(x), np.column_stack([x, y])
    times = section_times(network, xy, reseau)
    source, target, time_ds = quickest(
        network.source.astype(np.int64), network.target.astype(np.int64), times
    )
    forward = _adjacency(nodes, source, target, time_ds)
    order = np.lexsort((source, target))
    edges = csr_array((forward.time_ds, forward.indices, forward.indptr), shape=(nodes, nodes))
    component = (
        connected_components(edges, directed=True, connection="strong")[1]
        if nodes
        else np.empty(0, dtype=np.int32)
    )
    return RoadGraph(
        x=np.asarray(x, dtype=np.float64),
        y=np.asarray(y, dtype=np.float64),
        forward=forward,
        backward=_adjacency(nodes, target[order], source[order], time_ds[order]),
        component=component.astype(np.int32),
        extent=_extent(np.asarray(x), np.asarray(y), at_sea(network)),
        crs=crs,
        streets=build_streets(network, xy, times, crs, reseau),
    )


def quickest(
    source: IntArray, target: IntArray, time_ds: IntArray
) -> tuple[IntArray, IntArray, IntArray]:
    """Keep one edge per ordered pair of different nodes, the quickest; sorted by pair.

    Examples
    --------
    >>> quickest(np.array([1, 0, 1]), np.array([0, 1, 0]), np.array([9, 8, 7]))
    (array([0, 1]), array([1, 0]), array([8, 7]))
    """
    kept = np.flatnonzero(source != target)
    order = kept[np.lexsort((time_ds[kept], target[kept], source[kept]))]
    source, target, time_ds = source[order], target[order], time_ds[order]
    first = np.ones(len(order), dtype=bool)
    first[1:] = (source[1:] != source[:-1]) | (target[1:] != target[:-1])
    return source[first], target[first], time_ds[first]


def _adjacency(nodes: int, start: IntArray, end: IntArray, time_ds: IntArray) -> Adjacency:
    indptr = np.zeros(nodes + 1, dtype=np.int32)
    np.cumsum(np.bincount(start, minlength=nodes), out=indptr[1:])
    return Adjacency(indptr, end.astype(np.int32), time_ds.astype(np.int32))


def _extent(
    x: FloatArray, y: FloatArray, at_sea: NDArray[np.bool_]
) -> tuple[float, float, float, float]:
    # The far bank of a ferry is not covered for being named.
    x, y = x[~at_sea], y[~at_sea]
    if not len(x):
        return (np.nan, np.nan, np.nan, np.nan)
    return (float(x.min()), float(y.min()), float(x.max()), float(y.max()))
