"""The GeoPackage: every layer and table, typed, described and styled for QGIS."""

from __future__ import annotations

import sqlite3
import warnings
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pyogrio
from pyogrio.errors import DataLayerError, DataSourceError, FeatureError, GeometryError

from diagterritoire import schema
from diagterritoire.errors import DiskError
from diagterritoire.outputs import cautions
from diagterritoire.outputs.delivered import delivered_tables, frames, refused
from diagterritoire.outputs.geopackage.checking import differing, undeclared
from diagterritoire.outputs.geopackage.extensions import (
    MOMENT,
    add_metadata,
    add_styles,
    describe_columns,
)
from diagterritoire.outputs.qgis import Place, metadata, styles
from diagterritoire.store import disk_errors
from diagterritoire.study.bundles import Diagnosis

# A delivery is flushed to the disk once, as a whole: waiting for each table tripled the time.
_OPTIONS: dict[str, Any] = {"OGR_CURRENT_DATE": MOMENT, "OGR_SQLITE_SYNCHRONOUS": "OFF"}
# Of the header of SQLite: number of changes, number of changes of the schema, and for which number
# of changes the size is.
_COUNTERS = ((24, 28), (40, 44), (92, 96))
Database = sqlite3.Connection
# What every QGIS since 3.22 reads without warning; nothing here asks for a later one.
_STANDARD = {"VERSION": "1.2"}
# « GPKG » and that version, as the header of the file says them.
_IDENTITY = {"application_id": 0x47504B47, "user_version": 10200}


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
    # Told with each layer, and the same for all.
    warned = tuple(c.court for c in cautions.alerts(diagnosis))
    with geopackage_errors(path):
        path.unlink(missing_ok=True)
        for table, frame in frames(diagnosis):
            write_layer(frame, table, path, _summary(table, diagnosis, warned))
        with finished(path, frames(diagnosis)) as database:
            described = delivered_tables(diagnosis)
            describe_columns(database, described)
            add_metadata(database, _documents(diagnosis, warned))
            add_styles(database, styles(described, _scenarios(diagnosis)))


@contextmanager
def geopackage_errors(path: Path) -> Iterator[None]:
    """Write with fixed options in the body; what refuses, of whatever library, is a DiskError."""
    try:
        with disk_errors(path), _fixed_options():
            yield
    except (
        DataLayerError,
        DataSourceError,
        FeatureError,
        GeometryError,
        sqlite3.DatabaseError,
    ) as error:
        raise refused("Le GeoPackage", path, error) from error


@contextmanager
def finished(path: Path, layers: Iterable[tuple[schema.Table, pd.DataFrame]]) -> Iterator[Database]:
    """Give what GDAL wrote for the body to describe, then read it back and write it whole.

    Parameters
    ----------
    path : Path
        The file GDAL wrote.
    layers : iterable of (Table, DataFrame)
        What it must hold.

    Yields
    ------
    sqlite3.Connection
        Its copy in memory, in a transaction.

    Raises
    ------
    DiskError
        What was written does not read back whole.
    """
    with _in_memory(path) as database:
        database.execute("BEGIN")
        yield database
        database.execute("COMMIT")
        database.execute("VACUUM")
        _check(database, layers, path)
        path.write_bytes(_settled(database.serialize()))


@contextmanager
def _in_memory(path: Path) -> Iterator[Database]:
    """Copy a database in memory: GDAL tells nothing of some writes that fail, Python of each."""
    with (
        closing(sqlite3.connect(path)) as written,
        closing(sqlite3.connect(":memory:", isolation_level=None)) as database,
    ):
        written.backup(database)
        for name, value in _IDENTITY.items():
            database.execute(f"PRAGMA {name} = {value}")
        yield database


def _settled(content: bytes) -> bytes:
    """Bytes of a database that depend on what it holds, not on how often it was written."""
    settled = bytearray(content)
    for start, end in _COUNTERS:
        settled[start:end] = (1).to_bytes(end - start, "big")
    return bytes(settled)


@contextmanager
def _fixed_options() -> Iterator[None]:
    """Set what GDAL writes by for the body, then put the previous options back."""
    before = {name: pyogrio.get_gdal_config_option(name) for name in _OPTIONS}
    pyogrio.set_gdal_config_options(_OPTIONS)
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options(before)


def write_layer(frame: pd.DataFrame, table: schema.Table, path: Path, summary: str) -> None:
    """Write a table of a GeoPackage, after those that are there."""
    geometry = {} if table.geometrie is None else {"geometry_type": table.geometrie}
    new = {} if path.exists() else {"dataset_options": _STANDARD}
    with warnings.catch_warnings():
        # A table without rows has no extent for GDAL to set, which is what is meant.
        warnings.filterwarnings("ignore", message=".*empty.*", category=UserWarning)
        pyogrio.write_dataframe(
            frame,
            path,
            layer=table.nom,
            driver="GPKG",
            append=path.exists(),
            layer_options={"IDENTIFIER": table.titre, "DESCRIPTION": summary},
            **geometry,
            **new,
        )


def _summary(table: schema.Table, diagnosis: Diagnosis, warned: Sequence[str]) -> str:
    """Sentence that describes a layer, with the warnings its reader must not miss."""
    return " ".join([f"{table.titre} — {diagnosis.territory.nom}.", *warned])


def _documents(diagnosis: Diagnosis, warned: Sequence[str]) -> Iterator[tuple[str | None, str]]:
    """Metadata of the whole file, then of each table, under its name."""
    territory, sources = diagnosis.territory, diagnosis.sources
    title = f"Diagnostic de territoire en santé : {territory.nom}"
    summary = " ".join([f"{title}.", *warned])
    whole = _place(diagnosis.communes, territory.crs)
    yield None, metadata(territory.slug, title, summary, sources, whole)
    for table, frame in frames(diagnosis):
        summary, place = _summary(table, diagnosis, warned), _place(frame, territory.crs)
        yield table.nom, metadata(table.nom, table.titre, summary, sources, place)


def _place(frame: pd.DataFrame, crs: str) -> Place | None:
    if not isinstance(frame, gpd.GeoDataFrame):
        return None
    return Place(crs, frame.total_bounds.tolist() if len(frame) else [])


def _scenarios(diagnosis: Diagnosis) -> tuple[str, ...]:
    return () if diagnosis.scenarios is None else tuple(diagnosis.scenarios.noms)


def _check(
    database: Database, layers: Iterable[tuple[schema.Table, pd.DataFrame]], path: Path
) -> None:
    """Read the file back: structure whole, every value and every shape as in the tables."""
    problems = [r[0] for r in database.execute("PRAGMA integrity_check") if r[0] != "ok"]
    told = (
        check(database, table, frame)
        for table, frame in layers
        for check in (differing, undeclared)
    )
    problems += [problem for problem in told if problem]
    if problems:
        raise DiskError(
            f"Le GeoPackage « {path} » ne se relit pas en entier : {problems[0]} "
            f"({len(problems)} anomalies).",
            "Vérifiez l'état du disque, puis relancez.",
        )
