"""What a diagnosis delivers of flows and basins: one function from flows to their tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd

from diagterritoire import schema, tables
from diagterritoire.core.basins.care_area import care_area
from diagterritoire.core.basins.catchments import catchments
from diagterritoire.core.flows.bands import bands
from diagterritoire.core.flows.exchanges import fuite
from diagterritoire.core.flows.reversal import reversal
from diagterritoire.core.flows.totals import commune_totals, main_destinations
from diagterritoire.network.speeds import DECISECONDS_PER_MINUTE
from diagterritoire.network.straight_line import straight_line_ds
from diagterritoire.parameters import Parameters
from diagterritoire.study.basin_tables import SECTEUR, basins_of, compared
from diagterritoire.study.flow_models import Moves
from diagterritoire.territory import Territory


@dataclass(frozen=True)
class FlowTables:
    """Tables of `tables` about flows and basins, and the basin of each commune."""

    bassins: gpd.GeoDataFrame
    bassin_par_commune: pd.DataFrame
    echanges: pd.DataFrame
    destinations: pd.DataFrame
    jugement_flux: pd.DataFrame
    bandes_flux: pd.DataFrame
    calage_flux: pd.DataFrame
    marges_observees: pd.DataFrame
    inversion_flux: pd.DataFrame
    patienteles: pd.DataFrame
    comparaison_bassins: pd.DataFrame
    aire_sante: pd.DataFrame

    @property
    def cited(self) -> frozenset[str]:
        """Communes that these tables name, some of them out of the layer."""
        named = {*self.destinations["code_exercice"], *self.inversion_flux["destination"].dropna()}
        return frozenset(named)


def commune_rates(moves: Moves, communes: pd.DataFrame) -> pd.DataFrame:
    """Leak of each commune (`exchanges.fuite`), unknown where its own flow is hidden.

    Where the margin is told, who goes where nothing is shown has left the commune all the same.
    """
    seen = moves.flux.loc[moves.flux["nature"] == tables.OBSERVE, "code_residence"]
    margins = moves.marges.set_index("code_residence")["patients_observes"]
    rates = fuite(moves.flux, communes, margins.loc[margins.index.isin(seen)])
    hidden = rates["code_commune"].isin(moves.secretes)
    columns = ["taux_fuite", "taux_autosuffisance"]
    return rates.assign(**{c: rates[c].mask(hidden) for c in columns})


def flow_tables(
    moves: Moves,
    communes: gpd.GeoDataFrame,
    lieux: pd.DataFrame,
    territory: Territory,
    structures: gpd.GeoDataFrame | None,
    zonages: pd.DataFrame,
    parameters: Parameters,
    habitants_epci: pd.Series[int] | None = None,
) -> FlowTables:
    """Lay out the tables of flows and basins.

    Parameters
    ----------
    moves : Moves
    communes : GeoDataFrame
        Closed area by commune: the columns of `tables.COMMUNES` but `bassin`, outlines.
    lieux : DataFrame
        `code_commune`, `x`, `y`: every commune where a flow may end.
    territory : Territory
    structures : GeoDataFrame or None
        Table `structures`; None when no file gives it.
    zonages : DataFrame
        `code_commune`, `zonage`, `zone`: other divisions of the same communes.
    parameters : Parameters
    habitants_epci : Series, optional
        As for `care_area.care_area`.
    """
    communes = communes.drop(columns="bassin", errors="ignore")
    codes = list(territory.communes)
    mine = moves.flux.loc[moves.flux["code_residence"].isin(codes)]
    grouped, layer = basins_of(moves.flux, communes, parameters)
    poles = layer["bassin"].tolist()
    inside = communes.loc[communes["dans_territoire"].astype(bool)]
    placed = inside.merge(grouped, on="code_commune", how="left", validate="1:1")
    drawn = catchments(
        moves.flux,
        poles,
        primaire=parameters.bassins.patientele_primaire,
        secondaire=parameters.bassins.patientele_secondaire,
    )
    spread = bands(mine, parameters.flux.bandes_min)
    known = np.asarray(parameters.flux.bandes_parts)
    spread = spread.rename(columns={"part_modele": "part"}).assign(
        part_reference=known / known.sum()
    )
    return FlowTables(
        bassins=layer,
        bassin_par_commune=grouped,
        echanges=_exchanges(moves, communes, lieux, codes, parameters),
        destinations=_destinations(mine, parameters),
        jugement_flux=moves.jugement,
        bandes_flux=schema.conform(spread, tables.BANDES_FLUX),
        calage_flux=moves.calage,
        marges_observees=schema.conform(
            moves.marges.loc[moves.marges["code_residence"].isin(codes)].reset_index(drop=True),
            tables.MARGES_OBSERVEES,
        ),
        inversion_flux=_reversal(moves, inside, lieux, parameters),
        patienteles=schema.conform(drawn, tables.PATIENTELES),
        comparaison_bassins=compared(placed, zonages),
        aire_sante=_care_area(
            moves, communes, lieux, grouped, structures, zonages, parameters, habitants_epci
        ),
    )


def _exchanges(
    moves: Moves,
    communes: pd.DataFrame,
    lieux: pd.DataFrame,
    codes: Sequence[str],
    parameters: Parameters,
) -> pd.DataFrame:
    people = communes[["code_commune", "population", "population_standardisee"]]
    places = lieux[["code_commune", "x", "y"]].merge(
        people, on="code_commune", how="left", validate="1:1"
    )
    counts = ["population", "population_standardisee"]
    places[counts] = places[counts].astype("float64").fillna(0.0)
    table = commune_totals(
        moves.flux,
        places,
        consultations_par_habitant=parameters.flux.consultations_par_habitant,
    )
    observed = set(moves.flux.loc[moves.flux["nature"] == tables.OBSERVE, "code_residence"])
    nature = table["code_commune"].isin(observed)
    table = table.assign(nature=np.where(nature, tables.OBSERVE, tables.MODELISE))
    kept = table.loc[table["code_commune"].isin(list(codes))].reset_index(drop=True)
    return schema.conform(kept, tables.ECHANGES)


def _destinations(mine: pd.DataFrame, parameters: Parameters) -> pd.DataFrame:
    first = main_destinations(mine, parameters.flux.destinations_nb)
    pair = ["code_residence", "code_exercice"]
    table = first.merge(mine[[*pair, "nature"]], on=pair, how="left", validate="1:1")
    return schema.conform(table, tables.DESTINATIONS)


def _reversal(
    moves: Moves, inside: pd.DataFrame, lieux: pd.DataFrame, parameters: Parameters
) -> pd.DataFrame:
    """Solve for the pole of the territory: where most is offered, else where most people live."""
    offers = moves.choix.drop_duplicates("code_exercice").set_index("code_exercice")
    offered = inside["code_commune"].map(offers["consultations"]).fillna(0.0)
    ranked = inside.assign(offre=offered).sort_values(
        ["offre", "population", "code_commune"], ascending=[False, False, True]
    )
    pole = str(ranked["code_commune"].iloc[0])
    at = lieux.set_index("code_commune")[["x", "y"]].astype("float64")
    gaps = at.reindex(inside["code_commune"]) - at.loc[pole]
    minutes = straight_line_ds(np.hypot(*gaps.to_numpy().T), parameters.reseau)
    flown = pd.Series(minutes / DECISECONDS_PER_MINUTE, index=inside["code_commune"])
    flown.loc[pole] = 0.0
    found = reversal(
        moves.choix_fins,
        inside["code_commune"].tolist(),
        pole,
        flown,
        decay=moves.decay,
        attraction=moves.attraction,
    )
    row = {
        "pole": found.pole,
        "destination": found.destination,
        "patients_destination": found.patients_destination,
        "patients_territoire": found.patients_territoire,
        "consultations_a_ajouter": found.consultations,
        "minutes_a_gagner": found.minutes,
    }
    return schema.conform(pd.DataFrame([row]), tables.INVERSION_FLUX)


def _care_area(
    moves: Moves,
    communes: gpd.GeoDataFrame,
    lieux: pd.DataFrame,
    grouped: pd.DataFrame,
    structures: gpd.GeoDataFrame | None,
    zonages: pd.DataFrame,
    parameters: Parameters,
    habitants_epci: pd.Series[int] | None,
) -> pd.DataFrame:
    table = communes.merge(grouped, on="code_commune", how="left", validate="1:1")
    table = table.merge(
        lieux[["code_commune", "x", "y"]], on="code_commune", how="left", validate="1:1"
    )
    places = None
    if structures is not None:
        places = pd.DataFrame(
            {
                "categorie": structures["categorie"],
                "code_commune": structures["code_commune"],
                "x": structures.geometry.x,
                "y": structures.geometry.y,
            }
        )
    sectors = zonages.loc[zonages["zonage"] == SECTEUR].rename(columns={"zone": "secteur"})
    scored = care_area(
        table,
        moves.flux,
        places,
        sectors if len(sectors) else None,
        temps_min=parameters.apl.bornes_min,
        appui_km=parameters.bassins.appui_km,
        habitants_epci=habitants_epci,
    )
    return schema.conform(scored, tables.AIRE_SANTE)
