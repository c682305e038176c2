"""A list of ages that covers a part of the GPs says nothing of the others."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from diagterritoire import schema, tables
from diagterritoire.core.care.departures import staying, young_share
from diagterritoire.core.care.listed import known_within, unlisted
from diagterritoire.inputs.surroundings import ages_of_gps
from diagterritoire.parameters import Parameters
from diagterritoire.study import appraisal
from diagterritoire.territory import ARRONDISSEMENTS

# Ten GPs are counted in A and one is listed, of 68; B lists the two it has, of 40 and unknown.
GPS = pd.DataFrame({"code_commune": ["A", "B", "B"], "age": [68.0, 40.0, None]})
COUNTED = pd.Series({"A": 10.0, "B": 2.0, "C": 1.0})
CODES = pd.Series(list("ABC"))


def absents() -> pd.Series:
    return unlisted(GPS, COUNTED, consultations=1.0)


def test_unlisted_by_hand() -> None:
    assert absents().to_dict() == {"A": 9.0, "B": 0.0}


def test_those_who_are_not_listed_leave_as_declared() -> None:
    found, _ = staying(
        GPS,
        CODES,
        horizon_ans=1,
        age_cessation=67,
        part_departs_an=0.1,
        part_remplacee=0.0,
        absents=absents(),
    )
    # A: the one listed left, nine times 0.9 stay. B: 1 and 0.9 of two. C: 0.9.
    assert found["part_restante"].tolist() == pytest.approx([0.81, 0.95, 0.9])


def test_those_who_are_not_listed_are_as_the_others_are() -> None:
    found = young_share(GPS, CODES, age_max=65, absents=absents())
    # One of two known is 65 or less: A has 0 and nine halves of ten, B 1 and a half of two.
    assert found["part_restante"].tolist() == pytest.approx([0.45, 0.75, 0.5])
    assert found["ages_connus"].tolist() == [1, 1, 0]


def test_one_row_in_a_commune_of_ten_gps_does_not_empty_it() -> None:
    trajets = pd.DataFrame({"code_commune": ["A"], "site_id": ["s"], "temps_min": [0.0]})
    communes = pd.DataFrame({"code_commune": ["A"], "population_standardisee": [1000.0]})
    inside = communes.assign(population=1000)
    sites = pd.DataFrame(
        {
            "site_id": ["s"],
            "code_commune": ["A"],
            "mg_nb": [10.0],
            "consultations": [42_200.0],
            "mg_etp": [7.8],
        }
    )
    gps = pd.DataFrame({"code_commune": ["A"], "age": [68.0], "consultations_comptees": [4220.0]})
    parameters = Parameters()
    declared = replace(parameters.avenir, part_departs_an=0.0, secret_medecins=1)
    parameters = replace(parameters, avenir=declared)
    table = appraisal.avenir(trajets, communes, sites, inside, parameters, gps)
    assert table["mg_etp"].tolist() == pytest.approx([7.8, 7.02, 7.02, 7.02])


def test_a_city_does_not_list_a_gp_in_each_arrondissement() -> None:
    parts = list(ARRONDISSEMENTS["13055"])
    trajets = pd.DataFrame({"code_commune": "X", "site_id": parts, "temps_min": 5.0})
    communes = pd.DataFrame({"code_commune": ["X"], "population_standardisee": [1000.0]})
    sites = pd.DataFrame(
        {
            "site_id": parts,
            "code_commune": parts,
            "mg_nb": 1.0,
            "consultations": 4220.0,
            "mg_etp": 0.8,
        }
    )
    gp = pd.DataFrame({"code_commune": parts, "age": 40.0, "consultations_comptees": 4220.0})
    for number, shown in ((4, False), (5, True)):
        gps = pd.concat([gp.assign(rang=n) for n in range(number)], ignore_index=True)
        found = appraisal.apl_65(trajets, communes, sites, gps, Parameters())["apl_65"]
        assert found.notna().tolist() == [shown]
    assert found.tolist() == pytest.approx([16 * 4.22])
    # Each in an arrondissement of its own, they are as many as they are.
    apart = gp.head(5).assign(rang=range(5))
    assert known_within(apart, trajets.rename(columns={"site_id": "lieu"})).tolist() == [5]
    # Sixteen are counted and four listed: three out of four are not, in each arrondissement.
    four = pd.concat([gp.assign(rang=n) for n in range(4)], ignore_index=True)
    whole = pd.Series({"13055": 16.0})
    assert set(unlisted(four, whole, consultations=1.0)) == {12.0}
    assert set(unlisted(gp.head(4).assign(rang=range(4)), whole, consultations=1.0)) == {3.0}


def test_the_account_says_how_many_are_not_listed() -> None:
    parts = list(ARRONDISSEMENTS["13055"])
    area = pd.DataFrame({"code_commune": [*parts, "18001"], "dans_territoire": True, "mg_nb": 2.0})
    gps = pd.DataFrame({"code_commune": ["13055"] * 12, "age": 50.0, "consultations": None})
    moves, cog = schema.empty(tables.MOUVEMENTS), {"appartenance": 2024}
    told = ages_of_gps(gps, area, moves, cog, Parameters())[1]
    imputed = told.loc[told["effet"] == tables.IMPUTE]
    # 32 counted and 12 listed in the city, 2 and none in the other commune.
    assert imputed[["nombre", "part"]].to_numpy().tolist() == [[22, pytest.approx(22 / 34)]]
