"""The files of a folder, and those that it cannot do without fetched from their producers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from diagterritoire.catalog import SOURCES, Source, by_key
from diagterritoire.download import (
    FOLDER,
    Client,
    Completion,
    UnreachableError,
    complete,
    discard,
    fetch,
    spoiled,
)
from diagterritoire.errors import DataError, UsageError
from diagterritoire.french import accord
from diagterritoire.progress import Told, untold
from diagterritoire.sources.folder.scan import scan
from diagterritoire.sources.library import Library, find, missing, require


def stocked(
    folder: Path, note: Callable[[str], None], *, hors_ligne: bool, told: Told = untold
) -> Library:
    """Recognise the files of a folder; online, fetch those it lacks if it cannot do without.

    Downloads made before are hashed again: one that changed is fetched anew, or refused offline.
    A folder that has every indispensable source is left as it is, and nothing is fetched.

    Parameters
    ----------
    folder : Path
        Folder of raw files; downloads go to its subfolder `download.FOLDER`.
    note : callable
        Told what was fetched.
    hors_ligne : bool
        Never use the network.
    told : callable
        Told of what is received: what `Progress.advance` takes.

    Raises
    ------
    DataError
        As `scan`; offline, a downloaded file is not what was received. A machine that reaches no
        server is told what is missing, as if it were offline.
    NetworkError
        A producer does not give an indispensable file.
    """
    place = folder / FOLDER
    for path in spoiled(place):
        if hors_ligne:
            raise DataError(
                f"« {path} » a changé depuis son téléchargement.",
                "Supprimez-le, puis déposez le fichier d'origine ou relancez avec le réseau.",
            )
        discard(path)
    found = scan(folder)
    absent = missing(found)
    if hors_ligne or not any(source.url for source in absent):
        return found
    # Once a download is due, the small optional files come with it; never the large ones.
    others = [
        s for s in SOURCES if s not in absent and not s.sur_demande and not find(found, s.cle)
    ]
    done = complete([*absent, *others], place, _fetching(told))
    if done.obtenus:
        note(accord(len(done.obtenus), "fichier téléchargé", "fichiers téléchargés"))
        found = scan(folder)
    _explain(done, found)
    return found


def fetch_asked(folder: Path, keys: Sequence[str], told: Told = untold) -> tuple[Path, ...]:
    """Download the sources that the user names, the large ones included.

    Parameters
    ----------
    folder : Path
        Folder of raw files; downloads go to its subfolder `download.FOLDER`.
    keys : sequence of str
        Keys of the catalogue.

    Raises
    ------
    UsageError
        Unknown key, or a source without an address: the page to download it from is said.
    NetworkError
        The producer does not give the file.
    """
    asked = [by_key(cle) for cle in dict.fromkeys(keys)]
    for source in asked:
        if not source.url:
            raise UsageError(
                f"La source « {source.cle} » n'a pas d'adresse de téléchargement stable.",
                f"À prendre à la main : {source.page}.",
            )
    done = complete(asked, folder / FOLDER, _fetching(told))
    if done.echecs:
        raise done.echecs[0][1]
    return done.obtenus


def _fetching(told: Told) -> Callable[[Source, Path], Path]:
    return lambda source, folder: fetch(source, folder, Client(told=told))


def _explain(done: Completion, found: Library) -> None:
    """Raise for an indispensable source that could not be fetched; the others stay absent."""
    for source, error in done.echecs:
        if not source.indispensable:
            continue
        if not isinstance(error, UnreachableError):
            raise error
        try:
            require(found)
        except DataError as lack:
            raise DataError(f"{lack.message} {error.message}", lack.remede) from error
