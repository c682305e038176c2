"""INSEE: composition table, populations in force, movements of communes, points of communes."""

from __future__ import annotations

import re

import pandas as pd

from diagterritoire import ledger, tables
from diagterritoire.catalog import by_key
from diagterritoire.errors import DataError
from diagterritoire.sources.formats.text import printable
from diagterritoire.sources.library import Part, Reading, SourceFile
from diagterritoire.sources.records import (
    check_codes,
    check_unique,
    conformed,
    examples,
    first_title,
    numbers,
    parts_of,
    read_part,
    where,
)

# Levels of the sheet of zones, as `territory` names them.
_NIVEAUX = {"DEP": "departement", "REG": "region", "EPCI": "epci", "BV2022": "bassin_vie"}
_WITHOUT_OBJECT = r"Z{4,}"


def read_appartenance(file: SourceFile) -> Reading:
    """Read the communes of the composition table as `tables.APPARTENANCE`.

    `ZZZZZZZZZ` (no EPCI) becomes null. The year of the codes is read in the title
    ("Géographie au 01/01/2024").

    Raises
    ------
    DataError
        Damaged sheet, code that is none, commune twice.
    """
    part = _only_part(file, "appartenance")
    frame = read_part(file, part)
    check_codes(frame, "code_commune", file)
    check_unique(frame, ["code_commune"], file)
    if "zone_emploi" not in frame:
        frame["zone_emploi"] = pd.Series(pd.NA, index=frame.index, dtype="str")
    for column in ("code_epci", "bassin_vie", "zone_emploi"):
        frame[column] = _no_object(frame[column])
    controle = ledger.entry(
        ledger.origin(tables.APPARTENANCE, file.path.name),
        "commune sans intercommunalité",
        examples(frame.loc[frame["code_epci"].isna()], "code_commune", "nom"),
        len(frame),
    )
    table = conformed(frame, tables.APPARTENANCE)
    year = first_title(part, r"G[ée]ographie au 01/01/(20[0-9]{2})")
    year = year or first_title(part, r"1er janvier (20[0-9]{2})")
    return Reading(table, controle, len(table), int(year) if year else by_key("appartenance").cog)


def read_libelles(file: SourceFile) -> Reading:
    """Read the names of the zones of the composition table as `tables.LIBELLES`.

    Levels kept: departement, region, epci, bassin_vie; the codes "without object" are left out.

    Raises
    ------
    DataError
        The workbook has no sheet of zones, or a zone is there twice.
    """
    part = _only_part(file, "zones")
    frame = read_part(file, part)
    frame["niveau"] = frame["niveau"].map(_NIVEAUX).astype("str")
    kept = frame["niveau"].notna() & ~frame["code"].str.fullmatch(_WITHOUT_OBJECT)
    frame = frame.loc[kept]
    check_unique(frame, ["niveau", "code"], file)
    table = conformed(frame, tables.LIBELLES)
    return Reading(table, enregistrements=len(table))


def read_populations(file: SourceFile) -> Reading:
    """Read the municipal populations (PMUN) as `tables.POPULATIONS`.

    Codes are those of the file: arrondissements of Paris, Lyon and Marseille, year of its COG.

    Raises
    ------
    DataError
        Code that is none, commune twice, population that is no whole number or is missing.
    """
    frame = read_part(file, file.parts[0])
    check_codes(frame, "code_commune", file)
    check_unique(frame, ["code_commune"], file)
    values, motif = numbers(frame, "population", file, whole=True)
    lost = frame.loc[motif.notna(), "code_commune"]
    if not lost.empty:
        raise DataError(
            f"{where(file)} : {len(lost)} communes sans population (PMUN) ; par exemple "
            f"« {lost.iloc[0]} », ligne {lost.index[0]}."
        )
    table = conformed(frame.assign(population=values), tables.POPULATIONS)
    return Reading(table, enregistrements=len(table), cog=by_key("populations").cog)


def read_mouvements(file: SourceFile) -> Reading:
    """Read the movements of the official geographic code as `tables.MOUVEMENTS`.

    Null where a side has no commune; order of the file.

    Raises
    ------
    DataError
        A date that is not ISO, a code that is none.
    """
    frame = read_part(file, file.parts[0])
    dates = frame["date_effet"]
    wrong = dates.loc[~dates.str.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")]
    if not wrong.empty:
        raise DataError(
            f"{where(file)} : {len(wrong)} dates illisibles (colonne DATE_EFF) ; par exemple "
            f"« {printable(wrong.iloc[0], 20)} », ligne {wrong.index[0]}."
        )
    for column in ("code_avant", "code_apres"):
        check_codes(frame.loc[frame[column] != ""], column, file, r"[0-9][0-9AB][0-9]{3}")
    table = conformed(frame.replace("", pd.NA), tables.MOUVEMENTS)
    return Reading(table, enregistrements=len(table))


def read_points(file: SourceFile) -> Reading:
    """Read the points of the communes as `tables.POINTS`.

    A commune without longitude or latitude is left out, with a control row: its point is taken
    inside its polygon later on.

    Raises
    ------
    DataError
        Code that is none, commune twice, coordinate that is no number or out of bounds.
    """
    frame = read_part(file, file.parts[0])
    check_codes(frame, "code_commune", file)
    check_unique(frame, ["code_commune"], file)
    for column in ("lon", "lat"):
        frame[column], _ = numbers(frame, column, file, negative=True)
    known = frame["lon"].notna() & frame["lat"].notna()
    controle = ledger.entry(
        ledger.origin(tables.POINTS, file.path.name),
        "commune sans coordonnées, écartée",
        examples(frame.loc[~known], "code_commune"),
        len(frame),
        effet=tables.ECARTE,
    )
    table = conformed(frame.loc[known], tables.POINTS)
    found = re.findall(r"(?<![0-9])(20[0-9]{2})(?![0-9])", file.path.name)
    cog = int(found[-1]) if found else by_key("points").cog
    without = tuple(frame.loc[~known, "code_commune"])
    return Reading(table, controle, len(frame), cog, without)


def _only_part(file: SourceFile, layout: str) -> Part:
    parts = parts_of(file, layout)
    if len(parts) == 1:
        return parts[0]
    wanted = (
        "les communes (CODGEO, BV2022)"
        if layout == "appartenance"
        else "les zones (NIVGEO, CODGEO, LIBGEO)"
    )
    found = "aucune feuille ne donne" if not parts else f"{len(parts)} feuilles donnent"
    raise DataError(
        f"{where(file)} : {found} {wanted}.",
        "Téléchargez de nouveau la table d'appartenance, avec toutes ses feuilles.",
    )


def _no_object(codes: pd.Series[str]) -> pd.Series[str]:
    return codes.mask((codes == "") | codes.str.fullmatch(_WITHOUT_OBJECT))
