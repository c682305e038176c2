"""Real Corsica: the searches between the nodes of all communes and all sites, against NetworkX."""

from __future__ import annotations

from itertools import pairwise

import networkx as nx
import numpy as np
import pytest
from scipy.spatial import KDTree

from conftest import SilentProgress
from diagterritoire.inputs.country import find_territory
from diagterritoire.inputs.preparation import gather
from diagterritoire.network import dial, hierarchy, search, sweep
from diagterritoire.parameters import Parameters

pytestmark = pytest.mark.real

FAR_DS = 10**6


@pytest.fixture(scope="module")
def corsica(real_country, tmp_path_factory):
    """Communes, sites and road of Corsica."""
    chosen = find_territory("reg:94", real_country.raw, Parameters())
    cache = tmp_path_factory.mktemp("cache")
    return gather(real_country, chosen, cache, Parameters(), SilentProgress())


@pytest.fixture(scope="module")
def ends(corsica):
    """Nearest main nodes of the communes and of the sites."""
    road = corsica.road
    main = np.flatnonzero(road.component == np.bincount(road.component).argmax())
    tree = KDTree(np.column_stack([road.x, road.y])[main])
    sites = np.column_stack([corsica.sites.geometry.x, corsica.sites.geometry.y])
    return [main[tree.query(xy)[1]] for xy in (corsica.communes[["x", "y"]].to_numpy(), sites)]


@pytest.fixture(scope="module")
def known(corsica, ends):
    """Deciseconds from each commune (columns) to each site (rows), by NetworkX, along the roads."""
    forward, (origins, sites) = corsica.road.forward, ends
    turned = nx.DiGraph()
    for tail, (first, last) in enumerate(pairwise(forward.indptr.tolist())):
        for head, time in zip(
            forward.indices[first:last].tolist(), forward.time_ds[first:last].tolist(), strict=True
        ):
            turned.add_edge(head, tail, weight=time)
    by_node = {
        node: nx.single_source_dijkstra_path_length(turned, node) for node in set(sites.tolist())
    }
    return np.array([[by_node[site][node] for node in origins.tolist()] for site in sites.tolist()])


def test_every_search_equals_networkx(corsica, ends, known):
    road, (origins, sites) = corsica.road, ends
    assert known.shape == (len(sites), 360)
    built = hierarchy.build(road, hierarchy.dissection_order(road))
    metric, kept = hierarchy.customise(built, road), sweep.restrict(built, origins)
    for limit in (FAR_DS, 36_000):
        site, origin = np.nonzero(known <= limit)
        expected = [site, origin, known[site, origin]]
        slow = search.matrix_by_scipy(road.backward, sites, origins, limit)
        for found in (
            (slow.site, slow.origin, slow.time_ds),
            dial.matrix(road.backward, sites, origins, limit),
            sweep.matrix(built, metric, kept, sites, limit),
        ):
            np.testing.assert_array_equal(found, expected)
