"""Flows and basins as delivered: observed ones shown and hidden, the model beside, its verdicts."""

from __future__ import annotations

from dataclasses import fields, replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from conftest import SilentProgress
from diagterritoire import tables
from diagterritoire.inputs.preparation import prepare
from diagterritoire.outputs.report import chapters_flows, render, sentences
from diagterritoire.parameters import Parameters, override
from diagterritoire.study import flow_models
from diagterritoire.study.diagnosis import diagnose
from diagterritoire.study.flow_verdicts import (
    CAPACITE,
    GRAVITE,
    HASARD,
    OBSERVES,
    PROCHE,
    REFERENCE,
)
from diagterritoire.study.opportunity.needs import leak


def observed_like(diagnosis, parameters, *, seed=0):
    """Counts drawn around other parameters of the same model, as a file would give them."""
    flux = pd.DataFrame(diagnosis.flux.drop(columns="geometry"))
    rng = np.random.default_rng(seed)
    counts = rng.poisson(0.9 * flux["patients"])
    frame = flux[["code_residence", "code_exercice"]].assign(patients=counts.astype("float64"))
    return frame.loc[frame["patients"] > 0].reset_index(drop=True)


@pytest.fixture(scope="module")
def inputs(tmp_path_factory):
    return prepare("demo", Path(), tmp_path_factory.mktemp("cache"), Parameters(), SilentProgress())


@pytest.fixture(scope="module")
def plain(inputs):
    return diagnose(inputs, Parameters())


@pytest.fixture(scope="module")
def observed(inputs):
    parameters = override(
        Parameters(),
        {
            "flux": {
                "decroissance_par_min": 0.05,
                "decroissance_puissance": 1.0,
                "part_conservee": 1,
            }
        },
    )
    truth = diagnose(inputs, parameters)
    seen = observed_like(truth, parameters)
    stray = pd.DataFrame([("00001", "99999", 40.0), ("98765", "00009", 40.0)], columns=seen.columns)
    inputs = replace(inputs, flux_observes=pd.concat([seen, stray], ignore_index=True))
    return seen, diagnose(inputs, Parameters())


def test_no_small_cell_is_delivered_anywhere(observed):
    seen, diagnosis = observed
    flux = diagnosis.flux.loc[diagnosis.flux["nature"] == tables.OBSERVE]
    assert len(flux)
    assert flux["patients"].min() >= 11
    told = diagnosis.destinations.loc[diagnosis.destinations["nature"] == tables.OBSERVE]
    assert told["patients"].min() >= 11
    true = seen.set_index(["code_residence", "code_exercice"])["patients"]
    for row in flux.itertuples():
        assert row.patients == true.loc[(row.code_residence, row.code_exercice)]


def test_margins_are_those_of_the_file_or_null(observed):
    seen, diagnosis = observed
    total = seen.groupby("code_residence")["patients"].sum()
    total["00001"] += 40  # They go to a commune that no file draws.
    margins = diagnosis.marges_observees.set_index("code_residence")
    known = margins["patients_observes"].dropna()
    assert len(known)
    assert known.to_dict() == total[known.index].to_dict()
    shown = diagnosis.flux.loc[diagnosis.flux["nature"] == tables.OBSERVE]
    sums = shown.groupby("code_residence")["patients"].sum()
    assert (margins["patients_montres"].reindex(sums.index) == sums).all()


def test_model_stands_beside_what_is_observed(observed):
    _, diagnosis = observed
    flux = diagnosis.flux
    seen = flux["nature"] == tables.OBSERVE
    assert flux.loc[seen, "patients_modelises"].notna().all()
    assert flux.loc[~seen, "patients_modelises"].isna().all()
    assert not set(flux.loc[seen, "code_residence"]) & set(flux.loc[~seen, "code_residence"])


def test_fit_finds_the_parameters_that_made_the_flows(observed):
    _, diagnosis = observed
    found = diagnosis.calage_flux.set_index("parametre")
    assert found.loc["attraction_exposant", "valeur"] == pytest.approx(1.0, abs=0.05)
    assert found["origine"].str.startswith("calé sur les flux observés").sum() == 3
    scale = found.loc["decroissance_echelle_min", "valeur"]
    k, p = (found.loc[f"decroissance_{n}", "valeur"] for n in ("par_min", "puissance"))
    minutes = np.array([5.0, 15.0, 30.0])
    fitted = k * minutes + p * np.log1p(minutes / scale)
    assert fitted == pytest.approx(0.05 * minutes + np.log1p(minutes / scale), rel=0.1)


