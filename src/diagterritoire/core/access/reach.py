"""What each commune can reach, whoever else wants it: nearest, count within, gravity."""

from __future__ import annotations

import numpy as np
import pandas as pd

from diagterritoire.arrays import FloatArray
from diagterritoire.core.access.pairs import Pairs, weighted_pairs
from diagterritoire.decay import Decay, within


def nearest(
    trajets: pd.DataFrame, demand: pd.DataFrame, supply: pd.DataFrame, *, limite_min: float
) -> pd.DataFrame:
    """Minutes to the nearest site that offers something.

    `t_i = min_j t_ij` over the sites with consultations.

    Parameters
    ----------
    trajets : DataFrame
        `code_commune`, `site_id`, `temps_min`.
    demand : DataFrame
        `code_commune`.
    supply : DataFrame
        `site_id`, `consultations`.
    limite_min : float
        Trips longer than this do not count.

    Returns
    -------
    DataFrame
        `code_commune`, `acces` (minutes, null when no site is within the limit), one row for each
        commune of `demand`, sorted.

    Raises
    ------
    DataError
        A repeated identifier or pair, or a pair whose commune or site is unknown.

    Examples
    --------
    >>> trajets = pd.DataFrame(
    ...     [("A", "s", 4.0), ("A", "t", 1.0), ("B", "s", 50.0)],
    ...     columns=["code_commune", "site_id", "temps_min"],
    ... )
    >>> communes = pd.DataFrame({"code_commune": ["A", "B"]})
    >>> sites = pd.DataFrame({"site_id": ["s", "t"], "consultations": [5000.0, 0.0]})
    >>> nearest(trajets, communes, sites, limite_min=20)["acces"].tolist()
    [4.0, nan]
    """
    pairs = weighted_pairs(
        trajets, demand, supply, decay=within(limite_min), offers=("consultations",)
    )
    open_sites = _offered(pairs)[pairs.site] > 0
    best = np.full(len(pairs.communes), np.inf)
    np.minimum.at(best, pairs.commune[open_sites], pairs.minutes[open_sites])
    return _table(pairs, np.where(np.isinf(best), np.nan, best))


def cumulative(
    trajets: pd.DataFrame, demand: pd.DataFrame, supply: pd.DataFrame, *, limite_min: float
) -> pd.DataFrame:
    """Consultations offered within a time, limit included, whoever else wants them.

    `A_i = sum_j m_j [t_ij <= limite]`.

    Parameters
    ----------
    trajets, demand, supply : DataFrame
        As for `nearest`.
    limite_min : float
        Longest trip, minutes.

    Returns
    -------
    DataFrame
        `code_commune`, `acces` (consultations a year), sorted; 0 where there is none.

    Raises
    ------
    DataError
        As for `nearest`.

    References
    ----------
    Hansen (1959), with a decay that is 1 up to the limit.

    Examples
    --------
    >>> trajets = pd.DataFrame(
    ...     [("A", "s", 20.0), ("A", "t", 1.0), ("B", "s", 50.0)],
    ...     columns=["code_commune", "site_id", "temps_min"],
    ... )
    >>> communes = pd.DataFrame({"code_commune": ["A", "B"]})
    >>> sites = pd.DataFrame({"site_id": ["s", "t"], "consultations": [5000.0, 400.0]})
    >>> cumulative(trajets, communes, sites, limite_min=20)["acces"].tolist()
    [5400.0, 0.0]
    """
    return hansen(trajets, demand, supply, decay=within(limite_min))


def hansen(
    trajets: pd.DataFrame, demand: pd.DataFrame, supply: pd.DataFrame, *, decay: Decay
) -> pd.DataFrame:
    """Gravity: consultations offered, each weighted by how near it is, whoever else wants them.

    `A_i = sum_j m_j w(t_ij)`.

    Parameters
    ----------
    trajets, demand, supply : DataFrame
        As for `nearest`.
    decay : callable
        Weight `w` of an array of minutes.

    Returns
    -------
    DataFrame
        `code_commune`, `acces` (consultations a year, weighted), sorted; 0 where there is none.

    Raises
    ------
    DataError
        As for `nearest`.

    References
    ----------
    Hansen (1959), How accessibility shapes land use.

    Examples
    --------
    >>> from diagterritoire.decay import steps
    >>> trajets = pd.DataFrame(
    ...     [("A", "s", 12.0), ("A", "t", 1.0)], columns=["code_commune", "site_id", "temps_min"]
    ... )
    >>> communes = pd.DataFrame({"code_commune": ["A"]})
    >>> sites = pd.DataFrame({"site_id": ["s", "t"], "consultations": [5000.0, 400.0]})
    >>> hansen(trajets, communes, sites, decay=steps((10, 20), (1.0, 0.5)))["acces"].tolist()
    [2900.0]
    """
    pairs = weighted_pairs(trajets, demand, supply, decay=decay, offers=("consultations",))
    return _table(pairs, pairs.by_commune(pairs.weights * _offered(pairs)[pairs.site]))


def _offered(pairs: Pairs) -> FloatArray:
    return pairs.sites["consultations"].to_numpy(dtype=np.float64)


def _table(pairs: Pairs, values: FloatArray) -> pd.DataFrame:
    return pd.DataFrame({"code_commune": pairs.communes["code_commune"], "acces": values})
