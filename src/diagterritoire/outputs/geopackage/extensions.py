"""Tables that describe the others: columns and metadata (OGC extensions), styles (QGIS)."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from diagterritoire import schema
from diagterritoire.outputs.delivered import DATE
from diagterritoire.outputs.naming import alias, meaning
from diagterritoire.outputs.qgis import Style
from diagterritoire.outputs.qgis.metadata import STANDARD

MOMENT = f"{DATE.isoformat(timespec='milliseconds')}Z"
_SPECIFICATION = "http://www.geopackage.org/spec121/#extension_"

_SCHEMA_SQL = (
    """
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
""",
    """
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
""",
)
_METADATA_SQL = (
    """
CREATE TABLE gpkg_metadata (
    id INTEGER CONSTRAINT m_pk PRIMARY KEY ASC NOT NULL,
    md_scope TEXT NOT NULL DEFAULT 'dataset',
    md_standard_uri TEXT NOT NULL,
    mime_type TEXT NOT NULL DEFAULT 'text/xml',
    metadata TEXT NOT NULL DEFAULT ''
)
""",
    """
CREATE TABLE gpkg_metadata_reference (
    reference_scope TEXT NOT NULL,
    table_name TEXT,
    column_name TEXT,
    row_id_value INTEGER,
    timestamp DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')),
    md_file_id INTEGER NOT NULL,
    md_parent_id INTEGER,
    CONSTRAINT crmr_mfi_fk FOREIGN KEY (md_file_id) REFERENCES gpkg_metadata(id),
    CONSTRAINT crmr_mpi_fk FOREIGN KEY (md_parent_id) REFERENCES gpkg_metadata(id)
)
""",
)
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


def _extend(database: sqlite3.Connection, extension: str, created: Iterable[str]) -> None:
    """Create the tables of an extension of the standard, and declare them."""
    for sql in created:
        database.execute(sql)
        table = sql.split()[2]
        database.execute(
            "INSERT INTO gpkg_extensions VALUES (?, NULL, ?, ?, 'read-write')",
            (table, f"gpkg_{extension}", f"{_SPECIFICATION}{extension}"),
        )


def describe_columns(database: sqlite3.Connection, described: Iterable[schema.Table]) -> None:
    """Give each column its French name, title and meaning.

    GDAL, hence QGIS, shows `name` as the alias of the field.
    """
    _extend(database, "schema", _SCHEMA_SQL)
    database.executemany(
        "INSERT INTO gpkg_data_columns VALUES (?, ?, ?, ?, ?, NULL, NULL)",
        [
            (table.nom, column.nom, alias(table, column), alias(table, column), meaning(column))
            for table in described
            for column in table.colonnes
        ],
    )


def add_metadata(database: sqlite3.Connection, documents: Iterable[tuple[str | None, str]]) -> None:
    """Add the metadata of tables, or of the whole file when no table is named: they come first."""
    _extend(database, "metadata", _METADATA_SQL)
    for number, (table, document) in enumerate(documents, start=1):
        database.execute(
            "INSERT INTO gpkg_metadata VALUES (?, 'dataset', ?, 'text/xml', ?)",
            (number, STANDARD, document),
        )
        database.execute(
            "INSERT INTO gpkg_metadata_reference VALUES (?, ?, NULL, NULL, ?, ?, ?)",
            (
                "geopackage" if table is None else "table",
                table,
                MOMENT,
                number,
                None if table is None else 1,
            ),
        )


def add_styles(database: sqlite3.Connection, styles: Iterable[Style]) -> None:
    """Add the styles that QGIS reads from the file; a table without geometry has one too."""
    database.execute(_STYLES_SQL)
    database.execute(
        "INSERT INTO gpkg_contents (table_name, data_type, identifier, description, last_change) "
        "VALUES ('layer_styles', 'attributes', 'layer_styles', 'Styles QGIS', ?)",
        (MOMENT,),
    )
    geometries = dict(database.execute("SELECT table_name, column_name FROM gpkg_geometry_columns"))
    database.executemany(
        "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, "
        "f_geometry_column, styleName, styleQML, styleSLD, useAsDefault, description, owner, "
        "update_time) VALUES ('', '', ?, ?, ?, ?, '', ?, ?, '', ?)",
        [
            (
                style.couche,
                geometries.get(style.couche, ""),
                style.nom,
                style.qml,
                style.defaut,
                f"Style {'par défaut ' if style.defaut else ''}de la couche {style.couche}",
                MOMENT,
            )
            for style in styles
        ],
    )
