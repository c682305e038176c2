"""FINESS: structures of care, in the extraction without header and in that in JSON (2026 on)."""

from __future__ import annotations

import re
from typing import Any

import pandas as pd

from diagterritoire import ledger, tables
from diagterritoire.errors import DataError
from diagterritoire.sources.formats.coordinates import to_wgs84
from diagterritoire.sources.formats.json_stream import objects_of
from diagterritoire.sources.formats.text import HEAD_BYTES, check_ended, decode, printable, whole
from diagterritoire.sources.library import Reading, SourceFile
from diagterritoire.sources.records import check_codes, check_unique, conformed, examples, where

# Codes of the categories of establishments that a territory study looks at.
CATEGORIES = {
    "355": "hopital",
    "106": "hopital_local",
    "500": "EHPAD",
    "603": "MSP",
    "124": "CDS",
    "620": "pharmacie",
    "354": "SSIAD",
}
# Names of the projections, in the origin of the coordinates.
_PROJECTIONS = (
    (re.compile(r"EPSG ?: ?([0-9]{4,5})"), ""),
    (re.compile(r"LAMBERT[ _-]?93"), "EPSG:2154"),
    (re.compile(r"UTM[ _]?(?:ZONE )?N?20N?"), "EPSG:5490"),
    (re.compile(r"UTM[ _]?(?:ZONE )?N?21N?"), "EPSG:4467"),
    (re.compile(r"UTM[ _]?(?:ZONE )?N?22N?"), "EPSG:2972"),
    (re.compile(r"UTM[ _]?(?:ZONE )?S?38S?"), "EPSG:4471"),
    (re.compile(r"UTM[ _]?(?:ZONE )?S?40S?"), "EPSG:2975"),
)
_KNOWN_CRS = {"2154", "5490", "4467", "2972", "4471", "2975", "4559", "32620", "32621", "32622"}
_STRUCTURE_FIELDS, _PLACE_FIELDS = 31, 6
# Almost every structure of a whole file has a line of position; another extraction has none.
_PLACED_SHARE, _PLACED_NAME = 0.5, "cs1100507"
_LIEU_D_EXERCICE, _ACTIF = "03", "A"
_NUMBER = r"[0-9][0-9A-Z]{8}"
_COLUMNS = ["structure_id", "nom", "code_commune", "code_categorie"]


def read_finess(file: SourceFile) -> Reading:
    """Read the structures of the categories of a territory study as `tables.STRUCTURES_LUES`.

    Coordinates are taken to longitude and latitude; a structure whose coordinates are missing, or
    in a projection that is not named, keeps null ones, with a control row.

    Raises
    ------
    DataError
        Cut or damaged file, code of commune or number that is none, structure twice, none of the
        categories.
    """
    frame, places, read = _read_json(file) if file.kind == "finess_json" else _read_flat(file)
    categories = frame["code_categorie"].map(CATEGORIES).astype("str")
    chosen = frame.assign(categorie=categories).loc[categories.notna()]
    if chosen.empty:
        raise DataError(
            f"{where(file)} : aucun établissement des catégories suivies "
            f"({', '.join(CATEGORIES)}) parmi {read}.",
            "Prenez l'extraction complète des établissements.",
        )
    check_codes(chosen, "code_commune", file)
    check_codes(chosen, "structure_id", file, _NUMBER)
    check_unique(chosen, ["structure_id"], file)
    if file.kind == "finess":
        _check_positions(file, frame, places)
    both = chosen.join(places, on="structure_id", how="left", validate="one_to_one")
    unnamed = both["anonyme"].eq(True)
    source = ledger.origin(tables.STRUCTURES_LUES, file.path.name)
    controle = [
        ledger.entry(source, motif, examples(both.loc[rows], "structure_id", "nom"), read)
        for motif, rows in (
            ("structure dont la projection n'est pas nommée : sans position", unnamed),
            ("structure sans coordonnées", both["lon"].isna() & ~unnamed),
        )
    ]
    other = "établissement d'une autre catégorie ou fermé, non utilisé"
    left = read - len(chosen)
    controle.append(ledger.entry(source, other, [], read, nombre=left, effet=tables.ECARTE))
    table = both.sort_values("structure_id")
    return Reading(conformed(table, tables.STRUCTURES_LUES), ledger.stack(controle), read)


def _read_flat(file: SourceFile) -> tuple[pd.DataFrame, pd.DataFrame, int]:
    structures: list[tuple[str, ...]] = []
    places: list[tuple[str, ...]] = []
    lines: list[int] = []
    text = decode(whole(file.path), file.path)
    content = text.splitlines()
    for number, line in enumerate(content, start=1):
        cells = [c.strip() for c in line.split(";")]
        if cells[0] == "structureet":
            _check_width(file, number, len(cells), _STRUCTURE_FIELDS, len(content))
            commune = _commune(cells[13], cells[12])
            structures.append((cells[1], cells[4] or cells[3], commune, cells[18]))
            lines.append(number)
        elif cells[0] == "geolocalisation":
            _check_width(file, number, len(cells), _PLACE_FIELDS, len(content))
            places.append((cells[1], cells[2], cells[3], ";".join(cells[4:-1])))
        elif any(cells) and number > 1:
            raise DataError(
                f"{where(file)}, ligne {number} : « {printable(cells[0], 40)} » n'est ni "
                "« structureet » ni « geolocalisation ».",
                "Téléchargez de nouveau le fichier, sans l'ouvrir dans un tableur.",
            )
    check_ended(file.path, text[-HEAD_BYTES:])
    index = pd.Index(lines, name="ligne", dtype="int64")
    frame = pd.DataFrame(structures, columns=_COLUMNS, index=index, dtype="str")
    columns = ["structure_id", "x", "y", "origine"]
    return frame, _placed(pd.DataFrame(places, columns=columns, dtype="str"), file), len(frame)


