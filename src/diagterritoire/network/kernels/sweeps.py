"""Sweeps of a contraction hierarchy, sixteen sites at once, from the top down to the origins.

Rows are the ancestors of the origins, the highest first: the rows under one of them follow it.
"""

from __future__ import annotations

import numpy as np

from diagterritoire.arrays import BoolArray, Int32Array, IntArray
from diagterritoire.network.kernels.compiling import compiled, compiled_wide

LANES = 16
CHUNK = 128
NEVER = 2**30 - 1


@compiled
def ancestors(parent: Int32Array, ranks: Int32Array) -> tuple[Int32Array, Int32Array, Int32Array]:
    """List the ranks given and all those above them, the highest first.

    Returns
    -------
    listed : int32[r]
        The ranks.
    row : int32[n]
        Row of each rank, -1 where it is not listed.
    size : int32[r]
        Rows of the subtree that starts at each row.
    """
    row = np.full(len(parent), -1, dtype=np.int32)
    count = 0
    for rank in ranks:
        while rank >= 0 and row[rank] < 0:
            row[rank] = 0
            count += 1
            rank = parent[rank]
    listed = np.empty(count, dtype=np.int32)
    place = 0
    for rank in range(len(parent) - 1, -1, -1):
        if row[rank] == 0:
            row[rank] = place
            listed[place] = rank
            place += 1
    size = np.ones(count, dtype=np.int32)
    for place in range(count - 1, -1, -1):
        above = parent[listed[place]]
        if above >= 0:
            size[row[above]] += size[place]
    return listed, row, size


@compiled
def arcs_down(
    listed: Int32Array, row: Int32Array, starts: Int32Array, heads: Int32Array, up: Int32Array
) -> tuple[Int32Array, Int32Array, Int32Array]:
    """Arcs that serve, from each row to rows before it: starts, heads, times."""
    first = np.zeros(len(listed) + 1, dtype=np.int32)
    for place in range(len(listed)):
        kept = 0
        for arc in range(starts[listed[place]], starts[listed[place] + 1]):
            kept += up[arc] < NEVER
        first[place + 1] = first[place] + kept
    above = np.empty(first[-1], dtype=np.int32)
    times = np.empty(first[-1], dtype=np.int32)
    used = 0
    for place in range(len(listed)):
        for arc in range(starts[listed[place]], starts[listed[place] + 1]):
            if up[arc] < NEVER:
                above[used] = row[heads[arc]]
                times[used] = up[arc]
                used += 1
    return first, above, times


@compiled
def climb(
    sites: Int32Array,
    limit: int,
    parent: Int32Array,
    starts: Int32Array,
    heads: Int32Array,
    down: Int32Array,
    row: Int32Array,
    height: Int32Array,
    seeded: BoolArray,
    times: Int32Array,
) -> None:
    """Seed the rows above each site with the time from there down to it.

    Parameters
    ----------
    sites : int32[k], k at most `LANES`
        Ranks.
    height : int32[n]
        `NEVER` before and after.
    seeded : bool[r]
        False before; the rows that are above a site after.
    times : int32[r, LANES]
        Written in the seeded rows.
    """
    for lane in range(len(sites)):
        rank = sites[lane]
        height[rank] = 0
        while rank >= 0:
            time = height[rank]
            height[rank] = NEVER
            place = row[rank]
            if place >= 0:
                if not seeded[place]:
                    seeded[place] = True
                    times[place, :] = NEVER
                times[place, lane] = time
            if time <= limit:
                for arc in range(starts[rank], starts[rank + 1]):
                    higher = np.int32(time + down[arc])
                    height[heads[arc]] = min(height[heads[arc]], higher)
            rank = parent[rank]


