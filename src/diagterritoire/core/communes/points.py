"""The point of each commune, and its polygon, in metres and at their true place.

Some files draw the overseas departements beside metropolitan France, displaced and rescaled, while
the points of their communes are at their true place. One whose polygons are far from its points is
put back by the affine transform that best takes the ones to the others.
"""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from diagterritoire import ledger
from diagterritoire.arrays import FloatArray, among
from diagterritoire.errors import DataError
from diagterritoire.french import exact
from diagterritoire.network.compiled import RoadNetwork
from diagterritoire.network.settlement import main_settlements
from diagterritoire.parameters import PointsParameters
from diagterritoire.tables import COMMUNES_GEO, ECARTE, IMPUTE, LU, POINTS, UTILISE
from diagterritoire.territory import (
    CRS_METROPOLE,
    CRS_OUTRE_MER,
    WGS84,
    arrondissement_parent,
    departement_of,
    projection_of,
)

# An affine transform has three unknowns on each axis; one more pair leaves a residual to judge.
PAIRES_MIN = 4
KM_PER_DEGREE = 111.195


def points_table(
    points: pd.DataFrame, communes_geo: gpd.GeoDataFrame, crs: str, parameters: PointsParameters
) -> tuple[gpd.GeoDataFrame, pd.DataFrame]:
    """Give each commune of a projection its point and its polygon, in metres.

    The point given for the commune; else the mean of those of its arrondissements (Paris, Lyon,
    Marseille); else a point inside its polygon, as for a point farther from its polygon than
    `eloignement_max_m`.

    Parameters
    ----------
    points : DataFrame
        Table `points` (WGS84); may be empty.
    communes_geo : GeoDataFrame
        Table `communes_geo`.
    crs : str
        Projection of the territory. When it is an official one, communes whose official projection
        is another are left out: no road leads from one to the other.
    parameters : PointsParameters
        When a point or a polygon is not believed.

    Returns
    -------
    table : GeoDataFrame
        In `crs`: `code_commune`, `x`, `y`, `origine_point` (`point`, `arrondissements` or
        `contour`) and the polygon at its true place, in order of code.
    controle : DataFrame
        Rows of `tables.CONTROLE`.

    Raises
    ------
    DataError
        Displaced polygons that cannot be put back (see `placed`).

    Examples
    --------
    >>> square = shapely.box(2.0, 46.0, 2.1, 46.1)
    >>> geo = gpd.GeoDataFrame({"code_commune": ["18001"]}, geometry=[square], crs="EPSG:4326")
    >>> geo, chosen = geo.assign(nom="Essai"), PointsParameters()
    >>> points_table(empty_points(), geo, "EPSG:2154", chosen)[0]["origine_point"].item()
    'contour'
    """
    geo = of_projection(communes_geo, crs)
    given = _given_points(points, set(geo["code_commune"]), crs)
    polygons, placing = placed(geo, given, crs, parameters)
    kept, far = _believed(given, polygons, parameters.eloignement_max_m)
    drawn = polygons.loc[~among(polygons.index, kept.index)].representative_point()
    inside = pd.DataFrame({"x": drawn.x, "y": drawn.y, "origine_point": "contour"})
    both = pd.concat([part for part in (kept, inside) if len(part)] or [kept]).sort_index()
    table = gpd.GeoDataFrame(both, geometry=polygons, crs=crs)
    table = table.rename_axis("code_commune").reset_index()
    noms = dict(zip(geo["code_commune"], geo["nom"], strict=True))
    limit = exact(parameters.eloignement_max_m / 1000)
    far_away = {f"points écartés : à plus de {limit} km du contour de leur commune": set(far)}
    rows = [
        *_points_ledger(
            points, set(geo["code_commune"]), set(communes_geo["code_commune"]), noms, far_away
        ),
        ledger.entry(
            ledger.origin(POINTS),
            "commune sans point utilisable : point pris à l'intérieur du contour (imputé)",
            ledger.named(inside.index, noms),
            len(table),
            effet=IMPUTE,
        ),
        placing,
    ]
    return table, ledger.stack(rows)


