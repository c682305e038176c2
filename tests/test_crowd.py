"""A slice of the campaign of crowds (`slow_delivery`): runs at once damage nothing."""

import os

import numpy as np
import pytest

from crowd import play, play_dying

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="fork n'existe pas ici")


@pytest.mark.parametrize(("number", "kill"), [(2, False), (8, False), (5, True)])
def test_runs_at_once(tmp_path, number, kill):
    seen = play(tmp_path / "r", number, np.random.default_rng(number), kill=kill)
    assert seen.total() == number
    # Killed while it held the territory, one run may have turned all the others away.
    assert seen["finies"] + seen["tuées"] >= 1
    assert kill or seen["finies"] >= 1


@pytest.mark.parametrize("step", ["ouvert", "livre"])
def test_a_run_that_is_killed_may_have_turned_all_the_others_away(tmp_path, step):
    assert play_dying(tmp_path, 4, step) == {"averties": 3, "tuées": 1}
