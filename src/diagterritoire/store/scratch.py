"""Folders for the length of a task, swept by the next one when a kill left them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from diagterritoire.errors import BusyError, DiskError
from diagterritoire.store.disk import disk_errors, refuse_link, remove_tree
from diagterritoire.store.lock import hold

_PREFIX, _LOCK = ".brouillon-", ".verrou"


@contextmanager
def scratch(root: Path) -> Iterator[Path]:
    """Give an empty folder, removed at the end; those that a kill left beside it are swept.

    Parameters
    ----------
    root : Path
        Where it is made; created when absent.

    Raises
    ------
    DiskError
        The disk refuses, or the root is a symbolic link.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as root, scratch(Path(root)) as folder:
    ...     (folder.name, list(folder.iterdir()))
    ('.brouillon-0', [])
    """
    refuse_link(root)
    with disk_errors(root):
        root.mkdir(parents=True, exist_ok=True)
    with ExitStack() as held:
        folder = _first_free(root, held)
        with disk_errors(folder):
            _sweep(root)
            remove_tree(folder)
            folder.mkdir()
        try:
            yield folder
        finally:
            with suppress(OSError, DiskError):
                remove_tree(folder)


def _first_free(root: Path, held: ExitStack) -> Path:
    """Hold the first folder that nobody holds: its lock outlives it on either side."""
    number = 0
    while True:
        folder = root / f"{_PREFIX}{number}"
        try:
            held.enter_context(hold(_lock_of(folder), folder.name))
        except BusyError:
            number += 1
        else:
            return folder


def _lock_of(folder: Path) -> Path:
    return folder.with_name(f"{folder.name}{_LOCK}")


def _sweep(root: Path) -> None:
    """Remove the folders whose maker is dead: nobody holds their lock."""
    for left in sorted(root.glob(f"{_PREFIX}*")):
        if not left.name.endswith(_LOCK):
            with suppress(BusyError, OSError, DiskError), hold(_lock_of(left), left.name):
                remove_tree(left)
