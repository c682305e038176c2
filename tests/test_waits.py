"""Whoever waits for another process is told for whom, and nobody else is."""

from __future__ import annotations

import io
import logging
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from rich.console import Console

from diagterritoire.cli_progress import waits_told
from diagterritoire.store import hold, lock

HOLDER = """
import sys
from pathlib import Path
from diagterritoire.store import hold
with hold(Path(sys.argv[1]), "essai"):
    print("tenu", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def held(tmp_path: Path):
    """A lock that another process holds, until its input is closed."""
    path = tmp_path / ".verrou"
    command = [sys.executable, "-c", HOLDER, str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdout.readline() == b"tenu\n"
        yield path, child
        child.stdin.close()


class Said(io.StringIO):
    """A terminal that ends a wait once it is told of it."""

    def __init__(self, child: subprocess.Popen[bytes]) -> None:
        super().__init__()
        self.child = child

    def write(self, text: str) -> int:
        if "travaille" in text:
            self.child.stdin.close()
        return super().write(text)


@pytest.mark.skipif(os.name == "nt", reason="un verrou y est autrement attendu")
def test_a_long_wait_says_for_whom_and_since_when(held, monkeypatch) -> None:
    path, child = held
    monkeypatch.setattr(lock, "_SILENT_S", 0.05)
    hour = time.time() - 720
    os.utime(path, (hour, hour))
    said = Said(child)
    with waits_told(Console(file=said, soft_wrap=True, color_system=None)):
        # It ends only because it was told: nothing else frees the lock.
        with hold(path, "Cache « [x]\x1b.npz »", wait=True):
            assert path.read_text() == f"{os.getpid()}\n"
        with hold(path, "Cache", wait=True):
            pass
    assert said.getvalue() == (
        f"Cache « [x]?.npz » : le processus {child.pid} y travaille depuis 12 min. La suite attend "
        "qu'il se termine ; Ctrl-C pour renoncer.\n"
    )


@pytest.mark.skipif(os.name == "nt", reason="un verrou y est autrement attendu")
def test_a_short_wait_says_nothing(held, caplog) -> None:
    path, child = held
    threading.Timer(0.2, child.stdin.close).start()
    with caplog.at_level(logging.INFO, "diagterritoire"), hold(path, "Cache", wait=True):
        pass
    assert caplog.records == []
    # Nobody is told once the command has ended.
    assert not logging.getLogger("diagterritoire").handlers


def test_a_holder_that_wrote_nothing_is_somebody(tmp_path: Path) -> None:
    for content in ("", "rm -rf"):
        (tmp_path / "v").write_text(content)
        assert lock._awaited(tmp_path / "v", "Index").startswith("Index : un autre processus y")
    assert lock._awaited(tmp_path / "absent", "Index").startswith("Index : un autre processus y")
