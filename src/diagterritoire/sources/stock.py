"""The files of a folder, and those that it cannot do without fetched from their producers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from diagterritoire.catalog import SOURCES
from diagterritoire.download import (
    FOLDER,
    Completion,
    UnreachableError,
    complete,
    discard,
    spoiled,
)
from diagterritoire.errors import DataError
from diagterritoire.french import accord
from diagterritoire.sources.library import Library, find, missing, require
from diagterritoire.sources.scan import scan


def stocked(folder: Path, note: Callable[[str], None], *, hors_ligne: bool) -> Library:
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
    others = [s for s in SOURCES if s not in absent and not find(found, s.cle)]
    done = complete([*absent, *others], place)
    if done.obtenus:
        note(accord(len(done.obtenus), "fichier téléchargé", "fichiers téléchargés"))
        found = scan(folder)
    _explain(done, found)
    return found


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
