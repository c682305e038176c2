"""A territory named by a file: a list of codes, or a polygon drawn on a map."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely
from pyproj import CRS
from pyproj.exceptions import CRSError

from diagterritoire.errors import DataError, UsageError
from diagterritoire.sources.formats import geopackage
from diagterritoire.sources.formats.text import decode, printable
from diagterritoire.territory import WGS84, parse

MAX_LIST_BYTES = 1_000_000
MAX_POLYGON_BYTES = 50_000_000
# A name only: the library would also take a formula, or open a file that it names.
_CRS = re.compile(
    r"(?:(?:urn:(?:x-)?ogc:def:crs:)?(EPSG|OGC):(?:[0-9.]*:)?"
    r"|https?://www\.opengis\.net/def/crs/(EPSG|OGC)/[0-9.]+/)([A-Za-z0-9]{1,10})",
    re.IGNORECASE,
)
_SEPARATOR = re.compile(r"[;,\t|]")


def read_codes(path: Path) -> list[str]:
    """Read a list of codes: the first field of each line.

    Blank lines, lines starting with `#` and a header are skipped; a code may be quoted. Codes are
    returned as typed, in order, each once; whether they exist is checked by `territory.resolve`.

    Parameters
    ----------
    path : Path
        Text or CSV file.

    Returns
    -------
    list of str

    Raises
    ------
    UsageError
        File not found, too large, not text, without a code, or with a line that is no code.
    """
    lines = decode_list(path).splitlines()
    codes: list[str] = []
    header_allowed = True
    for number, line in enumerate(lines, start=1):
        code = _SEPARATOR.split(line, maxsplit=1)[0].strip().strip("\"'").strip()
        if not code or code.startswith("#"):
            continue
        tokens = parse(code)
        if tokens is None and not header_allowed:
            raise UsageError(
                f"« {printable(path)} », ligne {number} : « {printable(code, 40)} » n'est pas un "
                "code de territoire.",
                "Un code par ligne : département (2A), commune (2A004), EPCI (9 chiffres), "
                "bv:code ou reg:code.",
            )
        header_allowed = False
        if tokens is not None and code not in codes:
            codes.append(code)
    if not codes:
        raise UsageError(f"« {printable(path)} » ne contient aucun code de territoire.")
    return codes


def decode_list(path: Path) -> str:
    """Text of a small file given by the user.

    Raises
    ------
    UsageError
        File not found, larger than `MAX_LIST_BYTES`, or not text.
    """
    content = _content(path, MAX_LIST_BYTES)
    try:
        return decode(content, path)
    except DataError as error:
        raise UsageError(error.message, error.remede) from error


def communes_inside(path: Path, points: pd.DataFrame) -> list[str]:
    """Codes of the communes whose point lies in a polygon, on its edge included.

    Parameters
    ----------
    path : Path
        GeoJSON (WGS84 unless its `crs` member says otherwise) or GeoPackage of one layer.
    points : DataFrame
        Table `points`.

    Returns
    -------
    list of str
        Sorted.

    Raises
    ------
    UsageError
        File not found or unreadable, no polygon, no coordinate system, or no commune inside.
    """
    suffix = path.suffix.lower()
    if suffix == ".gpkg":
        area = _from_geopackage(path)
    elif suffix in (".geojson", ".json"):
        area = _from_geojson(path)
    else:
        raise UsageError(
            f"« {printable(path)} » : seuls .geojson et .gpkg sont lus pour une zone dessinée."
        )
    shapely.prepare(area)
    inside = shapely.intersects_xy(area, points["lon"].to_numpy(), points["lat"].to_numpy())
    codes = sorted(points.loc[inside, "code_commune"])
    if not codes:
        raise UsageError(
            f"« {printable(path)} » : le point d'aucune commune n'est dans la zone dessinée.",
            "Vérifiez les coordonnées (longitude puis latitude) et l'étendue de la zone.",
        )
    return codes


def _content(path: Path, limit: int) -> bytes:
    if not path.is_file():
        raise UsageError(
            f"Fichier introuvable : « {printable(path)} ».", "Vérifiez le chemin donné."
        )
    try:
        with path.open("rb") as stream:
            content = stream.read(limit + 1)
    except OSError as error:
        raise UsageError(f"« {printable(path)} » ne s'ouvre pas ({error.strerror}).") from error
    if len(content) > limit:
        raise UsageError(
            f"« {printable(path)} » dépasse {limit / 1e6:.0f} Mo : ce n'est pas un territoire."
        )
    return content


def _from_geopackage(path: Path) -> shapely.Geometry:
    if not path.is_file():
        raise UsageError(
            f"Fichier introuvable : « {printable(path)} ».", "Vérifiez le chemin donné."
        )
    try:
        names = [str(info["layer_name"]) for info in geopackage.layers(path)]
        if len(names) != 1:
            raise UsageError(
                f"« {printable(path)} » a {len(names)} couches"
                + (f" ({printable(', '.join(names))})" if names else "")
                + " : il en faut une seule."
            )
        frame = geopackage.read_layer(path, names[0], [])
    except DataError as error:
        raise UsageError(error.message, error.remede) from error
    return _area(path, list(frame.to_crs(WGS84).geometry))


def _from_geojson(path: Path) -> shapely.Geometry:
    content = _content(path, MAX_POLYGON_BYTES)
    try:
        document = json.loads(content.decode("utf-8-sig"))
        shapes = [shapely.geometry.shape(g) for g in _geometries(document)]
    except (
        ValueError,
        TypeError,
        KeyError,
        AttributeError,
        IndexError,
        RecursionError,
        shapely.errors.ShapelyError,
    ) as error:
        place = (
            f" : faute à la ligne {error.lineno}, colonne {error.colno}"
            if isinstance(error, json.JSONDecodeError)
            else ""
        )
        raise UsageError(
            f"« {printable(path)} » n'est pas un GeoJSON lisible{place}.",
            "Exportez de nouveau le polygone au format GeoJSON (WGS84), par exemple depuis QGIS.",
        ) from error
    return _area(path, [_to_wgs84(path, s, document) for s in shapes])


def _geometries(document: Any) -> list[Any]:
    kind = document["type"]
    if kind == "FeatureCollection":
        return [f["geometry"] for f in document["features"] if f["geometry"] is not None]
    if kind == "Feature":
        return [document["geometry"]]
    return [document]


def _to_wgs84(path: Path, shape: shapely.Geometry, document: Any) -> shapely.Geometry:
    declared = document.get("crs")
    if declared is None:
        return shape
    try:
        name = _CRS.fullmatch(str(declared["properties"]["name"]))
        crs = CRS.from_user_input(f"{name[1] or name[2]}:{name[3]}") if name else None
    except (CRSError, KeyError, TypeError) as error:
        raise UsageError(f"« {printable(path)} » : système de coordonnées inconnu.") from error
    if crs is None:
        raise UsageError(f"« {printable(path)} » : système de coordonnées inconnu.")
    return gpd.GeoSeries([shape], crs=crs).to_crs(WGS84).iloc[0]


def _area(path: Path, shapes: list[Any]) -> shapely.Geometry:
    kinds = sorted({s.geom_type for s in shapes if s is not None and not s.is_empty})
    if not kinds or not set(kinds) <= {"Polygon", "MultiPolygon"}:
        raise UsageError(
            f"« {printable(path)} » doit contenir des polygones (trouvé : "
            f"{', '.join(kinds) or 'rien'})."
        )
    valid = [shapely.make_valid(s) for s in shapes if s is not None and not s.is_empty]
    return shapely.union_all(valid)
