import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diagterritoire.core.flows.exchanges import exchanges, fuite
from diagterritoire.core.flows.gravity import gravity, main_flows
from diagterritoire.decay import exponential, steps
from diagterritoire.errors import DataError

HALVED_IN_5 = exponential(math.log(2) / 5)


def trips(rows):
    return pd.DataFrame(rows, columns=["code_commune", "site_id", "temps_min"]).astype(
        {"code_commune": "str", "site_id": "str", "temps_min": "float64"}
    )


def sites_of(rows):
    return pd.DataFrame(rows, columns=["site_id", "code_commune", "consultations"]).astype(
        {"site_id": "str", "code_commune": "str", "consultations": "float64"}
    )


def people_of(population):
    return pd.DataFrame(
        {"code_commune": list(population), "population": list(population.values())}
    ).astype({"code_commune": "str", "population": "int64"})


def nearest_of(trajets, population, beyond=()):
    """Table of the nearest site, the smallest of equals: `beyond`, trips, else unreachable."""
    rows = {c: (c, None, np.nan, False) for c in population}
    for commune, site, minutes in [*beyond, *trajets.itertuples(index=False)]:
        if not rows[commune][3] or (minutes, site) < (rows[commune][2], rows[commune][1]):
            rows[commune] = (commune, site, minutes, True)
    columns = ["code_commune", "site_id", "temps_min", "atteignable"]
    return pd.DataFrame(list(rows.values()), columns=columns).astype({"site_id": "str"})


def run(rows, population, sites, *, beyond=(), decay=HALVED_IN_5, attraction=1.0):
    trajets = trips(rows)
    return gravity(
        trajets,
        nearest_of(trajets, population, beyond),
        people_of(population),
        sites_of(sites),
        decay=decay,
        attraction=attraction,
    )


def as_dict(flux):
    return {(r.code_residence, r.code_exercice): r.patients for r in flux.itertuples(index=False)}


ROWS = [("A", "s", 0.0), ("A", "t", 5.0), ("B", "s", 10.0), ("B", "t", 0.0), ("C", "t", 5.0)]
SITES = [("s", "A", 1000.0), ("t", "B", 4000.0)]
POPULATION = {"A": 300, "B": 170, "C": 50}


def test_five_trips_by_hand():
    # A: 1000 x 1 and 4000 / 2; B: 1000 / 4 and 4000 x 1; C: B alone.
    flux = run(ROWS, POPULATION, SITES)
    assert list(flux.columns) == ["code_residence", "code_exercice", "patients", "temps_min"]
    assert as_dict(flux) == pytest.approx(
        {("A", "A"): 100, ("A", "B"): 200, ("B", "A"): 10, ("B", "B"): 160, ("C", "B"): 50}
    )
    assert flux["temps_min"].tolist() == [0.0, 5.0, 10.0, 0.0, 5.0]


def test_sites_of_a_commune_add_up_at_the_smallest_time():
    rows = [("A", "s", 0.0), ("A", "t1", 5.0), ("A", "t2", 8.0)]
    sites = [("s", "A", 1000.0), ("t1", "B", 1500.0), ("t2", "B", 500.0)]
    flux = run(rows, {"A": 300}, sites)
    assert as_dict(flux) == pytest.approx({("A", "A"): 150, ("A", "B"): 150})
    assert flux["temps_min"].tolist() == [0.0, 5.0]


def test_attraction_of_zero_forgets_the_offer():
    rows = [("A", "s", 0.0), ("A", "t", 5.0)]
    flux = run(rows, {"A": 300}, SITES, attraction=0.0)
    assert as_dict(flux) == pytest.approx({("A", "A"): 200, ("A", "B"): 100})


def flows(**shares):
    """Flows of A from the shares of its destinations."""
    rows = [("A", code, 1000.0 * share) for code, share in shares.items()]
    return pd.DataFrame(rows, columns=["code_residence", "code_exercice", "patients"])


def test_main_flows_take_the_patients_of_the_others():
    found = main_flows(flows(B=0.5, C=0.3, D=0.15, E=0.05), 0.8)
    assert as_dict(found) == pytest.approx({("A", "B"): 625, ("A", "C"): 375})
    found = main_flows(flows(B=0.5, C=0.3, D=0.15, E=0.05), 0.81)
    assert list(as_dict(found)) == [("A", "B"), ("A", "C"), ("A", "D")]


