"""What one file is, by its first bytes and its columns; name and extension are not looked at."""

from __future__ import annotations

import bz2
import gzip
import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from diagterritoire.errors import DataError
from diagterritoire.sources.communes.communes_api import is_communes
from diagterritoire.sources.communes.raster import is_delivered
from diagterritoire.sources.formats import geopackage, json_stream
from diagterritoire.sources.formats.text import (
    HEAD_BYTES,
    SEPARATORS,
    encoding_of,
    preview,
    printable,
)
from diagterritoire.sources.formats.workbook import cell_text, sheet_names, sheet_rows
from diagterritoire.sources.layouts.known import layout
from diagterritoire.sources.layouts.matching import Match, matches
from diagterritoire.sources.library import Part

HEADER_ROWS = 30
# What this tool delivers is never a source, wherever it was copied.
_LAYERS_DELIVERED = frozenset({"communes", "sites", "flux", "bassins", "isochrones"})
_SHEETS_DELIVERED = frozenset({"Lisez-moi", "Colonnes", "communes", "controle", "parametres"})
_COMPRESSED = (b"BZh", b"\x1f\x8b")
_PARQUET = b"PAR1"
_TIFF = (b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+")
# FINESS has no header: its first field says what each row is.
_FINESS = (b"finess;etalab;", b"structureet;")


@dataclass(frozen=True)
class Finding:
    """What the content of a file is: its tables, else what it resembles, else why it is damaged."""

    kind: str
    parts: tuple[Part, ...] = ()
    resembles: tuple[tuple[str, Match], ...] = ()
    problem: str = ""
    annee: int | None = None


def examine(path: Path) -> Finding:
    """Look at the first bytes of a file, then at its columns.

    Raises
    ------
    OSError
        The file cannot be opened.
    """
    with path.open("rb") as stream:
        head = stream.read(HEAD_BYTES)
    if not head.strip():
        return Finding("autre", problem="est vide")
    if head.startswith(geopackage.MAGIC):
        return _examine_geopackage(path)
    if head.startswith(b"PK\x03\x04"):
        return _examine_workbook(path)
    if head.startswith(_TIFF):
        parts = () if is_delivered(path) else (Part("population_raster"),)
        return Finding("geotiff", parts)
    if head.startswith(_PARQUET):
        return Finding("parquet", (Part("acces_insee"),))
    if b"OSMHeader" in head[:64]:
        return Finding("osm", (Part("osm"),))
    if json_stream.is_finess(json_stream.unfolded(head)):
        return Finding("finess_json", (Part("finess_json"),))
    if is_communes(head):
        return Finding("json", (Part("communes_json"),))
    if head.startswith(_COMPRESSED):
        return _examine_compressed(path)
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:4096].lower()
    if start.startswith(b"<"):
        return _examine_markup(path, start)
    encoding = encoding_of(head)
    if encoding is None:
        return Finding("autre", problem="n'est pas un fichier de données reconnu")
    return _examine_text(head, encoding)


def _examine_compressed(path: Path) -> Finding:
    """Look inside a gzip or bzip2 file: only OpenStreetMap is read from one."""
    with path.open("rb") as stream:
        inside = gzip.open if stream.read(2) == _COMPRESSED[1] else bz2.open
    try:
        with inside(path, "rb") as stream:
            start = stream.read(4096).lower()
    except (OSError, EOFError, zlib.error):
        return Finding("autre", problem="est un fichier compressé illisible")
    if b"<osm" in start:
        return Finding("osm", (Part("osm"),))
    return Finding("autre", problem="n'est pas un fichier de données reconnu")


def _examine_markup(path: Path, start: bytes) -> Finding:
    if b"<html" in start or start.startswith(b"<!doctype html"):
        return Finding("autre", problem="est une page web")
    for tag, kind in ((b"graphml", "graphml"), (b"osm", "osm")):
        if b"<" + tag not in start and b":" + tag not in start:
            continue
        with path.open("rb") as stream:
            stream.seek(max(0, path.stat().st_size - 1024))
            if tag + b">" not in stream.read().rstrip()[-40:]:
                return Finding(kind, problem="est coupé : sa fin manque")
        return Finding(kind, (Part(kind),))
    return Finding("autre", problem="n'est pas un fichier de données reconnu")


