"""The workbook: every table, with a reading note first and the meaning of each column."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from typing import Any

import pandas as pd
import xlsxwriter
from xlsxwriter.exceptions import XlsxWriterException

from diagterritoire import schema
from diagterritoire.french import accord, entiere, majuscule
from diagterritoire.outputs import cautions
from diagterritoire.outputs.delivered import DATE, delivered_tables, frames, refused
from diagterritoire.outputs.origins import origin
from diagterritoire.outputs.reading_note import COLUMNS, content, identity, lines
from diagterritoire.store import disk_error, disk_errors
from diagterritoire.study.bundles import Diagnosis

NOTE = "Lisez-moi"

TEXT_MAX = 32_767
ROWS_MAX = 1_048_575
_CUT = " […texte coupé]"
_WIDTHS = (8, 60)
_WIDTH_SAMPLE = 500
# Height of a line, points; code of the paper; characters that an A4 page holds in width at half
# the size of the screen.
_LINE, _A4, _PAGE_WIDTH = 15, 9, 260
# Units of the counts that shares may make fractional: whole ones are shown without decimals.
_COUNTED = ("médecins", "personnes")
# Text is written as text whatever it looks like: nothing of the data may become a formula or link.
_OPTIONS = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "in_memory": True,
}


@dataclass(frozen=True)
class _Styles:
    """Cell formats of the workbook."""

    title: Any
    warning: Any
    strong: Any
    header: Any
    wrapped: Any
    columns: dict[str, Any]

    def of(self, column: schema.Column) -> Any:
        """Format of a column's cells."""
        if column.kind == "entier":
            return self.columns["annee" if column.unite == "année" else "entier"]
        if column.unite in _COUNTED:
            return self.columns["entier"]
        if column.kind == "nombre":
            return self.columns["fraction" if column.unite == "fraction" else "nombre"]
        return self.columns[column.kind]


def write_workbook(diagnosis: Diagnosis, path: Path) -> None:
    """Write every table of a diagnosis to a workbook, geometry left out.

    The first sheet says how to read it, the second gives unit and meaning of each column. Null is
    an empty cell. What Excel cannot hold (more than 32 767 characters in a cell, 1 048 575 rows in
    a sheet) is cut, and the first sheet says so; the GeoPackage holds everything.

    Parameters
    ----------
    diagnosis : Diagnosis
    path : Path
        File to write; one that is there is replaced.

    Raises
    ------
    DiskError
        The file cannot be written.
    """
    try:
        with disk_errors(path), xlsxwriter.Workbook(str(path), _OPTIONS) as book:
            book.set_properties(
                {
                    "title": f"Diagnostic de territoire en santé : {diagnosis.territory.nom}"[:255],
                    "author": "diagterritoire",
                    "created": DATE,
                }
            )
            styles = _styles(book)
            _write_note(book.add_worksheet(NOTE), diagnosis, styles)
            _write_columns(book.add_worksheet(COLUMNS), diagnosis, styles)
            for table, frame in frames(diagnosis):
                _write_table(book.add_worksheet(table.nom), frame, table, styles)
    except XlsxWriterException as error:
        cause = error.args[0] if error.args else None
        if isinstance(cause, OSError):
            raise disk_error(cause, path) from error
        raise refused("Le classeur", path, error) from error


def _styles(book: xlsxwriter.Workbook) -> _Styles:
    top = {"valign": "top"}
    return _Styles(
        title=book.add_format({"bold": True, "font_size": 16}),
        warning=book.add_format(
            {"bold": True, "text_wrap": True, "font_color": "#7a1f00", "bg_color": "#fde9dc"} | top
        ),
        strong=book.add_format({"bold": True, "text_wrap": True} | top),
        header=book.add_format(
            {"bold": True, "bg_color": "#0b4f6c", "font_color": "#ffffff", "num_format": "@"}
        ),
        wrapped=book.add_format({"text_wrap": True} | top),
        columns={
            "texte": book.add_format({"num_format": "@"}),
            "entier": book.add_format({"num_format": "#,##0"}),
            "decompte": book.add_format({"num_format": "#,##0.0"}),
            "annee": book.add_format({"num_format": "0"}),
            "nombre": book.add_format({"num_format": "#,##0.00"}),
            "fraction": book.add_format({"num_format": "0.0 %"}),
            "booleen": book.add_format({"align": "center"}),
        },
    )


def _write_note(sheet: Any, diagnosis: Diagnosis, styles: _Styles) -> None:
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, 26)
    sheet.set_column(1, 1, 100)
    sheet.write_string(0, 0, _fit("Diagnostic de territoire en santé"), styles.title)
    row = 2
    for label, text in identity(diagnosis):
        sheet.write_string(row, 0, label, styles.strong)
        sheet.write_string(row, 1, _fit(text), styles.wrapped)
        row += 1
    for text in _warnings(diagnosis):
        sheet.merge_range(row, 0, row, 1, "", styles.warning)
        sheet.write_string(row, 0, text, styles.warning)
        sheet.set_row(row, _height(text))
        row += 1
    row += 1
    sheets = [(t.nom, content(t, frame)) for t, frame in frames(diagnosis)]
    for label, text in (*lines(diagnosis), *sheets):
        sheet.write_string(row, 0, label, styles.strong)
        sheet.write_string(row, 1, text, styles.wrapped)
        sheet.set_row(row, _height(text))
        row += 1
    _lay_out(sheet, row - 1, [26, 100], header=False)


