"""An environment of its own for each peer, and processes whose peak memory is theirs alone."""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / ".bench"
Version = tuple[int, int]
OURS: Version = (sys.version_info.major, sys.version_info.minor)
OLDEST: Version = (3, 11)
# A process starts with the peak of the one that starts it: this one is small.
_PROBE = (
    "import resource, subprocess, sys\n"
    "done = subprocess.run(sys.argv[1:]).returncode\n"
    "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)\n"
    "sys.exit(1 if done else 0)"
)


class FailedError(Exception):
    """A peer that does not install or does not run; its last line says why."""


def environment(*wanted: str, oldest: Version = OLDEST) -> Path:
    """Make once the environment that holds these packages, and give its Python.

    Parameters
    ----------
    wanted : str
        Names of packages, with their versions; the first one names the environment.
    oldest : tuple of int
        Version of Python that its wheels ask for.

    Raises
    ------
    FailedError
        No such Python here, or a package that has no wheel or cannot be had.
    """
    folder = FOLDER / wanted[0]
    python, ready = folder / "bin" / "python", folder / "pret"
    if not ready.exists():
        run([str(interpreter(oldest)), "-m", "venv", "--clear", str(folder)])
        install = [str(python), "-m", "pip", "-qq", "--no-input", "install"]
        run([*install, "--only-binary=:all:", *wanted])
        ready.touch()
    return python


def interpreter(oldest: Version) -> Path:
    """Give ours when it is recent enough, else the first one of this machine that is."""
    if oldest <= OURS:
        return Path(sys.executable)
    for python in _installed():
        try:
            said = run([str(python), "-c", "import sys; print(*sys.version_info[:2])"])
        except (FailedError, OSError):
            # A name may be there for a version that is not.
            continue
        major, minor = map(int, said.split())
        if (major, minor) >= oldest:
            return python
    raise FailedError(f"demande Python {oldest[0]}.{oldest[1]} ou plus récent, introuvable ici")


def _installed() -> Iterator[Path]:
    for minor in range(14, 10, -1):
        if found := shutil.which(f"python3.{minor}"):
            yield Path(found)
    kept = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv") / "versions"
    yield from sorted(kept.glob("3.*/bin/python"))


def run(command: Sequence[str], limit: int | None = None) -> str:
    """Run a command, within a limit of memory if any, and give what it prints.

    Raises
    ------
    FailedError
        With the last line of its errors.
    """

    def bound() -> None:
        if limit is not None:
            resource.setrlimit(resource.RLIMIT_AS, (limit, limit))

    done = subprocess.run(
        command, capture_output=True, text=True, check=False, preexec_fn=bound, cwd=ROOT
    )
    if done.returncode:
        lines = [line.strip() for line in done.stderr.splitlines() if line.strip()]
        # What pip advises after its error is no reason.
        reasons = [line for line in lines if line.startswith("ERROR:")] or lines
        raise FailedError(reasons[-1] if reasons else f"code {done.returncode}")
    return done.stdout


def measured(command: Sequence[str]) -> float:
    """Run a command; give the peak memory of its process, MiB."""
    return int(run([sys.executable, "-c", _PROBE, *command]).split()[-1]) / 1024
