"""The main roads of a network, for maps: motorways, trunk and primary roads near communes."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Transformer

from diagterritoire import schema, tables
from diagterritoire.network.compiled import RoadNetwork
from diagterritoire.network.shapes import UNITS_PER_DEGREE, paired
from diagterritoire.territory import WGS84

IntArray = NDArray[np.int64]


def main_roads(network: RoadNetwork | None, communes: gpd.GeoSeries) -> gpd.GeoDataFrame:
    """Give the main roads that touch some communes, one row a class.

    Parameters
    ----------
    network : RoadNetwork or None
        None: no road is known.
    communes : GeoSeries
        Outlines, in a projection in metres. A street that touches one is kept whole.

    Returns
    -------
    GeoDataFrame
        Table `routes_principales`, in the order of `tables.CLASSES_ROUTES`: a class that is not
        met has no row. Slip roads are left out.

    Examples
    --------
    >>> network = RoadNetwork(
    ...     lon=np.array([9.0, 9.1]),
    ...     lat=np.array([42.0, 42.0]),
    ...     source=np.array([0, 1, 0], dtype=np.int32),
    ...     target=np.array([1, 0, 1], dtype=np.int32),
    ...     length_m=np.array([8300, 8300, 9000], dtype=np.float32),
    ...     road_class=np.array([0, 0, 1], dtype=np.int16),
    ...     classes=("primary", "tertiary"),
    ... )
    >>> here = gpd.GeoSeries([shapely.box(8.9, 41.9, 9.05, 42.1)], crs="EPSG:4326")
    >>> roads = main_roads(network, here.to_crs("EPSG:2154"))
    >>> roads["classe"].tolist(), roads["longueur_km"].round(1).tolist()
    (['primary'], [8.3])
    """
    none: gpd.GeoDataFrame = schema.empty(tables.ROUTES_PRINCIPALES, str(communes.crs))
    if network is None:
        return none
    met = [c for c in tables.CLASSES_ROUTES if c in network.classes]
    numbers = [network.classes.index(c) for c in met]
    rows = np.flatnonzero(np.isin(network.road_class, numbers))
    if not len(rows):
        return none
    rows, lines = _streets(network, rows, str(communes.crs))
    touching = shapely.STRtree(communes.to_numpy()).query(lines, predicate="intersects")[0]
    kept = np.unique(touching)
    shapes, classes = [], []
    for classe, number in zip(met, numbers, strict=True):
        mine = lines[kept[network.road_class[rows[kept]] == number]]
        if len(mine):
            merged = shapely.line_merge(shapely.multilinestrings(mine))
            shapes.append(shapely.multilinestrings(shapely.get_parts(merged)))
            classes.append(classe)
    if not classes:
        return none
    km = shapely.length(np.array(shapes)) / 1000
    layer = gpd.GeoDataFrame(
        {"classe": classes, "longueur_km": km}, geometry=shapes, crs=communes.crs
    )
    return schema.conform(layer, tables.ROUTES_PRINCIPALES)


def _streets(
    network: RoadNetwork, rows: IntArray, crs: str
) -> tuple[IntArray, NDArray[np.object_]]:
    """First section of each street of some sections, and its line."""
    shapes = network.shapes
    street = (
        shapes.street
        if len(shapes.street)
        else paired(network.source, network.target, network.road_class, network.length_m)
    )
    number, first = np.unique(street[rows], return_index=True)
    rows = rows[first]
    inner = np.zeros(len(rows), dtype=np.int64)
    start = inner
    if len(shapes.indptr) > 1:
        start, inner = shapes.indptr[number], np.diff(shapes.indptr)[number]
    # Each line is its first node, the points between, its last node.
    owner = np.repeat(np.arange(len(rows)), inner + 2)
    rank = np.arange(len(owner)) - np.repeat(np.cumsum(inner + 2) - inner - 2, inner + 2)
    ends = rank == 0, rank == (inner + 1)[owner]
    at = (start[owner] + rank - 1)[~ends[0] & ~ends[1]]
    places = []
    for nodes, points in ((network.lon, shapes.lon), (network.lat, shapes.lat)):
        values = np.empty(len(owner))
        values[ends[0]], values[ends[1]] = nodes[network.source[rows]], nodes[network.target[rows]]
        values[~ends[0] & ~ends[1]] = points[at] / UNITS_PER_DEGREE
        places.append(values)
    lon, lat = places
    x, y = Transformer.from_crs(WGS84, crs, always_xy=True).transform(lon, lat)
    return rows, shapely.linestrings(np.column_stack([x, y]), indices=owner)
