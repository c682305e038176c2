"""Land of the invented territory: a rounded coast, a bay with an island, a peninsula.

Everything is in metres, in the projection of metropolitan France.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Transformer
from scipy.spatial import cKDTree
from shapely import Polygon

from diagterritoire.arrays import FloatArray
from diagterritoire.territory import CRS_METROPOLE

# In the Atlantic Ocean, far from any land, inside the area of use of the projection.
ORIGIN_LON, ORIGIN_LAT = -6.5, 46.5
SURFACE_COMMUNE_M2 = 14e6
# Narrow enough for the island to lie within the snapping distance of the roads around the bay:
# only the water, not the distance, tells that it cannot be reached.
BAY_RADIUS_M = 3300.0
PASSAGE_HALF_WIDTH_M = 900.0
ISLAND_RADIUS_M = 900.0
PENINSULA_LENGTH_M = 11_000.0
PENINSULA_HALF_WIDTH_M = 2000.0


@dataclass(frozen=True)
class Land:
    """The land and its marks.

    Attributes
    ----------
    centre : FloatArray
        Centre of the territory, shape (2,).
    radius : float
        Mean radius of the coast, metres.
    rounded : Polygon
        Land without island nor peninsula.
    mainland : Polygon
        Land with its peninsula.
    island : Polygon
        Island in the bay.
    peninsula_axis : FloatArray
        Points along the axis of the peninsula, from its neck to its tip, shape (k, 2).
    relief_axis : float
        Bearing of the relief, radians.
    """

    centre: FloatArray
    radius: float
    rounded: Polygon
    mainland: Polygon
    island: Polygon
    peninsula_axis: FloatArray
    relief_axis: float


def to_lonlat(xy: FloatArray) -> FloatArray:
    """Longitudes and latitudes (WGS84, 7 decimals) of projected points, shape (n, 2)."""
    transform = Transformer.from_crs(CRS_METROPOLE, "EPSG:4326", always_xy=True).transform
    lon, lat = transform(xy[:, 0], xy[:, 1])
    return np.asarray(np.round(np.column_stack([lon, lat]), 7))


def to_metres(lonlat: FloatArray) -> FloatArray:
    """Projected points of longitudes and latitudes (WGS84), shape (n, 2)."""
    transform = Transformer.from_crs("EPSG:4326", CRS_METROPOLE, always_xy=True).transform
    return np.column_stack(transform(lonlat[:, 0], lonlat[:, 1]))


def draw_land(communes: int, rng: np.random.Generator) -> Land:
    """Draw the land of that many communes, at constant mean area of a commune."""
    transform = Transformer.from_crs("EPSG:4326", CRS_METROPOLE, always_xy=True).transform
    centre = np.array(transform(ORIGIN_LON, ORIGIN_LAT), dtype=np.float64)
    radius = float(np.sqrt(communes * SURFACE_COMMUNE_M2 / np.pi))
    amplitudes = rng.uniform(0.0, 0.03, size=5)
    phases = rng.uniform(0.0, 2 * np.pi, size=5)

    def coast(angle: FloatArray) -> FloatArray:
        waves = np.cos(np.outer(angle, np.arange(2, 7)) + phases) @ amplitudes
        reach = radius * (1 + waves)
        return centre + reach[:, None] * _direction(angle)

    outline = Polygon(coast(np.linspace(0, 2 * np.pi, 360, endpoint=False)))
    bay_bearing = rng.uniform(0, 2 * np.pi)
    inwards = -_direction(np.array([bay_bearing]))[0]
    # Deep, with a narrow mouth: the roads on both sides enclose the island.
    mouth = coast(np.array([bay_bearing]))[0]
    bay_centre = mouth + 1.05 * BAY_RADIUS_M * inwards
    passage = shapely.LineString([bay_centre, mouth - BAY_RADIUS_M * inwards])
    bay = shapely.union(
        shapely.Point(bay_centre).buffer(BAY_RADIUS_M), passage.buffer(PASSAGE_HALF_WIDTH_M)
    )
    rounded = _largest(outline.difference(bay))
    island = _blob(bay_centre + 100 * inwards, ISLAND_RADIUS_M, rng)

    bearing = bay_bearing + np.pi + rng.uniform(-0.5, 0.5)
    outwards = _direction(np.array([bearing]))[0]
    neck = coast(np.array([bearing]))[0]
    axis = neck + np.linspace(1500, PENINSULA_LENGTH_M, 5)[:, None] * outwards
    capsule = shapely.LineString([neck - 1500 * outwards, axis[-1]]).buffer(PENINSULA_HALF_WIDTH_M)
    mainland = _largest(shapely.union(rounded, capsule))
    return Land(centre, radius, rounded, mainland, island, axis, float(bearing + np.pi / 2 + 0.4))


def in_relief(xy: FloatArray, land: Land) -> NDArray[np.bool_]:
    """Tell which points lie in the relief: a band across the land, off its centre."""
    normal = np.array([-np.sin(land.relief_axis), np.cos(land.relief_axis)])
    offset = (xy - land.centre) @ normal - 0.3 * land.radius
    return np.asarray(np.abs(offset) < 0.17 * land.radius)


def sample(land: Polygon, number: int, rng: np.random.Generator) -> FloatArray:
    """Draw points uniformly in a polygon, shape (number, 2)."""
    shapely.prepare(land)
    low_x, low_y, high_x, high_y = land.bounds
    kept: list[FloatArray] = []
    missing = number
    while missing > 0:
        xy = rng.uniform((low_x, low_y), (high_x, high_y), size=(2 * missing + 16, 2))
        xy = xy[shapely.intersects_xy(land, xy[:, 0], xy[:, 1])][:missing]
        kept.append(xy)
        missing -= len(xy)
    return np.concatenate(kept)


def spread(points: FloatArray, number: int, rng: np.random.Generator, rounds: int) -> FloatArray:
    """Spread centres over points (Lloyd): each moves to the mean of the points nearest to it.

    Parameters
    ----------
    points : FloatArray
        Shape (n, 2), n >= number.
    number : int
        How many centres.
    rounds : int
        Few rounds leave cells of uneven size.

    Returns
    -------
    FloatArray
        Centres, shape (number, 2).
    """
    centres = points[rng.choice(len(points), size=number, replace=False)]
    for _ in range(rounds):
        nearest = cKDTree(centres).query(points)[1]
        count = np.bincount(nearest, minlength=number)
        sums = [np.bincount(nearest, weights=points[:, k], minlength=number) for k in (0, 1)]
        means = np.column_stack(sums) / np.maximum(count, 1)[:, None]
        centres = np.where(count[:, None] > 0, means, centres)
    return centres


def cells(land: Polygon, seeds: FloatArray, owners: NDArray[np.int64]) -> list[shapely.Geometry]:
    """Cut the land into the cells nearest to each seed, joined by owner.

    Neighbours share the very same vertices: the lines are cut once, on a one-metre grid, before
    any polygon is made of them.

    Parameters
    ----------
    land : Polygon
    seeds : FloatArray
        Shape (n, 2).
    owners : array of int
        Number of the commune of each seed, from 0 to the largest without gap.

    Returns
    -------
    list of Polygon or MultiPolygon
        One by owner, in order.
    """
    borders = shapely.voronoi_polygons(
        shapely.multipoints(seeds), extend_to=land.envelope, only_edges=True
    )
    lines = shapely.union_all([shapely.boundary(land), borders], grid_size=1.0)
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(lines)))
    inner = shapely.get_coordinates(shapely.point_on_surface(faces))
    shapely.prepare(land)
    kept = shapely.intersects_xy(land, inner[:, 0], inner[:, 1])
    faces, inner = faces[kept], inner[kept]
    owner = owners[cKDTree(seeds).query(inner)[1]]
    order = np.argsort(owner, kind="stable")
    groups = np.split(faces[order], np.flatnonzero(np.diff(owner[order])) + 1)
    return [group[0] if len(group) == 1 else shapely.union_all(group) for group in groups]


def _direction(angle: FloatArray) -> FloatArray:
    return np.column_stack([np.cos(angle), np.sin(angle)])


def _largest(geometry: shapely.Geometry) -> Polygon:
    parts = shapely.get_parts(geometry)
    return parts[int(np.argmax(shapely.area(parts)))]


def _blob(centre: FloatArray, radius: float, rng: np.random.Generator) -> Polygon:
    angle = np.linspace(0, 2 * np.pi, 24, endpoint=False)
    reach = radius * rng.uniform(0.85, 1.15, size=24)
    return Polygon(np.round(centre + reach[:, None] * _direction(angle)))
