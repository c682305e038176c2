"""What a diagnosis says of itself: control rows, totals that must agree, published values."""

from __future__ import annotations

import math

import geopandas as gpd
import pandas as pd

from diagterritoire import schema, tables
from diagterritoire.core import control
from diagterritoire.core.agreement import agreement, weighted_mean
from diagterritoire.core.communes import arrondissements
from diagterritoire.core.flows.exchanges import exchanges
from diagterritoire.core.verdict.truth import NIVEAUX, truth
from diagterritoire.ledger import entry, stack, unbalanced
from diagterritoire.parameters import Parameters
from diagterritoire.siting import Siting
from diagterritoire.study.bundles import Bilan, Inputs
from diagterritoire.study.measures import Measures


def controle(
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


def bilan(inputs: Inputs, measures: Measures, communes: pd.DataFrame) -> Bilan:
    """Total what the report prints of the territory, and check the closed system law."""
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


def verite(inputs: Inputs, measures: Measures, communes: gpd.GeoDataFrame) -> pd.DataFrame:
    """Compare with every published year the communes of the territory, whose APL is complete."""
    inside = communes.loc[communes["dans_territoire"], [*NIVEAUX.values(), "apl", "apl_calibree"]]
    years = [
        arrondissements.folded(rows.drop(columns="annee")).assign(annee=annee)
        for annee, rows in inputs.publiees.groupby("annee", sort=True)
    ]
    publiees = pd.concat(years, ignore_index=True) if years else inputs.publiees
    ajustee = measures.calee.annee
    return truth(inside, publiees, {} if ajustee is None else {tables.SERIE_CALIBREE: ajustee})
