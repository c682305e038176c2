"""A problem of siting with its aim and its constraints, and its solution by HiGHS with a proof."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

from diagterritoire.core.identifiers import IntArray
from diagterritoire.workers import apart

FloatArray = NDArray[np.float64]
Choice = tuple[int, ...]
# What the objective sums to for the solver, whose tolerances are absolute.
_SCALE = 1e4
# Two losses are equal within this part of the loss of today: what sums leave.
EQUAL = 1e-9
_DONE, _STOPPED, _INFEASIBLE = 0, 1, 2


@dataclass(frozen=True)
class Rows:
    """Linear form of an aim: `min cost·u + constant` where `A (x, u) >= lower`, u in [0, 1].

    Attributes
    ----------
    cost : float[n]
        Of the n unknowns that come after those of the options.
    constant : float
        Loss that no choice avoids.
    matrix, lower
        `A`, a column for each option then for each unknown; lower bounds of its rows.
    """

    cost: FloatArray
    constant: float
    matrix: sparse.csr_array
    lower: FloatArray


class Aim(Protocol):
    """What a choice of options makes the least: a loss that is a sum over places.

    `today` is the loss of each place without any option; `place` and `option` are the pairs where
    an option lowers it.
    """

    @property
    def today(self) -> FloatArray:
        """Loss of each place today."""

    @property
    def place(self) -> IntArray:
        """Place of each pair."""

    @property
    def option(self) -> IntArray:
        """Option of each pair."""

    def after(self, choice: Choice) -> FloatArray:
        """Loss of a choice with one more option, for each option."""

    def terms(self, price: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Loss that each pair adds when its place pays a price instead of a site, and its slope.

        Whatever the prices, from 0 to `today`, a choice loses at least their sum and, for each of
        its options, the terms of its pairs.
        """

    def rows(self, options: IntArray) -> Rows:
        """Linear form of the aim, for these options only."""


@dataclass(frozen=True)
class Program:
    """Choose options so that the loss of an aim is least.

    Attributes
    ----------
    aim : Aim
    candidat : int[o]
        Candidate of each option: at most one option of each is chosen.
    etp : float[o]
        Full-time GPs of each option; 0 where the aim counts none.
    added : float[o]
        Loss that each option adds by itself, 0 or more.
    etp_total : float
        Full-time GPs of a choice, at most.
    """

    aim: Aim
    candidat: IntArray
    etp: FloatArray
    added: FloatArray
    etp_total: float = np.inf

    @property
    def base(self) -> float:
        """Loss of today, without any new site."""
        return float(self.aim.today.sum())

    @property
    def step(self) -> float:
        """Difference of losses from which they are not equal."""
        return EQUAL * max(self.base, 1.0)

    @property
    def most(self) -> int:
        """Number of candidates."""
        return len(np.unique(self.candidat))

    def after(self, choice: Choice) -> FloatArray:
        """Loss of a choice with one more option, for each option."""
        return self.aim.after(choice) + self.added + float(self.added[list(choice)].sum())

    def loss(self, choice: Choice) -> float:
        """Loss of a choice, exactly; that of today for none."""
        return float(self.after(choice[:-1])[choice[-1]]) if choice else self.base

    def allows(self, choice: Choice, split: Sequence[float] | None = None) -> bool:
        """Tell whether a choice has one option a candidate, and the full-time GPs asked for."""
        if len(set(self.candidat[list(choice)].tolist())) < len(choice):
            return False
        etp = self.etp[list(choice)]
        if split is not None:
            return bool(np.allclose(np.sort(etp), np.sort(split)))
        return float(etp.sum()) <= self.etp_total + EQUAL


def held(option: IntArray, choice: Choice, size: int) -> NDArray[np.bool_]:
    """Tell which pairs are of an option of a choice, among `size` options."""
    inside = np.zeros(size, dtype=bool)
    inside[list(choice)] = True
    return inside[option]


@dataclass(frozen=True)
class Outcome:
    """The best choice that was found, and how far from the best it may be.

    Attributes
    ----------
    choice : tuple of int
        Options, in order; empty when nothing is feasible.
    loss, bound : float
        Its loss, and a loss that no choice goes under.
    motif : str
        Why there is none, in French; empty otherwise.
    """

    choice: Choice
    loss: float
    bound: float
    motif: str = ""

    @property
    def found(self) -> bool:
        """Whether there is a choice."""
        return bool(self.choice)

    @property
    def gap(self) -> float:
        """Part of the loss that might still be gained; 0 when the choice is proved the best."""
        short = self.loss - self.bound
        return short / self.loss if self.loss > 0 and short > EQUAL * self.loss else 0.0


@dataclass(frozen=True)
class Minimum:
    """Point found by HiGHS (None: none yet), and a value that none goes under."""

    x: FloatArray | None
    bound: float


