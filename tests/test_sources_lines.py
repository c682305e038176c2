"""Lines of the streets and speed limits, from osmnx and from OpenStreetMap extracts."""

from __future__ import annotations

import networkx as nx
import numpy as np
import osmnx
import pytest
import shapely

from diagterritoire.errors import DataError
from diagterritoire.network.compiled import compile_network, without_ferries
from diagterritoire.network.graph import build_graph
from diagterritoire.network.shapes import paired
from diagterritoire.parameters import Parameters
from diagterritoire.sources.roads import osm
from diagterritoire.sources.roads.routes import read_graphml
from test_sources_osm import ROAD, write_osm
from test_sources_writers import GRAPHML, write_graphml

RESEAU = Parameters().reseau


def graph_of(path):
    return build_graph(compile_network(*read_graphml(path)), "EPSG:2154", RESEAU)


def lines(graph):
    """Points of the streets, metres from the first node, by their ends."""
    streets = graph.streets
    x, y = streets.x - graph.x[0], streets.y - graph.y[0]
    return {
        (int(a), int(b)): np.column_stack([x[low:high], y[low:high]])
        for a, b, low, high in zip(
            streets.start, streets.end, streets.indptr[:-1], streets.indptr[1:], strict=True
        )
    }


def test_what_osmnx_simplifies_is_read_back(tmp_path):
    """0 - 1 - 2 two-way, 1 only bends; 2 > 3 > 4 one-way; osmnx drops 1 and 3 itself."""
    places = [(9.0, 42.0), (9.01, 42.005), (9.02, 42.0), (9.03, 41.99), (9.02, 41.98)]
    source = nx.MultiDiGraph(crs="epsg:4326")
    for number, (lon, lat) in enumerate(places):
        source.add_node(number, x=lon, y=lat)
    tags = {"highway": "tertiary", "maxspeed": "80"}
    for a, b in ((0, 1), (1, 0), (1, 2), (2, 1), (2, 3), (3, 4)):
        source.add_edge(a, b, osmid=a + b, length=100.0 + a + b, **tags)
    source.edges[1, 2, 0]["maxspeed"] = source.edges[2, 1, 0]["maxspeed"] = "50"
    path = tmp_path / "x.graphml"
    osmnx.save_graphml(osmnx.simplify_graph(source), path)
    noeuds, troncons, formes = read_graphml(path)
    assert len(noeuds) == 3
    assert sorted(troncons["vitesse_max_kmh"]) == [50.0, 50.0, 80.0]
    # Two streets, one point each.
    assert sorted(np.bincount(formes.street).tolist()) == [1, 2]
    assert formes.indptr.tolist() == [0, 1, 2]
    assert sorted(formes.lon.tolist()) == [90100000, 90300000]
    graph = graph_of(path)
    assert sorted((graph.streets.back_ds > 0).tolist()) == [False, True]
    assert graph.streets.drawn.all()
    assert all(len(line) == 3 for line in lines(graph).values())


def test_a_line_written_backwards_starts_at_its_section(tmp_path):
    line = "LINESTRING (9.6 42.6, 9.55 42.5, 9.52 42.5, 9.5 42.5)"
    text = GRAPHML.replace("<key ", '<key id="d9" for="edge" attr.name="geometry"/><key ', 1)
    text = text.replace('<data key="d4">18.3', f'<data key="d9">{line}</data><data key="d4">18.3')
    formes = read_graphml(write_graphml(tmp_path, text=text)).formes
    # The way back has another class and another length: it is another street, a straight one.
    assert formes.street.tolist() == [1, 0] or formes.street.tolist() == [0, 1]
    assert formes.lon.tolist() == [95200000, 95500000]


