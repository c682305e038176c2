"""What is being exchanged, and how the next start finishes or undoes what an interruption cut."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from diagterritoire.store.digest import run_id_of
from diagterritoire.store.disk import remove_tree, sync_folder, write_atomic
from diagterritoire.store.places import Place, Places, exchange, settle


def recover(places: Places) -> None:
    """Finish the exchange that an interruption cut, or undo it, and sweep what was left.

    The caller holds the locks.
    """
    journal = Journal.read(places)
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
        withdraw(places, journal)
    places.journal.unlink(missing_ok=True)
    sweep(places)


@dataclass(frozen=True)
class Journal:
    """What is being exchanged: run id, and file numbers of the two new folders.

    The run id alone does not tell new from old, since the same inputs give the same one.
    """

    run_id: str
    maps: int
    processed: int

    def write(self, places: Places) -> None:
        """Write it, whole or not at all."""
        content = {"run_id": self.run_id, "maps": self.maps, "processed": self.processed}
        write_atomic(places.journal, json.dumps(content).encode("ascii"))

    @classmethod
    def read(cls, places: Places) -> Journal | None:
        """Read the one that is there; None when there is none, or it is not whole."""
        try:
            content = json.loads(places.journal.read_text(encoding="ascii"))
            return cls(str(content["run_id"]), int(content["maps"]), int(content["processed"]))
        except (FileNotFoundError, ValueError, KeyError, TypeError):
            return None

    def of(self, places: Places) -> tuple[tuple[Place, int], tuple[Place, int]]:
        """Give each place with the number of its new folder."""
        return (places.maps, self.maps), (places.processed, self.processed)

    def holds(self, folder: Path, inode: int) -> bool:
        """Tell whether a folder is the new one."""
        return run_id_of(folder) == self.run_id and folder.stat().st_ino == inode


def withdraw(places: Places, journal: Journal) -> None:
    """Put the previous delivery back wherever the new one has taken its place."""
    for place, inode in journal.of(places):
        settle(place)
        if journal.holds(place.final, inode):
            if place.staging.exists():
                exchange(place)
            else:
                place.final.rename(place.staging)
    places.journal.unlink(missing_ok=True)


def sweep(places: Places) -> None:
    """Remove staging folders and the leftovers of interrupted runs."""
    for place in places.both:
        remove_tree(place.staging)
        remove_tree(place.aside)
    for left in places.journal.parent.glob(f".{places.journal.name}.*.part"):
        left.unlink(missing_ok=True)
