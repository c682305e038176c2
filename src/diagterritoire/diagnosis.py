"""From the inputs of a run to what it delivers: the measures, laid out in tables."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace

import geopandas as gpd
import pandas as pd

from diagterritoire import appraisal, schema, tables
from diagterritoire.bundles import Bilan, Diagnosis, Inputs
from diagterritoire.core import arrondissements, control
from diagterritoire.core.agreement import agreement, weighted_mean
from diagterritoire.core.deficits import deficits
from diagterritoire.core.distribution import bands
from diagterritoire.core.exchanges import exchanges
from diagterritoire.core.flow_lines import flow_lines
from diagterritoire.core.flows import main_flows
from diagterritoire.core.practices.aids import aids
from diagterritoire.core.surface import grid, isochrones
from diagterritoire.core.survey.results import participation, results
from diagterritoire.core.truth import NIVEAUX, truth
from diagterritoire.firmness import draws, intervals
from diagterritoire.flow_tables import FlowTables, commune_rates, flow_tables
from diagterritoire.ledger import entry, stack, unbalanced
from diagterritoire.measures import Measures, bounds, measure, places, siting_area
from diagterritoire.network.main_roads import main_roads
from diagterritoire.opportunity import grille
from diagterritoire.parameters import Parameters, describe
from diagterritoire.practice_tables import practices
from diagterritoire.redrawn import Area
from diagterritoire.siting import Siting, implantations

_PLACE = ["site_id", "code_commune"]


@dataclass(frozen=True)
class Study:
    """A diagnosis with what it was laid out from, to compare it with another.

    `draws` are those of the firmness (`firmness.draws`).
    """

    inputs: Inputs
    measures: Measures
    draws: pd.DataFrame
    diagnosis: Diagnosis


def diagnose(inputs: Inputs, parameters: Parameters) -> Diagnosis:
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
    return study(inputs, parameters).diagnosis


def study(inputs: Inputs, parameters: Parameters) -> Study:
    """Diagnose, and keep what a comparison needs; see `diagnose`."""
    measures = measure(inputs, parameters)
    drawn = draws(_area(inputs, measures), parameters)
    return Study(inputs, measures, drawn, _diagnosis(inputs, measures, drawn, parameters))


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


def _diagnosis(
    inputs: Inputs, measures: Measures, drawn: pd.DataFrame, parameters: Parameters
) -> Diagnosis:
    communes = _communes(inputs, measures, parameters)
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
    flux = _flux(inputs, principaux)
    inside = communes.loc[communes["dans_territoire"]]
    manques = appraisal.manques_communes(inside, measures.ecarts, inputs.comparaisons, parameters)
    lieux = implantations(siting_area(inputs, measures), parameters)
    described = pd.DataFrame([asdict(d) for d in describe(parameters)])
    noms = _noms(inputs, communes, flux, moved.cited)
    sites = _sites(measures)
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
        structures=_structures(inputs),
        controle=_controle(inputs, measures, principaux, flux, lieux, parameters),
        sources=schema.conform(inputs.sources, tables.SOURCES),
        parametres=schema.conform(described, tables.PARAMETRES),
        comparaisons=schema.conform(inputs.comparaisons, tables.COMPARAISONS),
        contexte=schema.conform(inputs.contexte, tables.CONTEXTE),
        bilan=_bilan(inputs, measures, communes),
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
        verite=_verite(inputs, measures, communes),
        fermete=intervals(drawn, parameters),
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


def _communes(inputs: Inputs, measures: Measures, parameters: Parameters) -> gpd.GeoDataFrame:
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


def _sites(measures: Measures) -> gpd.GeoDataFrame:
    sites = arrondissements.folded_sites(measures.sites)
    return schema.conform(sites.sort_values("site_id", ignore_index=True), tables.SITES)


def _flux(inputs: Inputs, flux: pd.DataFrame) -> gpd.GeoDataFrame:
    """Lay out table `flux`: the flows with an end in the territory, from point to point."""
    zone = list(inputs.territory.communes)
    kept = flux.loc[flux["code_residence"].isin(zone) | flux["code_exercice"].isin(zone)]
    layer = gpd.GeoDataFrame(
        kept.reset_index(drop=True),
        geometry=flow_lines(kept, places(inputs)),
        crs=inputs.territory.crs,
    )
    return schema.conform(layer, tables.FLUX)


def _structures(inputs: Inputs) -> gpd.GeoDataFrame:
    """Structures of the closed area, in order of category and name; none without a source."""
    if inputs.structures is None:
        return schema.empty(tables.STRUCTURES, inputs.territory.crs)
    keys = ["categorie", "nom", "code_commune"]
    return schema.conform(inputs.structures.sort_values(keys, ignore_index=True), tables.STRUCTURES)


def _controle(
    inputs: Inputs,
    measures: Measures,
    principaux: pd.DataFrame,
    livres: pd.DataFrame,
    lieux: Siting,
    parameters: Parameters,
) -> pd.DataFrame:
    """Add what the computation snapped, could not reach or left out to the readers' rows."""
    times, noms = measures.times, control.labels(inputs.communes, inputs.sites)
    reseau = parameters.reseau
    rows = [
        *control.snapping(times.rattachements, noms, reseau.rattachement_signale_m),
        *control.times(times.plus_proches, times.trajets, noms, reseau.duree_max_min),
        control.cells(measures.surface.sans_temps, int(measures.surface.cells.inside.sum())),
        *control.land_use(inputs.communes, inputs.sites, measures.ratios, noms),
        *control.left_out(inputs.communes, measures.flux, principaux, livres, noms),
        measures.moves.controle,
        lieux.controle,
    ]
    told = stack([inputs.controle, *rows])
    # Never expected: said where the user looks rather than lost in a trace.
    motif = "enregistrements lus ni utilisés ni écartés : défaut du logiciel, à signaler"
    short = unbalanced(told)
    gaps = (short[tables.LU] - short[tables.UTILISE] - short[tables.ECARTE]).abs().tolist()
    wrong = [
        entry(source, motif, (), 0, nombre=gap)
        for source, gap in zip(short["source"], gaps, strict=True)
    ]
    return schema.conform(stack([told, *wrong]), tables.CONTROLE)


