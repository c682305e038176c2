"""The two bundles of a run, and the function from one to the other.

`Inputs` holds tables and a road graph, `Diagnosis` the tables that are delivered. A scenario is an
edited `Inputs` that is diagnosed again.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from types import MappingProxyType

import geopandas as gpd
import pandas as pd

from diagterritoire import appraisal, decay, flow_models, schema, tables
from diagterritoire.core import arrondissements, control
from diagterritoire.core.access import floating_catchment
from diagterritoire.core.agreement import agreement, weighted_mean
from diagterritoire.core.choice import choice
from diagterritoire.core.deficits import deficits
from diagterritoire.core.distribution import Distribution, bands, distribution
from diagterritoire.core.exchanges import exchanges
from diagterritoire.core.flow_lines import flow_lines
from diagterritoire.core.flows import main_flows
from diagterritoire.core.perimeter import build_sites
from diagterritoire.core.population_points import commune_points
from diagterritoire.core.published import COLONNES
from diagterritoire.core.supply import consultations
from diagterritoire.core.surface import Grid, Surface, grid, isochrones, surface
from diagterritoire.core.travel import Travel, travel
from diagterritoire.core.truth import NIVEAUX, truth
from diagterritoire.fitted import Fitted, fitted
from diagterritoire.flow_tables import FlowTables, commune_rates, flow_tables
from diagterritoire.ledger import entry, stack, unbalanced
from diagterritoire.network.graph import RoadGraph
from diagterritoire.parameters import Parameters, describe
from diagterritoire.territory import Territory, arrondissement_parent

_PLACE = ["site_id", "code_commune"]


@dataclass(frozen=True)
class Inputs:
    """What a diagnosis needs: the closed area (territory and buffer), and how to travel there.

    Attributes
    ----------
    territory : Territory
    communes : GeoDataFrame
        One row per commune of the closed area, in the territory's projection: the columns of
        `tables.COMMUNES` known before computing, and `x`, `y` (its point, metres), `landmass`
        (number of the mass of land that holds it). Paris, Lyon and Marseille are there by
        arrondissement, as in `sites` and `ailleurs`.
    sites : GeoDataFrame
        One row per site of GPs of the closed area: `site_id`, `code_commune`, `mg_nb`,
        `origine_position`, point.
    ailleurs : GeoDataFrame
        The other communes of the projection, where a nearest GP or the end of a flow may be:
        `code_commune`, `nom`, `mg_nb`, `x`, `y`, `landmass`, outline.
    road : RoadGraph or None
        None: every time comes from the straight-line model.
    controle, sources, comparaisons, contexte : DataFrame
        As in `tables`.
    structures : GeoDataFrame or None
        Structures of the closed area, as in `tables`; None when no source gives them.
    densites, professionnels_communes : DataFrame
        As in `tables`: first-line care, delivered as it is.
    habitants : DataFrame or None
        Where the inhabitants of the territory are, as `population_points` gives them for whole
        communes; None: at the point of each commune.
    noms_epci : mapping of str to str
        Names by SIREN.
    flux_observes : DataFrame or None
        Table `flux_observes`, when a file gives it.
    zonages : DataFrame
        `code_commune`, `zonage` (epci, bassin_vie, zone_emploi, secteur_garde), `zone`: what basins
        are compared with.
    publiees : DataFrame
        Published APL of the closed area, every year, as `published.published_years` gave it.
    facteurs : Series
        Activity of the GPs of a commune relative to the mean, by code; 1 for those it lacks.
    """

    territory: Territory
    communes: gpd.GeoDataFrame
    sites: gpd.GeoDataFrame
    ailleurs: gpd.GeoDataFrame
    road: RoadGraph | None
    controle: pd.DataFrame
    sources: pd.DataFrame
    comparaisons: pd.DataFrame
    contexte: pd.DataFrame
    structures: gpd.GeoDataFrame | None = None
    densites: pd.DataFrame = field(default_factory=lambda: schema.empty(tables.DENSITES))
    professionnels_communes: pd.DataFrame = field(
        default_factory=lambda: schema.empty(tables.PROFESSIONNELS_COMMUNES)
    )
    habitants: pd.DataFrame | None = None
    noms_epci: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    flux_observes: pd.DataFrame | None = None
    zonages: pd.DataFrame = field(
        default_factory=lambda: pd.DataFrame(
            columns=["code_commune", "zonage", "zone"], dtype="str"
        )
    )
    publiees: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(COLONNES)))
    facteurs: pd.Series[float] = field(default_factory=lambda: pd.Series(dtype="float64"))


@dataclass(frozen=True)
class Bilan:
    """Checks and totals printed in the report; counts and sums are over the territory.

    `consultations_offertes` are those of the sites of the closed area that somebody reaches within
    the range of the APL; `consultations_recues` is the sum of standardised population times APL
    over the same area: the two are equal (closed system law). Rates come from all the flows, even
    the smallest. `communes_mg_inconnu` counts the communes whose number of GPs no source gives, and
    `population_mg_inconnu` their inhabitants: they have no site. The supply of `apl_calibree` was
    fitted on the APL of `calage_annee`, and moved these consultations of the closed area.
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
    communes_mg_inconnu: int
    population_mg_inconnu: int
    calage_annee: int | None = None
    calage_consultations_deplacees: float | None = None
    calage_part_deplacee: float | None = None


