"""Ranks of choices of sites by hand, and what is searched for them: nothing of no use."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest

from diagterritoire.core.siting import ranking
from diagterritoire.core.siting.nearest import Values, nearest_program
from diagterritoire.core.siting.program import Outcome, Program
from diagterritoire.core.siting.ranking import best, ranked, splits
from diagterritoire.core.siting.reduction import promising

INF = float("inf")


def drawn(seed: int, size: int = 18) -> Program:
    """People and candidates on a plane, who drive 50 km at most today."""
    rng = np.random.default_rng(seed)
    xy, people = rng.uniform(0, 60, (size, 2)), rng.integers(10, 900, size).astype(float)
    km = np.hypot(*(xy[:, None] - xy[None]).transpose(2, 0, 1))
    place, option = np.nonzero(km < 50)
    value = people[place] * km[place, option]
    return nearest_program(Values(people * 50.0, place, option, value, size))


@pytest.mark.parametrize(
    ("seed", "tight", "kept"), [(1, 8, 14), (2, 6, 10), (4, 10, 14), (5, 8, 9)]
)
def test_how_much_is_left_out_of_the_search(seed, tight, kept) -> None:
    program = drawn(seed)
    losses = {choice: program.loss(choice) for choice in combinations(range(18), 3)}
    least = min(losses.values())
    (known,) = [choice for choice, loss in losses.items() if loss == least]
    good = {o for choice, loss in losses.items() if loss <= least * 1.05 for o in choice}
    for split in (None, [0.0] * 3):
        # With the best known, its three options alone may be in as good a choice.
        assert promising(program, 3, least, split).tolist() == list(known)
        some = set(promising(program, 3, least * 1.05, split).tolist())
        assert good <= some
        # What the bound cannot tell: it was so when the steps of its search were chosen.
        assert (len(good), len(some)) == (tight, kept)
    assert best(program, 3).choice == known


def test_ranks_are_those_of_every_choice() -> None:
    program = drawn(2, 9)
    losses = sorted((program.loss(c), c) for c in combinations(range(9), 3))
    for few in (2000, 5, 0):
        found = ranked(program, 3, 5, few=few).choices
        assert [r.outcome.choice for r in found] == [c for _, c in losses[:5]]
        assert [r.rang for r in found] == [1, 2, 3, 4, 5]
        assert not any(r.ex_aequo for r in found)
        assert [r.outcome.loss for r in found] == pytest.approx([loss for loss, _ in losses[:5]])


def alone(*saved: float) -> Program:
    """Places that lose 10 each, and a candidate for each that saves so much of it."""
    size = len(saved)
    rank = np.arange(size)
    return nearest_program(Values(np.full(size, 10.0), rank, rank, 10.0 - np.array(saved), size))


def ranks(program: Program, size: int, count: int, few: int) -> list[tuple[object, ...]]:
    found = ranked(program, size, count, few=few).choices
    return [(r.outcome.choice, r.rang, r.ex_aequo) for r in found]


@pytest.mark.parametrize("few", [2000, 0])
def test_ties_share_their_rank_and_hide_nobody(few) -> None:
    program = alone(5.0, 7.0, 5.0, 5.0, 1.0)
    assert ranks(program, 1, 3, few) == [((1,), 1, False), ((0,), 2, True), ((2,), 2, True)]
    assert ranks(program, 1, 4, few)[3] == ((3,), 2, True)
    assert ranks(program, 1, 9, few)[4] == ((4,), 5, False)
    assert ranks(program, 2, 3, few) == [((0, 1), 1, True), ((1, 2), 1, True), ((1, 3), 1, True)]
    # As good to a billionth of what is lost today.
    near = alone(5.0, 5.0 + 1e-8, 4.0)
    assert ranks(near, 1, 2, few) == [((0,), 1, True), ((1,), 1, True)]
    # The first of those that are as good, even found last.
    assert ranks(alone(5.0, 5.0 + 5e-9, 5.0 + 1e-8), 1, 1, few) == [((0,), 1, True)]
    late = ranks(alone(7.0, 6.0, 5.0, 5.0 + 4e-9, 5.0 + 8e-9), 1, 3, few)
    assert late == [((0,), 1, False), ((1,), 2, False), ((2,), 3, True)]
    assert ranks(alone(5.0, 5.0), 1, 2, few) == [((0,), 1, True), ((1,), 1, True)]
    one = np.array([0, 0])
    # A billionth apart of what is lost today, and a little more.
    for gap, tied in ((1e-9, True), (1.1e-9, False)):
        values = Values(np.array([1.0]), one, np.array([0, 1]), np.array([0.0, gap]), 2)
        assert ranks(nearest_program(values), 1, 2, few)[0] == ((0,), 1, tied)
    far = alone(5.0, 5.0 + 1e-6, 4.0)
    assert ranks(far, 1, 2, few) == [((1,), 1, False), ((0,), 2, False)]


@pytest.mark.parametrize("few", [2000, 0])
def test_what_brings_nothing_is_no_choice(few) -> None:
    found = ranked(alone(0.0, 3.0), 2, 2, few=few)
    assert (found.choices, found.motif) == ((), "un site de plus n'apporte rien")
    found = ranked(alone(0.0, 0.0), 1, 2, few=few)
    assert found.motif == "aucun candidat n'améliore la situation présente"
    assert ranks(alone(0.0, 3.0), 1, 2, few) == [((1,), 1, False)]
    assert ranked(alone(1.0, 3.0), 3, 2, few=few).motif == "3 sites demandés pour 2 candidats admis"


def test_splits_are_of_whole_steps() -> None:
    assert splits(1.5, 2, 0.5) == ((1.0, 0.5),)
    assert splits(0.3, 3, 0.1) == ((0.1, 0.1, 0.1),)
    assert splits(1.0, 3, 0.5) == ()
    assert splits(0.7, 1, 0.5) == ((0.5,),)
    assert splits(0.4, 1, 0.5) == ()


class Told:
    """Stands for the exact search, and notes what it is asked."""

    def __init__(self, monkeypatch, answer: Outcome | None = None) -> None:
        self.asked: list[dict[str, object]] = []
        self.known: list[float] = []
        search, reduced = ranking.solve, ranking.promising

        def solve(program, size, **asked):
            self.asked.append(asked)
            return answer or search(program, size, **asked)

        def promising(program, size, known, split=None):
            self.known.append(known)
            return reduced(program, size, known, split)

        monkeypatch.setattr(ranking, "solve", solve)
        monkeypatch.setattr(ranking, "promising", promising)


@pytest.fixture
def heavy(monkeypatch):
    """Programs are all too heavy to be searched whole."""
    monkeypatch.setattr(ranking, "_LIGHT", 0)


def test_a_light_program_is_searched_whole(monkeypatch) -> None:
    told = Told(monkeypatch)
    program = drawn(1)
    monkeypatch.setattr(ranking, "_LIGHT", len(program.aim.place))
    best(program, 2)
    assert told.asked == [{"split": None, "limit_s": 60.0}]
    ranked(program, 1, 1, few=0)
    assert told.asked[1]["limit_s"] == 60.0


@pytest.mark.usefixtures("heavy")
@pytest.mark.parametrize("split", [None, (0.0, 0.0, 0.0)])
def test_a_heavy_program_is_searched_among_what_is_promising(monkeypatch, split) -> None:
    told = Told(monkeypatch)
    program = drawn(1)
    least = min((program.loss(c), c) for c in combinations(range(18), 3))
    found = best(program, 3, split=split)
    assert (found.choice, found.loss) == (least[1], least[0])
    # Swaps found the best choice: no other option may do as well.
    (asked,) = told.asked
    assert asked["among"].tolist() == list(least[1])
    assert asked["split"] == split


@pytest.mark.usefixtures("heavy")
def test_what_swaps_cannot_hold_is_searched_whole(monkeypatch) -> None:
    told = Told(monkeypatch)
    best(alone(3.0, 5.0, 4.0), 3)
    assert told.asked[0]["among"].tolist() == [0, 1, 2]
    assert best(alone(3.0, 5.0), 3).motif == "3 sites demandés pour 2 candidats admis"
    best(replace(alone(3.0, 5.0, 4.0), etp_total=2.0), 2)
    best(replace(alone(3.0, 5.0, 4.0), etp_total=2.0), 2, split=(0.0, 0.0))
    assert [asked.get("among") is None for asked in told.asked] == [False, True, True, False]


@pytest.mark.usefixtures("heavy")
def test_a_search_that_stops_early_gives_what_swaps_found(monkeypatch) -> None:
    program = alone(3.0, 5.0, 4.0)
    kept = Outcome((1,), 25.0, 10.0)
    for answer, expected in (
        (Outcome((), INF, 10.0), kept),
        (Outcome((0,), 27.0, 10.0), kept),
        (Outcome((0,), 27.0, 26.0), Outcome((1,), 25.0, 25.0)),
        (Outcome((2,), 25.0, 12.0), Outcome((2,), 25.0, 12.0)),
        (Outcome((2,), 24.0, 12.0), Outcome((2,), 24.0, 12.0)),
    ):
        with monkeypatch.context() as patch:
            Told(patch, answer)
            assert best(program, 1) == expected


def test_few_choices_are_valued_without_any_search(monkeypatch) -> None:
    told = Told(monkeypatch)
    program = drawn(2, 9)
    # 36 pairs begin the choices of three.
    assert len(ranked(program, 3, 2, few=36).choices) == 2
    assert told.asked == []
    ranked(program, 3, 2, few=35)
    assert len(told.asked) == 1
    # 8 options are left, of 28 pairs: too many for 27.
    left = len(ranking.promising(program, 3, told.known[0]))
    pairs = left * (left - 1) // 2
    ranked(program, 3, 2, few=pairs)
    assert len(told.asked) == 2
    ranked(program, 3, 2, few=pairs - 1)
    assert len(told.asked) > 3


def test_the_search_gives_up_after_four_tries_a_choice(monkeypatch) -> None:
    told = Told(monkeypatch)
    (only,) = ranked(alone(*[5.0] * 9), 1, 1, few=0).choices
    assert only.ex_aequo
    # The best, then four as good.
    assert len(told.asked) == 1 + 4
    assert [len(asked.get("forbidden", ())) for asked in told.asked][1:] == [4] * 4


@pytest.mark.parametrize(
    ("size", "count", "loss"),
    [(1, 0, 43), (1, 1, 45), (1, 3, 45), (1, 4, 49), (1, 5, 50),
     (2, 2, 38), (2, 3, 40), (2, 4, 40), (2, 5, 42), (2, 6, 44), (2, 7, 50)],
)  # fmt: skip
def test_how_much_may_be_lost_among_the_first(monkeypatch, size, count, loss) -> None:
    told = Told(monkeypatch)
    program = alone(5.0, 7.0, 5.0, 5.0, 1.0)
    ranked(program, size, count, few=0)
    # The loss of one choice more than asked, among those at one swap of the best; of today if less.
    assert told.known == [loss]


def test_two_sizes_of_a_candidate_are_no_swap(monkeypatch) -> None:
    told = Told(monkeypatch)
    program = replace(alone(5.0, 7.0, 4.0, 1.0), candidat=np.array([0, 0, 1, 2]))
    ranked(program, 2, 1, few=0)
    # (1, 2) loses 29, (0, 2) 31, (1, 3) 32; (0, 1) would lose 28.
    assert told.known == [31]
