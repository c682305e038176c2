"""Chapter 13 and last page: the grid, strengths and weaknesses, what phases 2 and 3 need."""

from __future__ import annotations

import pandas as pd

from diagterritoire import french, tables
from diagterritoire.french import MANQUANT, accord, nombre, pourcent
from diagterritoire.outputs.report.blocks import (
    Bloc,
    Chapitre,
    Encadre,
    Liste,
    Paragraphe,
    SousTitre,
    Tableau,
)
from diagterritoire.outputs.report.dossier import CALCUL, Dossier
from diagterritoire.outputs.report.totals import records
from diagterritoire.study.opportunity import FAISABILITE, FRACTION, LECTURES, OPPORTUNITE

_AXES = ((OPPORTUNITE, "Opportunité"), (FAISABILITE, "Faisabilité"))
# What each later phase needs, and the chapters and tables of this study that feed it.
PHASES: tuple[tuple[str, str, str], ...] = (
    (
        "2. Projet de santé",
        "Besoins de la population, priorités, objectifs communs",
        "chapitres 2 et 3 (âges, précarité, santé) ; chapitre 8 (déficits et causes)",
    ),
    (
        "2. Projet de santé",
        "Territoire du projet, population couverte",
        "chapitre 7 (bassins, patientèles, flux) ; couches bassins et patienteles",
    ),
    (
        "2. Projet de santé",
        "Accès aux soins, soins non programmés, continuité",
        "chapitre 6 (temps, APL, isochrones) ; secteurs de garde du chapitre 7",
    ),
    (
        "2. Projet de santé",
        "Équipe, professions présentes et à faire venir",
        "chapitres 4 et 9 ; feuilles professionnels_communes et formes_exercice",
    ),
    (
        "2. Projet professionnel",
        "Attentes, départs, accueil d'étudiants",
        "chapitres 5 et 11 ; feuille enquete_resultats",
    ),
    (
        "2. Partenariats",
        "Hôpital, EHPAD, pharmacies, structures en place",
        "chapitre 9 ; feuille appuis",
    ),
    (
        "3. Forme juridique",
        "Composition de la société qui reçoit les fonds (SISA), statuts",
        "chapitre 9 : formes possibles",
    ),
    (
        "3. Accord conventionnel",
        "Patientèle des médecins, accès, travail en équipe, système d'information",
        "chapitre 7 (patientèles) ; maturité déclarée du chapitre 9",
    ),
    (
        "3. Financements",
        "Zones, aides ouvertes, dossier auprès de l'agence et des collectivités",
        "chapitre 12 ; feuille aides",
    ),
)


def opportunity(d: Dossier) -> list[Bloc]:
    """Write the grid, then what speaks for a project, against it, and what is to look into."""
    table = d.diagnosis.grille
    if table.empty:
        return []
    return [
        SousTitre("Opportunité et faisabilité : la grille"),
        Paragraphe(_balance(table)),
        *(_axis(table, axe, title) for axe, title in _AXES),
        *_told(table, tables.FAVORABLE, "Ce qui plaide pour un exercice coordonné"),
        *_told(table, tables.DEFAVORABLE, "Ce qui plaide contre"),
        *_told(table, tables.A_INSTRUIRE, "À instruire"),
        Encadre(
            "Comment lire cette grille",
            "Chaque critère est lu seul, sans note d'ensemble : les chiffres éclairent une "
            "décision qui reste celle des professionnels. Les seuils de convention se changent "
            "dans les paramètres (annexe B).",
        ),
    ]


def _balance(table: pd.DataFrame) -> str:
    counts = table["lecture"].value_counts()
    words = {
        tables.FAVORABLE: ("critère favorable", "critères favorables"),
        tables.DEFAVORABLE: ("défavorable", "défavorables"),
        tables.A_INSTRUIRE: ("à instruire", "à instruire"),
    }
    parts = [accord(int(counts.get(key, 0)), *pair) for key, pair in words.items()]
    return f"{french.majuscule(french.enumeration(parts))}, sur {len(table)}."


def _axis(table: pd.DataFrame, axe: str, title: str) -> Tableau:
    return Tableau(
        title,
        ("Critère", "Lecture", "Source", "Fermeté", "Valeur", "Seuil"),
        tuple(
            (
                str(r.titre),
                LECTURES[str(r.lecture)],
                str(r.source),
                str(r.fermete),
                _value(r.valeur, str(r.unite)),
                _value(r.seuil, str(r.unite)),
            )
            for r in records(table.loc[table["axe"] == axe])
        ),
        CALCUL,
        textes=3,
    )


def _value(value: float | None, unit: str) -> str:
    if french.manque(value):
        return MANQUANT
    return pourcent(value) if unit == FRACTION else nombre(value, 0)


def _told(table: pd.DataFrame, lecture: str, title: str) -> list[Bloc]:
    phrases = table.loc[table["lecture"] == lecture, "phrase"].astype(str)
    return [SousTitre(title), Liste(tuple(phrases))] if len(phrases) else []


def next_phases() -> Chapitre:
    """Write the last page: what phases 2 and 3 need, and which figures of this study feed them."""
    return Chapitre(
        "annexe-g",
        "G",
        "Et ensuite : phases 2 et 3",
        (
            Paragraphe(
                "La phase 1 dit si un exercice coordonné a un sens ici, où et avec qui. La phase 2 "
                "écrit le projet de santé et le projet professionnel, que les professionnels "
                "signent ; la phase 3 crée la structure juridique et signe l'accord avec "
                "l'Assurance maladie. Le projet immobilier, s'il y en a un, vient après et en "
                "découle."
            ),
            Tableau(
                "Ce que demandent les phases 2 et 3, et les chiffres de cette étude qui y servent",
                ("Phase", "Ce qu'il faut", "Où le trouver ici"),
                PHASES,
                "ARS Normandie, « Pôles de santé libéraux et ambulatoires » (12 avril 2024) ; "
                "MG France, « L'exercice coordonné pluri-professionnel »",
                textes=2,
            ),
        ),
    )
