"""Verdicts on the model of flows, beside simple models and the national reference."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

import pandas as pd

from diagterritoire import schema, tables
from diagterritoire.core.flows.balancing import doubly_constrained, scaled_capacities
from diagterritoire.core.flows.destinations import shared
from diagterritoire.core.flows.fitting import Fit, fit_flows
from diagterritoire.core.flows.judgement import (
    Judgement,
    judge,
    left_out,
    nearest_only,
    random_flows,
)
from diagterritoire.decay import Decay, exponential_power
from diagterritoire.parameters import FluxParameters, Parameters

GRAVITE, CAPACITE = "gravité", "gravité sous contrainte de capacité"
PROCHE, HASARD = "tous au plus proche", "au hasard à portée"
OBSERVES, REFERENCE = "flux observés", "référence nationale"


def decay_of(flux: FluxParameters) -> Decay:
    """Decay of the declared parameters."""
    return exponential_power(
        flux.decroissance_par_min, flux.decroissance_echelle_min, flux.decroissance_puissance
    )


def fitted_parameters(declared: FluxParameters, fit: Fit) -> FluxParameters:
    """Put what was fitted in the place of what was declared, if it stands on enough communes."""
    if not fit.converge or fit.origines < declared.calage_communes_min:
        return declared
    return replace(
        declared,
        attraction_exposant=fit.attraction,
        decroissance_par_min=fit.par_min,
        decroissance_puissance=fit.puissance,
    )


def verdicts(
    choix: pd.DataFrame,
    modele: pd.DataFrame,
    montres: pd.DataFrame,
    restes: pd.Series[float],
    area: Collection[str],
    territoire: Collection[str],
    used: FluxParameters,
    parameters: Parameters,
) -> pd.DataFrame:
    """Judge the model beside simple ones: on residences it was not fitted on, or by its shares.

    Parameters
    ----------
    choix : DataFrame
        `destinations.candidates`, by commune.
    modele : DataFrame
        Flows of the model delivered: what is judged when nothing is observed.
    montres : DataFrame
        Table `flux_observes`, empty when nothing is observed: what the model is fitted and judged
        on, the cells under secrecy being unknown.
    restes : Series
        Patients of each residence in those cells, null where hidden too.
    area, territoire : collection of str
        Communes of the closed area, and of the territory.
    used : FluxParameters
        Those of the flows delivered.
    parameters : Parameters
        Those declared.

    Returns
    -------
    DataFrame
        Table `jugement_flux`. Each residence of a model has its observed patients; the capacity of
        a commune is its share of the consultations of the area.
    """
    told = montres.loc[montres["patients"] > 0, "code_residence"]
    observed, note = None, "habitants du territoire, sans flux observés à comparer"
    homes = set(territoire)
    if len(told):
        drawn = left_out(
            sorted(set(told) & set(choix["code_residence"])),
            used.part_jugee,
            used.graine,
        )
        homes = set(drawn)
        observed = montres.loc[montres["code_residence"].isin(drawn)]
        rest = montres.loc[~montres["code_residence"].isin(drawn)]
        echelle = parameters.flux.decroissance_echelle_min
        fit = fit_flows(choix, rest, echelle_min=echelle, restes=restes)
        used = fitted_parameters(parameters.flux, fit)
        note = "communes laissées de côté au calage, à effectif observé"
    mine = choix.loc[choix["code_residence"].isin(list(homes))]
    decay, attraction = decay_of(used), used.attraction_exposant
    local = choix.loc[choix["code_exercice"].isin(list(area))]
    flux = shared(local, decay=decay, attraction=attraction)
    offers = dict(zip(local["code_exercice"], local["consultations"], strict=True))
    balanced = doubly_constrained(
        flux,
        scaled_capacities(flux, offers),
        tolerance=used.capacite_tolerance,
        tours_max=used.capacite_tours_max,
    )
    by_capacity = balanced.flux.loc[balanced.flux["code_residence"].isin(list(homes))]
    capacity_note = balanced.motif or f"marges tenues en {balanced.tours} tours"
    gravite = modele.loc[modele["code_residence"].isin(mine["code_residence"].unique())]
    if observed is not None:
        gravite = shared(mine, decay=decay, attraction=attraction)
    models = (
        (GRAVITE, gravite, note),
        (CAPACITE, by_capacity, f"{note} ; {capacity_note}"),
        (PROCHE, nearest_only(mine), note),
        (HASARD, random_flows(mine), note),
    )
    rows = []
    for name, model, remark in models:
        scaled = model if observed is None else _scaled(model, observed)
        rows.append(_row(name, judge(scaled, mine, observed), len(homes), remark))
    if observed is not None:
        rows.append(_row(OBSERVES, judge(observed.dropna(), mine), len(homes), note))
    reference = Judgement(
        None,
        None,
        # As in table `bandes_flux`: the published parts, rounded, do not quite sum to 1.
        parameters.flux.bandes_parts[0] / sum(parameters.flux.bandes_parts),
        parameters.flux.part_plus_proche,
        parameters.flux.temps_moyen_min,
    )
    rows.append(_row(REFERENCE, reference, None, "IRDES, QES 564 (ESPS 2010), France entière"))
    return schema.conform(pd.DataFrame(rows), tables.JUGEMENT_FLUX)


def _scaled(model: pd.DataFrame, observed: pd.DataFrame) -> pd.DataFrame:
    """Give each residence of a model its observed patients, over the pairs that may be compared.

    Where a flow is hidden the model's is left out too: with it, even a perfect model would put
    fewer patients than are seen on every other pair.
    """
    pair = ["code_residence", "code_exercice"]
    hidden = pd.MultiIndex.from_frame(observed.loc[observed["patients"].isna(), pair])
    seen = model.loc[~pd.MultiIndex.from_frame(model[pair]).isin(hidden)]
    total = observed.groupby("code_residence")["patients"].sum()
    mine = seen.groupby("code_residence")["patients"].transform("sum")
    factor = seen["code_residence"].map(total).astype("float64") / mine
    return seen.assign(patients=(seen["patients"] * factor).fillna(0.0))


def _row(name: str, found: Judgement, number: int | None, note: str) -> dict[str, object]:
    return {
        "modele": name,
        "cpc": found.cpc,
        "srmse": found.srmse,
        "part_commune": found.part_commune,
        "part_plus_proche": found.part_plus_proche,
        "temps_moyen_min": found.temps_moyen_min,
        "communes_nb": number,
        "note": note,
    }
