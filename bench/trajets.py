"""Draw trips on the roads of an extract and time them our way, in a process of its own.

Run as `python -m bench.trajets EXTRACT PROJECTION TRIPS`. Both ends are nodes of the main
component, so that neither side adds an access; they lie 500 m apart or more.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from diagterritoire.arrays import IntArray
from diagterritoire.network import search
from diagterritoire.network.compiled import RoadNetwork, compile_network, without_ferries
from diagterritoire.network.graph import RoadGraph, build_graph
from diagterritoire.network.speeds import section_times
from diagterritoire.parameters import ReseauParameters
from diagterritoire.sources.roads.osm import read_osm

PAIRS, OUTSIDE, APART_M, MATRIX = 1000, 200, 500.0, 100
FAR_DS = 100_000_000
DEFAULT = "par défaut"
_KNOWN = ReseauParameters()
# Not to be kept: each says what one declared choice weighs in the gap.
VARIANTS: Mapping[str, ReseauParameters] = {
    DEFAULT: _KNOWN,
    "facteur_limite = 1": replace(_KNOWN, facteur_limite=1.0),
    "penalite_carrefour_s = 2": replace(_KNOWN, penalite_carrefour_s=2.0),
    "aucune zone urbaine déduite": replace(_KNOWN, urbain_rues_m=1e9),
    "vitesses par classe + 20 %": replace(
        _KNOWN, vitesses_kmh={name: 1.2 * kmh for name, kmh in _KNOWN.vitesses_kmh.items()}
    ),
    "facteur_limite = 1 et vitesses par classe + 50 %": replace(
        _KNOWN,
        facteur_limite=1.0,
        vitesses_kmh={name: 1.5 * kmh for name, kmh in _KNOWN.vitesses_kmh.items()},
    ),
}


@dataclass(frozen=True)
class Sections:
    """Of the section driven between two nodes: its key, metres, class; sorted by key."""

    key: IntArray
    metres: NDArray[np.float64]
    road_class: IntArray


def main(extract: Path, crs: str, trips: Path) -> None:
    """Read, draw, time, and write what was found."""
    start = time.process_time()
    read = read_osm(extract)
    network = without_ferries(compile_network(read.noeuds, read.troncons))
    graph = build_graph(network, crs, _KNOWN)
    said: dict[str, Any] = {"construction": time.process_time() - start}
    rng = np.random.default_rng(4)
    main_one = graph.component == np.bincount(graph.component).argmax()
    origins, ends = drawn(graph, np.flatnonzero(main_one), np.flatnonzero(main_one), PAIRS, rng)
    start = time.process_time()
    search.matrix(graph, ends[:MATRIX], origins[:MATRIX], FAR_DS)
    said["matrice"] = time.process_time() - start
    start = time.process_time()
    by_default = times(graph, origins, ends)
    said["routes"] = time.process_time() - start
    said["temps"] = {DEFAULT: (by_default / 10).tolist()} | {
        name: (times(build_graph(network, crs, chosen), origins, ends) / 10).tolist()
        for name, chosen in VARIANTS.items()
        if name != DEFAULT
    }
    said["classes"] = by_class(network, graph, origins, ends)
    said["metres"] = [sum(metres for metres, _ in one.values()) for one in said["classes"]]
    said["paires"] = lonlat(network, origins, ends)
    said |= {
        "noeuds": len(graph.x),
        "hors_composante": int((~main_one).sum()),
        "dehors": [],
        "dehors_temps": [],
    }
    if not main_one.all():
        lost, kept = np.flatnonzero(~main_one), np.flatnonzero(main_one)
        starts, stops = drawn(graph, lost, kept, OUTSIDE, rng)
        said["dehors"] = lonlat(network, starts, stops)
        said["dehors_temps"] = times(graph, starts, stops).tolist()
    trips.write_text(json.dumps(said), encoding="utf-8")


def drawn(
    graph: RoadGraph, starts: IntArray, ends: IntArray, count: int, rng: np.random.Generator
) -> tuple[IntArray, IntArray]:
    """Draw pairs that lie apart."""
    one, other = rng.choice(starts, 3 * count), rng.choice(ends, 3 * count)
    away = np.hypot(graph.x[one] - graph.x[other], graph.y[one] - graph.y[other])
    kept = np.flatnonzero(away >= APART_M)[:count]
    return one[kept], other[kept]


def lonlat(network: RoadNetwork, origins: IntArray, ends: IntArray) -> list[list[float]]:
    """Give the positions of pairs."""
    columns = (network.lon[origins], network.lat[origins], network.lon[ends], network.lat[ends])
    return [[float(degrees) for degrees in row] for row in np.column_stack(columns)]


def times(graph: RoadGraph, origins: IntArray, ends: IntArray) -> IntArray:
    """Time pairs, deciseconds: one search per different end."""
    sites, row = np.unique(ends, return_inverse=True)
    starts, column = np.unique(origins, return_inverse=True)
    found = search.matrix(graph, sites, starts, FAR_DS)
    table = np.full((len(sites), len(starts)), -1, dtype=np.int64)
    table[found.site, found.origin] = found.time_ds
    return table[row, column]


def by_class(
    network: RoadNetwork, graph: RoadGraph, origins: IntArray, ends: IntArray
) -> list[dict[str, list[float]]]:
    """Metres and seconds of each trip, by class of road."""
    nodes = len(graph.x)
    sections = driven(network, graph)
    edges = csr_array(
        (graph.backward.time_ds.astype(float), graph.backward.indices, graph.backward.indptr),
        shape=(nodes, nodes),
    )
    found = []
    for origin, end in zip(origins.tolist(), ends.tolist(), strict=True):
        away, after = dijkstra(edges, indices=end, return_predecessors=True)
        path = [origin]
        while path[-1] != end:
            path.append(int(after[path[-1]]))
        steps = np.array(path)
        at = np.searchsorted(sections.key, steps[:-1] * nodes + steps[1:])
        seconds = -np.diff(away[steps]) / 10
        totals: dict[str, list[float]] = {}
        rows = zip(sections.road_class[at], sections.metres[at], seconds, strict=True)
        for code, metres, spent in rows:
            total = totals.setdefault(network.classes[code], [0.0, 0.0])
            total[0] += float(metres)
            total[1] += float(spent)
        found.append(totals)
    return found


def driven(network: RoadNetwork, graph: RoadGraph) -> Sections:
    """Find the section that each edge of the graph keeps: the quickest of parallel ones."""
    spent = section_times(network, np.column_stack([graph.x, graph.y]), _KNOWN)
    key = network.source.astype(np.int64) * len(graph.x) + network.target
    order = np.lexsort((spent, key))
    first = np.ones(len(order), dtype=bool)
    first[1:] = key[order][1:] != key[order][:-1]
    kept = order[first]
    return Sections(
        key[kept], network.length_m[kept].astype(float), network.road_class[kept].astype(np.int64)
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3]))
