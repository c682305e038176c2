"""How much choice there is: time to the second and third GP, GPs within a time."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from diagterritoire.tables import SEUILS_MIN
from diagterritoire.territory import arrondissement_parent

RANGS = (2, 3)
# Shares of a GP over several sites add up to the rounding of machine numbers.
_ROUNDING = 1e-6


def choice(
    trajets: pd.DataFrame, sites: pd.DataFrame, codes: Iterable[str], duree_max_min: float
) -> pd.DataFrame:
    """Count the GPs around the point of each commune.

    Parameters
    ----------
    trajets : DataFrame
        Table `TRAJETS`. A city is as near to a site as its nearest arrondissement.
    sites : DataFrame
        `site_id`, `mg_nb`: every site of `trajets`.
    codes : iterable of str
        Communes.
    duree_max_min : float
        Longest trip of `trajets`, included.

    Returns
    -------
    DataFrame
        `code_commune`, `temps_mg2_min` and `temps_mg3_min` (the least time within which 2, 3 GPs
        are found, those of a site counting each and a share of GP for a share; null beyond the
        longest trip), `mg_10min`, ... (GPs within each time of `tables.SEUILS_MIN`, included; null
        for a time that the trips do not cover).

    Examples
    --------
    >>> trajets = pd.DataFrame(
    ...     {"code_commune": "2A001", "site_id": ["s", "t"], "temps_min": [0.0, 12.0]}
    ... )
    >>> sites = pd.DataFrame({"site_id": ["s", "t"], "mg_nb": [1.5, 1.0]})
    >>> found = choice(trajets, sites, ["2A001"], 60.0)
    >>> found[["temps_mg2_min", "temps_mg3_min", "mg_10min", "mg_15min"]].to_numpy().tolist()
    [[12.0, nan, 1.5, 2.5]]
    """
    cities = trajets.assign(code_commune=trajets["code_commune"].map(arrondissement_parent))
    nearest = cities.groupby(["code_commune", "site_id"], as_index=False)["temps_min"].min()
    near = nearest.merge(
        sites[["site_id", "mg_nb"]].astype({"site_id": "str"}),
        how="left",
        on="site_id",
        validate="many_to_one",
    ).sort_values(["code_commune", "temps_min", "site_id"])
    near["cumul"] = near.groupby("code_commune")["mg_nb"].cumsum()
    table = pd.DataFrame(index=pd.Index(sorted(set(codes)), name="code_commune", dtype="str"))
    for rang in RANGS:
        found = near.loc[near["cumul"] >= rang - _ROUNDING]
        table[f"temps_mg{rang}_min"] = found.groupby("code_commune")["temps_min"].first()
    for bound in SEUILS_MIN:
        within = near.loc[near["temps_min"] <= bound].groupby("code_commune")["mg_nb"].sum()
        known = within.reindex(table.index).fillna(0.0).round(6)
        table[f"mg_{bound}min"] = known if bound <= duree_max_min else np.nan
    return table.astype("float64").reset_index()
