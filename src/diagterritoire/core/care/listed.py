"""GPs that a list names one by one, beside those that are counted."""

from __future__ import annotations

import pandas as pd

from diagterritoire.territory import arrondissement_parent


def unlisted(
    medecins: pd.DataFrame, comptes: pd.Series[float], *, consultations: float
) -> pd.Series[float]:
    """Weight, in consultations a year, of the GPs counted in each commune that no row lists.

    A list of a few GPs of a commune says nothing of the others.

    Parameters
    ----------
    medecins : DataFrame
        `code_commune`, and `rang` where a GP may have several rows: those of a city in each of its
        arrondissements.
    comptes : Series
        GPs counted in each commune, whole, by code.
    consultations : float
        Activity of a GP of whom nothing is known.

    Returns
    -------
    Series
        By code listed; each arrondissement has the city's part of GPs that are not listed.

    Examples
    --------
    >>> medecins = pd.DataFrame({"code_commune": ["A", "A", "B"]})
    >>> unlisted(medecins, pd.Series({"A": 5.0, "B": 0.5}), consultations=4000).tolist()
    [12000.0, 0.0]
    """
    rows = medecins.groupby("code_commune").size()
    city = pd.Series(rows.index.map(arrondissement_parent), index=rows.index)
    people = _people(medecins)
    counted = comptes.reindex(people.index).fillna(0.0)
    over = city.map((counted / people - 1.0).clip(lower=0.0)).astype("float64")
    return rows * over * consultations


def known_within(medecins: pd.DataFrame, reached: pd.DataFrame) -> pd.Series[int]:
    """Count the GPs of known age that each commune has within reach.

    Parameters
    ----------
    medecins : DataFrame
        As for `unlisted`, and `age`.
    reached : DataFrame
        `code_commune`, `lieu`: communes of practice within reach of each, in any number of rows.

    Examples
    --------
    >>> medecins = pd.DataFrame({"code_commune": ["A", "A", "B"], "age": [40.0, None, 50.0]})
    >>> reached = pd.DataFrame({"code_commune": ["A", "A", "C"], "lieu": ["A", "B", "B"]})
    >>> known_within(medecins, reached).to_dict()
    {'A': 2, 'C': 1}
    """
    known = medecins.loc[medecins["age"].notna()]
    pairs = reached.drop_duplicates(["code_commune", "lieu"])
    rows = pairs["lieu"].map(known.groupby("code_commune").size()).fillna(0)
    city = pairs["lieu"].map(arrondissement_parent)
    found = rows.groupby([pairs["code_commune"], city]).sum()
    # A GP who is in each arrondissement of a city is one.
    people = _people(known).reindex(found.index.get_level_values(1)).fillna(0)
    return found.clip(upper=people.to_numpy()).groupby(level=0).sum().astype("int64")


def _people(medecins: pd.DataFrame) -> pd.Series[int]:
    """Count the GPs of each commune, whole."""
    who = medecins["rang"] if "rang" in medecins else pd.Series(medecins.index, medecins.index)
    return who.groupby(medecins["code_commune"].map(arrondissement_parent)).nunique()
