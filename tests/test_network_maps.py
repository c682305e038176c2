"""Small maps drawn in signs, their times reckoned by hand, through every search and NetworkX.

A cell of the picture takes 1 000 ds by road and twice as long by ferry: 10.0 min are six cells of
road. The tables give the cells from each origin (rows) to each site (columns), `.` where there is
no way.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import networkx as nx
import numpy as np
import pytest

from diagterritoire.network import dial, engine, search
from diagterritoire.network.compiled import compile_network
from diagterritoire.network.engine import Method
from diagterritoire.network.graph import build_graph
from diagterritoire.tables import BAC
from test_network_drawn import CELL_M, CRS, PARAMETERS, Drawn, draw

CELL_DS = 1000
FERRY_CELL_DS = 2000
RESEAU = replace(
    PARAMETERS.reseau, vitesses_kmh={**PARAMETERS.reseau.vitesses_kmh, BAC: 18.0}, bacs=True
)


@dataclass(frozen=True)
class Map:
    """A picture, and the cells of each trip; more sections that no picture shows."""

    picture: str
    cells: str
    ferries: bool = True
    sections: tuple[tuple[str, str, float, str], ...] = ()


MAPS = {
    "sens unique : le tour pour revenir": Map(
        """
A>-B
|  |
C--D
""",
        # Three cells from A to B; two down, three across, two up to come back.
        """
  A B
A 0 3
B 7 0
C 2 5
D 5 2
""",
    ),
    "sens unique : on entre, on ne sort pas": Map(
        "A->B-C",
        """
  A C
A 0 5
B . 2
C . 0
""",
    ),
    "giratoire : quatre branches, un seul sens": Map(
        """
  N
  |
W-A<-B-E
  v  ^
  C->D
     |
     S
""",
        # Round by A, C, D and B: 2, 3, 2 and 3 cells; each branch has 2.
        """
  N  E  S  W
N 0  11 9  4
W 4  11 9  0
E 7  0  12 7
S 9  6  0  9
""",
    ),
    "bac en service": Map(
        "A--B~~C-D",
        # Three cells by ferry count for six.
        """
  A  D
A 0  11
B 3  8
C 9  2
D 11 0
""",
    ),
    "bac hors service : l'île n'a que son médecin": Map(
        "A--B~~C-D",
        """
  A D
A 0 .
B 3 .
C . 2
D . 0
""",
        ferries=False,
    ),
    "bac plus lent que le pont": Map(
        """
A~~B
|  |
C--D
""",
        # Six by ferry, seven by C and D: the ferry is quicker from A; by road from C.
        """
  B
A 6
C 5
D 2
""",
    ),
    "île sans bac": Map(
        """
A-B  E-F

C-D
""",
        """
  B F
A 2 .
B 0 .
C . .
D . .
E . 2
F . 0
""",
    ),
    "île dont le bac ne va que dans un sens": Map(
        "A-B>~C-D",
        # From A: 2 by road, 3 by ferry that count for six, 2 by road; never back.
        """
  A D
A 0 10
C . 2
""",
    ),
    "cul-de-sac": Map(
        """
A-B-C
  |
  D
  |
  E
""",
        """
  E C
A 6 4
B 4 2
D 2 4
E 0 6
""",
    ),
    "rivière : un seul pont, loin": Map(
        """
A----B----C
          |
D----E----F
""",
        # D faces A at two cells; the bridge is between C and F.
        """
  D  F
A 22 12
B 17 7
C 12 2
E 5  5
""",
    ),
    "arêtes parallèles : la plus rapide de chaque sens": Map(
        "A---B",
        # 4 cells drawn; 3 at full speed by another road; 1 at half the speed is 2, one way.
        """
  A B
A 0 2
B 3 0
""",
        sections=(
            ("A", "B", 3 * CELL_M, "route"),
            ("B", "A", 3 * CELL_M, "route"),
            ("A", "B", 1 * CELL_M, "lente"),
            ("A", "A", 1 * CELL_M, "route"),
        ),
    ),
    "à 10,0 min exactement de deux sites": Map(
        """
A-----B-----C
      |
      D
""",
        """
  C A
