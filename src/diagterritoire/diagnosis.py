"""The two bundles of a run, and the function from one to the other.

`Inputs` holds tables and a road graph, `Diagnosis` the tables that are delivered. A scenario is an
edited `Inputs` that is diagnosed again.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from diagterritoire import decay, schema, tables
from diagterritoire.core import control
from diagterritoire.core.access import floating_catchment
from diagterritoire.core.agreement import agreement, weighted_mean
from diagterritoire.core.deficits import deficits
from diagterritoire.core.flows import exchanges, fuite, gravity
from diagterritoire.core.supply import consultations
from diagterritoire.core.travel import Travel, travel
from diagterritoire.ledger import stack
from diagterritoire.network.graph import RoadGraph
from diagterritoire.parameters import Parameters, describe
from diagterritoire.territory import Territory

# Side of the loop drawn for a flow that stays at its point: a line needs a length to be valid.
BOUCLE_M = 1.0


@dataclass(frozen=True)
class Inputs:
    """What a diagnosis needs: the closed area (territory and buffer) and how to travel in it.

    Attributes
    ----------
    territory : Territory
    communes : GeoDataFrame
        One row per commune of the closed area, in the territory's projection: the columns of
        `tables.COMMUNES` known before computing, and `x`, `y` (its point, metres), `landmass`
        (number of the mass of land that holds it).
    sites : GeoDataFrame
        One row per site of GPs: `site_id`, `code_commune`, `mg_nb`, `origine_position`, point.
    road : RoadGraph or None
        None: every time comes from the straight-line model.
    controle, sources, comparaisons, contexte : DataFrame
        As in `tables`.
    """

    territory: Territory
    communes: gpd.GeoDataFrame
    sites: gpd.GeoDataFrame
    road: RoadGraph | None
    controle: pd.DataFrame
    sources: pd.DataFrame
    comparaisons: pd.DataFrame
    contexte: pd.DataFrame


@dataclass(frozen=True)
class Bilan:
    """Checks and totals printed in the report; counts and sums are over the territory.

    `consultations_offertes` are those of the sites of the closed area that somebody reaches within
    the range of the APL; `consultations_recues` is the sum of standardised population times APL
    over the same area: the two are equal (closed system law).
    """

    consultations_offertes: float
    consultations_recues: float
    ecart_relatif: float
    correlation_apl: float | None
    correlation_apl_ponderee: float | None
    ecart_median_apl: float | None
    apl_moyenne: float | None
    apl_publiee_moyenne: float | None
    taux_fuite: float | None
    taux_autosuffisance: float | None
    taux_attraction: float | None


@dataclass(frozen=True)
class Diagnosis:
    """What is delivered: one frame per table of `tables.DELIVERED`, and the totals."""

    territory: Territory
    communes: gpd.GeoDataFrame
    sites: gpd.GeoDataFrame
    flux: gpd.GeoDataFrame
    bassins: gpd.GeoDataFrame
    isochrones: gpd.GeoDataFrame
    structures: gpd.GeoDataFrame
    controle: pd.DataFrame
    sources: pd.DataFrame
    parametres: pd.DataFrame
    comparaisons: pd.DataFrame
    contexte: pd.DataFrame
    bilan: Bilan
    parameters: Parameters

    @property
    def interieur(self) -> gpd.GeoDataFrame:
        """Communes of the territory, its buffer left out."""
        return self.communes.loc[self.communes["dans_territoire"]]

    @property
    def approximate(self) -> bool:
        """True when a time of the territory comes from the straight-line model."""
        return bool((self.interieur["origine_temps"] == tables.APPROCHE).any())


@dataclass(frozen=True)
class _Measures:
    """What is computed over the closed area, before it is laid out in tables."""

    times: Travel
    sites: gpd.GeoDataFrame
    apl: pd.DataFrame
    ratios: pd.DataFrame
    flux: pd.DataFrame


def diagnose(inputs: Inputs, parameters: Parameters) -> Diagnosis:
    """Compute every table that is delivered from the inputs.

    Travel times, supply, APL over the closed area, modelled flows, deficits, then the tables of
    `tables.DELIVERED`, conform to their schemas and sorted by key. A site without GP is delivered
    but nobody is sent to it.

    Parameters
    ----------
    inputs : Inputs
        The closed area. With no site of GPs every commune is unreachable and its APL 0.
    parameters : Parameters
        Chosen numbers.

    Returns
    -------
    Diagnosis
        `bassin` is null, `bassins`, `isochrones` and `structures` are empty: their steps are to
        come. `flux` keeps the flows with an end in the territory; `bilan` is over the territory,
        its consultations over the closed area.

    Raises
    ------
    DataError
        A table contrary to its schema, or a site in an unknown commune.
    """
    measures = _measure(inputs, parameters)
    communes = _communes(inputs, measures, parameters)
    flux = _flux(inputs, measures.flux)
    crs = inputs.territory.crs
    described = pd.DataFrame([asdict(d) for d in describe(parameters)])
    return Diagnosis(
        territory=inputs.territory,
        communes=communes,
        sites=schema.conform(
            measures.sites.sort_values("site_id", ignore_index=True), tables.SITES
        ),
        flux=flux,
        bassins=schema.empty(tables.BASSINS, crs),
        isochrones=schema.empty(tables.ISOCHRONES, crs),
        structures=schema.empty(tables.STRUCTURES, crs),
        controle=_controle(inputs, measures, flux, parameters),
        sources=schema.conform(inputs.sources, tables.SOURCES),
        parametres=schema.conform(described, tables.PARAMETRES),
        comparaisons=schema.conform(inputs.comparaisons, tables.COMPARAISONS),
        contexte=schema.conform(inputs.contexte, tables.CONTEXTE),
        bilan=_bilan(inputs, measures, communes),
        parameters=parameters,
    )


def _measure(inputs: Inputs, parameters: Parameters) -> _Measures:
    offre = consultations(
        inputs.sites,
        par_mg=parameters.offre.consultations_par_mg,
        par_etp=parameters.offre.consultations_par_etp,
    )
    sites = inputs.sites.merge(offre, on="site_id", how="left", validate="one_to_one")
    times = travel(inputs.communes, sites.loc[sites["mg_nb"] > 0], inputs.road, parameters)
    apl, ratios = floating_catchment(
        times.trajets,
        inputs.communes,
        offre,
        decay=decay.steps(parameters.apl.bornes_min, parameters.apl.poids),
    )
    flux = gravity(
        times.trajets,
        times.plus_proches,
        inputs.communes,
        sites,
        decay=decay.exponential(parameters.flux.decroissance_par_min),
        attraction=parameters.flux.attraction_exposant,
        part_min=parameters.flux.part_min,
    )
    return _Measures(times, sites, apl, ratios, flux)


def _communes(inputs: Inputs, measures: _Measures, parameters: Parameters) -> gpd.GeoDataFrame:
    """Lay out table `communes`: what was known, then one measure after another."""
    sites, times = measures.sites, measures.times
    nearest = times.plus_proches.rename(columns={"temps_min": "temps_mg_min"})
    nearest["mg_proche_code"] = nearest["site_id"].map(sites.set_index("site_id")["code_commune"])
    points = times.rattachements.loc[times.rattachements["nature"] == "commune"]
    points = points.rename(columns={"identifiant": "code_commune", "distance_m": "rattachement_m"})
    parts = (
        sites.groupby("code_commune")["mg_etp"].sum().reset_index(),
        nearest[["code_commune", "temps_mg_min", "origine_temps", "atteignable", "mg_proche_code"]],
        points[["code_commune", "rattachement_m"]],
        measures.apl,
        deficits(
            measures.apl,
            inputs.communes,
            seuil=parameters.deficit.seuil_apl,
            par_etp=parameters.offre.consultations_par_etp,
        ),
        fuite(measures.flux, inputs.communes),
    )
    communes = inputs.communes
    for part in parts:
        communes = communes.merge(part, on="code_commune", how="left", validate="one_to_one")
    communes = communes.assign(
        # A commune whose GPs are unknown has no site, but is not known to have none.
        mg_etp=communes["mg_etp"].fillna(0.0).where(communes["mg_nb"].notna()),
        population_totale_publiee=communes["population_totale"],
        bassin=None,
        apl_partielle=~communes["dans_territoire"].astype(bool),
    )
    return schema.conform(communes.sort_values("code_commune", ignore_index=True), tables.COMMUNES)


def _flux(inputs: Inputs, flux: pd.DataFrame) -> gpd.GeoDataFrame:
    """Keep the flows with an end in the territory, drawn from point to point.

    A flow that stays at its point is a closed triangle of side `BOUCLE_M` that starts from it: a
    line between two equal points is invalid for GEOS.
    """
    zone = list(inputs.territory.communes)
    kept = flux.loc[flux["code_residence"].isin(zone) | flux["code_exercice"].isin(zone)]
    points = inputs.communes.set_index("code_commune")[["x", "y"]].astype("float64")
    start = points.loc[kept["code_residence"]].to_numpy()
    end = points.loc[kept["code_exercice"]].to_numpy()
    still = (start == end).all(axis=1)
    lines = np.empty(len(kept), dtype=object)
    lines[~still] = shapely.linestrings(np.stack([start[~still], end[~still]], axis=1))
    corners = BOUCLE_M * np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 0.0]])
    lines[still] = shapely.linestrings(start[still][:, None, :] + corners)
    layer = gpd.GeoDataFrame(
        kept.reset_index(drop=True).assign(nature=tables.MODELISE),
        geometry=gpd.GeoSeries(lines, crs=inputs.territory.crs),
    )
    return schema.conform(layer, tables.FLUX)


def _controle(
    inputs: Inputs, measures: _Measures, livres: pd.DataFrame, parameters: Parameters
) -> pd.DataFrame:
    """Add what the computation snapped, could not reach or left out to the readers' rows."""
    times, noms = measures.times, control.labels(inputs.communes, inputs.sites)
    rows = [
        *control.snapping(times.rattachements, noms),
        *control.times(times.plus_proches, times.trajets, noms, parameters.reseau.duree_max_min),
        *control.land_use(inputs.communes, inputs.sites, measures.ratios, noms),
        *control.left_out(inputs.communes, measures.flux, livres, noms),
    ]
    return schema.conform(stack([inputs.controle, *rows]), tables.CONTROLE)


def _bilan(inputs: Inputs, measures: _Measures, communes: pd.DataFrame) -> Bilan:
    inside = communes.loc[communes["dans_territoire"]]
    weights = inside["population_standardisee"]
    agreed = agreement(inside["apl"], inside["apl_publiee"], weights)
    traded = exchanges(measures.flux, inputs.territory.communes)
    ratios = measures.ratios
    offered = math.fsum(ratios.loc[ratios["atteint"], "consultations"])
    received = math.fsum(communes["population_standardisee"] * communes["apl"])
    return Bilan(
        consultations_offertes=offered,
        consultations_recues=received,
        ecart_relatif=abs(received - offered) / offered if offered else 0.0,
        correlation_apl=agreed.correlation,
        correlation_apl_ponderee=agreed.correlation_ponderee,
        ecart_median_apl=agreed.ecart_median,
        apl_moyenne=weighted_mean(inside["apl"], weights),
        apl_publiee_moyenne=weighted_mean(inside["apl_publiee"], weights),
        taux_fuite=traded.taux_fuite,
        taux_autosuffisance=traded.taux_autosuffisance,
        taux_attraction=traded.taux_attraction,
    )
