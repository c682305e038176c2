"""Deliveries that are whole or not there: prepared beside, checked, then exchanged.

At any moment each folder is the previous complete delivery or the new complete one. A journal,
written when both are ready and removed when both are in place, lets the next start finish (or
undo) an exchange that was cut between the two folders.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from diagterritoire.errors import DiskError, UsageError
from diagterritoire.store.digest import RUN_ID, inventory, run_id_of
from diagterritoire.store.disk import (
    disk_errors,
    refuse_link,
    refuse_links,
    remove_tree,
    sync_folder,
    sync_tree,
    write_atomic,
)
from diagterritoire.store.edited import keep_edited
from diagterritoire.store.lock import hold
from diagterritoire.store.places import Place, Places, check_slug, exchange, settle
from diagterritoire.store.verification import compare, read_manifest


@dataclass
class Delivery:
    """A delivery in preparation.

    Attributes
    ----------
    maps, processed : Path
        Staging folders to write into, empty at first.
    kept : list of Path
        After `commit`: files that somebody had changed in (or added to) the previous delivery,
        kept beside the new one.
    """

    slug: str
    places: Places
    kept: list[Path] = field(default_factory=list)
    committed: bool = False

    @property
    def maps(self) -> Path:
        """Staging folder of the map and the report."""
        return self.places.maps.staging

    @property
    def processed(self) -> Path:
        """Staging folder of the data and the manifest."""
        return self.places.processed.staging

    def commit(self, run_id: str) -> None:
        """Check both staging folders against their manifest and put them in place.

        Parameters
        ----------
        run_id : str
            The one of the manifest; written in both folders.

        Raises
        ------
        DiskError
            The staged files do not match their manifest, or the disk refuses. The previous
            delivery is in place, complete.
        """
        places = self.places
        with disk_errors(places.processed.final):
            self._check(run_id)
            for place in places.both:
                (place.staging / RUN_ID).write_text(f"{run_id}\n", encoding="ascii", newline="\n")
                sync_tree(place.staging)
                sync_folder(place.final.parent)
            reached("pret")
            self.kept = keep_edited(places, self.slug)
            journal = _Journal(run_id, *(p.staging.stat().st_ino for p in places.both))
            try:
                journal.write(places)
                reached("journal")
                for place in places.both:
                    exchange(place)
                    reached(f"echange {place.final.parent.name}")
            except BaseException:
                _withdraw(places, journal)
                raise
        self.committed = True
        # Both folders are in place: what cannot be cleaned now is swept at the next start.
        with suppress(OSError):
            places.journal.unlink()
            sync_folder(places.journal.parent)
        reached("livre")

    def _check(self, run_id: str) -> None:
        for place in self.places.both:
            refuse_links(place.staging)
            refuse_links(place.final)
        manifest, problem = read_manifest(self.processed)
        found = (
            [] if problem else compare(manifest, inventory(self.maps, self.processed, self.slug))
        )
        if not problem and manifest.get("run_id") != run_id:
            problem = f"exécution {manifest.get('run_id')} au lieu de {run_id}"
        if problem or found:
            raise DiskError(
                f"La livraison préparée pour « {self.slug} » ne correspond pas à son manifeste : "
                f"{problem or f'{len(found)} différences, par exemple {found[0]}'}.",
                "Relancez ; si cela se reproduit, vérifiez l'état du disque. L'ancien résultat "
                "est conservé.",
            )


@contextmanager
def delivery(maps_root: Path, processed_root: Path, slug: str) -> Iterator[Delivery]:
    """Prepare a delivery; nothing of it shows before `commit`, all of it does after.

    Parameters
    ----------
    maps_root, processed_root : Path
        Folders that hold one folder a territory; created when absent.
    slug : str
        Folder name of the territory.

    Yields
    ------
    Delivery
        Write into its two folders, the manifest last, then call `commit`.

    Raises
    ------
    UsageError
        The slug is not one, or the two roots share a folder.
    BusyError
        Another run works on this territory.
    DiskError
        The disk refuses, or an output path is a symbolic link. An OSError of the body is raised
        as one too.

    Examples
    --------
    ::

        with delivery(Path("maps"), Path("data/processed"), "dep-2A") as d:
            (d.maps / "carte.html").write_text(page, encoding="utf-8")
            write_manifest(diagnosis, d.maps, d.processed, run_id=run_id)
            d.commit(run_id)
    """
    places = Places.of(maps_root, processed_root, check_slug(slug))
    _check_roots(places)
    with ExitStack() as stack:
        for place in places.both:
            with disk_errors(place.final.parent):
                place.final.parent.mkdir(parents=True, exist_ok=True)
            stack.enter_context(hold(place.lock, f"Territoire « {slug} »"))
        with disk_errors(places.processed.final):
            for place in places.both:
                for path in (place.final, place.staging, place.aside, place.kept):
                    refuse_links(path)
            refuse_link(places.journal)
            recover(places)
        prepared = Delivery(slug, places)
        try:
            with disk_errors(places.processed.final):
                for place in places.both:
                    place.staging.mkdir()
                reached("ouvert")
                yield prepared
        finally:
            # After a failed withdrawal the journal stays, and the next start needs these folders.
            if prepared.committed or not places.journal.exists():
                with suppress(OSError, DiskError):
                    _sweep(places)


def recover(places: Places) -> None:
    """Finish the exchange that an interruption cut, or undo it, and sweep what was left.

    The caller holds the locks.
    """
    journal = _Journal.read(places)
    if journal is None:
        for place in places.both:
            settle(place)
    elif all(
        journal.holds(p.final, i) or journal.holds(p.staging, i) for p, i in journal.of(places)
    ):
        for place, inode in journal.of(places):
            if not journal.holds(place.final, inode):
                exchange(place)
        for place in places.both:
            sync_folder(place.final.parent)
    else:
        _withdraw(places, journal)
    places.journal.unlink(missing_ok=True)
    _sweep(places)


def reached(step: str) -> None:
    """Mark a step of a delivery; does nothing, the fault tests replace it."""


@dataclass(frozen=True)
class _Journal:
    """What is being exchanged: run id, and file numbers of the two new folders.

    The run id alone does not tell new from old, since the same inputs give the same one.
    """

    run_id: str
    maps: int
    processed: int

    def write(self, places: Places) -> None:
        content = {"run_id": self.run_id, "maps": self.maps, "processed": self.processed}
        write_atomic(places.journal, json.dumps(content).encode("ascii"))

    @classmethod
    def read(cls, places: Places) -> _Journal | None:
        try:
            content = json.loads(places.journal.read_text(encoding="ascii"))
            return cls(str(content["run_id"]), int(content["maps"]), int(content["processed"]))
        except (FileNotFoundError, ValueError, KeyError, TypeError):
            return None

    def of(self, places: Places) -> tuple[tuple[Place, int], tuple[Place, int]]:
        return (places.maps, self.maps), (places.processed, self.processed)

    def holds(self, folder: Path, inode: int) -> bool:
        return run_id_of(folder) == self.run_id and folder.stat().st_ino == inode


def _withdraw(places: Places, journal: _Journal) -> None:
    """Put the previous delivery back wherever the new one has taken its place."""
    for place, inode in journal.of(places):
        settle(place)
        if journal.holds(place.final, inode):
            if place.staging.exists():
                exchange(place)
            else:
                place.final.rename(place.staging)
    places.journal.unlink(missing_ok=True)


def _sweep(places: Places) -> None:
    """Remove staging folders and the leftovers of interrupted runs."""
    for place in places.both:
        remove_tree(place.staging)
        remove_tree(place.aside)
    for left in places.journal.parent.glob(f".{places.journal.name}.*.part"):
        left.unlink(missing_ok=True)


def _check_roots(places: Places) -> None:
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
