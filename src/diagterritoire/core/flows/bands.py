"""Flows by distance: how they spread over bands of time, and a decay that gives a known spread."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd
from scipy.optimize import least_squares

from diagterritoire.arrays import FloatArray, IntArray
from diagterritoire.core.flows.destinations import shares
from diagterritoire.core.identifiers import totals
from diagterritoire.decay import exponential_power
from diagterritoire.territory import arrondissement_parent

PROPRE = "commune de résidence"


@dataclass(frozen=True)
class Spread:
    """A decay and the spread of flows it gives.

    Attributes
    ----------
    echelle_min, puissance : float
        `s` and `p` of `decay.exponential_power`, with `k = 0`.
    bandes : DataFrame
        `bands` of the flows, with `part_reference`.
    """

    echelle_min: float
    puissance: float
    bandes: pd.DataFrame


def bands(flux: pd.DataFrame, bornes_min: Sequence[float]) -> pd.DataFrame:
    """Share of the patients in their own commune, then elsewhere by band of time.

    Parameters
    ----------
    flux : DataFrame
        `code_residence`, `code_exercice`, `patients`, `temps_min`.
    bornes_min : sequence of float
        Increasing bounds: below the first, from it to the next excluded, ..., from the last on.

    Returns
    -------
    DataFrame
        `bande` (in plain French), `part_modele` (fraction; null without patient).

    Examples
    --------
    >>> flux = pd.DataFrame(
    ...     [("A", "A", 6.0, 0.0), ("A", "B", 3.0, 5.0), ("A", "C", 1.0, 4.9)],
    ...     columns=["code_residence", "code_exercice", "patients", "temps_min"],
    ... )
    >>> bands(flux, (5, 10)).to_numpy().tolist()
    [['commune de résidence', 0.6], ['ailleurs, moins de 5 min', 0.1], \
['ailleurs, 5 à 10 min', 0.3], ['ailleurs, 10 min ou plus', 0.0]]
    """
    part = _parts(
        _places(flux, bornes_min), flux["patients"].to_numpy(dtype=np.float64), bornes_min
    )
    return pd.DataFrame({"bande": labels(bornes_min), "part_modele": part})


def _places(pairs: pd.DataFrame, bornes_min: Sequence[float]) -> IntArray:
    """Band of each pair; arrondissements of one city are one commune."""
    parents = [_parents(pairs[side]) for side in ("code_residence", "code_exercice")]
    own = parents[0] == parents[1]
    minutes = pairs["temps_min"].to_numpy(dtype=np.float64)
    elsewhere = 1 + np.searchsorted(np.asarray(bornes_min), minutes, side="right")
    return np.where(own, 0, elsewhere).astype(np.intp)


def _parents(codes: pd.Series) -> np.ndarray:
    rank, known = pd.factorize(codes)
    return np.array([arrondissement_parent(code) for code in known], dtype=object)[rank]


def _parts(place: IntArray, patients: FloatArray, bornes_min: Sequence[float]) -> FloatArray:
    summed = totals(place, patients, len(bornes_min) + 2)
    total = patients.sum()
    return summed / total if total > 0 else np.full(len(summed), np.nan)


def labels(bornes_min: Sequence[float]) -> list[str]:
    """Name the bands of `bands`, in order.

    Examples
    --------
    >>> labels((5,))
    ['commune de résidence', 'ailleurs, moins de 5 min', 'ailleurs, 5 min ou plus']
    """
    between = [f"ailleurs, {low:g} à {high:g} min" for low, high in pairwise(bornes_min)]
    first, last = bornes_min[0], bornes_min[-1]
    return [
        PROPRE,
        f"ailleurs, moins de {first:g} min",
        *between,
        f"ailleurs, {last:g} min ou plus",
    ]


def fit_bands(
    choices: pd.DataFrame,
    parts: Sequence[float],
    bornes_min: Sequence[float],
    *,
    attraction: float,
) -> Spread:
    """Find the decay whose flows spread over the bands as a known distribution does.

    Least squares on the shares, over the scale and the power of `(1 + t / s)^-p`.

    Parameters
    ----------
    choices : DataFrame
        `destinations.candidates`.
    parts : sequence of float
        Known share of each band of `labels(bornes_min)`; brought to a sum of 1.
    bornes_min : sequence of float
        Bounds of the bands.
    attraction : float
        Exponent of the supply, declared.

    Returns
    -------
    Spread
    """
    known = np.asarray(parts, dtype=np.float64) / float(np.sum(parts))
    place = _places(choices, bornes_min)
    origin, homes = pd.factorize(choices["code_residence"])
    minutes = choices["temps_min"].to_numpy(dtype=np.float64)
    offered = choices["consultations"].to_numpy(dtype=np.float64)
    people = choices["population"].to_numpy(dtype=np.float64)

    def spread(log_theta: FloatArray) -> FloatArray:
        scale, power = np.exp(log_theta)
        weight = exponential_power(0.0, float(scale), float(power))(minutes)
        share = shares(origin, offered, weight, attraction, len(homes))
        return _parts(place, people * share, bornes_min)

    found = least_squares(
        lambda theta: spread(theta) - known, np.log([10.0, 5.0]), diff_step=1e-3, max_nfev=40
    )
    scale, power = np.exp(found.x)
    table = pd.DataFrame(
        {"bande": labels(bornes_min), "part_modele": spread(found.x), "part_reference": known}
    )
    return Spread(float(scale), float(power), table)
