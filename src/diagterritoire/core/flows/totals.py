"""What flows weigh for each commune: who comes and goes, hours and kilometres, destinations."""

from __future__ import annotations

import numpy as np
import pandas as pd

from diagterritoire.core.identifiers import by_id, positions, totals

MINUTES_PAR_HEURE, METRES_PAR_KM, ALLER_RETOUR = 60.0, 1000.0, 2.0


def commune_totals(
    flux: pd.DataFrame, communes: pd.DataFrame, *, consultations_par_habitant: float
) -> pd.DataFrame:
    """Patients who leave and come, and what the residents travel in a year.

    Each patient makes the consultations of a mean inhabitant of the commune, whose need is that of
    its ages: `consultations_par_habitant * population_standardisee / population`, each a return
    trip from home.

    Parameters
    ----------
    flux : DataFrame
        `code_residence`, `code_exercice`, `patients`, `temps_min`: every flow, even the smallest.
    communes : DataFrame
        `code_commune`, `population`, `population_standardisee`, `x`, `y` (metres): every commune
        of `flux`; more are ignored but those that `flux` names are needed.
    consultations_par_habitant : float
        Consultations a year of a standardised inhabitant (national mean).

    Returns
    -------
    DataFrame
        By commune: `code_commune`, `patients` (residents who consult), `sortants`, `entrants`,
        `solde` (entrants - sortants), `taux_attraction` (part of the patients of its GPs who live
        elsewhere; null without patient), `heures_an`, `km_an` (as the crow flies: the road is
        longer); the last two null for a commune without inhabitant.

    Examples
    --------
    >>> communes = pd.DataFrame(
    ...     [("A", 100, 100.0, 0.0, 0.0), ("B", 50, 50.0, 3000.0, 4000.0)],
    ...     columns=["code_commune", "population", "population_standardisee", "x", "y"],
    ... )
    >>> flux = pd.DataFrame(
    ...     [("A", "A", 60.0, 0.0), ("A", "B", 40.0, 15.0)],
    ...     columns=["code_residence", "code_exercice", "patients", "temps_min"],
    ... )
    >>> found = commune_totals(flux, communes, consultations_par_habitant=2.0)
    >>> found[["sortants", "entrants", "solde", "heures_an", "km_an"]].to_numpy().tolist()
    [[40.0, 0.0, -40.0, 40.0, 800.0], [0.0, 40.0, 40.0, 0.0, 0.0]]
    """
    columns = ["population", "population_standardisee", "x", "y"]
    table = by_id(communes, "code_commune", columns)
    ordered = flux.sort_values(["code_residence", "code_exercice"])
    origin = positions(ordered["code_residence"], table["code_commune"])
    destination = positions(ordered["code_exercice"], table["code_commune"])
    patients = ordered["patients"].to_numpy(dtype=np.float64)
    minutes = ordered["temps_min"].to_numpy(dtype=np.float64)
    xy = table[["x", "y"]].to_numpy(dtype=np.float64)
    size, away = len(table), origin != destination
    metres = np.hypot(*(xy[origin] - xy[destination]).T)
    used = totals(origin, patients, size)
    served = totals(destination, patients, size)
    leaving = totals(origin[away], patients[away], size)
    coming = totals(destination[away], patients[away], size)
    people = table["population"].to_numpy(dtype=np.float64)
    need = table["population_standardisee"].to_numpy(dtype=np.float64)
    each = consultations_par_habitant * np.divide(
        need, people, out=np.full(size, np.nan), where=people > 0
    )
    trips = ALLER_RETOUR * each
    return pd.DataFrame(
        {
            "code_commune": table["code_commune"],
            "patients": used,
            "sortants": leaving,
            "entrants": coming,
            "solde": coming - leaving,
            "taux_attraction": np.divide(
                coming, served, out=np.full(size, np.nan), where=served > 0
            ),
            "heures_an": trips * totals(origin, patients * minutes, size) / MINUTES_PAR_HEURE,
            "km_an": trips * totals(origin, patients * metres, size) / METRES_PAR_KM,
        }
    )


def main_destinations(flux: pd.DataFrame, nombre: int) -> pd.DataFrame:
    """List the first destinations of each residence.

    Parameters
    ----------
    flux : DataFrame
        `code_residence`, `code_exercice`, `patients`, `temps_min`.
    nombre : int
        Destinations kept for each.

    Returns
    -------
    DataFrame
        `code_residence`, `rang` (from 1), `code_exercice`, `patients`, `part` (of the patients of
        the residence), `temps_min`; at equality the smallest code first.

    Examples
    --------
    >>> flux = pd.DataFrame(
    ...     [("A", "A", 25.0, 0.0), ("A", "B", 75.0, 9.0)],
    ...     columns=["code_residence", "code_exercice", "patients", "temps_min"],
    ... )
    >>> main_destinations(flux, 1).to_numpy().tolist()
    [['A', 1, 'B', 75.0, 0.75, 9.0]]
    """
    order = ["code_residence", "patients", "code_exercice"]
    ranked = flux.loc[flux["patients"] > 0].sort_values(order, ascending=[True, False, True])
    grouped = ranked.groupby("code_residence")["patients"]
    part = ranked["patients"] / grouped.transform("sum")
    table = ranked.assign(rang=grouped.cumcount() + 1, part=part)
    columns = ["code_residence", "rang", "code_exercice", "patients", "part", "temps_min"]
    return table.loc[table["rang"] <= nombre, columns].reset_index(drop=True)
