"""The six analyses of the care area and the zonings compared, as the map and the report write them.

One row of text for each, from the tables of the diagnosis.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass

from diagterritoire import french
from diagterritoire.core.basins.care_area import ANALYSES, Analyse
from diagterritoire.french import MANQUANT, entier, majuscule, nombre, pourcent
from diagterritoire.study.bundles import Diagnosis

ZONAGES = {
    "epci": "intercommunalité (EPCI)",
    "bassin_vie": "bassin de vie 2022",
    "zone_emploi": "zone d'emploi 2020",
    "secteur_garde": "secteur de permanence des soins",
}


@dataclass(frozen=True)
class Note:
    """One analysis over the territory: its name, what is measured or lacks, value and score."""

    cle: str
    titre: str
    mesure: str
    valeur: str
    note: str


@dataclass(frozen=True)
class Accord:
    """Agreement of the basins with one zoning, shares of the population."""

    cle: str
    titre: str
    source: str
    zones: str
    part: str
    inverse: str


def scores(diagnosis: Diagnosis) -> list[Note]:
    """Write the six analyses of the territory; empty when they were not made."""
    table = diagnosis.aire_sante
    whole = table.loc[table["niveau"] == "territoire"].set_index("analyse")
    if whole.empty:
        return []
    return [_score(analyse, whole.loc[analyse.cle].to_dict()) for analyse in ANALYSES]


def _score(analyse: Analyse, row: Mapping[Hashable, object]) -> Note:
    valeur, score = (row[c] for c in ("valeur", "score"))
    lacking = french.manque(valeur)
    return Note(
        analyse.cle,
        majuscule(analyse.titre),
        majuscule(str(row["source"]) if lacking else analyse.mesure),
        _measured(analyse, valeur),
        nombre(_number(score)),
    )


def _measured(analyse: Analyse, value: object) -> str:
    """Write the value of an analysis in its unit."""
    if french.manque(value):
        return MANQUANT
    if analyse.fraction:
        return pourcent(_number(value))
    unit = analyse.unite.split()[0]
    written = nombre(_number(value))
    return f"{written} {unit}" if unit in {"min", "km"} else written


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) else None


def agreements(diagnosis: Diagnosis) -> list[Accord]:
    """Write how the basins agree with each zoning, one whose file lacks included."""
    table = diagnosis.comparaison_bassins
    return [
        Accord(
            str(zonage),
            majuscule(ZONAGES.get(str(zonage), str(zonage))),
            majuscule(str(note)),
            entier(zones),
            pourcent(part),
            pourcent(inverse),
        )
        for zonage, note, zones, part, inverse in zip(
            *(table[c] for c in ("zonage", "note", "zones_nb", "part_population", "part_inverse")),
            strict=True,
        )
    ]
