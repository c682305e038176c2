"""The territory's totals: counts, shares of population, weighted means. Null-safe everywhere."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from diagterritoire import tables
from diagterritoire.core.agreement import weighted_mean
from diagterritoire.french import exact, majuscule
from diagterritoire.outputs.definitions import ZONES
from diagterritoire.study.bundles import Diagnosis

LOIN_MIN = 30.0  # last band of time, beyond the range of the APL
INCONNU = "non renseigné"


@dataclass(frozen=True)
class Groupe:
    """Some communes of the territory: how many, their population, their names by population.

    `part` is their share of the population of the communes whose value is known, None when these
    have no inhabitant.
    """

    communes: int
    population: int
    part: float | None
    noms: tuple[str, ...]


@dataclass(frozen=True)
class Totaux:
    """What the sentences of the report are written from; only the territory's communes count.

    `temps_moyen` is from the points of the communes, `temps_habitants` from where people live,
    over those who reach a GP.
    """

    interieur: pd.DataFrame
    communes: int
    population: int
    annees: tuple[int, ...]
    population_standardisee: float
    mg_nb: float
    mg_etp: float
    densite: float | None
    avec_mg: Groupe
    sans_mg: Groupe
    mg_inconnu: Groupe
    bandes: tuple[tuple[str, Groupe], ...]
    loin: Groupe
    proches: Groupe
    inatteignables: Groupe
    temps_moyen: float | None
    temps_habitants: float | None
    temps_max: float | None
    deficit: Groupe
    deficit_consultations: float
    deficit_etp: float
    zones: tuple[tuple[str, Groupe], ...]
    zone_inconnue: Groupe
    approche: Groupe
    apl_annees: tuple[int, ...]


def within(diagnosis: Diagnosis) -> pd.DataFrame:
    """Communes of the territory, without geometry, by decreasing population then code."""
    table = pd.DataFrame(diagnosis.communes.drop(columns="geometry"))
    table = table.loc[table["dans_territoire"].astype(bool)]
    return table.sort_values(
        ["population", "code_commune"], ascending=[False, True], ignore_index=True
    )


def group(
    interieur: pd.DataFrame,
    mask: pd.Series,
    *,
    connu: pd.Series | None = None,
    population: pd.Series | None = None,
) -> Groupe:
    """Count the communes of a mask and their share of the population.

    Parameters
    ----------
    interieur : DataFrame
        What `within` gives.
    mask : Series of bool
        Communes to count; null counts as false.
    connu : Series of bool, optional
        Communes whose value is known, which the share is over: all by default.
    population : Series, optional
        Inhabitants counted: the municipal population by default.
    """
    people = interieur["population"] if population is None else population
    known = pd.Series(True, index=interieur.index) if connu is None else connu
    chosen = mask.fillna(False).astype(bool) & known
    total, counted = float(people[known].sum()), float(people[chosen].sum())
    return Groupe(
        communes=int(chosen.sum()),
        population=round(counted),
        part=counted / total if total else None,
        noms=tuple(interieur.loc[chosen, "nom"].astype(str)),
    )


def under_published(interieur: pd.DataFrame, seuil: float) -> Groupe:
    """Communes whose published APL is under a threshold, as table `comparaisons` counts them.

    The inhabitants are those published with the APL, else the municipal population; the share is
    over the communes whose APL is published.
    """
    apl = interieur["apl_publiee"]
    people = interieur["population_totale_publiee"].fillna(interieur["population"].astype(float))
    return group(interieur, apl < seuil, connu=apl.notna(), population=people)


def bands(interieur: pd.DataFrame, bornes: tuple[float, ...]) -> tuple[tuple[str, Groupe], ...]:
    """Communes by time to the nearest GP, in the steps of the APL then beyond.

    The last two rows hold the unreachable communes and those whose time is unknown, when any.
    """
    temps = interieur["temps_mg_min"]
    reachable = interieur["atteignable"].astype(bool)
    elsewhere = ~(interieur["mg_nb"] > 0).fillna(False).astype(bool)
    last = bornes[-1]
    far = [last, LOIN_MIN] if last < LOIN_MIN else [last]
    masks = [
        ("Un médecin dans la commune", ~elsewhere),
        *(_step(temps, low, high, last) for low, high in zip((0.0, *bornes), bornes, strict=False)),
        *(
            (f"Plus de {exact(low)} à {exact(high)} min", (temps > low) & (temps <= high))
            for low, high in pairwise(far)
        ),
        (f"Plus de {exact(far[-1])} min", temps > far[-1]),
    ]
    rows = [
        (label, group(interieur, mask & elsewhere if rank else mask))
        for rank, (label, mask) in enumerate(masks)
    ]
    lost = [
        ("Aucun trajet en voiture", group(interieur, elsewhere & temps.isna() & ~reachable)),
        ("Temps inconnu", group(interieur, elsewhere & temps.isna() & reachable)),
    ]
    return (*rows, *(row for row in lost if row[1].communes))


def _step(temps: pd.Series, low: float, high: float, last: float) -> tuple[str, pd.Series]:
    """Label and communes of a step of the APL: only the last one holds its upper bound."""
    start = f"De {exact(low)} à " if low else ""
    if high == last:
        return (start or "Au plus ") + f"{exact(high)} min", (temps >= low) & (temps <= high)
    label = f"{start}moins de {exact(high)} min"
    return majuscule(label), (temps >= low) & (temps < high)


def zones(interieur: pd.DataFrame) -> tuple[tuple[str, Groupe], ...]:
    """Communes by published zone, shares over the communes whose zone is known; none is left out.

    The unknown ones are not a zone: `Totaux.zone_inconnue` has them.
    """
    zone = interieur["zonage_mg"]
    known = zone.notna()
    names = [*ZONES, *sorted(set(zone[known].astype(str)) - set(ZONES))]
    rows = [(name, group(interieur, zone == name, connu=known)) for name in names]
    return tuple(r for r in rows if r[1].communes)


def records(table: pd.DataFrame) -> Iterator[Any]:
    """Go through the rows of a table as named tuples."""
    return iter(table.itertuples(index=False))


def years(column: pd.Series) -> tuple[int, ...]:
    """Distinct years of a column, sorted."""
    return tuple(sorted({int(v) for v in column.dropna()}))


def totals(diagnosis: Diagnosis) -> Totaux:
    """Compute the territory's totals from the delivered tables and the run's parameters."""
    inside, parameters = within(diagnosis), diagnosis.parameters
    temps, mg = inside["temps_mg_min"], inside["mg_nb"]
    known_mg = mg.notna()
    served = int(inside.loc[known_mg, "population"].sum())
    times = temps.dropna()
    return Totaux(
        interieur=inside,
        communes=len(inside),
        population=int(inside["population"].sum()),
        annees=years(inside["population_annee"]),
        population_standardisee=float(inside["population_standardisee"].sum()),
        mg_nb=float(mg.sum()),
        mg_etp=float(inside["mg_etp"].sum()),
        densite=1e4 * float(mg.sum()) / served if served else None,
        avec_mg=group(inside, mg > 0, connu=known_mg),
        sans_mg=group(inside, mg == 0, connu=known_mg),
        mg_inconnu=group(inside, ~known_mg),
        bandes=bands(inside, parameters.apl.bornes_min),
        loin=group(inside, temps > parameters.apl.bornes_min[-1]),
        proches=group(inside, temps < parameters.apl.bornes_min[0]),
        inatteignables=group(inside, ~inside["atteignable"].astype(bool)),
        temps_moyen=weighted_mean(temps, inside["population"]),
        temps_habitants=_mean_of_inhabitants(inside),
        temps_max=float(np.max(times)) if len(times) else None,
        deficit=group(inside, inside["deficit"]),
        deficit_consultations=float(inside["deficit_consultations"].sum()),
        deficit_etp=float(inside["deficit_etp"].sum()),
        zones=zones(inside),
        zone_inconnue=group(inside, inside["zonage_mg"].isna()),
        approche=group(inside, inside["origine_temps"] == tables.APPROCHE),
        apl_annees=years(inside.loc[inside["apl_publiee"].notna(), "apl_publiee_annee"]),
    )


def _mean_of_inhabitants(interieur: pd.DataFrame) -> float | None:
    reached = interieur["population"].astype("float64") - interieur[
        "population_sans_trajet"
    ].astype("float64")
    return weighted_mean(interieur["temps_mg_moyen_min"], reached.fillna(0.0))


def needs(interieur: pd.DataFrame) -> tuple[float | None, Groupe]:
    """Standardised inhabitants per inhabitant of the same published year, and where it is known.

    Both populations come from the same publication: the municipal population is of another year.
    """
    total = interieur["population_totale_publiee"]
    known = total.notna()
    people = float(total[known].sum())
    ratio = (
        float(interieur.loc[known, "population_standardisee"].sum()) / people if people else None
    )
    return ratio, group(interieur, known)
