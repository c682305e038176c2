"""`make mutation`: how many small changes of the core the tests notice.

Each mutant is tried in a process forked from one that has loaded the libraries, and nothing of the
project: an interpreter of its own takes seven seconds to start here, the fork none. The tests of a
module are found by what they import, wherever the module lies.
"""

from __future__ import annotations

import argparse
import ast
import fnmatch
import functools
import importlib
import importlib.abc
import importlib.util
import os
import random
import re
import signal
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from bench.mutants import Mutant, mutants, unchanged

ROOT = Path(__file__).resolve().parents[1]
SOURCE, TESTS = ROOT / "src", ROOT / "tests"
# Every mutant of these is tried: what is hidden, and what a code is.
ENTIERS = (
    "diagterritoire/core/*secrecy.py",
    "diagterritoire/core/*gp_groups.py",
    "diagterritoire/core/*identifiers.py",
    "diagterritoire/territory.py",
)
TEXTES = ("diagterritoire/core/*identifiers.py", "diagterritoire/territory.py")
# Too slow to be run once for each mutant.
LENTS = (
    "test_browser_*",
    "test_secrecy_attacked*",
    "test_real*",
    "test_make*",
    "test_house*",
    "test_*_real*",
)
ENTIER = re.compile(
    r"[(,] ?(demo|diagnosed|real_\w+)\b[,):]|from conftest|prepare\(|write_demo\(|selenium"
)
FICHIERS_MAX = 4
GRAINE = 2026
DELAI_S = 60


def matched(path: Path, patterns: Sequence[str]) -> bool:
    """Whether a file of the sources is among those named."""
    name = path.relative_to(SOURCE).as_posix()
    return any(fnmatch.fnmatch(name, p) for p in patterns)


def dotted(path: Path) -> str:
    """Name of a module from its file."""
    return ".".join(path.relative_to(SOURCE).with_suffix("").parts)


