"""What a run prints as it goes: one line a step, a rate and the time left in a long one."""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from rich.console import Console

from diagterritoire.progress import Spent
from diagterritoire.terminal import plain

_CLEAR = "\x1b[2K"
# Seconds between two lines of a long step: on a terminal, where one replaces the other, elsewhere.
_LIVE_S, _PLAIN_S = 0.5, 15.0


@dataclass
class Progress:
    """Print one line a step, with its figures and its seconds; keep what each one took."""

    console: Console
    spent: dict[str, Spent] = field(default_factory=dict)
    clock: Callable[[], float] = time.perf_counter
    _start: float = 0.0
    _counting: str = ""
    _since: float = 0.0
    _told: float = 0.0

    @contextmanager
    def step(self, name: str) -> Iterator[Callable[[str], None]]:
        """Time a step; the function given tells what it found."""
        notes: list[str] = []
        start = self.clock()
        self._start, self._counting = start, ""
        if self.console.is_terminal:
            # A still line: a spinner's thread takes its time from the computing.
            self.console.print(f"[dim]{plain(name)}...[/]", end="\r", highlight=False)
        yield notes.append
        seconds = self.clock() - start
        self.spent[name] = Spent(round(seconds, 3), _peak_mio(), tuple(notes))
        detail = plain(" ; ".join(notes))
        self._print(f"[bold]{plain(name):<24}[/] {detail} [dim]({_seconds(seconds)})[/]")

    def advance(self, done: float, total: float, what: str) -> None:
        """Tell how much of a long step is done, at what rate, and how long the rest will take."""
        now = self.clock()
        if self._counting != what:
            # The first one also waits for what the step did before.
            self._counting, self._since, self._told = what, self._start, now
        live = self.console.is_terminal
        if done >= total or now - self._told < (_LIVE_S if live else _PLAIN_S):
            return
        self._told = now
        self._print(f"[dim]  {plain(said(done, total, what, now - self._since))}[/]", live=live)

    def _print(self, text: str, *, live: bool = False) -> None:
        """Print a line; on a terminal, over one that waits to be replaced."""
        if self.console.is_terminal:
            self.console.print(_CLEAR, end="", highlight=False)
        self.console.print(text, end="\r" if live else "\n", highlight=False)


@contextmanager
def waits_told(console: Console) -> Iterator[None]:
    """Print whom a command waits for while it runs: `store.lock` says it to the log."""
    log, told = logging.getLogger("diagterritoire"), _Told(console)
    before = log.level
    log.addHandler(told)
    log.setLevel(logging.INFO)
    try:
        yield
    finally:
        log.setLevel(before)
        log.removeHandler(told)


class _Told(logging.Handler):
    """What the library says as it goes, one line each."""

    def __init__(self, console: Console) -> None:
        super().__init__(logging.INFO)
        self._console = console

    def emit(self, record: logging.LogRecord) -> None:
        """Print a line, over one that waits to be replaced."""
        start = _CLEAR if self._console.is_terminal else ""
        self._console.print(f"{start}[dim]{plain(record.getMessage())}[/]", highlight=False)


def said(done: float, total: float, what: str, seconds: float) -> str:
    """Say how far a count is, its rate and the time left.

    Examples
    --------
    >>> said(30, 100, "tirages", 10.0)
    '30 sur 100 tirages, 3,0 par seconde, encore 23 s environ'
    >>> said(1, 100, "tirages", 40.0)
    '1 sur 100 tirages, 1,5 par minute, encore 66 min environ'
    >>> said(12.5, 60.0, "Mo", 5.0)
    '12,5 sur 60,0 Mo, 2,5 par seconde, encore 19 s environ'
    """
    whole = float(done).is_integer() and float(total).is_integer()
    count = f"{_number(done, whole)} sur {_number(total, whole)} {what}"
    rate = done / max(seconds, 1e-3)
    pace = f"{_number(rate)} par seconde" if rate >= 1 else f"{_number(rate * 60)} par minute"
    left = (total - done) / rate
    rest = f"{left:.0f} s" if left < 120 else f"{left / 60:.0f} min"
    return f"{count}, {pace}, encore {rest} environ"


def _number(value: float, whole: bool = False) -> str:
    return f"{value:.0f}" if whole else f"{value:.1f}".replace(".", ",")


def _seconds(value: float) -> str:
    return f"{value:.1f} s".replace(".", ",")


def _peak_mio() -> int | None:
    """Most memory that the process held, in mebibytes."""
    if sys.platform == "win32":
        return None
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    # Bytes on a Mac, kibibytes elsewhere.
    return round(peak / (1 << 20 if sys.platform == "darwin" else 1 << 10))