@dataclass(frozen=True)
class Diagnosis:
    """What is delivered: one frame per table of `tables.DELIVERED`, the totals, and the names.

    `temps_acces` is the grid of times of the territory, delivered as a raster. `noms` gives
    the name of each commune that a table cites, those beyond the layer included.
    """

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
    temps_acces: Grid
    parameters: Parameters
    noms: Mapping[str, str]
    densites: pd.DataFrame = field(default_factory=lambda: schema.empty(tables.DENSITES))
    professionnels_communes: pd.DataFrame = field(
        default_factory=lambda: schema.empty(tables.PROFESSIONNELS_COMMUNES)
    )
    bandes: pd.DataFrame = field(default_factory=lambda: schema.empty(tables.BANDES))
    manques_communes: pd.DataFrame = field(
        default_factory=lambda: schema.empty(tables.MANQUES_COMMUNES)
    )
    manques_zones: pd.DataFrame = field(default_factory=lambda: schema.empty(tables.MANQUES_ZONES))
    equite: pd.DataFrame = field(default_factory=lambda: schema.empty(tables.EQUITE))
    avenir: pd.DataFrame = field(default_factory=lambda: schema.empty(tables.AVENIR))
    echanges: pd.DataFrame = field(default_factory=lambda: schema.empty(tables.ECHANGES))
    destinations: pd.DataFrame = field(default_factory=lambda: schema.empty(tables.DESTINATIONS))
    jugement_flux: pd.DataFrame = field(default_factory=lambda: schema.empty(tables.JUGEMENT_FLUX))
    bandes_flux: pd.DataFrame = field(default_factory=lambda: schema.empty(tables.BANDES_FLUX))
    calage_flux: pd.DataFrame = field(default_factory=lambda: schema.empty(tables.CALAGE_FLUX))
    marges_observees: pd.DataFrame = field(
        default_factory=lambda: schema.empty(tables.MARGES_OBSERVEES)
    )
    inversion_flux: pd.DataFrame = field(
        default_factory=lambda: schema.empty(tables.INVERSION_FLUX)
    )
    patienteles: pd.DataFrame = field(default_factory=lambda: schema.empty(tables.PATIENTELES))
    comparaison_bassins: pd.DataFrame = field(
        default_factory=lambda: schema.empty(tables.COMPARAISON_BASSINS)
    )
    aire_sante: pd.DataFrame = field(default_factory=lambda: schema.empty(tables.AIRE_SANTE))
    verite: pd.DataFrame = field(default_factory=lambda: schema.empty(tables.VERITE))

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
    measures = _measure(inputs, parameters)
    communes = _communes(inputs, measures, parameters)
    moved = flow_tables(
        measures.moves,
        communes,
        _places(inputs),
        inputs.territory,
        inputs.structures,
        inputs.zonages,
        parameters,
    )
    communes = _with_basins(communes, moved)
    principaux = _main_flows(measures.flux, parameters)
    flux = _flux(inputs, principaux)
    inside = communes.loc[communes["dans_territoire"]]
    manques = appraisal.manques_communes(inside, measures.ecarts, inputs.comparaisons, parameters)
    described = pd.DataFrame([asdict(d) for d in describe(parameters)])
    return Diagnosis(
        territory=inputs.territory,
        communes=communes,
        sites=_sites(measures),
        flux=flux,
        bassins=moved.bassins,
        isochrones=isochrones(measures.surface, _inside(inputs), _within(measures, parameters)),
        structures=_structures(inputs),
        controle=_controle(inputs, measures, principaux, flux, parameters),
        sources=schema.conform(inputs.sources, tables.SOURCES),
        parametres=schema.conform(described, tables.PARAMETRES),
        comparaisons=schema.conform(inputs.comparaisons, tables.COMPARAISONS),
        contexte=schema.conform(inputs.contexte, tables.CONTEXTE),
        bilan=_bilan(inputs, measures, communes),
        temps_acces=grid(measures.surface),
        parameters=parameters,
        noms=_noms(inputs, communes, flux, moved.cited),
        densites=schema.conform(inputs.densites, tables.DENSITES),
        professionnels_communes=schema.conform(
            inputs.professionnels_communes, tables.PROFESSIONNELS_COMMUNES
        ),
        bandes=bands(
            measures.habitants,
            communes.loc[communes["dans_territoire"]],
            (inputs.territory.slug, inputs.territory.nom),
            inputs.noms_epci,
            _bounds(parameters),
        ),
        manques_communes=manques,
        manques_zones=appraisal.manques_zones(inside, manques, inputs.territory.slug, parameters),
        equite=appraisal.equite(inside),
        avenir=appraisal.avenir(
            measures.proches, inputs.communes, measures.sites, inside, parameters
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
    )


def _places(inputs: Inputs) -> pd.DataFrame:
    """Point of every commune where a flow may end, whole."""
    frames = [f[["code_commune", "x", "y"]] for f in (inputs.communes, inputs.ailleurs) if len(f)]
    return arrondissements.folded(pd.concat(frames, ignore_index=True))


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


def _measure(inputs: Inputs, parameters: Parameters) -> _Measures:
    sites = _with_supply(inputs.sites, inputs.facteurs, parameters)
    lointains = _with_supply(build_sites(inputs.ailleurs), inputs.facteurs, parameters)
    everywhere = pd.concat([f for f in (sites, lointains) if len(f)] or [sites], ignore_index=True)
    staffed = everywhere.loc[everywhere["mg_nb"] > 0]
    times = travel(inputs.communes, staffed, inputs.road, parameters, inputs.ailleurs)
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
        _places(inputs),
        inputs.flux_observes,
        parameters,
    )
    people = _people(inputs)
    habitants = commune_points(people) if inputs.habitants is None else inputs.habitants
    timed = _surface(inputs, staffed, times, habitants, parameters)
    return _Measures(
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
            _bounds(parameters),
        ),
        appraisal.gap_causes(proches, inputs.communes, sites, parameters),
        proches,
        fitted(times.trajets, inputs.communes, sites, inputs.publiees, parameters),
    )


