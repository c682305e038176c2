"""Lines that draw flows on a map."""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

# Side of the loop drawn for a flow that stays at its point: a line needs a length to be valid.
BOUCLE_M = 1.0


def flow_lines(flux: pd.DataFrame, points: pd.DataFrame) -> NDArray[np.object_]:
    """Line of each flow, from the point of the residence to that of the practice.

    A flow that stays at its point is a closed triangle of side `BOUCLE_M` that starts from it: a
    line between two equal points is invalid for GEOS.

    Parameters
    ----------
    flux : DataFrame
        `code_residence`, `code_exercice`.
    points : DataFrame
        `code_commune`, `x`, `y` (metres): every commune of `flux`, each once.

    Examples
    --------
    >>> flux = pd.DataFrame({"code_residence": ["A", "A"], "code_exercice": ["B", "A"]})
    >>> points = pd.DataFrame({"code_commune": ["A", "B"], "x": [0.0, 3.0], "y": [0.0, 4.0]})
    >>> [line.length > 1 for line in flow_lines(flux, points)]
    [True, True]
    """
    places = points.set_index("code_commune")[["x", "y"]].astype("float64")
    start = places.loc[flux["code_residence"]].to_numpy()
    end = places.loc[flux["code_exercice"]].to_numpy()
    still = (start == end).all(axis=1)
    lines = np.empty(len(flux), dtype=object)
    lines[~still] = shapely.linestrings(np.stack([start[~still], end[~still]], axis=1))
    corners = BOUCLE_M * np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 0.0]])
    lines[still] = shapely.linestrings(start[still][:, None, :] + corners)
    return lines
