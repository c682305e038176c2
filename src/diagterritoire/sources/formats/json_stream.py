"""Very large JSON files, plain or gzipped, read one object of an array at a time."""

from __future__ import annotations

import gzip
import json
import re
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from diagterritoire.errors import DataError
from diagterritoire.sources.formats.text import HEAD_BYTES, printable
from diagterritoire.sources.formats.unfolding import GZIP, Unfolded

CHUNK = 1 << 22
# An object larger than this is no record: the array is not closed, or the file is damaged.
MAX_OBJECT_CHARS = 1 << 23
_REDOWNLOAD = "Téléchargez de nouveau le fichier."


def unfolded(head: bytes) -> bytes:
    """First bytes of a file as they read once unfolded; as they are when they are not gzipped."""
    if not head.startswith(GZIP):
        return head
    try:
        return zlib.decompressobj(wbits=31).decompress(head, HEAD_BYTES)
    except zlib.error:
        return b""


def is_finess(head: bytes) -> bool:
    """Tell the beginning of an extraction of FINESS+ in JSON.

    Examples
    --------
    >>> is_finess(b'{ "schemaVersion" : "v1.0.0", "gcc" : [ {'), is_finess(b'{"type": "Feature"}')
    (True, False)
    """
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    known = (b'"pmej"', b'"gcc"', b'"gco"')
    return start.startswith(b"{") and b'"schemaVersion"' in head and any(k in head for k in known)


def objects_of(path: Path, key: str) -> Iterator[Any]:
    """Yield each element of the array that a key of the file holds.

    Parameters
    ----------
    path : Path
    key : str
        Key of the array, found nowhere else in the file; empty when the file is the array.

    Raises
    ------
    DataError
        No such array, a file that is cut or damaged before its end, or values that no producer
        writes: nested without end, a number of thousands of digits, NaN.
    """
    decoder = json.JSONDecoder(parse_constant=_refuse_constant)
    try:
        with Unfolded(path) as stream:
            text, at = _start(stream, key, path), 0
            while True:
                at = _skip(text, at)
                if text[at : at + 1] == "]":
                    return
                try:
                    item, at = decoder.raw_decode(text, at)
                except json.JSONDecodeError as error:
                    more = _chunk(stream)
                    if not more or len(text) - at > MAX_OBJECT_CHARS:
                        raise _cut(path) from error
                    text, at = text[at:] + more, 0
                    continue
                except (ValueError, RecursionError) as error:
                    raise _wild(path) from error
                if at > CHUNK:
                    text, at = text[at:], 0
                yield item
    except (gzip.BadGzipFile, zlib.error, EOFError, UnicodeDecodeError) as error:
        raise _cut(path) from error


def _chunk(stream: Unfolded) -> str:
    """Next characters; a letter of several bytes is never cut."""
    content = stream.read(CHUNK)
    while content:
        try:
            return content.decode("utf-8-sig")
        except UnicodeDecodeError:
            more = stream.read(1)
            if not more or len(content) > CHUNK + 4:
                raise
            content += more
    return ""


def _start(stream: Unfolded, key: str, path: Path) -> str:
    wanted = re.compile(rf'"{re.escape(key)}"\s*:\s*\[' if key else r"\[")
    text = ""
    while more := _chunk(stream):
        # The key may straddle two chunks.
        text = text[-100:] + more
        if found := wanted.search(text):
            return text[found.end() :]
    raise DataError(
        f"« {printable(path)} » : aucune liste « {key or '['} », le fichier est peut-être coupé.",
        _REDOWNLOAD,
    )


def _skip(text: str, at: int) -> int:
    while at < len(text) and text[at] in " \t\r\n,":
        at += 1
    return at


def _refuse_constant(name: str) -> None:
    raise ValueError(name)


def _wild(path: Path) -> DataError:
    return DataError(
        f"« {printable(path)} » est abîmé : une valeur est démesurée, trop imbriquée, ou n'est pas "
        "un nombre.",
        _REDOWNLOAD,
    )


def _cut(path: Path) -> DataError:
    return DataError(f"« {printable(path)} » est coupé ou abîmé : sa fin manque.", _REDOWNLOAD)
