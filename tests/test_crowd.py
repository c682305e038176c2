"""A slice of the campaign of crowds (`slow_delivery`): runs at once damage nothing."""

import os

import numpy as np
import pytest

from crowd import play

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="fork n'existe pas ici")


@pytest.mark.parametrize(("number", "kill"), [(2, False), (8, False), (5, True)])
def test_runs_at_once(tmp_path, number, kill):
    seen = play(tmp_path / "r", number, np.random.default_rng(number), kill=kill)
    assert seen.total() == number
    assert seen["finies"] >= 1
