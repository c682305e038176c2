"""Workbooks (.xlsx and the like), read with calamine: the styles of some stop other readers."""

from __future__ import annotations

import functools
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook, PasswordError

from diagterritoire.errors import DataError
from diagterritoire.sources.text import printable

# A sheet of 35 000 communes and 13 columns unfolds to 30 MB; far beyond, it is not a table.
MAX_UNFOLDED_BYTES = 1_000_000_000
_REDOWNLOAD = "Téléchargez de nouveau le fichier au format .xlsx."


def open_workbook(path: Path) -> CalamineWorkbook:
    """Open a workbook after looking at the archive that holds it.

    Raises
    ------
    DataError
        Not a whole archive (cut download), not a workbook, protected by a password, or far too
        large once unfolded.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise DataError(
            f"« {printable(path)} » est un classeur coupé ou abîmé : il ne s'ouvre pas.",
            _REDOWNLOAD,
        ) from error
    if not any(
        e.filename.startswith("xl/workbook") or e.filename == "content.xml" for e in entries
    ):
        raise DataError(f"« {printable(path)} » n'est pas un classeur.", _REDOWNLOAD)
    size = sum(e.file_size for e in entries)
    if size > MAX_UNFOLDED_BYTES:
        raise DataError(
            f"« {printable(path)} » occuperait {size / 1e9:.1f} Go une fois déplié : refusé.",
            _REDOWNLOAD,
        )
    try:
        return CalamineWorkbook.from_path(path)
    except PasswordError as error:
        raise DataError(
            f"« {printable(path)} » est protégé par un mot de passe.", "Ôtez la protection."
        ) from error
    except CalamineError as error:
        raise DataError(
            f"« {printable(path)} » est un classeur illisible ({printable(error)}).", _REDOWNLOAD
        ) from error


def sheet_rows(path: Path, sheet: str) -> Sequence[Sequence[Any]]:
    """Every row of a sheet, leading empty rows included, so that row numbers are those shown.

    A sheet is recognised, then read: it is unfolded once for both, as long as the file does not
    change.

    Raises
    ------
    DataError
        The workbook or the sheet cannot be read.
    """
    state = path.stat()
    return _unfolded(path, state.st_size, state.st_mtime_ns, sheet)


@functools.lru_cache(maxsize=16)
def _unfolded(path: Path, _size: int, _mtime_ns: int, sheet: str) -> Sequence[Sequence[Any]]:
    workbook = open_workbook(path)
    try:
        return list(workbook.get_sheet_by_name(sheet).to_python(skip_empty_area=False))
    except CalamineError as error:
        raise DataError(
            f"« {printable(path)} », feuille « {printable(sheet)} » illisible "
            f"({printable(error)}).",
            _REDOWNLOAD,
        ) from error


def cell_text(value: Any) -> str:
    """Text of a cell: a whole number without its decimal point.

    Examples
    --------
    >>> cell_text(24.0), cell_text(1.89), cell_text(" 2A004 "), cell_text("")
    ('24', '1.89', '2A004', '')
    """
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value)
