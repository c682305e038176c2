"""Shapes of the page: simplified together, in degrees, on a grid."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from diagterritoire.outputs.map_topology import (
    PAS_DEGRES,
    encoded,
    encoded_lines,
    topology,
)

Shapes = NDArray[Any]

# Borders are simplified together, so that neighbours keep the same one; 60 m is under a pixel at
# the scale of a departement.
TOLERANCE_M = 60.0
FENTE_M = 5.0  # a gap between communes is drawn by nobody under this
DECIMALES_DEGRES = 5  # about one metre
DECIMALES_ROUTES = 4  # a road is not set against the border of a commune
PAS_ROUTES = 10 * PAS_DEGRES


def wgs84(shapes: Shapes, crs: Any) -> gpd.GeoSeries:
    """Project shapes to degrees."""
    return gpd.GeoSeries(shapes, crs=crs).to_crs("EPSG:4326")


def simplify(communes: gpd.GeoDataFrame) -> Shapes:
    """Simplify outlines together; one that would vanish stays as it is.

    Outlines that overlap, or that a slit parts, are mended first: the borders that they share
    would be simplified apart.
    """
    shapes = communes.geometry.to_numpy()
    if not shapely.coverage_is_valid(shapes, gap_width=FENTE_M):
        shapes = _mended(shapes)
    simple = shapely.coverage_simplify(shapes, TOLERANCE_M)
    return np.asarray(np.where(shapely.is_empty(simple), shapes, simple))


def _mended(shapes: Shapes) -> Shapes:
    """Give neighbours the same border; an outline that would vanish stays as it is."""
    clean = shapely.coverage_clean(shapes, gap_width=FENTE_M)
    return np.asarray(np.where(shapely.is_empty(clean), shapes, clean))


def outline(shapes: Shapes) -> Any:
    """Union of the territory, the slivers that the sources leave between communes closed."""
    union = shapely.union_all(shapes)
    closed = shapely.buffer(union, TOLERANCE_M / 2, join_style="mitre")
    return shapely.buffer(closed, -TOLERANCE_M / 2, join_style="mitre")


def contours_of(shapes: Shapes, crs: Any) -> dict[str, Any]:
    """Write outlines that share their borders (`map_topology.encoded`), in degrees."""
    return encoded(topology(wgs84(shapes, crs).to_numpy()))


def traces_of(shapes: Shapes, crs: Any, pas: float = PAS_DEGRES) -> list[dict[str, Any]]:
    """Write lines (`map_topology.encoded_lines`), in degrees."""
    return encoded_lines(wgs84(shapes, crs).to_numpy(), pas)


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
