"""What every aim of siting is stated on: demands, candidates, and the minutes between them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from diagterritoire.core.identifiers import IntArray, by_id, positions
from diagterritoire.errors import DataError

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class Problem:
    """Demands, candidates, and the pairs between which there is a trip.

    Attributes
    ----------
    demande : DataFrame
        `code_commune`, `population`, `temps_min` (to the nearest existing site, infinite where
        there is none) and the other columns given, one row each, sorted.
    candidats : Series
        Identifiers, sorted.
    place, candidat : array of int
        Rows of each pair in them, sorted by place then candidate.
    minutes : array of float
        Time of each pair. A pair that is absent has no trip.
    """

    demande: pd.DataFrame
    candidats: pd.Series
    place: IntArray
    candidat: IntArray
    minutes: FloatArray

    def column(self, name: str) -> FloatArray:
        """Give a column of the demands as numbers."""
        return self.demande[name].to_numpy(dtype=np.float64)


def state(
    trajets: pd.DataFrame,
    demande: pd.DataFrame,
    candidats: pd.Series,
    *,
    autres: tuple[str, ...] = (),
) -> Problem:
    """State a problem of siting from tables.

    Parameters
    ----------
    trajets : DataFrame
        `code_commune`, `candidat`, `temps_min`: one row for each pair with a trip. Those of a
        commune or of a candidate that is not given are left out: the caller chose them.
    demande : DataFrame
        `code_commune`, `population` (0 or more), `temps_min` to the nearest existing site, null
        where none is reached.
    candidats : Series of str
        Where a site may be placed.
    autres : tuple of str
        Other columns of `demande` to keep.

    Raises
    ------
    DataError
        An identifier repeated or missing, a pair repeated, a time missing or negative, a population
        missing or negative.

    Examples
    --------
    >>> trajets = pd.DataFrame({"code_commune": ["A", "B"], "candidat": "x", "temps_min": [4, 9.0]})
    >>> demande = pd.DataFrame(
    ...     {"code_commune": ["B", "A"], "population": [50, 80], "temps_min": [20.0, np.nan]}
    ... )
    >>> stated = state(trajets, demande, pd.Series(["x"]))
    >>> stated.column("temps_min").tolist(), stated.minutes.tolist()
    ([inf, 20.0], [4.0, 9.0])
    """
    places = by_id(demande, "code_commune", ["population", "temps_min", *autres])
    places["temps_min"] = places["temps_min"].astype("float64").fillna(np.inf)
    _require(places, "population")
    names = by_id(pd.DataFrame({"candidat": candidats}), "candidat", [])["candidat"]
    kept = trajets.loc[
        trajets["code_commune"].isin(places["code_commune"]) & trajets["candidat"].isin(names)
    ]
    _require(kept, "temps_min")
    place = positions(kept["code_commune"], places["code_commune"])
    candidat = positions(kept["candidat"], names)
    order = np.lexsort((candidat, place))
    place, candidat = place[order], candidat[order]
    repeated = (np.diff(place) == 0) & (np.diff(candidat) == 0)
    if repeated.any():
        first = kept.iloc[order[int(np.argmax(repeated))]]
        raise DataError(
            f"Implantation : {int(repeated.sum())} couples commune-candidat sont répétés, "
            f"par exemple {first['code_commune']} vers {first['candidat']}."
        )
    minutes = kept["temps_min"].to_numpy(dtype=np.float64)[order]
    return Problem(places, names, place, candidat, minutes)


def _require(frame: pd.DataFrame, column: str) -> None:
    wrong = ~(frame[column].astype("float64") >= 0)
    if wrong.any():
        first = frame.loc[wrong].iloc[0]
        raise DataError(
            f"Implantation : {int(wrong.sum())} valeurs de « {column} » sont vides ou négatives, "
            f"par exemple pour {first['code_commune']}."
        )
