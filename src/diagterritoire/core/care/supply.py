"""Supply of GPs: consultations offered by each site."""

from __future__ import annotations

import pandas as pd

from diagterritoire.core.identifiers import by_id


def consultations(
    sites: pd.DataFrame,
    *,
    par_mg: float,
    par_etp: float,
    facteurs: pd.Series[float] | None = None,
) -> pd.DataFrame:
    """Consultations offered by each site, from its number of GPs and a declared mean activity.

    `consultations = mg_nb * par_mg * facteur` and `mg_etp = consultations / par_etp`.

    Parameters
    ----------
    sites : DataFrame
        `site_id`, `mg_nb`, and `code_commune` with `facteurs`.
    par_mg : float
        Activity of a counted GP, consultations a year.
    par_etp : float
        Activity of a full-time GP, consultations a year, above 0.
    facteurs : Series, optional
        Activity of the GPs of a commune relative to the mean, by code; 1 for those it lacks.

    Returns
    -------
    DataFrame
        `site_id`, `consultations` (a year), `mg_etp`, sorted by `site_id`; no row without sites.

    Raises
    ------
    DataError
        A `site_id` is missing or repeated.

    References
    ----------
    DREES, APL aux médecins généralistes, feuille Paramètres (bounds of the activity). Open data
    count GPs without their activity: a mean stands for it.

    Examples
    --------
    >>> sites = pd.DataFrame({"site_id": ["s1", "s2"], "mg_nb": [2, 1]})
    >>> consultations(sites, par_mg=4000, par_etp=5000)
      site_id  consultations  mg_etp
    0      s1         8000.0     1.6
    1      s2         4000.0     0.8
    """
    relative = (
        pd.Series(1.0, index=sites.index)
        if facteurs is None
        else sites["code_commune"].map(facteurs).astype("float64").fillna(1.0)
    )
    offer = by_id(sites.assign(facteur=relative), "site_id", ["mg_nb", "facteur"])
    total = offer["mg_nb"].astype("float64") * float(par_mg) * offer["facteur"]
    return pd.DataFrame(
        {"site_id": offer["site_id"], "consultations": total, "mg_etp": total / float(par_etp)}
    )
