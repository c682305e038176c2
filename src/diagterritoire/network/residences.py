"""Where people may live, when nothing better is known: along the streets of their commune."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import Transformer

from diagterritoire.network.compiled import RoadNetwork
from diagterritoire.network.settlement import LOCAL_CLASSES, STREET_CLASSES
from diagterritoire.territory import WGS84


def street_nodes(network: RoadNetwork, outlines: gpd.GeoSeries) -> pd.DataFrame:
    """Give the ends and crossings of the streets of each commune.

    Streets along homes (`settlement.STREET_CLASSES`) where the commune has some, else its local
    roads (`settlement.LOCAL_CLASSES`).

    Parameters
    ----------
    network : RoadNetwork
    outlines : GeoSeries
        Polygons by code of commune, in metres.

    Returns
    -------
    DataFrame
        `code_commune`, `x`, `y` (metres), in order. A node on a border is that of the first
        commune; a commune without local road has no row.

    Examples
    --------
    >>> network = RoadNetwork(
    ...     lon=np.array([3.0, 3.001, 3.02]),
    ...     lat=np.array([46.5, 46.5, 46.5]),
    ...     source=np.array([0, 1], dtype=np.int32),
    ...     target=np.array([1, 2], dtype=np.int32),
    ...     length_m=np.array([77, 1400], dtype=np.float32),
    ...     road_class=np.array([1, 0], dtype=np.int16),
    ...     classes=("primary", "residential"),
    ... )
    >>> square = gpd.GeoSeries(
    ...     [shapely.box(6.9e5, 6.59e6, 7.1e5, 6.61e6)], index=["03001"], crs="EPSG:2154"
    ... )
    >>> street_nodes(network, square).round().to_numpy().tolist()
    [['03001', 700000.0, 6600000.0], ['03001', 700077.0, 6600000.0]]
    """
    nodes = np.flatnonzero(_touched(network, LOCAL_CLASSES))
    project = Transformer.from_crs(WGS84, str(outlines.crs), always_xy=True)
    xy = np.column_stack(project.transform(network.lon[nodes], network.lat[nodes]))
    finite = np.isfinite(xy).all(axis=1)
    nodes, xy = nodes[finite], xy[finite]
    # The tree holds the points so that shapely prepares each polygon once.
    commune, point = shapely.STRtree(shapely.points(xy)).query(
        outlines.to_numpy(), predicate="intersects"
    )
    found = pd.DataFrame(
        {
            "commune": commune,
            "point": point,
            "rue": _touched(network, STREET_CLASSES)[nodes[point]],
            "x": xy[point, 0],
            "y": xy[point, 1],
        }
    )
    found = found.sort_values(["commune", "point"]).drop_duplicates("point")
    kept = found.loc[found["rue"] == found.groupby("commune")["rue"].transform("any")]
    codes = outlines.index.to_numpy(dtype=object)[kept["commune"].to_numpy()]
    table = kept[["x", "y"]].assign(code_commune=pd.Series(codes, kept.index, dtype="str"))
    ordered: pd.DataFrame = table[["code_commune", "x", "y"]].sort_values(
        ["code_commune", "x", "y"], ignore_index=True
    )
    return ordered


def _touched(network: RoadNetwork, classes: tuple[str, ...]) -> NDArray[np.bool_]:
    """Say which nodes a section of these classes touches."""
    chosen = np.isin(np.array(network.classes, dtype=object), classes)[network.road_class]
    touched = np.zeros(len(network.lon), dtype=bool)
    touched[network.source[chosen]] = True
    touched[network.target[chosen]] = True
    return touched
