"""Access to GPs: what the inhabitants of each commune can use, competition included."""

from __future__ import annotations

import numpy as np
import pandas as pd

from diagterritoire.core.access.pairs import ratio, weighted_pairs
from diagterritoire.decay import Decay


def floating_catchment(
    trajets: pd.DataFrame, demand: pd.DataFrame, supply: pd.DataFrame, *, decay: Decay
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Localised potential accessibility (APL): two-step floating catchment areas with a decay.

    With `decay.within` it is the 2SFCA of Luo and Wang, with any other decay the E2SFCA of Luo and
    Qi, with the steps of the ministry the APL.

    Each site shares its consultations among the inhabitants who can come,
    `R_j = m_j / sum_i P_i w(t_ij)`; each commune adds the shares of the sites it can reach,
    `APL_i = sum_j w(t_ij) R_j`. Nothing is lost or made up: `sum_i P_i APL_i` is the sum of the
    consultations of the sites that somebody reaches.

    Parameters
    ----------
    trajets : DataFrame
        `code_commune`, `site_id`, `temps_min`: one row for each pair within the range of the decay.
    demand : DataFrame
        `code_commune`, `population_standardisee`.
    supply : DataFrame
        `site_id`, `consultations` (a year).
    decay : callable
        Weight `w` of an array of minutes, 0 out of range.

    Returns
    -------
    apl : DataFrame
        `code_commune`, `apl` (consultations a year by standardised inhabitant), one row for each
        commune of `demand`, sorted; 0 where no site is in range.
    ratios : DataFrame
        `site_id`, `consultations`, `population_ponderee`, `ratio` (null where no inhabitant
        comes), `atteint`, one row for each site of `supply`, sorted.

    Raises
    ------
    DataError
        A repeated identifier or pair, or a pair whose commune or site is unknown.

    References
    ----------
    DREES, APL aux médecins généralistes, feuille Paramètres; Luo and Wang (2003), 2SFCA; Luo and
    Qi (2009), E2SFCA.

    Examples
    --------
    >>> from diagterritoire.decay import steps
    >>> trajets = pd.DataFrame(
    ...     [("A", "s", 0.0), ("B", "s", 10.0), ("B", "t", 15.0), ("C", "t", 20.0)],
    ...     columns=["code_commune", "site_id", "temps_min"],
    ... )
    >>> demand = pd.DataFrame(
    ...     {"code_commune": ["A", "B", "C"], "population_standardisee": [100.0, 200.0, 50.0]}
    ... )
    >>> supply = pd.DataFrame({"site_id": ["s", "t"], "consultations": [1000.0, 600.0]})
    >>> apl, ratios = floating_catchment(
    ...     trajets, demand, supply, decay=steps((10, 15, 20), (1.0, 2 / 3, 1 / 3))
    ... )
    >>> apl["apl"].round(3).tolist(), ratios["ratio"].round(3).tolist()
    ([4.286, 5.257, 2.4], [4.286, 7.2])
    """
    pairs = weighted_pairs(
        trajets,
        demand,
        supply,
        decay=decay,
        people=("population_standardisee",),
        offers=("consultations",),
    )
    population = pairs.communes["population_standardisee"].to_numpy(dtype=np.float64)
    offered = pairs.sites["consultations"].to_numpy(dtype=np.float64)
    weighted = pairs.by_site(pairs.weights * population[pairs.commune])
    shares = ratio(offered, weighted)
    apl = pairs.by_commune(pairs.weights * shares[pairs.site])
    return (
        pd.DataFrame({"code_commune": pairs.communes["code_commune"], "apl": apl}),
        pd.DataFrame(
            {
                "site_id": pairs.sites["site_id"],
                "consultations": offered,
                "population_ponderee": weighted,
                "ratio": np.where(weighted > 0, shares, np.nan),
                "atteint": weighted > 0,
            }
        ),
    )
