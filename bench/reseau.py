"""Realistic road graphs of any size, from the generator of the invented territory."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from diagterritoire.arrays import IntArray
from diagterritoire.demo.geography import Geography, draw_geography
from diagterritoire.demo.roads import draw_network
from diagterritoire.network.compiled import RoadNetwork
from diagterritoire.network.graph import RoadGraph, build_graph
from diagterritoire.parameters import Parameters

NODES_BY_COMMUNE = 410


@dataclass(frozen=True)
class Region:
    """A graph, sites with their accesses, and origins, on its main component; its sections."""

    graph: RoadGraph
    sites: IntArray
    access_ds: IntArray
    origins: IntArray
    network: RoadNetwork | None = None


def draw_region(nodes: int, sites: int, origins: int, seed: int = 1) -> Region:
    """Draw about so many nodes."""
    rng = np.random.default_rng(seed)
    geography = draw_geography(max(40, round(nodes / NODES_BY_COMMUNE)), rng)
    network = draw_roads(geography, rng, NODES_BY_COMMUNE)
    graph = build_graph(network, "EPSG:2154", Parameters().reseau)
    return replace(draw_ends(graph, sites, origins, rng), network=network)


def draw_roads(
    geography: Geography, rng: np.random.Generator, nodes_by_commune: int
) -> RoadNetwork:
    """Draw the sections of the roads of an invented country."""
    drawn = draw_network(geography, rng, nodes_by_commune)
    classe = drawn.edges["classe"].cat
    return RoadNetwork(
        lon=drawn.lonlat[:, 0],
        lat=drawn.lonlat[:, 1],
        source=drawn.edges["depart"].to_numpy(np.int32),
        target=drawn.edges["arrivee"].to_numpy(np.int32),
        length_m=drawn.edges["longueur_m"].to_numpy(np.float32),
        road_class=classe.codes.to_numpy(np.int16),
        classes=tuple(classe.categories),
    )


def draw_ends(graph: RoadGraph, sites: int, origins: int, rng: np.random.Generator) -> Region:
    """Draw sites and origins on the main component of a graph."""
    main = np.flatnonzero(graph.component == np.bincount(graph.component).argmax())
    return Region(
        graph,
        np.sort(rng.choice(main, sites, replace=False)),
        rng.integers(0, 300, sites),
        np.sort(rng.choice(main, origins, replace=False)),
    )
