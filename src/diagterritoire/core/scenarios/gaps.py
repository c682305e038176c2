"""A table beside itself: each measure before, after, and the difference."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from diagterritoire.core.identifiers import by_id

# Sums differ in the last bit: what changes by less does not change.
_DECIMALS = 9


def gaps(
    avant: pd.DataFrame, apres: pd.DataFrame, key: str, measures: Sequence[str]
) -> pd.DataFrame:
    """Give each measure of each row before, after, and after minus before.

    Parameters
    ----------
    avant, apres : DataFrame
        `key` and `measures`, the same rows in any order.
    key : str
    measures : sequence of str

    Returns
    -------
    DataFrame
        `key`, then `*_avant`, `*_apres`, `*_difference` of each measure, sorted by key; a
        difference is null where a side is.

    Raises
    ------
    DataError
        A key that is missing or repeated.

    Examples
    --------
    >>> one = pd.DataFrame({"code_commune": ["A"], "apl": [2.0]})
    >>> gaps(one, one.assign(apl=2.5), "code_commune", ["apl"]).to_numpy().tolist()
    [['A', 2.0, 2.5, 0.5]]
    """
    names = list(measures)
    both = by_id(avant, key, names).merge(
        by_id(apres, key, names),
        how="outer",
        on=key,
        validate="one_to_one",
        suffixes=("_avant", "_apres"),
    )
    table = both[[key]].copy()
    for name in names:
        before, after = (both[f"{name}_{side}"].astype("float64") for side in ("avant", "apres"))
        table[f"{name}_avant"], table[f"{name}_apres"] = before, after
        table[f"{name}_difference"] = (after - before).round(_DECIMALS)
    return table


def flow_gaps(avant: pd.DataFrame, apres: pd.DataFrame, *, least: float) -> pd.DataFrame:
    """Give the flows that change by some patients or more, and those that come or go.

    Parameters
    ----------
    avant, apres : DataFrame
        `code_residence`, `code_exercice`, `patients`.
    least : float
        Smallest change told.

    Returns
    -------
    DataFrame
        The codes, `patients_avant`, `patients_apres`, `patients_difference`, by codes; a flow that
        is not there is 0.

    Examples
    --------
    >>> one = pd.DataFrame(
    ...     {"code_residence": ["A"], "code_exercice": ["B"], "patients": [9.0]}
    ... )
    >>> flow_gaps(one, one.assign(code_exercice="C"), least=1.0).to_numpy().tolist()
    [['A', 'B', 9.0, 0.0, -9.0], ['A', 'C', 0.0, 9.0, 9.0]]
    """
    pair = ["code_residence", "code_exercice"]
    both = avant[[*pair, "patients"]].merge(
        apres[[*pair, "patients"]],
        how="outer",
        on=pair,
        validate="one_to_one",
        suffixes=("_avant", "_apres"),
    )
    sides = ["patients_avant", "patients_apres"]
    both[sides] = both[sides].fillna(0.0)
    change = both["patients_apres"] - both["patients_avant"]
    told = both.assign(patients_difference=change).loc[change.abs() >= least]
    return told.reset_index(drop=True)
