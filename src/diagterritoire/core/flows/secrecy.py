"""Statistical secrecy of observed flows: which cells are shown, so that no hidden one is recovered.

What is printed of the observed flows: the cells shown, and the patients of each residence (its
margin). No total by practice, nor over a zone, is printed but those of the cells shown. A reader
who also knows which cells are hidden, and why, cannot narrow a hidden cell under the threshold; one
who applies the rule to every table that would be shown so may narrow it a little.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from diagterritoire.arrays import IntArray

PRIMAIRE, SECONDAIRE = "primaire", "secondaire"


@dataclass(frozen=True)
class Shown:
    """Observed flows that may be shown.

    Attributes
    ----------
    flux : DataFrame
        `code_residence`, `code_exercice`, `patients`: the cells shown.
    marges : DataFrame
        `code_residence`, `patients_observes` (null when it is hidden or unknown),
        `patients_montres`: one row for each residence observed.
    masques : DataFrame
        `code_residence`, `code_exercice`, `motif`: `primaire` (below the threshold, or hidden in
        the file) or `secondaire`; never to be delivered, only their number of both together.
    """

    flux: pd.DataFrame
    marges: pd.DataFrame
    masques: pd.DataFrame


def shown(observed: pd.DataFrame, seuil: int) -> Shown:
    """Hide the small cells of observed flows, and others so that none is found by subtraction.

    - A cell below `seuil` and above 0 is hidden (primary). A cell of 0 is as an absent one.
    - Of each residence that has some, the smallest cells shown are hidden too (secondary), one
      after another, until the margin less the cells shown lets every primary cell be anything from
      1 to `seuil - 1`, even for who knows which cells are hidden and why. That fewer secondary
      cells did not do is not hidden: of 10, 30, 30, 30, 36 the first reads from 4 to 10.
    - Where the cells of a residence do not suffice, none of them is shown, nor its margin.
    - A residence with a cell that is unknown in the file has no margin, thus no secondary cell.

    Parameters
    ----------
    observed : DataFrame
        `code_residence`, `code_exercice`, `patients`: whole numbers, null where the file hides
        them. Each pair once.
    seuil : int
        Least number of patients that is shown (11 for the health insurance).

    Returns
    -------
    Shown

    References
    ----------
    Health insurance, SNDS: no cell below 11 patients; Hundepool et al. (2012), Statistical
    disclosure control, secondary suppression.

    Examples
    --------
    >>> observed = pd.DataFrame(
    ...     [("A", "A", 400), ("A", "B", 30), ("A", "C", 4)],
    ...     columns=["code_residence", "code_exercice", "patients"],
    ... )
    >>> done = shown(observed, 11)
    >>> done.flux.to_numpy().tolist(), done.marges.to_numpy().tolist()
    ([['A', 'A', 400.0]], [['A', 434.0, 400.0]])
    """
    cells = observed.loc[~(observed["patients"] == 0)].sort_values(
        ["code_residence", "code_exercice"]
    )
    motifs = np.full(len(cells), "", dtype=object)
    margins: list[tuple[str, float, float]] = []
    homes = sorted(set(observed["code_residence"]))
    places = cells.groupby("code_residence").indices
    for home in homes:
        at = places.get(home, np.empty(0, dtype=np.int64))
        values = cells["patients"].to_numpy(dtype=np.float64)[at]
        told, margin = _row(values, seuil)
        motifs[at] = told
        seen = float(values[[not t for t in told]].sum()) if len(at) else 0.0
        margins.append((home, margin, seen))
    motif = pd.Series(motifs, index=cells.index, dtype="str")
    hidden = motif != ""
    pair = ["code_residence", "code_exercice"]
    return Shown(
        cells.loc[~hidden, [*pair, "patients"]]
        .astype({"patients": "float64"})
        .reset_index(drop=True),
        pd.DataFrame(margins, columns=["code_residence", "patients_observes", "patients_montres"]),
        cells.loc[hidden, pair].assign(motif=motif[hidden]).reset_index(drop=True),
    )


def _row(values: NDArray[np.float64], seuil: int) -> tuple[list[str], float]:
    """Motive of each cell of a residence (empty: shown), and its margin (NaN: hidden)."""
    primary = ~(values >= seuil)
    told = [PRIMAIRE if p else "" for p in primary]
    if np.isnan(values).any():
        return told, float("nan")
    total = float(values.sum())
    if not primary.any():
        return told, total
    numbers = values.astype(np.int64)
    rest = [int(i) for i in np.argsort(numbers, kind="stable") if not primary[i]]
    secondary: list[int] = []
    while not _protected(numbers[primary], numbers[secondary], numbers[rest], seuil):
        if not rest:
            return [PRIMAIRE if p else SECONDAIRE for p in primary], float("nan")
        secondary.append(rest.pop(0))
    for i in secondary:
        told[i] = SECONDAIRE
    return told, total


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
