"""INSEE: access times by cell to the nearest GP, in Parquet."""

from __future__ import annotations

from typing import Any

import pandas as pd

from diagterritoire import schema, tables
from diagterritoire.errors import DataError
from diagterritoire.french import entier
from diagterritoire.sources.formats.coordinates import to_wgs84
from diagterritoire.sources.formats.text import printable
from diagterritoire.sources.library import Reading, SourceFile
from diagterritoire.sources.records import check_codes, conformed, where

# GPs, from the edition of 2024 and before.
MEDECIN = ("D265", "D201")
_TEXTS = ("idSrc", "depcom", "typeeq_id")
_NUMBERS = ("X", "Y", "duree", "pop")
_COLUMNS = (*_TEXTS, *_NUMBERS)
_CRS = "EPSG:3035"
# The cells of the whole country, each in two communes.
MAX_ROWS = 5_000_000


def read_acces(file: SourceFile, types: tuple[str, ...] = MEDECIN) -> Reading:
    """Read the minutes by car from each inhabited cell to a kind of equipment.

    A cell that straddles several communes has one row for each; the parts of a commune in a cell
    are put together, with the shortest of their times.

    Parameters
    ----------
    file : SourceFile
    types : tuple of str
        Codes of the equipment (`typeeq_id`); the GP by default.

    Returns
    -------
    Reading
        Table `tables.ACCES_INSEE`.

    Raises
    ------
    DataError
        Damaged file, columns missing or of another type, no row of that equipment, no cell,
        time or number that is none.
    """
    frame = pd.DataFrame(_columns(file, types))
    if frame.empty:
        raise DataError(
            f"{where(file)} : aucun carreau pour l'équipement {' ou '.join(types)} (typeeq_id)."
        )
    frame = frame.rename(columns={"idSrc": "carreau", "depcom": "code_commune"})
    for column in ("carreau", "code_commune"):
        frame[column] = frame[column].astype("str")
    check_codes(frame, "code_commune", file)
    _check_values(frame, file)
    keys = ["carreau", "code_commune"]
    how = {"X": "first", "Y": "first", "duree": "min", "pop": "sum"}
    cells = frame.groupby(keys, sort=True).agg(how).reset_index()
    crs = pd.Series(_CRS, index=cells.index, dtype="str")
    placed = to_wgs84(cells["X"].astype("float64"), cells["Y"].astype("float64"), crs)
    table = cells.assign(temps_min=cells["duree"], population=cells["pop"], **placed)
    return Reading(conformed(table, tables.ACCES_INSEE), schema.empty(tables.CONTROLE), len(frame))


def _columns(file: SourceFile, types: tuple[str, ...]) -> dict[str, Any]:
    # Late: half a second that few studies need.
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        _check_columns(pq.read_schema(file.path), file)
        read = _rows_of(file, types)
        # Texts are decoded here only.
        columns: dict[str, Any] = read.to_pydict()
    except (pa.ArrowException, OSError, ValueError) as error:
        raise DataError(
            f"{where(file)} : Parquet coupé ou abîmé ({printable(error, 80)}).",
            "Téléchargez de nouveau le fichier.",
        ) from error
    return columns


def _rows_of(file: SourceFile, types: tuple[str, ...]) -> Any:
    """Rows of some equipments, counted as they come: a row repeated for ever takes no place."""
    import pyarrow as pa
    from pyarrow import dataset, fs

    whole = dataset.dataset(str(file.path.absolute()), filesystem=fs.LocalFileSystem())
    scanned = whole.scanner(
        columns=list(_COLUMNS), filter=dataset.field("typeeq_id").isin(list(types))
    )
    batches, count = [], 0
    for batch in scanned.to_batches():
        count += batch.num_rows
        if count > MAX_ROWS:
            raise DataError(
                f"{where(file)} : plus de {entier(MAX_ROWS)} lignes pour l'équipement "
                f"{' ou '.join(types)}, c'est trop.",
                "Téléchargez de nouveau le fichier, ou prenez celui d'une région.",
            )
        batches.append(batch)
    return pa.Table.from_batches(batches, schema=scanned.projected_schema)


def _check_columns(present: Any, file: SourceFile) -> None:
    """Refuse a file whose columns are missing, twice, or hold something else."""
    from pyarrow import types

    absent = [c for c in _COLUMNS if c not in present.names]
    if absent:
        raise DataError(f"{where(file)} : colonnes absentes : {', '.join(absent)}.")

    def good(name: str) -> bool:
        # pyarrow says "dictionary" of texts that repeat.
        kind = present.field(name).type
        kind = kind.value_type if types.is_dictionary(kind) else kind
        if name in _TEXTS:
            return bool(types.is_string(kind) or types.is_large_string(kind))
        return bool(types.is_integer(kind) or types.is_floating(kind))

    wrong = [c for c in _COLUMNS if present.names.count(c) > 1 or not good(c)]
    if wrong:
        raise DataError(f"{where(file)} : colonnes doublées ou mal formées : {', '.join(wrong)}.")


def _check_values(frame: pd.DataFrame, file: SourceFile) -> None:
    """Refuse cells without a name and numbers that are none; a time may be unknown."""
    values = frame[list(_NUMBERS)].astype("float64")
    unknown = values.drop(columns="duree").isna().any(axis=1) | frame["carreau"].isna()
    wrong = unknown | (values.abs() == float("inf")).any(axis=1)
    if wrong.any():
        raise DataError(
            f"{where(file)} : {int(wrong.sum())} carreaux sans identifiant, position ou population "
            f"lisible ; par exemple la ligne {int(wrong.to_numpy().argmax()) + 1}."
        )
