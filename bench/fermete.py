"""The draws that say how firm the figures are, on an invented region.

Run as `make bench QUOI=fermete`, or `python -m bench.fermete [TIRAGES]`. Whole calls, the first
apart: it makes the order of the nodes and loads the compiled loops.
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from bench.reseau import draw_roads
from diagterritoire.demo.geography import Geography, draw_geography
from diagterritoire.inputs import orders
from diagterritoire.network.compiled import RoadNetwork
from diagterritoire.network.graph import RoadGraph, build_graph
from diagterritoire.network.landmass import landmasses
from diagterritoire.parameters import Parameters
from diagterritoire.study.firmness import fermete
from diagterritoire.study.redrawn import Area
from diagterritoire.tables import POSITION_CENTRE

COMMUNES, SITES, NODES_BY_COMMUNE = 1_300, 1_500, 930
TIRAGES = 20
# Around the territory, in the middle, a third of the communes are its buffer.
INSIDE = 0.67


def main(tirages: int = TIRAGES) -> None:
    """Measure the first call, then another in the same process."""
    parameters = Parameters()
    parameters = replace(parameters, fermete=replace(parameters.fermete, tirages=tirages))
    rng = np.random.default_rng(1)
    geography = draw_geography(COMMUNES, rng)
    network = draw_roads(geography, rng, NODES_BY_COMMUNE)
    road = build_graph(network, "EPSG:2154", parameters.reseau)
    with tempfile.TemporaryDirectory() as folder:
        road = orders.with_order(road, Path(folder), "mesure", bacs=parameters.reseau.bacs)
        area = draw_area(geography, network, road, rng)
        print(
            f"{len(road.x)} nœuds, {len(area.communes)} communes, {len(area.sites)} sites, "
            f"{tirages} tirages\n"
        )
        print("| mesure | s (horloge) | s (CPU) | mémoire maximale, Mio |\n|---|---|---|---|")
        for label in ("fermeté, ordre des nœuds à faire", "fermeté, ordre des nœuds gardé"):
            start, spent = time.perf_counter(), time.process_time()
            fermete(area, parameters)
            wall, cpu = time.perf_counter() - start, time.process_time() - spent
            memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            print(f"| {label} | {wall:.1f} | {cpu:.1f} | {memory:.0f} |", flush=True)


def draw_area(
    geography: Geography, network: RoadNetwork, road: RoadGraph, rng: np.random.Generator
) -> Area:
    """Draw sites in the communes, more in the towns; the territory is in the middle of them."""
    communes = geography.communes[["code_commune", "x", "y", "nature", "geometry"]].copy()
    communes["landmass"] = landmasses(communes.geometry, Parameters().reseau.masse_ecart_max_m)
    middle = np.hypot(communes["x"] - communes["x"].mean(), communes["y"] - communes["y"].mean())
    communes["dans_territoire"] = middle <= middle.quantile(INSIDE)
    communes["population_standardisee"] = rng.uniform(100.0, 5_000.0, len(communes))
    weight = communes["nature"].map({"pole": 12.0, "bourg": 3.0}).fillna(0.5).to_numpy()
    held = np.sort(rng.choice(len(communes), SITES, p=weight / weight.sum()))
    shapes = communes.geometry.to_numpy()[held]
    at = shapely.get_coordinates(shapely.point_on_surface(shapes)) + rng.uniform(
        -300, 300, (SITES, 2)
    )
    doctors = rng.integers(1, 6, SITES).astype(float)
    sites = gpd.GeoDataFrame(
        {
            "site_id": [f"s{rank:05d}" for rank in range(SITES)],
            "code_commune": communes["code_commune"].to_numpy()[held],
            "mg_nb": doctors,
            "consultations": doctors * Parameters().offre.consultations_par_mg,
            "origine_position": np.where(rng.random(SITES) < 0.2, POSITION_CENTRE, "adresse"),
        },
        geometry=shapely.points(at),
        crs=communes.crs,
    )
    edge = communes.loc[communes["dans_territoire"]].union_all()
    away = shapely.distance(edge, communes.geometry.to_numpy()) / 1000 * 1.5
    return Area(
        communes=communes,
        sites=sites,
        lointains=sites.iloc[:0],
        ailleurs=communes.iloc[:0],
        road=road,
        network=network,
        eloignement_min=pd.Series(away, index=communes["code_commune"].to_numpy()),
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else TIRAGES)
