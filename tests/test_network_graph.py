"""Roads in arrays: parallel sections, loops, speeds, cache, faults."""

from __future__ import annotations

import io
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from diagterritoire.errors import DataError
from diagterritoire.network.compiled import RoadNetwork, compile_network, from_arrays, to_arrays
from diagterritoire.network.graph import build_graph
from diagterritoire.network.shapes import Shapes
from test_network_drawn import CRS, PARAMETERS, draw, edges

SQUARE = """
A-B
| v
C-D
"""


def test_parallel_sections_keep_the_quickest_not_the_sum_nor_the_shortest():
    drawn = draw(SQUARE).with_sections(
        ("A", "B", 1500.0, "lente"), ("A", "B", 1900.0, "route"), ("A", "B", 2500.0, "route")
    )
    assert edges(drawn)["AB"] == 1900
    assert edges(drawn)["BA"] == 2000


def test_a_section_to_itself_is_dropped_and_a_null_length_takes_one_decisecond():
    drawn = draw(SQUARE).with_sections(("A", "A", 10.0, "route"), ("A", "D", 0.0, "route"))
    assert "AA" not in edges(drawn)
    assert edges(drawn)["AD"] == 1


def test_an_unknown_class_gets_the_default_speed():
    drawn = draw(SQUARE).with_sections(("A", "D", 1000.0, "piste"))
    assert edges(drawn)["AD"] == round(1000 / (25 / 3.6) * 10)


def test_the_reversed_graph_holds_the_same_edges():
    graph = draw(SQUARE).graph
    pairs = []
    for adjacency in (graph.forward, graph.backward):
        start = np.repeat(np.arange(4), np.diff(adjacency.indptr))
        pairs.append((start, adjacency.indices, adjacency.time_ds))
    (a, b, t), (c, d, u) = pairs
    assert sorted(zip(a, b, t, strict=True)) == sorted(zip(d, c, u, strict=True))


def test_strongly_connected_components_and_extent():
    drawn = draw("A-B>C-D")
    a, b, c, d = (drawn.graph.component[drawn.node[k]] for k in "ABCD")
    assert a == b != c == d
    west, south, east, north = drawn.graph.extent
    assert east - west == pytest.approx(6000, abs=1e-3)
    assert north - south == pytest.approx(0, abs=1e-3)


def test_the_order_of_the_rows_does_not_matter():
    drawn = draw(SQUARE)
    shuffled = build_graph(
        compile_network(drawn.noeuds[::-1], drawn.troncons[::-1]), CRS, PARAMETERS.reseau
    )
    np.testing.assert_array_equal(shuffled.x, drawn.graph.x)
    np.testing.assert_array_equal(shuffled.forward.time_ds, drawn.graph.forward.time_ds)


def test_a_network_without_road_or_without_node_is_a_graph():
    drawn = draw(SQUARE)
    bare = build_graph(compile_network(drawn.noeuds, drawn.troncons[:0]), CRS, PARAMETERS.reseau)
    assert len(np.unique(bare.component)) == 4
    nothing = build_graph(
        compile_network(drawn.noeuds[:0], drawn.troncons[:0]), CRS, PARAMETERS.reseau
    )
    assert len(nothing.x) == 0
    assert np.isnan(nothing.extent).all()


def test_the_network_goes_through_a_file_without_pickling():
    drawn = draw(SQUARE).with_sections(("A", "D", 10.5, "lente"))
    network = compile_network(drawn.noeuds, drawn.troncons)
    file = io.BytesIO()
    np.savez(file, **to_arrays(network))
    file.seek(0)
    with np.load(file, allow_pickle=False) as arrays:
        back = from_arrays(arrays)
    assert back.classes == network.classes == ("lente", "route")
    for name in set(RoadNetwork.__dataclass_fields__) - {"shapes"}:
        np.testing.assert_array_equal(getattr(back, name), getattr(network, name))
        if name != "classes":
            assert getattr(back, name).dtype == getattr(network, name).dtype
    for name in Shapes.__dataclass_fields__:
        one, other = getattr(back.shapes, name), getattr(network.shapes, name)
        np.testing.assert_array_equal(one, other)
        assert one.dtype == other.dtype


def test_a_cache_that_lacks_an_array_is_refused():
    arrays = to_arrays(compile_network(draw(SQUARE).noeuds, draw(SQUARE).troncons))
    del arrays["lat"]
    with pytest.raises(DataError, match="il manque lat"):
        from_arrays(arrays)


@pytest.mark.parametrize(
    ("column", "value", "message"),
    [
        ("depart", 9, "nœud absent"),
        ("arrivee", -1, "nœud absent"),
        ("longueur_m", np.nan, "longueur"),
        ("longueur_m", -1.0, "longueur"),
    ],
)
def test_a_broken_section_is_refused(column, value, message):
    drawn = draw(SQUARE)
    broken = drawn.troncons.copy()
    broken.loc[2, column] = value
    with pytest.raises(DataError, match=message):
        compile_network(drawn.noeuds, broken)


def test_nodes_must_be_numbered_without_gap():
    drawn = draw(SQUARE)
    with pytest.raises(DataError, match="numérotés"):
        compile_network(drawn.noeuds.replace({"noeud": {3: 4}}), drawn.troncons)


def test_a_node_that_the_projection_cannot_hold_is_refused():
    noeuds = pd.DataFrame({"noeud": [0], "lon": [9.0], "lat": [-90.0]})
    network = compile_network(noeuds, draw(SQUARE).troncons[:0])
    with pytest.raises(DataError, match="hors de la projection"):
        build_graph(network, CRS, PARAMETERS.reseau)


def test_half_the_speed_doubles_the_times():
    drawn = draw(SQUARE)
    slow = replace(PARAMETERS.reseau, vitesses_kmh={"route": 18.0})
    graph = build_graph(compile_network(drawn.noeuds, drawn.troncons), CRS, slow)
    np.testing.assert_array_equal(graph.forward.time_ds, 2 * drawn.graph.forward.time_ds)
