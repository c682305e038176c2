"""Commune polygons of IGN ADMIN EXPRESS COG."""

from __future__ import annotations

import re

import geopandas as gpd
import pandas as pd
from shapely import MultiPolygon, Polygon, make_valid

from diagterritoire import ledger, tables
from diagterritoire.catalog import by_key
from diagterritoire.errors import DataError
from diagterritoire.sources.formats.geopackage import layers, read_layer
from diagterritoire.sources.formats.text import printable
from diagterritoire.sources.library import Reading, SourceFile
from diagterritoire.sources.records import check_codes, check_unique, conformed, examples, where
from diagterritoire.territory import WGS84


def read_communes(file: SourceFile) -> Reading:
    """Read the commune polygons as `tables.COMMUNES_GEO`, in WGS84.

    Both generations of column names are read. `SIREN_EPCI` may hold several codes ("EPCI/EPT"):
    the first, the EPCI with its own taxation, is kept; "NR" and "ZZZZZZZZZ" mean none.

    Parameters
    ----------
    file : SourceFile
        Recognised GeoPackage.

    Returns
    -------
    Reading

    Raises
    ------
    DataError
        Damaged file, code that is none, commune twice, commune without polygon, unknown
        coordinate system.
    """
    part = file.parts[0]
    fields = [
        str(f) for i in layers(file.path) if i["layer_name"] == part.sheet for f in i["fields"]
    ]
    names = {fields[i]: name for name, i in part.columns}
    frame = read_layer(file.path, part.sheet, list(names)).rename(columns=names)
    if frame.empty:
        raise DataError(f"{where(file, part)} : fichier vide, aucune commune.")
    frame.index = pd.RangeIndex(1, len(frame) + 1, name="ligne")
    for column in ("code_commune", "nom", "code_departement", "code_region", "code_epci"):
        frame[column] = frame[column].astype("str").str.strip()
    check_codes(frame, "code_commune", file)
    check_unique(frame, ["code_commune"], file)
    source = ledger.origin(tables.COMMUNES_GEO, file.path.name)
    several = frame["code_epci"].str.contains(r"[/,;]").fillna(False).astype(bool)
    motif = "plusieurs établissements pour une commune : le premier, à fiscalité propre, est gardé"
    shown = examples(frame.loc[several], "code_commune")
    blank = examples(frame.loc[frame["population_polygone"].isna()], "code_commune")
    controle = [
        ledger.entry(source, motif, shown, len(frame)),
        ledger.entry(source, "population non donnée : laissée vide", blank, len(frame)),
    ]
    frame["code_epci"] = frame["code_epci"].str.extract(
        r"^([0-9]{9})(?:\s*[/,;].*)?$", expand=False
    )
    frame, invalid = polygons(frame.to_crs(WGS84), file)
    controle.append(ledger.entry(source, "contour invalide, réparé", invalid, len(frame)))
    table = conformed(frame, tables.COMMUNES_GEO)
    return Reading(table, ledger.stack(controle), len(table), _year(file))


def polygons(frame: gpd.GeoDataFrame, file: SourceFile) -> tuple[gpd.GeoDataFrame, list[str]]:
    """Give every commune a valid multipolygon; name those that were repaired.

    Parameters
    ----------
    frame : GeoDataFrame
        With `code_commune`.
    file : SourceFile
        For the messages.

    Raises
    ------
    DataError
        A commune without outline.
    """
    invalid = ~frame.geometry.is_valid & frame.geometry.notna()
    repaired = examples(frame.loc[invalid], "code_commune")
    other = invalid | (frame.geom_type != "MultiPolygon")
    shapes = frame.geometry.to_numpy(copy=True)
    shapes[other.to_numpy()] = [_multi(make_valid(s)) for s in frame.geometry.loc[other]]
    out = frame.set_geometry(gpd.GeoSeries(shapes, index=frame.index, crs=frame.crs))
    without = out.geometry.isna() | out.geometry.is_empty
    if without.any():
        code = str(frame.loc[without, "code_commune"].iloc[0])
        raise DataError(
            f"{where(file)} : {int(without.sum())} communes sans contour ; par exemple "
            f"« {printable(code)} »."
        )
    return out, repaired


def _multi(shape: object) -> MultiPolygon | None:
    """Keep the surfaces of a shape, as a multipolygon; None when it has none."""
    if isinstance(shape, MultiPolygon):
        return shape
    if isinstance(shape, Polygon):
        return MultiPolygon([shape])
    pieces = [_multi(p) for p in getattr(shape, "geoms", ())]
    surfaces = [polygon for piece in pieces if piece is not None for polygon in piece.geoms]
    return MultiPolygon(surfaces) if surfaces else None


def _year(file: SourceFile) -> int | None:
    found = re.findall(r"(?<![0-9])(20[0-9]{2})(?![0-9])", file.path.name)
    return int(found[-1]) if found else by_key("communes").cog
