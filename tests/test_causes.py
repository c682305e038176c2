from itertools import permutations
from math import prod

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diagterritoire.core.access.causes import CAUSES, causes
from diagterritoire.core.access.floating import floating_catchment
from diagterritoire.errors import DataError
from test_access import DREES, supply_of, systems, trips

PARTS = [f"ecart_{name}" for name in CAUSES]


def run(times, people, older, offer, reference=2.5):
    """Tables from plain mappings; `older` has the standardised people."""
    demand = pd.DataFrame(
        {
            "code_commune": pd.Series(list(people), dtype="str"),
            "population": pd.Series(list(people.values()), dtype="float64"),
            "population_standardisee": pd.Series([older[c] for c in people], dtype="float64"),
        }
    )
    table = causes(
        trips([(c, s, t) for (c, s), t in times.items()]),
        demand,
        supply_of(offer),
        decay=DREES,
        portee_min=20.0,
        reference=reference,
    )
    assert list(table.columns) == ["code_commune", "ecart", *PARTS, "cause_principale"]
    return table.set_index("code_commune")


TIMES = {
    ("A", "s"): 0.0,
    ("B", "s"): 12.0,
    ("C", "s"): 18.0,
    ("C", "t"): 0.0,
    ("D", "s"): 25.0,
    ("E", "s"): 5.0,
    ("D", "empty"): 0.0,
}
RAW = {"A": 100.0, "B": 100.0, "C": 50.0, "D": 70.0, "E": 0.0}
OLDER = {"A": 100.0, "B": 125.0, "C": 50.0, "D": 70.0, "E": 0.0}
OFFER = {"s": 600.0, "t": 100.0, "empty": 0.0}

# s is nearest to A, B and E: 200 people who weigh 225; t to C: 50 who weigh 50.
# Flat scores: s 600 / 275 = 24/11, t 100 / 50 = 2. With distance: s 600 / 200 = 3, t 2.
FACTORS = {
    "A": {"offre": 3.0, "age": 8 / 9, "concurrence": 9 / 11, "distance": 3 / (24 / 11)},
    "B": {"offre": 3.0, "age": 8 / 9, "concurrence": 9 / 11, "distance": 2 / (24 / 11)},
    # Within reach of C: 700 consultations for 250 people who weigh 275.
    "C": {"offre": 2.8, "age": 10 / 11, "concurrence": 46 / 28, "distance": 3 / (46 / 11)},
    "E": {"offre": 3.0, "age": 8 / 9, "concurrence": 9 / 11, "distance": 3 / (24 / 11)},
}


def shapley(factors, reference):
    """Mean over the 24 orders, one passage after another."""
    parts = dict.fromkeys(factors, 0.0)
    orders = list(permutations(factors))
    for order in orders:
        now = {"offre": reference, "age": 1.0, "concurrence": 1.0, "distance": 1.0}
        for name in order:
            before = prod(now.values())
            now[name] = factors[name]
            parts[name] += (prod(now.values()) - before) / len(orders)
    return parts


def test_five_communes_by_hand():
    found = run(TIMES, RAW, OLDER, OFFER)
    assert found["ecart"].tolist() == pytest.approx([0.5, -0.5, 0.5, -2.5, 0.5])
    for commune, factors in FACTORS.items():
        expected = shapley(factors, 2.5)
        for name in CAUSES:
            assert found.loc[commune, f"ecart_{name}"] == pytest.approx(expected[name])
    # Nothing is offered within reach of D: the whole gap is distance.
    assert found.loc["D", PARTS].tolist() == [0.0, -2.5, 0.0, 0.0]
    assert found.loc[["B", "D"], "cause_principale"].tolist() == ["concurrence", "distance"]
    assert found.loc[["A", "C", "E"], "cause_principale"].isna().all()