def test_the_own_commune_stays_however_small():
    found = main_flows(flows(A=0.01, B=0.89, C=0.1), 0.5)
    assert as_dict(found) == pytest.approx({("A", "A"): 1000 / 90, ("A", "B"): 89000 / 90})


def test_equal_shares_are_kept_in_the_order_of_codes():
    assert list(as_dict(main_flows(flows(D=0.25, C=0.25, B=0.25, E=0.25), 0.5))) == [
        ("A", "B"),
        ("A", "C"),
    ]


def test_keeping_everything_changes_nothing():
    found = run(ROWS, POPULATION, SITES)
    pd.testing.assert_frame_equal(main_flows(found, 1.0), found)
    assert main_flows(found[:0], 0.9).empty


def test_beyond_the_longest_trip_everyone_goes_to_the_nearest():
    flux = run(ROWS, POPULATION | {"D": 40}, SITES, beyond=[("D", "t", 75.0)])
    last = flux.loc[flux["code_residence"] == "D"]
    assert last.to_numpy().tolist() == [["D", "B", 40.0, 75.0]]


def test_unreachable_and_empty_communes_have_no_row():
    rows = [*ROWS, ("Z", "s", 3.0)]
    flux = run(rows, POPULATION | {"U": 40, "Z": 0}, SITES)
    assert set(flux["code_residence"]) == {"A", "B", "C"}


def test_a_commune_that_offers_nothing_attracts_nobody():
    flux = run([*ROWS, ("A", "v", 0.0)], POPULATION, [*SITES, ("v", "C", 0.0)], attraction=0.0)
    assert "C" not in set(flux["code_exercice"])


def test_decay_that_underflows_everywhere_leaves_the_nearest():
    rows = [("A", "s", 50.0), ("A", "t", 59.0)]
    flux = run(rows, {"A": 30}, SITES, decay=exponential(20.0))
    assert as_dict(flux) == {("A", "A"): 30.0}


def test_tiny_weights_keep_their_proportions():
    rate = 600.0 / 50.0
    rows = [("A", "s", 50.0), ("A", "t", 50.0 + math.log(4) / rate)]
    flux = run(rows, {"A": 30}, SITES, decay=exponential(rate))
    assert as_dict(flux) == pytest.approx({("A", "A"): 15, ("A", "B"): 15})


def test_huge_exponent_does_not_overflow():
    flux = run(ROWS, POPULATION, SITES, attraction=500.0)
    by_practice = flux.groupby("code_exercice")["patients"].sum()
    assert by_practice.to_dict() == pytest.approx({"A": 0, "B": 520}, abs=1e-9)


def test_no_site_gives_no_flow():
    flux = run([], POPULATION, [])
    assert flux.empty
    assert list(flux.columns) == ["code_residence", "code_exercice", "patients", "temps_min"]


def test_unknown_site_is_refused():
    with pytest.raises(DataError, match="inconnu, par exemple x"):
        run([("A", "x", 1.0)], {"A": 10}, SITES)


@st.composite
def systems(draw):
    communes, sites = [f"c{i}" for i in range(5)], [f"s{i}" for i in range(4)]
    pairs = [(c, s) for c in communes for s in sites]
    minutes = st.one_of(st.sampled_from([0.0, 10.0]), st.floats(0, 60))
    rows = [(*p, draw(minutes)) for p in draw(st.lists(st.sampled_from(pairs), unique=True))]
    population = {c: draw(st.integers(0, 10**6)) for c in communes}
    where = {s: draw(st.sampled_from(communes)) for s in sites}
    offer = [(s, where[s], draw(st.sampled_from([0.0, 1.0, 4220.0, 1e6]))) for s in sites]
    return rows, population, offer


def oracle(rows, population, sites, attraction):
    """Two loops; nothing for a commune without destination."""
    offered, times = {}, {}
    for _, commune, consultations in sites:
        offered[commune] = offered.get(commune, 0.0) + consultations
    where = {site: commune for site, commune, _ in sites}
    for commune, site, minutes in rows:
        key = (commune, where[site])
        times[key] = min(minutes, times.get(key, math.inf))
    flux = {}
    for commune, people in population.items():
        weights = {
            k: offered[k] ** attraction * 2 ** (-minutes / 5)
            for (c, k), minutes in times.items()
            if c == commune and offered[k] > 0
        }
        for k, w in weights.items():
            if people:
                flux[commune, k] = people * w / sum(weights.values())
    return flux


