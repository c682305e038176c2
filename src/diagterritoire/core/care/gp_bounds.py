"""What the rule of groups itself tells of the GPs that no group took yet.

That a zone of many GPs is no group says that few of them are on one side of the age. Beside the
number of a wider group, two such zones could then give each other back.
"""

from __future__ import annotations

import numpy as np
import pandas as pd


def first_lots(known: pd.DataFrame) -> pd.DataFrame:
    """Bounds of the number of older GPs of each commune, of which nothing is known yet.

    Parameters
    ----------
    known : DataFrame
        `code_commune`, `rang`.

    Returns
    -------
    DataFrame
        `bas`, `haut`, `nombre` by lot.

    Examples
    --------
    >>> gps = pd.DataFrame({"code_commune": list("AAB"), "rang": range(3)})
    >>> first_lots(gps).to_numpy().tolist()
    [[0, 2, 2], [0, 1, 1]]
    """
    sizes = known.groupby("code_commune")["rang"].nunique()
    return pd.DataFrame({"bas": 0, "haut": sizes, "nombre": sizes})


def opened(left: pd.DataFrame, lots: pd.DataFrame, level: str, secret: int) -> pd.Series[bool]:
    """Say of which zones the number of older GPs narrows none of the lots they are made of.

    Parameters
    ----------
    left : DataFrame
        `rang`, `lot`, `age_plus` and a column `level`: the GPs that no group took.
    lots : DataFrame
        What `first_lots` gave, then `closed`.
    level : str
    secret : int
        A lot must keep as many values as there are under it, or all of its own.

    Examples
    --------
    Two lots of 0 or 1 older: that they are two in all tells each.

    >>> left = pd.DataFrame({
    ...     "rang": range(8), "lot": list("AAAABBBB"), "zone": "z",
    ...     "age_plus": [True, False, False, False] * 2,
    ... })
    >>> lots = pd.DataFrame({"bas": 0, "haut": 1, "nombre": 4}, index=["A", "B"])
    >>> opened(left, lots, "zone", secret=2).to_dict()
    {'z': False}
    """
    once = left.drop_duplicates([level, "lot", "rang"])
    parts = once.groupby([level, "lot"])["age_plus"].agg(["sum", "size"]).reset_index()
    own = lots.loc[parts["lot"]].set_axis(parts.index)
    # A lot may be cut by the zones of a level: what is elsewhere may hold some of its older GPs.
    low = (own["bas"] - (own["nombre"] - parts["size"])).clip(lower=0)
    ends = pd.DataFrame({"vieux": parts["sum"], "bas": low, "haut": own["haut"]})
    ends["haut"] = ends["haut"].clip(upper=parts["size"])
    by = parts[level]
    high, rest = ends["haut"], ends.groupby(by).transform("sum") - ends
    total = rest["vieux"] + ends["vieux"]
    least, most = (total - rest["haut"]).clip(lower=low), (total - rest["bas"]).clip(upper=high)
    wide = (most - least) >= (high - low).clip(upper=secret - 1)
    found: pd.Series[bool] = (wide | (level == "code_commune")).groupby(by).all()
    return found


def closed(
    left: pd.DataFrame, lots: pd.DataFrame, level: str, secret: int, large: pd.Index
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Make one lot of each zone that is no group for want of GPs on one side.

    Parameters
    ----------
    left, lots, level, secret
        As for `opened`.
    large : Index
        Zones that nothing else keeps from being a group.

    Returns
    -------
    (DataFrame, DataFrame)
        `left` and `lots`.

    Examples
    --------
    >>> left = pd.DataFrame({
    ...     "rang": range(4), "lot": list("AABB"), "zone": "z", "age_plus": [True] + [False] * 3,
    ... })
    >>> lots = pd.DataFrame({"bas": 0, "haut": 2, "nombre": 2}, index=["A", "B"])
    >>> found, bounds = closed(left, lots, "zone", 2, pd.Index(["z"]))
    >>> set(found["lot"]), bounds.loc["zone z"].tolist()
    ({'zone z'}, [0, 1, 4])
    """
    once = left.drop_duplicates([level, "rang"])
    count = once.groupby(level)["age_plus"].agg(["sum", "size"])
    few = (count["sum"] < secret) | (count["size"] - count["sum"] < secret)
    count = count.loc[few & (count["size"] >= 2 * secret) & count.index.isin(large)]
    if count.empty:
        return left, lots
    older = count["sum"] < secret
    bounds = pd.DataFrame(
        {
            "bas": np.where(older, 0, count["size"] - secret + 1),
            "haut": np.where(older, secret - 1, count["size"]),
            "nombre": count["size"],
        },
        index=count.index,
    )
    names = level + " " + left[level].astype(str)
    left = left.assign(lot=left["lot"].where(~left[level].isin(count.index), names))
    return left, pd.concat([lots, bounds.set_axis(level + " " + bounds.index.astype(str))])
