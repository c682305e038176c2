"""Flows, at the edge: nobody leaves, or time alone does not suffice for all."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from diagterritoire.core.flows.balancing import doubly_constrained
from diagterritoire.core.flows.reversal import Reversal, reversal
from diagterritoire.core.flows.totals import commune_totals
from diagterritoire.decay import steps
from test_flow_totals import FLUX, towns

CHOICES = ["code_residence", "code_exercice", "temps_min", "consultations", "population"]


def turned(rows, territoire, pole, decay):
    return reversal(
        pd.DataFrame(rows, columns=CHOICES),
        territoire,
        pole,
        pd.Series(dtype="float64"),
        decay=decay,
        attraction=1.0,
    )


def test_nothing_is_to_be_done_where_nobody_leaves() -> None:
    found = turned([("A", "A", 5.0, 10.0, 80.0)], ["A"], "A", np.ones_like)
    assert found == Reversal(None, "A", 0.0, 80.0, 0.0, 0.0)


def test_minutes_to_save_may_exceed_the_trip_of_those_who_live_near() -> None:
    # Whoever is within 20 min of the pole or of Z goes there. A is 5 min from the pole, B 30: B
    # comes once 10 min are saved, more than the whole trip of A.
    rows = [("A", "A", 5.0, 1.0, 10.0), ("A", "Z", 5.0, 9.0, 10.0)]
    rows += [("B", "A", 30.0, 1.0, 90.0), ("B", "Z", 5.0, 0.1, 90.0)]
    found = turned(rows, ["A", "B"], "A", steps((20.0,), (1.0,)))
    assert found.destination == "Z"
    assert found.patients_territoire == pytest.approx(1.0)
    assert found.minutes == pytest.approx(10.0)


def test_patients_counted_in_thousands_are_balanced_alike() -> None:
    rows = [("A", "A", 60.0), ("A", "B", 40.0), ("B", "A", 20.0), ("B", "B", 80.0)]
    flux = pd.DataFrame(rows, columns=["code_residence", "code_exercice", "patients"])
    small = flux.assign(patients=flux["patients"] / 1000)
    whole = doubly_constrained(flux, {"A": 120, "B": 80}, tolerance=1e-6, tours_max=100)
    least = doubly_constrained(small, {"A": 0.12, "B": 0.08}, tolerance=1e-6, tours_max=100)
    assert (least.tours, least.atteint) == (whole.tours, True)
    assert least.ecart_relatif == pytest.approx(whole.ecart_relatif, rel=1e-6)
    assert least.flux["patients"].tolist() == pytest.approx(
        (whole.flux["patients"] / 1000).tolist()
    )
    assert whole.tours > 1


def test_half_a_patient_is_a_patient() -> None:
    communes = towns([("A", 100, 100.0, 0, 0), ("B", 50, 50.0, 0, 0)])
    flux = pd.DataFrame([("A", "B", 0.25, 5.0), ("B", "B", 0.25, 0.0)], columns=FLUX)
    found = commune_totals(flux, communes, consultations_par_habitant=4.0)
    assert np.isnan(found["taux_attraction"][0])
    assert found["taux_attraction"][1] == 0.5


def test_half_a_patient_where_nobody_may_be_received_is_a_gap() -> None:
    rows = [("A", "A", 9.5), ("A", "B", 0.5)]
    flux = pd.DataFrame(rows, columns=["code_residence", "code_exercice", "patients"])
    none = doubly_constrained(flux, {"A": 9.5, "B": 0.0}, tolerance=1e-6, tours_max=0)
    assert none.ecart_relatif == np.inf
    assert not none.atteint
