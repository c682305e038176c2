"""The search against NetworkX on random directed multigraphs, and by hand on drawn networks."""

from __future__ import annotations

from dataclasses import replace

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diagterritoire.network import dial, engine, search
from diagterritoire.network.compiled import RoadNetwork
from diagterritoire.network.graph import WGS84, build_graph
from diagterritoire.parameters import ReseauParameters
from test_network_drawn import draw

SPEED = ReseauParameters(vitesses_kmh={"route": 36.0})


def random_case(seed):
    """A multigraph with one-ways, parallel edges, loops and ties; sites and origins on it."""
    rng = np.random.default_rng(seed)
    nodes, sections = int(rng.integers(1, 30)), int(rng.integers(0, 90))
    network = RoadNetwork(
        lon=rng.uniform(0, 1, nodes),
        lat=rng.uniform(0, 1, nodes),
        source=rng.integers(0, nodes, sections, dtype=np.int32),
        target=rng.integers(0, nodes, sections, dtype=np.int32),
        length_m=rng.integers(0, 12, sections).astype(np.float32),
        road_class=np.zeros(sections, dtype=np.int16),
        classes=("route",),
    )
    sites = rng.integers(0, nodes, int(rng.integers(0, 6)))
    access = rng.integers(0, 9, len(sites))
    return network, build_graph(network, WGS84, SPEED), sites, access


def oracle(network):
    """The same roads in NetworkX: a metre is a decisecond, at least one."""
    slow = nx.MultiDiGraph()
    slow.add_nodes_from(range(len(network.lon)))
    for a, b, metres in zip(network.source, network.target, network.length_m, strict=True):
        slow.add_edge(int(a), int(b), time=max(1, int(metres)))
    return slow


def times_to(slow, site):
    return nx.single_source_dijkstra_path_length(slow.reverse(copy=False), site, weight="time")


@pytest.mark.parametrize("start", range(0, 1000, 250))
def test_nearest_equals_networkx(start):
    for seed in range(start, start + 250):
        network, graph, sites, access = random_case(seed)
        slow = oracle(network)
        tables = [times_to(slow, int(s)) for s in sites]
        expected = []
        for node in range(len(graph.x)):
            known = [(t[node] + int(access[i]), i) for i, t in enumerate(tables) if node in t]
            expected.append(min(known, default=(-1, -1)))
        for nearest in (search.nearest_by_scipy, dial.nearest):
            found = nearest(graph.backward, sites, access)
            assert list(zip(*found, strict=True)) == expected, (seed, nearest)
        if seed % 10 == 0:
            found = search.nearest(graph, sites, access)
            assert list(zip(*found, strict=True)) == expected, seed


@pytest.mark.parametrize("start", range(0, 1000, 250))
def test_matrix_equals_networkx_bound_included(start, monkeypatch):
    monkeypatch.setattr(search, "_BLOCK", 40)
    for seed in range(start, start + 250):
        network, graph, sites, _ = random_case(seed)
        slow = oracle(network)
        origins = np.arange(len(graph.x))[::-1]
        limit = seed % 25
        expected = [
            (i, o, times[node])
            for i, times in enumerate(times_to(slow, int(s)) for s in sites)
            for o, node in enumerate(origins)
            if times.get(node, limit + 1) <= limit
        ]
        pairs = search.matrix(graph, sites, origins, limit)
        prepared = engine.prepare(graph, origins)
        found = (
            (pairs.site, pairs.origin, pairs.time_ds),
            dial.matrix(graph.backward, sites, origins, limit),
            dial.joined(engine.answers(graph, sites, origins, limit, prepared), len(sites)),
        )
        for columns in found:
            assert list(zip(*columns, strict=True)) == expected, seed


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.integers(0, 10_000))
def test_outward_is_nearest_on_the_reversed_roads(seed):
    network, graph, sites, access = random_case(seed)
    turned = RoadNetwork(
        network.lon,
        network.lat,
        network.target,
        network.source,
        network.length_m,
        network.road_class,
        network.classes,
    )
    there = search.nearest(graph, sites, access, outward=True)
    back = search.nearest(build_graph(turned, WGS84, SPEED), sites, access)
    np.testing.assert_array_equal(there, back)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.integers(0, 10_000))
