"""How close a computed indicator is to the published one."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

PAIRS_MIN = 3  # two pairs always correlate at 1 or -1: nothing is learnt from them


@dataclass(frozen=True)
class Agreement:
    """Agreement of two columns over the pairs that both know.

    Attributes
    ----------
    correlation, correlation_ponderee : float or None
        Pearson's, from -1 to 1, plain and weighted; None with fewer than three pairs or when one
        column does not vary.
    ecart_median : float or None
        Median of computed minus published; None with fewer than three pairs.
    comparees, ecartees : int
        Pairs compared, and pairs left out because a value is unknown.
    """

    correlation: float | None
    correlation_ponderee: float | None
    ecart_median: float | None
    comparees: int
    ecartees: int


def agreement(calcule: pd.Series, publie: pd.Series, poids: pd.Series) -> Agreement:
    """Compare a computed column with a published one, row by row.

    Parameters
    ----------
    calcule, publie : Series
        The same rows in the same order; null where unknown.
    poids : Series
        Weights, 0 or more (population). A null weight leaves the pair out.

    Returns
    -------
    Agreement
        Correlations, median gap, numbers of pairs. Pairs of weight 0 count in the plain figures.

    Examples
    --------
    >>> a = agreement(pd.Series([1.0, 2, 3, 4]), pd.Series([2.0, 3, 4, None]), pd.Series([1] * 4))
    >>> a.correlation, a.ecart_median, a.comparees, a.ecartees
    (1.0, -1.0, 3, 1)
    """
    columns = [s.to_numpy(dtype=np.float64, na_value=np.nan) for s in (calcule, publie, poids)]
    stacked = np.column_stack(columns)
    known = ~np.isnan(stacked).any(axis=1)
    computed, published, weights = stacked[known].T
    count = int(known.sum())
    return Agreement(
        correlation=_correlation(computed, published, np.ones(count)),
        correlation_ponderee=_correlation(computed, published, weights),
        ecart_median=float(np.median(computed - published)) if count >= PAIRS_MIN else None,
        comparees=count,
        ecartees=len(known) - count,
    )


def weighted_mean(values: pd.Series, poids: pd.Series) -> float | None:
    """Weighted mean of the known values; None when no known value has a weight.

    The ministry's rule for the APL of an area, weighted by the standardised population.

    Parameters
    ----------
    values : Series
        Null where unknown.
    poids : Series
        Weights, 0 or more, of the same rows.

    Examples
    --------
    >>> weighted_mean(pd.Series([1.0, 4.0, None]), pd.Series([200, 100, 50]))
    2.0
    """
    known = (values.notna() & poids.notna()).to_numpy(dtype=bool)
    weights = poids[known].to_numpy(dtype=np.float64)
    total = math.fsum(weights)
    if total <= 0:
        return None
    return math.fsum(values[known].to_numpy(dtype=np.float64) * weights) / total


def _correlation(
    x: NDArray[np.float64], y: NDArray[np.float64], weights: NDArray[np.float64]
) -> float | None:
    """Weighted Pearson correlation over the pairs of positive weight."""
    counted = weights > 0
    x, y, weights = x[counted], y[counted], weights[counted]
    # A constant column whose mean is rounded has a tiny variance: compare its ends instead.
    if len(x) < PAIRS_MIN or np.ptp(x) == 0 or np.ptp(y) == 0:
        return None
    share = weights / weights.sum()
    dx, dy = x - (share * x).sum(), y - (share * y).sum()
    spread = float(np.sqrt((share * dx * dx).sum() * (share * dy * dy).sum()))
    if spread == 0:
        return None
    return float(np.clip((share * dx * dy).sum() / spread, -1.0, 1.0))
