"""What lies beside each other under the two roots, and the pages written there.

The index is written once both folders of a delivery are in place, under a lock of its own: a kill
leaves the previous one, whole, and the next run makes it again from the manifests it finds.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from diagterritoire.errors import DiskError, UsageError
from diagterritoire.store.digest import MANIFEST, run_id_of
from diagterritoire.store.disk import disk_errors, refuse_link, write_atomic
from diagterritoire.store.lock import hold
from diagterritoire.store.places import check_slug
from diagterritoire.store.verification import read_manifest

INDEX = "index.html"
# Every page of ours says so at its start: another page of that name is its owner's.
_OURS = b'<meta name="generator" content="diagterritoire">'
_HEAD = 4096
_LINK = "lien symbolique, non suivi"


@dataclass(frozen=True)
class Found:
    """One folder that bears, or seems to bear, a delivery.

    Attributes
    ----------
    slug : str
        Name of the folder; that of a territory when there is no problem.
    manifeste : dict
        Empty when there is a problem.
    probleme : str
        Why it is not listed, in French; empty when it is.
    fichiers : tuple of str
        Names of the files in its folder of maps, sorted.
    """

    slug: str
    manifeste: dict[str, Any] = field(default_factory=dict)
    probleme: str = ""
    fichiers: tuple[str, ...] = ()


def listing(maps_root: Path, processed_root: Path) -> list[Found]:
    """List the deliveries under the two roots, sorted by folder name, whatever their state.

    Hidden folders and those that hold no manifest and bear no territory's name are somebody's:
    they are left out.

    Examples
    --------
    >>> listing(Path("nulle part"), Path("nulle part non plus"))
    []
    """
    found = []
    for name in sorted(_folders(maps_root) | _folders(processed_root)):
        maps, processed = maps_root / name, processed_root / name
        try:
            row = _look(name, maps, processed)
        except OSError:
            row = Found(name, probleme="dossier illisible (droits ou disque)")
        if row is not None:
            found.append(row)
    return found


def _folders(root: Path) -> set[str]:
    try:
        return {p.name for p in root.iterdir() if p.is_dir() and not p.name.startswith(".")}
    except OSError:
        return set()


def _look(name: str, maps: Path, processed: Path) -> Found | None:
    try:
        check_slug(name)
    except UsageError:
        if not (processed / MANIFEST).is_file():
            return None
        return Found(name, probleme="ce n'est pas le nom d'un dossier de territoire")
    if any(path.is_symlink() for path in (maps, processed, processed / MANIFEST)):
        return Found(name, probleme=_LINK)
    manifest, problem = read_manifest(processed)
    if problem:
        return Found(name, probleme=f"manifeste {problem.partition(' (')[0]}")
    if not manifest.get("run_id") == run_id_of(maps) == run_id_of(processed):
        return Found(name, probleme="livraison interrompue : relancez ce territoire")
    files = sorted(p.name for p in maps.iterdir() if p.is_file() and not p.is_symlink())
    return Found(name, manifest, fichiers=tuple(files))


def check_index(maps_root: Path) -> None:
    """Refuse an index that is a symbolic link, or a folder in its place, before a long run.

    Raises
    ------
    DiskError
        It is one.
    """
    _refuse(maps_root / INDEX)


def replace_index(maps_root: Path, build: Callable[[], str]) -> str:
    """Write the index anew, unless a page that is not ours bears its name.

    Two runs on two territories do it one after the other, so that the last lists both.

    Parameters
    ----------
    maps_root : Path
        Folder of the maps.
    build : callable
        Returns the page; called while nobody else writes it.

    Returns
    -------
    str
        What the user must know, in French; empty when the index is the new one. Never an error:
        the delivery is in place.
    """
    path = maps_root / INDEX
    try:
        _refuse(path)
        with disk_errors(path), _alone(maps_root):
            _sweep(path)
            if path.exists() and _OURS not in _start(path):
                return (
                    f"« {path} » n'a pas été écrit par diagterritoire : il est laissé tel quel, et "
                    "les territoires livrés n'y sont pas listés."
                )
            content = build().encode()
            if not path.exists() or path.read_bytes() != content:
                write_atomic(path, content)
    except DiskError as error:
        return f"L'index des territoires n'a pas pu être refait. {error.message}"
    return ""


def write_beside(path: Path, page: str) -> None:
    """Write a page beside the deliveries, whole or not at all, over one of ours or none.

    Raises
    ------
    DiskError
        The disk refuses, the path is a link, or a page that is not ours bears this name.
    """
    _refuse(path)
    with disk_errors(path), _alone(path.parent):
        _sweep(path)
        if path.exists() and _OURS not in _start(path):
            raise DiskError(
                f"« {path} » n'a pas été écrit par diagterritoire.",
                "Déplacez ce fichier, puis relancez.",
            )
        write_atomic(path, page.encode())


def is_ours(path: Path) -> bool:
    """Tell whether a page is one of ours; a link, or what cannot be read, is not."""
    with suppress(OSError):
        return path.is_file() and not path.is_symlink() and _OURS in _start(path)
    return False


def _alone(maps_root: Path) -> AbstractContextManager[None]:
    """Hold the pages that lie beside the deliveries, once whoever holds them has done."""
    return hold(maps_root / f".{INDEX}.verrou", f"Index de « {maps_root} »", wait=True)


def _start(path: Path) -> bytes:
    with path.open("rb") as stream:
        return stream.read(_HEAD)


def _sweep(path: Path) -> None:
    """Remove what a kill left while the page was written."""
    for left in path.parent.glob(f".{path.name}.*.part"):
        with suppress(OSError):
            left.unlink()


def _refuse(path: Path) -> None:
    refuse_link(path)
    if path.is_dir():
        raise DiskError(
            f"« {path} » est un dossier : une page y est attendue.",
            "Déplacez ce dossier, puis relancez.",
        )
