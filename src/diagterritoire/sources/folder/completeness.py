"""Is a file whole? A text cut at the end of a line shows nothing: its communes are counted.

The composition table of the same folder says which communes there are. A file that leaves out more
than a tolerance is refused; what it leaves out within it is told by the control rows of the joins.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import pandas as pd

from diagterritoire.arrays import among
from diagterritoire.catalog import by_key
from diagterritoire.errors import DataError
from diagterritoire.french import enumeration
from diagterritoire.sources.library import Reading, SourceFile
from diagterritoire.sources.records import where
from diagterritoire.territory import arrondissement_parent, departement_of

_REDOWNLOAD = "Le fichier est sans doute coupé ou partiel : téléchargez-le de nouveau ({page})."
# What the titles of an export of the whole country say.
_FRANCE = "france par bassin de vie"


@dataclass(frozen=True)
class Tolerance:
    """What a whole file may leave out.

    In the files of 2020 to 2026, the movements of communes followed and `Source.lacunes` apart, no
    departement lacks more than 2.5 % of its communes, and the country 0.2 %.

    Attributes
    ----------
    part_departement, part_pays : float
        Largest share of the communes of a departement, then of the country, from 0 to 1.
    communes : int
        Number of communes that a departement may lack whatever their share: some have very few.
    part_bassins : float
        Largest share of the bassins de vie of the country that an export by bassin may lack.
    """

    part_departement: float = 0.10
    part_pays: float = 0.01
    communes: int = 2
    part_bassins: float = 0.01


def check_whole(
    file: SourceFile, reading: Reading, appartenance: Reading, mouvements: pd.DataFrame
) -> None:
    """Refuse a file that lacks too many of the rows, communes or bassins de vie it must hold.

    Parameters
    ----------
    file : SourceFile
    reading : Reading
        What its reader gave.
    appartenance : Reading
        Composition table of the same folder.
    mouvements : DataFrame
        Table `mouvements`; may be empty.

    Raises
    ------
    DataError
        As `check_rows`, `check_communes` and `check_bassins`.
    """
    check_rows(file, reading.enregistrements, appartenance.table)
    if "code_commune" in reading.table:
        for codes, year in _vintages(reading):
            years = (year, appartenance.cog)
            check_communes(file, codes, appartenance.table, mouvements, years)
    if "bassin_vie" in reading.table:
        bassins = reading.table["bassin_vie"].drop_duplicates()
        check_bassins(file, bassins, appartenance.table)


def check_communes(
    file: SourceFile,
    codes: Collection[str],
    appartenance: pd.DataFrame,
    mouvements: pd.DataFrame,
    annees: tuple[int | None, int | None] = (None, None),
    tolerance: Tolerance | None = None,
) -> None:
    """Refuse a file that leaves out too many communes of the composition table.

    A commune that came or went between the year of the file and that of the table is not looked
    for.

    Parameters
    ----------
    file : SourceFile
        Its source says what it must cover (`Source.couverture`).
    codes : collection of str
        Communes that it holds.
    appartenance, mouvements : DataFrame
        Tables of those names.
    annees : tuple of int or None
        Years of the official geographic code of the file and of the table.
    tolerance : Tolerance, optional

    Raises
    ------
    DataError
        How many communes are missing, where, with examples.

    Examples
    --------
    >>> from diagterritoire import schema, tables
    >>> from pathlib import Path
    >>> towns = pd.DataFrame({"code_commune": [f"1800{i}" for i in range(8)]})
    >>> file = SourceFile("populations", Path("p.csv"), "texte")
    >>> check_communes(file, towns["code_commune"][:6], towns, schema.empty(tables.MOUVEMENTS))
    >>> check_communes(file, towns["code_commune"][:5], towns, schema.empty(tables.MOUVEMENTS))
    Traceback (most recent call last):
    ...
    diagterritoire.errors.DataError: « p.csv » : communes absentes du département 18, 3 sur 8 \
(18005, 18006 et 18007).
    Le fichier est sans doute coupé ou partiel : téléchargez-le de nouveau \
