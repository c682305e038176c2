"""Inhabitants, GPs, published APL and zones of the invented communes."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from diagterritoire import decay
from diagterritoire.arrays import FloatArray
from diagterritoire.demo.geography import Geography
from diagterritoire.parameters import Parameters

YEARS_APL = (2022, 2023)
NO_ZONE = "N/A - résultat non disponible"
# GPs per inhabitant of a pole; one pole in three is under-dense.
DENSITY_SERVED, DENSITY_UNDER = 12e-4, 4e-4


def populate(geography: Geography, rng: np.random.Generator) -> pd.DataFrame:
    """Give each commune inhabitants, GPs, published APL and a zone.

    Returns
    -------
    DataFrame
        In the order of the communes: `code_commune`, `population` (in force), `population_2020`,
        `population_2021`, `comptee_a_part`, `mg_nb`, and for each year of `YEARS_APL`
        `apl_<year>`, `apl_65_<year>`, `standardisee_<year>`; `zonage`.
    """
    communes = geography.communes
    table = pd.DataFrame({"code_commune": communes["code_commune"]})
    table["population"] = _inhabitants(geography, rng)
    for year, growth in ((2021, 1.0), (2020, 0.998)):
        noise = growth * rng.normal(1.0, 0.012, size=len(table))
        table[f"population_{year}"] = np.round(table["population"] * noise).astype(np.int64)
    table["comptee_a_part"] = np.round(table["population"] * 0.015).astype(np.int64)
    table["mg_nb"] = _doctors(geography, table["population"].to_numpy(), rng)

    present = (communes["role"] != "sans_apl").to_numpy()
    for year in YEARS_APL:
        total = table[f"population_{year - 2}"].to_numpy()
        standard = _standardised(total, present, rng)
        activity = _activity(table["mg_nb"].to_numpy(), rng)
        table[f"standardisee_{year}"] = standard
        table[f"apl_{year}"] = straight_line_apl(geography, standard, activity)
        young = activity * np.clip(rng.normal(0.88, 0.1, size=len(table)), 0.5, 1.0)
        table[f"apl_65_{year}"] = straight_line_apl(geography, standard, young)
    table["zonage"] = _zones(table[f"apl_{YEARS_APL[-1]}"].to_numpy())
    table.loc[communes["role"] == "zone_inconnue", "zonage"] = NO_ZONE
    return table


def straight_line_apl(
    geography: Geography, population: FloatArray, activity: FloatArray
) -> FloatArray:
    """Two-step floating catchment areas on straight-line times, 3 decimals.

    It stands for the published APL: close to what the tool computes by road, but not equal to it.
    The island and the commune without road only reach themselves.

    Parameters
    ----------
    geography : Geography
    population : FloatArray
        Standardised inhabitants by commune.
    activity : FloatArray
        Consultations offered by commune.
    """
    parameters = Parameters()
    reseau, apl = parameters.reseau, parameters.apl
    reach_m = (
        1000 * (apl.bornes_min[-1] - reseau.approche_constante_min) / reseau.approche_min_par_km
    )
    tree = cKDTree(geography.communes[["x", "y"]].to_numpy(dtype=np.float64))
    pairs = tree.query_pairs(reach_m, output_type="ndarray")
    pairs = pairs[geography.connected[pairs].all(axis=1)]
    distance_km = np.hypot(*(tree.data[pairs[:, 0]] - tree.data[pairs[:, 1]]).T) / 1000
    minutes = reseau.approche_constante_min + reseau.approche_min_par_km * distance_km
    own = np.arange(len(population))
    origin = np.concatenate([own, pairs[:, 0], pairs[:, 1]])
    target = np.concatenate([own, pairs[:, 1], pairs[:, 0]])
    order = np.lexsort((target, origin))
    weight = decay.steps(apl.bornes_min, apl.poids)(
        np.concatenate([np.zeros(len(own)), minutes, minutes])
    )[order]
    origin, target = origin[order], target[order]
    demand = np.bincount(target, weights=weight * population[origin], minlength=len(own))
    ratio = np.divide(activity, demand, out=np.zeros(len(own)), where=demand > 0)
    reached = np.bincount(origin, weights=weight * ratio[target], minlength=len(own))
    return np.asarray(np.round(reached, 3))


def _inhabitants(geography: Geography, rng: np.random.Generator) -> NDArray[np.int64]:
    communes = geography.communes
    size = len(communes)
    people = np.clip(rng.lognormal(np.log(380), 0.55, size=size), 40, 1400)
    people = np.where(communes["relief"], np.maximum(25, 0.45 * people), people)
    bourg = (communes["nature"] == "bourg").to_numpy()
    people = np.where(bourg, rng.uniform(1500, 3800, size=size), people)
    poles = communes["code_commune"].isin(geography.poles).to_numpy()
    people[poles] = rng.uniform(8000, 24_000, size=poles.sum())
    first = communes["code_commune"] == geography.poles[0]
    people = np.where(first, rng.uniform(25_000, 30_000, size=size), people)
    people = np.where(communes["role"] == "vide", 0, people)
    return np.round(people).astype(np.int64)


def _doctors(
    geography: Geography, population: NDArray[np.int64], rng: np.random.Generator
) -> NDArray[np.int64]:
    """Spread GPs unevenly: many in most poles, few in the under-dense basins, rarely elsewhere."""
    communes = geography.communes
    size = len(communes)
    nature = communes["nature"].to_numpy()
    under = communes["bassin_vie"].isin(geography.poles[2::3]).to_numpy()
    density = np.where(under, DENSITY_UNDER, DENSITY_SERVED)
    in_pole = np.round(density * population)
    in_bourg = np.where(under, rng.integers(0, 2, size=size), rng.integers(1, 4, size=size))
    lonely = (rng.random(size) < 0.1) & ~communes["relief"].to_numpy()
    ordinary = (nature == "rural") & (communes["role"] == "").to_numpy()
    doctors = np.select(
        [nature == "pole", nature == "bourg", ordinary & lonely], [in_pole, in_bourg, 1], 0
    )
    doctors[(communes["role"] == "fusion").to_numpy()] = 2
    return doctors.astype(np.int64)


def _activity(doctors: NDArray[np.int64], rng: np.random.Generator) -> FloatArray:
    """Consultations offered: a mean that differs by commune, less noisy where there are many."""
    mean = Parameters().offre.consultations_par_mg
    noise = rng.normal(0.0, 0.35, size=len(doctors)) / np.sqrt(np.maximum(doctors, 1))
    return np.asarray(np.round(doctors * mean * np.clip(1 + noise, 0.3, 1.6)))


def _standardised(
    total: NDArray[np.int64], present: NDArray[np.bool_], rng: np.random.Generator
) -> FloatArray:
    """Weigh inhabitants by an age effect, with the same sum as the total over the communes present.

    Values have 3 decimals; what rounding leaves goes to the largest commune.
    """
    weighted = total * rng.normal(1.0, 0.06, size=len(total))
    standard = np.round(weighted * total[present].sum() / weighted[present].sum(), 3)
    largest = int(np.argmax(np.where(present, standard, -1.0)))
    standard[largest] += total[present].sum() - standard[present].sum()
    return np.asarray(np.round(standard, 3))


def _zones(apl: FloatArray) -> NDArray[np.str_]:
    """Zones by rank of APL, in shares close to those of the country."""
    rank = np.argsort(np.argsort(apl, kind="stable"), kind="stable") / len(apl)
    labels = np.array(["1_ZIP", "2_ZAC", "4_ZAR", "3_HZ"])
    return labels[np.searchsorted([0.39, 0.85, 0.9], rank, side="right")]
