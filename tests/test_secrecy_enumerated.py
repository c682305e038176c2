"""A row under secrecy, for who applies the rule to every table that would be shown so."""

from __future__ import annotations

import itertools
from collections import defaultdict

import numpy as np
import pandas as pd
import pytest

from diagterritoire.core.flows.secrecy import shown
from diagterritoire.core.row_secrecy import hidden
from diagterritoire.study.flow_models import _metres


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


def test_the_order_is_that_of_what_is_public():
    codes, metres = list("BCDEA"), [20.0, np.nan, 30.0, 20.0, 0.0]
    table = pd.DataFrame({"code_residence": "A", "code_exercice": codes})
    # C is anywhere, D far: in order C, D, B and E by code, A itself. Z, small, is not chosen.
    far = pd.Series([*metres, 0.5])
    for gone in ("C", "CD", "CDB", "CDBE", "CDBEA"):
        # Above the least of each, nothing but in the last one hidden.
        patients = dict.fromkeys("BCDEA", 11.0) | {gone[-1]: 21.0}
        rows = table.assign(patients=[patients[c] for c in codes])
        rows.loc[len(rows)] = ["A", "Z", 1.0]
        done = shown(rows, 11, far)
        assert set(done.masques["code_exercice"]) == {*gone, "Z"}
        back = shown(rows[::-1], 11, far[::-1])
        pd.testing.assert_frame_equal(done.flux, back.flux)
        pd.testing.assert_frame_equal(done.masques, back.masques)


@pytest.mark.parametrize(
    ("primary", "many"), [([1], 1), ([4], 1), ([10], 1), ([5, 6], 1), ([4, 5, 9], 0)]
)
def test_what_does_not_depend_on_the_shown_cells(primary, many):
    # 10, 30, 30, 30, 36 read from 4 to 10 when the smallest went first and the largest bounded it.
    for values in ([30, 30, 30, 36], [36, 30, 30, 30], [30, 500, 500, 500]):
        motifs, told = hidden(np.array([*values, *primary], dtype=np.float64), 11)
        assert motifs[:4] == ["secondaire"] * many + [""] * (4 - many)
        assert told


def test_metres_are_those_between_points():
    places = pd.DataFrame({"code_commune": list("AB"), "x": [0.0, 300.0], "y": [0.0, 400.0]})
    pairs = pd.DataFrame({"code_residence": list("AAB"), "code_exercice": list("ABA")})
    assert _metres(pairs, places).tolist() == [0.0, 500.0, 500.0]
    assert _metres(pairs.head(0), places).empty
