"""What one more site would change to the nearest times, one candidate after another."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from diagterritoire.arrays import Int32Array, IntArray
from diagterritoire.network.dial import NEVER, arrays, fits, longest, ring
from diagterritoire.network.graph import Adjacency


@dataclass(frozen=True)
class Candidates:
    """The present times, and what the searches need; one thread at a time.

    Attributes
    ----------
    edges : tuple of int32 arrays
        The edges searched.
    times : int32[n]
        Present times, `dial.NEVER` where no site is reached; changed and put back by each search.
    heads, changed, before : int32
    logged : bool[n]
        Room for the searches.
    """

    edges: tuple[Int32Array, Int32Array, Int32Array]
    times: Int32Array
    heads: Int32Array
    changed: Int32Array
    before: Int32Array
    logged: NDArray[np.bool_]


def prepare(edges: Adjacency, time_ds: IntArray) -> Candidates | None:
    """Make ready to try candidates.

    Parameters
    ----------
    edges : Adjacency
        Edges to follow from the sites: the reversed graph for trips towards them.
    time_ds : int64[n]
        Present times, as `search.nearest` gives them: -1 where no site is reached.

    Returns
    -------
    Candidates
        None when the times do not fit (see `dial.fits`).

    Examples
    --------
    Node 0 is 30 ds from node 1, where the only site is.

    >>> edges = Adjacency(
    ...     np.array([0, 1, 2], np.int32), np.array([1, 0], np.int32), np.array([30, 30], np.int32)
    ... )
    >>> prepare(edges, np.array([30, 0])).times.tolist()
    [30, 0]
    """
    times = np.asarray(time_ds, dtype=np.int64)
    if not fits(edges) or (len(times) and int(times.max()) >= NEVER):
        return None
    nodes = len(times)
    return Candidates(
        arrays(edges),
        np.where(times >= 0, times, NEVER).astype(np.int32),
        ring(longest(edges)),
        np.empty(nodes, dtype=np.int32),
        np.empty(nodes, dtype=np.int32),
        np.zeros(nodes, dtype=np.bool_),
    )


def improved(candidates: Candidates, node: int, access_ds: int) -> tuple[IntArray, IntArray]:
    """Find the nodes that one more site would serve better, and their times then.

    Parameters
    ----------
    candidates : Candidates
        As before once the search is done.
    node, access_ds : int
        Node of the site and its time there, deciseconds.

    Returns
    -------
    node : int64[k]
        Nodes whose time falls, in the order in which the search met them.
    time_ds : int64[k]
        Their times to the new site.

    Examples
    --------
    A second site 5 ds from node 0 serves it better; node 1 keeps its own.

    >>> edges = Adjacency(
    ...     np.array([0, 1, 2], np.int32), np.array([1, 0], np.int32), np.array([30, 30], np.int32)
    ... )
    >>> present = prepare(edges, np.array([30, 0]))
    >>> [column.tolist() for column in improved(present, 0, 5)]
    [[0], [5]]
    """
    from diagterritoire.network.kernels import buckets

    c = candidates
    access = min(int(access_ds), NEVER)
    undoing = (c.times, c.changed, c.before, c.logged)
    count = buckets.improve(
        *c.edges, int(node), access, c.times, c.heads, c.changed, c.before, c.logged
    )
    nodes = c.changed[:count].astype(np.int64)
    time_ds = c.times[nodes].astype(np.int64)
    buckets.undo(*undoing, count)
    return nodes, time_ds
