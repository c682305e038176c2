"""What a folder holds of every known source, said in one line each."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from diagterritoire.catalog import SOURCES, Source, by_key
from diagterritoire.catalog_source import SELON_LE_FICHIER
from diagterritoire.errors import DataError
from diagterritoire.french import accord
from diagterritoire.sources.folder.load import used
from diagterritoire.sources.folder.scan import survey
from diagterritoire.sources.formats.text import printable
from diagterritoire.sources.library import (
    GENERALISTES,
    NON_DATE,
    Library,
    SourceFile,
    find,
    missing,
)

UTILISEE = "utilisée"
# One of them, said by the territory.
AU_CHOIX = "au choix"
RECONNUE = "reconnue"
REMPLACEE = "remplacée"
MANQUANTE = "MANQUANTE"
ABSENTE = "absente"


ROUTES = ("routes", "routes_osm")
_ONE_ROAD_FILE = "un seul sert, celui qui couvre le plus de communes du territoire"


@dataclass(frozen=True)
class Entry:
    """State of a source.

    Attributes
    ----------
    source : Source
    etat : str
        `UTILISEE` by the diagnosis; `AU_CHOIX` for roads: the file that serves most communes of the
        territory, if any does; `RECONNUE` without being used; `MANQUANTE` when indispensable,
        `REMPLACEE` when another one stands for it, else `ABSENTE`.
    fichiers : str
        Its files with their vintage, or what its absence changes.
    """

    source: Source
    etat: str
    fichiers: str


def contents(folder: Path) -> Library:
    """Files of a folder, the unreadable ones listed apart; none when there is no such folder."""
    return survey(folder) if folder.is_dir() else Library(folder)


def entries(library: Library) -> list[Entry]:
    """State of every known source, in the order of the catalogue.

    Examples
    --------
    >>> [(e.source.cle, e.etat) for e in entries(Library(Path(".")))][:3]
    [('communes', 'MANQUANTE'), ('communes_api', 'absente'), ('points', 'absente')]
    """
    absent = missing(library)
    return [_entry(source, library, absent) for source in SOURCES]


def _entry(source: Source, library: Library, absent: tuple[Source, ...]) -> Entry:
    files = find(library, source.cle)
    if files:
        etat = UTILISEE if used(source.cle, library) else RECONNUE
        named = ", ".join(map(_named, files))
        if source.cle in ROUTES:
            return Entry(source, AU_CHOIX, f"{named} ; {_ONE_ROAD_FILE}")
        return Entry(source, etat, named)
    if source in absent:
        return Entry(source, MANQUANTE, _needed(source))
    if source.indispensable:
        stand = next(s for s in SOURCES if s.remplace == source.cle and find(library, s.cle))
        return Entry(source, REMPLACEE, f"par « {stand.titre} »")
    if source.refus:
        return Entry(source, ABSENTE, "jamais lue")
    asked = f", à télécharger par --telecharger {source.cle}" if source.sur_demande else ""
    lost = f" : sans elle, {source.absence}" if source.absence else ""
    return Entry(source, ABSENTE, f"facultative{lost}{asked}")


def _needed(source: Source) -> str:
    if source.cle in GENERALISTES:
        others = [cle for cle in GENERALISTES if cle != source.cle]
        return f"indispensable, ou à sa place : {' ou '.join(others)}"
    return "indispensable"


def absences(keys: Collection[str]) -> list[str]:
    """Say what the sources that were not read change in what is delivered.

    Parameters
    ----------
    keys : collection of str
        Keys of the sources that were read.

    Examples
    --------
    >>> absences(["points", "mouvements", "apl_publiee"])
    ['Zonage des médecins généralistes par commune : aucun fichier, la zone (ZIP, ZAC) de chaque \
commune est inconnue.']
    """
    # The service of the communes gives their points too.
    given = {*keys, "points"} if "communes_api" in keys else set(keys)
    return [
        f"{s.titre} : aucun fichier, {s.absence}."
        for s in SOURCES
        if s.absence and s.cle not in given
    ]


def _named(file: SourceFile) -> str:
    # A layout without a year of its own is dated by the catalogue, when the catalogue knows.
    known = by_key(file.cle).millesime
    undated = NON_DATE if known == SELON_LE_FICHIER else known
    year = undated if file.millesime is None else str(file.millesime)
    return f"{printable(Path(file.path.name))} ({year})"


def set_aside(library: Library) -> list[tuple[str, str]]:
    """Files of the folder that are not used, and why: older, identical, unrelated, unreadable.

    Examples
    --------
    >>> set_aside(Library(Path("."), ignored=(Path("notes.txt"),)))
    [('sans rapport', 'notes.txt')]
    """
    shown = [
        *(("plus ancien", f"{p.name} (gardé : {q.name})") for p, q in library.ecartes),
        *(("identique", f"{p.name} (gardé : {q.name})") for p, q in library.doublons),
        *(("sans rapport", p.name) for p in library.ignored),
        *(("ILLISIBLE", error.message) for _, error in library.illisibles),
    ]
    return [(why, printable(Path(text)) if why != "ILLISIBLE" else text) for why, text in shown]


def check_readable(library: Library) -> None:
    """Refuse a folder that holds damaged files.

    Raises
    ------
    DataError
        How many, which ones, and what to do for the first.
    """
    if not library.illisibles:
        return
    names = ", ".join(f"« {printable(path)} »" for path, _ in library.illisibles[:5])
    count = accord(len(library.illisibles), "fichier illisible", "fichiers illisibles")
    raise DataError(f"{count} : {names}.", library.illisibles[0][1].remede)
