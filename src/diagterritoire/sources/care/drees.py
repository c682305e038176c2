"""DREES: published APL by commune, one sheet a year, sometimes several workbooks."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from diagterritoire import ledger, tables
from diagterritoire.errors import DataError
from diagterritoire.sources.library import Part, Reading, SourceFile
from diagterritoire.sources.records import (
    check_codes,
    check_unique,
    conformed,
    examples,
    numbers,
    parts_of,
    read_part,
    where,
)

_VALUES = ("apl_publiee", "apl_publiee_65", "population_standardisee", "population_totale")


def read_apl(files: Sequence[SourceFile]) -> Reading:
    """Read every year of every workbook as `tables.APL_PUBLIEE`, in long format.

    The year comes from the titles ("Millésime : 2022"), else from the name of the sheet. A year
    that several workbooks publish is taken from the most recent one (the other is revised data),
    with a control row. The codes of the APL of year n follow the COG of year n + 1, as the codes
    of 2022 and 2023 show.

    Parameters
    ----------
    files : sequence of SourceFile
        Recognised workbooks.

    Returns
    -------
    Reading
        `cog` is that of the latest year.

    Raises
    ------
    DataError
        Year not found or contradictory, year that two workbooks of one vintage publish, code that
        is none, commune twice in a year, value that is no number.
    """
    sheets = [
        (sheet_year(file, part), file, part)
        for file in files
        for part in parts_of(file, "apl_publiee")
    ]
    chosen, controle = _one_workbook_a_year(sheets)
    frames = []
    for annee, file, part in chosen:
        frame, rows = _read_sheet(file, part, annee)
        frames.append(frame)
        controle += rows
    table = conformed(pd.concat(frames, ignore_index=True), tables.APL_PUBLIEE)
    return Reading(table, ledger.stack(controle), len(table), int(table["annee"].max()) + 1)


def sheet_year(file: SourceFile, part: Part) -> int:
    """Year of the APL of a sheet.

    Raises
    ------
    DataError
        No year, or a title and a sheet name that contradict each other.
    """
    text = " ".join(part.titles)
    titled = re.findall(r"Mill[ée]sime\s*:?\s*(20[0-9]{2})", text, flags=re.IGNORECASE)
    titled = titled or re.findall(r"\(APL\)\s*(20[0-9]{2})", text)
    named = re.findall(r"(?<![0-9])20[0-9]{2}(?![0-9])", part.sheet)
    years = {int(y) for y in (*titled, *named)}
    if len(years) != 1:
        found = " et ".join(map(str, sorted(years))) or "aucune"
        raise DataError(
            f"{where(file, part)} : année de l'APL indécise (trouvée : {found}).",
            "La ligne « Millésime » et le nom de la feuille doivent donner la même année.",
        )
    return years.pop()


_Sheet = tuple[int, SourceFile, Part]


def _one_workbook_a_year(sheets: list[_Sheet]) -> tuple[list[_Sheet], list[pd.DataFrame]]:
    """For each year, the sheet of the most recent workbook."""
    latest: dict[Path, int] = {}
    for annee, file, _ in sheets:
        latest[file.path] = max(annee, latest.get(file.path, annee))
    chosen: list[_Sheet] = []
    controle: list[pd.DataFrame] = []
    for annee in sorted({s[0] for s in sheets}):
        rivals = [s for s in sheets if s[0] == annee]
        best = max(rivals, key=lambda s: latest[s[1].path])
        equal = [s for s in rivals if latest[s[1].path] == latest[best[1].path]]
        if len(equal) > 1:
            names = ", ".join(where(file, part) for _, file, part in equal)
            raise DataError(
                f"L'APL {annee} est publiée par {len(equal)} feuilles que rien ne départage : "
                f"{names}.",
                "Gardez un seul classeur de chaque édition.",
            )
        chosen.append(best)
        controle += [
            ledger.entry(
                ledger.origin(tables.APL_PUBLIEE, s[1].path.name),
                f"APL {annee} remplacée par une édition plus récente",
                [s[2].sheet],
                len(sheets),
            )
            for s in rivals
            if s is not best
        ]
    return chosen, controle


def _read_sheet(
    file: SourceFile, part: Part, annee: int
) -> tuple[pd.DataFrame, list[pd.DataFrame]]:
    frame = read_part(file, part)
    # The row under the header gives the units: no code there.
    if frame["code_commune"].iloc[0] == "":
        frame = frame.iloc[1:]
    if frame.empty:
        raise DataError(f"{where(file, part)} : fichier vide, aucune commune.")
    check_codes(frame, "code_commune", file)
    check_unique(frame, ["code_commune"], file)
    controle: list[pd.DataFrame] = []
    total, source = len(frame), ledger.origin(tables.APL_PUBLIEE, file.path.name)
    for column in _VALUES:
        values, motif = numbers(frame, column, file)
        codes = examples(frame.loc[motif.notna()], "code_commune")
        controle.append(ledger.entry(source, f"{column} {annee} inconnue", codes, total))
        frame = frame.assign(**{column: values})
    return frame.assign(annee=annee), controle
