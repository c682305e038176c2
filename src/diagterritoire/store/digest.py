"""Fingerprints of files, and the list of what a delivery holds."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

MANIFEST = "manifest.json"
RUN_ID = ".run_id"
# Seconds and memory: hidden as the run id is, since it varies from a run to the next.
LOG = ".journal.json"


def sha256(path: Path) -> str:
    """SHA-256 of a file's bytes, in hexadecimal, read by blocks.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "a.txt")
    ...     _ = path.write_bytes(b"abc")
    ...     sha256(path)[:16]
    'ba7816bf8f01cfea'
    """
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def sha256_once(path: Path) -> str:
    """SHA-256 of a large file, read once a process as long as its size and date stay.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "a.txt")
    ...     _ = path.write_bytes(b"abc")
    ...     first = sha256_once(path)
    ...     _ = path.write_bytes(b"abcd")
    ...     first == sha256(path), sha256_once(path) == sha256(path)
    (False, True)
    """
    found = path.stat()
    return _known(path, found.st_size, found.st_mtime_ns, found.st_ino)


@lru_cache(maxsize=64)
def _known(path: Path, _size: int, _mtime_ns: int, _inode: int) -> str:
    return sha256(path)


def inventory(maps: Path, processed: Path, slug: str) -> dict[str, Path]:
    """Delivered files of both folders under their published names, sorted.

    The manifest, which cannot hold its own fingerprint, and the run id marks are left out. The
    names (`maps/<slug>/...`, `data/processed/<slug>/...`) do not depend on where the folders are.
    """
    found: dict[str, Path] = {}
    for prefix, folder in ((f"maps/{slug}", maps), (f"data/processed/{slug}", processed)):
        for path in folder.rglob("*"):
            name = path.relative_to(folder).as_posix()
            own = name == RUN_ID or (folder == processed and name == MANIFEST)
            if not own and (path.is_symlink() or path.is_file()):
                found[f"{prefix}/{name}"] = path
    return dict(sorted(found.items()))


def run_id_of(folder: Path) -> str | None:
    """Run id that a delivered folder carries; None when it carries none."""
    try:
        return (folder / RUN_ID).read_text(encoding="ascii").strip()
    except (FileNotFoundError, NotADirectoryError, UnicodeDecodeError):
        return None
