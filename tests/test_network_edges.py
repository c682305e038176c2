"""Edges of joining and timing that a drawn network seldom has: ferries, limits, odd streets."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from diagterritoire.core.times.surface import surface
from diagterritoire.core.times.travel import travel
from diagterritoire.network.compiled import compile_network
from diagterritoire.network.graph import build_graph
from test_network_drawn import CRS, PARAMETERS, communes_at, draw, sites_at
from test_network_maps import RESEAU as WITH_FERRIES
from test_network_snapping import snapped
from test_surface import RESEAU, at


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


def test_a_place_out_of_reach_has_no_time_even_by_the_straight_line():
    """The roads cover commune 1 and end at B; the GP of commune 2 is beyond the file."""
    drawn = draw("A-B")
    communes = communes_at({"1": ((0, 0), (-1, -1, 6, 1)), "2": ((7, 0), (6, -1, 9, 1))})
    sites = sites_at({"s": ("2", (8.9, 0))})
    covered = pd.Series([True, False], index=["1", "2"])
    found = surface(communes, communes, sites, drawn.graph, covered, RESEAU)
    flown = round(600 * (2.02 + 1.32 * np.hypot(5.6, 0.1)))
    # Within 1 500 m of B: by the straight line, since no road leads to the GP.
    assert at(found, 3.3, 0) == flown
    assert at(found, 4.1, 0) == at(found, 5.1, 0) == -1
    assert at(found, 6.1, 0) > 0


def test_places_of_a_network_cut_off_have_no_time_as_their_commune():
    """X-Y leads nowhere; the GP of commune 3 is beyond the file, on the same land."""
    drawn = draw("A-B-E     X-Y")
    communes = communes_at(
        {
            "1": ((0, 0), (-1, -1, 6, 1)),
            "2": ((11, 0), (6, -1, 13, 1)),
            "3": ((18, 0), (13, -1, 20, 1)),
        }
    )
    sites = sites_at({"s": ("3", (18, 0))})
    trips = travel(communes, sites, drawn.graph, PARAMETERS)
    assert trips.rattachements["statut"].tolist()[:2] == ["rattache", "hors_reseau"]
    assert trips.plus_proches["atteignable"].tolist() == [True, False, True]
    covered = pd.Series([True, True, False], index=["1", "2", "3"])
    found = surface(communes, communes, sites, drawn.graph, covered, RESEAU)
    assert at(found, 2.1, 0) > 0
    assert at(found, 11.1, 0) == -1