def _examine_geopackage(path: Path) -> Finding:
    try:
        infos = geopackage.layers(path)
    except DataError as error:
        return Finding("gpkg", problem=error.message.removeprefix(f"« {printable(path)} » "))
    if {str(info["layer_name"]) for info in infos} >= _LAYERS_DELIVERED:
        return Finding("gpkg")
    found = [
        (str(info["layer_name"]), found[0])
        for info in infos
        if (found := matches([str(f) for f in info["fields"]], kind="gpkg"))
    ]
    whole = [(name, match) for name, match in found if match.complete]
    twice = [label for _, match in whole[:1] for label in match.doubles]
    if twice:
        return Finding("gpkg", problem=f"a plusieurs colonnes « {twice[0]} »")
    if whole:
        name, match = whole[0]
        return Finding("gpkg", (Part(match.layout.cle, name, columns=match.columns),))
    return Finding("gpkg", resembles=tuple(f for f in found if f[1].near))


def _examine_workbook(path: Path) -> Finding:
    try:
        names = sheet_names(path)
        if set(names) >= _SHEETS_DELIVERED:
            return Finding("classeur")
        sheets = {
            name: [[cell_text(c) for c in row] for row in rows]
            for name in names
            if (rows := sheet_rows(path, name)[:HEADER_ROWS])
        }
    except DataError as error:
        return Finding("classeur", problem=error.message.removeprefix(f"« {printable(path)} » "))
    parts: list[Part] = []
    near: list[tuple[str, Match]] = []
    years: list[int] = []
    for name, rows in sheets.items():
        best = _best_header(rows)
        if best is None:
            continue
        header, match = best
        if match.complete:
            parts.append(_part(match, rows, header, sheet=name))
            years += _years(rows, header, match)
        elif match.near:
            near.append((f"feuille « {printable(name)} »", match))
    # A workbook is one source: that of its first table.
    sources = [layout(p.layout).source for p in parts]
    same = [p for p, cle in zip(parts, sources, strict=True) if cle == sources[0]]
    return Finding("classeur", tuple(same), tuple(near), annee=max(years, default=None))


def _examine_text(head: bytes, encoding: str) -> Finding:
    if head.removeprefix(b"\xef\xbb\xbf").startswith(_FINESS):
        return Finding("finess", (Part("finess", separator=";"),))
    best: tuple[tuple[int, Match], list[list[str]], str] | None = None
    for separator in SEPARATORS:
        rows = preview(head, separator, encoding, HEADER_ROWS)
        found = _best_header(rows)
        if found is not None and (best is None or found[1].score > best[0][1].score):
            best = found, rows, separator
    if best is None:
        return Finding("texte", problem="n'a aucune colonne connue")
    (header, match), rows, separator = best
    if not match.complete:
        near = (("", match),) if match.near else ()
        return Finding("texte", resembles=near, problem=_lacks(match))
    part = _part(match, rows, header, separator=separator)
    years = _years(rows, header, match)
    return Finding("texte", (part,), annee=max(years, default=None))


def _best_header(rows: Sequence[Sequence[str]]) -> tuple[int, Match] | None:
    """Row that looks most like a header, and the layout it looks like."""
    best: tuple[int, Match] | None = None
    titles: list[str] = []
    for number, row in enumerate(rows):
        found = matches(row, titles)
        if found and (best is None or found[0].score > best[1].score):
            best = number, found[0]
        titles += [cell for cell in row if cell.strip()]
    return best


def _part(
    match: Match,
    rows: Sequence[Sequence[str]],
    header: int,
    sheet: str = "",
    separator: str = "",
) -> Part:
    titles = tuple(cell.strip() for row in rows[:header] for cell in row if cell.strip())
    return Part(match.layout.cle, sheet, header, match.columns, titles, separator)


def _years(rows: Sequence[Sequence[str]], header: int, match: Match) -> list[int]:
    position = dict(match.columns).get("annee")
    if position is None:
        return []
    cells = [row[position].strip() for row in rows[header + 1 :] if position < len(row)]
    return [int(c) for c in cells if re.fullmatch(r"20[0-9]{2}", c)]


def _lacks(match: Match) -> str:
    return (
        f"n'a pas les colonnes attendues ; le plus proche : {match.layout.titre}, "
        f"colonnes absentes : {', '.join(match.missing)}"
    )
