"""The order of the nodes, kept on disk: made once, only where it pays, never trusted blindly."""

from __future__ import annotations

import os
from dataclasses import replace

import numpy as np
import pytest

from diagterritoire.inputs import orders
from diagterritoire.network import engine, hierarchy, search
from diagterritoire.network.engine import Method
from diagterritoire.store import cached_arrays
from slow_roads import graph_of, random_ends, random_graph, slow_pairs


@pytest.fixture
def made(monkeypatch):
    """Numbers of nodes of the graphs that were ordered."""
    asked = []
    real = hierarchy.dissection_order

    def order(graph):
        asked.append(len(graph.x))
        return real(graph)

    monkeypatch.setattr(hierarchy, "dissection_order", order)
    return asked


def by_hierarchy(monkeypatch):
    monkeypatch.setattr(engine, "choose", lambda *_, **__: Method.HIERARCHY)


def a_case(seed=6, most=60):
    graph = random_graph(seed, most=most)
    sites, _, origins = random_ends(seed, graph)
    return graph, sites, origins, slow_pairs(graph.backward, sites, origins, 3000)


def rows(pairs):
    columns = (pairs.site, pairs.origin, pairs.time_ds)
    return list(zip(*(column.tolist() for column in columns), strict=True))


def kept_files(folder):
    return sorted(path.name for path in folder.glob("ordre-*.npz"))


def test_the_order_is_made_once(tmp_path, made, monkeypatch):
    by_hierarchy(monkeypatch)
    graph, sites, origins, expected = a_case()
    assert expected
    for _ in range(2):
        road = orders.with_order(graph, tmp_path, "réseau", bacs=True)
        assert rows(search.matrix(road, sites, origins, 3000)) == expected
    assert made == [len(graph.x)]
    assert len(kept_files(tmp_path)) == 1
    assert road.order.ready()


def test_nothing_is_made_where_a_hierarchy_does_not_pay(tmp_path, made):
    graph, sites, origins, expected = a_case()
    road = orders.with_order(graph, tmp_path / "cache", "réseau", bacs=True)
    assert rows(search.matrix(road, sites, origins, 3000)) == expected
    assert made == []
    assert not (tmp_path / "cache").exists()


def test_a_kept_order_changes_the_choice(tmp_path, monkeypatch):
    told = []
    monkeypatch.setattr(
        engine, "choose", lambda *_, ordered, **__: (told.append(ordered), Method.SCIPY)[1]
    )
    graph, sites, origins, _ = a_case()
    road = orders.with_order(graph, tmp_path, "réseau", bacs=True)
    search.matrix(road, sites, origins, 3000)
    road.order.read()
    search.matrix(road, sites, origins, 3000)
    search.matrix(graph, sites, origins, 3000)
    assert told == [False, True, False]


@pytest.mark.parametrize(
    "wrong",
    [
        {"order": np.zeros(60, np.int32)},
        {"order": np.arange(3, dtype=np.int32)},
        {"order": np.arange(60, dtype=np.float64)},
        {"autre": np.arange(60, dtype=np.int32)},
    ],
)
def test_an_order_that_does_not_fit_is_made_again(tmp_path, made, monkeypatch, wrong):
    by_hierarchy(monkeypatch)
    graph = graph_of(60, [(k, k + 1, 5) for k in range(59)])
    road = orders.with_order(graph, tmp_path, "réseau", bacs=True)
    cached_arrays(tmp_path, road.order.key, lambda: wrong)
    found = rows(search.matrix(road, np.array([59]), np.array([0]), 3000))
    assert found == [(0, 0, 5 * 59)]
    assert made == [60]
    assert orders.with_order(graph, tmp_path, "réseau", bacs=True).order.read().dtype == np.int32
    assert made == [60]


def test_a_cut_file_is_made_again(tmp_path, made):
    graph, *_ = a_case()
    road = orders.with_order(graph, tmp_path, "réseau", bacs=True)
    first = road.order.read()
    os.truncate(tmp_path / f"{road.order.key}.npz", 100)
    np.testing.assert_array_equal(road.order.read(), first)
    assert len(made) == 2


def test_the_name_says_the_roads_the_projection_and_the_ferries_but_not_the_speeds():
    names = {
        orders.ordering_key("a", "EPSG:2154", bacs=True),
        orders.ordering_key("b", "EPSG:2154", bacs=True),
        orders.ordering_key("a", "EPSG:5490", bacs=True),
        orders.ordering_key("a", "EPSG:2154", bacs=False),
    }
    assert len(names) == 4


def with_points(graph, seed):
    """Add nodes along some edges, in chains and in both directions, numbered after the others."""
    rng = np.random.default_rng(seed)
    forward = graph.forward
    tail = np.repeat(np.arange(len(graph.x)), np.diff(forward.indptr))
    columns = (tail.tolist(), forward.indices.tolist(), forward.time_ds.tolist())
    edges = list(zip(*columns, strict=True))
    nodes, xy = len(graph.x), np.column_stack([graph.x, graph.y]).tolist()
    for a, b, time in [edges[k] for k in rng.integers(0, len(edges), 12)]:
        previous = a
        for _ in range(int(rng.integers(1, 4))):
            edges.append((previous, nodes, 1))
            edges.append((nodes, previous, 1))
            xy.append(xy[a])
            previous, nodes = nodes, nodes + 1
        edges.append((previous, b, time))
    # One that no road touches.
    return graph_of(nodes + 1, edges, np.array([*xy, (0.0, 0.0)]))


def test_nodes_added_after_those_of_the_order_change_no_time(tmp_path, made, monkeypatch):
    by_hierarchy(monkeypatch)
    for seed in range(1, 60, 2):
        base = random_graph(seed, most=60)
        if not len(base.forward.indices):
            continue
        kept = orders.with_order(base, tmp_path, f"réseau {seed}", bacs=True)
        kept.order.read()
        made.clear()
        road = replace(with_points(base, seed), order=kept.order)
        nodes = np.arange(len(road.x))
        found = rows(search.matrix(road, nodes[::3], nodes, 3000))
        assert found == slow_pairs(road.backward, nodes[::3], nodes, 3000), seed
        assert made == []


def test_nodes_along_edges_leave_the_arcs_of_the_others_as_they_are():
    """Elimination of a node along an edge links its ends, which are linked already."""
    base = random_graph(101, most=300)
    order = hierarchy.dissection_order(base)
    alone = hierarchy.build(base, order)
    road = with_points(base, 1)
    built = hierarchy.build(road, hierarchy.extended(order, len(road.x)))
    added = len(road.x) - len(base.x)
    # Two arcs at most for each added node.
    assert len(alone.heads) < len(built.heads) <= len(alone.heads) + 2 * added


def test_a_graph_smaller_than_its_order_makes_its_own(tmp_path, made, monkeypatch):
    by_hierarchy(monkeypatch)
    large, small = graph_of(9, [(0, 8, 3)]), graph_of(2, [(0, 1, 4)])
    kept = orders.with_order(large, tmp_path, "réseau", bacs=True)
    road = replace(small, order=kept.order)
    assert rows(search.matrix(road, np.array([1]), np.array([0]), 60)) == [(0, 0, 4)]
    assert made == [9, 2]
