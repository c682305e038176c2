"""Is what arrived the whole file, and of the right kind? Looked at on its bytes."""

from __future__ import annotations

import fnmatch
import json
import re
import zipfile
import zlib
from pathlib import Path
from typing import IO, Literal

from diagterritoire.catalog import Source
from diagterritoire.catalog_source import Genre
from diagterritoire.download.client import PassingError
from diagterritoire.download.rules import RefusedError

Fin = Literal["longueur", "morceaux", "fermeture"]

_BLOCK = 1 << 20
_HEAD = 4096
_NAMES = {
    "zip": "une archive ou un classeur",
    "texte": "un fichier texte",
    "gpkg": "un GeoPackage",
    "json": "un fichier JSON",
    "xml": "un fichier XML",
}
_GPKG = b"SQLite format 3\x00"
_CUT = "le fichier reçu est coupé"


def check_head(head: bytes, genre: Genre) -> None:
    """Refuse first bytes that are empty, a web page, or not of the expected kind.

    Raises
    ------
    RefusedError

    Examples
    --------
    >>> check_head(b"<!DOCTYPE html><html>", "texte")
    Traceback (most recent call last):
    ...
    diagterritoire.download.rules.RefusedError: le serveur a donné une page web au lieu du fichier
    """
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not start:
        raise RefusedError("le serveur a donné un fichier vide")
    lower = start[:_HEAD].lower()
    if lower.startswith(b"<") and (b"<html" in lower or lower.startswith(b"<!doctype html")):
        raise RefusedError("le serveur a donné une page web au lieu du fichier")
    good = {
        "": True,
        "zip": head.startswith(b"PK\x03\x04"),
        "texte": b"\x00" not in head and not lower.startswith((b"<", b"%pdf", b"pk\x03\x04")),
        "gpkg": head.startswith(_GPKG),
        "json": lower[:1] in {b"{", b"["},
        "xml": lower.startswith(b"<"),
    }[genre]
    if not good:
        raise RefusedError(f"le fichier reçu n'est pas {_NAMES[genre]}")


def check_file(path: Path, source: Source, genre: Genre, fin: Fin) -> None:
    """Check that a received file is whole.

    Parameters
    ----------
    path : Path
    source : Source
        Its `lignes_min` is what a whole file holds at least.
    genre : str
        Kind of this file: `source.magie`, or `zip` for the archive that holds it.
    fin : str
        How the end was known: `longueur` (announced, and the bytes agree), `morceaux` (an end
        mark of the transfer), or `fermeture` (the connection closed, which a cut does too: a text
        has no end of its own to show, so only a known fingerprint makes it acceptable).

    Raises
    ------
    RefusedError
        Empty, a web page, another kind of file, too few rows, or nothing tells it is whole.
    PassingError
        Cut: another try may bring it whole.
    """
    with path.open("rb") as stream:
        head = stream.read(_HEAD)
        check_head(head, genre)
        size = path.stat().st_size
        stream.seek(max(0, size - _HEAD))
        tail = stream.read()
    whole = {
        "": True,
        "zip": _zip_is_whole(path) if genre == "zip" else True,
        "texte": fin == "longueur" or tail.endswith((b"\n", b"\r")),
        "gpkg": _gpkg_is_whole(path) if genre == "gpkg" else True,
        "json": _json_is_whole(path) if genre == "json" else True,
        "xml": _xml_is_whole(head, tail),
    }[genre]
    if not whole:
        raise PassingError(_CUT)
    if genre == "texte" and fin == "fermeture" and not source.sha256:
        raise RefusedError("le serveur n'annonce pas la taille du fichier : il est peut-être coupé")
    if genre != "zip" or not source.membre:
        _check_rows(path, genre, source.lignes_min)


def extract(archive: Path, source: Source, target: IO[bytes]) -> str:
    """Copy the member of the archive that the source names; return its file name.

    Raises
    ------
    RefusedError
        No such member, several, or one that unpacks beyond `source.octets_max`.
    """
    with zipfile.ZipFile(archive) as bundle:
        found = [
            info
            for info in bundle.infolist()
            if not info.is_dir()
            and fnmatch.fnmatchcase(_file_name(info.filename).lower(), source.membre.lower())
            and not info.filename.startswith("__MACOSX")
        ]
        if len(found) != 1:
            raise RefusedError(
                f"l'archive reçue contient {len(found)} fichiers « {source.membre} » au lieu d'un"
            )
        done = 0
        with bundle.open(found[0]) as stream:
            while block := stream.read(_BLOCK):
                done += len(block)
                if done > source.octets_max:
                    raise RefusedError(
                        f"l'archive dépasse {source.octets_max} octets une fois ouverte"
                    )
                target.write(block)
        return _file_name(found[0].filename)


def _file_name(member: str) -> str:
    return member.replace("\\", "/").rsplit("/", 1)[-1]


def _zip_is_whole(path: Path) -> bool:
    """Whether the end record is there and each member matches its checksum."""
    try:
        with zipfile.ZipFile(path) as bundle:
            return bundle.testzip() is None
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError):
        return False


def _json_is_whole(path: Path) -> bool:
    try:
        json.loads(path.read_bytes())
    except (ValueError, RecursionError):
        return False
    return True


def _xml_is_whole(head: bytes, tail: bytes) -> bool:
    """Whether the file ends by closing the element that it opens first."""
    root = re.search(rb"<([A-Za-z_][\w:.-]*)", head)
    return root is not None and tail.rstrip().endswith(b"</" + root[1] + b">")


def _gpkg_is_whole(path: Path) -> bool:
    """Whether the file has the number of pages that its header declares."""
    with path.open("rb") as stream:
        header = stream.read(32)
    page = int.from_bytes(header[16:18], "big")
    page = 65536 if page == 1 else page
    return page * int.from_bytes(header[28:32], "big") == path.stat().st_size


def _check_rows(path: Path, genre: Genre, least: int) -> None:
    if not least:
        return
    if genre == "texte":
        with path.open("rb") as stream:
            found = _count(stream, b"\n")
    elif genre == "zip":
        with zipfile.ZipFile(path) as bundle:
            sheets = [n for n in bundle.namelist() if re.fullmatch(r"xl/worksheets/[^/]+\.xml", n)]
            found = 0
            for name in sheets:
                with bundle.open(name) as stream:
                    found += _count(stream, b"<row ")
    else:
        return
    if found < least:
        raise RefusedError(f"le fichier reçu a {found} lignes, il en faut au moins {least}")


def _count(stream: IO[bytes], word: bytes) -> int:
    """Occurrences of a word, also when two blocks share it."""
    found, left = 0, b""
    while block := stream.read(_BLOCK):
        text = left + block
        found += text.count(word)
        left = text[-(len(word) - 1) :] if len(word) > 1 else b""
    return found
