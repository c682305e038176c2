"""Shapes of the page: simplified together, in degrees, rounded."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

Shapes = NDArray[Any]

# Borders are simplified together, so that neighbours keep the same one; 60 m is under a pixel at
# the scale of a departement.
TOLERANCE_M = 60.0
DECIMALES_DEGRES = 5  # about one metre
DECIMALES_ROUTES = 4  # a road is not set against the border of a commune


def wgs84(shapes: Shapes, crs: Any) -> gpd.GeoSeries:
    """Project shapes to degrees."""
    return gpd.GeoSeries(shapes, crs=crs).to_crs("EPSG:4326")


def simplify(communes: gpd.GeoDataFrame) -> Shapes:
    """Simplify outlines together; one that would vanish stays as it is."""
    shapes = communes.geometry.to_numpy()
    simple = shapely.coverage_simplify(shapes, TOLERANCE_M)
    return np.asarray(np.where(shapely.is_empty(simple), shapes, simple))


def outline(shapes: Shapes) -> Any:
    """Union of the territory, the slivers that the sources leave between communes closed."""
    union = shapely.union_all(shapes)
    closed = shapely.buffer(union, TOLERANCE_M / 2, join_style="mitre")
    return shapely.buffer(closed, -TOLERANCE_M / 2, join_style="mitre")


def geojson(shapes: Shapes, crs: Any, decimales: int = DECIMALES_DEGRES) -> list[Any]:
    """Write shapes as GeoJSON geometries in degrees."""

    def rounded(xy: Shapes) -> Shapes:
        return np.round(xy, decimales)

    degrees = shapely.transform(wgs84(shapes, crs).to_numpy(), rounded)
    return [shapely.geometry.mapping(shape) for shape in degrees]


def lat_lon(places: Shapes, crs: Any) -> Shapes:
    """Give latitude and longitude of points, shape (n, 2)."""
    xy = shapely.get_coordinates(wgs84(places, crs).to_numpy())
    return np.asarray(np.round(xy[:, ::-1], DECIMALES_DEGRES))
