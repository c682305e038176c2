import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diagterritoire.core.access.deficits import deficits
from diagterritoire.core.access.shortfalls import REFERENCES, by_zone, shortfalls

COMMUNES = pd.DataFrame(
    {
        "code_commune": list("ABCDE"),
        "population": [100, 400, 1000, 50, 0],
        "population_standardisee": [120.0, 400.0, 900.0, 60.0, 0.0],
        "apl": [0.0, 2.0, 3.0, np.nan, 1.0],
        "temps_mg_min": [np.nan, 20.0, 0.0, 20.5, 3.0],
        "atteignable": [False, True, True, True, True],
        "zonage_mg": ["ZIP", "ZIP", "HZ", None, "ZAC"],
        "territoire": "x",
    }
)
TARGETS = pd.DataFrame(
    {
        "code_commune": list("EDCBA"),
        "seuil": 2.5,
        "departement": [3.5, 3.5, 3.5, 3.5, None],
        "france": 4.0,
    }
)


def whole(communes=COMMUNES):
    found = shortfalls(communes, TARGETS, par_etp=5000)
    return communes.merge(found, on="code_commune", how="left", validate="one_to_one")


def test_five_communes_by_hand():
    found = shortfalls(COMMUNES, TARGETS, par_etp=5000)
    assert found["code_commune"].tolist() == list("ABCDE")
    assert found["manque_seuil_consultations"].tolist() == pytest.approx(
        [300.0, 200.0, 0.0, np.nan, 0.0], nan_ok=True
    )
    assert found["manque_departement_consultations"].tolist() == pytest.approx(
        [np.nan, 600.0, 450.0, np.nan, 0.0], nan_ok=True
    )
    assert found["manque_france_etp"].tolist() == pytest.approx(
        [0.096, 0.16, 0.18, np.nan, 0.0], nan_ok=True
    )
    # E lacks nothing since nobody lives there; what is unknown has no rank.
    assert found["rang"].tolist() == [1, 2, pd.NA, pd.NA, pd.NA]


def test_ties_follow_the_code():
    communes = pd.DataFrame(
        {"code_commune": ["B", "A", "C"], "apl": [1.0, 1.0, 0.0], "population_standardisee": 10.0}
    )
    targets = communes[["code_commune"]].assign(seuil=2.5, departement=2.5, france=2.5)
    assert shortfalls(communes, targets, par_etp=1)["rang"].tolist() == [2, 3, 1]


def test_the_threshold_gives_the_deficit_of_the_layer():
    expected = deficits(COMMUNES, COMMUNES, seuil=2.5, par_etp=5000)
    found = shortfalls(COMMUNES, TARGETS, par_etp=5000)
    np.testing.assert_array_equal(
        found["manque_seuil_consultations"], expected["deficit_consultations"]
    )


def test_zones_by_hand():
    levels = {"territoire": "territoire", "zonage_mg": "zonage_mg"}
    found = by_zone(whole(), levels, seuil_apl=2.5, seuil_temps_min=20)
    assert found[["niveau", "code"]].to_numpy().tolist() == [
        ["territoire", "x"],
        ["zonage_mg", "HZ"],
        ["zonage_mg", "ZAC"],
        ["zonage_mg", "ZIP"],
        ["zonage_mg", "inconnu"],
    ]
    zones = found.set_index("code")
    territory = zones.loc["x"]
    assert territory["communes_nb"] == 5
    assert territory["population"] == 1550
    assert territory["apl"] == pytest.approx((2 * 400 + 3 * 900) / (120 + 400 + 900))
    assert territory["temps_mg_min"] == pytest.approx((400 * 20 + 50 * 20.5) / 1450)
    assert territory["communes_deficit_nb"] == 3
    assert territory["population_deficit"] == 500.0
    assert territory["part_population_deficit"] == pytest.approx(500 / 1500)
    # 20 minutes are not beyond 20; A has no way to a GP.
    assert territory["population_eloignee"] == 150.0
    assert territory["part_population_eloignee"] == pytest.approx(150 / 1550)
    assert territory["manque_seuil_consultations"] == 500.0
    assert zones.loc["inconnu", ["apl", "part_population_deficit"]].isna().all()
    assert np.isnan(zones.loc["inconnu", "manque_seuil_etp"])
    assert np.isnan(zones.loc["ZAC", "part_population_deficit"])
    assert zones["rang"].tolist() == [1, pd.NA, pd.NA, 1, pd.NA]


def test_no_commune():
    empty = whole().head(0)
    assert by_zone(empty, {"zonage_mg": "zonage_mg"}, seuil_apl=2.5, seuil_temps_min=20).empty


@settings(max_examples=30, deadline=None)
@given(st.lists(st.sampled_from(["ZIP", "ZAC", None]), min_size=5, max_size=5))
def test_zones_share_out_the_territory(zones):
    table = whole().assign(zonage_mg=pd.Series(zones, dtype="str"))
    levels = {"territoire": "territoire", "zonage_mg": "zonage_mg"}
    found = by_zone(table, levels, seuil_apl=2.5, seuil_temps_min=20)
    one, parts = found.iloc[0], found.iloc[1:]
    sums = ["communes_nb", "population", "population_deficit", "population_eloignee"]
    for column in [*sums, *(f"manque_{r}_consultations" for r in REFERENCES)]:
        assert parts[column].sum() == pytest.approx(one[column])
