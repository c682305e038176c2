"""Times of sections: class, limit, town, peak, junctions; by hand, then as laws."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Transformer
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from diagterritoire.errors import UsageError
from diagterritoire.network.compiled import RoadNetwork, compile_network
from diagterritoire.network.graph import build_graph
from diagterritoire.network.settlement import CELL_M, streets_around
from diagterritoire.network.speeds import in_town, junctions, section_speeds, section_times
from diagterritoire.parameters import Parameters, ReseauParameters, override
from test_network_drawn import CRS, PARAMETERS, draw

RESEAU = ReseauParameters()
NAN = float("nan")


def world(sections, minutes=()):
    """Sections from (x, y) to (x, y) in metres, class, limit; each has its own two nodes."""
    ends = np.array([at for a, b, *_ in sections for at in (a, b)], dtype=float).reshape(-1, 2)
    classes = tuple(sorted({classe for *_, classe, _ in sections}))
    count = len(sections)
    network = RoadNetwork(
        lon=np.zeros(2 * count),
        lat=np.zeros(2 * count),
        source=np.arange(0, 2 * count, 2, dtype=np.int32),
        target=np.arange(1, 2 * count, 2, dtype=np.int32),
        length_m=np.hypot(*(ends[1::2] - ends[0::2]).T).astype(np.float32),
        road_class=np.array([classes.index(c) for *_, c, _ in sections], dtype=np.int16),
        classes=classes,
        max_speed_kmh=np.array([limit for *_, limit in sections], dtype=np.float32),
        duration_min=np.array(minutes, dtype=np.float32),
    )
    return network, ends


def road(x, classe, limit=NAN, metres=100):
    return ((x, 0), (x + metres, 0), classe, limit)


# Five streets of 150 m, one-way, 40 m apart: 750 m of streets.
TOWN = [((0, 40 * k), (150, 40 * k), "residential", NAN) for k in range(5)]
FAR = 10_000


@pytest.mark.parametrize(
    ("section", "kmh"),
    [
        (road(FAR, "primary"), 65),
        (road(0, "primary"), 40),  # 0.8 x 50: R413-3
        (road(0, "primary", 70), 56),  # the sign says more than the town
        (road(FAR, "primary", 50), 40),
        (road(FAR, "primary", 90), 72),  # faster than its class, as in OSRM
        (road(FAR, "residential", 50), 40),
        (road(0, "motorway"), 90),
        (road(0, "tertiary"), 40),
        (road(0, "residential"), 25),
        (road(FAR, "tertiary", 30), 24),
        (road(FAR, "inconnue"), 25),
        (road(0, "ferry"), 5),
        (road(0, "ferry", 3), 5),
    ],
)
def test_speeds_by_hand(section, kmh):
    network, ends = world([section, *TOWN])
    assert section_speeds(network, ends, RESEAU)[0] == pytest.approx(kmh, abs=1e-9)


def test_five_sections_by_hand():
    sections = [
        road(FAR, "primary", metres=1300),  # 1 300 m at 65 km/h: 72 s
        road(FAR, "primary", 50, metres=1000),  # at 40 km/h: 90 s
        road(0, "secondary", metres=200),  # in town, at 40 km/h: 18 s
        road(FAR, "ferry", metres=1000),  # declared: 10 min
        road(FAR, "ferry", metres=1000),  # at 5 km/h: 12 min
    ]
    network, ends = world([*sections, *TOWN], [NAN, NAN, NAN, 10, NAN, *[NAN] * 5])
    expected = [720, 900, 180, 6000, 7200]
    assert section_times(network, ends, RESEAU)[:5].tolist() == expected
    peak = replace(RESEAU, facteur_pointe=1.5)
    assert section_times(network, ends, peak)[:5].tolist() == [1080, 1350, 270, 6000, 7200]


@pytest.mark.parametrize(("streets", "urban"), [(5, True), (4, False)])
def test_the_town_begins_at_its_threshold(streets, urban):
    network, ends = world([road(0, "primary"), *TOWN[:streets]])
    asked = np.arange(len(network.source)) == 0
    assert in_town(network, ends, asked, RESEAU).tolist() == [urban]
    assert streets_around(network, ends, asked, 300.0).tolist() == [150.0 * streets]


def test_a_two_way_street_counts_once_and_other_roads_do_not():
    network, ends = world([road(0, "residential"), road(0, "tertiary"), road(0, "service")])
    there_and_back = replace(
        network,
        source=np.append(network.source, network.target[0]).astype(np.int32),
        target=np.append(network.target, network.source[0]).astype(np.int32),
        length_m=np.append(network.length_m, network.length_m[0]),
        road_class=np.append(network.road_class, network.road_class[0]),
    )
    for one in (network, there_and_back):
        everywhere = np.ones(len(one.source), dtype=bool)
        assert set(streets_around(one, ends, everywhere, 300.0)) == {100.0}


def test_no_street_and_no_section():
    network, ends = world([road(0, "primary")])
    assert streets_around(network, ends, np.array([True]), 300.0).tolist() == [0.0]
    assert streets_around(network, ends, np.array([False]), 300.0).tolist() == []
    nothing = compile_network(*(t[:0] for t in (draw("A-B").noeuds, draw("A-B").troncons)))
    assert section_times(nothing, np.empty((0, 2)), RESEAU).tolist() == []
    assert junctions(nothing).tolist() == []


STAR = """
A-B-C
  |
  D>E
