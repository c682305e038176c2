"""Paris, Lyon and Marseille: computed on their 45 arrondissements, delivered as three communes.

`unfolded` puts the arrondissements in the place of their commune before anything is computed, and
the functions `folded_*` put the communes back: nobody is ever counted twice.
"""

from __future__ import annotations

from collections.abc import Iterable

import geopandas as gpd
import numpy as np
import pandas as pd

from diagterritoire import ledger, tables
from diagterritoire.core.communes.carry import largest_remainder
from diagterritoire.territory import (
    ARRONDISSEMENTS,
    PARTS,
    arrondissement_name,
    arrondissement_parent,
)

# How each column of a commune comes from those of its arrondissements; the others keep the first.
SUMS = (
    "population",
    "population_totale",
    "population_standardisee",
    "mg_nb",
    "mg_etp",
)
MEANS = (
    "apl",
    "apl_65",
    "apl_calibree",
    "apl_publiee",
    "apl_publiee_65",
    "ecart",
    "ecart_offre",
    "ecart_distance",
    "ecart_concurrence",
    "ecart_age",
)
PLACES = ("x", "y")
FARTHEST = ("rattachement_m",)
# Those of the part with the smallest time, and those that are the same in every part.
NEAREST = ("temps_mg_min",)
SHARED = ("population_annee", "apl_publiee_annee", "landmass")


def split_communes(points: pd.DataFrame, apl_publiee: pd.DataFrame) -> tuple[str, ...]:
    """Communes that can be computed by arrondissement: each has a point and a published demand.

    Parameters
    ----------
    points : DataFrame
        Table `points`.
    apl_publiee : DataFrame
        Table `apl_publiee`; the latest year alone gives demands.

    Examples
    --------
    >>> points = pd.DataFrame({"code_commune": [f"6938{n}" for n in range(1, 10)]})
    >>> apl = points.assign(annee=2022, population_standardisee=5e4)
    >>> split_communes(points, apl)
    ('69123',)
    >>> later = pd.DataFrame({"code_commune": ["69123"], "annee": [2023]})
    >>> split_communes(points, pd.concat([apl, later.assign(population_standardisee=4.5e5)]))
    ()
    """
    known = set(points["code_commune"]) & set(weights(apl_publiee).dropna().index)
    return tuple(parent for parent, parts in ARRONDISSEMENTS.items() if known >= set(parts))


def weights(apl_publiee: pd.DataFrame) -> pd.Series[float]:
    """Standardised population of each arrondissement in the latest year: what its GPs follow."""
    latest = apl_publiee.loc[apl_publiee["annee"] == apl_publiee["annee"].max()]
    parts = latest.loc[latest["code_commune"].map(arrondissement_parent) != latest["code_commune"]]
    poids: pd.Series[float] = parts.set_index("code_commune")["population_standardisee"]
    return poids.astype("float64")


def unfolded(table: pd.DataFrame, communes: Iterable[str]) -> pd.DataFrame:
    """Put arrondissements in the place of their commune, with its attributes and its outline.

    Parameters
    ----------
    table : DataFrame
        `code_commune`, `nom`, and attributes that a commune hands down.
    communes : iterable of str
        What `split_communes` gave.

    Returns
    -------
    DataFrame
        The same columns, in order of code.

    Examples
    --------
    >>> table = pd.DataFrame({"code_commune": ["69123", "69124"], "nom": ["Lyon", "Marcilly"]})
    >>> unfolded(table, ["69123"])["nom"].tolist()[:2], len(unfolded(table, ["69123"]))
    (['Marcilly', 'Lyon 1er arrondissement'], 10)
    """
    wanted = sorted(set(communes) & set(table["code_commune"]))
    if not wanted:
        return table
    codes = [part for parent in wanted for part in ARRONDISSEMENTS[parent]]
    parents = [arrondissement_parent(code) for code in codes]
    rows = table.set_index("code_commune").loc[parents].reset_index()
    rows = rows.assign(code_commune=codes, nom=[arrondissement_name(c) for c in codes])
    kept = table.loc[~table["code_commune"].isin(wanted)]
    both = pd.concat([kept, rows.astype(dict(table.dtypes))])
    return both.sort_values("code_commune", ignore_index=True)


