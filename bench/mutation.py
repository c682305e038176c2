"""`make mutation`: how many small changes of the core the tests notice.

Each mutant is tried by the tests that run the function that changed (`reached`), the most precise
ones first chosen. With `--reprise`, those that live are tried again by more tests, more draws a
law, and whole diagnoses of the invented territory.
"""

from __future__ import annotations

import argparse
import ast
import fnmatch
import functools
import json
import operator
import os
import random
import re
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from bench.mutants import Mutant, mutants
from bench.reached import Reach, function_of, tried_by, watch
from bench.tried import EFFORTS, Effort, Trial, forked, load_libraries

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
# What makes a whole diagnosis of the invented territory, read by the real readers.
DIAGNOSTIC = re.compile(r"\bdiagnosed\b")
GRAINE = 2026
SIDES = operator.attrgetter("tests"), operator.attrgetter("entiers")


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


Job = tuple[Path, Mutant]


def reaches(workers: int, *, whole: bool = False) -> list[Reach]:
    """Run each file of tests that names the core, a process each: what its tests run.

    Or each that makes whole diagnoses: what it runs.
    """
    files = {str(p): p.relative_to(SOURCE).as_posix() for p in core()}
    named = DIAGNOSTIC if whole else NOMME
    tests = [f for f in sorted(TESTS.glob("test_*.py")) if not any(map(f.match, LENTS))]
    tests = [f for f in tests if named.search(f.read_text(encoding="utf-8"))]
    running: set[int] = set()
    with tempfile.TemporaryDirectory() as folder:

        def note(test: Path) -> int:
            found = watch(test, files, whole=whole)
            (Path(folder) / f"{test.name}.json").write_text(found, encoding="utf-8")
            return 0

        for test in tests:
            if len(running) == workers:
                running.remove(os.wait()[0])
            running.add(forked(functools.partial(note, test), 0))
        while running:
            running.remove(os.wait()[0])
        texts = [p.read_text(encoding="utf-8") for p in sorted(Path(folder).iterdir())]
    return [Reach.read(row) for text in texts for row in json.loads(text)]


def known_reaches(path: Path | None, workers: int) -> list[Reach]:
    """Read what the tests run in a file, written there the first time."""
    if path and path.exists():
        return [Reach.read(row) for row in json.loads(path.read_text(encoding="utf-8"))]
    found = reaches(workers) + reaches(workers, whole=True)
    if path:
        path.write_text(json.dumps([r.row for r in found]), encoding="utf-8")
    return found


def chosen(only: Sequence[str], number: int, seed: int, *, sample: bool = False) -> list[Job]:
    """Every mutant of what is hidden and of codes, a seeded sample of the core beside, or alone."""
    whole, rest = [], []
    for path in core():
        if only and not matched(path, only):
            continue
        source = path.read_text(encoding="utf-8")
        for mutant in mutants(source, textes=matched(path, TEXTES)):
            kept = whole if (only and not sample) or matched(path, ENTIERS) else rest
            kept.append((path, mutant))
    drawn = random.Random(seed).sample(rest, min(number, len(rest)))  # noqa: S311
    return ([] if sample else whole) + sorted(drawn, key=lambda job: (str(job[0]), job[1].ligne))


def trial(job: Job, reached: Sequence[Reach], effort: Effort) -> Trial:
    """What tries a mutant."""
    path, mutant = job
    where = path.relative_to(SOURCE).as_posix(), function_of(mutant.arbre, mutant.ligne)
    tests = tried_by(*where, [r for r in reached if not r.entier], effort.secondes)
    whole = tried_by(*where, [r for r in reached if r.entier], effort.entiers)
    return Trial(dotted(path), path, mutant.source, tests, whole if effort.entiers else [])


