"""Communes of geo.api.gouv.fr: one file a departement, as JSON (best) or GeoJSON.

The service does not give the outlines of the whole country in one answer, so that several files
complete each other. JSON holds the outline and the points; GeoJSON one geometry only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from diagterritoire import ledger, tables
from diagterritoire.catalog import by_key
from diagterritoire.errors import DataError
from diagterritoire.schema import conform
from diagterritoire.sources.communes.admin_express import polygons
from diagterritoire.sources.formats.json_stream import objects_of
from diagterritoire.sources.formats.text import printable
from diagterritoire.sources.library import Reading, SourceFile
from diagterritoire.sources.records import check_codes, check_unique, examples, where
from diagterritoire.territory import WGS84, arrondissement_parent

_FIELDS = {
    "code": "code_commune",
    "nom": "nom",
    "codeDepartement": "code_departement",
    "codeRegion": "code_region",
    "codeEpci": "code_epci",
    "population": "population_polygone",
}
# Villages of the Meuse destroyed in 1916, communes without inhabitant (Insee, COG).
DETRUITES = ("55039", "55050", "55139", "55189", "55239", "55307")
# What every record has; a commune may have no EPCI, and those destroyed in 1916 no population.
_NEEDED = ("code", "nom", "codeDepartement", "codeRegion")
# What shapely raises on what is no geometry.
_SHAPE_ERRORS = (
    shapely.errors.ShapelyError,
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    OverflowError,
)
_REQUEST = (
    "Refaites la demande avec tous les champs, un fichier par département : "
    "https://geo.api.gouv.fr/departements/2A/communes?fields="
    "code,nom,codeDepartement,codeRegion,codeEpci,population,centre,mairie,contour"
)


def is_communes(head: bytes) -> bool:
    """Tell the beginning of an export of communes, whatever its fields.

    Examples
    --------
    >>> is_communes(b'[{"nom":"Alpha","code":"01001","codeDepartement":"01"}]')
    True
    >>> is_communes(b'{"type":"FeatureCollection","features":[{"type":"Feature"}]}')
    False
    """
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    opened = re.match(rb'\[\s*\{|\{\s*"type"\s*:\s*"FeatureCollection"', start) is not None
    named = b'"code"' in head and b'"nom"' in head
    return opened and named and (b'"codeDepartement"' in head or b'"codeEpci"' in head)


def read_communes_api(files: Sequence[SourceFile]) -> Reading:
    """Read the outlines of the communes as `tables.COMMUNES_GEO`.

    Municipal arrondissements are left out, since their commune is there, with a control row. A
    population that is not given stays unknown, save in the communes destroyed in 1916, where nobody
    lives (imputed 0); both with a control row.

    Raises
    ------
    DataError
        A field or an outline that was not asked for, code that is none, commune twice.
    """
    frame, file = _records(files)
    read = len(frame)
    known = frame["code_commune"].map(arrondissement_parent) == frame["code_commune"]
    source = ledger.origin(tables.COMMUNES_GEO, names_of(files))
    controle = [
        ledger.entry(
            source,
            "arrondissement municipal, sa commune est là",
            examples(frame.loc[~known], "code_commune"),
            len(frame),
            effet=tables.ECARTE,
        )
    ]
    frame = frame.loc[known]
    if frame["population_polygone"].isna().all():
        raise _lacking(file, "population")
    blank = frame["population_polygone"].isna()
    deserted = blank & frame["code_commune"].isin(DETRUITES)
    for motif, rows, effet in (
        ("commune détruite en 1916, sans habitant : 0 (imputé)", deserted, tables.IMPUTE),
        ("population non donnée : laissée vide", blank & ~deserted, tables.SIGNALE),
    ):
        shown = examples(frame.loc[rows], "code_commune", "nom")
        controle.append(ledger.entry(source, motif, shown, len(frame), effet=effet))
    population = frame["population_polygone"].mask(deserted, 0)
    frame = frame.assign(population_polygone=population)
    if frame["contour"].isna().any():
        raise _lacking(file, "contour", frame.loc[frame["contour"].isna(), "code_commune"])
    geo = gpd.GeoDataFrame(frame, geometry=list(frame["contour"]), crs=WGS84)
    geo, invalid = polygons(geo, file)
    controle.append(ledger.entry(source, "contour invalide, réparé", invalid, len(geo)))
    table = conform(geo.sort_values("code_commune", ignore_index=True), tables.COMMUNES_GEO)
    return Reading(table, ledger.stack(controle), read, _year(files))


def read_points_api(files: Sequence[SourceFile]) -> Reading:
    """Read the point of each commune as `tables.POINTS`: its town hall, else its centre.

    A commune with neither is left out: its point is taken inside its outline later on.

    Raises
    ------
    DataError
        As `read_communes_api`.
    """
    frame, _ = _records(files)
    place = frame["mairie"].where(frame["mairie"].notna(), frame["centre"])
    source = ledger.origin(tables.POINTS, names_of(files))
    centred = frame["mairie"].isna() & frame["centre"].notna()
    controle = [
        ledger.entry(
            source, motif, examples(frame.loc[rows], "code_commune"), len(frame), effet=effet
        )
        for motif, rows, effet in (
            ("mairie inconnue : centre géométrique de la commune", centred, tables.IMPUTE),
            ("commune sans coordonnées, écartée", place.isna(), tables.ECARTE),
        )
    ]
    at = frame.assign(place=place).loc[place.notna()]
    points = at[["code_commune"]].assign(
        lon=[float(p.x) for p in at["place"]], lat=[float(p.y) for p in at["place"]]
    )
    table = conform(points.sort_values("code_commune", ignore_index=True), tables.POINTS)
    return Reading(table, ledger.stack(controle), len(frame), _year(files))


def _records(files: Sequence[SourceFile]) -> tuple[pd.DataFrame, SourceFile]:
    """One row per commune of all the files, and the first file for the messages."""
    parts = []
    for file in files:
        rows = [_row(file, record, n) for n, record in enumerate(_elements(file.path), start=1)]
        if not rows:
            raise DataError(f"{where(file)} : fichier vide, aucune commune.", _REQUEST)
        part = pd.DataFrame(rows, index=pd.RangeIndex(1, len(rows) + 1, name="ligne"))
        check_codes(part, "code_commune", file)
        parts.append(part)
    frame = pd.concat(parts, ignore_index=True)
    check_unique(frame, ["code_commune"], files[0])
    return frame, files[0]


def _elements(path: Path) -> Iterator[Any]:
    with path.open("rb") as stream:
        start = stream.read(64).removeprefix(b"\xef\xbb\xbf").lstrip()
    return objects_of(path, "" if start.startswith(b"[") else "features")


def _row(file: SourceFile, record: Any, number: int) -> dict[str, Any]:
    """Canonical columns of a record, its outline and points as shapes, null when absent."""
    fields = record.get("properties", record) if isinstance(record, dict) else {}
    for name in _NEEDED:
        if not isinstance(fields, dict) or not isinstance(fields.get(name), str):
            raise _lacking(file, name, [f"enregistrement {number}"])
    if not isinstance(fields.get("codeEpci"), str | None):
        raise _lacking(file, "codeEpci", [f"enregistrement {number}"])
    row = {column: fields.get(name) for name, column in _FIELDS.items()}
    shapes = {name: fields.get(name) for name in ("contour", "mairie", "centre")}
    geometry = record.get("geometry") if fields is not record else None
    if isinstance(geometry, dict):
        # GeoJSON holds one geometry, and a point does not say which of the two it is.
        shapes["centre" if geometry.get("type") == "Point" else "contour"] = geometry
    return row | {name: _shape(file, name, shape, number) for name, shape in shapes.items()}


def _shape(file: SourceFile, name: str, shape: Any, number: int) -> BaseGeometry | None:
    """Outline or point of a record; refused when it is another shape, empty or off the Earth."""
    if shape is None:
        return None
    refused = DataError(f"{where(file)} : géométrie illisible, enregistrement {number}.", _REQUEST)
    try:
        with np.errstate(all="ignore"):
            made: BaseGeometry = shapely.geometry.shape(shape)
    except _SHAPE_ERRORS as error:
        raise refused from error
    wanted = ("Polygon", "MultiPolygon") if name == "contour" else ("Point",)
    places = shapely.get_coordinates(made)
    if made.geom_type not in wanted or not len(places) or not (abs(places) <= (180, 90)).all():
        raise refused
    return made


def _lacking(file: SourceFile, name: str, examples: Sequence[str] | pd.Series = ()) -> DataError:
    shown = f" ; par exemple {printable(next(iter(examples)), 40)}" if len(examples) else ""
    return DataError(f"{where(file)} : le champ « {name} » manque{shown}.", _REQUEST)


def names_of(files: Sequence[SourceFile]) -> str:
    """Names of files that are read together."""
    return ", ".join(file.path.name for file in files)


def _year(files: Sequence[SourceFile]) -> int | None:
    years = [file.millesime for file in files if file.millesime is not None]
    return max(years, default=by_key("communes_api").cog)
