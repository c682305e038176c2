"""Snapping: own mass of land, main component, limit, coverage."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import shapely

from diagterritoire.network.compiled import compile_network
from diagterritoire.network.graph import build_graph
from diagterritoire.network.landmass import Anchors, anchors, landmasses
from diagterritoire.network.shapes import Shapes
from diagterritoire.network.snapping import snap
from slow_streets import SlowStreets
from test_network_drawn import PARAMETERS, communes_at, draw, place
from test_travel import random_area

GAP_M, SHORE_M = PARAMETERS.reseau.masse_ecart_max_m, PARAMETERS.reseau.rivage_max_m


def snapped(drawn, communes):
    mass = communes["landmass"].to_numpy()
    anchored = anchors(drawn.graph, communes.geometry, mass, SHORE_M)
    x, y = communes["x"].to_numpy(), communes["y"].to_numpy()
    found = snap(drawn.graph, anchored, x, y, mass, PARAMETERS.reseau)
    letter = {number: name for name, number in drawn.node.items()} | {-1: None}
    return found, [letter[n] for n in found.node]


def test_masses_of_land():
    boxes = [shapely.box(0, 0, 1000, 1000), shapely.box(1099, 0, 2000, 1000)]
    assert landmasses(boxes, GAP_M).tolist() == [0, 0]
    assert landmasses([boxes[0], shapely.box(1101, 0, 2000, 1000)], GAP_M).tolist() == [0, 1]
    assert landmasses([shapely.box(9000, 0, 9001, 1), None, *boxes], GAP_M).tolist() == [0, 1, 2, 2]
    assert landmasses([], GAP_M).tolist() == []


def test_nodes_take_the_mass_of_the_nearest_outline_on_the_shore_only():
    drawn = draw("A-B----C")
    communes = communes_at({"1": ((0, 0), (-1, -1, 1.5, 1))})
    anchored = anchors(drawn.graph, communes.geometry, np.array([4]), SHORE_M)
    assert anchored.landmass.tolist() == [4, 4, -1]


def test_a_one_way_trap_is_not_snapped_to():
    """T leads nowhere: the point beside it goes to B."""
    drawn = draw("A-B>T")
    communes = communes_at({"1": ((3.4, 0), (-1, -1, 5, 1))})
    found, letters = snapped(drawn, communes)
    assert letters == ["B"]
    assert found.statut.tolist() == ["rattache"]
    np.testing.assert_allclose(found.distance_m, 1400, atol=1e-3)
    assert found.access_ds.tolist() == [1400]


def test_a_local_network_cut_off_on_the_main_land_is_out_of_the_network():
    drawn = draw("A-B-C    X-Y")
    communes = communes_at({"1": ((2, 0.5), (-1, -1, 6, 1)), "2": ((10, 0.5), (6, -1, 12, 1))})
    found, letters = snapped(drawn, communes)
    assert found.statut.tolist() == ["rattache", "hors_reseau"]
    assert letters == ["B", None]
    np.testing.assert_allclose(found.distance_m[1], np.hypot(6000, 500), atol=1e-3)
    assert found.access_ds[1] == 0


def test_an_island_has_its_own_roads_and_water_is_not_crossed():
    """The point of commune 2 is nearer to C, across the water, than to X on its island."""
    drawn = draw("A-B-C X-Y")
    communes = communes_at({"1": ((4, 0), (-1, -1, 4.4, 1)), "2": ((4.9, 0), (4.8, -1, 9, 1))})
    assert communes["landmass"].tolist() == [0, 1]
    _, letters = snapped(drawn, communes)
    assert letters == ["C", "X"]


def test_the_other_bank_of_a_strait_has_no_vote():
    """Only the island is in the table, and more nodes of the mainland than its own are near."""
    drawn = draw(
        """
A-B-C
| | |
D-E-F

 X-Y
"""
    )
    communes = communes_at({"1": ((1, 3.5), (0, 2.9, 4, 5))})
    _, letters = snapped(drawn, communes)
    assert letters == ["X"]


def test_an_island_without_road_amid_the_roads_is_not_approximated():
    drawn = draw(
        """
