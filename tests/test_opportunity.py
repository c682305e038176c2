"""Aid matched with zones, and the grid: read at the bounds, silent on the unknown."""

from __future__ import annotations

import re
from dataclasses import replace

import pandas as pd
import pytest

from diagterritoire import tables
from diagterritoire.core.practices.aid_register import AIDES, Aide
from diagterritoire.core.practices.aids import aids
from diagterritoire.core.survey.results import participation, results
from diagterritoire.outputs.report import aid, opportunity, practices, survey
from diagterritoire.outputs.report.blocks import Encadre, Liste, Tableau
from diagterritoire.outputs.report.dossier import open_dossier
from diagterritoire.study.opportunity import grille
from diagterritoire.study.opportunity.criterion import basins_having, reading
from factory import small_diagnosis
from test_survey import ANSWERS

COMMUNES = pd.DataFrame(
    {
        "zonage_mg": ["ZIP", "ZIP", "HZ", "ZAR", None],
        "population": [100, 20, 3, 4, 5],
        "code_region": "28",
        "code_departement": ["14", "14", "61", "14", "14"],
    }
)


def test_zones_open_what_they_open_by_hand():
    found = aids(COMMUNES).set_index("aide")
    zip_ = found.loc["primo_installation_zip"]
    assert (zip_["ouverture"], zip_["communes_nb"], zip_["population"]) == ("zone_presente", 2, 120)
    # The fifth commune may be in a ZAC: nobody knows.
    assert found.loc["primo_installation_zac", "ouverture"] == "zone_inconnue"
    assert found.loc["primo_installation_zac", ["communes_nb", "population"]].isna().all()
    assert aids(COMMUNES.head(4)).set_index("aide").loc["primo_installation_zac", "ouverture"] == (
        "zone_absente"
    )
    assert found.loc["caim", "ouverture"] == "fermee"
    assert found.loc["france_ruralites", "ouverture"] == "zonage_non_lu"
    assert found.loc["aci_msp", "ouverture"] == "sans_condition_de_zone"
    assert {"orne_psla", "region_normandie_psla"} <= set(found.index)
    assert not {"seine_maritime_psla", "region_ile_de_france"} & set(found.index)


def test_every_aid_has_a_source_and_no_amount_is_firm_without_a_date():
    assert len({a.cle for a in AIDES}) == len(AIDES)
    for one in AIDES:
        assert one.source
        assert one.fermete in tables.FERMETES_TEXTE
        assert set(one.zones) <= set(tables.ZONES_MG)
        for day in (one.depuis, one.jusqu_a, one.source_date):
            assert day is None or re.fullmatch(r"[0-9]{4}-[0-9]{2}(-[0-9]{2})?", day)
        if one.montant and one.source_date is None:
            assert one.fermete == tables.A_VERIFIER, one.cle
        assert bool(one.jusqu_a) == one.fermee


def test_a_hostile_register_stays_text():
    one = Aide("x", "<script>", "a", "b", None, tables.A_VERIFIER, montant="=1+1")
    d = open_dossier(replace(small_diagnosis(), aides=aids(COMMUNES, [one])))
    table = next(b for b in aid.aid(d) if isinstance(b, Tableau))
    assert table.lignes[0][0] == "<script>"


@pytest.mark.parametrize(
    ("value", "threshold", "high", "told"),
    [
        (0.5, 0.5, True, tables.FAVORABLE),
        (0.499, 0.5, True, tables.DEFAVORABLE),
        (0.5, 0.5, False, tables.FAVORABLE),
        (0.501, 0.5, False, tables.DEFAVORABLE),
        (None, 0.5, True, tables.A_INSTRUIRE),
        (0.5, None, True, tables.A_INSTRUIRE),
    ],
)
def test_a_threshold_is_on_the_favourable_side(value, threshold, high, told):
    assert reading(value, threshold, haut=high) == told


def test_the_grid_says_what_is_unknown_and_which_file_would_tell():
    rows = grille(small_diagnosis()).set_index("critere")
    for name in ("reponses_mg", "interet", "departs"):
        assert rows.loc[name, "lecture"] == tables.A_INSTRUIRE
        assert rows.loc[name, "source"].startswith("manque : enquête")
    assert rows.loc["bassins_msp", "lecture"] == tables.A_INSTRUIRE


