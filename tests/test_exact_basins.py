"""Basins and care areas, every figure by hand."""

from __future__ import annotations

import pandas as pd
import pytest
import shapely

from diagterritoire.core.basins.care_area import ANALYSES, APPUI, FLUX, GARDE, care_area
from diagterritoire.core.basins.catchments import match
from diagterritoire.core.basins.merging import Floors, borders, validity
from test_edges_basins import COLUMNS, put_together

HALF = Floors(100, 100, 0.5, 0.5)


def test_a_score_grows_to_the_target_and_no_further() -> None:
    floors = Floors(3500, 25000, 2 / 3, 0.75)
    # At the large size, 0.75 or more of use inside is 0.75 / (2 / 3).
    assert validity(25000, 0.75, floors) == pytest.approx(1.125)
    assert validity(30000, 0.9, floors) == pytest.approx(1.125)
    # Under the least size the line goes on: 25 000 short of 21 500.
    assert validity(0, 0.75, floors) == pytest.approx((1 - 25000 / 21500 / 9) * 9 / 8)
    assert validity(25000, 0.0, floors) == 0.0


def test_outlines_at_the_distance_touch_and_none_is_no_pair() -> None:
    squares = [shapely.box(x, 0, x + 1, 1) for x in (0.0, 1.5, 3.25)]
    assert borders(["C", "B", "A"], squares, 0.5).to_numpy().tolist() == [["B", "C"]]
    assert borders(["C", "B", "A"], squares, 0.75).to_numpy().tolist() == [["A", "B"], ["B", "C"]]
    none = borders([], [], 0.5)
    assert none.columns.tolist() == ["un", "autre"]
    assert none.dtypes.tolist() == ["str", "str"]
    assert none.empty


def test_a_basin_put_together_touches_what_its_communes_touched() -> None:
    # A and B exchange and keep 12 of 40 together: they join C, that only B touches.
    rows = [("A", "A", 1.0), ("A", "B", 5.0), ("A", "Z", 14.0), ("C", "C", 100.0)]
    rows += [("B", "B", 1.0), ("B", "A", 5.0), ("B", "Z", 14.0)]
    people = {"A": 100, "B": 100, "C": 100}
    found = put_together(rows, people, [("A", "B"), ("B", "C")], HALF)
    assert found == {"A": "C", "B": "C", "C": "C"}
    apart = put_together(rows, people, [("A", "B")], HALF)
    assert apart == {"A": "A", "B": "A", "C": "C"}


def test_a_basin_put_together_sends_and_receives_what_both_did() -> None:
    # A joins B, its only neighbour; 0.8 patient of B goes to D, or comes from it, 0.3 to C.
    people, touching = {"A": 10, "B": 60, "C": 200, "D": 200}, [("A", "B"), ("B", "C"), ("B", "D")]
    rows = [("A", "C", 0.3), ("A", "A", 0.1), ("B", "B", 1.0), ("C", "C", 100.0), ("D", "D", 100.0)]
    floors = Floors(100, 400, 0.5, 0.75)
    for more in (("B", "D", 0.8), ("D", "B", 0.8)):
        found = put_together([*rows, more], people, touching, floors)
        assert found == {"A": "D", "B": "D", "C": "C", "D": "D"}


def test_a_basin_joins_where_it_is_tied_most_both_ways() -> None:
    # A (10 patients) sends 4 to B (of 100 seen there) and 4 to C (of 50 seen there).
    rows = [("A", "A", 2.0), ("A", "B", 4.0), ("A", "C", 4.0)]
    rows += [("B", "B", 96.0), ("C", "C", 46.0)]
    people = {"A": 100, "B": 100, "C": 100}
    touching = [("A", "B"), ("A", "C")]
    assert put_together(rows, people, touching, HALF)["A"] == "C"
    # What B sends to A counts as well: 4^2 / (96 * 4) more, over 4^2 / (10 * 50) - 4^2 / 960.
    rows[3:4] = [("B", "B", 92.0), ("B", "A", 4.0)]
    assert put_together(rows, people, touching, HALF)["A"] == "B"


