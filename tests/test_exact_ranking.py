"""What is searched to rank the choices of sites: nothing else than what may be among them."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest

from diagterritoire.core.siting import ranking
from diagterritoire.core.siting.program import Outcome
from diagterritoire.core.siting.ranking import best, ranked
from test_exact_siting import alone, drawn

INF = float("inf")


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