A 12 0
B 6  6
C 0  12
D 8  8
""",
    ),
}


def drawn_map(case: Map) -> Drawn:
    plain = draw(case.picture).with_sections(*case.sections)
    # Sections are laid out of order: nothing may depend on it.
    network = compile_network(plain.noeuds, plain.troncons.iloc[::-1])
    graph = build_graph(network, CRS, RESEAU)
    if not case.ferries:
        kept = plain.troncons["classe"] != BAC
        network = compile_network(plain.noeuds, plain.troncons[kept])
        graph = build_graph(network, CRS, RESEAU)
        wet = build_graph(
            compile_network(plain.noeuds, plain.troncons), CRS, replace(RESEAU, bacs=False)
        )
        np.testing.assert_array_equal(wet.forward.time_ds, graph.forward.time_ds)
    return replace(plain, graph=graph)


def table(case: Map) -> tuple[list[str], list[str], np.ndarray]:
    """Sites, origins, and deciseconds by site and origin, -1 where there is no way."""
    header, *lines = [line.split() for line in case.cells.strip().splitlines()]
    cells = [[-1 if cell == "." else int(cell) * CELL_DS for cell in row[1:]] for row in lines]
    return header, [row[0] for row in lines], np.array(cells).T


def networkx_times(drawn: Drawn, case: Map, sites: list[str], origins: list[str]) -> np.ndarray:
    slow = nx.MultiDiGraph()
    slow.add_nodes_from(drawn.node.values())
    pace = {"route": 1, "lente": 2, BAC: FERRY_CELL_DS // CELL_DS}
    for start, end, metres, classe in drawn.troncons.itertuples(index=False):
        if case.ferries or classe != BAC:
            slow.add_edge(start, end, time=round(metres * pace[classe]))
    times = np.full((len(sites), len(origins)), -1)
    for row, site in enumerate(sites):
        found = nx.single_source_dijkstra_path_length(
            slow.reverse(), drawn.node[site], weight="time"
        )
        times[row] = [found.get(drawn.node[origin], -1) for origin in origins]
    return times


def laid_out(columns, shape) -> np.ndarray:
    site, origin, time_ds = columns
    times = np.full(shape, -1)
    times[site, origin] = time_ds
    return times


@pytest.mark.parametrize("name", MAPS)
def test_the_times_are_those_reckoned_by_hand(name):
    case = MAPS[name]
    drawn = drawn_map(case)
    sites, origins, expected = table(case)
    np.testing.assert_array_equal(networkx_times(drawn, case, sites, origins), expected)
    ends = tuple(np.array([drawn.node[letter] for letter in some]) for some in (sites, origins))
    for limit in (0, 2000, 5999, 6000, 6001, 10**6):
        known = np.where(expected <= limit, expected, -1)
        for method in Method:
            found = by(method, drawn.graph, *ends, limit)
            np.testing.assert_array_equal(laid_out(found, known.shape), known, f"{method} {limit}")


def by(method, graph, sites, origins, limit):
    if method is Method.SCIPY:
        pairs = search.matrix_by_scipy(graph.backward, sites, origins, limit)
        return pairs.site, pairs.origin, pairs.time_ds
    prepared = engine.prepare(graph, origins) if method is Method.HIERARCHY else None
    return dial.joined(engine.answers(graph, sites, origins, limit, prepared), len(sites))


@pytest.mark.parametrize("name", MAPS)
def test_the_nearest_site_is_the_first_of_the_least_times(name):
    drawn = drawn_map(MAPS[name])
    sites, origins, expected = table(MAPS[name])
    ends = (np.array([drawn.node[letter] for letter in sites]), np.zeros(len(sites), np.int64))
    at = [drawn.node[letter] for letter in origins]
    far = np.where(expected < 0, 10**9, expected)
    least, first = far.min(axis=0), far.argmin(axis=0)
    for nearest in (search.nearest_by_scipy, dial.nearest):
        time_ds, site = nearest(drawn.graph.backward, *ends)
        np.testing.assert_array_equal(time_ds[at], np.where(least < 10**9, least, -1))
        np.testing.assert_array_equal(site[at], np.where(least < 10**9, first, -1))


def test_any_order_of_elimination_gives_the_times_of_the_maps():
    for case in MAPS.values():
        drawn = drawn_map(case)
        sites, origins, expected = table(case)
        ends = tuple(np.array([drawn.node[letter] for letter in some]) for some in (sites, origins))
        for seed in range(5):
            order = np.random.default_rng(seed).permutation(len(drawn.node)).astype(np.int32)
            prepared = engine.prepare(drawn.graph, ends[1], order)
            found = dial.joined(engine.answers(drawn.graph, *ends, 10**6, prepared), len(sites))
            np.testing.assert_array_equal(laid_out(found, expected.shape), expected)
