"""Flows that respect capacities: doubly constrained gravity, balanced by Furness's iterations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from diagterritoire.arrays import FloatArray, IntArray
from diagterritoire.core.identifiers import totals
from diagterritoire.errors import DataError

IMPOSSIBLE = "les marges ne peuvent pas être tenues ensemble"


@dataclass(frozen=True)
class Balanced:
    """Flows after balancing, and how well their margins are met.

    Attributes
    ----------
    flux : DataFrame
        As given, with other `patients`.
    tours : int
        Sweeps made: rows then columns.
    ecart_relatif : float
        Largest relative gap between a margin and its target.
    atteint : bool
        Whether that gap is within the tolerance.
    motif : str
        Why it is not, in plain French; empty when it is.
    """

    flux: pd.DataFrame
    tours: int
    ecart_relatif: float
    atteint: bool
    motif: str


def doubly_constrained(
    flux: pd.DataFrame, capacites: Mapping[str, float], *, tolerance: float, tours_max: int
) -> Balanced:
    """Balance flows so that each place of practice receives its capacity.

    Furness: each sweep multiplies the rows, then the columns, by what brings them to their total:
    `T_ij = A_i P_i B_j D_j f(t_ij)`. Each residence keeps its patients. What only depends on the
    residence or on the practice does not matter: the attraction exponent cancels out.

    Parameters
    ----------
    flux : DataFrame
        `code_residence`, `code_exercice`, `patients` (0 or more), and any other column: what a
        production-constrained model gave.
    capacites : mapping of str to float
        Patients that each commune of practice receives; one that no flow reaches is told.
    tolerance : float
        Largest relative gap of a margin at which the sweeps stop.
    tours_max : int
        Sweeps at most.

    Returns
    -------
    Balanced
        The last sweep ends with the columns. When the margins cannot be met, the flows are those of
        the last sweep, `atteint` is false and `motif` says why: totals that differ, a capacity
        that nobody reaches, or places that only reach one another.

    Raises
    ------
    DataError
        A practice without capacity, a negative capacity.

    References
    ----------
    Furness (1965), Time function iteration; Wilson (1971); Deming and Stephan (1940).

    Examples
    --------
    >>> flux = pd.DataFrame(
    ...     [("A", "A", 60.0), ("A", "B", 40.0), ("B", "A", 20.0), ("B", "B", 80.0)],
    ...     columns=["code_residence", "code_exercice", "patients"],
    ... )
    >>> done = doubly_constrained(flux, {"A": 120, "B": 80}, tolerance=1e-9, tours_max=100)
    >>> done.atteint, done.flux.groupby("code_exercice")["patients"].sum().round(6).tolist()
    (True, [120.0, 80.0])
    """
    origin, homes = pd.factorize(flux["code_residence"])
    destination, places = pd.factorize(flux["code_exercice"], sort=True)
    target = _capacities(places, capacites)
    patients = flux["patients"].to_numpy(dtype=np.float64)
    produced = totals(origin, patients, len(homes))
    reached = set(places)
    unmet = sorted(c for c, v in capacites.items() if v > 0 and c not in reached)
    tours, gap = 0, _gap(totals(destination, patients, len(places)), target)
    while tours < tours_max and gap > tolerance:
        patients = patients * _ratio(produced, totals(origin, patients, len(homes)))[origin]
        received = totals(destination, patients, len(places))
        patients = patients * _ratio(target, received)[destination]
        gap = _gap(totals(origin, patients, len(homes)), produced)
        tours += 1
    met = gap <= tolerance and not unmet
    motif = "" if met else _why(produced, target, unmet, gap)
    return Balanced(flux.assign(patients=patients), tours, gap, met, motif)


def scaled_capacities(flux: pd.DataFrame, offre: Mapping[str, float]) -> dict[str, float]:
    """Turn an offer into capacities in patients that the residents can fill.

    Communes that flows link, directly or not, form a group; within each, the offer is scaled so
    that it receives exactly the patients of the group.

    Parameters
    ----------
    flux : DataFrame
        `code_residence`, `code_exercice`, `patients`.
    offre : mapping of str to float
        Offer (consultations) of each commune of practice, 0 or more.

    Examples
    --------
    >>> flux = pd.DataFrame(
    ...     [("A", "A", 60.0), ("A", "B", 40.0), ("C", "C", 5.0)],
    ...     columns=["code_residence", "code_exercice", "patients"],
    ... )
    >>> scaled_capacities(flux, {"A": 1.0, "B": 3.0, "C": 2.0})
    {'A': 25.0, 'B': 75.0, 'C': 5.0}
    """
    origin, homes = pd.factorize(flux["code_residence"])
    destination, places = pd.factorize(flux["code_exercice"], sort=True)
    size = len(homes) + len(places)
    links = coo_array((np.ones(len(flux)), (origin, destination + len(homes))), shape=(size, size))
    count, group = connected_components(links, directed=False)
    patients = flux["patients"].to_numpy(dtype=np.float64)
    asked = totals(group[origin].astype(np.intp), patients, count)
    offered = _capacities(places, offre)
    of_place: IntArray = group[len(homes) :].astype(np.intp)
    scale = _ratio(asked, totals(of_place, offered, count))
    return dict(zip(places, (offered * scale[of_place]).tolist(), strict=True))


def _capacities(places: pd.Index, capacites: Mapping[str, float]) -> FloatArray:
    lacking = [code for code in places if code not in capacites]
    if lacking:
        raise DataError(
            f"Flux sous contrainte de capacité : {len(lacking)} communes d'exercice sans capacité ;"
            f" par exemple {lacking[0]}."
        )
    wrong = sorted(code for code, value in capacites.items() if not value >= 0)
    if wrong:
        raise DataError(
            f"Flux sous contrainte de capacité : {len(wrong)} capacités négatives ou inconnues ; "
            f"par exemple {wrong[0]}."
        )
    return np.array([capacites[code] for code in places], dtype=np.float64)


def _ratio(wanted: FloatArray, found: FloatArray) -> FloatArray:
    return np.divide(wanted, found, out=np.zeros(len(wanted)), where=found > 0)


def _gap(found: FloatArray, wanted: FloatArray) -> float:
    """Largest relative gap of a margin; infinite where nothing may fill it."""
    gaps = np.abs(found - wanted)
    relative = np.divide(gaps, wanted, out=np.where(gaps > 0, np.inf, 0.0), where=wanted > 0)
    return float(relative.max(initial=0.0))


def _why(produced: FloatArray, target: FloatArray, unmet: list[str], gap: float) -> str:
    if unmet:
        return f"{IMPOSSIBLE} : {len(unmet)} capacités que personne n'atteint, dont {unmet[0]}"
    if not np.isclose(produced.sum(), target.sum(), rtol=1e-9):
        return (
            f"{IMPOSSIBLE} : {produced.sum():.0f} patients pour une capacité de {target.sum():.0f}"
        )
    return (
        f"{IMPOSSIBLE}, ou pas encore : écart relatif de {_written(gap)} au dernier tour ; des "
        "communes n'ont de destination qu'entre elles"
    )


def _written(gap: float) -> str:
    return f"{gap:.2g}".replace(".", ",")
