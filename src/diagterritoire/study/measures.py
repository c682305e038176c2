"""What is computed over the closed area, before it is laid out in tables."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import pandas as pd

from diagterritoire import decay, tables
from diagterritoire.core.access.floating import floating_catchment
from diagterritoire.core.care.supply import consultations
from diagterritoire.core.communes import arrondissements
from diagterritoire.core.communes.perimeter import build_sites
from diagterritoire.core.communes.population_points import commune_points
from diagterritoire.core.times.choice import choice
from diagterritoire.core.times.distribution import Distribution, distribution
from diagterritoire.core.times.surface import Surface, surface
from diagterritoire.core.times.travel import Travel, travel
from diagterritoire.network.graph import RoadGraph
from diagterritoire.network.links import linked
from diagterritoire.parameters import Parameters
from diagterritoire.siting import Area
from diagterritoire.study import appraisal, flow_models
from diagterritoire.study.bundles import Inputs
from diagterritoire.study.fitted import Fitted, fitted
from diagterritoire.territory import arrondissement_parent


@dataclass(frozen=True)
class Measures:
    """What is computed over the closed area, before it is laid out in tables.

    `lointains` are the sites beyond the area; `times` and `moves` go there too. Measures are by
    arrondissement in Paris, Lyon and Marseille, save `moves`, `choix`, `habitants` and `ecarts`,
    which are by commune. `surface` and `habitants` are those of the territory, `proches` are the
    trips to the sites of the closed area.
    """

    times: Travel
    sites: gpd.GeoDataFrame
    lointains: gpd.GeoDataFrame
    apl: pd.DataFrame
    ratios: pd.DataFrame
    moves: flow_models.Moves
    surface: Surface
    choix: pd.DataFrame
    habitants: Distribution
    ecarts: pd.DataFrame
    proches: pd.DataFrame
    calee: Fitted

    @property
    def flux(self) -> pd.DataFrame:
        """Every flow of the residents, even the smallest."""
        return self.moves.flux


def measure(inputs: Inputs, parameters: Parameters) -> Measures:
    """Compute the times, the supply, the APL, the flows and the times of the inhabitants."""
    relative = relative_activity(inputs, parameters)
    sites = _with_supply(inputs.sites, relative, parameters)
    lointains = _with_supply(build_sites(inputs.ailleurs), relative, parameters)
    everywhere = pd.concat([f for f in (sites, lointains) if len(f)] or [sites], ignore_index=True)
    staffed = everywhere.loc[everywhere["mg_nb"] > 0]
    road = None if inputs.road is None else linked(inputs.road, inputs.liens)
    times = travel(inputs.communes, staffed, road, parameters, inputs.ailleurs)
    within = times.trajets["site_id"].isin(sites["site_id"])
    proches = times.trajets.loc[within]
    apl, ratios = floating_catchment(
        proches,
        inputs.communes,
        sites,
        decay=decay.steps(parameters.apl.bornes_min, parameters.apl.poids),
    )
    moves = flow_models.moves(
        times.trajets,
        times.plus_proches,
        inputs.communes,
        everywhere,
        places(inputs),
        inputs.flux_observes,
        parameters,
    )
    people = _people(inputs)
    habitants = commune_points(people) if inputs.habitants is None else inputs.habitants
    timed = _surface(inputs, staffed, road, times, habitants, parameters)
    return Measures(
        times,
        sites,
        lointains,
        apl,
        ratios,
        moves,
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
        appraisal.gap_causes(proches, inputs.communes, sites, parameters),
        proches,
        fitted(times.trajets, inputs.communes, sites, inputs.publiees, parameters),
    )


def relative_activity(inputs: Inputs, parameters: Parameters) -> pd.Series[float]:
    """Activity of the GPs of each commune relative to the declared mean: known, and rebased.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> known = SimpleNamespace(activites=pd.Series({"A": 8440.0}), facteurs=pd.Series({"A": 0.5}))
    >>> relative_activity(known, Parameters()).to_dict()
    {'A': 1.0}
    """
    if inputs.activites.empty:
        return inputs.facteurs
    known = inputs.activites / parameters.offre.consultations_par_mg
    return known if inputs.facteurs.empty else inputs.facteurs.mul(known, fill_value=1.0)


def bounds(parameters: Parameters) -> tuple[float, ...]:
    """Give the times that bound areas and bands, in order.

    Examples
    --------
    >>> bounds(Parameters())
    (10.0, 15.0, 20.0, 30.0)
    """
    return tuple(sorted({*parameters.apl.bornes_min, *parameters.reseau.isochrones_min}))


def places(inputs: Inputs) -> pd.DataFrame:
    """Point of every commune where a flow may end, whole."""
    frames = [f[["code_commune", "x", "y"]] for f in (inputs.communes, inputs.ailleurs) if len(f)]
    return arrondissements.folded(pd.concat(frames, ignore_index=True))


def siting_area(inputs: Inputs, measures: Measures) -> Area:
    """Give what the siting of new sites needs: the access of today, and how to travel."""
    where = ["site_id", "code_commune"]
    return Area(
        inputs.communes,
        inputs.ailleurs,
        inputs.road,
        inputs.structures,
        measures.times.plus_proches,
        pd.concat([measures.sites[where], measures.lointains[where]], ignore_index=True),
        measures.apl,
    )


def _people(inputs: Inputs) -> pd.DataFrame:
    """Points and inhabitants of the communes of the territory, whole."""
    columns = ["code_commune", "x", "y", "landmass", "population"]
    return arrondissements.folded(pd.DataFrame(inputs.interieur[columns]))


def _surface(
    inputs: Inputs,
    staffed: gpd.GeoDataFrame,
    road: RoadGraph | None,
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
        road,
        covered,
        parameters.reseau,
        habitants.assign(couvert=habitants["code_commune"].map(whole)),
    )


def _with_supply(
    sites: gpd.GeoDataFrame, facteurs: pd.Series[float], parameters: Parameters
) -> gpd.GeoDataFrame:
    offre = consultations(
        sites,
        par_mg=parameters.offre.consultations_par_mg,
        par_etp=parameters.offre.consultations_par_etp,
        facteurs=facteurs,
    )
    return sites.merge(offre, on="site_id", how="left", validate="one_to_one")
