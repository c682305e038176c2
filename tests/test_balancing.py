"""Doubly constrained flows: hand cases, published examples, laws."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diagterritoire.core.flows.balancing import doubly_constrained, scaled_capacities
from diagterritoire.errors import DataError


def flows(matrix, rows="ABCDE", columns="abcde"):
    table = [
        (rows[i], columns[j], float(value))
        for i, line in enumerate(matrix)
        for j, value in enumerate(line)
        if value > 0
    ]
    return pd.DataFrame(table, columns=["code_residence", "code_exercice", "patients"])


def matrix(flux):
    return flux.pivot_table(
        index="code_residence", columns="code_exercice", values="patients", fill_value=0.0
    ).to_numpy()


def loop(seed, rows, columns, sweeps):
    """Oracle: the same by double loop."""
    out = [[float(v) for v in line] for line in seed]
    for _ in range(sweeps):
        for i, line in enumerate(out):
            total = sum(line)
            for j in range(len(line)):
                line[j] *= rows[i] / total
        for j in range(len(columns)):
            total = sum(line[j] for line in out)
            for line in out:
                line[j] *= columns[j] / total
    return np.array(out)


def test_two_by_two_by_hand():
    # Odds kept: 60*80/(40*20) = 6, rows 100 and 100, columns 120 and 80.
    # x(x - 20) = 6 (100 - x)(120 - x), so x = 78.99...: the root of 5x2 - 1300x + 72000.
    x = (1300 - np.sqrt(1300**2 - 4 * 5 * 72000)) / 10
    done = doubly_constrained(
        flows([[60, 40], [20, 80]]), {"a": 120, "b": 80}, tolerance=1e-12, tours_max=500
    )
    assert done.atteint
    assert done.motif == ""
    assert matrix(done.flux) == pytest.approx(np.array([[x, 100 - x], [120 - x, x - 20]]))


def test_published_four_by_four():
    """Example of the article « Iterative proportional fitting » of Wikipedia, three cycles."""
    seed = np.array([[40, 30, 20, 10], [35, 50, 100, 75], [30, 80, 70, 120], [20, 30, 40, 50]])
    rows = np.array([150.0, 300, 400, 150])
    start = flows(seed * (rows / seed.sum(axis=1))[:, None])
    capacities = dict(zip("abcd", [200, 300, 400, 100], strict=True))
    done = doubly_constrained(start, capacities, tolerance=0.0, tours_max=3)
    printed = [
        [64.61, 46.28, 35.42, 3.83],
        [49.95, 68.15, 156.49, 25.37],
        [56.70, 144.40, 145.06, 53.76],
        [28.74, 41.18, 63.03, 17.03],
    ]
    assert matrix(done.flux).round(2).tolist() == printed
    assert matrix(done.flux).sum(axis=1).round(2).tolist() == [150.13, 299.96, 399.92, 149.99]
    assert doubly_constrained(start, capacities, tolerance=1e-9, tours_max=99).atteint


def test_published_gravity_with_balancing_factors():
    """NPTEL, Transportation Engineering, trip distribution: f as printed there, one sweep.

    The page rounds its balancing factors at each step: the flows agree to a tenth.
    """
    f = np.array([[1.0, 0.69, 0.31], [0.69, 1.0, 0.44], [0.31, 0.44, 1.0]])
    produced, attracted = np.array([98.0, 106, 122]), np.array([102.0, 118, 106])
    share = f * attracted
    start = flows(share / share.sum(axis=1)[:, None] * produced[:, None])
    capacities = dict(zip("abc", attracted, strict=True))
    found = matrix(doubly_constrained(start, capacities, tolerance=0.0, tours_max=1).flux)
    assert found[0] == pytest.approx([48.01, 35.24, 15.157], abs=0.1)
    assert found[1] == pytest.approx([32.96, 50.83, 21.40], abs=0.1)
    assert found[0].round(1).tolist()[1:] == [35.2, 15.2]
    assert found.sum(axis=1) == pytest.approx([98.407, 105.19, 122.45], abs=0.1)


def test_totals_that_differ_are_told():
    done = doubly_constrained(flows([[60, 40]]), {"a": 70, "b": 40}, tolerance=1e-6, tours_max=50)
    assert not done.atteint
    assert "100 patients pour une capacité de 110" in done.motif
    assert done.tours == 50


def test_capacity_that_nobody_reaches_is_told():
    done = doubly_constrained(flows([[10]]), {"a": 10, "z": 5}, tolerance=1e-6, tours_max=5)
    assert (done.atteint, "dont z" in done.motif) == (False, True)


def test_margins_that_the_links_forbid_are_told():
    # A and B only reach a, whose capacity is below what they need; totals agree.
    start = flows([[50, 0], [50, 0], [10, 10]])
    done = doubly_constrained(start, {"a": 60, "b": 60}, tolerance=1e-6, tours_max=200)
    assert not done.atteint
    assert "qu'entre elles" in done.motif
    assert done.ecart_relatif > 1e-6


def test_refuses_a_practice_without_capacity_or_a_negative_one():
    with pytest.raises(DataError, match="sans capacité"):
        doubly_constrained(flows([[1, 1]]), {"a": 1}, tolerance=1e-6, tours_max=5)
    with pytest.raises(DataError, match="négatives"):
        doubly_constrained(flows([[1]]), {"a": -1.0}, tolerance=1e-6, tours_max=5)


def test_no_flow_is_no_trouble():
    done = doubly_constrained(flows([]), {}, tolerance=1e-6, tours_max=5)
    assert (done.atteint, done.tours, len(done.flux)) == (True, 0, 0)


seeds = st.integers(2, 5).flatmap(
    lambda n: st.lists(
        st.lists(st.floats(0.1, 100), min_size=n, max_size=n), min_size=2, max_size=5
    )
)


@settings(deadline=None, max_examples=60)
@given(seeds, st.data())
def test_same_as_the_double_loop_and_margins_hold(seed, data):
    seed = np.array(seed)
    offer = data.draw(st.lists(st.floats(1, 50), min_size=seed.shape[1], max_size=seed.shape[1]))
    start = flows(seed)
    capacities = scaled_capacities(start, dict(zip("abcde", offer, strict=False)))
    done = doubly_constrained(start, capacities, tolerance=1e-10, tours_max=2000)
    columns = [capacities[c] for c in "abcde"[: seed.shape[1]]]
    assert sum(columns) == pytest.approx(seed.sum())
    assert matrix(done.flux) == pytest.approx(
        loop(seed, seed.sum(axis=1), columns, done.tours), rel=1e-6
    )
    assert matrix(done.flux).sum(axis=0) == pytest.approx(np.array(columns))
    # Attraction of a practice cancels out.
    twisted = seed * np.arange(1, seed.shape[1] + 1)
    twisted *= (seed.sum(axis=1) / twisted.sum(axis=1))[:, None]
    other = doubly_constrained(flows(twisted), capacities, tolerance=1e-10, tours_max=2000)
    assert matrix(other.flux) == pytest.approx(matrix(done.flux), rel=1e-5, abs=1e-7)


def test_capacities_are_scaled_within_each_linked_group():
    start = flows([[60, 40, 0], [0, 0, 5]])
    assert scaled_capacities(start, {"a": 1, "b": 3, "c": 2}) == {"a": 25, "b": 75, "c": 5}
