"""Flows of patients of a closed area: observed where they are, modelled elsewhere, and judged."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from diagterritoire import ledger, schema, tables
from diagterritoire.core.communes import arrondissements
from diagterritoire.core.flows.destinations import candidates
from diagterritoire.core.flows.fitting import fit_flows
from diagterritoire.core.flows.gravity import gravity
from diagterritoire.core.flows.secrecy import Shown, shown, visits
from diagterritoire.decay import Decay
from diagterritoire.network.speeds import DECISECONDS_PER_MINUTE
from diagterritoire.network.straight_line import straight_line_ds
from diagterritoire.parameters import FluxParameters, Parameters
from diagterritoire.study.flow_verdicts import decay_of, fitted_parameters, verdicts
from diagterritoire.territory import PARTS, arrondissement_parent

PAIR = ["code_residence", "code_exercice"]


@dataclass(frozen=True)
class Moves:
    """Flows of the residents of the closed area, by commune, and what is known of them.

    Attributes
    ----------
    flux : DataFrame
        `code_residence`, `code_exercice`, `patients`, `temps_min`, `nature`, `patients_modelises`:
        every flow that may be shown, even the smallest. A residence with observed flows that are
        shown has those only, the others what the model gives.
    choix : DataFrame
        `destinations.candidates` by commune.
    choix_fins : DataFrame
        The same by arrondissement in Paris, Lyon and Marseille, as the flows were modelled.
    decay, attraction
        Of the model, declared or fitted.
    secretes : frozenset of str
        Residences with observed flows whose flow to their own commune is hidden.
    marges, calage, jugement : DataFrame
        As in `tables`.
    controle : DataFrame
    """

    flux: pd.DataFrame
    choix: pd.DataFrame
    choix_fins: pd.DataFrame
    decay: Decay
    attraction: float
    secretes: frozenset[str]
    marges: pd.DataFrame
    calage: pd.DataFrame
    jugement: pd.DataFrame
    controle: pd.DataFrame


def moves(
    trajets: pd.DataFrame,
    nearest: pd.DataFrame,
    communes: pd.DataFrame,
    supply: pd.DataFrame,
    lieux: pd.DataFrame,
    observes: pd.DataFrame | None,
    parameters: Parameters,
) -> Moves:
    """Give the flows of a closed area, and judge the model that makes them.

    Parameters
    ----------
    trajets, nearest, supply : DataFrame
        As for `flows.gravity`.
    communes : DataFrame
        Closed area: `code_commune`, `population`, `dans_territoire`.
    lieux : DataFrame
        `code_commune`, `x`, `y` (metres): every commune where a flow may end, whole.
    observes : DataFrame or None
        Table `flux_observes`; None or empty when no file gives it.
    parameters : Parameters

    Raises
    ------
    DataError
        As `flows.gravity`.
    """
    fins = candidates(trajets, communes, supply)
    choix = _whole(fins)
    area = set(communes["code_commune"].map(arrondissement_parent))
    seen, visites, controle = _observed(observes, area, lieux)
    # What is shown, and what is made of it, stands on no hidden cell: not even the fit.
    shown_ = shown(seen, parameters.flux.secret_patients, visites)
    restes = _left(shown_.marges)
    shown_ = _placed(shown_, lieux)
    placed = seen["code_exercice"].isin(lieux["code_commune"])
    montres = _without(seen.loc[placed], shown_.masques)
    flux_parameters, calage = _fitted(choix, montres, restes, parameters.flux)
    decay, attraction = decay_of(flux_parameters), flux_parameters.attraction_exposant
    modele = arrondissements.folded_flows(
        gravity(trajets, nearest, communes, supply, decay=decay, attraction=attraction)
    )
    # One account of both motives: how many cells of each are hidden would say more of them.
    motif = (
        f"flux de moins de {parameters.flux.secret_patients} patients ou cachés par le fichier, et "
        "ceux qui les feraient retrouver : non montrés"
    )
    source, hidden = ledger.origin(tables.FLUX_OBSERVES), len(shown_.masques)
    controle.append(ledger.entry(source, motif, (), len(seen), nombre=hidden))
    own = shown_.masques["code_residence"] == shown_.masques["code_exercice"]
    inside = communes.loc[communes["dans_territoire"].astype(bool), "code_commune"]
    return Moves(
        flux=_together(modele, shown_.flux, choix, lieux, parameters),
        choix=choix,
        choix_fins=fins,
        decay=decay,
        attraction=attraction,
        secretes=frozenset(shown_.masques.loc[own, "code_residence"]),
        marges=schema.conform(shown_.marges, tables.MARGES_OBSERVEES),
        calage=calage,
        jugement=verdicts(
            choix,
            modele,
            montres,
            restes,
            area,
            set(inside.map(arrondissement_parent)),
            flux_parameters,
            parameters,
        ),
        controle=ledger.stack(controle),
    )


def _without(seen: pd.DataFrame, masques: pd.DataFrame) -> pd.DataFrame:
    """Observed flows whose hidden cells are unknown: what is printed is made from these."""
    table = seen.merge(masques, on=PAIR, how="left", validate="1:1")
    return table.assign(patients=table["patients"].where(table["motif"].isna()))[seen.columns]


def _left(marges: pd.DataFrame) -> pd.Series[float]:
    """Patients of each residence that no shown cell tells; null where its margin is hidden."""
    by = marges.set_index("code_residence")
    left: pd.Series[float] = by["patients_observes"] - by["patients_montres"]
    return left


def _whole(choix: pd.DataFrame) -> pd.DataFrame:
    """Choices by commune where they are by arrondissement: offers and people add up."""
    if not any(choix[key].isin(PARTS).any() for key in PAIR):
        return choix
    parents = choix.assign(**{key: choix[key].map(arrondissement_parent) for key in PAIR})
    offers = choix.drop_duplicates("code_exercice").set_index("code_exercice")["consultations"]
    people = choix.drop_duplicates("code_residence").set_index("code_residence")["population"]
    pairs = parents.groupby(PAIR, as_index=False)["temps_min"].min()
    whole: pd.DataFrame = pairs.assign(
        consultations=pairs["code_exercice"].map(_summed(offers)),
        population=pairs["code_residence"].map(_summed(people)),
    )
    return whole


def _summed(values: pd.Series) -> pd.Series:
    whole: pd.Series = values.groupby(values.index.map(arrondissement_parent)).sum()
    return whole


def _observed(
    observes: pd.DataFrame | None, area: Collection[str], lieux: pd.DataFrame
) -> tuple[pd.DataFrame, pd.Series[int] | None, list[pd.DataFrame]]:
    """Observed flows of the residents of the area, by commune; who goes where; the account.

    Those that lead to no known commune are there: what is hidden beside them, and the margin, would
    be others in a delivery that has its outline, and their difference a hidden flow.
    """
    if observes is None or observes.empty:
        return schema.empty(tables.FLUX_OBSERVES), None, []
    whole = observes.assign(**{key: observes[key].map(arrondissement_parent) for key in PAIR})
    near = whole["code_residence"].isin(list(area))
    known = whole["code_exercice"].isin(lieux["code_commune"])
    account = ledger.balance(
        ledger.origin(tables.FLUX_OBSERVES),
        len(observes),
        {"flux des habitants du territoire et de son pourtour": int((near & known).sum())},
        {
            "flux d'habitants d'ailleurs : écartés": int((~near).sum()),
            "flux vers une commune inconnue du fichier des communes : non montrés": int(
                (near & ~known).sum()
            ),
        },
    )
    grouped = whole.loc[near].groupby(PAIR)["patients"]
    total = grouped.sum().where(grouped.count() == grouped.size()).reset_index()
    return schema.conform(total, tables.FLUX_OBSERVES), visits(whole), [account]


def _placed(shown_: Shown, lieux: pd.DataFrame) -> Shown:
    """Leave out of what is shown the flows that lead to no known commune."""
    known = shown_.flux["code_exercice"].isin(lieux["code_commune"])
    away = shown_.flux.loc[~known].groupby("code_residence")["patients"].sum()
    marges = shown_.marges
    away = marges["code_residence"].map(away).fillna(0.0)
    return replace(
        shown_,
        flux=shown_.flux.loc[known].reset_index(drop=True),
        marges=marges.assign(patients_montres=marges["patients_montres"] - away),
    )


def _fitted(
    choix: pd.DataFrame,
    montres: pd.DataFrame,
    restes: pd.Series[float],
    declared: FluxParameters,
) -> tuple[FluxParameters, pd.DataFrame]:
    """Parameters of the model: fitted on the observed flows shown, if any, else declared."""
    fit = fit_flows(choix, montres, echelle_min=declared.decroissance_echelle_min, restes=restes)
    used = fitted_parameters(declared, fit)
    origine = "déclaré (docs/parametres.md)"
    if used is not declared:
        origine = (
            f"calé sur les flux observés de {fit.origines} communes, par maximum de vraisemblance"
        )
    rows = [
        ("attraction_exposant", used.attraction_exposant, "sans", origine),
        ("decroissance_par_min", used.decroissance_par_min, "1/min", origine),
        (
            "decroissance_echelle_min",
            used.decroissance_echelle_min,
            "min",
            "déclaré (docs/parametres.md)",
        ),
        ("decroissance_puissance", used.decroissance_puissance, "sans", origine),
    ]
    table = pd.DataFrame(rows, columns=tables.CALAGE_FLUX.noms)
    return used, schema.conform(table, tables.CALAGE_FLUX)


def _together(
    modele: pd.DataFrame,
    vus: pd.DataFrame,
    choix: pd.DataFrame,
    lieux: pd.DataFrame,
    parameters: Parameters,
) -> pd.DataFrame:
    """Observed flows that may be shown, the model beside; the model for the other residences."""
    told = modele["code_residence"].isin(vus["code_residence"].unique())
    modelled = modele.loc[~told].assign(nature=tables.MODELISE, patients_modelises=np.nan)
    if vus.empty:
        return modelled.reset_index(drop=True)
    beside = modele.rename(columns={"patients": "patients_modelises"})
    seen = vus.merge(
        beside[[*PAIR, "patients_modelises", "temps_min"]], on=PAIR, how="left", validate="1:1"
    ).merge(
        choix[[*PAIR, "temps_min"]], on=PAIR, how="left", validate="1:1", suffixes=("", "_choix")
    )
    minutes = seen["temps_min"].fillna(seen["temps_min_choix"])
    seen = seen.assign(
        temps_min=minutes.fillna(_flown(seen, lieux, parameters)),
        patients_modelises=seen["patients_modelises"].fillna(0.0),
        nature=tables.OBSERVE,
    )
    parts = [part for part in (modelled, seen[modelled.columns]) if len(part)]
    return pd.concat(parts, ignore_index=True).sort_values(PAIR, ignore_index=True)


def _flown(pairs: pd.DataFrame, lieux: pd.DataFrame, parameters: Parameters) -> pd.Series:
    """Straight-line minutes of pairs of communes: 0 within one."""
    at = lieux.set_index("code_commune")[["x", "y"]].astype("float64")
    one, other = (at.reindex(pairs[key]).to_numpy() for key in PAIR)
    metres = np.nan_to_num(np.hypot(*(one - other).T))
    minutes = straight_line_ds(metres, parameters.reseau) / DECISECONDS_PER_MINUTE
    within = (pairs["code_residence"] == pairs["code_exercice"]).to_numpy()
    return pd.Series(np.where(within, 0.0, minutes), index=pairs.index)
