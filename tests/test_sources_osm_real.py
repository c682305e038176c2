"""Roads of OpenStreetMap: the real extracts beside the project."""

from __future__ import annotations

import numpy as np
import pytest

from diagterritoire.network.compiled import compile_network
from diagterritoire.network.graph import build_graph
from diagterritoire.parameters import Parameters
from diagterritoire.sources import osm, osm_rules
from slow_osm import metres_by_class

pytestmark = pytest.mark.real

# Nodes, directed sections, kilometres of carriageway one way, projection.
EXTRACTS = {
    "andorra.osm.pbf": (1721, 3440, 391, "EPSG:2154"),
    "liechtenstein.osm.pbf": (3425, 7613, 399, "EPSG:2056"),
    "geneva.osm.pbf": (4712, 8753, 182, "EPSG:2056"),
    "redon.osm": (268, 598, 13, "EPSG:2154"),
}


@pytest.fixture(scope="module")
def extracts(real_data):
    return {name: osm.read_osm(real_data / "osm" / name) for name in EXTRACTS}


@pytest.mark.parametrize("name", EXTRACTS)
def test_real_extracts_compile(extracts, name):
    nodes, rows, kilometres, crs = EXTRACTS[name]
    read = extracts[name]
    assert (len(read.noeuds), len(read.troncons)) == (nodes, rows)
    assert read.troncons["longueur_m"].sum() / 2000 == pytest.approx(kilometres, rel=0.15)
    graph = build_graph(compile_network(read.noeuds, read.troncons), crs, Parameters().reseau)
    main = np.bincount(graph.component).max() / len(graph.x)
    assert main > 0.9


def test_what_geneva_leaves_out_is_counted(extracts):
    compte = extracts["geneva.osm.pbf"].compte
    assert compte[osm.ROUTES_LUES] == 6126
    assert compte[osm_rules.ACCES] == 1731
    assert compte[osm_rules.BAC_SANS_VOITURE] == 23


def test_metres_of_each_class_as_a_slow_reading_of_the_same_file(extracts, real_data):
    read = extracts["redon.osm"]
    expected, ways = metres_by_class(real_data / "osm" / "redon.osm", osm_rules.HIGHWAYS)
    found = read.troncons.groupby("classe")["longueur_m"].sum()
    assert set(found.index) == {name for name, total in expected.items() if total}
    for name, total in found.items():
        assert total == pytest.approx(expected[name], rel=1e-6), name
    assert read.compte[osm.ROUTES_LUES] - read.compte[osm_rules.ACCES] == ways


def test_headers_say_where_the_real_extracts_lie(real_data):
    west, south, east, north = osm.header_box(real_data / "osm" / "andorra.osm.pbf")
    assert 1.4 < west < east < 1.8
    assert 42.4 < south < north < 42.7
    assert osm.header_box(real_data / "osm" / "redon.osm") is None
