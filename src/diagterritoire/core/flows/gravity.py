"""Patient flows between communes."""

from __future__ import annotations

import numpy as np
import pandas as pd

from diagterritoire.arrays import among
from diagterritoire.core.flows.destinations import candidates, shared
from diagterritoire.core.identifiers import by_id, positions
from diagterritoire.decay import Decay

_COLUMNS = ["code_residence", "code_exercice", "patients", "temps_min"]


def gravity(
    trajets: pd.DataFrame,
    nearest: pd.DataFrame,
    demand: pd.DataFrame,
    supply: pd.DataFrame,
    *,
    decay: Decay,
    attraction: float,
) -> pd.DataFrame:
    """Patients of each commune of residence by commune of practice: production-constrained gravity.

    `T_ij = P_i S_j^a f(t_ij) / sum_k S_k^a f(t_ik)`, where `S_j` is the sum of the consultations of
    the sites of commune `j` and `t_ij` the smallest time to one of them. The patients of a commune
    sum to its population.

    Parameters
    ----------
    trajets : DataFrame
        `code_commune`, `site_id`, `temps_min`, up to the longest trip considered.
    nearest : DataFrame
        `code_commune`, `site_id`, `temps_min`, `atteignable`, whatever the time.
    demand : DataFrame
        `code_commune`, `population`.
    supply : DataFrame
        `site_id`, `code_commune`, `consultations`.
    decay : callable
        `f`, finite weights of an array of minutes.
    attraction : float
        Exponent `a`.

    Returns
    -------
    DataFrame
        `code_residence`, `code_exercice`, `patients`, `temps_min`, sorted. A commune with no
        destination of positive weight in `trajets` sends everyone to its nearest site; one without
        inhabitant, or that reaches no site, has no row. A commune that offers no consultation
        attracts nobody.

    Raises
    ------
    DataError
        A repeated identifier, or a trip whose commune or site is unknown.

    References
    ----------
    Wilson (1971), A family of spatial interaction models.

    Examples
    --------
    >>> from diagterritoire.decay import exponential
    >>> trajets = pd.DataFrame(
    ...     [("A", "s", 0.0), ("A", "t", 10.0), ("B", "t", 0.0)],
    ...     columns=["code_commune", "site_id", "temps_min"],
    ... )
    >>> nearest = trajets.iloc[[0, 2]].assign(atteignable=True)
    >>> demand = pd.DataFrame({"code_commune": ["A", "B"], "population": [90, 10]})
    >>> supply = pd.DataFrame(
    ...     {"site_id": ["s", "t"], "code_commune": ["A", "B"], "consultations": [4000.0, 8000.0]}
    ... )
    >>> gravity(
    ...     trajets, nearest, demand, supply,
    ...     decay=exponential(np.log(4) / 10), attraction=1.0,
    ... ).round(6)
      code_residence code_exercice  patients  temps_min
    0              A             A      60.0        0.0
    1              A             B      30.0       10.0
    2              B             B      10.0        0.0
    """
    modelled = shared(candidates(trajets, demand, supply), decay=decay, attraction=attraction)
    residents = by_id(demand, "code_commune", ["population"])
    sites = by_id(supply, "site_id", ["code_commune", "consultations"])
    served = among(residents["code_commune"], modelled["code_residence"].drop_duplicates())
    waiting = residents.loc[(residents["population"] > 0) & ~served]
    table = pd.concat([modelled, _to_nearest(waiting, nearest, sites)])
    types = {"code_residence": "str", "code_exercice": "str"}
    return table.astype(types).sort_values(_COLUMNS[:2], ignore_index=True)


def _to_nearest(
    residents: pd.DataFrame, nearest: pd.DataFrame, sites: pd.DataFrame
) -> pd.DataFrame:
    """Send everyone to the commune of the nearest site, where there is one."""
    reached = nearest.loc[nearest["atteignable"].astype(bool) & nearest["site_id"].notna()]
    table = residents.merge(
        by_id(reached, "code_commune", ["site_id", "temps_min"]),
        on="code_commune",
        how="inner",
        validate="one_to_one",
    )
    place = positions(table["site_id"], sites["site_id"])
    return pd.DataFrame(
        {
            "code_residence": table["code_commune"].to_numpy(),
            "code_exercice": sites["code_commune"].to_numpy()[place],
            "patients": table["population"].to_numpy(dtype=np.float64),
            "temps_min": table["temps_min"].to_numpy(dtype=np.float64),
        }
    )


def main_flows(flux: pd.DataFrame, part_conservee: float) -> pd.DataFrame:
    """Keep the main flows of each commune of residence, the small ones shared among them.

    Of each residence the largest destinations are kept, until they hold `part_conservee` of its
    patients, and the commune itself whatever its share; the rest goes to them in proportion, so
    that the sum stays. A rate taken from them differs from the one of all the flows by at most
    `1 - part_conservee`.

    Parameters
    ----------
    flux : DataFrame
        `code_residence`, `code_exercice`, `patients`, and any other column.
    part_conservee : float
        From 0 excluded to 1 included.

    Returns
    -------
    DataFrame
        The rows kept, sorted by residence then practice. At equality, the smallest code first.

    Examples
    --------
    >>> flux = pd.DataFrame(
    ...     [("A", "A", 1.0), ("A", "B", 90.0), ("A", "C", 9.0)],
    ...     columns=["code_residence", "code_exercice", "patients"],
    ... )
    >>> main_flows(flux, 0.9).round(2).to_numpy().tolist()
    [['A', 'A', 1.1], ['A', 'B', 98.9]]
    """
    key = ["code_residence", "code_exercice"]
    order = ["code_residence", "patients", "code_exercice"]
    ranked = flux.sort_values(order, ascending=[True, False, True], ignore_index=True)
    grouped = ranked.groupby("code_residence")["patients"]
    total = grouped.transform("sum")
    before = grouped.cumsum() - ranked["patients"]
    own = ranked["code_residence"] == ranked["code_exercice"]
    kept = ranked.loc[own | (before < part_conservee * total)]
    left = kept.groupby("code_residence")["patients"].transform("sum")
    patients = kept["patients"] * (total.loc[kept.index] / left)
    return kept.assign(patients=patients).sort_values(key, ignore_index=True)
