"""The territory's totals: counts, shares of population, weighted means. Null-safe everywhere."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from diagterritoire import tables
from diagterritoire.diagnosis import Diagnosis

BORNES_TEMPS_MIN = (10.0, 15.0, 20.0, 30.0)
ZONES = {
    "ZIP": "zone d'intervention prioritaire",
    "ZAC": "zone d'action complémentaire",
    "ZAR": "zone d'accompagnement régional",
    "HZ": "hors zonage",
}
INCONNU = "non renseigné"


@dataclass(frozen=True)
class Groupe:
    """Some communes of the territory: how many, their population, their names by population.

    `part` is their share of the municipal population, None when the territory has no inhabitant.
    """

    communes: int
    population: int
    part: float | None
    noms: tuple[str, ...]


@dataclass(frozen=True)
class Totaux:
    """What the sentences of the report are written from; only the territory's communes count."""

    interieur: pd.DataFrame
    communes: int
    population: int
    annees: tuple[int, ...]
    population_standardisee: float
    mg_nb: int
    mg_etp: float
    densite: float | None
    sans_mg: Groupe
    bandes: tuple[tuple[str, Groupe], ...]
    loin: Groupe
    proches: Groupe
    inatteignables: Groupe
    temps_moyen: float | None
    temps_max: float | None
    deficit: Groupe
    deficit_consultations: float
    deficit_etp: float
    zones: tuple[tuple[str, Groupe], ...]
    approche: Groupe
    apl_annees: tuple[int, ...]
    seuil_apl: float
    consultations_par_etp: float
    consultations_par_mg: float


def within(diagnosis: Diagnosis) -> pd.DataFrame:
    """Communes of the territory, without geometry, by decreasing population then code."""
    table = pd.DataFrame(diagnosis.communes.drop(columns="geometry"))
    table = table.loc[table["dans_territoire"].astype(bool)]
    return table.sort_values(
        ["population", "code_commune"], ascending=[False, True], ignore_index=True
    )


def group(interieur: pd.DataFrame, mask: pd.Series) -> Groupe:
    """Count the communes of a mask and their share of the population."""
    chosen = interieur.loc[mask.fillna(False).astype(bool)]
    total = int(interieur["population"].sum())
    population = int(chosen["population"].sum())
    part = population / total if total else None
    return Groupe(len(chosen), population, part, tuple(chosen["nom"].astype(str)))


def weighted_mean(values: pd.Series, weights: pd.Series) -> float | None:
    """Mean of the known values; None without any weight.

    Examples
    --------
    >>> weighted_mean(pd.Series([1.0, 4.0, np.nan]), pd.Series([2.0, 1.0, 9.0]))
    2.0
    """
    known = values.notna()
    weight = float(weights[known].sum())
    if weight <= 0:
        return None
    return float((values[known] * weights[known]).sum()) / weight


def bands(interieur: pd.DataFrame) -> tuple[tuple[str, Groupe], ...]:
    """Communes by time to the nearest GP, in the steps of the APL then beyond.

    The last two rows hold the unreachable communes and those whose time is unknown, when any.
    """
    temps = interieur["temps_mg_min"]
    b10, b15, b20, b30 = BORNES_TEMPS_MIN
    reachable = interieur["atteignable"].astype(bool)
    has_mg = interieur["mg_nb"] > 0
    masks = [
        ("Un médecin dans la commune", has_mg),
        ("Moins de 10 min", ~has_mg & (temps < b10)),
        ("De 10 à moins de 15 min", ~has_mg & (temps >= b10) & (temps < b15)),
        ("De 15 à 20 min", ~has_mg & (temps >= b15) & (temps <= b20)),
        ("Plus de 20 à 30 min", ~has_mg & (temps > b20) & (temps <= b30)),
        ("Plus de 30 min", ~has_mg & (temps > b30)),
        ("Aucun trajet en voiture", ~has_mg & temps.isna() & ~reachable),
        ("Temps inconnu", ~has_mg & temps.isna() & reachable),
    ]
    rows = [(label, group(interieur, mask)) for label, mask in masks]
    return tuple(r for i, r in enumerate(rows) if i < 6 or r[1].communes)


def zones(interieur: pd.DataFrame) -> tuple[tuple[str, Groupe], ...]:
    """Communes by published zone; the unknown ones last, under `INCONNU`, when any."""
    zone = interieur["zonage_mg"]
    known = zone.dropna()
    names = [*ZONES, *sorted(set(known.astype(str)) - set(ZONES))]
    rows = [(name, group(interieur, zone == name)) for name in names]
    rows.append((INCONNU, group(interieur, zone.isna())))
    return tuple(r for r in rows if r[1].communes)


def records(table: pd.DataFrame) -> Iterator[Any]:
    """Go through the rows of a table as named tuples."""
    return iter(table.itertuples(index=False))


def parameter(diagnosis: Diagnosis, cle: str) -> float:
    """Value of a single-number parameter, NaN when the run does not carry it."""
    table = diagnosis.parametres
    values = table.loc[table["cle"] == cle, "valeur"]
    return float(values.iloc[0]) if len(values) else float("nan")


def years(column: pd.Series) -> tuple[int, ...]:
    """Distinct years of a column, sorted."""
    return tuple(sorted({int(v) for v in column.dropna()}))


def totals(diagnosis: Diagnosis) -> Totaux:
    """Compute the territory's totals from the delivered tables."""
    inside = within(diagnosis)
    temps, has_mg = inside["temps_mg_min"], inside["mg_nb"] > 0
    population, mg = int(inside["population"].sum()), int(inside["mg_nb"].sum())
    known = temps.dropna()
    return Totaux(
        interieur=inside,
        communes=len(inside),
        population=population,
        annees=years(inside["population_annee"]),
        population_standardisee=float(inside["population_standardisee"].sum()),
        mg_nb=mg,
        mg_etp=float(inside["mg_etp"].sum()),
        densite=1e4 * mg / population if population else None,
        sans_mg=group(inside, ~has_mg),
        bandes=bands(inside),
        loin=group(inside, temps > BORNES_TEMPS_MIN[2]),
        proches=group(inside, temps < BORNES_TEMPS_MIN[0]),
        inatteignables=group(inside, ~inside["atteignable"].astype(bool)),
        temps_moyen=weighted_mean(temps, inside["population"]),
        temps_max=float(np.max(known)) if len(known) else None,
        deficit=group(inside, inside["deficit"]),
        deficit_consultations=float(inside["deficit_consultations"].sum()),
        deficit_etp=float(inside["deficit_etp"].sum()),
        zones=zones(inside),
        approche=group(inside, inside["origine_temps"] == tables.APPROCHE),
        apl_annees=years(inside.loc[inside["apl_publiee"].notna(), "apl_publiee_annee"]),
        seuil_apl=parameter(diagnosis, "deficit.seuil_apl"),
        consultations_par_etp=parameter(diagnosis, "offre.consultations_par_etp"),
        consultations_par_mg=parameter(diagnosis, "offre.consultations_par_mg"),
    )
