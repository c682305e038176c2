"""From what each GP does in a year to what counts as offered: the ministry's rule."""

from __future__ import annotations

import numpy as np
import pandas as pd

from diagterritoire.errors import DataError
from diagterritoire.ledger import entry, stack

SOURCE = "Activité des médecins"


def counted_activity(
    medecins: pd.DataFrame,
    *,
    plancher: float,
    valeur_plancher: float,
    plafond: float,
    nouveau: float,
    inconnue: float,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Consultations counted for each GP.

    A GP new to practice counts `nouveau`; one without known activity `inconnue`; a salaried GP of
    a health centre what was done. For the others: 0 up to `plancher`, `valeur_plancher` from there
    to `valeur_plancher`, what was done up to `plafond`, `plafond` beyond. The ministry says « moins
    de 250 » then « entre 251 et 3 600 »: exactly 250 is taken as not counted.

    Parameters
    ----------
    medecins : DataFrame
        `consultations` (a year, null where unknown); optionally `nouveau` and `salarie_centre`
        (boolean, false when absent).
    plancher, valeur_plancher, plafond, nouveau, inconnue : float
        Consultations a year, the first three in increasing order.

    Returns
    -------
    (DataFrame, DataFrame)
        The rows given with `consultations_comptees`, in the same order, and rows of
        `tables.CONTROLE`: those not counted, raised, capped, imputed.

    Raises
    ------
    DataError
        A negative activity, or bounds that do not increase.

    References
    ----------
    DREES, APL aux médecins généralistes, feuille Paramètres.

    Examples
    --------
    >>> medecins = pd.DataFrame({"consultations": [250, 251, 3600, 4100, 9000, None]})
    >>> table, controle = counted_activity(
    ...     medecins, plancher=250, valeur_plancher=3600, plafond=6000, nouveau=5400, inconnue=4220
    ... )
    >>> table["consultations_comptees"].tolist()
    [0.0, 3600.0, 3600.0, 4100.0, 6000.0, 4220.0]
    """
    if not 0 <= plancher <= valeur_plancher <= plafond:
        raise DataError(
            f"Bornes d'activité : {plancher:g}, {valeur_plancher:g} et {plafond:g} actes par an "
            "doivent se suivre en croissant."
        )
    done = medecins["consultations"].astype("float64").to_numpy()
    if (done < 0).any():
        raise DataError(
            f"Activité des médecins : {int((done < 0).sum())} valeurs sont négatives, "
            f"par exemple {done[done < 0][0]:g}."
        )
    new, salaried = _flag(medecins, "nouveau"), _flag(medecins, "salarie_centre") & ~np.isnan(done)
    unknown = np.isnan(done) & ~new
    bounded = ~(new | salaried | unknown)
    low, raised = bounded & (done <= plancher), bounded & (done > plancher)
    raised &= done < valeur_plancher
    capped = bounded & (done > plafond)
    counted = np.select(
        [new, unknown, salaried, low, raised, capped],
        [nouveau, inconnue, done, 0.0, valeur_plancher, plafond],
        done,
    )
    fates = (
        (low, f"activité de {plancher:g} actes par an ou moins : médecin non compté"),
        (raised, f"activité portée à {valeur_plancher:g} actes par an"),
        (capped, f"activité ramenée à {plafond:g} actes par an"),
        (new, f"médecin nouvellement installé : {nouveau:g} actes par an imputés"),
        (unknown, f"activité inconnue : {inconnue:g} actes par an imputés"),
    )
    rows = [entry(SOURCE, why, (), len(done), nombre=int(who.sum())) for who, why in fates]
    return medecins.assign(consultations_comptees=counted), stack(rows)


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


def _flag(medecins: pd.DataFrame, name: str) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    if name not in medecins:
        return np.zeros(len(medecins), dtype=bool)
    return medecins[name].astype("boolean").fillna(value=False).to_numpy(dtype=bool)
