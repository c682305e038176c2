"""The six analyses that settle a catchment (aire de santé), scored by commune.

A score goes from 0 (the commune looks elsewhere) to 1 (all says it belongs). None means that the
file that would tell is missing: it counts for nothing, neither for nor against.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from diagterritoire.core.identifiers import by_id

METRES_PAR_KM = 1000.0


@dataclass(frozen=True)
class Analyse:
    """One analysis: what it measures, in a unit or as a fraction, and the file that it needs."""

    cle: str
    titre: str
    unite: str
    source: str
    manque: str
    mesure: str
    fraction: bool = False


GARDE = Analyse(
    "secteur_garde",
    "secteur de permanence des soins",
    "1 : celui du territoire",
    "secteurs de garde fournis",
    "manque : fichier des secteurs de garde (docs/formats.md)",
    "habitants du secteur de garde qui en réunit le plus",
    fraction=True,
)
DYNAMIQUE = Analyse(
    "dynamique",
    "dynamique de groupe déjà là",
    "maisons et centres de santé du bassin",
    "FINESS",
    "manque : fichier FINESS des établissements",
    "maisons et centres de santé du bassin d'un habitant",
)
TEMPS = Analyse(
    "temps",
    "temps d'accès au médecin",
    "min",
    "calcul du diagnostic",
    "manque : aucun médecin atteint",
    "temps moyen, du point de la commune",
)
FLUX = Analyse(
    "flux",
    "flux de patients",
    "part des recours dans le territoire",
    "flux du diagnostic",
    "manque : aucun flux",
    "recours qui restent dans le territoire, moyenne des communes",
    fraction=True,
)
APPUI = Analyse(
    "appui",
    "hôpitaux et EHPAD d'appui",
    "km à vol d'oiseau",
    "FINESS",
    "manque : fichier FINESS des établissements",
    "distance moyenne au plus proche, à vol d'oiseau",
)
EPCI = Analyse(
    "epci",
    "respect de la communauté de communes",
    "part de ses habitants dans le territoire",
    "table d'appartenance",
    "manque : commune sans intercommunalité",
    "habitants de l'intercommunalité qui vivent dans le territoire",
    fraction=True,
)
ANALYSES: tuple[Analyse, ...] = (GARDE, DYNAMIQUE, TEMPS, FLUX, APPUI, EPCI)
GROUPES = ("MSP", "CDS")
APPUIS = ("hopital", "hopital_local", "EHPAD")


def care_area(
    communes: pd.DataFrame,
    flux: pd.DataFrame,
    structures: pd.DataFrame | None,
    secteurs: pd.DataFrame | None,
    *,
    temps_min: Sequence[float],
    appui_km: float,
    habitants_epci: pd.Series[int] | None = None,
) -> pd.DataFrame:
    """Score each commune of a territory on the six analyses, and the territory as a whole.

    - secteur_garde: 1 in the sector that holds most of the territory's population, else 0.
    - dynamique: 1 with a maison or centre de santé in the commune, 0.5 with one in its basin.
    - temps: 1 up to the first bound, 0.5 up to the last, 0 beyond.
    - flux: share of the residents' use inside the territory.
    - appui: nearest hospital or nursing home, 1 within `appui_km`, 0.5 within twice, 0 beyond.
    - epci: share of the inhabitants of the commune's EPCI who live in the territory.

    Parameters
    ----------
    communes : DataFrame
        Closed area: `code_commune`, `dans_territoire`, `population`, `temps_mg_min`, `code_epci`,
        `bassin`, `x`, `y` (metres).
    flux : DataFrame
        `code_residence`, `code_exercice`, `patients`.
    structures : DataFrame or None
        `categorie`, `code_commune`, `x`, `y`; None when no file gives them.
    secteurs : DataFrame or None
        `code_commune`, `secteur`; None when no file gives them.
    temps_min : sequence of float
        Bounds of the times, increasing.
    appui_km : float
        Kilometres.
    habitants_epci : Series, optional
        Inhabitants of each EPCI, by code: a large one goes beyond the closed area. Without them,
        those of the closed area.

    Returns
    -------
    DataFrame
        `niveau` (commune or territoire), `code_commune` (null for the territory), `analyse`,
        `valeur`, `unite`, `score`, `source`: of the territory, means weighted by population over
        the communes that are known.
    """
    table = by_id(
        communes,
        "code_commune",
        ["dans_territoire", "population", "temps_mg_min", "code_epci", "bassin", "x", "y"],
    )
    inside = table.loc[table["dans_territoire"].astype(bool)].reset_index(drop=True)
    measured = {
        GARDE.cle: _sector(inside, secteurs),
        DYNAMIQUE.cle: _groups(table, inside, structures),
        TEMPS.cle: _times(inside, temps_min),
        FLUX.cle: _stays(inside, flux),
        APPUI.cle: _support(inside, structures, appui_km),
        EPCI.cle: _epci(table, inside, habitants_epci),
    }
    parts = []
    for analyse in ANALYSES:
        value, score = measured[analyse.cle]
        parts.append(_rows(inside, analyse, value, score))
    return pd.concat(parts, ignore_index=True)


Measured = tuple[pd.Series, pd.Series]


def _unknown(inside: pd.DataFrame) -> Measured:
    nothing = pd.Series(np.nan, index=inside.index)
    return nothing, nothing


def _sector(inside: pd.DataFrame, secteurs: pd.DataFrame | None) -> Measured:
    if secteurs is None or secteurs.empty:
        return _unknown(inside)
    known = dict(zip(secteurs["code_commune"], secteurs["secteur"], strict=True))
    sector = inside["code_commune"].map(known)
    people = inside.groupby(sector)["population"].sum()
    if people.empty:
        return _unknown(inside)
    score = (sector == people.idxmax()).astype("float64").where(sector.notna())
    return score, score


def _groups(table: pd.DataFrame, inside: pd.DataFrame, structures: pd.DataFrame | None) -> Measured:
    if structures is None:
        return _unknown(inside)
    groups = structures.loc[structures["categorie"].isin(GROUPES), "code_commune"]
    basin = dict(zip(table["code_commune"], table["bassin"], strict=True))
    number = groups.map(basin).value_counts()
    around = inside["bassin"].map(number).fillna(0.0).astype("float64")
    here = inside["code_commune"].isin(set(groups))
    around = around.where(inside["bassin"].notna(), here.astype("float64"))
    return around, here.astype("float64").where(here, (around > 0) * 0.5)


def _times(inside: pd.DataFrame, bornes: Sequence[float]) -> Measured:
    minutes = inside["temps_mg_min"].astype("float64")
    score = (minutes <= bornes[0]) * 0.5 + (minutes <= bornes[-1]) * 0.5
    return minutes, score.where(minutes.notna())


def _stays(inside: pd.DataFrame, flux: pd.DataFrame) -> Measured:
    mine = flux.loc[flux["code_residence"].isin(inside["code_commune"])]
    total = mine.groupby("code_residence")["patients"].sum()
    staying = mine.loc[mine["code_exercice"].isin(inside["code_commune"])]
    kept = staying.groupby("code_residence")["patients"].sum().reindex(total.index, fill_value=0.0)
    part = inside["code_commune"].map(kept / total).astype("float64")
    return part, part


def _support(inside: pd.DataFrame, structures: pd.DataFrame | None, appui_km: float) -> Measured:
    if structures is None:
        return _unknown(inside)
    places = structures.loc[structures["categorie"].isin(APPUIS), ["x", "y"]].to_numpy(float)
    if not len(places):
        return pd.Series(np.nan, index=inside.index), pd.Series(0.0, index=inside.index)
    here = inside[["x", "y"]].to_numpy(float)
    gap = np.hypot(*(here[:, None, :] - places[None, :, :]).transpose(2, 0, 1)).min(axis=1)
    km = pd.Series(gap / METRES_PAR_KM, index=inside.index)
    return km, (km <= appui_km) * 0.5 + (km <= 2 * appui_km) * 0.5


def _epci(table: pd.DataFrame, inside: pd.DataFrame, habitants: pd.Series[int] | None) -> Measured:
    around = table.groupby("code_epci")["population"].sum()
    whole = around if habitants is None else habitants.reindex(around.index).fillna(around)
    ours = inside.groupby("code_epci")["population"].sum()
    part = inside["code_epci"].map(ours / whole.where(whole > 0)).astype("float64")
    return part, part


def _rows(
    inside: pd.DataFrame, analyse: Analyse, value: pd.Series, score: pd.Series
) -> pd.DataFrame:
    """Rows of one analysis: the territory first, then each commune."""
    people = inside["population"].astype("float64")
    rows = pd.DataFrame(
        {
            "niveau": ["territoire", *["commune"] * len(inside)],
            "code_commune": [None, *inside["code_commune"]],
            "analyse": analyse.cle,
            "valeur": [_mean(value, people), *value],
            "unite": analyse.unite,
            "score": [_mean(score, people), *score],
        }
    )
    told = rows["score"].notna()
    rows["source"] = np.where(told, analyse.source, analyse.manque)
    return rows


def _mean(values: pd.Series, weights: pd.Series) -> float:
    known = values.notna()
    total = float(weights[known].sum())
    return float((values[known] * weights[known]).sum()) / total if total > 0 else float("nan")
