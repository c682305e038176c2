"""The least number of sites that leave nobody beyond some minutes (set cover)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from diagterritoire.core.siting.problem import Problem
from diagterritoire.core.siting.program import Choice, minimum


@dataclass(frozen=True)
class Cover:
    """The least cover that was found.

    Attributes
    ----------
    choice : tuple of int
        Candidates, in order; empty when there is none, or when nobody needs one.
    bound : int
        Number of sites that no cover goes under: that of `choice` when it is proved the least.
    covered, beyond : float
        Inhabitants that the sites cover and that none could cover, among those farther than the
        bound from every existing site.
    motif : str
        Why there is none, in French; empty otherwise.
    """

    choice: Choice
    bound: int
    covered: float
    beyond: float
    motif: str = ""


def least_cover(
    problem: Problem, within_min: float, *, everybody: bool = False, limit_s: float = 60.0
) -> Cover:
    """Find the least number of sites that cover everyone that candidates may cover.

    Parameters
    ----------
    problem : Problem
        A place without inhabitants asks for nothing.
    within_min : float
        Longest trip, included.
    everybody : bool
        Whether it is a failure that a place is out of reach of every candidate.
    limit_s : float
        Seconds after which the search stops.

    References
    ----------
    Toregas, Swain, ReVelle and Bergman (1971), location set covering problem.

    Examples
    --------
    >>> import pandas as pd
    >>> from diagterritoire.core.siting.problem import state
    >>> trajets = pd.DataFrame(
    ...     [("A", "x", 5), ("B", "x", 15), ("B", "y", 3), ("C", "y", 16)],
    ...     columns=["code_commune", "candidat", "temps_min"],
    ... )
    >>> demande = pd.DataFrame(
    ...     {"code_commune": list("ABC"), "population": [9, 7, 5], "temps_min": 30.0}
    ... )
    >>> found = least_cover(state(trajets, demande, pd.Series(["x", "y"])), 15.0)
    >>> found.choice, found.covered, found.beyond
    ((0,), 16.0, 5.0)
    """
    people = problem.column("population")
    far = (people > 0) & (problem.column("temps_min") > within_min)
    useful = far[problem.place] & (problem.minutes <= within_min)
    places, row = np.unique(problem.place[useful], return_inverse=True)
    covered = float(people[places].sum())
    beyond = float(people[far].sum()) - covered
    if everybody and beyond > 0:
        far[places] = False
        alone = problem.demande.loc[far].iloc[0]
        return Cover(
            (),
            0,
            0.0,
            beyond,
            f"{int(far.sum())} communes ({beyond:.0f} habitants) ne sont à {within_min:g} "
            f"minutes d'aucun candidat, par exemple {alone['code_commune']}",
        )
    if not len(places):
        return Cover((), 0, 0.0, beyond)
    size = len(problem.candidats)
    rows = sparse.csr_array(
        (np.ones(len(row)), (row, problem.candidat[useful])), shape=(len(places), size)
    )
    one = np.ones(len(places))
    answer = minimum(np.ones(size), size, rows, one, np.full(len(places), np.inf), limit_s)
    if answer is None or answer.x is None:
        return Cover((), 0, 0.0, beyond, "aucun choix trouvé dans le temps accordé")
    choice = tuple(np.flatnonzero(answer.x > 0.5).tolist())
    return Cover(choice, int(np.ceil(answer.bound - 1e-6)), covered, beyond)