@compiled_wide(
    "void(int64, int32[::1], int32[::1], int32[::1], int32[::1], int32[::1], int32[::1],"
    "int32[::1], int32[::1], boolean[::1], int32[:, ::1], int32[::1])"
)
def sweep(
    limit: int,
    listed: Int32Array,
    size: Int32Array,
    row: Int32Array,
    starts: Int32Array,
    heads: Int32Array,
    first: Int32Array,
    above: Int32Array,
    weights: Int32Array,
    seeded: BoolArray,
    times: Int32Array,
    least: Int32Array,
) -> None:
    """Give every row its times to the sites that `climb` seeded, exact up to the bound.

    A subtree without a site, whose upper neighbours are all beyond the bound, is skipped: nothing
    within the bound enters it.

    Parameters
    ----------
    seeded : bool[r]
        False everywhere after.
    times : int32[r, LANES]
        Written where `least` is within the bound; anything elsewhere.
    least : int32[r]
        The least time of each row, `NEVER` where it was skipped.
    """
    place = 0
    while place < len(listed):
        own = times[place]
        if not seeded[place]:
            own[:] = NEVER
        # One scalar a lane, and no loop over lanes: the compiler puts the sixteen in vectors.
        t0 = own[0]
        t1 = own[1]
        t2 = own[2]
        t3 = own[3]
        t4 = own[4]
        t5 = own[5]
        t6 = own[6]
        t7 = own[7]
        t8 = own[8]
        t9 = own[9]
        t10 = own[10]
        t11 = own[11]
        t12 = own[12]
        t13 = own[13]
        t14 = own[14]
        t15 = own[15]
        for arc in range(first[place], first[place + 1]):
            high = times[above[arc]]
            weight = weights[arc]
            t0 = min(t0, np.int32(high[0] + weight))
            t1 = min(t1, np.int32(high[1] + weight))
            t2 = min(t2, np.int32(high[2] + weight))
            t3 = min(t3, np.int32(high[3] + weight))
            t4 = min(t4, np.int32(high[4] + weight))
            t5 = min(t5, np.int32(high[5] + weight))
            t6 = min(t6, np.int32(high[6] + weight))
            t7 = min(t7, np.int32(high[7] + weight))
            t8 = min(t8, np.int32(high[8] + weight))
            t9 = min(t9, np.int32(high[9] + weight))
            t10 = min(t10, np.int32(high[10] + weight))
            t11 = min(t11, np.int32(high[11] + weight))
            t12 = min(t12, np.int32(high[12] + weight))
            t13 = min(t13, np.int32(high[13] + weight))
            t14 = min(t14, np.int32(high[14] + weight))
            t15 = min(t15, np.int32(high[15] + weight))
        own[0] = t0
        own[1] = t1
        own[2] = t2
        own[3] = t3
        own[4] = t4
        own[5] = t5
        own[6] = t6
        own[7] = t7
        own[8] = t8
        own[9] = t9
        own[10] = t10
        own[11] = t11
        own[12] = t12
        own[13] = t13
        own[14] = t14
        own[15] = t15
        low = min(
            min(min(min(t0, t1), min(t2, t3)), min(min(t4, t5), min(t6, t7))),
            min(min(min(t8, t9), min(t10, t11)), min(min(t12, t13), min(t14, t15))),
        )
        least[place] = low
        if low > limit and not seeded[place]:
            rank = listed[place]
            entered = False
            for arc in range(starts[rank], starts[rank + 1]):
                if least[row[heads[arc]]] <= limit:
                    entered = True
                    break
            if not entered:
                least[place : place + size[place]] = NEVER
                place += size[place]
                continue
        seeded[place] = False
        place += 1


@compiled
def gather(
    origins: Int32Array,
    limit: int,
    times: Int32Array,
    least: Int32Array,
    lanes: int,
    found: Int32Array,
    found_ds: Int32Array,
    counts: IntArray,
) -> None:
    """Write, for each lane, the positions of the origins within the bound and their times.

    Parameters
    ----------
    origins : int32[o]
        Row of each.
    found, found_ds : int32[LANES, o]
    counts : int64[LANES]
        How many were written.
    """
    near = np.empty(len(origins), dtype=np.int32)
    bases = np.empty(len(origins), dtype=np.int64)
    kept = 0
    # Written always, counted when wanted: a branch would be guessed wrong half the time.
    for position in range(len(origins)):
        near[kept] = position
        bases[kept] = np.int64(origins[position]) * LANES
        kept += least[origins[position]] <= limit
    flat = times.reshape(-1)
    counts[:] = 0
    # A few origins at a time, whose rows stay in the nearest cache from one lane to the next;
    # unsigned places, which numba does not test for counting from the end.
    for start in range(0, kept, CHUNK):
        for lane in range(lanes):
            count = np.uint64(counts[lane])
            own, own_ds = found[lane], found_ds[lane]
            for rank in range(start, min(start + CHUNK, kept)):
                time = flat[np.uint64(bases[rank] + lane)]
                own[count] = near[rank]
                own_ds[count] = time
                count += np.uint64(time <= limit)
            counts[lane] = count
