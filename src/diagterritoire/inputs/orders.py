"""The order of the nodes of a road graph, kept on disk: a quarter of a minute for a region."""

from __future__ import annotations

import hashlib
import inspect
from dataclasses import dataclass, replace
from importlib import resources
from pathlib import Path

from diagterritoire.arrays import Int32Array
from diagterritoire.network import compiled, graph, hierarchy, kernels
from diagterritoire.network.compiled import RoadNetwork
from diagterritoire.network.graph import RoadGraph, build_graph
from diagterritoire.parameters import ReseauParameters
from diagterritoire.store import cached_arrays, kept
from diagterritoire.store.cache import Arrays


@dataclass(frozen=True)
class OrderOnDisk:
    """The order of one graph, in a folder of the cache.

    Attributes
    ----------
    folder : Path
        Of the compiled networks.
    key : str
        Made of all that the order depends on, see `ordering_key`.
    graph : RoadGraph
        The graph, without a kept order.
    """

    folder: Path
    key: str
    graph: RoadGraph

    def ready(self) -> bool:
        """Tell whether it was made already."""
        return kept(self.folder, self.key)

    def read(self) -> Int32Array:
        """Read it, or make and keep it; made again when it is not one of these nodes."""
        arrays, _ = cached_arrays(self.folder, self.key, self._made, self._fits)
        return arrays["order"]

    def _made(self) -> Arrays:
        return {"order": hierarchy.dissection_order(self.graph)}

    def _fits(self, arrays: Arrays) -> bool:
        found = arrays.get("order")
        return (
            found is not None
            and found.dtype == "int32"
            and found.ndim == 1
            and hierarchy.orders(found, len(self.graph.x))
        )


class OrderOnce:
    """The order of one graph, made when it is first wanted and never written.

    Parameters
    ----------
    graph : RoadGraph
        Without a kept order.
    """

    def __init__(self, graph: RoadGraph) -> None:
        self._graph = graph
        self._order: Int32Array | None = None

    def ready(self) -> bool:
        """Tell whether it was made already."""
        return self._order is not None

    def read(self) -> Int32Array:
        """Give it, made at the first call."""
        if self._order is None:
            self._order = hierarchy.dissection_order(self._graph)
        return self._order


def with_order_once(road: RoadGraph) -> RoadGraph:
    """Give a graph an order that lasts as long as it does."""
    return replace(road, order=OrderOnce(replace(road, order=None)))


def graph_keeping_order(
    network: RoadNetwork, crs: str, reseau: ReseauParameters, folder: Path, key: str
) -> RoadGraph:
    """Build the graph of a compiled network, `key` being its name in the folder of the cache."""
    return with_order(build_graph(network, crs, reseau), folder, key, bacs=reseau.bacs)


def with_order(road: RoadGraph, folder: Path, network: str, *, bacs: bool) -> RoadGraph:
    """Give a graph the place where its order is kept; nothing is read nor made yet.

    Parameters
    ----------
    road : RoadGraph
        As `graph.build_graph` gave it.
    folder : Path
        Of the compiled networks.
    network : str
        Fingerprint of the compiled network.
    bacs : bool
        Whether the graph holds its ferries.
    """
    key = ordering_key(network, road.crs, bacs=bacs)
    return replace(road, order=OrderOnDisk(folder, key, replace(road, order=None)))


def ordering_key(network: str, crs: str, *, bacs: bool) -> str:
    """Name an order by what it depends on: the roads, the projection, and the code that makes it.

    Speeds are not part of it.

    Examples
    --------
    >>> ordering_key("a", "EPSG:2154", bacs=True) == ordering_key("a", "EPSG:2154", bacs=False)
    False
    """
    numbered = [inspect.getsource(module) for module in (compiled, graph, hierarchy)]
    # Read as a file: importing it would load numba.
    made = resources.files(kernels).joinpath("dissection.py").read_text(encoding="utf-8")
    parts = "\n".join([network, crs, str(bacs), made, *numbered])
    return f"ordre-{hashlib.sha256(parts.encode()).hexdigest()}"