@pytest.mark.parametrize(
    "line",
    ["LINESTRING (9.5 42.5", "POINT (9 42)", "LINESTRING (1e6 6e6, 1e6 6e6)", "LINESTRING EMPTY"],
)
def test_a_line_that_cannot_be_read_is_refused(tmp_path, line):
    text = GRAPHML.replace("<key ", '<key id="d9" for="edge" attr.name="geometry"/><key ', 1)
    text = text.replace('<data key="d4">20', f'<data key="d9">{line}</data><data key="d4">20')
    with pytest.raises(DataError, match=r"illisible pour 1\stronçon sur 2"):
        read_graphml(write_graphml(tmp_path, text=text))


def test_without_any_line_sections_are_paired_by_their_ends(tmp_path):
    assert read_graphml(write_graphml(tmp_path)).formes is None
    source, target = np.array([0, 1, 1, 0, 2, 2], np.int32), np.array([1, 0, 0, 1, 2, 2], np.int32)
    length = np.array([5.0, 5.0, 6.0, 5.0, 3.0, 3.0])
    street = paired(source, target, np.zeros(6, np.int16), length)
    pairs = [set(np.flatnonzero(street == s).tolist()) for s in np.unique(street)]
    # The third has another length, the fourth is the second of its direction; a loop twice.
    assert sorted(map(sorted, pairs)) == [[0, 1], [2], [3], [4, 5]]


def test_nodes_between_junctions_of_an_extract_make_the_line(tmp_path):
    """1-2-3-4 two-way, 7-3-8 driven from 8 to 7 only: cut at 3."""
    places = {1: (0, 0), 2: (1, 1), 3: (2, 0), 4: (3, 0), 7: (2, 2), 8: (2, -1), 9: (2.5, 1)}
    ways = [([1, 2, 3, 4], ROAD), ([7, 9, 3, 8], ROAD | {"oneway": "-1"})]
    read = osm.read_osm(write_osm(tmp_path, ways, places))
    network = compile_network(read.noeuds, read.troncons, read.formes)
    assert len(read.formes.street) == len(read.troncons) == 6
    assert read.formes.indptr.tolist() == [0, 1, 1, 2, 2]
    assert read.formes.lon.tolist() == [20100000, 20250000]
    graph = build_graph(network, "EPSG:2154", RESEAU)
    start, end = graph.streets.start, graph.streets.end
    # Nodes in the order of their identifiers: 1, 3, 4, 7, 8.
    assert list(zip(start.tolist(), end.tolist(), strict=True)) == [(0, 1), (1, 2), (1, 3), (4, 1)]
    assert (graph.streets.back_ds > 0).tolist() == [True, True, False, False]
    chord = np.diff(graph.streets.indptr)
    assert chord.tolist() == [3, 2, 3, 2]


def test_ferries_are_no_street(tmp_path):
    ways = [([1, 2], ROAD), ([2, 5], {"route": "ferry"}), ([5, 6], ROAD)]
    read = osm.read_osm(write_osm(tmp_path, ways))
    network = compile_network(read.noeuds, read.troncons, read.formes)
    for kept in (network, without_ferries(network)):
        assert len(build_graph(kept, "EPSG:2154", RESEAU).streets.start) == 2


@pytest.mark.real
def test_lines_of_real_extracts_have_the_length_of_their_sections(real_data):
    """Liechtenstein, on the plane of its UTM zone: a sphere and an ellipsoid differ by 0.3 %."""
    path = next((real_data / "osm").glob("*iechtenstein*.pbf"))
    read = osm.read_osm(path)
    network = compile_network(read.noeuds, read.troncons, read.formes)
    graph = build_graph(network, "EPSG:32632", RESEAU)
    streets = graph.streets
    index = np.repeat(np.arange(len(streets.start)), np.diff(streets.indptr))
    length = shapely.length(
        shapely.linestrings(np.column_stack([streets.x, streets.y]), indices=index)
    )
    first = np.unique(network.shapes.street, return_index=True)[1]
    road = np.array(network.classes)[network.road_class[first]] != "ferry"
    np.testing.assert_allclose(length, network.length_m[first][road], rtol=4e-3, atol=0.2)
    assert 0.3 < (streets.back_ds > 0).mean() < 1
