"""Siting, at the edge."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from diagterritoire.core.siting.interchange import improved
from diagterritoire.core.siting.nearest import Values, nearest_program
from diagterritoire.core.siting.ranking import ranked
from diagterritoire.core.siting.reduction import promising


def test_the_slope_of_a_term_is_that_of_its_price() -> None:
    # Place 0 loses 5 today, 2 through the candidate; place 1 loses 3, 3 through it.
    values = Values(
        np.array([5.0, 3.0]), np.array([0, 1]), np.array([0, 0]), np.array([2.0, 3.0]), 1
    )
    term, slope = values.terms(np.array([4.0, 3.0]))
    assert term.tolist() == [-2.0, 0.0]
    assert slope.tolist() == [-1.0, 0.0]
    higher, _ = values.terms(np.array([4.5, 3.0]))
    assert (higher - term).tolist() == (0.5 * slope).tolist()


def test_an_option_that_cannot_be_in_a_good_choice_is_left_out() -> None:
    # One place loses 10 today, nothing with option 0, 9 with options 1 and 2: loss 0 is known.
    values = Values(
        np.array([10.0]), np.array([0, 0, 0]), np.array([0, 1, 2]), np.array([0.0, 9.0, 9.0]), 3
    )
    program = nearest_program(values)
    assert promising(program, 1, 0.0).tolist() == [0]
    # A loss of 9 allows them all.
    assert promising(program, 1, 9.0).tolist() == [0, 1, 2]
    # The same where the full-time GPs of the choice are given.
    assert promising(program, 1, 0.0, [0.0]).tolist() == [0]


def test_a_swap_leaves_the_first_pick_when_two_others_do_better() -> None:
    # Alone, option 0 is the best (16 lost, against 18); together, 1 and 2 lose nothing.
    loss = np.array([[4.0, 0.0, 9.0], [4.0, 0.0, 9.0], [4.0, 9.0, 0.0], [4.0, 9.0, 0.0]])

    def after(chosen: tuple[int, ...]) -> np.ndarray:
        held = loss[:, list(chosen)].min(axis=1, initial=10.0)
        return np.minimum(loss, held[:, None]).sum(axis=0)

    assert improved(after, np.arange(3), [np.ones(3, dtype=bool)] * 2) == (1, 2)


def test_a_choice_has_one_option_a_candidate() -> None:
    values = Values(np.array([5.0]), np.array([0, 0]), np.array([0, 1]), np.array([2.0, 1.0]), 2)
    one = replace(nearest_program(values), candidat=np.array([7, 7]))
    assert not one.allows((0, 1))
    assert one.allows((1,))
    assert nearest_program(values).allows((0, 1))


def test_the_second_choices_are_the_same_searched_or_valued_one_by_one() -> None:
    # Two sizes a candidate: choices that hold both of one are no choices.
    rng = np.random.default_rng(3)
    for _ in range(2):
        value = rng.integers(0, 9, (6, 8)).astype(float)
        place, option = np.nonzero(value < 8)
        values = Values(np.full(6, 8.0), place, option, value[place, option], 8)
        program = replace(nearest_program(values), candidat=np.repeat(np.arange(4), 2))
        one_by_one = ranked(program, 2, 4)
        searched = ranked(program, 2, 4, few=0)
        assert [r.outcome.loss for r in searched.choices] == pytest.approx(
            [r.outcome.loss for r in one_by_one.choices]
        )
        assert len(one_by_one.choices) == 4


def test_both_sizes_of_a_candidate_are_no_choice_that_would_hide_the_second() -> None:
    # Options a, b, c are of one candidate, and would do best together (8 or 9 lost): none may be.
    # Then a with x loses 0 + 5 + 8, a with y 0 + 6 + 8, c with x 8 + 5 + 1.
    value = np.array([[0.0, 8, 8, 8, 8], [8, 0, 8, 5, 6], [8, 8, 1, 8, 8]])
    place, option = np.nonzero(value < 8)
    values = Values(np.full(3, 8.0), place, option, value[place, option], 5)
    program = replace(nearest_program(values), candidat=np.array([0, 0, 0, 1, 2]))
    for few in (0, 2000):
        found = ranked(program, 2, 2, few=few).choices
        assert [(r.outcome.choice, r.outcome.loss) for r in found] == [((0, 3), 13), ((0, 4), 14)]
        assert [r.ex_aequo for r in found] == [False, True]
