"""Times of the cells, at the edge."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from diagterritoire.core.times.surface import Surface, surface
from diagterritoire.parameters import ReseauParameters


def test_a_surface_asked_for_no_point_times_none() -> None:
    outline = [shapely.box(0, 0, 400, 200)]
    communes = gpd.GeoDataFrame({"code_commune": ["2A001"], "landmass": 0}, geometry=outline)
    sites = gpd.GeoDataFrame({"code_commune": ["2A001"]}, geometry=[shapely.Point(300, 10_100)])
    road = pd.Series({"2A001": False})
    found = surface(communes, communes, sites, None, road, ReseauParameters())
    assert found.points_ds.tolist() == []
    assert Surface(found.cells, found.time_ds).points_ds.tolist() == []
    assert found.sans_temps == 0
    # Of the two cells inside, one is at the GP, which is a time; the other reaches none.
    minutes = np.full(len(found.time_ds), -1)
    minutes[np.flatnonzero(found.cells.inside)[0]] = 0
    assert found.cells.inside.sum() == 2
    assert Surface(found.cells, minutes).sans_temps == 1
