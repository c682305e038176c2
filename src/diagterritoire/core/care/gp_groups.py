"""Groups of GPs whose ages may be used together, none of them told apart.

What is published of ages (APL of those of 65 or less, later years, scenarios) is linear in the
shares of the communes, with known coefficients: who solves these equations finds every share. So
each is that of a group wide enough, and within it ages are only those of classes wide enough.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd

from diagterritoire.core.care.gp_bounds import closed, first_lots, opened
from diagterritoire.core.care.gp_places import places_of

VALEURS = ["age", "consultations_comptees"]


def grouped(
    medecins: pd.DataFrame, zones: pd.DataFrame, *, secret: int, age_max: float
) -> pd.DataFrame:
    """Put each GP of known age in one group, and give it the mean age and activity of its class.

    A group is a commune, else the small ones of a zone together, then of the next zone, then of all
    of them: the first with `secret` GPs or more on each side of `age_max`. Communes that share a GP
    are one, and a group of several has `secret` GPs or more outside each. Where not even all of
    those left are, they are one group if `secret` are outside each commune, else those of the
    largest are one if they are `secret`, the others in none. On each side, GPs in order of age are
    cut into classes of `secret` or more: the GPs of a group who are past some age, or between two,
    are 0, or `secret` or more.

    Parameters
    ----------
    medecins : DataFrame
        `rang` (who it is), `code_commune`, `age` (null where unknown), `consultations_comptees`.
        A GP listed in a whole city has a row in each of its parts.
    zones : DataFrame
        `code_commune`, then a column for each zone, the finest first: the whole country, so that
        the groups are the same for every territory.
    secret : int
        Least number of GPs of whom anything is used.
    age_max : float
        Last age, in whole years, of the younger side.

    Returns
    -------
    DataFrame
        The rows given, `groupe` beside (null: none, then the age is null too), ages and activities
        being the means of their class; a GP of unknown age has the mean activity of all.

    References
    ----------
    Domingo-Ferrer, Mateo-Sanz (2002), Practical data-oriented microaggregation; Hundepool et al.
    (2012), Statistical disclosure control.

    Examples
    --------
    A has two GPs on each side; B one GP, who is told with nobody.

    >>> medecins = pd.DataFrame({
    ...     "rang": range(5), "code_commune": list("AAAAB"),
    ...     "age": [40.0, 50.0, 66.0, 70.0, 68.0], "consultations_comptees": 4000.0,
    ... })
    >>> zones = pd.DataFrame({"code_commune": list("AB"), "bassin_vie": "x"})
    >>> found = grouped(medecins, zones, secret=2, age_max=65)
    >>> found["groupe"].tolist(), found["age"].tolist()
    (['code_commune A', 'code_commune A', 'code_commune A', 'code_commune A', nan], \
[45.0, 45.0, 68.0, 68.0, nan])
    """
    table = medecins.reset_index(drop=True)
    known = table.loc[table["age"].notna(), ["rang", "code_commune", *VALEURS]]
    place = known["code_commune"].map(places_of(known, "rang"))
    known = known.assign(code_commune=place).drop_duplicates("rang")
    known = known.merge(zones, on="code_commune", how="left", validate="many_to_one")
    known = known.assign(pays="tous", age_plus=np.floor(known["age"]) > age_max)
    levels = ["code_commune", *zones.columns.drop("code_commune"), "pays"]
    told = _classes(pd.concat(_by_level(known, levels, secret)), secret)
    found = table.drop(columns=VALEURS).merge(told, on="rang", how="left", validate="many_to_one")
    everyone = told["consultations_comptees"].mean()
    return found.assign(consultations_comptees=found["consultations_comptees"].fillna(everyone))


def _by_level(known: pd.DataFrame, levels: list[str], secret: int) -> list[pd.DataFrame]:
    """GPs with their group and side, level after level."""
    left, lots, found = known.assign(lot=known["code_commune"]), first_lots(known), []
    for level in levels:
        older = left.groupby(level)["age_plus"].agg(["sum", "size"])
        younger = older["size"] - older["sum"]
        most = left.groupby([level, "code_commune"]).size().groupby(level=0).max()
        others = older["size"] - most.reindex(older.index)
        hides = (others >= secret) | (level == "code_commune")
        wide = opened(left, lots, level, secret)
        enough = older.index[(older["sum"] >= secret) & (younger >= secret) & hides & wide]
        here = left[level].isin(enough)
        found.append(left.loc[here].assign(groupe=level + " " + left.loc[here, level].astype(str)))
        left, lots = closed(left.loc[~here], lots, level, secret, older.index[hides])
    sizes = left.groupby("code_commune").size()
    if len(left) - sizes.max() < secret:
        left = left.loc[left["code_commune"] == sizes.idxmax()]
    if len(left) >= secret:
        found.append(left.assign(groupe="reste", age_plus=False))
    return found


def _classes(placed: pd.DataFrame, secret: int) -> pd.DataFrame:
    """Group of each GP, mean age and activity of its class: `rang`, `groupe` and these."""
    order = ["groupe", "age_plus", "age", "consultations_comptees", "rang"]
    table = placed.sort_values(order)
    number = np.zeros(len(table), dtype=np.int64)
    for _, at in table.groupby(["groupe", "age_plus"]).indices.items():
        size = len(at)
        bounds = np.linspace(0, size, max(size // secret, 1) + 1).astype(np.int64)
        for rank, (start, end) in enumerate(pairwise(bounds)):
            number[at[start:end]] = rank
    by = table.assign(classe=number).groupby(["groupe", "age_plus", "classe"])
    means = {name: by[name].transform("mean") for name in VALEURS}
    return table[["rang", "groupe"]].assign(**means)


def around(grouped_gps: pd.DataFrame, communes: pd.Series) -> pd.DataFrame:
    """Keep the GPs of some communes, and all those of their groups: half a group tells the half.

    Parameters
    ----------
    grouped_gps : DataFrame
        What `grouped` gave.
    communes : Series
        Codes wanted.

    Returns
    -------
    DataFrame
        The rows kept, and `dans_aire`: true in these communes.

    Examples
    --------
    >>> gps = pd.DataFrame({"code_commune": list("ABCD"), "groupe": ["g", "g", "h", None]})
    >>> found = around(gps, pd.Series(["A", "D"]))
    >>> found[["code_commune", "dans_aire"]].to_numpy().tolist()
    [['A', True], ['B', False], ['D', True]]
    """
    inside = grouped_gps["code_commune"].isin(communes)
    groups = grouped_gps.loc[inside, "groupe"].dropna().unique()
    kept = inside | grouped_gps["groupe"].isin(groups)
    return grouped_gps.loc[kept].assign(dans_aire=inside[kept]).reset_index(drop=True)


def within_area(medecins: pd.DataFrame) -> pd.Series[bool]:
    """Say which GPs are of the area itself; all of them without `dans_aire`.

    Examples
    --------
    >>> within_area(pd.DataFrame({"dans_aire": [True, False]})).tolist()
    [True, False]
    """
    if "dans_aire" not in medecins:
        return pd.Series(True, medecins.index)
    return medecins["dans_aire"].astype(bool)


def shared_within(values: pd.DataFrame, medecins: pd.DataFrame) -> pd.DataFrame:
    """Give each GP the mean of its group, so that a commune is as its whole group.

    Parameters
    ----------
    values : DataFrame
        What each GP weighs, in the order of `medecins`.
    medecins : DataFrame
        What `around` gave, every group whole; without `groupe`, the values are returned as they
        are.

    Examples
    --------
    >>> gps = pd.DataFrame({"groupe": ["g", "g", None], "age": [40.0, 70.0, None]})
    >>> shared_within(pd.DataFrame({"reste": [1.0, 0.0, 0.9]}), gps)["reste"].tolist()
    [0.5, 0.5, 0.9]
    """
    if "groupe" not in medecins:
        return values
    who = medecins["rang"] if "rang" in medecins else pd.Series(medecins.index, medecins.index)
    known = medecins["groupe"].notna() & medecins["age"].notna()
    names = list(values.columns)
    table = values.assign(groupe=medecins["groupe"], qui=who).loc[known]
    # In order of values: the last bit of a sum would tell in which order its GPs are.
    once = table.drop_duplicates(["groupe", "qui"]).sort_values(["groupe", *names])
    means = once.groupby("groupe")[names].mean()
    common = means.reindex(table["groupe"]).set_index(table.index)
    return values.astype("float64").where(~known, common.reindex(values.index))
