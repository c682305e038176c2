"""The best choices in order, not only the best, and the ways to split the same staff."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from diagterritoire.core.identifiers import IntArray
from diagterritoire.core.siting.interchange import improved
from diagterritoire.core.siting.program import EQUAL, Choice, Outcome, Program, solve
from diagterritoire.core.siting.reduction import promising

# With so many partial choices (one option short) or fewer, every choice is valued: that is exact,
# and names every tie.
FEW = 2_000
# Pairs up to which the integer program is solved as fast as options are left out.
_LIGHT = 5_000
# How many choices are cut off, by choice asked for, before the others are given up.
_TRIES = 4


@dataclass(frozen=True)
class Ranked:
    """One of the best choices: `rang` is shared by those of equal loss, `ex_aequo` says so.

    The bound of its outcome is a loss that no choice goes under but those before it.
    """

    outcome: Outcome
    rang: int
    ex_aequo: bool


@dataclass(frozen=True)
class Ranking:
    """The best choices in order, and why there are none or no more, in French."""

    choices: tuple[Ranked, ...]
    motif: str = ""


def best(
    program: Program, size: int, *, split: Sequence[float] | None = None, limit_s: float = 60.0
) -> Outcome:
    """Give the best choice of `size` options, proved by the integer program.

    In a large problem, a choice found by swaps bounds the loss, and leaves out the options that
    cannot do as well. It takes the place of that of an interrupted search, when it is better.

    Parameters
    ----------
    program, size, split, limit_s
        As for `program.solve`.
    """
    known = None if len(program.aim.place) <= _LIGHT else _known(program, size, split)
    if known is None:
        return solve(program, size, split=split, limit_s=limit_s)
    loss = program.loss(known)
    among = promising(program, size, loss, split)
    found = solve(program, size, among=among, split=split, limit_s=limit_s)
    if not found.found or loss < found.loss - program.step:
        return Outcome(known, loss, min(found.bound, loss))
    return found


def _known(program: Program, size: int, split: Sequence[float] | None) -> Choice | None:
    """Find a good choice by swaps; none where full time is bounded, or where there is none."""
    if size > program.most or (split is None and np.isfinite(program.etp_total)):
        return None
    every = np.ones(len(program.candidat), dtype=bool)
    slots = [every if split is None else np.isclose(program.etp, split[at]) for at in range(size)]
    choice = improved(program.after, program.candidat, slots)
    return choice if program.allows(choice, split) else None


def ranked(
    program: Program,
    size: int,
    count: int,
    *,
    split: Sequence[float] | None = None,
    limit_s: float = 60.0,
    few: int = FEW,
) -> Ranking:
    """Give the best choices of `size` options in order of loss, then of options.

    Only choices whose every option lowers the loss are given: without one that does not, the same
    is had with fewer sites. When the best choices all have such an option, none is given.

    Parameters
    ----------
    program : Program
    size, count : int
        Options of a choice; choices wanted.
    split, limit_s
        As for `program.solve`, each search having its own seconds.
    few : int
        Every choice is valued where at most so many partial ones (one option short) are to be,
        among the options that may be in a good one. Otherwise each choice is found by the integer
        program, those before it cut off.
    """
    options = np.arange(len(program.candidat))
    if size > program.most:
        return Ranking((), solve(program, size, split=split).motif)
    if math.comb(len(options), size - 1) > few:
        first = best(program, size, split=split, limit_s=limit_s)
        if not first.found:
            return Ranking((), first.motif)
        options = promising(program, size, _last(program, first, count, split), split)
        if math.comb(len(options), size - 1) > few:
            found = _searched(program, size, count, split, limit_s, options)
            return _ordered(program, found, count)
    return _ordered(program, _valued(program, size, split, options), count)


def _last(program: Program, first: Outcome, count: int, split: Sequence[float] | None) -> float:
    """Loss that so many useful choices, and one more, do not exceed: swaps of one give them."""
    near: dict[Choice, float] = {first.choice: first.loss}
    for at in range(len(first.choice)):
        rest = first.choice[:at] + first.choice[at + 1 :]
        for option, loss in enumerate(program.after(rest).tolist()):
            near[tuple(sorted((*rest, option)))] = loss
    told = 0
    for choice, loss in sorted(near.items(), key=lambda item: item[1]):
        if len(set(choice)) == len(choice) and program.allows(choice, split):
            told += _useful(program, Outcome(choice, loss, loss))
            if told > count:
                return loss
    return program.base


def _valued(
    program: Program, size: int, split: Sequence[float] | None, options: IntArray
) -> Iterator[Outcome]:
    """Value every choice among some options, the best first."""
    losses, starts = [], []
    for start in combinations(range(len(options)), size - 1):
        first = start[-1] + 1 if start else 0
        prefix = tuple(options[list(start)].tolist())
        losses.append(program.after(prefix)[options[first:]])
        starts.append((prefix, first))
    values = np.concatenate(losses)
    begins = np.cumsum([0, *(len(part) for part in losses)])
    for place in np.argsort(values, kind="stable").tolist():
        part = int(np.searchsorted(begins, place, side="right")) - 1
        prefix, first = starts[part]
        choice = (*prefix, int(options[first + place - int(begins[part])]))
        if program.allows(choice, split):
            yield Outcome(choice, float(values[place]), float(values[place]))


def _searched(
    program: Program,
    size: int,
    count: int,
    split: Sequence[float] | None,
    limit_s: float,
    options: IntArray,
) -> Iterator[Outcome]:
    """Find the choices one after another by the integer program."""
    known: list[Choice] = []
    while len(known) < _TRIES * count:
        outcome = solve(program, size, among=options, forbidden=known, split=split, limit_s=limit_s)
        if not outcome.found:
            return
        known.append(outcome.choice)
        yield outcome


def _ordered(program: Program, found: Iterator[Outcome], count: int) -> Ranking:
    """Keep the useful choices, in order, one more than asked to know whether the last is tied."""
    least, step = np.inf, program.step
    kept: list[Outcome] = []
    for outcome in found:
        least = min(least, outcome.loss)
        if outcome.loss >= program.base - step:
            break
        if len(kept) > count and outcome.loss > kept[-1].loss + step:
            break
        if _useful(program, outcome):
            kept.append(outcome)
    if not kept or kept[0].loss > least + step:
        return Ranking((), _nothing(least, program.base - step))
    # HiGHS gives ties in its own order, sums in the order of their terms.
    kept.sort(key=lambda o: (round((o.loss - least) / step), o.choice))
    rows: list[Ranked] = []
    for place, outcome in enumerate(kept):
        beside = [kept[p] for p in (place - 1, place + 1) if 0 <= p < len(kept)]
        tied = [o for o in beside if abs(o.loss - outcome.loss) <= step]
        same = place > 0 and kept[place - 1] in tied
        rows.append(Ranked(outcome, rows[-1].rang if same else place + 1, bool(tied)))
    return Ranking(tuple(rows[:count]))


def _nothing(least: float, base: float) -> str:
    if least >= base:
        return "aucun candidat n'améliore la situation présente"
    return "un site de plus n'apporte rien"


def _useful(program: Program, outcome: Outcome) -> bool:
    """Tell whether every option of a choice lowers the loss."""
    choice = outcome.choice
    rests = (choice[:place] + choice[place + 1 :] for place in range(len(choice)))
    return all(program.loss(rest) > outcome.loss + program.step for rest in rests)


def splits(total: float, size: int, step: float) -> tuple[tuple[float, ...], ...]:
    """List the ways to share full-time GPs among sites, by steps, the most even last.

    Parameters
    ----------
    total, step : float
        Full-time GPs; the least that a site may have. What is left of `total` under a step is not
        placed.
    size : int
        Number of sites.

    Examples
    --------
    >>> splits(4.0, 2, 1.0), splits(3.0, 1, 0.5), splits(1.0, 2, 1.0)
    (((3.0, 1.0), (2.0, 2.0)), ((3.0,),), ())
    """
    parts = math.floor(total / step + EQUAL)
    return tuple(tuple(step * part for part in one) for one in _partitions(parts, size, parts))


def _partitions(total: int, size: int, most: int) -> Iterator[tuple[int, ...]]:
    """Ways to write a number as a sum of `size` whole numbers in decreasing order."""
    if size == 1:
        if 1 <= total <= most:
            yield (total,)
        return
    for first in range(min(most, total - size + 1), 0, -1):
        for rest in _partitions(total - first, size - 1, first):
            yield (first, *rest)
