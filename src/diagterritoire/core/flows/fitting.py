"""Decay and attraction of the model of flows, fitted on flows that were observed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import minimize

from diagterritoire.arrays import FloatArray, IntArray
from diagterritoire.core.identifiers import totals

_PAIR = ["code_residence", "code_exercice"]
# Beyond, a weight is nil or one whatever the trip: the likelihood is flat.
_MOST = 50.0


@dataclass(frozen=True)
class Fit:
    """What the observed flows say of the model.

    Attributes
    ----------
    attraction, par_min, puissance : float
        Exponent of the supply, `k` and `p` of `decay.exponential_power`.
    log_vraisemblance : float
        Of the multinomial model, constant left out.
    patients, origines : float, int
        Patients and residences the fit stands on.
    patients_ecartes : float
        Patients whose destination is no choice of theirs: out of range, or without consultation.
    converge : bool
        Whether the search ended by itself.
    """

    attraction: float
    par_min: float
    puissance: float
    log_vraisemblance: float
    patients: float
    origines: int
    patients_ecartes: float
    converge: bool


def fit_flows(
    choices: pd.DataFrame,
    observed: pd.DataFrame,
    *,
    echelle_min: float,
    restes: pd.Series[float] | None = None,
) -> Fit:
    """Fit attraction and decay by maximum likelihood: multinomial choice of each residence.

    The share of a destination is `S_j^a exp(-k t) (1 + t / s)^-p`, over the same of every choice.
    The logarithm of the likelihood is concave in `(a, k, p)`, all three 0 or more: its maximum is
    found whatever the start. Destinations whose patients are hidden count together for those that
    their residence has left (one likelihood of their sum), and for nothing where that is hidden
    too: the fit then says nothing that is not shown.

    Parameters
    ----------
    choices : DataFrame
        `destinations.candidates`: `code_residence`, `code_exercice`, `temps_min`, `consultations`.
    observed : DataFrame
        `code_residence`, `code_exercice`, `patients`; null is hidden, a choice without row has
        none.
    echelle_min : float
        `s`, minutes, declared: with `p` it would not be told apart.
    restes : Series, optional
        Patients of each residence over its hidden destinations, null where hidden too.

    Returns
    -------
    Fit
        With no patient, zeros and `converge` false.

    References
    ----------
    McFadden (1974), Conditional logit analysis of qualitative choice behavior; the Poisson model
    with an effect for each residence has the same likelihood.

    Examples
    --------
    Nine times out of ten for what is 10 times as large, at the same time:

    >>> choices = pd.DataFrame(
    ...     [("A", "A", 5.0, 10.0), ("A", "B", 5.0, 100.0)],
    ...     columns=["code_residence", "code_exercice", "temps_min", "consultations"],
    ... )
    >>> observed = choices.assign(patients=[10.0, 90.0])
    >>> round(fit_flows(choices, observed, echelle_min=10.0).attraction, 3)
    0.954
    """
    known = observed.loc[observed["patients"].notna(), [*_PAIR, "patients"]]
    table = _told(choices, observed, restes)
    hidden = table["cache"].to_numpy(dtype=bool)
    count = table["patients"].fillna(0.0).to_numpy(dtype=np.float64)
    seen = float(count.sum())
    left = float(known["patients"].sum()) - seen
    if seen <= 0:
        return Fit(0.0, 0.0, 0.0, 0.0, 0.0, 0, max(left, 0.0), converge=False)
    origin, homes = pd.factorize(table["code_residence"])
    features = _features(table, echelle_min)
    rest = totals(origin[hidden], table["reste"].to_numpy(dtype=np.float64)[hidden], len(homes))
    rest /= np.maximum(totals(origin[hidden], np.ones(hidden.sum()), len(homes)), 1.0)
    used = totals(origin, count, len(homes))
    total = seen + float(rest.sum())

    def loss(theta: FloatArray) -> tuple[float, FloatArray]:
        value, gradient = _likelihood(theta, features, origin, count, used, hidden, rest)
        return -value / total, -gradient / total

    found = minimize(
        loss,
        np.array([1.0, 0.05, 1.0]),
        jac=True,
        bounds=[(0.0, _MOST)] * 3,
        method="L-BFGS-B",
        options={"maxiter": 500, "ftol": 1e-15, "gtol": 1e-10},
    )
    attraction, par_min, puissance = (float(v) for v in found.x)
    return Fit(
        attraction,
        par_min,
        puissance,
        -float(found.fun) * total,
        total,
        int((used > 0).sum()),
        max(left, 0.0),
        bool(found.success),
    )


def _features(table: pd.DataFrame, echelle_min: float) -> FloatArray:
    minutes = table["temps_min"].to_numpy(dtype=np.float64)
    offered = np.log(table["consultations"].to_numpy(dtype=np.float64))
    return np.column_stack([offered, -minutes, -np.log1p(minutes / echelle_min)])


def _told(
    choices: pd.DataFrame, observed: pd.DataFrame, restes: pd.Series[float] | None
) -> pd.DataFrame:
    """Choices of the residences seen: `patients`, `cache` (hidden, told together), `reste`."""
    table = choices.merge(
        observed[[*_PAIR, "patients"]],
        on=_PAIR,
        how="left",
        validate="one_to_one",
        indicator="vu",
    )
    home = table["code_residence"]
    hidden = (table["vu"] == "both") & table["patients"].isna()
    rest = pd.Series(np.nan, index=table.index)
    if restes is not None:
        rest = home.map(restes).astype("float64")
    seen = observed.loc[observed["patients"].notna(), "code_residence"]
    kept = home.isin(seen) & ~(hidden & rest.isna())
    return table.assign(cache=hidden, reste=rest).loc[kept].reset_index(drop=True)


def _likelihood(
    theta: FloatArray,
    features: FloatArray,
    origin: IntArray,
    count: FloatArray,
    used: FloatArray,
    hidden: NDArray[np.bool_],
    rest: FloatArray,
) -> tuple[float, FloatArray]:
    """Logarithm of the likelihood, and its gradient: what is observed less what is expected.

    The hidden destinations of a residence stand for their sum, `rest`.
    """
    size = len(used)
    score = features @ theta
    top = np.full(size, -np.inf)
    np.maximum.at(top, origin, score)
    weight = np.exp(score - top[origin])
    total = totals(origin, weight, size)
    log_share = score - top[origin] - np.log(total)[origin]
    among = np.where(hidden, weight, 0.0)
    together = totals(origin, among, size)
    some = together > 0
    share = np.divide(together, total, out=np.ones(size), where=some)
    value = float(count @ log_share) + float(rest[some] @ np.log(share[some]))
    shared = np.divide(among, together[origin], out=np.zeros_like(among), where=hidden)
    expected = (used + rest)[origin] * weight / total[origin]
    return value, features.T @ (count + rest[origin] * shared - expected)
