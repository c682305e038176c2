"""Times of inhabitants: by hand, against the plain computation, and what always holds."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diagterritoire import schema, tables
from diagterritoire.core.times.distribution import bands, distribution

BOUNDS = (10.0, 15.0, 20.0, 30.0)


def points_of(rows):
    """Points by commune and inhabitants."""
    table = pd.DataFrame(rows, columns=["code_commune", "population"])
    return table.astype({"population": "float64"}).assign(origine="rues")


def one(times, people, population=None):
    points = points_of([("A", p) for p in people])
    total = round(sum(people)) if population is None else population
    return distribution(points, np.array(times), pd.Series({"A": total}), BOUNDS)


def test_five_points_by_hand():
    """10, 20, 30, 30 and 10 inhabitants at 0, 10, 12.5, 31 min and nowhere.

    Of the 90 who reach a GP: mean (0 + 200 + 375 + 930) / 90; half is 45, within 12.5 min.
    """
    found = one([0, 6000, 7500, 18600, -1], [10, 20, 30, 30, 10])
    row = found.communes.iloc[0]
    assert row["temps_mg_moyen_min"] == pytest.approx(1505 / 90)
    assert row["temps_mg_median_min"] == 12.5
    assert row["temps_mg_p90_min"] == 31.0
    names = ["population_10min", "population_15min", "population_20min", "population_30min",
             "population_plus_30min", "population_sans_trajet", "points_nb"]  # fmt: skip
    assert row[names].tolist() == [30, 60, 60, 60, 30, 10, 5]
    assert row["origine_points"] == "rues"
    assert found.within() == {10: 30, 15: 60, 20: 60, 30: 60, math.inf: 90}


@pytest.mark.parametrize(("people", "median"), [([1, 1], 5.0), ([0.1] * 10, 25.0), ([1, 1, 1], 10)])
def test_a_quantile_is_the_least_time_that_the_share_does_not_exceed(people, median):
    times = [3000 * (n + 1) for n in range(len(people))]
    assert one(times, people).communes["temps_mg_median_min"].item() == median


def test_one_point_has_its_time():
    for people in (1, 3, 0.1, 76_320):
        row = one([12_347], [people], 7).communes.iloc[0]
        assert (
            row[["temps_mg_moyen_min", "temps_mg_median_min", "temps_mg_p90_min"]].tolist()
            == [12_347 / 600] * 3
        )


def test_nobody_or_nowhere_has_no_time():
    for found, lost in ((one([600, -1], [0, 0]), 0), (one([-1, -1], [3, 4]), 7)):
        row = found.communes.iloc[0]
        assert math.isnan(row["temps_mg_moyen_min"])
        assert math.isnan(row["temps_mg_p90_min"])
        assert row["population_sans_trajet"] == lost


def slow(times, people, share):
    """Expand the whole inhabitants one by one."""
    each = sorted(t for t, p in zip(times, people, strict=True) for _ in range(p) if t >= 0)
    if not each:
        return math.nan, math.nan
    return sum(each) / len(each) / 600, each[math.ceil(share * len(each)) - 1] / 600


places = st.lists(st.tuples(st.integers(-1, 25_000), st.integers(0, 40)), min_size=1, max_size=12)


@settings(max_examples=80, deadline=None)
@given(places, st.randoms())
def test_equals_the_inhabitants_one_by_one(rows, random):
    times, people = zip(*rows, strict=True)
    row = one(times, people).communes.iloc[0]
    for name, share in (("temps_mg_median_min", 0.5), ("temps_mg_p90_min", 0.9)):
        mean, quantile = slow(times, people, share)
        np.testing.assert_allclose(row[name], quantile, rtol=1e-12)
        np.testing.assert_allclose(row["temps_mg_moyen_min"], mean, rtol=1e-9)
    for bound in BOUNDS:
        within = sum(p for t, p in rows if 0 <= t <= bound * 600)
        assert row[f"population_{bound:g}min"] == within
    shuffled = list(rows)
    random.shuffle(shuffled)
    again = one(*zip(*shuffled, strict=True)).communes
    pd.testing.assert_frame_equal(one(times, people).communes, again)


@settings(max_examples=80, deadline=None)
@given(
    st.lists(st.tuples(st.integers(-1, 25_000), st.floats(0.001, 50)), min_size=1, max_size=12),
    st.integers(0, 5000),
)
def test_bands_sum_to_the_population_and_the_mean_is_between(rows, population):
    times, people = zip(*rows, strict=True)
    row = one(times, people, population).communes.iloc[0]
    near, far, cut = (
        row[n] for n in ("population_30min", "population_plus_30min", "population_sans_trajet")
    )
    assert near + far + cut == population
    steps = [row[f"population_{b:g}min"] for b in BOUNDS]
    assert steps == sorted(steps)
    reached = [t / 600 for t in times if t >= 0]
    if reached:
        assert min(reached) <= row["temps_mg_moyen_min"] <= max(reached)
        assert row["temps_mg_median_min"] <= row["temps_mg_p90_min"] <= max(reached)


COMMUNES = pd.DataFrame(
    {"code_commune": ["A", "B", "C"], "code_epci": ["2", "1", None], "population": [10, 20, 5]}
)


def laid_out(epcis=("2", "1", None), bounds=BOUNDS):
    points = points_of([("A", 4), ("A", 6), ("B", 20), ("C", 5)])
    people = COMMUNES.set_index("code_commune")["population"]
    found = distribution(points, np.array([6000, 6001, 30_000, -1]), people, bounds)
    communes = COMMUNES.assign(code_epci=list(epcis))
    return bands(found, communes, ("zone", "Zone"), {"1": "Un"}, bounds)


def test_bands_of_the_territory_and_of_its_epci():
    table = laid_out()
    schema.check(table, tables.BANDES)
    whole = table.loc[table["niveau"] == "territoire"]
    assert whole["tranche"].tolist() == [
        "10 min ou moins", "plus de 10 à 15 min", "plus de 15 à 20 min", "plus de 20 à 30 min",
        "plus de 30 min", "aucun médecin atteint en voiture",
    ]  # fmt: skip
    assert whole["population"].tolist() == [4, 6, 0, 0, 20, 5]
    assert whole["part"].sum() == pytest.approx(1)
    parts = table.loc[table["niveau"] == "epci"]
    assert parts.groupby("code")["population"].sum().to_dict() == {"1": 20, "2": 10}
    # The name of an EPCI that nobody names is its SIREN.
    assert parts["nom"].unique().tolist() == ["Un", "2"]


def test_a_single_epci_is_the_territory():
    assert set(laid_out(("1", "1", None))["niveau"]) == {"territoire"}


def test_bounds_are_the_parameters():
    table = laid_out(bounds=(7.5, 50.0))
    whole = table.loc[table["niveau"] == "territoire"]
    assert whole["tranche"].tolist()[:2] == ["7,5 min ou moins", "plus de 7,5 à 50 min"]
    assert whole["population"].tolist() == [0, 30, 0, 5]
