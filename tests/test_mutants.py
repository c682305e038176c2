"""The counting of mutants: their examples hold, and each is another program."""

import ast
import doctest

import pytest
from bench import mutants, reached, tried

SOURCE = "def f(a, b):\n    return min(a, b) if a < b and not b else a + 1\n"


@pytest.mark.parametrize("module", [mutants, reached], ids=["mutants", "reached"])
def test_examples_hold(module) -> None:
    assert doctest.testmod(module).failed == 0


def test_each_mutant_is_another_program_that_python_reads() -> None:
    found = [m.source for m in mutants.mutants(SOURCE)]
    assert len(set(found)) == len(found) == 7
    assert ast.unparse(ast.parse(SOURCE)) not in found


def test_a_change_outside_of_any_function_is_tried_by_the_tests_of_its_file() -> None:
    rows = [("one", "a.py::f"), ("two", "a.py::B.c"), ("three", "b.py::f")]
    known = [reached.Reach(name, 1.0, frozenset({function})) for name, function in rows]
    assert reached.tried_by("a.py", None, known) == ["one", "two"]
    assert reached.tried_by("a.py", "B.c", known) == ["two"]
    assert reached.tried_by("c.py", None, known) == []


def test_a_second_try_has_more_time_and_whole_diagnoses() -> None:
    rows = [("quick", 1.0, False), ("slow", 9.0, False), ("file", 30.0, True)]
    known = [reached.Reach(n, s, frozenset({"a.py::f"}), whole) for n, s, whole in rows]
    assert [reached.Reach.read(one.row) for one in known] == known
    first, second = tried.EFFORTS
    assert reached.tried_by("a.py", "f", known[:2], first.secondes) == ["quick"]
    assert reached.tried_by("a.py", "f", known[:2], second.secondes) == ["quick", "slow"]
    assert (first.entiers, first.tirages, second.tirages) == (0, 30, 100)
    assert second.delay > 4 * (second.secondes + second.entiers)
