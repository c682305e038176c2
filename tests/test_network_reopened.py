"""Doors opened once for all the draws: the times of opening them again for each."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from diagterritoire.errors import DataError
from diagterritoire.network import dial, hierarchy, search, sweep
from diagterritoire.network.compiled import RoadNetwork
from diagterritoire.network.doors import open_doors
from diagterritoire.network.graph import WGS84, build_graph
from diagterritoire.network.redriven import FINER, finer, redrivable, redriven, rejoined
from diagterritoire.network.reopened import drawn, pays, reopened
from diagterritoire.network.searcher import OnGraph
from diagterritoire.network.snapping import uncovered
from diagterritoire.parameters import ReseauParameters
from diagterritoire.tables import RATTACHE
from slow_roads import graph_of, random_ends, random_graph, slow_nearest


def random_roads(seed):
    """Draw one-way and two-way streets, loops and parallels, some a decisecond long."""
    rng = np.random.default_rng(seed)
    nodes, streets = int(rng.integers(1, 12)), int(rng.integers(1, 25))
    ends = rng.integers(0, nodes, (streets, 2))
    length = rng.choice([1.0, 30.0, 700.0, 4000.0], streets)
    classes = rng.integers(0, 2, streets)
    both = rng.random(streets) < 0.6
    back = np.flatnonzero(both)
    return RoadNetwork(
        lon=rng.uniform(0, 0.05, nodes),
        lat=rng.uniform(0, 0.05, nodes),
        source=np.concatenate([ends[:, 0], ends[back, 1]]).astype(np.int32),
        target=np.concatenate([ends[:, 1], ends[back, 0]]).astype(np.int32),
        length_m=np.concatenate([length, length[back]]).astype(np.float32),
        road_class=np.concatenate([classes, classes[back]]).astype(np.int16),
        classes=("primary", "residential"),
    )


def random_points(ruled, count, rng):
    """Join points to streets, some at nearly the same place, and to nodes."""
    streets = ruled.streets
    street = rng.integers(0, len(streets.start), count)
    whole = streets.whole_ds[street]
    share = rng.choice([0.001, 0.499, 0.5, 0.999, rng.random()], count)
    place = np.clip(np.floor(share * whole), 1, whole - 1).astype(np.int64)
    on = rng.random(count) < 0.9
    return replace(
        uncovered(count),
        statut=np.full(count, RATTACHE),
        distance_m=rng.uniform(0, 90, count),
        node=np.where(on, -1, rng.integers(0, len(ruled.x), count)),
        street=np.where(on, street, -1),
        place=np.where(on, place, 0),
    )


def drawn_speeds(rng):
    speeds = ReseauParameters().vitesses_kmh
    return ReseauParameters(
        vitesses_kmh={name: speed * rng.uniform(0.6, 1.5) for name, speed in speeds.items()},
        vitesse_acces_kmh=rng.uniform(2, 30),
    )


def test_the_doors_of_all_draws_give_the_times_of_each():
    met = 0
    for seed in range(60):
        rng = np.random.default_rng(seed)
        network, reseau = random_roads(seed), ReseauParameters()
        graph = build_graph(network, WGS84, reseau)
        if not len(graph.streets.start):
            continue
        ruled, roads = finer(graph), redrivable(graph, network, reseau)
        points = random_points(ruled, 24, rng)
        shared = reopened(roads, ruled, points)
        for _ in range(3):
            chosen, rows = drawn_speeds(rng), np.sort(rng.permutation(24)[:12])
            mine, at = drawn(shared, points.take(rows), chosen)
            other = redriven(roads, chosen)
            doors, expected = open_doors(other, rejoined(points.take(rows), ruled, other, chosen))
            np.testing.assert_array_equal(at.access_ds, expected.access_ds)
            limit = int(rng.choice([0, 40, 900, 36_000]))
            access = rng.integers(0, 50, 12)
            found = mine.pairs(at.node, access, at.node, access, limit)
            slow = search.matrix_by_scipy(doors.graph.backward, expected.node, expected.node, limit)
            for name in ("site", "origin", "time_ds"):
                np.testing.assert_array_equal(getattr(found, name), getattr(slow, name))
            met += len(slow.site)
            np.testing.assert_array_equal(
                mine.nearest(at.node[:4], access[:4], at.node),
                OnGraph(doors.graph).nearest(expected.node[:4], access[:4], expected.node),
            )
    assert met > 5_000


def one_way():
    """Draw a kilometre of one-way street, its finer rule and its sections."""
    network = RoadNetwork(
        lon=np.array([0.0, 0.01]),
        lat=np.zeros(2),
        source=np.array([0], np.int32),
        target=np.array([1], np.int32),
        length_m=np.array([1000.0], np.float32),
        road_class=np.zeros(1, np.int16),
        classes=("primary",),
    )
    graph = build_graph(network, WGS84, ReseauParameters())
    return graph, finer(graph), redrivable(graph, network, ReseauParameters())


def test_points_that_share_a_place_at_some_speeds_share_its_door():
    """Two doors a thousandth of a decisecond apart on a one-way street: no way round."""
    _, ruled, roads = one_way()
    reseau = ReseauParameters()
    middle = 200 * FINER
    points = replace(
        uncovered(3),
        statut=np.full(3, RATTACHE),
        distance_m=np.zeros(3),
        street=np.zeros(3, np.int64),
        place=np.array([1, middle, middle + 1]),
    )
    mine, at = drawn(reopened(roads, ruled, points), points, reseau)
    assert at.node.tolist() == [0, 3, 3]
    now = np.zeros(3, np.int64)
    assert mine.pairs(at.node, now, at.node[1:2], now[:1], 900).time_ds.tolist() == [200, 0, 0]


def test_the_nearest_through_a_hierarchy_is_that_of_the_plain_search():
    for seed in range(200):
        graph = random_graph(seed)
        sites, access, origins = random_ends(seed, graph)
        built = hierarchy.build(graph, hierarchy.dissection_order(graph))
        metric = hierarchy.customise(built, graph)
        found = sweep.nearest(built, metric, sites, access, origins)
        np.testing.assert_array_equal(
            found, slow_nearest(graph.backward, sites, access)[:, origins]
        )


def test_a_way_of_years_is_refused():
    graph = graph_of(3, [(0, 1, dial.NEVER - 2), (1, 2, dial.NEVER - 2)])
    built = hierarchy.build(graph, np.array([0, 1, 2], np.int32))
    metric = hierarchy.customise(built, graph)
    with pytest.raises(DataError, match="trois ans"):
        sweep.nearest(built, metric, np.array([2]), np.array([0]), np.array([0]))


def test_roads_too_long_for_a_hierarchy_are_opened_again_for_each_draw():
    _, ruled, roads = one_way()
    points = random_points(ruled, 9, np.random.default_rng(3))
    # 1 500 million deciseconds.
    slow = ReseauParameters(vitesses_kmh={}, vitesse_defaut_kmh=2.4e-5)
    assert drawn(reopened(roads, ruled, points), points, slow) is None


def test_a_small_network_is_left_to_scipy():
    graph = graph_of(40, [(k, k + 1, 5) for k in range(39)])
    assert not pays(graph, 30, 20)
    large = replace(graph, x=np.zeros(1_200_000))
    assert pays(large, 1_500, 20)
    assert not pays(large, 5, 20)
