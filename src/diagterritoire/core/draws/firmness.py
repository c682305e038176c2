"""How firm a figure is: what it becomes over draws of the numbers that somebody chose."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from diagterritoire.tables import FERME_DEFICIT, FERME_SANS_DEFICIT, HESITANT

_MEASURES = ("apl", "temps_mg_min")


def firmness(
    draws: pd.DataFrame,
    *,
    seuil: float,
    intervalle: Sequence[float] = (0.05, 0.95),
    part_ferme: float = 0.9,
) -> pd.DataFrame:
    """Give the interval of each commune's APL and time, and how many draws call it a deficit.

    Parameters
    ----------
    draws : DataFrame
        `code_commune`, `tirage`, `apl`, `temps_mg_min`: one row for each commune in each draw.
    seuil : float
        Threshold of APL: under it, a deficit.
    intervalle : sequence of float
        Lower and upper quantile.
    part_ferme : float
        Share of the draws from which a verdict is firm, above a half, included.

    Returns
    -------
    DataFrame
        `code_commune`, `tirages_nb`, `apl_bas`, `apl_haut`, `temps_mg_bas_min`,
        `temps_mg_haut_min`, `part_tirages_deficit`, `verdict` (`deficit`, `sans_deficit` or
        `hesitant`), by commune. What is unknown in one draw is null.

    Raises
    ------
    ValueError
        A commune that is not once in each draw.

    Notes
    -----
    The quantile `q` of `n` sorted values is at rank `q (n - 1)` from 0, straight between two
    neighbours (type 7 of Hyndman and Fan). The interval says what the declared ranges do, not how
    far the truth is.

    References
    ----------
    Hyndman and Fan, Sample Quantiles in Statistical Packages, 1996.

    Examples
    --------
    >>> draws = pd.DataFrame({
    ...     "code_commune": "A", "tirage": range(5), "apl": [2.0, 2.4, 2.6, 3.0, 4.0],
    ...     "temps_mg_min": [10.0, 9.0, 8.0, 11.0, 12.0],
    ... })
    >>> found = firmness(draws, seuil=2.5, intervalle=(0.25, 0.75))
    >>> found[["apl_bas", "apl_haut", "part_tirages_deficit", "verdict"]].to_numpy().tolist()
    [[2.4, 3.0, 0.4, 'hesitant']]
    """
    ordered = draws.sort_values(["code_commune", "tirage"])
    codes = ordered["code_commune"].drop_duplicates().to_numpy(object)
    numbers = ordered["tirage"].drop_duplicates().sort_values().to_numpy()
    shape = (len(codes), len(numbers))
    if len(ordered) != len(codes) * len(numbers) or not (
        (ordered["tirage"].to_numpy().reshape(shape) == numbers).all()
    ):
        raise ValueError("each commune must be once in each draw")
    table = pd.DataFrame({"code_commune": codes, "tirages_nb": len(numbers)})
    apl, minutes = (ordered[m].to_numpy("float64").reshape(shape) for m in _MEASURES)
    table["apl_bas"], table["apl_haut"] = _between(apl, intervalle)
    table["temps_mg_bas_min"], table["temps_mg_haut_min"] = _between(minutes, intervalle)
    known = np.isfinite(apl).all(axis=1)
    under = (apl < seuil).sum(axis=1)
    table["part_tirages_deficit"] = np.where(known, under / max(1, len(numbers)), np.nan)
    # Draws are counted: the shares of both verdicts meet the bound alike, whatever the rounding.
    wanted = part_ferme * len(numbers) - 1e-9
    verdict = np.full(len(codes), HESITANT, dtype=object)
    verdict[under >= wanted] = FERME_DEFICIT
    verdict[len(numbers) - under >= wanted] = FERME_SANS_DEFICIT
    verdict[~known] = None
    table["verdict"] = verdict
    return table


def _between(values: NDArray[np.float64], bounds: Sequence[float]) -> NDArray[np.float64]:
    """Quantiles of each row, null where a value is."""
    found = np.full((len(bounds), len(values)), np.nan)
    known = np.isfinite(values).all(axis=1)
    if known.any():
        found[:, known] = np.quantile(values[known], bounds, axis=1)
    return found
