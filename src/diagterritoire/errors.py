"""Errors that teach: what, where, how many, an example, what to do.

One base class; one child for each exit code of the command line.
"""

from __future__ import annotations

from typing import ClassVar


class DiagterritoireError(Exception):
    """Base of every error a user may meet.

    Parameters
    ----------
    message : str
        One French sentence: what is wrong, where, how many, an example.
    remede : str, optional
        What the user can do about it.
    """

    exit_code: ClassVar[int] = 1

    def __init__(self, message: str, remede: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.remede = remede

    def __str__(self) -> str:
        """Return the message, followed by the remedy when there is one."""
        return f"{self.message}\n{self.remede}" if self.remede else self.message


class UsageError(DiagterritoireError):
    """The command cannot be understood: unknown territory, unknown parameter, wrong value."""

    exit_code = 2


class DataError(DiagterritoireError):
    """A file is missing, or it cannot be read as what it claims to be."""

    exit_code = 3


class NetworkError(DiagterritoireError):
    """A download failed."""

    exit_code = 4


class DiskError(DiagterritoireError):
    """A result could not be written."""

    exit_code = 5


class BusyError(DiagterritoireError):
    """Another run already works on the same territory."""

    exit_code = 6
