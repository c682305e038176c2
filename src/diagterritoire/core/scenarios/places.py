"""Where the moves of a scenario happen: a commune of the closed area, a site, a point."""

from __future__ import annotations

import re
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from diagterritoire.core.scenarios.moves import Lieu
from diagterritoire.errors import UsageError
from diagterritoire.french import enumeration
from diagterritoire.tables import POSITION_CENTRE, POSITION_SOURCE
from diagterritoire.territory import ARRONDISSEMENTS, WGS84

PREFIX = "scenario-"
# Of a site opened at a point: its longitude, its latitude.
_AT_POINT = re.compile(PREFIX + r"\w{5}-(-?\d+\.\d{5})-(-?\d+\.\d{5})")


@dataclass(frozen=True)
class Place:
    """Where a supply is: an existing site, or a new one.

    Attributes
    ----------
    site_id : str
        Of the site that is there already, else made of the place: the same place has the same one
        in every scenario.
    code_commune : str
    x, y : float
        Metres.
    origine_position : str
        As in table `sites`.
    """

    site_id: str
    code_commune: str
    x: float
    y: float
    origine_position: str


def place_of(
    lieu: Lieu,
    communes: gpd.GeoDataFrame,
    sites: gpd.GeoDataFrame,
    *,
    tolerance_m: float = 0.0,
) -> Place:
    """Find the site that stands at a place, or name the one that would.

    The site of a commune is the one at its point: a supply opened in a commune joins it when there
    is one. A point is in the commune whose outline holds it, else in the nearest one: outlines that
    were simplified leave some harbours out.

    Parameters
    ----------
    lieu : Lieu
    communes, sites : GeoDataFrame
        As in `bundles.Inputs`.
    tolerance_m : float
        How far from the outlines a point may be.

    Raises
    ------
    UsageError
        A commune, a point or a site that is not in the closed area.

    Examples
    --------
    >>> communes = gpd.GeoDataFrame(
    ...     {"code_commune": ["2A001", "2A002"], "nom": ["A", "B"], "x": [0.0, 9.0], "y": 0.0},
    ...     geometry=[shapely.box(-1, -1, 1, 1), shapely.box(8, -1, 10, 1)], crs="EPSG:2154",
    ... )
    >>> sites = gpd.GeoDataFrame(
    ...     {"site_id": ["mg-2A001"], "code_commune": ["2A001"],
    ...      "origine_position": ["centre_commune"]},
    ...     geometry=[shapely.Point(0, 0)], crs="EPSG:2154",
    ... )
    >>> [place_of(Lieu(code), communes, sites).site_id for code in ("2A001", "2A002")]
    ['mg-2A001', 'scenario-2A002']
    """
    if lieu.site_id:
        row = sites.loc[sites["site_id"] == known_site(lieu.site_id, sites)].iloc[0]
        x, y = row["geometry"].x, row["geometry"].y
        return Place(lieu.site_id, str(row["code_commune"]), x, y, str(row["origine_position"]))
    if lieu.lon is not None and lieu.lat is not None:
        return _point(lieu.lon, lieu.lat, communes, tolerance_m)
    code = known_commune(lieu.code_commune, communes)
    at = communes.loc[communes["code_commune"] == code].iloc[0]
    own = sites.loc[sites["code_commune"] == code]
    xy = shapely.get_coordinates(own.geometry.to_numpy()).reshape(-1, 2)
    same = (xy == [float(at["x"]), float(at["y"])]).all(axis=1)
    names = sorted(own.loc[same, "site_id"])
    name = names[0] if names else f"{PREFIX}{code}"
    return Place(name, code, float(at["x"]), float(at["y"]), POSITION_CENTRE)


def declared_point(site_id: object) -> tuple[float, float] | None:
    """Read the latitude and longitude that a new site is named by; None for any other site.

    Examples
    --------
    >>> declared_point("scenario-97105--61.73000-16.00250")
    (16.0025, -61.73)
    >>> declared_point("scenario-2A001"), declared_point(None)
    (None, None)
    """
    found = _AT_POINT.fullmatch(site_id) if isinstance(site_id, str) else None
    return None if found is None else (float(found[2]), float(found[1]))


def point_of(lieu: Lieu, communes: gpd.GeoDataFrame) -> tuple[float, float]:
    """Give the point of a place, in metres; see `place_of`."""
    if lieu.lon is not None and lieu.lat is not None:
        at = _metres(lieu.lon, lieu.lat, communes.crs)
        return at.x, at.y
    code = known_commune(lieu.code_commune, communes)
    row = communes.loc[communes["code_commune"] == code].iloc[0]
    return float(row["x"]), float(row["y"])


def known_commune(code: str, communes: pd.DataFrame) -> str:
    """Return a code of the closed area, or say why it is not one.

    Raises
    ------
    UsageError
    """
    codes = set(communes["code_commune"])
    if code in codes:
        return code
    parts = [part for part in ARRONDISSEMENTS.get(code, ()) if part in codes]
    if parts:
        raise UsageError(
            f"Scénario : la commune {code} est calculée par arrondissement.",
            f"Donnez l'un de ses arrondissements : {enumeration(parts, 5)}.",
        )
    raise UsageError(
        f"Scénario : la commune « {code} » n'est ni dans le territoire ni dans son pourtour.",
        "Donnez le code Insee d'une commune de la couche communes du diagnostic, par exemple "
        f"{min(codes, default='2A004')}.",
    )


def known_site(site_id: str, sites: pd.DataFrame) -> str:
    """Return the identifier of a site of the closed area, or say that there is none.

    Raises
    ------
    UsageError
    """
    ids = sorted(sites["site_id"])
    if site_id in ids:
        return site_id
    near = [i for i in ids if site_id and (site_id in i or i in site_id)] or ids
    raise UsageError(
        f"Scénario : aucun site « {site_id} » dans le territoire ni dans son pourtour.",
        "Les identifiants sont dans la couche sites du diagnostic (feuille sites du classeur), "
        f"par exemple {enumeration(near, 3) or 'aucun : le territoire est sans médecin'}.",
    )


def _point(lon: float, lat: float, communes: gpd.GeoDataFrame, tolerance_m: float) -> Place:
    at = _metres(lon, lat, communes.crs)
    away = shapely.distance(communes.geometry.to_numpy(), at)
    inside = np.flatnonzero(away == away.min(initial=np.inf))
    if not len(inside) or away[inside[0]] > tolerance_m:
        raise UsageError(
            f"Scénario : le point de longitude {lon:g} et de latitude {lat:g} n'est dans aucune "
            "commune du territoire ni de son pourtour.",
            "Vérifiez l'ordre : lon est la longitude (8,74 à Ajaccio), lat la latitude (41,93).",
        )
    # On a border, the first code. An arrondissement has the outline of its city: the nearest.
    near = communes.iloc[inside].sort_values("code_commune")
    gap = np.hypot(near["x"].astype(float) - at.x, near["y"].astype(float) - at.y)
    shared = near.geometry.geom_equals(near.geometry.iloc[0])
    code = str(near.loc[gap[shared].idxmin(), "code_commune"])
    return Place(f"{PREFIX}{code}-{lon:.5f}-{lat:.5f}", code, at.x, at.y, POSITION_SOURCE)


def _metres(lon: float, lat: float, crs: object) -> shapely.Point:
    return gpd.GeoSeries([shapely.Point(lon, lat)], crs=WGS84).to_crs(crs).iloc[0]
