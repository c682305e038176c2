"""The kernel of the models of flows: how the inhabitants of a place share among destinations."""

from __future__ import annotations

import numpy as np
import pandas as pd

from diagterritoire.arrays import FloatArray, IntArray
from diagterritoire.core.identifiers import by_id, positions, totals
from diagterritoire.decay import Decay


def candidates(trajets: pd.DataFrame, demand: pd.DataFrame, supply: pd.DataFrame) -> pd.DataFrame:
    """List where the inhabitants of each commune may go: the choices that `gravity` shares among.

    Parameters
    ----------
    trajets, demand, supply : DataFrame
        As for `gravity`.

    Returns
    -------
    DataFrame
        `code_residence`, `code_exercice`, `temps_min` (the smallest to a site of the commune),
        `consultations` (offered there, more than 0), `population` (of the residence), by codes;
            residences without inhabitant left out.

    Examples
    --------
    >>> trajets = pd.DataFrame({"code_commune": ["B"], "site_id": ["s"], "temps_min": [9.0]})
    >>> demand = pd.DataFrame({"code_commune": ["B"], "population": [80]})
    >>> supply = pd.DataFrame(
    ...     {"site_id": ["s"], "code_commune": ["A"], "consultations": [4000.0]}
    ... )
    >>> candidates(trajets, demand, supply).to_numpy().tolist()
    [['B', 'A', 9.0, 4000.0, 80.0]]
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
    origin, destination, minutes = shortest(origin[usable], destination[usable], minutes[usable])
    table = pd.DataFrame(
        {
            "code_residence": residents["code_commune"].to_numpy()[origin],
            "code_exercice": practice.to_numpy()[destination],
            "temps_min": minutes,
            "consultations": offered[destination],
            "population": people[origin],
        }
    )
    return table.astype({"code_residence": "str", "code_exercice": "str"})


def shared(choices: pd.DataFrame, *, decay: Decay, attraction: float) -> pd.DataFrame:
    """Share the inhabitants of each residence among its choices.

    `T_ij = P_i S_j^a f(t_ij) / sum_k S_k^a f(t_ik)`.

    Parameters
    ----------
    choices : DataFrame
        What `candidates` gave, sorted by residence or not.
    decay : callable
        `f`, finite weights of an array of minutes.
    attraction : float
        Exponent `a`.

    Returns
    -------
    DataFrame
        `code_residence`, `code_exercice`, `patients`, `temps_min`, in the order of `choices`; a
        destination of no weight has no row.

    Examples
    --------
    >>> choices = pd.DataFrame(
    ...     [("A", "A", 0.0, 1.0, 90.0), ("A", "B", 7.0, 2.0, 90.0)],
    ...     columns=["code_residence", "code_exercice", "temps_min", "consultations", "population"],
    ... )
    >>> shared(choices, decay=np.ones_like, attraction=1.0)["patients"].tolist()
    [30.0, 60.0]
    """
    origin, homes = pd.factorize(choices["code_residence"])
    minutes = choices["temps_min"].to_numpy(dtype=np.float64)
    offered = choices["consultations"].to_numpy(dtype=np.float64)
    share = shares(origin, offered, decay(minutes), attraction, len(homes))
    people = choices["population"].to_numpy(dtype=np.float64)
    table = choices[["code_residence", "code_exercice"]].assign(
        patients=people * share, temps_min=minutes
    )
    return table.loc[share > 0].reset_index(drop=True)


def shortest(
    origin: IntArray, destination: IntArray, minutes: FloatArray
) -> tuple[IntArray, IntArray, FloatArray]:
    """Keep the shortest trip of each pair of communes, sorted by pair."""
    order = np.lexsort((minutes, destination, origin))
    origin, destination, minutes = origin[order], destination[order], minutes[order]
    first = np.ones(len(order), dtype=bool)
    first[1:] = (np.diff(origin) != 0) | (np.diff(destination) != 0)
    return origin[first], destination[first], minutes[first]


def shares(
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
