"""How long a section of road takes: its class, its limit, the town around it, what slows it."""

from __future__ import annotations

import numpy as np

from diagterritoire.arrays import BoolArray, FloatArray, IntArray
from diagterritoire.network.compiled import RoadNetwork, on_ferry
from diagterritoire.network.settlement import streets_around
from diagterritoire.parameters import ReseauParameters

DECISECONDS_PER_MINUTE = 600
# A motorway crosses towns and is not part of them.
OUT_OF_TOWN = ("motorway", "motorway_link")
# Fewer roads than that make a bend or a dead end, not a junction.
ROADS_OF_A_JUNCTION = 3


def section_times(
    network: RoadNetwork,
    ends: FloatArray,
    reseau: ReseauParameters,
    *,
    town: BoolArray | None = None,
) -> IntArray:
    """Time the sections, deciseconds.

    `max(1, round(10 * (facteur_pointe * length_m / (speed_kmh / 3.6) + penalty_s)))`, or the
    declared duration of a ferry, which neither the peak nor junctions slow. The penalty is
    `penalite_carrefour_s` for a section that ends at a junction, 0 for another.

    Parameters
    ----------
    network : RoadNetwork
        n nodes, m sections; either may be 0.
    ends : float64[n, 2]
        Nodes, metres.
    reseau : ReseauParameters
    town : bool[m], optional
        What `town_sections` gave, when the same network is timed again and again.

    Returns
    -------
    int64[m]

    Examples
    --------
    >>> network = RoadNetwork(
    ...     lon=np.array([9.0, 9.1]),
    ...     lat=np.array([42.0, 42.0]),
    ...     source=np.array([0, 0], dtype=np.int32),
    ...     target=np.array([1, 1], dtype=np.int32),
    ...     length_m=np.array([8000, 8000], dtype=np.float32),
    ...     road_class=np.array([0, 0], dtype=np.int16),
    ...     classes=("primary",),
    ...     max_speed_kmh=np.array([np.nan, 50], dtype=np.float32),
    ... )
    >>> ends = np.array([[0.0, 0.0], [8000.0, 0.0]])
    >>> section_times(network, ends, ReseauParameters()).tolist()  # at 65, then 0.8 x 50 km/h
    [4431, 7200]
    """
    ferry = on_ferry(network)
    speed_ms = section_speeds(network, ends, reseau, town=town) / 3.6
    time_ds = network.length_m.astype(np.float64) / speed_ms * 10
    time_ds[~ferry] *= reseau.facteur_pointe
    if reseau.penalite_carrefour_s:
        slowed = ~ferry & junctions(network)[network.target]
        time_ds[slowed] += 10 * reseau.penalite_carrefour_s
    if len(network.duration_min):
        minutes = network.duration_min.astype(np.float64)
        declared = ferry & np.isfinite(minutes)
        time_ds[declared] = minutes[declared] * DECISECONDS_PER_MINUTE
    return np.maximum(1, np.rint(time_ds)).astype(np.int64)


def section_speeds(
    network: RoadNetwork,
    ends: FloatArray,
    reseau: ReseauParameters,
    *,
    town: BoolArray | None = None,
) -> FloatArray:
    """Give the speed of each section, km/h: a share of its limit, or that of its class.

    Where the network gives the limit, a car drives at `facteur_limite` times it, be it more or less
    than its class. Where it gives none, the speed is that of the class, and in town never more than
    `facteur_limite` times `limite_urbaine_kmh`.

    Parameters
    ----------
    network : RoadNetwork
    ends : float64[n, 2]
        Nodes, metres.
    reseau : ReseauParameters
        Speeds by class; a class that is not there gets `vitesse_defaut_kmh`.
    town : bool[m], optional
        See `section_times`.

    Returns
    -------
    float64[m]

    References
    ----------
    OSRM, car profile: the rule of the limits. The towns are not in it.
    """
    by_class = [reseau.vitesses_kmh.get(c, reseau.vitesse_defaut_kmh) for c in network.classes]
    speed = np.array(by_class, dtype=np.float64)[network.road_class]
    known = _limited(network)
    if known.any():
        speed[known] = reseau.facteur_limite * network.max_speed_kmh[known]
    in_town_kmh = reseau.facteur_limite * reseau.limite_urbaine_kmh
    # The town is looked for only where it would slow: the question is the longest part of a graph.
    asked = ~known & (speed > in_town_kmh) & _may_be_in_town(network)
    inside = in_town(network, ends, asked, reseau) if town is None else town[asked]
    speed[np.flatnonzero(asked)[inside]] = in_town_kmh
    return speed


