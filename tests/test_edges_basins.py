"""Basins, at the edge: patients from elsewhere, and what a merged basin sends and receives."""

from __future__ import annotations

import pandas as pd
import pytest

from diagterritoire.core.basins.care_area import ANALYSES, care_area
from diagterritoire.core.basins.catchments import catchments, match
from diagterritoire.core.basins.merging import Floors, basins, validity

COLUMNS = ["code_residence", "code_exercice", "patients"]


def put_together(rows, people, touching, floors):
    communes = pd.DataFrame({"code_commune": list(people), "population": list(people.values())})
    near = pd.DataFrame(touching, columns=["un", "autre"], dtype="str")
    found = basins(pd.DataFrame(rows, columns=COLUMNS), communes, near, floors)
    return dict(zip(found["code_commune"], found["bassin"], strict=True))


def test_patients_from_and_to_elsewhere_belong_to_no_basin() -> None:
    # Z lies out of the area: half of A goes there, and half of what A receives comes from there.
    rows = [
        ("A", "A", 50.0),
        ("A", "Z", 50.0),
        ("Z", "A", 50.0),
        ("B", "B", 90.0),
        ("B", "A", 10.0),
    ]
    people = {"A": 100, "B": 100}
    # A keeps 50 of 100, B 90 of 100: with a floor of 0.5 both stand alone, with 0.6 A joins B.
    assert put_together(rows, people, [("A", "B")], Floors(100, 100, 0.5, 0.5)) == {
        "A": "A", "B": "B",
    }  # fmt: skip
    assert put_together(rows, people, [("A", "B")], Floors(100, 100, 0.6, 0.6)) == {
        "A": "A", "B": "A",
    }  # fmt: skip


def test_a_merged_basin_sends_what_its_communes_sent_and_no_patient_more() -> None:
    # B joins A, its only neighbour. A sends 0.8 patient to D, B 0.3 to C: A and B together go to D
    # more than to C, which is like it. A basin bears the name of the commune most gone to.
    rows = [("A", "A", 1.0), ("A", "D", 0.8), ("B", "C", 0.3), ("B", "B", 0.1)]
    rows += [("C", "C", 100.0), ("D", "D", 100.0)]
    people = {"A": 60, "B": 10, "C": 200, "D": 200}
    touching = [("A", "B"), ("A", "C"), ("A", "D")]
    found = put_together(rows, people, touching, Floors(100, 400, 0.5, 0.75))
    assert found == {"A": "D", "B": "D", "C": "C", "D": "D"}


def test_shares_are_told_from_minutes_and_kilometres() -> None:
    assert [a.cle for a in ANALYSES if a.fraction] == ["secteur_garde", "flux", "epci"]
    assert [a.unite.split()[0] for a in ANALYSES if a.cle in {"temps", "appui"}] == ["min", "km"]


def test_catchments_are_numbered_from_zero_in_order() -> None:
    rows = [("C", "B", 1.0), ("A", "B", 9.0), ("B", "B", 5.0), ("D", "D", 4.0)]
    found = catchments(pd.DataFrame(rows, columns=COLUMNS), ["B"], primaire=0.5, secondaire=0.2)
    assert found["code_commune"].tolist() == ["A", "B", "C"]
    assert found.index.tolist() == [0, 1, 2]


def test_a_merged_basin_keeps_what_its_communes_kept_and_no_patient_more() -> None:
    # A keeps 0.5 of 1 and stands alone; B keeps 0.1 of 1 and joins it; together they keep 0.6 of 2,
    # under the floor of one half, and join C.
    rows = [("A", "A", 0.5), ("A", "Z", 0.5), ("B", "B", 0.1), ("B", "Z", 0.9), ("C", "C", 9.0)]
    people = {"A": 100, "B": 100, "C": 100}
    found = put_together(rows, people, [("A", "B"), ("A", "C")], Floors(100, 100, 0.5, 0.5))
    assert set(found.values()) == {"C"}
    apart = put_together(rows, people, [("A", "B")], Floors(100, 100, 0.25, 0.25))
    assert apart == {"A": "A", "B": "A", "C": "C"}


def test_a_single_size_asks_for_the_least_share_from_there_and_the_target_below() -> None:
    floors = Floors(100, 100, 0.6, 0.75)
    assert validity(100, 0.6, floors) == pytest.approx(1.0)
    assert validity(99, 0.6, floors) == pytest.approx(0.8)
    assert validity(99, 0.75, floors) == pytest.approx(1.0)


def test_the_two_ways_of_an_agreement_are_not_the_same() -> None:
    # All of 1 is in A, that has 30 people in 2 too: whoever is in 1 is in A, not the other way.
    rows = [("A", "1", 50), ("A", "2", 30), ("B", "2", 20)]
    found = match(pd.DataFrame(rows, columns=["b", "e", "population"]), "b", "e")
    # A: 50 of 80 in 1, B: 20 in 2. Zone 1: 50 in A; zone 2: 30 of 50 in A.
    assert (found.part, found.part_inverse) == (0.7, 0.8)
    one = match(pd.DataFrame([("A", "1", 1)], columns=["b", "e", "population"]), "b", "e")
    assert (one.part, one.part_inverse) == (1.0, 1.0)


def test_what_is_just_within_reach_supports_whole() -> None:
    # A hospital 5 km away, then 10 km: within the bound, within twice, and 0 beyond.
    communes = pd.DataFrame(
        {
            "code_commune": list("ABC"), "dans_territoire": True, "population": [1, 1, 1],
            "temps_mg_min": 5.0, "code_epci": "e", "bassin": "A",
            "x": [5000.0, 10_000.0, 10_001.0], "y": 0.0,
        }
    )  # fmt: skip
    places = pd.DataFrame({"categorie": ["hopital"], "code_commune": ["A"], "x": [0.0], "y": [0.0]})
    flux = pd.DataFrame([("A", "Z", 0.5), ("B", "A", 0.5)], columns=COLUMNS)
    found = care_area(communes, flux, places, None, temps_min=(10, 15), appui_km=5.0)
    by = found.dropna(subset=["code_commune"]).set_index(["analyse", "code_commune"])["score"]
    assert by["appui"].tolist() == [1.0, 0.5, 0.0]
    # Half a patient who leaves, half who stays, nobody.
    assert by["flux"].fillna(-1).tolist() == [0.0, 1.0, -1.0]


def test_a_basin_that_just_meets_the_floors_is_valid() -> None:
    communes = pd.DataFrame({"code_commune": ["A", "I"], "population": [100, 100]})
    rows = [("A", "A", 50.0), ("A", "Z", 50.0), ("I", "I", 49.0), ("I", "Z", 51.0)]
    alone = pd.DataFrame({"un": [], "autre": []}, dtype="str")
    found = basins(pd.DataFrame(rows, columns=COLUMNS), communes, alone, Floors(100, 100, 0.5, 0.5))
    assert found["valide"].tolist() == [True, False]
