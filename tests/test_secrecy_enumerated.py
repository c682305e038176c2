"""A row under secrecy, for who applies the rule to every table that would be shown so."""

from __future__ import annotations

import itertools
from collections import defaultdict

import numpy as np
import pandas as pd
import pytest

from diagterritoire.core.flows.secrecy import shown, visits
from diagterritoire.core.row_secrecy import hidden


def believed(seuil, cells, most):
    """Tables of a residence by what is printed of them, motives told too: the most curious reader.

    Cells are in the order in which they are hidden, 0 being as absent. Those of a margin beyond
    `most` are left out: not all of them are among the tables tried.
    """
    found = defaultdict(list)
    for values in itertools.product(range(1, most + 1), repeat=cells):
        if min(values) >= seuil:
            continue
        motifs, told = hidden(np.array(values, dtype=np.float64), seuil)
        seen = tuple(v for v, m in zip(values, motifs, strict=True) if not m)
        if not told or sum(values) <= most:
            found[tuple(motifs), sum(values) if told else None, seen].append(values)
    return found


@pytest.mark.parametrize(
    ("seuil", "cells", "most"), [(3, 2, 16), (4, 2, 20), (5, 2, 24), (4, 3, 18), (3, 4, 12)]
)
def test_every_value_of_a_hidden_cell_remains(seuil, cells, most):
    margins = set()
    for (motifs, margin, _), tables in believed(seuil, cells, most).items():
        margins.add(margin is None)
        for motif, values in zip(motifs, zip(*tables, strict=True), strict=True):
            if motif == "primaire":
                assert set(values) == set(range(1, seuil))
            elif motif:
                # Never under the threshold, as its motive says; not told closer than the others.
                assert len(set(values)) >= seuil - 1
    assert margins == {True, False}


def test_the_order_is_that_of_what_no_number_moves():
    codes = list("BCDEA")
    table = pd.DataFrame({"code_residence": "A", "code_exercice": codes})
    # Nobody else goes to C, one more to D, two to B and to E; A is the residence itself.
    visites = pd.Series({"C": 1, "D": 2, "B": 3, "E": 3, "A": 1, "Z": 9})
    for gone in ("C", "CD", "CDB", "CDBE", "CDBEA"):
        # Above the least of each, nothing but in the last one hidden.
        patients = dict.fromkeys("BCDEA", 11.0) | {gone[-1]: 21.0}
        rows = table.assign(patients=[patients[c] for c in codes])
        rows.loc[len(rows)] = ["A", "Z", 1.0]
        done = shown(rows, 11, visites)
        assert set(done.masques["code_exercice"]) == {*gone, "Z"}
        back = shown(rows[::-1], 11, visites[::-1])
        pd.testing.assert_frame_equal(done.flux, back.flux)
        pd.testing.assert_frame_equal(done.masques, back.masques)


def test_who_goes_where_is_counted_whatever_the_number():
    columns = ["code_residence", "code_exercice", "patients"]
    rows = [("A", "A", 400), ("A", "B", None), ("B", "B", 3), ("C", "B", 0), ("C", "A", 1)]
    assert visits(pd.DataFrame(rows, columns=columns)).to_dict() == {"A": 2, "B": 2}


@pytest.mark.parametrize(
    ("primary", "many"), [([1], 1), ([4], 1), ([10], 1), ([5, 6], 1), ([4, 5, 9], 0)]
)
def test_what_does_not_depend_on_the_shown_cells(primary, many):
    # 10, 30, 30, 30, 36 read from 4 to 10 when the smallest went first and the largest bounded it.
    for values in ([30, 30, 30, 36], [36, 30, 30, 30], [30, 500, 500, 500]):
        motifs, told = hidden(np.array([*values, *primary], dtype=np.float64), 11)
        assert motifs[:4] == ["secondaire"] * many + [""] * (4 - many)
        assert told
