"""Tables keyed by an identifier: one row each, sorted, and the place of an identifier in them.

Sums over sorted identifiers give the same last bit whatever the order of the rows given.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from diagterritoire.errors import DataError

IntArray = NDArray[np.intp]


def by_id(frame: pd.DataFrame, key: str, values: list[str]) -> pd.DataFrame:
    """Return the key and the values of a table that has one row for each key, sorted by key.

    Parameters
    ----------
    frame : DataFrame
        At least the columns `key` and `values`.
    key : str
        Column of identifiers (text).
    values : list of str
        Columns kept.

    Raises
    ------
    DataError
        An identifier is missing or repeated.

    Examples
    --------
    >>> by_id(pd.DataFrame({"site_id": ["b", "a"], "mg_nb": [1, 2]}), "site_id", ["mg_nb"])
      site_id  mg_nb
    0       a      2
    1       b      1
    """
    missing, repeated = frame[key].isna(), frame[key].duplicated(keep=False)
    if missing.any():
        raise DataError(f"Colonne « {key} » : {int(missing.sum())} identifiants vides.")
    if repeated.any():
        raise DataError(
            f"Colonne « {key} » : {int(repeated.sum())} lignes partagent un identifiant, "
            f"par exemple {frame.loc[repeated, key].iloc[0]}.",
            "Chaque identifiant ne doit avoir qu'une ligne.",
        )
    kept = pd.DataFrame({name: frame[name].to_numpy() for name in [key, *values]})
    return kept.sort_values(key, ignore_index=True)


def positions(wanted: pd.Series, known: pd.Series) -> IntArray:
    """Row of each wanted identifier in a column of known ones, each known once.

    Raises
    ------
    DataError
        An identifier that is not known.

    Examples
    --------
    >>> positions(pd.Series(["b", "a", "b"]), pd.Series(["a", "b"])).tolist()
    [1, 0, 1]
    """
    found = pd.Index(known).get_indexer(pd.Index(wanted))
    unknown = found < 0
    if unknown.any():
        raise DataError(
            f"Colonne « {wanted.name} » : {int(unknown.sum())} lignes portent un identifiant "
            f"inconnu, par exemple {wanted[unknown].iloc[0]}."
        )
    return np.asarray(found, dtype=np.intp)


def totals(place: IntArray, values: NDArray[np.float64], size: int) -> NDArray[np.float64]:
    """Sum the values that fall at each of `size` places; 0 where none does.

    Examples
    --------
    >>> totals(np.array([0, 2, 0]), np.array([1.0, 5.0, 2.0]), 3).tolist()
    [3.0, 0.0, 5.0]
    """
    return np.bincount(place, weights=values, minlength=size).astype(np.float64)
