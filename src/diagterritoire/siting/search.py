"""What the places of new sites are searched with: places, times, today's access, aims."""

from __future__ import annotations

from dataclasses import dataclass, replace

import geopandas as gpd
import numpy as np
import pandas as pd

from diagterritoire import decay, ledger
from diagterritoire.core.siting import nearest, places
from diagterritoire.core.siting.problem import Problem, state
from diagterritoire.core.siting.program import FloatArray, Program
from diagterritoire.core.siting.shortfall import shortfall, shortfall_program
from diagterritoire.core.times.travel import travel
from diagterritoire.network.graph import RoadGraph
from diagterritoire.parameters import Parameters

SOURCE = "implantation"


@dataclass(frozen=True)
class Area:
    """What a siting needs: the closed area of a diagnosis, its access today, how to travel there.

    Attributes
    ----------
    communes : GeoDataFrame
        `code_commune`, `nom`, `dans_territoire`, `population`, `population_standardisee`, `x`, `y`,
        `landmass`, outlines.
    ailleurs : GeoDataFrame
        The other communes, which hold roads.
    road : RoadGraph or None
        None: every time comes from the straight-line model.
    structures : GeoDataFrame or None
        `categorie`, `nom`, point.
    plus_proches : DataFrame
        `code_commune`, `temps_min`, `site_id`: the nearest GP of each commune today.
    sites : DataFrame
        `site_id`, `code_commune`: every site that may be the nearest.
    apl : DataFrame
        `code_commune`, `apl`.
    """

    communes: gpd.GeoDataFrame
    ailleurs: gpd.GeoDataFrame
    road: RoadGraph | None
    structures: gpd.GeoDataFrame | None
    plus_proches: pd.DataFrame
    sites: pd.DataFrame
    apl: pd.DataFrame

    @property
    def interieur(self) -> gpd.GeoDataFrame:
        """Communes of the territory."""
        return self.communes.loc[self.communes["dans_territoire"].astype(bool)]


@dataclass(frozen=True)
class Search:
    """What every aim is searched with.

    Attributes
    ----------
    lieux : GeoDataFrame
        `site_id`, `code_commune`, `nom`, point: the places that are admitted, sorted.
    problem : Problem
        Demands of the closed area (`compte`: those of the territory), these places, their times.
    handicap : array of float
        Part of the gain of the best place that each one pays for being near a MSP or a CDS.
    plafond_min : float
        Minutes that no trip exceeds, which a commune that reaches no GP counts.
    parameters : Parameters
    """

    lieux: gpd.GeoDataFrame
    problem: Problem
    handicap: FloatArray
    plafond_min: float
    parameters: Parameters


def open_search(area: Area, parameters: Parameters) -> tuple[Search | None, pd.DataFrame]:
    """Choose the places that are admitted and time the trips to them.

    Returns
    -------
    (Search or None, DataFrame)
        None without a place or with more than `implantation.candidats_max`; rows of
        `tables.CONTROLE` say what was left out.

    Raises
    ------
    UsageError
        A given point that is none, or out of the territory.
    """
    wanted = parameters.implantation
    lieux = _places(area, parameters)
    total = len(lieux)
    if total > wanted.candidats_max:
        motif = f"plus de {wanted.candidats_max} lieux possibles : implantation non calculée"
        return None, ledger.entry(SOURCE, motif, (), total, nombre=total)
    minutes = _to_competitors(area, lieux, parameters)
    near = minutes < wanted.concurrence_min
    refused = near & (wanted.concurrence_cout == 0)
    told = ledger.entry(
        SOURCE,
        f"lieux à moins de {wanted.concurrence_min:g} min d'une MSP ou d'un CDS : écartés",
        lieux.loc[refused, "nom"].tolist(),
        total,
    )
    if refused.all():
        return None, told
    short = np.where(near, 1 - minutes / max(wanted.concurrence_min, 1e-9), 0.0)
    lieux = lieux.assign(handicap=short * wanted.concurrence_cout).loc[~refused]
    return _timed(area, lieux.sort_values("site_id", ignore_index=True), parameters), told


