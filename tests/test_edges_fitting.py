"""Supply fitted on the published APL, at the edge: nobody, one person, each step by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.sparse import csr_array

from diagterritoire.core.access import calibration
from diagterritoire.core.access.calibration import Problem
from test_calibration import fitted, five, published


def test_what_is_still_wanted_is_a_part_of_the_bound() -> None:
    # Half the slope at 1 is 2 x (2 x 1 - 4) = -4, the curvature 2 x 2: one more is wanted, of 10.
    problem = Problem(csr_array([[2.0]]), np.array([4.0]), np.ones(1), np.zeros(1), 10.0)
    assert problem.gradient(np.ones(1)).tolist() == [-4.0]
    assert problem.curvature().tolist() == [4.0]
    assert problem.residual(np.ones(1), problem.curvature()) == pytest.approx(0.1)
    # Two sites, of which one wants nothing: the longest step is told.
    both = Problem(csr_array(np.diag([2.0, 2.0])), np.array([4.0, 2.0]), *np.zeros((2, 2)), 10.0)
    assert both.residual(np.ones(2), both.curvature()) == pytest.approx(0.1)


def test_the_first_steps_of_the_search(monkeypatch: pytest.MonkeyPatch) -> None:
    # Minimise (a + b - 4)^2 + 2 b^2: the curvatures are 2 and 4.
    problem = Problem(csr_array([[1.0, 1.0]]), np.array([4.0]), np.zeros(2), np.array([0, 2.0]), 10)
    expected = [
        # From 0 the halves of the slopes are -4 and -4.
        (2.0, 1.0),
        # There -1 and 1; no speed yet.
        (2.5, 0.75),
        # 0.281754 of the last step further, (2.640877, 0.679561): slopes -0.679561 and 0.679561.
        (2.980658, 0.509671),
    ]
    for tours, activity in enumerate(expected, start=1):
        monkeypatch.setattr(calibration, "TOURS_MAX", tours)
        found, done = calibration._solve(problem)
        assert done == tours
        assert found.tolist() == pytest.approx(activity, abs=1e-6)


def test_the_search_drops_its_speed_and_ends_early() -> None:
    # 41 steps; 71 when the speed is never dropped, 82 with a bound that multiplies the precision.
    rows = np.array([[1.0, 1.0, 0.0], [0.0, 1.0, 1.0], [1.0, 1.0, 1.0]])
    problem = Problem(
        csr_array(rows), np.array([1.0, 2.0, 3.0]), np.ones(3), np.full(3, 0.01), 100.0
    )
    found, tours = calibration._solve(problem)
    assert tours < 45
    # The slopes are nil there: nothing is bounded.
    exact = np.linalg.solve(rows.T @ rows + 0.01 * np.eye(3), rows.T @ [1.0, 2.0, 3.0] + 0.01)
    assert found.tolist() == pytest.approx(exact.tolist(), abs=1e-3)


def test_one_inhabitant_is_fitted_as_a_thousand() -> None:
    # 4 is published, 3 was believed: 0.9 of the way, the belief weighing 1 for a gap of 3 of 3.
    one = {
        "trajets": pd.DataFrame({"code_commune": ["A"], "site_id": ["s"], "temps_min": [0.0]}),
        "demand": pd.DataFrame({"code_commune": ["A"], "population_standardisee": [1.0]}),
        "sites": pd.DataFrame({"site_id": ["s"], "mg_nb": [1.0], "consultations": [3.0]}),
    }
    publiee = pd.DataFrame({"code_commune": ["A"], "apl_publiee": [4.0]})
    found = fitted(one, publiee, top=6.0, poids=1.0)
    assert found.sites["consultations_calibrees"].tolist() == pytest.approx([3.9])
    assert found.communes == 1


def test_a_tenth_of_a_gp_before_a_tenth_of_an_inhabitant() -> None:
    tiny = {
        "trajets": pd.DataFrame({"code_commune": ["A"], "site_id": ["s"], "temps_min": [0.0]}),
        "demand": pd.DataFrame({"code_commune": ["A"], "population_standardisee": [0.1]}),
        "sites": pd.DataFrame({"site_id": ["s"], "mg_nb": [0.1], "consultations": [0.3]}),
    }
    publiee = pd.DataFrame({"code_commune": ["A"], "apl_publiee": [4.0]})
    found = fitted(tiny, publiee, top=6.0, poids=1e-9)
    assert found.sites["consultations_calibrees"].tolist() == pytest.approx([0.4])
    assert found.apl["apl_calibree"].tolist() == pytest.approx([4.0])
    # 0.1 more of 0.3, of which half is told as moved.
    assert found.part_deplacee == pytest.approx(0.05 / 0.3)


def test_people_who_are_unknown_weigh_nothing() -> None:
    """C is as if it were not there: t has the 300 people of B alone, and A alone judges s."""
    tables = five()
    tables["demand"]["population_standardisee"] = [800.0, 300.0, np.nan, 50.0, 70.0]
    known = fitted(tables, published(5.0, np.nan, 9.0, np.nan, np.nan), poids=1e-9)
    assert known.communes == 1
    assert known.sites["calibre"].tolist() == [True, False, False]
    # s gives 5 to A and 2/3 x 5 to B; t its 8 000 to 300 people, and as much to C.
    expected = [5.0, 10 / 3 + 8000 / 300, 8000 / 300, 0.0, 0.0]
    assert known.apl["apl_calibree"].tolist() == pytest.approx(expected)


def test_a_site_before_nobody_gives_nothing() -> None:
    tables = five()
    tables["demand"]["population_standardisee"] = [800.0, 300.0, 0.0, 50.0, 70.0]
    tables["trajets"] = tables["trajets"].drop(index=2)
    found = fitted(tables, published(5.0, np.nan, 9.0, np.nan, np.nan), poids=1e-9)
    assert found.apl["apl_calibree"].tolist() == pytest.approx([5.0, 10 / 3, 0.0, 0.0, 0.0])
    assert found.sites["calibre"].tolist() == [True, False, False]


def test_a_gp_who_is_believed_idle_stays_so() -> None:
    tables = five()
    tables["sites"]["consultations"] = [4000.0, 0.0, 0.0]
    found = fitted(tables, published(5.0, 9.0, 9.0, 9.0, 0.0), poids=1e-9)
    assert found.sites["consultations_calibrees"].tolist()[1:] == [0.0, 0.0]
    assert found.sites["calibre"].tolist() == [True, False, False]


def test_nobody_believed_to_work_moves_nothing() -> None:
    tables = five()
    tables["sites"]["consultations"] = 0.0
    found = fitted(tables, published(5.0, 9.0, 9.0, 9.0, 0.0))
    assert (found.deplacees, found.part_deplacee, found.solde) == (0.0, 0.0, 0.0)
    assert found.apl["apl_calibree"].tolist() == [0.0] * 5
