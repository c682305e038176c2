"""The compiled searches against the plainest one, against scipy, and on the real Corsica."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from diagterritoire.network import dial, search
from diagterritoire.network.compiled import compile_network
from diagterritoire.network.graph import build_graph
from diagterritoire.parameters import ReseauParameters
from diagterritoire.sources.roads.routes import read_graphml
from slow_roads import graph_of, random_ends, random_graph, slow_nearest, slow_pairs


def rows(columns):
    return list(zip(*(column.tolist() for column in columns), strict=True))


@pytest.mark.parametrize("start", range(0, 1000, 250))
def test_nearest_equals_the_plain_search(start):
    for seed in range(start, start + 250):
        graph = random_graph(seed)
        sites, access, _ = random_ends(seed, graph)
        for edges in (graph.backward, graph.forward):
            found = dial.nearest(edges, sites, access)
            np.testing.assert_array_equal(found, slow_nearest(edges, sites, access), str(seed))


@pytest.mark.parametrize("start", range(0, 1000, 250))
def test_matrix_equals_the_plain_search_bound_included(start):
    for seed in range(start, start + 250):
        graph = random_graph(seed)
        sites, _, origins = random_ends(seed, graph)
        limit = seed % 70
        found = rows(dial.matrix(graph.backward, sites, origins, limit))
        assert found == slow_pairs(graph.backward, sites, origins, limit), seed


def test_times_too_long_for_the_buckets_are_refused():
    graph = graph_of(2, [(0, 1, 2**22)])
    none, one = np.array([0]), np.array([1])
    assert dial.nearest(graph.backward, one, none) is None
    assert dial.matrix(graph.backward, one, none, 60) is None
    assert dial.matrix(graph_of(2, []).backward, one, none, 2**30) is None
    assert dial.nearest(graph_of(2, []).backward, one, np.array([2**22])) is None
    # Short edges whose sum is too long.
    chain = graph_of(300, [(k, k + 1, 2**22 - 1) for k in range(299)])
    assert dial.nearest(chain.forward, none, none) is None


def test_a_negative_bound_keeps_nothing_and_zero_keeps_the_site_itself():
    graph = graph_of(2, [(0, 1, 3)])
    both = np.array([0, 1])
    assert rows(dial.matrix(graph.backward, both, both, -1)) == []
    assert rows(dial.matrix(graph.backward, both, both, 0)) == [(0, 0, 0), (1, 1, 0)]


def test_numba_is_not_imported_before_a_search():
    code = "import sys, diagterritoire.network.dial; print('numba' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


@pytest.mark.parametrize("writable", [True, False])
def test_a_read_only_install_still_searches(tmp_path, writable):
    """Without any folder to keep compiled loops, they are compiled in the process."""
    package = tmp_path / "loops"
    package.mkdir()
    (package / "one.py").write_text(
        "from diagterritoire.network.kernels.compiling import compiled\n"
        "@compiled\ndef more(n):\n    return n + 1\nprint(more(2))\n"
    )
    environment = {"HOME": str(tmp_path / "home"), "PYTHONPATH": ":".join(sys.path)}
    if not writable:
        # A file where each folder would be: refused to every user, the administrator included.
        (package / "__pycache__").write_text("")
        (tmp_path / "home").write_text("")
    done = subprocess.run(
        [sys.executable, package / "one.py"], capture_output=True, text=True, env=environment
    )
    assert done.stdout.strip() == "3", done.stderr


@pytest.fixture(scope="module")
def corsica(real_data):
    path = real_data / "corse" / "reseau_routier.graphml"
    return build_graph(compile_network(*read_graphml(path)), "EPSG:2154", ReseauParameters())


@pytest.mark.real
def test_corsica_equals_scipy(corsica):
    rng = np.random.default_rng(1)
    nodes = len(corsica.x)
    for count in (1, 60, 3000):
        sites, access = rng.integers(0, nodes, count), rng.integers(0, 900, count)
        slow = search.nearest_by_scipy(corsica.backward, sites, access)
        np.testing.assert_array_equal(dial.nearest(corsica.backward, sites, access), slow)
    sites = rng.integers(0, nodes, 40)
    for limit in (6000, 36000, 10**6):
        slow = search.matrix_by_scipy(corsica.backward, sites, np.arange(nodes), limit)
        fast = dial.matrix(corsica.backward, sites, np.arange(nodes), limit)
        np.testing.assert_array_equal(fast, [slow.site, slow.origin, slow.time_ds])