def _places(area: Area, parameters: Parameters) -> gpd.GeoDataFrame:
    kind = parameters.implantation.candidats
    if kind == "structures":
        return places.structure_places(area.structures, area.interieur)
    if kind == "points":
        return places.point_places(parameters.implantation.points, area.interieur)
    return places.commune_places(area.interieur)


def _to_competitors(area: Area, lieux: gpd.GeoDataFrame, parameters: Parameters) -> FloatArray:
    """Minutes from the commune of each place to the nearest MSP or CDS; infinite without any.

    A MSP or a CDS that is itself a place has none.
    """
    found = places.structure_places(area.structures, area.communes)
    rivals = found.loc[found["categorie"].isin(places.CONCURRENTES)]
    never = np.full(len(lieux), np.inf)
    if rivals.empty or not parameters.implantation.concurrence_min:
        return never
    times = travel(area.communes, rivals, area.road, parameters, area.ailleurs).plus_proches
    by_commune = times.set_index("code_commune")["temps_min"].astype("float64")
    minutes = lieux["code_commune"].map(by_commune).fillna(np.inf).to_numpy(np.float64)
    own = lieux.get("categorie", pd.Series("", index=lieux.index)).isin(places.CONCURRENTES)
    return np.where(own, np.inf, minutes)


def _timed(area: Area, lieux: gpd.GeoDataFrame, parameters: Parameters) -> Search:
    """Time the trips to every place, as far as the farthest commune is from a GP."""
    now = area.plus_proches[["code_commune", "temps_min", "site_id"]]
    inside = set(area.interieur["code_commune"])
    known = now.loc[now["code_commune"].isin(inside), "temps_min"].dropna()
    ceiling = max([parameters.reseau.duree_max_min, *known])
    wide = replace(parameters, reseau=replace(parameters.reseau, duree_max_min=ceiling))
    times = travel(area.communes, lieux, area.road, wide, area.ailleurs).trajets
    where = area.sites.set_index("site_id")["code_commune"]
    demand = area.communes[
        ["code_commune", "population", "population_standardisee", "dans_territoire"]
    ].merge(now, on="code_commune", how="left", validate="one_to_one")
    demand = demand.merge(area.apl, on="code_commune", how="left", validate="one_to_one")
    of_site = demand["site_id"].map(where)
    return Search(
        lieux=lieux,
        problem=state(
            times.rename(columns={"site_id": "candidat"}),
            demand.assign(
                compte=demand["dans_territoire"].astype(bool),
                dehors=of_site.notna() & ~of_site.isin(inside),
            ),
            lieux["site_id"],
            autres=("population_standardisee", "apl", "compte", "dehors"),
        ),
        handicap=lieux["handicap"].to_numpy(np.float64),
        plafond_min=ceiling,
        parameters=parameters,
    )


def program(search: Search, but: str, levels: tuple[float, ...] = ()) -> Program:
    """State an aim over the communes of the territory; the sites of the APL have these sizes."""
    wanted, problem = search.parameters.implantation, counted(search.problem)
    if but == "apl":
        apl = search.parameters.apl
        gains = shortfall(
            search.problem,
            levels,
            decay=decay.steps(apl.bornes_min, apl.poids),
            seuil=search.parameters.deficit.seuil_apl,
            par_etp=search.parameters.offre.consultations_par_etp,
        )
        stated = shortfall_program(gains, wanted.etp_total)
    else:
        values = {
            "couverture": lambda: nearest.coverage(problem, wanted.minutes),
            "temps": lambda: nearest.median(problem, search.plafond_min),
            "maintien": lambda: nearest.containment(problem),
        }[but]()
        stated = nearest.nearest_program(values)
    if not search.handicap.any():
        return stated
    # A place too near to another structure pays a part of what the best place gains.
    dearest = stated.base - float(stated.after(()).min())
    return replace(stated, added=search.handicap[stated.candidat] * dearest)


def counted(problem: Problem) -> Problem:
    """Leave out of the demand those who live around the territory: their times do not count."""
    people = problem.demande["population"].where(problem.demande["compte"], 0)
    return replace(problem, demande=problem.demande.assign(population=people))
