"""Ways from a point to another: nodes, line and time."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from diagterritoire.core.times.travel import travel
from diagterritoire.network.doors import open_doors
from diagterritoire.network.route import route
from diagterritoire.network.snapping import join
from diagterritoire.parameters import Parameters
from test_network_drawn import PARAMETERS, draw, place, sites_at
from test_travel import corsica, random_area  # noqa: F401

LAND = [shapely.box(*place(-9, 20), *place(30, -9))]


def way(drawn, start, end, reseau=PARAMETERS.reseau):
    xy = np.array([place(*start), place(*end)])
    zero = np.zeros(1, dtype=np.int64)
    joined = join(drawn.graph, LAND, zero, xy, np.zeros(2, dtype=np.int64), reseau)
    return route(*open_doors(drawn.graph, joined), xy)


def cells(line):
    """Points of a line as cells of the picture."""
    west, north = place(0, 0)
    return [(round(x - west) / 1000, round(north - y) / 1000) for x, y in line.tolist()]


def test_from_a_street_to_another_by_hand():
    """500 m to the street, 3 km of it, 2 km down, 500 m of the other one, 200 m to the site."""
    drawn = draw("A---B\n|   |\nC---D")
    found = way(drawn, (1, -0.5), (3.5, 2.2))
    assert found.time_ds == 500 + 3000 + 2000 + 500 + 200
    assert cells(found.line) == [(1, -0.5), (1, 0), (4, 0), (4, 2), (3.5, 2), (3.5, 2.2)]
    assert len(found.nodes) == 4


def test_along_one_street_both_ways_and_against_a_one_way():
    drawn = draw("A>--B\n|   |\nC---D")
    along = way(drawn, (1, 0), (3, 0))
    assert (along.time_ds, cells(along.line)) == (2000, [(1, 0), (3, 0)])
    round_ = way(drawn, (3, 0), (1, 0))
    assert round_.time_ds == 1000 + 2000 + 4000 + 2000 + 1000
    assert cells(round_.line) == [(3, 0), (4, 0), (4, 2), (0, 2), (0, 0), (1, 0)]


def test_two_points_of_one_place_and_points_without_a_way():
    drawn = draw("A---B    C-D")
    same = way(drawn, (1, 0.5), (1, -0.5))
    assert (same.time_ds, len(same.nodes)) == (1000, 1)
    assert cells(same.line) == [(1, 0.5), (1, 0), (1, -0.5)]
    assert way(drawn, (1, 0), (10, 0)) is None


def test_the_street_of_the_line_is_the_one_that_is_driven():
    """A loop, left by its nearer side."""
    drawn = draw("A---B").with_sections(("B", "B", 10.0, "route"), ("B", "B", 10.0, "route"))
    assert way(drawn, (1, 0), (4.0, 0)).time_ds == 3000


@settings(max_examples=25, deadline=None, derandomize=True)
@given(st.integers(0, 10**6))
def test_the_time_is_that_of_the_matrix(seed):
    drawn, communes, sites = random_area(seed)
    table = sites_at(sites) if sites else None
    if table is None:
        return
    found = travel(communes, table, drawn.graph, PARAMETERS).trajets
    for code, site, minutes, origine in found.head(20).itertuples(index=False):
        commune = communes.set_index("code_commune").loc[code]
        if origine != "route" or sites[site][0] == code:
            continue
        xy = np.array([[commune["x"], commune["y"]], place(*sites[site][1])])
        masses = communes["landmass"].to_numpy()
        ends = np.full(2, masses[0])
        joined = join(drawn.graph, communes.geometry, masses, xy, ends, PARAMETERS.reseau)
        way_ = route(*open_doors(drawn.graph, joined), xy)
        assert way_.time_ds / 600 == minutes
        assert (way_.line[[0, -1]] == xy).all()


@pytest.mark.real
def test_pairs_of_corsica(corsica):  # noqa: F811
    from diagterritoire.network.compiled import compile_network
    from diagterritoire.network.graph import build_graph

    communes, sites, noeuds, troncons = corsica
    reseau = Parameters().reseau
    graph = build_graph(compile_network(noeuds, troncons), "EPSG:2154", reseau)
    trajets = travel(communes, sites, graph, Parameters()).trajets.query("temps_min > 0")
    place_of = communes.set_index("code_commune")[["x", "y"]]
    mass = communes["landmass"].to_numpy()
    for code, site, minutes, _ in trajets.iloc[:: len(trajets) // 25].itertuples(index=False):
        xy = place_of.loc[[code, site.removeprefix("mg-")]].to_numpy()
        joined = join(graph, communes.geometry, mass, xy, np.zeros(2, dtype=np.int64), reseau)
        found = route(*open_doors(graph, joined), xy)
        assert found.time_ds / 600 == minutes
        metres = np.hypot(*np.diff(found.line, axis=0).T).sum()
        # No quicker than the quickest class, no slower than a man on foot.
        assert 5 < metres / 1000 / (minutes / 60) < 90
