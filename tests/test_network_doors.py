"""Doors: streets cut where points join them, by hand, at random, and through the hierarchy."""

from __future__ import annotations

from dataclasses import replace
from importlib.util import find_spec

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diagterritoire.network import dial, engine, hierarchy, search, trips
from diagterritoire.network.doors import open_doors, reach_of
from diagterritoire.network.snapping import uncovered
from slow_roads import slow_times
from test_network_drawn import PARAMETERS, draw
from test_travel import random_area

compiled = pytest.mark.skipif(find_spec("numba") is None, reason="numba is not there")


def doors_at(drawn, *places):
    """Open doors at places of streets: two letters, and tenths of a street from the first."""
    streets = drawn.graph.streets
    rows = []
    for (a, b), tenths in places:
        ends = list(zip(streets.start.tolist(), streets.end.tolist(), strict=True))
        one, other = drawn.node[a], drawn.node[b]
        number = ends.index((one, other)) if (one, other) in ends else ends.index((other, one))
        whole = int(streets.whole_ds[number])
        at = whole * tenths // 10
        rows.append((number, at if ends[number] == (one, other) else whole - at))
    street, place = np.array(rows).T
    return open_doors(drawn.graph, replace(uncovered(len(rows)), street=street, place=place))


def time(doors, start, end):
    return slow_times(doors.graph.forward, start).get(end)


def test_two_doors_of_a_street_in_both_orders():
    """4 km at 36 km/h: 1 200 ds from the start, then 1 600 ds between the doors."""
    drawn = draw("A---B")
    for places in (("AB", 3), ("AB", 7)), (("AB", 7), ("AB", 3)), (("BA", 7), ("BA", 3)):
        doors, joined = doors_at(drawn, *places)
        first, second = joined.node
        assert time(doors, first, second) == time(doors, second, first) == 1600
        assert time(doors, drawn.node["A"], doors.base) == 1200
        assert time(doors, doors.base + 1, drawn.node["B"]) == 1200
        assert time(doors, drawn.node["A"], drawn.node["B"]) == 4000
        np.testing.assert_allclose(
            doors.graph.x[doors.base :], drawn.graph.x[drawn.node["A"]] + [1200, 2800], atol=1e-6
        )


def test_a_one_way_street_is_left_at_its_end():
    """From the second door to the first one, round by C."""
    drawn = draw("A>--B\n|   |\nC---D")
    doors, joined = doors_at(drawn, ("AB", 3), ("AB", 7))
    first, second = joined.node
    assert time(doors, first, second) == 1600
    assert time(doors, second, first) == 1200 + 2000 + 4000 + 2000 + 1200


def test_points_of_one_place_share_a_door():
    doors, joined = doors_at(draw("A---B"), ("AB", 5), ("AB", 5))
    assert joined.node.tolist() == [2, 2]
    assert len(doors.graph.x) == 3
    assert joined.street.tolist() == [-1, -1]


def test_a_street_slower_than_its_parallel():
    """The door is on the slow one, 8 001 ds; between the ends, the quick one stays."""
    drawn = draw("A---B").with_sections(("A", "B", 4000.5, "lente"), ("B", "A", 4000.5, "lente"))
    slow = int(np.argmax(drawn.graph.streets.onward_ds))
    point = replace(uncovered(1), street=np.array([slow]), place=np.array([4500]))
    doors, joined = open_doors(drawn.graph, point)
    a, b, door = drawn.node["A"], drawn.node["B"], int(joined.node[0])
    assert time(doors, a, b) == 4000
    assert {time(doors, a, door), time(doors, b, door)} == {4500, 3501}


def test_a_loop_is_left_by_its_nearer_side():
    drawn = draw("A---B").with_sections(("B", "B", 1000.0, "route"), ("B", "B", 1000.0, "route"))
    loop = int(np.flatnonzero(drawn.graph.streets.start == drawn.graph.streets.end)[0])
    assert drawn.graph.streets.back_ds[loop] == 1000
    point = replace(uncovered(2), street=np.array([loop] * 2), place=np.array([200, 900]))
    doors, joined = open_doors(drawn.graph, point)
    first, second = joined.node
    b = drawn.node["B"]
    assert time(doors, b, first) == time(doors, first, b) == 200
    assert time(doors, b, second) == time(doors, second, b) == 100
    assert time(doors, first, second) == 300
    one_way = draw("A---B").with_sections(("B", "B", 1000.0, "route"))
    doors, joined = open_doors(one_way.graph, replace(point.take(slice(1)), street=np.array([1])))
    assert time(doors, b, int(joined.node[0])) == 200
    assert time(doors, int(joined.node[0]), b) == 800