def test_triangle_inequality(seed):
    _, graph, _, _ = random_case(seed)
    times = times_of(graph, np.arange(len(graph.x)))
    assert (times[:, None, :] <= times[:, :, None] + times[None, :, :]).all()


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.integers(0, 10_000))
def test_one_more_site_never_lengthens(seed):
    _, graph, sites, access = random_case(seed)
    before, _ = search.nearest(graph, sites, access)
    after, _ = search.nearest(graph, np.append(sites, 0), np.append(access, 3))
    assert ((after <= before) | (before < 0)).all()


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.integers(0, 10_000))
def test_one_more_road_never_lengthens(seed):
    network, graph, sites, access = random_case(seed)
    rng = np.random.default_rng(seed)
    ends = rng.integers(0, len(graph.x), (2, 1), dtype=np.int32)
    more = replace(
        network,
        source=np.append(network.source, ends[0]),
        target=np.append(network.target, ends[1]),
        length_m=np.append(network.length_m, np.float32(rng.integers(0, 12))),
        road_class=np.append(network.road_class, np.int16(0)),
    )
    longer = build_graph(more, WGS84, SPEED)
    before, _ = search.nearest(graph, sites, access)
    after, _ = search.nearest(longer, sites, access)
    assert (after[before >= 0] <= before[before >= 0]).all()
    assert (after[before >= 0] >= 0).all()
    nodes = np.arange(len(graph.x))
    assert (times_of(longer, nodes) <= times_of(graph, nodes)).all()


def times_of(graph, nodes):
    """Time from each node to each node, infinite without a road."""
    pairs = search.matrix(graph, nodes, nodes, 10**6)
    times = np.full((len(nodes), len(nodes)), np.inf)
    times[pairs.origin, pairs.site] = pairs.time_ds
    return times


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.integers(0, 10_000), st.integers(1, 400))
def test_half_the_speeds_double_the_times_within_the_rounding_of_each_edge(seed, scale):
    """An edge is rounded to a decisecond, one at least: twice its time is right to one."""
    network, *_ = random_case(seed)
    network = replace(network, length_m=network.length_m * np.float32(scale / 7))
    nodes = np.arange(len(network.lon))
    slow = replace(SPEED, vitesses_kmh={"route": SPEED.vitesses_kmh["route"] / 2})
    graph, slower = (build_graph(network, WGS84, reseau) for reseau in (SPEED, slow))
    edge_gap = slower.forward.time_ds - 2 * graph.forward.time_ds
    assert (np.abs(edge_gap) <= 1).all()
    times, twice = times_of(graph, nodes), times_of(slower, nodes)
    np.testing.assert_array_equal(np.isfinite(times), np.isfinite(twice))
    reached = np.isfinite(times)
    assert (np.abs(twice[reached] - 2 * times[reached]) <= len(nodes) - 1).all()


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.integers(0, 10_000))
def test_a_longer_bound_keeps_what_a_shorter_one_did(seed):
    _, graph, _, _ = random_case(seed)
    nodes = np.arange(len(graph.x))
    kept = [
        set(zip(pairs.site.tolist(), pairs.origin.tolist(), pairs.time_ds.tolist(), strict=True))
        for pairs in (search.matrix(graph, nodes, nodes, limit) for limit in (10, 20, 30))
    ]
    assert kept[0] <= kept[1] <= kept[2]


def test_the_patient_drives_to_the_site_and_not_the_other_way():
    """From A to B against the one-way: round by C and D."""
    drawn = draw(
        """
A<B
| |
C-D
"""
    )
    node = drawn.node
    time_ds, _ = search.nearest(drawn.graph, np.array([node["B"]]), np.array([0]))
    assert time_ds[node["A"]] == 6000
    time_ds, _ = search.nearest(drawn.graph, np.array([node["A"]]), np.array([0]))
    assert time_ds[node["B"]] == 2000


def test_access_of_the_site_counts_and_a_tie_goes_to_the_first():
    drawn = draw("A-B-C")
    a, b, c = (drawn.node[k] for k in "ABC")
    time_ds, site = search.nearest(drawn.graph, np.array([c, a, a]), np.array([0, 0, 0]))
    assert (time_ds[b], site[b]) == (2000, 0)
    assert (time_ds[a], site[a]) == (0, 1)
    time_ds, site = search.nearest(drawn.graph, np.array([c, a]), np.array([1, 0]))
    assert (time_ds[b], site[b]) == (2000, 1)
    assert (time_ds[c], site[c]) == (1, 0)


def test_ten_minutes_exactly_are_within_ten_minutes():
    drawn = draw("A-----B")
    start, end = np.array([drawn.node["A"]]), np.array([drawn.node["B"]])
    assert search.matrix(drawn.graph, end, start, 6000).time_ds.tolist() == [6000]
    assert search.matrix(drawn.graph, end, start, 5999).time_ds.tolist() == []


def test_no_site_and_no_origin():
    graph = draw("A-B").graph
    none = np.empty(0, dtype=np.int64)
    assert (search.nearest(graph, none, none)[0] == -1).all()
    assert len(search.matrix(graph, none, np.array([0]), 10).time_ds) == 0
    assert len(search.matrix(graph, np.array([0]), none, 10).time_ds) == 0
