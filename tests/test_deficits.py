import numpy as np
import pandas as pd
import pytest

from diagterritoire.core.access.deficits import deficits


def table(column, values):
    return pd.DataFrame({"code_commune": list("ABCDE")[: len(values)], column: values})


def test_five_communes_by_hand():
    apl = table("apl", [0.0, 1.25, 2.5, 4.0, 2.0])
    people = table("population_standardisee", [100.0, 400.0, 1e6, 1e6, 0.0])

    result = deficits(apl, people, seuil=2.5, par_etp=5000)

    assert list(result.columns) == [
        "code_commune",
        "deficit",
        "deficit_consultations",
        "deficit_etp",
    ]
    assert result["deficit"].tolist() == [True, True, False, False, True]
    assert result["deficit_consultations"].tolist() == [250.0, 500.0, 0.0, 0.0, 0.0]
    assert result["deficit_etp"].tolist() == [0.05, 0.1, 0.0, 0.0, 0.0]


def test_threshold_is_strict_on_the_stored_value():
    just_under = np.nextafter(2.5, 0)
    apl = table("apl", [2.5, just_under, np.nextafter(2.5, 3)])
    people = table("population_standardisee", [1e3, 1e3, 1e3])

    result = deficits(apl, people, seuil=2.5, par_etp=5000)

    assert result["deficit"].tolist() == [False, True, False]
    assert result.loc[1, "deficit_consultations"] == (2.5 - just_under) * 1e3 > 0
    assert result["deficit_consultations"].tolist()[::2] == [0.0, 0.0]


def test_unknown_apl_is_not_a_deficit():
    result = deficits(
        table("apl", [np.nan, 1.0]),
        table("population_standardisee", [10.0, 10.0]),
        seuil=2.5,
        par_etp=5000,
    )
    assert result["deficit"].isna().tolist() == [True, False]
    assert result[["deficit_consultations", "deficit_etp"]].isna().all(axis=1).tolist() == [
        True,
        False,
    ]


def test_order_of_rows_does_not_matter():
    apl = table("apl", [0.0, 1.25, 2.5])
    people = table("population_standardisee", [100.0, 400.0, 5.0])
    expected = deficits(apl, people, seuil=2.5, par_etp=5000)
    mixed = deficits(apl.iloc[[2, 0, 1]], people.iloc[::-1], seuil=2.5, par_etp=5000)
    pd.testing.assert_frame_equal(mixed, expected)


def test_no_commune():
    apl = table("apl", [1.0]).head(0)
    people = table("population_standardisee", [1.0]).head(0)
    assert deficits(apl, people, seuil=2.5, par_etp=5000).empty


@pytest.mark.parametrize("seuil", [0.0, 1.0, 3.0])
def test_brought_to_the_threshold_nothing_is_missing(seuil):
    people = table("population_standardisee", [100.0, 400.0, 7.0])
    before = deficits(table("apl", [0.0, 1.5, 2.9]), people, seuil=seuil, par_etp=5000)
    given = before["deficit_consultations"] / people["population_standardisee"]
    after = table("apl", [0.0, 1.5, 2.9])["apl"] + given
    assert (after >= seuil - 1e-12).all()
