"""Random directed graphs, and the plainest search of them, against which the fast ones are held."""

from __future__ import annotations

import heapq

import numpy as np

from diagterritoire.network.graph import Adjacency, RoadGraph

CRS = "EPSG:2154"


def graph_of(nodes, edges, xy=None):
    """Build the graph of some edges (from, to, time), the quickest of parallel ones."""
    best = {}
    for a, b, time in edges:
        if a != b:
            best[a, b] = min(time, best.get((a, b), time))
    xy = np.zeros((nodes, 2)) if xy is None else xy
    return RoadGraph(
        x=xy[:, 0],
        y=xy[:, 1],
        forward=_adjacency(nodes, sorted((a, b, t) for (a, b), t in best.items())),
        backward=_adjacency(nodes, sorted((b, a, t) for (a, b), t in best.items())),
        component=np.zeros(nodes, dtype=np.int32),
        extent=(0.0, 0.0, 1.0, 1.0),
        crs=CRS,
    )


def _adjacency(nodes, edges):
    table = np.array(edges, dtype=np.int32).reshape(-1, 3)
    indptr = np.searchsorted(table[:, 0], np.arange(nodes + 1)).astype(np.int32)
    return Adjacency(indptr, table[:, 1].copy(), table[:, 2].copy())


def random_graph(seed, most=40):
    """Draw a graph: sparse or dense, in one piece or several, one-ways, ties, lengths of zero."""
    rng = np.random.default_rng(seed)
    nodes = int(rng.integers(1, most))
    count = int(rng.integers(0, 4 * nodes))
    longest = int(rng.choice([1, 3, 50, 4000]))
    ends = rng.integers(0, nodes, (count, 2))
    if seed % 2:
        # Neighbours on a line: long paths, small separators.
        ends[:, 1] = np.clip(ends[:, 0] + rng.integers(-3, 4, count), 0, nodes - 1)
    times = rng.integers(0, longest + 1, count)
    edges = zip(ends[:, 0].tolist(), ends[:, 1].tolist(), times.tolist(), strict=True)
    return graph_of(nodes, edges, rng.uniform(0, 1000, (nodes, 2)).round(int(rng.integers(0, 3))))


def slow_times(edges, start, access=0):
    """Time of every node that the edges reach from one, by a heap."""
    times, heap = {}, [(access, start)]
    while heap:
        time, node = heapq.heappop(heap)
        if node in times:
            continue
        times[node] = time
        for edge in range(edges.indptr[node], edges.indptr[node + 1]):
            heapq.heappush(heap, (time + int(edges.time_ds[edge]), int(edges.indices[edge])))
    return times


def slow_nearest(edges, sites, access):
    """Least time and smallest site of every node."""
    tables = [slow_times(edges, int(s), int(a)) for s, a in zip(sites, access, strict=True)]
    known = [
        min(((t[node], i) for i, t in enumerate(tables) if node in t), default=(-1, -1))
        for node in range(len(edges.indptr) - 1)
    ]
    return np.array(known, dtype=np.int64).reshape(-1, 2).T


def slow_pairs(edges, sites, origins, limit):
    """(site, origin, time) of the pairs within the bound."""
    return [
        (i, o, times[node])
        for i, times in enumerate(slow_times(edges, int(s)) for s in sites)
        for o, node in enumerate(origins.tolist())
        if times.get(node, limit + 1) <= limit
    ]


def random_ends(seed, graph):
    """Sites with their accesses, and origins, some of them twice."""
    rng = np.random.default_rng(seed + 10**6)
    nodes = len(graph.x)
    sites = rng.integers(0, nodes, int(rng.integers(0, 40)))
    return sites, rng.integers(0, 60, len(sites)), rng.integers(0, nodes, int(rng.integers(0, 30)))
