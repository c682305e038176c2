"""APL and deficits in some years, if GPs leave as declared and the population grows as declared."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from diagterritoire.core.access.deficits import deficits
from diagterritoire.core.access.floating import floating_catchment
from diagterritoire.core.care.departures import future_demand, future_supply, staying
from diagterritoire.decay import Decay
from diagterritoire.ledger import stack


def outlook(
    trajets: pd.DataFrame,
    communes: pd.DataFrame,
    sites: pd.DataFrame,
    medecins: pd.DataFrame,
    *,
    horizons_ans: Sequence[float],
    age_cessation: float,
    part_departs_an: float,
    part_remplacee: float,
    facteur_an: float,
    decay: Decay,
    seuil: float,
    par_etp: float,
    absents: pd.Series[float] | None = None,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """APL and deficit of each commune today (horizon 0) and at each horizon.

    Parameters
    ----------
    trajets : DataFrame
        `code_commune`, `site_id`, `temps_min`: the same in every year.
    communes : DataFrame
        `code_commune`, `population_standardisee`.
    sites : DataFrame
        `site_id`, `code_commune`, `mg_nb`, `consultations`, `mg_etp`.
    medecins : DataFrame
        Table `medecins_ages`, possibly empty: departures are then those declared.
    horizons_ans : sequence of float
        Years ahead.
    age_cessation, part_departs_an, part_remplacee, facteur_an
        As for `departures.staying` and `departures.future_demand`.
    decay : callable
        Weight of the APL.
    seuil, par_etp : float
        As for `deficits.deficits`.
    absents : Series, optional
        As for `departures.staying`.

    Returns
    -------
    (DataFrame, DataFrame)
        `horizon_ans`, `code_commune`, `population_standardisee`, `mg_etp` (of its sites), `apl`,
        `deficit`, `deficit_consultations`, `deficit_etp`, sorted; and rows of `tables.CONTROLE`.

    Raises
    ------
    DataError
        As the functions it joins.

    Examples
    --------
    >>> from diagterritoire.decay import within
    >>> trajets = pd.DataFrame({"code_commune": ["A"], "site_id": ["s"], "temps_min": [0.0]})
    >>> communes = pd.DataFrame({"code_commune": ["A"], "population_standardisee": [2000.0]})
    >>> sites = pd.DataFrame({
    ...     "site_id": ["s"], "code_commune": ["A"], "mg_nb": [2.0], "consultations": [8000.0],
    ...     "mg_etp": [1.6],
    ... })
    >>> medecins = pd.DataFrame({"code_commune": ["A", "A"], "age": [65.0, 40.0]})
    >>> found, _ = outlook(
    ...     trajets, communes, sites, medecins, horizons_ans=(3,), age_cessation=67,
    ...     part_departs_an=0.03, part_remplacee=0.0, facteur_an=1.0, decay=within(20),
    ...     seuil=2.5, par_etp=5000,
    ... )
    >>> found[["horizon_ans", "apl", "deficit"]].to_numpy().tolist()
    [[0.0, 4.0, False], [3.0, 2.0, True]]
    """
    places = pd.concat([communes["code_commune"], sites["code_commune"]]).drop_duplicates()
    years, told = [], stack([])
    for horizon in sorted({0.0, *(float(h) for h in horizons_ans)}):
        restants, told = staying(
            medecins,
            places,
            horizon_ans=horizon,
            age_cessation=age_cessation,
            part_departs_an=part_departs_an,
            part_remplacee=part_remplacee,
            absents=absents,
        )
        supply = future_supply(sites, restants)
        demand = future_demand(communes, horizon_ans=horizon, facteur_an=facteur_an)
        apl, _ = floating_catchment(trajets, demand, supply, decay=decay)
        year = apl.merge(
            deficits(apl, demand, seuil=seuil, par_etp=par_etp),
            on="code_commune",
            how="left",
            validate="one_to_one",
        )
        staffed = supply.groupby("code_commune")["mg_etp"].sum()
        people = demand.set_index("code_commune")["population_standardisee"]
        year.insert(1, "population_standardisee", year["code_commune"].map(people))
        year.insert(2, "mg_etp", year["code_commune"].map(staffed).fillna(0.0))
        year.insert(0, "horizon_ans", horizon)
        years.append(year)
    return pd.concat(years, ignore_index=True), told
