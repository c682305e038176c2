"""The hierarchy against the plainest search, to the integer, on random graphs and on Corsica."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from diagterritoire.errors import DataError
from diagterritoire.network import dial, hierarchy, search, sweep
from diagterritoire.network.compiled import compile_network
from diagterritoire.network.graph import Adjacency, build_graph
from diagterritoire.parameters import ReseauParameters
from diagterritoire.sources.roads.routes import read_graphml
from slow_roads import graph_of, random_ends, random_graph, slow_pairs

LIMITS = (0, 5, 60, 3000, 10**6)


def rows(columns):
    return list(zip(*(column.tolist() for column in columns), strict=True))


def through(graph, order, sites, origins, limit, *, pruned=True):
    built = hierarchy.build(graph, order)
    metric = hierarchy.customise(built, graph, pruned=pruned)
    kept = sweep.restrict(built, origins)
    return rows(sweep.matrix(built, metric, kept, sites, limit))


@pytest.mark.parametrize("start", range(0, 1000, 250))
def test_equals_the_plain_search(start):
    for seed in range(start, start + 250):
        graph = random_graph(seed, most=300 if seed % 20 == 0 else 40)
        sites, _, origins = random_ends(seed, graph)
        limit = LIMITS[seed % len(LIMITS)]
        order = hierarchy.dissection_order(graph)
        found = through(graph, order, sites, origins, limit, pruned=seed % 3 > 0)
        assert found == slow_pairs(graph.backward, sites, origins, limit), seed


def test_any_order_gives_the_same_times():
    graph = random_graph(40, most=60)
    sites, _, origins = random_ends(40, graph)
    expected = slow_pairs(graph.backward, sites, origins, 3000)
    assert expected
    for seed in range(20):
        order = np.random.default_rng(seed).permutation(len(graph.x)).astype(np.int32)
        assert through(graph, order, sites, origins, 3000) == expected


def grid(side, seed):
    """Streets of a town: blocks, some one-ways, some holes, and an island apart."""
    rng = np.random.default_rng(seed)
    edges = []
    for node in range(side * side):
        for step, inside in ((1, node % side < side - 1), (side, node < side * (side - 1))):
            if inside and rng.random() < 0.85:
                time = int(rng.integers(1, 90))
                edges.append((node, node + step, time))
                if rng.random() < 0.8:
                    edges.append((node + step, node, time + int(rng.integers(0, 3))))
    island = side * side
    edges.append((island, island + 1, 4))
    places = np.array([(k % side, k // side) for k in range(island)] + [(-9, 0), (-9, 1)])
    return graph_of(island + 2, edges, places * 100.0)


def test_a_town_cut_many_times():
    graph = grid(40, 1)
    order = hierarchy.dissection_order(graph)
    assert sorted(order.tolist()) == list(range(len(graph.x)))
    everywhere = np.arange(len(graph.x))
    sites = everywhere[::53]
    for limit in LIMITS:
        found = through(graph, order, sites, everywhere, limit)
        assert found == rows(dial.matrix(graph.backward, sites, everywhere, limit))


def test_the_order_does_not_depend_on_the_processors(monkeypatch):
    graph = grid(40, 2)
    alone = hierarchy.dissection_order(graph)
    monkeypatch.setattr(hierarchy, "processors", lambda: 4)
    np.testing.assert_array_equal(hierarchy.dissection_order(graph), alone)


def test_nodes_at_one_place_are_ordered_too():
    graph = grid(20, 3)
    graph = replace(graph, x=np.zeros_like(graph.x), y=np.zeros_like(graph.y))
    order = hierarchy.dissection_order(graph)
    assert sorted(order.tolist()) == list(range(len(graph.x)))


def test_new_speeds_need_no_new_order():
    graph = grid(15, 4)
    built = hierarchy.build(graph, hierarchy.dissection_order(graph))
    sites, origins = np.arange(0, 200, 9), np.arange(len(graph.x))
    kept = sweep.restrict(built, origins)
    for seed in range(5):
        other = faster(graph, seed)
        metric = hierarchy.customise(built, other)
        found = rows(sweep.matrix(built, metric, kept, sites, 300))
        assert found == rows(dial.matrix(other.backward, sites, origins, 300))


def faster(graph, seed):
    """Draw other times, the same both ways round."""
    rng = np.random.default_rng(seed)
    nodes = len(graph.x)
    tail = np.repeat(np.arange(nodes), np.diff(graph.forward.indptr))
    times = rng.integers(1, 90, len(tail)).astype(np.int32)
    order = np.lexsort((tail, graph.forward.indices))
    return replace(
        graph,
        forward=Adjacency(graph.forward.indptr, graph.forward.indices, times),
        backward=Adjacency(graph.backward.indptr, graph.backward.indices, times[order]),
    )


def test_another_graph_is_refused():
    small, large = grid(5, 1), grid(6, 1)
    order = hierarchy.dissection_order(small)
    with pytest.raises(DataError, match="ne range pas les 38 nœuds"):
        hierarchy.build(large, order)
    with pytest.raises(DataError, match="arcs, le réseau en a"):
        hierarchy.customise(hierarchy.build(small, order), large)


def test_no_site_no_origin_no_road():
    none = np.empty(0, dtype=np.int64)
    graph = graph_of(3, [])
    order = hierarchy.dissection_order(graph)
    assert through(graph, order, none, np.arange(3), 60) == []
    assert through(graph, order, np.arange(3), none, 60) == []
    assert through(graph, order, np.arange(3), np.arange(3), 60) == [(k, k, 0) for k in range(3)]
    assert through(graph, order, np.arange(3), np.arange(3), -1) == []
    empty = graph_of(0, [])
    assert through(empty, hierarchy.dissection_order(empty), none, none, 60) == []


def test_times_too_long_are_refused():
    graph = graph_of(2, [(0, 1, 2**30 - 1)])
    built = hierarchy.build(graph, hierarchy.dissection_order(graph))
    assert hierarchy.customise(built, graph) is None
    # A sum of edges that leaves 30 bits is beyond any bound that is admitted.
    chain = graph_of(4, [(k, k + 1, 2**30 - 2) for k in range(3)])
    order = hierarchy.dissection_order(chain)
    everywhere = np.arange(4)
    found = through(chain, order, everywhere, everywhere, 2**30 - 2)
    assert found == slow_pairs(chain.backward, everywhere, everywhere, 2**30 - 2)


@pytest.fixture(scope="module")
def corsica(real_data):
    path = real_data / "corse" / "reseau_routier.graphml"
    return build_graph(compile_network(*read_graphml(path)), "EPSG:2154", ReseauParameters())


@pytest.mark.real
def test_corsica_equals_scipy(corsica):
    rng = np.random.default_rng(2)
    sites = rng.integers(0, len(corsica.x), 70)
    everywhere = np.arange(len(corsica.x))
    built = hierarchy.build(corsica, hierarchy.dissection_order(corsica))
    metric, kept = hierarchy.customise(built, corsica), sweep.restrict(built, everywhere)
    for limit in (6000, 36000, 10**6):
        slow = search.matrix_by_scipy(corsica.backward, sites, everywhere, limit)
        fast = sweep.matrix(built, metric, kept, sites, limit)
        np.testing.assert_array_equal(fast, [slow.site, slow.origin, slow.time_ds])
