"""An invented France by the generator: compile its roads, time every cell, and its APL.

Run as `make bench QUOI=france`, or `python -m bench.france [COMMUNES ...]`. Each size is invented
in one process and measured in another, whose memory the system bounds.
"""

from __future__ import annotations

import json
import math
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np

from bench.fenetres import measure_windows, same_times
from bench.pays import Points, draw_country, read_land, read_points, read_roads
from bench.preuve import prove_apl, prove_nearest
from diagterritoire import decay
from diagterritoire.arrays import FloatArray, Int32Array, IntArray
from diagterritoire.network import hierarchy, search, sums, sweep
from diagterritoire.network.compiled import compile_network
from diagterritoire.network.doors import open_doors
from diagterritoire.network.field import road_field
from diagterritoire.network.graph import RoadGraph, build_graph
from diagterritoire.network.islets import AnchorsApart, anchors_apart
from diagterritoire.network.snapping import Snapping, join_anchored, uncovered
from diagterritoire.network.sums import Answers
from diagterritoire.network.windows import Squared, squared, squared_arrays, squared_from
from diagterritoire.parameters import Parameters, ReseauParameters
from diagterritoire.store import cached_arrays
from diagterritoire.store.cache import Arrays
from diagterritoire.tables import RATTACHE

TAILLES = (60, 360, 2_650, 35_000)
CRS = "EPSG:2154"
GIB = 1 << 30
LIMIT = 16 * GIB
MINUTE_DS = 600
TILE_M = 300_000.0


def main(tailles: Sequence[int] = TAILLES) -> None:
    """Invent and measure each size, and lay the figures side by side."""
    found = []
    for communes in tailles:
        with tempfile.TemporaryDirectory(prefix="france-") as folder:
            for work in ("inventer", "mesurer"):
                command = [sys.executable, "-m", "bench.france", work, str(communes), folder]
                done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
            found.append(json.loads(done.stdout))
    lay_out(found)


class Steps:
    """What each step takes: CPU and clock seconds, memory."""

    def __init__(self) -> None:
        self.taken: dict[str, tuple[float, float, float]] = {}

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Measure a step."""
        # The system forgets the peak so far.
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
        start, spent = time.perf_counter(), time.process_time()
        yield
        taken = time.process_time() - spent, time.perf_counter() - start, peak_gib()
        self.taken[name] = taken
        print(f"{name} : {taken[0]:.2f} s, {taken[1]:.2f} s, {taken[2]:.2f} Gio", file=sys.stderr)


def peak_gib() -> float:
    """Peak memory of this process since it was last forgotten."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    line = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / (1 << 20)


def measure(folder: Path) -> dict[str, Any]:
    """Measure a country."""
    steps, reseau = Steps(), Parameters().reseau
    cells, sites = read_points(folder, "cells"), read_points(folder, "sites")
    laid, road = _compiled(steps, folder, reseau)
    windows = measure_windows(laid, read_land(folder))
    homes, offices, field_ds = _nearest(steps, folder, road, (cells, sites), reseau)
    joined = int((homes.statut == RATTACHE).sum())
    with steps.step("preuve d'une fenêtre"):
        on_nodes = np.unique(offices.node[offices.node >= 0])
        same = same_times(laid, road, read_land(folder), on_nodes)
    with steps.step("hiérarchie : ordre des nœuds"):
        order = hierarchy.dissection_order(road)
    with steps.step("portes des carreaux et des sites"):
        doors, ends = open_doors(road, _stacked(homes, offices))
    graph, nodes = doors.graph, len(order)
    del road, doors, homes, offices
    homes, offices = ends.take(slice(len(cells.xy))), ends.take(slice(len(cells.xy), None))
    score, ratio, arcs = _apl(steps, graph, order, (homes, offices), (cells, sites))
    # What the sites that somebody reaches offer is what the inhabitants get, to the last one.
    np.testing.assert_allclose(score @ cells.value, sites.value[ratio > 0].sum(), rtol=1e-9)
    with steps.step("preuve"):
        at = np.flatnonzero(offices.statut == RATTACHE)
        found_ds, _ = search.nearest(graph, offices.node[at], offices.access_ds[at])
        compared = prove_nearest(graph, homes, offices, found_ds, 2 * _limit_ds())
        values = (cells.value, sites.value)
        compared += prove_apl(graph, homes, offices, values, _table(), (score, ratio))
    return {
        "nœuds": nodes,
        "arêtes, portes comprises": len(graph.forward.indices),
        "arcs de la hiérarchie": arcs,
        "carreaux": len(cells.xy),
        "carreaux rattachés": joined,
        "sites": len(sites.xy),
        "temps médian, min": float(np.median(field_ds[field_ds >= 0])) / MINUTE_DS,
        "carreaux sans temps": int((field_ds < 0).sum()),
        "APL moyenne": float(np.average(score, weights=cells.value)),
        **windows,
        "nœuds d'un EPCI, mêmes temps sur sa fenêtre": same,
        "réponses refaites, toutes égales": compared,
        "pas": steps.taken,
    }


