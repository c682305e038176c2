"""Draws, at the edge: points even in their disc, one draw short of a firm verdict."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from diagterritoire import tables
from diagterritoire.core.draws.drawing import drawn, moved
from diagterritoire.core.draws.firmness import firmness
from diagterritoire.parameters import Parameters, override


def test_points_are_drawn_evenly_in_the_whole_disc() -> None:
    names, radius = [f"{n:05d}" for n in range(4000)], np.full(4000, 300.0)
    at = moved(np.zeros((4000, 2)), names, radius, Parameters(), 0, "essai")
    away = np.hypot(*at.T) / 300.0
    # Half of a disc lies within 1 / sqrt(2) of its radius, and some points come near its edge.
    assert np.mean(away <= np.sqrt(0.5)) == pytest.approx(0.5, abs=0.03)
    assert 0.99 < away.max() <= 1.0
    assert np.abs(at.mean(axis=0)).max() < 10.0


def test_one_draw_short_of_nine_in_ten_is_not_firm() -> None:
    under = {"A": 9, "B": 8, "C": 2, "D": 1}
    rows = [(c, n, 1.0 if n < k else 3.0, 5.0) for c, k in under.items() for n in range(10)]
    draws = pd.DataFrame(rows, columns=["code_commune", "tirage", "apl", "temps_mg_min"])
    assert firmness(draws, seuil=2.5, part_ferme=0.9)["verdict"].tolist() == [
        tables.FERME_DEFICIT, tables.HESITANT, tables.HESITANT, tables.FERME_SANS_DEFICIT,
    ]  # fmt: skip


def test_bounds_of_minutes_stop_at_zero() -> None:
    wide = override(Parameters(), {"fermete": {"bornes_min": 30.0}})
    found = [drawn(wide, n).apl.bornes_min for n in range(20)]
    assert min(map(min, found)) == 0.0
    assert max(map(min, found)) > 10.0


def test_a_commune_twice_in_a_draw_is_refused() -> None:
    rows = [("A", n, 1.0, 5.0) for n in (0, 1, 2)] + [("B", n, 1.0, 5.0) for n in (0, 0, 2)]
    draws = pd.DataFrame(rows, columns=["code_commune", "tirage", "apl", "temps_mg_min"])
    with pytest.raises(ValueError, match="once in each draw"):
        firmness(draws, seuil=2.5)
