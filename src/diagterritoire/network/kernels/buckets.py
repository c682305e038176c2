"""Shortest times by buckets of one decisecond (Dial's algorithm).

Buckets are used in a ring: a power of two of them, more than the longest edge or access. A node
that improves waits again elsewhere, and its former place is skipped when its turn comes.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from diagterritoire.arrays import Int32Array, IntArray
from diagterritoire.network.kernels.compiling import compiled

# A time never reaches this: the sum of two of them fits in 32 bits.
NEVER = 2**30 - 1
# A label holds a time and, under it, a site: the least label is the wanted one.
SHIFT = 32
NOWHERE = NEVER << SHIFT


@compiled
def grown(pool: Int32Array) -> Int32Array:
    """Twice the room, for places (node, next place of the bucket)."""
    larger = np.empty((2 * len(pool), 2), dtype=np.int32)
    larger[: len(pool)] = pool
    return larger


@compiled
def spread(
    indptr: Int32Array,
    indices: Int32Array,
    weights: Int32Array,
    nodes: IntArray,
    access: IntArray,
    labels: IntArray,
    heads: Int32Array,
) -> bool:
    """Give every node its least time to a site and that site, the smallest at equality.

    Parameters
    ----------
    indptr, indices, weights : int32
        Edges searched.
    nodes, access : int64[s]
        Where the sites are, and their times there; the spread of the times is under the number of
        buckets.
    labels : int64[n]
        Filled: time and site, or `NOWHERE`.
    heads : int32, a power of two of them, more than the longest edge
        -1 everywhere, before and after.

    Returns
    -------
    bool
        False when a time would reach `NEVER`: the labels mean nothing then.
    """
    mask = len(heads) - 1
    labels[:] = NOWHERE
    # Places given back are used first, so that the pool stays as small as the front. Written out
    # rather than called: twice as fast.
    pool = np.empty((len(nodes) + 1024, 2), dtype=np.int32)
    used, free, waiting = 0, -1, 0
    for site in range(len(nodes)):
        mark = (access[site] << SHIFT) | site
        if mark < labels[nodes[site]]:
            labels[nodes[site]] = mark
            pool[used, 0] = nodes[site]
            pool[used, 1] = heads[access[site] & mask]
            heads[access[site] & mask] = used
            used += 1
            waiting += 1
    time = access.min() if waiting else 0
    sure = True
    while waiting > 0:
        place = heads[time & mask]
        if place < 0:
            time += 1
            continue
        node = pool[place, 0]
        heads[time & mask] = pool[place, 1]
        pool[place, 1] = free
        free = place
        waiting -= 1
        mark = labels[node]
        if mark >> SHIFT != time:
            continue
        for edge in range(indptr[node], indptr[node + 1]):
            later = mark + (np.int64(weights[edge]) << SHIFT)
            other = indices[edge]
            if later >= labels[other]:
                sure = sure and later < NOWHERE
                continue
            labels[other] = later
            if free >= 0:
                place = free
                free = pool[place, 1]
            else:
                if used == len(pool):
                    pool = grown(pool)
                place = used
                used += 1
            bucket = (later >> SHIFT) & mask
            pool[place, 0] = other
            pool[place, 1] = heads[bucket]
            heads[bucket] = place
            waiting += 1
    return sure


@compiled
def part(labels: IntArray, site: IntArray) -> None:
    """Leave the time in the label and write the site apart, -1 for nowhere."""
    for node in range(len(labels)):
        mark = labels[node]
        reached = mark < NOWHERE
        site[node] = mark & ((1 << SHIFT) - 1) if reached else -1
        labels[node] = mark >> SHIFT if reached else -1


@compiled
def within(
    indptr: Int32Array,
    indices: Int32Array,
    weights: Int32Array,
    start: int,
    limit: int,
    times: Int32Array,
    heads: Int32Array,
    visited: Int32Array,
) -> int:
    """Give their time to the nodes within a bound of one node, and list them in `visited`.

    Parameters
    ----------
    indptr, indices, weights : int32
        Edges searched.
    start : int
    limit : int
        Included, under `NEVER`.
    times : int32[n]
        `NEVER` everywhere before; the caller cleans it by `visited`.
    heads : int32, a power of two of them, more than the longest edge within the bound
        -1 everywhere, before and after.
    visited : int32[n]

    Returns
    -------
    int
        How many nodes are listed.
    """
    mask = len(heads) - 1
    pool = np.empty((1024, 2), dtype=np.int32)
    times[start] = 0
    pool[0, 0], pool[0, 1] = start, -1
    heads[0] = 0
    visited[0] = start
    count, used, waiting, time = 1, 1, 1, 0
    while waiting > 0:
        place = heads[time & mask]
        if place < 0:
            time += 1
            continue
        node = pool[place, 0]
        heads[time & mask] = pool[place, 1]
        waiting -= 1
        if times[node] != time:
            continue
        for edge in range(indptr[node], indptr[node + 1]):
            later = time + weights[edge]
            other = indices[edge]
            if later > limit or later >= times[other]:
                continue
            if times[other] == NEVER:
                visited[count] = other
                count += 1
            times[other] = later
            if used == len(pool):
                pool = grown(pool)
            pool[used, 0] = other
            pool[used, 1] = heads[later & mask]
            heads[later & mask] = used
            used += 1
            waiting += 1
    return count


@compiled
def clean(times: Int32Array, visited: Int32Array, count: int) -> None:
    """Make the times ready for another search."""
    for position in range(count):
        times[visited[position]] = NEVER


@compiled
def read(times: Int32Array, origins: IntArray, found: Int32Array, found_ds: Int32Array) -> int:
    """Write the positions of the origins that have a time, in order, and their times."""
    count = 0
    for position in range(len(origins)):
        time = times[origins[position]]
        if time < NEVER:
            found[count] = position
            found_ds[count] = time
            count += 1
    return count


@compiled
def improve(
    indptr: Int32Array,
    indices: Int32Array,
    weights: Int32Array,
    start: int,
    access: int,
    times: Int32Array,
    heads: Int32Array,
    changed: Int32Array,
    before: Int32Array,
    logged: NDArray[np.bool_],
) -> int:
    """Shorten the times that one more site shortens, and write down what they were.

    The search goes no further than the nodes that it improves: beyond another one, the former
    sites are at least as near.

    Parameters
    ----------
    indptr, indices, weights : int32
        Edges searched.
    start, access : int
        Node of the site and its time there, at most `NEVER`.
    times : int32[n]
        Least times to the former sites, `NEVER` where none is reached; changed.
    heads : int32, a power of two of them, more than the longest edge
        -1 everywhere, before and after.
    changed, before : int32[n]
        The nodes that changed and their former times.
    logged : bool[n]
        False before; true for these nodes after.

    Returns
    -------
    int
        How many nodes changed.
    """
    if access >= times[start]:
        return 0
    mask = len(heads) - 1
    pool = np.empty((1024, 2), dtype=np.int32)
    changed[0], before[0], logged[start] = start, times[start], True
    times[start] = access
    pool[0, 0], pool[0, 1] = start, -1
    heads[access & mask] = 0
    count, used, waiting, time = 1, 1, 1, access
    while waiting > 0:
        place = heads[time & mask]
        if place < 0:
            time += 1
            continue
        node = pool[place, 0]
        heads[time & mask] = pool[place, 1]
        waiting -= 1
        if times[node] != time:
            continue
        for edge in range(indptr[node], indptr[node + 1]):
            later = time + weights[edge]
            other = indices[edge]
            if later >= times[other]:
                continue
            if not logged[other]:
                logged[other] = True
                changed[count], before[count] = other, times[other]
                count += 1
            times[other] = later
            if used == len(pool):
                pool = grown(pool)
            pool[used, 0] = other
            pool[used, 1] = heads[later & mask]
            heads[later & mask] = used
            used += 1
            waiting += 1
    return count


@compiled
def undo(
    times: Int32Array,
    changed: Int32Array,
    before: Int32Array,
    logged: NDArray[np.bool_],
    count: int,
) -> None:
    """Put back what `improve` changed."""
    for position in range(count):
        times[changed[position]] = before[position]
        logged[changed[position]] = False
