"""Road network of the invented territory: main network, traps, and a network cut from it.

Classes follow the story: trunk and primary roads between poles, secondary ones to the small towns,
tertiary and unclassified elsewhere and in the relief, where roads are few, winding and slow.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra, minimum_spanning_tree
from scipy.spatial import Delaunay, cKDTree

from diagterritoire.arrays import FloatArray, IntArray
from diagterritoire.demo import names, shapes, streets
from diagterritoire.demo.geography import Geography, villages_of
from diagterritoire.demo.streets import Piece

# Shares of the nodes: roads between villages, streets, lanes to hamlets.
SHARE_ROADS, SHARE_STREETS, SHARE_HAMLETS = 0.52, 0.27, 0.21
EARTH_RADIUS_M = 6_371_009.0


@dataclass(frozen=True)
class Network:
    """Directed road network.

    Attributes
    ----------
    lonlat : FloatArray
        Nodes, WGS84, shape (n, 2).
    edges : DataFrame
        One row by direction: `depart`, `arrivee`, `classe`, `sens_unique`, `inverse` (second
        direction of a two-way street), `nom`, `rue` (number of the street), `longueur_m`.
        `classe` and `nom` are categories.
    piege : FloatArray
        Place beside the end of the dead end, metres: the point of its commune.
    """

    lonlat: FloatArray
    edges: pd.DataFrame
    piege: FloatArray


def draw_network(
    geography: Geography, rng: np.random.Generator, nodes_by_commune: int = 80
) -> Network:
    """Draw the network, about `nodes_by_commune` nodes for each commune."""
    communes, connected = geography.communes, geography.connected
    budget = nodes_by_commune * len(communes)
    land = shapely.union_all(communes.geometry.to_numpy()[connected])
    shapely.prepare(land)
    places = villages_of(geography)[connected]
    nature = communes["nature"].to_numpy()[connected]
    relief = communes["relief"].to_numpy()[connected]

    share = np.select([nature == "pole", nature == "bourg"], [12.0, 3.0], 1.0)
    sizes = np.maximum(5, np.round(SHARE_STREETS * budget * share / share.sum())).astype(np.int64)
    room = 0.8 * shapely.distance(shapely.points(places), shapely.boundary(land))
    pieces = [streets.villages(places, sizes, room, rng)]
    centres = np.cumsum(sizes) - sizes

    ends, in_tree, steep = _skeleton(places, relief, land, rng)
    classes = _classes(places, ends, in_tree, steep, nature)
    length = np.hypot(*(places[ends[:, 0]] - places[ends[:, 1]]).T).sum()
    amplitude = np.where(steep, 0.12, 0.05)
    piece, road = streets.winding_roads(
        centres[ends], _xy(pieces), amplitude, length / (SHARE_ROADS * budget), land, rng
    )
    towards = communes["nom"].to_numpy()[connected][ends[:, 1]]
    named = np.array([f"Route {names.of(nom)}" for nom in towards])
    pieces.append(Piece(piece.xy, piece.streets.assign(classe=classes[road], nom=named[road])))

    farms = shapes.sample(land, round(SHARE_HAMLETS * budget / streets.HAMLET_STREETS), rng)
    farms = farms[~shapes.in_relief(farms, geography.land) | (rng.random(len(farms)) < 0.4)]
    pieces.append(streets.hamlets(farms, _xy(pieces), land, rng))
    poles = np.flatnonzero(nature == "pole")
    for number, (a, b) in enumerate(_motorways(places, poles, geography, land), start=1):
        pieces.append(streets.motorway(int(centres[a]), int(centres[b]), _xy(pieces), number))

    trap = _trap(geography, _xy(pieces), rng)
    pieces.append(streets.dead_end(trap, _xy(pieces), np.arange(len(_xy(pieces)))))
    pieces.append(_remote(geography, len(_xy(pieces)), rng))
    return _assemble(pieces, geography, trap, rng)


def _xy(pieces: list[Piece]) -> FloatArray:
    return np.concatenate([piece.xy for piece in pieces])


def _skeleton(
    places: FloatArray,
    relief: NDArray[np.bool_],
    land: shapely.Geometry,
    rng: np.random.Generator,
) -> tuple[IntArray, NDArray[np.bool_], NDArray[np.bool_]]:
    """Choose which villages a road ties: Gabriel neighbours on land, fewer in the relief.

    The shortest spanning tree is always kept; it crosses water only where nothing else ties two
    villages.

    Returns
    -------
    ends, in_tree, steep
        Pairs of villages, shape (n, 2); whether the tree holds them, whether they lie in the
        relief.
    """
    triangles = Delaunay(places).simplices
    pairs = np.sort(np.vstack([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [0, 2]]]))
    pairs = np.unique(pairs, axis=0).astype(np.int64)
    start, stop = places[pairs[:, 0]], places[pairs[:, 1]]
    length = np.hypot(*(stop - start).T)
    dry = shapely.covers(land, shapely.linestrings(np.stack([start, stop], axis=1)))
    gabriel = cKDTree(places).query((start + stop) / 2)[0] >= length / 2 - 1e-6
    steep = relief[pairs].all(axis=1)
    cost = length * np.where(dry, 1.0, 1000.0)
    tree = minimum_spanning_tree(csr_matrix((cost, pairs.T), shape=(len(places), len(places))))
    of_tree = tree.tocoo()
    held = {(min(i, j), max(i, j)) for i, j in zip(of_tree.row, of_tree.col, strict=True)}
    in_tree = np.array([(i, j) in held for i, j in pairs.tolist()])
    kept = in_tree | (gabriel & dry & (~steep | (rng.random(len(pairs)) < 0.25)))
    return pairs[kept], in_tree[kept], steep[kept]


def _classes(
    places: FloatArray,
    ends: IntArray,
    in_tree: NDArray[np.bool_],
    steep: NDArray[np.bool_],
    nature: NDArray[np.object_],
) -> NDArray[np.object_]:
    """Class of each road, from the poles and towns that it ties."""
    length = np.hypot(*(places[ends[:, 0]] - places[ends[:, 1]]).T)
    graph = csr_matrix((length, ends.T), shape=(len(places), len(places)))
    poles = np.flatnonzero(nature == "pole")
    distance, before = dijkstra(graph, directed=False, indices=poles, return_predecessors=True)
    road = {(i, j): k for k, (i, j) in enumerate(ends.tolist())}

    def along(origin: int, target: int) -> list[int]:
        found = []
        while target != poles[origin]:
            previous = int(before[origin, target])
            found.append(road[(min(previous, target), max(previous, target))])
            target = previous
        return found

    classes = np.where(in_tree, "tertiary", "unclassified").astype(object)
    for town in np.flatnonzero(nature == "bourg"):
        classes[along(int(np.argmin(distance[:, town])), int(town))] = "secondary"
    order = np.argsort(distance[:, poles], axis=1, kind="stable")
    for rank, name in ((3, "primary"), (2, "primary"), (1, "trunk")):
        if rank < len(poles):
            for origin in range(0, len(poles), 3 if name == "trunk" else 1):
                classes[along(origin, int(poles[order[origin, rank]]))] = name
    slower = np.where(classes == "unclassified", "unclassified", "tertiary")
    return np.where(steep, slower, classes)


def _motorways(
    places: FloatArray, poles: IntArray, geography: Geography, land: shapely.Geometry
) -> list[tuple[int, int]]:
    """Choose pairs of poles tied by a motorway: the shortest on land, away from the relief."""
    pairs = np.array(list(combinations(poles.tolist(), 2)), dtype=np.int64)
    line = np.stack([places[pairs[:, 0]], places[pairs[:, 1]]], axis=1)
    t = np.linspace(0, 1, 21)[None, :, None]
    steps = line[:, :1] * (1 - t) + line[:, 1:] * t
    high = shapes.in_relief(steps.reshape(-1, 2), geography.land).reshape(len(pairs), -1)
    length = np.hypot(*(line[:, 0] - line[:, 1]).T)
    order = np.lexsort((length, high.mean(axis=1).round(1)))
    chosen: list[tuple[int, int]] = []
    used: set[int] = set()
    for k in order:
        a, b = (int(node) for node in pairs[k])
        if not {a, b} & used and shapely.covers(land, shapely.linestrings(line[k])):
            chosen.append((a, b))
            used |= {a, b}
        if len(chosen) == max(1, len(poles) // 3):
            break
    return chosen


def _trap(geography: Geography, xy: FloatArray, rng: np.random.Generator) -> FloatArray:
    """Place in the trap's commune that lies farthest from the main network."""
    communes = geography.communes
    outline = communes.geometry[communes["role"] == "piege"].item()
    candidates = np.round(shapes.sample(outline.buffer(-100.0), 400, rng))
    farthest: FloatArray = candidates[np.argmax(cKDTree(xy).query(candidates)[0])]
    return farthest


