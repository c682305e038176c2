import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diagterritoire.core.access.outlook import outlook
from diagterritoire.core.care.departures import future_demand, future_supply, staying
from diagterritoire.decay import within
from diagterritoire.errors import DataError, UsageError
from diagterritoire.parameters import Parameters, override
from test_access import trips

MEDECINS = pd.DataFrame(
    {"code_commune": ["A", "A", "A", "B", "C"], "age": [67.0, 63.9, 40.0, np.nan, 57.0]}
)
RULE = {"age_cessation": 67, "part_departs_an": 0.1, "part_remplacee": 0.0}


def parts(medecins, horizon, **changes):
    table, controle = staying(
        medecins, pd.Series(list("DCBA")), horizon_ans=horizon, **RULE | changes
    )
    assert table["code_commune"].tolist() == list("ABCD")
    return table, controle


@pytest.mark.parametrize(
    ("horizon", "expected"),
    [
        # At 0 nobody has left, even at 67. At 3 the one of 63.9 is 66.9: still there.
        (0, [1, 1, 1, 1]),
        (3, [2 / 3, 0.9**3, 1, 0.9**3]),
        (5, [1 / 3, 0.9**5, 1, 0.9**5]),
        # C reaches 67 at 10: gone.
        (10, [1 / 3, 0.9**10, 0, 0.9**10]),
    ],
)
def test_four_communes_by_hand(horizon, expected):
    table, controle = parts(MEDECINS, horizon)
    assert table["part_restante"].tolist() == pytest.approx(expected)
    assert table["medecins_listes"].tolist() == [3, 1, 1, 0]
    assert table["ages_connus"].tolist() == [3, 0, 1, 0]
    assert controle[["nombre", "exemples"]].to_numpy().tolist() == [[1, "B"], [1, "D"]]


def test_activity_weighs_and_some_are_replaced():
    busy = MEDECINS.assign(consultations_comptees=[0.0, 6000.0, 2000.0, 0.0, 4000.0])
    assert parts(busy, 5)[0]["part_restante"].tolist() == pytest.approx([0.25, 0.9**5, 1, 0.9**5])
    half = parts(busy, 5, part_remplacee=0.5)[0]["part_restante"]
    assert half.iloc[0] == pytest.approx(0.25 + 0.75 / 2)


def test_no_list_at_all():
    nobody = MEDECINS.head(0)
    assert parts(nobody, 3)[0]["part_restante"].tolist() == pytest.approx([0.9**3] * 4)


def test_refusals():
    with pytest.raises(DataError, match="-1 ans"):
        parts(MEDECINS, -1)
    with pytest.raises(DataError, match="la part 2 n'est pas"):
        parts(MEDECINS, 1, part_departs_an=2)
    sites = pd.DataFrame({"site_id": ["s"], "code_commune": ["Z"]})
    with pytest.raises(DataError, match=r"1 sites.*par exemple Z"):
        future_supply(sites, parts(MEDECINS, 1)[0])
    with pytest.raises(DataError, match="vide le pays"):
        future_demand(MEDECINS, horizon_ans=1, facteur_an=0)
    for group in (
        {"avenir": {"part_departs_an": 1.5}},
        {"avenir": {"facteur_population_an": 0}},
        {"offre": {"activite_plancher": 4000}},
    ):
        with pytest.raises(UsageError):
            override(Parameters(), group)


TRIPS = trips([("A", "s", 0.0), ("B", "s", 10.0), ("B", "t", 0.0), ("C", "t", 30.0)])
PEOPLE = pd.DataFrame(
    {"code_commune": list("ABC"), "population_standardisee": [1000.0, 1000.0, 500.0]}
)
SITES = pd.DataFrame(
    {
        "site_id": ["s", "t"],
        "code_commune": ["A", "B"],
        "mg_nb": [3.0, 1.0],
        "consultations": [6000.0, 4000.0],
        "mg_etp": [1.2, 0.8],
    }
)


def ahead(**changes):
    settings = {"horizons_ans": (5, 3), "facteur_an": 1.0, **RULE} | changes
    return outlook(
        TRIPS, PEOPLE, SITES, MEDECINS, decay=within(20), seuil=2.5, par_etp=5000, **settings
    )


def test_outlook_by_hand():
    found, controle = ahead(facteur_an=2.0, part_departs_an=0.5)
    assert found["horizon_ans"].tolist() == [0.0] * 3 + [3.0] * 3 + [5.0] * 3
    # Today s gives 6000 / 2000 = 3 to A and B, t gives 4000 / 1000 = 4 to B.
    assert found["apl"].tolist()[:3] == [3.0, 7.0, 0.0]
    # In 3 years two thirds of s and an eighth of t are left, for eight times the people.
    assert found["apl"].tolist()[3:6] == pytest.approx([0.25, 0.25 + 0.0625, 0.0])
    assert found["population_standardisee"].tolist()[3:6] == [8000.0, 8000.0, 4000.0]
    assert found["mg_etp"].tolist()[3:6] == pytest.approx([0.8, 0.1, 0.0])
    assert found["deficit"].tolist()[:3] == [False, False, True]
    assert found["deficit_consultations"].tolist()[2:6] == pytest.approx(
        [1250.0, 2.25 * 8000, (2.5 - 0.3125) * 8000, 10000.0]
    )
    assert controle["nombre"].tolist() == [1]


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.floats(25, 90), min_size=5, max_size=5),
    st.floats(0, 1),
    st.floats(0, 1),
    st.lists(st.floats(0, 40), min_size=2, max_size=2),
)
def test_later_is_never_more_and_replacing_never_less(ages, leaving, replaced, horizons):
    medecins = MEDECINS.assign(age=ages)
    rule = {"part_departs_an": leaving, "part_remplacee": replaced}
    soon, late = (parts(medecins, h, **rule)[0]["part_restante"] for h in sorted(horizons))
    assert (late <= soon + 1e-12).all()
    assert late.between(0, 1).all()
    alone = parts(medecins, max(horizons), part_departs_an=leaving)[0]["part_restante"]
    assert (late >= alone - 1e-12).all()