def ran(
    jobs: Sequence[Job], reached: Sequence[Reach], workers: int, effort: Effort
) -> Iterator[tuple[Job, bool]]:
    """Try each mutant; whether it was noticed."""
    running: dict[int, Job] = {}
    waiting = list(jobs)[::-1]
    while waiting or running:
        while waiting and len(running) < workers:
            job = waiting.pop()
            run = functools.partial(trial(job, reached, effort).noticed, effort.profile)
            running[forked(run, effort.delay)] = job
        pid, status = os.wait()
        yield running.pop(pid), status != 0


def sound(jobs: Sequence[Job], reached: Sequence[Reach], effort: Effort) -> bool:
    """Run all that tries some mutants, without any: a test that fails anyway would notice all."""
    trials = [trial(job, reached, effort) for job in jobs]
    if not trials:
        return True
    tests, whole = ({t for one in trials for t in side(one)} for side in SIDES)
    path, mutant = jobs[0]
    same = Trial(dotted(path), path, ast.unparse(mutant.arbre), sorted(tests), sorted(whole))
    forked(functools.partial(same.noticed, effort.profile), 0)
    return os.wait()[1] == 0


def told(job: Job) -> str:
    """Where a mutant is, and what it changes."""
    path, mutant = job
    return f"{path.relative_to(ROOT)}:{mutant.ligne} : {mutant.avant} -> {mutant.apres}"


def main(arguments: Sequence[str]) -> None:
    """Try the mutants, and say which live."""
    parser = argparse.ArgumentParser(prog="make mutation")
    parser.add_argument("modules", nargs="*", help="motifs : diagterritoire/core/*flows.py")
    parser.add_argument("--nombre", type=int, default=300, help="tirés dans le reste du noyau")
    parser.add_argument("--graine", type=int, default=GRAINE, help="de ce tirage")
    parser.add_argument("--sans-entiers", action="store_true", help="le tirage seul")
    parser.add_argument("--reprise", action="store_true", help="les survivants, par plus de tests")
    parser.add_argument("--temoin", action="store_true", help="d'abord, sans rien changer")
    parser.add_argument("--processus", type=int, default=2)
    parser.add_argument("--carte", type=Path, help="fichier où garder ce que chaque test parcourt")
    wanted = parser.parse_args(arguments)
    start = time.monotonic()
    os.chdir(ROOT)
    load_libraries()
    workers = wanted.processus
    reached = known_reaches(wanted.carte, workers)
    jobs = chosen(wanted.modules, wanted.nombre, wanted.graine, sample=wanted.sans_entiers)
    alive, again = dict.fromkeys(jobs, True), jobs
    for effort in EFFORTS[: 2 if wanted.reprise else 1]:
        if wanted.temoin and not sound(again, reached, effort):
            sys.exit("Des tests échouent sans rien changer.")
        for job, killed in ran(again, reached, workers, effort):
            alive[job] = not killed
            if not killed or effort is not EFFORTS[0]:
                print(f"{'VU' if killed else 'VIVANT'} {told(job)}", flush=True)
        again = [job for job in again if alive[job]]
        print(f"{len(jobs) - len(again)} vus sur {len(jobs)}, {effort.secondes} s de tests")
    summary(alive)
    spent = f"{time.monotonic() - start:.0f} s, {wanted.processus} processus"
    print(f"{spent}, graine {wanted.graine}")


def summary(alive: dict[Job, bool]) -> None:
    """Print what was noticed, by module and in all."""
    score: dict[tuple[str, str], list[bool]] = {}
    for (path, _), lives in alive.items():
        group = "secret et codes" if matched(path, ENTIERS) else "reste du noyau"
        score.setdefault((group, dotted(path)), []).append(not lives)
    for (_, module), kills in sorted(score.items()):
        print(f"{module} : {sum(kills)} sur {len(kills)}")
    for group in sorted({group for group, _ in score}):
        kills = [k for (g, _), ks in score.items() if g == group for k in ks]
        share = 100 * sum(kills) / len(kills)
        print(f"{group} : {sum(kills)} mutants vus sur {len(kills)} ({share:.1f} %)")


if __name__ == "__main__":
    main(sys.argv[1:])
