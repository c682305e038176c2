"""Values that papers and packages print, rebuilt from the facts they give, to their digits.

Sought and not found where it could be read: the toy example of Paez, Higgins and Vivona (2019) and
that of Wan, Zou and Sternberg (2012); both methods are held here by other packages' printed values.
"""

import numpy as np
import pytest

from diagterritoire.core.access.floating import floating_catchment
from diagterritoire.core.access.selection import balanced, three_step
from diagterritoire.decay import within
from test_access import demand_of, supply_of, trips


def tables(minutes, people, offer):
    """Rows of people, columns of offers; a null minute is no trip."""
    names, sites = [f"c{i:02d}" for i in range(len(people))], [f"s{j}" for j in range(len(offer))]
    pairs = [(c, s, minutes[i][j]) for i, c in enumerate(names) for j, s in enumerate(sites)]
    rows = [pair for pair in pairs if not np.isnan(pair[2])]
    return (
        trips(rows),
        demand_of(dict(zip(names, people, strict=True))),
        supply_of(dict(zip(sites, offer, strict=True))),
    )


def two_step(*given, decay):
    return floating_catchment(*given, decay=decay)[0]["apl"].tolist()


def power(exponent):
    return lambda minutes: np.asarray(minutes, dtype=float) ** -exponent


def as_weights(minutes):
    """The times given are already weights."""
    return np.asarray(minutes, dtype=float)


def test_2sfca_of_luo_and_wang():
    """Luo and Wang (2003), doi 10.1068/b29120, figure 3: 1/8, 1/4 and their sum."""
    near, far = 20.0, 40.0
    both = [[near, far]] * 3 + [[near, near], [far, near]] + [[near, far]] * 2
    minutes = [*both, [far, near], [near, far], [near, far], [far, near]]
    found = two_step(*tables(minutes, [1.0] * 11, [1.0, 1.0]), decay=within(30))
    assert found == [0.125] * 3 + [0.375, 0.25, 0.125, 0.125, 0.25, 0.125, 0.125, 0.25]


@pytest.mark.parametrize(
    ("exponent", "expected"),
    [
        (1.0, [0.733333333333333, 0.733333333333333, 0.533333333333333]),
        (2.0, [0.777777777777778, 0.777777777777778, 0.444444444444444]),
    ],
)
def test_gravity_with_competition_of_twostepr(exponent, expected):
    """R package twostepr, tests of its gravity model: three populations, two physicians."""
    given = tables([[1.0, 1.0], [1.0, 1.0], [1.0, 2.0]], [1.0] * 3, [1.0, 1.0])
    assert two_step(*given, decay=power(exponent)) == pytest.approx(expected, abs=1e-14)


def test_spatial_availability_exercise():
    """Soukhov and Paez, workshop on spatial availability, part 1: 47.1 and 102.9 jobs.

    Availability is the E2SFCA times the population. Part 2 prints 82.7 and 67.3, which the times
    it gives do not produce (72.7 and 77.3): it is left out.
    """
    given = tables([[15.0, np.nan], [20.0, 15.0]], [80.0, 120.0], [100.0, 50.0])
    score = two_step(*given, decay=power(1.0))
    assert np.round(np.array(score) * [80, 120], 1).tolist() == [47.1, 102.9]


def catchment_steps(minutes):
    """Weights 1, 0.68 and 0.22, each bound included, as the package catchment has them."""
    minutes = np.asarray(minutes, dtype=float)
    return np.select([minutes <= 20, minutes <= 40, minutes <= 60], [1.0, 0.68, 0.22], 0.0)


CATCHMENT = ([[5.0, 70.0], [50.0, 40.0], [25.0, 30.0]], [5.0, 10.0, 50.0], [50.0, 100.0])


def test_fca_family_of_catchment():
    """R package catchment, printed examples of catchment_ratio: 2SFCA, E2SFCA, BFCA, 3SFCA.

    Its 2SFCA leaves out a time equal to the bound of 30.
    """
    given = tables(*CATCHMENT)
    assert two_step(*given, decay=within(29.999)) == pytest.approx(
        [0.9090909, 0.0, 0.9090909], abs=5e-8
    )
    enhanced = two_step(*given, decay=catchment_steps)
    assert enhanced == pytest.approx([1.213592, 1.933657, 2.491909], abs=5e-7)
    found = balanced(*given, decay=catchment_steps)["acces"].tolist()
    assert found == pytest.approx([0.8111031, 1.7142789, 2.0873863], abs=5e-8)
    found = three_step(*given, decay=catchment_steps)["acces"].tolist()
    assert found == pytest.approx([2.218497, 2.440125, 2.290125], abs=5e-7)


def test_3sfca_of_fca_on_weights():
    """R package fca, its test of the 3SFCA: weights 1 to 24, four populations, six services."""
    weights = np.arange(1.0, 25.0).reshape(4, 6)
    given = tables(weights, [1.0, 2.0, 3.0, 4.0], [1.0, 2.0, 3.0, 4.0, 5.0, 6.0])
    found = three_step(*given, decay=as_weights)["acces"].tolist()
    assert found == pytest.approx([0.6686168, 1.3565093, 2.0921208, 2.8355005], abs=5e-8)


FCA_MINUTES = np.array(
    [
        [8.627326, 28.705000, 26.686179],
        [23.64915, 13.60002, 20.78410],
        [12.26931, 20.32712, 19.21520],
        [26.49052, 17.17900, 29.82809],
        [28.21402, 3.08774, 19.67117],
        [1.366695, 26.994749, 21.255914],
        [15.843165, 7.382632, 16.321981],
        [26.772571, 1.261786, 17.824261],
        [16.543050, 9.837622, 8.674792],
        [13.698442, 28.635109, 4.413409],
    ]
)
FCA_SCORES = [3.97260949, 0.03678999, 1.46747735, 0.01079342, 0.28782748, 9.11410451, 0.19596873,
              0.31194607, 0.37539987, 1.10349481]  # fmt: skip


def test_3sfca_of_fca_with_a_gaussian_decay():
    """R package fca, example of its read-me: Gaussian worth 0.01 at 20 minutes, not cut there.

    The times are printed with seven digits, so the scores agree to six.
    """
    people = [100.0, 200.0, 50.0, 100.0, 500.0, 50.0, 100.0, 100.0, 50.0, 500.0]
    given = tables(FCA_MINUTES, people, [1000.0, 200.0, 500.0])
    found = three_step(*given, decay=lambda t: 0.01 ** ((np.asarray(t) / 20) ** 2))
    assert found["acces"].tolist() == pytest.approx(FCA_SCORES, rel=2e-6)
