"""`make bench QUOI=diagnostic`: times and peak memory of whole processes, beside the notebook way.

Uses the real Corsica when its data is there (`bench.donnees`), else the invented territory.
"""

from __future__ import annotations

import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.donnees import REAL
from bench.environnements import measured
from diagterritoire.demo import write_demo

RUNS = 3


@dataclass(frozen=True)
class Measure:
    """Medians of several runs of one command."""

    seconds: float
    peak_mib: float


def main() -> None:
    """Measure and print the table."""
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        real = (REAL / "corse" / "reseau_routier.graphml").exists()
        data = REAL if real else write_demo(work / "demo").folder
        territory, departements = ("2A", "2A,2B") if real else ("00", "00")
        if not real:
            print("Données réelles absentes : mesures sur le territoire inventé.")
        rows = [
            ("carnet (osmnx + networkx)", notebook(data, departements, work)),
            ("diagterritoire, premier passage", ours(data, territory, work, cold=True)),
            ("diagterritoire, passages suivants", ours(data, territory, work, cold=False)),
        ]
    reference = rows[0][1]
    print(f"Territoire {territory}, médianes de {RUNS} passages, processus entiers\n")
    print("| façon | secondes | rapport | mémoire (Mio) |\n|---|---|---|---|")
    for label, measure in rows:
        ratio = reference.seconds / measure.seconds
        print(f"| {label} | {measure.seconds:.1f} | {ratio:.1f} | {measure.peak_mib:.0f} |")


def notebook(data: Path, departements: str, work: Path) -> Measure:
    """Measure the notebook."""
    command = [sys.executable, "-m", "bench.carnet", str(data), departements, str(work / "carnet")]
    return median([timed(command) for _ in range(RUNS)])


def ours(data: Path, territory: str, work: Path, *, cold: bool) -> Measure:
    """Measure the diagnostic, its compiled network removed before each run when `cold`."""
    outputs = work / "sortie"
    command = [sys.executable, "-m", "diagterritoire", "diagnostic", territory]
    command += ["--donnees", str(data), "--hors-ligne"]
    command += ["--maps", str(outputs / "maps"), "--processed", str(outputs / "processed")]
    measures = []
    for _ in range(RUNS):
        if cold:
            shutil.rmtree(outputs, ignore_errors=True)
        measures.append(timed(command))
    return median(measures)


def timed(command: Sequence[str]) -> Measure:
    """Run a command and read its wall time and the peak memory of that one process."""
    start = time.perf_counter()
    peak = measured(command)
    return Measure(time.perf_counter() - start, peak)


def median(measures: Sequence[Measure]) -> Measure:
    """Median of each figure."""
    return Measure(
        statistics.median(m.seconds for m in measures),
        statistics.median(m.peak_mib for m in measures),
    )
