"""Where a delivery lies, where it is prepared, and how one folder takes another's place."""

from __future__ import annotations

import ctypes
import errno
import os
import re
import sys
from dataclasses import dataclass
from pathlib import Path

from diagterritoire.errors import UsageError
from diagterritoire.store.disk import sync_folder

_SLUG = (
    r"(?:demo|(?:dep|com|epci|bv|reg|liste|zone)-[0-9A-Za-z]{2,9})"
    r"(?:--[a-z0-9](?:[a-z0-9-]{0,58}[a-z0-9])?)?"
)
_AT_FDCWD = -100
_RENAME_EXCHANGE = 2
# The kernel or this file system cannot exchange: three renames will do.
_NO_EXCHANGE = {errno.ENOSYS, errno.EINVAL, errno.ENOTSUP, errno.EXDEV}


def check_slug(slug: str) -> str:
    """Return the slug when it has the form of a territory's folder name.

    Raises
    ------
    UsageError
        It has not: no path is built from it.

    Examples
    --------
    >>> check_slug("dep-2A--psla-deux-sites")
    'dep-2A--psla-deux-sites'
    """
    if not re.fullmatch(_SLUG, slug, flags=re.ASCII):
        shown = re.sub(r"[^\w.-]", "?", slug, flags=re.ASCII)[:60]
        raise UsageError(
            f"« {shown} » n'est pas le nom d'un dossier de territoire.",
            "Exemples : demo, dep-2A, com-14118, epci-200040491, bv-2A004, reg-28.",
        )
    return slug


@dataclass(frozen=True)
class Place:
    """One delivered folder and its hidden neighbours on the same file system.

    Attributes
    ----------
    final : Path
        What users open.
    """

    final: Path

    @property
    def staging(self) -> Path:
        """Where the new delivery is prepared; holds the old one after the exchange."""
        return self.final.with_name(f".{self.final.name}.travail")

    @property
    def aside(self) -> Path:
        """Where the old delivery waits during the renames of a system without exchange."""
        return self.final.with_name(f".{self.final.name}.ancien")

    @property
    def lock(self) -> Path:
        """File whose lock says that somebody works here."""
        return self.final.with_name(f".{self.final.name}.verrou")

    @property
    def kept(self) -> Path:
        """Where files that a user changed are kept when their delivery is replaced."""
        return self.final.with_name(f"{self.final.name}.fichiers-modifies")


@dataclass(frozen=True)
class Places:
    """The two folders of a delivery, and the journal of their exchange."""

    maps: Place
    processed: Place

    @classmethod
    def of(cls, maps_root: Path, processed_root: Path, slug: str) -> Places:
        """Places of a territory under the two roots."""
        return cls(Place(maps_root / slug), Place(processed_root / slug))

    @property
    def both(self) -> tuple[Place, Place]:
        """The two folders in the order of their exchange."""
        return self.maps, self.processed

    @property
    def journal(self) -> Path:
        """Written once both folders are ready, removed once both are exchanged."""
        return self.processed.final.with_name(f".{self.processed.final.name}.journal.json")


def exchange(place: Place) -> None:
    """Put the staging folder in the final one's place, and the old one (if any) in staging."""
    if not place.final.exists():
        place.staging.rename(place.final)
    elif not _exchange_at_once(place.staging, place.final):
        place.final.rename(place.aside)
        place.staging.rename(place.final)
        place.aside.rename(place.staging)
    sync_folder(place.final.parent)


def settle(place: Place) -> None:
    """Bring back a folder that renames cut half way left aside."""
    if place.aside.exists():
        if not place.final.exists():
            place.aside.rename(place.final)
        elif not place.staging.exists():
            place.aside.rename(place.staging)


def _exchange_at_once(first: Path, second: Path) -> bool:
    """Exchange two folders in one call; False where the system cannot."""
    if sys.platform != "linux":
        return False
    call = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if call is None:
        return False
    names = os.fsencode(first), os.fsencode(second)
    if call(_AT_FDCWD, names[0], _AT_FDCWD, names[1], _RENAME_EXCHANGE) == 0:
        return True
    code = ctypes.get_errno()
    if code in _NO_EXCHANGE:
        return False
    raise OSError(code, os.strerror(code), str(second))
