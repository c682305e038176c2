"""A larger invented Diagnosis, of random cells, to see and to measure what shows one."""

from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from diagterritoire import schema, tables
from diagterritoire.study.bundles import Diagnosis
from diagterritoire.territory import Territory
from factory import CRS, small_diagnosis


def voronoi_diagnosis(n: int = 300, seed: int = 7) -> Diagnosis:
    """`n` cells in a rounded land, one in five around the territory, straight-line times."""
    rng = np.random.default_rng(seed)
    centre = np.array([480e3, 6.64e6])
    angle, radius = rng.uniform(0, 2 * np.pi, n), 38e3 * np.sqrt(rng.uniform(0, 1, n))
    xy = centre + np.column_stack([1.3 * radius * np.cos(angle), radius * np.sin(angle)])
    land = shapely.affinity.scale(shapely.Point(centre).buffer(40e3, 64), 1.3, 1.0)
    cells = _cells(xy, land)
    code = np.array([f"{k + 1:05d}" for k in range(n)])
    inside = radius < 33e3
    population = np.round(rng.lognormal(6.3, 1.3, n)).astype(int)
    mg = rng.poisson(np.where(population > 900, population / 1150, 0.04))
    minutes = 2.02 + 1.32e-3 * np.hypot(*(xy[:, None] - xy[None, mg > 0]).transpose(2, 0, 1))
    minutes[np.flatnonzero(mg > 0), np.arange((mg > 0).sum())] = 0.0
    near = minutes.min(axis=1)
    weight = np.select([minutes < 10, minutes < 15, minutes <= 20], [1, 2 / 3, 1 / 3], 0.0)
    apl = (weight * (mg[mg > 0] * 4220 / (weight * population[:, None]).sum(axis=0))).sum(axis=1)
    lost = np.zeros(n, dtype=bool)
    lost[np.flatnonzero(mg == 0)[:2]] = True
    published = np.where(rng.uniform(size=n) < 0.03, np.nan, apl * rng.normal(1.05, 0.1, n))
    gap = np.maximum(0.0, 2.5 - apl) * population
    communes = gpd.GeoDataFrame(
        {
            "code_commune": code,
            "nom": [_name(k) for k in range(n)],
            "code_epci": None,
            "code_departement": "00",
            "dans_territoire": inside,
            "population": population,
            "population_annee": 2023,
            "population_totale_publiee": population * 1.0,
            "population_standardisee": population * 1.0,
            "mg_nb": mg,
            "mg_etp": mg * 4220 / 5400,
            "temps_mg_min": np.where(lost, np.nan, near),
            "origine_temps": tables.ROUTE,
            "atteignable": ~lost,
            "apl": np.where(lost, 0.0, apl),
            "apl_publiee": published,
            "apl_publiee_65": published * 0.9,
            "apl_publiee_annee": 2023,
            "zonage_mg": np.select(
                [np.isnan(published), published < 1.5, published < 2.8], [None, "ZIP", "ZAC"], "HZ"
            ),
            "deficit": apl < 2.5,
            "deficit_consultations": gap,
            "deficit_etp": gap / 5400,
            "taux_fuite": np.where(mg > 0, 0.3, 1.0),
            "taux_autosuffisance": np.where(mg > 0, 0.7, 0.0),
            "bassin": None,
            "code_region": "00",
            "bassin_vie": None,
            "mg_proche_code": np.where(lost, None, code[mg > 0][minutes.argmin(axis=1)]),
            "rattachement_m": 100.0,
            "apl_partielle": ~inside,
            **_finer(np.where(lost, np.nan, near), minutes, mg[mg > 0], population, inside),
            "apl_calibree": published,
            "apl_65": float("nan"),
            "apl_ecart": np.where(lost, 0.0, apl) - published,
        },
        geometry=cells,
        crs=CRS,
    )
    places = shapely.points(xy)
    sites = gpd.GeoDataFrame(
        {
            "site_id": [f"mg-{c}" for c in code[mg > 0]],
            "code_commune": code[mg > 0],
            "mg_nb": mg[mg > 0],
            "mg_etp": mg[mg > 0] * 4220 / 5400,
            "consultations": mg[mg > 0] * 4220.0,
            "origine_position": "centre_commune",
        },
        geometry=places[mg > 0],
        crs=CRS,
    )
    small = small_diagnosis()
    return replace(
        small,
        territory=Territory("demo", "Les Mille Cellules", "demo", tuple(code[inside]), CRS, True),
        communes=schema.conform(communes, tables.COMMUNES),
        bandes=schema.empty(tables.BANDES),
        noms=dict(zip(communes["code_commune"], communes["nom"], strict=True)),
        sites=schema.conform(sites, tables.SITES),
        flux=schema.conform(_flows(code, population, mg, minutes, places), tables.FLUX),
    )


