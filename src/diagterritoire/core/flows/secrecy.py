"""Statistical secrecy of observed flows: which cells are shown, so that no hidden one is recovered.

What is printed of the observed flows: the cells shown, and the patients of each residence (its
margin). No total by practice, nor over a zone, is printed but those of the cells shown: each
residence is a problem of its own.

Two deliveries of one file that hid different cells of a residence would tell them by difference.
What is hidden hence stands on that file alone: no outline, no road, no population moves it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from diagterritoire.arrays import IntArray
from diagterritoire.core.row_secrecy import hidden


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


def visits(observed: pd.DataFrame) -> pd.Series[int]:
    """Count the residences that go to each practice, of a whole file of flows.

    Parameters
    ----------
    observed : DataFrame
        As for `shown`; a flow of 0 is none, an unknown one is some.

    Returns
    -------
    Series
        On the codes of the practices.

    Examples
    --------
    >>> rows = [("A", "A", 400), ("B", "A", None), ("B", "B", 2), ("C", "B", 0)]
    >>> columns = ["code_residence", "code_exercice", "patients"]
    >>> visits(pd.DataFrame(rows, columns=columns)).to_dict()
    {'A': 2, 'B': 1}
    """
    some = observed.loc[~(observed["patients"] == 0)]
    return some.groupby("code_exercice")["code_residence"].nunique()


def shown(observed: pd.DataFrame, seuil: int, visites: pd.Series[int] | None = None) -> Shown:
    """Hide the small cells of observed flows, and others so that none is found by subtraction.

    Each residence is a row of `row_secrecy.hidden`. What is hidden to protect a small cell is first
    where the fewest residences go, last the residence itself, ties by code: a place many go to is
    seldom a small flow, and who goes somewhere does not change with how many. Where cells do not
    suffice, none of them is shown, nor its margin; one with a cell unknown in the file has no
    margin, thus no secondary cell. A cell of 0 is as an absent one.

    Parameters
    ----------
    observed : DataFrame
        `code_residence`, `code_exercice`, `patients`: whole numbers, null where the file hides
        them. Each pair once.
    seuil : int
        Least number of patients that is shown (11 for the health insurance).
    visites : Series, optional
        `visits` of the whole file `observed` is part of; of `observed` when it is not given.

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
    pair = ["code_residence", "code_exercice"]
    cells = observed.loc[~(observed["patients"] == 0)].sort_values(pair)
    ranks = _ranks(cells, visits(observed) if visites is None else visites)
    patients = cells["patients"].to_numpy(dtype=np.float64)
    motifs = np.full(len(cells), "", dtype=object)
    margins: list[tuple[str, float, float]] = []
    places = cells.groupby("code_residence").indices
    for home in sorted(set(observed["code_residence"])):
        mine = places.get(home, np.empty(0, dtype=np.int64))
        order = mine[np.argsort(ranks[mine])]
        motifs[order], told = hidden(patients[order], seuil)
        seen = float(patients[order][motifs[order] == ""].sum())
        margins.append((home, float(patients[order].sum()) if told else float("nan"), seen))
    motif = pd.Series(motifs, index=cells.index, dtype="str")
    unseen = motif != ""
    return Shown(
        cells.loc[~unseen, [*pair, "patients"]]
        .astype({"patients": "float64"})
        .reset_index(drop=True),
        pd.DataFrame(margins, columns=["code_residence", "patients_observes", "patients_montres"]),
        cells.loc[unseen, pair].assign(motif=motif[unseen]).reset_index(drop=True),
    )


def _ranks(cells: pd.DataFrame, visites: pd.Series[int]) -> IntArray:
    """Rank of each cell, given by codes, in the order of hiding: no number of patients moves it."""
    often = cells["code_exercice"].map(visites).to_numpy(dtype=np.int64)
    own = (cells["code_residence"] == cells["code_exercice"]).to_numpy()
    return np.argsort(np.lexsort((often, own)))
