"""The two bundles of a run, and the function from one to the other.

`Inputs` holds tables and a road graph, `Diagnosis` the tables that are delivered. A scenario is an
edited `Inputs` that is diagnosed again.
"""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import pandas as pd

from diagterritoire.network.graph import RoadGraph
from diagterritoire.territory import Territory


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

    @property
    def approximate(self) -> bool:
        """True when a time of the territory comes from the straight-line model."""
        inside = self.communes.loc[self.communes["dans_territoire"]]
        return bool((inside["origine_temps"] == "approche").any())
