"""Arrays that are long to compute, kept on disk with their fingerprint."""

from __future__ import annotations

import hashlib
import io
import re
import struct
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from diagterritoire.store.digest import sha256_once
from diagterritoire.store.disk import disk_errors, write_atomic
from diagterritoire.store.lock import hold

Arrays = dict[str, NDArray[Any]]

_KEY = r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}"
_EPOCH = (1980, 1, 1, 0, 0, 0)
# Arrays start on such a multiple in the file, so that they can be mapped where they lie.
_ALIGNED = 64
# Of a local header of an archive: all but names; where their lengths are; a size in 64 bits.
_HEADER, _LENGTHS, _LARGE = 30, 26, 20


def kept(folder: Path, key: str) -> bool:
    """Say whether the cache holds something under a key, without reading it.

    Examples
    --------
    >>> kept(Path("nulle part"), "un-deux")
    False
    """
    return _seal(folder / f"{key}.npz").exists()


def _all(_: Arrays) -> bool:
    return True


def cached_arrays(
    folder: Path,
    key: str,
    build: Callable[[], Arrays],
    fits: Callable[[Arrays], bool] = _all,
    *,
    mapped: bool = False,
) -> tuple[Arrays, bool]:
    """Read named arrays from the cache, or build and keep them.

    The file is hashed again at every use: a changed, cut or missing byte is found and the arrays
    are rebuilt. A mapped one is hashed once a process, as long as its size and date stay. Two
    processes that want the same key build it once: the second waits.

    Parameters
    ----------
    folder : Path
        Created when absent.
    key : str
        Name made of the fingerprints of what the arrays depend on.
    build : callable
        Returns the arrays (no object dtype: nothing is ever pickled).
    fits : callable, optional
        Tells whether arrays read from the cache are those wanted; they are rebuilt otherwise.
    mapped : bool
        Map the arrays where they lie, unwritable: what is not looked at is not read, and processes
        share what is.

    Returns
    -------
    (dict of arrays, bool)
        The arrays, and True when they were reused.

    Raises
    ------
    ValueError
        Key that is not a plain file name, or arrays of objects.
    DiskError
        The cache cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     first = cached_arrays(Path(folder), "un-deux", lambda: {"a": np.array([1, 2])})
    ...     again = cached_arrays(Path(folder), "un-deux", lambda: {"a": np.array([0, 0])})
    >>> first[1], again[1], again[0]["a"].tolist()
    (False, True, [1, 2])
    """
    if not re.fullmatch(_KEY, key):
        raise ValueError(f"cache key {key!r} is not a plain file name")
    path, read = folder / f"{key}.npz", _map if mapped else _read
    if (found := read(path)) is not None and fits(found):
        return found, True
    with disk_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
    with hold(folder / f".{key}.verrou", f"Cache « {path.name} »", wait=True):
        if (found := read(path)) is not None and fits(found):
            return found, True
        arrays = build()
        content = _pack(arrays)
        with disk_errors(folder):
            for left in folder.glob(f".{path.name}.*part"):
                left.unlink(missing_ok=True)
        write_atomic(path, content)
        write_atomic(_seal(path), f"{hashlib.sha256(content).hexdigest()}\n".encode("ascii"))
    return arrays, False


def _seal(path: Path) -> Path:
    return path.with_name(f"{path.name}.sha256")


def _read(path: Path) -> Arrays | None:
    """Arrays of a file whose bytes match its seal, else None."""
    try:
        content = path.read_bytes()
        seal = _seal(path).read_text(encoding="ascii").strip()
        if hashlib.sha256(content).hexdigest() != seal:
            return None
        with np.load(io.BytesIO(content), allow_pickle=False) as archive:
            return {name: archive[name] for name in archive.files}
    except (OSError, ValueError, EOFError, KeyError, zipfile.BadZipFile):
        return None


def _map(path: Path) -> Arrays | None:
    """Do what `_read` does, the arrays staying on the disk."""
    try:
        seal = _seal(path).read_text(encoding="ascii").strip()
        with path.open("rb") as stream:
            if sha256_once(path) != seal:
                return None
            with zipfile.ZipFile(stream) as archive:
                return {
                    entry.filename.removesuffix(".npy"): _mapped(stream, archive, entry)
                    for entry in archive.infolist()
                }
    except (OSError, ValueError, EOFError, KeyError, zipfile.BadZipFile, struct.error):
        return None


def _mapped(stream: BinaryIO, archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> NDArray[Any]:
    """Map an array of an archive, which is stored as it is."""
    with archive.open(entry) as member:
        version = np.lib.format.read_magic(member)
        if version != (1, 0) or entry.compress_type != zipfile.ZIP_STORED:
            raise ValueError(f"{entry.filename} cannot be mapped")
        shape, fortran, dtype = np.lib.format.read_array_header_1_0(member)
        header = member.tell()
    if dtype.hasobject:
        raise ValueError(f"{entry.filename} holds objects")
    if 0 in shape:
        return np.empty(shape, dtype)
    stream.seek(entry.header_offset + _LENGTHS)
    names = sum(struct.unpack("<HH", stream.read(4)))
    start, order = entry.header_offset + _HEADER + names + header, "F" if fortran else "C"
    return np.asarray(np.memmap(stream, dtype, "r", start, shape, order))  # type: ignore[call-overload]


def _pack(arrays: Mapping[str, NDArray[Any]]) -> bytes:
    """Bytes of an .npz without dates, so that the same arrays give the same file."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in sorted(arrays):
            entry = zipfile.ZipInfo(f"{name}.npy", date_time=_EPOCH)
            start = buffer.tell() + _HEADER + len(entry.filename.encode()) + _LARGE + 4
            room = -start % _ALIGNED
            entry.extra = struct.pack("<HH", 0xD935, room) + bytes(room)
            with archive.open(entry, "w", force_zip64=True) as stream:
                np.lib.format.write_array(stream, np.asanyarray(arrays[name]), allow_pickle=False)
    return buffer.getvalue()