A-----B
|     |
|     |
|     |
C-----D
"""
    )
    communes = communes_at({"1": ((0, 0), (-1, -1, 7, 0.5)), "2": ((3, 2), (2.5, 1.5, 3.5, 2.5))})
    found, _ = snapped(drawn, communes)
    assert found.statut.tolist() == ["rattache", "hors_reseau"]
    assert np.isnan(found.distance_m[1])


def test_an_island_without_road_outside_the_roads_is_not_covered():
    communes = communes_at({"1": ((0, 0), (-1, -1, 3, 1)), "2": ((9, 0), (8, -1, 10, 1))})
    found, _ = snapped(draw("A-B"), communes)
    assert found.statut.tolist() == ["rattache", "non_couvert"]


def test_a_neighbour_in_the_bay_of_an_extract_is_not_covered():
    """Commune 2 is within the hull of the roads, on the same land, but the file stops around it."""
    drawn = draw(
        """
A-----B
|
|
|
C-----D
"""
    )
    communes = communes_at({"1": ((0, 0), (-1, -1, 1, 5)), "2": ((4, 2), (1, -1, 7, 5))})
    found, letters = snapped(drawn, communes)
    assert found.statut.tolist() == ["rattache", "non_couvert"]
    assert letters == ["A", None]
    assert np.isnan(found.distance_m[1])


def test_the_limit_is_included():
    drawn = draw("A-B")
    west = drawn.graph.x[0] - 1500.0
    at = (west - place(0, 0)[0]) / 1000
    communes = communes_at({"1": ((at, 0), (-3, -1, 3, 1)), "2": ((-1.51, 0), (-3, -2, 3, -1))})
    communes.loc[0, ["x", "y"]] = west, drawn.graph.y[0]
    found, _ = snapped(drawn, communes)
    assert found.statut.tolist() == ["rattache", "non_couvert"]


def test_a_network_without_node_covers_nothing():
    drawn = draw("A-B")
    empty = build_graph(
        compile_network(drawn.noeuds[:0], drawn.troncons[:0]), "EPSG:2154", PARAMETERS.reseau
    )
    communes = communes_at({"1": ((0, 0), (-1, -1, 3, 1))})
    anchored = anchors(empty, communes.geometry, np.array([0]), SHORE_M)
    x, y = communes["x"].to_numpy(), communes["y"].to_numpy()
    found = snap(empty, anchored, x, y, np.array([0]), PARAMETERS.reseau)
    assert found.statut.tolist() == ["non_couvert"]


def at_cells(drawn, *cells, reseau=PARAMETERS.reseau):
    """Join points, by their cells, to a drawn network on one mass of land."""
    x, y = np.array([place(*at) for at in cells]).T
    anchored = Anchors(np.zeros(len(drawn.graph.x), dtype=np.int64), main_of(drawn.graph))
    return snap(drawn.graph, anchored, x, y, np.zeros(len(x), dtype=np.int64), reseau)


def main_of(graph):
    return graph.component == np.bincount(graph.component).argmax()


def test_the_nearest_place_of_a_street_by_hand():
    """A to B is 4 km, 4 000 ds: before A, at A, 1.25 km along, past B, beyond the limit."""
    found = at_cells(draw("A---B"), (-1, 0), (0, 0), (1.25, -0.5), (4.6, 0.8), (2, 1.6))
    assert found.statut.tolist() == ["rattache"] * 4 + ["non_couvert"]
    assert found.node.tolist() == [0, 0, -1, 1, -1]
    assert found.street.tolist() == [-1, -1, 0, -1, -1]
    assert found.place.tolist() == [0, 0, 1250, 0, 0]
    np.testing.assert_allclose(found.distance_m, [1000, 0, 500, 1000, np.nan], atol=1e-3)
    assert found.access_ds.tolist() == [1000, 0, 500, 1000, 0]


def test_a_point_far_from_the_nodes_but_near_a_street_is_joined():
    """The nodes are 3 km away, the limit is 1.5 km."""
    found = at_cells(draw("A-----B"), (3, 0.2))
    assert (found.statut.tolist(), found.place.tolist()) == (["rattache"], [3000])


def test_a_motorway_is_joined_at_its_interchanges_only():
    """E and F are on the motorway; A, where the exit lands, is not."""
    drawn = draw("A----B\n.\nE    F")
    letters = [("E", "F"), ("F", "E"), ("A", "E"), ("E", "A"), ("B", "F"), ("F", "B")]
    classes = ["motorway"] * 2 + ["motorway_link"] * 4
    lengths = [5000.0] * 2 + [2000.0] * 4
    more = [(*ends, m, c) for ends, m, c in zip(letters, lengths, classes, strict=True)]
    found = at_cells(drawn.with_sections(*more), (2, 1.4), (0, 1.4), (0, 1.6))
    assert found.place.tolist()[0] == 2000
    assert found.node.tolist() == [-1, drawn.node["A"], -1]
    np.testing.assert_allclose(found.distance_m[:2], 1400, atol=1e-3)
    assert found.statut.tolist() == ["rattache", "rattache", "hors_reseau"]


def test_a_winding_street_without_its_line_is_joined_at_its_ends():
    """5 km of road for 4 km of chord: up to 1.5 km aside."""
    drawn = draw("A   B")
    winding = drawn.with_sections(("A", "B", 5000.0, "route"), ("B", "A", 5000.0, "route"))
    found = at_cells(winding, (1, 0.5), (3.4, 0), (2, 0))
    assert found.node.tolist() == [0, 1, -1]
    assert found.statut.tolist() == ["rattache", "rattache", "non_couvert"]
    wide = replace(PARAMETERS.reseau, corde_ecart_max_m=1500.0)
    built = build_graph(compile_network(winding.noeuds, winding.troncons), "EPSG:2154", wide)
    found = at_cells(replace(winding, graph=built), (2, 0.5))
    assert found.place.tolist() == [2500]


def test_the_line_of_a_street_is_followed():
    """A, 2 km east, 2 km south, then B: the corner is half-way, and the chord is not the road."""
    drawn = draw("A B\n.\n  C")
    noeuds = drawn.noeuds.iloc[[0, 2]].assign(noeud=[0, 1])
    corner = np.rint(drawn.noeuds.iloc[[1]][["lon", "lat"]].to_numpy() * 1e7).astype(np.int32)
    troncons = pd.DataFrame(
        {"depart": [0, 1], "arrivee": [1, 0], "longueur_m": 4000.0, "classe": "route"}
    )
    line = Shapes(np.zeros(2, np.int32), np.array([0, 1]), corner[:, 0], corner[:, 1])
    network = compile_network(noeuds, troncons, line)
    graph = build_graph(network, "EPSG:2154", PARAMETERS.reseau)
    found = at_cells(replace(drawn, graph=graph), (2.3, -0.4), (1, 0.1), (2.2, 1.5))
    assert found.place.tolist() == [2000, 1000, 3500]
    np.testing.assert_allclose(found.distance_m, [500, 100, 200], atol=0.05)


def test_a_bridge_between_two_masses_is_not_joined():
    """The point of commune 2 is beside the middle of the bridge: it joins its own bank."""
    drawn = draw("A-B-----X-Y")
    communes = communes_at({"1": ((0, 0), (-1, -1, 4, 1)), "2": ((7.1, 0.1), (6, -1, 11, 1))})
    found, letters = snapped(drawn, communes)
    assert letters == ["A", "X"]
    np.testing.assert_allclose(found.distance_m[1], np.hypot(900, 100), atol=1e-3)


def test_many_points_are_equal_to_each_street_measured():
    """Any network: the place and distance of a shapely measure of every street."""
    for seed in range(12):
        drawn, _, _ = random_area(seed)
        rng = np.random.default_rng(seed)
        cells = np.column_stack([rng.uniform(-2, 12, 200), rng.uniform(-2, 12, 200)])
        found = at_cells(drawn, *cells)
        slow = SlowStreets(drawn.graph, drawn.troncons, PARAMETERS.reseau)
        if not main_of(drawn.graph)[sorted(slow.main)].all():
            continue
        wanted = [slow.join(*place(*at)) for at in cells]
        assert found.statut.tolist() == [status for status, _, _ in wanted]
        assert found.access_ds.tolist() == [access for _, _, access in wanted]
        nodes = [at if isinstance(at, int) else -1 for _, at, _ in wanted]
        assert found.node.tolist() == nodes
