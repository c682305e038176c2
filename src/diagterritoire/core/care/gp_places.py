"""Communes that share a GP are one place: what is said of each apart would tell the difference."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components


def places_of(medecins: pd.DataFrame, who: str) -> pd.Series[str]:
    """Name the place of each commune by the first of those it shares a GP with, itself alone.

    A GP listed in a whole city is in each of its parts. Were one of them to have a GP of its own,
    what is said of it, less what is said of another, would be that GP.

    Parameters
    ----------
    medecins : DataFrame
        `code_commune` and who the GP is: a row for each commune where one is listed.
    who : str
        Name of that last column.

    Returns
    -------
    Series
        Code of the place, by `code_commune`, sorted.

    Examples
    --------
    The first GP is in A and B, the second in B and C, the third in D.

    >>> gps = pd.DataFrame({"code_commune": list("ABBCD"), "rang": [0, 0, 1, 1, 2]})
    >>> places_of(gps, "rang").to_dict()
    {'A': 'A', 'B': 'A', 'C': 'A', 'D': 'D'}
    """
    commune, codes = pd.factorize(medecins["code_commune"], sort=True)
    gp, gps = pd.factorize(medecins[who])
    size = len(codes) + len(gps)
    links = coo_matrix((np.ones(len(gp)), (commune, len(codes) + gp)), shape=(size, size))
    _, place = connected_components(links, connection="weak")
    names = pd.Series(codes, index=pd.Index(codes, name="code_commune"), dtype="str")
    return names.groupby(place[: len(codes)]).transform("first")
