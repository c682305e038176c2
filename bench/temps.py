"""Searches of travel times beside scipy and networkx, answers compared.

Run as `make bench QUOI=temps`, or `python -m bench.temps [RUNS]`. CPU seconds of both processors,
medians; scipy's matrix, the order and networkx are timed once. The first call of each, which
compiles, is left out.
"""

from __future__ import annotations

import resource
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

import networkx as nx
import numpy as np

from bench.reseau import Region, draw_region
from diagterritoire.network import dial, hierarchy, opening, search, sums, sweep

HOUR_DS = 36_000
RUNS = 5


def main(runs: int) -> None:
    """Measure both sizes."""
    for nodes, sites, origins in ((50_000, 60, 8_000), (1_200_000, 1_300, 200_000)):
        region = draw_region(nodes, sites, origins)
        print(f"\n{len(region.graph.x)} nœuds, {sites} sites, {origins} carreaux, une heure\n")
        print("| mesure | s (CPU) | rapport |\n|---|---|---|")
        matrix(region, runs)
        one_more(region)
        nearest(region, runs)


def timed(runs: int, call: Callable[[], Any]) -> tuple[float, Any]:
    """Median CPU time of a call, and its last answer; the first call, which compiles, is left."""
    answer = call()
    seconds = []
    for _ in range(runs):
        start = time.process_time()
        answer = call()
        seconds.append(time.process_time() - start)
    return statistics.median(seconds), answer


def row(label: str, seconds: float, reference: float | None = None) -> None:
    """Print a measure and how many times faster than the reference it is."""
    ratio = "" if reference is None else f"{reference / seconds:.1f}"
    print(f"| {label} | {seconds:.4g} | {ratio} |", flush=True)


def nearest(region: Region, runs: int) -> None:
    """Nearest site of every node."""
    edges, ends = region.graph.backward, (region.sites, region.access_ds)
    slow, known = timed(runs, lambda: by_scipy(region))
    fast, found = timed(runs, lambda: dial.nearest(edges, *ends))
    np.testing.assert_array_equal(found, known)
    start = time.process_time()
    roads = nx.DiGraph()
    tails = np.repeat(np.arange(len(region.graph.x)), np.diff(edges.indptr))
    columns = (tails.tolist(), edges.indices.tolist(), edges.time_ds.tolist())
    roads.add_weighted_edges_from(zip(*columns, strict=True))
    doors = zip(region.sites.tolist(), region.access_ds.tolist(), strict=True)
    roads.add_weighted_edges_from((-1, site, access) for site, access in doors)
    build = time.process_time() - start
    start = time.process_time()
    plain = nx.single_source_dijkstra_path_length(roads, -1)
    oracle = time.process_time() - start
    expected = [plain.get(node, -1) for node in range(len(region.graph.x))]
    np.testing.assert_array_equal(found[0], expected)
    row("plus proche, scipy", slow, slow)
    row("plus proche, networkx, graphe déjà fait", oracle, slow)
    row("networkx, faire le graphe", build)
    row("plus proche, compartiments", fast, slow)
    print(f"| compartiments, à côté de networkx | | {oracle / fast:.0f} |")


def by_scipy(region: Region) -> Any:
    """Search by scipy whatever the size."""
    return search.nearest_by_scipy(region.graph.backward, region.sites, region.access_ds)


def matrix(region: Region, runs: int) -> None:
    """Bounded matrix, its parts, and the sums."""
    graph, sites, origins = region.graph, region.sites, region.origins
    order_s, order = timed(1, lambda: hierarchy.dissection_order(graph))
    build_s, built = timed(runs, lambda: hierarchy.build(graph, order))
    metric_s, metric = timed(runs, lambda: hierarchy.customise(built, graph))
    kept_s, kept = timed(runs, lambda: sweep.restrict(built, origins))
    walk_s, _ = timed(
        runs, lambda: [None for _ in sweep.by_site(built, metric, kept, sites, HOUR_DS)]
    )
    table = sums.weight_table(lambda minutes: np.exp(-minutes / 10), HOUR_DS)
    people, supply = np.ones(len(origins)), np.ones(len(sites))
    sums_s, _ = timed(
        runs,
        lambda: sums.two_steps(
            lambda: sweep.by_site(built, metric, kept, sites, HOUR_DS), supply, people, table
        ),
    )
    found = sweep.matrix(built, metric, kept, sites, HOUR_DS)
    memory = peak()
    # The last answer is let go before the next one is made.
    matrix_s, _ = timed(runs, lambda: len(sweep.matrix(built, metric, kept, sites, HOUR_DS)[0]))
    buckets_s, again = timed(1, lambda: dial.matrix(graph.backward, sites, origins, HOUR_DS))
    np.testing.assert_array_equal(again, found)
    del again
    start = time.process_time()
    known = search.matrix_by_scipy(graph.backward, sites, origins, HOUR_DS)
    slow = time.process_time() - start
    np.testing.assert_array_equal(found, [known.site, known.origin, known.time_ds])
    row("matrice, scipy", slow, slow)
    row("matrice, compartiments", buckets_s, slow)
    row("ordre des nœuds (gardé)", order_s)
    row("arcs", build_s)
    row("vitesses", metric_s)
    speeds = metric_s + kept_s
    row("vitesses et temps donnés site par site, sans les garder", speeds + walk_s, slow)
    row("vitesses et matrice gardée", speeds + matrix_s, slow)
    row("arcs, vitesses et matrice gardée", build_s + speeds + matrix_s, slow)
    row("ordre, arcs, vitesses et matrice gardée", order_s + build_s + speeds + matrix_s, slow)
    row("sommes en deux passes (2SFCA)", sums_s)
    print(f"| couples | {len(found[0])} | |")
    print(f"| mémoire maximale de la hiérarchie, Mio | {memory:.0f} | |")


def peak() -> float:
    """Peak memory of this process."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def one_more(region: Region) -> None:
    """One more site on nearest times."""
    found = dial.nearest(region.graph.backward, region.sites, region.access_ds)
    candidates = opening.prepare(region.graph.backward, found[0])
    seconds = []
    for node in region.origins[:: len(region.origins) // 500].tolist():
        start = time.process_time()
        opening.improved(candidates, node, 0)
        seconds.append(time.process_time() - start)
    row("un site de plus, médiane", statistics.median(seconds[1:]))
    row("un site de plus, le plus lent", max(seconds[1:]))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else RUNS)
