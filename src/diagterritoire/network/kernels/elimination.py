"""Elimination tree, chordal graph and customisation of a contraction hierarchy."""

from __future__ import annotations

import numpy as np

from diagterritoire.arrays import Int32Array
from diagterritoire.network.kernels.compiling import compiled

NEVER = 2**30 - 1


@compiled
def elimination_tree(indptr: Int32Array, indices: Int32Array, perm: Int32Array) -> Int32Array:
    """Parent of each rank, -1 at a root: the least of the ranks above that it will touch."""
    count = len(perm)
    rank = np.empty(count, dtype=np.int32)
    for place in range(count):
        rank[perm[place]] = place
    parent = np.full(count, -1, dtype=np.int32)
    above = np.full(count, -1, dtype=np.int32)
    for place in range(count):
        node = perm[place]
        for edge in range(indptr[node], indptr[node + 1]):
            under = rank[indices[edge]]
            # Climb to the root, and shorten the way for the next climb.
            while under != -1 and under < place:
                following = above[under]
                above[under] = place
                if following == -1:
                    parent[under] = place
                under = following
    return parent


@compiled
def postorder(parent: Int32Array) -> Int32Array:
    """List the ranks so that each comes just after all those under it."""
    count = len(parent)
    child = np.full(count, -1, dtype=np.int32)
    sibling = np.full(count, -1, dtype=np.int32)
    for place in range(count - 1, -1, -1):
        if parent[place] >= 0:
            sibling[place] = child[parent[place]]
            child[parent[place]] = place
    listed = np.empty(count, dtype=np.int32)
    done = 0
    for root in range(count):
        if parent[root] >= 0:
            continue
        place = root
        while True:
            while child[place] >= 0:
                following = child[place]
                child[place] = sibling[following]
                place = following
            listed[done] = place
            done += 1
            if place == root:
                break
            place = parent[place]
    return listed


@compiled
def chordal(
    indptr: Int32Array, indices: Int32Array, perm: Int32Array, parent: Int32Array
) -> tuple[Int32Array, Int32Array]:
    """Arcs from each rank to those above it, in any order, once every rank is eliminated.

    Parameters
    ----------
    indptr, indices : int32
        Neighbours, both ways round.
    perm : int32[n]
        Node of each rank, in postorder of the tree.
    parent : int32[n]
        The tree, in the same ranks.
    """
    count = len(perm)
    rank = np.empty(count, dtype=np.int32)
    for place in range(count):
        rank[perm[place]] = place
    starts = np.zeros(count + 1, dtype=np.int32)
    heads = np.empty(len(indices) + 1024, dtype=np.int32)
    seen = np.full(count, -1, dtype=np.int32)
    child = np.full(count, -1, dtype=np.int32)
    sibling = np.full(count, -1, dtype=np.int32)
    for place in range(count):
        first = starts[place]
        if first + count - place > len(heads):
            larger = np.empty(2 * len(heads) + count - place, dtype=np.int32)
            larger[:first] = heads[:first]
            heads = larger
        used = first
        seen[place] = place
        node = perm[place]
        for edge in range(indptr[node], indptr[node + 1]):
            other = rank[indices[edge]]
            if other > place and seen[other] != place:
                seen[other] = place
                heads[used] = other
                used += 1
        under = child[place]
        while under >= 0:
            for arc in range(starts[under], starts[under + 1]):
                other = heads[arc]
                if seen[other] != place:
                    seen[other] = place
                    heads[used] = other
                    used += 1
            under = sibling[under]
        starts[place + 1] = used
        if parent[place] >= 0:
            sibling[place] = child[parent[place]]
            child[parent[place]] = place
    return starts, heads[: starts[count]].copy()


@compiled
def arcs_of_edges(
    indptr: Int32Array,
    indices: Int32Array,
    rank: Int32Array,
    starts: Int32Array,
    heads: Int32Array,
) -> Int32Array:
    """Arc of each directed edge: `arc` when it goes up, `-1 - arc` when it goes down."""
    found = np.empty(len(indices), dtype=np.int32)
    for node in range(len(indptr) - 1):
        for edge in range(indptr[node], indptr[node + 1]):
            here, there = rank[node], rank[indices[edge]]
            low, high = min(here, there), max(here, there)
            # Few arcs leave a node that has edges: looking one by one is the quickest.
            arc = starts[low]
            while heads[arc] < high:
                arc += 1
            found[edge] = arc if here < there else -1 - arc
    return found


