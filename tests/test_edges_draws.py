"""Draws, at the edge: points even in their disc."""

from __future__ import annotations

import numpy as np
import pytest

from diagterritoire.core.draws.drawing import moved
from diagterritoire.parameters import Parameters


def test_points_are_drawn_evenly_in_the_whole_disc() -> None:
    names, radius = [f"{n:05d}" for n in range(4000)], np.full(4000, 300.0)
    at = moved(np.zeros((4000, 2)), names, radius, Parameters(), 0, "essai")
    away = np.hypot(*at.T) / 300.0
    # Half of a disc lies within 1 / sqrt(2) of its radius, and some points come near its edge.
    assert np.mean(away <= np.sqrt(0.5)) == pytest.approx(0.5, abs=0.03)
    assert 0.99 < away.max() <= 1.0
    assert np.abs(at.mean(axis=0)).max() < 10.0
