"""Where access falls under a threshold, and by how many consultations."""

from __future__ import annotations

import pandas as pd

from diagterritoire.core.identifiers import by_id


def deficits(
    apl: pd.DataFrame, demand: pd.DataFrame, *, seuil: float, par_etp: float
) -> pd.DataFrame:
    """Deficit of each commune against a threshold of APL.

    `deficit` is `apl < seuil`, strictly and on the value as stored (2.5 is not under 2.5);
    `deficit_consultations = max(0, seuil - apl) * population_standardisee`;
    `deficit_etp = deficit_consultations / par_etp`. The sum over communes is not a number of posts
    to open: one post serves its neighbours too.

    Parameters
    ----------
    apl : DataFrame
        `code_commune`, `apl` (consultations a year by standardised inhabitant).
    demand : DataFrame
        `code_commune`, `population_standardisee`; the same communes.
    seuil : float
        Threshold of APL.
    par_etp : float
        Activity of a full-time GP, consultations a year, above 0.

    Returns
    -------
    DataFrame
        `code_commune`, `deficit` (nullable boolean), `deficit_consultations` (a year),
        `deficit_etp`, sorted; all null where the APL is (unknown is not a deficit).

    Raises
    ------
    DataError
        A `code_commune` is missing or repeated.

    References
    ----------
    DGOS, foire aux questions du zonage, 2018: under-dense below 2.5.

    Examples
    --------
    >>> apl = pd.DataFrame({"code_commune": ["A", "B"], "apl": [1.5, 2.5]})
    >>> demand = pd.DataFrame({"code_commune": ["A", "B"], "population_standardisee": [1e3, 2e3]})
    >>> deficits(apl, demand, seuil=2.5, par_etp=5000)
      code_commune  deficit  deficit_consultations  deficit_etp
    0            A     True                 1000.0          0.2
    1            B    False                    0.0          0.0
    """
    table = by_id(apl, "code_commune", ["apl"]).merge(
        by_id(demand, "code_commune", ["population_standardisee"]),
        on="code_commune",
        how="left",
        validate="one_to_one",
    )
    value = table["apl"].astype("float64")
    missing = (seuil - value).clip(lower=0.0) * table["population_standardisee"].astype("float64")
    return pd.DataFrame(
        {
            "code_commune": table["code_commune"],
            "deficit": (value < seuil).astype("boolean").mask(value.isna()),
            "deficit_consultations": missing,
            "deficit_etp": missing / float(par_etp),
        }
    )
