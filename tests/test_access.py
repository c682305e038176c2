import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diagterritoire.core.access.floating import floating_catchment
from diagterritoire.decay import steps
from diagterritoire.errors import DataError

DREES = steps((10.0, 15.0, 20.0), (1.0, 2.0 / 3.0, 1.0 / 3.0))


def trips(rows):
    return pd.DataFrame(rows, columns=["code_commune", "site_id", "temps_min"]).astype(
        {"code_commune": "str", "site_id": "str", "temps_min": "float64"}
    )


def demand_of(population):
    return pd.DataFrame(
        {
            "code_commune": pd.Series(list(population), dtype="str"),
            "population_standardisee": pd.Series(list(population.values()), dtype="float64"),
        }
    )


def supply_of(offer):
    return pd.DataFrame(
        {
            "site_id": pd.Series(list(offer), dtype="str"),
            "consultations": pd.Series(list(offer.values()), dtype="float64"),
        }
    )


def run(times, population, offer):
    """Tables from plain mappings: (commune, site) -> minutes, commune -> people, site -> offer."""
    rows = [(commune, site, minutes) for (commune, site), minutes in times.items()]
    apl, ratios = floating_catchment(
        trips(rows), demand_of(population), supply_of(offer), decay=DREES
    )
    return apl.set_index("code_commune")["apl"], ratios.set_index("site_id")


def weight(minutes):
    """The published rule, written out."""
    if minutes < 10:
        return 1.0
    if minutes < 15:
        return 2.0 / 3.0
    return 1.0 / 3.0 if minutes <= 20 else 0.0


def oracle(times, population, offer):
    """Two loops over everything."""
    ratios = {}
    for site, consultations in offer.items():
        people = sum(
            population[c] * weight(times[c, site]) for c in population if (c, site) in times
        )
        ratios[site] = consultations / people if people > 0 else None
    apl = {
        c: sum(
            weight(times[c, s]) * ratios[s]
            for s in offer
            if (c, s) in times and ratios[s] is not None
        )
        for c in population
    }
    return apl, ratios


def test_five_communes_by_hand_with_times_on_the_bounds():
    times = {
        ("A", "s"): 0.0,
        ("B", "s"): 10.0,
        ("C", "s"): 15.0,
        ("D", "s"): 20.0,
        ("E", "s"): 20.0001,
        ("C", "t"): 9.9999,
    }
    population = {"A": 100.0, "B": 150.0, "C": 300.0, "D": 300.0, "E": 1000.0}
    apl, ratios = run(times, population, {"s": 800.0, "t": 600.0})
    # s: 100 + 150 x 2/3 + 300 / 3 + 300 / 3 = 400 people, 2 each; t: 300 people, 2 each.
    assert ratios["population_ponderee"].tolist() == pytest.approx([400.0, 300.0])
    assert ratios["ratio"].tolist() == pytest.approx([2.0, 2.0])
    assert apl.tolist() == pytest.approx([2.0, 4 / 3, 2 / 3 + 2.0, 2 / 3, 0.0])


def test_site_without_inhabitant_in_range_is_null_and_not_reached():
    times = {("A", "s"): 5.0, ("Z", "lonely"): 5.0, ("A", "far"): 21.0}
    apl, ratios = run(times, {"A": 100.0, "Z": 0.0}, {"s": 200.0, "lonely": 900.0, "far": 900.0})

    assert ratios["atteint"].to_dict() == {"far": False, "lonely": False, "s": True}
    assert ratios.loc[["far", "lonely"], "ratio"].isna().all()
    assert apl.to_dict() == {"A": 2.0, "Z": 0.0}


def test_commune_without_inhabitant_still_has_an_apl():
    apl, _ = run({("A", "s"): 0.0, ("Z", "s"): 12.0}, {"A": 50.0, "Z": 0.0}, {"s": 150.0})
    assert apl.to_dict() == pytest.approx({"A": 3.0, "Z": 2.0})


def test_no_trip_at_all():
    apl, ratios = run({}, {"A": 50.0}, {"s": 150.0})
    assert apl.to_dict() == {"A": 0.0}
    assert not ratios["atteint"].any()


def test_no_site_at_all():
    apl, ratios = run({}, {"A": 50.0, "B": 1.0}, {})
    assert apl.tolist() == [0.0, 0.0]
    assert ratios.empty


def test_unknown_commune_is_refused():
    with pytest.raises(DataError, match=r"code_commune.*1 lignes.*par exemple X"):
        run({("A", "s"): 0.0, ("X", "s"): 1.0}, {"A": 50.0}, {"s": 150.0})


