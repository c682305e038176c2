"""Reversal of flows where a commune is computed by arrondissement: it counts as one place."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from diagterritoire.core.flows.reversal import reversal

CHOICES = ["code_residence", "code_exercice", "temps_min", "consultations", "population"]


def flat(rows, territoire, pole, minutes=None):
    return reversal(
        pd.DataFrame(rows, columns=CHOICES),
        territoire,
        pole,
        pd.Series(minutes or {}, dtype="float64"),
        decay=np.ones_like,
        attraction=1.0,
    )


def test_an_outlet_adds_up_its_arrondissements():
    """A: 1000, Lyon 400 + 800, Z 1000: Lyon is first with 1200, and 200 more are needed at A."""
    offers = [("A", 1000.0), ("69381", 400.0), ("69382", 800.0), ("Z", 1000.0)]
    found = flat([("A", place, 5.0, offer, 320.0) for place, offer in offers], ["A"], "A")
    assert (found.destination, found.patients_destination) == ("69123", pytest.approx(120))
    assert found.consultations == pytest.approx(200)


def test_residents_of_every_arrondissement_stay_in_their_commune():
    """Each of two arrondissements shares 90 people between 1 + 2 of Lyon and 3 of Z: 45 stay."""
    offers = [("69381", 1.0), ("69382", 2.0), ("Z", 3.0)]
    rows = [(home, *offer, 90.0) for home in ("69381", "69382") for offer in offers]
    rows = [(home, place, 5.0, offer, people) for home, place, offer, people in rows]
    found = flat(rows, ["69123"], "69123")
    assert found.patients_territoire == pytest.approx(90)
    assert found.patients_destination == pytest.approx(90)
    assert found.consultations == pytest.approx(0)


def test_what_is_added_to_a_pole_is_shared_among_its_arrondissements():
    """3 in Lyon against 9 in Z: 6 more in all, whatever the number of arrondissements."""
    rows = [("69381", place, 5.0, offer, 90.0) for place, offer in
            (("69381", 1.0), ("69382", 2.0), ("Z", 9.0))]  # fmt: skip
    assert flat(rows, ["69123"], "69123").consultations == pytest.approx(6)


def test_a_pole_that_is_not_a_choice_is_reached_in_the_minutes_of_the_whole_commune():
    found = flat([("69381", "Z", 5.0, 9.0, 90.0)], ["69123", "B"], "B", {"69123": 5.0})
    assert found.consultations == pytest.approx(9)
