"""What patient flows say of a commune and of a zone: leak, self-sufficiency, attraction."""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import pandas as pd

from diagterritoire.core.identifiers import by_id, positions, totals


@dataclass(frozen=True)
class Echanges:
    """Exchanges of a zone with the rest, fractions; None when nobody leaves or comes at all.

    Attributes
    ----------
    taux_fuite : float or None
        Part of the residents' use outside the zone.
    taux_autosuffisance : float or None
        Part of the residents' use inside it: 1 - fuite.
    taux_attraction : float or None
        Part of the zone's activity, in patients, for people who live outside.
    """

    taux_fuite: float | None
    taux_autosuffisance: float | None
    taux_attraction: float | None


def fuite(
    flux: pd.DataFrame, communes: pd.DataFrame, recours: pd.Series[float] | None = None
) -> pd.DataFrame:
    """Part of the use of each commune's residents outside and inside their commune.

    Parameters
    ----------
    flux : DataFrame
        `code_residence`, `code_exercice`, `patients`.
    communes : DataFrame
        `code_commune`.
    recours : Series, optional
        Patients of a commune, by code, where more are known than `flux` tells the way of.

    Returns
    -------
    DataFrame
        `code_commune`, `taux_fuite`, `taux_autosuffisance` (fractions, of sum 1), sorted; null
        for a commune without flow.

    Raises
    ------
    DataError
        A commune of residence that is not in `communes`.

    Examples
    --------
    >>> flux = pd.DataFrame(
    ...     [("A", "A", 60.0), ("A", "B", 20.0)],
    ...     columns=["code_residence", "code_exercice", "patients"],
    ... )
    >>> fuite(flux, pd.DataFrame({"code_commune": ["A", "B"]}))
      code_commune  taux_fuite  taux_autosuffisance
    0            A        0.25                 0.75
    1            B         NaN                  NaN
    >>> fuite(flux, pd.DataFrame({"code_commune": ["A"]}), pd.Series({"A": 100.0}))
      code_commune  taux_fuite  taux_autosuffisance
    0            A         0.4                  0.6
    """
    table = by_id(communes, "code_commune", [])
    ordered = flux.sort_values(["code_residence", "code_exercice"])
    origin = positions(ordered["code_residence"], table["code_commune"])
    patients = ordered["patients"].to_numpy(dtype=np.float64)
    own = (ordered["code_residence"] == ordered["code_exercice"]).to_numpy()
    used = totals(origin, patients, len(table))
    if recours is not None:
        whole = table["code_commune"].map(recours).to_numpy(dtype=np.float64)
        used = np.where(np.isnan(whole), used, whole)
    stayed = np.full(len(table), np.nan)
    np.divide(totals(origin[own], patients[own], len(table)), used, out=stayed, where=used > 0)
    return table.assign(taux_fuite=1.0 - stayed, taux_autosuffisance=stayed)


def exchanges(flux: pd.DataFrame, zone: Collection[str]) -> Echanges:
    """Leak, self-sufficiency and attraction of a set of communes.

    The attraction is right only when `flux` holds all the residents who go to the zone's sites,
    with all their destinations. A buffer that reaches as far as the longest trip holds them, save
    the communes farther than it from every GP whose nearest one is in the zone.

    Parameters
    ----------
    flux : DataFrame
        `code_residence`, `code_exercice`, `patients`.
    zone : collection of str
        Codes of its communes.

    Examples
    --------
    >>> flux = pd.DataFrame(
    ...     [("A", "A", 60.0), ("A", "B", 20.0), ("B", "A", 40.0)],
    ...     columns=["code_residence", "code_exercice", "patients"],
    ... )
    >>> exchanges(flux, {"A"})
    Echanges(taux_fuite=0.25, taux_autosuffisance=0.75, taux_attraction=0.4)
    """
    codes = list(zone)
    lives, goes = flux["code_residence"].isin(codes), flux["code_exercice"].isin(codes)
    both = math.fsum(flux.loc[lives & goes, "patients"])
    leaving = math.fsum(flux.loc[lives & ~goes, "patients"])
    coming = math.fsum(flux.loc[~lives & goes, "patients"])
    used, served = both + leaving, both + coming
    return Echanges(
        taux_fuite=leaving / used if used > 0 else None,
        taux_autosuffisance=1.0 - leaving / used if used > 0 else None,
        taux_attraction=coming / served if served > 0 else None,
    )


def unseen(marges: pd.DataFrame) -> float | None:
    """Count the patients whose way is not told; None where the file does not say how many they are.

    Parameters
    ----------
    marges : DataFrame
        Table `marges_observees`. A residence of which nothing is shown has the flows of the model.

    Examples
    --------
    >>> unseen(pd.DataFrame({"patients_observes": [50.0, 9.0], "patients_montres": [30.0, 0.0]}))
    20.0
    >>> unseen(pd.DataFrame({"patients_observes": [None, 50.0], "patients_montres": [30.0, 30.0]}))
    """
    some = marges.loc[marges["patients_montres"] > 0]
    if some["patients_observes"].isna().any():
        return None
    return math.fsum(some["patients_observes"] - some["patients_montres"])


def leak_between(taux: float, montres: float, caches: float) -> tuple[float, float]:
    """Bound a leak by what the patients under secrecy may do: all stay, or all leave.

    Parameters
    ----------
    taux : float
        Leak of the flows shown.
    montres, caches : float
        Patients of these flows, and those of `unseen`.

    Examples
    --------
    >>> leak_between(0.25, 80.0, 20.0)
    (0.2, 0.4)
    """
    whole = montres + caches
    return taux * montres / whole, (taux * montres + caches) / whole
