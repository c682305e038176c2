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


def compiled_wide(signature: str) -> Callable[[Function], Function]:
    """Compile a loop at once, with neighbouring scalars put in vectors: ten times faster sweeps.

    numba leaves this pass of LLVM out by default, having met wrong code with it: it is asked for
    one loop only, of sums and minima of whole numbers, that the tests hold to the plain search.

    Parameters
    ----------
    signature : str
        Types of the arguments, as numba writes them.

    Examples
    --------
    >>> compiled_wide("int32(int32)")(lambda number: number)(2)
    2
    """

    def decorate(function: Function) -> Function:
        settings = cast(Any, numba.config)
        before = settings.SLP_VECTORIZE
        settings.SLP_VECTORIZE = 1
        try:
            return cast(Function, numba.njit(signature, cache=True, nogil=True)(function))
        except RuntimeError:
            return cast(Function, numba.njit(signature, nogil=True)(function))
        finally:
            settings.SLP_VECTORIZE = before

    return decorate
