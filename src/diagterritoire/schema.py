"""What a table's schema is, and how a table is checked against it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal, TypeVar

import numpy as np
import pandas as pd

from diagterritoire.errors import DataError

Kind = Literal["texte", "entier", "nombre", "booleen"]
Frame = TypeVar("Frame", bound=pd.DataFrame)

_DTYPES: dict[Kind, str] = {
    "texte": "str",
    "entier": "Int64",
    "nombre": "float64",
    "booleen": "boolean",
}
_FILLED_DTYPES: dict[Kind, str] = _DTYPES | {"entier": "int64", "booleen": "bool"}


@dataclass(frozen=True)
class Column:
    """One column: name, kind, unit, meaning; `vide` when it may be null (unknown).

    `valeurs` lists the only texts it may hold, when they are a closed set.
    """

    nom: str
    kind: Kind
    unite: str
    sens: str
    vide: bool = False
    minimum: float | None = None
    maximum: float | None = None
    valeurs: tuple[str, ...] = ()

    @property
    def dtype(self) -> Any:
        """Pandas type of the column: a nullable one only where null is allowed."""
        return (_DTYPES if self.vide else _FILLED_DTYPES)[self.kind]


@dataclass(frozen=True)
class Table:
    """One table: name, title, key columns, columns, and its geometry when it is a layer."""

    nom: str
    titre: str
    cle: tuple[str, ...]
    colonnes: tuple[Column, ...]
    geometrie: str | None = None

    @property
    def noms(self) -> list[str]:
        """Column names in order, geometry left out."""
        return [c.nom for c in self.colonnes]

    def column(self, nom: str) -> Column:
        """Return the column of that name."""
        return next(c for c in self.colonnes if c.nom == nom)


def conform(frame: Frame, table: Table) -> Frame:
    """Give a table its columns in order, with their types, then check it.

    Extra columns are dropped (the geometry is kept where the table has one); a missing column is
    an error. Raises DataError as `check` does.
    """
    missing = [c for c in table.noms if c not in frame.columns]
    if missing:
        raise DataError(
            f"Table « {table.nom} » : colonnes absentes : {', '.join(missing)} "
            f"(présentes : {', '.join(map(str, frame.columns))})."
        )
    names = [*table.noms, "geometry"] if table.geometrie else table.noms
    plain, turned = pd.DataFrame(frame), dict[str, Any]()
    for column in table.colonnes:
        values = plain[column.nom]
        if values.dtype == column.dtype:
            continue
        try:
            if column.kind == "entier":
                # Plain integers would truncate 1.5; the nullable ones refuse it.
                values = values.astype("Int64")
            turned[column.nom] = values.astype(column.dtype)
        except (TypeError, ValueError, OverflowError) as error:
            raise DataError(
                f"Table « {table.nom} », colonne « {column.nom} » : {error} "
                f"(attendu : {column.kind}{'' if column.vide else ', sans vide'})."
            ) from error
    out = frame[names].assign(**turned)
    check(out, table)
    return out


@lru_cache(maxsize=128)
def _schema(table: Table, text: pd.StringDtype) -> Any:
    """Make the schema of a table, once: a batch checks the same tables thousands of times.

    `text` is the type of texts as pandas keeps them now; pandera takes its two ways for two types.
    """
    import pandera.pandas as pa

    columns = {
        c.nom: pa.Column(
            text if c.kind == "texte" else c.dtype,
            checks=[
                *([] if c.minimum is None else [pa.Check.ge(c.minimum)]),
                *([] if c.maximum is None else [pa.Check.le(c.maximum)]),
                *([] if not c.valeurs else [pa.Check.isin(c.valeurs)]),
            ],
            nullable=c.vide,
        )
        for c in table.colonnes
    }
    return pa.DataFrameSchema(columns, unique=list(table.cle) or None)


def check(frame: pd.DataFrame, table: Table) -> None:
    """Check types, nulls, bounds and key of a table against its schema.

    Raises
    ------
    DataError
        Names the column, how many rows are at fault, and an example.
    """
    if _sound(pd.DataFrame(frame), table):
        return
    from pandera.errors import SchemaErrors

    try:
        _schema(table, pd.StringDtype(na_value=np.nan)).validate(frame, lazy=True)
    except SchemaErrors as errors:
        cases = errors.failure_cases
        first = cases.iloc[0]
        raise DataError(
            f"Table « {table.nom} » : {len(cases)} valeurs contraires au schéma ; par exemple "
            f"colonne « {first['column']} », ligne {first['index']} : {first['failure_case']} "
            f"({first['check']})."
        ) from errors


def _sound(frame: pd.DataFrame, table: Table) -> bool:
    """Whether nothing of a table is contrary to its schema, seen thirty times faster than told.

    In doubt it is not: the schema then judges, and says what is wrong.
    """
    for column in table.colonnes:
        if column.nom not in frame:
            return False
        values = frame[column.nom]
        if values.dtype != column.dtype or (not column.vide and values.hasnans):
            return False
        if column.minimum is not None and not (values.dropna() >= column.minimum).all():
            return False
        if column.maximum is not None and not (values.dropna() <= column.maximum).all():
            return False
        if column.valeurs and not values.dropna().isin(column.valeurs).all():
            return False
    return not (table.cle and frame.duplicated(list(table.cle)).any())


def empty(table: Table, crs: str | None = None) -> pd.DataFrame:
    """Return the table with no row: a GeoDataFrame in `crs` when it has a geometry."""
    frame = pd.DataFrame({c.nom: pd.Series(dtype=c.dtype) for c in table.colonnes})
    if table.geometrie is None:
        return frame
    import geopandas as gpd

    layer: pd.DataFrame = gpd.GeoDataFrame(frame, geometry=gpd.GeoSeries([], crs=crs), crs=crs)
    return layer
