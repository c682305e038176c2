"""Deliveries killed on purpose, in children forked from a process whose imports are done.

A child delivers files made beforehand: what is tried is the delivery, not the computing. The real
command is killed too, by `slow_runs`.
"""

from __future__ import annotations

import hashlib
import json
import os
import signal
import statistics
import sys
import time
import warnings
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from diagterritoire.store import MANIFEST, delivery, places, verify, write_atomic
from runs import fingerprint

STEPS = ("ouvert", "pret", "journal", "echange maps", "echange processed", "livre")


@dataclass(frozen=True)
class Bundle:
    """Files of a delivery made beforehand, and its run id."""

    slug: str
    run_id: str
    maps: Mapping[str, bytes]
    processed: Mapping[str, bytes]

    def deliver(self, root: Path) -> None:
        """Deliver them, the manifest last and by a renaming, as a run does."""
        with delivery(root / "maps", root / "processed", self.slug) as prepared:
            for folder, files in ((prepared.maps, self.maps), (prepared.processed, self.processed)):
                for name, content in files.items():
                    if name == MANIFEST:
                        continue
                    (folder / name).write_bytes(content)
            write_atomic(prepared.processed / MANIFEST, self.processed[MANIFEST])
            prepared.commit(self.run_id)


@dataclass
class Tally:
    """What was seen: where the kills fell, what the next start found and left."""

    etapes: Counter[str] = field(default_factory=Counter)
    trouves: Counter[str] = field(default_factory=Counter)
    rendus: Counter[str] = field(default_factory=Counter)


@dataclass
class Bench:
    """A folder where one bundle replaces another, and the fingerprints of both."""

    root: Path
    old: Bundle
    new: Bundle
    first: bool = False
    swap: bool = True

    def __post_init__(self) -> None:
        """Learn the two states."""
        self.states = {}
        for name, bundle in (("ancienne", self.old), ("nouvelle", self.new)):
            bundle.deliver(self.root)
            self.states[self.state()] = name
        assert len(self.states) == 2

    def state(self) -> tuple[str, str]:
        """Fingerprint of each folder."""
        maps, processed = (self.root / r / self.old.slug for r in ("maps", "processed"))
        return fingerprint(maps), fingerprint(processed)

    def reset(self) -> None:
        """Put the previous delivery back, or nothing where the first one is tried."""
        if self.first:
            for name in ("maps", "processed"):
                folder = self.root / name / self.old.slug
                if folder.exists():
                    folder.rename(self.root / f"poubelle-{time.monotonic_ns()}")
        elif self.states.get(self.state()) != "ancienne":
            self.old.deliver(self.root)

    def child(self, at_step: str = "") -> tuple[int, int]:
        """Start a delivery in a child; it kills itself at a step: its number, its steps to read."""
        reading, writing = os.pipe()
        number = forked()
        if number:
            os.close(writing)
            return number, reading
        os.close(reading)

        def reached(step: str) -> None:
            os.write(writing, f"{step}\n".encode())
            if step == at_step:
                os.kill(os.getpid(), signal.SIGKILL)

        sys.modules["diagterritoire.store.delivery"].reached = reached  # type: ignore[attr-defined]
        if not self.swap:
            places._exchange_at_once = lambda first, second: False
        code = 1
        try:
            self.new.deliver(self.root)
            code = 0
        finally:
            os._exit(code)

    def look(self, reading: int, tally: Tally) -> None:
        """After a death: each folder is whole, and the next start makes both of one run."""
        with os.fdopen(reading, "rb") as stream:
            steps = stream.read().decode().split("\n")
        tally.etapes[steps[-2] if len(steps) > 1 else "avant"] += 1
        old, new = self.states
        found = self.state()
        whole = [{o, n} | ({""} if self.first or not self.swap else set())
                 for o, n in zip(old, new, strict=True)]  # fmt: skip
        assert all(f in w for f, w in zip(found, whole, strict=True)), found
        tally.trouves[self.states.get(found, "aucune" if found == ("", "") else "entre-deux")] += 1
        with delivery(self.root / "maps", self.root / "processed", self.old.slug):
            healed = self.state()
        assert healed in self.states or (self.first and healed == ("", "")), (found, healed)
        if healed in self.states:
            assert verify(self.root / "maps", self.root / "processed", self.old.slug) == []
        tally.rendus[self.states.get(healed, "aucune")] += 1
        left = [p.name for r in ("maps", "processed") for p in (self.root / r).iterdir()]
        assert set(left) <= {self.old.slug}, left

    def kill_at(self, step: str, tally: Tally) -> None:
        """Kill a delivery at a named step, look, then deliver without a hand."""
        self.reset()
        number, reading = self.child(step)
        _, status = os.waitpid(number, 0)
        assert os.WIFSIGNALED(status), step
        self.look(reading, tally)
        self.new.deliver(self.root)
        assert self.states[self.state()] == "nouvelle"

    def kill_randomly(self, count: int, seed: int, tally: Tally) -> None:
        """Kill deliveries at moments drawn over the time one takes."""
        took = statistics.median(self._took() for _ in range(5))
        for moment in np.random.default_rng(seed).uniform(0, 1.05 * took, count):
            self.reset()
            number, reading = self.child()
            time.sleep(float(moment))
            os.kill(number, signal.SIGKILL)
            os.waitpid(number, 0)
            self.look(reading, tally)
        self.new.deliver(self.root)
        assert self.states[self.state()] == "nouvelle"

    def _took(self) -> float:
        self.reset()
        start = time.perf_counter()
        number, reading = self.child()
        _, status = os.waitpid(number, 0)
        os.close(reading)
        assert status == 0
        return time.perf_counter() - start


def forked() -> int:
    """Fork: the child uses no thread of its parent, which newer versions of Python warn of."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        return os.fork()


def small(text: str, slug: str = "demo", size: int = 3_000) -> Bundle:
    """Make a bundle of four small files, for tests."""
    run_id = hashlib.sha256(text.encode()).hexdigest()[:16]
    maps = {n: f"{n} {text} ".encode() * size for n in ("carte.html", "rapport.pdf")}
    processed = {n: f"{n} {text} ".encode() * size for n in ("diagnostic.gpkg", "t.tif")}
    outputs = {
        f"{folder}/{slug}/{name}": {
            "octets": len(content),
            "sha256": hashlib.sha256(content).hexdigest(),
        }
        for folder, files in (("maps", maps), ("data/processed", processed))
        for name, content in files.items()
    }
    manifest = json.dumps({"run_id": run_id, "sorties": outputs, "durees": {}}).encode()
    return Bundle(slug, run_id, maps, {**processed, MANIFEST: manifest})


def of(root: Path, slug: str = "demo") -> Bundle:
    """Read the bundle of a delivery."""
    maps, processed = (
        {p.name: p.read_bytes() for p in sorted((root / r / slug).iterdir()) if p.name != ".run_id"}
        for r in ("maps", "processed")
    )
    run_id = (root / "maps" / slug / ".run_id").read_text().strip()
    return Bundle(slug, run_id, maps, processed)
