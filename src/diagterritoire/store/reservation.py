"""Output folders tested and held before a long run, rather than refused at its end."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from diagterritoire.errors import UsageError
from diagterritoire.store.disk import disk_errors, refuse_link, refuse_links
from diagterritoire.store.lock import hold
from diagterritoire.store.places import Places, check_slug
from diagterritoire.store.recovery import recover


@contextmanager
def reserve(maps_root: Path, processed_root: Path, slug: str) -> Iterator[Places]:
    """Hold the two folders of a territory, tested, what an interruption left settled.

    Parameters
    ----------
    maps_root, processed_root : Path
        Folders that hold one folder a territory; created when absent.
    slug : str
        Folder name of the territory.

    Yields
    ------
    Places
        What `delivery.staged` fills.

    Raises
    ------
    UsageError
        The slug is not one, or the two roots share a folder.
    BusyError
        Another run works on this territory.
    DiskError
        The disk refuses, or an output path is a symbolic link.
    """
    places = Places.of(maps_root, processed_root, check_slug(slug))
    _refuse_shared(places)
    open_roots(maps_root, processed_root)
    with ExitStack() as stack:
        for place in places.both:
            stack.enter_context(hold(place.lock, f"Territoire « {slug} »"))
        with disk_errors(places.processed.final):
            for place in places.both:
                for path in (place.final, place.staging, place.aside, place.kept):
                    refuse_links(path)
            refuse_link(places.journal)
            recover(places)
        yield places


def open_roots(*roots: Path) -> None:
    """Create the folders of the deliveries where they are absent, and see that they take a file.

    Raises
    ------
    DiskError
        The disk refuses, or one is a symbolic link.
    """
    for root in roots:
        refuse_link(root)
        with disk_errors(root):
            root.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=root):
                pass


def _refuse_shared(places: Places) -> None:
    folders = [place.final for place in places.both]
    for folder in folders:
        refuse_link(folder.parent)
    first, second = (Path(os.path.realpath(f.parent), f.name) for f in folders)
    if first == second or first in second.parents or second in first.parents:
        raise UsageError(
            f"Les cartes (« {folders[0]} ») et les données (« {folders[1]} ») iraient dans le "
            "même dossier.",
            "Donnez deux dossiers différents à --maps et --processed.",
        )
