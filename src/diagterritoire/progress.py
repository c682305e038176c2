"""How the steps of a run tell what they do."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol, TypeVar

Told = Callable[[float, float, str], None]
One = TypeVar("One")


@dataclass(frozen=True)
class Spent:
    """What a step took.

    Attributes
    ----------
    secondes : float
    memoire_mio : int or None
        Most memory of the process until its end, in mebibytes; None where the system says nothing.
    faits : tuple of str
        What it found, in French.
    """

    secondes: float
    memoire_mio: int | None = None
    faits: tuple[str, ...] = ()


class Progress(Protocol):
    """What tells the user, or nobody, how the steps go."""

    @property
    def spent(self) -> dict[str, Spent]:
        """What each step done took, in order."""
        ...

    def step(self, name: str) -> AbstractContextManager[Callable[[str], None]]:
        """Time a step; the function given tells what it found."""
        ...

    def advance(self, done: float, total: float, what: str) -> None:
        """Tell how much of a long step is done, out of a total, in a unit named in the plural."""
        ...


def untold(done: float, total: float, what: str) -> None:
    """Tell nobody: what `advance` is where nobody looks."""


def counted(items: Iterable[One], total: int, what: str, told: Told) -> Iterator[One]:
    """Give items one by one, telling how many are done.

    Examples
    --------
    >>> list(counted("ab", 2, "tirages", lambda *said: print(*said)))
    1 2 tirages
    2 2 tirages
    ['a', 'b']
    """
    for done, item in enumerate(items, start=1):
        yield item
        told(done, total, what)