def test_model_beats_the_simple_ones_on_residences_left_out(observed):
    _, diagnosis = observed
    verdict = diagnosis.jugement_flux.set_index("modele")
    assert verdict.index.tolist() == [GRAVITE, CAPACITE, PROCHE, HASARD, OBSERVES, REFERENCE]
    assert verdict.loc[GRAVITE, "cpc"] > 0.9
    assert verdict.loc[GRAVITE, "cpc"] > verdict.loc[[PROCHE, HASARD], "cpc"].max()
    assert verdict.loc[GRAVITE, "srmse"] < verdict.loc[[PROCHE, HASARD], "srmse"].min()
    assert verdict.loc[GRAVITE, "part_commune"] == pytest.approx(
        verdict.loc[OBSERVES, "part_commune"], abs=0.05
    )
    assert verdict.loc[PROCHE, "part_plus_proche"] == 1.0


def test_records_are_accounted_for(observed):
    seen, diagnosis = observed
    control = diagnosis.controle
    mine = control.loc[control["source"] == tables.FLUX_OBSERVES.titre]
    counts = mine.groupby("effet")["nombre"].sum()
    assert counts["lu"] == len(seen) + 2
    assert counts["ecarte"] == 2
    assert mine["motif"].str.contains("moins de 11 patients").any()
    assert not mine.loc[mine["effet"] == "signale", "exemples"].str.len().any()


def test_verdicts_and_rates_only_tell_what_is_shown(inputs, observed):
    """A file that hides the same cells gives the same figures, but the fit and margins."""
    seen, diagnosis = observed
    shown = diagnosis.flux.loc[diagnosis.flux["nature"] == tables.OBSERVE]
    pair = ["code_residence", "code_exercice"]
    both = seen.merge(shown[pair], on=pair, how="left", indicator=True)
    blank = both["patients"].where(both["_merge"] == "both")
    told = replace(inputs, flux_observes=seen.assign(patients=blank.to_numpy()))
    other = diagnose(told, Parameters())
    pd.testing.assert_frame_equal(
        other.destinations.loc[other.destinations["nature"] == tables.OBSERVE],
        diagnosis.destinations.loc[diagnosis.destinations["nature"] == tables.OBSERVE],
    )
    first = diagnosis.jugement_flux.set_index("modele").loc[OBSERVES]
    again = other.jugement_flux.set_index("modele").loc[OBSERVES]
    assert first.drop("note").equals(again.drop("note"))


def test_nothing_delivered_moves_with_the_hidden_cells(inputs, observed):
    """Small numbers exchanged within a residence: every table is the same, the fit too."""
    seen, diagnosis = observed
    rng = np.random.default_rng(5)
    values = seen["patients"].to_numpy(copy=True)
    small = seen["patients"] < 11
    for mine in seen.index[small].groupby(seen.loc[small, "code_residence"]).values():
        values[mine] = rng.permutation(values[mine])
    assert (values != seen["patients"]).sum() > 20
    stray = pd.DataFrame([("00001", "99999", 40.0), ("98765", "00009", 40.0)], columns=seen.columns)
    moved = pd.concat([seen.assign(patients=values), stray], ignore_index=True)
    other = diagnose(replace(inputs, flux_observes=moved), Parameters())
    for part in fields(diagnosis):
        table = getattr(diagnosis, part.name)
        if isinstance(table, pd.DataFrame):
            plain = table.drop(columns="geometry", errors="ignore")
            again = getattr(other, part.name).drop(columns="geometry", errors="ignore")
            pd.testing.assert_frame_equal(
                pd.DataFrame(plain), pd.DataFrame(again), check_exact=True
            )


