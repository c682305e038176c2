"""Statistical secrecy of a row whose sum is told: which of its cells are not."""

from __future__ import annotations

import numpy as np

from diagterritoire.arrays import FloatArray, IntArray

PRIMAIRE, SECONDAIRE = "primaire", "secondaire"


def hidden(values: FloatArray, seuil: int) -> tuple[list[str], bool]:
    """Say which cells of a row are hidden, and whether its sum may be told.

    Parameters
    ----------
    values : array of float
        Whole numbers above 0, NaN where unknown.
    seuil : int
        Least value told.

    Returns
    -------
    motifs : list of str
        Of each cell: `primaire`, `secondaire`, or empty when it is told.
    somme : bool

    Examples
    --------
    >>> hidden(np.array([30.0, 400.0, 4.0]), 11)
    (['secondaire', '', 'primaire'], True)
    """
    primary = ~(values >= seuil)
    motifs = [PRIMAIRE if p else "" for p in primary]
    if np.isnan(values).any():
        return motifs, False
    if not primary.any():
        return motifs, True
    numbers = values.astype(np.int64)
    rest = [int(i) for i in np.argsort(numbers, kind="stable") if not primary[i]]
    secondary: list[int] = []
    while not _protected(numbers[primary], numbers[secondary], numbers[rest], seuil):
        if not rest:
            return [PRIMAIRE if p else SECONDAIRE for p in primary], False
        secondary.append(rest.pop(0))
    for i in secondary:
        motifs[i] = SECONDAIRE
    return motifs, True


def _protected(primary: IntArray, secondary: IntArray, rest: IntArray, seuil: int) -> bool:
    """Whether every primary cell may be anything from 1 to `seuil - 1` for who knows the pattern.

    A reader knows the sum of the hidden cells, that primary ones are from 1 to `seuil - 1`, and
    that secondary ones are from `seuil` to the smallest cell shown.
    """
    total = int(primary.sum() + secondary.sum())
    most = int(rest.min()) if len(rest) else total
    low = (len(primary) - 1) + seuil * len(secondary)
    high = (seuil - 1) * (len(primary) - 1) + most * len(secondary)
    return total - low >= seuil - 1 and total - high <= 1
