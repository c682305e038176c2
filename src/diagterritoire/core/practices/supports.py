"""What a project may lean on near the pole of a basin: structures, groups of GPs."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
from scipy.spatial import KDTree

from diagterritoire.tables import (
    AVEC_PROJET,
    GROUPE,
    POSITION_CENTRE,
    PROJET_INCONNU,
    SANS_PROJET,
)

# Structures whose professionals share a health project.
COORDONNEES = ("MSP", "CDS")
# One person on n sites counts 1/n at each: six thirds add up to a little less than two.
_ROUNDING = 1e-6


def groups(
    sites: gpd.GeoDataFrame,
    structures: gpd.GeoDataFrame | None,
    *,
    mg_min: float,
    distance_m: float,
) -> gpd.GeoDataFrame:
    """GPs at the same address, and whether a coordinated structure is there.

    A site placed at the point of its commune for want of an address is no group: nobody knows
    whether its GPs work together.

    Parameters
    ----------
    sites : GeoDataFrame
        `site_id`, `code_commune`, `mg_nb`, `origine_position`, point (metres).
    structures : GeoDataFrame or None
        `categorie`, point; None when no file gives them.
    mg_min, distance_m : float
        GPs of a group, and distance to a MSP or a CDS, both included.

    Returns
    -------
    GeoDataFrame
        `site_id`, `code_commune`, `mg_nb`, `projet`, point, by `site_id`.

    Examples
    --------
    >>> import shapely
    >>> sites = gpd.GeoDataFrame(
    ...     {"site_id": ["a", "b"], "code_commune": "A", "mg_nb": [3.0, 1.0],
    ...      "origine_position": "source"},
    ...     geometry=[shapely.Point(0, 0), shapely.Point(9, 0)], crs="EPSG:2154",
    ... )
    >>> groups(sites, None, mg_min=2, distance_m=200)["projet"].tolist()
    ['inconnu']
    """
    placed = (sites["mg_nb"] >= mg_min - _ROUNDING) & (sites["origine_position"] != POSITION_CENTRE)
    table = sites.loc[placed, ["site_id", "code_commune", "mg_nb", "geometry"]]
    table = table.sort_values("site_id", ignore_index=True)
    if structures is None:
        return table.assign(projet=PROJET_INCONNU)
    near = structures.loc[structures["categorie"].isin(COORDONNEES)]
    if near.empty or table.empty:
        return table.assign(projet=SANS_PROJET)
    tree = KDTree(np.column_stack([near.geometry.x, near.geometry.y]))
    gap, _ = tree.query(np.column_stack([table.geometry.x, table.geometry.y]))
    return table.assign(projet=np.where(gap <= distance_m, AVEC_PROJET, SANS_PROJET))


def supports(
    times: pd.DataFrame,
    structures: pd.DataFrame | None,
    grouped: pd.DataFrame,
    *,
    temps_max_min: float,
) -> pd.DataFrame:
    """List what is within reach of each pole, the nearest first of each category.

    Parameters
    ----------
    times : DataFrame
        `pole`, `lieu`, `temps_min`: minutes from a pole to a place.
    structures : DataFrame or None
        `lieu`, `categorie`, `nom`, `code_commune`.
    grouped : DataFrame
        `lieu`, `site_id`, `code_commune`, `mg_nb`, `projet`.
    temps_max_min : float
        Included.

    Returns
    -------
    DataFrame
        Columns of `tables.APPUIS`.
    """
    parts = [grouped.rename(columns={"site_id": "nom"}).assign(categorie=GROUPE)]
    if structures is not None:
        parts.append(structures.assign(mg_nb=np.nan, projet=None))
    columns = ["lieu", "categorie", "nom", "code_commune", "mg_nb", "projet"]
    filled = [pd.DataFrame(p)[columns] for p in parts if len(p)]
    reached = times.loc[times["temps_min"] <= temps_max_min]
    if not filled or reached.empty:
        return pd.DataFrame(columns=["bassin", *columns[1:4], "temps_min", *columns[4:]])
    places = pd.concat([p.astype({"projet": "object"}) for p in filled], ignore_index=True)
    table = reached.merge(places, on="lieu", how="inner", validate="many_to_one")
    order = ["pole", "categorie", "temps_min", "nom", "lieu"]
    return table.sort_values(order, ignore_index=True).rename(columns={"pole": "bassin"})
