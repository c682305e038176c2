"""Aims that depend on the nearest site only: population covered, mean time, self-containment.

Each inhabitant of a place loses `v_ij` when candidate j is the nearest, `b_i` without any: today's.
The loss of a choice is the sum of the least values, `sum_i min(b_i, min_j v_ij)`, an uncapacitated
location problem whose fixed sites, those in place, are in `b`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from diagterritoire.core.identifiers import IntArray, totals
from diagterritoire.core.siting.problem import Problem
from diagterritoire.core.siting.program import Choice, Program, Rows, held

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class Values:
    """Losses of the places: of today, and through each candidate that lowers them.

    Attributes
    ----------
    today : float[p]
        Loss of each place today.
    place, option : int[n]
        Pairs, sorted by place; an option is a candidate.
    value : float[n]
        Loss of the place were this candidate its nearest, under `today`.
    size : int
        Number of candidates.
    """

    today: FloatArray
    place: IntArray
    option: IntArray
    value: FloatArray
    size: int

    def after(self, choice: Choice) -> FloatArray:
        """Loss of a choice with one more candidate, for each."""
        now = self.today.copy()
        chosen = held(self.option, choice, self.size)
        np.minimum.at(now, self.place[chosen], self.value[chosen])
        saved = np.maximum(now[self.place] - self.value, 0.0)
        return float(now.sum()) - totals(self.option, saved, self.size)

    def terms(self, price: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Loss that each pair adds to the prices of the places, and its slope."""
        term = np.minimum(self.value - price[self.place], 0.0)
        return term, np.where(term < 0, -1.0, 0.0)

    def rows(self, options: IntArray) -> Rows:
        """Write the linear form for these candidates.

        Notes
        -----
        For each place, the values under today's, sorted and distinct, `v_1 < ... < v_m < b`: its
        loss is `v_1 + sum_r (v_{r+1} - v_r) z_r` where `v_{m+1} = b` and `z_r` is 1 when no
        candidate of value `v_r` or less is chosen. A set of candidates has one `z` whatever the
        places that it comes from, so that alike places are one; the sets of a place being nested,
        the rows `z_r + sum (those of value v_r) x_j >= z_{r-1}` hold each candidate once. `z` needs
        not be declared whole: it is, wherever x is.

        References
        ----------
        Cornuejols, Nemhauser and Wolsey (1980), canonical representation; Elloumi (2010), a tighter
        formulation of the p-median problem.
        """
        column = np.full(self.size, -1)
        column[options] = np.arange(len(options))
        kept = column[self.option] >= 0
        place, option, value = self.place[kept], column[self.option[kept]], self.value[kept]
        # A set of candidates is a whole number, one bit each: exact, and small enough to be kept.
        sets: dict[int, int] = {}
        weight: list[float] = []
        entries: list[tuple[int, int, float]] = []
        lower: list[float] = []
        constant = float(self.today.sum())
        for group in _groups(place):
            levels, rank = np.unique(value[group], return_inverse=True)
            steps = np.diff(np.append(levels, self.today[place[group[0]]]))
            constant -= float(steps.sum())
            seen, previous = 0, -1
            for level, step in enumerate(steps.tolist()):
                new = option[group[rank == level]].tolist()
                seen |= sum(1 << j for j in new)
                number = sets.setdefault(seen, len(sets))
                if number == len(weight):
                    weight.append(0.0)
                    lower.append(1.0 if previous < 0 else 0.0)
                    entries += [(number, j, 1.0) for j in new]
                    entries.append((number, len(options) + number, 1.0))
                    if previous >= 0:
                        entries.append((number, len(options) + previous, -1.0))
                weight[number] += step
                previous = number
        at = np.array([entry[:2] for entry in entries], dtype=np.int64).reshape(-1, 2).T
        data = np.array([entry[2] for entry in entries], dtype=np.float64)
        shape = (len(weight), len(options) + len(weight))
        return Rows(
            np.array(weight), constant, sparse.csr_array((data, at), shape=shape), np.array(lower)
        )


