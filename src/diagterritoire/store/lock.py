"""A lock held by the kernel: freed when its holder ends, however it ends."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from diagterritoire.errors import BusyError
from diagterritoire.store.disk import disk_errors, refuse_link

# Windows forbids reading locked bytes: lock one far beyond the holder's number.
_LOCKED_BYTE = 1 << 30
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
        Wait for the holder instead of raising.

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
            _lock(descriptor, wait)
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


def _lock(descriptor: int, wait: bool) -> None:
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


def _busy(path: Path, what: str) -> BusyError:
    try:
        holder = path.read_text(encoding="ascii", errors="replace").strip()
    except OSError:
        holder = ""
    who = f"le processus {holder}" if holder.isdecimal() else "un autre processus"
    return BusyError(
        f"{what} : {who} y travaille déjà.",
        "Attendez qu'il se termine, ou arrêtez-le ; le verrou se libère avec lui.",
    )
