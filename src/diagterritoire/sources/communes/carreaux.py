"""INSEE, Filosofi: population by cell of 200 m or 1 km, from a CSV or a GeoPackage."""

from __future__ import annotations

import re
from collections.abc import Collection

import pandas as pd

from diagterritoire import ledger, tables
from diagterritoire.errors import DataError
from diagterritoire.sources.formats.coordinates import to_wgs84
from diagterritoire.sources.formats.geopackage import layers, read_layer
from diagterritoire.sources.formats.text import printable
from diagterritoire.sources.library import Part, Reading, SourceFile
from diagterritoire.sources.records import check_unique, conformed, examples, numbers, where
from diagterritoire.sources.stream import read_selected

# Projection, side in metres, and lower left corner of the cell.
_CELL = re.compile(r"CRS([0-9]{4,5})RES([0-9]+)mN([0-9]+)E([0-9]+)")
_CODE = re.compile(r"[0-9]{5}|2[AB][0-9]{3}")


def read_carreaux(file: SourceFile, communes: Collection[str] | None = None) -> Reading:
    """Read the gridded population as `tables.CARREAUX`.

    The point of a cell is its centre, read in its identifier, whatever its projection.

    Parameters
    ----------
    file : SourceFile
    communes : collection of str, optional
        Keep the cells that one of these communes holds, wholly or in part; all by default. A file
        that does not name its communes cannot be cut so.

    Raises
    ------
    DataError
        Damaged file, identifier or number that is none, cell twice, communes asked for that the
        file does not name.
    """
    part = file.parts[0]
    wanted = None if communes is None else set(communes)
    names = dict(part.columns)
    if wanted is not None and "codes_communes" not in names:
        raise DataError(
            f"{where(file, part)} : le fichier ne nomme pas les communes de ses carreaux "
            "(colonne lcog_geo)."
        )
    frame, read = _read(file, part, wanted)
    check_unique(frame, ["carreau"], file)
    placed = _centres(frame, file)
    numbered, hidden = frame.copy(), frame.iloc[:0]
    for column in ["population", *(f"pop_{t}" for t in tables.TRANCHES_CARREAUX)]:
        if column not in frame:
            numbered[column] = float("nan")
            continue
        numbered[column], why = numbers(frame, column, file)
        if column == "population":
            hidden = frame.loc[why.notna()]
    source, left = ledger.origin(tables.CARREAUX, file.path.name), read - len(frame)
    codes = examples(hidden, "carreau")
    controle = [
        ledger.entry(source, "carreau sans population : écarté", codes, read),
        ledger.entry(source, "carreau d'une autre commune, non utilisé", [], read, nombre=left),
    ]
    if "codes_communes" not in numbered:
        numbered["codes_communes"] = ""
    joined = numbered["codes_communes"].map(_joined).astype("str")
    table = numbered.assign(lon=placed["lon"], lat=placed["lat"], codes_communes=joined)
    kept = table.drop(index=hidden.index)
    return Reading(conformed(kept, tables.CARREAUX), ledger.stack(controle), read)


def _read(file: SourceFile, part: Part, wanted: set[str] | None) -> tuple[pd.DataFrame, int]:
    def accepted(text: str) -> bool:
        return wanted is None or not wanted.isdisjoint(_CODE.findall(text))

    column = "codes_communes" if wanted is not None else "carreau"
    if file.kind != "gpkg":
        return read_selected(file, part, column, accepted)
    names = {part_name: canonical for canonical, part_name in _fields(file, part).items()}
    frame = pd.DataFrame(read_layer(file.path, part.sheet, list(names)).drop(columns="geometry"))
    frame = frame.rename(columns=names).astype("str").fillna("")
    frame.index = pd.RangeIndex(1, len(frame) + 1, name="ligne")
    return frame.loc[frame[column].map(accepted).astype(bool)], len(frame)


def _fields(file: SourceFile, part: Part) -> dict[str, str]:
    fields = [
        str(f) for i in layers(file.path) if i["layer_name"] == part.sheet for f in i["fields"]
    ]
    return {name: fields[position] for name, position in part.columns}


def _centres(frame: pd.DataFrame, file: SourceFile) -> pd.DataFrame:
    found = [_CELL.search(c) for c in frame["carreau"]]
    wrong = frame.loc[[f is None for f in found]]
    if not wrong.empty:
        raise DataError(
            f"{where(file)} : {len(wrong)} identifiants de carreau illisibles ; par exemple "
            f"« {printable(wrong['carreau'].iloc[0], 60)} », ligne {wrong.index[0]}.",
            "Un identifiant s'écrit CRS3035RES200mN2882000E3778000.",
        )
    cells = [tuple(map(int, f.groups())) for f in found if f is not None]
    columns = ["crs", "cote", "n", "e"]
    read = pd.DataFrame(cells, columns=columns, index=frame.index, dtype="float64")
    half = read["cote"] / 2
    crs = ("EPSG:" + read["crs"].astype("int64").astype("str")).astype("str")
    return to_wgs84(read["e"] + half, read["n"] + half, crs)


def _joined(text: str) -> str | None:
    """Codes of the communes of a cell: they are written one after the other."""
    return ",".join(_CODE.findall(text)) or None
