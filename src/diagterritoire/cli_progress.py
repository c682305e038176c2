"""What a run prints of its steps."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from rich.console import Console
from rich.markup import escape


@dataclass
class Progress:
    """Print one line a step, with its figures and its seconds; keep the seconds."""

    console: Console
    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def step(self, name: str) -> Iterator[Callable[[str], None]]:
        """Time a step; the function given tells what it found."""
        notes: list[str] = []
        start = time.perf_counter()
        if self.console.is_terminal:
            # A still line: a spinner's thread takes its time from the computing.
            self.console.print(f"[dim]{escape(name)}...[/]", end="\r", highlight=False)
        yield notes.append
        spent = time.perf_counter() - start
        self.seconds[name] = round(spent, 3)
        detail = escape(" ; ".join(notes))
        self.console.print(
            f"[bold]{escape(name):<24}[/] {detail} [dim]({_seconds(spent)})[/]", highlight=False
        )


def _seconds(value: float) -> str:
    return f"{value:.1f} s".replace(".", ",")
