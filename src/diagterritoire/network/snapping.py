"""Joining points to the road: never across water, never onto a trap or a network cut off."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.spatial import KDTree

from diagterritoire.arrays import FloatArray, IntArray
from diagterritoire.network.graph import RoadGraph
from diagterritoire.network.landmass import Anchors, anchors
from diagterritoire.network.roadside import Nearby, around, box_around, nodes_of, roadside
from diagterritoire.network.streets import Streets
from diagterritoire.parameters import ReseauParameters
from diagterritoire.tables import HORS_RESEAU, NON_COUVERT, RATTACHE


@dataclass(frozen=True)
class Snapping:
    """How each of k points joins the road.

    Attributes
    ----------
    statut : str[k]
        `rattache`; `hors_reseau`: the road file covers the place, but no road that leads anywhere
        is within reach; `non_couvert`: the file does not cover the place.
    node : int64[k]
        Node joined, -1 without and between the ends of a street (see `doors.open_doors`).
    distance_m : float64[k]
        Straight line to the nearest place of the roads of the point's mass of land that lead
        anywhere; beyond the limit, to their nearest node; NaN where there is none or the point is
        not covered.
    access_ds : int64[k]
        Time of that line, deciseconds, 0 of a point that is not joined.
    street : int64[k]
        Street joined between its ends, -1 without.
    place : int64[k]
        Where on that street, see `Streets.whole_ds`.
    """

    statut: NDArray[np.str_]
    node: IntArray
    distance_m: FloatArray
    access_ds: IntArray
    street: IntArray
    place: IntArray

    def take(self, rows: slice | IntArray) -> Snapping:
        """Keep some of the points."""
        kept = {name: getattr(self, name)[rows] for name in self.__dataclass_fields__}
        return Snapping(**kept)


def uncovered(points: int) -> Snapping:
    """Snapping of points when there is no road file at all.

    Examples
    --------
    >>> uncovered(2).statut.tolist()
    ['non_couvert', 'non_couvert']
    """
    return Snapping(
        statut=np.full(points, NON_COUVERT),
        node=np.full(points, -1, dtype=np.int64),
        distance_m=np.full(points, np.nan),
        access_ds=np.zeros(points, dtype=np.int64),
        street=np.full(points, -1, dtype=np.int64),
        place=np.zeros(points, dtype=np.int64),
    )


def join(
    road: RoadGraph | None,
    geometries: Iterable[object],
    masses: IntArray,
    xy: FloatArray,
    landmass: IntArray,
    reseau: ReseauParameters,
) -> Snapping:
    """Join points to the roads of a land drawn by outlines; see `landmass.anchors` and `snap`.

    Parameters
    ----------
    road : RoadGraph or None
        None: no point is covered.
    geometries : iterable of shapely polygons or multipolygons
        Outlines of the communes around.
    masses : int64
        Mass of land of each outline.
    xy : float64[k, 2]
        Points, metres; one that is not finite is not covered.
    landmass : int64[k]
        Mass of land of each point.
    reseau : ReseauParameters
        Limits and speed of the access.
    """
    if road is None or not len(road.x):
        return uncovered(len(xy))
    return join_anchored(
        road, anchors_around(road, geometries, masses, reseau), xy, landmass, reseau
    )


def anchors_around(
    road: RoadGraph, geometries: Iterable[object], masses: IntArray, reseau: ReseauParameters
) -> Anchors:
    """Anchor the road nodes to the outlines near them; the arguments are those of `join`."""
    # Elsewhere no outline holds a node, and no point is covered: a country is mostly elsewhere.
    shapes = np.asarray(list(geometries), dtype=object)
    around = _touching(shapely.bounds(shapes), road, reseau.rivage_max_m)
    return anchors(road, shapes[around], masses[around], reseau.rivage_max_m)


def join_anchored(
    road: RoadGraph,
    anchored: Anchors,
    xy: FloatArray,
    landmass: IntArray,
    reseau: ReseauParameters,
) -> Snapping:
    """Do what `join` does, the nodes being anchored already."""
    joined = uncovered(len(xy))
    near = np.flatnonzero(_touching(np.hstack([xy, xy]), road, reseau.rattachement_max_m))
    found = snap(road, anchored, xy[near, 0], xy[near, 1], landmass[near], reseau)
    for name in Snapping.__dataclass_fields__:
        getattr(joined, name)[near] = getattr(found, name)
    return joined


def _touching(bounds: FloatArray, road: RoadGraph, margin_m: float) -> NDArray[np.bool_]:
    """Say which boxes touch the extent of the roads and a margin; one that is not finite does not.

    The margin has a metre more, which rounding may eat.
    """
    west, south, east, north = road.extent
    left, bottom, right, top = bounds.T
    margin = margin_m + 1.0
    touching: NDArray[np.bool_] = (
        (left <= east + margin)
        & (right >= west - margin)
        & (bottom <= north + margin)
        & (top >= south - margin)
    )
    return touching


def snap(
    graph: RoadGraph,
    anchored: Anchors,
    x: FloatArray,
    y: FloatArray,
    landmass: IntArray,
    reseau: ReseauParameters,
) -> Snapping:
    """Join points to the nearest place of the roads of their own mass of land.

    See `roadside.roadside` for what may be joined.

    Parameters
    ----------
    graph : RoadGraph
        The roads.
    anchored : Anchors
        Masses and main components of its nodes.
    x, y : float64[k]
        Points, metres, in the projection of the graph.
    landmass : int64[k]
        Mass of land of each point, numbered as in `anchored`.
    reseau : ReseauParameters
        `rattachement_max_m` (included) and `vitesse_acces_kmh`.

    Notes
    -----
    A point is covered when it is joined; when a node of its mass, of any component, lies within the
    limit; or when its mass holds no node and the point lies in the convex hull of all nodes. An
    extract of roads has bays: its hull holds neighbouring communes whose roads are simply not in
    the file. Their mass has nodes, none near: they are not covered, and get an approximate time.
    An island whose mass has no node, amid roads that are known, has no road: nothing is made up
    for it.

    Examples
    --------
    >>> from diagterritoire.network.graph import Adjacency
    >>> none = Adjacency(np.zeros(2, np.int32), np.empty(0, np.int32), np.empty(0, np.int32))
    >>> graph = RoadGraph(
    ...     x=np.array([100.0]),
    ...     y=np.array([0.0]),
    ...     forward=none,
    ...     backward=none,
    ...     component=np.zeros(1, dtype=np.int32),
    ...     extent=(100.0, 0.0, 100.0, 0.0),
    ...     crs="EPSG:2154",
    ... )
    >>> anchored = Anchors(landmass=np.array([0]), main=np.array([True]))
    >>> x, y = np.array([0.0, 9000.0]), np.zeros(2)
    >>> snapped = snap(graph, anchored, x, y, np.zeros(2, dtype=np.int64), ReseauParameters())
    >>> snapped.statut.tolist(), snapped.distance_m.tolist(), snapped.access_ds.tolist()
    (['rattache', 'non_couvert'], [100.0, nan], [144, 0])
    """
    points = np.column_stack([x, y])
    nodes = np.column_stack([graph.x, graph.y])
    snapped = uncovered(len(points))
    limit = reseau.rattachement_max_m
    for mass in np.unique(landmass):
        here = np.flatnonzero(landmass == mass)
        roads = np.flatnonzero(anchored.landmass == mass)
        if not len(roads):
            snapped.statut[here[_within_hull(nodes, points[here])]] = HORS_RESEAU
            continue
        lines = roadside(graph, anchored, int(mass), box_around(points[here], limit))
        for found in around(lines, points[here], limit):
            _write(snapped, here, _nearest_of(found, graph.streets), graph.streets)
        rest = here[snapped.statut[here] != RATTACHE]
        if not len(rest):
            continue
        covered = rest[_near(nodes[roads], points[rest], limit)]
        snapped.statut[covered] = HORS_RESEAU
        everywhere = nodes_of(graph, anchored, int(mass)) if len(covered) else None
        if everywhere is not None:
            snapped.distance_m[covered] = everywhere.query(points[covered])[0]
    joined = snapped.statut == RATTACHE
    away = np.where(joined, snapped.distance_m, 0.0)
    return replace(snapped, access_ds=access_ds(away, reseau))


def _near(nodes: FloatArray, points: FloatArray, limit_m: float) -> NDArray[np.bool_]:
    """Say which points have a node within a limit, included."""
    west, south, east, north = box_around(points, limit_m)
    x, y = nodes.T
    nodes = nodes[(x >= west) & (x <= east) & (y >= south) & (y <= north)]
    near: NDArray[np.bool_] = KDTree(nodes).query(points)[0] <= limit_m
    return near


def _nearest_of(found: Nearby, streets: Streets) -> Nearby:
    """Keep the nearest place of each point; as near to the millimetre, that of the quickest street.

    Parallel streets whose lines are not known have the same chord.
    """
    whole = np.append(streets.whole_ds, 0)[found.street]
    order = np.lexsort((found.street, whole, found.distance_m.round(3), found.point))
    return found.take(order[np.unique(found.point[order], return_index=True)[1]])


def _write(snapped: Snapping, here: IntArray, found: Nearby, streets: Streets) -> None:
    """Write where the points join the road; a place at an end of a street is its node."""
    rows = here[found.point]
    node, place = placed(found, streets)
    snapped.statut[rows] = RATTACHE
    snapped.distance_m[rows] = found.distance_m
    snapped.node[rows] = node
    snapped.street[rows] = np.where(node < 0, found.street, -1)
    snapped.place[rows] = np.where(node < 0, place, 0)


def placed(found: Nearby, streets: Streets) -> tuple[IntArray, IntArray]:
    """Node of each place, -1 between the ends of a street; and its rank, see `Streets.whole_ds`."""
    node = found.node.copy()
    place = np.zeros(len(node), dtype=np.int64)
    on = np.flatnonzero(node < 0)
    street = found.street[on]
    whole = streets.whole_ds[street]
    place[on] = np.floor(found.fraction[on] * whole + 0.5).astype(np.int64)
    first, last = place[on] <= 0, place[on] >= whole
    node[on[first]] = streets.start[street[first]]
    node[on[last]] = streets.end[street[last]]
    return node, place


def _within_hull(nodes: FloatArray, points: FloatArray) -> NDArray[np.bool_]:
    # One line through them has the hull of the nodes, and is made in a tenth of the time.
    hull = shapely.convex_hull(shapely.linestrings(np.concatenate([nodes, nodes[:1]])))
    shapely.prepare(hull)
    inside: NDArray[np.bool_] = shapely.intersects_xy(hull, points[:, 0], points[:, 1])
    return inside


def access_ds(distance_m: FloatArray, reseau: ReseauParameters) -> IntArray:
    """Time of a straight line to the road, deciseconds.

    Examples
    --------
    >>> access_ds(np.array([0.0, 100.0]), ReseauParameters()).tolist()
    [0, 144]
    """
    return np.rint(distance_m / (reseau.vitesse_acces_kmh / 3.6) * 10).astype(np.int64)
