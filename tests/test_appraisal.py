"""The tables of what is missing, why, and how access is spread, laid out for the delivery."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from diagterritoire import schema, tables
from diagterritoire.core.access.causes import CAUSES
from diagterritoire.french import INSECABLE
from diagterritoire.outputs.report import missing, spread
from diagterritoire.outputs.report import outlook as report_outlook
from diagterritoire.outputs.report.dossier import open_dossier
from diagterritoire.parameters import Parameters
from diagterritoire.study import appraisal
from factory import small_diagnosis

PARTS = [f"ecart_{name}" for name in CAUSES]


def test_causes_of_the_invented_territory_sum_to_the_gap(diagnosed):
    diagnosis = diagnosed("demo")
    table = diagnosis.manques_communes.set_index("code_commune")
    inside = diagnosis.interieur.set_index("code_commune")
    assert table.index.tolist() == inside.index.tolist()
    gap = inside["apl"] - diagnosis.parameters.deficit.seuil_apl
    assert (table["ecart"] - gap).abs().max() < 1e-9
    assert (table[PARTS].sum(axis=1) - gap).abs().max() < 1e-9
    assert table["cause_principale"].isna().tolist() == (gap >= 0).tolist()
    np.testing.assert_allclose(
        table["manque_seuil_consultations"], inside["deficit_consultations"], rtol=1e-12
    )


def test_zones_of_the_invented_territory_sum_to_it(diagnosed):
    diagnosis = diagnosed("demo")
    table = diagnosis.manques_zones
    whole = table.loc[table["niveau"] == "territoire"].iloc[0]
    assert whole["population"] == diagnosis.interieur["population"].sum()
    assert whole["apl"] == pytest.approx(diagnosis.bilan.apl_moyenne, rel=1e-12)
    for _, zones in table.groupby("niveau"):
        for column in ("communes_nb", "population", "manque_seuil_etp", "manque_france_etp"):
            assert zones[column].sum() == pytest.approx(whole[column])


def test_a_city_gets_the_mean_of_its_arrondissements():
    communes = pd.DataFrame(
        {
            "code_commune": ["69381", "69382", "01001"],
            "population": [100, 300, 50],
            "population_totale": [100.0, None, 50.0],
            "population_standardisee": [100.0, 300.0, 50.0],
        }
    )
    sites = pd.DataFrame({"site_id": ["s", "t"], "consultations": [100.0, 900.0]})
    trajets = pd.DataFrame(
        {
            "code_commune": ["69381", "69382"],
            "site_id": ["s", "t"],
            "temps_min": [0.0, 0.0],
        }
    )
    found = appraisal.gap_causes(trajets, communes, sites, Parameters())
    assert found["code_commune"].tolist() == ["01001", "69123"]
    # 1 and 3 consultations: 2.5 on average, weighted; neither distance nor competition nor age.
    city = found.iloc[1]
    assert city[["ecart", *PARTS]].tolist() == pytest.approx([0.0] * 5)
    assert found.iloc[0][["ecart", "ecart_distance"]].tolist() == [-2.5, -2.5]
    assert found["cause_principale"].iloc[0] == "distance"


def test_tables_of_the_small_diagnosis_by_hand():
    diagnosis = small_diagnosis()
    lacking = diagnosis.manques_communes.set_index("code_commune")
    assert lacking["reference_departement"].unique().tolist() == [3.4]
    assert lacking["reference_france"].unique().tolist() == [3.7]
    assert lacking.loc["00002", "manque_departement_consultations"] == pytest.approx(0.8 * 816)
    assert lacking["rang"].dropna().to_dict() == {"00003": 1, "00004": 2}
    fair = diagnosis.equite.set_index("indicateur")
    assert fair.loc["temps_mg_min", "population_ecartee"] == 120.0
    assert fair.loc["apl", "population"] == 13370.0


def test_report_tells_zones_causes_and_spread():
    d = open_dossier(small_diagnosis())
    zones = missing.by_zone(d)
    assert [line[0] for line in zones[0].lignes] == [
        "Territoire",
        "HZ, hors zonage",
        "ZAC, zone d'action complémentaire",
        "ZIP, zone d'intervention prioritaire",
        "Non renseigné",
    ]
    told = missing.reasons(d)[1].texte.replace(INSECABLE, " ")
    assert "sous le seuil de 2,5 (3 en tout)" in told
    assert "dans 2 communes, l'éloignement des médecins" in told
    assert "dans 1 commune, trop peu de consultations" in told
    assert "Le dixième des habitants le moins bien servi" in spread.spread(d)[1].texte


def test_report_is_silent_without_them():
    nothing = replace(
        small_diagnosis(),
        manques_communes=schema.empty(tables.MANQUES_COMMUNES),
        manques_zones=schema.empty(tables.MANQUES_ZONES),
        equite=schema.empty(tables.EQUITE),
    )
    d = open_dossier(nothing)
    assert missing.by_zone(d) == missing.reasons(d) == spread.spread(d) == []


def test_no_commune_gives_empty_zones():
    diagnosis = small_diagnosis()
    none = diagnosis.interieur.head(0)
    lacking = diagnosis.manques_communes.head(0)
    assert appraisal.manques_zones(none, lacking, "x", Parameters()).empty


def test_today_is_today_and_later_is_less(diagnosed):
    diagnosis = diagnosed("demo")
    later = diagnosis.avenir
    assert later["horizon_ans"].tolist() == [0.0, 3.0, 5.0, 10.0]
    now, inside = later.iloc[0], diagnosis.interieur
    assert now["apl"] == pytest.approx(diagnosis.bilan.apl_moyenne, rel=1e-12)
    assert now["mg_etp"] == pytest.approx(inside["mg_etp"].sum())
    assert now["communes_deficit_nb"] == inside["deficit"].sum()
    assert now["manque_seuil_etp"] == pytest.approx(inside["deficit_etp"].sum())
    # The same departures everywhere and the same people: every APL falls in proportion.
    kept = (1 - diagnosis.parameters.avenir.part_departs_an) ** later["horizon_ans"]
    np.testing.assert_allclose(later["apl"], now["apl"] * kept)
    sentence, table = report_outlook.later(open_dossier(diagnosis))
    assert "si 2,7" in sentence.texte
    assert "sans être remplacés" in sentence.texte
    assert [line[0] for line in table.lignes] == ["Aujourd'hui", "3 ans", "5 ans", "10 ans"]
