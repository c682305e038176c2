"""How the steps of a run tell what they do."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Protocol


class Progress(Protocol):
    """What tells the user, or nobody, how the steps go."""

    @property
    def seconds(self) -> dict[str, float]:
        """Seconds of each step done."""
        ...

    def step(self, name: str) -> AbstractContextManager[Callable[[str], None]]:
        """Time a step; the function given tells what it found."""
        ...
