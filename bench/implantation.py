"""`make bench QUOI=implantation`: where to place 1 to 5 sites among the 360 communes of Corsica.

Every aim, proved the best; then the p-median without any site in place, the ten best of three, what
an EPCI costs; and the same p-median and coverage by spopt, which must find the same optimum.
Seconds of processor, a single pass.
"""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from bench.donnees import ABSENT, REAL
from bench.environnements import ROOT, FailedError, environment, run
from diagterritoire.core.siting.cover import least_cover
from diagterritoire.core.siting.nearest import coverage, median, nearest_program
from diagterritoire.core.siting.problem import Problem
from diagterritoire.core.siting.program import Program
from diagterritoire.core.siting.ranking import best, ranked
from diagterritoire.inputs.country import Country, find_territory, read_country
from diagterritoire.inputs.preparation import gather
from diagterritoire.parameters import Parameters
from diagterritoire.siting import Area, implantations
from diagterritoire.siting.search import Search, counted, open_search, program
from diagterritoire.study.measures import measure, siting_area

CORSICA, EPCI, SIZES = "reg:94", "200040491", range(1, 6)
SPOPT = "spopt==0.7.0"
# A minute and more each: two sizes tell.
SPOPT_SIZES = (1, 3)
# No trip of the island lasts longer.
FAR_MIN = 600.0


class Silent:
    """A progress that tells nobody."""

    @contextmanager
    def step(self, name: str) -> Iterator[Callable[[str], None]]:
        """Keep no note of a step."""
        yield lambda note: None

    def advance(self, done: float, total: float, what: str) -> None:
        """Tell nobody."""


def main() -> None:
    """Measure the four."""
    if not (REAL / "communes_2024_france.gpkg").exists():
        print(f"{ABSENT}.")
        return
    parameters = Parameters()
    country = read_country(REAL, parameters, Silent())
    with tempfile.TemporaryDirectory() as folder:
        island = area(country, CORSICA, Path(folder), parameters)
        search, _ = open_search(island, parameters)
        if search is None:
            raise SystemExit("aucun lieu possible")
        proved(search)
        blank(island, parameters)
        ten(search)
        delivered(area(country, EPCI, Path(folder), parameters), "EPCI, tous les buts", parameters)
        delivered(island, "Corse, tous les buts", parameters)
        beside(search, Path(folder) / "cas.npz")


def area(country: Country, text: str, cache: Path, parameters: Parameters) -> Area:
    """Prepare a territory up to what its siting needs."""
    chosen = find_territory(text, country.raw, parameters)
    inputs = gather(country, chosen, cache, parameters, Silent())
    return siting_area(inputs, measure(inputs, parameters))


def programs(search: Search) -> Iterator[tuple[str, Program]]:
    """State each aim, the APL with one full-time GP a site."""
    here = counted(search.problem)
    for minutes in (10.0, 15.0):
        yield f"couverture à {minutes:g} min", nearest_program(coverage(here, minutes))
    yield "temps", program(search, "temps")
    yield "maintien", program(search, "maintien")
    yield "apl", program(search, "apl", (1.0,))


def proved(search: Search) -> None:
    """Print the best choice of every size for every aim, and the whole time."""
    communes, places = int(search.problem.demande["compte"].sum()), len(search.problem.candidats)
    print(f"{communes} communes, {places} lieux\n")
    print("| but | sites | perte aujourd'hui | avec les sites | écart d'optimalité | s |")
    print("|---|---|---|---|---|---|")
    total = 0.0
    for name, stated in programs(search):
        for size in SIZES:
            start = time.process_time()
            split = (1.0,) * size if name == "apl" else None
            # The staff grows with the sites here: one full-time GP each.
            found = best(free(stated), size, split=split)
            seconds = time.process_time() - start
            total += seconds
            print(
                f"| {name} | {size} | {stated.base:.0f} | {found.loss:.0f} | {found.gap:.2g} | "
                f"{seconds:.2f} |",
                flush=True,
            )
    for minutes in (10.0, 15.0):
        start = time.process_time()
        cover = least_cover(counted(search.problem), minutes)
        seconds = time.process_time() - start
        total += seconds
        gap = len(cover.choice) - cover.bound
        print(
            f"| tous à {minutes:g} min | {len(cover.choice)} | {cover.covered:.0f} | 0 | {gap:.2g} "
            f"| {seconds:.2f} |"
        )
    print(f"\nEn tout : {total:.1f} s\n", flush=True)


