"""Time between many places and the nearest place of a set: what a buffer is drawn from."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.spatial import KDTree

from diagterritoire.network import search
from diagterritoire.network.graph import FloatArray, IntArray, RoadGraph
from diagterritoire.network.landmass import anchors, landmasses
from diagterritoire.network.snapping import Snapping, snap, uncovered
from diagterritoire.network.straight_line import straight_line_ds
from diagterritoire.parameters import ReseauParameters
from diagterritoire.tables import NON_COUVERT, RATTACHE

_NEVER = np.iinfo(np.int64).max


def time_around(
    geometries: NDArray[np.object_],
    xy: FloatArray,
    inside: NDArray[np.bool_],
    road: RoadGraph | None,
    reseau: ReseauParameters,
) -> IntArray:
    """Time between each commune and the nearest one of a set, the smaller of both directions.

    Parameters
    ----------
    geometries : shapely polygons or multipolygons [k]
        Outlines, metres; unused without roads.
    xy : float64[k, 2]
        Points, metres; one that is not finite is reached by nobody.
    inside : bool[k]
        The set; it may be empty: nothing is reached.
    road : RoadGraph or None
        Roads, in the same projection.
    reseau : ReseauParameters
        Snapping and straight-line model.

    Returns
    -------
    int64[k]
        Deciseconds, 0 inside, -1 where the set cannot be reached.

    Examples
    --------
    >>> xy, inside = np.array([[0.0, 0.0], [10_000.0, 0.0]]), np.array([True, False])
    >>> time_around(np.array([None, None]), xy, inside, None, ReseauParameters()).tolist()
    [0, 9132]
    """
    finite = np.isfinite(xy).all(axis=1)
    snapped = _snap_near(geometries, xy, road, reseau)
    free = finite & (snapped.statut == NON_COUVERT)
    joined = finite & (snapped.statut == RATTACHE)
    best = np.full(len(xy), _NEVER)
    _by_straight_line(best, xy, inside & (free | joined), free, reseau)
    _by_straight_line(best, xy, inside & free, joined, reseau)
    if road is not None:
        _by_road(best, snapped, np.flatnonzero(inside & joined), np.flatnonzero(joined), road)
    best[inside] = 0
    return np.where(best < _NEVER, best, -1)


def _snap_near(
    geometries: NDArray[np.object_],
    xy: FloatArray,
    road: RoadGraph | None,
    reseau: ReseauParameters,
) -> Snapping:
    """Snap the points within reach of the roads' extent; the road file covers no other."""
    snapped = uncovered(len(xy))
    if road is None or not len(road.x):
        return snapped
    west, south, east, north = road.extent
    reach = reseau.rattachement_max_m
    around = shapely.box(west - reach, south - reach, east + reach, north + reach)
    near = np.flatnonzero(
        np.isfinite(xy).all(axis=1)
        & (shapely.intersects_xy(around, xy[:, 0], xy[:, 1]) | _overlap(geometries, around))
    )
    masses = landmasses(geometries[near])
    anchored = anchors(road, geometries[near], masses)
    local = snap(road, anchored, xy[near, 0], xy[near, 1], masses, reseau)
    snapped.statut[near], snapped.node[near] = local.statut, local.node
    snapped.distance_m[near], snapped.access_ds[near] = local.distance_m, local.access_ds
    return snapped


def _overlap(geometries: NDArray[np.object_], area: shapely.Polygon) -> NDArray[np.bool_]:
    west, south, east, north = area.bounds
    bounds = shapely.bounds(geometries)
    overlap: NDArray[np.bool_] = (
        (bounds[:, 0] <= east)
        & (bounds[:, 2] >= west)
        & (bounds[:, 1] <= north)
        & (bounds[:, 3] >= south)
    )
    return overlap


def _by_straight_line(
    best: IntArray,
    xy: FloatArray,
    sources: NDArray[np.bool_],
    targets: NDArray[np.bool_],
    reseau: ReseauParameters,
) -> None:
    if sources.any() and targets.any():
        distance, _ = KDTree(xy[sources]).query(xy[targets])
        best[targets] = np.minimum(best[targets], straight_line_ds(distance, reseau))


def _by_road(
    best: IntArray, snapped: Snapping, sources: IntArray, targets: IntArray, road: RoadGraph
) -> None:
    node, access = snapped.node, snapped.access_ds
    for outward in (False, True):
        found, _ = search.nearest(road, node[sources], access[sources], outward=outward)
        time_ds = found[node[targets]]
        reached = targets[time_ds >= 0]
        best[reached] = np.minimum(best[reached], time_ds[time_ds >= 0] + access[reached])
