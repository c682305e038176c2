"""How evenly access is spread over people: Gini index, quantiles, the least served tenth."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from diagterritoire.arrays import FloatArray
from diagterritoire.errors import DataError

QUANTILES = (0.1, 0.25, 0.5, 0.75, 0.9)
DIXIEME = 0.1
# A cumulated share that misses a quantile by less than this reaches it: rounding of the sums.
_SLACK = 1e-12


@dataclass(frozen=True)
class Fairness:
    """How a value is spread over the people whose value is known.

    Attributes
    ----------
    population, population_ecartee : float
        People whose value is known, and those whose value is not.
    moyenne : float or None
        Mean, weighted by people; None, as all that follow, when nobody has a known value.
    gini : float or None
        Index from 0 (the same for all) to 1 (one has it all); None too when the mean is 0.
    quantiles : tuple of float
        Values of `QUANTILES`; empty when unknown.
    moyenne_dixieme : float or None
        Mean over the least served tenth of the people.
    part_dixieme : float or None
        What the least served tenth has of the total, a fraction; None when the total is 0.
    """

    population: float
    population_ecartee: float
    moyenne: float | None
    gini: float | None
    quantiles: tuple[float, ...]
    moyenne_dixieme: float | None
    part_dixieme: float | None


def fairness(valeurs: pd.Series, personnes: pd.Series, *, plus_est_mieux: bool) -> Fairness:
    """Spread of a value over people, each commune's value being that of all its people.

    Inequality within communes is not seen. With weights `w`, total `W` and mean `mu`:

    - Gini: `sum_ij w_i w_j |x_i - x_j| / (2 W^2 mu)`, without the correction of small samples;
    - quantile `q`: the smallest value such that a share `q` of the people or more has that value or
      less (never an interpolation);
    - least served tenth: the people with the lowest values when more is better (APL), the highest
      when less is better (minutes). The commune on the border gives the part of its people needed.

    Parameters
    ----------
    valeurs : Series
        0 or more, null where unknown (left out, counted in `population_ecartee`).
    personnes : Series
        People of the same rows, 0 or more; a null counts as nobody.
    plus_est_mieux : bool
        True for an APL, False for minutes.

    Returns
    -------
    Fairness

    Raises
    ------
    DataError
        A negative value or number of people.

    References
    ----------
    Lerman and Yitzhaki (1989), Improving the accuracy of estimates of Gini coefficients.

    Examples
    --------
    >>> spread = fairness(pd.Series([0.0, 4.0]), pd.Series([50, 50]), plus_est_mieux=True)
    >>> spread.gini, spread.moyenne, spread.quantiles, spread.part_dixieme
    (0.5, 2.0, (0.0, 0.0, 0.0, 4.0, 4.0), 0.0)
    """
    value = valeurs.to_numpy(dtype=np.float64, na_value=np.nan)
    people = np.nan_to_num(personnes.to_numpy(dtype=np.float64, na_value=np.nan))
    if (people < 0).any() or (value < 0).any():
        raise DataError("Équité : une valeur ou un nombre d'habitants est négatif.")
    known = ~np.isnan(value)
    counted = known & (people > 0)
    order = np.argsort(value[counted], kind="stable")
    x, w = value[counted][order], people[counted][order]
    lost = float(people[~known].sum())
    if not len(x):
        return Fairness(0.0, lost, None, None, (), None, None)
    total, amount = float(w.sum()), float((w * x).sum())
    least = _least(x, w, plus_est_mieux)
    return Fairness(
        population=total,
        population_ecartee=lost,
        moyenne=amount / total,
        gini=_gini(x, w) if amount > 0 else None,
        quantiles=_quantiles(x, w),
        moyenne_dixieme=least / (DIXIEME * total),
        # Where the tenth has everything, two orders of summing must not give it more.
        part_dixieme=min(1.0, least / amount) if amount > 0 else None,
    )


def _gini(x: FloatArray, w: FloatArray) -> float:
    """Twice the area between the Lorenz curve and the diagonal; `x` in increasing order."""
    below = np.cumsum(w) - w / 2
    index = 2 * float((w * x * below).sum()) / (float(w.sum()) * float((w * x).sum())) - 1
    return max(0.0, index)


def _quantiles(x: FloatArray, w: FloatArray) -> tuple[float, ...]:
    reached = np.cumsum(w) / w.sum()
    places = np.searchsorted(reached, np.array(QUANTILES) - _SLACK, side="left")
    return tuple(float(value) for value in x[places])


def _least(x: FloatArray, w: FloatArray, plus_est_mieux: bool) -> float:
    """Sum of the value over the least served tenth of the people."""
    if not plus_est_mieux:
        x, w = x[::-1], w[::-1]
    before = np.cumsum(w) - w
    taken = np.clip(DIXIEME * w.sum() - before, 0.0, w)
    return float((taken * x).sum())