def test_what_is_hidden_stands_on_the_file_of_flows_alone():
    """Neither who else is in the delivery nor which communes are drawn moves it."""
    rows = [("A", "A", 400), ("A", "B", 60), ("A", "C", 40), ("A", "D", 25), ("A", "Z", 3)]
    rows += [("B", "B", 90), ("B", "C", 30), ("B", "D", 20), ("B", "E", 4), ("E", "D", 50)]
    pair = ["code_residence", "code_exercice"]
    observes = pd.DataFrame(rows, columns=[*pair, "patients"]).astype({"patients": "float64"})
    told = {}
    for area, drawn in (("ABE", "ABCDEZ"), ("A", "ABCDEZ"), ("A", "ABCDE"), ("A", "ABD")):
        lieux = pd.DataFrame({"code_commune": list(drawn)})
        seen, visites, _ = flow_models._observed(observes, set(area), lieux)
        found = flow_models._placed(flow_models.shown(seen, 11, visites), lieux)
        mine = found.flux.loc[found.flux["code_residence"] == "A"]
        margin = found.marges.set_index("code_residence").loc["A"]
        assert margin["patients_observes"] == 528
        assert margin["patients_montres"] == mine["patients"].sum()
        told[area, drawn] = set(mine["code_exercice"])
    # Z is small, of 3: 10 - 3 + 11 and more are hidden beside. B is gone to twice, from A and B; C
    # too, and comes after it; D is by three.
    assert told == {
        ("ABE", "ABCDEZ"): set("ACD"),
        ("A", "ABCDEZ"): set("ACD"),
        ("A", "ABCDE"): set("ACD"),
        ("A", "ABD"): set("AD"),
    }


def test_rate_of_a_hidden_own_flow_is_unknown(observed):
    seen, diagnosis = observed
    own = seen.loc[seen["code_residence"] == seen["code_exercice"]]
    shown = diagnosis.flux.loc[diagnosis.flux["code_residence"] == diagnosis.flux["code_exercice"]]
    hidden = set(own["code_residence"]) - set(shown["code_residence"])
    rates = diagnosis.communes.set_index("code_commune")["taux_fuite"]
    assert rates.reindex(sorted(hidden)).isna().all()


def test_rate_counts_all_the_patients_whose_number_is_told(observed):
    """A margin told less the own flow shown is who leaves, whether their way is shown or not."""
    seen, diagnosis = observed
    total = seen.groupby("code_residence")["patients"].sum()
    own = seen.loc[seen["code_residence"] == seen["code_exercice"]]
    true = 1 - own.set_index("code_residence")["patients"] / total
    margins = diagnosis.marges_observees.set_index("code_residence")
    some = margins.index[margins["patients_montres"] < margins["patients_observes"]]
    rates = diagnosis.communes.set_index("code_commune")["taux_fuite"].reindex(some).dropna()
    between = rates[(rates > 0) & (rates < 1)]
    assert len(between)
    assert between.to_dict() == pytest.approx(true[between.index].to_dict())


def test_who_goes_unseen_bounds_the_leak():
    """200 shown, 20 of them leave; 30 go unseen from A, none from B, C is modelled."""
    margins = [("A", 130.0, 100.0), ("B", 100.0, 100.0), ("C", np.nan, 0.0)]
    columns = ["code_residence", "patients_observes", "patients_montres"]
    diagnosis = SimpleNamespace(
        marges_observees=pd.DataFrame(margins, columns=columns),
        echanges=pd.DataFrame({"patients": [100.0, 100.0]}),
        bilan=SimpleNamespace(taux_fuite=0.1),
    )
    told = chapters_flows._unseen_note(SimpleNamespace(diagnosis=diagnosis))
    # 20 of 230, or 50 of 230.
    assert "30 patients observés" in told
    assert told.endswith("entre 8,7\u00a0% et 21,7\u00a0%.")
    diagnosis.marges_observees["patients_montres"] = diagnosis.marges_observees["patients_observes"]
    assert chapters_flows._unseen_note(SimpleNamespace(diagnosis=diagnosis)) == ""


def test_no_bound_where_the_file_does_not_say_how_many_it_hides():
    """80 stay in A, 20 go to B from it, and the file hides a flow: nobody knows the margin of A."""
    margins = [("A", np.nan, 100.0), ("B", 130.0, 100.0)]
    columns = ["code_residence", "patients_observes", "patients_montres"]
    diagnosis = SimpleNamespace(
        marges_observees=pd.DataFrame(margins, columns=columns),
        echanges=pd.DataFrame({"patients": [100.0, 100.0]}),
        bilan=SimpleNamespace(taux_fuite=0.1),
        flux=pd.DataFrame({"nature": [tables.OBSERVE]}),
        parameters=Parameters(),
    )
    dossier = SimpleNamespace(diagnosis=diagnosis)
    assert sentences.leak_bounds(dossier) == ""
    assert "ne dit pas combien" in chapters_flows._unseen_note(dossier)
    assert "dont le flux est montré" in sentences.leaving(dossier)
    read = leak(diagnosis)
    assert read.phrase == (
        "10,0\u00a0% des recours dont le flux est montré se font hors du territoire."
    )
    assert (read.valeur, read.lecture) == (0.1, tables.A_INSTRUIRE)
    # All told of A: 20 of 230 leave, or 50 of them.
    diagnosis.marges_observees.loc[0, "patients_observes"] = 100.0
    assert leak(diagnosis).phrase.startswith("Entre 8,7\u00a0% et 21,7\u00a0% des recours")


