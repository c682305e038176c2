"""Roads of OpenStreetMap: the real extracts beside the project."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest

from diagterritoire.network.compiled import compile_network
from diagterritoire.network.graph import build_graph
from diagterritoire.network.search import nearest
from diagterritoire.network.speeds import DECISECONDS_PER_MINUTE
from diagterritoire.parameters import Parameters
from diagterritoire.sources.roads import osm, osm_rules
from slow_osm import metres_by_class

pytestmark = pytest.mark.real

# Nodes, directed sections, kilometres of carriageway one way, projection.
EXTRACTS = {
    "andorra.osm.pbf": (1721, 3440, 391, "EPSG:2154"),
    "liechtenstein.osm.pbf": (3425, 7613, 399, "EPSG:2056"),
    "geneva.osm.pbf": (4712, 8753, 182, "EPSG:2056"),
    "redon.osm": (268, 598, 13, "EPSG:2154"),
}
# Nodes of the largest component where one may drive from each to each: 99 %, 99 %, 91 % (an extract
# cut across a city), and what a few streets leave.
MAIN = {
    "andorra.osm.pbf": 1697,
    "liechtenstein.osm.pbf": 3375,
    "geneva.osm.pbf": 4283,
    "redon.osm": 260,
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
    sizes = np.bincount(graph.component)
    assert sizes.max() == MAIN[name]
    # From anywhere in the main component its every node is reached, and no time is absurd.
    main = np.flatnonzero(graph.component == sizes.argmax())
    times, _ = nearest(graph, main[:1], np.zeros(1, dtype=np.int64))
    assert (times[main] >= 0).all()
    assert 0 < times[main].max() < 2 * 60 * DECISECONDS_PER_MINUTE


def test_times_on_a_real_extract_as_networkx_finds_them(extracts):
    read = extracts["andorra.osm.pbf"]
    crs = EXTRACTS["andorra.osm.pbf"][3]
    graph = build_graph(compile_network(read.noeuds, read.troncons), crs, Parameters().reseau)
    slow = nx.DiGraph()
    edges = graph.forward
    for start in range(len(graph.x)):
        for k in range(edges.indptr[start], edges.indptr[start + 1]):
            slow.add_edge(start, int(edges.indices[k]), weight=int(edges.time_ds[k]))
    site = int(np.flatnonzero(graph.component == np.bincount(graph.component).argmax())[0])
    expected = nx.single_source_dijkstra_path_length(slow.reverse(), site)
    times, _ = nearest(graph, np.array([site]), np.zeros(1, dtype=np.int64))
    assert {node: int(t) for node, t in enumerate(times) if t >= 0} == expected


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
