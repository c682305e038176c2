"""What a commune is set beside in its card: the territory, its departement, the country."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from diagterritoire.study.bundles import Diagnosis


@dataclass(frozen=True)
class Mesure:
    """One measure of which the card shows the place of the commune.

    `reference` is its column in table `comparaisons`, empty when it has none; `pour_10000` divides
    the column by the population.
    """

    titre: str
    colonne: str
    unite: str
    decimales: int
    reference: str = ""
    pour_10000: bool = False


MESURES = (
    Mesure("Temps au médecin le plus proche", "temps_mg_min", "min", 1),
    Mesure("Temps moyen des habitants", "temps_mg_moyen_min", "min", 1),
    Mesure("APL calculée", "apl", "", 2),
    Mesure("APL publiée", "apl_publiee", "", 2, "apl_publiee"),
    Mesure("Médecins pour 10 000 habitants", "mg_nb", "", 1, "mg_pour_10000", pour_10000=True),
)


def compared(diagnosis: Diagnosis) -> list[dict[str, Any]]:
    """Give the measures of the card that say the place of a commune, and their references.

    Returns
    -------
    list of dict
        `titre`, `colonne`, `unite`, `decimales`, `pour_10000`, and `reperes`: a list of `niveau`
        (departement or france), `code`, `nom`, `valeur` (means over inhabitants).
    """
    table = diagnosis.comparaisons
    areas = table.loc[table["niveau"].isin(["departement", "france"])]
    return [
        {
            "titre": m.titre,
            "colonne": m.colonne,
            "unite": m.unite,
            "decimales": m.decimales,
            "pour_10000": m.pour_10000,
            "reperes": _references(areas, m) if m.reference else [],
        }
        for m in MESURES
    ]


def _references(areas: pd.DataFrame, mesure: Mesure) -> list[dict[str, Any]]:
    known = areas.loc[areas[mesure.reference].notna()]
    return [
        {
            "niveau": row.niveau,
            "code": row.code,
            "nom": row.nom,
            "valeur": round(float(getattr(row, mesure.reference)), mesure.decimales),
        }
        for row in known.itertuples()
    ]
