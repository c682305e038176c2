"""What is computed over the closed area, before it is laid out in tables."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import pandas as pd

from diagterritoire import decay, tables
from diagterritoire.bundles import Inputs
from diagterritoire.core import arrondissements
from diagterritoire.core.access import floating_catchment
from diagterritoire.core.choice import choice
from diagterritoire.core.distribution import Distribution, distribution
from diagterritoire.core.flows import gravity
from diagterritoire.core.perimeter import build_sites
from diagterritoire.core.population_points import commune_points
from diagterritoire.core.supply import consultations
from diagterritoire.core.surface import Surface, surface
from diagterritoire.core.travel import Travel, travel
from diagterritoire.parameters import Parameters
from diagterritoire.territory import arrondissement_parent


@dataclass(frozen=True)
class Measures:
    """What is computed over the closed area, before it is laid out in tables.

    `lointains` are the sites beyond the area; `times` and `flux` go there too. Measures are by
    arrondissement in Paris, Lyon and Marseille, save `flux`, `choix` and `habitants`, which are by
    commune. `surface` and `habitants` are those of the territory.
    """

    times: Travel
    sites: gpd.GeoDataFrame
    lointains: gpd.GeoDataFrame
    apl: pd.DataFrame
    ratios: pd.DataFrame
    flux: pd.DataFrame
    surface: Surface
    choix: pd.DataFrame
    habitants: Distribution


def measure(inputs: Inputs, parameters: Parameters) -> Measures:
    """Compute the times, the supply, the APL, the flows and the times of the inhabitants."""
    sites = _with_supply(inputs.sites, parameters)
    lointains = _with_supply(build_sites(inputs.ailleurs), parameters)
    everywhere = pd.concat([f for f in (sites, lointains) if len(f)] or [sites], ignore_index=True)
    staffed = everywhere.loc[everywhere["mg_nb"] > 0]
    times = travel(inputs.communes, staffed, inputs.road, parameters, inputs.ailleurs)
    within = times.trajets["site_id"].isin(sites["site_id"])
    apl, ratios = floating_catchment(
        times.trajets.loc[within],
        inputs.communes,
        sites,
        decay=decay.steps(parameters.apl.bornes_min, parameters.apl.poids),
    )
    flux = gravity(
        times.trajets,
        times.plus_proches,
        inputs.communes,
        everywhere,
        decay=decay.exponential(parameters.flux.decroissance_par_min),
        attraction=parameters.flux.attraction_exposant,
    )
    people = _people(inputs)
    habitants = commune_points(people) if inputs.habitants is None else inputs.habitants
    timed = _surface(inputs, staffed, times, habitants, parameters)
    return Measures(
        times,
        sites,
        lointains,
        apl,
        ratios,
        arrondissements.folded_flows(flux),
        timed,
        choice(
            times.trajets,
            staffed,
            arrondissements.folded(inputs.communes[["code_commune"]])["code_commune"],
            parameters.reseau.duree_max_min,
        ),
        distribution(
            habitants,
            timed.points_ds,
            people.set_index("code_commune")["population"],
            bounds(parameters),
        ),
    )


def bounds(parameters: Parameters) -> tuple[float, ...]:
    """Give the times that bound areas and bands, in order.

    Examples
    --------
    >>> bounds(Parameters())
    (10.0, 15.0, 20.0, 30.0)
    """
    return tuple(sorted({*parameters.apl.bornes_min, *parameters.reseau.isochrones_min}))


def _people(inputs: Inputs) -> pd.DataFrame:
    """Points and inhabitants of the communes of the territory, whole."""
    columns = ["code_commune", "x", "y", "landmass", "population"]
    return arrondissements.folded(pd.DataFrame(inputs.interieur[columns]))


def _surface(
    inputs: Inputs,
    staffed: gpd.GeoDataFrame,
    times: Travel,
    habitants: pd.DataFrame,
    parameters: Parameters,
) -> Surface:
    """Time the cells and the inhabitants of the territory, by road where its communes are."""
    joined = times.rattachements
    statut = joined.loc[joined["nature"] == "commune"].set_index("identifiant")["statut"]
    covered = statut != tables.NON_COUVERT
    whole = covered.groupby(covered.index.map(arrondissement_parent)).any()
    columns = ["code_commune", "landmass", "geometry"]
    land = [frame[columns] for frame in (inputs.communes, inputs.ailleurs) if len(frame)]
    return surface(
        inputs.interieur,
        gpd.GeoDataFrame(pd.concat(land, ignore_index=True)),
        staffed,
        inputs.road,
        covered,
        parameters.reseau,
        habitants.assign(couvert=habitants["code_commune"].map(whole)),
    )


def _with_supply(sites: gpd.GeoDataFrame, parameters: Parameters) -> gpd.GeoDataFrame:
    offre = consultations(
        sites,
        par_mg=parameters.offre.consultations_par_mg,
        par_etp=parameters.offre.consultations_par_etp,
    )
    return sites.merge(offre, on="site_id", how="left", validate="one_to_one")
