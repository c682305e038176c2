"""The real command in a process of its own: started, killed, interrupted; what it delivers."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import psutil


class Startable(Protocol):
    """What can be started."""

    def start(self) -> subprocess.Popen[str]:
        """Start it."""


LEFT = [".cache", "demo", "demo", "index.html"]


@dataclass(frozen=True)
class Place:
    """Where runs deliver `demo`."""

    root: Path

    @property
    def folders(self) -> tuple[Path, Path]:
        """The two delivered folders."""
        return self.root / "maps" / "demo", self.root / "processed" / "demo"

    def start(self, *arguments: str, **environment: str) -> subprocess.Popen[str]:
        """Start a run."""
        return started(self.root, "diagnostic", "demo", *arguments, **environment)

    def run(self, *arguments: str, **environment: str) -> tuple[int, str]:
        """Run to the end: exit code, what was printed."""
        with self.start(*arguments, **environment) as process:
            printed = process.communicate(timeout=900)[0]
        return process.returncode, printed

    def state(self) -> tuple[str, str]:
        """Fingerprint of each folder; empty where it is absent."""
        return fingerprint(self.folders[0]), fingerprint(self.folders[1])

    def names(self) -> list[str]:
        """Names under the two roots, the hidden ones included, and under the cache."""
        roots = [self.root / name for name in ("maps", "processed", "processed/.cache")]
        found = [p.name for root in roots if root.is_dir() for p in root.iterdir()]
        return sorted(name for name in found if not name.startswith("reseau-"))


def started(root: Path, *arguments: str, **environment: str) -> subprocess.Popen[str]:
    """Start the real command, delivering under a folder."""
    root.mkdir(parents=True, exist_ok=True)
    roots = ["--maps", str(root / "maps"), "--processed", str(root / "processed")]
    return subprocess.Popen(
        [sys.executable, "-m", "diagterritoire", *arguments, *roots],
        env={**os.environ, **environment},
        cwd=root,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def fingerprint(folder: Path) -> str:
    """Fingerprint of a delivered folder; what varies from a run to the next is left out of it."""
    if not folder.is_dir():
        return ""
    parts = [
        f"{path.name} {hashlib.sha256(lasting(path)).hexdigest()}"
        for path in sorted(folder.rglob("*"))
        if path.name != ".journal.json"
    ]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


def lasting(path: Path) -> bytes:
    """Content of a delivered file, the times of a manifest left out."""
    content = path.read_bytes()
    if path.name == "manifest.json":
        document = json.loads(content)
        del document["durees"]
        content = json.dumps(document).encode()
    return content


def kill_after(place: Startable, seconds: float) -> bool:
    """Kill a run after some seconds; False when it had already ended."""
    with place.start() as process:
        try:
            process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            return True
    assert process.returncode == 0
    return False


def interrupt_after(
    place: Startable, seconds: float, *, workers: bool = False
) -> tuple[float, int, str] | None:
    """Interrupt a run after some seconds: seconds until its end, code, what it printed.

    In a terminal, the workers of a run hear Ctrl-C too.
    """
    # Started in the background, this process was told to ignore Ctrl-C, and so would the run be.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    with place.start() as process:
        try:
            process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            heard = psutil.Process(process.pid).children(recursive=True) if workers else []
            process.send_signal(signal.SIGINT)
            for child in heard:
                with suppress(psutil.NoSuchProcess):
                    child.send_signal(signal.SIGINT)
            start = time.perf_counter()
            printed = process.communicate(timeout=120)[0]
            spent = time.perf_counter() - start
            # They have closed what they print on; the system may not have counted them out yet.
            assert psutil.wait_procs(heard, timeout=5)[1] == []
            return spent, process.returncode, printed
    assert process.returncode == 0
    return None
