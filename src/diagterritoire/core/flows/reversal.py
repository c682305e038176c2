"""What would turn the flow of a territory around: consultations to offer, or minutes to save."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from diagterritoire.core.flows.destinations import shared
from diagterritoire.decay import Decay
from diagterritoire.territory import arrondissement_parent

# Doublings, then halvings, of a search: the answer is exact to a billionth of its scale.
_DOUBLINGS, _HALVINGS = 60, 60


@dataclass(frozen=True)
class Reversal:
    """What it takes for the residents to go to the territory more than to their first outlet.

    Attributes
    ----------
    destination : str or None
        Commune out of the territory where most of its residents go; None when nobody leaves.
    pole : str or None
        Commune of the territory where the change is made.
    patients_destination, patients_territoire : float
        Residents of the territory who go to the one, and who stay.
    consultations : float or None
        Consultations a year to add at the pole for both to be equal: 0 when the territory is
        already first; None when no offer suffices.
    minutes : float or None
        Minutes to save on each trip to the pole, at most to 0, for the same; None when not enough.
    """

    destination: str | None
    pole: str | None
    patients_destination: float
    patients_territoire: float
    consultations: float | None
    minutes: float | None


def reversal(
    choices: pd.DataFrame,
    territoire: Collection[str],
    pole: str,
    minutes_au_pole: pd.Series,
    *,
    decay: Decay,
    attraction: float,
) -> Reversal:
    """Solve the model of flows for the change that makes the territory its residents' first choice.

    Both answers are found by halving: more consultations at the pole, or less time to reach it,
    draw more residents there and fewer to any other place, whatever the model's parameters.

    Parameters
    ----------
    choices : DataFrame
        `destinations.candidates`; arrondissements of Paris, Lyon and Marseille count for their
        commune, and share what is added to it as they share its offer.
    territoire : collection of str
        Its communes, whole.
    pole : str
        Commune of the territory where the offer grows or gets nearer; it may offer nothing today.
    minutes_au_pole : Series
        Minutes from each commune of the territory to the pole, by code: those that lack do not
        reach it.
    decay : callable
        Never growing.
    attraction : float
        More than 0 for consultations to matter.

    Examples
    --------
    The outlet offers 3000 at the same time as the pole, that offers 1000: 2000 more are needed.

    >>> rows = [("A", "A", 5.0, 1000.0, 100.0), ("A", "Z", 5.0, 3000.0, 100.0)]
    >>> columns = ["code_residence", "code_exercice", "temps_min", "consultations", "population"]
    >>> choices = pd.DataFrame(rows, columns=columns)
    >>> found = reversal(
    ...     choices, ["A"], "A", pd.Series({"A": 5.0}), decay=np.ones_like, attraction=1.0
    ... )
    >>> found.destination, round(found.patients_destination, 3), round(found.consultations, 3)
    ('Z', 75.0, 2000.0)
    """
    inside = list(territoire)
    mine = choices.loc[_communes(choices["code_residence"]).isin(inside)]
    rows = _with_pole(mine, pole, minutes_au_pole)
    at = (_communes(rows["code_exercice"]) == pole).to_numpy()
    part = _parts(rows, at)

    def attracted(consultations: float, minutes: float) -> tuple[pd.Series, float]:
        changed = rows.assign(
            consultations=rows["consultations"] + consultations * part,
            temps_min=np.where(at, np.maximum(rows["temps_min"] - minutes, 0.0), rows["temps_min"]),
        )
        offered = changed.loc[changed["consultations"] > 0]
        flux = shared(offered, decay=decay, attraction=attraction)
        by_place = flux.groupby(_communes(flux["code_exercice"]))["patients"].sum().sort_index()
        own = by_place.index.isin(inside)
        return by_place[~own], float(by_place[own].sum())

    outside, staying = attracted(0.0, 0.0)
    if outside.empty:
        return Reversal(None, pole, 0.0, staying, 0.0, 0.0)
    first = str(outside.idxmax())

    def won(consultations: float, minutes: float) -> bool:
        others, kept = attracted(consultations, minutes)
        return kept >= float(others.get(first, 0.0))

    most = float(rows.loc[at, "temps_min"].max())
    return Reversal(
        first,
        pole,
        float(outside.max()),
        staying,
        _smallest(lambda x: won(x, 0.0), 1000.0, float("inf")),
        _smallest(lambda x: won(0.0, x), 1.0, most if most == most else 0.0),
    )


def _communes(codes: pd.Series) -> pd.Series:
    # Once for each commune, not for each of its pairs.
    return codes.map({code: arrondissement_parent(code) for code in codes.unique()})


def _parts(rows: pd.DataFrame, at: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Share of each place of the pole in what is added there; 0 elsewhere."""
    offers = rows.loc[at].drop_duplicates("code_exercice").set_index("code_exercice")
    total = float(offers["consultations"].sum())
    shares = offers["consultations"] / total if total > 0 else offers["consultations"] + 1.0
    found: NDArray[np.float64] = rows["code_exercice"].map(shares).fillna(0.0).to_numpy(np.float64)
    return found


def _with_pole(choices: pd.DataFrame, pole: str, minutes: pd.Series) -> pd.DataFrame:
    """Add the pole as a choice that offers nothing, where it is none."""
    people = choices.groupby("code_residence")["population"].first()
    at = _communes(choices["code_exercice"]) == pole
    there = set(choices.loc[at, "code_residence"])
    homes = [str(code) for code in people.index]
    reached = minutes.reindex([arrondissement_parent(code) for code in homes])
    flown = dict(zip(homes, reached.astype("float64"), strict=True))
    lacking = [c for c in homes if c not in there and pd.notna(flown[c])]
    if not lacking:
        return choices
    added = pd.DataFrame(
        {
            "code_residence": lacking,
            "code_exercice": pole,
            "temps_min": [flown[c] for c in lacking],
            "consultations": 0.0,
            "population": people[lacking].to_numpy(dtype=np.float64),
        }
    )
    return pd.concat([choices, added], ignore_index=True)


def _smallest(enough: Callable[[float], bool], step: float, most: float) -> float | None:
    """Smallest value that suffices, by doubling then halving; None when the largest does not."""
    if enough(0.0):
        return 0.0
    low, high = 0.0, min(step, most)
    for _ in range(_DOUBLINGS):
        if enough(high):
            break
        if high >= most:
            return None
        low, high = high, min(2.0 * high, most)
    else:
        return None
    for _ in range(_HALVINGS):
        middle = (low + high) / 2.0
        if middle in (low, high):
            break
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high