def settled(
    points: gpd.GeoDataFrame, network: RoadNetwork | None, parameters: PointsParameters
) -> tuple[gpd.GeoDataFrame, pd.DataFrame]:
    """Move the point of each commune to its main settlement, where streets tell which it is.

    Parameters
    ----------
    points : GeoDataFrame
        What `points_table` gave.
    network : RoadNetwork or None
        None: the points stay.
    parameters : PointsParameters
        `bourg` and `bourg_rayon_m`.

    Returns
    -------
    points : GeoDataFrame
        The same rows, `origine_point` being `bourg` for those moved. A commune without local
        street keeps its point, and so does an arrondissement, which has no outline of its own.
    controle : DataFrame
        Rows of `tables.CONTROLE`.

    Examples
    --------
    >>> square = shapely.box(0.0, 0.0, 1.0, 1.0)
    >>> points = gpd.GeoDataFrame({"code_commune": ["18001"]}, geometry=[square], crs="EPSG:2154")
    >>> settled(points, None, PointsParameters())[0] is points
    True
    """
    if network is None or not parameters.bourg:
        return points, ledger.stack([])
    codes = points["code_commune"]
    own = points.loc[codes.map(arrondissement_parent) == codes]
    outlines = own.set_index("code_commune").geometry
    found = main_settlements(network, outlines, parameters.bourg_rayon_m)
    found = found.set_index("code_commune")
    moved = codes.isin(found.index)
    at = found.loc[codes.loc[moved]]
    table = points.copy()
    table.loc[moved, ["x", "y"]] = at[["x", "y"]].to_numpy()
    table.loc[moved, "origine_point"] = "bourg"
    motif = "communes au point de leur bourg : voirie locale la plus dense (imputé)"
    row = ledger.entry(
        ledger.origin(POINTS), motif, ledger.named(found.index), len(points), effet=IMPUTE
    )
    return table, row


def empty_points() -> pd.DataFrame:
    """Table `points` with no row: every commune's point is then taken inside its polygon."""
    return pd.DataFrame({"code_commune": pd.Series(dtype="str"), "lon": [], "lat": []})


def of_projection(communes_geo: gpd.GeoDataFrame, crs: str) -> gpd.GeoDataFrame:
    """Communes whose official projection is `crs`; all of them when it is no official one."""
    if crs not in {CRS_METROPOLE, *CRS_OUTRE_MER.values()}:
        return communes_geo
    return communes_geo.loc[communes_geo["code_commune"].map(projection_of) == crs]


def _given_points(points: pd.DataFrame, codes: set[str], crs: str) -> pd.DataFrame:
    """Points of the file in metres, by code; arrondissements averaged when theirs is missing."""
    points = points.loc[points["lon"].notna() & points["lat"].notna()]
    own = set(points["code_commune"])
    parents = points["code_commune"].map(arrondissement_parent)
    # An arrondissement that is computed apart keeps its point; else it helps to place its city.
    alone = among(parents, own) | among(points["code_commune"], codes)
    target = parents.where(~alone, points["code_commune"])
    used = points.assign(cible=target).loc[among(target, codes)]
    metres = gpd.GeoSeries.from_xy(used["lon"], used["lat"], crs=WGS84).to_crs(crs)
    table = pd.DataFrame(
        {
            "cible": used["cible"].to_numpy(),
            "x": metres.x.to_numpy(),
            "y": metres.y.to_numpy(),
            "origine_point": np.where(
                used["cible"] == used["code_commune"], "point", "arrondissements"
            ),
        }
    ).sort_values(["cible", "x", "y"])
    how = {"x": "mean", "y": "mean", "origine_point": "first"}
    return table.groupby("cible").agg(how).rename_axis("code_commune")


