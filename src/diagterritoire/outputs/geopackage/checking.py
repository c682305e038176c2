"""What a GeoPackage holds beside what it was given: a write that failed in silence is seen."""

from __future__ import annotations

import sqlite3
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from diagterritoire import schema

# Bytes of the envelope that follows the eight first ones, by its code (GeoPackage 1.2, 2.1.3).
_ENVELOPES = {0: 0, 1: 32, 2: 48, 3: 48, 4: 64}
_HEADER = 8
_EXTENT = "min_x, min_y, max_x, max_y"
_TRIGGERS = "FROM sqlite_master WHERE type = 'trigger'"


def differing(database: sqlite3.Connection, table: schema.Table, frame: pd.DataFrame) -> str:
    """Say the first thing of a table that is not as in its frame; empty when all is.

    Rows are compared in order, values exactly, shapes by their coordinates.

    Parameters
    ----------
    database : sqlite3.Connection
    table : Table
    frame : DataFrame
        What was written, conform to the table.

    Returns
    -------
    str
        French, for a person who would look for it.
    """
    names = [c.nom for c in table.colonnes]
    shaped = isinstance(frame, gpd.GeoDataFrame)
    asked = ", ".join(f'"{name}"' for name in [*names, *(["geom"] if shaped else [])])
    # The names are those of the schemas, never a user's text.
    rows = database.execute(f'SELECT {asked} FROM "{table.nom}" ORDER BY rowid').fetchall()  # noqa: S608
    if len(rows) != len(frame):
        return f"couche {table.nom} : {len(rows)} lignes au lieu de {len(frame)}"
    found = list(zip(*rows, strict=True)) if rows else [()] * (len(names) + shaped)
    for name, values in zip(names, found, strict=False):
        if list(values) != _stored(frame[name]):
            return f"couche {table.nom}, colonne {name} : des valeurs ne sont pas celles calculées"
    if shaped and not _same_shapes(found[-1], frame):
        return f"couche {table.nom} : des formes ne sont pas celles calculées"
    return ""


def undeclared(database: sqlite3.Connection, table: schema.Table, frame: pd.DataFrame) -> str:
    """Say what the file does not declare of a table: content, extent, spatial index; else nothing.

    Parameters
    ----------
    database : sqlite3.Connection
    table : Table
    frame : DataFrame
        What was written.

    Returns
    -------
    str
        French, for a person who would look for it.
    """
    nom = table.nom
    shaped = isinstance(frame, gpd.GeoDataFrame)
    shapes = frame.geometry if isinstance(frame, gpd.GeoDataFrame) else gpd.GeoSeries()
    seen = shapes.loc[shapes.notna() & ~shapes.is_empty]
    kind = "features" if shaped else "attributes"
    declared = {
        "SELECT data_type FROM gpkg_contents WHERE table_name = ?": kind,
        "SELECT feature_count FROM gpkg_ogr_contents WHERE table_name = ?": len(frame),
        f"SELECT COUNT(*) {_TRIGGERS} AND tbl_name = ?": _most_triggers(database, kind),
    }
    if shaped:
        declared |= {
            "SELECT column_name FROM gpkg_geometry_columns WHERE table_name = ?": "geom",
            "SELECT extension_name FROM gpkg_extensions WHERE table_name = ?": "gpkg_rtree_index",
        }
    for asked, value in declared.items():
        if (value,) not in database.execute(asked, [nom]).fetchall():
            return f"couche {nom} : sa description ou son index manque"
    if not shaped:
        return ""
    extent = database.execute(f"SELECT {_EXTENT} FROM gpkg_contents WHERE table_name = ?", [nom])  # noqa: S608
    if not _same_extent(extent.fetchone(), seen):
        return f"couche {nom} : son étendue n'est pas celle de ses formes"
    (indexed,) = database.execute(f'SELECT COUNT(*) FROM "rtree_{nom}_geom_rowid"').fetchone()  # noqa: S608
    if indexed != len(seen):
        return f"couche {nom} : {indexed} formes dans son index au lieu de {len(seen)}"
    return ""


def _most_triggers(database: sqlite3.Connection, kind: str) -> int:
    """Count the triggers of the tables of a kind, which all have as many: a lack is in one."""
    counts = database.execute(
        f"SELECT COUNT(*) {_TRIGGERS} AND tbl_name IN "  # noqa: S608
        "(SELECT table_name FROM gpkg_contents WHERE data_type = ?) GROUP BY tbl_name",
        [kind],
    )
    return max((number for (number,) in counts), default=0)


def _same_extent(found: tuple[float | None, ...], shapes: gpd.GeoSeries) -> bool:
    """Compare an extent, which GDAL writes with fifteen figures, to that of shapes."""
    if shapes.empty or None in found:
        return shapes.empty and set(found) == {None}
    return bool(np.allclose(np.array(found, dtype=float), shapes.total_bounds, rtol=1e-13, atol=0))


def _stored(values: pd.Series[Any]) -> list[Any]:
    """Values as SQLite gives them back: null is None, true is 1."""
    known = values.astype(object).where(values.notna(), None)
    return [int(v) if isinstance(v, bool | np.bool_) else v for v in known]


def _same_shapes(blobs: tuple[Any, ...], frame: gpd.GeoDataFrame) -> bool:
    found = shapely.from_wkb(np.array([_wkb(blob) for blob in blobs], dtype=object))
    wanted = frame.geometry.to_numpy()
    if not np.array_equal(shapely.is_missing(found), shapely.is_missing(wanted)):
        return False
    places, indices = shapely.get_coordinates(found, return_index=True)
    others, ranks = shapely.get_coordinates(wanted, return_index=True)
    return np.array_equal(indices, ranks) and np.array_equal(places, others)


def _wkb(blob: bytes | None) -> bytes | None:
    if blob is None:
        return None
    return blob[_HEADER + _ENVELOPES[blob[3] >> 1 & 7] :]
