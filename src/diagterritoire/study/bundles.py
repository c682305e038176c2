"""The two frozen bundles of a run: what a diagnosis needs, and what it delivers.

`Inputs` holds tables and a road graph, `Diagnosis` the tables that are delivered. A scenario is an
edited `Inputs` that is diagnosed again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import geopandas as gpd
import pandas as pd

from diagterritoire import schema, tables
from diagterritoire.core.communes.published import COLONNES
from diagterritoire.core.times.surface import Grid
from diagterritoire.network.compiled import RoadNetwork
from diagterritoire.network.graph import RoadGraph
from diagterritoire.network.links import Link
from diagterritoire.parameters import Parameters
from diagterritoire.territory import CRS_METROPOLE, Territory


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
    habitants_epci : Series or None
        Inhabitants by SIREN, over the whole country.
    flux_observes : DataFrame or None
        Table `flux_observes`, when a file gives it.
    zonages : DataFrame
        `code_commune`, `zonage` (epci, bassin_vie, zone_emploi, secteur_garde), `zone`: what basins
        are compared with.
    publiees : DataFrame
        Published APL of the closed area, every year, as `published.published_years` gave it.
    facteurs : Series
        Activity of the GPs of a commune relative to the mean, by code; 1 for those it lacks.
    activites : Series
        Consultations a year of a counted GP of each commune, by code, when a file gives the
        activity of GPs; the declared mean for those it lacks.
    medecins_ages : DataFrame
        GPs of the closed area by age, as `surroundings.ages_of_gps` gave them; may be empty.
    soins : DataFrame
        Table `professionnels_communes` of the whole closed area.
    enquete, maturite : DataFrame
        Tables `enquete` and `maturite_exercice`, those of the territory; may be empty.
    network : RoadNetwork or None
        What `road` was built from, so that its speeds may be drawn.
    eloignement_min : Series
        Minutes between each commune and the territory, by code, which cut the buffer.
    points_connus : bool
        Whether the points of the communes are those of their town halls.
    liens : tuple of Link
        Roads that a scenario adds to `road`.
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
    habitants_epci: pd.Series[int] | None = None
    flux_observes: pd.DataFrame | None = None
    zonages: pd.DataFrame = field(
        default_factory=lambda: pd.DataFrame(
            columns=["code_commune", "zonage", "zone"], dtype="str"
        )
    )
    publiees: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(COLONNES)))
    facteurs: pd.Series[float] = field(default_factory=lambda: pd.Series(dtype="float64"))
    activites: pd.Series[float] = field(default_factory=lambda: pd.Series(dtype="float64"))
    medecins_ages: pd.DataFrame = field(default_factory=lambda: schema.empty(tables.MEDECINS_AGES))
    soins: pd.DataFrame = field(
        default_factory=lambda: schema.empty(tables.PROFESSIONNELS_COMMUNES)
    )
    enquete: pd.DataFrame = field(default_factory=lambda: schema.empty(tables.ENQUETE))
    maturite: pd.DataFrame = field(default_factory=lambda: schema.empty(tables.MATURITE_EXERCICE))
    network: RoadNetwork | None = None
    eloignement_min: pd.Series[float] = field(default_factory=lambda: pd.Series(dtype="float64"))
    points_connus: bool = False
    liens: tuple[Link, ...] = ()

    @property
    def interieur(self) -> gpd.GeoDataFrame:
        """Communes of the territory, its buffer left out."""
        return self.communes.loc[self.communes["dans_territoire"].astype(bool)]


@dataclass(frozen=True)
class Bilan:
    """Checks and totals printed in the report; counts and sums are over the territory.

    `consultations_offertes` are those of the sites of the closed area that somebody reaches within
    the range of the APL; `consultations_recues` is the sum of standardised population times APL
    over the same area: the two are equal (closed system law). Rates come from all the flows, even
    the smallest. `communes_mg_inconnu` counts the communes whose number of GPs no source gives, and
    `population_mg_inconnu` their inhabitants: they have no site. The supply of `apl_calibree` was
    fitted on the APL of `calage_annee`, and moved these consultations of the closed area, of which
    it has `calage_solde` more than before. Table `avenir` uses the ages of GPs when
    `ages_connus`. A file gives the activity of `mg_activite_connue` of the counted GPs; null when
    none is used.
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
    calage_solde: float | None = None
    ages_connus: bool = False
    mg_activite_connue: float | None = None


@dataclass(frozen=True)
class Compared:
    """Scenarios beside the present situation: one frame per table of `tables.SCENARIOS`.

    `noms` gives the name of each scenario by its key, in the order given. `points` places, in
    metres, the arrondissements where something moves: the layers have only their whole city.
    """

    noms: Mapping[str, str]
    scenario: gpd.GeoDataFrame
    scenario_bilan: pd.DataFrame
    scenario_mouvements: pd.DataFrame
    scenario_flux: pd.DataFrame
    points: Mapping[str, tuple[float, float]] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True)
class Diagnosis:
    """What is delivered: one frame per table of `tables.DELIVERED`, the totals, and the names.

    `temps_acces` is the grid of times of the territory, delivered as a raster. `noms` gives
    the name of each commune that a table cites, those beyond the layer included. `scenarios` is
    None but in the delivery of scenarios, whose other tables are those of the present situation.
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
    fermete: pd.DataFrame = field(default_factory=lambda: schema.empty(tables.FERMETE))
    zonages: pd.DataFrame = field(default_factory=lambda: schema.empty(tables.ZONAGES))
    routes_principales: gpd.GeoDataFrame = field(
        default_factory=lambda: schema.empty(tables.ROUTES_PRINCIPALES, CRS_METROPOLE)
    )
    implantations: pd.DataFrame = field(
        default_factory=lambda: schema.empty(tables.IMPLANTATIONS, CRS_METROPOLE)
    )
    implantation_frontiere: pd.DataFrame = field(
        default_factory=lambda: schema.empty(tables.IMPLANTATION_FRONTIERE)
    )
    scenarios: Compared | None = None
    formes_exercice: pd.DataFrame = field(
        default_factory=lambda: schema.empty(tables.FORMES_EXERCICE)
    )
    appuis: pd.DataFrame = field(default_factory=lambda: schema.empty(tables.APPUIS))
    maturite_exercice: pd.DataFrame = field(
        default_factory=lambda: schema.empty(tables.MATURITE_EXERCICE)
    )
    enquete_participation: pd.DataFrame = field(
        default_factory=lambda: schema.empty(tables.ENQUETE_PARTICIPATION)
    )
    enquete_resultats: pd.DataFrame = field(
        default_factory=lambda: schema.empty(tables.ENQUETE_RESULTATS)
    )
    aides: pd.DataFrame = field(default_factory=lambda: schema.empty(tables.AIDES))
    grille: pd.DataFrame = field(default_factory=lambda: schema.empty(tables.GRILLE))

    @property
    def interieur(self) -> gpd.GeoDataFrame:
        """Communes of the territory, its buffer left out."""
        return self.communes.loc[self.communes["dans_territoire"]]

    @property
    def approximate(self) -> bool:
        """True when a time of the territory comes from the straight-line model."""
        return bool((self.interieur["origine_temps"] == tables.APPROCHE).any())