def _bounds(parameters: Parameters) -> tuple[float, ...]:
    """Give the times that bound areas and bands, in order."""
    return tuple(sorted({*parameters.apl.bornes_min, *parameters.reseau.isochrones_min}))


def _within(measures: _Measures, parameters: Parameters) -> Mapping[float, int]:
    within = measures.habitants.within()
    return {bound: within[bound] for bound in _bounds(parameters)}


def _people(inputs: Inputs) -> pd.DataFrame:
    """Points and inhabitants of the communes of the territory, whole."""
    columns = ["code_commune", "x", "y", "landmass", "population"]
    return arrondissements.folded(pd.DataFrame(_inside(inputs)[columns]))


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
        _inside(inputs),
        gpd.GeoDataFrame(pd.concat(land, ignore_index=True)),
        staffed,
        inputs.road,
        covered,
        parameters.reseau,
        habitants.assign(couvert=habitants["code_commune"].map(whole)),
    )


def _inside(inputs: Inputs) -> gpd.GeoDataFrame:
    return inputs.communes.loc[inputs.communes["dans_territoire"].astype(bool)]


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


def _communes(inputs: Inputs, measures: _Measures, parameters: Parameters) -> gpd.GeoDataFrame:
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


def _sites(measures: _Measures) -> gpd.GeoDataFrame:
    sites = arrondissements.folded_sites(measures.sites)
    return schema.conform(sites.sort_values("site_id", ignore_index=True), tables.SITES)


def _flux(inputs: Inputs, flux: pd.DataFrame) -> gpd.GeoDataFrame:
    """Lay out table `flux`: the flows with an end in the territory, from point to point."""
    zone = list(inputs.territory.communes)
    kept = flux.loc[flux["code_residence"].isin(zone) | flux["code_exercice"].isin(zone)]
    layer = gpd.GeoDataFrame(
        kept.reset_index(drop=True),
        geometry=flow_lines(kept, _places(inputs)),
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
    measures: _Measures,
    principaux: pd.DataFrame,
    livres: pd.DataFrame,
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


def _bilan(inputs: Inputs, measures: _Measures, communes: pd.DataFrame) -> Bilan:
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
    )


def _verite(inputs: Inputs, measures: _Measures, communes: gpd.GeoDataFrame) -> pd.DataFrame:
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