def test_arrondissements_count_as_one_commune():
    columns = ["code_residence", "code_exercice", "temps_min", "consultations", "population"]
    rows = [("69381", "69381", 0.0, 10.0, 5.0), ("69381", "69382", 8.0, 20.0, 5.0)]
    rows += [("69382", "69382", 0.0, 20.0, 7.0), ("69382", "01001", 30.0, 1.0, 7.0)]
    whole = flow_models._whole(pd.DataFrame(rows, columns=columns))
    assert whole.to_numpy().tolist() == [
        ["69123", "01001", 30.0, 1.0, 12.0], ["69123", "69123", 0.0, 30.0, 12.0]]  # fmt: skip


def test_without_observed_flows_the_model_says_so(plain):
    assert set(plain.flux["nature"]) == {tables.MODELISE}
    assert plain.calage_flux["origine"].str.startswith("déclaré").all()
    assert plain.jugement_flux["cpc"].isna().all()
    assert plain.marges_observees.empty
    assert plain.bandes_flux["part"].sum() == pytest.approx(1)
    assert plain.bandes_flux["part_reference"].sum() == pytest.approx(1)


def test_basins_cover_the_territory_in_one_piece_each(plain):
    inside = plain.interieur
    assert set(inside["bassin"]) == set(plain.bassins["bassin"])
    assert plain.bassins["population_territoire"].sum() == inside["population"].sum()
    people = plain.communes.groupby("bassin")["population"].sum()
    assert plain.bassins.set_index("bassin")["population"].to_dict() == people.to_dict()
    assert plain.bassins.geometry.is_valid.all()
    kept = plain.bassins["taux_autosuffisance"]
    assert (kept[kept.notna()] <= 1).all()
    # Null only where the residents of the basin go nowhere: none of them reaches a GP.
    lost = plain.bassins.loc[kept.isna(), "bassin"]
    assert not inside.loc[inside["bassin"].isin(lost), "atteignable"].any()
    big = plain.bassins.loc[plain.bassins["valide"]]
    assert (big["taux_autosuffisance"] >= Parameters().bassins.autosuffisance_min - 1e-9).all()


def test_other_zonings_are_compared_or_missing(plain):
    table = plain.comparaison_bassins.set_index("zonage")
    assert table.index.tolist() == ["epci", "bassin_vie", "zone_emploi", "secteur_garde"]
    assert table.loc["epci", "part_population"] > 0.5
    assert table.loc["secteur_garde", "note"].startswith("manque : ")


def test_six_analyses_for_each_commune_and_the_territory(plain):
    table = plain.aire_sante
    assert table.groupby("analyse").size().unique().tolist() == [len(plain.interieur) + 1]
    assert table["analyse"].nunique() == 6
    missing = table.loc[table["score"].isna(), "source"]
    assert missing.str.startswith("manque").all()


def test_report_tells_observed_flows_basins_and_what_is_missing(observed, plain):
    _, diagnosis = observed
    seen, modelled = render(diagnosis), render(plain)
    assert "Sont comptés les flux montrés" in seen
    assert "Flux modélisés, non observés" not in seen
    for told in ("le taux de fuite est entre", "passent au moins", "Fuite\u00a0: flux observés."):
        assert told in seen
        assert told not in modelled
    assert "Fuite modélisée" not in seen
    assert "Ce que vaut le modèle de flux" in seen
    for page in (seen, modelled):
        assert "les six analyses" in page
        assert "Accord des bassins avec les autres zonages" in page
        assert "fichier des secteurs de garde" in page
        assert "Inverser le flux" in page
        assert "nan" not in page.split("chapitre-7")[-1].split("chapitre-8")[0].lower().split()
