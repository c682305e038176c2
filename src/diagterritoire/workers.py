"""Threads that an interruption does not wait for.

Python hands a signal to the main thread between two of its own instructions: a long call of a
compiled library keeps it waiting. Made in another thread, it leaves the main one free to stop.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from multiprocessing import resource_tracker
from typing import ParamSpec, TypeVar

Asked = ParamSpec("Asked")
Made = TypeVar("Made")

_LISTEN_S = 0.5


@contextmanager
def workers(number: int) -> Iterator[ThreadPoolExecutor]:
    """Open a pool of threads; an exception drops what waits and lets what runs end alone.

    Examples
    --------
    >>> with workers(2) as pool:
    ...     list(pool.map(abs, [-1, 2]))
    [1, 2]
    """
    pool = ThreadPoolExecutor(number)
    try:
        yield pool
    except BaseException:
        pool.shutdown(wait=False, cancel_futures=True)
        raise
    pool.shutdown()


def apart(call: Callable[Asked, Made], *given: Asked.args, **options: Asked.kwargs) -> Made:
    """Make a long call of a compiled library in a thread, and wait as long as nobody interrupts.

    The library must free Python while it works, and write no file: it may outlive the wait.

    Examples
    --------
    >>> apart(max, 1, 3, 2)
    3
    """
    with workers(1) as pool:
        future = pool.submit(call, *given, **options)
        # A signal that falls just before the wait is heard at the end of it: none is long.
        while not wait([future], _LISTEN_S).done:
            continue
        return future.result()


@contextmanager
def deaf() -> Iterator[None]:
    """Hear Ctrl-C at the end of the block only; the processes that it starts never hear it.

    A terminal sends Ctrl-C to every process: those of a library would die of it and say where they
    were, before who started them stops them. What they start in their turn never hears it either.

    Examples
    --------
    >>> with deaf():
    ...     signal.SIGINT in signal.pthread_sigmask(signal.SIG_BLOCK, [])
    True
    """
    here = threading.current_thread() is threading.main_thread()
    if not (here and hasattr(signal, "pthread_sigmask")):
        yield
        return
    # Started with the first process, it would have the thread that starts it hear Ctrl-C again.
    resource_tracker.ensure_running()
    heard: list[int] = []
    # A thread of a library that does not block it may take it: Python would hand it on.
    before = signal.signal(signal.SIGINT, lambda number, _: heard.append(number))
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        signal.signal(signal.SIGINT, before)
        if heard:
            signal.raise_signal(signal.SIGINT)
