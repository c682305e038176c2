"""What a workbook's archive would unfold to, measured before any reader allocates it.

One stray cell at the far corner of a sheet, or a zip bomb, asks for more memory than the machine
has: the reader of workbooks then stops the whole process, and no error can be caught.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from pathlib import Path
from typing import IO

from diagterritoire.errors import DataError
from diagterritoire.sources.formats.text import printable
from diagterritoire.sources.formats.xml_stream import feed, new_parser

# A sheet is unfolded at some 50 bytes a cell, empty ones included: 1.4 GB here. The largest real
# one, 35 000 communes and 15 columns, has half a million.
MAX_CELLS = 30_000_000
MAX_UNFOLDED_BYTES = 1_000_000_000
# Sheets unfold to 10 or 20 times their size; the format of the archive allows 1 000.
MAX_RATIO = 200
MAX_ENTRIES = 10_000
_RATIO_FROM_BYTES = 10_000_000
_ENCRYPTED = 1
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_CHUNK_BYTES = 1 << 20
_TAG_BYTES = 64
_HEAD_BYTES = 1 << 16
# A workbook declares no entity; one in two bytes a letter would hide from a plain search.
_DOCTYPE = re.compile(rb"<\x00?!\x00?(?:D\x00?O\x00?C\x00?T|E\x00?N\x00?T\x00?I)")
_PARTS = (".xml", ".rels")
_OUTSIDE = re.compile(r"[/\\]|[A-Za-z]:|(?:.*[/\\])?\.\.(?:[/\\]|$)")
_LINK = 0o120000
# Any cell but those of columns A to Z and rows 1 to 999 999, 26 million cells at most.
_FAR_CELL = re.compile(rb'<c(?! r="[A-Z][0-9]{1,6}")[\s/>]')
_REDOWNLOAD = "Téléchargez de nouveau le fichier au format .xlsx."


def check_archive(path: Path) -> None:
    """Refuse an archive that is cut, is no workbook, or would unfold beyond reason.

    Every entry is decompressed once as a stream, which also checks its checksum and declared size.

    Raises
    ------
    DataError
        As above; the message says which sheet, how far and why.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            _check_kind(path, {e.filename for e in entries})
            _check_entries(path, entries)
            for entry in entries:
                with archive.open(entry) as stream:
                    suspect = _is_suspect_sheet(_without_entity(stream, entry.filename, path))
                if suspect:
                    with archive.open(entry) as stream:
                        _check_cells(path, entry.filename, *extent(stream, path))
    except (zipfile.BadZipFile, zlib.error, OSError, ValueError, EOFError) as error:
        raise DataError(
            f"« {printable(path)} » est un classeur coupé ou abîmé : il ne s'ouvre pas.",
            _REDOWNLOAD,
        ) from error


def extent(stream: IO[bytes], path: Path) -> tuple[int, int]:
    """Row and column of the farthest cells of a sheet; (0, 0) when it has none.

    A cell or a row without a reference comes after the previous one, as readers take it.

    Raises
    ------
    DataError
        The sheet is not well-formed.
    """
    rows = columns = row = column = 0

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal rows, columns, row, column
        tag, reference = name.rpartition(" ")[2], attributes.get("r", "")
        if tag == "row":
            row, column = (int(reference) if reference.isdecimal() else row + 1), 0
        elif tag == "c":
            column += 1
            if found := re.fullmatch(r"([A-Za-z]+)([0-9]+)", reference):
                column, row = _column_number(found[1]), int(found[2])
            rows, columns = max(rows, row), max(columns, column)

    parser = new_parser()
    parser.StartElementHandler = start
    feed(parser, stream, path, _REDOWNLOAD)
    return rows, columns


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters.upper():
        number = 26 * number + ord(letter) - ord("A") + 1
    return number


def _check_kind(path: Path, names: set[str]) -> None:
    if "xl/workbook.xml" in names:
        return
    if "content.xml" in names or "xl/workbook.bin" in names:
        raise DataError(
            f"« {printable(path)} » est un classeur .ods ou .xlsb, qui n'est pas lu.",
            "Enregistrez-le au format .xlsx.",
        )
    raise DataError(f"« {printable(path)} » n'est pas un classeur.", _REDOWNLOAD)


