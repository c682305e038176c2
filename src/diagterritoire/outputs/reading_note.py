"""What a reader of the workbook must know first: identity, cautions, definitions."""

from __future__ import annotations

from collections.abc import Iterator

from diagterritoire import __version__, schema
from diagterritoire.diagnosis import Diagnosis
from diagterritoire.french import accord

COLUMNS = "Colonnes"

DEFINITIONS = (
    (
        "APL",
        "Accessibilité potentielle localisée : consultations de médecin généraliste accessibles "
        "par an et par habitant standardisé (l'âge pèse selon le recours aux soins). « apl » est "
        "calculée ici avec une activité moyenne déclarée par médecin ; « apl_publiee » est celle "
        "de la DREES.",
    ),
    (
        "Temps d'accès",
        "Minutes en voiture du point de la commune au site de médecin généraliste le plus proche ; "
        "0 si la commune a un médecin. Vide si aucun n'est atteignable.",
    ),
    (
        "Déficit",
        "Une commune est en déficit quand son APL calculée est sous le seuil (feuille parametres, "
        "deficit.seuil_apl). Le déficit est aussi donné en consultations par an et en équivalents "
        "temps plein.",
    ),
    (
        "Attention",
        "La somme des déficits des communes n'est pas le nombre de postes à ouvrir : un médecin "
        "installé dans une commune sert aussi ses voisines.",
    ),
    (
        "Flux, fuite",
        "Flux modélisés : habitants de chaque commune attribués aux communes d'exercice des "
        "médecins. « taux_fuite » est la part des recours hors de la commune.",
    ),
    (
        "Pourtour",
        "Les lignes où « dans_territoire » est faux sont les communes voisines comptées dans le "
        "calcul : ne les additionnez pas à celles du territoire.",
    ),
    ("Cellule vide", "La valeur est inconnue. Vide n'est pas zéro."),
    (
        "Fractions",
        "Les taux et les parts sont des fractions de 0 à 1, affichées en pourcentage.",
    ),
    ("Unités", f"L'unité et le sens de chaque colonne sont dans la feuille « {COLUMNS} »."),
)


def identity(diagnosis: Diagnosis) -> list[tuple[str, str]]:
    """Say what the workbook is about: label and text of each line."""
    communes = diagnosis.communes
    inside = int(communes["dans_territoire"].sum())
    return [
        ("Territoire", diagnosis.territory.nom),
        ("Dossier", diagnosis.territory.slug),
        (
            "Périmètre",
            f"{accord(inside, 'commune')} du territoire et "
            f"{accord(len(communes) - inside, 'commune')} du pourtour",
        ),
        ("Logiciel", f"diagterritoire {__version__}"),
    ]


def cautions(diagnosis: Diagnosis) -> Iterator[str]:
    """Yield the warnings that hold for the whole workbook."""
    if diagnosis.territory.fictif:
        yield "Territoire inventé : les noms et les valeurs de ce classeur ne sont pas réels."
    if diagnosis.approximate:
        yield (
            "Temps approchés : faute de routes pour toutes les communes, des temps de trajet sont "
            "estimés à vol d'oiseau (colonne origine_temps = approche)."
        )


def content(table: schema.Table, diagnosis: Diagnosis) -> str:
    """Say what a sheet holds, or why it is empty."""
    rows = len(getattr(diagnosis, table.nom))
    if rows:
        return f"{table.titre} ({accord(rows, 'ligne')})."
    return f"{table.titre} (vide : aucune donnée fournie, ou étape pas encore calculée)."
