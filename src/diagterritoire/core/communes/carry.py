"""Values carried from commune to commune: sums stay sums, means are weighted, labels agree.

Each function takes a table by commune of one year and a `cog.correspondence`, and gives a table by
commune of the other year: `code_commune`, the value, and `impute` (true where it is a share of a
divided commune, or where a part of it is unknown).
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from diagterritoire.arrays import FloatArray, IntArray
from diagterritoire.errors import DataError


def _pieces(table: pd.DataFrame, correspondances: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    """One row per part of a source commune that has a target, in order of codes."""
    twice = table["code_commune"].duplicated()
    if twice.any():
        raise DataError(
            f"Table à porter d'un code géographique à l'autre : {int(twice.sum())} communes en "
            f"double ; par exemple {table.loc[twice, 'code_commune'].min()}.",
            "Chaque commune doit y figurer une seule fois.",
        )
    used = correspondances.loc[correspondances["code_cible"].notna()]
    place = pd.Index(table["code_commune"]).get_indexer(pd.Index(used["code_source"]))
    known = used.loc[place >= 0].reset_index(drop=True)
    values = table[columns].take(place[place >= 0]).reset_index(drop=True)
    pieces: pd.DataFrame = pd.concat([known, values], axis="columns")
    pieces["partage"] = pieces["code_source"].duplicated(keep=False)
    return pieces.sort_values(["code_cible", "code_source"], ignore_index=True)


def largest_remainder(total: int, weights: FloatArray) -> IntArray:
    """Share a whole number by weights: floors first, then one each to the largest remainders.

    Null weights count as 0; equal shares when none is positive. Ties go to the first.

    Examples
    --------
    >>> largest_remainder(10, np.array([1.0, 1.0, 1.0])).tolist()
    [4, 3, 3]
    """
    exact = total * _shares(weights)
    whole = np.floor(exact).astype(np.int64)
    order = np.argsort(-(exact - whole), kind="stable")
    whole[order[: total - int(whole.sum())]] += 1
    return whole


def _shares(weights: FloatArray) -> FloatArray:
    known = np.where(weights > 0, weights, 0.0)
    sum_known = known.sum()
    if sum_known <= 0:
        return np.full(len(known), 1.0 / len(known))
    out: FloatArray = known / sum_known
    return out


def carry_sum(
    table: pd.DataFrame,
    correspondances: pd.DataFrame,
    value: str,
    weights: pd.Series | None = None,
) -> pd.DataFrame:
    """Carry counts: merged communes add up, a divided one is shared by weights; the sum is kept.

    Parameters
    ----------
    table : DataFrame
        `code_commune` (unique) and the column `value`; whole numbers stay whole, shared by largest
        remainder.
    correspondances : DataFrame
        What `cog.correspondence` gave.
    value : str
        Column to carry.
    weights : Series, optional
        Weight of each target commune (its population), by code; equal shares when absent.

    Returns
    -------
    DataFrame
        `code_commune`, `value`, `impute`, by code. Null is not zero: a target whose every part is
        null is null; where some are, the known ones are summed and `impute` is true.

    Raises
    ------
    DataError
        A commune twice in the table.

    Examples
    --------
    >>> c = pd.DataFrame({"code_source": "A", "code_cible": ["A", "B"], "nature": "division"})
    >>> t = pd.DataFrame({"code_commune": ["A"], "population": [10]})
    >>> carry_sum(t, c, "population", pd.Series({"A": 2, "B": 1})).to_numpy().tolist()
    [['A', 7, True], ['B', 3, True]]
    """
    pieces = _pieces(table, correspondances, [value])
    whole = pd.api.types.is_integer_dtype(table[value])
    pieces[value] = pieces[value].astype("Int64" if whole else "float64")
    given = pd.Series(dtype=float) if weights is None else weights
    for _, part in pieces.loc[pieces["partage"]].groupby("code_source"):
        amount = part[value].iloc[0]
        if pd.isna(amount):
            continue
        weight = part["code_cible"].map(given).to_numpy(dtype=float, na_value=np.nan)
        shares = largest_remainder(int(amount), weight) if whole else amount * _shares(weight)
        pieces.loc[part.index, value] = shares
    unknown = pieces[value].isna()
    grouped = pieces.assign(impute=pieces["partage"] | unknown).groupby("code_cible")
    out = pd.DataFrame({value: grouped[value].sum(min_count=1), "impute": grouped["impute"].any()})
    return out.rename_axis("code_commune").reset_index()


def carry_mean(
    table: pd.DataFrame, correspondances: pd.DataFrame, value: str, weight: str | None = None
) -> pd.DataFrame:
    """Carry rates: the target has the weighted mean of its parts, a divided rate is repeated.

    Parameters
    ----------
    table : DataFrame
        `code_commune` (unique), `value` and `weight`.
    correspondances : DataFrame
        What `cog.correspondence` gave.
    value : str
        Column to carry.
    weight : str, optional
        Column of weights; equal ones when absent, or when those of the known values sum to 0.

    Returns
    -------
    DataFrame
        `code_commune`, `value`, `impute`, by code; null parts are left out of the mean, which is
        null when they all are.

    Raises
    ------
    DataError
        A commune twice in the table.

    Examples
    --------
    >>> c = pd.DataFrame({"code_source": ["A", "B"], "code_cible": "A", "nature": "fusion"})
    >>> t = pd.DataFrame({"code_commune": ["A", "B"], "apl": [4.0, 1.0], "hab": [1.0, 2.0]})
    >>> carry_mean(t, c, "apl", "hab").to_numpy().tolist()
    [['A', 2.0, False]]
    """
    pieces = _pieces(table, correspondances, [value] if weight is None else [value, weight])
    values = pieces[value].astype("float64")
    known = values.notna()
    weights = known.astype(float)
    if weight is not None:
        weights = pieces[weight].astype("float64").fillna(0.0).where(known, 0.0)
        empty = weights.groupby(pieces["code_cible"]).transform("sum") <= 0
        weights = weights.mask(empty, known.astype(float))
    parts = pd.DataFrame(
        {
            "code_commune": pieces["code_cible"],
            "produit": values * weights,
            "poids": weights,
            "impute": pieces["partage"],
            "seul": values,
            "parts": 1,
        }
    )
    how = {"produit": "sum", "poids": "sum", "impute": "any", "seul": "first", "parts": "sum"}
    out = parts.groupby("code_commune").agg(how)
    mean = out["produit"] / out["poids"]
    # An untouched commune keeps its very value, which a product and a quotient may round.
    out[value] = mean.where(out["parts"] > 1, out["seul"])
    return out[[value, "impute"]].reset_index()


def carry_label(table: pd.DataFrame, correspondances: pd.DataFrame, value: str) -> pd.DataFrame:
    """Carry names such as zones: kept where every part of the target bears the same, else null.

    Parameters
    ----------
    table : DataFrame
        `code_commune` (unique) and the column `value`.
    correspondances : DataFrame
        What `cog.correspondence` gave.
    value : str
        Column to carry.

    Returns
    -------
    DataFrame
        `code_commune`, `value`, `impute` (a part of a divided commune), `desaccord` (parts differ,
        or one is unknown and another not: the value is null), by code.

    Raises
    ------
    DataError
        A commune twice in the table.

    Examples
    --------
    >>> c = pd.DataFrame({"code_source": ["A", "B"], "code_cible": "A", "nature": "fusion"})
    >>> t = pd.DataFrame({"code_commune": ["A", "B"], "zone": ["ZIP", "ZAC"]})
    >>> carry_label(t, c, "zone")["desaccord"].tolist()
    [True]
    """
    pieces = _pieces(table, correspondances, [value])
    grouped = pieces.groupby("code_cible")
    distinct = pieces.drop_duplicates(["code_cible", value]).groupby("code_cible").size()
    out = pd.DataFrame(
        {
            value: grouped[value].first(),
            "impute": grouped["partage"].any(),
            "desaccord": distinct > 1,
        }
    )
    out[value] = out[value].mask(out["desaccord"]).astype("str")
    return out.rename_axis("code_commune").reset_index()
