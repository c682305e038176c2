"""What trips ask of the roads, whichever way they are searched."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from diagterritoire.arrays import IntArray
from diagterritoire.network import dial, search, sweep
from diagterritoire.network.graph import RoadGraph
from diagterritoire.network.hierarchy import Hierarchy, Metric
from diagterritoire.network.search import Pairs


class Searcher(Protocol):
    """Roads at given times. Nodes and accesses are int64; times are deciseconds."""

    def pairs(
        self,
        origins: IntArray,
        origin_access_ds: IntArray,
        sites: IntArray,
        site_access_ds: IntArray,
        limit_ds: int,
    ) -> Pairs:
        """Give the times by road that are within a bound, as `search.matrix`.

        A pair that its accesses alone take beyond the bound may be left out.
        """

    def nearest(
        self, sites: IntArray, site_access_ds: IntArray, origins: IntArray
    ) -> tuple[IntArray, IntArray]:
        """Give the time of each origin to its nearest site, and that site, as `search.nearest`."""


@dataclass(frozen=True)
class OnGraph:
    """A graph searched by the methods of `search`.

    Examples
    --------
    >>> from diagterritoire.network.graph import Adjacency
    >>> edges = Adjacency(
    ...     np.array([0, 1, 2], np.int32), np.array([1, 0], np.int32), np.array([3, 4], np.int32)
    ... )
    >>> xy, box = np.array([0.0, 1.0]), (0.0, 0.0, 1.0, 0.0)
    >>> graph = RoadGraph(xy, xy, edges, edges, np.zeros(2, np.int32), box, "EPSG:2154")
    >>> here, there, now = np.array([0]), np.array([1]), np.array([0])
    >>> OnGraph(graph).pairs(here, now, there, now, 60).time_ds.tolist()
    [4]
    """

    graph: RoadGraph

    def pairs(
        self,
        origins: IntArray,
        origin_access_ds: IntArray,
        sites: IntArray,
        site_access_ds: IntArray,
        limit_ds: int,
    ) -> Pairs:
        """Search from the sites that one of the origins reaches in time."""
        # One search from all the origins tells them.
        away, _ = search.nearest(self.graph, origins, origin_access_ds, outward=True)
        away = away[sites]
        near = np.flatnonzero((away >= 0) & (away + site_access_ds <= limit_ds)).astype(np.int32)
        found = search.matrix(self.graph, sites[near], origins, limit_ds)
        return Pairs(near[found.site], found.origin, found.time_ds)

    def nearest(
        self, sites: IntArray, site_access_ds: IntArray, origins: IntArray
    ) -> tuple[IntArray, IntArray]:
        """Search from all the sites at once."""
        time_ds, site = search.nearest(self.graph, sites, site_access_ds)
        return time_ds[origins], site[origins]


@dataclass(frozen=True)
class InHierarchy:
    """A hierarchy and the times of its arcs: the same answers, when it is there already."""

    hierarchy: Hierarchy
    metric: Metric

    def pairs(
        self,
        origins: IntArray,
        origin_access_ds: IntArray,
        sites: IntArray,
        site_access_ds: IntArray,
        limit_ds: int,
    ) -> Pairs:
        """Sweep the part of the hierarchy above the origins."""
        kept = sweep.restrict(self.hierarchy, origins)
        # No way in the graph is as long as that.
        limit_ds = min(limit_ds, dial.NEVER - 1)
        answers = sweep.by_site(self.hierarchy, self.metric, kept, sites, limit_ds)
        return Pairs(*dial.joined(answers, len(sites)))

    def nearest(
        self, sites: IntArray, site_access_ds: IntArray, origins: IntArray
    ) -> tuple[IntArray, IntArray]:
        """Climb from all the sites at once, then sweep once."""
        return sweep.nearest(self.hierarchy, self.metric, sites, site_access_ds, origins)