"""


def test_a_penalty_is_paid_on_reaching_a_junction():
    drawn = draw(STAR)
    network = compile_network(drawn.noeuds, drawn.troncons)
    ends = np.column_stack([drawn.graph.x, drawn.graph.y])
    name = {number: letter for letter, number in drawn.node.items()}
    assert [name[n] for n in np.flatnonzero(junctions(network))] == ["B"]
    times = section_times(network, ends, replace(PARAMETERS.reseau, penalite_carrefour_s=5.0))
    found = {
        name[a] + name[b]: int(t)
        for a, b, t in zip(network.source, network.target, times, strict=True)
    }
    slow = {"AB": 2050, "CB": 2050, "DB": 2050}
    assert found == slow | {"BA": 2000, "BC": 2000, "BD": 2000, "DE": 2000}


@pytest.mark.parametrize("key", ["facteur_limite", "facteur_pointe", "limite_urbaine_kmh"])
def test_a_factor_is_positive(key):
    with pytest.raises(UsageError, match=f"reseau.{key} » doit être strictement positif"):
        override(Parameters(), {"reseau": {key: 0}})


def test_a_penalty_is_not_negative():
    with pytest.raises(UsageError, match="penalite_carrefour_s"):
        override(Parameters(), {"reseau": {"penalite_carrefour_s": -1}})


place = st.tuples(st.integers(0, 40), st.integers(0, 40))
some_roads = st.lists(
    st.tuples(
        place,
        place,
        st.sampled_from(["primary", "secondary", "residential", "living_street", "motorway"]),
        st.sampled_from([NAN, NAN, 20.0, 50.0, 110.0]),
    ),
    min_size=1,
    max_size=20,
)


def built(rows):
    """Roads between places of a grid of 60 m, nodes shared, as a network."""
    spots = sorted({at for a, b, *_ in rows for at in (a, b)})
    number = {at: k for k, at in enumerate(spots)}
    ends = np.array(spots, dtype=float) * 60 + (1_200_000, 6_100_000)
    lon, lat = Transformer.from_crs(CRS, 4326, always_xy=True).transform(*ends.T)
    classes = tuple(sorted({c for *_, c, _ in rows}))
    source = np.array([number[a] for a, *_ in rows], dtype=np.int32)
    target = np.array([number[b] for _, b, *_ in rows], dtype=np.int32)
    network = RoadNetwork(
        lon=np.asarray(lon),
        lat=np.asarray(lat),
        source=source,
        target=target,
        length_m=np.hypot(*(ends[source] - ends[target]).T).astype(np.float32),
        road_class=np.array([classes.index(c) for *_, c, _ in rows], dtype=np.int16),
        classes=classes,
        max_speed_kmh=np.array([limit for *_, limit in rows], dtype=np.float32),
    )
    return network, ends, number


@settings(max_examples=60, deadline=None)
@given(some_roads, st.sampled_from([100.0, 300.0, 420.0]))
def test_streets_around_equal_a_double_loop(rows, radius_m):
    network, ends, _ = built(rows)
    asked = np.arange(len(rows)) % 2 == 0
    middle = (ends[network.source] + ends[network.target]) / 2
    cells = np.floor(middle / CELL_M)
    pairs = list(zip(network.source.tolist(), network.target.tolist(), strict=True))
    chosen = [k for k, row in enumerate(rows) if row[2] in ("residential", "living_street")]
    driven = {pairs[k] for k in chosen}
    streets = {
        k: np.rint(network.length_m[k] * (1.0 if pairs[k][::-1] in driven else 2.0)) / 2
        for k in chosen
    }
    expected = [
        sum(
            metres
            for k, metres in streets.items()
            if np.hypot(*(cells[k] - cells[s])) * CELL_M <= radius_m
        )
        for s in np.flatnonzero(asked)
    ]
    assert streets_around(network, ends, asked, radius_m).tolist() == expected


@settings(max_examples=60, deadline=None)
@given(some_roads)
def test_half_the_speeds_double_the_times(rows):
    network, ends, _ = built(rows)
    half = replace(
        RESEAU,
        vitesses_kmh={k: v / 2 for k, v in RESEAU.vitesses_kmh.items()},
        vitesse_defaut_kmh=RESEAU.vitesse_defaut_kmh / 2,
        facteur_limite=RESEAU.facteur_limite / 2,
    )
    quick, slow = (section_times(network, ends, reseau) for reseau in (RESEAU, half))
    assert np.abs(slow - 2 * quick).max() <= 1


@settings(max_examples=60, deadline=None)
@given(some_roads, st.floats(0, 30), st.floats(1, 3))
def test_what_slows_never_shortens(rows, penalty_s, peak):
    network, ends, _ = built(rows)
    free = section_times(network, ends, RESEAU)
    slowed = section_times(
        network, ends, replace(RESEAU, penalite_carrefour_s=penalty_s, facteur_pointe=peak)
    )
    assert (free >= 1).all()
    assert (slowed >= free).all()
    assert (slowed[junctions(network)[network.target]] - 10 * penalty_s >= -0.5).all()


@settings(max_examples=40, deadline=None)
@given(some_roads, some_roads)
def test_one_more_road_never_lengthens_at_fixed_speeds(rows, more):
    # Streets and limits left apart: a street more may make a town, and a town slows.
    fixed = replace(RESEAU, urbain_rues_m=1e9)
    before, after = (between(built(r), fixed) for r in (rows, rows + more))
    assert all(after[pair] <= time for pair, time in before.items())


def between(built_network, reseau):
    """Times between all places, by both places."""
    network, _, number = built_network
    graph = build_graph(network, CRS, reseau).forward
    size = len(number)
    times = dijkstra(csr_array((graph.time_ds, graph.indices, graph.indptr), shape=(size, size)))
    return {(a, b): times[i, j] for a, i in number.items() for b, j in number.items()}