def _finer(
    temps: np.ndarray,
    minutes: np.ndarray,
    staff: np.ndarray,
    population: np.ndarray,
    inside: np.ndarray,
) -> dict[str, object]:
    """Everybody two minutes from the point of the commune; the buffer is not measured."""
    mean = np.where(inside, temps + 2.0, np.nan)
    within = {bound: np.where(mean <= bound, population, 0) for bound in (10, 15, 20, 30, np.inf)}
    measured = {
        **{f"population_{bound}min": within[bound] for bound in (10, 15, 20, 30)},
        "population_plus_30min": within[np.inf] - within[30],
        "population_sans_trajet": population - within[np.inf],
        "points_nb": np.ones(len(mean)),
    }
    near = {f"mg_{b}min": (staff * (minutes <= b)).sum(axis=1) for b in (10, 15, 20, 30)}
    return {
        **dict.fromkeys(("temps_mg_moyen_min", "temps_mg_median_min", "temps_mg_p90_min"), mean),
        **{name: np.where(inside, values, np.nan) for name, values in measured.items()},
        "origine_points": np.where(inside, tables.ORIGINE_POINT, None),
        **near,
        "temps_mg2_min": np.sort(minutes, axis=1)[:, 1],
        "temps_mg3_min": np.sort(minutes, axis=1)[:, 2],
    }


def _cells(xy: np.ndarray, land: shapely.Polygon) -> list[shapely.MultiPolygon]:
    parts = shapely.voronoi_polygons(
        shapely.MultiPoint(xy), extend_to=land.buffer(2e4), ordered=True
    )
    cut = shapely.intersection(shapely.get_parts(parts), land)
    fine = shapely.transform(shapely.segmentize(cut, 800), np.round)
    return [shapely.MultiPolygon([p]) if p.geom_type == "Polygon" else p for p in fine]


def _flows(
    code: np.ndarray,
    population: np.ndarray,
    mg: np.ndarray,
    minutes: np.ndarray,
    places: np.ndarray,
) -> gpd.GeoDataFrame:
    share = mg[mg > 0] * np.exp(-0.216 * minutes)
    share /= share.sum(axis=1, keepdims=True)
    residence, site = np.nonzero(share > 0.005)
    practice = np.flatnonzero(mg > 0)[site]
    return gpd.GeoDataFrame(
        pd.DataFrame(
            {
                "code_residence": code[residence],
                "code_exercice": code[practice],
                "patients": population[residence] * share[residence, site],
                "temps_min": minutes[residence, site],
                "nature": tables.MODELISE,
                "patients_modelises": np.nan,
            }
        ),
        geometry=[
            shapely.LineString([places[a], places[b]])
            for a, b in zip(residence, practice, strict=True)
        ],
        crs=CRS,
    )


def _name(k: int) -> str:
    first = ("Val", "Mont", "Roc", "Pré", "Saint-Élan", "Fontaine", "Chêne", "Œuvre", "Clair")
    last = ("brun", "-le-Haut", "-sur-Aune", "vert", "-la-Neuve", "-d'Orme", "ette", "-les-Bois")
    return f"{first[k % 9]}{last[(k // 9) % 8]} {k}" if k > 72 else f"{first[k % 9]}{last[k % 8]}"
