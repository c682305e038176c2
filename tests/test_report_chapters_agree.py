"""Chapters of the report written apart must not contradict each other, nor say what is not so."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from diagterritoire import schema, tables
from diagterritoire.french import FINE, INSECABLE
from diagterritoire.outputs.report import (
    chapters_basins,
    chapters_flows,
    missing,
    movements,
    outlook,
    sentences,
    spread,
)
from diagterritoire.outputs.report.blocks import Paragraphe, SousTitre, Tableau
from diagterritoire.outputs.report.dossier import open_dossier
from diagterritoire.outputs.report.residents import residents
from diagterritoire.study.flow_verdicts import GRAVITE, REFERENCE
from factory import small_diagnosis


def plain(text):
    return text.replace(FINE, " ").replace(INSECABLE, " ")


def told(blocs):
    return plain(" ".join(b.texte for b in blocs if isinstance(b, Paragraphe)))


def table_of(blocs, words):
    return next(b for b in blocs if isinstance(b, Tableau) and words in b.titre)


def at_their_commune(diagnosis):
    return replace(
        diagnosis, communes=diagnosis.communes.assign(origine_points=tables.ORIGINE_POINT)
    )


def test_inhabitants_at_the_point_of_their_commune_are_not_said_to_be_at_home():
    d = open_dossier(at_their_commune(small_diagnosis()))
    assert told(residents(d)).startswith("Comptés au point de leur commune, faute de rues")
    note = plain(table_of(residents(d), "Habitants par tranche").note)
    assert "sont plus longs" in note
    assert "maximums" not in note
    titles = [b.texte if isinstance(b, SousTitre) else getattr(b, "titre", "") for b in
              residents(d)]  # fmt: skip
    assert not any("lieu d'habitation" in plain(title) for title in titles)
    assert "lieu d'habitation" not in plain(sentences.times(d))


def test_the_first_page_gives_the_share_near_a_gp_from_home():
    """11 600 of 13 370."""
    said = plain(sentences.times(open_dossier(small_diagnosis())))
    assert said.startswith("De l'endroit où ils vivent, 86,8 % des habitants sont à 10 minutes")
    said = plain(sentences.times(open_dossier(at_their_commune(small_diagnosis()))))
    assert said.startswith("Du point de leur commune, 86,8 % des habitants")


def later_of(now, last):
    diagnosis = small_diagnosis()
    rows = pd.DataFrame(
        {
            "horizon_ans": [0.0, 10.0],
            "mg_etp": [8.0, 6.0],
            "population_standardisee": 100.0,
            "apl": [3.0, 2.4],
            "communes_deficit_nb": 0,
            "population_deficit": [now, last],
            "manque_seuil_consultations": 0.0,
            "manque_seuil_etp": 0.0,
        }
    )
    return outlook.later(
        open_dossier(replace(diagnosis, avenir=schema.conform(rows, tables.AVENIR)))
    )


@pytest.mark.parametrize(
    ("now", "last", "words"),
    [
        (0.0, 0.0, "la population des communes sous le seuil de 2,5 resterait nulle."),
        (40.0, 40.0, "la population des communes sous le seuil de 2,5 resterait de 40."),
        (40.0, 90.0, "sous le seuil de 2,5, de 40 à 90 habitants."),
    ],
)
def test_a_population_that_does_not_change_is_not_said_to_pass_from_0_to_0(now, last, words):
    blocs = later_of(now, last)
    assert words in told(blocs)
    assert "population inchangée" in plain(blocs[1].note)


def test_the_mean_of_the_spread_says_why_it_is_not_that_of_other_tables():
    d = open_dossier(small_diagnosis())
    assert "population standardisée" in spread.spread(d)[-1].note


def test_one_commune_has_no_spread():
    diagnosis = small_diagnosis()
    one = diagnosis.communes["dans_territoire"] & (np.arange(len(diagnosis.communes)) == 0)
    alone = replace(diagnosis, communes=diagnosis.communes.assign(dans_territoire=one))
    assert spread.spread(open_dossier(alone)) == []


def test_far_by_zone_counts_those_without_a_way():
    rows = pd.DataFrame(
        {
            "niveau": ["territoire", "zonage_mg"],
            "code": ["demo", "ZIP"],
            "population": 100,
            "apl": 3.0,
            "part_population_deficit": 0.5,
            "part_population_eloignee": 0.5,
            "manque_seuil_etp": 1.0,
            "manque_departement_etp": 2.0,
            "manque_france_etp": 3.0,
        }
    )
    (table,) = missing.by_zone(open_dossier(replace(small_diagnosis(), manques_zones=rows)))
    assert table.entetes[4] == "Part à plus de 20 minutes ou sans trajet"
    assert all(entete.startswith("Temps plein") for entete in table.entetes[5:])


def test_verdicts_without_observed_flows_have_no_empty_column():
    rows = pd.DataFrame(
        [(GRAVITE, 0.5, 0.6, 4.0), (REFERENCE, 0.53, 0.59, 7.5)],
        columns=["modele", "part_commune", "part_plus_proche", "temps_moyen_min"],
    ).assign(cpc=None, srmse=None, communes_nb=3, note="marges tenues en 7 tours")
    judged = schema.conform(rows, tables.JUGEMENT_FLUX)
    d = open_dossier(replace(small_diagnosis(), jugement_flux=judged))
    table = table_of(movements.movements(d), "modèles simples")
    assert table.entetes == ("Modèle", "Dans la commune", "Au plus proche", "Temps moyen (min)")
    assert "tours" not in table.note
    assert "Il garde 50,0 %" in told(movements.movements(d))
    seen = schema.conform(rows.assign(cpc=[0.8, None], srmse=[1.2, None]), tables.JUGEMENT_FLUX)
    again = open_dossier(replace(small_diagnosis(), jugement_flux=seen))
    observed = table_of(movements.movements(again), "modèles simples")
    assert observed.entetes[1:3] == ("Part commune", "Erreur relative (SRMSE)")
    assert [plain(cell) for cell in observed.lignes[1][1:3]] == ["n. d.", "n. d."]


def test_the_awaited_observed_flows_come_before_the_basins():
    titles = [b.texte for b in chapters_flows.chapter(open_dossier(small_diagnosis())).blocs
              if isinstance(b, SousTitre)]  # fmt: skip
    assert titles.index("Flux observés") < titles.index("Bassins de patientèle")


def test_the_table_of_destinations_says_why_it_differs_from_the_rates():
    blocs = chapters_flows.chapter(open_dossier(small_diagnosis())).blocs
    assert "0,5 % de ses recours" in plain(table_of(blocs, "Où vont les habitants").note)


def test_the_six_analyses_are_written_in_their_unit(diagnosed):
    blocs = chapters_basins.care_area(open_dossier(diagnosed("demo")))
    scored = [b for b in blocs if isinstance(b, Tableau)][-1]
    lines = {row[0]: [plain(cell) for cell in row[1:]] for row in scored.lignes}
    assert lines["Flux de patients"][1].endswith(" %")
    assert lines["Temps d'accès au médecin"][1].endswith(" min")
    assert lines["Hôpitaux et EHPAD d'appui"][1:] == ["n. d.", "n. d."]
    assert lines["Hôpitaux et EHPAD d'appui"][0].startswith("Manque")


def test_a_basin_where_nobody_goes_anywhere_has_no_rate(diagnosed):
    """Two communes of the demo reach no GP: the basin of one alone has no use to keep."""
    diagnosis = diagnosed("demo")
    basins = diagnosis.bassins.set_index("bassin")
    used = diagnosis.flux.merge(
        diagnosis.communes[["code_commune", "bassin"]],
        left_on="code_residence", right_on="code_commune", how="left", validate="m:1",
    ).groupby("bassin")["patients"].sum()  # fmt: skip
    silent = basins.index.difference(used[used > 0].index)
    assert len(silent)
    assert basins.loc[silent, "taux_autosuffisance"].isna().all()


def test_the_two_tables_of_flows_give_one_national_reference(diagnosed):
    diagnosis = diagnosed("demo")
    row = diagnosis.jugement_flux.set_index("modele").loc[REFERENCE]
    assert row["part_commune"] == pytest.approx(diagnosis.bandes_flux["part_reference"].iloc[0])
