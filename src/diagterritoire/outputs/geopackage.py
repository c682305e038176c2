"""The GeoPackage: every layer and table, typed, described and styled for QGIS."""

from __future__ import annotations

import re
import sqlite3
import warnings
from collections.abc import Collection, Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pandas as pd
import pyogrio
from pyogrio.errors import DataLayerError, DataSourceError, FeatureError, GeometryError

from diagterritoire import schema
from diagterritoire.errors import DiskError
from diagterritoire.french import majuscule
from diagterritoire.outputs import cautions
from diagterritoire.outputs.delivered import DATE, delivered_tables, frames, refused
from diagterritoire.outputs.qgis_style import styles
from diagterritoire.store import disk_errors
from diagterritoire.study.bundles import Diagnosis

_DATE = f"{DATE.isoformat(timespec='milliseconds')}Z"
_OPTIONS: dict[str, Any] = {"OGR_CURRENT_DATE": _DATE}
_SCHEMA_EXTENSION = "http://www.geopackage.org/spec121/#extension_schema"

_SCHEMA_SQL = """
CREATE TABLE gpkg_data_columns (
    table_name TEXT NOT NULL,
    column_name TEXT NOT NULL,
    name TEXT,
    title TEXT,
    description TEXT,
    mime_type TEXT,
    constraint_name TEXT,
    CONSTRAINT pk_gdc PRIMARY KEY (table_name, column_name),
    CONSTRAINT gdc_tn UNIQUE (table_name, name)
)
"""
_CONSTRAINTS_SQL = """
CREATE TABLE gpkg_data_column_constraints (
    constraint_name TEXT NOT NULL,
    constraint_type TEXT NOT NULL,
    value TEXT,
    min NUMERIC,
    min_is_inclusive BOOLEAN,
    max NUMERIC,
    max_is_inclusive BOOLEAN,
    description TEXT,
    CONSTRAINT gdcc_ntv UNIQUE (constraint_name, constraint_type, value)
)
"""
# The columns that QGIS creates and looks for.
_STYLES_SQL = """
CREATE TABLE layer_styles (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    f_table_catalog TEXT(256),
    f_table_schema TEXT(256),
    f_table_name TEXT(256),
    f_geometry_column TEXT(256),
    styleName TEXT(30),
    styleQML TEXT,
    styleSLD TEXT,
    useAsDefault BOOLEAN,
    description TEXT,
    owner TEXT(30),
    ui TEXT(30),
    update_time DATETIME
)
"""


def write_geopackage(diagnosis: Diagnosis, path: Path) -> None:
    """Write every table of a diagnosis to a GeoPackage, then check it.

    Layers come in the order of `delivered_tables`, rows in the order of the tables; an empty layer
    keeps its columns and projection. Null is NULL, never zero.

    Parameters
    ----------
    diagnosis : Diagnosis
    path : Path
        File to write; one that is there is replaced.

    Raises
    ------
    DiskError
        The file cannot be written, or what was written does not read back whole.
    """
    try:
        with disk_errors(path), _gdal_options(_OPTIONS):
            path.unlink(missing_ok=True)
            for table, frame in frames(diagnosis):
                _write_layer(frame, table, path, diagnosis)
            with closing(sqlite3.connect(path, isolation_level=None)) as database:
                database.execute("BEGIN")
                _describe_columns(database, delivered_tables(diagnosis))
                _add_styles(database, {t.nom for t in delivered_tables(diagnosis)})
                database.execute("COMMIT")
                _check(database, diagnosis, path)
    except (
        DataLayerError,
        DataSourceError,
        FeatureError,
        GeometryError,
        sqlite3.DatabaseError,
    ) as error:
        raise refused("Le GeoPackage", path, error) from error


@contextmanager
def _gdal_options(options: dict[str, Any]) -> Iterator[None]:
    """Set options of GDAL for the body, then put the previous ones back."""
    before = {name: pyogrio.get_gdal_config_option(name) for name in options}
    pyogrio.set_gdal_config_options(options)
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options(before)


