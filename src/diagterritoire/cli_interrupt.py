"""Ctrl-C: a run stops at once, clears what it prepared and ends with the code of the contract."""

from __future__ import annotations

import _thread
import os
import signal
import sys
import threading
import time
from types import FrameType
from typing import NoReturn

INTERRUPTED = 130
# Clearing what was prepared takes less; a second Ctrl-C meanwhile would cut it.
_DEAF_S = 2.0
_AGAIN_S = 0.05


class Interruption:
    """What Ctrl-C does during a command: interrupts once, and is not lost."""

    def __init__(self) -> None:
        self.asked: float | None = None

    def install(self) -> None:
        """Take Ctrl-C over, unless whoever started the command told it to ignore it."""
        if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
            signal.signal(signal.SIGINT, self._handle)
            sys.unraisablehook = self._unraisable

    def _handle(self, _number: int, _frame: FrameType | None) -> None:
        now = time.monotonic()
        if self.asked is not None and now - self.asked < _DEAF_S:
            return
        self.asked = now
        raise KeyboardInterrupt

    def _unraisable(self, lost: sys.UnraisableHookArgs) -> None:
        """Interrupt again when the interruption fell in a call that lets none out."""
        if issubclass(lost.exc_type, KeyboardInterrupt):
            self.asked = None
            threading.Timer(_AGAIN_S, _interrupt_main).start()
        else:
            sys.__unraisablehook__(lost)


def _interrupt_main() -> None:
    """Interrupt the main thread, waking it from what it waits for where the system can."""
    if sys.platform == "win32":
        _thread.interrupt_main()
    else:
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)


def leave(code: int) -> NoReturn:
    """End the process now: threads of compiled libraries may have minutes of work left."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):
            continue
    os._exit(code)
