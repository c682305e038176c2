"""The closed area of a diagnosis over the draws: its points moved, its roads driven again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from diagterritoire import tables
from diagterritoire.arrays import FloatArray, IntArray
from diagterritoire.core.draws import drawing
from diagterritoire.network.compiled import RoadNetwork
from diagterritoire.network.doors import open_doors
from diagterritoire.network.graph import RoadGraph
from diagterritoire.network.islets import join_apart
from diagterritoire.network.links import Link, linked
from diagterritoire.network.redriven import Redrivable, finer, redrivable, redriven, rejoined
from diagterritoire.network.reopened import Reopened, drawn, pays, reopened
from diagterritoire.network.searcher import Searcher
from diagterritoire.network.snapping import Snapping
from diagterritoire.parameters import Parameters, ReseauParameters
from diagterritoire.workers import workers

_KNOWN = ["code_commune", "dans_territoire", "population_standardisee"]


@dataclass(frozen=True)
class Area:
    """What is computed again: the closed area of a diagnosis, and how to travel there.

    Attributes
    ----------
    communes : GeoDataFrame
        `code_commune`, `dans_territoire`, `population_standardisee`, `x`, `y`, `landmass`,
        outlines: the closed area.
    sites : GeoDataFrame
        `site_id`, `code_commune`, `mg_nb`, `consultations`, `origine_position`, points: those of
        the closed area.
    lointains : GeoDataFrame
        `site_id`, `code_commune`, `mg_nb`, points: those beyond, where a nearest GP may be.
    ailleurs : GeoDataFrame
        `code_commune`, `landmass`, outlines: the communes beyond.
    road : RoadGraph or None
        None: every time comes from the straight-line model.
    network : RoadNetwork or None
        What the graph was built from; None with a graph: its speeds are not drawn.
    eloignement_min : Series
        Minutes between each commune of the buffer and the territory, by code; empty when they are
        not known, and the buffer is not drawn.
    points_connus : bool
        Whether the points of the communes are those of their town halls, which are not drawn.
    liens : tuple of Link
        Roads added to the graph, whose declared times are not drawn.
    """

    communes: gpd.GeoDataFrame
    sites: gpd.GeoDataFrame
    lointains: gpd.GeoDataFrame
    ailleurs: gpd.GeoDataFrame
    road: RoadGraph | None
    network: RoadNetwork | None = None
    eloignement_min: pd.Series[float] = field(default_factory=lambda: pd.Series(dtype="float64"))
    points_connus: bool = False
    liens: tuple[Link, ...] = ()


@dataclass(frozen=True)
class Stage:
    """What the draws share.

    The ends of a draw are the communes, its sites, then the sites beyond, which are never moved:
    `joined` holds those of a draw after another, then the sites beyond once.

    Attributes
    ----------
    communes, sites, lointains : DataFrame
        Those of the area that have a GP, in the order of the ends.
    number, landmass : int64[k]
        Commune and mass of land of each end.
    xy : float64[k, 2]
        Points, metres.
    joined : Snapping
        How each joins `ruled`.
    roads, ruled : Redrivable, RoadGraph or None
        The roads, and their finer rule (`redriven.finer`); None for the straight line.
    reopened : Reopened or None
        The roads with every door, where one hierarchy for all the draws pays.
    liens : tuple of Link
        Those of the area.
    """

    communes: pd.DataFrame
    sites: pd.DataFrame
    lointains: pd.DataFrame
    number: IntArray
    landmass: IntArray
    xy: FloatArray
    joined: Snapping
    roads: Redrivable | None
    ruled: RoadGraph | None
    reopened: Reopened | None
    liens: tuple[Link, ...] = ()

    def rows(self, tirage: int) -> IntArray:
        """List the ends of a draw."""
        drawn, beyond = len(self.communes) + len(self.sites), len(self.lointains)
        own = np.arange(tirage * drawn, (tirage + 1) * drawn)
        return np.concatenate([own, np.arange(len(self.number) - beyond, len(self.number))])


@dataclass(frozen=True)
class Driven:
    """Roads at the speeds of a draw, and its ends joined to them.

    Attributes
    ----------
    tirage : int
        Number of the draw.
    chosen : Parameters
    road : RoadGraph, Searcher or None
    joined : Snapping
    """

    tirage: int
    chosen: Parameters
    road: RoadGraph | Searcher | None
    joined: Snapping


def positions(area: Area, parameters: Parameters, tirage: int) -> tuple[FloatArray, FloatArray]:
    """Draw the points of the communes, and those of their sites, in the order of the tables.

    Parameters
    ----------
    area : Area
    parameters : Parameters
    tirage : int
    """
    communes, sites, declared = area.communes, area.sites, parameters.fermete
    radius = 0.0 if area.points_connus else declared.position_commune_m
    imputed = sites["origine_position"].to_numpy(object) == tables.POSITION_CENTRE
    return (
        drawing.moved(
            communes[["x", "y"]].to_numpy(np.float64),
            communes["code_commune"],
            np.full(len(communes), radius),
            parameters,
            tirage,
            "commune",
        ),
        drawing.moved(
            shapely.get_coordinates(sites.geometry.to_numpy()),
            sites["site_id"],
            np.where(imputed, declared.position_site_m, 0.0),
            parameters,
            tirage,
            "site",
        ),
    )


def stage_draws(area: Area, parameters: Parameters) -> Stage:
    """Join every draw of the points to the road at once.

    Parameters
    ----------
    area : Area
    parameters : Parameters
        The declared ones.
    """
    sites = area.sites.loc[area.sites["mg_nb"] > 0].sort_values("site_id", kind="stable")
    beyond = area.lointains.loc[area.lointains["mg_nb"] > 0].sort_values("site_id", kind="stable")
    kept = replace(
        area, communes=area.communes.sort_values("code_commune", kind="stable"), sites=sites
    )
    columns = ["code_commune", "landmass", "geometry"]
    land = pd.concat([f[columns] for f in (kept.communes, area.ailleurs) if len(f)])
    index = pd.Index(land["code_commune"])
    own = np.concatenate([np.arange(len(kept.communes)), index.get_indexer(sites["code_commune"])])
    tirages = range(parameters.fermete.tirages)
    number = np.concatenate(
        [*(own for _ in tirages), index.get_indexer(beyond["code_commune"])]
    ).astype(np.int64)
    far = shapely.get_coordinates(beyond.geometry.to_numpy())
    drawn = [xy for tirage in tirages for xy in positions(kept, parameters, tirage)]
    xy = np.concatenate([*drawn, far])
    masses = np.zeros(len(land), dtype=np.int64)
    if area.road is not None:
        masses = land["landmass"].to_numpy(np.int64)
    ruled = None if area.road is None else finer(area.road)
    joined, landmass = join_apart(
        ruled, land["geometry"].to_numpy(), masses, xy, number, parameters.reseau
    )
    roads = None
    if area.road is not None:
        roads = redrivable(area.road, area.network, parameters.reseau, _town_share(parameters))
    shared = None
    # A road that is added is not in the hierarchy of those that are there.
    if (
        roads is not None
        and ruled is not None
        and not area.liens
        and pays(roads.graph, len(sites), len(tirages))
    ):
        shared = reopened(roads, ruled, joined)
    return Stage(
        communes=pd.DataFrame(kept.communes[_KNOWN]),
        sites=pd.DataFrame(sites.drop(columns="geometry")),
        lointains=beyond[["site_id"]],
        number=number,
        landmass=landmass,
        xy=xy,
        joined=joined,
        roads=roads,
        ruled=ruled,
        reopened=shared,
        liens=area.liens,
    )


def _town_share(parameters: Parameters) -> float:
    """Least quotient of the limit of towns by the speed of a class, to the rounding."""
    declared = parameters.fermete
    # What all speeds share is in both.
    return (1.0 - declared.vitesse_urbaine) / (1.0 + declared.vitesses_classes) * (1.0 - 1e-9)


def driven_draws(stage: Stage, parameters: Parameters) -> Iterator[Driven]:
    """Drive the roads of each draw, in order, while the one before is measured.

    Parameters
    ----------
    stage : Stage
    parameters : Parameters
        Those given to `stage_draws`; one draw at least.
    """
    count = parameters.fermete.tirages

    def driven(tirage: int) -> Driven:
        chosen = drawing.drawn(parameters, tirage)
        joined = stage.joined.take(stage.rows(tirage))
        return Driven(tirage, chosen, *_roads(stage, joined, chosen.reseau))

    with workers(1) as pool:
        ahead = pool.submit(driven, 0)
        for following in range(1, count + 1):
            now = ahead.result()
            if following < count:
                ahead = pool.submit(driven, following)
            yield now


def _roads(
    stage: Stage, joined: Snapping, reseau: ReseauParameters
) -> tuple[RoadGraph | Searcher | None, Snapping]:
    if stage.roads is None or stage.ruled is None:
        return None, joined
    if stage.reopened is not None:
        found = drawn(stage.reopened, joined, reseau)
        if found is not None:
            return found
    driven = linked(redriven(stage.roads, reseau), stage.liens)
    doors, joined = open_doors(driven, rejoined(joined, stage.ruled, driven, reseau))
    return doors.graph, joined
