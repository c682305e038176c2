"""A good choice in no time, by adding the best option then by swapping: no proof comes with it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from diagterritoire.core.identifiers import IntArray

FloatArray = NDArray[np.float64]
Choice = tuple[int, ...]


def improved(
    after: Callable[[Choice], FloatArray], candidat: IntArray, slots: Sequence[NDArray[np.bool_]]
) -> Choice:
    """Choose options one by one, then swap one for another while that lowers the loss.

    Parameters
    ----------
    after : callable
        Loss of a choice with one more option, for each option.
    candidat : array of int
        Candidate of each option: one option of each at most.
    slots : sequence of array of bool
        For each place of the choice, the options that it may hold: as many candidates as places.

    References
    ----------
    Teitz and Bart (1968), vertex substitution.

    Examples
    --------
    >>> loss = np.array([[9.0, 5.0, 6.0], [4.0, 8.0, 5.5], [7.0, 3.0, 1.0]])
    >>> def after(chosen):
    ...     return np.minimum(loss, loss[:, list(chosen)].min(axis=1, initial=9)[:, None]).sum(0)
    >>> improved(after, np.arange(3), [np.ones(3, dtype=bool)] * 2)
    (0, 2)
    """
    held: list[int] = []
    now = np.inf
    for slot in slots:
        option, now = _best(after, candidat, tuple(held), slot)
        held.append(option)
    while True:
        swaps = [
            (*_best(after, candidat, tuple(held[:at] + held[at + 1 :]), slot), at)
            for at, slot in enumerate(slots)
        ]
        option, loss, at = min(swaps, key=lambda swap: (swap[1], swap[2]))
        if not loss < now * (1 - 1e-12):
            return tuple(sorted(held))
        held[at], now = option, loss


def _best(
    after: Callable[[Choice], FloatArray],
    candidat: IntArray,
    held: Choice,
    slot: NDArray[np.bool_],
) -> tuple[int, float]:
    """Option that lowers the loss most, of a candidate that holds none."""
    free = slot & ~np.isin(candidat, candidat[list(held)])
    losses = np.where(free, after(held), np.inf)
    option = int(np.argmin(losses))
    return option, float(losses[option])
