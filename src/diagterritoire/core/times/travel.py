"""Travel times: the table at the waist, roads on one side, measures on the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from diagterritoire.arrays import among
from diagterritoire.errors import DataError
from diagterritoire.network import trips
from diagterritoire.network.around import time_around
from diagterritoire.network.doors import open_doors
from diagterritoire.network.graph import RoadGraph
from diagterritoire.network.islets import join_apart
from diagterritoire.network.snapping import Snapping
from diagterritoire.network.speeds import DECISECONDS_PER_MINUTE
from diagterritoire.parameters import Parameters, ReseauParameters
from diagterritoire.schema import conform
from diagterritoire.tables import APPROCHE, NON_COUVERT, PLUS_PROCHES, RATTACHEMENTS, ROUTE, TRAJETS


@dataclass(frozen=True)
class Travel:
    """Travel times of a closed area.

    Attributes
    ----------
    trajets : DataFrame
        Table `TRAJETS`, sorted by commune then site.
    plus_proches : DataFrame
        Table `PLUS_PROCHES`, sorted by commune: one row each, reachable or not.
    rattachements : DataFrame
        Table `RATTACHEMENTS`: how each commune and each site joins the road.
    """

    trajets: pd.DataFrame
    plus_proches: pd.DataFrame
    rattachements: pd.DataFrame


def travel(
    communes: gpd.GeoDataFrame,
    sites: gpd.GeoDataFrame,
    road: RoadGraph | None,
    parameters: Parameters,
    ailleurs: gpd.GeoDataFrame | None = None,
) -> Travel:
    """Time the trips from each commune's point to the sites of GPs.

    A trip lasts access of the commune + road + access of the site; 0 within the commune, whatever
    the roads. Where the road file does not cover an end, the straight-line model replaces the road,
    but takes nobody who is on the road across the water; where it covers an end that no road
    serves, there is no trip.

    Parameters
    ----------
    communes : GeoDataFrame
        Where trips start: `code_commune`, `x`, `y` (metres in its projection), and for the roads
        `landmass` and the outlines.
    sites : GeoDataFrame
        `site_id`, `code_commune` (one of `communes` or of `ailleurs`), point. Without any, nothing
        is reachable.
    road : RoadGraph or None
        In the same projection. None: every time comes from the straight-line model.
    parameters : Parameters
        Group `reseau`; `duree_max_min`, included, bounds `trajets` and not `plus_proches`.
    ailleurs : GeoDataFrame, optional
        Other communes, with the columns of `communes`: they hold sites and roads, no trip starts
        there.

    Returns
    -------
    Travel
        The nearest site of a commune is its own if it has one, else the quickest to reach; at
        equality the smallest `site_id`. `origine_temps` says how a trip was timed; of a commune,
        whether the road file covers it.

    Raises
    ------
    DataError
        Different projections, a point missing, a key repeated, a site outside the communes.

    Notes
    -----
    Times are whole deciseconds until they become minutes, their quotient by 600: a time of 6 000 ds
    is exactly 10.0 min, on the same side of a bound wherever it is computed.

    References
    ----------
    Insee, distancier METRIC-OSRM: 0 within a commune.

    Examples
    --------
    >>> communes = gpd.GeoDataFrame(
    ...     {"code_commune": ["2A001", "2A002"], "x": [0.0, 5e3], "y": [0.0, 0.0], "landmass": 0},
    ...     geometry=[shapely.box(-1e3, -1e3, 1e3, 1e3), shapely.box(4e3, -1e3, 6e3, 1e3)],
    ...     crs="EPSG:2154",
    ... )
    >>> sites = gpd.GeoDataFrame(
    ...     {"site_id": ["s1"], "code_commune": ["2A001"]},
    ...     geometry=[shapely.Point(0, 0)],
    ...     crs="EPSG:2154",
    ... )
    >>> travel(communes, sites, None, Parameters()).trajets["temps_min"].tolist()
    [0.0, 8.62]
    """
    reseau = parameters.reseau
    communes = communes.sort_values("code_commune", kind="stable")
    sites = sites.sort_values("site_id", kind="stable")
    land = communes if ailleurs is None else _stacked(communes, ailleurs)
    _check(communes, land, sites, road)
    ends = _ends(len(communes), land, sites, road, reseau)
    if road is not None:
        doors, joined = open_doors(road, ends.snapping)
        road, ends = doors.graph, replace(ends, snapping=joined)
    origins, places = ends.take(slice(len(communes))), ends.take(slice(len(communes), None))
    limit_ds = int(round(reseau.duree_max_min * DECISECONDS_PER_MINUTE, 6))
    found, nearest = trips.compute(road, origins, places, limit_ds, reseau)
    codes = communes["code_commune"].to_numpy(object)
    ids = sites["site_id"].to_numpy(object)
    return Travel(
        trajets=_trajets(codes, ids, found),
        plus_proches=_plus_proches(codes, ids, nearest, origins, places),
        rattachements=_rattachements(codes, ids, origins.snapping, places.snapping),
    )


def minutes_around(
    communes: gpd.GeoDataFrame,
    codes: Sequence[str],
    road: RoadGraph | None,
    parameters: Parameters,
) -> pd.Series[float]:
    """Time between each commune and the nearest commune of a territory, to draw a buffer.

    By road the smaller of both directions, so that neither the patients who come nor those who go
    are left out; by the straight-line model where the road file does not cover an end.

    Parameters
    ----------
    communes : GeoDataFrame
        `code_commune`, `x`, `y` (metres in its projection), `landmass`, outlines; as many as the
        country has.
    codes : sequence of str
        Communes of the territory.
    road : RoadGraph or None
        In the same projection.
    parameters : Parameters
        Group `reseau`.

    Returns
    -------
    Series
        Minutes by `code_commune`, in the order of `communes`: 0 inside the territory, NaN where
        it cannot be reached, or where a commune has no point in this projection.

    Raises
    ------
    DataError
        A code that is not in `communes`, different projections.

    Examples
    --------
    >>> communes = gpd.GeoDataFrame(
    ...     {"code_commune": ["2A001", "2A002"], "x": [0.0, 5e3], "y": [0.0, 0.0], "landmass": 0},
    ...     geometry=[shapely.box(-1e3, -1e3, 1e3, 1e3), shapely.box(4e3, -1e3, 6e3, 1e3)],
    ...     crs="EPSG:2154",
    ... )
    >>> minutes_around(communes, ["2A001"], None, Parameters()).to_dict()
    {'2A001': 0.0, '2A002': 8.62}
    """
    known = pd.Index(communes["code_commune"])
    wanted = pd.Index(sorted(set(codes)))
    _require(among(wanted, known), wanted, "communes du territoire absentes de la table")
    _check_projections({"communes": communes.crs}, road)
    time_ds = time_around(
        communes.geometry.to_numpy(),
        communes["landmass"].to_numpy(np.int64),
        communes[["x", "y"]].to_numpy(np.float64),
        np.asarray(known.isin(wanted)),
        road,
        parameters.reseau,
    )
    return pd.Series(_minutes(time_ds), index=known, name="temps_min")


def _stacked(communes: gpd.GeoDataFrame, ailleurs: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    columns = ["code_commune", "x", "y", "landmass", "geometry"]
    parts = [frame[columns] for frame in (communes, ailleurs) if len(frame)]
    return gpd.GeoDataFrame(pd.concat(parts, ignore_index=True)) if parts else communes


def _check(
    communes: gpd.GeoDataFrame,
    land: gpd.GeoDataFrame,
    sites: gpd.GeoDataFrame,
    road: RoadGraph | None,
) -> None:
    _check_projections({"communes": land.crs, "sites": sites.crs}, road)
    codes, ids = pd.Index(land["code_commune"]), pd.Index(sites["site_id"])
    _require(~codes.duplicated(), codes, "communes en double")
    _require(~ids.duplicated(), ids, "sites en double")
    finite = np.isfinite(communes[["x", "y"]].to_numpy(np.float64)).all(axis=1)
    _require(finite, codes[: len(communes)], "communes sans point")
    points = sites.geometry.to_numpy()
    # The bounds of a missing or empty geometry are NaN.
    placed = (shapely.get_type_id(points) == shapely.GeometryType.POINT) & np.isfinite(
        shapely.bounds(points)
    ).all(axis=1)
    _require(placed, ids, "sites sans point")
    known = codes.get_indexer(pd.Index(sites["code_commune"])) >= 0
    _require(known, ids, "sites dont la commune n'est pas dans la table des communes")


def _check_projections(systems: dict[str, object], road: RoadGraph | None) -> None:
    first = systems["communes"]
    systems = systems | ({} if road is None else {"routes": road.crs})
    if first is None or any(first != crs for crs in systems.values()):
        raise DataError(
            "Temps de trajet : communes, sites et routes doivent être dans une même projection ; "
            f"reçu : {', '.join(f'{name} {crs}' for name, crs in systems.items())}."
        )


def _require(good: NDArray[np.bool_], names: pd.Index, fault: str) -> None:
    if not good.all():
        raise DataError(
            f"Temps de trajet : {int((~good).sum())} {fault} ; par exemple {names[~good][0]}."
        )


def _ends(
    origins: int,
    land: gpd.GeoDataFrame,
    sites: gpd.GeoDataFrame,
    road: RoadGraph | None,
    reseau: ReseauParameters,
) -> trips.Ends:
    """Origins, then sites, joined to the road; communes are numbered by their rank on land."""
    points = shapely.get_coordinates(sites.geometry.to_numpy())
    commune = pd.Index(land["code_commune"]).get_indexer(pd.Index(sites["code_commune"]))
    number = np.concatenate([np.arange(origins), commune])
    xy = np.concatenate([land[["x", "y"]].to_numpy(np.float64)[:origins], points])
    masses = np.zeros(len(land), dtype=np.int64)
    if road is not None:
        masses = land["landmass"].to_numpy(np.int64)
    joined, mass = join_apart(road, land.geometry.to_numpy(), masses, xy, number, reseau)
    return trips.Ends(number, mass, xy, joined)


def _minutes(time_ds: NDArray[np.int64]) -> NDArray[np.float64]:
    return np.where(time_ds < 0, np.nan, time_ds / DECISECONDS_PER_MINUTE)


def _trajets(
    codes: NDArray[np.object_], ids: NDArray[np.object_], found: trips.Trips
) -> pd.DataFrame:
    return conform(
        pd.DataFrame(
            {
                "code_commune": codes[found.origin],
                "site_id": ids[found.site],
                "temps_min": _minutes(found.time_ds),
                "origine_temps": np.where(found.approche, APPROCHE, ROUTE),
            }
        ),
        TRAJETS,
    )


def _plus_proches(
    codes: NDArray[np.object_],
    ids: NDArray[np.object_],
    nearest: trips.Nearest,
    origins: trips.Ends,
    places: trips.Ends,
) -> pd.DataFrame:
    reached = nearest.site >= 0
    named = np.array([*ids, None], dtype=object)  # position -1 is nobody
    # A covered commune whose nearest GP is beyond the road file is timed by the straight line too.
    beyond = np.append(places.snapping.statut == NON_COUVERT, False)[nearest.site]
    away = np.append(places.commune, -1)[nearest.site] != origins.commune
    flown = (origins.snapping.statut == NON_COUVERT) | (beyond & away)
    return conform(
        pd.DataFrame(
            {
                "code_commune": codes,
                "site_id": named[nearest.site],
                "temps_min": _minutes(nearest.time_ds),
                "origine_temps": np.where(flown, APPROCHE, ROUTE),
                "atteignable": reached,
            }
        ),
        PLUS_PROCHES,
    )


def _rattachements(
    codes: NDArray[np.object_], ids: NDArray[np.object_], start: Snapping, end: Snapping
) -> pd.DataFrame:
    sides = [("commune", codes, start), ("site", ids, end)]
    rows = [
        pd.DataFrame(
            {
                "nature": nature,
                "identifiant": names,
                "statut": snapping.statut,
                "distance_m": snapping.distance_m,
            }
        )
        for nature, names, snapping in sides
    ]
    return conform(pd.concat(rows, ignore_index=True), RATTACHEMENTS)
