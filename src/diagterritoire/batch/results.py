"""The table that ends a batch: what became of each territory, its main figures, what it cost."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path

from diagterritoire.batch.journal import Outcome
from diagterritoire.store import write_atomic

_FIGURES = (
    "temps_mg_min",
    "apl",
    "apl_publiee",
    "communes_deficit",
    "habitants_deficit",
    "communes_non_atteignables",
)
COLONNES = (
    "territoire",
    "nom",
    "dossier",
    "statut",
    *_FIGURES,
    "secondes",
    "memoire_mio",
    "erreur",
)


# A spreadsheet takes a text that starts so for a formula.
_ALIVE = ("=", "+", "-", "@", "\t", "\r")


def inert(text: str) -> str:
    """Give a text that no spreadsheet runs.

    Examples
    --------
    >>> inert("=1+1"), inert("Île-d'Yeu")
    ("'=1+1", "Île-d'Yeu")
    """
    return f"'{text}" if text.startswith(_ALIVE) else text


def write_results(outcomes: Sequence[Outcome], path: Path) -> None:
    """Write the table of a batch, one row a territory, as CSV in UTF-8.

    Raises
    ------
    DiskError
        The disk refuses.
    """
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(COLONNES)
    for o in outcomes:
        shown = ["" if o.figures.get(name) is None else o.figures[name] for name in _FIGURES]
        reason = " ".join(o.erreur.split())
        cost = (round(o.secondes, 1), round(o.memoire_mio)) if o.secondes else ("", "")
        told = [inert(text) for text in (o.saisi, o.nom, o.slug, o.statut, reason)]
        writer.writerow([*told[:4], *shown, *cost, told[4]])
    # The mark tells a spreadsheet that the text is in UTF-8.
    write_atomic(path, buffer.getvalue().encode("utf-8-sig"))
