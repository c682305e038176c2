"""Lines that the map lays over the communes: main roads, borders of zones; and the catchments."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from diagterritoire.core.basins.catchments import PRIMAIRE
from diagterritoire.french import majuscule
from diagterritoire.outputs.care_words import ZONAGES, agreements
from diagterritoire.outputs.map_geometry import (
    PAS_ROUTES,
    TOLERANCE_M,
    Shapes,
    traces_of,
)
from diagterritoire.study.bundles import Diagnosis

BASSINS = "bassins"
# Borders are compared with the edge of the map within this, metres.
_BORD_M = 5.0
ROUTES = {
    "motorway": "autoroutes",
    "trunk": "voies express",
    "primary": "routes principales",
}


def simple_roads(routes: gpd.GeoDataFrame, tolerance_m: float) -> dict[str, Any]:
    """Give the lines of each class of main roads, simplified.

    Examples
    --------
    >>> bent = shapely.multilinestrings([[(0, 0), (5, 1), (10, 0)]])
    >>> layer = gpd.GeoDataFrame({"classe": ["trunk"]}, geometry=[bent], crs="EPSG:2154")
    >>> simple_roads(layer, 2.0)["trunk"].wkt
    'LINESTRING (0 0, 10 0)'
    """
    lines = shapely.simplify(routes.geometry.to_numpy(), tolerance_m)
    return dict(zip(routes["classe"], lines, strict=True))


def borders(communes: pd.DataFrame, shapes: Shapes, zone: str) -> Any:
    """Give the lines between communes of two zones; the edge of the map is none of them.

    Parameters
    ----------
    communes : DataFrame
        Column `zone`: null is in no zone.
    shapes : array of polygons
        Outlines of the communes, in their order, that share their vertices.
    zone : str

    Returns
    -------
    MultiLineString

    Examples
    --------
    >>> squares = np.array([shapely.box(x, 0, x + 900, 910) for x in (0, 900, 1800)])
    >>> borders(pd.DataFrame({"z": ["a", "a", "b"]}), squares, "z").length
    900.0
    """
    codes = communes[zone].to_numpy(object)
    known = communes[zone].notna().to_numpy()
    zones = [shapely.union_all(shapes[known & (codes == z)]) for z in sorted(set(codes[known]))]
    lines = shapely.union_all(shapely.boundary(np.array(zones, dtype=object)))
    edge = shapely.boundary(shapely.union_all(shapes))
    inner = shapely.line_merge(shapely.difference(lines, shapely.buffer(edge, _BORD_M)))
    parts = [p for p in shapely.get_parts(inner) if p.geom_type == "LineString"]
    return shapely.MultiLineString(parts)


def zone_borders(diagnosis: Diagnosis, communes: pd.DataFrame, shapes: Shapes) -> dict[str, Any]:
    """Give the borders of the basins and of each zoning known, by key, in the order shown."""
    found = {BASSINS: borders(communes, shapes, "bassin")}
    table = diagnosis.zonages
    for cle in ZONAGES:
        zones = table.loc[table["zonage"] == cle].set_index("code_commune")["zone"]
        placed = communes[["code_commune"]].assign(zone=communes["code_commune"].map(zones))
        found[cle] = borders(placed, shapes, "zone")
    return {cle: lines for cle, lines in found.items() if not lines.is_empty}


def roads(diagnosis: Diagnosis) -> list[dict[str, Any]]:
    """Give the main roads, a line of the legend for each class."""
    found = simple_roads(diagnosis.routes_principales, TOLERANCE_M)
    traces = traces_of(
        np.array(list(found.values()), dtype=object), diagnosis.communes.crs, PAS_ROUTES
    )
    return [
        {"classe": classe, "titre": ROUTES[classe], "trace": trace}
        for classe, trace in zip(found, traces, strict=True)
    ]


def zonings(
    diagnosis: Diagnosis, communes: gpd.GeoDataFrame, shapes: Shapes
) -> list[dict[str, Any]]:
    """Give the borders of basins and zones, and how much of the population agrees with basins."""
    found = zone_borders(diagnosis, communes, shapes)
    traces = traces_of(np.array(list(found.values()), dtype=object), communes.crs)
    # A zone alone agrees whatever the basins are: its 100 % would say nothing.
    compared = diagnosis.comparaison_bassins
    several = set(compared.loc[compared["zones_nb"] > 1, "zonage"])
    agreed = {row.cle: row.part for row in agreements(diagnosis) if row.cle in several}
    titles = {BASSINS: "bassins de patientèle"} | ZONAGES
    return [
        {
            "cle": cle,
            "titre": majuscule(titles[cle]),
            "accord": agreed.get(cle, ""),
            "trace": trace,
        }
        for cle, trace in zip(found, traces, strict=True)
    ]


def catchments(diagnosis: Diagnosis, rank: dict[str, int]) -> dict[str, list[Any]]:
    """Give the catchment of each pole: ranks of the pole and of the communes that it draws."""
    table = diagnosis.patienteles
    known = table["pole"].isin(list(rank)) & table["code_commune"].isin(list(rank))
    kept = table.loc[known]
    chosen = diagnosis.parameters.bassins
    return {
        "seuils": [chosen.patientele_primaire, chosen.patientele_secondaire],
        "pole": [rank[c] for c in kept["pole"]],
        "commune": [rank[c] for c in kept["code_commune"]],
        "part": [round(float(p), 3) for p in kept["part"]],
        "primaire": (kept["aire"] == PRIMAIRE).tolist(),
    }
