import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diagterritoire.core.access.fairness import QUANTILES, fairness
from diagterritoire.errors import DataError


def spread(values, people, plus_est_mieux=True):
    return fairness(
        pd.Series(values, dtype="float64"),
        pd.Series(people, dtype="float64"),
        plus_est_mieux=plus_est_mieux,
    )


def test_five_communes_by_hand():
    found = spread([4.0, 0.0, 2.0, 1.0, None], [30.0, 20.0, 40.0, 10.0, 25.0])
    # 100 people, 210 in all. Pairs: |4-0| 600, |4-2| 1200, |4-1| 300, |0-2| 800, |0-1| 200,
    # |2-1| 400 people times pairs of people.
    pairs = 4 * 600 + 2 * 1200 + 3 * 300 + 2 * 800 + 1 * 200 + 1 * 400
    assert found.gini == pytest.approx(2 * pairs / (2 * 100**2 * 2.1))
    assert found.moyenne == pytest.approx(2.1)
    # 20 people at 0, 30 at 1 or less, 70 at 2 or less.
    assert found.quantiles == (0.0, 1.0, 2.0, 4.0, 4.0)
    assert (found.population, found.population_ecartee) == (100.0, 25.0)
    assert (found.moyenne_dixieme, found.part_dixieme) == (0.0, 0.0)


def test_the_least_served_tenth_cuts_a_commune():
    # 10 people of 100: the 4 at 1, then 6 of the 96 at 5.
    found = spread([5.0, 1.0], [96.0, 4.0])
    assert found.moyenne_dixieme == pytest.approx((4 * 1 + 6 * 5) / 10)
    assert found.part_dixieme == pytest.approx(34 / (96 * 5 + 4))


def test_for_minutes_the_least_served_are_the_farthest():
    found = spread([0.0, 30.0, 10.0], [80.0, 5.0, 15.0], plus_est_mieux=False)
    assert found.moyenne_dixieme == pytest.approx((5 * 30 + 5 * 10) / 10)
    assert found.part_dixieme == pytest.approx(200 / 300)
    assert found.quantiles == (0.0, 0.0, 0.0, 0.0, 10.0)


def test_a_tenth_that_has_everything_has_no_more_than_everything():
    # Summed in two orders, 53 x 9.7 + 298 x 4.7 + 180 x 10.3 differs in its last digit.
    found = spread([9.7, 4.7, 10.3, 0.0], [53.0, 298.0, 180.0, 6372.0], plus_est_mieux=False)
    assert found.part_dixieme == 1.0


def test_published_value():
    """Julia package Inequality, example of its weighted Gini."""
    weights = [k / 10 for k in range(1, 10)]
    found = spread([8, 5, 1, 3, 5, 6, 7, 6, 3], weights)
    assert found.gini == pytest.approx(0.20652395514780775, rel=1e-14)


def test_nobody_and_nothing():
    nobody = spread([1.0, None], [0.0, 7.0])
    assert (nobody.gini, nobody.moyenne, nobody.quantiles) == (None, None, ())
    assert nobody.population_ecartee == 7.0
    nothing = spread([0.0, 0.0], [3.0, 4.0])
    assert (nothing.gini, nothing.part_dixieme, nothing.moyenne) == (None, None, 0.0)
    with pytest.raises(DataError, match="négatif"):
        spread([-1.0], [1.0])


def test_a_quantile_that_falls_on_a_border_takes_the_lower_value():
    assert spread(list(range(10)), [1.0] * 10).quantiles == (0.0, 2.0, 4.0, 7.0, 8.0)


ROWS = st.lists(
    st.tuples(st.floats(0, 50).map(lambda v: round(v, 3)), st.integers(1, 1000)),
    min_size=1,
    max_size=8,
)


def oracle(rows):
    """Gini by double loop, quantiles and tenth person by person."""
    total, amount = sum(w for _, w in rows), sum(x * w for x, w in rows)
    gaps = sum(w * v * abs(x - y) for x, w in rows for y, v in rows)
    gini = gaps / (2 * total * amount) if amount else None
    persons = sorted(x for x, w in rows for _ in range(w))
    quantiles = tuple(persons[math.ceil(q * total - 1e-9) - 1] for q in QUANTILES)
    whole, part = divmod(total, 10)
    tenth = sum(persons[:whole]) + part / 10 * persons[whole] if whole < total else 0.0
    return gini, quantiles, tenth


@settings(max_examples=60, deadline=None)
@given(ROWS)
def test_oracle(rows):
    found = spread([x for x, _ in rows], [w for _, w in rows])
    gini, quantiles, tenth = oracle(rows)
    if gini is None:
        assert found.gini is None
    else:
        assert found.gini == pytest.approx(gini, rel=1e-9, abs=1e-9)
        assert 0 <= found.gini < 1
    assert found.quantiles == quantiles
    assert found.moyenne_dixieme * found.population / 10 == pytest.approx(tenth, abs=1e-9)


@settings(max_examples=40, deadline=None)
@given(ROWS, st.floats(0.5, 4), st.integers(2, 5), st.randoms(use_true_random=False))
def test_laws(rows, more, copies, random):
    """Scaling values or people, splitting a commune and changing the order change no Gini."""
    base = spread([x for x, _ in rows], [w for _, w in rows])
    if base.gini is None:
        return
    split = [(x, w / copies) for x, w in rows for _ in range(copies)]
    random.shuffle(split)
    for other in (
        spread([x * more for x, _ in rows], [w for _, w in rows]),
        spread([x for x, _ in rows], [w * more for _, w in rows]),
        spread([x for x, _ in split], [w for _, w in split]),
    ):
        assert other.gini == pytest.approx(base.gini, abs=1e-9)
        assert other.part_dixieme == pytest.approx(base.part_dixieme, abs=1e-9)


def test_giving_from_the_best_to_the_least_served_lowers_the_index():
    before, after = spread([1.0, 2.0, 9.0], [1, 1, 1]), spread([2.0, 2.0, 8.0], [1, 1, 1])
    assert after.gini < before.gini
    assert np.isclose(after.moyenne, before.moyenne)
