"""What would keep patients, and what observed flows say, every figure by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from diagterritoire.core.flows.fitting import Fit, fit_flows
from diagterritoire.core.flows.reversal import Reversal, _smallest, reversal
from diagterritoire.decay import steps
from test_edges_flows import turned
from test_flow_totals import CHOICES

TRIO = ["code_residence", "code_exercice", "patients"]


def trio(*rows: tuple[str, str, float | None]) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=TRIO)


def test_an_equal_share_is_enough() -> None:
    rows = [("A", "A", 5.0, 10.0, 80.0), ("A", "Z", 5.0, 10.0, 80.0)]
    # One minute less to the pole would double what it weighs.
    near = steps((4.5, 20.0), (1.0, 0.5))
    assert turned(rows, ["A"], "A", near) == Reversal("Z", "A", 40.0, 40.0, 0.0, 0.0)


def test_consultations_that_would_keep_as_many() -> None:
    # Of 60 patients: 6 x 1 of 20 stay; Y draws 9 and Z 5. 3 more consultations at the pole.
    rows = [("A", "A", 5.0, 4.0, 60.0), ("A", "B", 5.0, 2.0, 60.0)]
    rows += [("A", "Y", 5.0, 9.0, 60.0), ("A", "Z", 5.0, 5.0, 60.0)]
    found = turned(rows, ["A", "B"], "A", np.ones_like)
    assert (found.destination, found.patients_territoire) == ("Y", pytest.approx(18.0))
    assert found.patients_destination == pytest.approx(27.0)
    assert found.consultations == pytest.approx(3.0, rel=1e-12)
    # No minute saved moves anybody where time does not count.
    assert found.minutes is None


def test_a_pole_at_no_distance_that_draws_too_few() -> None:
    near = steps((1.0, 20.0), (1.0, 0.5))
    rows = [("A", "A", 15.0, 2.0, 90.0), ("A", "Z", 15.0, 10.0, 90.0)]
    # With all 15 minutes saved A weighs 2, against 5.
    assert turned(rows, ["A"], "A", near).minutes is None
    rows[1] = ("A", "Z", 15.0, 4.0, 90.0)
    # 2 against 2, once A is within a minute.
    assert turned(rows, ["A"], "A", near).minutes == pytest.approx(14.0, rel=1e-12)


def test_a_pole_that_nobody_reaches_keeps_nobody() -> None:
    rows = pd.DataFrame([("A", "Z", 15.0, 10.0, 90.0)], columns=CHOICES)
    found = turned(rows, ["A"], "P", np.ones_like)
    assert found == Reversal("Z", "P", 90.0, 0.0, None, None)


def test_a_pole_that_offers_half_a_consultation() -> None:
    rows = [("A", "A", 2.5, 0.5, 80.0), ("A", "Z", 2.5, 2.0, 80.0)]
    assert turned(rows, ["A"], "A", np.ones_like).consultations == pytest.approx(1.5, rel=1e-9)


def test_the_smallest_that_suffices() -> None:
    def least(bound: float, step: float, most: float) -> float | None:
        return _smallest(lambda value: value >= bound, step, most)

    assert least(0.0, 1.0, 10.0) == 0.0
    assert least(-1.0, 1.0, 0.0) == 0.0
    for bound in (0.3, 1.0, 3.3, 9.9, 10.0):
        assert least(bound, 1.0, 10.0) == bound
        assert least(bound, 20.0, 10.0) == bound
    assert least(10.1, 1.0, 10.0) is None
    assert least(0.5, 1.0, 0.0) is None
    assert least(3e12, 1.0, float("inf")) == 3e12
    assert least(2.0**60, 1.0, float("inf")) is None
    assert least(2.0**59, 1.0, float("inf")) == 2.0**59


def test_what_offers_nothing_draws_nobody_even_where_size_does_not_count() -> None:
    rows = pd.DataFrame([("A", "Z", 15.0, 10.0, 90.0)], columns=CHOICES)
    there = pd.Series({"A": 10.0})
    found = reversal(rows, ["A"], "A", there, decay=np.ones_like, attraction=0.0)
    assert (found.patients_destination, found.patients_territoire) == (90.0, 0.0)
    assert found.consultations == pytest.approx(0.0, abs=1e-9)
    assert found.minutes is None


def test_a_fit_counts_the_residences_that_were_seen() -> None:
    rows = [("A", "A", 0.0, 2.0), ("A", "B", 9.0, 4.0), ("B", "A", 9.0, 2.0), ("B", "B", 0.0, 4.0)]
    columns = ["code_residence", "code_exercice", "temps_min", "consultations"]
    seen = trio(("A", "A", 0.375), ("A", "B", 0.25), ("B", "B", 0.0), ("A", "Z", 0.125))
    found = fit_flows(pd.DataFrame(rows, columns=columns), seen, echelle_min=10.0)
    assert (found.patients, found.origines, found.patients_ecartes) == (0.625, 1, 0.125)
    assert found.log_vraisemblance == pytest.approx(
        0.375 * np.log(0.6) + 0.25 * np.log(0.4), rel=1e-6
    )
    # One pair is hidden, a quarter of a patient with it.
    some = trio(("A", "A", 0.5), ("A", "B", None))
    hidden = fit_flows(
        pd.DataFrame(rows, columns=columns), some, echelle_min=10.0, restes=pd.Series({"A": 0.25})
    )
    assert (hidden.patients, hidden.origines, hidden.patients_ecartes) == (0.75, 1, 0.0)
    assert hidden.log_vraisemblance == pytest.approx(
        0.5 * np.log(2 / 3) + 0.25 * np.log(1 / 3), rel=1e-6
    )
    none = fit_flows(pd.DataFrame(rows, columns=columns), seen.iloc[2:], echelle_min=10.0)
    assert none == Fit(0.0, 0.0, 0.0, 0.0, 0.0, 0, 0.125, converge=False)
