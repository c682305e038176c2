"""Deliveries that are whole or not there: prepared beside, checked, then exchanged.

At any moment each folder is the previous complete delivery or the new complete one. A journal,
written when both are ready and removed when both are in place, lets the next start finish (or
undo) an exchange that was cut between the two folders.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from diagterritoire.errors import DiskError
from diagterritoire.store.digest import RUN_ID, inventory
from diagterritoire.store.disk import (
    disk_errors,
    refuse_links,
    sync_folder,
    sync_tree,
)
from diagterritoire.store.edited import keep_edited
from diagterritoire.store.places import Places, exchange
from diagterritoire.store.recovery import Journal, sweep, withdraw
from diagterritoire.store.reservation import reserve
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
            journal = Journal(run_id, *(p.staging.stat().st_ino for p in places.both))
            try:
                journal.write(places)
                reached("journal")
                for place in places.both:
                    exchange(place)
                    reached(f"echange {place.final.parent.name}")
            except BaseException:
                withdraw(places, journal)
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
    with reserve(maps_root, processed_root, slug) as places, staged(places) as prepared:
        yield prepared


@contextmanager
def staged(places: Places) -> Iterator[Delivery]:
    """Prepare a delivery in folders that `reserve` holds; otherwise as `delivery`."""
    prepared = Delivery(places.maps.final.name, places)
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
                sweep(places)


def reached(step: str) -> None:
    """Mark a step of a delivery; does nothing, the fault tests replace it."""
