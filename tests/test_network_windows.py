"""A window of a road network: the same roads, the same times, whatever lies beyond it."""

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from diagterritoire.core.times.travel import minutes_around, travel
from diagterritoire.demo.geography import draw_geography
from diagterritoire.demo.roads import draw_network
from diagterritoire.inputs.orders import with_order_once
from diagterritoire.inputs.road_window import roads_around
from diagterritoire.network import windows
from diagterritoire.network.compiled import RoadNetwork, compile_network, to_arrays
from diagterritoire.network.graph import build_graph
from diagterritoire.network.hierarchy import orders
from diagterritoire.network.landmass import Anchors, landmasses
from diagterritoire.network.roadside import around, box_around, roadside
from diagterritoire.network.shapes import Shapes
from diagterritoire.network.windows import cut, squared, squared_arrays, squared_from
from diagterritoire.parameters import Parameters
from diagterritoire.store import cached_arrays

CRS = "EPSG:2154"


def random_network(rng, nodes=300, sections=700, *, lines=True):
    """Draw sections between near nodes, a third of them driven both ways, ferries among them."""
    lonlat = rng.uniform((1.0, 46.0), (2.5, 47.2), (nodes, 2))
    source = rng.integers(0, nodes, sections).astype(np.int32)
    target = ((source + rng.integers(1, 20, sections)) % nodes).astype(np.int32)
    both = rng.random(sections) < 0.3
    street = np.concatenate([np.arange(sections), np.flatnonzero(both)]).astype(np.int32)
    ends = np.concatenate([source, target[both]]), np.concatenate([target, source[both]])
    shuffled = rng.permutation(len(street))
    counts = rng.integers(0, 4, sections) if lines else np.zeros(0, dtype=np.int64)
    points = rng.integers(0, 10**9, (2, counts.sum())).astype(np.int32)
    indptr = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    return RoadNetwork(
        lon=lonlat[:, 0],
        lat=lonlat[:, 1],
        source=ends[0][shuffled],
        target=ends[1][shuffled],
        length_m=rng.uniform(1, 900, len(street)).astype(np.float32)[street][shuffled],
        road_class=rng.integers(0, 3, sections).astype(np.int16)[street][shuffled],
        classes=("ferry", "primary", "tertiary"),
        max_speed_kmh=np.where(rng.random(len(street)) < 0.5, np.nan, 90).astype(np.float32),
        duration_min=np.full(len(street), np.nan, dtype=np.float32),
        shapes=Shapes(street[shuffled], indptr, *points),
    )


def described(network):
    """Every section by where it goes, its columns and its line; every street by its sections."""
    lines = network.shapes
    rows, streets = [], {}
    for k, (a, b) in enumerate(zip(network.source, network.target, strict=True)):
        line = ()
        if len(lines.indptr) > 1:
            first, last = lines.indptr[lines.street[k] : lines.street[k] + 2]
            line = tuple(zip(lines.lon[first:last], lines.lat[first:last], strict=True))
        row = (
            (network.lon[a], network.lat[a], network.lon[b], network.lat[b]),
            network.length_m[k],
            network.road_class[k],
            str(network.max_speed_kmh[k]),
            line,
        )
        rows.append(row)
        streets.setdefault(int(lines.street[k]), []).append(row)
    return sorted(rows), sorted(streets.values())


def within(network, low, high):
    """The plainest cut: sections whose two ends are in a box of squares."""
    inside = (network.lon >= low[0]) & (network.lon < high[0])
    inside &= (network.lat >= low[1]) & (network.lat < high[1])
    kept = inside[network.source] & inside[network.target]
    columns = ("source", "target", "length_m", "road_class", "max_speed_kmh", "duration_min")
    part = replace(network, **{c: getattr(network, c)[kept] for c in columns})
    return inside, replace(part, shapes=replace(network.shapes, street=network.shapes.street[kept]))


@pytest.mark.parametrize("lines", [True, False])
def test_a_cut_is_that_of_the_plainest_search(lines):
    rng = np.random.default_rng(4)
    network = random_network(rng, lines=lines)
    laid = squared(network)
    assert described(laid.network) == described(network)
    for _ in range(12):
        low, high = np.sort(rng.uniform((0.8, 45.8), (2.7, 47.4), (2, 2)), axis=0)
        part = cut(laid, (*low, *high))
        south_west = np.floor(low / windows.SQUARE) * windows.SQUARE
        north_east = (np.floor(high / windows.SQUARE) + 1) * windows.SQUARE
        inside, expected = within(laid.network, south_west, north_east)
        np.testing.assert_array_equal(part.lon, laid.network.lon[inside])
        assert described(part) == described(expected)
        np.testing.assert_array_equal(part.length_m, expected.length_m)


def test_a_box_around_everything_leaves_the_network_as_it_is():
    laid = squared(random_network(np.random.default_rng(2)))
    assert cut(laid, (0.0, 45.0, 3.0, 48.0)) is laid.network
    assert len(cut(laid, (5.0, 45.0, 6.0, 48.0)).lon) == 0
    none = squared(compile_network(*empty_tables()))
    assert len(cut(none, (5.0, 45.0, 6.0, 48.0)).lon) == 0


