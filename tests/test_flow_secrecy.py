"""Secrecy of observed flows: what is hidden, and what a reader may still work out."""

from __future__ import annotations

from itertools import product

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from diagterritoire.core.flows.secrecy import shown

COLUMNS = ["code_residence", "code_exercice", "patients"]


def seen(rows, seuil=11):
    return shown(pd.DataFrame(rows, columns=COLUMNS), seuil)


def test_five_cells_by_hand():
    # A hides 4: 434 - 400 = 34 for two cells, so the small one is anything from 1 to 10.
    # B has nothing small. C has one cell, small: nothing of it is shown.
    rows = [("A", "A", 400), ("A", "B", 30), ("A", "C", 4), ("B", "B", 50), ("C", "A", 3)]
    done = seen(rows)
    assert done.flux.to_numpy().tolist() == [["A", "A", 400.0], ["B", "B", 50.0]]
    margins = done.marges.set_index("code_residence")["patients_observes"]
    assert (margins["A"], margins["B"]) == (434, 50)
    assert np.isnan(margins["C"])
    assert done.masques["motif"].tolist() == ["secondaire", "primaire", "primaire"]


def test_one_secondary_cell_may_not_suffice():
    # With 11 hidden beside 1, the rest is 12: 1 would be certain. The next cell goes too.
    done = seen([("A", "A", 400), ("A", "B", 11), ("A", "C", 25), ("A", "D", 1)])
    assert done.flux["code_exercice"].tolist() == ["A"]


def test_hidden_in_the_file_is_hidden_without_margin():
    done = seen([("A", "A", 400), ("A", "B", None), ("A", "C", 12), ("A", "D", 0)])
    assert done.flux["code_exercice"].tolist() == ["A", "C"]
    assert done.marges["patients_observes"].isna().all()
    assert done.marges["patients_montres"].tolist() == [412]


def possible(done, rows, seuil):
    """Every value that each hidden primary cell may take, for a reader who knows all the rules."""
    found = {}
    cells = {(r, c): v for r, c, v in rows if v}
    for home, margin in done.marges[["code_residence", "patients_observes"]].to_numpy():
        hidden = done.masques.loc[done.masques["code_residence"] == home]
        small = hidden.loc[hidden["motif"] == "primaire", "code_exercice"].tolist()
        large = hidden.loc[hidden["motif"] == "secondaire", "code_exercice"].tolist()
        if np.isnan(margin):
            for place in small:
                found[home, place] = set(range(1, seuil))
            continue
        known = done.flux.loc[done.flux["code_residence"] == home, "patients"]
        rest = int(margin - known.sum())
        for values in product(*[range(1, seuil)] * len(small)):
            # What is left is that of the secondary cells, which have no greatest value.
            left = rest - sum(values)
            if left >= seuil * len(large) if large else left == 0:
                for place, value in zip(small, values, strict=True):
                    found.setdefault((home, place), set()).add(value)
    assert set(found) == {k for k, v in cells.items() if v < seuil}
    return found


@settings(deadline=None, max_examples=150)
@given(
    st.lists(
        st.tuples(st.sampled_from("AB"), st.sampled_from("ABCDE"), st.integers(0, 14)),
        unique_by=lambda row: row[:2],
        min_size=1,
    )
)
def test_no_hidden_cell_can_be_narrowed(rows):
    seuil = 4
    done = seen(rows, seuil)
    for values in possible(done, rows, seuil).values():
        assert values == set(range(1, seuil))
    assert (done.flux["patients"] >= seuil).all()
    shuffled = seen(rows[::-1], seuil)
    pd.testing.assert_frame_equal(done.flux, shuffled.flux)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.integers(0, 40), min_size=1, max_size=12))
def test_patients_are_never_lost(values):
    rows = [("A", f"{i:02d}", v) for i, v in enumerate(values)]
    done = seen(rows)
    assert len(done.flux) + len(done.masques) == sum(v > 0 for v in values)
    margin = done.marges["patients_observes"].iloc[0]
    assert np.isnan(margin) or margin == sum(values)
