"""What a folder of raw files holds: files recognised, files ignored, and what a reader gives."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from diagterritoire import schema, tables
from diagterritoire.catalog import SOURCES, Source, by_key
from diagterritoire.catalog_source import CONFIDENTIELLES, SANS_EMPREINTE, SELON_LE_FICHIER
from diagterritoire.download import origin_of
from diagterritoire.errors import DataError
from diagterritoire.french import accord
from diagterritoire.store import sha256_once

# Where GPs may be counted, the source to believe first; one of them is indispensable. The finer
# comes first: people by site, then equipments by point, then a number by commune.
GENERALISTES = ("professionnels", "equipements", "medecins")
NON_DATE = "non daté"


@dataclass(frozen=True)
class Part:
    """One table in a file.

    Attributes
    ----------
    layout : str
        Key of its layout.
    sheet : str
        Sheet or layer that holds it; empty for a text file.
    header : int
        Number of rows above the header.
    columns : tuple of (str, int)
        Canonical name and position of each column.
    titles : tuple of str
        Texts above the header.
    separator : str
        Separator of a text file.
    """

    layout: str
    sheet: str = ""
    header: int = 0
    columns: tuple[tuple[str, int], ...] = ()
    titles: tuple[str, ...] = ()
    separator: str = ""


@dataclass(frozen=True)
class SourceFile:
    """A recognised file: key of its source, path, tables in it, year its titles or name say."""

    cle: str
    path: Path
    kind: str
    parts: tuple[Part, ...] = ()
    millesime: int | None = None


@dataclass(frozen=True)
class Library:
    """The files of a folder.

    Attributes
    ----------
    folder : Path
    files : tuple of SourceFile
        Recognised files that are used.
    ignored : tuple of Path
        Unrelated files.
    doublons : tuple of (Path, Path)
        Files with exactly the content of another one, counted once.
    ecartes : tuple of (Path, Path)
        Files of an older vintage, and the one used instead.
    illisibles : tuple of (Path, DataError)
        Files that bear a known name or layout and cannot be read; `scan` raises the first.
    """

    folder: Path
    files: tuple[SourceFile, ...] = ()
    ignored: tuple[Path, ...] = ()
    doublons: tuple[tuple[Path, Path], ...] = ()
    ecartes: tuple[tuple[Path, Path], ...] = ()
    illisibles: tuple[tuple[Path, DataError], ...] = ()


@dataclass(frozen=True)
class Reading:
    """What a reader gives: the table, the control rows, the records read, the year of its codes.

    `sans_valeur` names the communes that the file has, and the table not: without any value.
    """

    table: pd.DataFrame
    controle: pd.DataFrame = field(default_factory=lambda: schema.empty(tables.CONTROLE))
    enregistrements: int = 0
    cog: int | None = None
    sans_valeur: tuple[str, ...] = ()


def find(library: Library, cle: str) -> tuple[SourceFile, ...]:
    """Files of a source, in the order of the scan; empty when there is none.

    Examples
    --------
    >>> find(Library(Path(".")), "routes")
    ()
    """
    return tuple(f for f in library.files if f.cle == cle)


def missing(library: Library) -> tuple[Source, ...]:
    """Indispensable sources that no file of the folder gives, nor one that can stand for them.

    Any source of `GENERALISTES` will do: the three are missing when none is there.

    Examples
    --------
    >>> [s.cle for s in missing(Library(Path(".")))][:3]
    ['communes', 'appartenance', 'populations']
    """
    given = {file.cle for file in library.files}
    given |= {s.remplace for s in SOURCES if s.cle in given}
    wanted = () if given.intersection(GENERALISTES) else GENERALISTES
    return tuple(s for s in SOURCES if (s.indispensable or s.cle in wanted) and s.cle not in given)


def require(library: Library) -> None:
    """Check that no indispensable source is missing.

    Raises
    ------
    DataError
        Lists the missing sources, where to get each one and where to put it.
    """
    absent = missing(library)
    if not absent:
        return
    choice = [s for s in absent if s.cle in GENERALISTES]
    alone = [s for s in absent if s not in choice]
    names = [*(s.cle for s in alone), *([" ou ".join(GENERALISTES)] if choice else [])]
    count = accord(
        len(names), "source indispensable introuvable", "sources indispensables introuvables"
    )
    lines = "\n".join(f"  - {_where_from(s)}" for s in alone)
    if choice:
        lines += "\n  - pour les médecins généralistes, l'une de ces sources :"
        lines += "".join(f"\n      {_where_from(by_key(cle))}" for cle in GENERALISTES)
    raise DataError(
        f"{count} dans « {library.folder} » : {', '.join(names)}.",
        f"Téléchargez et déposez dans « {library.folder} », sous n'importe quel nom :\n"
        f"{lines.lstrip(chr(10))}",
    )


def _where_from(source: Source) -> str:
    return f"{source.titre} ({source.producteur}) : {source.page}"


def _vintage(file: SourceFile) -> str:
    """Vintage of a file that was read: that of the catalogue, else its own, and its download."""
    year, origin = by_key(file.cle).millesime, origin_of(file.path)
    if year == SELON_LE_FICHIER:
        year = "" if file.millesime is None else str(file.millesime)
    if origin is None:
        return year or NON_DATE
    told = f"téléchargé, daté du {origin.date}" if origin.date else "téléchargé"
    return f"{year} ({told})" if year else told


def source_row(file: SourceFile, enregistrements: int, usage: str = "") -> dict[str, Any]:
    """Row of `tables.SOURCES` for a file that was read.

    Parameters
    ----------
    file : SourceFile
    enregistrements : int
        Number of records read in it.
    usage : str
        What it served in this run; what the catalogue says when empty.
    """
    source = by_key(file.cle)
    return {
        "cle": source.cle,
        "titre": source.titre,
        "producteur": source.producteur,
        "licence": source.licence,
        "millesime": _vintage(file),
        "fichier": file.path.name,
        "sha256": SANS_EMPREINTE if source.cle in CONFIDENTIELLES else sha256_once(file.path),
        "enregistrements": enregistrements,
        "usage": usage or source.usage,
    }
