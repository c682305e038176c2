"""What is made once and used again: the roads of Corsica read again, a region, a hundred draws.

Run as `make bench QUOI=tirages`. Wall clock, both processors.
"""

from __future__ import annotations

import resource
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np

from bench.donnees import REAL
from bench.reseau import Region, draw_region
from diagterritoire.inputs import orders, road_files
from diagterritoire.network import draws, search
from diagterritoire.parameters import Parameters, ReseauParameters
from diagterritoire.sources.library import SourceFile

HOUR_DS = 36_000
RUNS = 5


def main() -> None:
    """Measure the three."""
    print("| mesure | s (horloge) | le plus lent |\n|---|---|---|")
    corsica()
    hundred(draw_region(50_000, 60, 8_000))
    region(draw_region(1_200_000, 1_300, 200_000))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"| mémoire maximale du processus, Mio | {memory:.0f} | |")


def timed(label: str, call: Callable[[], int]) -> None:
    """Print the median and the longest time of a call; the first, which compiles, is left out."""
    call()
    seconds = []
    for _ in range(RUNS):
        start = time.perf_counter()
        count = call()
        seconds.append(time.perf_counter() - start)
    label = f"{label} ({count})"
    print(f"| {label} | {statistics.median(seconds):.3g} | {max(seconds):.3g} |", flush=True)


def corsica() -> None:
    """Read the compiled network of Corsica again, up to its graph."""
    path = REAL / "corse" / "reseau_routier.graphml"
    if not path.exists():
        print("| réseau de Corse absent | | |")
        return
    file = SourceFile("routes", path, "graphml")
    with tempfile.TemporaryDirectory() as name:
        timed(
            "réseau compilé de Corse, relu et chronométré (nœuds)",
            lambda: len(road_files.road_graph(file, Path(name), "EPSG:2154", Parameters()).x),
        )


def hundred(epci: Region) -> None:
    """Draw the speeds of the classes a hundred times, the order of the nodes included."""
    reseau = Parameters().reseau
    ends = (epci.sites, epci.origins, HOUR_DS)

    def draw() -> int:
        rng = np.random.default_rng(3)
        followed = draws.follow(epci.network, epci.graph, bacs=reseau.bacs)
        times = (draws.edge_times(followed, drawn(reseau, rng)) for _ in range(100))
        return sum(len(p.site) for p in draws.matrices(epci.graph, times, *ends, count=100))

    timed("100 tirages de vitesses d'un EPCI (couples)", draw)


def drawn(reseau: ReseauParameters, rng: np.random.Generator) -> ReseauParameters:
    """Draw the speed of each class within a tenth of its own."""
    speeds = {name: kmh * rng.uniform(0.9, 1.1) for name, kmh in reseau.vitesses_kmh.items()}
    return replace(reseau, vitesses_kmh=speeds)


def region(large: Region) -> None:
    """Make the matrix of a region as a run does, its order made, then kept."""
    ends = (large.sites, large.origins, HOUR_DS)
    with tempfile.TemporaryDirectory() as name:
        road = orders.with_order(large.graph, Path(name), "mesure", bacs=True)
        timed(
            "matrice d'une région, ordre refait (couples)",
            lambda: len(search.matrix(large.graph, *ends).site),
        )
        timed(
            "la même, ordre gardé (couples)",
            lambda: len(search.matrix(road, *ends).site),
        )


if __name__ == "__main__":
    main()
