"""What a reader of the workbook must know first: identity, cautions, definitions."""

from __future__ import annotations

import pandas as pd

from diagterritoire import __version__, schema
from diagterritoire.french import accord
from diagterritoire.outputs import cautions, generalistes
from diagterritoire.outputs.definitions import NOTIONS
from diagterritoire.study.bundles import Diagnosis

COLUMNS = "Colonnes"
_NOTIONS = ("temps", "temps_moyen", "choix", "apl", "apl_publiee", "deficit", "zonage", "fuite")


def lines(diagnosis: Diagnosis) -> list[tuple[str, str]]:
    """Say how to read the figures: label and text of each line."""
    told = (
        generalistes.counted(diagnosis),
        cautions.POSTES,
        cautions.flows(diagnosis),
        cautions.POURTOUR,
        cautions.INCONNU,
    )
    return [
        *((NOTIONS[c].titre, NOTIONS[c].phrase(diagnosis.parameters)) for c in _NOTIONS),
        *((c.titre, c.texte) for c in told),
        ("Fractions", "Les taux et les parts sont des fractions de 0 à 1, affichées en %."),
        (
            "Unités",
            f"L'unité, le sens et la source de chaque colonne sont dans la feuille « {COLUMNS} ».",
        ),
    ]


def identity(diagnosis: Diagnosis) -> list[tuple[str, str]]:
    """Say what the workbook is about: label and text of each line."""
    communes = diagnosis.communes
    inside = int(communes["dans_territoire"].sum())
    return [
        ("Territoire", diagnosis.territory.nom),
        ("Dossier", diagnosis.territory.slug),
        (
            "Périmètre",
            f"{accord(inside, 'commune', feminin=True)} du territoire et "
            f"{accord(len(communes) - inside, 'commune', feminin=True)} du pourtour",
        ),
        ("Logiciel", f"diagterritoire {__version__}"),
    ]


def content(table: schema.Table, frame: pd.DataFrame) -> str:
    """Say what a sheet holds, or why it is empty."""
    if len(frame):
        return f"{table.titre} ({accord(len(frame), 'ligne', feminin=True)})."
    return f"{table.titre} (vide : aucune donnée fournie, ou étape non calculée)."
