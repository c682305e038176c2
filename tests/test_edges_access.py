"""Access and its causes, at the edge."""

from __future__ import annotations

import pandas as pd
import pytest

from diagterritoire.core.access.causes import CAUSES, main_cause
from diagterritoire.core.access.shortfalls import by_zone
from test_calibration import fitted, five, published
from test_causes import OFFER, OLDER, RAW, TIMES, run
from test_shortfalls import whole


def test_a_site_of_less_than_one_consultation_still_counts() -> None:
    # A thousandth of the supply and of the reference: a thousandth of each gap.
    small = run(TIMES, RAW, OLDER, {site: n / 1000 for site, n in OFFER.items()}, 2.5 / 1000)
    whole = run(TIMES, RAW, OLDER, OFFER, 2.5)
    parts = ["ecart", *(f"ecart_{name}" for name in CAUSES)]
    pd.testing.assert_frame_equal(small[parts] * 1000, whole[parts])
    assert small["cause_principale"].equals(whole["cause_principale"])


def test_a_gap_of_nothing_has_no_cause() -> None:
    # The first commune is exactly at the reference, the second under it.
    parts = {"ecart": [0.0, -0.5], "ecart_offre": [-1.0, -1.0], "ecart_distance": [1.0, 0.5],
             "ecart_concurrence": 0.0, "ecart_age": 0.0}  # fmt: skip
    found = main_cause(pd.DataFrame(parts))
    assert found.isna().tolist() == [True, False]
    assert found[1] == "offre"


def test_consultations_without_any_gp_counted_stay_as_they_are() -> None:
    tables = five()
    tables["sites"]["consultations"] = [4000.0, 8000.0, 500.0]
    found = fitted(tables, published(5.0, 10 / 3 + 3, 3.0, 9.0, 0.0), poids=1e-9)
    assert found.sites["consultations_calibrees"].tolist() == pytest.approx([5000, 6000, 500])
    assert found.sites["calibre"].tolist() == [True, True, False]


def test_a_commune_whose_reach_is_unknown_is_not_counted_far() -> None:
    known = whole()
    known["atteignable"] = pd.array([False, None, True, None, True], dtype="boolean")
    found = by_zone(known, {"territoire": "territoire"}, seuil_apl=2.5, seuil_temps_min=20).iloc[0]
    # A cannot be reached (100), D is at 20.5 min (50); B is at 20 min, and counts as reached.
    assert found["population_eloignee"] == 150
    assert found["part_population_eloignee"] == pytest.approx(150 / 1550)
