"""Which options may belong to a choice as good as one that is known: the others are left out.

A bound of every choice comes from prices: each place pays what it would lose without a site, and an
option gives back to its places what it saves them (Lagrangian relaxation of the assignment of
places to options). An option whose best choice has a bound over the known loss is of no use.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from diagterritoire.core.identifiers import IntArray, totals
from diagterritoire.core.siting.program import Program, held

FloatArray = NDArray[np.float64]
_ROUNDS = 300
# Rounds without a better bound after which the steps are halved.
_PATIENCE = 15


def promising(
    program: Program, size: int, known: float, split: Sequence[float] | None = None
) -> IntArray:
    """Keep the options that a choice of `size` options may hold without losing more than `known`.

    Parameters
    ----------
    program : Program
    size : int
    known : float
        Loss that is already known to be had: every choice that loses no more is kept whole.
    split : sequence of float, optional
        Full-time GPs of the options, one each.

    Notes
    -----
    Subgradient steps of Held, Wolfe and Crowder; every round leaves options out, and each is
    certain: a bound of any prices is a bound.
    """
    aim = program.aim
    price, scale, best, still = aim.today.copy(), 2.0, -np.inf, 0
    kept = np.ones(len(program.candidat), dtype=bool)
    for _ in range(_ROUNDS):
        term, slope = aim.terms(price)
        worth = program.added + totals(aim.option, term, len(kept))
        chosen, cheapest = _cheapest(program, worth, size, split)
        bound = float(price.sum() + worth[chosen].sum())
        kept &= bound + worth - cheapest <= known + program.step
        still = 0 if bound > best else still + 1
        best = max(best, bound)
        if best >= known or still > _PATIENCE:
            scale, still = scale / 2, 0
        used = held(aim.option, tuple(chosen.tolist()), len(kept))
        uphill = 1.0 + totals(aim.place[used], slope[used], len(price))
        length = float(uphill @ uphill)
        if length == 0 or scale < 1e-3:
            break
        price = np.clip(price + scale * (known - bound) / length * uphill, 0.0, aim.today)
    return np.flatnonzero(kept)


def _cheapest(
    program: Program, worth: FloatArray, size: int, split: Sequence[float] | None
) -> tuple[IntArray, FloatArray]:
    """Options of least worth, and for each option the worth of the one it would take the place of.

    One option a candidate is asked for where the sizes are free, nothing more where they are given:
    a looser rule only lowers the bound.
    """
    if split is not None:
        chosen: list[int] = []
        instead = np.full(len(worth), np.inf)
        for level in sorted(set(split)):
            same = np.flatnonzero(np.isclose(program.etp, level))
            count = min(list(split).count(level), len(same))
            first = same[np.argsort(worth[same], kind="stable")[:count]]
            instead[same] = worth[first[-1]] if count else np.inf
            chosen += first.tolist()
        return np.array(chosen, dtype=np.intp), np.minimum(worth, instead)
    order = np.argsort(worth, kind="stable")
    _, first = np.unique(program.candidat[order], return_index=True)
    chosen_ = order[np.sort(first)[:size]]
    return chosen_, np.minimum(worth, worth[chosen_[-1]])
