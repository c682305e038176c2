"""Context indicators by bassin de vie: exports of C@rtoSanté and of INSEE Statistiques locales."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from diagterritoire import ledger, schema, tables
from diagterritoire.errors import DataError
from diagterritoire.sources.formats.text import printable
from diagterritoire.sources.library import Reading, SourceFile
from diagterritoire.sources.records import (
    BASSIN_VIE,
    check_codes,
    check_unique,
    conformed,
    numbers,
    read_part,
    where,
)


def read_contexte(file: SourceFile) -> Reading:
    """Read an export as `tables.CONTEXTE`: one row per bassin de vie and indicator.

    The label of the column is the indicator, year included. A hidden or unavailable value is null,
    and `motif` says why.

    Raises
    ------
    DataError
        No indicator, a code that is none, a bassin twice, a value that is no number.
    """
    frame = read_part(file, file.parts[0], extra=True).rename(columns={"code": "bassin_vie"})
    check_codes(frame, "bassin_vie", file, BASSIN_VIE)
    check_unique(frame, ["bassin_vie"], file)
    indicators = [c for c in frame.columns if c not in ("bassin_vie", "libelle")]
    if not indicators:
        raise DataError(f"{where(file)} : aucun indicateur après le code et le libellé.")
    pieces = []
    for indicator in indicators:
        values, motif = numbers(frame, indicator, file, negative=True)
        pieces.append(
            pd.DataFrame(
                {
                    "bassin_vie": frame["bassin_vie"],
                    "indicateur": indicator,
                    "valeur": values,
                    "motif": motif,
                    "source": file.path.name,
                }
            )
        )
    table = conformed(pd.concat(pieces), tables.CONTEXTE)
    controle, source = [], ledger.origin(tables.CONTEXTE, file.path.name)
    for reason in sorted(set(table["motif"].dropna())):
        hidden = table.loc[table["motif"] == reason]
        names = [f"{r.bassin_vie} {r.indicateur}" for r in hidden.itertuples()]
        why = f"indicateur sans valeur : {reason}"
        controle.append(ledger.entry(source, why, names, len(table)))
    return Reading(table, ledger.stack(controle), len(frame))


def join_contexte(tables_read: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Put several exports one under the other.

    Raises
    ------
    DataError
        One indicator of one bassin de vie in two files.
    """
    if not tables_read:
        return schema.empty(tables.CONTEXTE)
    out = pd.concat(tables_read, ignore_index=True)
    twice = out.loc[out.duplicated(["bassin_vie", "indicateur"], keep=False)]
    if not twice.empty:
        files = " et ".join(f"« {printable(f)} »" for f in twice["source"].unique())
        raise DataError(
            f"L'indicateur « {printable(twice['indicateur'].iloc[0])} » est donné par plusieurs "
            f"fichiers : {files}.",
            "Gardez un seul export par indicateur.",
        )
    return out
