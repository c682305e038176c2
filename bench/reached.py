"""Which functions of the core each test runs, and how long it takes.

A change of a function is tried by the tests that run it, and by those alone.
"""

from __future__ import annotations

import ast
import functools
import inspect
import json
import re
import signal
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

# A whole diagnosis, and what needs a browser: too slow to be run once for each change.
ENTIER = re.compile(r"\b(prepare|write_demo|subprocess\.\w+)\(|selenium")
LIMITE_S = 6


@dataclass(frozen=True)
class Reach:
    """A test, or all the cases of one; or a file of tests that makes whole diagnoses.

    Attributes
    ----------
    nom : str
        What pytest calls it, without its case.
    secondes : float
        Processor time of all its cases.
    fonctions : frozenset of str
        `fichier::fonction` of what it runs.
    entier : bool
        Whether it makes whole diagnoses.
    """

    nom: str
    secondes: float
    fonctions: frozenset[str]
    entier: bool = False

    @property
    def row(self) -> list[Any]:
        """What is written of it."""
        return [self.nom, round(self.secondes, 3), sorted(self.fonctions), self.entier]

    @classmethod
    def read(cls, row: Sequence[Any]) -> Reach:
        """Read what was written."""
        name, seconds, seen, whole = row
        return cls(name, seconds, frozenset(seen), whole)


def tried_by(
    file: str, function: str | None, reached: Sequence[Reach], budget: float = 6
) -> list[str]:
    """Tests that run a function, or any of its file for what lies outside of them.

    Those that run the least else are chosen, up to some seconds, then the quick ones go first.

    Examples
    --------
    >>> reached = [Reach("slow", 9, {"a.py::f"}), Reach("law", 4, {"a.py::f"}),
    ...            Reach("whole", 1, {"a.py::f", "b.py::g"}), Reach("other", 1, {"b.py::g"})]
    >>> tried_by("a.py", "f", reached)
    ['whole', 'law']
    """
    name = f"{file}::{function or ''}"
    found = [
        r
        for r in reached
        if (name in r.fonctions if function else any(f.startswith(name) for f in r.fonctions))
    ]
    kept: list[Reach] = []
    for reach in sorted(found, key=lambda r: (len(r.fonctions), r.secondes)):
        if not kept or sum(r.secondes for r in kept) + reach.secondes <= budget:
            kept.append(reach)
    return [r.nom for r in sorted(kept, key=lambda r: r.secondes)]


class Watcher:
    """Notes what each test runs; leaves out those that run a whole diagnosis, unless wanted."""

    def __init__(self, files: dict[str, str], *, whole: bool) -> None:
        self.files, self.seen, self.whole = files, set[str](), whole
        self.kept: dict[str, tuple[float, set[str]]] = {}
        self.failed: set[str] = set()

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Drop the tests whose fixtures are not at hand, or that run the whole."""
        if not self.whole:
            items[:] = [item for item in items if not _whole(item)]

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        """Watch one case."""
        self.seen, start = set(), time.process_time()
        signal.setitimer(signal.ITIMER_PROF, 0 if self.whole else LIMITE_S)
        threading.settrace(self.trace)
        sys.settrace(self.trace)
        try:
            return (yield)  # type: ignore[misc]
        finally:
            sys.settrace(None)
            threading.settrace(None)  # type: ignore[arg-type]
            signal.setitimer(signal.ITIMER_PROF, 0)
            name = item.nodeid.partition("::" if self.whole else "[")[0]
            seconds, seen = self.kept.setdefault(name, (0.0, set()))
            spent = seconds + time.process_time() - start
            # A test that runs no function reads what its file imports.
            found = self.seen or imported(item.path, self.files)
            self.kept[name] = spent, seen | found

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Leave out a test that fails, or is skipped, when nothing is changed."""
        if report.failed or not (report.passed or self.whole):
            self.failed.add(report.nodeid.partition("::" if self.whole else "[")[0])

    def trace(self, frame: FrameType, _event: str, _arg: object) -> None:
        """Note a function of the core; its lines are not followed."""
        code = frame.f_code
        if name := self.files.get(code.co_filename):
            self.seen.add(f"{name}::{code.co_qualname.partition('.<locals>')[0]}")


@functools.cache
def _names(test: Path) -> frozenset[str]:
    """Names of the modules, or of what they hold, that a file of tests imports."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(test.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {node.module or ""} | {f"{node.module}.{a.name}" for a in node.names}
    return frozenset(found)


def imported(test: Path, files: dict[str, str]) -> set[str]:
    """Files of the core that a file of tests imports, without any function."""
    dotted = {name: name.removesuffix(".py").replace("/", ".") for name in files.values()}
    return {f"{name}::" for name, module in dotted.items() if module in _names(test)}


def _whole(item: Any) -> bool:
    known = item._fixtureinfo.name2fixturedefs
    if any(name not in known for name in item.fixturenames if name != "request"):
        return True
    sources = [item.function, *(d.func for defs in known.values() for d in defs)]
    return any(ENTIER.search(_source(f)) for f in sources)


def _source(function: Any) -> str:
    if "pytest" in getattr(function, "__module__", ""):
        return ""
    try:
        return inspect.getsource(function)
    except (OSError, TypeError):
        return ""


def watch(test: Path, files: dict[str, str], *, whole: bool = False) -> str:
    """Run a file of tests; what each runs, as JSON (in a forked process only)."""
    watcher = Watcher(files, whole=whole)

    def late(*_: object) -> None:
        raise TimeoutError

    signal.signal(signal.SIGPROF, late)
    options = ["-q", "--assert=plain", "-p", "no:xdist", "-p", "no:cacheprovider"]
    options += ["-m", "not real and not browser"] if whole else ["--noconftest"]
    pytest.main([*options, "--hypothesis-profile=mutation-30", str(test)], plugins=[watcher])
    kept = {n: v for n, v in watcher.kept.items() if n not in watcher.failed and v[1]}
    found = [Reach(n, s, frozenset(seen), whole) for n, (s, seen) in sorted(kept.items())]
    return json.dumps([reach.row for reach in found])


def function_of(tree: ast.AST, line: int) -> str | None:
    """Name of the function, or `Class.method`, that holds a line; None outside of any.

    Examples
    --------
    >>> tree = ast.parse("A = 1\\nclass B:\\n    def c(self):\\n        return 2\\n")
    >>> function_of(tree, 4), function_of(tree, 1)
    ('B.c', None)
    """
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.ClassDef | ast.FunctionDef):
            first = min([node.lineno, *(d.lineno for d in node.decorator_list)])
            if first <= line <= (node.end_lineno or line):
                if isinstance(node, ast.FunctionDef):
                    return node.name
                inner = function_of(node, line)
                return inner and f"{node.name}.{inner}"
    return None
