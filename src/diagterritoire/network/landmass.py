"""Masses of land: what a car can cross without a boat, and which one holds each road node."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from diagterritoire.network.graph import RoadGraph


def landmasses(geometries: Iterable[object], gap_m: float) -> NDArray[np.int64]:
    """Give each polygon its mass of land: those that touch, or nearly do, share one.

    Parameters
    ----------
    geometries : iterable of shapely polygons or multipolygons
        Outlines of communes, metres. A missing or empty one is a mass of its own.
    gap_m : float
        Polygons nearer than this touch: simplified outlines leave slits between neighbours.

    Returns
    -------
    int64[k]
        Mass of each polygon, numbered from 0 in the order of the first polygon of each.

    Notes
    -----
    The parts of one commune are one mass, even an islet; `islets.islets_apart` gives it its own.

    Examples
    --------
    >>> squares = [shapely.box(0, 0, 1, 1), shapely.box(500, 0, 501, 1), shapely.box(1, 0, 2, 1)]
    >>> landmasses(squares, 100.0).tolist()
    [0, 1, 0]
    """
    shapes = np.asarray(list(geometries), dtype=object)
    if not len(shapes):
        return np.empty(0, dtype=np.int64)
    one, other = shapely.STRtree(shapes).query(shapes, predicate="dwithin", distance=gap_m)
    links = coo_array((np.ones(len(one), dtype=bool), (one, other)), shape=(len(shapes),) * 2)
    _, label = connected_components(links, directed=False)
    _, first, group = np.unique(label, return_index=True, return_inverse=True)
    rank = np.argsort(np.argsort(first))
    return rank[group].astype(np.int64)


@dataclass(frozen=True)
class Anchors:
    """Where the road nodes lie, and which of them a point may be snapped to.

    Attributes
    ----------
    landmass : int64[n]
        Mass of land of each node, -1 where no outline is near.
    main : bool[n]
        True for the nodes of the main strongly connected component of their mass.
    """

    landmass: NDArray[np.int64]
    main: NDArray[np.bool_]


def anchors(
    graph: RoadGraph,
    geometries: Iterable[object],
    landmass: NDArray[np.int64],
    shore_m: float,
) -> Anchors:
    """Give each road node the mass of the nearest polygon, and elect the main component of each.

    The main component of a mass is the one with most nodes inside its polygons (on its shore when
    none is inside; the smallest label at equality). Nodes on the shore count only then: across a
    narrow strait they are those of the other bank.

    Parameters
    ----------
    graph : RoadGraph
        n nodes.
    geometries : iterable of shapely polygons or multipolygons
        k outlines of communes, in the projection of the graph.
    landmass : int64[k]
        Mass of each, as `landmasses` gives.
    shore_m : float
        Coast roads fall outside simplified outlines; a node farther than this from every polygon
        has no mass: it can be driven through, not snapped to.

    Examples
    --------
    >>> from diagterritoire.network.graph import Adjacency
    >>> none = Adjacency(np.zeros(4, np.int32), np.empty(0, np.int32), np.empty(0, np.int32))
    >>> graph = RoadGraph(
    ...     x=np.array([0.5, 300.0, 9000.0]),
    ...     y=np.zeros(3),
    ...     forward=none,
    ...     backward=none,
    ...     component=np.arange(3, dtype=np.int32),
    ...     extent=(0.5, 0.0, 9000.0, 0.0),
    ...     crs="EPSG:2154",
    ... )
    >>> found = anchors(graph, [shapely.box(0, -1, 1, 1)], np.array([0]), 1000.0)
    >>> found.landmass.tolist(), found.main.tolist()
    ([0, 0, -1], [True, False, False])
    """
    shapes = np.asarray(list(geometries), dtype=object)
    nodes = shapely.points(graph.x, graph.y)
    holder = np.full(len(nodes), len(shapes), dtype=np.int64)
    # The tree holds the points so that shapely prepares each polygon once.
    polygon, node = shapely.STRtree(nodes).query(shapes, predicate="intersects")
    np.minimum.at(holder, node, polygon)
    inside = holder < len(shapes)
    outside = np.flatnonzero(~inside)
    near, polygon = shapely.STRtree(shapes).query_nearest(nodes[outside], max_distance=shore_m)
    np.minimum.at(holder, outside[near], polygon)
    masses = np.append(np.asarray(landmass, dtype=np.int64), -1)[holder]
    return Anchors(masses, _main(masses, inside, graph.component))


def _main(
    masses: NDArray[np.int64], inside: NDArray[np.bool_], component: NDArray[np.int32]
) -> NDArray[np.bool_]:
    main = np.zeros(len(masses), dtype=bool)
    for mass in np.unique(masses[masses >= 0]):
        here = masses == mass
        voters = here & inside if (here & inside).any() else here
        labels, counts = np.unique(component[voters], return_counts=True)
        main |= here & (component == labels[np.argmax(counts)])
    return main
