"""Numbers of pairs of nodes, of arcs and of places do not fit in 32 bits: nothing is lost."""

import numpy as np

from diagterritoire.network.compiled import RoadNetwork
from diagterritoire.network.doors import inserted
from diagterritoire.network.graph import Adjacency, build_graph
from diagterritoire.network.settlement import streets_around
from diagterritoire.network.shapes import paired
from diagterritoire.network.speeds import junctions
from diagterritoire.parameters import Parameters

# Squared, it is more than 2^32.
NODES = 70_000


def chain():
    """A street from each node to the next, both ways; two more from the last but one."""
    node = np.arange(NODES - 3, dtype=np.int32)
    last = np.int32(NODES - 4)
    source = np.append(node[:-1], [last, last, last]).astype(np.int32)
    target = np.append(node[1:], np.arange(NODES - 3, NODES)).astype(np.int32)
    both = np.concatenate([source, target]), np.concatenate([target, source])
    lon = 1.0 + np.arange(NODES) * 1e-4
    return RoadNetwork(
        lon=lon,
        lat=np.full(NODES, 46.0),
        source=both[0],
        target=both[1],
        length_m=np.full(2 * len(source), 8.0, dtype=np.float32),
        road_class=np.zeros(2 * len(source), dtype=np.int16),
        classes=("residential",),
    )


def test_pairs_of_nodes_far_in_the_list_are_told_apart():
    network = chain()
    assert np.flatnonzero(junctions(network)).tolist() == [NODES - 4]
    street = paired(network.source, network.target, network.road_class, network.length_m)
    half = len(street) // 2
    np.testing.assert_array_equal(street[:half], street[half:])
    assert len(np.unique(street)) == half
    xy = np.column_stack([np.arange(NODES) * 8.0, np.zeros(NODES)])
    around = streets_around(network, xy, np.ones(len(street), dtype=bool), 100.0)
    # Cells of 50 m of a street along them: at least the disc, each street counted once.
    assert 190 < np.median(around) < 310


def test_edges_are_inserted_far_in_the_list():
    graph = build_graph(chain(), "EPSG:2154", Parameters().reseau)
    edges = graph.forward
    tail, head = np.array([5, NODES - 5]), np.array([NODES, NODES])
    found = inserted(edges, 1, tail, head, np.array([3, 4]))
    tails = np.repeat(np.arange(NODES), np.diff(edges.indptr))
    rows = [*zip(tails.tolist(), edges.indices.tolist(), edges.time_ds.tolist(), strict=True)]
    rows = sorted([*rows, (5, NODES, 3), (NODES - 5, NODES, 4)])
    expected = Adjacency(
        np.searchsorted([row[0] for row in rows], np.arange(NODES + 2)).astype(np.int32),
        *(np.array([row[k] for row in rows], dtype=np.int32) for k in (1, 2)),
    )
    for name in ("indptr", "indices", "time_ds"):
        np.testing.assert_array_equal(getattr(found, name), getattr(expected, name))
