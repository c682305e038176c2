"""Islets: the parts of a commune that no car reaches from the rest of it without a boat."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from diagterritoire.arrays import FloatArray, IntArray
from diagterritoire.network.graph import RoadGraph
from diagterritoire.network.landmass import Anchors
from diagterritoire.network.snapping import Snapping, anchors_around, join, uncovered
from diagterritoire.parameters import ReseauParameters


@dataclass(frozen=True)
class Apart:
    """k outlines whose i islets are set apart.

    Attributes
    ----------
    outlines : shapely geometries [k + i]
        Those given, without their islets; then the islets.
    landmass : int64[k + i]
        Mass of each; an islet, or islets that touch, are a mass of their own.
    owner : int64[k + i]
        Position of the outline given.
    """

    outlines: NDArray[np.object_]
    landmass: IntArray
    owner: IntArray

    def at(self, xy: FloatArray, landmass: IntArray) -> IntArray:
        """Mass of points: of the islet that holds them, else the one given for each."""
        found = np.array(landmass, dtype=np.int64)
        first = int(self.owner.max(initial=-1)) + 1
        if len(self.outlines) > first:
            points = shapely.STRtree(shapely.points(xy))
            islet, point = points.query(self.outlines[first:], predicate="intersects")
            islet += first
            own = self.landmass[self.owner[islet]] == landmass[point]
            found[point[own]] = self.landmass[islet[own]]
        return found


@dataclass(frozen=True)
class AnchorsApart(Anchors):
    """Anchors of road nodes to outlines whose islets are set apart.

    Attributes
    ----------
    apart : Apart
        The outlines, and what islet holds a point.
    """

    apart: Apart


def anchors_apart(
    road: RoadGraph, geometries: Iterable[object], landmass: IntArray, reseau: ReseauParameters
) -> AnchorsApart:
    """Anchor the road nodes to outlines, each to its side of the water.

    Joined to them (`snapping.join_anchored`) with the mass that `apart.at` gives, points are those
    of `join_apart`: many sets of points are joined to the same roads.

    Parameters
    ----------
    road, geometries, landmass, reseau
        As in `join_apart`.
    """
    apart = islets_apart(geometries, landmass, reseau.masse_ecart_max_m)
    anchored = anchors_around(road, apart.outlines, apart.landmass, reseau)
    return AnchorsApart(anchored.landmass, anchored.main, apart)


def join_apart(
    road: RoadGraph | None,
    geometries: Iterable[object],
    landmass: IntArray,
    xy: FloatArray,
    outline: IntArray,
    reseau: ReseauParameters,
) -> tuple[Snapping, IntArray]:
    """Join points to the roads of their own side of the water; see `snapping.join`.

    Parameters
    ----------
    road : RoadGraph or None
        None: no point is covered, and water holds nobody back.
    geometries : iterable of shapely polygons or multipolygons
        Outlines of k communes.
    landmass : int64[k]
        Mass of each.
    xy : float64[q, 2]
        Points, metres.
    outline : int64[q]
        Position of the commune of each point.
    reseau : ReseauParameters

    Returns
    -------
    Snapping, int64[q]
        How each point joins the road, and its mass: that of the islet that holds it, if any.
    """
    if road is None:
        return uncovered(len(xy)), np.zeros(len(xy), dtype=np.int64)
    apart = islets_apart(geometries, landmass, reseau.masse_ecart_max_m)
    mass = apart.at(xy, landmass[outline])
    return join(road, apart.outlines, apart.landmass, xy, mass, reseau), mass


def islets_apart(geometries: Iterable[object], landmass: IntArray, gap_m: float) -> Apart:
    """Set apart the parts of outlines that are farther than a gap from the rest of their mass.

    Parameters
    ----------
    geometries : iterable of shapely polygons or multipolygons
        Outlines of communes, metres; one may be missing or empty.
    landmass : int64[k]
        Mass of each, as `landmass.landmasses` gives.
    gap_m : float
        That of `landmass.landmasses`.

    Notes
    -----
    The rest of a mass is what its outlines in one piece lead to, or its largest part when it has
    none: a commune may have more land on its islet than on the mainland.

    Examples
    --------
    Two islets that touch, off the shore of a commune:

    >>> parts = [shapely.box(0, 0, 9, 9), shapely.box(500, 0, 502, 2), shapely.box(503, 0, 504, 2)]
    >>> found = islets_apart([shapely.MultiPolygon(parts)], np.zeros(1, dtype=np.int64), 100.0)
    >>> found.landmass.tolist(), found.owner.tolist(), found.outlines[0].area
    ([0, 1, 1], [0, 0, 0], 81.0)
    >>> found.at(np.array([[1.0, 1.0], [501.0, 1.0]]), np.zeros(2, dtype=np.int64)).tolist()
    [0, 1]
    """
    shapes = np.asarray([*geometries, None], dtype=object)[:-1]
    masses = np.asarray(landmass, dtype=np.int64)
    several = shapely.get_num_geometries(shapes) > 1
    parts, row = shapely.get_parts(shapes[several], return_index=True)
    owner = np.flatnonzero(several)[row]
    group = _groups(parts, masses[owner], shapes[~several], masses[~several], gap_m)
    islets = group >= 0
    left = shapes.copy()
    for number in np.unique(owner[islets]).tolist():
        left[number] = shapely.multipolygons(parts[~islets & (owner == number)])
    first = int(masses.max(initial=-1)) + 1
    return Apart(
        np.concatenate([left, parts[islets]]),
        np.concatenate([masses, first + group[islets]]),
        np.concatenate([np.arange(len(shapes)), owner[islets]]),
    )


def _groups(
    parts: NDArray[np.object_],
    their_mass: IntArray,
    others: NDArray[np.object_],
    masses: IntArray,
    gap_m: float,
) -> IntArray:
    """Group the parts that touch, in order; -1 for those of the main group of their mass."""
    tree = shapely.STRtree(np.concatenate([parts, others]))
    part, piece = tree.query(parts, predicate="dwithin", distance=gap_m)
    # The outlines in one piece make one node a mass, its largest part where there is none.
    known, mass = np.unique(np.concatenate([their_mass, masses]), return_inverse=True)
    node = len(parts) + mass
    node[: len(parts)] = np.arange(len(parts))
    order = np.lexsort((np.arange(len(parts)), -shapely.area(parts), their_mass))
    alone, first = np.unique(their_mass[order], return_index=True)
    largest = order[first[~np.isin(alone, masses)]]
    tail = np.concatenate([part, largest])
    head = np.concatenate([node[piece], len(parts) + mass[largest]])
    links = coo_array(
        (np.ones(len(tail), dtype=bool), (tail, head)), shape=(len(parts) + len(known),) * 2
    )
    _, label = connected_components(links, directed=False)
    group = np.full(len(parts), -1, dtype=np.int64)
    apart = np.flatnonzero(~np.isin(label[: len(parts)], label[len(parts) :]))
    _, first, at = np.unique(label[apart], return_index=True, return_inverse=True)
    group[apart] = np.argsort(np.argsort(first))[at]
    return group
