"""Observatoire des territoires (ANCT): GPs by commune, counted by INSEE (BPE)."""

from __future__ import annotations

from diagterritoire import ledger, tables
from diagterritoire.catalog import by_key
from diagterritoire.errors import DataError
from diagterritoire.sources.library import Reading, SourceFile
from diagterritoire.sources.records import (
    check_codes,
    check_unique,
    conformed,
    examples,
    first_title,
    numbers,
    read_part,
    where,
)


def read_medecins(file: SourceFile) -> Reading:
    """Read the GPs by commune (`nb_medg`) as `tables.MEDECINS`, for the latest year of the file.

    A hidden or empty value is unknown, not zero: the commune is left out, with a control row. The
    year of the codes is read in the title ("Commune (2021)").

    Raises
    ------
    DataError
        Empty file or column, code that is none, commune twice in a year, value that is not a whole
        number.
    """
    part = file.parts[0]
    frame = read_part(file, part)
    check_codes(frame, "code_commune", file)
    wrong = frame.loc[~frame["annee"].str.fullmatch(r"20[0-9]{2}")]
    if not wrong.empty:
        raise DataError(
            f"{where(file, part)} : {len(wrong)} années illisibles (colonne « an ») ; par exemple "
            f"« {wrong['annee'].iloc[0][:20]} », ligne {wrong.index[0]}."
        )
    check_unique(frame, ["code_commune", "annee"], file)
    source = ledger.origin(tables.MEDECINS, file.path.name)
    latest = frame["annee"].max()
    older = frame.loc[frame["annee"] != latest]
    motif = f"années antérieures à {latest}, non utilisées"
    years = sorted(set(older["annee"]))
    read = len(frame)
    controle = [ledger.entry(source, motif, years, read, nombre=len(older), effet=tables.ECARTE)]
    frame = frame.loc[frame["annee"] == latest]
    values, absent = numbers(frame, "mg_nb", file, whole=True)
    if values.isna().all():
        raise DataError(
            f"{where(file, part)} : fichier vide, aucune des {len(frame)} communes n'a de nombre "
            "de médecins (colonne « nb_medg »).",
            "Téléchargez de nouveau le fichier.",
        )
    for reason in sorted(set(absent.dropna())):
        codes = examples(frame.loc[absent == reason], "code_commune")
        motif = f"nombre de médecins inconnu : {reason}"
        controle.append(ledger.entry(source, motif, codes, read, effet=tables.ECARTE))
    known = frame.assign(mg_nb=values).loc[values.notna()]
    table = conformed(known.assign(annee=known["annee"].astype("int64")), tables.MEDECINS)
    year = first_title(part, r"Commune\s*\((20[0-9]{2})\)")
    cog = int(year) if year else by_key("medecins").cog
    without = tuple(frame.loc[values.isna(), "code_commune"])
    return Reading(table, ledger.stack(controle), read, cog, without)