@functools.cache
def imported(path: Path) -> frozenset[str]:
    """Names of the modules, or of what they hold, that a file imports."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {node.module or ""} | {f"{node.module}.{a.name}" for a in node.names}
    return frozenset(found)


@functools.cache
def tests_of(module: str) -> list[Path]:
    """Test files that import a module; those that import who imports it when none does.

    Those that run a whole diagnosis are left out: a mutant that they alone notice lives.
    """
    files = [f for f in sorted(TESTS.glob("test_*.py")) if not any(map(f.match, LENTS))]
    files = [f for f in files if not ENTIER.search(f.read_text(encoding="utf-8"))]
    short = module.rpartition(".")[2]
    wanted = {module}
    for _ in range(3):
        found = [f for f in files if wanted & imported(f)]
        if found:
            # Those by hand before the laws, those that bear its name, then the short ones.
            return sorted(found, key=lambda f: _order(f, short))[:FICHIERS_MAX]
        wanted |= {dotted(f) for f in SOURCE.rglob("*.py") if wanted & imported(f)}
    return []


def _order(path: Path, short: str) -> tuple[bool, bool, int]:
    laws = "@given" in path.read_text(encoding="utf-8")
    return laws, short not in path.name, path.stat().st_size


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


def noticed(module: str, path: Path, tests: Sequence[Path], source: str) -> int:
    """Run the example and the tests of a module: 0 when all pass (in a forked process only)."""
    import doctest

    import pytest

    sys.meta_path.insert(0, Changed(module, path, source))
    try:
        if doctest.testmod(importlib.import_module(module)).failed:
            return 1
    except Exception:  # noqa: BLE001 - a mutant may raise anything
        return 1
    options = ["-x", "-q", "--noconftest", "--assert=plain", "--hypothesis-profile=mutation"]
    options += ["-p", "no:xdist", "-p", "no:cacheprovider"]
    return int(pytest.main([*options, *map(str, tests)]))


def forked(module: str, path: Path, tests: Sequence[Path], source: str) -> int:
    """Try a source in a new process, ended after a minute of work; gives its number."""
    pid = os.fork()
    if pid:
        return pid
    # Seconds of processor: those of the clock depend on what else runs.
    signal.setitimer(signal.ITIMER_PROF, DELAI_S)
    with open(os.devnull, "w") as nothing:  # noqa: PTH123
        for stream in (1, 2):
            os.dup2(nothing.fileno(), stream)
    try:
        code = noticed(module, path, tests, source)
    except BaseException:  # noqa: BLE001
        code = 1
    os._exit(min(code, 1))


def load_libraries() -> None:
    """Load what the project and its tests load, and forget the project."""
    os.environ["HYPOTHESIS_STORAGE_DIRECTORY"] = tempfile.mkdtemp(prefix="mutation-")
    from hypothesis import Phase, settings

    settings.register_profile(
        "mutation",
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.explicit, Phase.generate],
    )
    sys.path.insert(0, str(TESTS))
    for name in ("pytest", "hypothesis.extra.pandas", "diagterritoire.cli", "conftest"):
        try:
            importlib.import_module(name)
        except ImportError:
            continue
    mine = ("diagterritoire", "conftest", "bench", "factory")
    for name in [n for n in sys.modules if n.partition(".")[0] in mine]:
        if name not in {"bench", "bench.mutation", "bench.mutants"}:
            del sys.modules[name]


Job = tuple[Path, Mutant]


def chosen(only: Sequence[str], number: int, *, sample: bool = False) -> list[Job]:
    """Every mutant of what is hidden and of codes, a seeded sample of the core beside, or alone."""
    whole, rest = [], []
    for path in sorted(
        [*(SOURCE / "diagterritoire/core").rglob("*.py"), *SOURCE.rglob("territory.py")]
    ):
        if only and not matched(path, only):
            continue
        source = path.read_text(encoding="utf-8")
        jobs = [(path, m) for m in mutants(source, textes=matched(path, TEXTES))]
        (whole if matched(path, ENTIERS) or only else rest).extend(jobs)
    drawn = random.Random(GRAINE).sample(rest, min(number, len(rest)))  # noqa: S311
    return ([] if sample else whole) + sorted(drawn, key=lambda job: (str(job[0]), job[1].ligne))


def ran(jobs: Sequence[Job], workers: int) -> Iterator[tuple[Job, bool]]:
    """Try each mutant; whether it was noticed."""
    tests: dict[Path, list[Path]] = {}
    running: dict[int, Job] = {}
    waiting = list(jobs)[::-1]
    while waiting or running:
        while waiting and len(running) < workers:
            job = waiting.pop()
            path = job[0]
            tests.setdefault(path, tests_of(dotted(path)))
            running[forked(dotted(path), path, tests[path], job[1].source)] = job
        pid, status = os.wait()
        yield running.pop(pid), status != 0


def sound(paths: Sequence[Path], workers: int) -> list[Path]:
    """Modules whose tests pass when nothing is changed."""
    same = [(p, unchanged(p.read_text(encoding="utf-8"))) for p in paths]
    return [job[0] for job, failed in ran(same, workers) if not failed]


def main(arguments: Sequence[str]) -> None:
    """Try the mutants, and say which live."""
    parser = argparse.ArgumentParser(prog="make mutation")
    parser.add_argument("modules", nargs="*", help="motifs : diagterritoire/core/*flows.py")
    parser.add_argument("--nombre", type=int, default=300, help="tirés dans le reste du noyau")
    parser.add_argument("--sans-entiers", action="store_true", help="le tirage seul")
    parser.add_argument("--processus", type=int, default=2)
    wanted = parser.parse_args(arguments)
    start = time.monotonic()
    load_libraries()
    jobs = chosen(wanted.modules, wanted.nombre, sample=wanted.sans_entiers)
    paths = list(dict.fromkeys(path for path, _ in jobs))
    good = set(sound(paths, wanted.processus))
    for path in paths:
        if path not in good:
            print(f"{dotted(path)} : ses tests échouent sans rien changer, laissé de côté")
    jobs = [job for job in jobs if job[0] in good]
    score: dict[Path, list[bool]] = {}
    for (path, mutant), killed in ran(jobs, wanted.processus):
        score.setdefault(path, []).append(killed)
        if not killed:
            where = f"{path.relative_to(ROOT)}:{mutant.ligne}"
            print(f"VIVANT {where} : {mutant.avant} -> {mutant.apres}", flush=True)
    for path, kills in sorted(score.items()):
        print(f"{dotted(path)} : {sum(kills)} sur {len(kills)}")
    groups = {
        "secret et codes": [k for p, ks in score.items() if matched(p, ENTIERS) for k in ks],
        "reste du noyau": [k for p, ks in score.items() if not matched(p, ENTIERS) for k in ks],
    }
    for name, kills in groups.items():
        if kills:
            share = 100 * sum(kills) / len(kills)
            print(f"{name} : {sum(kills)} mutants vus sur {len(kills)} ({share:.1f} %)")
    print(f"{time.monotonic() - start:.0f} s, {wanted.processus} processus, graine {GRAINE}")


if __name__ == "__main__":
    main(sys.argv[1:])
