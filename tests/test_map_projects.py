"""What the map holds of scenarios and of the places of new sites."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from diagterritoire.outputs import cautions
from diagterritoire.outputs.map_data import map_data
from factory import small_diagnosis
from projects import with_projects

SOURCE = Path(__file__).parents[1] / "web" / "src" / "donnees.ts"


@pytest.fixture(scope="module")
def data():
    return map_data(with_projects(small_diagnosis()), "")


def test_what_is_after_names_what_is_before_with_the_same_classes(data):
    by_key = {i["cle"]: i for i in data["indicateurs"]}
    later = [i for i in data["indicateurs"] if i["avant"]]
    assert [i["avant"] for i in later] == ["temps", "apl", "deficit"]
    for indicateur in later:
        assert indicateur["scenario"] == 1
        assert indicateur["legende"] == by_key[indicateur["avant"]]["legende"]
    assert by_key["temps"]["avant"] == ""


def test_each_move_is_a_mark_where_it_happens(data):
    marks = data["mouvements"]
    assert [m["genre"] for m in marks] == ["deplacer", "ouvrir", "profession", "accelerer"]
    moved, opened, other, road = marks
    assert moved["position"] in data["sites"]["position"]
    assert moved["vers"] == [46.75, 2.5]  # the point that its author gave
    assert opened["position"] == road["vers"] == data["points"][1]
    assert opened["vers"] is None
    assert other["position"] is None
    assert all(m["texte"].endswith(".") for m in marks)


def test_the_first_choice_of_each_aim_and_number_of_sites(data):
    single, double = data["implantations"]
    assert (single["sites_nb"], single["etp"], single["gain"]) == (1, "", "600 habitants")
    assert single["positions"] != double["positions"]
    assert (double["etp"], double["gain"], len(double["positions"])) == (
        "2 + 1",
        "600 consultations par an",
        2,
    )
    assert data["mise_en_garde"] == cautions.OPTIMUM.texte


@pytest.mark.parametrize(
    ("interface", "key"), [("Mouvement", "mouvements"), ("Implantation", "implantations")]
)
def test_the_front_end_reads_what_is_written(data, interface, key):
    source = SOURCE.read_text(encoding="utf-8")
    body = re.search(rf"export interface {interface} \{{\n(.*?)\n\}}", source, re.S)[1]
    assert set(re.findall(r"^  (\w+)\??:", body, re.M)) == set(data[key][0])


def test_without_scenario_nor_siting_there_is_none():
    plain = map_data(small_diagnosis(), "")
    assert plain["mouvements"] == plain["implantations"] == []
    assert not any(i["scenario"] for i in plain["indicateurs"])
