"""The times and the APL of a territory, computed again over draws of the chosen numbers."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from diagterritoire import decay, schema, tables
from diagterritoire.core import arrondissements, drawing
from diagterritoire.core.access import floating_catchment
from diagterritoire.core.firmness import firmness
from diagterritoire.network import trips
from diagterritoire.network.compiled import RoadNetwork
from diagterritoire.network.doors import open_doors
from diagterritoire.network.graph import FloatArray, IntArray, RoadGraph
from diagterritoire.network.islets import join_apart
from diagterritoire.network.redriven import Redrivable, finer, redrivable, redriven, rejoined
from diagterritoire.network.snapping import Snapping
from diagterritoire.network.speeds import DECISECONDS_PER_MINUTE
from diagterritoire.parameters import Parameters

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
    """

    communes: gpd.GeoDataFrame
    sites: gpd.GeoDataFrame
    lointains: gpd.GeoDataFrame
    ailleurs: gpd.GeoDataFrame
    road: RoadGraph | None
    network: RoadNetwork | None = None
    eloignement_min: pd.Series[float] = field(default_factory=lambda: pd.Series(dtype="float64"))
    points_connus: bool = False


@dataclass(frozen=True)
class _Stage:
    """What the draws share.

    The ends of a draw are the communes, its sites, then the sites beyond, which are never moved:
    `joined` holds those of a draw after another, then the sites beyond once.
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

    def rows(self, tirage: int) -> IntArray:
        """List the ends of a draw."""
        drawn, beyond = len(self.communes) + len(self.sites), len(self.lointains)
        own = np.arange(tirage * drawn, (tirage + 1) * drawn)
        return np.concatenate([own, np.arange(len(self.number) - beyond, len(self.number))])


def fermete(area: Area, parameters: Parameters) -> pd.DataFrame:
    """Lay out table `fermete`: intervals of the communes of the territory over the draws.

    Parameters
    ----------
    area : Area
    parameters : Parameters
        `fermete.tirages` draws; none, and the table is empty.

    Notes
    -----
    A draw is the diagnosis with other parameters (`drawing.drawn`), other points where they are
    not known (`drawing.moved`) and another activity of each site: nothing is approximated.
    """
    declared = parameters.fermete
    if not declared.tirages or not area.communes["dans_territoire"].any():
        return schema.empty(tables.FERMETE)
    stage = _stage(area, parameters)
    draws = [
        _measured(area, stage, parameters, tirage).assign(tirage=tirage)
        for tirage in range(declared.tirages)
    ]
    found = firmness(
        pd.concat(draws, ignore_index=True),
        seuil=parameters.deficit.seuil_apl,
        intervalle=declared.intervalle,
        part_ferme=declared.part_ferme,
    )
    return schema.conform(found, tables.FERMETE)


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


def offered(sites: pd.DataFrame, parameters: Parameters, tirage: int) -> pd.Series[float]:
    """Draw the consultations of each site, from those of the declared activity.

    Parameters
    ----------
    sites : DataFrame
        `site_id`, `mg_nb`, `consultations`.
    parameters : Parameters
        The declared ones.
    tirage : int

    Examples
    --------
    >>> sites = pd.DataFrame({"site_id": ["s"], "mg_nb": [4.0], "consultations": [16_880.0]})
    >>> still = replace(Parameters().fermete, activite=0.0, activite_site=0.0)
    >>> offered(sites, replace(Parameters(), fermete=still), 0).tolist()
    [16880.0]
    """
    common = (
        drawing.drawn(parameters, tirage).offre.consultations_par_mg
        / parameters.offre.consultations_par_mg
    )
    spread = parameters.fermete.activite_site / np.sqrt(
        np.maximum(1.0, sites["mg_nb"].astype("float64"))
    )
    own = 1.0 + spread * drawing.noise(sites["site_id"], parameters, tirage, "activite")
    return sites["consultations"].astype("float64") * common * own


def _stage(area: Area, parameters: Parameters) -> _Stage:
    """Join every draw of the points to the road at once."""
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
    return _Stage(
        communes=pd.DataFrame(kept.communes[_KNOWN]),
        sites=pd.DataFrame(sites.drop(columns="geometry")),
        lointains=beyond[["site_id"]],
        number=number,
        landmass=landmass,
        xy=xy,
        joined=joined,
        roads=None
        if area.road is None
        else redrivable(area.road, area.network, parameters.reseau, _town_share(parameters)),
        ruled=ruled,
    )


def _town_share(parameters: Parameters) -> float:
    """Least quotient of the limit of towns by the speed of a class, to the rounding."""
    declared = parameters.fermete
    # What all speeds share is in both.
    return (1.0 - declared.vitesse_urbaine) / (1.0 + declared.vitesses_classes) * (1.0 - 1e-9)


def _measured(area: Area, stage: _Stage, parameters: Parameters, tirage: int) -> pd.DataFrame:
    """Time and APL of each commune of the territory in one draw."""
    chosen = drawing.drawn(parameters, tirage)
    trajets, minutes = _times(stage, chosen, tirage)
    communes, sites = _buffered(area, stage, chosen)
    known = trajets["code_commune"].isin(communes["code_commune"])
    supply = sites.assign(consultations=offered(sites, parameters, tirage))
    apl, _ = floating_catchment(
        trajets.loc[known & trajets["site_id"].isin(sites["site_id"])],
        communes,
        supply,
        decay=decay.steps(chosen.apl.bornes_min, chosen.apl.poids),
    )
    times = pd.DataFrame({"code_commune": stage.communes["code_commune"], "temps_mg_min": minutes})
    table = communes
    for part in (apl, times):
        table = table.merge(part, on="code_commune", how="left", validate="one_to_one")
    whole = arrondissements.folded(table)
    inside = whole.loc[whole["dans_territoire"].astype(bool)]
    return inside[["code_commune", "apl", "temps_mg_min"]]


def _times(stage: _Stage, chosen: Parameters, tirage: int) -> tuple[pd.DataFrame, FloatArray]:
    """Trips of one draw within the reach of the APL, and minutes to the nearest site."""
    rows, reseau = stage.rows(tirage), chosen.reseau
    joined, road = stage.joined.take(rows), None
    if stage.roads is not None and stage.ruled is not None:
        driven = redriven(stage.roads, reseau)
        doors, joined = open_doors(driven, rejoined(joined, stage.ruled, driven, reseau))
        road = doors.graph
    ends = trips.Ends(stage.number[rows], stage.landmass[rows], stage.xy[rows], joined)
    count = len(stage.communes)
    limit_ds = int(np.ceil(chosen.apl.bornes_min[-1] * DECISECONDS_PER_MINUTE))
    found, nearest = trips.compute(
        road, ends.take(slice(count)), ends.take(slice(count, None)), limit_ds, reseau
    )
    ids = pd.concat([stage.sites["site_id"], stage.lointains["site_id"]]).to_numpy(object)
    trajets = pd.DataFrame(
        {
            "code_commune": stage.communes["code_commune"].to_numpy(object)[found.origin],
            "site_id": ids[found.site],
            "temps_min": found.time_ds / DECISECONDS_PER_MINUTE,
        }
    )
    reached = nearest.time_ds >= 0
    return trajets, np.where(reached, nearest.time_ds / DECISECONDS_PER_MINUTE, np.nan)


def _buffered(area: Area, stage: _Stage, chosen: Parameters) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Communes and sites of the closed area, its buffer drawn."""
    communes, sites = stage.communes, stage.sites
    if area.eloignement_min.empty:
        return communes, sites
    near = communes["code_commune"].map(area.eloignement_min) <= chosen.territoire.tampon_min
    communes = communes.loc[communes["dans_territoire"].astype(bool) | near]
    return communes, sites.loc[sites["code_commune"].isin(communes["code_commune"])]
