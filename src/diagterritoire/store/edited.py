"""What people changed in a delivered folder is kept when a new delivery replaces it."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from diagterritoire.store.digest import inventory, sha256
from diagterritoire.store.places import Places
from diagterritoire.store.verification import compare, read_manifest


def keep_edited(places: Places, slug: str) -> list[Path]:
    """Keep what somebody changed in, or added to, the delivery that is about to be replaced.

    A report reworked in Word or a QGIS project saved there is nobody's to delete. The files are
    linked (copied where links cannot be had) beside the delivery, which stays untouched.
    """
    maps, processed = places.maps.final, places.processed.final
    files = inventory(maps, processed, slug)
    manifest, _ = read_manifest(processed)
    edited = {d.fichier for d in compare(manifest, files) if d.nature != "absent"}
    kept = []
    for name in sorted(edited):
        source = files[name]
        place = places.maps if source.is_relative_to(maps) else places.processed
        target = _free_name(place.kept / source.relative_to(place.final), sha256(source))
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            try:
                os.link(source, target)
            except OSError:
                shutil.copy2(source, target)
        kept.append(target)
    return kept


def _free_name(wanted: Path, digest: str) -> Path:
    """First of `a.b`, `a-2.b`, `a-3.b`... that is free or already holds the same bytes."""
    path, number = wanted, 1
    while path.exists() and sha256(path) != digest:
        number += 1
        path = wanted.with_name(f"{wanted.stem}-{number}{wanted.suffix}")
    return path