def minimum(
    cost: FloatArray,
    options: int,
    matrix: sparse.csr_array,
    lower: FloatArray,
    upper: FloatArray,
    limit_s: float,
) -> Minimum | None:
    """Solve `min c·x`, `lower <= A x <= upper`, x in [0, 1], the first `options` whole.

    Returns
    -------
    Minimum or None
        None when no x satisfies the rows.

    References
    ----------
    HiGHS, by `scipy.optimize.milp`.
    """
    result = apart(
        milp,
        cost,
        integrality=np.arange(len(cost)) < options,
        bounds=Bounds(0, 1),
        constraints=LinearConstraint(matrix, lower, upper),
        options={"mip_rel_gap": 0.0, "time_limit": limit_s},
    )
    if result.status == _INFEASIBLE:
        return None
    if result.status not in (_DONE, _STOPPED):
        raise ArithmeticError(f"HiGHS: {result.message}")
    bound = 0.0 if result.mip_dual_bound is None else float(result.mip_dual_bound)
    return Minimum(result.x, bound)


def solve(
    program: Program,
    size: int,
    *,
    among: IntArray | None = None,
    forbidden: Sequence[Choice] = (),
    split: Sequence[float] | None = None,
    limit_s: float = 60.0,
) -> Outcome:
    """Choose the best `size` options, some choices left out.

    Parameters
    ----------
    program : Program
    size : int
        Number of options, 1 or more.
    among : array of int, optional
        The only options to choose among; all by default.
    forbidden : sequence of tuple of int
        Choices of `size` options that are not wanted: each is cut off by `sum x <= size - 1`.
    split : sequence of float, optional
        Full-time GPs of the options, one each, in any order; None leaves them free.
    limit_s : float
        Seconds after which the search stops with the best choice found and its bound.

    Returns
    -------
    Outcome
        Its loss is computed again from its options, never read from the solver.
    """
    if size > program.most:
        motif = f"{size} sites demandés pour {program.most} candidats admis"
        return Outcome((), np.inf, np.inf, motif)
    options = np.arange(len(program.candidat)) if among is None else among
    rows = program.aim.rows(options)
    scale = _SCALE / program.base if program.base > 0 else 1.0
    matrix, lower, upper = _common(program, options, size, forbidden, split)
    wide = rows.matrix.shape[1] - len(options)
    answer = minimum(
        np.concatenate([program.added[options], rows.cost]) * scale,
        len(options),
        sparse.vstack(
            [rows.matrix, sparse.hstack([matrix, sparse.csr_array((len(lower), wide))])],
            format="csr",
        ),
        np.concatenate([rows.lower, lower]),
        np.concatenate([np.full(len(rows.lower), np.inf), upper]),
        limit_s,
    )
    if answer is None:
        return Outcome((), np.inf, np.inf, _reason(program, size, split))
    bound = rows.constant + answer.bound / scale
    if answer.x is None:
        return Outcome((), np.inf, bound, "aucun choix trouvé dans le temps accordé")
    choice = tuple(options[answer.x[: len(options)] > 0.5].tolist())
    loss = program.loss(choice)
    return Outcome(choice, loss, min(bound, loss))


def _reason(program: Program, size: int, split: Sequence[float] | None) -> str:
    least = float(program.etp.min()) if split is None else 0.0
    if size * least > program.etp_total + EQUAL:
        return (
            f"{size} sites d'au moins {least:g} temps plein dépassent les "
            f"{program.etp_total:g} temps plein disponibles"
        )
    return "aucun autre choix ne respecte toutes les contraintes"


def _common(
    program: Program,
    options: IntArray,
    size: int,
    forbidden: Sequence[Choice],
    split: Sequence[float] | None,
) -> tuple[sparse.csr_array, FloatArray, FloatArray]:
    """Rows of every program: how many options, one by candidate, full time, choices cut off."""
    count, etp = len(options), program.etp[options]
    exactly = [(np.ones(count), float(size))]
    for level in sorted(set(split or ())):
        same = np.isclose(etp, level).astype(np.float64)
        exactly.append((same, float(list(split or ()).count(level))))
    names, group = np.unique(program.candidat[options], return_inverse=True)
    at_most = [(np.isin(options, one).astype(np.float64), size - 1.0) for one in forbidden]
    if len(names) < count:
        at_most += [((group == one).astype(np.float64), 1.0) for one in range(len(names))]
    if np.isfinite(program.etp_total):
        at_most.append((etp, program.etp_total + EQUAL))
    every = exactly + at_most
    upper = np.array([bound for _, bound in every])
    lower = np.where(np.arange(len(every)) < len(exactly), upper, -np.inf)
    return sparse.csr_array(np.array([row for row, _ in every])), lower, upper
