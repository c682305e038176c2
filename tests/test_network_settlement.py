"""The main settlement of a commune: the densest streets, not the geometric centre."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Transformer

from diagterritoire.core.communes.points import settled
from diagterritoire.network.compiled import RoadNetwork
from diagterritoire.network.settlement import CELL_M, main_settlements
from diagterritoire.parameters import PointsParameters

CRS = "EPSG:2154"
X0, Y0 = 700_000.0, 6_600_000.0


def network(sections):
    """Sections given by both ends, in metres from the corner, and their class."""
    ends = np.array([[a, b] for a, b, _ in sections], dtype=float).reshape(-1, 2)
    x, y = ends[:, 0] + X0, ends[:, 1] + Y0
    lon, lat = Transformer.from_crs(CRS, "EPSG:4326", always_xy=True).transform(x, y)
    classes = tuple(sorted({c for *_, c in sections}))
    count = len(sections)
    length = np.hypot(*(ends[0::2] - ends[1::2]).T)
    return RoadNetwork(
        lon=np.asarray(lon),
        lat=np.asarray(lat),
        source=np.arange(0, 2 * count, 2, dtype=np.int32),
        target=np.arange(1, 2 * count, 2, dtype=np.int32),
        length_m=length.astype(np.float32),
        road_class=np.array([classes.index(c) for *_, c in sections], dtype=np.int16),
        classes=classes,
    )


def outlines(**boxes):
    """Squares in metres from the corner, by code."""
    shapes = [shapely.box(X0 + a, Y0 + b, X0 + c, Y0 + d) for a, b, c, d in boxes.values()]
    return gpd.GeoSeries(shapes, index=[code[1:] for code in boxes], crs=CRS)


# A village of three streets, a hamlet of one, a through road, all in a square of 10 km.
VILLAGE = [
    ((1000, 1000), (1100, 1000), "residential"),
    ((1000, 1000), (1000, 1100), "residential"),
    ((1000, 1100), (1100, 1100), "unclassified"),
]
HAMLET = [((8000, 8000), (8120, 8000), "residential")]
THROUGH = [((0, 5000), (9000, 5000), "primary")]


def test_five_sections_by_hand():
    found = main_settlements(
        network(VILLAGE + HAMLET + THROUGH), outlines(c18001=(0, 0, 10_000, 10_000)), 400.0
    )
    assert found["code_commune"].tolist() == ["18001"]
    # Middles at (1050, 1000), (1000, 1050) and (1050, 1100), each 100 m long.
    assert found[["x", "y"]].to_numpy()[0] == pytest.approx([X0 + 3100 / 3, Y0 + 3150 / 3], abs=0.5)
    assert found["voirie_m"].tolist() == [300.0]


def test_each_commune_has_its_own_and_one_without_street_has_none():
    squares = outlines(
        c18001=(0, 0, 5000, 10_000), c18002=(5000, 0, 10_000, 10_000), c18003=(2e4, 0, 3e4, 1e4)
    )
    found = main_settlements(network(VILLAGE + HAMLET + THROUGH), squares, 400.0)
    assert found["code_commune"].tolist() == ["18001", "18002"]
    assert found["x"].iloc[1] == pytest.approx(X0 + 8060, abs=0.5)


def test_the_streets_of_a_neighbour_count_in_the_density_but_not_in_the_place():
    # Two equal streets; the eastern one faces the village across the boundary.
    sections = [
        ((100, 0), (200, 0), "residential"),
        ((4800, 0), (4900, 0), "residential"),
        ((5100, 0), (5200, 0), "residential"),
    ]
    squares = outlines(c18001=(0, -1000, 5000, 1000), c18002=(5000, -1000, 9000, 1000))
    found = main_settlements(network(sections), squares, 400.0).set_index("code_commune")
    assert found.loc["18001", "x"] == pytest.approx(X0 + 4850, abs=0.5)


def test_without_local_street_there_is_nothing():
    found = main_settlements(network(THROUGH), outlines(c18001=(0, 0, 1e4, 1e4)), 400.0)
    assert found.empty


sections_at_random = st.lists(
    st.tuples(st.integers(0, 60), st.integers(0, 60), st.integers(1, 9)), min_size=1, max_size=25
)


@settings(max_examples=60, deadline=None)
@given(sections_at_random)
def test_density_equals_a_double_loop(rows):
    sections = [
        ((50 * x + 20, 50 * y + 25), (50 * x + 20 + length, 50 * y + 25), "residential")
        for x, y, length in rows
    ]
    found = main_settlements(network(sections), outlines(c18001=(-50, -50, 4000, 4000)), 300.0)
    cells = [np.floor(np.array([X0 + 50 * x + 20, Y0 + 50 * y + 25]) / CELL_M) for x, y, _ in rows]
    best = max(
        sum(
            length
            for other, (*_, length) in zip(cells, rows, strict=True)
            if np.hypot(*(other - cell)) * CELL_M <= 300.0
        )
        for cell in cells
    )
    assert found["voirie_m"].tolist() == [best]


@settings(max_examples=30, deadline=None)
@given(sections_at_random, st.randoms(use_true_random=False))
def test_order_of_sections_changes_nothing(rows, random):
    sections = [
        ((50 * x, 50 * y), (50 * x + length, 50 * y), "residential") for x, y, length in rows
    ]
    square = outlines(c18001=(-50, -50, 4000, 4000))
    expected = main_settlements(network(sections), square, 300.0)
    random.shuffle(sections)
    mixed = main_settlements(network(sections), square, 300.0)
    assert mixed["voirie_m"].tolist() == expected["voirie_m"].tolist()
    assert mixed[["x", "y"]].to_numpy() == pytest.approx(expected[["x", "y"]].to_numpy(), abs=1e-3)


def table():
    squares = outlines(c18001=(0, 0, 1e4, 1e4), c69381=(0, 0, 1e4, 1e4))
    return gpd.GeoDataFrame(
        {"code_commune": ["18001", "69381"], "x": X0, "y": Y0, "origine_point": "point"},
        geometry=squares.to_numpy(),
        crs=CRS,
    )


def test_points_move_to_the_settlement_arrondissements_stay():
    points, controle = settled(table(), network(VILLAGE + THROUGH), PointsParameters())
    assert points["origine_point"].tolist() == ["bourg", "point"]
    assert points["x"].tolist() == pytest.approx([X0 + 3100 / 3, X0], abs=0.5)
    assert controle["nombre"].tolist() == [1]


def test_points_stay_when_told_so_or_without_road():
    points = table()
    assert settled(points, None, PointsParameters())[0] is points
    chosen = PointsParameters(bourg=False)
    assert settled(points, network(VILLAGE), chosen)[0] is points
