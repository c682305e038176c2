"""Access when people spread themselves over the sites they can reach: 3SFCA and balanced FCA."""

from __future__ import annotations

import numpy as np
import pandas as pd

from diagterritoire.arrays import FloatArray
from diagterritoire.core.access.pairs import Pairs, ratio, weighted_pairs
from diagterritoire.decay import Decay


def three_step(
    trajets: pd.DataFrame, demand: pd.DataFrame, supply: pd.DataFrame, *, decay: Decay
) -> pd.DataFrame:
    """Three-step floating catchment areas: people first choose among sites, then compete.

    `G_ij = w_ij / sum_k w_ik`, `R_j = m_j / sum_i G_ij w_ij P_i`, `A_i = sum_j G_ij w_ij R_j`.
    `sum_i P_i A_i` is the sum of the consultations of the sites that somebody reaches. Opening a
    site may lower the score of those who can reach it, since it takes a part of their choice; and a
    site split in two counts twice in the choice.

    Parameters
    ----------
    trajets : DataFrame
        `code_commune`, `site_id`, `temps_min`.
    demand : DataFrame
        `code_commune`, `population_standardisee`.
    supply : DataFrame
        `site_id`, `consultations` (a year).
    decay : callable
        Weight `w` of an array of minutes, 0 out of range.

    Returns
    -------
    DataFrame
        `code_commune`, `acces` (consultations a year by standardised inhabitant), sorted; 0 where
        no site is in range.

    Raises
    ------
    DataError
        A repeated identifier or pair, or a pair whose commune or site is unknown.

    References
    ----------
    Wan, Zou and Sternberg (2012), A three-step floating catchment area method.

    Examples
    --------
    >>> from diagterritoire.decay import within
    >>> trajets = pd.DataFrame(
    ...     [("A", "s", 0.0), ("A", "t", 5.0), ("B", "t", 0.0)],
    ...     columns=["code_commune", "site_id", "temps_min"],
    ... )
    >>> demand = pd.DataFrame(
    ...     {"code_commune": ["A", "B"], "population_standardisee": [100.0, 50.0]}
    ... )
    >>> supply = pd.DataFrame({"site_id": ["s", "t"], "consultations": [300.0, 200.0]})
    >>> three_step(trajets, demand, supply, decay=within(20))["acces"].tolist()
    [4.0, 2.0]
    """
    pairs = _pairs(trajets, demand, supply, decay)
    chosen = _choice(pairs) * pairs.weights
    share = ratio(_offered(pairs), pairs.by_site(chosen * _people(pairs)[pairs.commune]))
    return _table(pairs, pairs.by_commune(chosen * share[pairs.site]))


def balanced(
    trajets: pd.DataFrame, demand: pd.DataFrame, supply: pd.DataFrame, *, decay: Decay
) -> pd.DataFrame:
    """Balanced floating catchment areas: each inhabitant counts once, each level of service too.

    `D_j = sum_i P_i w_ij / sum_k w_ik` (nobody is counted at two sites), `L_j = m_j / D_j`, then
    `A_i = sum_j L_j w_ij / sum_k w_kj`. So `sum_j D_j` is the population that reaches a site and
    `sum_i A_i` the sum of the levels of service. The second sharing ignores how many people a
    commune has: a commune split in two gets two halves of its score, and scores are to be compared
    on one set of communes only. It is not the APL under another name.

    Parameters
    ----------
    trajets, demand, supply, decay
        As for `three_step`.

    Returns
    -------
    DataFrame
        `code_commune`, `acces` (part of the levels of service, consultations a year by
        standardised inhabitant), sorted; 0 where no site is in range.

    Raises
    ------
    DataError
        As for `three_step`.

    References
    ----------
    Paez, Higgins and Vivona (2019), Demand and level of service inflation in floating catchment
    area methods.

    Examples
    --------
    >>> from diagterritoire.decay import within
    >>> trajets = pd.DataFrame(
    ...     [("A", "s", 0.0), ("A", "t", 5.0), ("B", "t", 0.0)],
    ...     columns=["code_commune", "site_id", "temps_min"],
    ... )
    >>> demand = pd.DataFrame(
    ...     {"code_commune": ["A", "B"], "population_standardisee": [100.0, 50.0]}
    ... )
    >>> supply = pd.DataFrame({"site_id": ["s", "t"], "consultations": [300.0, 200.0]})
    >>> balanced(trajets, demand, supply, decay=within(20))["acces"].tolist()
    [7.0, 1.0]
    """
    pairs = _pairs(trajets, demand, supply, decay)
    served = pairs.by_site(_choice(pairs) * _people(pairs)[pairs.commune])
    level = ratio(_offered(pairs), served)
    part = pairs.weights / pairs.by_site(pairs.weights)[pairs.site]
    return _table(pairs, pairs.by_commune(part * level[pairs.site]))


def _pairs(
    trajets: pd.DataFrame, demand: pd.DataFrame, supply: pd.DataFrame, decay: Decay
) -> Pairs:
    return weighted_pairs(
        trajets,
        demand,
        supply,
        decay=decay,
        people=("population_standardisee",),
        offers=("consultations",),
    )


def _choice(pairs: Pairs) -> FloatArray:
    """Part of each site in the choice of a commune; every commune of a pair has a positive sum."""
    return pairs.weights / pairs.by_commune(pairs.weights)[pairs.commune]


def _people(pairs: Pairs) -> FloatArray:
    return pairs.communes["population_standardisee"].to_numpy(dtype=np.float64)


def _offered(pairs: Pairs) -> FloatArray:
    return pairs.sites["consultations"].to_numpy(dtype=np.float64)


def _table(pairs: Pairs, values: FloatArray) -> pd.DataFrame:
    return pd.DataFrame({"code_commune": pairs.communes["code_commune"], "acces": values})
