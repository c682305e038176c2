"""Siting, at the edge."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from diagterritoire.core.siting.interchange import improved
from diagterritoire.core.siting.nearest import Values, nearest_program
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