def _write_layer(
    frame: pd.DataFrame, table: schema.Table, path: Path, diagnosis: Diagnosis
) -> None:
    geometry = {} if table.geometrie is None else {"geometry_type": table.geometrie}
    with warnings.catch_warnings():
        # A table without rows has no extent for GDAL to set, which is what is meant.
        warnings.filterwarnings("ignore", message=".*empty.*", category=UserWarning)
        pyogrio.write_dataframe(
            frame,
            path,
            layer=table.nom,
            driver="GPKG",
            append=path.exists(),
            layer_options={"IDENTIFIER": table.nom, "DESCRIPTION": _summary(table, diagnosis)},
            **geometry,
        )


def _summary(table: schema.Table, diagnosis: Diagnosis) -> str:
    """Sentence that describes a layer, with the warnings its reader must not miss."""
    told = [f"{table.titre} — {diagnosis.territory.nom}."]
    return " ".join([*told, *(c.court for c in cautions.alerts(diagnosis))])


def alias(column: schema.Column) -> str:
    """French name of a column: its meaning without what explains it, and its unit.

    Whole words and distinct within a table: a clause that a comma adds tells two columns apart.

    Examples
    --------
    >>> from diagterritoire import tables
    >>> alias(tables.COMMUNES.column("population"))
    'Population municipale (habitants)'
    >>> alias(tables.COMMUNES.column("temps_mg_min"))
    'Temps en voiture du point de la commune au médecin le plus proche, 0 si elle en a un (min)'
    >>> alias(tables.COMMUNES.column("apl_publiee_65")).partition(" (")[0]
    'APL publiée, médecins de 65 ans ou moins'
    """
    plain = re.sub(r" \([^()]*\)", "", column.sens)
    short = majuscule(re.split(r" : | ; ", plain, maxsplit=1)[0])
    return f"{short} ({column.unite})" if column.unite else short


def _describe_columns(database: sqlite3.Connection, described: Iterable[schema.Table]) -> None:
    """Give each column its French title and meaning (schema extension of the standard)."""
    database.execute(_SCHEMA_SQL)
    database.execute(_CONSTRAINTS_SQL)
    database.executemany(
        "INSERT INTO gpkg_extensions VALUES (?, NULL, 'gpkg_schema', ?, 'read-write')",
        [
            ("gpkg_data_columns", _SCHEMA_EXTENSION),
            ("gpkg_data_column_constraints", _SCHEMA_EXTENSION),
        ],
    )
    database.executemany(
        "INSERT INTO gpkg_data_columns VALUES (?, ?, ?, ?, ?, NULL, NULL)",
        [
            (table.nom, column.nom, column.nom, alias(column), _meaning(column))
            for table in described
            for column in table.colonnes
        ],
    )


def _meaning(column: schema.Column) -> str:
    unit = f" Unité : {column.unite}." if column.unite else ""
    null = " Vide : inconnu." if column.vide else ""
    return f"{majuscule(column.sens)}.{unit}{null}"


def _add_styles(database: sqlite3.Connection, layers: Collection[str]) -> None:
    database.execute(_STYLES_SQL)
    database.execute(
        "INSERT INTO gpkg_contents (table_name, data_type, identifier, description, last_change) "
        "VALUES ('layer_styles', 'attributes', 'layer_styles', 'Styles QGIS', ?)",
        (_DATE,),
    )
    database.executemany(
        "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, "
        "f_geometry_column, styleName, styleQML, styleSLD, useAsDefault, description, owner, "
        "update_time) VALUES ('', '', ?, 'geom', ?, ?, '', 1, ?, '', ?)",
        [
            (name, name, qml, f"Style par défaut de la couche {name}", _DATE)
            for name, qml in styles().items()
            if name in layers
        ],
    )


def _check(database: sqlite3.Connection, diagnosis: Diagnosis, path: Path) -> None:
    """Read the file back: structure whole, and as many rows as the tables."""
    problems = [r[0] for r in database.execute("PRAGMA integrity_check") if r[0] != "ok"]
    for table, frame in frames(diagnosis):
        expected = len(frame)
        # The names are those of the schemas, never a user's text.
        (found,) = database.execute(f'SELECT count(*) FROM "{table.nom}"').fetchone()  # noqa: S608
        if found != expected:
            problems.append(f"couche {table.nom} : {found} lignes au lieu de {expected}")
    if problems:
        raise DiskError(
            f"Le GeoPackage « {path} » ne se relit pas en entier : {problems[0]} "
            f"({len(problems)} anomalies).",
            "Vérifiez l'état du disque, puis relancez.",
        )
