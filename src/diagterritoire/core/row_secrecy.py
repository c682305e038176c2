"""Statistical secrecy of a row whose sum is told: which of its cells are not."""

from __future__ import annotations

import numpy as np

from diagterritoire.arrays import FloatArray, IntArray

PRIMAIRE, SECONDAIRE = "primaire", "secondaire"


def hidden(values: FloatArray, seuil: int) -> tuple[list[str], bool]:
    """Say which cells of a row are hidden, and whether its sum may be told.

    - A cell below `seuil` is hidden (primary). A cell of 0 is as an absent one: it is not given.
    - Then others, in their order, until the cells hidden hold `seuil - 1` or more above the least
      of each: 1 of a primary cell, `seuil` of another (secondary). Primary cells do without any
      where three or more of them hold that much, and each may still be 1.
    - Where the cells do not suffice, all are hidden, and the sum too.
    - The sum is not told of a row that has an unknown cell, which needs no secondary one.

    Who knows the rule, the order, the cells hidden and their motive, and tries every row that would
    be shown so, believes a primary cell to be anything from 1 to `seuil - 1`. For such a value, let
    the other cells hidden be at their least, save the last: fewer cells held `seuil - 2` at most,
    which did not do, and the last takes the rest.

    Parameters
    ----------
    values : array of float
        Whole numbers above 0, NaN where unknown, in the order in which they are hidden. It must be
        public, and no value may move it, else what is hidden tells of the values.
    seuil : int
        Least value told.

    Returns
    -------
    motifs : list of str
        Of each cell: `primaire`, `secondaire`, or empty when it is told.
    somme : bool

    References
    ----------
    Hundepool et al. (2012), Statistical disclosure control, secondary suppression;
    tests/test_secrecy_enumerated.py tries every small row.

    Examples
    --------
    >>> hidden(np.array([30.0, 400.0, 4.0]), 11)
    (['secondaire', '', 'primaire'], True)
    >>> hidden(np.array([12.0, 4.0]), 11)
    (['secondaire', 'primaire'], False)
    """
    primary = ~(values >= seuil)
    motifs = [PRIMAIRE if p else "" for p in primary]
    if np.isnan(values).any():
        return motifs, False
    if not primary.any():
        return motifs, True
    numbers = values.astype(np.int64)
    rest = np.flatnonzero(~primary)
    for many in range(len(rest) + 1):
        if _protected(numbers[primary], numbers[rest[:many]], seuil):
            for i in rest[:many]:
                motifs[i] = SECONDAIRE
            return motifs, True
    return [PRIMAIRE if p else SECONDAIRE for p in primary], False


def _protected(primary: IntArray, secondary: IntArray, seuil: int) -> bool:
    """Whether every primary cell may be anything from 1 to `seuil - 1` for who knows the rule.

    `left` is what the hidden cells hold above their least. One of `seuil - 2` would let a primary
    cell be `seuil - 1`; one more is asked, so that fewer cells, which did not do, may have held
    that much. A secondary cell has no greatest value; primary ones alone have.
    """
    left = int(primary.sum() + secondary.sum()) - len(primary) - seuil * len(secondary)
    if len(secondary):
        return left >= seuil - 1
    return seuil - 1 <= left <= (seuil - 2) * (len(primary) - 1)