def _check_positions(file: SourceFile, frame: pd.DataFrame, places: pd.DataFrame) -> None:
    """Refuse a file cut at the end of a line: positions come after all the structures."""
    known = int(frame["structure_id"].isin(places.index).sum())
    meant = known > 0 or _PLACED_NAME in file.path.name.casefold()
    if meant and known < _PLACED_SHARE * len(frame):
        raise DataError(
            f"{where(file)} est sans doute coupé : {known} structures sur {len(frame)} ont une "
            "ligne « geolocalisation ».",
            "Téléchargez de nouveau le fichier, avec ses positions (« etalab-cs1100507 »).",
        )


def _check_width(file: SourceFile, number: int, found: int, least: int, last: int) -> None:
    if found < least:
        cut = "est coupé : " if number == last else ": "
        raise DataError(
            f"{where(file)} {cut}la ligne {number} a {found} champs au lieu de {least} au moins.",
            "Téléchargez de nouveau le fichier.",
        )


def _commune(departement: str, commune: str) -> str:
    """Official code: the overseas departements are written 9A, 9B, 9C, 9D, 9F."""
    return ("97" if re.fullmatch("9[A-F]", departement) else departement) + commune


def _placed(places: pd.DataFrame, file: SourceFile) -> pd.DataFrame:
    """Longitude and latitude by structure; `anonyme` where the projection is not named."""
    check_unique(places, ["structure_id"], file)
    crs = places["origine"].map({o: _projection(o) for o in set(places["origine"])}).astype("str")
    x = pd.to_numeric(places["x"].str.replace(",", "."), errors="coerce")
    y = pd.to_numeric(places["y"].str.replace(",", "."), errors="coerce")
    placed = to_wgs84(x, y, crs)
    unnamed = x.notna() & y.notna() & crs.isna()
    return placed.assign(anonyme=unnamed).set_index(places["structure_id"])


def _projection(origin: str) -> str | None:
    text = origin.upper()
    for pattern, name in _PROJECTIONS:
        if found := pattern.search(text):
            if name:
                return name
            return f"EPSG:{found.group(1)}" if found.group(1) in _KNOWN_CRS else None
    return None


def _read_json(file: SourceFile) -> tuple[pd.DataFrame, pd.DataFrame, int]:
    rows: list[tuple[str, ...]] = []
    points: list[tuple[str, float | None, float | None]] = []
    read = 0
    for owner in objects_of(file.path, "pmej"):
        for place in _list(_dict(owner).get("ege")):
            read += 1
            told = _dict(_dict(place).get("informationsGeneralesEGE") or {})
            category = str(place.get("categorieentiteGeographiqueExercice") or "")
            if (
                category not in CATEGORIES
                or place.get("etatObjet") != _ACTIF
                or told.get("dateFermeture")
            ):
                continue
            address = _address(place)
            name = str(told.get("nomEgeLong") or told.get("nomEgeCourt") or "").strip()
            number = str(told.get("numFinessEge") or "")
            rows.append((number, name, str(address.get("cogCommune") or ""), category))
            points.append((number, *_degrees(_dict(address.get("coordonneesGeographique") or {}))))
    frame = pd.DataFrame(rows, columns=_COLUMNS, dtype="str")
    frame.index = pd.RangeIndex(1, len(frame) + 1, name="ligne")
    check_unique(frame, ["structure_id"], file)
    places = pd.DataFrame(points, columns=["structure_id", "lon", "lat"]).set_index("structure_id")
    return frame, places.astype("float64").assign(anonyme=False), read


def _dict(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise DataError(
            f"Extraction JSON de FINESS : « {printable(value, 40)} » là où un objet est attendu.",
            "Téléchargez de nouveau le fichier.",
        )
    return value


def _list(value: Any) -> list[Any]:
    """Elements of a list, none when it is absent."""
    if not isinstance(value, list | None):
        raise DataError(
            f"Extraction JSON de FINESS : « {printable(value, 40)} » là où une liste est attendue.",
            "Téléchargez de nouveau le fichier.",
        )
    return value or []


def _address(place: dict[str, Any]) -> dict[str, Any]:
    """Address of the place of practice, wherever it is among the others."""
    for address in _list(place.get("adresse")):
        if _dict(address).get("usageAdresse") == _LIEU_D_EXERCICE:
            return dict(address)
    return {}


def _degrees(told: dict[str, Any]) -> tuple[float | None, float | None]:
    """Pair that is in degrees: the file holds two, and which one is varies from row to row."""
    for names in (("directionLongitude", "directionLatitude"), ("coordonneeX", "coordonneeY")):
        try:
            lon, lat = (float(str(told.get(name))) for name in names)
        except ValueError:
            continue
        if abs(lon) <= 180 and abs(lat) <= 90 and (lon, lat) != (0.0, 0.0):
            return lon, lat
    return None, None
