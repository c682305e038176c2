import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from diagterritoire.decay import exponential, steps
from diagterritoire.parameters import Parameters

APL = Parameters().apl
DREES = steps(APL.bornes_min, APL.poids)


def test_drees_steps_at_their_bounds():
    minutes = np.array([0, 9.9983, 10.0, 14.9983, 15.0, 20.0, 20.0017, 60.0])
    expected = [1, 1, 2 / 3, 2 / 3, 1 / 3, 1 / 3, 0, 0]
    assert DREES(minutes).tolist() == expected


def test_unknown_minutes_weigh_nothing():
    assert DREES(np.array([np.nan, np.inf])).tolist() == [0, 0]
    assert exponential(0.216)(np.array([np.nan, np.inf])).tolist() == [0, 0]


@given(st.lists(st.floats(0, 1000), min_size=2, max_size=2))
def test_decay_never_grows(pair):
    near, far = sorted(pair)
    for decay in (DREES, exponential(0.216)):
        weights = decay(np.array([near, far]))
        assert weights[0] >= weights[1]
