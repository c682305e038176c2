"""Every file of a delivery opened again and counted, before it takes the place of the last one."""

from __future__ import annotations

import json
import re
import sqlite3
import zipfile
from collections.abc import Callable, Collection
from contextlib import closing
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
import pyogrio
import rasterio
from pyogrio.errors import DataLayerError, DataSourceError
from python_calamine import CalamineError, CalamineWorkbook
from rasterio.errors import RasterioError

from diagterritoire.errors import DiskError
from diagterritoire.french import accord
from diagterritoire.outputs.delivered import frames
from diagterritoire.outputs.workbook import ROWS_MAX
from diagterritoire.store import disk_errors
from diagterritoire.study.bundles import Diagnosis

Check = Callable[[Diagnosis, Path], str]

_DATA = re.compile(r'<script type="application/json"[^>]*>(.*?)</script>', re.DOTALL)
_PICTURE, _PAGE, _PAGES = b"<pic:pic", rb"/Type\s*/Page\b", rb"/Count (\d+)"
_TAIL = 2048
_UNREADABLE = (
    CalamineError,
    DataLayerError,
    DataSourceError,
    sqlite3.DatabaseError,
    ET.ParseError,
    RasterioError,
    ValueError,
    KeyError,
    zipfile.BadZipFile,
)


def reread(
    diagnosis: Diagnosis, maps: Path, processed: Path, pages: Collection[str] | None = None
) -> None:
    """Open again each file of a delivery, and count what it must hold.

    Parameters
    ----------
    diagnosis : Diagnosis
        What was delivered.
    maps, processed : Path
        Its two folders.
    pages : collection of str, optional
        Files of the first that were wanted; all of them by default.

    Raises
    ------
    DiskError
        A file is missing, cut, or does not hold what was written.
    """
    places = [
        (maps / name, check) for name, check in _MAPS.items() if pages is None or name in pages
    ]
    places += [(processed / name, check) for name, check in _PROCESSED.items()]
    for path, check in places:
        with disk_errors(path):
            try:
                problem = check(diagnosis, path)
            except _UNREADABLE as error:
                problem = f"{type(error).__name__} : {error}"
        if problem:
            raise DiskError(
                f"« {path.name} », qui vient d'être écrit, ne se relit pas : {problem}.",
                "Vérifiez la place libre et l'état du disque, puis relancez. L'ancien résultat "
                "est conservé.",
            )


def _map(_: Diagnosis, path: Path) -> str:
    html = path.read_text(encoding="utf-8")
    data = _DATA.findall(html)
    for text in data:
        json.loads(text)
    return _cut(html) or ("" if data else "les données de la carte manquent")


def _report(_: Diagnosis, path: Path) -> str:
    return _cut(path.read_text(encoding="utf-8"))


def _cut(html: str) -> str:
    return "" if html.rstrip().endswith("</html>") else "la fin de la page manque"


def _word(_: Diagnosis, path: Path) -> str:
    page = path.with_name("rapport.html").read_text(encoding="utf-8")
    with zipfile.ZipFile(path) as archive:
        if (bad := archive.testzip()) is not None:
            return f"la partie {bad} est abîmée"
        content = archive.read("word/document.xml")
    ET.fromstring(content)  # noqa: S314 - our own file, written a moment ago
    return _differs("figure", page.count("<img "), content.count(_PICTURE))


def _paper(_: Diagnosis, path: Path) -> str:
    content = path.read_bytes()
    tail = content[-_TAIL:].split(b"startxref")
    if not content.startswith(b"%PDF-") or len(tail) < 2 or b"%%EOF" not in tail[-1]:
        return "le début ou la fin manque"
    said = [int(number) for number in re.findall(_PAGES, content)]
    return _differs("page", max(said, default=1), len(re.findall(_PAGE, content)))


def _layers(diagnosis: Diagnosis, path: Path) -> str:
    """Tables as GDAL lists them, rows as SQLite counts them; their values were read when written.

    GDAL would open the whole file again for each table.
    """
    there = {str(name) for name, _ in pyogrio.list_layers(path)}
    with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as database:
        for table, frame in frames(diagnosis):
            if table.nom not in there:
                return f"la couche {table.nom} manque"
            # The names are those of the schemas, never a user's text.
            counted = database.execute(f'SELECT count(*) FROM "{table.nom}"')  # noqa: S608
            if problem := _differs(f"ligne de {table.nom}", len(frame), counted.fetchone()[0]):
                return problem
    return ""


def _sheets(diagnosis: Diagnosis, path: Path) -> str:
    with CalamineWorkbook.from_path(str(path)) as book:
        there = set(book.sheet_names)
        for table, frame in frames(diagnosis):
            if table.nom not in there:
                return f"la feuille {table.nom} manque"
            wanted = min(len(frame), ROWS_MAX)
            found = book.get_sheet_by_name(table.nom).height - 1
            if problem := _differs(f"ligne de {table.nom}", wanted, found):
                return problem
    return ""


def _cells(diagnosis: Diagnosis, path: Path) -> str:
    with rasterio.open(path) as raster:
        same = np.array_equal(raster.read(1), diagnosis.temps_acces.minutes)
        # At the end of the file: cut, it still gives its times.
        described = raster.tags().get("slug") == diagnosis.territory.slug
    with rasterio.open(path, overview_level=0) as reduced:
        reduced.read(1)
    if not described:
        return "sa description manque"
    return "" if same else "les temps relus ne sont pas ceux écrits"


def _differs(what: str, wanted: int, found: int) -> str:
    if wanted == found:
        return ""
    first, _, rest = what.partition(" ")
    counted = accord(found, f"{first} {rest}".strip(), f"{first}s {rest}".strip())
    return f"{counted} au lieu de {wanted}"


_MAPS: dict[str, Check] = {
    "carte.html": _map,
    "rapport.html": _report,
    "rapport.docx": _word,
    "rapport.pdf": _paper,
}
_PROCESSED: dict[str, Check] = {
    "diagnostic.gpkg": _layers,
    "indicateurs.xlsx": _sheets,
    "temps_acces.tif": _cells,
}
