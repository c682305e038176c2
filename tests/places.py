"""A small Diagnosis with structures and isochrones, by hand."""

from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
import shapely

from diagterritoire import schema, tables
from diagterritoire.study.bundles import Diagnosis


def with_places(diagnosis: Diagnosis) -> Diagnosis:
    """Add two structures at the same place, another far from them, and two isochrones."""
    communes = diagnosis.communes
    west, south, east, north = communes.total_bounds
    middle = (west + east) / 2
    areas = [
        shapely.MultiPolygon([shapely.box(west, south, limit, north)]) for limit in (middle, east)
    ]
    isochrones = gpd.GeoDataFrame(
        {"temps_max_min": [10.0, 20.0], "population": [9000, 12000]},
        geometry=areas,
        crs=communes.crs,
    )
    codes = communes["code_commune"].tolist()
    structures = gpd.GeoDataFrame(
        {
            "categorie": ["pharmacie", "MSP", "pharmacie"],
            "nom": ["Pharmacie du Bourg", "Maison de santé", "Pharmacie du Lac"],
            "code_commune": [codes[0], codes[0], codes[1]],
        },
        geometry=shapely.points(
            [
                (west + 900, south + 900),
                (west + 950, south + 900),
                (east - 900, north - 900),
            ]
        ),
        crs=communes.crs,
    )
    return replace(
        diagnosis,
        isochrones=schema.conform(isochrones, tables.ISOCHRONES),
        structures=schema.conform(structures, tables.STRUCTURES),
    )
