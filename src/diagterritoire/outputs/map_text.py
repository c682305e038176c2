"""What the map says in words: lines of a commune's card, reading note."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import pandas as pd

from diagterritoire.diagnosis import Diagnosis

Genre = Literal["nombre", "taux", "booleen", "texte", "commune", "zonage"]


@dataclass(frozen=True)
class Ligne:
    """One figure of a commune's card.

    `annee` is the column of its vintage; an optional line (`facultative`) is left out when its
    column is empty for every commune, because its step is not built.
    """

    libelle: str
    colonne: str
    unite: str = ""
    decimales: int = 0
    genre: Genre = "nombre"
    annee: str = ""
    facultative: bool = False


@dataclass(frozen=True)
class Groupe:
    """Lines under one heading, with the unit that they share."""

    titre: str
    lignes: tuple[Ligne, ...]
    unite: str = ""


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
        ),
        "consultations/an/hab.",
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
        "Où vont les patients",
        (
            Ligne("Recours dans la commune", "taux_autosuffisance", genre="taux"),
            Ligne("Recours hors de la commune", "taux_fuite", genre="taux"),
            Ligne("Bassin de patientèle", "bassin", genre="texte", facultative=True),
        ),
    ),
)


_POURTOUR = {
    "titre": "Pourtour",
    "texte": "Les communes pâles entourent le territoire. Elles comptent dans ses "
    "chiffres, mais leurs propres valeurs sont partielles : l'offre et la "
    "population situées plus loin n'y sont pas comptées.",
}


def card(communes: pd.DataFrame) -> list[Groupe]:
    """Return the groups of the card, without the optional lines that no commune fills."""

    def shown(ligne: Ligne) -> bool:
        return not ligne.facultative or bool(communes[ligne.colonne].notna().any())

    return [replace(g, lignes=tuple(filter(shown, g.lignes))) for g in FICHE]


def notes(diagnosis: Diagnosis) -> list[dict[str, str]]:
    """Write the reading note: how to read each measure, and what it does not say."""
    table = diagnosis.parametres.set_index("cle")["valeur"]

    def value(cle: str) -> str:
        return str(table[cle]).replace(".", ",") if cle in table.index else "déclaré"

    seuil = value("deficit.seuil_apl")
    portee = value("apl.bornes_min").split(" ; ")[-1]
    observe = bool((diagnosis.flux["nature"] == "observe").any())
    nature = (
        "observés : ce sont des personnes qui ont consulté."
        if observe
        else "modélisés : les habitants sont répartis entre les communes d'exercice selon l'offre "
        "et le temps de trajet. Ce ne sont pas des patients comptés."
    )
    return [
        {
            "titre": "APL",
            "texte": "L'accessibilité potentielle localisée compte les consultations de médecin "
            "généraliste auxquelles un habitant peut accéder en un an. Elle tient compte de "
            f"l'offre des communes voisines (jusqu'à {portee} minutes), de ceux "
            "qui se la partagent et de leur âge. L'APL calculée donne à chaque médecin la même "
            "activité moyenne : elle n'est pas l'APL publiée, à laquelle il faut la comparer.",
        },
        {
            "titre": "Temps d'accès",
            "texte": "Temps en voiture, sans trafic, du point de la commune au médecin le plus "
            "proche. Il vaut 0 quand la commune a un médecin, même si ses hameaux en sont loin.",
        },
        {
            "titre": "Déficit",
            "texte": f"Une commune est en déficit quand son APL calculée est sous {seuil}. Un "
            "déficit additionné sur des communes n'est pas le nombre de postes à ouvrir, "
            "car un poste sert aussi les communes voisines : ce sont les scénarios qui "
            "répondent à cette question.",
        },
        {
            "titre": "Flux de patients",
            "texte": f"Les flux sont {nature}",
        },
        *([] if diagnosis.communes["dans_territoire"].all() else [_POURTOUR]),
        {
            "titre": "Donnée inconnue",
            "texte": "Les hachures signalent une valeur qui manque dans la source. Elle n'est "
            "pas nulle.",
        },
    ]