def unfolded_outlines(
    communes_geo: gpd.GeoDataFrame, communes: Iterable[str], poids: pd.Series[float]
) -> tuple[gpd.GeoDataFrame, pd.DataFrame]:
    """Outlines with arrondissements, and the population of a commune shared between its parts.

    Parameters
    ----------
    communes_geo : GeoDataFrame
        Table `communes_geo`. No file draws the arrondissements: each keeps the outline of its
        commune, which only says what land it stands on.
    communes : iterable of str
        What `split_communes` gave.
    poids : Series
        What `weights` gave.

    Returns
    -------
    (GeoDataFrame, DataFrame)
        The table, and rows of `tables.CONTROLE`.
    """
    table = gpd.GeoDataFrame(unfolded(communes_geo, communes), crs=communes_geo.crs)
    parents = table["code_commune"].map(arrondissement_parent)
    split = parents != table["code_commune"]
    shared = table["population_polygone"].astype("Int64")
    for _, rows in table.loc[split].groupby(parents[split]):
        amount = shared.loc[rows.index[0]]
        if pd.notna(amount):
            weight = rows["code_commune"].map(poids).to_numpy(dtype=float, na_value=np.nan)
            shared.loc[rows.index] = largest_remainder(int(amount), weight)
    dtype = communes_geo["population_polygone"].dtype
    motif = "communes calculées par arrondissement municipal, rendues entières à la livraison"
    shown = ledger.named(sorted(set(parents[split])))
    row = ledger.entry(ledger.origin(tables.COMMUNES_GEO), motif, shown, len(communes_geo))
    return table.assign(population_polygone=shared.astype(dtype)), row


def parts_of(codes: Iterable[str], known: Iterable[str]) -> tuple[str, ...]:
    """Codes to compute on: those given, their arrondissements instead where these are known.

    Examples
    --------
    >>> parts_of(["69123", "69124"], ["69124", *(f"6938{n}" for n in range(1, 10))])[:2]
    ('69124', '69381')
    """
    present = set(known)
    found = {
        part
        for code in codes
        for part in (ARRONDISSEMENTS.get(code, ()) if code not in present else (code,))
    }
    return tuple(sorted(found))


def together(minutes: pd.Series[float]) -> pd.Series[float]:
    """Give every arrondissement the smallest value of its commune: all are in a buffer, or none.

    Examples
    --------
    >>> together(pd.Series({"69381": 12.0, "69382": 9.0, "69124": 30.0})).tolist()
    [9.0, 9.0, 30.0]
    """
    parents = minutes.index.map(arrondissement_parent)
    smallest = minutes.groupby(parents).transform("min")
    return smallest.where(parents != minutes.index, minutes)