def test_one_cause_at_a_time():
    """Each with its own site: half the supply; then people who weigh a quarter more."""
    alone = {("A", "s"): 0.0}
    scarce = run(alone, {"A": 100.0}, {"A": 100.0}, {"s": 125.0})
    assert scarce.loc["A", PARTS].tolist() == pytest.approx([-1.25, 0, 0, 0])
    old = run(alone, {"A": 100.0}, {"A": 125.0}, {"s": 250.0})
    assert old.loc["A", PARTS].tolist() == pytest.approx([0, 0, 0, -0.5])
    # Two communes share one site, one of them at 18 minutes: enough for both, unequally.
    far = run(alone | {("B", "s"): 18.0}, {"A": 100, "B": 100}, {"A": 100, "B": 100}, {"s": 500.0})
    assert far.loc["B", PARTS].tolist() == pytest.approx([0, 2.5 * (1.5 / 3 - 1), 0, 0])
    assert far.loc["A", PARTS].tolist() == pytest.approx([0, 2.5 * (1.5 - 1), 0, 0])


def test_nobody_around():
    empty = {"A": 0.0}
    found = run({("A", "s"): 0.0}, empty, empty, {"s": 100.0})
    assert found.loc["A", PARTS].tolist() == [-2.5, 0.0, 0.0, 0.0]
    assert run({}, empty, empty, {}).loc["A", PARTS].tolist() == [0.0, -2.5, 0.0, 0.0]
    with pytest.raises(DataError, match="négative"):
        run({}, empty, empty, {}, reference=-1.0)


AGEING = st.lists(st.floats(0.5, 2), min_size=6, max_size=6)


@settings(max_examples=60, deadline=None)
@given(systems(), AGEING, st.floats(0.1, 10))
def test_causes_sum_to_the_gap(system, ageing, reference):
    times, people, offer = system
    older = {c: p * a for (c, p), a in zip(people.items(), ageing, strict=True)}
    found = run(times, people, older, offer, reference)
    demand = pd.DataFrame(
        {"code_commune": list(older), "population_standardisee": list(older.values())}
    )
    rows = trips([(c, s, t) for (c, s), t in times.items()])
    apl = floating_catchment(rows, demand, supply_of(offer), decay=DREES)[0]
    gap = apl.set_index("code_commune")["apl"] - reference
    assert found["ecart"].to_dict() == pytest.approx(gap.to_dict(), rel=1e-9, abs=1e-9)
    total = found[PARTS].sum(axis=1)
    size = found[PARTS].abs().max(axis=1).clip(lower=1.0)
    assert ((total - found["ecart"]).abs() <= 1e-9 * size).all()
    assert found["cause_principale"].isna().tolist() == (found["ecart"] >= 0).tolist()


@settings(max_examples=30, deadline=None)
@given(systems(), st.floats(0.1, 0.9), st.floats(0.5, 3))
def test_splitting_and_scaling_change_no_cause(system, part, more):
    times, people, offer = system
    base = run(times, people, people, offer)
    twice = {(c, "s0bis"): t for (c, s), t in times.items() if s == "s0"}
    halves = {"s0": offer["s0"] * part, "s0bis": offer["s0"] * (1 - part)}
    split = run(times | twice, people, people, offer | halves)
    scaled = run(times, people, people, {s: m * more for s, m in offer.items()}, 2.5 * more)
    for other, size in ((split, 1.0), (scaled, more)):
        for column in PARTS:
            np.testing.assert_allclose(other[column], base[column] * size, rtol=1e-7, atol=1e-7)


@settings(max_examples=20, deadline=None)
@given(systems(), st.randoms(use_true_random=False))
def test_order_of_rows_changes_no_bit(system, random):
    mixed = []
    for mapping in system:
        items = list(mapping.items())
        random.shuffle(items)
        mixed.append(dict(items))
    one = run(system[0], system[1], system[1], system[2])
    two = run(mixed[0], mixed[1], mixed[1], mixed[2])
    pd.testing.assert_frame_equal(one, two, check_exact=True)
