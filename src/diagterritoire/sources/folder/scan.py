"""Look at every file of a folder and say which source it is, by its content.

A file that bears a known name, or most of a known layout, and cannot be read as such is an error:
it is never skipped in favour of another. Everything else is listed as ignored.
"""

from __future__ import annotations

import fnmatch
import os
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path

from diagterritoire.catalog import SOURCES, Source, by_key
from diagterritoire.errors import DataError
from diagterritoire.sources.folder.examine import Finding, examine
from diagterritoire.sources.formats.text import printable
from diagterritoire.sources.layouts.known import layout, normalise
from diagterritoire.sources.layouts.matching import Match
from diagterritoire.sources.library import Library, SourceFile
from diagterritoire.store import sha256

_YEAR = re.compile(r"(?<![0-9])(20[0-9]{2})(?![0-9])")


def scan(folder: Path) -> Library:
    """Recognise the files of a folder and of its subfolders.

    Hidden files and folders are skipped, symbolic links are followed, the order is that of the
    names. Several files of one source: identical ones count once; else the most recent year is
    kept, and the others are listed in `ecartes`.

    Parameters
    ----------
    folder : Path
        Folder of raw files.

    Returns
    -------
    Library

    Raises
    ------
    DataError
        No such folder; a file with a known name or most of a known layout that cannot be read;
        several files of one source that nothing orders.
    """
    found = survey(folder)
    if found.illisibles:
        raise found.illisibles[0][1]
    return found


def survey(folder: Path) -> Library:
    """Recognise the files of a folder as `scan` does; those that cannot be read are listed.

    Raises
    ------
    DataError
        No such folder.
    """
    if not folder.is_dir():
        raise DataError(
            f"Le dossier de données « {printable(folder)} » n'existe pas.",
            "Créez-le et déposez-y les fichiers que liste « diagterritoire sources », ou indiquez "
            "un autre dossier (DONNEES=…).",
        )
    files: list[SourceFile] = []
    ignored: list[Path] = []
    faults: list[tuple[Path, DataError]] = []
    for path in _walk(folder):
        try:
            file = recognise(path)
        except DataError as error:
            faults.append((path, error))
            continue
        if file is None:
            ignored.append(path)
        else:
            files.append(file)
    return _choose(folder, files, ignored, faults)


def recognise(path: Path) -> SourceFile | None:
    """Say which source a file is; None when it is unrelated.

    Raises
    ------
    DataError
        As `scan`.
    """
    known = known_by_name(path.name)
    try:
        finding = examine(path)
    except OSError as error:
        reason = "est un lien brisé" if path.is_symlink() and not path.exists() else "est illisible"
        finding = Finding("autre", problem=f"{reason} ({error.strerror})")
    if finding.resembles:
        raise _resembles(path, *finding.resembles[0])
    if finding.parts and layout(finding.parts[0].layout).par_nom and known is None:
        return None
    if finding.parts:
        cle = layout(finding.parts[0].layout).source
        if known is not None and known.cle != cle:
            raise DataError(
                f"« {printable(path)} » porte le nom de la source « {known.titre} », mais son "
                f"contenu est : {by_key(cle).titre}.",
                "Renommez-le ou retirez-le du dossier.",
            )
        if by_key(cle).refus:
            raise _refused(path, by_key(cle))
        return SourceFile(cle, path, finding.kind, finding.parts, _vintage(path, finding))
    if known is None:
        return None
    if known.refus:
        raise _refused(path, known)
    raise _unreadable(path, known, finding)


def known_by_name(name: str) -> Source | None:
    """Source whose known file names match this one, without case or accents.

    Examples
    --------
    >>> known_by_name("Donnees_Communes.csv").cle, known_by_name("notes.txt")
    ('populations', None)
    """
    letters = unicodedata.normalize("NFD", name.casefold())
    plain = "".join(c for c in letters if not unicodedata.combining(c))
    for source in SOURCES:
        if any(fnmatch.fnmatchcase(plain, pattern) for pattern in source.noms):
            return source
    return None


