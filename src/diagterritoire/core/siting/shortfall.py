"""Aim of the APL: what is missing to reach the threshold, filled by new sites and their capacity.

A site shares its consultations among the inhabitants around, `R_j = m_j / sum_i P_i w_ij`, whatever
the other sites: the APL that new sites give adds up, `sum_j w_ij R_j`, and what they fill of the
gap of a commune, `min(threshold - apl_i, sum_j w_ij R_j)`, is linear.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from diagterritoire.core.access.pairs import ratio
from diagterritoire.core.identifiers import IntArray, totals
from diagterritoire.core.siting.problem import Problem
from diagterritoire.core.siting.program import Choice, Program, Rows, held
from diagterritoire.decay import Decay

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class Gains:
    """What each option fills of the gap of each commune.

    Attributes
    ----------
    today : float[p]
        Consultations a year that each commune lacks to reach the threshold, 0 where it counts none.
    place, option : int[n]
        Pairs, sorted by option.
    gain : float[n]
        Consultations a year that the option gives to the inhabitants of the place.
    candidat, etp : of the o options
        Candidate, full-time GPs.
    """

    today: FloatArray
    place: IntArray
    option: IntArray
    gain: FloatArray
    candidat: IntArray
    etp: FloatArray

    def after(self, choice: Choice) -> FloatArray:
        """Consultations still missing after a choice with one more option, for each."""
        known = held(self.option, choice, len(self.candidat))
        given = totals(self.place[known], self.gain[known], len(self.today))
        left = np.maximum(self.today - given, 0.0)
        filled = np.minimum(left[self.place], self.gain)
        return float(left.sum()) - totals(self.option, filled, len(self.candidat))

    def terms(self, price: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Loss that each pair adds to the prices of the places, and its slope."""
        part = self._part()
        return -part * price[self.place], -part

    def rows(self, options: IntArray) -> Rows:
        """Write the linear form for these options.

        Notes
        -----
        `u_i`, the part of the gap of commune i that is not filled, is at least
        `1 - sum_o min(1, gain_io / missing_i) x_o`: cutting each gain at the gap changes no whole
        choice and tightens the relaxation.
        """
        column = np.full(len(self.candidat), -1)
        column[options] = np.arange(len(options))
        kept = column[self.option] >= 0
        places, row = np.unique(self.place[kept], return_inverse=True)
        count = len(places)
        at = (
            np.concatenate([row, np.arange(count)]),
            np.concatenate([column[self.option[kept]], len(options) + np.arange(count)]),
        )
        return Rows(
            cost=self.today[places],
            constant=float(self.today.sum() - self.today[places].sum()),
            matrix=sparse.csr_array(
                (np.concatenate([self._part()[kept], np.ones(count)]), at),
                shape=(count, len(options) + count),
            ),
            lower=np.ones(count),
        )

    def _part(self) -> FloatArray:
        return np.minimum(self.gain / self.today[self.place], 1.0)


def shortfall(
    problem: Problem,
    etp: Sequence[float],
    *,
    decay: Decay,
    seuil: float,
    par_etp: float,
) -> Gains:
    """State what sites of each size would fill of what the communes lack.

    Parameters
    ----------
    problem : Problem
        Its demands are those of the closed area, with `population_standardisee`, `apl`, and
        `compte`: whether what the commune lacks counts. All share the consultations.
    etp : sequence of float
        Full-time GPs that a site may have.
    decay : callable
        Weight of the APL.
    seuil : float
        Consultations a year by standardised inhabitant.
    par_etp : float
        Consultations a year of a full-time GP.

    Notes
    -----
    The formulation is the project's own.

    Examples
    --------
    >>> import pandas as pd
    >>> from diagterritoire.core.siting.problem import state
    >>> from diagterritoire.decay import within
    >>> trajets = pd.DataFrame({"code_commune": ["A", "B"], "candidat": "x", "temps_min": [5, 15]})
    >>> demande = pd.DataFrame({
    ...     "code_commune": ["A", "B"], "population": [10, 30], "temps_min": [16.0, 15.0],
    ...     "population_standardisee": [10.0, 30.0], "apl": [2.0, 0.5], "compte": True,
    ... })
    >>> names = ("population_standardisee", "apl", "compte")
    >>> stated = state(trajets, demande, pd.Series(["x"]), autres=names)
    >>> gains = shortfall(stated, [1.0], decay=within(20), seuil=2.5, par_etp=40.0)
    >>> gains.today.tolist(), gains.after(()).tolist()
    ([5.0, 60.0], [30.0])
    """
    people = problem.column("population_standardisee")
    counted = problem.column("compte") > 0
    lacking = people * np.maximum(seuil - problem.column("apl"), 0.0) * counted
    size = len(problem.candidats)
    weight = decay(problem.minutes)
    around = totals(problem.candidat, weight * people[problem.place], size)
    share = ratio(np.full(size, par_etp), around)
    given = weight * share[problem.candidat] * people[problem.place]
    kept = (given > 0) & (lacking[problem.place] > 0)
    order = np.argsort(problem.candidat[kept], kind="stable")
    place, candidat = problem.place[kept][order], problem.candidat[kept][order]
    given = given[kept][order]
    levels = np.asarray(etp, dtype=np.float64)
    return Gains(
        today=lacking,
        place=np.tile(place, len(levels)),
        option=np.concatenate([candidat + size * rank for rank in range(len(levels))]),
        gain=np.concatenate([given * level for level in levels]),
        candidat=np.tile(np.arange(size), len(levels)),
        etp=np.repeat(levels, size),
    )


def shortfall_program(gains: Gains, etp_total: float, added: FloatArray | None = None) -> Program:
    """Choose sites and their sizes, of `etp_total` full-time GPs at most, so that least is missing.

    `added` is what each candidate loses by itself.
    """
    size = len(gains.candidat)
    own = np.zeros(size) if added is None else added[gains.candidat]
    return Program(gains, gains.candidat, gains.etp, own, etp_total)
