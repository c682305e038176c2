"""Real Corsica: the times between all its communes and all its sites, against NetworkX."""

from __future__ import annotations

from itertools import pairwise

import networkx as nx
import numpy as np
import pytest
from scipy.spatial import KDTree

from conftest import SilentProgress
from diagterritoire.core.travel import travel
from diagterritoire.country import find_territory
from diagterritoire.network import dial, hierarchy, search, sweep
from diagterritoire.parameters import Parameters, override
from diagterritoire.preparation import gather

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
    """Nodes and accesses of the communes and of the sites: the nearest main node, at 25 km/h."""
    road = corsica.road
    main = np.flatnonzero(road.component == np.bincount(road.component).argmax())
    tree = KDTree(np.column_stack([road.x, road.y])[main])
    found = []
    for xy in (
        corsica.communes[["x", "y"]].to_numpy(),
        np.column_stack([corsica.sites.geometry.x, corsica.sites.geometry.y]),
    ):
        away, nearest = tree.query(xy)
        found += [main[nearest], np.rint(away / 25 * 3.6 * 10).astype(int)]
    return found


@pytest.fixture(scope="module")
def known(corsica, ends):
    """Deciseconds from each commune (columns) to each site (rows), by NetworkX, along the roads."""
    forward, (origins, _, sites, _) = corsica.road.forward, ends
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


def test_all_communes_to_all_sites_equal_networkx(corsica, ends, known):
    _, leaving, _, arriving = ends
    communes, sites = corsica.communes["code_commune"], corsica.sites["site_id"]
    assert known.shape == (len(sites), len(communes))
    assert len(communes) == 360
    assert len(sites) > 60
    expected = known + leaving + arriving[:, None]
    expected[corsica.sites["code_commune"].to_numpy()[:, None] == communes.to_numpy()] = 0
    unbounded = override(Parameters(), {"reseau": {"duree_max_min": 600}})
    result = travel(corsica.communes, corsica.sites, corsica.road, unbounded, corsica.ailleurs)
    table = result.trajets.pivot(index="site_id", columns="code_commune", values="temps_min")
    found = table.loc[sites, communes].to_numpy()
    np.testing.assert_array_equal(found, expected / 600)
    assert (result.trajets["origine_temps"] == "route").all()


def test_every_search_equals_networkx(corsica, ends, known):
    road, (origins, _, sites, _) = corsica.road, ends
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
