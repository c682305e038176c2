"""The real command `lot`: its workers killed at random, itself killed or interrupted, resumed."""

from __future__ import annotations

import csv
import hashlib
import subprocess
import time
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

import numpy as np
import psutil

from diagterritoire.batch.journal import LIVRE, REPRIS
from diagterritoire.batch.lot import BILAN, JOURNAL
from runs import lasting, started

# What a batch keeps for the next one, and what each run tells of itself.
_KEPT, _TOLD = ".cache", {".journal.json", JOURNAL}
_COST = ("secondes", "memoire_mio")


@dataclass(frozen=True)
class Batch:
    """A batch of tables, and where it delivers."""

    root: Path
    donnees: Path
    territoires: str
    ouvriers: int = 2

    def start(self) -> subprocess.Popen[str]:
        """Start it; the same again resumes it."""
        return started(self.root, *self.command())

    def command(self) -> list[str]:
        """Return the command, without the folders where it delivers."""
        options = ["--hors-ligne", "--profondeur", "tableaux", "--ouvriers", str(self.ouvriers)]
        return ["lot", self.territoires, "--donnees", str(self.donnees), *options]

    def run(self) -> tuple[float, str]:
        """Run it to its end: seconds, what it printed."""
        start = time.perf_counter()
        with self.start() as process:
            printed = process.communicate(timeout=3600)[0]
        assert process.returncode == 0, printed
        return time.perf_counter() - start, printed

    def state(self) -> dict[str, str]:
        """Fingerprint of every file left, and every folder, without what varies from a run on."""
        found = {}
        for root in (self.root / "maps", self.root / "processed"):
            for path in sorted(root.rglob("*")):
                name = path.relative_to(self.root)
                if _KEPT in name.parts or path.name in _TOLD:
                    continue
                content = b""
                if path.is_file():
                    content = _results(path) if path.name == BILAN else lasting(path)
                found[name.as_posix()] = hashlib.sha256(content).hexdigest()
        return found

    def done(self) -> int:
        """Count the territories finished, as the journal tells."""
        journals = list(self.root.glob(f"processed/lots/*/{JOURNAL}"))
        return sum(path.read_bytes().count(b"\n") for path in journals)


def _results(path: Path) -> bytes:
    """Read the table of a batch, less what each territory cost and which run delivered it."""
    rows = list(csv.DictReader(StringIO(path.read_text(encoding="utf-8-sig"))))
    for row in rows:
        row["statut"] = LIVRE if row["statut"] == REPRIS else row["statut"]
        for name in _COST:
            del row[name]
    return repr(rows).encode()


def workers(process: subprocess.Popen[str]) -> list[psutil.Process]:
    """Find the workers of a batch, oldest first; the process that only watches them is not one."""
    found = []
    for child in psutil.Process(process.pid).children(recursive=True):
        try:
            if "spawn_main" in " ".join(child.cmdline()):
                found.append(child)
        except psutil.NoSuchProcess:
            continue
    return sorted(found, key=lambda child: (child.create_time(), child.pid))


def kill_workers(
    process: subprocess.Popen[str],
    count: int,
    rng: np.random.Generator,
    pause: tuple[float, float],
) -> int:
    """Kill a worker after each pause, drawn: how many were, before the batch ended."""
    killed = 0
    while killed < count:
        try:
            process.wait(timeout=float(rng.uniform(*pause)))
        except subprocess.TimeoutExpired:
            alive = workers(process)
            if alive:
                alive[int(rng.integers(len(alive)))].kill()
                killed += 1
        else:
            break
    return killed


def kill_main(process: subprocess.Popen[str], within_s: float = 60) -> float:
    """Kill the process that hands the territories out: seconds until its workers died of it."""
    left = psutil.Process(process.pid).children(recursive=True)
    process.kill()
    start = time.perf_counter()
    _, alive = psutil.wait_procs(left, timeout=within_s)
    assert alive == []
    return time.perf_counter() - start