def test_without_a_door_the_graph_is_itself():
    graph = draw("A---B").graph
    doors, joined = open_doors(graph, uncovered(3))
    assert doors.graph is graph
    assert joined.node.tolist() == [-1, -1, -1]


def test_trips_refuse_ends_without_their_doors():
    joined = replace(
        uncovered(1), statut=np.array(["rattache"]), street=np.zeros(1, int), place=np.ones(1, int)
    )
    here = np.zeros(1, dtype=np.int64)
    ends = trips.Ends(here, here, np.zeros((1, 2)), joined)
    with pytest.raises(ValueError, match="open its door"):
        trips.compute(draw("A---B").graph, ends, ends, 600, PARAMETERS.reseau)


def random_doors(seed):
    """Open up to 30 doors on a random drawn network, many of them on the same streets."""
    drawn, _, _ = random_area(seed)
    rng = np.random.default_rng(seed)
    streets = drawn.graph.streets
    wide = np.flatnonzero(streets.whole_ds > 1)
    count = int(rng.integers(1, 30)) if len(wide) else 0
    street = rng.choice(wide[: max(1, len(wide) // 3)], count) if count else wide
    place = rng.integers(1, streets.whole_ds[street])
    return drawn.graph, *open_doors(
        drawn.graph, replace(uncovered(count), street=street, place=place)
    )


@settings(max_examples=40, deadline=None, derandomize=True)
@given(st.integers(0, 10**6))
def test_times_between_the_nodes_stay_and_pieces_sum(seed):
    road, doors, _ = random_doors(seed)
    forward, backward = doors.graph.forward, doors.graph.backward
    assert (forward.time_ds >= 1).all()
    for node in range(0, doors.base, 7):
        before = slow_times(road.forward, node)
        after = slow_times(forward, node)
        assert before == {n: t for n, t in after.items() if n < doors.base}
    tails = np.repeat(np.arange(len(doors.graph.x)), np.diff(forward.indptr))
    heads = np.repeat(np.arange(len(doors.graph.x)), np.diff(backward.indptr))
    edges = sorted(zip(tails, forward.indices, forward.time_ds, strict=True))
    assert edges == list(zip(tails, forward.indices, forward.time_ds, strict=True))
    assert edges == sorted(zip(backward.indices, heads, backward.time_ds, strict=True))
    # From a door to both ends of its street: all of it, in each direction that is driven.
    streets = road.streets
    alone = replace(doors, street=doors.street[:0], place=doors.place[:0])
    reach = reach_of(alone, doors.street, doors.place)
    for one, other, whole in (
        (reach.from_left, reach.to_right, streets.onward_ds[doors.street]),
        (reach.from_right, reach.to_left, streets.back_ds[doors.street]),
    ):
        driven = whole > 0
        assert (one[driven] + other[driven] == whole[driven]).all()
        assert (one[~driven] == -1).all()
        assert (np.minimum(one, other)[driven] >= 1).all()


@compiled
@settings(max_examples=30, deadline=None, derandomize=True)
@given(st.integers(0, 10**6))
def test_an_order_kept_serves_with_doors(seed):
    """An order of the graph without doors, extended, gives the integers of scipy."""
    road, doors, _ = random_doors(seed)
    order = hierarchy.extended(hierarchy.dissection_order(road), len(doors.graph.x))
    nodes = np.arange(len(doors.graph.x))
    prepared = engine.prepare(doors.graph, nodes, order)
    found = engine.answers(doors.graph, nodes, nodes, 9000, prepared)
    plain = search.matrix_by_scipy(doors.graph.backward, nodes, nodes, 9000)
    columns = dial.joined(found, len(nodes))
    for one, other in zip(columns, (plain.site, plain.origin, plain.time_ds), strict=True):
        np.testing.assert_array_equal(one, other)
    # A door adds its own arcs and no other.
    bare = hierarchy.build(road, hierarchy.dissection_order(road))
    added = len(prepared.hierarchy.heads) - len(bare.heads)
    assert added <= 2 * len(doors.street)
