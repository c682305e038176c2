"""End of chapter 7: basins, how they agree with other zonings, the six analyses."""

from __future__ import annotations

from diagterritoire import french
from diagterritoire.french import accord, decompte, entier, pourcent
from diagterritoire.outputs import care_words
from diagterritoire.outputs.report import care_maps, sentences
from diagterritoire.outputs.report.blocks import (
    Bloc,
    Definition,
    Encadre,
    Paragraphe,
    SousTitre,
    Tableau,
)
from diagterritoire.outputs.report.dossier import CALCUL, Dossier
from diagterritoire.outputs.report.totals import records

BASSINS_MAX = 15


def basins(d: Dossier) -> list[Bloc]:
    """Write the basins of patients, and how they agree with the other zonings."""
    table = d.diagnosis.bassins
    title = SousTitre("Bassins de patientèle")
    if table.empty:
        return [
            title,
            Encadre(
                "Aucun bassin",
                "Aucun flux ne permet de réunir les communes en bassins de patientèle.",
                "attente",
            ),
        ]
    chosen = d.parameters.bassins
    rows = table.sort_values(["population", "bassin"], ascending=[False, True])
    weak = int((~table["valide"]).sum())
    note = (
        f"{accord(weak, 'bassin')} sous les seuils, faute de voisin à qui se joindre. "
        if weak
        else ""
    )
    note += (
        "Généralistes et habitants du bassin entier, pourtour compris. Les communes que chaque "
        "pôle attire sont dans la table patienteles du classeur."
    )
    blocs: list[Bloc] = [
        title,
        Definition(
            "Bassin de patientèle",
            "communes voisines réunies jusqu'à ce que la plupart de leurs habitants consultent "
            f"dans le bassin : au moins {pourcent(chosen.autosuffisance_min, 0)} s'il compte "
            f"{entier(chosen.population_cible)} habitants, "
            f"{pourcent(chosen.autosuffisance_cible, 0)} s'il n'en compte que "
            f"{entier(chosen.population_min)}",
            CALCUL,
        ),
        Paragraphe(
            f"Les flux {sentences.natures(d)} réunissent tout le territoire en un seul bassin de "
            "patientèle."
            if len(table) == 1
            else f"Les flux {sentences.natures(d)} partagent le territoire en "
            f"{accord(len(table), 'bassin')} de patientèle."
        ),
        Tableau(
            "Bassins de patientèle issus des flux",
            (
                "Bassin",
                "Communes",
                "Habitants",
                "dont territoire",
                "Généralistes",
                "Autosuffisance",
            ),
            tuple(
                (
                    d.nom(r.bassin),
                    entier(r.communes_nb),
                    entier(r.population),
                    entier(r.population_territoire),
                    decompte(r.mg_nb),
                    pourcent(r.taux_autosuffisance),
                )
                for r in records(rows.head(BASSINS_MAX))
            ),
            CALCUL,
            note=_more(len(rows), note),
        ),
    ]
    return [*blocs, *care_maps.basins(d), *_agreement(d)]


def _more(number: int, note: str) -> str:
    if number <= BASSINS_MAX:
        return note
    rest = accord(number - BASSINS_MAX, "autre bassin", "autres bassins")
    return f"{french.majuscule(rest)} : voir le classeur indicateurs.xlsx. {note}".strip()


def _agreement(d: Dossier) -> list[Bloc]:
    lines = tuple(
        (row.titre, row.source, row.zones, row.part, row.inverse)
        for row in care_words.agreements(d.diagnosis)
    )
    if not lines:
        return []
    return [
        Tableau(
            "Accord des bassins avec les autres zonages",
            ("Zonage", "Source", "Zones", "Population en accord", "Dans l'autre sens"),
            lines,
            CALCUL,
            note="Population en accord : part des habitants qui vivent dans la zone où habite le "
            "plus de monde de leur bassin ; dans l'autre sens, dans le bassin où habite le plus de "
            "monde de leur zone. Une zone seule est toujours en accord dans un sens.",
            textes=1,
        )
    ]


def care_area(d: Dossier) -> list[Bloc]:
    """Write the six analyses of the aire de santé, for the territory."""
    lines = tuple(
        (row.titre, row.mesure, row.valeur, row.note) for row in care_words.scores(d.diagnosis)
    )
    if not lines:
        return []
    return [
        SousTitre("Aire de santé : les six analyses"),
        Definition(
            "Note d'une analyse",
            "de 0 (tout désigne un autre territoire) à 1 (tout désigne celui-ci) ; moyenne des "
            "communes pondérée par leurs habitants. Une analyse dont le fichier manque ne compte "
            "pas",
            CALCUL,
        ),
        Tableau(
            "Les six analyses qui fixent l'aire de santé",
            ("Analyse", "Ce qui est mesuré, ou manque", "Valeur", "Note"),
            lines,
            CALCUL,
            note="La note de chaque commune est dans la table aire_sante du classeur.",
            textes=1,
        ),
        *care_maps.analyses(d),
    ]
