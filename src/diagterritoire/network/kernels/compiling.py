"""One decorator for every compiled loop."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba

Function = TypeVar("Function", bound=Callable[..., Any])


def compiled(function: Function) -> Function:
    """Compile a loop at its first call, without the interpreter's lock, and keep it on the disk.

    numba keeps it beside the module, else in the user's cache folder, else where the environment
    variable `NUMBA_CACHE_DIR` says. Where none of them can be written, the loop is compiled again
    in each process.

    Examples
    --------
    >>> compiled(lambda number: number + 1)(2)
    3
    """
    try:
        return cast(Function, numba.njit(cache=True, nogil=True)(function))
    except RuntimeError:
        # No folder to keep it in: numba says so when decorating.
        return cast(Function, numba.njit(nogil=True)(function))