def _believed(
    given: pd.DataFrame, polygons: gpd.GeoSeries, limit_m: float
) -> tuple[pd.DataFrame, list[str]]:
    """Split the points between those near their polygon and the codes of the others."""
    at = gpd.GeoSeries.from_xy(given["x"], given["y"], index=given.index, crs=polygons.crs)
    distance = at.distance(polygons.loc[given.index], align=False)
    near = distance <= limit_m
    return given.loc[near], list(given.index[~near])


def _points_ledger(
    points: pd.DataFrame,
    codes: set[str],
    known: set[str],
    noms: dict[str, str],
    far: dict[str, set[str]],
) -> list[pd.DataFrame]:
    """Account for every point of the file."""
    total = len(points)
    blank = points["lon"].isna() | points["lat"].isna()
    own = set(points.loc[~blank, "code_commune"])
    parents = {c: arrondissement_parent(c) for c in own}
    parts = {c for c, p in parents.items() if p != c and c not in known}
    used = {c for c in parts if parents[c] in codes and parents[c] not in own}
    outside = known - codes
    elsewhere = {c for c in own if c in outside or parents[c] in outside}
    # Parts of a city are as far as their mean is.
    stands_for = {c: parents[c] if c in used else c for c in used | own & codes}
    own_far = {motif: {c for c, at in stands_for.items() if at in far[motif]} for motif in far}
    kept = {
        "points repris": (own & codes).difference(*own_far.values()),
        "points d'arrondissements : leur moyenne est le point de la commune": used.difference(
            *own_far.values()
        ),
    }
    fates = {
        "points écartés : coordonnées vides": set(points.loc[blank, "code_commune"]),
        **kept,
        **own_far,
        "points écartés : commune d'une autre projection que celle du territoire": elsewhere,
        "points d'arrondissements écartés : la commune a le sien": parts - used - elsewhere,
    }
    lost = own.difference(*fates.values())
    fates["points écartés : code absent des contours"] = lost
    source = ledger.origin(POINTS)
    rows = [ledger.entry(source, ledger.LUS, (), total, nombre=total, effet=LU)]
    for motif, concerned in fates.items():
        effet = UTILISE if motif in kept else ECARTE
        shown = ledger.named(concerned, noms)
        rows.append(ledger.entry(source, motif, shown, total, effet=effet))
    return rows


def placed(
    communes_geo: gpd.GeoDataFrame, points: pd.DataFrame, crs: str, parameters: PointsParameters
) -> tuple[gpd.GeoSeries, pd.DataFrame]:
    """Project polygons, putting back at their place those of displaced departements.

    Parameters
    ----------
    communes_geo : GeoDataFrame
        `code_commune` and polygons, whole departements, in any CRS.
    points : DataFrame
        `x`, `y` in `crs`, indexed by code.
    crs : str
        Projection in metres.
    parameters : PointsParameters
        `deplacement_min_km` and `residu_max_m`.

    Returns
    -------
    polygons : GeoSeries
        In `crs`, indexed by code, in order of code.
    controle : DataFrame
        One row per departement put back, with the median and the largest residual.

    Raises
    ------
    DataError
        A displaced departement with fewer than four points, or whose median distance between
        points and centres of polygons put back exceeds `residu_max_m`.

    Examples
    --------
    >>> square = shapely.box(2.0, 46.0, 2.1, 46.1)
    >>> geo = gpd.GeoDataFrame({"code_commune": ["18001"]}, geometry=[square], crs="EPSG:4326")
    >>> at = pd.DataFrame({"x": [627_000.0], "y": [6_550_000.0]}, index=["18001"])
    >>> placed(geo, at, "EPSG:2154", PointsParameters())[1].empty
    True
    """
    raw = communes_geo.set_index("code_commune").geometry.sort_index()
    departements = raw.index.map(departement_of)
    pieces, rows = [], []
    displaced = _displaced(raw, points, departements, crs, parameters.deplacement_min_km)
    pieces.append(raw.loc[~departements.isin(displaced)].to_crs(crs))
    for departement in displaced:
        drawn = raw.loc[departements == departement]
        back, residuals = _put_back(drawn, points, crs, departement, parameters.residu_max_m)
        pieces.append(back)
        motif = (
            f"contours du département {departement} dessinés hors de leur place : replacés par une "
            f"transformation affine ajustée sur les points des communes (imputé ; écart médian "
            f"{np.median(residuals) / 1000:.1f} km, maximal {residuals.max() / 1000:.1f} km)"
        ).replace(".", ",")
        shown = ledger.named(back.index)
        source = ledger.origin(COMMUNES_GEO)
        rows.append(ledger.entry(source, motif, shown, len(raw), effet=IMPUTE))
    filled = [p for p in pieces if len(p)]
    both = gpd.GeoSeries(pd.concat(filled), crs=crs) if filled else raw.to_crs(crs)
    return both.sort_index(), ledger.stack(rows)


