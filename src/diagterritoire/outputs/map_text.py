"""What the map says in words: lines of a commune's card, reading note."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Literal

import pandas as pd

from diagterritoire.core.basins.care_area import ANALYSES
from diagterritoire.french import accord, majuscule
from diagterritoire.outputs import cautions, generalistes
from diagterritoire.outputs.definitions import NOTIONS, UNITE_APL
from diagterritoire.outputs.mapped import PREFIXE_NOTE
from diagterritoire.study.bundles import Diagnosis
from diagterritoire.territory import NIVEAUX

Genre = Literal["nombre", "intervalle", "taux", "booleen", "texte", "commune", "zonage"]


@dataclass(frozen=True)
class Ligne:
    """One figure of a commune's card.

    `annee` is the column of its vintage, `haut` that of the upper end of an interval; an optional
    line (`facultative`) is left out when its column is empty for every commune.
    """

    libelle: str
    colonne: str
    unite: str = ""
    decimales: int = 0
    genre: Genre = "nombre"
    annee: str = ""
    haut: str = ""
    facultative: bool = False


@dataclass(frozen=True)
class Groupe:
    """Lines under one heading, with the unit that they share."""

    titre: str
    lignes: tuple[Ligne, ...]
    unite: str = ""


def _intervalle(libelle: str, bas: str, haut: str, unite: str = "", decimales: int = 1) -> Ligne:
    return Ligne(libelle, bas, unite, decimales, "intervalle", haut=haut, facultative=True)


FICHE: tuple[Groupe, ...] = (
    Groupe(
        "Population",
        (
            Ligne("Habitants", "population", annee="population_annee"),
            Ligne("Habitants standardisés (pondérés par l'âge)", "population_standardisee"),
        ),
    ),
    Groupe(
        "Médecins généralistes",
        (
            Ligne("Médecins dans la commune", "mg_nb"),
            Ligne("Équivalents temps plein", "mg_etp", "ETP", 1),
            Ligne("Temps au plus proche", "temps_mg_min", "min", 1),
            Ligne("Commune du plus proche", "mg_proche_code", genre="commune"),
            Ligne("Temps moyen des habitants", "temps_mg_moyen_min", "min", 1),
            Ligne("Temps maximal de neuf habitants sur dix", "temps_mg_p90_min", "min", 1),
            Ligne("Temps pour trouver deux médecins", "temps_mg2_min", "min", 1),
            Ligne("Temps pour en trouver trois", "temps_mg3_min", "min", 1),
            Ligne("Médecins à un quart d'heure", "mg_15min"),
        ),
    ),
    Groupe(
        "Accessibilité (APL)",
        (
            Ligne("APL calculée", "apl", decimales=2),
            Ligne("APL publiée", "apl_publiee", decimales=2, annee="apl_publiee_annee"),
            Ligne(
                "APL publiée, médecins de 65 ans ou moins",
                "apl_publiee_65",
                decimales=2,
                annee="apl_publiee_annee",
            ),
            Ligne("APL calée sur la publiée", "apl_calibree", decimales=2, facultative=True),
            Ligne("Calculée moins publiée", "apl_ecart", decimales=2, facultative=True),
        ),
        UNITE_APL,
    ),
    Groupe("Zonage officiel", (Ligne("Zone", "zonage_mg", genre="zonage"),)),
    Groupe(
        "Déficit",
        (
            Ligne("APL calculée sous le seuil", "deficit", genre="booleen"),
            Ligne("Consultations manquantes", "deficit_consultations", "par an"),
            Ligne("Soit, à temps plein", "deficit_etp", "ETP", 1),
        ),
    ),
    Groupe(
        "Fermeté du verdict",
        (
            _intervalle("APL selon les calculs refaits", "apl_bas", "apl_haut", decimales=2),
            _intervalle("Temps au plus proche", "temps_mg_bas_min", "temps_mg_haut_min", "min"),
            Ligne("Calculs en déficit", "tirages_deficit_pct", "%", facultative=True),
        ),
    ),
    Groupe(
        "Où vont les patients",
        (
            Ligne("Recours dans la commune", "taux_autosuffisance", genre="taux"),
            Ligne("Recours hors de la commune", "taux_fuite", genre="taux"),
            Ligne("Bassin de patientèle", "bassin", genre="commune", facultative=True),
        ),
    ),
    Groupe(
        "Aire de santé",
        tuple(
            Ligne(NOTIONS[f"aire_{a.cle}"].titre, PREFIXE_NOTE + a.cle, "", 2, facultative=True)
            for a in ANALYSES
        ),
        "notes de 0 à 1",
    ),
)


_NOTIONS = (
    *("temps", "temps_moyen", "choix", "apl", "apl_publiee", "apl_calibree"),
    *("deficit", "fermete", "zonage", "bassin"),
)


def card(communes: pd.DataFrame) -> list[Groupe]:
    """Return the groups of the card, without the optional lines that no commune fills.

    Parameters
    ----------
    communes : DataFrame
        As `mapped.mapped` gives them.
    """

    def shown(ligne: Ligne) -> bool:
        return not ligne.facultative or bool(communes[ligne.colonne].notna().any())

    groups = (replace(g, lignes=tuple(filter(shown, g.lignes))) for g in FICHE)
    return [group for group in groups if group.lignes]


def notes(diagnosis: Diagnosis) -> list[dict[str, str]]:
    """Write the reading note: how to read each measure, and what it does not say."""
    parameters = diagnosis.parameters
    shown = [NOTIONS[cle] for cle in _NOTIONS]
    surrounded = not diagnosis.communes["dans_territoire"].all()
    told = [
        generalistes.counted(diagnosis),
        cautions.POSTES,
        cautions.flows(diagnosis),
        *([cautions.POURTOUR] if surrounded else []),
        cautions.INCONNU,
    ]
    return [
        *({"titre": c.titre, "texte": c.complet} for c in cautions.alerts(diagnosis)),
        *({"titre": n.titre, "texte": n.phrase(parameters)} for n in shown),
        *({"titre": c.titre, "texte": c.texte} for c in told),
    ]


def subtitle(diagnosis: Diagnosis, inside: pd.DataFrame) -> str:
    """Write the size of the territory, and the years of what is counted.

    Parameters
    ----------
    inside : DataFrame
        Its communes, as in `tables.COMMUNES`.
    """
    niveau = diagnosis.territory.niveau
    annees = inside["population_annee"].unique()
    publiee = inside["apl_publiee_annee"].dropna().unique()
    parts = [
        majuscule(NIVEAUX[niveau]),
        *([accord(len(inside), "commune", feminin=True)] if niveau != "commune" else []),
        accord(int(inside["population"].sum()), "habitant")
        + (f" ({max(annees)})" if len(annees) else ""),
        _gps(inside["mg_nb"]),
        *([f"APL publiée {max(publiee)}"] if len(publiee) else []),
    ]
    return " · ".join(parts)


def _gps(mg_nb: pd.Series[Any]) -> str:
    """Write the number of GPs; a territory where none is known is not one without any."""
    if mg_nb.isna().all():
        return "nombre de médecins inconnu"
    return accord(float(mg_nb.sum()), "médecin généraliste", "médecins généralistes")
