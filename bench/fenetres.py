"""Windows of a national network: what cutting one takes, and that it changes no time."""

from __future__ import annotations

import statistics
import time
from typing import Any

import geopandas as gpd
import numpy as np

from diagterritoire.arrays import IntArray
from diagterritoire.inputs.road_window import roads_around
from diagterritoire.network import search
from diagterritoire.network.compiled import RoadNetwork
from diagterritoire.network.graph import RoadGraph, build_graph
from diagterritoire.network.windows import SQUARE, Squared
from diagterritoire.parameters import Parameters

TERRITORIES, COMMUNES = 20, 30
"""EPCI of 30 communes, drawn all over the country."""


def measure_windows(laid: Squared, land: gpd.GeoDataFrame) -> dict[str, Any]:
    """Cut the roads of some territories."""
    centres = np.column_stack([land.centroid.x, land.centroid.y])
    chosen = np.random.default_rng(9).choice(len(land), TERRITORIES, replace=False)
    seconds, clock, share = [], [], []
    for middle in centres[chosen]:
        near = np.argsort(np.hypot(*(centres - middle).T))[:COMMUNES]
        territory = land.iloc[near].assign(x=centres[near, 0], y=centres[near, 1])
        start, spent = time.perf_counter(), time.process_time()
        network = roads_around(laid, territory, Parameters())
        seconds.append(time.process_time() - spent)
        clock.append(time.perf_counter() - start)
        share.append(len(network.lon) / len(laid.network.lon))
    return {
        "fenêtre d'un EPCI, s (CPU), médiane": statistics.median(seconds),
        "fenêtre d'un EPCI, s (CPU), la plus lente": max(seconds),
        "fenêtre d'un EPCI, s (horloge), médiane": statistics.median(clock),
        "fenêtre d'un EPCI, part des nœuds, médiane": statistics.median(share),
    }


def same_times(laid: Squared, road: RoadGraph, land: gpd.GeoDataFrame, sites: IntArray) -> int:
    """Time the nodes of a territory on its window and on the country: the same, to the decisecond.

    `sites` are nodes of the country.
    """
    parameters = Parameters()
    centres = np.column_stack([land.centroid.x, land.centroid.y])
    # On a side of the country, where the window leaves most of it out.
    near = np.argsort(centres[:, 0])[:COMMUNES]
    territory = land.iloc[near].assign(x=centres[near, 0], y=centres[near, 1])
    network = roads_around(laid, territory, parameters)
    part = build_graph(network, road.crs, parameters.reseau)
    held = _held(laid.network, network)
    number = np.full(len(road.x), -1)
    number[held] = np.arange(len(held))
    there, _ = search.nearest(road, sites, np.zeros(len(sites), dtype=np.int64))
    ends = number[sites][number[sites] >= 0]
    here, _ = search.nearest(part, ends, np.zeros(len(ends), dtype=np.int64))
    west, south, east, north = territory.total_bounds
    inside = (part.x >= west) & (part.x <= east) & (part.y >= south) & (part.y <= north)
    np.testing.assert_array_equal(here[inside], there[held[inside]])
    return int(inside.sum())


def _held(network: RoadNetwork, window: RoadNetwork) -> IntArray:
    """Ranks of the nodes that a window kept: all those of the squares that it holds."""
    kept, every = (
        np.floor(np.column_stack([n.lon, n.lat]) / SQUARE).astype(np.int64) @ (1, 10_000)
        for n in (window, network)
    )
    held = np.flatnonzero(np.isin(every, np.unique(kept)))
    np.testing.assert_array_equal(network.lon[held], window.lon)
    return held