def _height(text: str) -> int:
    """Height of a row of the note, in points, that shows its text whole."""
    return _LINE * (1 + len(text) // 105)


def _warnings(diagnosis: Diagnosis) -> Iterator[str]:
    yield from (caution.complet for caution in cautions.alerts(diagnosis))
    for table, frame in frames(diagnosis):
        long = sum(_units(t) > TEXT_MAX for c in _texts(table) for t in frame[c].dropna())
        if long:
            yield (
                f"Feuille {table.nom} : {accord(long, 'texte')} de plus de 32 767 caractères "
                "coupés ; le GeoPackage les contient en entier."
            )
        if len(frame) > ROWS_MAX:
            rest = accord(len(frame) - ROWS_MAX, "ligne", feminin=True)
            yield (
                f"Feuille {table.nom} : {rest} au-delà de ce qu'une feuille peut contenir ; "
                "le GeoPackage les contient toutes."
            )


def _write_columns(sheet: Any, diagnosis: Diagnosis, styles: _Styles) -> None:
    rows = [
        (
            t.nom,
            c.nom,
            c.unite,
            majuscule(c.sens),
            majuscule(origin(diagnosis, t, c)),
            "oui" if c.vide else "non",
        )
        for t in delivered_tables(diagnosis)
        for c in t.colonnes
    ]
    titles = ("feuille", "colonne", "unité", "signification", "source", "peut être vide")
    widths = (22, 28, 34, 80, 60, 15)
    for place, (title, width) in enumerate(zip(titles, widths, strict=True)):
        sheet.set_column(place, place, width, styles.wrapped)
        sheet.write_string(0, place, title, styles.header)
    for number, row in enumerate(rows, start=1):
        for place, text in enumerate(row):
            sheet.write_string(number, place, text, styles.wrapped)
        lines = max(ceil(len(text) / width) for text, width in zip(row, widths, strict=True))
        sheet.set_row(number, _LINE * max(lines, 1))
    sheet.freeze_panes(1, 2)
    sheet.autofilter(0, 0, len(rows), len(titles) - 1)
    _lay_out(sheet, len(rows), list(widths))


def _write_table(sheet: Any, frame: pd.DataFrame, table: schema.Table, styles: _Styles) -> None:
    rows = min(len(frame), ROWS_MAX)
    widths = []
    for place, column in enumerate(table.colonnes):
        values = frame[column.nom].iloc[:rows].tolist()
        widths.append(_width(column, values))
        sheet.set_column(place, place, widths[-1], styles.of(column))
        sheet.write_string(0, place, column.nom, styles.header)
        for number, value in enumerate(values, start=1):
            if not pd.isna(value):
                _write_cell(sheet, number, place, value, column, styles)
    sheet.freeze_panes(1, 2 if len(table.colonnes) > 4 else 1)
    sheet.autofilter(0, 0, max(rows, 1), len(table.colonnes) - 1)
    _lay_out(sheet, rows, widths)


def _lay_out(sheet: Any, rows: int, widths: list[int], *, header: bool = True) -> None:
    """Print on A4 pages: the width on one where it stays legible, the header on each."""
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    sheet.set_footer("&L&A&Rpage &P sur &N")
    sheet.print_area(0, 0, max(rows, 1), len(widths) - 1)
    if header:
        sheet.repeat_rows(0)
    if sum(widths) <= _PAGE_WIDTH:
        sheet.fit_to_pages(1, 0)
    else:
        sheet.repeat_columns(0, 1)


def _write_cell(
    sheet: Any, row: int, place: int, value: Any, column: schema.Column, styles: _Styles
) -> None:
    style = styles.of(column)
    if column.kind == "texte":
        sheet.write_string(row, place, _fit(str(value)), style)
    elif column.kind == "booleen":
        sheet.write_boolean(row, place, bool(value), style)
    elif column.unite in _COUNTED and not entiere(value):
        sheet.write_number(row, place, value, styles.columns["decompte"])
    else:
        sheet.write_number(row, place, value, style)


def _width(column: schema.Column, values: list[Any]) -> int:
    """Width that shows the header with its filter button, and most values."""
    shown = [str(v) for v in values[:_WIDTH_SAMPLE] if column.kind == "texte" and not pd.isna(v)]
    widest = max([len(column.nom) + 4, *(len(text) + 2 for text in shown)])
    return min(max(widest, _WIDTHS[0]), _WIDTHS[1])


def _texts(table: schema.Table) -> list[str]:
    return [c.nom for c in table.colonnes if c.kind == "texte"]


def _units(text: str) -> int:
    """Length as Excel counts it: an emoji is two."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def _fit(text: str) -> str:
    """Cut a text to what a cell can hold, and say that it was cut.

    Examples
    --------
    >>> _fit("court"), _units(_fit("é" * 40_000)), _fit("x" * 40_000)[-8:]
    ('court', 32767, 'e coupé]')
    """
    if _units(text) <= TEXT_MAX:
        return text
    kept = text.encode("utf-16-le", "surrogatepass")[: 2 * (TEXT_MAX - len(_CUT))]
    return kept.decode("utf-16-le", "ignore") + _CUT
