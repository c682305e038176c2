"""Compile the loops of the road searches at set-up, and keep them where numba keeps its own.

Else the first region waits for them, a quarter of a minute. Nothing is done without numba: scipy
searches then.
"""

from __future__ import annotations

import sys
from importlib.util import find_spec

import numpy as np


def main() -> int:
    """Compile every loop by one small use of each search."""
    if find_spec("numba") is None:
        print("numba n'est pas installée : rien à compiler, scipy fera les recherches.")
        return 0
    use_all()
    return 0


def use_all() -> None:
    """Search a road of three nodes in every compiled way."""
    from diagterritoire.network import dial, engine, hierarchy, opening, sums, sweep
    from diagterritoire.network.graph import Adjacency, RoadGraph

    edges = Adjacency(
        np.array([0, 1, 3, 4], np.int32),
        np.array([1, 0, 2, 1], np.int32),
        np.array([3, 3, 4, 4], np.int32),
    )
    xy, none = np.arange(3.0), np.zeros(3, np.int32)
    graph = RoadGraph(xy, xy, edges, edges, none, (0.0, 0.0, 2.0, 2.0), "EPSG:2154")
    site, access, origins = np.array([2]), np.array([0]), np.arange(3)
    dial.nearest(edges, site, access)
    present = opening.prepare(edges, np.array([7, 4, 0]))
    if present is not None:
        opening.improved(present, 0, 1)
    prepared = engine.prepare(graph, origins)
    metric = hierarchy.customise(prepared.hierarchy, graph, pruned=True)
    if metric is not None:
        sweep.nearest(prepared.hierarchy, metric, site, access, origins)
    table = sums.weight_table(np.ones_like, 60)
    for way in (None, prepared):
        found = list(engine.answers(graph, site, origins, 60, way) or ())
        sums.two_steps(lambda found=found: found, np.ones(1), np.ones(3), table)


if __name__ == "__main__":
    sys.exit(main())
