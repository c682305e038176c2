"""The grid of a phase 1: each criterion with its value, threshold, source, firmness and reading."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from diagterritoire import schema, tables
from diagterritoire.study.bundles import Diagnosis
from diagterritoire.study.opportunity import answers, feasibility, needs
from diagterritoire.study.opportunity.criterion import Critere

_CRITERES: tuple[Callable[[Diagnosis], Critere], ...] = (
    needs.under_threshold,
    needs.far_away,
    needs.zoned,
    needs.leak,
    needs.in_place,
    feasibility.basins,
    feasibility.supported,
    feasibility.intercommunal,
    answers.answered,
    answers.interested,
    answers.leaving,
)


def grille(diagnosis: Diagnosis) -> pd.DataFrame:
    """Lay out table `grille` from the other tables of a diagnosis.

    A value that is unknown, or for which no threshold is known, is to be looked into: it speaks
    neither for nor against.
    """
    if diagnosis.interieur.empty:
        return schema.empty(tables.GRILLE)
    rows = [
        {
            "axe": c.axe,
            "critere": c.cle,
            "titre": c.titre,
            "valeur": c.valeur,
            "unite": c.unite,
            "seuil": c.seuil,
            "source": c.source,
            "fermete": c.fermete,
            "lecture": c.lecture,
            "phrase": c.phrase,
        }
        for c in (write(diagnosis) for write in _CRITERES)
    ]
    return schema.conform(pd.DataFrame(rows), tables.GRILLE)
