"""Sums over the matrix of times that never hold it: two-step floating catchments, gravity.

The times come site by site (`dial.by_site`, `sweep.by_site`, or `engine.answers`, which chooses)
and are weighed by a table: the weight of each decisecond from 0 to the bound, steps or smooth.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np

from diagterritoire.arrays import FloatArray, Int32Array

Answers = Iterable[tuple[int, Int32Array, Int32Array]]


def weight_table(weigh: Callable[[FloatArray], FloatArray], limit_ds: int) -> FloatArray:
    """Weights of all times up to a bound, included.

    Parameters
    ----------
    weigh : callable
        Weights of minutes.
    limit_ds : int
        Deciseconds.

    Examples
    --------
    >>> weight_table(lambda minutes: np.where(minutes < 10, 1.0, 0.5), 6000)[[0, 5999, 6000]]
    array([1. , 1. , 0.5])
    """
    return np.asarray(weigh(np.arange(limit_ds + 1) / 600), dtype=np.float64)


def site_sums(
    answers: Answers, origin_values: FloatArray, table: FloatArray, sites: int
) -> FloatArray:
    """Sum, for each site, the values of the origins within the bound, by the weight of the time.

    Parameters
    ----------
    answers : iterable of (site, origins, times)
    origin_values : float64[o]
        People, for instance.
    table : float64
        See `weight_table`.
    sites : int
        How many there are.

    Returns
    -------
    float64[sites]
        Each added in the order of the origins: the same whatever the search.

    Examples
    --------
    >>> one = (0, np.array([0, 1], np.int32), np.array([0, 1], np.int32))
    >>> site_sums([one], np.array([100.0, 50.0]), np.array([1.0, 0.5]), 1).tolist()
    [125.0]
    """
    from diagterritoire.network.kernels.weighing import weighed

    sums = np.zeros(sites)
    for site, origin, time_ds in answers:
        sums[site] = weighed(origin, time_ds, origin_values, table)
    return sums


def origin_sums(
    answers: Answers, site_values: FloatArray, table: FloatArray, origins: int
) -> FloatArray:
    """Sum, for each origin, the values of the sites within the bound, by the weight of the time.

    Parameters
    ----------
    answers : iterable of (site, origins, times)
    site_values : float64[s]
        Supply for gravity, supply by inhabitant for a floating catchment.
    table : float64
        See `weight_table`.
    origins : int
        How many there are.

    Returns
    -------
    float64[origins]
        Added in the order of the answers, which is one for a given search: two kinds of search may
        differ in the last bits.

    Examples
    --------
    >>> one = (0, np.array([0, 1], np.int32), np.array([0, 1], np.int32))
    >>> origin_sums([one], np.array([4.0]), np.array([1.0, 0.5]), 3).tolist()
    [4.0, 2.0, 0.0]
    """
    from diagterritoire.network.kernels.weighing import add_weighed

    sums = np.zeros(origins)
    for site, origin, time_ds in answers:
        if site_values[site]:
            add_weighed(origin, time_ds, site_values[site], table, sums)
    return sums


def two_steps(
    search: Callable[[], Answers], supply: FloatArray, people: FloatArray, table: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Two-step floating catchment, in two passes over the times.

    Parameters
    ----------
    search : callable
        Gives the answers; called twice.
    supply : float64[s]
        Of each site.
    people : float64[o]
        At each origin.
    table : float64
        See `weight_table`.

    Returns
    -------
    score : float64[o]
        Supply within reach by inhabitant.
    ratio : float64[s]
        Supply of each site by inhabitant within its reach; 0 where there is none.

    Examples
    --------
    100 and 50 people share the site, the latter counting for half: 5 / 125 each.

    >>> one = (0, np.array([0, 1], np.int32), np.array([0, 1], np.int32))
    >>> people, table = np.array([100.0, 50.0]), np.array([1.0, 0.5])
    >>> score, ratio = two_steps(lambda: [one], np.array([5.0]), people, table)
    >>> score.tolist(), ratio.tolist()
    ([0.04, 0.02], [0.04])
    """
    demand = site_sums(search(), people, table, len(supply))
    ratio = np.divide(supply, demand, out=np.zeros(len(supply)), where=demand > 0)
    return origin_sums(search(), ratio, table, len(people)), ratio
