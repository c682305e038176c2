"""Official zones of GPs (ZIP, ZAC, ...) by commune."""

from __future__ import annotations

import re

import pandas as pd

from diagterritoire import ledger, tables
from diagterritoire.catalog import by_key
from diagterritoire.errors import DataError
from diagterritoire.sources.formats.text import printable
from diagterritoire.sources.library import Reading, SourceFile
from diagterritoire.sources.records import (
    absence,
    check_codes,
    check_unique,
    conformed,
    examples,
    read_part,
    where,
)


def read_zonage(file: SourceFile) -> Reading:
    """Read the zone of each commune as `tables.ZONAGE`.

    `1_ZIP`, `2_ZAC`, `3_HZ`, `4_ZAR` become `ZIP`, `ZAC`, `HZ`, `ZAR`; `N/A...` and `NC...` are
    unknown (null), with a control row. ZAR is a zone without aid named by some agencies, kept as
    it stands. A class that holds for a part of the commune only (priority districts `QPV`, large
    districts `GQ`), or of the former zoning (`ZV`), gives the commune no zone: null, with a
    control row. The table of Atlasanté also names arrondissements and districts: left out, with a
    control row.

    Raises
    ------
    DataError
        A zone that is none of these, a code that is none, a commune twice.
    """
    frame = read_part(file, file.parts[0]).rename(columns={"code": "code_commune"})
    read = len(frame)
    frame, elsewhere = _communes_only(file, frame)
    check_codes(frame, "code_commune", file)
    check_unique(frame, ["code_commune"], file)
    kinds = {value: _zone(value) for value in frame["zonage_mg"].unique()}
    zones = frame["zonage_mg"].map(kinds).astype("str")
    motif = frame["zonage_mg"].map({v: _reason(v) for v in kinds}).astype("str")
    unknown = frame.loc[zones.isna() & motif.isna(), "zonage_mg"]
    if not unknown.empty:
        raise DataError(
            f"{where(file)} : {len(unknown)} zones inconnues (colonne Zonage_MG) ; par exemple "
            f"« {printable(unknown.iloc[0], 40)} », ligne {unknown.index[0]}.",
            f"Zones admises : {', '.join(f'{i}_{z}' for i, z in enumerate(tables.ZONES_MG, 1))}.",
        )
    controle = [_missing(file, frame, motif, reason) for reason in sorted(set(motif.dropna()))]
    table = conformed(frame.assign(zonage_mg=zones), tables.ZONAGE)
    controle.append(elsewhere)
    return Reading(table, ledger.stack(controle), read, by_key("zonage").cog)


def _communes_only(file: SourceFile, frame: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Leave out the rows that are no commune, where the table says what each row is."""
    inside = frame["niveau"] == "COM" if "niveau" in frame else pd.Series(True, index=frame.index)
    others = examples(frame.loc[~inside], "code_commune")
    source = ledger.origin(tables.ZONAGE, file.path.name)
    motif = "ligne qui n'est pas une commune, écartée"
    lost = ledger.entry(source, motif, others, len(frame), effet=tables.ECARTE)
    return frame.loc[inside], lost


def _missing(
    file: SourceFile, frame: pd.DataFrame, motif: pd.Series[str], reason: str
) -> pd.DataFrame:
    codes = examples(frame.loc[motif == reason], "code_commune")
    source = ledger.origin(tables.ZONAGE, file.path.name)
    return ledger.entry(source, f"zonage inconnu : {reason}", codes, len(frame))


def _reason(value: str) -> str | None:
    """Why a cell gives no zone to the commune; None when it gives one, or is not understood."""
    if re.fullmatch(r"(?:[0-9]_)?(?:(?:QPV|GQ)_Z(?:IP|AC)|ZV)", value.strip().upper()):
        return f"« {value.strip()} » ne vaut pas pour toute la commune"
    return "non classée" if re.match(r"NC\b|NC_", value.strip().upper()) else absence(value)


def _zone(value: str) -> str | None:
    found = re.fullmatch(rf"(?:[0-9]_)?({'|'.join(tables.ZONES_MG)})", value.strip().upper())
    return found.group(1) if found else None
