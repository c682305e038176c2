"""The closed area: the communes that count in a territory's figures, and their sites."""

from __future__ import annotations

from collections.abc import Iterable

import geopandas as gpd
import pandas as pd

from diagterritoire import ledger
from diagterritoire.arrays import among
from diagterritoire.errors import DataError
from diagterritoire.tables import COMMUNES_GEO
from diagterritoire.territory import Territory, arrondissement_parent, projection_of

ORIGINE_CENTRE = "centre_commune"
SANS_CONTOUR = "communes sans contour : absentes du calcul, avec leurs médecins et leurs habitants"


def closed_area(
    communes: pd.DataFrame,
    codes: Iterable[str],
    minutes: pd.Series,
    *,
    tampon_min: float = float("inf"),
) -> pd.DataFrame:
    """Keep the communes of the territory and those within reach of it.

    Parameters
    ----------
    communes : DataFrame
        One row per commune, with `code_commune`.
    codes : iterable of str
        Communes of the territory; they are kept even when no road leads to them.
    minutes : Series
        Driving minutes between the territory and each commune, by code; NaN, or no entry, is not
        reachable.
    tampon_min : float
        Reach of the buffer, bound included (parameter `territoire.tampon_min`); infinite when
        `minutes` is already cut.

    Returns
    -------
    DataFrame
        The rows kept, in order of code, with `dans_territoire`.

    Raises
    ------
    DataError
        A commune of the territory has no row.

    Examples
    --------
    >>> communes = pd.DataFrame({"code_commune": ["01003", "01002", "01001"]})
    >>> around = pd.Series({"01002": 60.0, "01003": 60.1})
    >>> area = closed_area(communes, ["01001"], around, tampon_min=60.0)
    >>> area[["code_commune", "dans_territoire"]].to_numpy().tolist()
    [['01001', True], ['01002', False]]
    """
    wanted = set(codes)
    missing = sorted(wanted - set(communes["code_commune"]))
    if missing:
        raise DataError(
            f"{len(missing)} communes du territoire sont absentes des tables lues ; par exemple "
            f"{', '.join(missing[:3])}.",
            "Vérifiez que les contours et la table d'appartenance sont de la même année.",
        )
    inside = communes["code_commune"].isin(list(wanted))
    near = communes["code_commune"].map(minutes) <= tampon_min
    out = communes.assign(dans_territoire=inside).loc[inside | near]
    return out.sort_values("code_commune", ignore_index=True)


def build_communes(
    base: pd.DataFrame,
    points: gpd.GeoDataFrame,
    territory: Territory,
    minutes: pd.Series,
    *,
    tampon_min: float = float("inf"),
) -> gpd.GeoDataFrame:
    """Communes of the closed area, as `diagnosis.Inputs` asks for them.

    Parameters
    ----------
    base : DataFrame
        What `base_table` gave.
    points : GeoDataFrame
        What `points.points_table` gave, in the territory's projection, and `landmass` (what
        `landmass.landmasses` gives).
    territory : Territory
    minutes : Series
        Driving minutes between the territory and each commune, by code.
    tampon_min : float
        Reach of the buffer (parameter `territoire.tampon_min`).

    Returns
    -------
    GeoDataFrame
        Columns of `base`, `dans_territoire`, `x`, `y`, `landmass` and the polygon, in order of
        code, in the territory's projection.

    Raises
    ------
    DataError
        A commune of the territory has no row in `base` or no polygon; another projection.
    """
    if points.crs != territory.crs:
        raise DataError(
            f"Points des communes en {points.crs}, territoire en {territory.crs} : projections "
            "différentes."
        )
    located = points[["code_commune", "x", "y", "landmass", "geometry"]]
    both = base.merge(located, how="inner", on="code_commune", validate="1:1")
    area = closed_area(both, territory.communes, minutes, tampon_min=tampon_min)
    return gpd.GeoDataFrame(area, geometry="geometry", crs=territory.crs)