(https://www.insee.fr/fr/statistiques/8680726).
    """
    source = by_key(file.cle)
    if not source.couverture:
        return
    allowed = Tolerance() if tolerance is None else tolerance
    held = {arrondissement_parent(code) for code in codes}
    known = appartenance["code_commune"]
    departements = known.map(departement_of).astype("str")
    looked = ~departements.isin(source.lacunes)
    if source.couverture == "departements":
        looked &= departements.isin({departement_of(code) for code in held})
    moved = _moved(mouvements, *annees)
    absent = known.loc[looked & ~among(known, held | moved)]
    for departement, group in absent.groupby(departements):
        total = int((departements == departement).sum())
        if len(group) > max(allowed.communes, allowed.part_departement * total):
            raise _lacking(file, group, total, f" du département {departement}")
    if len(absent) > max(allowed.communes, allowed.part_pays * int(looked.sum())):
        raise _lacking(file, absent, int(looked.sum()), "")


def check_rows(file: SourceFile, rows: int, appartenance: pd.DataFrame) -> None:
    """Refuse a file with too few rows beside a composition table of the whole country.

    The least number of rows is that of a download (`Source.lignes_min`); a smaller country, such
    as the invented territory, is held to no number.

    Raises
    ------
    DataError
    """
    source = by_key(file.cle)
    if len(appartenance) < by_key("appartenance").lignes_min or rows >= source.lignes_min:
        return
    raise DataError(
        f"{where(file)} : {rows} lignes ; il en faut au moins {source.lignes_min} pour la France "
        "entière.",
        _REDOWNLOAD.format(page=source.page),
    )


def check_bassins(
    file: SourceFile,
    bassins: pd.Series[str],
    appartenance: pd.DataFrame,
    tolerance: Tolerance | None = None,
) -> None:
    """Refuse an export of the whole country by bassin de vie that leaves out too many of them.

    The producers write no line break after the last line: where it is missing, a bassin that comes
    after the last one of a sorted file means a cut, however few are absent.

    Raises
    ------
    DataError
    """
    titles = " ".join(t for part in file.parts for t in part.titles).casefold()
    if _FRANCE not in titles or bassins.empty:
        return
    allowed = Tolerance() if tolerance is None else tolerance
    known = appartenance["bassin_vie"].dropna().drop_duplicates()
    absent = known.loc[~among(known, bassins)].sort_values()
    later = bassins.is_monotonic_increasing and bool((absent > bassins.iloc[-1]).any())
    many = len(absent) > max(allowed.communes, allowed.part_bassins * len(known))
    if many or (later and not _ended(file)):
        raise DataError(
            f"{where(file)} : bassins de vie absents, {len(absent)} sur {len(known)} "
            f"({enumeration(list(absent), 3)}).",
            _REDOWNLOAD.format(page=by_key(file.cle).page),
        )


def _vintages(reading: Reading) -> list[tuple[Collection[str], int | None]]:
    """Communes of each year of a table, and the year of their codes."""
    codes = reading.table["code_commune"]
    years = sorted(set(reading.table["annee"])) if "annee" in reading.table else []
    if len(years) < 2:
        return [([*codes, *reading.sans_valeur], reading.cog)]
    return [(codes[reading.table["annee"] == year], int(year) + 1) for year in years]


def _moved(mouvements: pd.DataFrame, one: int | None, other: int | None) -> set[str]:
    """Codes that are communes in one of two years only."""
    if one is None or other is None:
        return set()
    first, last = (f"{year}-01-01" for year in sorted((one, other)))
    dates = mouvements["date_effet"]
    between = mouvements.loc[(dates > first) & (dates <= last)]
    before = set(between.loc[between["type_avant"] == "COM", "code_avant"])
    return before ^ set(between.loc[between["type_apres"] == "COM", "code_apres"])


def _ended(file: SourceFile) -> bool:
    return file.path.read_bytes()[-1:] in (b"\n", b"\r")


def _lacking(file: SourceFile, absent: pd.Series[str], total: int, place: str) -> DataError:
    return DataError(
        f"{where(file)} : communes absentes{place}, {len(absent)} sur {total} "
        f"({enumeration(sorted(absent), 3)}).",
        _REDOWNLOAD.format(page=by_key(file.cle).page),
    )
