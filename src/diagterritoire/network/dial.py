"""Searches by buckets of one decisecond, compiled: what `search` does, faster on large graphs.

Same integers as scipy's. None comes back where the times do not fit (see `fits`): the caller asks
scipy then.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

from diagterritoire.arrays import Int32Array, IntArray
from diagterritoire.network.graph import Adjacency
from diagterritoire.workers import workers

# One bucket a decisecond: an edge of 116 hours at most, 16 MiB of buckets.
LONGEST_DS = (1 << 22) - 1
# Times are kept under this, so that the sum of two of them fits in 32 bits.
NEVER = 2**30 - 1
# Answers laid in one block of memory: 32 MiB.
_BLOCK = 1 << 22
# What a site that reaches no origin answers.
NONE = (np.empty(0, dtype=np.int32), np.empty(0, dtype=np.int32))


def fits(edges: Adjacency, access_ds: IntArray | None = None) -> bool:
    """Tell whether the edges and the accesses are short enough for the buckets.

    Examples
    --------
    >>> edge = Adjacency(np.array([0, 1]), np.array([0]), np.array([2**22]))
    >>> fits(edge), fits(edge, np.array([3]))
    (False, False)
    """
    if len(edges.time_ds) and int(edges.time_ds.max()) > LONGEST_DS:
        return False
    return access_ds is None or not len(access_ds) or int(np.max(access_ds)) <= LONGEST_DS


def nearest(
    edges: Adjacency, site_nodes: IntArray, site_access_ds: IntArray
) -> tuple[IntArray, IntArray] | None:
    """Time from every node to its nearest site, and which one, as `search.nearest`.

    Parameters
    ----------
    edges : Adjacency
        Edges to follow from the sites: the reversed graph for trips towards them. n nodes.
    site_nodes, site_access_ds : int64[s]
        Node of each site, and time between that node and the site, deciseconds; s may be 0.

    Returns
    -------
    time_ds, site : int64[n]
        -1 where no site is reached; the smallest site at equality. None when a time does not fit.

    Examples
    --------
    Node 0 is 30 ds from node 1, whose two sites are equally near: the first is kept.

    >>> edges = Adjacency(
    ...     np.array([0, 1, 1], np.int32), np.array([1], np.int32), np.array([30], np.int32)
    ... )
    >>> time_ds, site = nearest(edges, np.array([0, 0]), np.array([5, 5]))
    >>> time_ds.tolist(), site.tolist()
    ([5, 35], [0, 0])
    """
    access = np.ascontiguousarray(site_access_ds, dtype=np.int64)
    if not fits(edges, access):
        return None
    from diagterritoire.network.kernels import buckets

    spread = int(np.ptp(access)) if len(access) else 0
    labels = np.empty(len(edges.indptr) - 1, dtype=np.int64)
    heads = ring(max(longest(edges), spread))
    nodes = np.ascontiguousarray(site_nodes, dtype=np.int64)
    if not buckets.spread(*arrays(edges), nodes, access, labels, heads):
        return None
    site = np.empty_like(labels)
    buckets.part(labels, site)
    return labels, site


def matrix(
    edges: Adjacency, site_nodes: IntArray, origin_nodes: IntArray, limit_ds: int
) -> tuple[Int32Array, Int32Array, Int32Array] | None:
    """Compute the times from origins to sites up to a bound, as the columns of `search.Pairs`.

    Parameters
    ----------
    edges : Adjacency
        Edges to follow from the sites: the reversed graph for trips towards them.
    site_nodes, origin_nodes : int64
        Their nodes; either may be empty.
    limit_ds : int
        Longest time kept, included, deciseconds.

    Returns
    -------
    site, origin, time_ds : int32[p]
        Sorted by site, then by origin. None when the times do not fit.

    Examples
    --------
    >>> edges = Adjacency(
    ...     np.array([0, 1, 1], np.int32), np.array([1], np.int32), np.array([30], np.int32)
    ... )
    >>> [column.tolist() for column in matrix(edges, np.array([0]), np.array([1, 0]), 30)]
    [[0, 0], [0, 1], [30, 0]]
    """
    if not fits(edges) or limit_ds >= NEVER:
        return None
    return joined(by_site(edges, site_nodes, origin_nodes, limit_ds), len(site_nodes))


def by_site(
    edges: Adjacency, site_nodes: IntArray, origin_nodes: IntArray, limit_ds: int
) -> Iterator[tuple[int, Int32Array, Int32Array]]:
    """Yield each site in turn: its position, the origins within the bound, their times.

    One search a site, on every processor; what is held at once is a table of the nodes for each
    processor, and the answers that wait for those of a site before them.

    Examples
    --------
    >>> edges = Adjacency(
    ...     np.array([0, 1, 1], np.int32), np.array([1], np.int32), np.array([30], np.int32)
    ... )
    >>> for site, origin, time_ds in by_site(edges, np.array([0, 1]), np.array([1]), 30):
    ...     print(site, origin.tolist(), time_ds.tolist())
    0 [0] [30]
    1 [0] [0]
    """
    count = processors()
    origins = np.ascontiguousarray(origin_nodes, dtype=np.int64)
    desks = [_Desk(edges, origins, limit_ds) for _ in range(min(count, len(site_nodes)))]
    # Rounds of a few sites a processor: the answers held at once stay few.
    size = 16 * count
    with workers(count) as pool:
        for start in range(0, len(site_nodes), size):
            nodes = site_nodes[start : start + size]
            shares = [nodes[k :: len(desks)] for k in range(len(desks))]
            done = list(pool.map(_Desk.search, desks, shares))
            for rank in range(len(nodes)):
                yield start + rank, *done[rank % len(desks)][rank // len(desks)]


class _Desk:
    """What one processor needs for its searches, used again from one to the next."""

    def __init__(self, edges: Adjacency, origins: IntArray, limit_ds: int) -> None:
        from diagterritoire.network.kernels import buckets

        self._buckets = buckets
        self._edges = arrays(edges)
        self._origins, self._limit = origins, limit_ds
        nodes = len(edges.indptr) - 1
        self._times = np.full(nodes, NEVER, dtype=np.int32)
        self._heads = ring(max(0, min(longest(edges), limit_ds)))
        self._visited = np.empty(nodes, dtype=np.int32)
        self._found = np.empty((2, len(origins)), dtype=np.int32)

    def search(self, starts: IntArray) -> list[tuple[Int32Array, Int32Array]]:
        return [self._one(int(start)) for start in starts]

    def _one(self, start: int) -> tuple[Int32Array, Int32Array]:
        if self._limit < 0:
            return self._found[0, :0], self._found[1, :0]
        count = self._buckets.within(
            *self._edges, start, self._limit, self._times, self._heads, self._visited
        )
        kept = self._buckets.read(self._times, self._origins, *self._found)
        self._buckets.clean(self._times, self._visited, count)
        return self._found[0, :kept].copy(), self._found[1, :kept].copy()


def joined(
    answers: Iterable[tuple[int, Int32Array, Int32Array]], sites: int
) -> tuple[Int32Array, Int32Array, Int32Array]:
    """Lay the answers of all sites end to end, by site; each is copied as it comes.

    Examples
    --------
    >>> answers = [(k, np.array([4], np.int32), np.array([k], np.int32)) for k in (1, 0)]
    >>> [column.tolist() for column in joined(answers, 2)]
    [[0, 1], [4, 4], [0, 1]]
    """
    parts: list[tuple[Int32Array, Int32Array]] = [NONE] * sites
    # A few large blocks: many arrays of a site would cost more in memory pages than the searches.
    block, used = np.empty((2, 0), dtype=np.int32), 0
    for rank, found, times in answers:
        end = used + len(found)
        if end > block.shape[1]:
            block, used, end = np.empty((2, max(_BLOCK, len(found))), np.int32), 0, len(found)
        block[0, used:end], block[1, used:end] = found, times
        parts[rank] = (block[0, used:end], block[1, used:end])
        used = end
    counts = np.array([len(found) for found, _ in parts], dtype=np.int64)
    ends = np.cumsum(counts)
    total = int(counts.sum())
    site = np.repeat(np.arange(sites, dtype=np.int32), counts)
    origin, time_ds = np.empty(total, dtype=np.int32), np.empty(total, dtype=np.int32)
    for rank in range(sites):
        rows = slice(int(ends[rank] - counts[rank]), int(ends[rank]))
        origin[rows], time_ds[rows] = parts[rank]
        # Let go as they are copied: the whole is never held twice.
        parts[rank] = NONE
    return site, origin, time_ds


def processors() -> int:
    """Processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def arrays(edges: Adjacency) -> tuple[Int32Array, Int32Array, Int32Array]:
    """Arrays of the edges, in the one type that the loops are compiled for."""
    return (
        np.ascontiguousarray(edges.indptr, dtype=np.int32),
        np.ascontiguousarray(edges.indices, dtype=np.int32),
        np.ascontiguousarray(edges.time_ds, dtype=np.int32),
    )


def longest(edges: Adjacency) -> int:
    """Time of the longest edge."""
    return int(edges.time_ds.max()) if len(edges.time_ds) else 0


def ring(longest_ds: int) -> NDArray[np.int32]:
    """Empty buckets, a power of two of them, more than the longest time given."""
    return np.full(1 << (longest_ds + 1).bit_length(), -1, dtype=np.int32)
