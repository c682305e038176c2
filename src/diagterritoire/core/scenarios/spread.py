"""Intervals of a difference: two situations over the same draws, compared draw by draw."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

_KEYS = ["code_commune", "tirage"]
_MEASURES = ("apl", "temps_mg_min")


def paired(avant: pd.DataFrame, apres: pd.DataFrame) -> pd.DataFrame:
    """Put the draws of two situations side by side: the same draw of the same commune.

    Parameters
    ----------
    avant, apres : DataFrame
        What `firmness.draws` gave: `code_commune`, `tirage`, `apl`, `temps_mg_min`.

    Returns
    -------
    DataFrame
        `code_commune`, `tirage`, and both measures with `_avant` and `_apres`, sorted.

    Examples
    --------
    >>> one = pd.DataFrame(
    ...     {"code_commune": ["A"], "tirage": [0], "apl": [2.0], "temps_mg_min": [9.0]}
    ... )
    >>> paired(one, one.assign(apl=2.5))[["apl_avant", "apl_apres"]].to_numpy().tolist()
    [[2.0, 2.5]]
    """
    return avant.merge(
        apres, how="outer", on=_KEYS, validate="one_to_one", suffixes=("_avant", "_apres")
    )


def by_commune(draws: pd.DataFrame, intervalle: Sequence[float]) -> pd.DataFrame:
    """Give the interval of the differences of each commune.

    Parameters
    ----------
    draws : DataFrame
        What `paired` gave.
    intervalle : sequence of float
        Lower and upper quantile (type 7 of Hyndman and Fan).

    Returns
    -------
    DataFrame
        `code_commune`, `apl_difference_bas`, `apl_difference_haut`,
        `temps_mg_min_difference_bas`, `temps_mg_min_difference_haut`; null where a draw has no
        value.

    Examples
    --------
    >>> draws = pd.DataFrame({
    ...     "code_commune": "A", "tirage": range(3), "apl_avant": 2.0, "apl_apres": [2.0, 2.2, 3.0],
    ...     "temps_mg_min_avant": 9.0, "temps_mg_min_apres": 9.0,
    ... })
    >>> by_commune(draws, (0.0, 1.0)).round(1).to_numpy().tolist()
    [['A', 0.0, 1.0, 0.0, 0.0]]
    """
    gaps = pd.DataFrame(
        {name: draws[f"{name}_apres"] - draws[f"{name}_avant"] for name in _MEASURES}
    )
    grouped = gaps.groupby(draws["code_commune"])
    table: dict[str, pd.Series] = {}
    for name in _MEASURES:
        known = grouped[name].apply(lambda values: bool(values.notna().all()))
        for side, share in zip(("bas", "haut"), intervalle, strict=True):
            quantile = grouped[name].quantile(share)
            table[f"{name}_difference_{side}"] = quantile.where(known)
    return pd.DataFrame(table).rename_axis("code_commune").reset_index()


def between(values: pd.Series, intervalle: Sequence[float]) -> tuple[float, float]:
    """Give the interval of the differences of a total, one a draw; null when one is unknown.

    Examples
    --------
    >>> between(pd.Series([1.0, 2.0, 3.0]), (0.0, 0.5))
    (1.0, 2.0)
    """
    found = values.to_numpy(np.float64)
    if not len(found) or not np.isfinite(found).all():
        return float("nan"), float("nan")
    low, high = np.quantile(found, list(intervalle))
    return float(low), float(high)
