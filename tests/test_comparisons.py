import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diagterritoire.core.verdict.comparisons import comparaisons
from diagterritoire.territory import Territory

# code, departement, region, population, totale, standardisee, apl, zone, mg
ROWS = [
    ("01001", "01", "84", 100, 110.0, 90.0, 1.0, "ZIP", 0),
    ("01002", "01", "84", 300, 330.0, 310.0, 3.0, "ZAC", 3),
    ("42001", "42", "84", 600, None, 600.0, 2.5, None, 1),
    ("97601", "976", "06", 1000, None, 1000.0, None, None, None),
]
LIBELLES = pd.DataFrame(
    {"niveau": ["departement", "region"], "code": ["01", "84"], "nom": ["Ain", "Auvergne"]}
)


def base():
    columns = [
        "code_commune", "code_departement", "code_region", "population", "population_totale",
        "population_standardisee", "apl_publiee", "zonage_mg", "mg_nb",
    ]  # fmt: skip
    frame = pd.DataFrame(ROWS, columns=columns)
    apl, mg = frame["apl_publiee"], frame["mg_nb"].astype("Int64")
    return frame.assign(
        nom="X", mg_nb=mg, apl_publiee=apl.astype("float64"), apl_publiee_65=apl / 2
    )


def territory(*codes):
    return Territory("liste-00000000", "Essai", "liste", codes, "EPSG:2154")


def test_by_hand():
    out = comparaisons(base(), territory("01001", "01002"), 2.5, LIBELLES, "Ensemble fictif")
    assert out[["niveau", "code", "nom"]].to_numpy().tolist() == [
        ["territoire", "liste-00000000", "Essai"],
        ["departement", "01", "Ain"],
        ["region", "84", "Auvergne"],
        ["france", "FR", "Ensemble fictif"],
    ]
    assert out["communes_nb"].tolist() == [2, 2, 3, 4]
    assert out["population"].tolist() == [400, 400, 1000, 2000]
    assert out["mg_nb"].tolist() == [3, 3, 4, 4]
    # Unknown counts of GPs weigh nothing: 4 GPs for the 1 000 inhabitants whose count is known.
    assert out["mg_pour_10000"].tolist() == pytest.approx([75, 75, 40, 40])
    assert out["part_population_sans_mg"].tolist() == pytest.approx([0.25, 0.25, 0.1, 0.1])
    region = (90 * 1 + 310 * 3 + 600 * 2.5) / 1000
    assert out["apl_publiee"].tolist() == pytest.approx([2.55, 2.55, region, region])
    assert out["apl_publiee_65"].tolist() == pytest.approx([1.275, 1.275, region / 2, region / 2])
    # Exactly 2.5 is not under 2.5; total population where it is published.
    under = 110 / (110 + 330 + 600)
    assert out["part_population_sous_seuil"].tolist() == pytest.approx([0.25, 0.25, under, under])
    assert out["part_population_zip"].tolist() == pytest.approx([0.25] * 4)
    assert out["part_population_zac"].tolist() == pytest.approx([0.75] * 4)


def test_nothing_known_gives_null_not_zero():
    out = comparaisons(base(), territory("97601"), 2.5, LIBELLES)
    shares = [c for c in out.columns if c.startswith(("part_", "apl_", "mg_pour"))]
    assert out.loc[0, shares].isna().all()
    assert pd.isna(out.loc[0, "mg_nb"])
    assert out["nom"].tolist() == ["Essai", "976", "06", "France"]


def test_several_departements_and_an_empty_commune():
    lone = base().assign(population=0, population_totale=0.0, population_standardisee=0.0)
    out = comparaisons(lone, territory("01001", "42001", "97601"), 2.5, LIBELLES)
    assert out["code"].tolist() == ["liste-00000000", "01", "42", "976", "06", "84", "FR"]
    assert out["apl_publiee"].isna().all()


@settings(max_examples=10, deadline=None)
@given(st.permutations(range(4)), st.integers(1, 299))
def test_order_and_splitting_change_nothing(order, people):
    here = territory("01001", "01002", "01009")
    whole = comparaisons(base(), here, 2.5, LIBELLES)
    mixed = comparaisons(base().iloc[list(order)], here, 2.5, LIBELLES)
    pd.testing.assert_frame_equal(whole, mixed)
    # A commune cut in two of the same APL and zone: every mean and share stays.
    counts = ["population_totale", "population_standardisee"]
    old = base().loc[[1]]
    pieces = [
        old.assign(
            code_commune=code, population=n, mg_nb=mg, **{c: old[c] * n / 300 for c in counts}
        )
        for code, n, mg in (("01002", 300 - people, 2), ("01009", people, 1))
    ]
    cut = comparaisons(pd.concat([base().drop(index=1), *pieces]), here, 2.5, LIBELLES)
    numbers = [c for c in whole.columns if c not in ("niveau", "code", "nom", "communes_nb")]
    np.testing.assert_allclose(
        cut[numbers].to_numpy(float), whole[numbers].to_numpy(float), rtol=1e-9
    )
