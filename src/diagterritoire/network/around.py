"""Time between many places and the nearest place of a set: what a buffer is drawn from."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import KDTree

from diagterritoire.arrays import FloatArray, IntArray
from diagterritoire.network import search
from diagterritoire.network.doors import open_doors
from diagterritoire.network.graph import RoadGraph
from diagterritoire.network.islets import join_apart
from diagterritoire.network.snapping import Snapping
from diagterritoire.network.straight_line import straight_line_ds
from diagterritoire.parameters import ReseauParameters
from diagterritoire.tables import NON_COUVERT, RATTACHE

_NEVER = np.iinfo(np.int64).max


def time_around(
    geometries: NDArray[np.object_],
    landmass: IntArray,
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
    landmass : int64[k]
        Mass of land of each, as `landmasses` gives; islets are set apart (see `islets`).
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
    >>> outlines, mass = np.array([None, None]), np.array([-1, -1])
    >>> time_around(outlines, mass, xy, inside, None, ReseauParameters()).tolist()
    [0, 9132]
    """
    finite = np.isfinite(xy).all(axis=1)
    snapped, _ = join_apart(road, geometries, landmass, xy, np.arange(len(xy)), reseau)
    free = finite & (snapped.statut == NON_COUVERT)
    joined = finite & (snapped.statut == RATTACHE)
    best = np.full(len(xy), _NEVER)
    _by_straight_line(best, xy, inside & (free | joined), free, reseau)
    _by_straight_line(best, xy, inside & free, joined, reseau)
    if road is not None:
        doors, snapped = open_doors(road, snapped)
        sources, targets = np.flatnonzero(inside & joined), np.flatnonzero(joined)
        _by_road(best, snapped, sources, targets, doors.graph)
    best[inside] = 0
    return np.where(best < _NEVER, best, -1)


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
