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


def _flag(medecins: pd.DataFrame, name: str) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    if name not in medecins:
        return np.zeros(len(medecins), dtype=bool)
    return medecins[name].astype("boolean").fillna(value=False).to_numpy(dtype=bool)
