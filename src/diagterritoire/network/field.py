"""Time from any place to its nearest site: from the times along the streets to a field."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import KDTree

from diagterritoire.arrays import FloatArray, IntArray
from diagterritoire.network import search
from diagterritoire.network.cells import CELL_M
from diagterritoire.network.doors import Doors, open_doors, reach_of
from diagterritoire.network.graph import RoadGraph
from diagterritoire.network.landmass import Anchors
from diagterritoire.network.roadside import Nearby, around, box_around, roadside
from diagterritoire.network.snapping import access_ds, placed
from diagterritoire.network.straight_line import straight_line_ds
from diagterritoire.network.trips import Ends
from diagterritoire.parameters import ReseauParameters
from diagterritoire.tables import NON_COUVERT, RATTACHE

_NEVER = np.iinfo(np.int64).max


def time_field(
    road: RoadGraph | None,
    anchored: Anchors | None,
    sites: Ends,
    xy: FloatArray,
    landmass: IntArray,
    covered: NDArray[np.bool_],
    reseau: ReseauParameters,
) -> IntArray:
    """Time from each place to the nearest site.

    Parameters
    ----------
    road, anchored : RoadGraph, Anchors
        The roads and where their nodes lie; None when no place is covered.
    sites : Ends
        s sites, joined to these roads; s may be 0.
    xy : float64[k, 2]
        Places, metres.
    landmass : int64[k]
        Mass of land of each.
    covered : bool[k]
        True for the places that the road file covers.
    reseau : ReseauParameters
        Access and straight-line model.

    Returns
    -------
    int64[k]
        Deciseconds, -1 where no site is reached.

    Notes
    -----
    A covered place within reach of a street goes by road, see `road_field`, or by the straight line
    to a site of its mass that the file does not cover; out of reach, nowhere. Another place goes by
    the straight line to any site that is not cut off, as `trips.compute` does.

    Examples
    --------
    >>> from diagterritoire.network.snapping import uncovered
    >>> here = np.zeros(1, dtype=np.int64)
    >>> sites = Ends(here, here, np.zeros((1, 2)), uncovered(1))
    >>> places, masses = np.array([[10_000.0, 0.0]]), np.zeros(1, dtype=np.int64)
    >>> time_field(None, None, sites, places, masses, masses > 0, ReseauParameters()).tolist()
    [9132]
    """
    best = np.full(len(xy), _NEVER)
    rows = np.flatnonzero(covered)
    if road is not None and anchored is not None and len(rows):
        joined = sites.having(RATTACHE)
        doors, ends = open_doors(road, sites.snapping)
        node_ds, _ = search.nearest(doors.graph, ends.node[joined], ends.access_ds[joined])
        found, near = road_field(doors, anchored, node_ds, xy[rows], landmass[rows], reseau)
        best[rows[found >= 0]] = found[found >= 0]
        rows = rows[near]
    beyond = sites.having(NON_COUVERT)
    for mass in np.unique(sites.landmass[beyond]):
        here = rows[landmass[rows] == mass]
        _fly(best, here, xy, sites.xy[beyond[sites.landmass[beyond] == mass]], reseau)
    _fly(best, np.flatnonzero(~covered), xy, sites.xy[sites.having(RATTACHE, NON_COUVERT)], reseau)
    return np.where(best < _NEVER, best, -1)


def road_field(
    doors: Doors,
    anchored: Anchors,
    node_ds: IntArray,
    xy: FloatArray,
    landmass: IntArray,
    reseau: ReseauParameters,
) -> tuple[IntArray, NDArray[np.bool_]]:
    """Time from each place by a road near it, and which places have such a road.

    Parameters
    ----------
    doors : Doors
        The roads, with the doors of the sites.
    anchored : Anchors
        Where the nodes of the roads lie, doors apart.
    node_ds : int64[n]
        Time from each node, doors included, -1 without.
    xy, landmass : float64[k, 2], int64[k]
        Places and their mass of land.
    reseau : ReseauParameters
        `rattachement_max_m` (included) and `vitesse_acces_kmh`.

    Returns
    -------
    int64[k]
        The least of access + time from the road, over the nearest place of each street that is
        within the limit and at most a cell's side farther than the nearest; -1 where there is none
        or none leads to a site.
    bool[k]
        True where a street is within the limit.

    Notes
    -----
    The nearest street alone may be the wrong way of a dual carriageway, and cells would jump from
    one branch to another; all the streets within the limit would take cars across the mountain.
    """
    best, near = np.full(len(xy), _NEVER), np.zeros(len(xy), dtype=np.bool_)
    for mass in np.unique(landmass):
        here = np.flatnonzero(landmass == mass)
        limit_m = reseau.rattachement_max_m
        lines = roadside(doors.graph, anchored, int(mass), box_around(xy[here], limit_m))
        for found in around(lines, xy[here], limit_m, CELL_M):
            near[here[found.point]] = True
            from_road = _from_road(doors, node_ds, found)
            reached = from_road < _NEVER
            time_ds = access_ds(found.distance_m[reached], reseau) + from_road[reached]
            np.minimum.at(best, here[found.point[reached]], time_ds)
    return np.where(best < _NEVER, best, -1), near


def _from_road(doors: Doors, node_ds: IntArray, found: Nearby) -> IntArray:
    """Time from places of the roadside, by the next node of either side."""
    node, place = placed(found, doors.graph.streets)
    best = np.full(len(node), _NEVER)
    at = np.flatnonzero(node >= 0)
    between = np.flatnonzero(node < 0)
    reach = reach_of(doors, found.street[between], place[between])
    for rows, ends, time_ds in (
        (at, node[at], np.zeros(len(at), dtype=np.int64)),
        (between, reach.left, reach.to_left),
        (between, reach.right, reach.to_right),
    ):
        open_ = (time_ds >= 0) & (node_ds[ends] >= 0)
        best[rows[open_]] = np.minimum(best[rows[open_]], (time_ds + node_ds[ends])[open_])
    return best


def _fly(
    best: IntArray, rows: IntArray, xy: FloatArray, sites: FloatArray, reseau: ReseauParameters
) -> None:
    """Write the time of the straight line to the nearest of the sites where it is the least."""
    if len(rows) and len(sites):
        away, _ = KDTree(sites).query(xy[rows])
        best[rows] = np.minimum(best[rows], straight_line_ds(away, reseau))
