"""Odd streets at random: loops, no length, one place twice, lines that turn, motorways, two masses.

Joining is held to shapely, one street at a time; times through the doors to NetworkX.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from math import dist, inf

import networkx as nx
import numpy as np
import pandas as pd
import pytest
import shapely
from pyproj import Transformer

from diagterritoire.network import search
from diagterritoire.network.compiled import compile_network
from diagterritoire.network.doors import open_doors
from diagterritoire.network.field import road_field
from diagterritoire.network.graph import build_graph
from diagterritoire.network.landmass import Anchors
from diagterritoire.network.route import route
from diagterritoire.network.shapes import UNITS_PER_DEGREE, Shapes, one_by_street, paired
from diagterritoire.network.snapping import snap
from test_network_drawn import CRS, NORTH, PARAMETERS, WEST

CORNER = np.array([WEST, NORTH])
SPEEDS = {"route": 36.0, "lente": 18.0, "motorway": 90.0}
TO_DEGREES = Transformer.from_crs(CRS, 4326, always_xy=True)


def odd_network(rng):
    """Nodes on a grid of 500 m, several at one place, and sections with the points between."""
    at = CORNER + rng.integers(0, 4, (int(rng.integers(2, 9)), 2)) * 500.0
    rows, between = [], []
    for _ in range(int(rng.integers(1, 14))):
        a, b = rng.integers(0, len(at), 2)
        line = CORNER + rng.integers(0, 4, (int(rng.integers(0, 3)), 2)) * 500.0 + 37.0
        points = [at[a], *line, at[b]]
        metres = sum(dist(p, q) for p, q in pairwise(points))
        metres = float(rng.choice([metres, metres + 700.0, 0.0], p=[0.7, 0.15, 0.15]))
        classe = str(rng.choice(list(SPEEDS), p=[0.6, 0.3, 0.1]))
        rows.append((a, b, metres, classe))
        between.append(line)
        if rng.random() < 0.6:
            rows.append((b, a, metres, classe))
            between.append(line[::-1])
    columns = ["depart", "arrivee", "longueur_m", "classe"]
    return at, pd.DataFrame(rows, columns=columns), between


def lines(troncons, between):
    indptr = np.cumsum([0, *map(len, between)]).astype(np.int64)
    degrees = TO_DEGREES.transform(*np.concatenate(between).T)
    lon, lat = (np.rint(np.asarray(d) * UNITS_PER_DEGREE).astype(np.int32) for d in degrees)
    run = np.concatenate([[0], np.cumsum(lon + lat.astype(np.int64) * 7)])
    street = paired(
        troncons["depart"].to_numpy(np.int32),
        troncons["arrivee"].to_numpy(np.int32),
        np.unique(troncons["classe"].to_numpy(str), return_inverse=True)[1],
        troncons["longueur_m"].to_numpy(np.float32),
        run[indptr[1:]] - run[indptr[:-1]],
    )
    return one_by_street(street, Shapes(indptr=indptr, lon=lon, lat=lat))


def nearest_m(streets, at, eligible, point):
    """Distance to what a point may join, each street on its own."""
    found, held, touched, open_ = inf, set(), set(), set()
    for i, (a, b) in enumerate(zip(streets.start, streets.end, strict=True)):
        touched |= {a, b}
        if not streets.roadside[i]:
            continue
        open_ |= {a, b}
        if eligible[a] and eligible[b]:
            held |= {a, b}
            rows = slice(*streets.indptr[i : i + 2])
            line = np.column_stack([streets.x[rows], streets.y[rows]])
            drawn = streets.drawn[i]
            shape = shapely.LineString(line) if drawn else shapely.MultiPoint(line[[0, -1]])
            found = min(found, shape.distance(shapely.Point(point)))
    for node in np.flatnonzero(eligible):
        # Where no street is, whatever is there is joined.
        if node not in held and (node in open_ or (not held and node not in touched)):
            found = min(found, dist(at[node], point))
    return found


@pytest.mark.parametrize("seed", range(40))
def test_odd_streets(seed):
    rng = np.random.default_rng(seed)
    at, troncons, between = odd_network(rng)
    lon, lat = TO_DEGREES.transform(*at.T)
    noeuds = pd.DataFrame({"noeud": range(len(at)), "lon": lon, "lat": lat})
    formes = lines(troncons, between) if seed % 2 else None
    limit_m = float(rng.choice([300.0, 900.0]))
    reseau = replace(PARAMETERS.reseau, vitesses_kmh=SPEEDS, rattachement_max_m=limit_m)
    road = build_graph(compile_network(noeuds, troncons, formes), CRS, reseau)
    main = road.component == np.bincount(road.component).argmax()
    masses = rng.integers(0, 2, len(at)) if seed % 3 == 0 else np.zeros(len(at), dtype=np.int64)
    # Anywhere, at nodes, at middles, and one place twice.
    xy = np.concatenate(
        [
            CORNER + rng.uniform(-700, 2200, (12, 2)),
            at[rng.integers(0, len(at), 3)],
            CORNER + rng.integers(0, 7, (4, 2)) * 250.0,
        ]
    )
    xy = np.concatenate([xy, xy[:2]])
    mass = rng.integers(0, 2, len(xy)) if seed % 3 == 0 else np.zeros(len(xy), dtype=np.int64)
    anchored = Anchors(masses, main)
    joined = snap(road, anchored, xy[:, 0], xy[:, 1], mass, reseau)
    for row, point in enumerate(xy):
        away = nearest_m(road.streets, at, main & (masses == mass[row]), point)
        assert (joined.statut[row] == "rattache") == (away <= limit_m)
        if away <= limit_m:
            assert joined.distance_m[row] == pytest.approx(away, abs=0.001)
            assert (joined.street[row] >= 0) != (joined.node[row] >= 0)

    doors, ends = open_doors(road, joined)
    on_road = np.flatnonzero(ends.statut == "rattache")
    graph, forward = nx.DiGraph(), doors.graph.forward
    graph.add_nodes_from(range(len(doors.graph.x)))
    tails = np.repeat(np.arange(len(doors.graph.x)), np.diff(forward.indptr))
    graph.add_weighted_edges_from(
        zip(tails.tolist(), forward.indices.tolist(), forward.time_ds.tolist(), strict=True)
    )
    for a in on_road[:4]:
        times = nx.single_source_dijkstra_path_length(graph, int(ends.node[a]))
        for b in on_road[-4:]:
            found = route(doors, ends.take(np.array([a, b])), xy[[a, b]])
            access = int(ends.access_ds[a] + ends.access_ds[b])
            expected = times.get(int(ends.node[b]))
            assert (found and found.time_ds) == (
                expected if expected is None else expected + access
            )
    sites = on_road[:3]
    node_ds, _ = search.nearest(doors.graph, ends.node[sites], ends.access_ds[sites])
    time_ds, near = road_field(doors, anchored, node_ds, xy, mass, reseau)
    assert near.tolist() == (ends.statut == "rattache").tolist()
    # A place may take another street near it, never a slower way than its own.
    own = on_road[node_ds[ends.node[on_road]] >= 0]
    assert (time_ds[own] >= 0).all()
    assert (time_ds[own] <= node_ds[ends.node[own]] + ends.access_ds[own]).all()