def _bilan(inputs: Inputs, measures: Measures, communes: pd.DataFrame) -> Bilan:
    inside = communes.loc[communes["dans_territoire"]]
    weights = inside["population_standardisee"]
    agreed = agreement(inside["apl"], inside["apl_publiee"], weights)
    traded = exchanges(measures.flux, inputs.territory.communes)
    unknown, ratios = inside["mg_nb"].isna(), measures.ratios
    moved = measures.calee.calibration
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
        communes_mg_inconnu=int(unknown.sum()),
        population_mg_inconnu=int(inside.loc[unknown, "population"].sum()),
        calage_annee=measures.calee.annee,
        calage_consultations_deplacees=None if moved is None else moved.deplacees,
        calage_part_deplacee=None if moved is None else moved.part_deplacee,
        calage_solde=None if moved is None else moved.solde,
        ages_connus=len(inputs.medecins_ages) > 0,
        mg_activite_connue=_known_activity(inputs, measures),
    )


def _known_activity(inputs: Inputs, measures: Measures) -> float | None:
    """Count the GPs of the territory whose activity comes from a file."""
    if inputs.activites.empty:
        return None
    codes = inputs.interieur["code_commune"]
    known = codes[codes.isin(inputs.activites.index)]
    return float(measures.sites.loc[measures.sites["code_commune"].isin(known), "mg_nb"].sum())


def _verite(inputs: Inputs, measures: Measures, communes: gpd.GeoDataFrame) -> pd.DataFrame:
    """Compare with every published year the communes of the territory, whose APL is complete."""
    inside = communes.loc[communes["dans_territoire"], [*NIVEAUX.values(), "apl", "apl_calibree"]]
    years = [
        arrondissements.folded(rows.drop(columns="annee")).assign(annee=annee)
        for annee, rows in inputs.publiees.groupby("annee", sort=True)
    ]
    publiees = pd.concat(years, ignore_index=True) if years else inputs.publiees
    ajustee = measures.calee.annee
    return truth(inside, publiees, {} if ajustee is None else {tables.SERIE_CALIBREE: ajustee})


def _noms(
    inputs: Inputs, communes: pd.DataFrame, flux: pd.DataFrame, autres: frozenset[str]
) -> Mapping[str, str]:
    """Names of the communes of the layer, and of those beyond it that a table cites."""
    cited = {*communes["mg_proche_code"].dropna(), *flux["code_exercice"], *autres}
    elsewhere = arrondissements.folded(inputs.ailleurs[["code_commune", "nom"]])
    beyond = elsewhere.loc[elsewhere["code_commune"].isin(list(cited))]
    rows = pd.concat([f[["code_commune", "nom"]] for f in (communes, beyond)])
    return dict(zip(rows["code_commune"], rows["nom"], strict=True))
