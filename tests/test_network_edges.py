"""Edges of joining and timing that a drawn network seldom has: ferries, limits, odd streets."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from diagterritoire.network.compiled import compile_network
from diagterritoire.network.graph import build_graph
from test_network_drawn import CRS, communes_at, draw
from test_network_maps import RESEAU as WITH_FERRIES
from test_network_snapping import snapped


def with_ferries(drawn):
    network = compile_network(drawn.noeuds, drawn.troncons)
    return replace(drawn, graph=build_graph(network, CRS, WITH_FERRIES))


def test_nobody_boards_where_two_ferries_cross():
    """F is in the water, at 500 m of the shore, nearer to the point than the landing."""
    drawn = with_ferries(draw("A-B~F~~C-D"))
    communes = communes_at({"1": ((3.5, 0), (-1, -1, 4.2, 1)), "2": ((8, 0), (6.5, -1, 9, 1))})
    found, letters = snapped(drawn, communes)
    assert letters == ["B", None]
    np.testing.assert_allclose(found.distance_m, [1500, 0], atol=1e-3)


def test_an_island_without_street_is_left_at_its_landing():
    drawn = with_ferries(draw("A-B~~C"))
    communes = communes_at({"1": ((0, 0), (-1, -1, 2.2, 1)), "2": ((5.5, 0), (4, -1, 6, 1))})
    found, letters = snapped(drawn, communes)
    assert letters == ["A", "C"]
    np.testing.assert_allclose(found.distance_m, [0, 500], atol=1e-3)
