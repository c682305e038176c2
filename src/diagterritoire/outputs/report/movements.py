"""Chapter 7: what flows weigh, how to turn them around, and what the model is worth."""

from __future__ import annotations

import pandas as pd

from diagterritoire import french
from diagterritoire.core.flows.balancing import IMPOSSIBLE
from diagterritoire.core.flows.exchanges import unseen
from diagterritoire.french import entier, environ, nombre, pourcent
from diagterritoire.outputs.report import sentences
from diagterritoire.outputs.report.blocks import (
    Bloc,
    Definition,
    Liste,
    Paragraphe,
    SousTitre,
    Tableau,
)
from diagterritoire.outputs.report.dossier import CALCUL, Dossier
from diagterritoire.outputs.report.totals import records
from diagterritoire.study.flow_verdicts import CAPACITE, GRAVITE, REFERENCE


def movements(d: Dossier) -> list[Bloc]:
    """Write what flows weigh, how to turn them around, and what the model is worth."""
    return [*_weight(d), *_reversal(d), *_verdicts(d)]


def _weight(d: Dossier) -> list[Bloc]:
    table = d.diagnosis.echanges
    if table.empty:
        return []
    heures, km = float(table["heures_an"].sum()), float(table["km_an"].sum())
    recours = french.exact(d.parameters.flux.consultations_par_habitant)
    # Who goes where nothing is shown goes somewhere.
    least = "" if unseen(d.diagnosis.marges_observees) == 0 else "au moins "
    phrases = [
        f"Pour consulter, les habitants du territoire passent {least}{environ(heures)} heures par "
        f"an en voiture, aller et retour, à raison de {recours} consultations par an et par "
        "habitant standardisé, la moyenne nationale.",
        f"Ces trajets font au moins {environ(km)} kilomètres par an : la distance est comptée à "
        "vol d'oiseau, et la route est plus longue.",
    ]
    ranked = table.sort_values(["solde", "code_commune"], ascending=[False, True])
    first, last = ranked.iloc[0], ranked.iloc[-1]
    if first["solde"] > 0:
        phrases.append(
            f"{d.nom(first['code_commune'])} reçoit le plus d'habitants d'autres communes : "
            f"{entier(first['solde'])} de plus qu'elle n'en envoie."
        )
    if last["solde"] < 0:
        phrases.append(
            f"{d.nom(last['code_commune'])} en envoie le plus : {entier(-last['solde'])} de "
            "plus qu'elle n'en reçoit."
        )
    return [SousTitre("Ce que pèsent les déplacements"), Liste(tuple(phrases))]


def _reversal(d: Dossier) -> list[Bloc]:
    """Say what would make the territory the first choice of its residents."""
    table = d.diagnosis.inversion_flux
    if table.empty:
        return []
    row = table.iloc[0]
    title = SousTitre("Inverser le flux")
    if not isinstance(row["destination"], str):
        return [title, Paragraphe("Selon le modèle, aucun habitant ne quitte le territoire.")]
    where, pole = d.nom(row["destination"]), d.nom(row["pole"])
    start = (
        f"Hors du territoire, les habitants vont d'abord {french.a(where)} : "
        f"{entier(row['patients_destination'])} habitants, et {entier(row['patients_territoire'])} "
        "restent, selon le modèle et tous recours comptés, même les plus faibles."
    )
    if row["consultations_a_ajouter"] == 0:
        return [title, Paragraphe(f"{start} Le territoire est déjà leur première destination.")]
    if french.manque(row["consultations_a_ajouter"]):
        more = f"Aucune offre ajoutée {french.a(pole)} n'y suffirait."
    else:
        added = float(row["consultations_a_ajouter"])
        posts = sentences.etp(added / d.parameters.offre.consultations_par_etp)
        more = (
            f"Pour que le territoire passe devant, il faudrait {french.a(pole)} {entier(added)} "
            f"consultations de plus par an, l'activité de {posts}"
        )
        more += (
            "."
            if french.manque(row["minutes_a_gagner"])
            else f", ou {nombre(row['minutes_a_gagner'])} minutes de moins sur chaque trajet vers "
            "cette commune."
        )
    return [title, Paragraphe(f"{start} {more}")]


