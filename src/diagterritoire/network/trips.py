"""Trips from origins to sites: within the commune, by road, or by the straight line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.spatial import KDTree

from diagterritoire.arrays import FloatArray, IntArray
from diagterritoire.network.graph import RoadGraph
from diagterritoire.network.searcher import OnGraph, Searcher
from diagterritoire.network.snapping import Snapping
from diagterritoire.network.straight_line import straight_line_ds, straight_line_m
from diagterritoire.parameters import ReseauParameters
from diagterritoire.tables import NON_COUVERT, RATTACHE

_NEVER = np.iinfo(np.int64).max


@dataclass(frozen=True)
class Ends:
    """The k ends of the trips on one side.

    Attributes
    ----------
    commune : int64[k]
        Number of the commune of each, the same on both sides.
    landmass : int64[k]
        Mass of land of each.
    xy : float64[k, 2]
        Positions, metres.
    snapping : Snapping
        How each joins the road.
    """

    commune: IntArray
    landmass: IntArray
    xy: FloatArray
    snapping: Snapping

    def take(self, rows: slice | IntArray) -> Ends:
        """Keep some of the ends."""
        return Ends(
            self.commune[rows], self.landmass[rows], self.xy[rows], self.snapping.take(rows)
        )

    def having(self, *statuts: str) -> IntArray:
        """Positions of the ends of these statuses."""
        return np.flatnonzero(np.isin(self.snapping.statut, statuts))


@dataclass(frozen=True)
class Trips:
    """Times of p pairs.

    Attributes
    ----------
    origin, site : int64[p]
        Positions among the origins and the sites.
    time_ds : int64[p]
        Deciseconds, access included.
    approche : bool[p]
        True for a time of the straight line, or within a commune that no road file covers.
    """

    origin: IntArray
    site: IntArray
    time_ds: IntArray
    approche: NDArray[np.bool_]


@dataclass(frozen=True)
class Nearest:
    """Nearest site of each of o origins: its position and time, -1 where none is reached."""

    site: IntArray
    time_ds: IntArray


def compute(
    road: RoadGraph | Searcher | None,
    origins: Ends,
    sites: Ends,
    limit_ds: int,
    reseau: ReseauParameters,
) -> tuple[Trips, Nearest]:
    """Time the trips up to a bound, and to the nearest site without bound.

    Parameters
    ----------
    road : RoadGraph, Searcher or None
        Roads that the ends were snapped to, with their doors (see `doors.open_doors`); None when
        none was.
    origins, sites : Ends
        o origins, at most one a commune, and s sites; either may be empty.
    limit_ds : int
        Longest trip kept, included, deciseconds.
    reseau : ReseauParameters
        The straight-line model.

    Returns
    -------
    Trips
        Sorted by origin, then by site.
    Nearest
        A site of the origin's own commune if there is one, else the quickest; the first of the
        sites at equality.

    Raises
    ------
    ValueError
        An end joined to a street whose door is not opened.

    Notes
    -----
    Within a commune, 0. Both ends on the road: access + road + access, no trip without a road. One
    end not covered by the road file and the other not cut off: the straight line, on the same mass
    of land when the trip starts on the road. One end covered and cut off (`hors_reseau`): no trip.
    """
    for ends in (origins, sites):
        if (ends.snapping.node[ends.having(RATTACHE)] < 0).any():
            raise ValueError("an end is joined between two nodes: open its door first")
    own = _own(origins, sites)
    found = [own]
    best = np.full(len(origins.commune), _NEVER)
    if road is not None:
        searcher = OnGraph(road) if isinstance(road, RoadGraph) else road
        found.append(_by_road(searcher, origins, sites, limit_ds))
        _road_best(best, searcher, origins, sites)
    for rows, columns in _sides(origins, sites):
        if len(rows) and len(columns):
            tree = KDTree(sites.xy[columns])
            first = straight_line_ds(tree.query(origins.xy[rows])[0], reseau)
            trips = _straight(origins, rows, sites, columns, tree, first, reseau)
            np.minimum.at(best, trips.origin, _key(trips.time_ds, trips.site, sites))
            limits = np.full(len(rows), limit_ds)
            found.append(_straight(origins, rows, sites, columns, tree, limits, reseau))
    best[own.origin] = _NEVER
    np.minimum.at(best, own.origin, _key(own.time_ds, own.site, sites))
    reached, count = best < _NEVER, max(1, len(sites.commune))
    nearest = Nearest(np.where(reached, best % count, -1), np.where(reached, best // count, -1))
    return _joined(found), nearest


def _key(time_ds: IntArray, site: IntArray, sites: Ends) -> IntArray:
    """One number that orders by time, then by site."""
    return time_ds * len(sites.commune) + site


def _own(origins: Ends, sites: Ends) -> Trips:
    """Trips within a commune."""
    pairs = pd.DataFrame(
        {"commune": origins.commune, "origin": np.arange(len(origins.commune))}
    ).merge(
        pd.DataFrame({"commune": sites.commune, "site": np.arange(len(sites.commune))}),
        how="inner",
        on="commune",
        validate="one_to_many",
    )
    origin, site = pairs["origin"].to_numpy(np.int64), pairs["site"].to_numpy(np.int64)
    approche = origins.snapping.statut[origin] == NON_COUVERT
    return Trips(origin, site, np.zeros(len(site), dtype=np.int64), approche)


def _by_road(road: Searcher, origins: Ends, sites: Ends, limit_ds: int) -> Trips:
    """Trips by road between different communes, within the bound."""
    origin, site = origins.having(RATTACHE), sites.having(RATTACHE)
    start, end = origins.snapping, sites.snapping
    pairs = road.pairs(
        start.node[origin], start.access_ds[origin], end.node[site], end.access_ds[site], limit_ds
    )
    origin, site = origin[pairs.origin], site[pairs.site]
    time_ds = start.access_ds[origin] + pairs.time_ds + end.access_ds[site]
    trips = Trips(origin, site, time_ds, np.zeros(len(site), dtype=bool))
    return _kept(trips, (time_ds <= limit_ds) & (origins.commune[origin] != sites.commune[site]))


def _road_best(best: IntArray, road: Searcher, origins: Ends, sites: Ends) -> None:
    """Write the least key of each origin by road."""
    origin, site = origins.having(RATTACHE), sites.having(RATTACHE)
    start, end = origins.snapping, sites.snapping
    time_ds, found = road.nearest(end.node[site], end.access_ds[site], start.node[origin])
    reached = time_ds >= 0
    origin = origin[reached]
    best[origin] = _key(start.access_ds[origin] + time_ds[reached], site[found[reached]], sites)


def _sides(origins: Ends, sites: Ends) -> Iterator[tuple[IntArray, IntArray]]:
    """Origins and sites that the straight line may link."""
    yield origins.having(NON_COUVERT), sites.having(RATTACHE, NON_COUVERT)
    rows, columns = origins.having(RATTACHE), sites.having(NON_COUVERT)
    for mass in np.unique(origins.landmass[rows]):
        yield rows[origins.landmass[rows] == mass], columns[sites.landmass[columns] == mass]


def _straight(
    origins: Ends,
    rows: IntArray,
    sites: Ends,
    columns: IntArray,
    tree: KDTree,
    limit_ds: IntArray,
    reseau: ReseauParameters,
) -> Trips:
    """Trips by the straight line between different communes, each origin within its own bound."""
    near = tree.query_ball_point(origins.xy[rows], straight_line_m(limit_ds, reseau))
    counts = np.fromiter(map(len, near), dtype=np.int64, count=len(rows))
    pair = np.repeat(np.arange(len(rows)), counts)
    chosen = np.concatenate([np.asarray(n, dtype=np.int64) for n in near])
    origin, site = rows[pair], columns[chosen]
    time_ds = straight_line_ds(np.hypot(*(origins.xy[origin] - sites.xy[site]).T), reseau)
    trips = Trips(origin, site, time_ds, np.ones(len(pair), dtype=bool))
    return _kept(
        trips, (time_ds <= limit_ds[pair]) & (origins.commune[origin] != sites.commune[site])
    )


def _kept(trips: Trips, rows: NDArray[np.bool_] | IntArray) -> Trips:
    return Trips(trips.origin[rows], trips.site[rows], trips.time_ds[rows], trips.approche[rows])


def _joined(parts: list[Trips]) -> Trips:
    trips = Trips(
        np.concatenate([p.origin for p in parts]),
        np.concatenate([p.site for p in parts]),
        np.concatenate([p.time_ds for p in parts]),
        np.concatenate([p.approche for p in parts]),
    )
    return _kept(trips, np.lexsort((trips.site, trips.origin)))