def _check_entries(path: Path, entries: list[zipfile.ZipInfo]) -> None:
    _check_names(path, entries)
    size = sum(e.file_size for e in entries)
    if size > MAX_UNFOLDED_BYTES:
        raise DataError(
            f"« {printable(path)} » occuperait {size / 1e9:.1f} Go une fois déplié : refusé.",
            _REDOWNLOAD,
        )
    for entry in entries:
        if entry.flag_bits & _ENCRYPTED or entry.compress_type not in _METHODS:
            raise DataError(
                f"« {printable(path)} » est chiffré, ou compressé d'une façon inhabituelle.",
                "Ôtez la protection, ou enregistrez-le de nouveau au format .xlsx.",
            )
        ratio = entry.file_size / max(1, entry.compress_size)
        if entry.file_size > _RATIO_FROM_BYTES and ratio > MAX_RATIO:
            raise DataError(
                f"« {printable(path)} » : « {printable(entry.filename)} » se déplie à "
                f"{ratio:.0f} fois sa taille : refusé.",
                _REDOWNLOAD,
            )


def _check_names(path: Path, entries: list[zipfile.ZipInfo]) -> None:
    """Refuse what no spreadsheet writes, though nothing is ever unpacked on the disk."""
    if len(entries) > MAX_ENTRIES:
        raise DataError(
            f"« {printable(path)} » contient {len(entries)} entrées : ce n'est pas un classeur.",
            _REDOWNLOAD,
        )
    wrong = [e for e in entries if _OUTSIDE.match(e.filename) or _is_link(e)]
    if wrong:
        raise DataError(
            f"« {printable(path)} » : l'entrée « {printable(wrong[0].filename, 60)} » sort de "
            f"l'archive ou est un lien ({len(wrong)} sur {len(entries)}) : refusé.",
            _REDOWNLOAD,
        )


def _is_link(entry: zipfile.ZipInfo) -> bool:
    return (entry.external_attr >> 16) & 0o170000 == _LINK


def _without_entity(stream: IO[bytes], name: str, path: Path) -> IO[bytes]:
    """Give back an entry whose first bytes declare no entity: its reader would take them as said.

    Raises
    ------
    DataError
        They do.
    """
    head = stream.read(_HEAD_BYTES) if name.lower().endswith(_PARTS) else b""
    if _DOCTYPE.search(head):
        raise DataError(
            f"« {printable(path)} », {printable(name, 60)}, déclare une entité XML : refusé par "
            "sûreté.",
            _REDOWNLOAD,
        )
    stream.seek(0)
    return stream


def _is_suspect_sheet(stream: IO[bytes]) -> bool:
    """Read an entry to its end; True for a sheet with a cell that is far or unusually written."""
    sheet = suspect = False
    data = b""
    while chunk := stream.read(_CHUNK_BYTES):
        data += chunk
        # A tag cut between two chunks is looked at with the second one.
        cut = data.rfind(b"<", max(0, len(data) - _TAG_BYTES))
        seen, data = (data[:cut], data[cut:]) if cut > 0 else (data, b"")
        sheet, suspect = sheet or b"sheetData" in seen, suspect or _is_far(seen)
    return sheet and (suspect or _is_far(data))


def _is_far(part: bytes) -> bool:
    # A tag with a namespace's prefix is left to the exact reading too.
    return b":c" in part or _FAR_CELL.search(part) is not None


def _check_cells(path: Path, sheet: str, rows: int, columns: int) -> None:
    if rows * columns > MAX_CELLS:
        raise DataError(
            f"« {printable(path)} », {printable(sheet)} : une cellule en ligne {rows} et une en "
            f"colonne {columns} font une feuille de {rows * columns:.1e} cellules : refusé.",
            "Supprimez les lignes et colonnes vides au-delà du tableau, ou téléchargez de nouveau "
            "le fichier.",
        )