def without_outline(base: pd.DataFrame, points: pd.DataFrame, crs: str) -> pd.DataFrame:
    """Tell the communes of a projection that no file draws: nothing places their GPs.

    Parameters
    ----------
    base : DataFrame
        What `base_table` gave.
    points : DataFrame
        What `points.points_table` gave: `code_commune`.
    crs : str
        Projection of the territory.

    Returns
    -------
    DataFrame
        A row of `tables.CONTROLE` of motif `SANS_CONTOUR`, none when every commune is drawn. A city
        counts once.

    Examples
    --------
    >>> base = pd.DataFrame({"code_commune": ["18001", "18002", "97411"], "nom": list("ABC")})
    >>> row = without_outline(base, pd.DataFrame({"code_commune": ["18001"]}), "EPSG:2154").iloc[0]
    >>> int(row["nombre"]), row["exemples"]
    (1, '18002 B')
    """
    here = base.loc[base["code_commune"].map(projection_of) == crs]
    lost = here.loc[~among(here["code_commune"], points["code_commune"])]
    noms = dict(zip(lost["code_commune"], lost["nom"], strict=True))
    shown = ledger.named(set(lost["code_commune"].map(arrondissement_parent)), noms)
    total = int(here["code_commune"].map(arrondissement_parent).nunique())
    return ledger.entry(ledger.origin(COMMUNES_GEO), SANS_CONTOUR, shown, total)


def build_elsewhere(
    base: pd.DataFrame, points: gpd.GeoDataFrame, communes: gpd.GeoDataFrame
) -> gpd.GeoDataFrame:
    """Communes of the projection outside the closed area: a nearest GP may be there.

    Parameters
    ----------
    base : DataFrame
        What `base_table` gave.
    points : GeoDataFrame
        As for `build_communes`.
    communes : GeoDataFrame
        What `build_communes` gave.

    Returns
    -------
    GeoDataFrame
        `code_commune`, `nom`, `mg_nb`, `x`, `y`, `landmass` and the polygon, in order of code.
    """
    located = points[["code_commune", "x", "y", "landmass", "geometry"]]
    outside = located.loc[~located["code_commune"].isin(communes["code_commune"])]
    named = base[["code_commune", "nom", "mg_nb"]]
    both = outside.merge(named, how="inner", on="code_commune", validate="1:1")
    table = both.sort_values("code_commune", ignore_index=True)
    return gpd.GeoDataFrame(table, geometry="geometry", crs=points.crs)


def build_sites(communes: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """One site of GPs in each commune known to have some, at the commune's point.

    Parameters
    ----------
    communes : GeoDataFrame
        `code_commune`, `mg_nb`, `x`, `y`.

    Returns
    -------
    GeoDataFrame
        `site_id` ("mg-" and the code), `code_commune`, `mg_nb`, `origine_position`
        (`centre_commune`) and the point, in order of code; empty when no commune has any.

    Examples
    --------
    >>> communes = gpd.GeoDataFrame(
    ...     {"code_commune": ["01001", "01002"], "mg_nb": [0, 2], "x": 0.0, "y": [0.0, 5.0]},
    ...     geometry=gpd.points_from_xy([0, 0], [0, 5]), crs="EPSG:2154",
    ... )
    >>> build_sites(communes)[["site_id", "mg_nb"]].to_numpy().tolist()
    [['mg-01002', 2.0]]
    """
    known = communes.loc[communes["mg_nb"].notna()]
    some = known.loc[known["mg_nb"] > 0].sort_values("code_commune", ignore_index=True)
    return gpd.GeoDataFrame(
        {
            "site_id": ("mg-" + some["code_commune"]).astype("str"),
            "code_commune": some["code_commune"],
            "mg_nb": some["mg_nb"].astype("float64"),
            "origine_position": pd.Series(ORIGINE_CENTRE, index=some.index, dtype="str"),
        },
        geometry=gpd.points_from_xy(some["x"], some["y"]),
        crs=communes.crs,
    )
