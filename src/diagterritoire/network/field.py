"""Time from any place to its nearest site: from the times at the nodes to a field."""

from __future__ import annotations

from itertools import chain

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import KDTree

from diagterritoire.network import search
from diagterritoire.network.cells import CELL_M
from diagterritoire.network.graph import FloatArray, IntArray, RoadGraph
from diagterritoire.network.landmass import Anchors
from diagterritoire.network.snapping import access_ds
from diagterritoire.network.straight_line import straight_line_ds
from diagterritoire.network.trips import Ends
from diagterritoire.parameters import ReseauParameters
from diagterritoire.tables import NON_COUVERT, RATTACHE

_NEVER = np.iinfo(np.int64).max
# Places looked at together: a town has hundreds of nodes around each.
_BLOCK = 50_000


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
    A covered place goes by road, see `road_field`, or by the straight line to a site of its mass
    that the file does not cover. Another place goes by the straight line to any site that is not
    cut off, as `trips.compute` does.

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
        ends = sites.snapping
        node_ds, _ = search.nearest(road, ends.node[joined], ends.access_ds[joined])
        found = road_field(road, anchored, node_ds, xy[rows], landmass[rows], reseau)
        best[rows[found >= 0]] = found[found >= 0]
    beyond = sites.having(NON_COUVERT)
    for mass in np.unique(sites.landmass[beyond]):
        here = rows[landmass[rows] == mass]
        _fly(best, here, xy, sites.xy[beyond[sites.landmass[beyond] == mass]], reseau)
    _fly(best, np.flatnonzero(~covered), xy, sites.xy[sites.having(RATTACHE, NON_COUVERT)], reseau)
    return np.where(best < _NEVER, best, -1)


def road_field(
    road: RoadGraph,
    anchored: Anchors,
    node_ds: IntArray,
    xy: FloatArray,
    landmass: IntArray,
    reseau: ReseauParameters,
) -> IntArray:
    """Time from each place by a road near it.

    Parameters
    ----------
    road, anchored
        The roads and where their n nodes lie.
    node_ds : int64[n]
        Time from each node, -1 without.
    xy, landmass : float64[k, 2], int64[k]
        Places and their mass of land.
    reseau : ReseauParameters
        `rattachement_max_m` (included) and `vitesse_acces_kmh`.

    Returns
    -------
    int64[k]
        The least of access + time of the node, over the nodes of the main component of the mass
        that are within the limit and at most a cell's side farther than the nearest; -1 where there
        is none.

    Notes
    -----
    The nearest node alone may be the wrong way of a dual carriageway, and cells would jump from
    one branch to another; all the nodes within the limit would take cars across the mountain.
    """
    best = np.full(len(xy), _NEVER)
    for mass in np.unique(landmass):
        nodes = np.flatnonzero((anchored.landmass == mass) & anchored.main & (node_ds >= 0))
        if not len(nodes):
            continue
        tree = KDTree(np.column_stack([road.x[nodes], road.y[nodes]]))
        here = np.flatnonzero(landmass == mass)
        for start in range(0, len(here), _BLOCK):
            rows = here[start : start + _BLOCK]
            best[rows] = _least(tree, node_ds[nodes], xy[rows], reseau)
    return np.where(best < _NEVER, best, -1)


def _least(tree: KDTree, node_ds: IntArray, xy: FloatArray, reseau: ReseauParameters) -> IntArray:
    best = np.full(len(xy), _NEVER)
    away, nearest = tree.query(xy)
    rows = np.flatnonzero(away <= reseau.rattachement_max_m)
    # Rounding may lose the nearest of a ball that stops at it.
    best[rows] = access_ds(away[rows], reseau) + node_ds[nearest[rows]]
    radius = np.minimum(away[rows] + CELL_M, reseau.rattachement_max_m)
    balls = tree.query_ball_point(xy[rows], radius, return_sorted=False)
    counts = np.fromiter(map(len, balls), dtype=np.int64, count=len(rows))
    node = np.fromiter(chain.from_iterable(balls), dtype=np.int64, count=int(counts.sum()))
    place = np.repeat(rows, counts)
    distance = np.hypot(*(xy[place] - tree.data[node]).T)
    np.minimum.at(best, place, access_ds(distance, reseau) + node_ds[node])
    return best


def _fly(
    best: IntArray, rows: IntArray, xy: FloatArray, sites: FloatArray, reseau: ReseauParameters
) -> None:
    """Write the time of the straight line to the nearest of the sites where it is the least."""
    if len(rows) and len(sites):
        away, _ = KDTree(sites).query(xy[rows])
        best[rows] = np.minimum(best[rows], straight_line_ds(away, reseau))
