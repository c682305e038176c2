"""From the inputs of a run to what it delivers: the measures, laid out in tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace

import geopandas as gpd
import pandas as pd

from diagterritoire import schema, tables
from diagterritoire.core.communes import arrondissements
from diagterritoire.core.flows.gravity import main_flows
from diagterritoire.core.practices.aids import aids
from diagterritoire.core.survey.results import participation, results
from diagterritoire.core.times.distribution import bands
from diagterritoire.core.times.surface import grid, isochrones
from diagterritoire.network.main_roads import main_roads
from diagterritoire.parameters import Parameters, describe
from diagterritoire.progress import Told, untold
from diagterritoire.siting import implantations
from diagterritoire.study import accounts, appraisal, layers
from diagterritoire.study.bundles import Bilan, Diagnosis, Inputs
from diagterritoire.study.firmness import draws, intervals
from diagterritoire.study.flow_tables import FlowTables, flow_tables
from diagterritoire.study.measures import Measures, bounds, measure, places, siting_area
from diagterritoire.study.opportunity import grille
from diagterritoire.study.practice_tables import practices
from diagterritoire.study.redrawn import Area


@dataclass(frozen=True)
class Study:
    """What is measured of a situation, before it is laid out: what two of them are compared by.

    `communes` is the table of that name, whose basins are not known yet; `draws` are those of the
    firmness (`firmness.draws`).
    """

    inputs: Inputs
    measures: Measures
    draws: pd.DataFrame
    communes: gpd.GeoDataFrame
    bilan: Bilan


def diagnose(inputs: Inputs, parameters: Parameters, told: Told = untold) -> Diagnosis:
    """Compute every table that is delivered from the inputs.

    Travel times, supply, APL over the closed area, flows, basins, deficits, then the tables of
    `tables.DELIVERED`, conform to their schemas and sorted by key. A site without GP is delivered
    but nobody is sent to it. Nearest sites and flows consider every site of the projection, the APL
    those of the closed area: the sites beyond it share their consultations with people who are not
    in it. Paris, Lyon and Marseille are computed by arrondissement and delivered whole.

    Parameters
    ----------
    inputs : Inputs
        The closed area. With no site of GPs every commune is unreachable and its APL 0.
    parameters : Parameters
        Chosen numbers.

    Returns
    -------
    Diagnosis
        `bassin` is null in the buffer where no basin of the territory reaches. `isochrones` is
        empty when no place of the territory is near enough to a GP.
        `structures` is empty when no source gives them. `flux` keeps the main flows with an end in
        the territory; `bilan` is over the territory, its consultations over the closed area, its
        rates over all the flows.

    Raises
    ------
    DataError
        A table contrary to its schema, or a site in an unknown commune.
    """
    return laid_out(study(inputs, parameters, told), parameters)


def study(inputs: Inputs, parameters: Parameters, told: Told = untold) -> Study:
    """Measure a situation: times, supply, APL, flows, deficits, and their draws; see `diagnose`."""
    measures = measure(inputs, parameters)
    drawn = draws(_area(inputs, measures), parameters, told)
    communes = layers.communes(inputs, measures, parameters)
    return Study(inputs, measures, drawn, communes, accounts.bilan(inputs, measures, communes))


def _area(inputs: Inputs, measures: Measures) -> Area:
    return Area(
        inputs.communes,
        measures.sites,
        measures.lointains,
        inputs.ailleurs,
        inputs.road,
        inputs.network,
        inputs.eloignement_min,
        inputs.points_connus,
        inputs.liens,
    )


def laid_out(made: Study, parameters: Parameters) -> Diagnosis:
    """Lay out every table that is delivered of a situation; see `diagnose`."""
    inputs, measures, communes = made.inputs, made.measures, made.communes
    moved = flow_tables(
        measures.moves,
        communes,
        places(inputs),
        inputs.territory,
        inputs.structures,
        inputs.zonages,
        parameters,
        inputs.habitants_epci,
    )
    communes = _with_basins(communes, moved)
    principaux = _main_flows(measures.flux, parameters)
    flux = layers.flux(inputs, principaux)
    inside = communes.loc[communes["dans_territoire"]]
    manques = appraisal.manques_communes(inside, measures.ecarts, inputs.comparaisons, parameters)
    lieux = implantations(siting_area(inputs, measures), parameters)
    described = pd.DataFrame([asdict(d) for d in describe(parameters)])
    noms = _noms(inputs, communes, flux, moved.cited)
    sites = layers.sites(measures)
    exercice = practices(
        communes,
        inputs.communes,
        sites,
        inputs.soins,
        inputs.structures,
        inputs.road,
        inputs.territory,
        noms,
        parameters,
    )
    secret = parameters.enquete.secret_reponses
    diagnosis = Diagnosis(
        territory=inputs.territory,
        communes=communes,
        sites=sites,
        flux=flux,
        bassins=moved.bassins,
        isochrones=isochrones(measures.surface, inputs.interieur, _within(measures, parameters)),
        structures=layers.structures(inputs),
        controle=accounts.controle(inputs, measures, principaux, flux, lieux, parameters),
        sources=schema.conform(inputs.sources, tables.SOURCES),
        parametres=schema.conform(described, tables.PARAMETRES),
        comparaisons=schema.conform(inputs.comparaisons, tables.COMPARAISONS),
        contexte=schema.conform(inputs.contexte, tables.CONTEXTE),
        bilan=made.bilan,
        temps_acces=grid(measures.surface),
        parameters=parameters,
        noms=noms,
        densites=schema.conform(inputs.densites, tables.DENSITES),
        professionnels_communes=schema.conform(
            inputs.professionnels_communes, tables.PROFESSIONNELS_COMMUNES
        ),
        bandes=bands(
            measures.habitants,
            inside,
            (inputs.territory.slug, inputs.territory.nom),
            inputs.noms_epci,
            bounds(parameters),
        ),
        manques_communes=manques,
        manques_zones=appraisal.manques_zones(inside, manques, inputs.territory.slug, parameters),
        equite=appraisal.equite(inside),
        avenir=appraisal.avenir(
            measures.proches,
            inputs.communes,
            measures.sites,
            inside,
            parameters,
            inputs.medecins_ages,
        ),
        echanges=moved.echanges,
        destinations=moved.destinations,
        jugement_flux=moved.jugement_flux,
        bandes_flux=moved.bandes_flux,
        calage_flux=moved.calage_flux,
        marges_observees=moved.marges_observees,
        inversion_flux=moved.inversion_flux,
        patienteles=moved.patienteles,
        comparaison_bassins=moved.comparaison_bassins,
        aire_sante=moved.aire_sante,
        verite=accounts.verite(inputs, measures, communes),
        fermete=intervals(made.draws, parameters),
        zonages=schema.conform(
            inputs.zonages.sort_values(list(tables.ZONAGES.cle), ignore_index=True), tables.ZONAGES
        ),
        routes_principales=main_roads(inputs.network, inputs.communes.geometry),
        implantations=lieux.implantations,
        implantation_frontiere=lieux.frontiere,
        formes_exercice=exercice.formes_exercice,
        appuis=exercice.appuis,
        maturite_exercice=schema.conform(inputs.maturite, tables.MATURITE_EXERCICE),
        enquete_participation=participation(inputs.enquete, _in_place(inputs), secret),
        enquete_resultats=results(inputs.enquete, secret),
        aides=aids(inside),
    )
    return replace(diagnosis, grille=grille(diagnosis))


def _in_place(inputs: Inputs) -> dict[str, float]:
    """Professionals of the territory by profession, those that a source counts."""
    own = inputs.densites.loc[inputs.densites["niveau"] == "territoire"]
    known = own.dropna(subset=["nombre"])
    return dict(zip(known["profession"], known["nombre"], strict=True))


def _with_basins(communes: gpd.GeoDataFrame, moved: FlowTables) -> gpd.GeoDataFrame:
    basin = moved.bassin_par_commune.set_index("code_commune")["bassin"]
    named = communes.assign(bassin=communes["code_commune"].map(basin))
    return schema.conform(named, tables.COMMUNES)


def _main_flows(flux: pd.DataFrame, parameters: Parameters) -> pd.DataFrame:
    """Keep the main modelled flows; observed ones are counts, which nothing is shared into."""
    seen = flux["nature"] == tables.OBSERVE
    main = main_flows(flux.loc[~seen], parameters.flux.part_conservee)
    parts = [part for part in (main, flux.loc[seen]) if len(part)] or [main]
    keys = ["code_residence", "code_exercice"]
    return pd.concat(parts, ignore_index=True).sort_values(keys, ignore_index=True)


def _within(measures: Measures, parameters: Parameters) -> Mapping[float, int]:
    within = measures.habitants.within()
    return {bound: within[bound] for bound in bounds(parameters)}


def _noms(
    inputs: Inputs, communes: pd.DataFrame, flux: pd.DataFrame, autres: frozenset[str]
) -> Mapping[str, str]:
    """Names of the communes of the layer, and of those beyond it that a table cites."""
    cited = {*communes["mg_proche_code"].dropna(), *flux["code_exercice"], *autres}
    elsewhere = arrondissements.folded(inputs.ailleurs[["code_commune", "nom"]])
    beyond = elsewhere.loc[elsewhere["code_commune"].isin(list(cited))]
    rows = pd.concat([f[["code_commune", "nom"]] for f in (communes, beyond)])
    return dict(zip(rows["code_commune"], rows["nom"], strict=True))