def _displaced(
    raw: gpd.GeoSeries, points: pd.DataFrame, departements: pd.Index, crs: str, limit_km: float
) -> list[str]:
    """Overseas departements far from their points, by the median over their communes.

    In metropolitan France, where polygons are never displaced, it is the point that is wrong.
    """
    overseas = raw.index[departements.isin(list(CRS_OUTRE_MER))]
    both = overseas.intersection(points.index)
    bounds = raw.loc[both].to_crs(WGS84).bounds
    lon = (bounds["minx"] + bounds["maxx"]) / 2
    lat = (bounds["miny"] + bounds["maxy"]) / 2
    at = points.loc[both]
    true = gpd.GeoSeries.from_xy(at["x"], at["y"], index=both, crs=crs).to_crs(WGS84)
    dx = (true.x - lon) * np.cos(np.radians((true.y + lat) / 2))
    distance_km = np.hypot(dx, true.y - lat) * KM_PER_DEGREE
    medians = distance_km.groupby(departements[raw.index.isin(both)]).median()
    return [str(d) for d in medians.index[medians > limit_km]]


def _put_back(
    raw: gpd.GeoSeries, points: pd.DataFrame, crs: str, departement: str, limit_m: float
) -> tuple[gpd.GeoSeries, FloatArray]:
    """Fit centres of polygons (Lambert-93, where they are drawn) to points, by least squares."""
    plane = raw.to_crs(CRS_METROPOLE)
    both = plane.index.intersection(points.index)
    if len(both) < PAIRES_MIN:
        raise DataError(
            f"Contours du département {departement} : dessinés loin de leur place, et {len(both)} "
            f"communes seulement ont un point pour les replacer (il en faut {PAIRES_MIN}).",
            "Fournissez un fichier de contours non déplacés (ADMIN EXPRESS de l'IGN).",
        )
    centres = plane.loc[both].centroid
    drawn = np.column_stack([centres.x, centres.y])
    true = points.loc[both, ["x", "y"]].to_numpy(dtype=np.float64)
    # Centred coordinates keep the least squares well conditioned.
    origin, target = drawn.mean(axis=0), true.mean(axis=0)
    matrix, *_ = np.linalg.lstsq(drawn - origin, true - target, rcond=None)

    def move(coordinates: FloatArray) -> FloatArray:
        out: FloatArray = (coordinates - origin) @ matrix + target
        return out

    residuals = np.hypot(*(move(drawn) - true).T)
    if np.median(residuals) > limit_m:
        raise DataError(
            f"Contours du département {departement} : dessinés loin de leur place, et leur "
            f"replacement laisse un écart médian de {np.median(residuals) / 1000:.1f} km "
            f"({len(both)} communes).",
            "Fournissez un fichier de contours non déplacés (ADMIN EXPRESS de l'IGN).",
        )
    moved = gpd.GeoSeries(shapely.transform(plane.to_numpy(), move), index=raw.index, crs=crs)
    return moved, residuals
