"""Order of the nodes by geometric nested dissection.

A cell of the plane is cut in two where few edges cross; the nodes that close the cut come last,
the two halves before them, each cut in its turn. Small cells are ordered by least degree.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from diagterritoire.arrays import FloatArray, Int32Array, IntArray
from diagterritoire.network.kernels.compiling import compiled

LEAF = 64
BINS = 256
DIRECTIONS = 8
# The smaller part holds at least this share of the cell.
BALANCE = 0.3
LEFT, RIGHT, CLOSING = 0, 1, 2


@compiled
def balanced_strip(
    x: FloatArray, y: FloatArray, perm: Int32Array, low: int, high: int, a: float, b: float
) -> tuple[float, float]:
    """Find the bounds of `a x + b y` between which a cut is balanced; the same when it cannot."""
    count = high - low
    start, stop = np.inf, -np.inf
    for place in range(low, high):
        value = a * x[perm[place]] + b * y[perm[place]]
        start, stop = min(start, value), max(stop, value)
    # Twice, for a town holds most of the nodes of its cell in a few bins.
    for _ in range(2):
        if not stop > start:
            break
        bins = np.zeros(BINS, dtype=np.int64)
        below = 0
        scale = BINS / (stop - start)
        for place in range(low, high):
            value = a * x[perm[place]] + b * y[perm[place]]
            if value < start:
                below += 1
            else:
                bins[min(int((value - start) * scale), BINS - 1)] += 1
        total = np.cumsum(bins) + below
        first = min(int(np.searchsorted(total, BALANCE * count)), BINS - 1)
        last = min(int(np.searchsorted(total, (1 - BALANCE) * count)), BINS - 1)
        start, stop = start + first / scale, start + (last + 1) / scale
    return start, stop


@compiled
def best_cut(
    x: FloatArray,
    y: FloatArray,
    indptr: Int32Array,
    indices: Int32Array,
    perm: Int32Array,
    where: Int32Array,
    low: int,
    high: int,
    a: float,
    b: float,
) -> tuple[float, float]:
    """Find the line `a x + b y = c` that fewest edges cross: its cost, infinite if none, and c."""
    start, stop = balanced_strip(x, y, perm, low, high, a, b)
    best, least = 0.0, np.inf
    if not stop > start:
        return least, best
    count = high - low
    scale = BINS / (stop - start)
    sizes = np.zeros(BINS + 2, dtype=np.int64)
    crossing = np.zeros(BINS + 2, dtype=np.int64)
    for place in range(low, high):
        node = perm[place]
        own = (a * x[node] + b * y[node] - start) * scale
        bin_ = max(0, min(int(np.floor(own)) + 1, BINS + 1))
        sizes[bin_] += 1
        for edge in range(indptr[node], indptr[node + 1]):
            other = indices[edge]
            if low <= where[other] < high:
                far = (a * x[other] + b * y[other] - start) * scale
                beyond = max(0, min(int(np.floor(far)) + 1, BINS + 1))
                if bin_ < beyond:
                    crossing[bin_] += 1
                    crossing[beyond] -= 1
    left, cut = 0, 0
    for bin_ in range(BINS + 1):
        left += sizes[bin_]
        cut += crossing[bin_]
        smaller = min(left, count - left)
        # Few crossings first, balance next.
        if smaller >= BALANCE * count / 2 and (cut + 1.0) / np.sqrt(smaller) < least:
            least = (cut + 1.0) / np.sqrt(smaller)
            best = start + bin_ / scale
    return least, best


@compiled
def close_cut(
    indptr: Int32Array,
    indices: Int32Array,
    perm: Int32Array,
    where: Int32Array,
    side: NDArray[np.int8],
    low: int,
    high: int,
) -> None:
    """Choose an end of each edge from left to right, the one that several of them share."""
    for place in range(low, high):
        node = perm[place]
        if side[node] != LEFT:
            continue
        crossing, far = 0, -1
        for edge in range(indptr[node], indptr[node + 1]):
            other = indices[edge]
            if low <= where[other] < high and side[other] == RIGHT:
                crossing += 1
                far = other
        if crossing == 1:
            side[far] = CLOSING
        elif crossing > 1:
            side[node] = CLOSING


@compiled
def cut_cell(
    x: FloatArray,
    y: FloatArray,
    indptr: Int32Array,
    indices: Int32Array,
    perm: Int32Array,
    where: Int32Array,
    side: NDArray[np.int8],
    low: int,
    high: int,
) -> tuple[int, int]:
    """Lay the left half, the right half, then the closing nodes; return the last two starts."""
    least, a, b, c = np.inf, 0.0, 0.0, 0.0
    for direction in range(DIRECTIONS):
        angle = np.pi * direction / DIRECTIONS
        cost, level = best_cut(
            x, y, indptr, indices, perm, where, low, high, np.cos(angle), np.sin(angle)
        )
        if cost < least:
            least, a, b, c = cost, np.cos(angle), np.sin(angle), level
    lefts = 0
    for place in range(low, high):
        node = perm[place]
        side[node] = LEFT if least < np.inf and a * x[node] + b * y[node] < c else RIGHT
        lefts += side[node] == LEFT
    if lefts in (0, high - low):
        # Nodes at one place, that no line parts.
        for place in range(low, high):
            side[perm[place]] = LEFT if place < (low + high) // 2 else RIGHT
    close_cut(indptr, indices, perm, where, side, low, high)
    moved = perm[low:high].copy()
    place = low
    starts = np.zeros(3, dtype=np.int64)
    for part in range(3):
        starts[part] = place
        for node in moved:
            if side[node] == part:
                perm[place] = node
                where[node] = place
                place += 1
    return starts[1], starts[2]


@compiled
def order_leaf(
    indptr: Int32Array,
    indices: Int32Array,
    perm: Int32Array,
    where: Int32Array,
    low: int,
    high: int,
) -> None:
    """Order at most 64 nodes by least degree, counting what each elimination adds."""
    count = high - low
    near = np.zeros(LEAF, dtype=np.uint64)
    one = np.uint64(1)
    for row in range(count):
        node = perm[low + row]
        for edge in range(indptr[node], indptr[node + 1]):
            place = where[indices[edge]]
            if low <= place < high:
                near[row] |= one << np.uint64(place - low)
    nodes = perm[low:high].copy()
    gone = np.zeros(LEAF, dtype=np.bool_)
    for place in range(low, high):
        chosen, least = -1, LEAF + 1
        for row in range(count):
            if gone[row]:
                continue
            degree, bits = 0, near[row]
            while bits:
                bits &= bits - one
                degree += 1
            if degree < least:
                chosen, least = row, degree
        gone[chosen] = True
        perm[place] = nodes[chosen]
        where[nodes[chosen]] = place
        for row in range(count):
            if (near[chosen] >> np.uint64(row)) & one:
                near[row] |= near[chosen]
                near[row] &= ~((one << np.uint64(chosen)) | (one << np.uint64(row)))


@compiled
def dissect(
    x: FloatArray,
    y: FloatArray,
    indptr: Int32Array,
    indices: Int32Array,
    perm: Int32Array,
    where: Int32Array,
    side: NDArray[np.int8],
    low: int,
    high: int,
    levels: int,
) -> IntArray:
    """Order the nodes of a cell, in at most so many levels of cuts.

    Parameters
    ----------
    x, y : float64[n]
    indptr, indices : int32
        Neighbours, both ways round.
    perm : int32[n]
        Nodes in their order, changed from `low` to `high`.
    where : int32[n]
        Place of each node in `perm`.
    side : int8[n]
        Room for the work.
    low, high : int
        The cell.
    levels : int

    Returns
    -------
    int64[k, 2]
        Cells left to order.
    """
    left: list[tuple[int, int]] = [(0, 0)]
    todo = [(low, high, levels)]
    while len(todo):
        first, last, depth = todo.pop()
        if last - first <= LEAF:
            order_leaf(indptr, indices, perm, where, first, last)
        elif depth == 0:
            left.append((first, last))
        else:
            middle, closing = cut_cell(x, y, indptr, indices, perm, where, side, first, last)
            todo.append((first, middle, depth - 1))
            todo.append((middle, closing, depth - 1))
    cells = np.empty((len(left) - 1, 2), dtype=np.int64)
    for rank in range(1, len(left)):
        cells[rank - 1, 0] = left[rank][0]
        cells[rank - 1, 1] = left[rank][1]
    return cells
