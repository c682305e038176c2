"""The road network as its source gives it, in arrays that can be kept from one run to the next.

What somebody chose (projection, speeds, ferries or not) is added by `graph.build_graph`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from diagterritoire.arrays import FloatArray, Int32Array
from diagterritoire.errors import DataError
from diagterritoire.network.shapes import Shapes, paired
from diagterritoire.tables import BAC

Float32Array = NDArray[np.float32]

_OF_SHAPES = ("street", "shape_indptr", "shape_lon", "shape_lat")


def _unknown() -> Float32Array:
    return np.empty(0, dtype=np.float32)


@dataclass(frozen=True)
class RoadNetwork:
    """Directed road sections as their source gives them, without the speeds that are chosen.

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
        Road classes met (OpenStreetMap `highway`, or `ferry`), sorted.
    max_speed_kmh, duration_min : float32[m], or empty
        Speed limit, and declared duration of a ferry, NaN where unknown; empty when the source
        gives none.
    shapes : Shapes
        Streets, and their lines where the source gives them.
    """

    lon: FloatArray
    lat: FloatArray
    source: Int32Array
    target: Int32Array
    length_m: Float32Array
    road_class: NDArray[np.int16]
    classes: tuple[str, ...]
    max_speed_kmh: Float32Array = field(default_factory=_unknown)
    duration_min: Float32Array = field(default_factory=_unknown)
    shapes: Shapes = field(default_factory=Shapes)


def compile_network(
    noeuds: pd.DataFrame, troncons: pd.DataFrame, formes: Shapes | None = None
) -> RoadNetwork:
    """Turn the tables `NOEUDS` and `TRONCONS` into arrays.

    Parameters
    ----------
    noeuds, troncons : DataFrame
        Tables of nodes, in any order, and of directed sections. Either may be empty. The columns
        `vitesse_max_kmh` and `duree_min` may be absent: nothing is known then.
    formes : Shapes, optional
        Streets of the sections, in their order, and lines; without, sections are paired by their
        ends, class and length.

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
    # Sorted: the classes must not depend on the order of the sections.
    codes, classes = pd.factorize(troncons["classe"], sort=True)
    source, target = (troncons[end].to_numpy(np.int32) for end in ("depart", "arrivee"))
    length_m = troncons["longueur_m"].to_numpy(np.float32)
    if formes is None:
        formes = Shapes(paired(source, target, codes, length_m))
    return RoadNetwork(
        lon=nodes["lon"].to_numpy(np.float64, copy=True),
        lat=nodes["lat"].to_numpy(np.float64, copy=True),
        source=source,
        target=target,
        length_m=length_m,
        road_class=codes.astype(np.int16),
        classes=tuple(str(c) for c in classes),
        max_speed_kmh=_known(troncons, "vitesse_max_kmh"),
        duration_min=_known(troncons, "duree_min"),
        shapes=formes,
    )


def _known(troncons: pd.DataFrame, column: str) -> Float32Array:
    """Values of a column, or none at all when it is absent or void."""
    if column not in troncons or troncons[column].isna().all():
        return _unknown()
    return troncons[column].to_numpy(np.float32)


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
        "max_speed_kmh": network.max_speed_kmh,
        "duration_min": network.duration_min,
        "street": network.shapes.street,
        "shape_indptr": network.shapes.indptr,
        "shape_lon": network.shapes.lon,
        "shape_lat": network.shapes.lat,
    }


def from_arrays(arrays: Mapping[str, NDArray[np.generic]]) -> RoadNetwork:
    """Return the network that `to_arrays` gave.

    Raises
    ------
    DataError
        An array is missing: the arrays are not those of a network.
    """
    fields = {*RoadNetwork.__dataclass_fields__, *_OF_SHAPES} - {"shapes"}
    missing = sorted(fields - set(arrays))
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
        max_speed_kmh=np.asarray(arrays["max_speed_kmh"], dtype=np.float32),
        duration_min=np.asarray(arrays["duration_min"], dtype=np.float32),
        shapes=Shapes(
            street=np.asarray(arrays["street"], dtype=np.int32),
            indptr=np.asarray(arrays["shape_indptr"], dtype=np.int64),
            lon=np.asarray(arrays["shape_lon"], dtype=np.int32),
            lat=np.asarray(arrays["shape_lat"], dtype=np.int32),
        ),
    )


def on_ferry(network: RoadNetwork) -> NDArray[np.bool_]:
    """Say which sections a ferry does, shape (m,)."""
    if BAC not in network.classes:
        return np.zeros(len(network.source), dtype=bool)
    return np.equal(network.road_class, network.classes.index(BAC))


def at_sea(network: RoadNetwork) -> NDArray[np.bool_]:
    """Say which nodes ferries alone touch, shape (n,): landings without a road, far banks cut off.

    They say nothing of the land that the file covers.
    """
    ferry = on_ferry(network)
    touched = np.zeros((2, len(network.lon)), dtype=bool)
    for row, chosen in enumerate((ferry, ~ferry)):
        touched[row, network.source[chosen]] = True
        touched[row, network.target[chosen]] = True
    sea: NDArray[np.bool_] = touched[0] & ~touched[1]
    return sea


def without_ferries(network: RoadNetwork) -> RoadNetwork:
    """Return the network without its ferries, nor the nodes that they alone touch.

    Examples
    --------
    >>> network = RoadNetwork(
    ...     lon=np.array([9.0, 9.1, 9.2]),
    ...     lat=np.array([42.0, 42.0, 42.0]),
    ...     source=np.array([0, 1], dtype=np.int32),
    ...     target=np.array([1, 2], dtype=np.int32),
    ...     length_m=np.array([8000, 9000], dtype=np.float32),
    ...     road_class=np.array([1, 0], dtype=np.int16),
    ...     classes=("ferry", "primary"),
    ... )
    >>> dry = without_ferries(network)
    >>> dry.lon.tolist(), dry.source.tolist(), dry.target.tolist()
    ([9.0, 9.1], [0], [1])
    """
    kept = ~on_ferry(network)
    if kept.all():
        return network
    land = ~at_sea(network)
    number = (np.cumsum(land) - 1).astype(np.int32)
    return replace(
        network,
        lon=network.lon[land],
        lat=network.lat[land],
        source=number[network.source[kept]],
        target=number[network.target[kept]],
        length_m=network.length_m[kept],
        road_class=network.road_class[kept],
        max_speed_kmh=network.max_speed_kmh[kept] if len(network.max_speed_kmh) else _unknown(),
        duration_min=network.duration_min[kept] if len(network.duration_min) else _unknown(),
        # The lines of the ferries stay, of streets that no section has any more.
        shapes=replace(network.shapes, street=network.shapes.street[kept])
        if len(network.shapes.street)
        else network.shapes,
    )
