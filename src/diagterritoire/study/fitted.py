"""The APL of a run whose supply is fitted on the published one, told apart from the plain APL."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from diagterritoire import decay, tables
from diagterritoire.core.access.calibration import Calibration, calibrate
from diagterritoire.core.access.floating import floating_catchment
from diagterritoire.parameters import Parameters


@dataclass(frozen=True)
class Fitted:
    """Fitted APL of the closed area.

    Attributes
    ----------
    apl : DataFrame
        `code_commune`, `apl_calibree`: null everywhere without published value.
    annee : int or None
        Year that the supply was fitted on.
    calibration : Calibration or None
        The supply, and how much of it moved.
    """

    apl: pd.DataFrame
    annee: int | None
    calibration: Calibration | None


def fitted(
    trajets: pd.DataFrame,
    communes: pd.DataFrame,
    sites: pd.DataFrame,
    publiees: pd.DataFrame,
    parameters: Parameters,
) -> Fitted:
    """Fit the supply on the last published year but one, to be judged on the last.

    With one published year, on that one: the truth check then says that it has no merit. Communes
    that a site beyond the area serves do not count in the fit: their APL is incomplete here. Where
    no road times a trip, the weights are those of times known to an error.

    Parameters
    ----------
    trajets : DataFrame
        `code_commune`, `site_id`, `temps_min`, `origine_temps`, to the sites of the area and
        beyond.
    communes : DataFrame
        `code_commune`, `population_standardisee`: the closed area.
    sites : DataFrame
        `site_id`, `mg_nb`, `consultations`: those of the area.
    publiees : DataFrame
        What `core.published.published_years` gave.
    parameters : Parameters
        Groups `apl` and `calage`.

    Examples
    --------
    >>> tables = (
    ...     pd.DataFrame({"code_commune": ["A"], "site_id": ["s"], "temps_min": [0.0]}).assign(
    ...         origine_temps="route"
    ...     ),
    ...     pd.DataFrame({"code_commune": ["A"], "population_standardisee": [1000.0]}),
    ...     pd.DataFrame({"site_id": ["s"], "mg_nb": [1.0], "consultations": [4000.0]}),
    ... )
    >>> published = pd.DataFrame({
    ...     "code_commune": "A", "annee": [2022, 2023], "apl_publiee": [5.0, 5.5],
    ...     "population_standardisee": [1000.0, 1250.0],
    ... })
    >>> found = fitted(*tables, published, Parameters())
    >>> found.annee, found.apl["apl_calibree"].round(2).tolist()
    (2022, [4.99])
    """
    years = sorted(set(publiees["annee"]))
    if not years or sites.empty:
        return Fitted(communes[["code_commune"]].assign(apl_calibree=float("nan")), None, None)
    annee = int(years[-2] if len(years) > 1 else years[0])
    weights = decay.steps(parameters.apl.bornes_min, parameters.apl.poids)
    fitting = fitting_decay(trajets, parameters)
    within = trajets["site_id"].isin(sites["site_id"])
    away = trajets.loc[~within & (weights(trajets["temps_min"].to_numpy("float64")) > 0)]
    wanted = publiees.loc[publiees["annee"] == annee].set_index("code_commune")
    found = calibrate(
        trajets.loc[within],
        communes[["code_commune"]].assign(
            population_standardisee=communes["code_commune"]
            .map(wanted["population_standardisee"])
            .fillna(communes["population_standardisee"])
        ),
        sites,
        wanted.loc[~wanted.index.isin(away["code_commune"]), ["apl_publiee"]].reset_index(),
        decay=fitting,
        par_mg_max=parameters.offre.activite_plafond,
        poids_a_priori=parameters.calage.poids_a_priori,
    )
    supply = found.sites.drop(columns="consultations")
    apl, _ = floating_catchment(
        trajets.loc[within],
        communes,
        supply.rename(columns={"consultations_calibrees": "consultations"}),
        decay=fitting,
    )
    return Fitted(apl.rename(columns={"apl": "apl_calibree"}), annee, found)


def fitting_decay(trajets: pd.DataFrame, parameters: Parameters) -> decay.Decay:
    """Weights of the bands, blurred by the error of the times when none comes from a road.

    Fitted on sharp bands, supply would make up for trips that a small error puts on the wrong side.

    Examples
    --------
    >>> trips = pd.DataFrame({"temps_min": [10.0], "origine_temps": ["approche"]})
    >>> fitting_decay(trips, Parameters())(trips["temps_min"].to_numpy()).round(2).tolist()
    [0.83]
    """
    bands = (parameters.apl.bornes_min, parameters.apl.poids)
    if not (trajets["origine_temps"] == tables.APPROCHE).all():
        return decay.steps(*bands)
    return decay.steps_with_error(*bands, parameters.calage.erreur_approche_min)
