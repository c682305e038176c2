"""Workbooks (.xlsx), read with calamine: the styles of some stop other readers."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook, PasswordError

from diagterritoire.errors import DataError
from diagterritoire.sources.formats.archive import check_archive
from diagterritoire.sources.formats.text import printable, readable

_REDOWNLOAD = "Téléchargez de nouveau le fichier au format .xlsx."


def sheet_names(path: Path) -> list[str]:
    """Names of the sheets of a workbook, in its order.

    Raises
    ------
    DataError
        As `archive.check_archive`, or protected by a password.
    """
    return list(_opened(*_state(path)).sheet_names)


def sheet_rows(path: Path, sheet: str) -> Sequence[Sequence[Any]]:
    """Every row of a sheet, leading empty rows included, so that row numbers are those shown.

    A sheet is recognised, then read: it is unfolded once for both, as long as the file does not
    change.

    Raises
    ------
    DataError
        The workbook or the sheet cannot be read.
    """
    return _unfolded(*_state(path), sheet)


def _state(path: Path) -> tuple[Path, int, int]:
    with readable(path):
        state = path.stat()
    return path, state.st_size, state.st_mtime_ns


@functools.lru_cache(maxsize=4)
def _opened(path: Path, _size: int, _mtime_ns: int) -> CalamineWorkbook:
    check_archive(path)
    try:
        return CalamineWorkbook.from_path(path)
    except PasswordError as error:
        raise DataError(
            f"« {printable(path)} » est protégé par un mot de passe.", "Ôtez la protection."
        ) from error
    except (CalamineError, OSError) as error:
        raise DataError(
            f"« {printable(path)} » est un classeur illisible ({printable(error)}).", _REDOWNLOAD
        ) from error


@functools.lru_cache(maxsize=16)
def _unfolded(path: Path, size: int, mtime_ns: int, sheet: str) -> Sequence[Sequence[Any]]:
    workbook = _opened(path, size, mtime_ns)
    try:
        return list(workbook.get_sheet_by_name(sheet).to_python(skip_empty_area=False))
    except (CalamineError, OSError) as error:
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
