"""The nearest of many sites through a hierarchy: one climb from all of them, one way down.

A label holds a time and, under it, a site, as in `buckets`: the least label is the wanted one.
"""

from __future__ import annotations

import numpy as np

from diagterritoire.arrays import Int32Array, IntArray
from diagterritoire.network.kernels.compiling import compiled

NEVER = 2**30 - 1
SHIFT = 32
NOWHERE = NEVER << SHIFT


@compiled
def seed(ranks: Int32Array, access: IntArray, labels: IntArray) -> None:
    """Write at the rank of each site the least of the labels there."""
    for site in range(len(ranks)):
        labels[ranks[site]] = min(labels[ranks[site]], (access[site] << SHIFT) | site)


@compiled
def climb(
    listed: Int32Array, starts: Int32Array, heads: Int32Array, down: Int32Array, labels: IntArray
) -> bool:
    """Carry the labels up to what lies above, the lowest ranks first.

    Parameters
    ----------
    listed : int32[r]
        The ranks of the sites and all those above, the highest first.
    starts, heads, down : int32
        Arcs to higher ranks, and the time down each.
    labels : int64[n]

    Returns
    -------
    bool
        False when a time would reach `NEVER`.
    """
    sure = True
    for place in range(len(listed) - 1, -1, -1):
        rank = listed[place]
        mark = labels[rank]
        if mark >= NOWHERE:
            continue
        for arc in range(starts[rank], starts[rank + 1]):
            if down[arc] >= NEVER:
                continue
            later = mark + (np.int64(down[arc]) << SHIFT)
            labels[heads[arc]] = min(labels[heads[arc]], later)
            sure = sure and later < NOWHERE
    return sure


@compiled
def descend(
    listed: Int32Array, starts: Int32Array, heads: Int32Array, up: Int32Array, labels: IntArray
) -> bool:
    """Carry the labels down to these ranks, the highest first, all those above being listed."""
    sure = True
    for rank in listed:
        mark = labels[rank]
        for arc in range(starts[rank], starts[rank + 1]):
            high = labels[heads[arc]]
            if up[arc] >= NEVER or high >= NOWHERE:
                continue
            later = high + (np.int64(up[arc]) << SHIFT)
            mark = min(mark, later)
            sure = sure and later < NOWHERE
        labels[rank] = mark
    return sure
