"""Types of the arrays, the same everywhere, and the search that pandas makes slowly."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
Int32Array = NDArray[np.int32]
BoolArray = NDArray[np.bool_]


def among(texts: pd.Series[str] | pd.Index[str], wanted: Iterable[str]) -> BoolArray:
    """Say which texts are among those wanted: `isin`, where many are wanted.

    `Series.isin` makes an object of each wanted text: 0.3 s for the communes of France, 1 ms here.

    Parameters
    ----------
    texts : Series or Index of str
        A missing one is among none.
    wanted : iterable of str

    Returns
    -------
    ndarray of bool, one per text

    Examples
    --------
    >>> among(pd.Series(["2A004", None, "2B033"]), ["2B033"]).tolist()
    [False, False, True]
    """
    held = wanted if isinstance(wanted, pd.Series | pd.Index) else list(wanted)
    found = pc.is_in(
        pa.array(texts, pa.large_string()), pa.array(held, pa.large_string()).drop_null()
    )
    answer: BoolArray = np.asarray(found, dtype=np.bool_)
    return answer
