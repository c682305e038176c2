"""Files that a user names: ordinary ones, small, read whole."""

from __future__ import annotations

import stat
from pathlib import Path

from diagterritoire.errors import UsageError


def read_given(path: Path, most: int) -> bytes:
    """Read a file named by the user.

    A device or a pipe is not read: it may have no end, or wait for somebody.

    Parameters
    ----------
    path : Path
    most : int
        Bytes that such a file holds at most.

    Raises
    ------
    OSError
        It is absent, or cannot be read.
    UsageError
        It is no ordinary file, or is larger.

    Examples
    --------
    >>> read_given(Path("/dev/zero"), 9)
    Traceback (most recent call last):
    ...
    diagterritoire.errors.UsageError: « zero » n'est pas un fichier ordinaire.
    Donnez le chemin d'un fichier.
    """
    state = path.stat()
    if not stat.S_ISREG(state.st_mode):
        raise UsageError(
            f"« {path.name} » n'est pas un fichier ordinaire.", "Donnez le chemin d'un fichier."
        )
    with path.open("rb") as stream:
        content = stream.read(most + 1)
    if len(content) > most:
        raise UsageError(
            f"« {path.name} » dépasse {most >> 20} Mio.", "Donnez un fichier plus petit."
        )
    return content
