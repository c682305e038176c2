"""GeoPackage: the file is known to be one, and whole, before any driver opens it."""

from __future__ import annotations

import re
import sqlite3
import struct
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pyogrio
from shapely.errors import ShapelyError

from diagterritoire.errors import DataError
from diagterritoire.sources.formats.text import printable, readable

MAGIC = b"SQLite format 3\x00"
# Application identifiers of the format, at byte 68 of the file.
_APPLICATIONS = (b"GPKG", b"GP10", b"GP11")
_REDOWNLOAD = "Téléchargez de nouveau le fichier."
_VIRTUAL = re.compile(r"\s*create\s+virtual\s+table\b.*?\busing\s+(\w+)", re.I | re.S)
# What SQLite says of a column that is computed when read, or was when written.
_GENERATED = (2, 3)
# What a run reads and writes; « MEM » holds what is between the two.
DRIVERS = ("GPKG", "MEM")


def only_geopackage() -> None:
    """Leave the geographic library no driver but those of `DRIVERS`, for the whole process.

    Others read what a file names: a path of the machine, an address.
    """
    others = ",".join(sorted(set(pyogrio.list_drivers()) - set(DRIVERS)))
    if not others:
        return
    pyogrio.set_gdal_config_options({"OGR_SKIP": others})
    try:
        # The library skips drivers when it registers them, which it did when it was imported.
        pyogrio.core._register_drivers()
    finally:
        pyogrio.set_gdal_config_options({"OGR_SKIP": None})


def check_whole(path: Path) -> None:
    """Refuse a file that is not a GeoPackage, or not a whole one.

    Raises
    ------
    DataError
        Wrong first bytes (a GDAL VRT named `x.gpkg` reads any file), or fewer bytes than its pages.
    """
    with readable(path), path.open("rb") as stream:
        head = stream.read(100)
        actual = path.stat().st_size
    if not head.startswith(MAGIC) or head[68:72] not in _APPLICATIONS:
        raise DataError(f"« {printable(path)} » n'est pas un GeoPackage.", _REDOWNLOAD)
    page, changes, pages = struct.unpack(">H", head[16:18]) + struct.unpack(">2I", head[24:32])
    (valid_for,) = struct.unpack(">I", head[92:96])
    expected = pages * (65_536 if page == 1 else page)
    if changes == valid_for and actual < expected:
        raise DataError(
            f"« {printable(path)} » est coupé : {actual} octets sur {expected}.", _REDOWNLOAD
        )
    _check_stored(path)


def _check_stored(path: Path) -> None:
    """Refuse a base that computes what it shows: a view may have no end, a column no bound."""
    with _opened(path) as base:
        known = base.execute(
            "SELECT type, name, coalesce(sql, '') FROM sqlite_master "
            "WHERE type IN ('table', 'view')"
        ).fetchall()
        for kind, name, sql in known:
            virtual = _VIRTUAL.match(sql)
            if kind == "view":
                raise _computed(path, name, "est une vue")
            if virtual and virtual[1].lower() != "rtree":
                raise _computed(path, name, "est une table virtuelle")
            quoted = name.replace('"', '""')
            columns = [] if virtual else base.execute(f'PRAGMA table_xinfo("{quoted}")').fetchall()
            if any(column[-1] in _GENERATED for column in columns):
                raise _computed(path, name, "a une colonne calculée")


@contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    """Open a base without ever writing beside it, unless somebody else is writing in it."""
    shared = path.with_name(f"{path.name}-wal").exists()
    address = f"{path.absolute().as_uri()}?mode=ro{'' if shared else '&immutable=1'}"
    try:
        with closing(sqlite3.connect(address, uri=True)) as base:
            base.execute("PRAGMA trusted_schema = OFF")
            yield base
    except sqlite3.Error as error:
        raise DataError(
            f"« {printable(path)} » est un GeoPackage illisible ({printable(error, 80)}).",
            _REDOWNLOAD,
        ) from error


def _computed(path: Path, name: object, what: str) -> DataError:
    return DataError(
        f"« {printable(path)} » contient « {printable(name, 60)} », qui {what} : refusé.",
        "Enregistrez la couche dans un nouveau GeoPackage.",
    )


def layers(path: Path) -> list[dict[str, Any]]:
    """Name, fields and coordinate system of each layer that has a geometry.

    Raises
    ------
    DataError
        The file cannot be opened as a GeoPackage.
    """
    check_whole(path)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)
            names = [str(n) for n, geometry in pyogrio.list_layers(path) if geometry]
            infos = [dict(pyogrio.read_info(path, layer=name)) for name in names]
    except (RuntimeError, ValueError) as error:
        raise DataError(
            f"« {printable(path)} » est un GeoPackage illisible ({printable(error)}).", _REDOWNLOAD
        ) from error
    for info in infos:
        _check_driver(path, info)
    return infos


def read_layer(path: Path, layer: str, columns: Sequence[str] | None = None) -> gpd.GeoDataFrame:
    """Read a layer.

    Parameters
    ----------
    path : Path
    layer : str
        Name of the layer.
    columns : sequence of str, optional
        Fields to read; all by default.

    Raises
    ------
    DataError
        Damaged file, or no coordinate system.
    """
    check_whole(path)
    try:
        _check_driver(path, pyogrio.read_info(path, layer=layer))
        frame = pyogrio.read_dataframe(path, layer=layer, columns=columns)
    except (RuntimeError, RuntimeWarning, ValueError, ShapelyError) as error:
        raise DataError(
            f"« {printable(path)} », couche « {printable(layer)} » illisible ({printable(error)}).",
            _REDOWNLOAD,
        ) from error
    if frame.crs is None:
        raise DataError(
            f"« {printable(path)} », couche « {printable(layer)} » : système de coordonnées absent."
        )
    return frame


def _check_driver(path: Path, info: Mapping[str, Any]) -> None:
    """Refuse a file that another driver of the geographic library took: some read any address."""
    if info.get("driver") != "GPKG":
        raise DataError(f"« {printable(path)} » n'est pas un GeoPackage.", _REDOWNLOAD)


def read_table(path: Path, layer: str) -> pd.DataFrame:
    """Read the columns of a layer or of a table without geometry; the geometry is left in the file.

    Raises
    ------
    DataError
        Damaged file, or no such layer.
    """
    check_whole(path)
    try:
        _check_driver(path, pyogrio.read_info(path, layer=layer))
        frame: pd.DataFrame = pyogrio.read_dataframe(path, layer=layer, read_geometry=False)
    except (RuntimeError, RuntimeWarning, ValueError) as error:
        raise DataError(
            f"« {printable(path)} », couche « {printable(layer)} » illisible ({printable(error)}).",
            "Livrez de nouveau ce territoire.",
        ) from error
    return frame
