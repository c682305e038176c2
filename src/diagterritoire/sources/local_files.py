"""Files that only the user has, in the layouts of docs/formats.md: flows, sectors, GPs."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from diagterritoire import ledger, tables
from diagterritoire.errors import DataError
from diagterritoire.french import accord
from diagterritoire.schema import Table
from diagterritoire.sources.formats.text import printable
from diagterritoire.sources.layouts.known import normalise
from diagterritoire.sources.library import Reading, SourceFile
from diagterritoire.sources.records import (
    check_codes,
    check_unique,
    conformed,
    numbers,
    read_part,
    where,
)
from diagterritoire.territory import PARTS, arrondissement_parent

FORMATS = "Le format attendu est décrit dans docs/formats.md."
# A column whose label holds one of these words could name somebody.
_NAMING = ("nom", "prenom", "telephone", "tel", "mail", "email", "rpps", "adeli", "adresse", "mel")
_YES = ("oui", "o", "1", "vrai", "true")
_NO = ("non", "n", "0", "faux", "false", "")


def read_flux_observes(file: SourceFile) -> Reading:
    """Read the observed flows of patients as `tables.FLUX_OBSERVES`.

    A cell under secrecy ("s", "<11", "N/A - secret statistique") is unknown, not zero; the account
    does not name it, for it is one of those that nothing delivered points at.

    Raises
    ------
    DataError
        Code that is none, pair twice, number of patients that is none; a city beside one of its
        arrondissements in the same column, for its patients would count twice.
    """
    frame = read_part(file, file.parts[0])
    for column in ("code_residence", "code_exercice"):
        check_codes(frame, column, file)
        _check_cities(frame, column, file)
    check_unique(frame, ["code_residence", "code_exercice"], file)
    hidden = frame["patients"].str.fullmatch(r"<\s*[0-9]+")
    plain = frame.assign(patients=frame["patients"].mask(hidden, "s"))
    values, motif = numbers(plain, "patients", file)
    controle = [
        ledger.entry(
            ledger.origin(tables.FLUX_OBSERVES, file.path.name),
            f"flux sans nombre de patients : {reason}",
            (),
            len(frame),
            nombre=int((motif == reason).sum()),
        )
        for reason in sorted(set(motif.dropna()))
    ]
    return _reading(frame.assign(patients=values), tables.FLUX_OBSERVES, controle)


def _check_cities(frame: pd.DataFrame, column: str, file: SourceFile) -> None:
    """Check that Paris, Lyon and Marseille are whole, or in arrondissements, never both."""
    parts = sorted(set(frame[column]).intersection(PARTS))
    both = [part for part in parts if (frame[column] == arrondissement_parent(part)).any()]
    if both:
        city = arrondissement_parent(both[0])
        raise DataError(
            f"{where(file)} : dans « {column} », {accord(len(both), 'arrondissement')} à côté de "
            f"la ville entière ; par exemple {both[0]} et {city} : leurs patients compteraient "
            "deux fois.",
            "Gardez la ville entière, ou ses arrondissements.",
        )


def read_secteurs_garde(file: SourceFile) -> Reading:
    """Read the out-of-hours sector of each commune as `tables.SECTEURS_GARDE`.

    Raises
    ------
    DataError
        Code that is none, commune twice, commune without sector.
    """
    frame = read_part(file, file.parts[0])
    check_codes(frame, "code_commune", file)
    check_unique(frame, ["code_commune"], file)
    check_filled(frame, "secteur", file)
    return _reading(frame, tables.SECTEURS_GARDE)


def read_offre_sociale(file: SourceFile) -> Reading:
    """Read the social supply as `tables.OFFRE_SOCIALE`; positions and places may be empty.

    Raises
    ------
    DataError
        Code that is none, empty type or name, number that is none.
    """
    frame = read_part(file, file.parts[0])
    check_codes(frame, "code_commune", file)
    for column in ("type_offre", "nom"):
        check_filled(frame, column, file)
    for column in ("places", "lon", "lat"):
        if column in frame:
            frame[column], _ = numbers(frame, column, file, negative=column != "places")
        else:
            frame[column] = float("nan")
    return _reading(frame, tables.OFFRE_SOCIALE)


def read_medecins_ages(file: SourceFile) -> Reading:
    """Read ages and activity of GPs, one row each without name, as `tables.MEDECINS_AGES`.

    Raises
    ------
    DataError
        A column that could name somebody, a code that is none, a number that is none.
    """
    frame = read_part(file, file.parts[0], extra=True)
    check_anonymous(frame, file)
    check_codes(frame, "code_commune", file)
    controle = []
    for column in ("age", "consultations"):
        frame[column], motif = numbers(frame, column, file)
        source = ledger.origin(tables.MEDECINS_AGES, file.path.name)
        # No commune is named: it would tell who did not answer.
        told = ledger.entry(
            source, f"{column} non renseigné", (), len(frame), nombre=int(motif.notna().sum())
        )
        controle.append(told)
    return _reading(frame, tables.MEDECINS_AGES, controle)


def read_activite_mg(file: SourceFile) -> Reading:
    """Read the activity of GPs, one row each by commune without name, as `tables.ACTIVITE_MG`.

    Raises
    ------
    DataError
        A column that could name somebody, a code that is none, a number that is none or is
        negative, a share that is null or above 1, a flag that is neither yes nor no.
    """
    frame = read_part(file, file.parts[0], extra=True)
    check_anonymous(frame, file)
    check_codes(frame, "code_commune", file)
    frame["actes"], motif = numbers(frame, "actes", file)
    for column in ("nouveau", "centre_de_sante"):
        frame[column] = _flags(frame, column, file)
    frame["part"] = _shares(frame, file)
    told = ledger.entry(
        ledger.origin(tables.ACTIVITE_MG, file.path.name),
        "actes non renseignés",
        (),
        len(frame),
        nombre=int((motif.notna() & ~frame["nouveau"]).sum()),
    )
    return _reading(frame, tables.ACTIVITE_MG, [told])


def _flags(frame: pd.DataFrame, column: str, file: SourceFile) -> pd.Series[bool]:
    """Read yes and no; an empty cell is no."""
    said = frame[column].str.casefold()
    wrong = frame.loc[~said.isin([*_YES, *_NO])]
    if len(wrong):
        raise DataError(
            f"{where(file)}, colonne « {column} » : {len(wrong)} valeurs sur {len(frame)} ne "
            f"disent ni oui ni non ; par exemple « {printable(str(wrong[column].iloc[0]), 40)} », "
            f"ligne {wrong.index[0]}.",
            FORMATS,
        )
    return said.isin(_YES)


def _shares(frame: pd.DataFrame, file: SourceFile) -> pd.Series[float]:
    """Read the part of its activity that a GP has here; the whole where none is told."""
    values = numbers(frame, "part", file)[0].fillna(1.0)
    wrong = values.loc[(values <= 0) | (values > 1)]
    if len(wrong):
        raise DataError(
            f"{where(file)}, colonne « part » : {len(wrong)} valeurs sur {len(frame)} ne sont pas "
            f"des fractions, de 0 exclu à 1 ; par exemple « {wrong.iloc[0]:g} », ligne "
            f"{wrong.index[0]}.",
            FORMATS,
        )
    return values


def _reading(frame: pd.DataFrame, table: Table, controle: Sequence[pd.DataFrame] = ()) -> Reading:
    return Reading(conformed(frame, table), ledger.stack(controle), len(frame))


def check_filled(frame: pd.DataFrame, column: str, file: SourceFile) -> None:
    """Check that a column has no empty value.

    Raises
    ------
    DataError
        How many are empty, and the first one.
    """
    empty = frame.loc[frame[column] == ""]
    if not empty.empty:
        raise DataError(
            f"{where(file)} : {len(empty)} lignes sans « {column} » ; par exemple la ligne "
            f"{empty.index[0]}.",
            FORMATS,
        )


def check_anonymous(frame: pd.DataFrame, file: SourceFile) -> None:
    """Check that no column could name somebody.

    Raises
    ------
    DataError
        The column that could.
    """
    naming = [c for c in frame.columns if set(normalise(c).split()) & set(_NAMING)]
    if naming:
        raise DataError(
            f"{where(file)} : la colonne « {printable(naming[0], 40)} » peut désigner une "
            "personne ; ce fichier doit être anonyme.",
            f"Retirez-la avant de déposer le fichier. {FORMATS}",
        )
