"""Trips from origins to sites: within the commune, by road, or by the straight line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.spatial.distance import cdist

from diagterritoire.network import search
from diagterritoire.network.graph import FloatArray, IntArray, RoadGraph
from diagterritoire.network.snapping import Snapping
from diagterritoire.network.straight_line import straight_line_ds
from diagterritoire.parameters import ReseauParameters
from diagterritoire.tables import NON_COUVERT, RATTACHE

_NEVER = np.iinfo(np.int64).max
# Pairs held at once by the straight line.
_BLOCK = 1 << 22


@dataclass(frozen=True)
class Ends:
    """The k ends of the trips on one side.

    Attributes
    ----------
    commune : int64[k]
        Number of the commune of each, the same on both sides.
    xy : float64[k, 2]
        Positions, metres.
    snapping : Snapping
        How each joins the road.
    """

    commune: IntArray
    xy: FloatArray
    snapping: Snapping

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
    road: RoadGraph | None, origins: Ends, sites: Ends, limit_ds: int, reseau: ReseauParameters
) -> tuple[Trips, Nearest]:
    """Time the trips up to a bound, and to the nearest site without bound.

    Parameters
    ----------
    road : RoadGraph or None
        Roads that the ends were snapped to; None when none was.
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

    Notes
    -----
    Within a commune, 0. Both ends on the road: access + road + access, no trip without a road. One
    end not covered by the road file and the other not cut off: the straight line. One end covered
    and cut off (`hors_reseau`): no trip.
    """
    own = _own(origins, sites)
    found = [own]
    best = np.full(len(origins.commune), _NEVER)
    if road is not None:
        found.append(_by_road(road, origins, sites, limit_ds))
        _road_best(best, road, origins, sites)
    for trips in _straight(origins, sites, reseau):
        np.minimum.at(best, trips.origin, _key(trips.time_ds, trips.site, sites))
        found.append(_kept(trips, trips.time_ds <= limit_ds))
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


def _by_road(road: RoadGraph, origins: Ends, sites: Ends, limit_ds: int) -> Trips:
    """Trips by road between different communes, within the bound."""
    origin, site = origins.having(RATTACHE), sites.having(RATTACHE)
    start, end = origins.snapping, sites.snapping
    pairs = search.matrix(road, end.node[site], start.node[origin], limit_ds)
    origin, site = origin[pairs.origin], site[pairs.site]
    time_ds = start.access_ds[origin] + pairs.time_ds + end.access_ds[site]
    trips = Trips(origin, site, time_ds, np.zeros(len(site), dtype=bool))
    return _kept(trips, (time_ds <= limit_ds) & (origins.commune[origin] != sites.commune[site]))


def _road_best(best: IntArray, road: RoadGraph, origins: Ends, sites: Ends) -> None:
    """Write the least key of each origin by road."""
    origin, site = origins.having(RATTACHE), sites.having(RATTACHE)
    start, end = origins.snapping, sites.snapping
    time_ds, found = search.nearest(road, end.node[site], end.access_ds[site])
    origin = origin[time_ds[start.node[origin]] >= 0]
    node = start.node[origin]
    best[origin] = _key(start.access_ds[origin] + time_ds[node], site[found[node]], sites)


def _straight(origins: Ends, sites: Ends, reseau: ReseauParameters) -> Iterator[Trips]:
    """Trips between different communes with an end not covered, by blocks."""
    sides = (
        (origins.having(NON_COUVERT), sites.having(RATTACHE, NON_COUVERT)),
        (origins.having(RATTACHE), sites.having(NON_COUVERT)),
    )
    for rows, columns in sides:
        if not len(columns):
            continue
        size = max(1, _BLOCK // len(columns))
        for start in range(0, len(rows), size):
            block = rows[start : start + size]
            time_ds = straight_line_ds(cdist(origins.xy[block], sites.xy[columns]), reseau)
            other = origins.commune[block][:, None] != sites.commune[columns][None, :]
            row, column = np.nonzero(other)
            approche = np.ones(len(row), dtype=bool)
            yield Trips(block[row], columns[column], time_ds[row, column], approche)


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
