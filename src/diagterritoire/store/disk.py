"""Writing that survives a full disk and a cut: French errors, fsync, one-rename files."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from diagterritoire.errors import DiskError

_OCCUPIED = ("un fichier occupe la place d'un dossier", "Déplacez ce fichier, puis relancez.")
_CAUSES: dict[int, tuple[str, str]] = {
    errno.ENOSPC: ("le disque est plein", "Libérez de la place sur ce disque, puis relancez."),
    errno.EDQUOT: (
        "votre quota de disque est atteint",
        "Libérez de la place ou faites relever le quota, puis relancez.",
    ),
    errno.EIO: (
        "le disque signale une erreur d'écriture ou de lecture",
        "Vérifiez l'état du disque, ou choisissez un autre dossier avec --maps et --processed.",
    ),
    errno.EACCES: (
        "l'écriture y est interdite",
        "Donnez-vous le droit d'écrire dans ce dossier, ou choisissez-en un autre avec --maps et "
        "--processed.",
    ),
    errno.EPERM: (
        "l'opération y est interdite",
        "Fermez les fichiers ouverts dans un autre logiciel et vérifiez vos droits sur le dossier.",
    ),
    errno.EROFS: (
        "ce disque est en lecture seule",
        "Choisissez un autre dossier avec --maps et --processed.",
    ),
    errno.ELOOP: (
        "c'est un lien symbolique",
        "Un lien n'est pas admis parmi les dossiers de sortie : remplacez-le par un vrai dossier.",
    ),
    errno.ENAMETOOLONG: ("le chemin est trop long", "Choisissez un dossier au nom plus court."),
    errno.EFBIG: (
        "le fichier dépasse la taille permise",
        "Faites relever la limite de taille des fichiers (« ulimit -f »), ou choisissez un autre "
        "disque avec --maps et --processed.",
    ),
    errno.EMFILE: (
        "trop de fichiers sont ouverts",
        "Fermez d'autres logiciels ou faites relever la limite (« ulimit -n »), puis relancez.",
    ),
    errno.EBUSY: ("un autre logiciel l'utilise", "Fermez-le dans cet autre logiciel."),
    errno.ENOENT: (
        "il a disparu",
        "Un autre logiciel l'a peut-être supprimé : relancez, et regardez l'état du disque.",
    ),
    errno.ENOTDIR: _OCCUPIED,
    errno.EEXIST: _OCCUPIED,
}
_OTHER = "Vérifiez le dossier et vos droits, puis relancez. L'ancien résultat est conservé."


def disk_error(error: OSError, path: Path) -> DiskError:
    """Turn a system error into the sentence a user can act upon."""
    where = error.filename if isinstance(error.filename, str) else str(path)
    cause, remede = _CAUSES.get(error.errno or 0, (error.strerror or str(error), _OTHER))
    return DiskError(f"Accès impossible à « {where} » : {cause}.", remede)


@contextmanager
def disk_errors(path: Path) -> Iterator[None]:
    """Raise every OSError of the body as a DiskError that names the path and the remedy.

    Examples
    --------
    >>> with disk_errors(Path("sortie")):
    ...     raise OSError(errno.ENOSPC, "No space left on device")
    Traceback (most recent call last):
    ...
    diagterritoire.errors.DiskError: Accès impossible à « sortie » : le disque est plein.
    Libérez de la place sur ce disque, puis relancez.
    """
    try:
        yield
    except OSError as error:
        raise disk_error(error, path) from error


def refuse_link(path: Path) -> None:
    """Raise DiskError when the path is a symbolic link: it would lead writes somewhere else."""
    if path.is_symlink():
        raise DiskError(f"« {path} » est un lien symbolique.", _CAUSES[errno.ELOOP][1])


def refuse_links(folder: Path) -> None:
    """Raise DiskError for a link at or under the folder, or a file in its place."""
    refuse_link(folder)
    if not folder.exists():
        return
    if not folder.is_dir():
        raise DiskError(
            f"« {folder} » est un fichier : un dossier de sortie y est attendu.",
            _CAUSES[errno.ENOTDIR][1],
        )
    for parent, folders, files in os.walk(folder):
        for name in sorted([*folders, *files]):
            refuse_link(Path(parent, name))


def sync_folder(folder: Path) -> None:
    """Push the names held by a folder to the disk (not possible, nor needed, on Windows)."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_tree(folder: Path) -> None:
    """Push every file under a folder, then the folders, to the disk."""
    flags = os.O_RDWR if os.name == "nt" else os.O_RDONLY
    for parent, _, files in os.walk(folder, topdown=False):
        for name in sorted(files):
            descriptor = os.open(Path(parent, name), flags)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
        sync_folder(Path(parent))


def remove_tree(path: Path) -> None:
    """Remove a folder or file of ours when it is there; a symbolic link is refused."""
    refuse_link(path)
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def write_atomic(path: Path, content: bytes) -> None:
    """Write a file that is, at any moment, absent, the old one or the new one.

    Parameters
    ----------
    path : Path
        The file; its folder exists.
    content : bytes
        All of it.

    Raises
    ------
    DiskError
        The disk refuses; the old file is untouched and nothing is left beside it.
    """
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    with disk_errors(path):
        try:
            part.unlink(missing_ok=True)
            with part.open("xb") as stream:
                stream.write(content)
                stream.flush()
                os.fsync(stream.fileno())
            part.replace(path)
        except BaseException:
            with suppress(OSError):
                part.unlink(missing_ok=True)
            raise
        sync_folder(path.parent)