def coverage(problem: Problem, within_min: float) -> Values:
    """Count the population farther than so many minutes from every site, to be made least (MCLP).

    A place reached in exactly `within_min` is covered.

    References
    ----------
    Church and ReVelle (1974), maximal covering location problem.

    Examples
    --------
    >>> import pandas as pd
    >>> from diagterritoire.core.siting.problem import state
    >>> trajets = pd.DataFrame({"code_commune": ["A", "B"], "candidat": "x", "temps_min": [5, 15]})
    >>> demande = pd.DataFrame(
    ...     {"code_commune": ["A", "B", "C"], "population": [9, 7, 5], "temps_min": [16.0, 99, 15]}
    ... )
    >>> values = coverage(state(trajets, demande, pd.Series(["x"])), 15.0)
    >>> values.today.tolist(), values.after(()).tolist()
    ([9.0, 7.0, 0.0], [0.0])
    """
    lost = problem.column("population") * (problem.column("temps_min") > within_min)
    return _values(problem, lost, np.where(problem.minutes <= within_min, 0.0, np.inf))


def median(problem: Problem, ceiling_min: float) -> Values:
    """Sum the minutes that the inhabitants drive to the nearest site (p-median).

    A place that reaches no site counts `ceiling_min`, so that reaching one is a gain: give a time
    that no trip exceeds.

    References
    ----------
    Hakimi (1964), p-median; the existing sites are fixed.

    Examples
    --------
    >>> import pandas as pd
    >>> from diagterritoire.core.siting.problem import state
    >>> trajets = pd.DataFrame({"code_commune": ["A", "B"], "candidat": "x", "temps_min": [5, 15]})
    >>> demande = pd.DataFrame(
    ...     {"code_commune": ["A", "B"], "population": [10, 7], "temps_min": [16.0, None]}
    ... )
    >>> values = median(state(trajets, demande, pd.Series(["x"])), 60.0)
    >>> values.today.tolist(), values.after(()).tolist()
    ([160.0, 420.0], [155.0])
    """
    people, now = problem.column("population"), problem.column("temps_min")
    now = np.where(np.isinf(now), ceiling_min, now)
    return _values(problem, people * now, people[problem.place] * problem.minutes)


def containment(problem: Problem) -> Values:
    """Count the population whose nearest site is out of the zone, to be made the least.

    The demands have a column `dehors`: whether their nearest existing site is out of the zone.
    Every candidate lies in the zone: one that is strictly nearer keeps the place. Those that reach
    no site are counted out.

    Notes
    -----
    « Everyone goes to the nearest » is an assumption that makes the aim linear: with shares that
    fall with time, the part kept is a ratio of sums. What the zone keeps by the flows of the
    diagnosis is another figure, and moves the same way.

    Examples
    --------
    >>> import pandas as pd
    >>> from diagterritoire.core.siting.problem import state
    >>> trajets = pd.DataFrame({"code_commune": ["A", "B"], "candidat": "x", "temps_min": [5, 15]})
    >>> demande = pd.DataFrame({
    ...     "code_commune": ["A", "B"], "population": [10, 7], "temps_min": [16.0, 15.0],
    ...     "dehors": [True, True],
    ... })
    >>> stated = state(trajets, demande, pd.Series(["x"]), autres=("dehors",))
    >>> values = containment(stated)
    >>> values.today.tolist(), values.after(()).tolist()
    ([10.0, 7.0], [7.0])
    """
    lost = problem.column("population") * (problem.column("dehors") > 0)
    nearer = problem.minutes < problem.column("temps_min")[problem.place]
    return _values(problem, lost, np.where(nearer, 0.0, np.inf))


def _values(problem: Problem, base: FloatArray, value: FloatArray) -> Values:
    """Keep the pairs that lower a loss."""
    lower = value < base[problem.place]
    return Values(
        base, problem.place[lower], problem.candidat[lower], value[lower], len(problem.candidats)
    )


def nearest_program(values: Values, added: FloatArray | None = None) -> Program:
    """Choose candidates so that the loss is least; `added` is what each loses by itself."""
    return Program(
        aim=values,
        candidat=np.arange(values.size),
        etp=np.zeros(values.size),
        added=np.zeros(values.size) if added is None else added,
    )


def _groups(place: IntArray) -> list[IntArray]:
    """Rows of the pairs of each place that has any."""
    if not len(place):
        return []
    return np.split(np.arange(len(place)), np.flatnonzero(np.diff(place)) + 1)