def free(stated: Program) -> Program:
    """Forget the bound of the staff."""
    return Program(stated.aim, stated.candidat, stated.etp, stated.added)


def blank(island: Area, parameters: Parameters) -> None:
    """Print the p-median of the same communes with no site in place: 360 by 360."""
    far = replace(parameters, reseau=replace(parameters.reseau, duree_max_min=FAR_MIN))
    search, _ = open_search(island, far)
    if search is None:
        return
    here = counted(search.problem)
    nobody = here.demande.assign(temps_min=np.inf)
    empty = Problem(nobody, here.candidats, here.place, here.candidat, here.minutes)
    stated = nearest_program(median(empty, search.plafond_min))
    print(f"Sans aucun site en place : {len(stated.aim.place)} couples\n")
    print("| sites | perte | écart d'optimalité | s |\n|---|---|---|---|")
    for size in SIZES:
        start = time.process_time()
        found = best(stated, size)
        seconds = time.process_time() - start
        print(f"| {size} | {found.loss:.0f} | {found.gap:.2g} | {seconds:.2f} |", flush=True)


def ten(search: Search) -> None:
    """Print the time of the ten best choices."""
    print("\n| dix meilleurs | sites | s |\n|---|---|---|")
    for name, stated in programs(search):
        for size in (1, 2, 3):
            start = time.process_time()
            ranked(free(stated), size, 10, split=(1.0,) * size if name == "apl" else None)
            print(f"| {name} | {size} | {time.process_time() - start:.2f} |", flush=True)


def delivered(place: Area, name: str, parameters: Parameters) -> None:
    """Print what a diagnosis spends on it, times to the places included."""
    seconds = []
    for _ in range(2):
        start = time.process_time()
        implantations(place, parameters)
        seconds.append(time.process_time() - start)
    print(f"\n{name} (dans un diagnostic) : {min(seconds):.1f} s", flush=True)


def beside(search: Search, case: Path) -> None:
    """Print the same optimum by spopt, with its time."""
    here = counted(search.problem)
    minutes = np.full((len(here.demande), len(here.candidats)), np.inf)
    minutes[here.place, here.candidat] = here.minutes
    inside = here.column("population") > 0
    within = search.parameters.implantation.minutes
    np.savez(
        case,
        minutes=minutes[inside],
        today=here.column("temps_min")[inside],
        people=here.column("population")[inside],
        within=within,
        ceiling=search.plafond_min,
    )
    print("\n| but | sites | notre perte | s | spopt | écriture, s | solution, s | mêmes |")
    print("|---|---|---|---|---|---|---|---|")
    ours = {
        "temps": nearest_program(median(here, search.plafond_min)),
        "couverture": nearest_program(coverage(here, within)),
    }
    for aim, stated in ours.items():
        for size in SPOPT_SIZES:
            start = time.process_time()
            loss = best(stated, size).loss
            seconds = time.process_time() - start
            try:
                said = by_spopt(case, aim, size)
            except FailedError as error:
                print(f"| {aim} | {size} | {loss:.1f} | {seconds:.2f} | échec : {error} | | | |")
                continue
            same = "oui" if abs(said["perte"] - loss) <= 1e-6 * max(loss, 1.0) else "non"
            print(
                f"| {aim} | {size} | {loss:.1f} | {seconds:.2f} | {said['perte']:.1f} | "
                f"{said['ecriture']:.1f} | {said['solution']:.1f} | {same} |",
                flush=True,
            )


def by_spopt(case: Path, aim: str, size: int) -> dict[str, Any]:
    """Solve a case by spopt."""
    python = environment(SPOPT)
    script = str(ROOT / "bench" / "implantation_spopt.py")
    out = run([str(python), "-W", "ignore", script, str(case), aim, str(size)])
    said: dict[str, Any] = json.loads(out.splitlines()[-1])
    return said


if __name__ == "__main__":
    main()
