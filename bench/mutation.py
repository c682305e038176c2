"""`make mutation`: how many small changes of the core the tests notice.

Each mutant is tried in a process forked from one that has loaded the libraries, and nothing of the
project: an interpreter of its own takes seven seconds to start here, the fork none. It is tried by
the tests that run the function that changed (`reached`), the most precise ones first chosen.
"""

from __future__ import annotations

import argparse
import fnmatch
import functools
import importlib
import importlib.abc
import importlib.util
import json
import os
import random
import re
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from bench.mutants import Mutant, mutants
from bench.reached import Reach, function_of, tried_by, watch

ROOT = Path(__file__).resolve().parents[1]
SOURCE, TESTS = ROOT / "src", ROOT / "tests"
# Every mutant of these is tried: what is hidden, and what a code is.
ENTIERS = (
    "diagterritoire/core/*secrecy.py",
    "diagterritoire/core/*gp_*.py",
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
    "test_report*",
    "test_house*",
    "test_*_real*",
)
# What a file of tests names when it may run the core.
PARTIES = "core|inputs|scenarios|siting|study|territory"
NOMME = re.compile(rf"diagterritoire\.?( import .*)?({PARTIES})\b")
GRAINE = 2026
DELAI_S = 25


def matched(path: Path, patterns: Sequence[str]) -> bool:
    """Whether a file of the sources is among those named."""
    name = path.relative_to(SOURCE).as_posix()
    return any(fnmatch.fnmatch(name, p) for p in patterns)


def dotted(path: Path) -> str:
    """Name of a module from its file."""
    return ".".join(path.relative_to(SOURCE).with_suffix("").parts)


def core() -> list[Path]:
    """Files whose changes are tried."""
    return sorted([*(SOURCE / "diagterritoire/core").rglob("*.py"), *SOURCE.rglob("territory.py")])


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


def noticed(module: str, path: Path, tests: Sequence[str], source: str) -> int:
    """Run the examples of a module and some tests: 0 when all pass (in a forked process only)."""
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
    return int(pytest.main([*options, *tests])) if tests else 0


def forked(run: Callable[[], int]) -> int:
    """Run in a new process, ended after so many seconds of work; gives its number."""
    pid = os.fork()
    if pid:
        return pid
    # Seconds of processor: those of the clock depend on what else runs.
    signal.setitimer(signal.ITIMER_PROF, DELAI_S)
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

    settings.register_profile(
        "mutation",
        deadline=None,
        derandomize=True,
        database=None,
        max_examples=30,
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


def reaches(workers: int) -> list[Reach]:
    """Run each file of tests that names the core, a process each: what its tests run."""
    files = {str(p): p.relative_to(SOURCE).as_posix() for p in core()}
    tests = [f for f in sorted(TESTS.glob("test_*.py")) if not any(map(f.match, LENTS))]
    tests = [f for f in tests if NOMME.search(f.read_text(encoding="utf-8"))]
    running: set[int] = set()
    with tempfile.TemporaryDirectory() as folder:

        def note(test: Path) -> int:
            signal.setitimer(signal.ITIMER_PROF, 0)
            (Path(folder) / f"{test.name}.json").write_text(watch(test, files), encoding="utf-8")
            return 0

        for test in tests:
            if len(running) == workers:
                running.remove(os.wait()[0])
            running.add(forked(functools.partial(note, test)))
        while running:
            running.remove(os.wait()[0])
        texts = [p.read_text(encoding="utf-8") for p in sorted(Path(folder).iterdir())]
    return [Reach(n, s, frozenset(seen)) for text in texts for n, s, seen in json.loads(text)]


def known_reaches(path: Path | None, workers: int) -> list[Reach]:
    """Read what the tests run in a file, written there the first time."""
    if path and path.exists():
        rows = json.loads(path.read_text(encoding="utf-8"))
        return [Reach(n, s, frozenset(seen)) for n, s, seen in rows]
    found = reaches(workers)
    if path:
        rows = [[r.nom, r.secondes, sorted(r.fonctions)] for r in found]
        path.write_text(json.dumps(rows), encoding="utf-8")
    return found


def chosen(only: Sequence[str], number: int, seed: int, *, sample: bool = False) -> list[Job]:
    """Every mutant of what is hidden and of codes, a seeded sample of the core beside, or alone."""
    whole, rest = [], []
    for path in core():
        if only and not matched(path, only):
            continue
        source = path.read_text(encoding="utf-8")
        for mutant in mutants(source, textes=matched(path, TEXTES)):
            (whole if only or matched(path, ENTIERS) else rest).append((path, mutant))
    drawn = random.Random(seed).sample(rest, min(number, len(rest)))  # noqa: S311
    return ([] if sample else whole) + sorted(drawn, key=lambda job: (str(job[0]), job[1].ligne))


def ran(jobs: Sequence[Job], reached: Sequence[Reach], workers: int) -> Iterator[tuple[Job, bool]]:
    """Try each mutant; whether it was noticed."""
    running: dict[int, Job] = {}
    waiting = list(jobs)[::-1]
    while waiting or running:
        while waiting and len(running) < workers:
            path, mutant = job = waiting.pop()
            where = path.relative_to(SOURCE).as_posix(), function_of(mutant.arbre, mutant.ligne)
            tests, module = tried_by(*where, reached), dotted(path)
            run = functools.partial(noticed, module, path, tests, mutant.source)
            running[forked(run)] = job
        pid, status = os.wait()
        yield running.pop(pid), status != 0


def main(arguments: Sequence[str]) -> None:
    """Try the mutants, and say which live."""
    parser = argparse.ArgumentParser(prog="make mutation")
    parser.add_argument("modules", nargs="*", help="motifs : diagterritoire/core/*flows.py")
    parser.add_argument("--nombre", type=int, default=300, help="tirés dans le reste du noyau")
    parser.add_argument("--graine", type=int, default=GRAINE, help="de ce tirage")
    parser.add_argument("--sans-entiers", action="store_true", help="le tirage seul")
    parser.add_argument("--processus", type=int, default=2)
    parser.add_argument("--carte", type=Path, help="fichier où garder ce que chaque test parcourt")
    wanted = parser.parse_args(arguments)
    start = time.monotonic()
    os.chdir(ROOT)
    load_libraries()
    reached = known_reaches(wanted.carte, wanted.processus)
    jobs = chosen(wanted.modules, wanted.nombre, wanted.graine, sample=wanted.sans_entiers)
    score: dict[tuple[str, str], list[bool]] = {}
    for (path, mutant), killed in ran(jobs, reached, wanted.processus):
        group = "secret et codes" if matched(path, ENTIERS) else "reste du noyau"
        score.setdefault((group, dotted(path)), []).append(killed)
        if not killed:
            where = f"{path.relative_to(ROOT)}:{mutant.ligne}"
            print(f"VIVANT {where} : {mutant.avant} -> {mutant.apres}", flush=True)
    for (_, module), kills in sorted(score.items()):
        print(f"{module} : {sum(kills)} sur {len(kills)}")
    for group in sorted({group for group, _ in score}):
        kills = [k for (g, _), ks in score.items() if g == group for k in ks]
        share = 100 * sum(kills) / len(kills)
        print(f"{group} : {sum(kills)} mutants vus sur {len(kills)} ({share:.1f} %)")
    spent = f"{time.monotonic() - start:.0f} s, {wanted.processus} processus"
    print(f"{spent}, graine {wanted.graine}")


if __name__ == "__main__":
    main(sys.argv[1:])
