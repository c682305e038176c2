"""Patient flows between communes, and what they say of a zone."""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from diagterritoire.core.identifiers import IntArray, by_id, positions, totals
from diagterritoire.decay import Decay

FloatArray = NDArray[np.float64]
_COLUMNS = ["code_residence", "code_exercice", "patients", "temps_min"]


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


def gravity(
    trajets: pd.DataFrame,
    nearest: pd.DataFrame,
    demand: pd.DataFrame,
    supply: pd.DataFrame,
    *,
    decay: Decay,
    attraction: float,
    part_min: float,
) -> pd.DataFrame:
    """Patients of each commune of residence by commune of practice: production-constrained gravity.

    `T_ij = P_i S_j^a f(t_ij) / sum_k S_k^a f(t_ik)`, where `S_j` is the sum of the consultations of
    the sites of commune `j` and `t_ij` the smallest time to one of them. Destinations whose share
    is under `part_min` are dropped and their patients go to the others in proportion; the largest
    share always stays. The patients of a commune sum to its population.

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
    part_min : float
        Share under which a destination is dropped, from 0 to 1.

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
    ...     decay=exponential(np.log(4) / 10), attraction=1.0, part_min=0.0,
    ... ).round(6)
      code_residence code_exercice  patients  temps_min
    0              A             A      60.0        0.0
    1              A             B      30.0       10.0
    2              B             B      10.0        0.0
    """
    residents = by_id(demand, "code_commune", ["population"])
    sites = by_id(supply, "site_id", ["code_commune", "consultations"])
    practice = pd.Series(sorted(set(sites["code_commune"])), dtype="str", name="code_commune")
    of_site = positions(sites["code_commune"], practice)
    offered = totals(of_site, sites["consultations"].to_numpy(dtype=np.float64), len(practice))
    people = residents["population"].to_numpy(dtype=np.float64)

    origin = positions(trajets["code_commune"], residents["code_commune"])
    destination = of_site[positions(trajets["site_id"], sites["site_id"])]
    minutes = trajets["temps_min"].to_numpy(dtype=np.float64)
    usable = (people[origin] > 0) & (offered[destination] > 0)
    origin, destination, minutes = _shortest(origin[usable], destination[usable], minutes[usable])

    share = _shares(origin, offered[destination], decay(minutes), attraction, len(people))
    kept, share = _floored(origin, share, part_min, len(people))
    origin, destination, minutes = origin[kept], destination[kept], minutes[kept]
    modelled = pd.DataFrame(
        {
            "code_residence": residents["code_commune"].to_numpy()[origin],
            "code_exercice": practice.to_numpy()[destination],
            "patients": people[origin] * share,
            "temps_min": minutes,
        }
    )
    served = np.isin(np.arange(len(people)), origin)
    waiting = residents.loc[(people > 0) & ~served]
    table = pd.concat([modelled, _to_nearest(waiting, nearest, sites)], ignore_index=True)
    types = {"code_residence": "str", "code_exercice": "str"}
    return table.astype(types).sort_values(_COLUMNS[:2], ignore_index=True)


def _shortest(
    origin: IntArray, destination: IntArray, minutes: FloatArray
) -> tuple[IntArray, IntArray, FloatArray]:
    """Keep the shortest trip of each pair of communes, sorted by pair."""
    order = np.lexsort((minutes, destination, origin))
    origin, destination, minutes = origin[order], destination[order], minutes[order]
    first = np.ones(len(order), dtype=bool)
    first[1:] = (np.diff(origin) != 0) | (np.diff(destination) != 0)
    return origin[first], destination[first], minutes[first]


def _shares(
    origin: IntArray, offered: FloatArray, weight: FloatArray, attraction: float, size: int
) -> FloatArray:
    """Share of each destination in the use of its origin; 0 where every weight is 0.

    Logarithms, taken from the largest of each origin, keep tiny weights and large offers exact.
    """
    with np.errstate(divide="ignore"):
        logs = attraction * np.log(offered) + np.log(weight)
    top = np.full(size, -np.inf)
    np.maximum.at(top, origin, logs)
    reachable = np.isfinite(top[origin])
    score = np.zeros(len(origin))
    score[reachable] = np.exp(logs[reachable] - top[origin[reachable]])
    total = totals(origin, score, size)[origin]
    return np.divide(score, total, out=np.zeros(len(origin)), where=total > 0)


def _floored(
    origin: IntArray, share: FloatArray, part_min: float, size: int
) -> tuple[NDArray[np.bool_], FloatArray]:
    """Drop the shares under the floor, the largest excepted, and renormalise the others."""
    largest = np.zeros(size)
    np.maximum.at(largest, origin, share)
    kept = (share > 0) & ((share >= part_min) | (share == largest[origin]))
    remaining = share[kept]
    return kept, remaining / totals(origin[kept], remaining, size)[origin[kept]]


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


def fuite(flux: pd.DataFrame, communes: pd.DataFrame) -> pd.DataFrame:
    """Part of the use of each commune's residents outside and inside their commune.

    Parameters
    ----------
    flux : DataFrame
        `code_residence`, `code_exercice`, `patients`.
    communes : DataFrame
        `code_commune`.

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
    """
    table = by_id(communes, "code_commune", [])
    ordered = flux.sort_values(["code_residence", "code_exercice"])
    origin = positions(ordered["code_residence"], table["code_commune"])
    patients = ordered["patients"].to_numpy(dtype=np.float64)
    own = (ordered["code_residence"] == ordered["code_exercice"]).to_numpy()
    used = totals(origin, patients, len(table))
    stayed = np.full(len(table), np.nan)
    np.divide(totals(origin[own], patients[own], len(table)), used, out=stayed, where=used > 0)
    return table.assign(taux_fuite=1.0 - stayed, taux_autosuffisance=stayed)


def exchanges(flux: pd.DataFrame, zone: Collection[str]) -> Echanges:
    """Leak, self-sufficiency and attraction of a set of communes.

    The attraction is right only when `flux` holds all the residents within reach of the zone's
    sites, those of the surroundings included: this is what the buffer of a territory is for.

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