def _walk(folder: Path) -> Iterator[Path]:
    seen: set[str] = set()
    for root, folders, names in os.walk(folder, followlinks=True):
        real = os.path.realpath(root)
        if real in seen:
            folders.clear()
            continue
        seen.add(real)
        folders[:] = sorted(f for f in folders if not f.startswith((".", "__MACOSX")))
        for name in sorted(names):
            path = Path(root) / name
            if not name.startswith((".", "~$")) and (path.is_file() or not path.exists()):
                yield path


def _vintage(path: Path, finding: Finding) -> int | None:
    """Year of the records, else of the titles, else of the file name."""
    if finding.annee is not None:
        return finding.annee
    titles = " ".join(normalise(t) for p in finding.parts for t in p.titles)
    dated = re.findall(r"(?:millesime|geographie au 01 01|1er janvier) (20[0-9]{2})", titles)
    years = dated or _YEAR.findall(path.name)
    return max(map(int, years), default=None)


def _resembles(path: Path, where: str, match: Match) -> DataError:
    place = f", {where}," if where else ""
    return DataError(
        f"« {printable(path)} »{place} ressemble à « {match.layout.titre} », mais n'est pas "
        f"lisible comme tel : colonnes absentes : {', '.join(match.missing)}.",
        _advice(by_key(match.layout.source)),
    )


def _refused(path: Path, known: Source) -> DataError:
    return DataError(f"« {printable(path)} » ({known.titre}) {known.refus}.", known.remede)


def _unreadable(path: Path, known: Source, finding: Finding) -> DataError:
    wanted = ", ".join(c.libelle for c in layout(known.layout).champs if c.requis)
    reason = finding.problem or "n'a aucune des colonnes attendues"
    expected = f" Colonnes attendues : {wanted}." if wanted and "absentes" not in reason else ""
    return DataError(
        f"« {printable(path)} » porte le nom de la source « {known.titre} », mais {reason}."
        f"{expected}".replace("..", "."),
        _advice(known),
    )


def _advice(source: Source) -> str:
    if not source.page.startswith("https://"):
        return f"Le format attendu est décrit dans {source.page}. Sinon, retirez-le du dossier."
    return f"Téléchargez de nouveau le fichier ({source.page}), ou retirez-le du dossier."


def _choose(
    folder: Path,
    files: list[SourceFile],
    ignored: list[Path],
    faults: list[tuple[Path, DataError]],
) -> Library:
    kept: list[SourceFile] = []
    doublons: list[tuple[Path, Path]] = []
    ecartes: list[tuple[Path, Path]] = []
    for source in SOURCES:
        rivals, same = _distinct([f for f in files if f.cle == source.cle])
        doublons += same
        if source.plusieurs or len(rivals) < 2:
            kept += rivals
            continue
        try:
            best = _latest(source, rivals)
        except DataError as error:
            faults.append((rivals[0].path, error))
            continue
        kept.append(best)
        ecartes += [(f.path, best.path) for f in rivals if f is not best]
    return Library(
        folder, tuple(kept), tuple(ignored), tuple(doublons), tuple(ecartes), tuple(faults)
    )


def _distinct(files: list[SourceFile]) -> tuple[list[SourceFile], list[tuple[Path, Path]]]:
    if len(files) < 2:
        return files, []
    first: dict[str, SourceFile] = {}
    same: list[tuple[Path, Path]] = []
    for file in files:
        digest = sha256(file.path)
        if digest in first:
            same.append((file.path, first[digest].path))
        else:
            first[digest] = file
    return list(first.values()), same


def _latest(source: Source, rivals: list[SourceFile]) -> SourceFile:
    years = [f.millesime for f in rivals]
    known = [y for y in years if y is not None]
    if len(known) == len(years) and years.count(max(known)) == 1:
        return rivals[years.index(max(known))]
    names = ", ".join(f"« {printable(f.path)} »" for f in rivals)
    raise DataError(
        f"{len(rivals)} fichiers pour la source « {source.titre} », et rien ne dit lequel est le "
        f"plus récent : {names}.",
        "Gardez-en un seul dans le dossier.",
    )