def test_without_tie_a_basin_joins_the_most_used_neighbour_then_the_first() -> None:
    rows = [("A", "Z", 5.0), ("B", "B", 7.0), ("C", "C", 8.0), ("D", "D", 8.0)]
    people = dict.fromkeys("ABCD", 100)
    touching = [("A", "B"), ("A", "C"), ("A", "D")]
    assert put_together(rows, people, touching, HALF)["A"] == "C"
    assert put_together(rows, people, touching[::2], HALF)["A"] == "D"
    # Nobody consults in C, or nobody who consults lives there: no tie either.
    for nobody in ([("C", "Z", 5.0)], [("Z", "A", 1.0), ("Z", "C", 6.0)]):
        found = put_together([*rows[:2], *nobody], people, touching[:2], HALF)
        assert found["A"] == "B"


def test_a_basin_is_named_after_the_most_used_then_populated_then_first_commune() -> None:
    touching = [("A", "B"), ("B", "C")]
    rows = [("A", "C", 5.0), ("B", "C", 5.0), ("C", "Z", 1.0)]
    assert set(put_together(rows, dict.fromkeys("ABC", 9), touching, HALF).values()) == {"C"}
    none = [("A", "Z", 5.0), ("B", "Z", 5.0), ("C", "Z", 5.0)]
    people = {"A": 8, "B": 9, "C": 9}
    assert set(put_together(none, people, touching, HALF).values()) == {"B"}
    # Nobody consults: nothing is kept.
    assert set(put_together([], people, touching, HALF).values()) == {"B"}


def test_the_zones_compared_are_those_that_both_divisions_place() -> None:
    rows = [("A", "1", 40), ("B", "2", 60), ("C", None, 5), (None, "3", 7)]
    found = match(pd.DataFrame(rows, columns=["b", "e", "population"]), "b", "e")
    assert (found.zones, found.autres, found.population) == (2, 2, 100)
    nobody = match(pd.DataFrame([("A", "1", 0)], columns=["b", "e", "population"]), "b", "e")
    assert (nobody.zones, nobody.autres, nobody.part, nobody.part_inverse) == (1, 1, None, None)
    assert nobody.population == 0


def five_communes() -> pd.DataFrame:
    rows = [
        ("A", True, 100, 0.0, "1", "x", 0.0),
        ("B", True, 300, 10.0, "1", "x", 3000.0),
        ("C", True, 50, 15.0, "2", "y", 6000.0),
        ("D", True, 50, None, None, None, 9000.0),
        ("E", False, 500, 2.0, "2", "y", 0.0),
    ]
    names = ["code_commune", "dans_territoire", "population", "temps_mg_min", "code_epci"]
    return pd.DataFrame(rows, columns=[*names, "bassin", "x"]).assign(y=0.0)


def scored(structures: pd.DataFrame | None, secteurs: pd.DataFrame | None = None) -> pd.DataFrame:
    flux = pd.DataFrame(
        [("A", "A", 3.0), ("A", "E", 1.0), ("B", "A", 2.0), ("C", "E", 5.0), ("E", "A", 9.0)],
        columns=COLUMNS,
    )
    found = care_area(five_communes(), flux, structures, secteurs, temps_min=(10, 15), appui_km=3.0)
    return found.assign(code_commune=found["code_commune"].fillna("tout"))


def figures(table: pd.DataFrame, name: str, column: str) -> list[float | None]:
    """Of the territory, then of A, B, C, D."""
    mine = table.loc[table["analyse"] == name]
    assert mine["code_commune"].tolist() == ["tout", "A", "B", "C", "D"]
    return [None if pd.isna(v) else round(float(v), 9) for v in mine[column]]


