"""Compressed files read as a stream, which refuse to unfold beyond reason."""

from __future__ import annotations

import bz2
import gzip
from pathlib import Path
from types import TracebackType
from typing import IO, cast

from diagterritoire.errors import DataError
from diagterritoire.sources.formats.text import printable

GZIP, BZIP2 = b"\x1f\x8b", b"BZh"
# Extracts and directories unfold to 10 or 30 times their size; a format allows 1 000, another
# 40 000: a file that fits in a mail would be read for days.
MAX_RATIO = 150
_FREE_BYTES = 64 << 20
_CHUNK_BYTES = 1 << 20


class Unfolded:
    """Content of a gzip or bzip2 file, or of a plain one.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "a.gz")
    ...     _ = path.write_bytes(gzip.compress(b"abc"))
    ...     with Unfolded(path) as stream:
    ...         stream.read(2), stream.read(9)
    (b'ab', b'c')
    """

    def __init__(self, path: Path) -> None:
        self._path, self._done = path, 0
        self._raw = path.open("rb")
        head = self._raw.read(3)
        self._raw.seek(0)
        self._stream: IO[bytes] = self._raw
        if head.startswith(GZIP):
            self._stream = cast("IO[bytes]", gzip.GzipFile(fileobj=self._raw))
        elif head == BZIP2:
            self._stream = cast("IO[bytes]", bz2.BZ2File(self._raw))

    @property
    def plain(self) -> bool:
        """True when the file is not compressed."""
        return self._stream is self._raw

    def __enter__(self) -> Unfolded:
        """Return the stream."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the file."""
        self._stream.close()
        self._raw.close()

    def read(self, size: int) -> bytes:
        """Read that many bytes at most.

        Raises
        ------
        DataError
            The file unfolds to more than `MAX_RATIO` times what was read of it.
        """
        chunk = self._stream.read(size)
        self._done += len(chunk)
        if self._done > _FREE_BYTES + MAX_RATIO * self._raw.tell():
            raise DataError(
                f"« {printable(self._path)} » se déplie à plus de {MAX_RATIO} fois sa taille : "
                "refusé.",
                "Téléchargez de nouveau le fichier.",
            )
        return chunk


def check_unfolding(path: Path) -> None:
    """Unfold a compressed file once, for a reader that would not notice that it has no end.

    A plain file is left alone.

    Raises
    ------
    DataError
        As `Unfolded.read`, or the file is cut.
    """
    with Unfolded(path) as stream:
        if stream.plain:
            return
        try:
            while stream.read(_CHUNK_BYTES):
                pass
        except (OSError, EOFError) as error:
            raise DataError(
                f"« {printable(path)} » est coupé ou mal formé : il ne se déplie pas en entier.",
                "Téléchargez de nouveau le fichier.",
            ) from error
