"""Snapping: own mass of land, main component, limit, coverage."""

from __future__ import annotations

import numpy as np
import shapely

from diagterritoire.network.compiled import compile_network
from diagterritoire.network.graph import build_graph
from diagterritoire.network.landmass import anchors, landmasses
from diagterritoire.network.snapping import snap
from test_network_drawn import PARAMETERS, communes_at, draw, place

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
