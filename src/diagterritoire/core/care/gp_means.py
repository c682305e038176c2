"""Mean activity of the GPs of each commune, none of them told apart."""

from __future__ import annotations

import numpy as np
import pandas as pd


def means_by_commune(
    medecins: pd.DataFrame, zones: pd.DataFrame, *, secret: int
) -> tuple[pd.Series[float], pd.DataFrame]:
    """Mean counted activity of the GPs of each commune, never that of a few of them.

    A commune whose known activities are those of fewer than `secret` GPs takes the mean of the
    communes of its zone that are as small, then of the next zone, then of all of them: each GP
    counts in one mean alone, so that no difference of two tells those of a few.

    Parameters
    ----------
    medecins : DataFrame
        `medecin` (its number), `code_commune`, `part` (of its activity there),
        `consultations_comptees`, `connu` (false where the activity is imputed): one row each by
        commune. A GP listed in a whole city has a row in each of its parts.
    zones : DataFrame
        `code_commune`, then a column for each zone, the finest first.
    secret : int
        Least number of GPs whose mean is given, in full shares.

    Returns
    -------
    (Series, DataFrame)
        Consultations a year of a GP, by `code_commune`, for the communes of `medecins` that have
        one; `code_commune`, `niveau`, the zone whose mean each took (null: none).

    Examples
    --------
    A has two GPs of known activity, B and C one each, of the same zone; D has one in another.

    >>> medecins = pd.DataFrame({
    ...     "medecin": range(5), "code_commune": list("AABCD"), "part": 1.0, "connu": True,
    ...     "consultations_comptees": [6000.0, 4000.0, 4000.0, 5000.0, 3600.0],
    ... })
    >>> zones = pd.DataFrame({"code_commune": list("ABCD"), "bassin_vie": list("xxxy")})
    >>> means, niveaux = means_by_commune(medecins, zones, secret=2)
    >>> means.to_dict(), niveaux["niveau"].tolist()
    ({'A': 5000.0, 'B': 4500.0, 'C': 4500.0}, ['code_commune', 'bassin_vie', 'bassin_vie', None])
    """
    left = medecins.merge(zones, on="code_commune", how="left", validate="many_to_one")
    left = left.assign(
        pays="",
        poids=left["part"] * left["connu"],
        actes=left["part"] * left["consultations_comptees"],
    )
    found = []
    for level in ("code_commune", *zones.columns.drop("code_commune"), "pays"):
        once = left.drop_duplicates([level, "medecin"])
        sums = once.groupby(level)[["poids", "part", "actes"]].sum()
        sums = sums.loc[(sums["poids"] >= secret) & (sums["part"] > 0)]
        means = sums["actes"] / sums["part"]
        here = left.loc[left[level].isin(means.index)]
        told = here[["code_commune"]].assign(moyenne=here[level].map(means), niveau=level)
        found.append(told.drop_duplicates("code_commune"))
        left = left.loc[~left[level].isin(means.index)]
    found.append(left[["code_commune"]].drop_duplicates().assign(moyenne=np.nan, niveau=None))
    table = pd.concat([f for f in found if len(f)] or found)
    table = table.sort_values("code_commune", ignore_index=True)
    means = table.dropna(subset=["moyenne"]).set_index("code_commune")["moyenne"]
    return means.astype("float64"), table[["code_commune", "niveau"]]
