"""Supply that best explains the published APL: the activity of each counted GP, within bounds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.sparse import csr_array

from diagterritoire.arrays import FloatArray
from diagterritoire.core.identifiers import by_id, positions, totals
from diagterritoire.decay import Decay
from diagterritoire.errors import DataError

TOURS_MAX = 5000
# Longest step still wanted by a site, as a part of the bound, under which the search ends.
PRECISION = 1e-7


@dataclass(frozen=True)
class Calibration:
    """Supply fitted on the published APL.

    Attributes
    ----------
    sites : DataFrame
        `site_id`, `consultations`, `consultations_calibrees` (a year), `calibre` (false where no
        commune of the fit is in reach: the site keeps what it had), sorted.
    apl : DataFrame
        `code_commune`, `apl_calibree`: null where the APL cannot be computed, never here.
    deplacees : float
        Consultations moved: half the sum of absolute changes.
    part_deplacee : float
        Their share of the consultations before.
    solde : float
        Consultations after minus before.
    communes : int
        Communes of the fit.
    tours : int
        Steps of the search.
    residu : float
        Longest step still wanted by a site, as a part of the bound: 0 at the optimum.
    """

    sites: pd.DataFrame
    apl: pd.DataFrame
    deplacees: float
    part_deplacee: float
    solde: float
    communes: int
    tours: int
    residu: float


@dataclass(frozen=True)
class Problem:
    """Bounded least squares: `sum_i p_i (A a - y)_i^2 + sum_j k_j (a_j - a0_j)^2`, `0 <= a <= h`.

    Attributes
    ----------
    matrix : csr_array[communes, sites]
        Rows already multiplied by the square root of their weight.
    target : float64[communes]
        The published values, multiplied likewise.
    prior, pull : float64[sites]
        Activity believed before, and weight of a gap to it.
    top : float
        Greatest activity.
    """

    matrix: csr_array
    target: FloatArray
    prior: FloatArray
    pull: FloatArray
    top: float

    def gradient(self, activity: FloatArray) -> FloatArray:
        """Half the gradient of the sum."""
        gap = self.matrix @ activity - self.target
        return np.asarray(self.matrix.T @ gap + self.pull * (activity - self.prior))

    def curvature(self) -> FloatArray:
        """Bound of half the second derivatives by a diagonal: the sums of the rows of `A'A`."""
        ones = np.ones(self.matrix.shape[1])
        return np.asarray(self.matrix.T @ (self.matrix @ ones) + self.pull)

    def residual(self, activity: FloatArray, curvature: FloatArray) -> float:
        """Longest bounded step still wanted, as a part of the top: 0 if and only if optimal."""
        wanted = np.clip(activity - self.gradient(activity) / curvature, 0.0, self.top)
        return float(np.abs(wanted - activity).max(initial=0.0) / self.top)


def calibrate(
    trajets: pd.DataFrame,
    demand: pd.DataFrame,
    sites: pd.DataFrame,
    publiee: pd.DataFrame,
    *,
    decay: Decay,
    par_mg_max: float,
    poids_a_priori: float,
) -> Calibration:
    """Find the activity per counted GP that best explains the published APL, given the times.

    With `P` the standardised population, `y` the published APL, `n` the GPs of a site, `a` their
    activity and `a0` that of `consultations`, minimise over `0 <= a <= par_mg_max`

        sum_i P_i (APL_i(a) - y_i)^2 / sum_i P_i
            + poids_a_priori * sum_j n_j (a_j / a0_j - 1)^2 / sum_j n_j

    over the communes whose published value and population are known. A site without a counted GP
    keeps 0: supply is never made where none is counted.

    Parameters
    ----------
    trajets : DataFrame
        `code_commune`, `site_id`, `temps_min`.
    demand : DataFrame
        `code_commune`, `population_standardisee`.
    sites : DataFrame
        `site_id`, `mg_nb`, `consultations` (a year): what each is believed to offer.
    publiee : DataFrame
        `code_commune`, `apl_publiee`, null where it must not count (unknown, or partly served by
        sites that are not here).
    decay : callable
        As for `access.floating_catchment`.
    par_mg_max : float
        Greatest activity of a GP, acts a year; a belief above it is brought down to it.
    poids_a_priori : float
        Above 0: the mean squared gap of APL that is worth moving every GP from `a0` to 0.

    Raises
    ------
    DataError
        A repeated identifier, a pair whose commune or site is unknown, a weight that is not
        above 0.

    Notes
    -----
    Accelerated projected gradient, restarted, with a diagonal step: no random start, the same
    answer whatever the order of rows.

    Examples
    --------
    One GP alone before 1 000 inhabitants: 4 is published, 3 was believed.

    >>> from diagterritoire.decay import steps
    >>> found = calibrate(
    ...     pd.DataFrame({"code_commune": ["A"], "site_id": ["s"], "temps_min": [0.0]}),
    ...     pd.DataFrame({"code_commune": ["A"], "population_standardisee": [1000.0]}),
    ...     pd.DataFrame({"site_id": ["s"], "mg_nb": [1.0], "consultations": [3000.0]}),
    ...     pd.DataFrame({"code_commune": ["A"], "apl_publiee": [4.0]}),
    ...     decay=steps((10, 15, 20), (1.0, 2 / 3, 1 / 3)), par_mg_max=6000.0, poids_a_priori=1.0,
    ... )
    >>> found.sites["consultations_calibrees"].round(3).tolist(), round(found.solde, 3)
    ([3900.0], 900.0)
    """
    if not poids_a_priori > 0:
        raise DataError("Calage : le poids de l'a priori doit être au-dessus de 0.")
    communes = by_id(demand, "code_commune", ["population_standardisee"])
    offer = by_id(sites, "site_id", ["mg_nb", "consultations"])
    access = _access(trajets, communes, offer, decay)
    wanted = by_id(publiee, "code_commune", ["apl_publiee"]).set_index("code_commune")
    target = wanted["apl_publiee"].reindex(communes["code_commune"]).to_numpy(np.float64)
    people = communes["population_standardisee"].to_numpy(np.float64, na_value=0.0)
    weight = np.where(np.isfinite(target), people, 0.0)
    counts, before = (offer[c].to_numpy(np.float64) for c in ("mg_nb", "consultations"))
    staffed = np.flatnonzero((counts > 0) & (before > 0))
    problem = _problem(
        access[:, staffed],
        counts[staffed],
        before[staffed],
        np.nan_to_num(target),
        weight / max(weight.sum(), 1.0),
        par_mg_max,
        poids_a_priori,
    )
    activity, tours = _solve(problem)
    seen = np.zeros(len(offer), dtype=bool)
    seen[staffed] = np.diff(problem.matrix.tocsc().indptr) > 0
    after = before.copy()
    after[seen] = (activity * counts[staffed])[seen[staffed]]
    moved = float(np.abs(after - before).sum() / 2)
    columns = {"consultations_calibrees": after, "calibre": seen}
    return Calibration(
        sites=offer[["site_id", "consultations"]].assign(**columns),
        apl=communes[["code_commune"]].assign(apl_calibree=np.asarray(access @ after)),
        deplacees=moved,
        part_deplacee=moved / float(before.sum()) if before.sum() > 0 else 0.0,
        solde=float(after.sum() - before.sum()),
        communes=int((weight > 0).sum()),
        tours=tours,
        residu=problem.residual(activity, _steps(problem)),
    )


def _access(
    trajets: pd.DataFrame, communes: pd.DataFrame, offer: pd.DataFrame, decay: Decay
) -> csr_array:
    """Give what one consultation of each site adds to the APL of each commune."""
    weights = decay(trajets["temps_min"].to_numpy(dtype=np.float64))
    pairs = trajets.loc[weights > 0]
    weights = weights[weights > 0]
    commune = positions(pairs["code_commune"], communes["code_commune"])
    site = positions(pairs["site_id"], offer["site_id"])
    people = communes["population_standardisee"].to_numpy(np.float64, na_value=0.0)
    reached = totals(site, weights * people[commune], len(offer))
    share = np.divide(weights, reached[site], out=np.zeros(len(site)), where=reached[site] > 0)
    order = np.lexsort((site, commune))
    shape = (len(communes), len(offer))
    found = csr_array((share[order], (commune[order], site[order])), shape=shape)
    if found.nnz != len(share):
        raise DataError(f"Trajets : {len(share) - found.nnz} couples commune-site sont répétés.")
    return found


def _problem(
    access: csr_array,
    counts: FloatArray,
    before: FloatArray,
    target: FloatArray,
    weight: FloatArray,
    top: float,
    poids: float,
) -> Problem:
    prior = np.minimum(before / counts, top)
    root = np.sqrt(weight)
    matrix = access.multiply(root[:, None]).multiply(counts[None, :]).tocsr()
    matrix.eliminate_zeros()
    pull = poids * counts / counts.sum() / prior**2 if len(counts) else counts
    return Problem(matrix, root * target, prior, pull, top)


def _steps(problem: Problem) -> FloatArray:
    """Curvature along each activity, above 0."""
    return np.maximum(problem.curvature(), np.finfo(float).tiny)


def _solve(problem: Problem) -> tuple[FloatArray, int]:
    """Minimise by accelerated projected steps; the speed is dropped when it climbs."""
    curvature = _steps(problem)
    activity = problem.prior.copy()
    ahead, speed, tours, stride = activity, 1.0, 0, np.inf
    while stride > PRECISION * problem.top and tours < TOURS_MAX:
        slope = problem.gradient(ahead)
        new = np.clip(ahead - slope / curvature, 0.0, problem.top)
        stride = float(np.abs(new - ahead).max(initial=0.0))
        climbing = float(((ahead - new) * curvature) @ (new - activity)) > 0
        faster = 1.0 if climbing else (1 + float(np.sqrt(1 + 4 * speed**2))) / 2
        ahead = new if climbing else new + (speed - 1) / faster * (new - activity)
        activity, speed, tours = new, faster, tours + 1
    return activity, tours
