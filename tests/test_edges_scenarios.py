"""Scenarios, at the edge: what a new site leaves as it was, what is told of a mistake."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from diagterritoire.core.scenarios.gaps import flow_gaps
from diagterritoire.core.scenarios.moves import Lieu
from diagterritoire.core.scenarios.places import known_commune, known_site, point_of
from diagterritoire.errors import UsageError
from test_scenarios import PAR_ETP, PAR_MG, area, counts, made


def test_a_new_site_changes_no_column_of_those_in_place() -> None:
    here = area()
    here.sites["site_id"] = here.sites["site_id"].astype("string")
    here.sites["mg_nb"] = here.sites["mg_nb"].astype("float64")
    sites, _ = made(here, ouvrir=[{"code_commune": "18003", "etp": 1}])
    assert sites["site_id"].tolist() == ["mg-18001", "s-18001", "mg-18002", "scenario-18003"]
    assert sites.dtypes.to_dict() == here.sites.dtypes.to_dict()
    assert sites.index.tolist() == [0, 1, 2, 3]


def test_the_first_site_of_all_has_the_columns_that_others_would_have() -> None:
    here = area()
    nobody = replace(here, sites=here.sites.iloc[:0].astype({"site_id": "object"}))
    sites, _ = made(nobody, ouvrir=[{"code_commune": "18003", "etp": 1}])
    assert sites["site_id"].tolist() == ["scenario-18003"]
    assert sites.dtypes.to_dict() == nobody.sites.dtypes.to_dict()


def test_a_flow_that_changes_by_just_the_least_is_told() -> None:
    before = pd.DataFrame(
        {"code_residence": "A", "code_exercice": ["B", "C", "D"], "patients": [5.0, 5.0, 5.0]}
    )
    after = before.assign(patients=[6.0, 4.0, 5.5])
    found = flow_gaps(before, after, least=1.0)
    assert found[["code_exercice", "patients_difference"]].to_numpy().tolist() == [
        ["B", 1.0], ["C", -1.0],
    ]  # fmt: skip


def test_a_place_is_written_as_it_was_given() -> None:
    assert str(Lieu(code_commune="18001")) == "18001"
    assert str(Lieu(site_id="mg-18001")) == "mg-18001"
    assert str(Lieu(lon=8.74, lat=41.92)) == "lon 8.74, lat 41.92"


@pytest.mark.parametrize("typed", ["18002", "mg-18002-bis"])
def test_a_site_that_is_not_there_brings_those_that_resemble_it(typed) -> None:
    with pytest.raises(UsageError) as raised:
        known_site(typed, area().sites)
    assert "mg-18002" in raised.value.remede
    assert "18001" not in raised.value.remede


def test_a_commune_is_at_its_point() -> None:
    assert point_of(Lieu(code_commune="18002"), area().communes) == (610_000.0, 6_600_000.0)


def test_one_full_time_gp_moves_with_what_one_offers() -> None:
    here = area()
    sites, _ = made(here, deplacer=[{"site_id": "mg-18001", "code_commune": "18002", "etp": 0.5}])
    moved = 0.5 * PAR_ETP / PAR_MG
    assert counts(sites)["mg-18001"] == pytest.approx(3 - moved)
    assert counts(sites)["mg-18002"] == pytest.approx(1 / 3 + moved)


def test_a_city_computed_by_arrondissement_brings_its_own() -> None:
    communes = pd.DataFrame({"code_commune": ["75101", "75102", "93001"]})
    with pytest.raises(UsageError, match="par arrondissement") as raised:
        known_commune("75056", communes)
    assert "75101" in raised.value.remede
    assert "75103" not in raised.value.remede
