"""The answers of a search beside those of the plainest Dijkstra, one heap and no bucket."""

from __future__ import annotations

import heapq

import numpy as np

from diagterritoire.arrays import FloatArray, IntArray
from diagterritoire.network.graph import Adjacency, RoadGraph
from diagterritoire.network.snapping import Snapping
from diagterritoire.tables import RATTACHE

ASKED = 60
"""Sites or cells asked, all of them when there are fewer."""


def slow_times(edges: Adjacency, start: int, limit_ds: int) -> dict[int, int]:
    """Times of the nodes within a bound of one."""
    times, waiting = dict[int, int](), [(0, start)]
    while waiting:
        time, node = heapq.heappop(waiting)
        if node in times:
            continue
        times[node] = time
        for edge in range(edges.indptr[node], edges.indptr[node + 1]):
            later = time + int(edges.time_ds[edge])
            if later <= limit_ds:
                heapq.heappush(waiting, (later, int(edges.indices[edge])))
    return times


def asked(number: int, rng: np.random.Generator) -> IntArray:
    """Choose which ends are asked."""
    return np.arange(number) if number <= ASKED else rng.choice(number, ASKED, replace=False)


def prove_nearest(
    graph: RoadGraph, cells: Snapping, sites: Snapping, node_ds: IntArray, longest_ds: int
) -> int:
    """Compare the time of cells to their nearest site, from the node that each joins."""
    access = _least_access(sites)
    rows = np.flatnonzero(cells.statut == RATTACHE)
    compared = 0
    for row in rows[asked(len(rows), np.random.default_rng(3))].tolist():
        node = int(cells.node[row])
        times = slow_times(graph.forward, node, longest_ds)
        best = min((t + access[n] for n, t in times.items() if n in access), default=-1)
        if best >= 0 or node_ds[node] < 0 or node_ds[node] <= longest_ds:
            _same(int(node_ds[node]), best, f"carreau {row} : temps au plus proche")
        compared += 1
    return compared


def prove_apl(
    graph: RoadGraph,
    cells: Snapping,
    sites: Snapping,
    values: tuple[FloatArray, FloatArray],
    table: FloatArray,
    found: tuple[FloatArray, FloatArray],
) -> int:
    """Compare the ratio of sites, then the score of cells, summed again from slow times.

    `values` are the people of the cells and the supply of the sites, `found` the scores and ratios.
    """
    (people, supply), (score, ratio), rng = values, found, np.random.default_rng(5)
    compared = 0
    for ends, others, edges, mine in (
        (sites, cells, graph.backward, "site"),
        (cells, sites, graph.forward, "carreau"),
    ):
        held = _by_node(others)
        for row in asked(len(ends.node), rng).tolist():
            total = 0.0
            times = {}
            if ends.statut[row] == RATTACHE:
                times = slow_times(edges, int(ends.node[row]), len(table) - 1)
            for node, time in times.items():
                for other in held.get(node, ()):
                    trip = time + int(ends.access_ds[row]) + int(others.access_ds[other])
                    if trip < len(table):
                        total += table[trip] * (people if mine == "site" else ratio)[other]
            shared = supply[row] / total if mine == "site" and total > 0 else 0.0
            expected = shared if mine == "site" else total
            got = (ratio if mine == "site" else score)[row]
            if not np.isclose(got, expected, rtol=1e-9, atol=0.0):
                raise AssertionError(f"{mine} {row} : {got} au lieu de {expected}")
            compared += 1
    return compared


def _least_access(sites: Snapping) -> dict[int, int]:
    access = dict[int, int]()
    for row in np.flatnonzero(sites.statut == RATTACHE).tolist():
        node, time = int(sites.node[row]), int(sites.access_ds[row])
        access[node] = min(time, access.get(node, time))
    return access


def _by_node(ends: Snapping) -> dict[int, list[int]]:
    held = dict[int, list[int]]()
    for row in np.flatnonzero(ends.statut == RATTACHE).tolist():
        held.setdefault(int(ends.node[row]), []).append(row)
    return held


def _same(got: int, expected: int, what: str) -> None:
    if got != expected:
        raise AssertionError(f"{what} : {got} ds au lieu de {expected}")
