"""Verdicts on the model of flows, by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from diagterritoire.core.flows.judgement import judge
from diagterritoire.study.flow_verdicts import _scaled

COLUMNS = ["code_residence", "code_exercice", "patients", "temps_min"]


def test_a_perfect_model_is_perfect_where_small_flows_are_hidden() -> None:
    truth = pd.DataFrame(
        [("A", "A", 60.0, 0.0), ("A", "B", 30.0, 9.0), ("A", "C", 10.0, 12.0)], columns=COLUMNS
    )
    seen = truth[COLUMNS[:3]].assign(patients=[60.0, 30.0, np.nan])
    model = truth.assign(patients=truth["patients"] / 4)
    scaled = _scaled(model, seen)
    assert scaled["patients"].tolist() == pytest.approx([60.0, 30.0])
    found = judge(scaled, truth, seen)
    assert (found.cpc, found.srmse) == (pytest.approx(1.0), pytest.approx(0.0, abs=1e-12))
    # The same pairs as those of the observed flows, so that their shares compare.
    assert found.part_commune == pytest.approx(2 / 3)
    # Nothing is hidden: every pair counts.
    whole = _scaled(model, truth[COLUMNS[:3]])
    assert whole["patients"].tolist() == pytest.approx(truth["patients"].tolist())
