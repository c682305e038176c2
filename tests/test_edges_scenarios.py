"""Scenarios, at the edge: what a new site leaves as it was."""

from __future__ import annotations

from test_scenarios import area, made


def test_a_new_site_changes_no_column_of_those_in_place() -> None:
    here = area()
    here.sites["site_id"] = here.sites["site_id"].astype("string")
    here.sites["mg_nb"] = here.sites["mg_nb"].astype("float64")
    sites, _ = made(here, ouvrir=[{"code_commune": "18003", "etp": 1}])
    assert sites["site_id"].tolist() == ["mg-18001", "s-18001", "mg-18002", "scenario-18003"]
    assert sites.dtypes.to_dict() == here.sites.dtypes.to_dict()
    assert sites.index.tolist() == [0, 1, 2, 3]
