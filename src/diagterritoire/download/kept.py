"""Downloaded files and the note of where each came from, hashed again at use."""

from __future__ import annotations

import email.utils
import json
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from diagterritoire.catalog import Source
from diagterritoire.store import disk_errors, sha256

# Subfolder of the data folder: visible, so that its files are read like those the user drops.
FOLDER = "telecharges"
_SUFFIX = ".origine.json"


@dataclass(frozen=True)
class Origin:
    """Where a downloaded file came from.

    Attributes
    ----------
    cle, url : str
        Source of the catalogue, and address asked.
    fichier : str
        Name of the file.
    sha256, octets : str, int
        Fingerprint and size of the file.
    date, etag : str
        What the server said of its version: `Last-Modified` as `AAAA-MM-JJ`, and `ETag`; empty
        when it said nothing.
    """

    cle: str
    url: str
    fichier: str
    sha256: str
    octets: int
    date: str = ""
    etag: str = ""

    def to_bytes(self) -> bytes:
        """Text of the note."""
        text = json.dumps(asdict(self), ensure_ascii=False, indent=1, sort_keys=True)
        return f"{text}\n".encode()


def note_of(path: Path) -> Path:
    """Hidden note beside a downloaded file."""
    return path.with_name(f".{path.name}{_SUFFIX}")


def origin_of(path: Path) -> Origin | None:
    """Origin noted beside a file; None for a file that a person dropped."""
    return _read(note_of(path))


def cached(source: Source, folder: Path) -> Path | None:
    """Give the downloaded file of a source if its bytes are still those that were received.

    Parameters
    ----------
    source : Source
    folder : Path
        Folder of the downloads.

    Returns
    -------
    Path or None
        None when it was never downloaded, from another address, or is not the same any more.

    Examples
    --------
    >>> from diagterritoire.catalog import by_key
    >>> cached(by_key("zonage"), Path("dossier absent")) is None
    True
    """
    for path, origin in _all(folder):
        if (origin.cle, origin.url) == (source.cle, source.url) and _intact(path, origin):
            return path
    return None


def spoiled(folder: Path) -> list[Path]:
    """List the downloaded files whose bytes changed since they were received, sorted by name."""
    return [p for p, origin in _all(folder) if p.exists() and not _intact(p, origin)]


def discard(path: Path) -> None:
    """Remove a downloaded file and its note."""
    with disk_errors(path):
        path.unlink(missing_ok=True)
        note_of(path).unlink(missing_ok=True)


def iso_date(text: str) -> str:
    """Date of an HTTP header as `AAAA-MM-JJ`; empty when there is none.

    Examples
    --------
    >>> iso_date("Wed, 21 Oct 2026 07:28:00 GMT"), iso_date("hier")
    ('2026-10-21', '')
    """
    with suppress(ValueError, OverflowError):
        return email.utils.parsedate_to_datetime(text).date().isoformat()
    return ""


def _all(folder: Path) -> list[tuple[Path, Origin]]:
    found = []
    for note in sorted(folder.glob(f".*{_SUFFIX}")):
        origin = _read(note)
        path = note.with_name(note.name.removeprefix(".").removesuffix(_SUFFIX))
        if origin is not None and origin.fichier == path.name:
            found.append((path, origin))
    return found


def _intact(path: Path, origin: Origin) -> bool:
    with suppress(OSError):
        return path.stat().st_size == origin.octets and sha256(path) == origin.sha256
    return False


def _read(note: Path) -> Origin | None:
    with suppress(OSError, ValueError, TypeError, RecursionError):
        return Origin(**json.loads(note.read_text(encoding="utf-8")))
    return None
