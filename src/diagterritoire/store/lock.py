"""A lock held by the kernel: freed when its holder ends, however it ends."""

from __future__ import annotations

import errno
import logging
import os
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from diagterritoire.errors import BusyError
from diagterritoire.store.disk import disk_errors, refuse_link

# Windows forbids reading locked bytes: lock one far beyond the holder's number.
_LOCKED_BYTE = 1 << 30
_SILENT_S = 2.0
_LOG = logging.getLogger(__name__)
_BUSY = {errno.EWOULDBLOCK, errno.EAGAIN, errno.EACCES, errno.EDEADLK}


@contextmanager
def hold(path: Path, what: str, *, wait: bool = False) -> Iterator[None]:
    """Hold an exclusive lock on a small file that names its holder.

    The file is removed on release; one left by a kill is taken over.

    Parameters
    ----------
    path : Path
        Lock file, in a folder that exists.
    what : str
        What is locked, for the message.
    wait : bool
        Wait for the holder instead of raising. Past two seconds, whom it waits for is logged, in
        French, as an information of this module: the command line shows it.

    Raises
    ------
    BusyError
        Somebody holds it; their process number is given.
    DiskError
        The file cannot be written, or is a symbolic link.
    """
    descriptor = _acquire(path, what, wait)
    try:
        with disk_errors(path):
            os.ftruncate(descriptor, 0)
            os.write(descriptor, f"{os.getpid()}\n".encode("ascii"))
        yield
    finally:
        if sys.platform != "win32":
            with suppress(OSError):
                path.unlink()
        os.close(descriptor)


def _acquire(path: Path, what: str, wait: bool) -> int:
    refuse_link(path)
    flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0)
    while True:
        with disk_errors(path):
            descriptor = os.open(path, flags, 0o644)
        try:
            _lock(descriptor, path, what, wait=wait)
            # The previous holder may have removed the file between our open and our lock.
            if _same_file(descriptor, path):
                return descriptor
        except OSError as error:
            os.close(descriptor)
            if error.errno in _BUSY:
                raise _busy(path, what) from error
            with disk_errors(path):
                raise
        except BaseException:
            os.close(descriptor)
            raise
        os.close(descriptor)


def _lock(descriptor: int, path: Path, what: str, *, wait: bool) -> None:
    """Lock now, or wait for it and say for whom if that is long."""
    try:
        _take(descriptor, wait=False)
    except OSError as error:
        if not wait or error.errno not in _BUSY:
            raise
        told = threading.Timer(_SILENT_S, lambda: _LOG.info(_awaited(path, what)))
        told.daemon = True
        told.start()
        try:
            _take(descriptor, wait=True)
        finally:
            told.cancel()


def _take(descriptor: int, *, wait: bool) -> None:
    if sys.platform == "win32":
        import msvcrt

        os.lseek(descriptor, _LOCKED_BYTE, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_LOCK if wait else msvcrt.LK_NBLCK, 1)
        os.lseek(descriptor, 0, os.SEEK_SET)
    else:
        import fcntl

        fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))


def _same_file(descriptor: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(descriptor), path.stat(follow_symlinks=False))
    except FileNotFoundError:
        return False


def _holder(path: Path) -> str:
    """Name whoever wrote its number in a lock."""
    try:
        holder = path.read_text(encoding="ascii", errors="replace").strip()
    except OSError:
        holder = ""
    return f"le processus {holder}" if holder.isdecimal() else "un autre processus"


def _awaited(path: Path, what: str) -> str:
    """Say for whom one waits, and since when it holds what is wanted."""
    since = ""
    with suppress(OSError):
        # Written when it was taken.
        minutes = round((time.time() - path.stat().st_mtime) / 60)
        since = f" depuis {minutes} min" if minutes > 0 else ""
    return (
        f"{what} : {_holder(path)} y travaille{since}. La suite attend qu'il se termine ; Ctrl-C "
        "pour renoncer."
    )


def _busy(path: Path, what: str) -> BusyError:
    return BusyError(
        f"{what} : {_holder(path)} y travaille déjà.",
        "Attendez qu'il se termine, ou arrêtez-le ; le verrou se libère avec lui.",
    )
