"""Pieces of the road network: streets of the villages, roads between them, hamlets, motorways.

Each piece is new nodes and new streets. Nodes are numbered on from the pieces before it; a street
is one row of a table: `depart`, `arrivee`, `classe`, `sens_unique`, `nom`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely
from numpy.typing import ArrayLike
from scipy.spatial import cKDTree
from shapely import Polygon

from diagterritoire.arrays import FloatArray, IntArray

BLOCK_M = 120.0
MOTORWAY_STEP_M = 1000.0
HAMLET_STREETS = 3


@dataclass(frozen=True)
class Piece:
    """New nodes, shape (n, 2), metres, and new streets."""

    xy: FloatArray
    streets: pd.DataFrame


def streets_of(
    depart: ArrayLike,
    arrivee: ArrayLike,
    classe: ArrayLike,
    *,
    sens_unique: ArrayLike = False,
    nom: ArrayLike = "",
) -> pd.DataFrame:
    """Table of streets.

    Examples
    --------
    >>> streets_of([0, 1], [1, 2], "residential")["classe"].tolist()
    ['residential', 'residential']
    """
    return pd.DataFrame(
        {
            "depart": np.asarray(depart),
            "arrivee": np.asarray(arrivee),
            "classe": classe,
            "sens_unique": sens_unique,
            "nom": nom,
        }
    )


def villages(
    places: FloatArray, sizes: IntArray, room_m: FloatArray, rng: np.random.Generator
) -> Piece:
    """Draw a street grid around each place, its first node on the place itself.

    Each node is tied to the next one towards the centre, so that a village is in one piece; other
    blocks are added at random, some with one way.

    Parameters
    ----------
    places : FloatArray
        Shape (n, 2).
    sizes : IntArray
        Number of nodes of each village.
    room_m : FloatArray
        Distance around each place in which its streets must fit.
    """
    lattice, parent, right, up = _spiral(int(sizes.max()))
    first = np.cumsum(sizes) - sizes
    village = np.repeat(np.arange(len(sizes)), sizes)
    rank = np.arange(sizes.sum()) - first[village]
    reach = np.hypot(*lattice[sizes - 1].T) + 1.0
    block = np.minimum(BLOCK_M, room_m / reach)
    angle = rng.uniform(0, np.pi / 2, size=len(sizes))[village]
    jitter = np.where(rank[:, None] > 0, rng.uniform(-0.2, 0.2, size=(len(rank), 2)), 0.0)
    grid = (lattice[rank] + jitter) * block[village, None]
    turned = np.column_stack(
        [
            grid[:, 0] * np.cos(angle) - grid[:, 1] * np.sin(angle),
            grid[:, 0] * np.sin(angle) + grid[:, 1] * np.cos(angle),
        ]
    )
    node = np.arange(len(rank))
    tied = rank > 0
    parts = [streets_of(node[tied], (first[village] + parent[rank])[tied], "residential")]
    for neighbour in (right, up):
        other = neighbour[rank]
        free = (other >= 0) & (other < sizes[village])
        free &= (parent[other] != rank) & (parent[rank] != other)
        free &= rng.random(len(rank)) < 0.6
        one_way = (rng.random(len(rank)) < 0.2) & (sizes[village] > 60)
        calm = np.where(rng.random(len(rank)) < 0.05, "living_street", "residential")
        parts.append(
            streets_of(
                node[free],
                (first[village] + other)[free],
                calm[free],
                sens_unique=one_way[free],
            )
        )
    return Piece(places[village] + turned, pd.concat(parts, ignore_index=True))


def _spiral(size: int) -> tuple[FloatArray, IntArray, IntArray, IntArray]:
    """Grid points by distance to the centre; of each, its parent, right and upper neighbours."""
    half = int(np.ceil(np.sqrt(size))) + 1
    axis = np.arange(-half, half + 1)
    x, y = (a.ravel() for a in np.meshgrid(axis, axis))
    order = np.lexsort((x, y, x * x + y * y))[:size]
    x, y = x[order], y[order]
    rank = np.full((2 * half + 3, 2 * half + 3), -1, dtype=np.int64)
    rank[x + half, y + half] = np.arange(size)
    along_x = np.abs(x) >= np.abs(y)
    parent = rank[
        x + half - np.where(along_x, np.sign(x), 0), y + half - np.where(along_x, 0, np.sign(y))
    ]
    lattice = np.column_stack([x, y]).astype(np.float64)
    return lattice, parent, rank[x + half + 1, y + half], rank[x + half, y + half + 1]


def winding_roads(
    ends: IntArray,
    xy: FloatArray,
    amplitude: FloatArray,
    step_m: float,
    land: Polygon,
    rng: np.random.Generator,
) -> tuple[Piece, IntArray]:
    """Draw a winding road between each pair of nodes, straight where it would fall in the water.

    Parameters
    ----------
    ends : IntArray
        Nodes at both ends, shape (n, 2).
    xy : FloatArray
        Places of the nodes so far.
    amplitude : FloatArray
        Largest deviation, as a part of the length, by road.
    step_m : float
        Distance between two nodes.
    land : Polygon
        Where roads may be.

    Returns
    -------
    Piece
        Its streets have no class yet.
    IntArray
        Road of each street.
    """
    start, stop = xy[ends[:, 0]], xy[ends[:, 1]]
    along = stop - start
    length = np.hypot(*along.T)
    inner = np.maximum(1, np.round(length / step_m).astype(np.int64) - 1)
    road = np.repeat(np.arange(len(ends)), inner)
    first = np.cumsum(inner) - inner
    t = (np.arange(inner.sum()) - first[road] + 1) / (inner[road] + 1)
    bends = rng.uniform(1.0, 3.0, size=len(ends))
    phase = rng.uniform(0, 2 * np.pi, size=len(ends))
    wave = np.sin(np.pi * t) * np.sin(2 * np.pi * bends[road] * t + phase[road])
    aside = np.column_stack([-along[:, 1], along[:, 0]]) * amplitude[:, None]
    straight = start[road] + t[:, None] * along[road]
    wound = straight + wave[:, None] * aside[road]
    shapely.prepare(land)
    wet = np.zeros(len(ends), dtype=np.bool_)
    wet[road[~shapely.intersects_xy(land, wound[:, 0], wound[:, 1])]] = True
    places = np.where(wet[road][:, None], straight, wound)

    street_road = np.repeat(np.arange(len(ends)), inner + 1)
    rank = np.arange(len(street_road)) - (np.cumsum(inner + 1) - inner - 1)[street_road]
    node = len(xy) + first[street_road] + rank
    depart = np.where(rank == 0, ends[street_road, 0], node - 1)
    arrivee = np.where(rank == inner[street_road], ends[street_road, 1], node)
    return Piece(places, streets_of(depart, arrivee, "")), street_road


def hamlets(places: FloatArray, xy: FloatArray, land: Polygon, rng: np.random.Generator) -> Piece:
    """Tie each place to the nearest node by a dead-end lane that stays on land."""
    nearest = cKDTree(xy).query(places)[1]
    shapely.prepare(land)
    lanes = shapely.linestrings(np.stack([xy[nearest], places], axis=1))
    dry = shapely.covers(land, lanes)
    places, nearest = places[dry], nearest[dry]
    t = np.arange(1, HAMLET_STREETS + 1) / HAMLET_STREETS
    steps = xy[nearest][:, None, :] + t[None, :, None] * (places - xy[nearest])[:, None, :]
    steps[:, :-1] += rng.uniform(-25, 25, size=steps[:, :-1].shape)
    node = len(xy) + np.arange(len(places) * HAMLET_STREETS).reshape(-1, HAMLET_STREETS)
    depart = np.column_stack([nearest, node[:, :-1]])
    classe = np.where(rng.random(len(places)) < 0.6, "unclassified", "residential")
    return Piece(
        steps.reshape(-1, 2),
        streets_of(depart.ravel(), node.ravel(), np.repeat(classe, HAMLET_STREETS)),
    )


def motorway(start: int, stop: int, xy: FloatArray, number: int) -> Piece:
    """Draw two carriageways of one way each between two nodes, with ramps at both ends."""
    along = xy[stop] - xy[start]
    length = float(np.hypot(*along))
    inner = max(2, round(length / MOTORWAY_STEP_M))
    t = np.linspace(0.08, 0.92, inner)
    right = np.array([along[1], -along[0]]) / length * 15.0
    node = len(xy) + np.arange(2 * inner).reshape(2, inner)
    name = f"Autoroute fictive A {number}"
    parts = []
    for side, (origin, target) in enumerate(((start, stop), (stop, start))):
        chain = node[side] if side == 0 else node[side][::-1]
        parts += [
            streets_of([origin], [chain[0]], "motorway_link", sens_unique=True),
            streets_of(chain[:-1], chain[1:], "motorway", sens_unique=True, nom=name),
            streets_of([chain[-1]], [target], "motorway_link", sens_unique=True),
        ]
    middle = xy[start] + t[:, None] * along
    return Piece(np.vstack([middle + right, middle - right]), pd.concat(parts, ignore_index=True))


def dead_end(target: FloatArray, xy: FloatArray, main: IntArray) -> Piece:
    """Draw a lane of one way from the nearest main node to beside a place: no way back.

    Parameters
    ----------
    target : FloatArray
        Place, shape (2,); the lane ends 25 m before it.
    xy : FloatArray
        Places of the nodes so far.
    main : IntArray
        Nodes of the main network.
    """
    gate = int(main[cKDTree(xy[main]).query(target)[1]])
    back = (xy[gate] - target) / np.hypot(*(xy[gate] - target))
    sink = target + 25.0 * back
    places = np.vstack([(xy[gate] + sink) / 2, sink])
    first = len(xy)
    lane = streets_of([gate, first], [first, first + 1], "unclassified", sens_unique=True)
    return Piece(places, lane.assign(nom="Voie sans retour (fictive)"))
