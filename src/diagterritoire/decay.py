"""Functions of travel minutes: how willingness or ability to travel falls with time."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from scipy.special import ndtr

from diagterritoire.arrays import FloatArray

Decay = Callable[[FloatArray], FloatArray]


def steps(bounds_min: Sequence[float], weights: Sequence[float]) -> Decay:
    """Weights by steps: `[0, b0)` gives `w0`, `[b0, b1)` `w1`, ..., last bound included, then 0.

    Parameters
    ----------
    bounds_min : sequence of float
        Increasing upper bounds of the steps, in minutes.
    weights : sequence of float
        Weight of each step.

    Returns
    -------
    callable
        Function of an array of minutes; null (NaN) minutes give 0.

    References
    ----------
    DREES, APL aux médecins généralistes, feuille Paramètres.

    Examples
    --------
    >>> w = steps((10, 15, 20), (1.0, 0.5, 0.25))
    >>> w(np.array([0.0, 10.0, 15.0, 20.0, 20.1, np.nan])).tolist()
    [1.0, 0.5, 0.25, 0.25, 0.0, 0.0]
    """
    edges = np.asarray(bounds_min, dtype=np.float64)
    values = np.append(np.asarray(weights, dtype=np.float64), 0.0)

    def decay(minutes: FloatArray) -> FloatArray:
        minutes = np.asarray(minutes, dtype=np.float64)
        step = np.searchsorted(edges, minutes, side="right")
        step = np.where(minutes == edges[-1], len(edges) - 1, step)
        return np.where(np.isnan(minutes), 0.0, values[step])

    return decay


def steps_with_error(
    bounds_min: Sequence[float], weights: Sequence[float], error_min: float
) -> Decay:
    """Mean weight of `steps` over the true time, known to a normal error; 0 minute is exact.

    Parameters
    ----------
    bounds_min, weights : sequence of float
        As for `steps`.
    error_min : float
        Standard deviation of the error, minutes, 0 or more; 0 gives `steps`.

    Returns
    -------
    callable
        Function of an array of minutes; null (NaN) minutes give 0.

    Examples
    --------
    At a bound, the true time is as often on either side:

    >>> w = steps_with_error((10, 20), (1.0, 0.5), 1.0)
    >>> w(np.array([0.0, 5.0, 10.0, 20.0, 30.0, np.nan])).round(3).tolist()
    [1.0, 1.0, 0.75, 0.25, 0.0, 0.0]
    """
    exact = steps(bounds_min, weights)
    drops = -np.diff([*weights, 0.0])

    def decay(minutes: FloatArray) -> FloatArray:
        minutes = np.asarray(minutes, dtype=np.float64)
        within_bounds = ndtr((np.asarray(bounds_min) - minutes[..., None]) / error_min)
        return np.where(minutes == 0.0, exact(minutes), np.nan_to_num(within_bounds @ drops))

    return decay if error_min > 0 else exact


def within(limit_min: float) -> Decay:
    """1 up to the limit, limit included, 0 beyond; null minutes give 0.

    Examples
    --------
    >>> within(20)(np.array([0.0, 20.0, 20.1, np.nan])).tolist()
    [1.0, 1.0, 0.0, 0.0]
    """
    return steps((limit_min,), (1.0,))


def exponential(rate_per_min: float) -> Decay:
    """Exponential decay `exp(-k t)`; null minutes give 0.

    Examples
    --------
    >>> exponential(0.5)(np.array([0.0, 2.0])).round(4).tolist()
    [1.0, 0.3679]
    """

    def decay(minutes: FloatArray) -> FloatArray:
        minutes = np.asarray(minutes, dtype=np.float64)
        return np.where(np.isnan(minutes), 0.0, np.exp(-rate_per_min * minutes))

    return decay


def exponential_power(rate_per_min: float, scale_min: float, power: float) -> Decay:
    """Exponential times power decay `exp(-k t) (1 + t / s)^-p`; null minutes give 0.

    A power alone keeps the few long trips that an exponential forgets; `p = 0` is the exponential.

    Parameters
    ----------
    rate_per_min : float
        `k`, by minute, 0 or more.
    scale_min : float
        `s`, minutes, more than 0: below it the power hardly counts.
    power : float
        `p`, 0 or more.

    Examples
    --------
    >>> exponential_power(0.0, 10.0, 2.0)(np.array([0.0, 10.0, np.nan])).tolist()
    [1.0, 0.25, 0.0]
    """

    def decay(minutes: FloatArray) -> FloatArray:
        minutes = np.asarray(minutes, dtype=np.float64)
        weight = np.exp(-rate_per_min * minutes - power * np.log1p(minutes / scale_min))
        return np.where(np.isnan(minutes), 0.0, weight)

    return decay
