"""The time where no road is known: a fixed part and a part by kilometre, as the crow flies.

It applies between two communes; within one, the time is 0 by convention.
"""

from __future__ import annotations

import numpy as np

from diagterritoire.network.graph import DECISECONDS_PER_MINUTE, FloatArray, IntArray
from diagterritoire.parameters import ReseauParameters


def straight_line_ds(distance_m: FloatArray, reseau: ReseauParameters) -> IntArray:
    """Time between two communes: `approche_constante_min + approche_min_par_km * km`.

    Parameters
    ----------
    distance_m : float64, any shape
        Straight-line distances, metres, finite.
    reseau : ReseauParameters
        The two coefficients.

    Returns
    -------
    int64, same shape
        Deciseconds.

    Examples
    --------
    2.02 minutes, and 2.02 + 1.32 x 10:

    >>> straight_line_ds(np.array([0.0, 10_000.0]), ReseauParameters()).tolist()
    [1212, 9132]
    """
    minutes = reseau.approche_constante_min + reseau.approche_min_par_km * distance_m / 1000.0
    return np.rint(minutes * DECISECONDS_PER_MINUTE).astype(np.int64)
