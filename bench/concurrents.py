"""`make bench QUOI=concurrents`: our searches beside scipy, networkx, igraph and pandana.

Each engine in a process of its own, each peer in an environment of its own, made here; one that
does not install or does not run is named with its error. All answers are compared with ours, to
the decisecond; those that differ are counted.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.donnees import ABSENT, REAL
from bench.environnements import ROOT, FailedError, environment, measured
from bench.reseau import Region, draw_ends, draw_region
from diagterritoire.network.compiled import compile_network
from diagterritoire.network.graph import build_graph
from diagterritoire.parameters import ReseauParameters
from diagterritoire.sources.roads.routes import read_graphml

HOUR_DS = 36_000
RUNS = 5
# In our own environment, which has them; what the others ask for besides themselves.
HERE = ("compartiments", "hierarchie", "scipy", "networkx")
ELSEWHERE = {"igraph": ("igraph==1.0.0", "numpy"), "pandana": ("pandana==0.8",)}
HEAD: tuple[str, ...] = (
    "moteur",
    "construire, s",
    "plus proche, s",
    "rapport",
    "matrice, s",
    "rapport",
)
HEAD += ("sites de la matrice", "pic, Mio", "réponses comparées", "différentes")

Answers = dict[str, NDArray[np.int32]]


def main() -> None:
    """Measure the three graphs."""
    for name, region in regions():
        nodes, sites, origins = len(region.graph.x), len(region.sites), len(region.origins)
        print(f"\n{name} : {nodes} nœuds, {sites} sites, {origins} carreaux, une heure\n")
        with tempfile.TemporaryDirectory() as folder:
            case = Path(folder) / "cas.npz"
            keep(region, case)
            del region
            table(case, sites)


def regions() -> Iterator[tuple[str, Region]]:
    """Yield real Corsica when it is there, then invented graphs, an EPCI and a region."""
    path = REAL / "corse" / "reseau_routier.graphml"
    if path.exists():
        network = compile_network(*read_graphml(path))
        graph = build_graph(network, "EPSG:2154", ReseauParameters())
        yield "Corse", draw_ends(graph, 67, 8_000, np.random.default_rng(1))
    else:
        print(f"Corse : {ABSENT}.")
    yield "EPCI inventé", draw_region(50_000, 60, 8_000)
    yield "région inventée", draw_region(1_200_000, 1_300, 200_000)


def keep(region: Region, path: Path) -> None:
    """Write a case for `bench/recherche.py`."""
    graph = region.graph
    arrays: dict[str, Any] = {"x": graph.x, "y": graph.y, "component": graph.component}
    for side in ("forward", "backward"):
        edges = getattr(graph, side)
        arrays |= {
            f"{side}_p": edges.indptr,
            f"{side}_i": edges.indices,
            f"{side}_w": edges.time_ds,
        }
    ends = {"sites": region.sites, "access_ds": region.access_ds, "origins": region.origins}
    np.savez(path, limit_ds=np.int64(HOUR_DS), **arrays, **ends)


def table(case: Path, sites: int) -> None:
    """Print a row for each engine; the first one is the reference of the answers."""
    print(f"| {' | '.join(HEAD)} |\n|{'---|' * len(HEAD)}", flush=True)
    known: Answers | None = None
    first: dict[str, Any] = {}
    for name in (*HERE, *ELSEWHERE):
        path = case.with_name("reponses.npz")
        try:
            python = Path(sys.executable) if name in HERE else environment(*ELSEWHERE[name])
            command = [str(python), "-W", "ignore", str(ROOT / "bench" / "recherche.py"), name]
            peak = measured([*command, str(case), str(path), str(RUNS)])
        except FailedError as error:
            print(f"| {name} | échec : {error} |", flush=True)
            continue
        with np.load(path) as kept:
            found = {key: kept[key] for key in kept.files}
        said = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
        first, known = first or said, known or found
        cells = row(said, first, sites)
        counts = compared(found, known, sites)
        print(
            f"| {name} {said['version']} | {' | '.join((*cells, f'{peak:.0f}', *counts))} |",
            flush=True,
        )


def row(said: dict[str, Any], first: dict[str, Any], sites: int) -> tuple[str, ...]:
    """Seconds of an engine, and how many times as long as our buckets it takes.

    A matrix of some of the sites only is compared by site.
    """
    near = ("", "")
    if "proche" in said:
        near = (digits(said["proche"]), digits(said["proche"] / first["proche"], 2))
    whole = said["matrice"] / said["sites"] * sites
    asked = f"{said['sites']} ({said['matrice_passages']} passages)"
    ratio = digits(whole / first["matrice"], 2)
    return (digits(said["construction"], 2), *near, digits(whole), ratio, asked)


def digits(number: float, kept: int = 3) -> str:
    """Write a number with so many digits, never with an exponent."""
    return np.format_float_positional(number, kept, fractional=False, trim="-")


def compared(found: Answers, known: Answers, sites: int) -> tuple[str, str]:
    """How many answers are compared, and how many differ: a pair that one side lacks does."""
    count, differing = 0, 0
    if "proche" in found:
        count += len(found["proche"])
        differing += int((found["proche"] != known["proche"]).sum())
    asked = np.ones(sites, dtype=bool)
    if "sites" in found:
        asked[:] = False
        asked[found["sites"]] = True
    theirs, ours = (keyed(one, asked) for one in (found, known))
    both, at, of = np.intersect1d(theirs[0], ours[0], assume_unique=True, return_indices=True)
    pairs = len(theirs[0]) + len(ours[0]) - len(both)
    differing += pairs - len(both) + int((theirs[1][at] != ours[1][of]).sum())
    return str(count + pairs), str(differing)


def keyed(answers: Answers, asked: NDArray[np.bool_]) -> tuple[NDArray[np.int64], Any]:
    """Give a number to each pair of the sites asked, and its time."""
    kept = asked[answers["site"]]
    keys = answers["site"][kept].astype(np.int64) << 32 | answers["origine"][kept]
    return keys, answers["temps"][kept]


if __name__ == "__main__":
    main()
