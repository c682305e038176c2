"""The choice of a search never changes a result; sums over the times, by hand and both ways."""

from __future__ import annotations

import numpy as np
import pytest

from diagterritoire.network import engine, search, sums
from diagterritoire.network.engine import Method
from slow_roads import graph_of, random_ends, random_graph, slow_pairs


@pytest.mark.parametrize("method", [Method.BUCKETS, Method.HIERARCHY])
def test_every_method_gives_the_same_integers(method, monkeypatch):
    monkeypatch.setattr(engine, "choose", lambda *_, **__: method)
    for seed in range(100):
        graph = random_graph(seed)
        sites, _, origins = random_ends(seed, graph)
        found = engine.columns(graph, sites, origins, 200)
        rows = list(zip(*(column.tolist() for column in found), strict=True))
        assert rows == slow_pairs(graph.backward, sites, origins, 200), seed


def test_the_public_searches_give_the_same_whatever_the_rule(monkeypatch):
    for seed in range(60):
        graph = random_graph(seed)
        sites, access, origins = random_ends(seed, graph)
        results = []
        for large, few in ((10**9, 10**9), (0, 0)):
            monkeypatch.setattr(engine, "LARGE", large)
            monkeypatch.setattr(engine, "FEW_VISITS", few)
            times = search.nearest(graph, sites, access, outward=seed % 2 > 0)
            pairs = search.matrix(graph, sites, origins, 100)
            results.append([*times, pairs.site, pairs.origin, pairs.time_ds])
        for slow, fast, kept in zip(*results, [np.int64] * 2 + [np.int32] * 3, strict=True):
            assert slow.dtype == fast.dtype == kept
            np.testing.assert_array_equal(slow, fast)


def test_the_rule():
    assert engine.choose(50_000, 60) is Method.SCIPY
    assert engine.choose(50_000, 60, repeats=100) is Method.HIERARCHY
    assert engine.choose(1_200_000, 300) is Method.BUCKETS
    assert engine.choose(1_200_000, 300, ordered=True) is Method.HIERARCHY
    assert engine.choose(1_200_000, 1_300) is Method.HIERARCHY
    assert engine.choose(0, 0) is Method.SCIPY


def test_scipy_searches_where_numba_is_not(monkeypatch):
    monkeypatch.setattr(engine, "compiled", lambda: False)
    assert engine.choose(1_200_000, 1_300) is Method.SCIPY


def test_times_that_do_not_fit_are_left_to_scipy(monkeypatch):
    here, there = np.array([0]), np.array([1])
    long = graph_of(2, [(0, 1, 2**22)])
    assert engine.answers(long, there, here, 60) is None
    assert engine.answers(long, there, here, 2**30) is None
    longer = graph_of(2, [(0, 1, 2**30)])
    assert engine.answers(longer, there, here, 60, engine.prepare(longer, here)) is None
    monkeypatch.setattr(engine, "choose", lambda *_, **__: Method.BUCKETS)
    assert engine.columns(long, there, here, 60) is None


# Two sites, three origins: times of site 0 are 0, 3000, 6000 and of site 1 are 6000, 3000, none.
ANSWERS = [
    (0, np.array([0, 1, 2], np.int32), np.array([0, 3000, 6000], np.int32)),
    (1, np.array([0, 1], np.int32), np.array([6000, 3000], np.int32)),
]
PEOPLE = np.array([100.0, 200.0, 50.0])
# 1 under 10 minutes, 0.5 at 10 minutes exactly.
TABLE = sums.weight_table(lambda minutes: np.where(minutes < 10, 1.0, 0.5), 6000)


def test_two_steps_by_hand():
    """Demand 100 + 200 + 25 and 50 + 200; ratios 3.25 / 325 and 5 / 250."""
    score, ratio = sums.two_steps(lambda: ANSWERS, np.array([3.25, 5.0]), PEOPLE, TABLE)
    np.testing.assert_allclose(ratio, [0.01, 0.02])
    np.testing.assert_allclose(score, [0.01 + 0.01, 0.01 + 0.02, 0.005])
    np.testing.assert_allclose((score * PEOPLE).sum(), 100 * 0.02 + 200 * 0.03 + 50 * 0.005)


def test_a_site_that_nobody_reaches_offers_nothing():
    score, ratio = sums.two_steps(
        lambda: ANSWERS[:1], np.array([3.25, 5.0]), np.array([0.0, 0.0, 0.0]), TABLE
    )
    assert ratio.tolist() == [0.0, 0.0]
    assert score.tolist() == [0.0, 0.0, 0.0]


def test_gravity_by_hand():
    assert sums.origin_sums(ANSWERS, np.array([2.0, 4.0]), TABLE, 3).tolist() == [4.0, 6.0, 1.0]


def test_sums_of_both_searches_agree_and_conserve():
    graph = random_graph(100, most=300)
    sites, _, origins = random_ends(100, graph)
    origins = np.arange(len(graph.x))
    rng = np.random.default_rng(1)
    supply, people = rng.uniform(1, 5, len(sites)), rng.uniform(0, 900, len(origins))
    table = sums.weight_table(lambda minutes: np.exp(-minutes), 3000)
    prepared = engine.prepare(graph, origins)
    found = [
        sums.two_steps(
            lambda way=way: engine.answers(graph, sites, origins, 3000, way), supply, people, table
        )
        for way in (None, prepared)
    ]
    np.testing.assert_array_equal(found[0][1], found[1][1])
    np.testing.assert_allclose(found[0][0], found[1][0], rtol=1e-12)
    matrix = search.matrix_by_scipy(graph.backward, sites, origins, 3000)
    weights = table[matrix.time_ds]
    slow = np.bincount(matrix.site, people[matrix.origin] * weights, minlength=len(sites))
    np.testing.assert_allclose(found[0][1], supply / slow)
    # What is offered is shared out: the scores of all inhabitants sum to the supply.
    np.testing.assert_allclose((found[0][0] * people).sum(), supply.sum())