@compiled
def turned(starts: Int32Array, heads: Int32Array) -> tuple[Int32Array, Int32Array, Int32Array]:
    """Sort the arcs of each tail in place, and list them by head: starts, arcs and tails, sorted.

    Listing by head, then by tail again, sorts both without comparing.
    """
    count = len(starts) - 1
    first = np.zeros(count + 1, dtype=np.int32)
    for head in heads:
        first[head + 1] += 1
    for place in range(count):
        first[place + 1] += first[place]
    room = first[:count].copy()
    tails = np.empty(len(heads), dtype=np.int32)
    for tail in range(count):
        for arc in range(starts[tail], starts[tail + 1]):
            tails[room[heads[arc]]] = tail
            room[heads[arc]] += 1
    room[:] = starts[:count]
    arcs = np.empty(len(heads), dtype=np.int32)
    for head in range(count):
        for place in range(first[head], first[head + 1]):
            arc = room[tails[place]]
            room[tails[place]] += 1
            arcs[place] = arc
            heads[arc] = head
    return first, arcs, tails


@compiled
def customise(
    starts: Int32Array,
    heads: Int32Array,
    first: Int32Array,
    arcs: Int32Array,
    tails: Int32Array,
    edge_arcs: Int32Array,
    times: Int32Array,
) -> tuple[Int32Array, Int32Array]:
    """Time of each arc up and down: shortest through what lies below it.

    Parameters
    ----------
    starts, heads, first, arcs, tails : int32
        Arcs by tail (`chordal`) and by head (`turned`).
    edge_arcs : int32[m]
        See `arcs_of_edges`.
    times : int32[m]
        Time of each edge.
    """
    up = np.full(len(heads), NEVER, dtype=np.int32)
    down = np.full(len(heads), NEVER, dtype=np.int32)
    for edge in range(len(edge_arcs)):
        arc = edge_arcs[edge]
        if arc >= 0:
            up[arc] = min(up[arc], times[edge])
        else:
            down[-1 - arc] = min(down[-1 - arc], times[edge])
    place_of = np.empty(len(starts), dtype=np.int32)
    for middle in range(len(starts) - 1):
        for arc in range(starts[middle], starts[middle + 1]):
            place_of[heads[arc]] = arc
        for place in range(first[middle], first[middle + 1]):
            side = arcs[place]
            into, out = down[side], up[side]
            for other in range(side + 1, starts[tails[place] + 1]):
                arc = place_of[heads[other]]
                up[arc] = min(up[arc], np.int32(into + up[other]))
                down[arc] = min(down[arc], np.int32(down[other] + out))
    return up, down


@compiled
def prune(
    starts: Int32Array,
    heads: Int32Array,
    first: Int32Array,
    arcs: Int32Array,
    tails: Int32Array,
    up: Int32Array,
    down: Int32Array,
) -> None:
    """Give `NEVER` to the arcs that a way through higher ranks beats: no shortest way uses them."""
    best_up, best_down = up.copy(), down.copy()
    place_of = np.empty(len(starts), dtype=np.int32)
    for middle in range(len(starts) - 2, -1, -1):
        for arc in range(starts[middle], starts[middle + 1]):
            place_of[heads[arc]] = arc
        for place in range(first[middle], first[middle + 1]):
            side = arcs[place]
            for other in range(side + 1, starts[tails[place] + 1]):
                arc = place_of[heads[other]]
                rise, fall = best_up[arc], best_down[arc]
                out, into = best_up[side], best_down[side]
                far_out, far_into = best_up[other], best_down[other]
                best_up[side] = min(out, np.int32(far_out + fall))
                best_down[side] = min(into, np.int32(rise + far_into))
                best_up[other] = min(far_out, np.int32(out + rise))
                best_down[other] = min(far_into, np.int32(fall + into))
    for arc in range(len(heads)):
        if best_up[arc] < up[arc]:
            up[arc] = NEVER
        if best_down[arc] < down[arc]:
            down[arc] = NEVER