def test_repeated_pair_is_refused():
    repeated = trips([("A", "s", 1.0), ("B", "s", 1.0), ("A", "s", 2.0)])
    with pytest.raises(DataError, match="1 couples commune-site sont répétés, par exemple A vers"):
        floating_catchment(
            repeated, demand_of({"A": 1.0, "B": 1.0}), supply_of({"s": 2.0}), decay=DREES
        )


COMMUNES, SITES = [f"c{i}" for i in range(6)], [f"s{i}" for i in range(4)]
MINUTES = st.one_of(
    st.sampled_from([0.0, 10.0, 15.0, 20.0]), st.floats(0, 30, allow_subnormal=False)
)
PEOPLE = st.one_of(st.just(0.0), st.floats(0.5, 1e5))


@st.composite
def systems(draw):
    """Up to six communes and four sites, some pairs without trip, some communes empty."""
    pairs = [(c, s) for c in COMMUNES for s in SITES]
    times = {p: draw(MINUTES) for p in draw(st.lists(st.sampled_from(pairs), unique=True))}
    population = {c: draw(PEOPLE) for c in COMMUNES}
    offer = {s: draw(st.one_of(st.just(0.0), st.floats(1.0, 1e5))) for s in SITES}
    return times, population, offer


@settings(max_examples=60, deadline=None)
@given(systems())
def test_double_loop_agrees_and_nothing_is_lost(system):
    _, population, _ = system
    apl, ratios = run(*system)
    expected_apl, expected_ratios = oracle(*system)

    assert apl.to_dict() == pytest.approx(expected_apl, rel=1e-12)
    for site, expected in expected_ratios.items():
        assert ratios.loc[site, "atteint"] == (expected is not None)
        if expected is not None:
            assert ratios.loc[site, "ratio"] == pytest.approx(expected, rel=1e-12)

    received = sum(population[c] * apl[c] for c in COMMUNES)
    reached = ratios.loc[ratios["atteint"], "consultations"].sum()
    assert received == pytest.approx(reached, rel=1e-9)


@settings(max_examples=40, deadline=None)
@given(systems(), st.randoms(use_true_random=False))
def test_order_of_rows_changes_no_bit(system, random):
    times, population, offer = system
    apl, ratios = run(*system)
    mixed = []
    for mapping in (times, population, offer):
        items = list(mapping.items())
        random.shuffle(items)
        mixed.append(dict(items))
    apl_mixed, ratios_mixed = run(*mixed)
    pd.testing.assert_series_equal(apl, apl_mixed, check_exact=True)
    pd.testing.assert_frame_equal(ratios, ratios_mixed, check_exact=True)


@settings(max_examples=40, deadline=None)
@given(systems(), st.floats(0.1, 10.0), st.floats(0.1, 10.0))
def test_scaling_supply_and_demand(system, more_supply, more_demand):
    times, population, offer = system
    apl, _ = run(*system)
    scaled, _ = run(
        times,
        {c: p * more_demand for c, p in population.items()},
        {s: m * more_supply for s, m in offer.items()},
    )
    assert scaled.to_dict() == pytest.approx((apl * more_supply / more_demand).to_dict(), rel=1e-9)


@settings(max_examples=40, deadline=None)
@given(systems(), st.floats(0.1, 0.9))
def test_splitting_a_commune_keeps_every_apl(system, part):
    times, population, offer = system
    apl, _ = run(*system)
    people = population["c0"]
    split = population | {"c0": people * part, "c0bis": people * (1 - part)}
    both = times | {("c0bis", s): t for (c, s), t in times.items() if c == "c0"}
    halves, _ = run(both, split, offer)
    assert halves[COMMUNES].to_dict() == pytest.approx(apl.to_dict(), rel=1e-9)
    assert halves["c0bis"] == pytest.approx(apl["c0"], rel=1e-9)


@settings(max_examples=40, deadline=None)
@given(systems(), st.floats(1.0, 1e5), st.lists(MINUTES, min_size=6, max_size=6))
def test_one_more_gp_never_lowers_an_apl(system, consultations, minutes):
    times, population, offer = system
    apl, _ = run(*system)
    here, _ = run(times, population, offer | {"s0": offer["s0"] + consultations})
    there, _ = run(
        times | {(c, "new"): t for c, t in zip(COMMUNES, minutes, strict=True)},
        population,
        offer | {"new": consultations},
    )
    tiny = 1e-12 * np.maximum(apl, 1.0)
    assert (here >= apl - tiny).all()
    assert (there >= apl - tiny).all()
