"""Annex E: what became of the records that were read, and which were left out or estimated."""

from __future__ import annotations

from typing import Any

from diagterritoire import tables
from diagterritoire.french import accord, entier, pourcent
from diagterritoire.outputs.report.blocks import Bloc, Paragraphe, Tableau
from diagterritoire.outputs.report.dossier import CALCUL, Dossier
from diagterritoire.outputs.report.totals import records

_COLUMNS = {"mg_nb": "médecins", "zonage_mg": "zonage"}
_FATES = (tables.LU, tables.UTILISE, tables.ECARTE)


def control(d: Dossier) -> tuple[Bloc, ...]:
    """Count what each source gave, then name what was left out, estimated or pointed out."""
    rows = d.diagnosis.controle
    intro = Paragraphe(
        "Aucun enregistrement ne disparaît en silence : ce qui a été écarté, estimé, déplacé ou "
        "n'a pu être atteint est compté ici, avec des exemples. Les enregistrements lus d'une "
        "source sont les utilisés et les écartés. Le pourtour est compris."
    )
    if rows.empty:
        return (intro, Paragraphe("Aucun enregistrement écarté, estimé ni déplacé."))
    read = rows.loc[rows["effet"].isin([tables.LU, tables.UTILISE])]
    told = rows.loc[~rows["effet"].isin([tables.LU, tables.UTILISE])]
    blocs: list[Bloc] = [intro]
    if len(read):
        blocs.append(_read(d))
    if len(told):
        blocs.append(_told(d, told))
    return tuple(blocs)


def _read(d: Dossier) -> Tableau:
    """Count the records read, used and left out, a row a source or a step."""
    rows = d.diagnosis.controle
    counts = rows.groupby(["source", "effet"], sort=False)["nombre"].sum().unstack(fill_value=0)
    counts = counts.reindex(columns=list(_FATES), fill_value=0)
    counts = counts.loc[counts[tables.LU] + counts[tables.UTILISE] > 0]
    return Tableau(
        "Enregistrements lus, utilisés, écartés",
        ("Source ou étape", "Lus", "Utilisés", "Écartés"),
        tuple(
            (_named(d, str(source)), *(entier(n) for n in row))
            for source, row in zip(counts.index, counts.to_numpy().tolist(), strict=True)
        ),
        CALCUL,
        note="Une source a souvent deux lignes : sa lecture, puis ce que le calcul en reprend.",
    )


def _told(d: Dossier, rows: Any) -> Tableau:
    return Tableau(
        "Enregistrements écartés, estimés ou signalés",
        ("Source ou étape", "Motif", "Exemples", "Nombre", "Part"),
        tuple(
            (
                _named(d, str(r.source)),
                _worded(str(r.motif)),
                str(r.exemples),
                entier(r.nombre),
                pourcent(r.part),
            )
            for r in records(rows)
        ),
        CALCUL,
        note=f"{accord(len(rows), 'motif')} ; les codes sont ceux des communes, des bassins de vie "
        "ou des lieux. Le classeur a le même tableau.",
        textes=2,
    )


def _worded(motif: str) -> str:
    """Write the columns that a reason begins with in the words of the report."""
    column, colon, rest = motif.partition(" : ")
    return f"{_COLUMNS.get(column, column)}{colon}{rest}"


def _named(d: Dossier, source: str) -> str:
    """Name a source as annex A does, which says in which file it was read."""
    for r in records(d.diagnosis.sources):
        if source.endswith(f" ({r.fichier})"):
            return str(r.titre)
        if source.endswith(f", {r.fichier}"):
            return f"{r.titre}, pour le territoire"
    return source