def empty_tables():
    return (
        pd.DataFrame({"noeud": np.empty(0, np.int64), "lon": np.empty(0), "lat": np.empty(0)}),
        pd.DataFrame(
            {
                "depart": np.empty(0, np.int64),
                "arrivee": np.empty(0, np.int64),
                "longueur_m": np.empty(0),
                "classe": np.empty(0, str),
            }
        ),
    )


def test_a_kept_network_is_mapped_and_cut_the_same(tmp_path):
    laid = squared(random_network(np.random.default_rng(7)))
    cached_arrays(tmp_path, "reseau", lambda: squared_arrays(laid), mapped=True)
    arrays, reused = cached_arrays(tmp_path, "reseau", pytest.fail, mapped=True)
    assert reused
    assert not any(a.flags.writeable for a in arrays.values() if a.size)
    assert all(a.ctypes.data % 64 == 0 for a in arrays.values() if a.size)
    again = squared_from(arrays)
    box = (1.3, 46.2, 1.8, 46.9)
    one, other = to_arrays(cut(laid, box)), to_arrays(cut(again, box))
    for name, values in one.items():
        np.testing.assert_array_equal(values, other[name])


def test_a_mapped_file_is_made_again_when_a_byte_changed(tmp_path):
    cached_arrays(tmp_path, "reseau", lambda: {"a": np.arange(99)}, mapped=True)
    path = tmp_path / "reseau.npz"
    good = path.read_bytes()
    path.write_bytes(good[:400] + bytes([good[400] ^ 1]) + good[401:])
    found, reused = cached_arrays(tmp_path, "reseau", lambda: {"a": np.arange(99)}, mapped=True)
    assert not reused
    assert path.read_bytes() == good
    assert found["a"].tolist() == list(range(99))


@pytest.fixture(scope="module")
def country():
    """Draw 500 communes over 95 km: what a few minutes reach is a part of them."""
    rng = np.random.default_rng(11)
    geography = draw_geography(500, rng)
    drawn = draw_network(geography, rng, 40)
    noeuds = pd.DataFrame(drawn.lonlat, columns=["lon", "lat"]).rename_axis("noeud").reset_index()
    land = geography.communes.assign(landmass=landmasses(geography.communes.geometry, 100.0))
    held = land.iloc[::3]
    sites = gpd.GeoDataFrame(
        {"site_id": "s" + held["code_commune"], "code_commune": held["code_commune"]},
        geometry=shapely.points(held[["village_x", "village_y"]].to_numpy()),
        crs=CRS,
    )
    return squared(compile_network(noeuds, drawn.edges)), land, sites


def test_a_territory_has_the_same_times_on_its_window(country):
    laid, land, sites = country
    parameters = Parameters()
    parameters = replace(
        parameters,
        territoire=replace(parameters.territoire, tampon_min=8.0),
        reseau=replace(parameters.reseau, duree_max_min=10.0, rattachement_max_m=800.0),
    )
    west = land.sort_values("x").head(30)
    network = roads_around(laid, west, parameters)
    assert 0.05 < len(network.lon) / len(laid.network.lon) < 0.8
    found = []
    for roads in (laid.network, network):
        road = build_graph(roads, CRS, parameters.reseau)
        minutes = minutes_around(land, west["code_commune"], road, parameters)
        near = land["code_commune"].isin(minutes.index[minutes <= 8.0])
        closed, ailleurs = land.loc[near], land.loc[~near]
        timed = travel(closed, sites, road, parameters, ailleurs)
        found.append((closed["code_commune"], minutes[minutes <= 8.0], timed))
    (codes, minutes, whole), (same_codes, same_minutes, part) = found
    assert codes.tolist() == same_codes.tolist()
    assert len(codes) > len(west)
    pd.testing.assert_series_equal(minutes, same_minutes)
    pd.testing.assert_frame_equal(whole.trajets, part.trajets)
    assert len(whole.trajets) > 20
    pd.testing.assert_frame_equal(whole.plus_proches, part.plus_proches)


def test_an_order_made_once_ranges_every_node(country):
    laid, _, _ = country
    road = with_order_once(build_graph(laid.network, CRS, Parameters().reseau))
    assert road.order is not None
    assert not road.order.ready()
    order = road.order.read()
    assert road.order.ready()
    assert orders(order, len(road.x))
    assert road.order.read() is order


def test_the_lines_of_a_box_give_the_places_of_all_the_lines(country):
    laid, land, _ = country
    road = build_graph(laid.network, CRS, Parameters().reseau)
    nodes = len(road.x)
    anchored = Anchors(np.zeros(nodes, np.int64), np.ones(nodes, bool))
    rng = np.random.default_rng(1)
    corner = land[["x", "y"]].to_numpy()[0]
    xy = corner + rng.uniform(-3000, 3000, (200, 2))
    every = roadside(road, anchored, 0)
    few = roadside(road, anchored, 0, box_around(xy, 900.0))
    assert len(few.street) < len(every.street) / 2
    places = []
    for lines in (every, few):
        (place,) = around(lines, xy, 900.0, 50.0)
        order = np.lexsort((place.node, place.street, place.point))
        places.append(place.take(order))
    for name in ("point", "street", "node", "fraction", "distance_m"):
        np.testing.assert_array_equal(getattr(places[0], name), getattr(places[1], name))