def town_sections(
    network: RoadNetwork, ends: FloatArray, reseau: ReseauParameters, share: float = 0.0
) -> BoolArray:
    """Say which sections the limit of towns may slow at other speeds, shape (m,).

    Parameters
    ----------
    network : RoadNetwork
    ends : float64[n, 2]
        Nodes, metres.
    reseau : ReseauParameters
        Speeds, `urbain_rayon_m` and `urbain_rues_m`.
    share : float
        The speed of a class never exceeds the limit of towns when it is no more than this share of
        it here: its sections are not looked at.

    Examples
    --------
    A kilometre of street is a town; no limit is deduced where one is known.

    >>> network = RoadNetwork(
    ...     lon=np.array([9.0, 9.1]),
    ...     lat=np.array([42.0, 42.0]),
    ...     source=np.array([0, 0], dtype=np.int32),
    ...     target=np.array([1, 1], dtype=np.int32),
    ...     length_m=np.array([1000, 1000], dtype=np.float32),
    ...     road_class=np.array([0, 0], dtype=np.int16),
    ...     classes=("residential",),
    ...     max_speed_kmh=np.array([np.nan, 50], dtype=np.float32),
    ... )
    >>> ends = np.array([[0.0, 0.0], [1000.0, 0.0]])
    >>> town_sections(network, ends, ReseauParameters()).tolist()
    [True, False]
    """
    by_class = [reseau.vitesses_kmh.get(c, reseau.vitesse_defaut_kmh) for c in network.classes]
    least_kmh = share * reseau.facteur_limite * reseau.limite_urbaine_kmh
    quick = np.array(by_class, dtype=np.float64)[network.road_class] > least_kmh
    town = quick & ~_limited(network) & _may_be_in_town(network)
    town[town] = in_town(network, ends, town, reseau)
    return town


def in_town(
    network: RoadNetwork, ends: FloatArray, sections: BoolArray, reseau: ReseauParameters
) -> BoolArray:
    """Say which of some sections have `urbain_rues_m` of streets or more within `urbain_rayon_m`.

    Parameters
    ----------
    network : RoadNetwork
    ends : float64[n, 2]
        Nodes, metres.
    sections : bool[m]
        The k sections in question, of any class.
    reseau : ReseauParameters

    Returns
    -------
    bool[k]
    """
    around = streets_around(network, ends, sections, reseau.urbain_rayon_m)
    return np.greater_equal(around, reseau.urbain_rues_m)


def junctions(network: RoadNetwork) -> BoolArray:
    """Say which nodes are junctions, shape (n,): roads join them to three other nodes or more.

    Examples
    --------
    >>> network = RoadNetwork(
    ...     lon=np.zeros(4),
    ...     lat=np.zeros(4),
    ...     source=np.array([0, 1, 1, 1, 2], dtype=np.int32),
    ...     target=np.array([1, 0, 2, 3, 3], dtype=np.int32),
    ...     length_m=np.ones(5, dtype=np.float32),
    ...     road_class=np.zeros(5, dtype=np.int16),
    ...     classes=("primary",),
    ... )
    >>> junctions(network).tolist()
    [False, True, False, False]
    """
    nodes = len(network.lon)
    by_road = ~on_ferry(network) & (network.source != network.target)
    source, target = (e[by_road].astype(np.int64) for e in (network.source, network.target))
    pairs = np.unique(np.minimum(source, target) * nodes + np.maximum(source, target))
    low, high = np.divmod(pairs, max(nodes, 1))
    neighbours = np.bincount(low, minlength=nodes) + np.bincount(high, minlength=nodes)
    enough: BoolArray = neighbours >= ROADS_OF_A_JUNCTION
    return enough


def _limited(network: RoadNetwork) -> BoolArray:
    """Say which sections have a known limit."""
    if not len(network.max_speed_kmh):
        return np.zeros(len(network.source), dtype=bool)
    known: BoolArray = np.isfinite(network.max_speed_kmh) & ~on_ferry(network)
    return known


def _may_be_in_town(network: RoadNetwork) -> BoolArray:
    outside = np.isin(np.array(network.classes, dtype=object), OUT_OF_TOWN)[network.road_class]
    inside: BoolArray = ~outside & ~on_ferry(network)
    return inside