def folded(table: pd.DataFrame) -> pd.DataFrame:
    """Put communes back in the place of their arrondissements, in order of code.

    `SUMS` are summed, null when every part is; `MEANS` are weighted by `population_standardisee`;
    `PLACES` are means, `FARTHEST` the largest. `temps_mg_min`, `origine_temps`, `atteignable` and
    `mg_proche_code` are those of the part with the smallest time, so 0 where the commune has a GP.
    `zonage_mg` is null: zones are drawn inside these communes. Other columns keep the first; a
    number must be in one of these lists.

    Parameters
    ----------
    table : DataFrame
        `code_commune`, and any of the columns above.

    Raises
    ------
    ValueError
        A column of numbers that no list names: the first arrondissement does not tell the city.

    Examples
    --------
    >>> table = pd.DataFrame({
    ...     "code_commune": ["69381", "69382"], "nom": ["a", "b"],
    ...     "population_standardisee": [100.0, 300.0], "apl": [2.0, 4.0],
    ... })
    >>> folded(table).to_numpy().tolist()
    [['69123', 'Lyon', 400.0, 3.5]]
    """
    split = table["code_commune"].isin(PARTS)
    if not split.any():
        return table
    parents = table["code_commune"].map(arrondissement_parent)
    ruled = {*SUMS, *MEANS, *PLACES, *FARTHEST, *NEAREST, *SHARED}
    unruled = [c for c in table.select_dtypes("number").columns if c not in ruled]
    if unruled:
        raise ValueError(f"no rule folds the arrondissements of column {unruled[0]!r}")
    rows = [_one(parent, part) for parent, part in table.loc[split].groupby(parents[split])]
    whole = pd.concat([table.loc[~split], *(row.astype(dict(table.dtypes)) for row in rows)])
    return whole.sort_values("code_commune", ignore_index=True)


def _one(parent: str, part: pd.DataFrame) -> pd.DataFrame:
    """Row of a commune, from those of its arrondissements."""
    ordered = part.sort_values("code_commune")
    if "temps_mg_min" in part:
        ordered = part.sort_values(["temps_mg_min", "code_commune"], na_position="last")
    row = ordered.iloc[[0]].copy()
    row["code_commune"] = parent
    if "nom" in part:
        row["nom"] = arrondissement_name(parent)
    if "zonage_mg" in part:
        row["zonage_mg"] = None
    if "mg_proche_code" in part:
        row["mg_proche_code"] = row["mg_proche_code"].map(arrondissement_parent, na_action="ignore")
    at = row.index[0]
    for column in part.columns.intersection(list(SUMS)):
        row.loc[at, column] = part[column].sum(min_count=1)
    for column in part.columns.intersection(list(MEANS)):
        known = part[column].notna() & part["population_standardisee"].notna()
        weight = part.loc[known, "population_standardisee"].astype("float64")
        total = (part.loc[known, column].astype("float64") * weight).sum()
        row.loc[at, column] = total / weight.sum() if weight.sum() > 0 else np.nan
    for column in part.columns.intersection(list(PLACES)):
        row.loc[at, column] = part[column].mean()
    for column in part.columns.intersection(list(FARTHEST)):
        row.loc[at, column] = part[column].max()
    return row


def folded_flows(flux: pd.DataFrame) -> pd.DataFrame:
    """Flows between communes: those of their arrondissements summed, times weighted by patients.

    Parameters
    ----------
    flux : DataFrame
        What `flows.gravity` gave.

    Examples
    --------
    >>> flux = pd.DataFrame(
    ...     [("69381", "69381", 30.0, 0.0), ("69381", "69382", 10.0, 8.0)],
    ...     columns=["code_residence", "code_exercice", "patients", "temps_min"],
    ... )
    >>> folded_flows(flux).to_numpy().tolist()
    [['69123', '69123', 40.0, 2.0]]
    """
    keys = ["code_residence", "code_exercice"]
    moved = flux["code_residence"].isin(PARTS) | flux["code_exercice"].isin(PARTS)
    if not moved.any():
        return flux
    parents = flux.assign(**{key: flux[key].map(arrondissement_parent) for key in keys})
    changed = parents.loc[moved]
    weighted = changed.assign(temps_min=changed["temps_min"] * changed["patients"])
    summed = weighted.groupby(keys, as_index=False)[["patients", "temps_min"]].sum()
    summed["temps_min"] = summed["temps_min"] / summed["patients"]
    both = pd.concat([parents.loc[~moved], summed.astype(dict(flux.dtypes))])
    return both.sort_values(keys, ignore_index=True)


def folded_sites(sites: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Sites as they are, each in the commune of its arrondissement."""
    return sites.assign(code_commune=sites["code_commune"].map(arrondissement_parent))
