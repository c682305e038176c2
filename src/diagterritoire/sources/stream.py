"""Large delimited texts: read line by line, only the rows and the columns that serve are kept."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pandas as pd

from diagterritoire.errors import DataError
from diagterritoire.french import entier
from diagterritoire.sources.formats.text import HEAD_BYTES, check_ended, encoding_of, printable
from diagterritoire.sources.library import Part, SourceFile
from diagterritoire.sources.records import column_positions, where

# Lines of a sheet: a spreadsheet keeps no more, and says it once only.
LIGNES_TABLEUR = 1_048_576
# No record of a producer is a hundredth of this.
_LINE_CHARS = 1 << 20
_REDOWNLOAD = "Téléchargez de nouveau le fichier, sans l'ouvrir dans un tableur."


def read_selected(
    file: SourceFile, part: Part, column: str, accepted: Callable[[str], bool]
) -> tuple[pd.DataFrame, int]:
    """Read the rows of a text whose `column` holds an accepted value.

    Every record is checked against the width of the header, kept or not. Columns that the layout
    does not name are never held in memory beyond their line.

    Parameters
    ----------
    file : SourceFile
    part : Part
    column : str
        Canonical name of the column that selects.
    accepted : callable
        Tells whether the text of that column is wanted.

    Returns
    -------
    DataFrame
        Canonical columns, all text, stripped; the index `ligne` is the line number in the file.
    int
        Number of records read.

    Raises
    ------
    DataError
        Damaged or cut file, as many lines as a spreadsheet keeps, a record too short or too long,
        a column twice, no record at all.
    """
    reader = _records(file.path, part)
    _, header = next(reader)
    positions = column_positions(file, part, header)
    at, read = positions[column], 0
    kept: list[list[str]] = []
    lines: list[int] = []
    # Codes repeat by the hundred thousand: one text each in memory.
    once: dict[str, str] = {}
    for line, row in reader:
        read += 1
        if accepted(row[at].strip()):
            cells = (row[i].strip() for i in positions.values())
            kept.append([once.setdefault(cell, cell) for cell in cells])
            lines.append(line)
    if not read:
        raise DataError(
            f"{where(file, part)} : fichier vide, l'en-tête n'est suivi d'aucun enregistrement.",
            "Téléchargez de nouveau le fichier.",
        )
    if read + part.header + 1 == LIGNES_TABLEUR:
        raise DataError(
            f"{where(file, part)} a exactement {entier(LIGNES_TABLEUR)} lignes, tout ce que garde "
            "un tableur : la suite est perdue.",
            _REDOWNLOAD,
        )
    index = pd.Index(lines, name="ligne", dtype="int64")
    return pd.DataFrame(kept, columns=list(positions), index=index, dtype="str"), read


def _records(path: Path, part: Part) -> Iterator[tuple[int, list[str]]]:
    """Header, then each record that is not blank, with its line number; all of one width."""
    with path.open("rb") as stream:
        encoding = encoding_of(stream.read(HEAD_BYTES))
    width, short = 0, 0
    with path.open(encoding=encoding, errors="strict", newline="") as text:
        # A file without line breaks is never held whole: its pieces are too long, or too short.
        lines = iter(partial(text.readline, _LINE_CHARS), "")
        # No producer quotes a text cut at « | », where a name may hold a lone quotation mark.
        reader = (
            csv.reader(lines, delimiter="|", quoting=csv.QUOTE_NONE)
            if part.separator == "|"
            else csv.reader(lines, delimiter=part.separator, strict=True)
        )
        try:
            for number, row in enumerate(reader):
                if short:
                    raise DataError(_ragged(path, short, width))
                if number < part.header or (number > part.header and not any(row)):
                    continue
                width = width or len(row)
                if len(row) < width:
                    short = reader.line_num
                    continue
                if len(row) > width and any(map(str.strip, row[width:])):
                    raise DataError(_ragged(path, reader.line_num, width))
                yield reader.line_num, row
        except (csv.Error, UnicodeDecodeError) as error:
            raise DataError(
                f"« {printable(path)} » est abîmé après la ligne {reader.line_num} "
                f"({printable(error, 80)}).",
                _REDOWNLOAD,
            ) from error
    if short:
        raise DataError(
            f"« {printable(path)} » est coupé : la dernière ligne ({short}) n'a pas ses {width} "
            "champs.",
            _REDOWNLOAD,
        )
    _check_end(path, encoding)


def _check_end(path: Path, encoding: str | None) -> None:
    """Look at the last bytes only: these files are large."""
    with path.open("rb") as stream:
        stream.seek(max(0, path.stat().st_size - HEAD_BYTES))
        tail = stream.read().replace(b"\x00", b"")
    check_ended(path, tail.decode("cp1252" if encoding == "cp1252" else "utf-8", errors="replace"))


def _ragged(path: Path, line: int, width: int) -> str:
    return f"« {printable(path)} » : la ligne {line} n'a pas {width} champs comme l'en-tête."
