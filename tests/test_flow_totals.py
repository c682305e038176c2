"""Totals of flows, reversal, secrecy aside: hand cases and laws."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diagterritoire.core.flows.destinations import shared
from diagterritoire.core.flows.reversal import reversal
from diagterritoire.core.flows.totals import commune_totals, main_destinations
from diagterritoire.decay import exponential

FLUX = ["code_residence", "code_exercice", "patients", "temps_min"]
CHOICES = ["code_residence", "code_exercice", "temps_min", "consultations", "population"]


def towns(rows):
    columns = ["code_commune", "population", "population_standardisee", "x", "y"]
    return pd.DataFrame(rows, columns=columns)


def test_totals_by_hand():
    communes = towns([("A", 100, 110.0, 0, 0), ("B", 50, 50.0, 3000, 4000), ("C", 0, 0.0, 0, 0)])
    rows = [("A", "A", 60.0, 0.0), ("A", "B", 40.0, 15.0), ("B", "A", 10.0, 12.0)]
    rows += [("B", "B", 40.0, 0.0)]
    found = commune_totals(
        pd.DataFrame(rows, columns=FLUX), communes, consultations_par_habitant=4.0
    ).set_index("code_commune")
    assert found.loc["A", ["patients", "sortants", "entrants", "solde"]].tolist() == [
        100,
        40,
        10,
        -30,
    ]
    assert found.loc["B", "solde"] == 30
    assert found.loc["A", "taux_attraction"] == pytest.approx(10 / 70)
    # 40 patients x 4.4 consultations x 2 x 15 min = 88 h; 40 x 4.4 x 2 x 5 km = 1760 km.
    assert found.loc["A", ["heures_an", "km_an"]].tolist() == pytest.approx([88.0, 1760.0])
    assert found.loc["C", ["heures_an", "taux_attraction"]].isna().all()
    assert found["solde"].sum() == 0


@settings(deadline=None, max_examples=50)
@given(st.lists(st.tuples(st.sampled_from("ABC"), st.sampled_from("ABC"), st.floats(0, 99),
                          st.floats(0, 60)), unique_by=lambda r: r[:2], min_size=1))  # fmt: skip
def test_balance_sums_to_zero_and_order_does_not_matter(rows):
    communes = towns([(c, 10, 10.0, i, 2 * i) for i, c in enumerate("ABC")])
    flux = pd.DataFrame(rows, columns=FLUX)
    found = commune_totals(flux, communes, consultations_par_habitant=1.0)
    assert found["solde"].sum() == pytest.approx(0, abs=1e-9)
    assert found["entrants"].sum() == pytest.approx(found["sortants"].sum())
    again = commune_totals(flux[::-1], communes[::-1], consultations_par_habitant=1.0)
    pd.testing.assert_frame_equal(found, again)


def test_main_destinations_by_hand():
    rows = [("A", "B", 30.0, 5.0), ("A", "A", 30.0, 0.0), ("A", "C", 40.0, 9.0), ("B", "C", 1.0, 2)]
    found = main_destinations(pd.DataFrame(rows, columns=FLUX), 2)
    assert found[["code_residence", "rang", "code_exercice"]].to_numpy().tolist() == [
        ["A", 1, "C"], ["A", 2, "A"], ["B", 1, "C"]]  # fmt: skip
    assert found["part"].tolist() == [0.4, 0.3, 1.0]


def choices_of(rows):
    return pd.DataFrame(rows, columns=CHOICES)


def test_reversal_by_hand():
    # A: 1000 at 0 min, against 3000 at 10 min, halved by each 10 min: 1000 against 1500.
    decay = exponential(np.log(2) / 10)
    rows = [("A", "A", 0.0, 1000.0, 100.0), ("A", "Z", 10.0, 3000.0, 100.0)]
    found = reversal(
        choices_of(rows), ["A"], "A", pd.Series({"A": 0.0}), decay=decay, attraction=1.0
    )
    assert (found.destination, found.patients_destination) == ("Z", pytest.approx(60))
    assert found.consultations == pytest.approx(500)
    assert found.minutes is None  # the pole is already at 0 minute
    # At 20 min the same pole draws 250 against 1500: 10 log2(6) min would be needed, more than 20.
    rows[0] = ("A", "A", 20.0, 1000.0, 100.0)
    rows[1] = ("A", "Z", 10.0, 1600.0, 100.0)
    near = reversal(
        choices_of(rows), ["A"], "A", pd.Series({"A": 20.0}), decay=decay, attraction=1.0
    )
    assert near.minutes == pytest.approx(20 - 10 * np.log2(1000 / 800))
    assert near.consultations == pytest.approx(4 * 800 - 1000)


def test_reversal_where_the_territory_offers_nothing():
    rows = [("A", "Z", 10.0, 3000.0, 100.0), ("A", "Y", 30.0, 100.0, 100.0)]
    found = reversal(
        choices_of(rows), ["A"], "A", pd.Series({"A": 0.0}), decay=exponential(0.1), attraction=1.0
    )
    assert found.consultations == pytest.approx(3000 * np.exp(-1))
    assert found.minutes is None
    assert found.patients_territoire == 0


def test_reversal_when_already_first_or_nobody_leaves():
    rows = [("A", "A", 0.0, 3000.0, 100.0), ("A", "Z", 10.0, 100.0, 100.0)]
    at = pd.Series({"A": 0.0})
    found = reversal(choices_of(rows), ["A"], "A", at, decay=exponential(0.1), attraction=1.0)
    assert (found.consultations, found.minutes) == (0.0, 0.0)
    alone = reversal(choices_of(rows[:1]), ["A"], "A", at, decay=exponential(0.1), attraction=1.0)
    assert (alone.destination, alone.consultations) == (None, 0.0)


@settings(deadline=None, max_examples=40)
@given(st.data())
def test_reversal_is_exact(data):
    value = st.floats(0.5, 40)
    offer = st.floats(100, 9000)
    rows = []
    for home in "AB":
        people = data.draw(st.floats(10, 900))
        for place in "ABYZ":
            rows.append((home, place, data.draw(value), data.draw(offer), people))
    choices = choices_of(rows)
    decay = exponential(0.08)
    found = reversal(choices, ["A", "B"], "A", pd.Series(dtype=float), decay=decay, attraction=0.9)

    def staying(consultations):
        at = choices["code_exercice"] == "A"
        flux = shared(
            choices.assign(consultations=choices["consultations"] + consultations * at),
            decay=decay,
            attraction=0.9,
        )
        by_place = flux.groupby("code_exercice")["patients"].sum()
        return by_place["A"] + by_place["B"] - by_place[found.destination]

    assert staying(found.consultations) >= -1e-6
    if found.consultations > 0:
        assert staying(found.consultations) == pytest.approx(0, abs=1e-3)
        assert staying(0.99 * found.consultations) < 0
