"""Times from many places to every site near enough, by blocks of sites: memory stays bounded."""

from __future__ import annotations

from collections.abc import Iterator

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from diagterritoire.network import trips
from diagterritoire.network.doors import open_doors
from diagterritoire.network.graph import RoadGraph
from diagterritoire.network.islets import AnchorsApart
from diagterritoire.network.snapping import join_anchored, uncovered
from diagterritoire.network.speeds import DECISECONDS_PER_MINUTE
from diagterritoire.parameters import ReseauParameters

# Pairs of a block: 24 bytes each while they are computed.
PAIRS = 20_000_000


def place_site_times(
    places: pd.DataFrame,
    sites: gpd.GeoDataFrame,
    road: RoadGraph | None,
    anchored: AnchorsApart | None,
    limit_min: float,
    reseau: ReseauParameters,
    *,
    pairs: int = PAIRS,
) -> Iterator[pd.DataFrame]:
    """Time the trips from each place to the sites within a bound.

    Parameters
    ----------
    places : DataFrame
        `code` (unique), `x`, `y` (metres), `landmass`, that of the commune.
    sites : GeoDataFrame
        `site_id` (unique), `landmass`, that of the commune, points in the same projection.
    road, anchored : RoadGraph, AnchorsApart
        What `islets.anchors_apart` gave for these roads; None for the straight line.
    limit_min : float
        Longest trip, included.
    reseau : ReseauParameters
    pairs : int
        Most pairs of a block, were all within the bound.

    Yields
    ------
    DataFrame
        `code`, `site_id`, `temps_min`, in order of place then site; blocks in order of site. The
        times of `travel.travel`, but that no trip is free, even within a commune.

    Examples
    --------
    >>> places = pd.DataFrame({"code": ["a", "b"], "x": [0.0, 9e4], "y": 0.0, "landmass": 0})
    >>> sites = gpd.GeoDataFrame(
    ...     {"site_id": ["s"], "landmass": 0}, geometry=[shapely.Point(10_000, 0)]
    ... )
    >>> next(place_site_times(places, sites, None, None, 30.0, ReseauParameters())).values.tolist()
    [['a', 's', 15.22]]
    """
    sites = sites.sort_values("site_id", kind="stable")
    points = shapely.get_coordinates(sites.geometry.to_numpy())
    xy = np.concatenate([places[["x", "y"]].to_numpy(np.float64), points])
    mass = np.concatenate([ends["landmass"].to_numpy(np.int64) for ends in (places, sites)])
    joined = uncovered(len(xy))
    if road is not None and anchored is not None:
        mass = anchored.apart.at(xy, mass)
        doors, joined = open_doors(road, join_anchored(road, anchored, xy, mass, reseau))
        road = doors.graph
    # A commune of its own for each: no place is in the commune of a site.
    both = trips.Ends(np.arange(len(xy)), mass, xy, joined)
    origins, ends = both.take(slice(len(places))), both.take(slice(len(places), None))
    codes, ids = places["code"].to_numpy(object), sites["site_id"].to_numpy(object)
    limit_ds = int(round(limit_min * DECISECONDS_PER_MINUTE, 6))
    step = max(1, pairs // max(1, len(places)))
    for start in range(0, len(sites), step):
        block = slice(start, start + step)
        found, _ = trips.compute(road, origins, ends.take(block), limit_ds, reseau)
        yield pd.DataFrame(
            {
                "code": codes[found.origin],
                "site_id": ids[block][found.site],
                "temps_min": found.time_ds / DECISECONDS_PER_MINUTE,
            }
        )
