"""Where a new site may be placed: communes, structures in place, or given points."""

from __future__ import annotations

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import pandas as pd

from diagterritoire.errors import UsageError

# Structures that a new site would take patients from.
CONCURRENTES = ("MSP", "CDS")
_COLUMNS = ["site_id", "code_commune", "nom", "geometry"]
_WGS84 = "EPSG:4326"


def commune_places(communes: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Give the point of each commune as a place.

    Parameters
    ----------
    communes : GeoDataFrame
        `code_commune`, `nom`, `x`, `y`: those of the territory.

    Returns
    -------
    GeoDataFrame
        `site_id`, `code_commune`, `nom`, point.
    """
    points = gpd.points_from_xy(communes["x"], communes["y"])
    table = communes[["code_commune", "nom"]].assign(site_id=communes["code_commune"])
    return gpd.GeoDataFrame(table, geometry=points, crs=communes.crs)[_COLUMNS]


def structure_places(
    structures: gpd.GeoDataFrame | None, communes: gpd.GeoDataFrame
) -> gpd.GeoDataFrame:
    """Give the structures of some communes as places, in the commune where their point lies.

    Parameters
    ----------
    structures : GeoDataFrame or None
        `categorie`, `nom`, point; None gives no place.
    communes : GeoDataFrame
        `code_commune`, `nom`, outlines.

    Returns
    -------
    GeoDataFrame
        As `commune_places`, with `categorie`, in order of category and name.
    """
    if structures is None or structures.empty:
        empty = gpd.GeoDataFrame(pd.DataFrame(columns=_COLUMNS[:-1], dtype="str"), geometry=[])
        return empty.set_crs(communes.crs).assign(categorie="")
    kept = structures[["categorie", "nom", "geometry"]].sort_values(
        ["categorie", "nom"], ignore_index=True
    )
    placed = _in_communes(kept, communes)
    number = [f"structure-{rank:05d}" for rank in range(1, len(placed) + 1)]
    names = [_in(n, c) for n, c in zip(placed["nom"], placed["nom_commune"], strict=True)]
    return placed.assign(site_id=number, nom=names)[[*_COLUMNS, "categorie"]]


def point_places(points: Sequence[str], communes: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Give the points that a user wrote as places.

    Parameters
    ----------
    points : sequence of str
        Each « longitude, latitude », degrees of WGS 84.
    communes : GeoDataFrame
        `code_commune`, `nom`, outlines: where a point must lie.

    Raises
    ------
    UsageError
        A text that is no point, or a point out of the communes.

    Examples
    --------
    >>> import shapely
    >>> communes = gpd.GeoDataFrame(
    ...     {"code_commune": ["2A004"], "nom": ["Ajaccio"]},
    ...     geometry=[shapely.box(8.5, 41.8, 9.0, 42.0)], crs="EPSG:4326",
    ... )
    >>> point_places(["8.74, 41.92"], communes)["nom"].tolist()
    ['point 1 (Ajaccio)']
    """
    xy = np.array([_read(text) for text in points])
    given = gpd.GeoDataFrame(
        {"nom": [f"point {rank}" for rank in range(1, len(xy) + 1)]},
        geometry=gpd.points_from_xy(*xy.T),
        crs=_WGS84,
    )
    placed = _in_communes(given.to_crs(communes.crs), communes)
    if len(placed) < len(given):
        lost = next(
            text
            for text, nom in zip(points, given["nom"], strict=True)
            if nom not in set(placed["nom"])
        )
        raise UsageError(
            f"implantation.points : {len(given) - len(placed)} points hors du territoire, "
            f"par exemple « {lost} ».",
            "Écrivez chaque point « longitude, latitude », en degrés.",
        )
    names = [_in(n, c) for n, c in zip(placed["nom"], placed["nom_commune"], strict=True)]
    return placed.assign(site_id=placed["nom"], nom=names)[_COLUMNS]


def _read(text: str) -> tuple[float, float]:
    try:
        longitude, latitude = (float(part) for part in text.split(","))
    except ValueError as error:
        raise UsageError(
            f"implantation.points : « {text} » n'est pas un point.",
            'Écrivez « longitude, latitude », en degrés : points = ["8.74, 41.92"].',
        ) from error
    return longitude, latitude


def _in(nom: str, commune: str) -> str:
    return nom if commune in nom else f"{nom} ({commune})"


def _in_communes(points: gpd.GeoDataFrame, communes: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Add to each point the commune that holds it; points out of all are left out."""
    land = communes[["code_commune", "nom", "geometry"]].rename(columns={"nom": "nom_commune"})
    joined = points.sjoin(land, how="inner", predicate="intersects")
    return joined.loc[~joined.index.duplicated()].sort_index()
