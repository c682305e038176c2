"""How well a model of flows tells where patients go: measures, and the models it must beat."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

_PAIR = ["code_residence", "code_exercice"]


@dataclass(frozen=True)
class Judgement:
    """Measures of flows, fractions from 0 to 1; null ones without anything to compare.

    Attributes
    ----------
    cpc : float or None
        Common part of commuters: 1 when every flow is the observed one, 0 when none is shared.
    srmse : float or None
        Root mean square gap over every pair of places, divided by the mean observed flow.
    part_commune, part_plus_proche : float or None
        Share of the patients who stay in their commune, who go to the nearest commune offered.
    temps_moyen_min : float or None
        Mean time of a patient, one way.
    """

    cpc: float | None
    srmse: float | None
    part_commune: float | None
    part_plus_proche: float | None
    temps_moyen_min: float | None


def judge(
    flux: pd.DataFrame, choices: pd.DataFrame, observed: pd.DataFrame | None = None
) -> Judgement:
    """Measure flows, and compare them with observed ones when there are any.

    Parameters
    ----------
    flux : DataFrame
        `code_residence`, `code_exercice`, `patients`.
    choices : DataFrame
        `destinations.candidates`: gives the times and the nearest commune of each residence (the
        smallest code at equality).
    observed : DataFrame, optional
        As `flux`; null is unknown and its pair is left out of the comparison.

    References
    ----------
    Lenormand et al. (2016), Systematic comparison of trip distribution laws and models (CPC);
    Knudsen and Fotheringham (1986), Matrix comparison, goodness-of-fit (SRMSE).

    Examples
    --------
    >>> choices = pd.DataFrame(
    ...     [("A", "A", 0.0), ("A", "B", 10.0)],
    ...     columns=["code_residence", "code_exercice", "temps_min"],
    ... )
    >>> model, seen = choices.assign(patients=[6.0, 4.0]), choices.assign(patients=[8.0, 2.0])
    >>> found = judge(model, choices, seen)
    >>> found.cpc, found.srmse, found.part_plus_proche, found.temps_moyen_min
    (0.8, 0.4, 0.6, 4.0)
    """
    timed = flux[[*_PAIR, "patients"]].merge(
        choices[[*_PAIR, "temps_min"]], on=_PAIR, how="left", validate="one_to_one"
    )
    total = float(timed["patients"].sum())
    if total <= 0:
        return Judgement(None, None, None, None, None)
    own = timed["code_residence"] == timed["code_exercice"]
    nearest = nearest_choices(choices).set_index("code_residence")["code_exercice"]
    at_nearest = timed["code_exercice"] == timed["code_residence"].map(nearest)
    known = timed.loc[timed["temps_min"].notna()]
    spent = math.fsum(known["patients"] * known["temps_min"])
    travelling = float(known["patients"].sum())
    cpc, srmse = (None, None) if observed is None else _compared(flux, choices, observed)
    return Judgement(
        cpc,
        srmse,
        float(timed.loc[own, "patients"].sum()) / total,
        float(timed.loc[at_nearest, "patients"].sum()) / total,
        spent / travelling if travelling > 0 else None,
    )


def _compared(
    flux: pd.DataFrame, choices: pd.DataFrame, observed: pd.DataFrame
) -> tuple[float | None, float | None]:
    both = (
        flux[[*_PAIR, "patients"]]
        .merge(
            observed[[*_PAIR, "patients"]],
            on=_PAIR,
            how="outer",
            validate="one_to_one",
            suffixes=("", "_vus"),
            indicator=True,
        )
        .sort_values(_PAIR)
    )
    # A pair that the observation names without a number is unknown, not zero.
    unknown = (both["_merge"] != "left_only") & both["patients_vus"].isna()
    both = both.loc[~unknown].fillna({"patients": 0.0, "patients_vus": 0.0})
    model = both["patients"].to_numpy(dtype=np.float64)
    seen = both["patients_vus"].to_numpy(dtype=np.float64)
    if seen.sum() <= 0:
        return None, None
    cpc = 2.0 * float(np.minimum(model, seen).sum()) / float(model.sum() + seen.sum())
    places = len(set(choices["code_exercice"]) | set(both["code_exercice"]))
    cells = len(set(choices["code_residence"]) | set(both["code_residence"])) * places
    mean = float(seen.sum()) / cells
    return cpc, math.sqrt(float(((model - seen) ** 2).sum()) / cells) / mean


def nearest_choices(choices: pd.DataFrame) -> pd.DataFrame:
    """Keep the nearest choice of each residence, the smallest code at equality.

    Examples
    --------
    >>> choices = pd.DataFrame(
    ...     [("A", "C", 4.0), ("A", "B", 4.0)],
    ...     columns=["code_residence", "code_exercice", "temps_min"],
    ... )
    >>> nearest_choices(choices)["code_exercice"].tolist()
    ['B']
    """
    ordered = choices.sort_values(["code_residence", "temps_min", "code_exercice"])
    return ordered.drop_duplicates("code_residence").reset_index(drop=True)


def nearest_only(choices: pd.DataFrame) -> pd.DataFrame:
    """Flows when everyone goes to the nearest commune offered: a model to beat.

    Parameters
    ----------
    choices : DataFrame
        `destinations.candidates`.
    """
    nearest = nearest_choices(choices)
    return nearest[_PAIR].assign(patients=nearest["population"], temps_min=nearest["temps_min"])


def random_flows(choices: pd.DataFrame) -> pd.DataFrame:
    """Flows when everyone picks any commune within reach, each as likely: a model to beat.

    Parameters
    ----------
    choices : DataFrame
        `destinations.candidates`.
    """
    number = choices.groupby("code_residence")["code_exercice"].transform("size")
    patients = choices["population"] / number
    return choices[_PAIR].assign(patients=patients, temps_min=choices["temps_min"])


def left_out(residences: Sequence[str], part: float, graine: int) -> list[str]:
    """Draw the residences on which a fit is judged and not made; the same for the same seed.

    Parameters
    ----------
    residences : sequence of str
    part : float
        Fraction drawn; one residence at least stays on each side when there are two or more.
    graine : int
        Seed.

    Examples
    --------
    >>> len(left_out(["A", "B", "C", "D"], 0.5, 1))
    2
    """
    codes = sorted(set(residences))
    if len(codes) < 2:
        return []
    number = min(max(1, round(part * len(codes))), len(codes) - 1)
    drawn = np.random.default_rng(graine).permutation(len(codes))[:number]
    return [codes[i] for i in sorted(drawn)]
