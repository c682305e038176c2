"""One mutant tried, in a process forked from one that has loaded the libraries.

That one has loaded nothing of the project: an interpreter of its own takes seven seconds to start
here, the fork none.
"""

from __future__ import annotations

import importlib
import importlib.abc
import importlib.util
import os
import signal
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1] / "tests"


@dataclass(frozen=True)
class Effort:
    """How much is done to notice a mutant.

    Attributes
    ----------
    secondes : int
        Processor time of the tests that are run.
    tirages : int
        Draws a law.
    entiers : int
        Processor time of whole diagnoses, after these tests.
    """

    secondes: int
    tirages: int
    entiers: int = 0

    @property
    def profile(self) -> str:
        """Name of its profile of draws."""
        return f"mutation-{self.tirages}"

    @property
    def delay(self) -> int:
        """Seconds of processor after which it is stopped: a mutant may never end."""
        return 4 * (self.secondes + self.entiers) + 1


# The second is for those that live through the first.
EFFORTS = Effort(6, 30), Effort(15, 100, 40)


class Changed(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Gives one module another source."""

    def __init__(self, module: str, path: Path, source: str) -> None:
        self.module, self.path, self.source = module, path, source

    def find_spec(self, name: str, path: object, target: object = None) -> object:
        """Claim that module alone."""
        if name != self.module:
            return None
        return importlib.util.spec_from_loader(name, self, origin=str(self.path))

    def exec_module(self, module: object) -> None:
        """Run the other source in its place."""
        code = compile(self.source, str(self.path), "exec")
        exec(code, vars(module))  # noqa: S102 - our own source, changed by us


@dataclass(frozen=True)
class Trial:
    """A module changed, and what tries it.

    Attributes
    ----------
    module, fichier, source : str, Path, str
        What is changed, and by what.
    tests, entiers : sequence of str
        Tests, and files of tests that make whole diagnoses.
    """

    module: str
    fichier: Path
    source: str
    tests: Sequence[str]
    entiers: Sequence[str] = ()

    def noticed(self, profile: str) -> int:
        """Run the examples of the module and the tests: 0 when all pass (in a forked process)."""
        import doctest

        import pytest

        sys.meta_path.insert(0, Changed(self.module, self.fichier, self.source))
        try:
            if doctest.testmod(importlib.import_module(self.module)).failed:
                return 1
        except Exception:  # noqa: BLE001 - a mutant may raise anything
            return 1
        options = ["-x", "-q", "--assert=plain", f"--hypothesis-profile={profile}"]
        options += ["-p", "no:xdist", "-p", "no:cacheprovider"]
        alone = ["--noconftest", *self.tests]
        whole = ["-m", "not real and not browser", *self.entiers]
        runs = [run for run, some in ((alone, self.tests), (whole, self.entiers)) if some]
        return int(any(pytest.main([*options, *run]) for run in runs))


def forked(run: Callable[[], int], delay: int) -> int:
    """Run in a new process, ended after so many seconds of work; gives its number."""
    pid = os.fork()
    if pid:
        return pid
    # Seconds of processor: those of the clock depend on what else runs.
    signal.setitimer(signal.ITIMER_PROF, delay)
    with open(os.devnull, "w") as nothing:  # noqa: PTH123
        for stream in (1, 2):
            os.dup2(nothing.fileno(), stream)
    try:
        code = run()
    except BaseException:  # noqa: BLE001
        code = 1
    os._exit(min(code, 1))


def load_libraries() -> None:
    """Load what the project and its tests load, and forget the project."""
    os.environ["HYPOTHESIS_STORAGE_DIRECTORY"] = tempfile.mkdtemp(prefix="mutation-")
    from hypothesis import Phase, settings

    for effort in EFFORTS:
        settings.register_profile(
            effort.profile,
            deadline=None,
            derandomize=True,
            database=None,
            max_examples=effort.tirages,
            phases=[Phase.explicit, Phase.generate],
        )
    sys.path.insert(0, str(TESTS))
    for name in ("pytest", "hypothesis.extra.pandas", "diagterritoire.cli", "conftest"):
        try:
            importlib.import_module(name)
        except ImportError:
            continue
    mine = ("diagterritoire", "conftest", "bench", "factory")
    kept = {"bench", "bench.mutation", "bench.mutants", "bench.reached", "bench.tried"}
    for name in [n for n in sys.modules if n.partition(".")[0] in mine]:
        if name not in kept:
            del sys.modules[name]