def _remote(geography: Geography, first: int, rng: np.random.Generator) -> Piece:
    """Streets of the commune that no road ties to the rest."""
    communes = geography.communes
    place = villages_of(geography)[(communes["nature"] == "inatteignable").to_numpy()]
    piece = streets.villages(place, np.array([24]), np.array([1200.0]), rng)
    shifted = piece.streets.assign(
        depart=piece.streets["depart"] + first, arrivee=piece.streets["arrivee"] + first
    )
    return Piece(piece.xy, shifted)


def _assemble(
    pieces: list[Piece], geography: Geography, trap: FloatArray, rng: np.random.Generator
) -> Network:
    """Join the pieces, add parallel streets, then both directions and the lengths."""
    xy = _xy(pieces)
    table = pd.concat([piece.streets for piece in pieces], ignore_index=True)
    # Few distinct values, millions of rows in an invented country.
    table = table.astype({"classe": "category", "nom": "category"})
    middle = (xy[table["depart"]] + xy[table["arrivee"]]) / 2
    steep = shapes.in_relief(middle, geography.land) & (table["classe"] != "motorway").to_numpy()
    # Bends between two nodes: a road is never shorter than the straight line.
    bends = rng.uniform(1.02, 1.12, size=len(table))
    table["detour"] = np.where(steep, bends + rng.uniform(0.25, 0.5, size=len(table)), bends)
    twin = (table["classe"] == "residential") & ~table["sens_unique"]
    twins = table.loc[twin & (rng.random(len(table)) < 0.02)]
    table = pd.concat([table, twins.assign(detour=twins["detour"] + 0.6)], ignore_index=True)
    table["rue"] = np.arange(1, len(table) + 1)

    back = table.loc[~table["sens_unique"]]
    back = back.assign(depart=back["arrivee"], arrivee=back["depart"])
    edges = pd.concat([table.assign(inverse=False), back.assign(inverse=True)])
    edges = edges.sort_values(["rue", "inverse"], kind="stable", ignore_index=True)
    lonlat = shapes.to_lonlat(xy)
    straight = _great_circle(lonlat[edges["depart"]], lonlat[edges["arrivee"]])
    edges["longueur_m"] = np.round(straight * edges["detour"] + 0.005, 2)
    return Network(lonlat, edges.drop(columns="detour"), trap)


def _great_circle(start: FloatArray, stop: FloatArray) -> FloatArray:
    """Distances on a sphere, metres."""
    (lon_a, lat_a), (lon_b, lat_b) = np.radians(start).T, np.radians(stop).T
    half = np.sin((lat_b - lat_a) / 2) ** 2
    half += np.cos(lat_a) * np.cos(lat_b) * np.sin((lon_b - lon_a) / 2) ** 2
    return np.asarray(2 * EARTH_RADIUS_M * np.arcsin(np.sqrt(half)))