def _verdicts(d: Dossier) -> list[Bloc]:
    verdicts, spread = d.diagnosis.jugement_flux, d.diagnosis.bandes_flux
    if verdicts.empty:
        return []
    blocs: list[Bloc] = [SousTitre("Ce que vaut le modèle de flux")]
    judged = bool(verdicts["cpc"].notna().any())
    if judged:
        blocs.append(
            Definition(
                "Part commune (CPC)",
                "part des flux du modèle qui se retrouvent dans les flux observés des communes qui "
                "n'ont pas servi à le caler : 100 % quand ils sont les mêmes",
                CALCUL,
            )
        )
    blocs += [
        Paragraphe(_beside(verdicts, judged=judged)),
        Tableau(
            "Le modèle de flux à côté de modèles simples",
            (
                "Modèle",
                *(("Part commune", "Erreur relative (SRMSE)") if judged else ()),
                "Dans la commune",
                "Au plus proche",
                "Temps moyen (min)",
            ),
            tuple(
                (
                    french.majuscule(str(r.modele)),
                    *((pourcent(r.cpc), nombre(r.srmse)) if judged else ()),
                    pourcent(r.part_commune),
                    pourcent(r.part_plus_proche),
                    nombre(r.temps_moyen_min),
                )
                for r in records(verdicts)
            ),
            CALCUL,
            note=_notes(d, judged=judged),
        ),
    ]
    if len(spread):
        blocs.append(
            Tableau(
                "Où se font les recours des habitants, par temps de trajet",
                ("Temps de trajet", "Territoire", "France (IRDES)"),
                tuple(
                    (french.majuscule(str(r.bande)), pourcent(r.part), pourcent(r.part_reference))
                    for r in records(spread)
                ),
                CALCUL,
                note="Parts nationales ramenées à 100 % : publiées, leurs arrondis en font 100,1. "
                "Elles servent à caler le modèle sur la France entière, jamais sur un territoire.",
            )
        )
    return blocs


def _beside(verdicts: pd.DataFrame, *, judged: bool) -> str:
    """Say how far the model is from the national reference, and what it is not checked against."""
    rows = {str(r.modele): r for r in records(verdicts)}
    model, reference = rows.get(GRAVITE), rows.get(REFERENCE)
    told = (
        "Le modèle est comparé aux flux observés de communes qui n'ont pas servi à le caler."
        if judged
        else "Aucun flux observé ne permet de juger le modèle ici : il est seulement mis à côté de "
        "modèles plus simples et de la moyenne nationale."
    )
    if model is None or reference is None or french.manque(model.part_commune):
        return told
    return (
        f"{told} Il garde {pourcent(model.part_commune)} des recours dans la commune de résidence "
        f"({pourcent(reference.part_commune)} en France) ; le trajet moyen est de "
        f"{nombre(model.temps_moyen_min)} min ({nombre(reference.temps_moyen_min)} min en France)."
    )


def _notes(d: Dossier, *, judged: bool) -> str:
    """Say what each model is; how its balance was found is in the table of the workbook."""
    table = d.diagnosis.jugement_flux
    notes = [
        "Gravité : l'offre attire, le trajet éloigne ; c'est le modèle retenu. Sous contrainte de "
        "capacité : de plus, chaque commune ne reçoit que ce que ses médecins peuvent offrir. Au "
        "hasard : partagés également entre les communes équipées à portée.",
    ]
    if judged:
        notes.append("SRMSE : erreur moyenne d'un flux, rapportée au flux moyen ; 0 est parfait.")
    capacity = table.loc[table["modele"] == CAPACITE, "note"].astype("str")
    if capacity.str.contains(IMPOSSIBLE, regex=False).any():
        notes.append(
            "Ces capacités ne peuvent pas être toutes tenues ensemble ici : cette ligne ne "
            "fait que s'en approcher."
        )
    notes.append("Référence nationale : IRDES, QES 564 (ESPS 2010), France entière.")
    return " ".join(notes)
