"""One more site, against a search of all sites made again."""

from __future__ import annotations

import numpy as np
import pytest

from diagterritoire.network import dial, opening
from slow_roads import graph_of, random_ends, random_graph, slow_nearest


@pytest.mark.parametrize("start", range(0, 600, 200))
def test_equals_the_search_made_again(start):
    for seed in range(start, start + 200):
        graph = random_graph(seed)
        sites, access, tried = random_ends(seed, graph)
        before, _ = slow_nearest(graph.backward, sites, access)
        candidates = opening.prepare(graph.backward, before)
        for rank, node in enumerate(tried[:5].tolist()):
            more = np.append(sites, node), np.append(access, rank)
            after, _ = slow_nearest(graph.backward, *more)
            nodes, time_ds = opening.improved(candidates, node, rank)
            assert sorted(nodes.tolist()) == np.flatnonzero(after != before).tolist(), seed
            found = before.copy()
            found[nodes] = time_ds
            np.testing.assert_array_equal(found, after)


def test_the_present_times_come_back():
    graph = random_graph(7)
    time_ds, _ = dial.nearest(graph.backward, np.array([0]), np.array([3]))
    candidates = opening.prepare(graph.backward, time_ds)
    present = candidates.times.copy()
    for node in range(len(graph.x)):
        opening.improved(candidates, node, 0)
    np.testing.assert_array_equal(candidates.times, present)
    assert not candidates.logged.any()


def test_a_site_as_far_as_the_present_one_changes_nothing():
    graph = graph_of(2, [(0, 1, 30), (1, 0, 30)])
    candidates = opening.prepare(graph.backward, np.array([30, 0]))
    assert [len(column) for column in opening.improved(candidates, 0, 30)] == [0, 0]
    assert opening.prepare(graph.backward, np.array([2**30, 0])) is None
    assert opening.prepare(graph_of(2, [(0, 1, 2**22)]).backward, np.array([0, 0])) is None