def _compiled(steps: Steps, folder: Path, reseau: ReseauParameters) -> tuple[Squared, RoadGraph]:
    """Compile the roads, keep them, read them again, and time them."""
    noeuds, troncons = read_roads(folder)
    with steps.step("réseau : tables compilées"):
        made = squared_arrays(squared(compile_network(noeuds, troncons)))
    del noeuds, troncons
    with steps.step("réseau : écrit"):
        cached_arrays(folder / "cache", "reseau", made.copy, mapped=True)
    made.clear()
    with steps.step("réseau : ouvert, empreinte relue"):
        laid = squared_from(_mapped(folder))
    with steps.step("réseau : ouvert encore"):
        laid = squared_from(_mapped(folder))
    with steps.step("graphe : projeté, chronométré"):
        return laid, build_graph(laid.network, CRS, reseau)


def _mapped(folder: Path) -> Arrays:
    return cached_arrays(folder / "cache", "reseau", dict, mapped=True)[0]


def _nearest(
    steps: Steps,
    folder: Path,
    road: RoadGraph,
    points: tuple[Points, Points],
    reseau: ReseauParameters,
) -> tuple[Snapping, Snapping, IntArray]:
    """Join the cells and the sites to the roads, and time the cells."""
    cells, land = points[0], read_land(folder)
    with steps.step("nœuds rendus à leur commune"):
        anchored = anchors_apart(road, land.geometry, land["landmass"].to_numpy(), reseau)
    with steps.step("carreaux et sites rattachés"):
        homes, offices = (_joined(road, anchored, p, reseau) for p in points)
    with steps.step("plus proche : recherche sur tout le réseau"):
        doors, ends = open_doors(road, offices)
        at = np.flatnonzero(ends.statut == RATTACHE)
        node_ds, _ = search.nearest(doors.graph, ends.node[at], ends.access_ds[at])
    with steps.step("plus proche : temps de chaque carreau"):
        found = np.full(len(cells.xy), -1)
        mass = anchored.apart.at(cells.xy, cells.landmass)
        for rows in tiles(cells.xy):
            found[rows], _ = road_field(
                doors, anchored, node_ds, cells.xy[rows], mass[rows], reseau
            )
    return homes, offices, found


def _apl(
    steps: Steps,
    graph: RoadGraph,
    order: Int32Array,
    ends: tuple[Snapping, Snapping],
    points: tuple[Points, Points],
) -> tuple[FloatArray, FloatArray, int]:
    """Score of each cell, ratio of each site, arcs of the hierarchy."""
    (homes, offices), (cells, sites) = ends, points
    with steps.step("hiérarchie : arcs"):
        built = hierarchy.build(graph, hierarchy.extended(order, len(graph.x)))
    with steps.step("hiérarchie : temps des arcs"):
        metric = hierarchy.customise(built, graph)
    if metric is None:
        raise ValueError("an edge lasts too long")
    with steps.step("APL de chaque carreau"):
        start, end = (np.flatnonzero(e.statut == RATTACHE) for e in ends)
        kept = sweep.restrict(built, homes.node[start])

        def answers() -> Answers:
            return _with_access(
                sweep.by_site(built, metric, kept, offices.node[end], _limit_ds()),
                homes.access_ds[start].astype(np.int32),
                offices.access_ds[end],
                _limit_ds(),
            )

        found = sums.two_steps(answers, sites.value[end], cells.value[start], _table())
    score, ratio = np.zeros(len(cells.xy)), np.zeros(len(sites.xy))
    score[start], ratio[end] = found
    return score, ratio, len(built.heads)