def test_a_care_area_of_four_communes() -> None:
    places = [("MSP", "A", 0.0), ("CDS", "A", 0.0), ("hopital", "A", 0.0), ("MSP", "D", 9000.0)]
    given = pd.DataFrame(places, columns=["categorie", "code_commune", "x"]).assign(y=0.0)
    secteurs = pd.DataFrame({"code_commune": list("ABC"), "secteur": ["s", "t", "s"]})
    found = scored(given, secteurs)
    assert found.index.tolist() == list(range(30))
    assert found["analyse"].drop_duplicates().tolist() == [a.cle for a in ANALYSES]
    # Sector t has 300 inhabitants, s 150: 300 of the 450 placed are in t.
    assert figures(found, "secteur_garde", "score") == [round(300 / 450, 9), 0, 1, 0, None]
    # Two in basin x, none in y; D is in no basin and has its own. Means over 500.
    assert figures(found, "dynamique", "valeur") == [(2 * 400 + 50) / 500, 2, 2, 0, 1]
    assert figures(found, "dynamique", "score") == [(100 + 150 + 50) / 500, 1, 0.5, 0, 1]
    assert figures(found, "temps", "valeur") == [round(3750 / 450, 9), 0, 10, 15, None]
    assert figures(found, "temps", "score") == [round(425 / 450, 9), 1, 1, 0.5, None]
    # A keeps 3 of 4, B all, C none, nobody is known of D.
    assert figures(found, "flux", "score") == [round(375 / 450, 9), 0.75, 1, 0, None]
    assert figures(found, "appui", "valeur") == [(900 + 300 + 450) / 500, 0, 3, 6, 9]
    assert figures(found, "appui", "score") == [(100 + 300 + 25) / 500, 1, 1, 0.5, 0]
    # All of EPCI 1 is inside, 50 of the 550 of EPCI 2.
    assert figures(found, "epci", "valeur")[1:] == [1, 1, round(50 / 550, 9), None]
    told = found.loc[found["code_commune"] == "D"].set_index("analyse")["source"]
    assert told["flux"] == FLUX.manque
    assert told["appui"] == APPUI.source


def test_an_area_without_any_file_of_structures_or_sectors() -> None:
    found = scored(None)
    for name in ("secteur_garde", "dynamique", "appui"):
        assert figures(found, name, "score") == [None] * 5
        assert figures(found, name, "valeur") == [None] * 5
    assert set(found.loc[found["analyse"] == "secteur_garde", "source"]) == {GARDE.manque}


def test_an_area_whose_structures_are_of_no_support() -> None:
    given = pd.DataFrame({"categorie": ["autre"], "code_commune": ["A"], "x": [0.0], "y": [0.0]})
    elsewhere = pd.DataFrame({"code_commune": ["Z"], "secteur": ["s"]})
    found = scored(given, elsewhere)
    assert figures(found, "dynamique", "score") == [0.0] * 5
    assert figures(found, "dynamique", "valeur") == [0.0] * 5
    assert figures(found, "appui", "score") == [0.0] * 5
    assert figures(found, "appui", "valeur") == [None] * 5
    assert figures(found, "secteur_garde", "score") == [None] * 5
    nothing = scored(given, elsewhere.iloc[:0])
    assert figures(nothing, "secteur_garde", "score") == [None] * 5


def test_the_inhabitants_of_an_epci_may_be_given() -> None:
    flux = pd.DataFrame([("A", "A", 3.0)], columns=COLUMNS)
    people = pd.Series({"1": 800})
    found = care_area(
        five_communes(), flux, None, None, temps_min=(10, 15), appui_km=3.0, habitants_epci=people
    )
    rows = found.loc[(found["analyse"] == "epci") & (found["niveau"] == "commune"), "score"]
    # 400 of 800; those of EPCI 2 are not given, and are counted around: 50 of 550.
    assert rows.round(9).tolist()[:3] == [0.5, 0.5, round(50 / 550, 9)]
