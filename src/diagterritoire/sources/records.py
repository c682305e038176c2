"""From a recognised table to a frame of text, then to codes and numbers, each fault located."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, TypeVar

import pandas as pd

from diagterritoire import schema
from diagterritoire.errors import DataError
from diagterritoire.sources.formats.text import printable, rows_after
from diagterritoire.sources.formats.workbook import cell_text, sheet_rows
from diagterritoire.sources.layouts.known import layout, normalise
from diagterritoire.sources.library import Part, SourceFile

Frame = TypeVar("Frame", bound=pd.DataFrame)

COMMUNE = r"(?:[0-9]{5}|2[AB][0-9]{3})"
BASSIN_VIE = r"(?:[0-9]{5}|2[AB][0-9]{3}|[0-9]{3}ZZ)"
_NUMBER = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_SPACES = re.compile(r"[\s\u00a0\u2009\u202f]+")
CONFIDENTIEL = "secret statistique"
NON_DISPONIBLE = "non disponible"
_ABSENT = {
    "": "vide",
    "s": CONFIDENTIEL,
    "ss": CONFIDENTIEL,
    "nd": NON_DISPONIBLE,
    "n.d.": NON_DISPONIBLE,
}


def read_part(file: SourceFile, part: Part, extra: bool = False) -> pd.DataFrame:
    """Read one table as text.

    Parameters
    ----------
    file : SourceFile
    part : Part
        One of its parts.
    extra : bool
        Keep the columns that the layout does not name, under their own label.

    Returns
    -------
    DataFrame
        Canonical columns, all text, stripped; the index `ligne` is the row number in the file.

    Raises
    ------
    DataError
        Damaged file, a column twice, or no record at all.
    """
    header: list[str]
    rows: Sequence[tuple[int, Sequence[Any]]]
    if file.kind == "texte":
        open_end = layout(part.layout).fin_libre
        header, rows = rows_after(file.path, part.separator, part.header, open_end=open_end)
    else:
        header, rows = _sheet(file, part)
    positions = column_positions(file, part, header, extra)
    if not rows:
        raise DataError(
            f"{where(file, part)} : fichier vide, l'en-tête n'est suivi d'aucun enregistrement.",
            "Téléchargez de nouveau le fichier.",
        )
    return pd.DataFrame(
        {name: _texts([row[i] for _, row in rows]) for name, i in positions.items()},
        index=pd.Index([line for line, _ in rows], name="ligne"),
        dtype="str",
    )


def _texts(cells: Sequence[Any]) -> list[str]:
    """Texts of a column of cells: most are texts already, on the shortest way."""
    return [c.strip() if type(c) is str else cell_text(c) for c in cells]


def where(file: SourceFile, part: Part | None = None) -> str:
    """Say where a fault is: the file, and the sheet when there is one."""
    sheet = f", feuille « {printable(part.sheet)} »" if part is not None and part.sheet else ""
    return f"« {printable(file.path)} »{sheet}"


def _sheet(file: SourceFile, part: Part) -> tuple[list[str], list[tuple[int, Sequence[Any]]]]:
    rows = sheet_rows(file.path, part.sheet)
    header = [cell_text(c) for c in rows[part.header]]
    records = [
        (number, row)
        for number, row in enumerate(rows[part.header + 1 :], start=part.header + 2)
        if any(cell != "" for cell in row)
    ]
    return header, records


def column_positions(
    file: SourceFile, part: Part, header: list[str], extra: bool = False
) -> dict[str, int]:
    """Position of each column to read.

    Raises
    ------
    DataError
        A column that is there twice.
    """
    positions = dict(part.columns)
    labels = {c.nom: c.libelle for c in layout(part.layout).champs}
    # As the columns were recognised: without case, accents or punctuation.
    labelled = [normalise(label) for label in header]
    for name, position in positions.items():
        same = [i for i, label in enumerate(labelled) if label == labelled[position]]
        if len(same) > 1:
            raise DataError(
                f"{where(file, part)} : la colonne « {labels[name]} » est là {len(same)} fois."
            )
    if not extra:
        return positions
    taken = set(positions.values())
    for position, label in enumerate(header):
        if position in taken or not label.strip():
            continue
        if label.strip() in positions:
            raise DataError(
                f"{where(file, part)} : la colonne « {printable(label.strip())} » est là deux fois."
            )
        positions[label.strip()] = position
    return positions


def check_codes(frame: pd.DataFrame, column: str, file: SourceFile, pattern: str = COMMUNE) -> None:
    """Check that every value of a column is a code.

    Raises
    ------
    DataError
        How many are not, with an example; a lost leading zero is named as such.
    """
    codes = frame[column]
    code = re.compile(pattern)
    wrong = codes.loc[[not isinstance(c, str) or code.fullmatch(c) is None for c in codes.tolist()]]
    if wrong.empty:
        return
    example = str(wrong.iloc[0])
    zero = re.fullmatch(r"[0-9]{4}", example) is not None
    raise DataError(
        f"{where(file)} : {len(wrong)} codes illisibles dans la colonne « {column} » ; par exemple "
        f"« {printable(example, 40)} », ligne {wrong.index[0]}."
        + (" Le zéro initial a été perdu." if zero else ""),
        "Téléchargez de nouveau le fichier : un tableur a pu transformer les codes en nombres."
        if zero
        else "",
    )


def check_unique(frame: pd.DataFrame, columns: Sequence[str], file: SourceFile) -> None:
    """Check that a key is there once.

    Raises
    ------
    DataError
        How many rows repeat a key, with an example and its lines.
    """
    repeated = frame.loc[frame.duplicated(list(columns), keep=False)]
    if repeated.empty:
        return
    key = tuple(str(repeated.iloc[0][c]) for c in columns)
    same = (repeated[list(columns)].astype("str") == list(key)).all(axis=1)
    lines = ", ".join(str(i) for i in repeated.index[same.to_numpy()][:3])
    raise DataError(
        f"{where(file)} : {int(frame.duplicated(list(columns)).sum())} lignes répètent une clé "
        f"({', '.join(columns)}) ; par exemple « {printable(' / '.join(key), 60)} », "
        f"lignes {lines}.",
        "Gardez une seule ligne par clé.",
    )


def absence(value: str) -> str | None:
    """Why a cell holds no value; None when it holds one.

    Examples
    --------
    >>> absence("N/A - secret statistique"), absence("N/A - résultat non disponible"), absence("0")
    ('secret statistique', 'non disponible', None)
    """
    plain = _SPACES.sub(" ", value).strip().casefold()
    if plain in _ABSENT:
        return _ABSENT[plain]
    if plain == "n/a" or plain.startswith("n/a "):
        return CONFIDENTIEL if "secret" in plain else NON_DISPONIBLE
    return None


def numbers(
    frame: pd.DataFrame,
    column: str,
    file: SourceFile,
    *,
    whole: bool = False,
    negative: bool = False,
) -> tuple[pd.Series[float], pd.Series[str]]:
    """Turn a column of text into numbers.

    Thin and non-breaking spaces between digits, decimal comma or point are accepted.

    Parameters
    ----------
    frame : DataFrame
    column : str
    file : SourceFile
        For the messages.
    whole : bool
        Refuse a fraction.
    negative : bool
        Accept a negative number.

    Returns
    -------
    tuple of Series
        Values, null where there is none, and why there is none (null where there is a value).

    Raises
    ------
    DataError
        A text that is no number, a fraction or a negative number, how many, with an example.
    """
    text = frame[column]
    cells = text.tolist()
    parsed = {value: _number(value) for value in dict.fromkeys(cells)}
    reasons = {value: absence(value) for value, number in parsed.items() if number is None}
    values = pd.Series([parsed[v] for v in cells], index=text.index, dtype="float64")
    motif = pd.Series([reasons.get(v) for v in cells], index=text.index, dtype="str")
    _refuse(frame, column, file, values.isna() & motif.isna(), "ne sont pas des nombres")
    if not negative:
        _refuse(frame, column, file, values < 0, "sont négatives")
    if whole:
        _refuse(frame, column, file, (values % 1 != 0) & values.notna(), "ne sont pas entières")
    return values, motif


def _number(value: str) -> float | None:
    """Parse one cell; None when it is no number."""
    if _NUMBER.fullmatch(value):
        return float(value)
    plain = _SPACES.sub("", value).replace(",", ".")
    return float(plain) if _NUMBER.fullmatch(plain) else None


def _refuse(
    frame: pd.DataFrame, column: str, file: SourceFile, wrong: pd.Series[bool], why: str
) -> None:
    if not wrong.any():
        return
    line = wrong.index[wrong][0]
    value = str(frame[column].loc[line])
    raise DataError(
        f"{where(file)}, colonne « {printable(column)} » : {int(wrong.sum())} valeurs sur "
        f"{len(frame)} {why} ; par exemple « {printable(value, 40)} », ligne {line}."
    )


def conformed(frame: Frame, table: schema.Table) -> Frame:
    """Conform to a table, with a plain index: the line numbers have served."""
    return schema.conform(frame.reset_index(drop=True), table)


def first_title(part: Part, pattern: str) -> str | None:
    """First group of a pattern in the titles above a header; None when no title has it."""
    for title in part.titles:
        if found := re.search(pattern, title, flags=re.IGNORECASE):
            return found.group(1)
    return None


def parts_of(file: SourceFile, cle: str) -> list[Part]:
    """Parts of a file that follow a layout."""
    return [p for p in file.parts if p.layout == cle]


def examples(frame: pd.DataFrame, *columns: Any) -> list[str]:
    """Name rows by some of their columns.

    Examples
    --------
    >>> examples(pd.DataFrame({"code": ["01001"], "nom": ["A"]}), "code", "nom")
    ['01001 A']
    """
    return [" ".join(map(str, row)) for row in frame[list(columns)].itertuples(index=False)]
