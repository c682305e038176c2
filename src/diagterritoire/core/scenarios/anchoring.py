"""The published APL once a scenario is made: what was published, plus what the model changes."""

from __future__ import annotations

import pandas as pd


def anchored(publiee: pd.Series, change: pd.Series) -> pd.Series[float]:
    """Add a computed difference to the published APL, without going under 0.

    The model may lose more consultations than were published: its level is not that of the
    published APL. An APL is consultations received, never fewer than none: such a commune has 0,
    and `floored` tells which ones.

    Parameters
    ----------
    publiee, change : Series
        Same index; null where unknown, and so is the result.

    Examples
    --------
    >>> anchored(pd.Series([3.0, 0.4, None]), pd.Series([-1.0, -1.0, -1.0])).tolist()
    [2.0, 0.0, nan]
    """
    return (publiee + change).astype("float64").clip(lower=0.0)


def floored(publiee: pd.Series, change: pd.Series) -> pd.Series[bool]:
    """Tell where the computed fall is larger than the published APL.

    Examples
    --------
    >>> floored(pd.Series([3.0, 0.4, None]), pd.Series([-1.0, -1.0, -1.0])).tolist()
    [False, True, False]
    """
    return (publiee + change).astype("float64") < 0.0
