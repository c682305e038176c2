"""The set-up compiles every loop, so that no search waits for it later."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

TOOLS = Path(__file__).resolve().parents[1] / "outils"

# A loop that others alone call is kept inside them.
LEFT = """
import importlib, pkgutil
from numba.core.registry import CPUDispatcher
import compiler_boucles
from diagterritoire.network import kernels

assert compiler_boucles.main() == 0
loops, inner = {}, set()
for module in pkgutil.iter_modules(kernels.__path__):
    for name, loop in vars(importlib.import_module(f"{kernels.__name__}.{module.name}")).items():
        if isinstance(loop, CPUDispatcher):
            loops[name] = len(loop.signatures)
            inner.update(loop.py_func.__code__.co_names)
for name in sorted(set(loops) - inner):
    print(name, loops[name])
"""


def run(code):
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(TOOLS), *sys.path])}
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=environment, check=True
    ).stdout.splitlines()


@pytest.mark.skipif(find_spec("numba") is None, reason="numba absente")
def test_every_loop_is_compiled_for_one_set_of_types():
    kinds = dict(line.split() for line in run(LEFT))
    assert {"spread", "within", "dissect", "customise", "sweep"} <= set(kinds)
    assert set(kinds.values()) == {"1"}, kinds


def test_nothing_is_done_without_numba():
    told = run(
        "import importlib.util as u; real = u.find_spec\n"
        "u.find_spec = lambda name, *a: None if name == 'numba' else real(name, *a)\n"
        "import compiler_boucles, sys; compiler_boucles.main(); print('numba' in sys.modules)"
    )
    assert told == [
        "numba n'est pas installée : rien à compiler, scipy fera les recherches.",
        "False",
    ]