def _limit_ds() -> int:
    return round(Parameters().apl.bornes_min[-1] * MINUTE_DS)


def _table() -> FloatArray:
    apl = Parameters().apl
    return sums.weight_table(decay.steps(apl.bornes_min, apl.poids), _limit_ds())


def tiles(xy: FloatArray) -> Iterator[IntArray]:
    """Give the points square by square: only the streets around them are laid out at once."""
    square = np.floor(xy / TILE_M).astype(np.int64) @ (1, 1000)
    for number in np.unique(square):
        yield np.flatnonzero(square == number)


def _joined(
    road: RoadGraph, anchored: AnchorsApart, points: Points, reseau: ReseauParameters
) -> Snapping:
    joined = uncovered(len(points.xy))
    mass = anchored.apart.at(points.xy, points.landmass)
    for rows in tiles(points.xy):
        found = join_anchored(road, anchored, points.xy[rows], mass[rows], reseau)
        for field in fields(joined):
            getattr(joined, field.name)[rows] = getattr(found, field.name)
    return joined


def _stacked(*parts: Snapping) -> Snapping:
    names = [field.name for field in fields(Snapping)]
    return Snapping(**{n: np.concatenate([getattr(p, n) for p in parts]) for n in names})


def _with_access(
    answers: Answers,
    origins_ds: Int32Array,
    sites_ds: IntArray,
    limit_ds: int,
) -> Answers:
    """Add to each time those of both ends, and keep what stays within the bound."""
    for site, origin, time_ds in answers:
        whole = time_ds + origins_ds[origin] + np.int32(sites_ds[site])
        near = whole <= limit_ds
        yield site, origin[near], whole[near]


def lay_out(found: Sequence[dict[str, Any]]) -> None:
    """Print the figures of all sizes, and how the time grows between the last two."""
    sizes = [size["communes"] for size in found]
    heads = " | ".join(f"{size} communes" for size in sizes)
    print(f"| | {heads} |\n|---|{'---|' * len(sizes)}")
    for name in found[0]:
        if name not in ("pas", "communes"):
            print(f"| {name} | " + " | ".join(f"{size[name]:.6g}" for size in found) + " |")
    print(f"\n| pas, s (CPU) | {heads} | exposant | s (horloge) | Gio |")
    print(f"|---|{'---|' * (len(sizes) + 3)}")
    for name in found[0]["pas"]:
        cpu = [size["pas"][name][0] for size in found]
        growth = ""
        if len(found) > 1:
            growth = f"{math.log(cpu[-1] / cpu[-2]) / math.log(sizes[-1] / sizes[-2]):.2f}"
        _, wall, memory = found[-1]["pas"][name]
        spent = " | ".join(f"{seconds:.3g}" for seconds in cpu)
        print(f"| {name} | {spent} | {growth} | {wall:.0f} | {memory:.1f} |")


def bounded(work: str, communes: int, folder: Path) -> None:
    """Do a part of the measure within the bound of memory."""
    resource.setrlimit(resource.RLIMIT_DATA, (LIMIT, LIMIT))
    if work == "inventer":
        draw_country(communes, folder)
    else:
        print(json.dumps({"communes": communes, **measure(folder)}))


if __name__ == "__main__":
    if len(sys.argv) == 4 and sys.argv[1] in ("inventer", "mesurer"):
        bounded(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]))
    else:
        main([int(size) for size in sys.argv[1:]] or TAILLES)
