"""Why a commune's APL is above or below a reference: supply, ages, competition, distance."""

from __future__ import annotations

from itertools import combinations
from math import factorial

import numpy as np
import pandas as pd

from diagterritoire.arrays import FloatArray
from diagterritoire.core.access.floating import floating_catchment
from diagterritoire.core.access.pairs import Pairs, ratio, weighted_pairs
from diagterritoire.core.identifiers import by_id
from diagterritoire.decay import Decay, within
from diagterritoire.errors import DataError

# In this order a tie between two causes is settled.
CAUSES = ("offre", "distance", "concurrence", "age")


def causes(
    trajets: pd.DataFrame,
    demand: pd.DataFrame,
    supply: pd.DataFrame,
    *,
    decay: Decay,
    portee_min: float,
    reference: float,
) -> pd.DataFrame:
    """Share the gap between the APL of each commune and a reference among four causes, exactly.

    The APL is a product of four factors, each measured on the sites within reach `J_i` (those that
    offer something within `portee_min`):

    - supply: `sum_J m_j / sum_J N_j`, consultations for an inhabitant, `N_j` being the people whose
      nearest site is `j` (equally near ones share them by what they offer);
    - ages: `sum_J N_j / sum_J N*_j`, where `N*` counts standardised inhabitants: under 1 where they
      are older than the country;
    - competition: the 2SFCA score over the two above: under 1 where people who have a nearer site
      can also come to those of `J_i`, without bringing as much supply within reach;
    - distance: the APL over the 2SFCA score: under 1 where the commune is farther from its sites
      than the others who can come.

    At the reference the factors are `reference`, 1, 1, 1. The contribution of a factor is its
    Shapley value: the mean, over the 24 orders in which factors may pass from reference to actual,
    of what its passage changes. The four sum to `apl - reference`. A commune with no site within
    reach owes the whole gap to distance. In a closed area where each commune has its own site and
    no other within reach, competition and distance are nil.

    Parameters
    ----------
    trajets : DataFrame
        `code_commune`, `site_id`, `temps_min`.
    demand : DataFrame
        `code_commune`, `population`, `population_standardisee` (0 or more; both sum to the same
        number over the country).
    supply : DataFrame
        `site_id`, `consultations` (a year).
    decay : callable
        Weight of the APL; 0 beyond `portee_min` and positive up to it.
    portee_min : float
        Longest trip that the decay weighs, minutes.
    reference : float
        APL to compare with, 0 or more.

    Returns
    -------
    DataFrame
        `code_commune`, `ecart` (`apl - reference`), `ecart_offre`, `ecart_distance`,
        `ecart_concurrence`, `ecart_age`, `cause_principale` (the most negative one, null when the
        APL reaches the reference), sorted.

    Raises
    ------
    DataError
        A repeated identifier or pair, an unknown commune or site, or a negative reference.

    References
    ----------
    Shapley (1953), A value for n-person games; Shorrocks (2013), Decomposition procedures for
    distributional analysis. The choice of the four factors is this project's.

    Examples
    --------
    >>> from diagterritoire.decay import steps
    >>> trajets = pd.DataFrame({"code_commune": ["A"], "site_id": ["s"], "temps_min": [0.0]})
    >>> demand = pd.DataFrame(
    ...     {"code_commune": ["A"], "population": [100.0], "population_standardisee": [125.0]}
    ... )
    >>> supply = pd.DataFrame({"site_id": ["s"], "consultations": [200.0]})
    >>> found = causes(
    ...     trajets, demand, supply, decay=steps((20,), (1.0,)), portee_min=20, reference=2.5
    ... )
    >>> found[["ecart", "ecart_offre", "ecart_age"]].round(6).to_numpy().tolist()
    [[-0.9, -0.45, -0.45]]
    """
    if not reference >= 0:
        raise DataError(f"Causes des écarts : la référence d'APL {reference:g} est négative.")
    offer = by_id(supply, "site_id", ["consultations"])
    offer = offer.loc[offer["consultations"] > 0]
    staffed = trajets.loc[trajets["site_id"].isin(offer["site_id"])]
    apl = floating_catchment(staffed, demand, offer, decay=decay)[0]["apl"].to_numpy()
    flat = floating_catchment(staffed, demand, offer, decay=within(portee_min))[0]["apl"].to_numpy()
    pairs = weighted_pairs(
        staffed,
        demand,
        offer,
        decay=within(portee_min),
        people=("population", "population_standardisee"),
        offers=("consultations",),
    )
    local, older = _around(pairs, flat)
    factors = {
        "offre": local,
        "age": older,
        "concurrence": _over(flat, local * older),
        "distance": _over(apl, flat),
    }
    reached = pairs.by_commune(pairs.weights) > 0
    start = {"offre": reference, "age": 1.0, "concurrence": 1.0, "distance": 1.0}
    parts = _shapley(factors, start)
    gap = apl - reference
    for name in CAUSES:
        parts[name] = np.where(reached, parts[name], gap if name == "distance" else 0.0)
    table = pd.DataFrame({"code_commune": pairs.communes["code_commune"], "ecart": gap})
    table = table.assign(**{f"ecart_{name}": parts[name] for name in CAUSES})
    return table.assign(cause_principale=main_cause(table))


