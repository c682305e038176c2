"""Scenarios beside the present situation: each is diagnosed, then compared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import geopandas as gpd
import pandas as pd

from diagterritoire import ledger, schema, tables
from diagterritoire.core.communes import arrondissements
from diagterritoire.core.flows.exchanges import Echanges, exchanges, fuite
from diagterritoire.core.flows.gravity import gravity
from diagterritoire.core.scenarios.anchoring import anchored, floored
from diagterritoire.core.scenarios.gaps import flow_gaps, gaps
from diagterritoire.core.scenarios.moves import Scenario
from diagterritoire.core.scenarios.spread import by_commune, paired
from diagterritoire.decay import Decay
from diagterritoire.parameters import Parameters
from diagterritoire.progress import Told, untold
from diagterritoire.scenarios.applying import Applied, apply
from diagterritoire.scenarios.totals import Situation, balance
from diagterritoire.study.bundles import Compared, Diagnosis, Inputs
from diagterritoire.study.diagnosis import Study, laid_out, study
from diagterritoire.territory import arrondissement_name, arrondissement_parent

# A flow of the model that changes by less is nobody.
_PATIENT = 1.0
_MEASURES = (
    "temps_mg_min",
    "temps_mg_moyen_min",
    "apl",
    "deficit_consultations",
    "deficit_etp",
    "mg_etp",
    "taux_fuite",
    "taux_autosuffisance",
    "patients_recus",
)


@dataclass(frozen=True)
class _Side:
    """One situation: its study, its modelled flows, and its communes with what flows say."""

    study: Study
    flux: pd.DataFrame
    communes: pd.DataFrame
    echanges: Echanges


def compare(
    inputs: Inputs,
    scenarios: Sequence[Scenario],
    parameters: Parameters,
    told: Told = untold,
) -> Diagnosis:
    """Diagnose the present situation and each scenario, and lay out what changes.

    Parameters
    ----------
    inputs : Inputs
        The present situation.
    scenarios : sequence of Scenario
        Of different keys.
    parameters : Parameters

    Returns
    -------
    Diagnosis
        Of the present situation, with `scenarios`.

    Raises
    ------
    UsageError
        As `applying.apply`.

    Notes
    -----
    A scenario is measured and not laid out: places of new sites, forms of practice or basins are
    told of the present situation alone. Nothing is fitted again on what was published or observed
    of the present situation: flows are those of its model on both sides, and the APL is anchored by
    its difference.
    """
    applied = [apply(inputs, scenario, parameters) for scenario in scenarios]
    now = study(inputs, parameters, told)
    moves = now.measures.moves
    before = _side(now, moves.decay, moves.attraction)
    found = [
        _beside(s, a, now, before, parameters, told)
        for s, a in zip(scenarios, applied, strict=True)
    ]
    diagnosis = laid_out(now, parameters)
    layer = gpd.GeoDataFrame(_stacked([f.layer for f in found]), crs=inputs.territory.crs)
    mouvements = _stacked([made.mouvements for made in applied])
    compared = Compared(
        noms={scenario.cle: scenario.nom for scenario in scenarios},
        scenario=schema.conform(layer, tables.SCENARIO),
        scenario_bilan=schema.conform(_stacked([f.bilan for f in found]), tables.SCENARIO_BILAN),
        scenario_mouvements=mouvements,
        scenario_flux=schema.conform(_stacked([f.flux for f in found]), tables.SCENARIO_FLUX),
        points=points(inputs.communes, mouvements),
    )
    by_name = zip(compared.noms.values(), found, strict=True)
    noms = named(diagnosis.noms, mouvements)
    controle = ledger.stack([diagnosis.controle, *(under_zero(nom, f.layer) for nom, f in by_name)])
    return replace(
        diagnosis,
        scenarios=compared,
        noms=noms,
        controle=schema.conform(controle, tables.CONTROLE),
    )


def under_zero(nom: str, layer: pd.DataFrame) -> pd.DataFrame:
    """Count the communes whose anchored APL would be under 0: it is 0, and not published as less.

    Parameters
    ----------
    nom : str
        Name of the scenario.
    layer : DataFrame
        `code_commune`, `apl_publiee`, `apl_difference`.

    Examples
    --------
    >>> layer = pd.DataFrame({
    ...     "code_commune": ["A", "B"], "apl_publiee": [0.4, 3.0], "apl_difference": [-1.0, -1.0],
    ... })
    >>> under_zero("Fermer", layer)[["nombre", "part", "exemples"]].to_numpy().tolist()
    [[1, 0.5, 'A']]
    """
    below = floored(layer["apl_publiee"], layer["apl_difference"])
    motif = "APL ancrée ramenée à 0 : la baisse calculée dépasse l'APL publiée"
    codes = sorted(layer.loc[below, "code_commune"])
    known = int(layer["apl_publiee"].notna().sum())
    return ledger.entry(f"Scénario « {nom} »", motif, codes, known, effet=tables.IMPUTE)


def named(noms: Mapping[str, str], mouvements: pd.DataFrame) -> dict[str, str]:
    """Add the names of the arrondissements where moves happen: the layers have whole cities.

    Examples
    --------
    >>> moves = pd.DataFrame({"code_commune": ["69381", "69124"], "code_arrivee": None})
    >>> named({"69123": "Lyon", "69124": "Marcilly"}, moves)["69381"]
    'Lyon 1er arrondissement'
    """
    return {**noms, **{code: arrondissement_name(code) for code in _parts(mouvements)}}


def _parts(mouvements: pd.DataFrame) -> list[str]:
    """Arrondissements that moves name."""
    cited = pd.concat([mouvements["code_commune"], mouvements["code_arrivee"]]).dropna()
    return [code for code in sorted(set(cited)) if arrondissement_parent(code) != code]


def points(communes: pd.DataFrame, mouvements: pd.DataFrame) -> dict[str, tuple[float, float]]:
    """Give the points, in metres, of the arrondissements where moves happen.

    Examples
    --------
    >>> communes = pd.DataFrame({"code_commune": ["69381"], "x": [5.0], "y": [7.0]})
    >>> points(communes, pd.DataFrame({"code_commune": ["69381"], "code_arrivee": None}))
    {'69381': (5.0, 7.0)}
    """
    cut = communes.loc[communes["code_commune"].isin(_parts(mouvements))]
    places = zip(cut["x"].astype(float), cut["y"].astype(float), strict=True)
    return dict(zip(cut["code_commune"], places, strict=True))


@dataclass(frozen=True)
class _Found:
    """What one scenario changes: by commune, in total, flow by flow."""

    layer: pd.DataFrame
    bilan: pd.DataFrame
    flux: pd.DataFrame


def _beside(
    scenario: Scenario,
    made: Applied,
    now: Study,
    before: _Side,
    parameters: Parameters,
    told: Told,
) -> _Found:
    moves = now.measures.moves
    later = study(_unpublished(made.inputs), parameters, told)
    after = _side(later, moves.decay, moves.attraction)
    draws = paired(now.draws, later.draws)
    name = {"scenario": scenario.cle}
    sides = (_situation(before, now), _situation(after, now))
    return _Found(
        _layer(before, after, by_commune(draws, parameters.fermete.intervalle)).assign(**name),
        balance(*sides, draws, parameters).assign(**name),
        flow_gaps(before.flux, after.flux, least=_PATIENT).assign(**name),
    )


def _stacked(parts: Sequence[pd.DataFrame]) -> pd.DataFrame:
    return pd.concat(parts, ignore_index=True)


def _unpublished(inputs: Inputs) -> Inputs:
    """Leave out what was published and observed of the present situation: nothing is fitted."""
    return replace(inputs, publiees=inputs.publiees.head(0), flux_observes=None)


def _side(made: Study, decay: Decay, attraction: float) -> _Side:
    inputs, measures = made.inputs, made.measures
    both = [sites for sites in (measures.sites, measures.lointains) if len(sites)]
    supply = pd.concat(both or [measures.sites], ignore_index=True)
    flux = arrondissements.folded_flows(
        gravity(
            measures.times.trajets,
            measures.times.plus_proches,
            inputs.communes,
            supply,
            decay=decay,
            attraction=attraction,
        )
    )
    communes = made.communes
    rates = fuite(flux, communes).set_index("code_commune")
    received = flux.groupby("code_exercice")["patients"].sum()
    codes = communes["code_commune"]
    table = communes.assign(
        taux_fuite=codes.map(rates["taux_fuite"]),
        taux_autosuffisance=codes.map(rates["taux_autosuffisance"]),
        patients_recus=codes.map(received).fillna(0.0),
    )
    return _Side(made, flux, table, exchanges(flux, inputs.territory.communes))


def _situation(side: _Side, now: Study) -> Situation:
    return Situation(
        communes=side.communes,
        bilan=side.study.bilan,
        echanges=side.echanges,
        reference=now.communes.set_index("code_commune")["apl"],
    )


def _layer(before: _Side, after: _Side, spread: pd.DataFrame) -> pd.DataFrame:
    kept = ["code_commune", "nom", "dans_territoire", "population", "population_standardisee"]
    known = before.communes[[*kept, "apl_publiee", "deficit", "geometry"]]
    table = known.rename(columns={"deficit": "deficit_avant"})
    later = after.communes[["code_commune", "deficit"]].rename(columns={"deficit": "deficit_apres"})
    changed = gaps(before.communes, after.communes, "code_commune", _MEASURES)
    for part in (later, changed, spread):
        table = table.merge(part, how="left", on="code_commune", validate="one_to_one")
    change = table["apl_difference"]
    return table.assign(
        apl_ancree=anchored(table["apl_publiee"], change),
        consultations_difference=change * table["population_standardisee"],
    )
