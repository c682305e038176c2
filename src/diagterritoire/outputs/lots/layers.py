"""All the communes and territories of a batch: a partitioned GeoParquet, a light GeoPackage."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from diagterritoire import schema, tables
from diagterritoire.outputs.geopackage.extensions import describe_columns
from diagterritoire.outputs.geopackage.writing import finished, geopackage_errors, write_layer
from diagterritoire.store import disk_errors, sync_tree, write_atomic
from diagterritoire.store.disk import remove_tree
from diagterritoire.store.places import Place, exchange, settle
from diagterritoire.tables.columns import entier, nombre, texte
from diagterritoire.territory import WGS84

# Under a pixel on a map of a region; borders are simplified together.
_TOLERANCE_M = 150.0
_DOSSIER = texte("territoire", "dossier de la livraison dont viennent les chiffres")
COMMUNES_COMPLETES = schema.Table(
    "communes",
    "Indicateurs par commune des territoires du lot",
    tables.COMMUNES.cle,
    (_DOSSIER, *tables.COMMUNES.colonnes),
    tables.COMMUNES.geometrie,
)
_KEPT = (
    "code_commune",
    "nom",
    "code_epci",
    "code_departement",
    "population",
    "mg_nb",
    "temps_mg_min",
    "apl",
    "apl_publiee",
    "apl_ecart",
    "zonage_mg",
    "deficit",
    "deficit_consultations",
)
COMMUNES_LEGERES = schema.Table(
    "communes",
    "Communes des territoires du lot",
    tables.COMMUNES.cle,
    (_DOSSIER, *(tables.COMMUNES.column(name) for name in _KEPT)),
    tables.COMMUNES.geometrie,
)
TERRITOIRES = schema.Table(
    "territoires",
    "Territoires du lot",
    ("dossier",),
    (
        texte("saisi", "code du territoire, comme il se tape"),
        texte("dossier", "dossier de la livraison"),
        texte("nom", "nom du territoire"),
        entier("communes_nb", "communes", "communes du territoire"),
        entier("population", "habitants", "population municipale"),
        nombre("mg_nb", "médecins", "médecins généralistes du territoire", vide=True),
        nombre("temps_mg_min", "min", "temps moyen au généraliste le plus proche", vide=True),
        nombre("apl", "consultations/an/hab.", "APL calculée moyenne", vide=True),
        nombre("apl_publiee", "consultations/an/hab.", "APL publiée moyenne", vide=True),
        nombre(
            "apl_ecart",
            "consultations/an/hab.",
            "écart à l'APL publiée : APL calculée moins APL publiée, les moyennes",
            vide=True,
            minimum=None,
        ),
        entier("communes_deficit", "communes", "communes en déficit"),
        entier("habitants_deficit", "habitants", "habitants des communes en déficit"),
        nombre("part_deficit_pct", "%", "part de la population en déficit", vide=True),
        nombre(
            "deficit_consultations",
            "consultations/an",
            "consultations qui manquent au seuil",
            vide=True,
        ),
        texte("taille", "classe de taille, dans laquelle le rang est donné"),
        entier("rang_apl", "rang", "rang par l'APL calculée, 1 pour la plus élevée", vide=True),
        entier("rang_apl_sur", "territoires", "territoires de cette taille classés par l'APL"),
        entier("rang_temps", "rang", "rang par le temps moyen, 1 pour le plus court", vide=True),
        entier("rang_temps_sur", "territoires", "territoires de cette taille classés par le temps"),
    ),
    "MultiPolygon",
)


def simplified(communes: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Simplify outlines together, in their projection; one that would vanish stays as it is."""
    shapes = communes.geometry.to_numpy()
    simple = shapely.coverage_simplify(shapes, _TOLERANCE_M)
    return communes.set_geometry(
        np.where(shapely.is_empty(simple), shapes, simple), crs=communes.crs
    )


def as_multi(shapes: Any, crs: Any) -> gpd.GeoSeries:
    """Shapes in degrees, each a multipolygon."""
    degrees = gpd.GeoSeries(shapes, crs=crs).to_crs(WGS84)
    parts = [s if s.geom_type == "MultiPolygon" else shapely.MultiPolygon([s]) for s in degrees]
    return gpd.GeoSeries(parts, index=degrees.index, crs=WGS84)


def write_partitions(communes: gpd.GeoDataFrame, folder: Path) -> None:
    """Write one GeoParquet a departement, in a folder that takes the place of the former at once.

    Parameters
    ----------
    communes : GeoDataFrame
        Table `COMMUNES_COMPLETES`, in degrees.
    folder : Path
        `code_departement=2A/communes.parquet`, as every reader of partitioned Parquet expects.

    Raises
    ------
    DiskError
        The disk refuses.
    """
    place = Place(folder)
    beside = place.staging
    with disk_errors(folder):
        settle(place)
        remove_tree(beside)
        remove_tree(place.aside)
        beside.mkdir()
        for code, part in communes.groupby("code_departement", sort=True):
            part_folder = beside / f"code_departement={code}"
            part_folder.mkdir()
            # The name of the folder says the departement: a column would say it twice.
            kept = part.drop(columns="code_departement").reset_index(drop=True)
            kept.to_parquet(part_folder / "communes.parquet", index=False)
        sync_tree(beside)
        exchange(place)
        remove_tree(beside)


def write_light(communes: gpd.GeoDataFrame, territoires: gpd.GeoDataFrame, path: Path) -> None:
    """Write the light GeoPackage: few columns, outlines simplified, French names of the fields.

    Raises
    ------
    DiskError
        The file cannot be written, or what was written does not read back whole.
    """
    layers: list[tuple[schema.Table, pd.DataFrame]] = [
        (COMMUNES_LEGERES, schema.conform(communes, COMMUNES_LEGERES)),
        (TERRITOIRES, schema.conform(territoires, TERRITOIRES)),
    ]
    beside = path.with_name(f".part-{path.name}")
    with geopackage_errors(path):
        beside.unlink(missing_ok=True)
        for table, frame in layers:
            write_layer(frame, table, beside, f"{table.titre}, contours simplifiés.")
        with finished(beside, layers) as database:
            describe_columns(database, [table for table, _ in layers])
        write_atomic(path, beside.read_bytes())
        beside.unlink()
