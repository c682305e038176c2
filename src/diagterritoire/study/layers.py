"""The layers of communes, sites, flows and structures, laid out from what was measured."""

from __future__ import annotations

from collections.abc import Iterable

import geopandas as gpd
import pandas as pd

from diagterritoire import schema, tables
from diagterritoire.core.access.deficits import deficits
from diagterritoire.core.communes import arrondissements
from diagterritoire.core.flows.lines import flow_lines
from diagterritoire.parameters import Parameters
from diagterritoire.study import appraisal
from diagterritoire.study.bundles import Inputs
from diagterritoire.study.flow_tables import commune_rates
from diagterritoire.study.measures import Measures, places

_PLACE = ["site_id", "code_commune"]


def communes(inputs: Inputs, measures: Measures, parameters: Parameters) -> gpd.GeoDataFrame:
    """Lay out table `communes`: what was known, then one measure after another."""
    sites, times = measures.sites, measures.times
    nearest = times.plus_proches.rename(columns={"temps_min": "temps_mg_min"})
    where = pd.concat([sites[_PLACE], measures.lointains[_PLACE]]).set_index("site_id")
    nearest["mg_proche_code"] = nearest["site_id"].map(where["code_commune"])
    points = times.rattachements.loc[times.rattachements["nature"] == "commune"]
    points = points.rename(columns={"identifiant": "code_commune", "distance_m": "rattachement_m"})
    parts = (
        sites.groupby("code_commune")["mg_etp"].sum().reset_index(),
        nearest[["code_commune", "temps_mg_min", "origine_temps", "atteignable", "mg_proche_code"]],
        points[["code_commune", "rattachement_m"]],
        measures.apl,
        measures.calee.apl,
        appraisal.apl_65(
            measures.proches, inputs.communes, sites, inputs.medecins_ages, parameters
        ),
    )
    communes = arrondissements.folded(_joined(inputs.communes, parts))
    gaps = deficits(
        communes,
        communes,
        seuil=parameters.deficit.seuil_apl,
        par_etp=parameters.offre.consultations_par_etp,
    )
    finer = (measures.choix, measures.habitants.communes)
    communes = _joined(communes, (gaps, commune_rates(measures.moves, communes), *finer))
    communes = communes.assign(
        # A commune whose GPs are unknown has no site, but is not known to have none.
        mg_etp=communes["mg_etp"].fillna(0.0).where(communes["mg_nb"].notna()),
        population_totale_publiee=communes["population_totale"],
        bassin=None,
        apl_ecart=communes["apl"] - communes["apl_publiee"],
        apl_partielle=~communes["dans_territoire"].astype(bool),
    )
    return schema.conform(communes.sort_values("code_commune", ignore_index=True), tables.COMMUNES)


def _joined(communes: gpd.GeoDataFrame, parts: Iterable[pd.DataFrame]) -> gpd.GeoDataFrame:
    for part in parts:
        communes = communes.merge(part, on="code_commune", how="left", validate="one_to_one")
    return communes


def sites(measures: Measures) -> gpd.GeoDataFrame:
    """Lay out table `sites`: those of the closed area, arrondissements in their city."""
    sites = arrondissements.folded_sites(measures.sites)
    return schema.conform(sites.sort_values("site_id", ignore_index=True), tables.SITES)


def flux(inputs: Inputs, flux: pd.DataFrame) -> gpd.GeoDataFrame:
    """Lay out table `flux`: the flows with an end in the territory, from point to point."""
    zone = list(inputs.territory.communes)
    kept = flux.loc[flux["code_residence"].isin(zone) | flux["code_exercice"].isin(zone)]
    layer = gpd.GeoDataFrame(
        kept.reset_index(drop=True),
        geometry=flow_lines(kept, places(inputs)),
        crs=inputs.territory.crs,
    )
    return schema.conform(layer, tables.FLUX)


def structures(inputs: Inputs) -> gpd.GeoDataFrame:
    """Structures of the closed area, in order of category and name; none without a source."""
    if inputs.structures is None:
        return schema.empty(tables.STRUCTURES, inputs.territory.crs)
    keys = ["categorie", "nom", "code_commune"]
    return schema.conform(inputs.structures.sort_values(keys, ignore_index=True), tables.STRUCTURES)
