"""Styles for QGIS: each row in one class of the map, by the rules themselves run by SQLite."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from xml.etree import ElementTree as ET

import pandas as pd
import pytest

from diagterritoire import tables
from diagterritoire.outputs.classes import INDICATEURS, class_numbers, legend
from diagterritoire.outputs.qgis import raster_style, styles
from diagterritoire.outputs.scenario_views import APL_DIFFERENCE
from factory import small_diagnosis

# What secrecy hides is told by a column that the layer does not have.
SHOWN = {
    i.notion.titre: i for i in INDICATEURS if i.colonne in tables.COMMUNES.noms and not i.masquee
}


def rules(table, style=0, scenarios=()):
    qml = styles([table], scenarios)[style].qml
    return ET.fromstring(qml).findall("renderer-v2/rules/rule")  # noqa: S314


def classed(frame, found):
    """Rank of the only rule that takes each row; ELSE takes those that no other does."""
    others = [r.get("filter") for r in found if r.get("filter") != "ELSE"]
    with closing(sqlite3.connect(":memory:")) as base:
        frame.to_sql("t", base, index=False)
        columns = ", ".join(f"coalesce(({rule}), 0)" for rule in others)
        rows = base.execute(f"SELECT {columns} FROM t ORDER BY rowid").fetchall()  # noqa: S608
    assert all(sum(row) <= 1 for row in rows)
    return [row.index(1) if 1 in row else len(others) for row in rows]


@pytest.mark.parametrize("number", range(len(SHOWN)))
def test_each_commune_falls_in_the_class_of_the_map(number):
    style = styles([tables.COMMUNES])[number]
    indicateur = SHOWN[style.nom] if number else INDICATEURS[0]
    known = small_diagnosis().communes.drop(columns="geometry")
    column = indicateur.colonne
    if not indicateur.categories:
        values = [None, 0.0, *indicateur.bornes, *(b + 0.05 for b in indicateur.bornes)]
        known = pd.concat(
            [known, pd.concat([known.iloc[[1]]] * len(values)).assign(**{column: values})]
        )
    found = rules(tables.COMMUNES, number)
    assert len(found) == len(legend(indicateur))
    assert classed(known, found) == class_numbers(indicateur, known).tolist()


def test_no_change_has_one_class():
    table = pd.DataFrame({"apl_difference": [-0.7, -0.05, 0.0, 0.05, 0.1, None]})
    found = classed(table, rules(tables.SCENARIO))
    assert found == class_numbers(APL_DIFFERENCE, table).tolist() == [1, 3, 0, 4, 5, 7]


def test_scenarios_that_lie_over_each_other_are_shown_one_at_a_time():
    groups = rules(tables.SCENARIO, scenarios=("un-site", "deux-sites"))
    assert [(g.get("filter"), g.get("checkstate")) for g in groups] == [
        ("\"scenario\" = 'un-site'", None),
        ("\"scenario\" = 'deux-sites'", "0"),
    ]
    symbols = [r.get("symbol") for g in groups for r in g]
    assert len(set(symbols)) == len(symbols) == 2 * len(legend(APL_DIFFERENCE))


def test_each_place_of_a_new_site_has_one_symbol():
    """By aim, the best single site, the others, then several sites."""
    found = rules(tables.IMPLANTATIONS)
    assert [r.get("symbol") for r in found if r.get("checkstate") == "0"] == ["8"]
    cases = [(but, nb, rang) for but in tables.UNITES_BUT for nb, rang in ((1, 1), (1, 3), (2, 1))]
    table = pd.DataFrame(cases, columns=["but", "sites_nb", "rang"])
    assert classed(table, found) == [0, 1, 8, 2, 3, 8, 4, 5, 8, 6, 7, 8]


def test_structures_flows_and_roads():
    found = rules(tables.STRUCTURES)
    kinds = [*tables.CATEGORIES_STRUCTURES, "autre"]
    assert classed(pd.DataFrame({"categorie": kinds}), found) == list(range(len(found)))
    flows = pd.DataFrame(
        {
            "code_residence": ["a"] * 5,
            "code_exercice": ["b", "b", "b", "b", "a"],
            "patients": [19.9, 20, 100, 500, 900],
        }
    )
    # Who stays in the commune has no line: past the last rule.
    assert classed(flows, rules(tables.FLUX)) == [0, 1, 2, 3, 4]
    roads = pd.DataFrame({"classe": list(tables.CLASSES_ROUTES)})
    assert sorted(classed(roads, rules(tables.ROUTES_PRINCIPALES))) == [0, 1, 2]


def test_the_raster_has_the_classes_of_the_map():
    """A time on a break is in the class above it, as on the map."""
    read = ET.fromstring(raster_style())  # noqa: S314
    items = read.findall("pipe/rasterrenderer/rastershader/colorrampshader/item")
    stops = [float(i.get("value", "")) for i in items]
    minutes = [0.0, 4.9, 5.0, 9.983, 10.0, 29.9, 30.0, 200.0]
    found = [next(k for k, stop in enumerate(stops) if value <= stop) for value in minutes]
    shown = next(i for i in INDICATEURS if i.cle == "temps_moyen")
    table = pd.DataFrame({shown.colonne: minutes, "atteignable": True})
    assert found == class_numbers(shown, table).tolist()
    assert [i.get("color") for i in items] == list(shown.couleurs)


def test_a_shape_without_inside_is_drawn_in_its_colour():
    """A white outline would hide it: QGIS fills no cross."""
    for table in (tables.STRUCTURES, tables.IMPLANTATIONS, tables.SITES):
        for layer in ET.fromstring(styles([table])[0].qml).iter("layer"):  # noqa: S314
            held = {p.get("k"): p.get("v") for p in layer.findall("prop")}
            crossed = held["name"] in ("cross", "cross2")
            assert (held["outline_color"] == held["color"]) == crossed
            assert held["outline_color"] != "255,255,255,255" or not crossed
