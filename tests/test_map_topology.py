"""Outlines of the page: each shared border once, read back as they were."""

from __future__ import annotations

from itertools import pairwise

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from diagterritoire.outputs.map_geometry import contours_of, simplify
from diagterritoire.outputs.map_topology import encoded, encoded_lines, packed, topology
from topologies import numbers, read_line, read_outlines
from voronoi import voronoi_diagnosis


def same(written, shapes):
    """Whether what is read back is what was written, to the point."""
    read = read_outlines(written)
    assert len(read) == len(shapes)
    return all(
        a.is_valid and a.symmetric_difference(b).area == 0
        for a, b in zip(read, shapes, strict=True)
    )


def test_two_squares_share_the_line_between_them():
    squares = np.array([shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)])
    found = topology(squares, 1.0)
    assert [line.tolist() for line in found.arcs] == [
        [[1, 0], [1, 1]],
        [[1, 1], [0, 1], [0, 0], [1, 0]],
        [[1, 0], [2, 0], [2, 1], [1, 1]],
    ]
    # As the test of web/tests/topologie.test.ts reads it.
    assert encoded(found, 1.0) == {
        "pas": 1.0,
        "arcs": "ECAACIAABAABCAIAACAACBA",
        "contours": "CCEAECCEBG",
    }
    assert same(encoded(found, 1.0), squares)


def test_an_enclave_has_one_line_with_the_commune_around_it():
    inner = shapely.box(2, 2, 3, 3)
    around = shapely.box(0, 0, 5, 5) - inner
    far = shapely.MultiPolygon([shapely.box(7, 0, 8, 1), shapely.box(5, 0, 6, 5)])
    shapes = np.array([around, inner, far])
    found = topology(shapes, 1.0)
    # The side of `far`, the rest of both, the enclave, the island.
    assert len(found.arcs) == 5
    assert [len(polygon) for polygon in found.contours[0]] == [2]
    assert found.contours[1][0][0] in [(~found.contours[0][0][1][0],), found.contours[0][0][1]]
    assert same(encoded(found, 1.0), shapes)


def test_points_of_one_place_on_the_grid_are_one():
    triangle = shapely.Polygon([(0, 0), (4, 0), (4, 3), (4.1, 3.2), (0.2, 0.1)])
    dust = shapely.Polygon([(9, 9), (9.1, 9), (9.1, 9.1)])
    found = topology(np.array([shapely.MultiPolygon([triangle, dust])]), 1.0)
    assert [line.tolist() for line in found.arcs] == [[[0, 0], [4, 0], [4, 3], [0, 0]]]
    assert found.contours == ((((0,),),),)


@given(st.lists(st.integers(-(2**30), 2**30), min_size=1, max_size=20))
def test_numbers_are_read_back(values):
    steps = np.cumsum([[0, v] for v in values], axis=0)
    line = shapely.linestrings(np.vstack([[[1, 0]], np.column_stack([np.arange(2, len(values) + 2),
                                                                     steps[:, 1]])]))  # fmt: skip
    (written,) = encoded_lines(np.array([line]), 1.0)
    assert numbers(written["arcs"])[4::2] == values
    assert read_line(written).geoms[0].equals(line)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 2**20), st.integers(2, 40))
def test_any_coverage_is_read_back(seed, n):
    rng = np.random.default_rng(seed)
    seeds = shapely.MultiPoint(rng.integers(0, 500, (n, 2)))
    cells = shapely.get_parts(
        shapely.voronoi_polygons(seeds, extend_to=shapely.box(0, 0, 500, 500))
    )
    grid = 1 / 64
    cells = shapely.coverage_simplify(shapely.set_precision(cells, grid), 0.0)
    cells = cells[shapely.area(cells) > 1]
    if not shapely.coverage_is_valid(cells):
        return
    found = topology(cells, grid)
    assert same(encoded(found, grid), cells)
    lines = [tuple(map(tuple, line.tolist())) for line in found.arcs]
    edges = [frozenset(pair) for line in lines for pair in pairwise(line)]
    assert len(set(edges)) == len(edges)


def test_neighbours_keep_one_border_that_is_written_once():
    communes = voronoi_diagnosis(40).communes
    simple = simplify(communes)
    written = contours_of(simple, communes.crs)
    read = np.array(read_outlines(written))
    assert shapely.coverage_is_valid(read)
    degrees = gpd.GeoSeries(simple, crs=communes.crs).to_crs(4326).to_numpy()
    assert shapely.hausdorff_distance(degrees, read).max() < 1e-5


def test_outlines_that_do_not_meet_are_mended_before_they_are_simplified():
    """One goes over the border of the other by half a metre, then stays short of it by as much."""
    west = shapely.Polygon([(0, 0), (1000, 0), (1000, 1000), (0, 1000)])
    bent = [(1000, 0), (999.5, 300), (1000, 500), (1000.5, 800), (1000, 1000)]
    east = shapely.Polygon([(2000, 0), (2000, 1000), *bent[::-1]])
    done = simplify(gpd.GeoDataFrame(geometry=[west, east], crs=2154))
    assert shapely.coverage_is_valid(done, gap_width=5).all()
    assert shapely.area(done).sum() == pytest.approx(2e6)
    assert len(topology(done, 1.0).arcs) == 3


def test_a_column_of_many_values_is_left_as_it_is():
    assert packed(list(range(65))) == list(range(65))
    assert packed(list(range(64)))["rangs"][-1] == "_"