@settings(max_examples=60, deadline=None)
@given(systems(), st.sampled_from([0.0, 0.5, 1.0, 2.0]))
def test_double_loop_agrees(system, attraction):
    rows, population, sites = system
    flux = run(rows, population, sites, attraction=attraction)
    expected = oracle(rows, population, sites, attraction)
    fallback = set(flux["code_residence"]) - {c for c, _ in expected}
    got = {key: v for key, v in as_dict(flux).items() if key[0] not in fallback}
    assert got == pytest.approx(expected, rel=1e-9)


@settings(max_examples=60, deadline=None)
@given(systems(), st.sampled_from([1.0, 0.995, 0.7, 0.01]))
def test_patients_sum_to_the_population_that_reaches_a_site(system, part):
    rows, population, sites = system
    flux = main_flows(run(rows, population, sites), part)
    sums = flux.groupby("code_residence")["patients"].sum()
    reached = {c for c, _, _ in rows if population[c] > 0}
    assert set(sums.index) == reached
    for commune in reached:
        assert sums[commune] == pytest.approx(population[commune], rel=1e-9)
    assert not flux.duplicated(["code_residence", "code_exercice"]).any()
    assert (flux["patients"] > 0).all()


@settings(max_examples=30, deadline=None)
@given(systems(), st.randoms(use_true_random=False))
def test_order_of_rows_changes_no_bit(system, random):
    rows, population, sites = system
    expected = main_flows(run(rows, population, sites), 0.99)
    rows, sites, people = list(rows), list(sites), list(population.items())
    for items in (rows, sites, people):
        random.shuffle(items)
    mixed = main_flows(run(rows, dict(people), sites), 0.99)
    pd.testing.assert_frame_equal(mixed, expected, check_exact=True)


def test_any_decay_may_be_passed():
    flux = run(ROWS, POPULATION, SITES, decay=steps((6.0,), (1.0,)))
    assert as_dict(flux) == pytest.approx(
        {("A", "A"): 60, ("A", "B"): 240, ("B", "B"): 170, ("C", "B"): 50}
    )


FLUX = run(ROWS, POPULATION, SITES)


def test_leak_by_commune():
    rates = fuite(FLUX, pd.DataFrame({"code_commune": ["C", "B", "A", "U"]})).set_index(
        "code_commune"
    )
    assert rates["taux_fuite"].to_dict() == pytest.approx(
        {"A": 2 / 3, "B": 1 / 17, "C": 1.0, "U": math.nan}, nan_ok=True
    )
    known = rates.drop(index="U")
    assert (known["taux_fuite"] + known["taux_autosuffisance"]).tolist() == [1.0, 1.0, 1.0]
    assert rates.loc["U"].isna().all()


@settings(max_examples=60, deadline=None)
@given(systems(), st.sampled_from([0.995, 0.9, 0.5]))
def test_rates_of_the_main_flows_are_near_those_of_all(system, part):
    rows, population, sites = system
    flux = run(rows, population, sites)
    communes = pd.DataFrame({"code_commune": list(population)})
    exact, near = (fuite(f, communes)["taux_fuite"] for f in (flux, main_flows(flux, part)))
    assert exact.isna().equals(near.isna())
    assert (exact - near).abs().max() <= 1 - part + 1e-9 or exact.isna().all()


def test_exchanges_of_a_zone():
    # A and C: 300 + 50 residents, 100 stay; 10 come from B.
    zone = exchanges(FLUX, ("A", "C"))
    assert zone.taux_fuite == pytest.approx(250 / 350)
    assert zone.taux_autosuffisance == pytest.approx(100 / 350)
    assert zone.taux_attraction == pytest.approx(10 / 110)


def test_exchanges_of_everything_and_of_nothing():
    everything = exchanges(FLUX, "ABC")
    assert (everything.taux_fuite, everything.taux_autosuffisance) == (0.0, 1.0)
    assert everything.taux_attraction == 0.0
    nothing = exchanges(FLUX, ())
    assert nothing.taux_fuite is nothing.taux_autosuffisance is nothing.taux_attraction is None


def test_a_zone_without_site_attracts_nobody():
    zone = exchanges(FLUX, {"C"})
    assert (zone.taux_fuite, zone.taux_attraction) == (1.0, None)
