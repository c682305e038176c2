"""Delimited text: encoding, separator, rows. Says which line is damaged instead of guessing."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from diagterritoire.errors import DataError

SEPARATORS = (";", ",", "\t", "|")
HEAD_BYTES = 65_536
# A text read whole is held several times over; those of the country that are larger are streamed.
MAX_TEXT_BYTES = 256 << 20
# No record of a producer is a hundredth of this.
MAX_LINE_BYTES = 1 << 20
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
# A letter with an accent written in UTF-8, as it looks in the bytes of a mixed file.
_UTF8_ACCENT = re.compile(rb"[\xc3\xc5][\x80-\xbf]")
_REDOWNLOAD = "Téléchargez de nouveau le fichier, sans l'ouvrir dans un tableur."


def printable(name: object, limit: int = 200) -> str:
    r"""Text of a file (name, cell) as it can be shown: no control character, bounded length.

    Examples
    --------
    >>> printable("a\x1b[31m.csv")
    'a?[31m.csv'
    """
    text = str(name)
    shown = "".join(c if c.isprintable() else "?" for c in text[:limit])
    return shown + ("…" if len(text) > limit else "")


@contextmanager
def readable(path: Path) -> Iterator[None]:
    """Raise an OSError of the body as a DataError: a file seen by the scan can vanish since.

    Examples
    --------
    >>> with readable(Path("a.csv")):
    ...     raise PermissionError(13, "refus")
    Traceback (most recent call last):
    ...
    diagterritoire.errors.DataError: « a.csv » ne se lit plus (refus).
    Vérifiez que le fichier est toujours là et vos droits, puis relancez.
    """
    try:
        yield
    except OSError as error:
        raise DataError(
            f"« {printable(path)} » ne se lit plus ({error.strerror or error}).",
            "Vérifiez que le fichier est toujours là et vos droits, puis relancez.",
        ) from error


def encoding_of(head: bytes) -> str | None:
    r"""Tell the encoding of the beginning of a text; None when it is not text.

    UTF-16 is recognised by its mark, UTF-8 by its validity (with or without BOM), else cp1252.

    Examples
    --------
    >>> encoding_of("é;à".encode()), encoding_of("é;à".encode("cp1252")), encoding_of(b"\x00\x01")
    ('utf-8-sig', 'cp1252', None)
    """
    candidates = ("utf-16",) if head.startswith(_UTF16) else ("utf-8-sig", "cp1252")
    if b"\x00" in head and candidates != ("utf-16",):
        return None
    for name in candidates:
        decoder = codecs.getincrementaldecoder(name)("strict")
        try:
            decoder.decode(head, final=False)
        except UnicodeDecodeError:
            continue
        return name
    return None


def decode(content: bytes, path: Path) -> str:
    """Decode a whole text file.

    Raises
    ------
    DataError
        Not text, cut in the middle of a letter, or several encodings in one file.
    """
    encoding = encoding_of(content[:HEAD_BYTES])
    if encoding is None:
        raise DataError(f"« {printable(path)} » n'est pas un fichier texte lisible.", _REDOWNLOAD)
    if encoding == "cp1252":
        return _cp1252(content, path)
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        if error.start >= len(content) - 4:
            raise DataError(
                f"« {printable(path)} » est coupé : il s'arrête au milieu d'une lettre.",
                _REDOWNLOAD,
            ) from error
        return _cp1252(content, path)


def _cp1252(content: bytes, path: Path) -> str:
    if accent := _UTF8_ACCENT.search(content):
        line = content.count(b"\n", 0, accent.start()) + 1
        raise DataError(
            f"« {printable(path)} » est abîmé ou mêle UTF-8 et cp1252 (par exemple en ligne "
            f"{line}).",
            _REDOWNLOAD,
        )
    try:
        return content.decode("cp1252")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise DataError(
            f"« {printable(path)} » : encodage inconnu, octet illisible en ligne {line}.",
            "Enregistrez le fichier en UTF-8.",
        ) from error


def preview(head: bytes, separator: str, encoding: str, limit: int = 30) -> list[list[str]]:
    """Return the first rows of a text, cut at `separator`; the last, maybe partial, line is left.

    Parameters
    ----------
    head : bytes
        First `HEAD_BYTES` bytes of the file.
    separator, encoding : str
        One of `SEPARATORS`, and what `encoding_of` gave.
    limit : int
        Number of rows wanted.
    """
    text = codecs.getincrementaldecoder(encoding)("strict").decode(head, final=False)
    lines = text.splitlines(keepends=True)
    if len(head) >= HEAD_BYTES:
        lines = lines[:-1]
    rows: list[list[str]] = []
    try:
        for row in csv.reader(io.StringIO("".join(lines), newline=""), delimiter=separator):
            rows.append(row)
            if len(rows) == limit:
                break
    except csv.Error:
        pass
    return rows


def rows_after(
    path: Path, separator: str, header: int, *, open_end: bool = False
) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """Read a delimited text in full, every record checked against the width of its header.

    Parameters
    ----------
    path : Path
    separator : str
    header : int
        Number of rows above the header.
    open_end : bool
        Accept a last line without its line break.

    Returns
    -------
    tuple
        The header, and the records as (line number in the file, cells); blank lines are left out.

    Raises
    ------
    DataError
        Cut file (last record too short or not ended, quote never closed), a record too short or
        too long.
    """
    text = decode(whole(path), path)
    stream = io.StringIO(text, newline="")
    reader = csv.reader(stream, delimiter=separator, strict=True)
    names: list[str] = []
    records: list[tuple[int, list[str]]] = []
    try:
        for number, row in enumerate(reader):
            if number == header:
                names = row
            elif number > header and any(map(str.strip, row)):
                records.append((reader.line_num, row))
    except csv.Error as error:
        raise DataError(
            f"« {printable(path)} », ligne {reader.line_num} : {_explain(error)}.", _REDOWNLOAD
        ) from error
    _check_width(path, len(names), records)
    if not open_end:
        check_ended(path, text[-HEAD_BYTES:])
    return names, records


def whole(path: Path) -> bytes:
    """Read a text whole.

    Raises
    ------
    DataError
        Larger than `MAX_TEXT_BYTES`, or a line longer than `MAX_LINE_BYTES`.
    """
    with readable(path), path.open("rb") as stream:
        content = stream.read(MAX_TEXT_BYTES + 1)
    if len(content) > MAX_TEXT_BYTES:
        raise DataError(
            f"« {printable(path)} » dépasse {MAX_TEXT_BYTES >> 20} Mio : ses lignes ne sont pas "
            "celles d'un tel fichier.",
            _REDOWNLOAD,
        )
    at = 0
    while len(content) - at > MAX_LINE_BYTES:
        end = max(content.rfind(mark, at, at + MAX_LINE_BYTES) for mark in (b"\n", b"\r"))
        if end < 0:
            line = content.count(b"\n", 0, at) + 1
            raise DataError(
                f"« {printable(path)} », ligne {line} : elle dépasse {MAX_LINE_BYTES >> 20} Mio.",
                _REDOWNLOAD,
            )
        at = end + 1
    return content


def check_ended(path: Path, end: str) -> None:
    r"""Refuse a text whose last line is not ended: nothing tells that its last value is whole.

    Parameters
    ----------
    path : Path
    end : str
        Last characters of the file.

    Raises
    ------
    DataError

    Examples
    --------
    >>> check_ended(Path("flux.csv"), "18001;18002;412\n")
    """
    plain = end.rstrip(" \t\x00")
    if plain.endswith(("\n", "\r")):
        return
    last = plain.splitlines()[-1] if plain else ""
    raise DataError(
        f"« {printable(path)} » est peut-être coupé : sa dernière ligne n'est pas terminée "
        f"(« {printable(last, 60)} »).",
        "Téléchargez de nouveau le fichier ; si cette ligne est entière, ajoutez-lui un retour à "
        "la ligne.",
    )


def _explain(error: csv.Error) -> str:
    if "unexpected end" in str(error):
        return "guillemet jamais refermé, le fichier est sans doute coupé"
    return f"texte mal formé ({printable(error)})"


def _check_width(path: Path, width: int, records: list[tuple[int, list[str]]]) -> None:
    ragged = [
        (line, row)
        for line, row in records
        if len(row) != width and (len(row) < width or any(map(str.strip, row[width:])))
    ]
    if not ragged:
        return
    line, row = ragged[0]
    if line == records[-1][0] and len(row) < width:
        raise DataError(
            f"« {printable(path)} » est coupé : la dernière ligne ({line}) a {len(row)} champs "
            f"au lieu de {width} : « {printable(';'.join(row), 60)} ».",
            _REDOWNLOAD,
        )
    raise DataError(
        f"« {printable(path)} » : {len(ragged)} lignes n'ont pas {width} champs comme l'en-tête ; "
        f"par exemple la ligne {line} en a {len(row)} : « {printable(';'.join(row), 60)} ».",
        _REDOWNLOAD,
    )
