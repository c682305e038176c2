import numpy as np
import pandas as pd
import pytest

from diagterritoire.core.agreement import agreement, weighted_mean


def compare(calcule, publie, poids=None):
    weights = [1.0] * len(calcule) if poids is None else poids
    return agreement(
        pd.Series(calcule, dtype="float64"),
        pd.Series(publie, dtype="float64"),
        pd.Series(weights, dtype="float64"),
    )


def test_five_pairs_by_hand():
    # Deviations (-2, -1, 0, 1, 2) and (-1, -2, 0, 2, 1): products sum to 8, squares to 10 and 10.
    result = compare([1, 2, 3, 4, 5], [2, 1, 3, 5, 4])
    assert result.correlation == pytest.approx(0.8)
    assert result.correlation_ponderee == pytest.approx(0.8)
    assert result.ecart_median == 0.0
    assert (result.comparees, result.ecartees) == (5, 0)


def test_integer_weights_repeat_the_pairs():
    calcule, publie, poids = [1.0, 2.0, 4.0, 3.0], [0.5, 3.0, 2.5, 1.0], [3, 1, 2, 4]
    weighted = compare(calcule, publie, poids)
    repeated = compare(np.repeat(calcule, poids), np.repeat(publie, poids))
    assert weighted.correlation_ponderee == pytest.approx(repeated.correlation)
    assert weighted.correlation == pytest.approx(np.corrcoef(calcule, publie)[0, 1])


def test_median_gap_is_computed_minus_published():
    assert compare([3, 5, 9], [2, 3, 1]).ecart_median == 2.0


def test_unknown_values_are_left_out_and_counted():
    result = compare([1, np.nan, 2, 3, 4], [2, 1, np.nan, 4, 5], [1, 1, 1, 1, 1])
    assert (result.comparees, result.ecartees) == (3, 2)
    assert result.correlation == pytest.approx(1.0)


def test_nullable_columns():
    result = agreement(
        pd.Series([1.0, 2.0, 4.0, 5.0]),
        pd.Series([2, 4, 8, None], dtype="Int64"),
        pd.Series([1, 1, 1, 1]),
    )
    assert result.correlation == pytest.approx(1.0)
    assert result.ecartees == 1


def test_fewer_than_three_pairs_say_nothing():
    result = compare([1, 2, 3], [2, 5, np.nan])
    assert result.correlation is result.correlation_ponderee is result.ecart_median is None
    assert (result.comparees, result.ecartees) == (2, 1)


@pytest.mark.parametrize("value", [0.0, 0.1, 1e-300])
def test_a_column_that_does_not_vary_has_no_correlation(value):
    result = compare([value] * 3, [1, 2, 3])
    assert result.correlation is result.correlation_ponderee is None
    assert result.ecart_median == pytest.approx(value - 2)


def test_weights_of_zero_leave_too_few_pairs_for_the_weighted_figure():
    result = compare([1, 2, 3, 4], [1, 2, 3, 5], [0, 0, 5, 5])
    assert result.correlation is not None
    assert result.correlation_ponderee is None


def test_no_pair():
    result = compare([], [])
    assert (result.correlation, result.ecart_median, result.comparees) == (None, None, 0)


def test_mean_is_weighted_and_ignores_what_is_unknown():
    values = pd.Series([1.0, 4.0, np.nan])
    assert weighted_mean(values, pd.Series([300.0, 100.0, 9.0])) == 1.75
    assert weighted_mean(values, pd.Series([0.0, 0.0, 9.0])) is None
    assert weighted_mean(values.head(0), values.head(0)) is None
