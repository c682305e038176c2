"""Answer two questions with one engine, in a process of its own, and write what it cost as JSON.

Run by the Python of that engine: `python bench/recherche.py ENGINE CASE ANSWERS RUNS`. Seconds of
processor, medians. The first call of each question is left out; one that takes more than a minute
is made three times at most.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections.abc import Callable
from importlib import import_module, metadata
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

# No matrix is asked for longer: it stops at the site that exceeds this time.
BUDGET_S = 15.0
LONG_S, FEW = 60.0, 3
# No road time reaches it, and pandana's integers hold a thousand times as much.
FAR_DS = 4_000_000

Array = NDArray[Any]


class Case(NamedTuple):
    """Arrays of `RoadGraph` and `Region`; a time bound, deciseconds."""

    x: Array
    y: Array
    forward: tuple[Array, Array, Array]
    backward: tuple[Array, Array, Array]
    component: Array
    sites: Array
    access_ds: Array
    origins: Array
    limit_ds: int


class Engine(NamedTuple):
    """What an engine answers, once the graph is its own.

    Attributes
    ----------
    nearest : callable, or None
        Time from every node to its nearest site, below 0 or `FAR_DS` and more without.
    matrix : callable
        Of positions of sites: positions of sites, positions of origins, times within the bound.
    at_once : bool
        Whether the matrix is asked at once, rather than site after site.
    """

    nearest: Callable[[], Array] | None
    matrix: Callable[[Array], tuple[Array, Array, Array]]
    at_once: bool = False


def load(path: Path) -> Case:
    """Read a case."""
    with np.load(path) as kept:
        arrays = {name: kept[name] for name in kept.files}
    forward, backward = (
        (arrays[f"{side}_p"], arrays[f"{side}_i"], arrays[f"{side}_w"])
        for side in ("forward", "backward")
    )
    names = ("component", "sites", "access_ds", "origins")
    rest = {name: arrays[name] for name in names}
    limit_ds = int(arrays["limit_ds"])
    return Case(arrays["x"], arrays["y"], forward, backward, limit_ds=limit_ds, **rest)


def tails(edges: tuple[Array, Array, Array]) -> Array:
    """First node of each edge."""
    return np.repeat(np.arange(len(edges[0]) - 1), np.diff(edges[0]))


def ours(case: Case) -> Any:
    """Make our graph."""
    graph = import_module("diagterritoire.network.graph")
    sides = (graph.Adjacency(*case.forward), graph.Adjacency(*case.backward))
    return graph.RoadGraph(case.x, case.y, *sides, case.component, (0.0,) * 4, "EPSG:2154")


def compartiments(case: Case) -> Engine:
    """Our compiled buckets."""
    dial, edges = import_module("diagterritoire.network.dial"), ours(case).backward
    return Engine(
        lambda: dial.nearest(edges, case.sites, case.access_ds)[0],
        lambda rows: dial.matrix(edges, case.sites[rows], case.origins, case.limit_ds),
        at_once=True,
    )


def hierarchie(case: Case) -> Engine:
    """Our hierarchy, its order included in what it takes to make."""
    names = ("hierarchy", "sweep")
    hierarchy, sweep = (import_module(f"diagterritoire.network.{name}") for name in names)
    graph = ours(case)
    built = hierarchy.build(graph, hierarchy.dissection_order(graph))
    metric, kept = hierarchy.customise(built, graph), sweep.restrict(built, case.origins)
    return Engine(
        None,
        lambda rows: sweep.matrix(built, metric, kept, case.sites[rows], case.limit_ds),
        at_once=True,
    )


def scipy(case: Case) -> Engine:
    """Scipy, as the small territories use it."""
    search, edges = import_module("diagterritoire.network.search"), ours(case).backward

    def matrix(rows: Array) -> tuple[Array, Array, Array]:
        found = search.matrix_by_scipy(edges, case.sites[rows], case.origins, case.limit_ds)
        return found.site, found.origin, found.time_ds

    return Engine(
        lambda: search.nearest_by_scipy(edges, case.sites, case.access_ds)[0], matrix, at_once=True
    )


def networkx(case: Case) -> Engine:
    """A DiGraph of the reversed edges; node -1 leads to the sites."""
    nx = import_module("networkx")
    roads = nx.DiGraph()
    roads.add_nodes_from(range(len(case.x)))
    columns = (tails(case.backward), *case.backward[1:])
    roads.add_weighted_edges_from(zip(*(c.tolist() for c in columns), strict=True))
    doors = zip(case.sites.tolist(), case.access_ds.tolist(), strict=True)
    roads.add_weighted_edges_from((-1, site, access) for site, access in doors)
    search, ends = nx.single_source_dijkstra_path_length, case.origins.tolist()

    def nearest() -> Array:
        found = search(roads, -1)
        return np.array([found.get(node, -1) for node in range(len(case.x))])

    def matrix(rows: Array) -> tuple[Array, Array, Array]:
        found = search(roads, int(case.sites[rows[0]]), cutoff=case.limit_ds)
        return within(case, np.array([found.get(node, -1) for node in ends]))

    return Engine(nearest, matrix)


def igraph(case: Case) -> Engine:
    """A directed graph of the reversed edges; its last node leads to the sites. It has no bound."""
    nodes = len(case.x)
    start = np.concatenate([tails(case.backward), np.full(len(case.sites), nodes)])
    end = np.concatenate([case.backward[1], case.sites])
    weights = np.concatenate([case.backward[2], case.access_ds]).tolist()
    edges = list(zip(start.tolist(), end.tolist(), strict=True))
    roads = import_module("igraph").Graph(n=nodes + 1, edges=edges, directed=True)
    ends = case.origins.tolist()

    def matrix(rows: Array) -> tuple[Array, Array, Array]:
        site = int(case.sites[rows[0]])
        return within(case, np.array(roads.distances([site], ends, weights, mode="out")[0]))

    return Engine(
        lambda: np.array(roads.distances([nodes], None, weights, mode="out")[0])[:-1], matrix
    )


def pandana(case: Case) -> Engine:
    """Two networks: its nearest places are driven to, its ranges are driven from.

    A site and its access are a node of their own, far away.
    """
    library, pd = import_module("pandana"), import_module("pandas")
    nodes, sites = len(case.x), len(case.sites)
    away = (case.x.min() - 1e5 - 100.0 * np.arange(sites), np.full(sites, case.y.min() - 1e5))
    x, y = (np.concatenate(two) for two in zip((case.x, case.y), away, strict=True))

    def network(start: Array, end: Array, weights: Array) -> Any:
        frame = pd.DataFrame({"ds": weights.astype(float)})
        ends = (pd.Series(start), pd.Series(end))
        return library.Network(pd.Series(x), pd.Series(y), *ends, frame, twoway=False)

    doors = nodes + np.arange(sites)
    columns = (tails(case.forward), *case.forward[1:])
    extra = (case.sites, doors, case.access_ds)
    driven_to = network(*(np.concatenate(two) for two in zip(columns, extra, strict=True)))
    driven_to.set_pois("site", FAR_DS, 1, pd.Series(away[0]), pd.Series(away[1]))
    driven_from = network(tails(case.backward), *case.backward[1:])
    place = np.full(len(x), -1)
    place[case.origins] = np.arange(len(case.origins))

    def nearest() -> Array:
        found: Array = driven_to.nearest_pois(FAR_DS, "site", num_pois=1)[1].to_numpy()[:nodes]
        return found

    def matrix(rows: Array) -> tuple[Array, Array, Array]:
        found = driven_from.nodes_in_range([int(case.sites[rows[0]])], case.limit_ds)
        times = np.full(len(case.origins), -1.0)
        at = place[found["destination"].to_numpy()]
        times[at[at >= 0]] = found["ds"].to_numpy()[at >= 0]
        return within(case, times)

    return Engine(nearest, matrix)


def within(case: Case, times: Array) -> tuple[Array, Array, Array]:
    """Keep the origins of one site within the bound."""
    kept = np.flatnonzero((times >= 0) & (times <= case.limit_ds))
    return np.zeros(len(kept), np.int32), kept, times[kept]


ENGINES = (compartiments, hierarchie, scipy, networkx, igraph, pandana)
# Loaded before anything is timed.
_NETWORK = "diagterritoire.network"
MODULES = {
    "compartiments": (f"{_NETWORK}.dial", f"{_NETWORK}.graph"),
    "hierarchie": (f"{_NETWORK}.hierarchy", f"{_NETWORK}.sweep"),
    "scipy": (f"{_NETWORK}.search",),
    "networkx": ("networkx",),
    "igraph": ("igraph",),
    "pandana": ("pandana",),
}


def clocked(call: Callable[[], Any]) -> tuple[float, Any]:
    """Seconds of processor of a call, and its answer."""
    start = time.process_time()
    answer = call()
    return time.process_time() - start, answer


def repeated(runs: int, call: Callable[[], Any], first_s: float) -> tuple[float, int, Any]:
    """Median of some runs, fewer where the first was long; how many; the last answer."""
    many = min(runs, FEW) if first_s > LONG_S else runs
    seconds = []
    for _ in range(many):
        answer = None
        spent, answer = clocked(call)
        seconds.append(spent)
    return statistics.median(seconds), many, answer


def by_site(engine: Engine, rows: Array) -> tuple[Array, Array, Array, int]:
    """Ask site after site until the budget is spent; how many were asked."""
    parts, start, asked = [], time.process_time(), 0
    for row in rows.tolist():
        _, origin, times = engine.matrix(np.array([row]))
        parts.append((np.full(len(origin), row, np.int32), origin.astype(np.int32), times))
        asked += 1
        if time.process_time() - start > BUDGET_S:
            break
    site, origin, times = (np.concatenate(column) for column in zip(*parts, strict=True))
    return site, origin, times, asked


def main(name: str, case: Path, answers: Path, runs: int) -> None:
    """Ask both questions and keep the answers."""
    given = load(case)
    for module in MODULES[name]:
        import_module(module)
    made_s, engine = clocked(lambda: {e.__name__: e for e in ENGINES}[name](given))
    said: dict[str, Any] = {"version": version(name), "construction": made_s}
    kept: dict[str, Array] = {}
    if engine.nearest is not None:
        first_s, _ = clocked(engine.nearest)
        said["proche"], said["proche_passages"], near = repeated(runs, engine.nearest, first_s)
        kept["proche"] = np.where(near < FAR_DS, np.rint(np.minimum(near, FAR_DS)), -1)
    # Whatever the budget leaves out is left out at random.
    rows = np.random.default_rng(0).permutation(len(given.sites))
    if engine.at_once:
        every = np.arange(len(rows))
        first_s, _ = clocked(lambda: len(engine.matrix(every)[0]))
        spent, many, found = repeated(runs, lambda: engine.matrix(every), first_s)
        said |= {"matrice": spent, "matrice_passages": many, "sites": len(rows)}
    else:
        engine.matrix(rows[:1])
        spent, many, (*found, asked) = repeated(runs, lambda: by_site(engine, rows), 0.0)
        said |= {"matrice": spent, "matrice_passages": many, "sites": asked}
        kept["sites"] = np.sort(rows[:asked])
    kept |= dict(zip(("site", "origine", "temps"), found, strict=True))
    np.savez(answers, **{name: np.rint(a).astype(np.int32) for name, a in kept.items()})
    # Not printed: a library that writes by itself would be mixed with it.
    answers.with_suffix(".json").write_text(json.dumps(said), encoding="utf-8")


def version(name: str) -> str:
    """Version of the library, ours for our engines."""
    if name in {"compartiments", "hierarchie"}:
        return str(import_module("diagterritoire").__version__)
    return metadata.version(name)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]), int(sys.argv[4]))
