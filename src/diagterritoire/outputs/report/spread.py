"""Chapter 6: how evenly access is spread over the inhabitants."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any

from diagterritoire.french import accord, manque, minutes, nombre, pourcent
from diagterritoire.outputs.report.blocks import Bloc, Paragraphe, SousTitre, Tableau
from diagterritoire.outputs.report.dossier import CALCUL, DREES, Dossier
from diagterritoire.outputs.report.totals import records

NOMS = MappingProxyType(
    {
        "apl": "APL calculée",
        "apl_publiee": "APL publiée",
        "temps_mg_min": "Temps d'accès",
    }
)


def spread(d: Dossier) -> list[Bloc]:
    """Sentence and table of the least served tenth, the quantiles and the Gini index."""
    rows = [r for r in records(d.diagnosis.equite) if not manque(r.moyenne)]
    if not rows or len(d.totaux.interieur) < 2:
        return []
    return [
        SousTitre("Un accès plus ou moins égal"),
        Paragraphe(" ".join(_sentence(d, r) for r in rows if r.indicateur != "apl_publiee")),
        Tableau(
            "Répartition de l'accès entre les habitants",
            (
                "Indicateur",
                "Moyenne",
                "Un habitant sur dix a moins de",
                "Un sur deux a moins de",
                "Neuf sur dix ont moins de",
                "Dixième le moins bien servi, en moyenne",
                "Indice de Gini",
            ),
            tuple(
                (
                    NOMS[r.indicateur],
                    *(
                        _value(d, r, value)
                        for value in (r.moyenne, r.q10, r.q50, r.q90, r.moyenne_dixieme)
                    ),
                    nombre(r.gini, 2),
                )
                for r in rows
            ),
            f"{CALCUL} ; {d.source('apl_publiee', DREES)}",
            note="Chaque habitant compte avec la valeur de sa commune : les inégalités à "
            "l'intérieur d'une commune ne se voient pas. « Moins de » comprend la valeur écrite. "
            "Chacun pèse pareil ici, alors qu'ailleurs l'APL moyenne pèse les habitants selon leur "
            "âge (population standardisée) : les deux moyennes peuvent différer d'un dixième. "
            f"L'indice de Gini va de 0, la même valeur pour tous, à 1.{_unknown(rows)}",
        ),
    ]


def _sentence(d: Dossier, row: Any) -> str:
    if row.indicateur == "temps_mg_min":
        return (
            f"Le dixième des habitants le plus éloigné est en moyenne à "
            f"{minutes(row.moyenne_dixieme)} d'un médecin, contre {minutes(row.moyenne)} pour "
            "l'ensemble."
        )
    part = "" if manque(row.part_dixieme) else f" ({pourcent(row.part_dixieme)} du total)"
    return (
        f"Le dixième des habitants le moins bien servi a une APL moyenne de "
        f"{d.apl(row.moyenne_dixieme)}{part}, contre {d.apl(row.moyenne)} pour l'ensemble."
    )


def _unknown(rows: list[Any]) -> str:
    """Say who has no time: they are far worse served than the least served tenth."""
    left = next((r.population_ecartee for r in rows if r.indicateur == "temps_mg_min"), 0.0)
    if not left:
        return ""
    return f" Le temps d'accès ne compte pas {accord(round(left), 'habitant')} sans trajet."


def _value(d: Dossier, row: Any, value: float) -> str:
    return minutes(value) if row.indicateur == "temps_mg_min" else d.apl(value)
