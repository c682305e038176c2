"""The time where no road is known: a fixed part and a part by kilometre, as the crow flies.

It applies between two communes; within one, the time is 0 by convention.
"""

from __future__ import annotations

import numpy as np

from diagterritoire.arrays import FloatArray, IntArray
from diagterritoire.network.speeds import DECISECONDS_PER_MINUTE
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


def straight_line_m(time_ds: IntArray, reseau: ReseauParameters) -> FloatArray:
    """Distance that no trip of that time exceeds: what `straight_line_ds` rounds, and a metre more.

    Parameters
    ----------
    time_ds : int64, any shape
        Deciseconds.
    reseau : ReseauParameters
        The two coefficients.

    Returns
    -------
    float64, same shape
        Metres; infinite where distance takes no time.

    Examples
    --------
    >>> straight_line_m(np.array([1212, 9132]), ReseauParameters()).round().tolist()
    [2.0, 10002.0]
    """
    minutes = (time_ds + 0.5) / DECISECONDS_PER_MINUTE - reseau.approche_constante_min
    if not reseau.approche_min_par_km:
        return np.where(minutes >= 0, np.inf, 0.0)
    return np.maximum(0.0, minutes / reseau.approche_min_par_km * 1000.0 + 1.0)
