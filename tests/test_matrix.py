"""Times from places to sites, by blocks: the trips of a single computation."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from diagterritoire.core.times.matrix import place_site_times
from diagterritoire.network.islets import anchors_apart
from slow_roads import slow_nearest
from test_network_drawn import PARAMETERS, communes_at, draw, place, sites_at

RESEAU = PARAMETERS.reseau


@pytest.fixture
def drawn():
    return draw("""
A---B----C
|   v    |
D-E-F--->G
""")


def places_of(*at):
    x, y = zip(*(place(*where) for where in at), strict=True)
    return pd.DataFrame({"code": list("pqrstu")[: len(at)], "x": x, "y": y, "landmass": 0})


def whole(drawn, places, sites, limit=60.0, pairs=10**6):
    communes = communes_at({"1": ((0, 0), (-1, -1, 10, 3))})
    mass = communes["landmass"].to_numpy()
    anchored = anchors_apart(drawn.graph, communes.geometry, mass, RESEAU)
    found = place_site_times(
        places, sites.assign(landmass=0), drawn.graph, anchored, limit, RESEAU, pairs=pairs
    )
    return list(found)


def test_equals_one_search_a_site(drawn):
    """Every place on a node: no access; in the commune of the sites, and yet not free."""
    corners = {"A": (0, 0), "C": (9, 0), "D": (0, 2), "G": (9, 2)}
    places = places_of(*corners.values())
    sites = sites_at({"s": ("1", (9, 0)), "t": ("1", (0, 2))})
    (table,) = whole(drawn, places, sites)
    got = {(r.code, r.site_id): round(r.temps_min * 600) for r in table.itertuples()}
    expected = {}
    for site, node in (("s", "C"), ("t", "D")):
        start = np.array([drawn.node[node]])
        time_ds, _ = slow_nearest(drawn.graph.backward, start, np.array([0]))
        for code, corner in zip(places["code"], corners, strict=True):
            if 0 <= time_ds[drawn.node[corner]] <= 36_000:
                expected[code, site] = int(time_ds[drawn.node[corner]])
    assert got == expected
    assert got["q", "s"] == 0
    assert got["p", "s"] > 0


def test_blocks_are_the_whole_and_the_bound_is_included(drawn):
    places = places_of((0, 0), (3, 1), (9, 2))
    sites = sites_at({f"s{n}": ("1", (n, 0)) for n in (0, 4, 9)})
    (table,) = whole(drawn, places, sites)
    blocks = whole(drawn, places, sites, pairs=1)
    assert len(blocks) == 3
    together = pd.concat(blocks).sort_values(["code", "site_id"], ignore_index=True)
    pd.testing.assert_frame_equal(together, table)
    bound = float(table["temps_min"].median())
    (near,) = whole(drawn, places, sites, limit=bound)
    assert len(near) == (table["temps_min"] <= bound).sum()
    assert near["temps_min"].max() == bound


def test_no_site_no_block(drawn):
    assert whole(drawn, places_of((0, 0)), sites_at({})) == []
