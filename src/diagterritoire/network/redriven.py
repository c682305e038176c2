"""The same roads at other speeds, whole: edges, streets, and where points join them."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from diagterritoire.arrays import BoolArray, Int32Array
from diagterritoire.network.compiled import RoadNetwork
from diagterritoire.network.draws import Followed, follow, retimed
from diagterritoire.network.graph import RoadGraph
from diagterritoire.network.roadside import Nearby
from diagterritoire.network.snapping import Snapping, access_ds, placed
from diagterritoire.network.speeds import section_times, town_sections
from diagterritoire.network.streets import Streets, Ways, ways
from diagterritoire.parameters import ReseauParameters
from diagterritoire.tables import RATTACHE

# Places of a street by decisecond, so that its other times find the same place again.
FINER = 1024
_LONGEST_DS = np.iinfo(np.int32).max


@dataclass(frozen=True)
class Redrivable:
    """A graph and the sections behind it.

    Attributes
    ----------
    graph : RoadGraph
        Without doors.
    followed : Followed or None
        None: the sections are not known, and the speeds cannot change.
    by_street : Ways or None
    town : bool[m] or None
        Sections of the network that the limit of towns may slow.
    """

    graph: RoadGraph
    followed: Followed | None = None
    by_street: Ways | None = None
    town: BoolArray | None = None


def redrivable(
    graph: RoadGraph,
    network: RoadNetwork | None,
    reseau: ReseauParameters,
    share: float = 0.0,
) -> Redrivable:
    """Link a graph to the sections of its network, once for all its draws.

    Parameters
    ----------
    graph : RoadGraph
        Without doors.
    network : RoadNetwork or None
        What it was built from, if it is known.
    reseau : ReseauParameters
        What it was built with: what says where towns are, and `bacs`, are those of every draw.
    share : float
        Least quotient, over the draws, of the change of the limit of towns by that of the speed of
        a class; 0 is always right (see `speeds.town_sections`).

    Raises
    ------
    ValueError
        The graph is not that of this network.
    """
    if network is None:
        return Redrivable(graph)
    followed = follow(network, graph, bacs=reseau.bacs)
    by_street = ways(followed.network)
    if len(by_street.number) != len(graph.streets.start):
        raise ValueError("the streets were not built from this network")
    town = town_sections(followed.network, followed.xy, reseau, share)
    return Redrivable(graph, followed, by_street, town)


def redriven(roads: Redrivable, reseau: ReseauParameters) -> RoadGraph:
    """Give the graph that `build_graph` would give under other speeds.

    Parameters
    ----------
    roads : Redrivable
    reseau : ReseauParameters
        Speeds, of classes and of towns; see `speeds.section_times`.

    Examples
    --------
    8 km at 65 km/h, then at 60.

    >>> from diagterritoire.network.graph import build_graph
    >>> network = RoadNetwork(
    ...     lon=np.array([9.0, 9.1]),
    ...     lat=np.array([42.0, 42.0]),
    ...     source=np.array([0], dtype=np.int32),
    ...     target=np.array([1], dtype=np.int32),
    ...     length_m=np.array([8000], dtype=np.float32),
    ...     road_class=np.array([0], dtype=np.int16),
    ...     classes=("primary",),
    ... )
    >>> graph = build_graph(network, "EPSG:2154", ReseauParameters())
    >>> slower = ReseauParameters(vitesses_kmh={"primary": 60.0})
    >>> other = redriven(redrivable(graph, network, ReseauParameters()), slower)
    >>> other.forward.time_ds.tolist(), other.streets.onward_ds.tolist()
    ([4800], [4800])
    """
    edges, streets = driven(roads, reseau)
    return (
        roads.graph
        if roads.followed is None
        else replace(retimed(roads.graph, edges), streets=streets)
    )


def driven(roads: Redrivable, reseau: ReseauParameters) -> tuple[Int32Array, Streets]:
    """Time the edges (those of `forward`) and the streets, and leave the graph as it is.

    Parameters
    ----------
    roads, reseau
        See `redriven`.
    """
    streets = roads.graph.streets
    if roads.followed is None or roads.by_street is None:
        return roads.graph.forward.time_ds, streets
    followed = roads.followed
    times = section_times(followed.network, followed.xy, reseau, town=roads.town)
    edges = np.minimum.reduceat(times[followed.sections], followed.starts).astype(np.int32)
    onward, back = roads.by_street.driven_ds(times)
    return edges, replace(streets, onward_ds=onward, back_ds=back)


def finer(graph: RoadGraph) -> RoadGraph:
    """Give the streets more places, for points that other speeds will join to them again.

    Its times are those of no road: join points to it, then see `rejoined`.
    """
    streets = graph.streets
    onward, back = (_finer(time_ds) for time_ds in (streets.onward_ds, streets.back_ds))
    return replace(graph, streets=replace(streets, onward_ds=onward, back_ds=back))


def _finer(time_ds: Int32Array) -> Int32Array:
    return np.minimum(time_ds.astype(np.int64) * FINER, _LONGEST_DS).astype(np.int32)


def rejoined(
    joined: Snapping, ruled: RoadGraph, graph: RoadGraph, reseau: ReseauParameters
) -> Snapping:
    """Join to a graph the points joined to the finer places of the same streets.

    The street that a point joins is the nearest: no speed changes it.

    Parameters
    ----------
    joined : Snapping
        Points joined to `ruled`.
    ruled : RoadGraph
        What `finer` gave.
    graph : RoadGraph
        The same streets, with other times.
    reseau : ReseauParameters
        `vitesse_acces_kmh`.

    Examples
    --------
    >>> from diagterritoire.network.snapping import uncovered
    >>> from diagterritoire.network.graph import Adjacency
    >>> from diagterritoire.network.streets import Streets
    >>> edges = Adjacency(np.array([0, 0, 0], np.int32), *2 * [np.empty(0, np.int32)])
    >>> x, one, true = np.array([0.0, 80.0]), np.ones(1, np.int32), np.ones(1, bool)
    >>> line = (np.array([0, 2]), x, np.zeros(2))
    >>> streets = Streets(0 * one, one, 100 * one, 0 * one, true, true, *line)
    >>> box, zero = (0.0, 0.0, 80.0, 0.0), np.zeros(2, np.int32)
    >>> road = RoadGraph(x, np.zeros(2), edges, edges, zero, box, "EPSG:2154", streets)
    >>> slower = replace(road, streets=replace(streets, onward_ds=120 * one))
    >>> point = replace(uncovered(1), street=np.array([0]), place=np.array([25 * FINER]))
    >>> rejoined(point, finer(road), slower, ReseauParameters()).place.tolist()
    [30]
    """
    on = np.flatnonzero(joined.street >= 0)
    street = joined.street[on]
    spots = Nearby(
        point=on,
        street=street,
        node=np.full(len(on), -1, dtype=np.int64),
        fraction=joined.place[on] / ruled.streets.whole_ds[street],
        distance_m=joined.distance_m[on],
    )
    node, street, place = joined.node.copy(), joined.street.copy(), joined.place.copy()
    node[on], place[on] = placed(spots, graph.streets)
    street[node >= 0] = -1
    place[node >= 0] = 0
    away = np.where(joined.statut == RATTACHE, joined.distance_m, 0.0)
    return replace(joined, node=node, street=street, place=place, access_ds=access_ds(away, reseau))