def surveyed():
    d = small_diagnosis()
    return replace(
        d,
        enquete_participation=participation(ANSWERS, {"medecin_generaliste": 36.0}, 5),
        enquete_resultats=results(ANSWERS, 5),
    )


def test_the_grid_reads_the_survey_from_what_is_shown_only():
    rows = grille(surveyed()).set_index("critere")
    assert rows.loc["reponses_mg", ["valeur", "lecture"]].tolist() == [0.5, tables.FAVORABLE]
    assert rows.loc["interet", "valeur"] == 20 / 36
    assert rows.loc["departs", ["valeur", "lecture"]].tolist() == [12 / 18, tables.DEFAVORABLE]


@pytest.mark.parametrize(
    ("leaving", "staying", "silent", "told"),
    [
        (0, 0, 24, tables.A_INSTRUIRE),  # A question that nobody answered says nothing.
        (0, 12, 12, tables.A_INSTRUIRE),  # Half may leave: 0.5 is above 0.33.
        (0, 18, 6, tables.FAVORABLE),  # A quarter at most.
        (12, 0, 12, tables.DEFAVORABLE),
    ],
)
def test_no_answer_is_neither_to_stay_nor_to_refuse(leaving, staying, silent, told):
    departs = ["3_ans"] * leaving + ["plus_tard"] * staying + [None] * silent
    answers = pd.DataFrame(
        {"profession": "medecin_generaliste", "depart": departs, "interet": None}
    ).assign(attentes=None, age=None)
    d = replace(
        small_diagnosis(),
        enquete_participation=participation(answers, {"medecin_generaliste": 36.0}, 5),
        enquete_resultats=results(answers, 5),
    )
    rows = grille(d).set_index("critere")
    assert rows.loc["departs", "lecture"] == told
    assert rows.loc["interet", "lecture"] == tables.A_INSTRUIRE
    assert rows.loc["interet", "phrase"] == (
        "Aucun répondant ne se dit intéressé par un exercice coordonné, ni déjà engagé ; "
        "aucun n'a répondu à cette question."
    )


def test_the_report_writes_the_survey_and_the_grid():
    diagnosis = surveyed()
    d = open_dossier(replace(diagnosis, grille=grille(diagnosis)))
    tables_of = [b for b in survey.survey(d) if isinstance(b, Tableau)]
    assert tables_of[0].lignes[0][1:] == ("36", "18", "50,0\u00a0%")
    shown = [cell for t in tables_of[1:] for line in t.lignes for cell in line[1:]]
    assert not {"1", "2", "3", "4"} & set(shown)
    lists = [b for b in opportunity.opportunity(d) if isinstance(b, Liste)]
    assert any("envisagent de partir" in text for b in lists for text in b.elements)


def test_without_a_file_each_section_says_which_would_fill_it():
    d = open_dossier(small_diagnosis())
    (box,) = survey.survey(d)
    assert isinstance(box, Encadre)
    assert "enquete-modele" in box.texte
    assert practices.practices(d) == []


@pytest.mark.parametrize(("second_min", "far"), [(10.0, 570), (10.1, 1370)])
def test_those_far_are_counted_as_the_figure_of_the_country_is(second_min, far):
    """From the point of each commune, be the homes elsewhere: 450 at 17.5 min, 120 cut off."""
    diagnosis = small_diagnosis()
    minutes = diagnosis.communes["temps_mg_min"].replace(8.4, second_min)
    moved = diagnosis.communes.assign(temps_mg_min=minutes, population_10min=0)
    row = grille(replace(diagnosis, communes=moved)).set_index("critere").loc["au_dela_10_min"]
    assert row["valeur"] == pytest.approx(far / 13_370)
    assert row["lecture"] == tables.FAVORABLE


@pytest.mark.parametrize(
    ("number", "told"),
    [(0, "Aucun bassin sur 5 a"), (1, "1\u00a0bassin sur 5 a"), (2, "2\u00a0bassins sur 5 ont")],
)
def test_the_verb_follows_the_number_of_basins(number, told):
    assert basins_having(number, 5) == told
