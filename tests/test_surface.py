"""Times of the cells: drawn networks by hand, the plain computation of each cell, nested areas."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from diagterritoire.core import control
from diagterritoire.core.surface import Surface, grid, isochrones, surface
from diagterritoire.network.cells import CELL_M, cells_of
from diagterritoire.network.landmass import anchors
from slow_roads import slow_nearest
from test_network_drawn import (
    CRS,
    NORTH,
    PARAMETERS,
    WEST,
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
    """Time of each cell, one cell and one node at a time; every site on the road."""
    graph = drawn.graph
    mass = communes["landmass"].to_numpy()
    anchored = anchors(graph, communes.geometry, mass, RESEAU.rivage_max_m)
    speed = RESEAU.vitesse_acces_kmh / 3.6
    nodes = list(zip(graph.x, graph.y, strict=True))

    def allowed(where):
        return [n for n in range(len(nodes)) if anchored.main[n] and anchored.landmass[n] == where]

    def away(n, x, y):
        return float(np.hypot(nodes[n][0] - x, nodes[n][1] - y))

    doors, access = [], []
    for point, code in zip(sites.geometry, sites["code_commune"], strict=True):
        where = mass[communes["code_commune"].tolist().index(code)]
        found = min((away(n, point.x, point.y), n) for n in allowed(where))
        doors.append(found[1])
        access.append(round(found[0] / speed * 10))
    node_ds, _ = slow_nearest(graph.backward, np.array(doors), np.array(access))
    times = {}
    cells = cells_of(communes.geometry, communes["landmass"].to_numpy())
    for (x, y), outline in zip(cells.centres, cells.outline, strict=True):
        candidates = allowed(mass[outline])
        nearest = min((away(n, x, y) for n in candidates), default=np.inf)
        reach = min(nearest + CELL_M, RESEAU.rattachement_max_m)
        times[x, y] = min(
            (
                round(away(n, x, y) / speed * 10) + int(node_ds[n])
                for n in candidates
                if away(n, x, y) <= reach and node_ds[n] >= 0
            ),
            default=-1,
        )
    return times


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
    """The cell's centre is 100 m east and 100 m north of the node: 141 ds of access."""
    drawn = draw("A---B")
    communes = communes_at({"1": ((0, 0), (-1, -1, 5, 1))})
    found = timed(drawn, communes, sites_at({"s": ("1", (4, 0))}))
    assert at(found, 0, 0) == 141 + 4000
    assert at(found, 4, 0) == 141
    # 1 100 m and 100 m from A, 2 900 m from B, beyond the limit.
    assert at(found, 1, 0) == round(np.hypot(1100, 100)) + 4000
    assert at(found, 2, 0) == -1
    assert (found.time_ds[found.cells.inside] < 0).any()


def test_never_across_the_water():
    """The island's site is 1 km away over the strait; its cells go nowhere else either."""
    drawn = draw("A---B  X-Y")
    communes = communes_at({"1": ((0, 0), (-1, -1, 5, 1)), "2": ((7, 0), (6, -1, 9, 1))})
    found = timed(drawn, communes, sites_at({"s": ("2", (7, 0))}))
    island = communes["landmass"].to_numpy()[found.cells.outline] == 1
    assert (found.time_ds[island] >= 0).any()
    assert (found.time_ds[~island] == -1).all()
    areas = isochrones(found, communes.assign(population=10), (10.0,))
    assert areas["population"].tolist() == [10]
    assert areas.geometry[0].within(communes.geometry[1])


def test_wrong_way_of_the_nearest_node():
    """B and C are 100 m apart: the cell's nearest goes round, the other, almost as near, does not.

    Coordinates are moved by hand: C beside B.
    """
    drawn = draw("A---B---C---D")
    graph = drawn.graph
    number = drawn.node
    x = graph.x.copy()
    x[number["C"]] = x[number["B"]] + 100.0
    moved = replace(drawn, graph=replace(graph, x=x))
    communes = communes_at({"1": ((0, 0), (-1, -1, 13, 1))})
    found = timed(moved, communes, sites_at({"s": ("1", (12, 0))}))
    # The cell of B: its centre is 141 m from B and 100 m from C.
    assert at(found, 4, 0) == 100 + 4000
    west = (found.cells.column == (place(4, 0)[0] - 1) // CELL_M) & (
        found.cells.row == place(4, 0)[1] // CELL_M
    )
    # 100 m west of B, 200 m of C and 100 m north.
    assert found.time_ds[west].tolist() == [round(np.hypot(200, 100)) + 4000]


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
        areas = isochrones(found, communes.assign(population=10), (10, 30))
        assert len(areas) == 0
        assert areas.crs == CRS


def test_a_time_equal_to_the_bound_is_within():
    communes = gpd.GeoDataFrame(
        {"landmass": [0], "x": [100.0], "y": [100.0], "population": [70]},
        geometry=[shapely.box(0, 0, 200, 200)],
        crs=CRS,
    )
    cells = cells_of(communes.geometry, communes["landmass"].to_numpy())
    for time_ds, bounds in ((6000, [10.0, 15.0]), (6001, [15.0]), (9001, [])):
        timed_at = Surface(cells, np.full(len(cells.row), time_ds))
        found = isochrones(timed_at, communes, (15.0, 10.0, 10.0))
        assert found["temps_max_min"].tolist() == bounds


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6))
def test_areas_are_nested_valid_and_within_the_territory(seed):
    """Any times, three triangular communes of two masses of land."""
    rng = np.random.default_rng(seed)
    corners = rng.uniform(-1500, 1500, (3, 3, 2)) + rng.uniform(-1000, 1000, (3, 1, 2))
    communes = gpd.GeoDataFrame(
        {"landmass": [0, 0, 1], "population": [1, 20, 300]},
        geometry=[shapely.convex_hull(shapely.MultiPoint(c)) for c in corners],
        crs=CRS,
    )
    points = communes.geometry.representative_point()
    communes = communes.assign(x=points.x, y=points.y)
    cells = cells_of(communes.geometry, communes["landmass"].to_numpy())
    times = rng.integers(-1, 22000, len(cells.row))
    found = isochrones(Surface(cells, times), communes, (10, 15, 20, 30))
    areas = list(found.geometry)
    assert all(a.is_valid and not a.is_empty for a in areas)
    # The last bit of a corner of the coast is rounded: one inside the other to 1 mm.
    assert all(b.buffer(0.001).covers(a) for a, b in pairwise(areas))
    assert all(a.area <= b.area + 1e-3 for a, b in pairwise(areas))
    assert found["population"].is_monotonic_increasing
    land = communes.union_all()
    assert all(land.buffer(0.001).covers(a) for a in areas)
    whole = Surface(cells, np.zeros(len(cells.row), dtype=np.int64))
    everything = isochrones(whole, communes, (10,))
    assert everything["population"].tolist() == [321]
    np.testing.assert_allclose(everything.area[0], land.area, rtol=1e-3)


def test_cells_without_time_are_a_control_row():
    row = control.cells(3, 12).iloc[0]
    assert (row["nombre"], row["part"], row["effet"]) == (3, 0.25, "signale")
    assert len(control.cells(0, 12)) == 0
