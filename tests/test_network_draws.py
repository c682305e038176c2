"""Draws of speeds on the same roads: the same as building the graph again for each."""

from __future__ import annotations

import numpy as np
import pytest

from diagterritoire.network import draws, engine, hierarchy, search
from diagterritoire.network.compiled import RoadNetwork
from diagterritoire.network.engine import Method
from diagterritoire.network.graph import WGS84, build_graph
from diagterritoire.parameters import ReseauParameters
from slow_roads import graph_of


def random_network(seed):
    """Draw parallel sections, loops, ferries and towns, none or many."""
    rng = np.random.default_rng(seed)
    nodes, sections = int(rng.integers(1, 30)), int(rng.integers(0, 120))
    known = np.where(rng.random(sections) < 0.5, rng.choice([30, 50, 80], sections), np.nan)
    return RoadNetwork(
        lon=rng.uniform(0, 0.05, nodes),
        lat=rng.uniform(0, 0.05, nodes),
        source=rng.integers(0, nodes, sections, dtype=np.int32),
        target=rng.integers(0, nodes, sections, dtype=np.int32),
        length_m=rng.integers(0, 4000, sections).astype(np.float32),
        road_class=rng.integers(0, 3, sections).astype(np.int16),
        classes=("ferry", "primary", "residential"),
        max_speed_kmh=known.astype(np.float32),
        duration_min=np.full(sections, np.nan, dtype=np.float32),
    )


def drawn(rng, bacs):
    """Draw what somebody might choose."""
    speeds = ReseauParameters().vitesses_kmh
    return ReseauParameters(
        vitesses_kmh={name: speed * rng.uniform(0.7, 1.3) for name, speed in speeds.items()},
        facteur_limite=rng.uniform(0.7, 1.0),
        facteur_pointe=rng.uniform(1.0, 1.5),
        penalite_carrefour_s=float(rng.choice([0.0, 4.0])),
        bacs=bacs,
    )


def assert_same_graph(found, built):
    for edges, expected in ((found.forward, built.forward), (found.backward, built.backward)):
        for name in ("indptr", "indices", "time_ds"):
            mine, other = getattr(edges, name), getattr(expected, name)
            np.testing.assert_array_equal(mine, other)
            assert mine.dtype == other.dtype
    np.testing.assert_array_equal(found.component, built.component)


@pytest.mark.parametrize("method", list(Method))
def test_a_draw_equals_building_the_graph_again(method, monkeypatch):
    monkeypatch.setattr(engine, "choose", lambda *_, **__: method)
    for seed in range(30):
        rng = np.random.default_rng(seed)
        network, bacs = random_network(seed), seed % 2 > 0
        graph = build_graph(network, WGS84, ReseauParameters(bacs=bacs))
        nodes = np.arange(len(graph.x))
        sites, limit = nodes[::3], int(rng.choice([0, 900, 36_000]))
        choices = [drawn(rng, bacs) for _ in range(3)]
        followed = draws.follow(network, graph, bacs=bacs)
        sets = [draws.edge_times(followed, choice) for choice in choices]
        for choice, time_ds, pairs in zip(
            choices,
            sets,
            draws.matrices(graph, iter(sets), sites, nodes, limit, count=3),
            strict=True,
        ):
            built = build_graph(network, WGS84, choice)
            again = draws.retimed(graph, time_ds)
            assert_same_graph(again, built)
            # Streets at the former times would open doors at those.
            assert len(again.streets.start) == 0
            slow = search.matrix_by_scipy(built.backward, sites, nodes, limit)
            for name in ("site", "origin", "time_ds"):
                np.testing.assert_array_equal(getattr(pairs, name), getattr(slow, name))


def test_the_order_is_made_once_for_all_the_draws(monkeypatch):
    orders = []
    real = hierarchy.dissection_order
    monkeypatch.setattr(hierarchy, "dissection_order", lambda g: (orders.append(g), real(g))[1])
    monkeypatch.setattr(engine, "FEW_VISITS", 0)
    graph = graph_of(40, [(k, k + 1, 5) for k in range(39)])
    nodes = np.arange(40)
    sets = (np.full(39, time, np.int32) for time in range(1, 101))
    found = [
        pairs.time_ds.max() for pairs in draws.matrices(graph, sets, nodes, nodes, 9999, count=100)
    ]
    assert found == [39 * time for time in range(1, 101)]
    assert len(orders) == 1


def test_times_too_long_for_a_hierarchy_are_left_to_scipy(monkeypatch):
    monkeypatch.setattr(engine, "FEW_VISITS", 0)
    graph, both = graph_of(2, [(0, 1, 5)]), np.arange(2)
    sets = [np.array([2**30], np.int32), np.array([7], np.int32)]
    found = draws.matrices(graph, sets, both, both, 2**30, count=100)
    assert [pairs.time_ds.max() for pairs in found] == [2**30, 7]


def test_another_network_is_refused():
    network = random_network(7)
    graph = build_graph(network, WGS84, ReseauParameters())
    with pytest.raises(ValueError, match="not built from this network"):
        draws.follow(random_network(8), graph, bacs=True)
    with pytest.raises(ValueError, match="edges"):
        draws.retimed(graph, np.array([1], np.int32))
