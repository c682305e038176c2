"""Times of the cells: drawn networks by hand, the plain computation of each cell, nested areas."""

from __future__ import annotations

from itertools import pairwise

import geopandas as gpd
import networkx as nx
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Transformer

from diagterritoire.core import control
from diagterritoire.core.times.surface import Surface, grid, isochrones, surface
from diagterritoire.network.cells import CELL_M, cells_of
from slow_streets import SlowStreets
from test_network_drawn import (
    CRS,
    NORTH,
    PARAMETERS,
    WEST,
    assemble,
    communes_at,
    draw,
    place,
    sites_at,
)

RESEAU = PARAMETERS.reseau
PICTURE = """
A---B----C
|   v    |
D-E-F--->G
"""


def timed(drawn, communes, sites, by_road=True, reseau=RESEAU):
    covered = pd.Series(by_road, index=communes["code_commune"])
    road = None if drawn is None else drawn.graph
    return surface(communes, communes, sites, road, covered, reseau)


def at(found, column, row):
    """Time of the cell that holds a place of the picture, None beyond the cells."""
    x, y = place(column, row)
    here = (found.cells.column == x // CELL_M) & (found.cells.row == y // CELL_M)
    return int(found.time_ds[here][0]) if here.any() else None


def slow_field(drawn, communes, sites):
    """Time of each cell, one cell and one street at a time; one mass of land."""
    slow = SlowStreets(drawn.graph, drawn.troncons, RESEAU)
    speed = RESEAU.vitesse_acces_kmh / 3.6
    ends = [slow.join(point.x, point.y) for point in sites.geometry]
    cells = cells_of(communes.geometry, communes["landmass"].to_numpy())
    near = {at: slow.places(*at, more=CELL_M) for at in map(tuple, cells.centres.tolist())}
    network = slow.cut().reverse()
    network.add_node("sites")
    for _, place_, access in ends:
        network.add_edge("sites", place_, time=access)
    from_place = nx.single_source_dijkstra_path_length(network, "sites", weight="time")
    return {
        at: min(
            (
                round(away / speed * 10) + from_place[place_]
                for away, _, place_ in places
                if away <= RESEAU.rattachement_max_m and place_ in from_place
            ),
            default=-1,
        )
        for at, places in near.items()
    }


def test_cells_are_aligned_and_each_once():
    outlines = [shapely.box(-150, 0, 450, 450), shapely.box(450, 0, 800, 450), None]
    cells = cells_of([*outlines, shapely.Polygon()], np.zeros(4, dtype=np.int64))
    inside = cells.centres[cells.inside]
    assert sorted(map(tuple, inside.tolist())) == [
        (x, y) for x in (-100.0, 100.0, 300.0, 500.0, 700.0) for y in (100.0, 300.0)
    ]
    assert len(set(zip(cells.column, cells.row, strict=True))) == len(cells.row)
    assert cells.outline[cells.inside].tolist() == [0, 0, 0, 1, 1] * 2
    together = shapely.coverage_union_all(cells.squares)
    assert together.covers(shapely.union_all(outlines[:2]))
    assert len(cells_of([], np.empty(0, dtype=np.int64)).row) == 0


def test_a_cell_that_two_masses_touch_is_inside_one():
    outlines = [shapely.box(0, 0, 90, 200), shapely.box(95, 0, 200, 200)]
    cells = cells_of(outlines, np.array([0, 1]))
    here = (cells.column == 0) & (cells.row == 0)
    assert cells.outline[here].tolist() == [0, 1]
    assert cells.inside[here].tolist() == [False, True]
    assert cells.inside.sum() == 1
    twice = cells_of([outlines[1]] * 2, np.array([0, 1]))
    assert twice.outline[twice.inside].tolist() == [0]


def test_a_cell_on_a_road_by_hand():
    """Centres lie 100 m north of the road: a cell goes 100 m, then along, whatever the nodes."""
    drawn = draw("A---B")
    communes = communes_at({"1": ((0, 0), (-1, -1.8, 5, 1))})
    found = timed(drawn, communes, sites_at({"s": ("1", (4, 0))}))
    assert at(found, 0, 0) == 100 + 3900
    assert at(found, 1, 0) == 100 + 2900
    # The last cell of the road, then one whose centre is past the end.
    assert at(found, 3.9, 0) == 100 + 100
    assert at(found, 4.9, 0) == round(np.hypot(900, 100))
    # 1 500 m away is within the limit, 1 700 m is not.
    assert at(found, 2, -1.5) == 1500 + 1900
    assert at(found, 2, -1.7) == -1
    assert (found.time_ds[found.cells.inside] < 0).any()


def test_a_site_and_a_cell_between_the_same_ends_need_no_end():
    """The site is 1 500 m along a one-way street of 4 km: after it, cars go round by C and D."""
    drawn = draw("A>--B\n|   |\nC---D")
    communes = communes_at({"1": ((0, 0), (-1, -0.5, 5, 0.5))})
    found = timed(drawn, communes, sites_at({"s": ("1", (1.5, 0))}))
    assert at(found, 1, 0) == 100 + 400
    assert at(found, 2, 0) == 100 + 1900 + 2000 + 4000 + 2000 + 1500


def test_never_across_the_water():
    """The island's site is 1 km away over the strait; its cells go nowhere else either."""
    drawn = draw("A---B  X-Y")
    communes = communes_at({"1": ((0, 0), (-1, -1, 5, 1)), "2": ((7, 0), (6, -1, 9, 1))})
    found = timed(drawn, communes, sites_at({"s": ("2", (7, 0))}))
    island = communes["landmass"].to_numpy()[found.cells.outline] == 1
    assert (found.time_ds[island] >= 0).any()
    assert (found.time_ds[~island] == -1).all()
    areas = isochrones(found, communes, {10.0: 10})
    assert areas["population"].tolist() == [10]
    assert areas.geometry[0].within(communes.geometry[1])


def test_wrong_way_of_the_nearest_street():
    """A dual carriageway, 150 m between its two ways: a cell takes that of its trip."""
    noeuds = draw("A--B\nC--D").noeuds
    x, y = np.array([0.0, 4000.0, 0.0, 4000.0]) + WEST, np.array([0.0, 0.0, 150.0, 150.0]) + NORTH
    lon, lat = Transformer.from_crs(CRS, 4326, always_xy=True).transform(x, y)
    troncons = pd.DataFrame(
        [
            (0, 1, 4e3, "route"),
            (3, 2, 4e3, "route"),
            (1, 3, 150.0, "route"),
            (2, 0, 150.0, "route"),
        ],
        columns=["depart", "arrivee", "longueur_m", "classe"],
    )
    drawn = assemble(noeuds.assign(lon=lon, lat=lat), troncons, {"A": 0, "B": 1, "C": 2, "D": 3})
    communes = communes_at({"1": ((0, 0), (-1, -1, 5, 1))})
    found = timed(drawn, communes, sites_at({"s": ("1", (4, 0))}))
    # The centre is 100 m north of the way to B, 50 m south of the way back, which is nearer.
    assert at(found, 2.1, 0) == 100 + 1900


@pytest.mark.parametrize("sites", [[(0, 0)], [(4.3, 0.2), (9, 2.1)], [(8.2, 2.4)]])
def test_equals_the_plain_computation_of_each_cell(sites):
    drawn = draw(PICTURE)
    communes = communes_at({"1": ((2, 0), (-1, -1, 4.6, 3)), "2": ((7, 1), (4.6, -1, 10.3, 3.2))})
    places = sites_at(
        {f"s{n}": ("1" if c < 4.6 else "2", (c, r)) for n, (c, r) in enumerate(sites)}
    )
    found = timed(drawn, communes, places)
    slow = slow_field(drawn, communes, places)
    assert [slow[x, y] for x, y in found.cells.centres.tolist()] == found.time_ds.tolist()
    laid = grid(found)
    assert (laid.west % CELL_M, laid.north % CELL_M) == (0, 0)
    for (x, y), inside in zip(found.cells.centres.tolist(), found.cells.inside, strict=True):
        if inside:
            value = laid.minutes[int(laid.north - y) // CELL_M, int(x - laid.west) // CELL_M]
            assert value == np.float32(slow[x, y] / 600 if slow[x, y] >= 0 else -1)
    kept = found.time_ds[found.cells.inside]
    assert (laid.minutes >= 0).sum() == (kept >= 0).sum()
    assert laid.sans_temps == (kept < 0).sum()


def test_a_point_has_the_time_of_a_cell_there():
    drawn = draw(PICTURE)
    communes = communes_at({"1": ((2, 0), (-1, -1, 4.6, 3)), "2": ((7, 1), (4.6, -1, 10.3, 3.2))})
    sites = sites_at({"s": ("1", (4.3, 0.2))})
    cells = timed(drawn, communes, sites)
    x, y = cells.cells.centres.T
    mass = communes["landmass"].to_numpy()[cells.cells.outline]
    points = pd.DataFrame({"x": x, "y": y, "landmass": mass, "couvert": True})
    covered = pd.Series(data=True, index=communes["code_commune"])
    found = surface(communes, communes, sites, drawn.graph, covered, RESEAU, points)
    assert found.points_ds.tolist() == found.time_ds.tolist() == cells.time_ds.tolist()
    flown = surface(
        communes, communes, sites, drawn.graph, covered, RESEAU, points.assign(couvert=False)
    )
    away = np.hypot(*(cells.cells.centres - [sites.geometry[0].x, sites.geometry[0].y]).T)
    assert flown.points_ds.tolist() == np.rint((2.02 + 1.32 * away / 1000) * 600).tolist()


def test_where_no_road_file_is_the_straight_line():
    communes = communes_at({"1": ((0, 0), (-1, -1, 2, 1))})
    sites = sites_at({"s": ("1", (0, 0))})
    found = timed(None, communes, sites, by_road=False)
    x, y = found.cells.centres.T
    minutes = 2.02 + 1.32 * np.hypot(x - WEST, y - NORTH) / 1000
    np.testing.assert_array_equal(found.time_ds, np.rint(minutes * 600))


def test_no_gp_no_area():
    communes = communes_at({"1": ((0, 0), (-1, -1, 5, 1))})
    for drawn, by_road in ((draw("A---B"), True), (None, False)):
        found = timed(drawn, communes, sites_at({}), by_road=by_road)
        assert (found.time_ds == -1).all()
        assert (grid(found).minutes == -1).all()
        areas = isochrones(found, communes, {10: 0, 30: 0})
        assert len(areas) == 0
        assert areas.crs == CRS


def test_a_time_equal_to_the_bound_is_within():
    communes = gpd.GeoDataFrame({"landmass": [0]}, geometry=[shapely.box(0, 0, 200, 200)], crs=CRS)
    cells = cells_of(communes.geometry, communes["landmass"].to_numpy())
    for time_ds, bounds in ((6000, [10.0, 15.0]), (6001, [15.0]), (9001, [])):
        timed_at = Surface(cells, np.full(len(cells.row), time_ds))
        found = isochrones(timed_at, communes, {15.0: 70, 10.0: 70})
        assert found["temps_max_min"].tolist() == bounds


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6))
def test_areas_are_nested_valid_and_within_the_territory(seed):
    """Any times, three triangular communes of two masses of land."""
    rng = np.random.default_rng(seed)
    corners = rng.uniform(-1500, 1500, (3, 3, 2)) + rng.uniform(-1000, 1000, (3, 1, 2))
    communes = gpd.GeoDataFrame(
        {"landmass": [0, 0, 1]},
        geometry=[shapely.convex_hull(shapely.MultiPoint(c)) for c in corners],
        crs=CRS,
    )
    cells = cells_of(communes.geometry, communes["landmass"].to_numpy())
    times = rng.integers(-1, 22000, len(cells.row))
    found = isochrones(Surface(cells, times), communes, dict.fromkeys((30, 10, 15, 20), 7))
    areas = list(found.geometry)
    assert all(a.is_valid and not a.is_empty for a in areas)
    # The last bit of a corner of the coast is rounded: one inside the other to 1 mm.
    assert all(b.buffer(0.001).covers(a) for a, b in pairwise(areas))
    assert all(a.area <= b.area + 1e-3 for a, b in pairwise(areas))
    assert found["temps_max_min"].is_monotonic_increasing
    land = communes.union_all()
    assert all(land.buffer(0.001).covers(a) for a in areas)
    whole = Surface(cells, np.zeros(len(cells.row), dtype=np.int64))
    everything = isochrones(whole, communes, {10: 321})
    assert everything["population"].tolist() == [321]
    np.testing.assert_allclose(everything.area[0], land.area, rtol=1e-3)


def test_cells_without_time_are_a_control_row():
    row = control.cells(3, 12).iloc[0]
    assert (row["nombre"], row["part"], row["effet"]) == (3, 0.25, "signale")
    assert len(control.cells(0, 12)) == 0
