"""Pairs of a commune and a site that the access measures sum over."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from diagterritoire.arrays import FloatArray, IntArray
from diagterritoire.core.identifiers import by_id, positions, totals
from diagterritoire.decay import Decay
from diagterritoire.errors import DataError


@dataclass(frozen=True)
class Pairs:
    """Communes, sites, and the pairs of positive weight between them, sorted by commune then site.

    Attributes
    ----------
    communes, sites : DataFrame
        One row each, sorted by identifier, with the values asked for.
    commune, site : array of int
        Rows of each pair in them.
    minutes, weights : array of float
        Time and weight of each pair.
    """

    communes: pd.DataFrame
    sites: pd.DataFrame
    commune: IntArray
    site: IntArray
    minutes: FloatArray
    weights: FloatArray

    def by_commune(self, values: FloatArray) -> FloatArray:
        """Sum the values of the pairs of each commune; 0 where it has none."""
        return totals(self.commune, values, len(self.communes))

    def by_site(self, values: FloatArray) -> FloatArray:
        """Sum the values of the pairs of each site; 0 where it has none."""
        return totals(self.site, values, len(self.sites))


def weighted_pairs(
    trajets: pd.DataFrame,
    demand: pd.DataFrame,
    supply: pd.DataFrame,
    *,
    decay: Decay,
    people: tuple[str, ...] = (),
    offers: tuple[str, ...] = (),
) -> Pairs:
    """Weigh each pair by its time and keep those of positive weight.

    Parameters
    ----------
    trajets : DataFrame
        `code_commune`, `site_id`, `temps_min`: one row a pair.
    demand, supply : DataFrame
        `code_commune` and the columns `people`; `site_id` and the columns `offers`.
    decay : callable
        Weight of an array of minutes, 0 out of range.
    people, offers : tuple of str
        Columns of values to keep.

    Raises
    ------
    DataError
        A repeated identifier or pair, or a pair whose commune or site is unknown.

    Examples
    --------
    >>> from diagterritoire.decay import within
    >>> trajets = pd.DataFrame(
    ...     {"code_commune": ["B", "A"], "site_id": ["s", "s"], "temps_min": [40.0, 5.0]}
    ... )
    >>> communes = pd.DataFrame({"code_commune": ["A", "B"], "population": [100.0, 50.0]})
    >>> pairs = weighted_pairs(
    ...     trajets, communes, pd.DataFrame({"site_id": ["s"]}), decay=within(20),
    ...     people=("population",),
    ... )
    >>> pairs.by_site(pairs.weights * pairs.communes["population"].to_numpy()[pairs.commune])
    array([100.])
    """
    communes = by_id(demand, "code_commune", list(people))
    sites = by_id(supply, "site_id", list(offers))
    minutes = trajets["temps_min"].to_numpy(dtype=np.float64)
    weights = decay(minutes)
    within = weights > 0
    kept = trajets.loc[within]
    commune = positions(kept["code_commune"], communes["code_commune"])
    site = positions(kept["site_id"], sites["site_id"])
    order = np.lexsort((site, commune))
    commune, site = commune[order], site[order]
    repeated = (np.diff(commune) == 0) & (np.diff(site) == 0)
    if repeated.any():
        first = kept.iloc[order[int(np.argmax(repeated))]]
        raise DataError(
            f"Trajets : {int(repeated.sum())} couples commune-site sont répétés, "
            f"par exemple {first['code_commune']} vers {first['site_id']}."
        )
    return Pairs(communes, sites, commune, site, minutes[within][order], weights[within][order])


def ratio(part: FloatArray, whole: FloatArray) -> FloatArray:
    """Divide, 0 where the divisor is not positive.

    Examples
    --------
    >>> ratio(np.array([1.0, 1.0]), np.array([4.0, 0.0])).tolist()
    [0.25, 0.0]
    """
    quotient = np.zeros(len(whole))
    np.divide(part, whole, out=quotient, where=whole > 0)
    return quotient
