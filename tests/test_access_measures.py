"""Nearest, cumulative, gravity, 3SFCA and balanced FCA: by hand, by double loop, by their laws."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diagterritoire.core.access.floating import floating_catchment
from diagterritoire.core.access.reach import cumulative, hansen, nearest
from diagterritoire.core.access.selection import balanced, three_step
from diagterritoire.errors import DataError
from test_access import COMMUNES, DREES, MINUTES, demand_of, supply_of, systems, trips, weight

MEASURES = {
    "nearest": lambda *tables: nearest(*tables, limite_min=20.0),
    "cumulative": lambda *tables: cumulative(*tables, limite_min=20.0),
    "hansen": lambda *tables: hansen(*tables, decay=DREES),
    "three_step": lambda *tables: three_step(*tables, decay=DREES),
    "balanced": lambda *tables: balanced(*tables, decay=DREES),
}
every_measure = pytest.mark.parametrize("name", list(MEASURES))
competing = pytest.mark.parametrize("name", ["three_step", "balanced"])


def run(name, times, population, offer):
    rows = [(c, s, t) for (c, s), t in times.items()]
    table = MEASURES[name](trips(rows), demand_of(population), supply_of(offer))
    assert list(table.columns) == ["code_commune", "acces"]
    return table.set_index("code_commune")["acces"]


# E is out of range of everything; A has two sites at hand.
TIMES = {
    ("A", "s"): 0.0,
    ("A", "t"): 9.0,
    ("B", "s"): 10.0,
    ("C", "s"): 15.0,
    ("C", "t"): 20.0,
    ("D", "t"): 0.0,
    ("E", "t"): 20.0001,
}
PEOPLE = {"A": 100.0, "B": 150.0, "C": 300.0, "D": 50.0, "E": 1000.0}
OFFER = {"s": 600.0, "t": 400.0}
BY_HAND = {
    "nearest": [0.0, 10.0, 15.0, 0.0, np.nan],
    "cumulative": [1000.0, 600.0, 1000.0, 400.0, 0.0],
    # A 600 + 400; B 600 x 2/3; C (600 + 400) / 3; D 400.
    "hansen": [1000.0, 400.0, 1000.0 / 3, 400.0, 0.0],
    # Choice: A 1/2, 1/2; B all s; C 1/2, 1/2; D all t.
    # s is wanted by 50 + 150 x 2/3 + 150 / 3 = 200: 3 each; t by 50 + 150 / 3 + 50 = 150: 8/3.
    "three_step": [1.5 + 4 / 3, 2.0, 0.5 + 4 / 9, 8 / 3, 0.0],
    # s serves 50 + 150 + 150 = 350, t serves 50 + 150 + 50 = 250: 12/7 and 8/5.
    # Weights of s: 1, 2/3, 1/3 of 2; of t: 1, 1/3, 1 of 7/3.
    "balanced": [
        12 / 7 / 2 + 8 / 5 * 3 / 7,
        12 / 7 / 3,
        12 / 7 / 6 + 8 / 5 / 7,
        8 / 5 * 3 / 7,
        0.0,
    ],
}


@every_measure
def test_five_communes_by_hand(name):
    found = run(name, TIMES, PEOPLE, OFFER)
    assert found.tolist() == pytest.approx(BY_HAND[name], nan_ok=True)


@every_measure
def test_no_trip_and_no_site(name):
    nothing = np.nan if name == "nearest" else 0.0
    for offer in ({"s": 100.0}, {}):
        assert run(name, {}, {"A": 50.0}, offer).tolist() == pytest.approx([nothing], nan_ok=True)


@every_measure
def test_repeated_pair_and_unknown_site_are_refused(name):
    twice = trips([("A", "s", 1.0), ("A", "s", 2.0)])
    with pytest.raises(DataError, match="répétés"):
        MEASURES[name](twice, demand_of({"A": 1.0}), supply_of({"s": 1.0}))
    with pytest.raises(DataError, match="inconnu, par exemple x"):
        run(name, {("A", "x"): 1.0}, {"A": 1.0}, {"s": 1.0})


def test_nearest_ignores_a_site_that_offers_nothing():
    times = {("A", "s"): 1.0, ("A", "t"): 7.0}
    assert run("nearest", times, {"A": 1.0}, {"s": 0.0, "t": 1.0})["A"] == 7.0


def oracle(name, times, people, offer):
    """Loops over everything, one formula a measure."""

    def w(c, s):
        return weight(times[c, s]) if (c, s) in times else 0.0

    def of_commune(c):
        return sum(w(c, s) for s in offer)

    def of_site(s):
        return sum(w(c, s) for c in people)

    found = {}
    for c in people:
        value = 0.0
        if name == "nearest":
            near = [times[c, s] for s in offer if offer[s] > 0 and w(c, s) > 0]
            value = min(near, default=np.nan)
        elif name == "cumulative":
            value = sum(offer[s] for s in offer if w(c, s) > 0)
        elif name == "hansen":
            value = sum(offer[s] * w(c, s) for s in offer)
        else:
            for s in offer:
                if w(c, s) == 0:
                    continue
                if name == "three_step":
                    wanted = sum(
                        people[k] * w(k, s) ** 2 / of_commune(k) for k in people if w(k, s) > 0
                    )
                    mine = w(c, s) ** 2 / of_commune(c)
                else:
                    wanted = sum(people[k] * w(k, s) / of_commune(k) for k in people if w(k, s) > 0)
                    mine = w(c, s) / of_site(s)
                value += mine * offer[s] / wanted if wanted > 0 else 0.0
        found[c] = value
    return found


@every_measure
@settings(max_examples=40, deadline=None)
@given(system=systems())
def test_double_loop_agrees(name, system):
    expected = oracle(name, *system)
    assert run(name, *system).to_dict() == pytest.approx(expected, rel=1e-12, nan_ok=True)


@every_measure
@settings(max_examples=20, deadline=None)
@given(system=systems(), random=st.randoms(use_true_random=False))
def test_order_of_rows_changes_no_bit(name, system, random):
    mixed = []
    for mapping in system:
        items = list(mapping.items())
        random.shuffle(items)
        mixed.append(dict(items))
    once, again = run(name, *system), run(name, *mixed)
    assert once.index.tolist() == again.index.tolist()
    np.testing.assert_array_equal(once, again)


@settings(max_examples=40, deadline=None)
@given(system=systems())
def test_three_step_shares_out_what_is_reached(system):
    times, people, offer = system
    found = run("three_step", *system)
    reached = {s for (c, s), t in times.items() if t <= 20 and people[c] > 0}
    received = sum(people[c] * found[c] for c in people)
    assert received == pytest.approx(sum(offer[s] for s in reached), rel=1e-9)


@settings(max_examples=40, deadline=None)
@given(system=systems())
def test_balanced_counts_each_person_and_each_level_of_service_once(system):
    times, people, offer = system
    found = run("balanced", *system)
    near = {(c, s): weight(t) for (c, s), t in times.items() if weight(t) > 0}
    sums = {c: sum(w for (k, _), w in near.items() if k == c) for c in people}
    served = {
        s: sum(people[c] * w / sums[c] for (c, k), w in near.items() if k == s) for s in offer
    }
    reaching = sum(people[c] for c in people if sums[c] > 0)
    assert sum(served.values()) == pytest.approx(reaching, rel=1e-9)
    levels = sum(offer[s] / served[s] for s in offer if served[s] > 0)
    assert found.sum() == pytest.approx(levels, rel=1e-9)


@competing
@settings(max_examples=30, deadline=None)
@given(system=systems(), more_supply=st.floats(0.1, 10), more_people=st.floats(0.1, 10))
def test_scaling(name, system, more_supply, more_people):
    times, people, offer = system
    scaled = run(
        name,
        times,
        {c: p * more_people for c, p in people.items()},
        {s: m * more_supply for s, m in offer.items()},
    )
    expected = run(name, *system) * more_supply / more_people
    assert scaled.to_dict() == pytest.approx(expected.to_dict(), rel=1e-9)


def split_commune(times, people, part):
    both = times | {("c0bis", s): t for (c, s), t in times.items() if c == "c0"}
    return both, people | {"c0": people["c0"] * part, "c0bis": people["c0"] * (1 - part)}


@settings(max_examples=30, deadline=None)
@given(system=systems(), part=st.floats(0.1, 0.9))
def test_three_step_does_not_see_a_commune_split_in_two(system, part):
    times, people, offer = system
    halves = run("three_step", *split_commune(times, people, part), offer)
    expected = run("three_step", *system)
    assert halves[COMMUNES].to_dict() == pytest.approx(expected.to_dict(), rel=1e-9)
    assert halves["c0bis"] == pytest.approx(expected["c0"], rel=1e-9)


@settings(max_examples=30, deadline=None)
@given(system=systems(), part=st.floats(0.1, 0.9))
def test_gravity_does_not_see_a_site_split_in_two(system, part):
    times, people, offer = system
    both = times | {(c, "s0bis"): t for (c, s), t in times.items() if s == "s0"}
    halves = offer | {"s0": offer["s0"] * part, "s0bis": offer["s0"] * (1 - part)}
    for name in ("nearest", "cumulative", "hansen"):
        expected = run(name, *system)
        found = run(name, both, people, halves)
        assert found.to_dict() == pytest.approx(expected.to_dict(), rel=1e-9, nan_ok=True)


@settings(max_examples=30, deadline=None)
@given(system=systems(), part=st.floats(0.1, 0.9))
def test_apl_does_not_see_a_site_split_in_two(system, part):
    times, people, offer = system
    both = times | {(c, "s0bis"): t for (c, s), t in times.items() if s == "s0"}
    halves = offer | {"s0": offer["s0"] * part, "s0bis": offer["s0"] * (1 - part)}
    scores = []
    for minutes, sites in ((times, offer), (both, halves)):
        rows = trips([(c, s, t) for (c, s), t in minutes.items()])
        apl, _ = floating_catchment(rows, demand_of(people), supply_of(sites), decay=DREES)
        scores.append(apl["apl"].tolist())
    assert scores[1] == pytest.approx(scores[0], rel=1e-9)


def test_balanced_sees_a_commune_split_in_two():
    # One site, 300 consultations, 100 people: 3 each. In two halves, each half gets half the level.
    times, people = {("A", "s"): 0.0, ("B", "s"): 0.0}, {"A": 50.0, "B": 50.0}
    assert run("balanced", {("A", "s"): 0.0}, {"A": 100.0}, {"s": 300.0})["A"] == 3.0
    assert run("balanced", times, people, {"s": 300.0}).tolist() == [1.5, 1.5]


def test_choice_sees_a_site_split_in_two():
    times = {("A", "s"): 0.0, ("A", "t"): 0.0, ("B", "t"): 0.0}
    people, offer = {"A": 100.0, "B": 100.0}, {"s": 300.0, "t": 300.0}
    split_times = times | {("A", "t2"): 0.0, ("B", "t2"): 0.0}
    split_offer = {"s": 300.0, "t": 150.0, "t2": 150.0}
    for name in ("three_step", "balanced"):
        before = run(name, times, people, offer)
        after = run(name, split_times, people, split_offer)
        assert abs(after["A"] - before["A"]) > 0.1


@competing
@settings(max_examples=30, deadline=None)
@given(system=systems(), consultations=st.floats(1.0, 1e5))
def test_more_consultations_at_a_site_lower_no_score(name, system, consultations):
    times, people, offer = system
    before = run(name, *system)
    after = run(name, times, people, offer | {"s0": offer["s0"] + consultations})
    assert (after >= before - 1e-12 * np.maximum(before, 1.0)).all()


@settings(max_examples=30, deadline=None)
@given(
    system=systems(),
    consultations=st.floats(1.0, 1e5),
    minutes=st.lists(MINUTES, min_size=6, max_size=6),
)
def test_one_more_site_lowers_no_balanced_score(system, consultations, minutes):
    times, people, offer = system
    before = run("balanced", *system)
    more = times | {(c, "new"): t for c, t in zip(COMMUNES, minutes, strict=True)}
    after = run("balanced", more, people, offer | {"new": consultations})
    assert (after >= before - 1e-12 * np.maximum(before, 1.0)).all()


def test_one_more_site_may_lower_a_three_step_score():
    # A shares s with B: 2 each. A nearly empty site beside A takes half of its choice.
    times = {("A", "s"): 0.0, ("B", "s"): 0.0}
    people = {"A": 100.0, "B": 100.0}
    before = run("three_step", times, people, {"s": 400.0})
    after = run("three_step", times | {("A", "new"): 0.0}, people, {"s": 400.0, "new": 1.0})
    assert before.tolist() == [2.0, 2.0]
    assert after["A"] == pytest.approx(0.5 * 400 / 150 + 1 / 100)
    assert after["A"] < before["A"]


def test_alone_with_one_site_the_score_is_supply_over_people():
    times, people = {("A", "s"): 3.0}, {"A": 200.0}
    for name in ("three_step", "balanced"):
        assert run(name, times, people, {"s": 500.0})["A"] == 2.5
