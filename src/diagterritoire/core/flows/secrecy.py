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
    pair = ["code_residence", "code_exercice"]
    cells = observed.loc[~(observed["patients"] == 0)].sort_values(pair)
    patients = cells["patients"].to_numpy(dtype=np.float64)
    motifs = np.full(len(cells), "", dtype=object)
    margins: list[tuple[str, float, float]] = []
    places = cells.groupby("code_residence").indices
    for home in sorted(set(observed["code_residence"])):
        mine = places.get(home, np.empty(0, dtype=np.int64))
        motifs[mine], told = hidden(patients[mine], seuil)
        seen = float(patients[mine][motifs[mine] == ""].sum())
        margins.append((home, float(patients[mine].sum()) if told else float("nan"), seen))
    motif = pd.Series(motifs, index=cells.index, dtype="str")
    unseen = motif != ""
    return Shown(
        cells.loc[~unseen, [*pair, "patients"]]
        .astype({"patients": "float64"})
        .reset_index(drop=True),
        pd.DataFrame(margins, columns=["code_residence", "patients_observes", "patients_montres"]),
        cells.loc[unseen, pair].assign(motif=motif[unseen]).reset_index(drop=True),
    )
