"""Roads in arrays: the network as its source gives it, and the graph that is searched.

`RoadNetwork` depends on the source only and can be kept from one run to the next; `RoadGraph` adds
what somebody chose: projection and speeds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pyproj import Transformer
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from diagterritoire.errors import DataError
from diagterritoire.parameters import ReseauParameters
from diagterritoire.territory import WGS84

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
Int32Array = NDArray[np.int32]

DECISECONDS_PER_MINUTE = 600


@dataclass(frozen=True)
class RoadNetwork:
    """Directed road sections as their source gives them, without speeds.

    Attributes
    ----------
    lon, lat : float64[n]
        Nodes, WGS84 degrees.
    source, target : int32[m]
        End nodes of each section, in its direction of travel.
    length_m : float32[m]
        Length of each section, metres.
    road_class : int16[m]
        Position of its class in `classes`.
    classes : tuple of str
        Road classes met (OpenStreetMap `highway`), sorted.
    """

    lon: FloatArray
    lat: FloatArray
    source: Int32Array
    target: Int32Array
    length_m: NDArray[np.float32]
    road_class: NDArray[np.int16]
    classes: tuple[str, ...]


@dataclass(frozen=True)
class Adjacency:
    """Edges grouped by their first node (compressed sparse rows), one per ordered pair of nodes.

    Attributes
    ----------
    indptr : int32[n + 1]
        The edges of node `v` are those from `indptr[v]` to `indptr[v + 1]`, excluded.
    indices : int32[m]
        Other end of each edge, increasing within a node.
    time_ds : int32[m]
        Time of each edge, deciseconds, at least 1.
    """

    indptr: Int32Array
    indices: Int32Array
    time_ds: Int32Array


@dataclass(frozen=True)
class RoadGraph:
    """Times between neighbouring nodes, both ways round, ready to be searched.

    Attributes
    ----------
    x, y : float64[n]
        Nodes, metres, in `crs`.
    forward, backward : Adjacency
        Edges by origin, and the same edges by destination (the reversed graph).
    component : int32[n]
        Label of the strongly connected component of each node.
    extent : tuple of float
        West, south, east, north of the nodes, in `crs`; NaN when there is no node.
    crs : str
        Projection.
    """

    x: FloatArray
    y: FloatArray
    forward: Adjacency
    backward: Adjacency
    component: Int32Array
    extent: tuple[float, float, float, float]
    crs: str


def compile_network(noeuds: pd.DataFrame, troncons: pd.DataFrame) -> RoadNetwork:
    """Turn the tables `NOEUDS` and `TRONCONS` into arrays.

    Parameters
    ----------
    noeuds, troncons : DataFrame
        Tables of nodes, in any order, and of directed sections. Either may be empty.

    Raises
    ------
    DataError
        Nodes not numbered from 0 to n-1, a section that names an unknown node, a length that is
        missing or negative.

    Examples
    --------
    >>> noeuds = pd.DataFrame({"noeud": [0, 1], "lon": [9.0, 9.1], "lat": [42.0, 42.0]})
    >>> troncons = pd.DataFrame(
    ...     {"depart": [0], "arrivee": [1], "longueur_m": [8260.0], "classe": ["primary"]}
    ... )
    >>> compile_network(noeuds, troncons).classes
    ('primary',)
    """
    nodes = noeuds.sort_values("noeud")
    if not np.array_equal(nodes["noeud"].to_numpy(), np.arange(len(nodes))):
        raise DataError(
            f"Réseau routier : les {len(nodes)} nœuds ne sont pas numérotés de 0 à "
            f"{len(nodes) - 1}, chacun une fois."
        )
    _check_sections(troncons, len(nodes))
    # Not pd.factorize: the classes must not depend on the order of the sections.
    classes, codes = np.unique(troncons["classe"].to_numpy(dtype=str), return_inverse=True)
    return RoadNetwork(
        lon=nodes["lon"].to_numpy(np.float64, copy=True),
        lat=nodes["lat"].to_numpy(np.float64, copy=True),
        source=troncons["depart"].to_numpy(np.int32),
        target=troncons["arrivee"].to_numpy(np.int32),
        length_m=troncons["longueur_m"].to_numpy(np.float32),
        road_class=codes.astype(np.int16),
        classes=tuple(str(c) for c in classes),
    )


def _check_sections(troncons: pd.DataFrame, nodes: int) -> None:
    ends = troncons[["depart", "arrivee"]].to_numpy()
    lost = ((ends < 0) | (ends >= nodes)).any(axis=1)
    if lost.any():
        first = ends[np.argmax(lost)]
        raise DataError(
            f"Réseau routier : {int(lost.sum())} tronçons mènent à un nœud absent ; "
            f"par exemple de {first[0]} à {first[1]}, pour {nodes} nœuds."
        )
    length = troncons["longueur_m"].to_numpy(np.float64)
    wrong = ~(np.isfinite(length) & (length >= 0))
    if wrong.any():
        raise DataError(
            f"Réseau routier : {int(wrong.sum())} tronçons sans longueur utilisable ; "
            f"par exemple {length[np.argmax(wrong)]} m au rang {int(np.argmax(wrong))}."
        )


def to_arrays(network: RoadNetwork) -> dict[str, NDArray[np.generic]]:
    """Return the network as arrays by name, none of which needs pickling; see `from_arrays`."""
    return {
        "lon": network.lon,
        "lat": network.lat,
        "source": network.source,
        "target": network.target,
        "length_m": network.length_m,
        "road_class": network.road_class,
        "classes": np.array(network.classes, dtype=np.str_),
    }


def from_arrays(arrays: Mapping[str, NDArray[np.generic]]) -> RoadNetwork:
    """Return the network that `to_arrays` gave.

    Raises
    ------
    DataError
        An array is missing: the arrays are not those of a network.
    """
    missing = sorted(set(RoadNetwork.__dataclass_fields__) - set(arrays))
    if missing:
        raise DataError(
            f"Réseau routier compilé incomplet : il manque {', '.join(missing)}.",
            "Supprimez ce fichier de cache : il sera refait.",
        )
    return RoadNetwork(
        lon=np.asarray(arrays["lon"], dtype=np.float64),
        lat=np.asarray(arrays["lat"], dtype=np.float64),
        source=np.asarray(arrays["source"], dtype=np.int32),
        target=np.asarray(arrays["target"], dtype=np.int32),
        length_m=np.asarray(arrays["length_m"], dtype=np.float32),
        road_class=np.asarray(arrays["road_class"], dtype=np.int16),
        classes=tuple(str(c) for c in arrays["classes"]),
    )


def build_graph(network: RoadNetwork, crs: str, reseau: ReseauParameters) -> RoadGraph:
    """Project the nodes and time the edges.

    The time of a section is `max(1, round(10 * length_m / (speed_kmh / 3.6)))` deciseconds; of
    parallel sections the quickest is kept, and a section from a node to itself is dropped.

    Parameters
    ----------
    network : RoadNetwork
        n nodes, m sections; either may be 0.
    crs : str
        Projection, in metres.
    reseau : ReseauParameters
        Speeds by class; a class that is not there gets `vitesse_defaut_kmh`.

    Raises
    ------
    DataError
        Nodes that the projection cannot hold.

    Examples
    --------
    >>> network = RoadNetwork(
    ...     lon=np.array([9.0, 9.1]),
    ...     lat=np.array([42.0, 42.0]),
    ...     source=np.array([0, 0], dtype=np.int32),
    ...     target=np.array([1, 1], dtype=np.int32),
    ...     length_m=np.array([8000, 9000], dtype=np.float32),
    ...     road_class=np.array([0, 1], dtype=np.int16),
    ...     classes=("primary", "tertiary"),
    ... )
    >>> graph = build_graph(network, "EPSG:2154", ReseauParameters())
    >>> graph.forward.time_ds.tolist()  # 8 km at 65 km/h
    [4431]
    """
    x, y = Transformer.from_crs(WGS84, crs, always_xy=True).transform(network.lon, network.lat)
    lost = ~(np.isfinite(x) & np.isfinite(y))
    if lost.any():
        first = int(np.argmax(lost))
        raise DataError(
            f"Réseau routier : {int(lost.sum())} nœuds hors de la projection {crs} ; par exemple "
            f"longitude {network.lon[first]}, latitude {network.lat[first]}.",
            "Donnez un réseau routier découpé sur le territoire.",
        )
    nodes = len(x)
    source, target, time_ds = _quickest(
        network.source.astype(np.int64), network.target.astype(np.int64), _times(network, reseau)
    )
    forward = _adjacency(nodes, source, target, time_ds)
    order = np.lexsort((source, target))
    edges = csr_array((forward.time_ds, forward.indices, forward.indptr), shape=(nodes, nodes))
    component = (
        connected_components(edges, directed=True, connection="strong")[1]
        if nodes
        else np.empty(0, dtype=np.int32)
    )
    return RoadGraph(
        x=np.asarray(x, dtype=np.float64),
        y=np.asarray(y, dtype=np.float64),
        forward=forward,
        backward=_adjacency(nodes, target[order], source[order], time_ds[order]),
        component=component.astype(np.int32),
        extent=_extent(np.asarray(x), np.asarray(y)),
        crs=crs,
    )


def _times(network: RoadNetwork, reseau: ReseauParameters) -> IntArray:
    speeds = [reseau.vitesses_kmh.get(c, reseau.vitesse_defaut_kmh) for c in network.classes]
    speed_ms = np.array(speeds, dtype=np.float64)[network.road_class] / 3.6
    rounded = np.rint(network.length_m.astype(np.float64) / speed_ms * 10)
    return np.maximum(1, rounded).astype(np.int64)


def _quickest(
    source: IntArray, target: IntArray, time_ds: IntArray
) -> tuple[IntArray, IntArray, IntArray]:
    """Keep one edge per ordered pair of different nodes, the quickest; sorted by pair."""
    kept = np.flatnonzero(source != target)
    order = kept[np.lexsort((time_ds[kept], target[kept], source[kept]))]
    source, target, time_ds = source[order], target[order], time_ds[order]
    first = np.ones(len(order), dtype=bool)
    first[1:] = (source[1:] != source[:-1]) | (target[1:] != target[:-1])
    return source[first], target[first], time_ds[first]


def _adjacency(nodes: int, start: IntArray, end: IntArray, time_ds: IntArray) -> Adjacency:
    indptr = np.zeros(nodes + 1, dtype=np.int32)
    np.cumsum(np.bincount(start, minlength=nodes), out=indptr[1:])
    return Adjacency(indptr, end.astype(np.int32), time_ds.astype(np.int32))


def _extent(x: FloatArray, y: FloatArray) -> tuple[float, float, float, float]:
    if not len(x):
        return (np.nan, np.nan, np.nan, np.nan)
    return (float(x.min()), float(y.min()), float(x.max()), float(y.max()))
