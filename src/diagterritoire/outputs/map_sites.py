"""What stands at points of the map: sites of GPs, structures of care."""

from __future__ import annotations

from typing import Any

import geopandas as gpd

from diagterritoire.outputs.map_geometry import lat_lon
from diagterritoire.tables.vocabulary import CATEGORIES_STRUCTURES


def gp_sites(sites: gpd.GeoDataFrame, rank: dict[str, int]) -> dict[str, list[Any]]:
    """Give the sites that have GPs, the largest first; communes by their rank."""
    table = sites.loc[sites["code_commune"].isin(list(rank)) & (sites["mg_nb"] > 0)]
    table = table.sort_values(["mg_nb", "site_id"], ascending=[False, True])
    return {
        "commune": [rank[c] for c in table["code_commune"]],
        "mg_nb": [whole(n, 2) for n in table["mg_nb"]],
        "mg_etp": [whole(n, 2) for n in table["mg_etp"]],
        "position": lat_lon(table.geometry.to_numpy(), sites.crs).tolist(),
    }


def structures(table: gpd.GeoDataFrame, rank: dict[str, int]) -> list[dict[str, Any]]:
    """Give the structures of each category, in the order of the categories.

    Parameters
    ----------
    table : GeoDataFrame
        `tables.STRUCTURES`.
    rank : dict of str to int
        Rank of each commune of the page; a structure elsewhere is left out.

    Returns
    -------
    list of dict
        `cle`, `titre`, and as long as each other `noms`, `commune`, `position`.
    """
    shown = table.loc[table["code_commune"].isin(list(rank)) & table.geometry.notna()]
    others = sorted(set(shown["categorie"]) - set(CATEGORIES_STRUCTURES))
    titles = {**CATEGORIES_STRUCTURES, **{c: c for c in others}}
    found = []
    for cle, titre in titles.items():
        own = shown.loc[shown["categorie"] == cle].sort_values(["nom", "code_commune"])
        if own.empty:
            continue
        found.append(
            {
                "cle": cle,
                "titre": titre,
                "noms": own["nom"].tolist(),
                "commune": [rank[c] for c in own["code_commune"]],
                "position": lat_lon(own.geometry.to_numpy(), table.crs).tolist(),
            }
        )
    return found


def whole(value: float, decimales: int) -> float | int:
    """Round a number, and write it without decimals when it has none.

    Examples
    --------
    >>> whole(2.0, 2), whole(1.256, 2)
    (2, 1.26)
    """
    rounded = round(float(value), decimales)
    return int(rounded) if rounded.is_integer() else rounded