def main_cause(ecarts: pd.DataFrame) -> pd.Series:
    """Cause that lowers the APL most, null when the reference is reached.

    Parameters
    ----------
    ecarts : DataFrame
        `ecart` and `ecart_<cause>` for each of `CAUSES`.

    Returns
    -------
    Series of str
        One of `CAUSES`; of two equal ones the first.

    Examples
    --------
    >>> row = {"ecart": [-1.0], "ecart_offre": [-0.2], "ecart_distance": [-0.8]}
    >>> main_cause(pd.DataFrame(row | {"ecart_concurrence": [0.0], "ecart_age": [0.0]})).tolist()
    ['distance']
    """
    values = ecarts[[f"ecart_{name}" for name in CAUSES]].to_numpy(dtype=np.float64)
    below = (ecarts["ecart"] < 0).to_numpy(dtype=bool, na_value=False)
    names = np.array(CAUSES, dtype=object)[np.argmin(np.nan_to_num(values), axis=1)]
    return pd.Series(np.where(below, names, None), index=ecarts.index, dtype="str")


def _around(pairs: Pairs, flat: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Consultations for an inhabitant around each commune, and its inhabitants by standardised one.

    Where nobody lives around, the score without distance stands for the first.
    """
    near = _nearest_shares(pairs)
    sums = []
    for column in ("population", "population_standardisee"):
        people = pairs.communes[column].to_numpy(dtype=np.float64)
        attached = pairs.by_site(near * people[pairs.commune])
        sums.append(pairs.by_commune(attached[pairs.site]))
    offered = pairs.sites["consultations"].to_numpy(dtype=np.float64)
    around = pairs.by_commune(offered[pairs.site])
    inhabited = (sums[0] > 0) & (sums[1] > 0)
    local = np.where(inhabited, ratio(around, sums[0]), flat)
    return local, np.where(inhabited, _over(sums[0], sums[1]), 1.0)


def _nearest_shares(pairs: Pairs) -> FloatArray:
    """Share of each pair in the attachment of a commune to its nearest site.

    Equally near sites share it by what they offer: a site split in two changes nothing.
    """
    best = np.full(len(pairs.communes), np.inf)
    np.minimum.at(best, pairs.commune, pairs.minutes)
    offered = pairs.sites["consultations"].to_numpy(dtype=np.float64)[pairs.site]
    nearest = np.where(pairs.minutes == best[pairs.commune], offered, 0.0)
    return nearest / pairs.by_commune(nearest)[pairs.commune]


def _over(part: FloatArray, whole: FloatArray) -> FloatArray:
    """Divide, 1 where the divisor is not positive: a factor that changes nothing."""
    quotient = np.ones(len(whole))
    np.divide(part, whole, out=quotient, where=whole > 0)
    return quotient


def _shapley(factors: dict[str, FloatArray], start: dict[str, float]) -> dict[str, FloatArray]:
    """Shapley value of each factor in the change of their product from `start` to `factors`."""
    names = list(factors)
    count = len(names)
    parts = {}
    for name in names:
        others = [other for other in names if other != name]
        value = np.zeros(len(factors[name]))
        for size in range(count):
            weight = factorial(size) * factorial(count - 1 - size) / factorial(count)
            for moved in combinations(others, size):
                context = np.ones(len(value))
                for other in others:
                    context = context * (factors[other] if other in moved else start[other])
                value += weight * context
        parts[name] = value * (factors[name] - start[name])
    return parts
