"""Time to the nearest GP at every place of the territory: grid of cells, points, nested areas."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from diagterritoire import schema
from diagterritoire.network.cells import CELL_M, Cells, cells_of
from diagterritoire.network.field import time_field
from diagterritoire.network.graph import RoadGraph
from diagterritoire.network.islets import Apart, islets_apart
from diagterritoire.network.snapping import anchors_around, join_anchored, uncovered
from diagterritoire.network.speeds import DECISECONDS_PER_MINUTE
from diagterritoire.network.trips import Ends
from diagterritoire.parameters import ReseauParameters
from diagterritoire.tables import ISOCHRONES

NODATA = -1.0


@dataclass(frozen=True)
class Grid:
    """Minutes to the nearest GP by cell of `CELL_M` metres, north at the top.

    Attributes
    ----------
    west, north : int
        Corner of the first cell, metres, multiples of `CELL_M`.
    minutes : float32[rows, columns]
        `NODATA` out of the territory, and where no GP is reached.
    sans_temps : int
        Cells of the territory where no GP is reached.
    """

    west: int
    north: int
    minutes: NDArray[np.float32]
    sans_temps: int


@dataclass(frozen=True)
class Surface:
    """Cells of the territory and the time of each, deciseconds, -1 where no GP is reached.

    `points_ds` are those of the points that `surface` was given.
    """

    cells: Cells
    time_ds: NDArray[np.int64]
    points_ds: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, dtype=np.int64))

    @property
    def sans_temps(self) -> int:
        """Cells inside the territory from which no GP is reached."""
        return int((self.time_ds[self.cells.inside] < 0).sum())


def surface(
    communes: gpd.GeoDataFrame,
    land: gpd.GeoDataFrame,
    sites: gpd.GeoDataFrame,
    road: RoadGraph | None,
    covered: pd.Series[bool],
    reseau: ReseauParameters,
    points: pd.DataFrame | None = None,
) -> Surface:
    """Time the cells of the territory, and points in it, each the way its commune is timed.

    Parameters
    ----------
    communes : GeoDataFrame
        The territory: `code_commune`, `landmass`, outlines.
    land : GeoDataFrame
        Every commune around: `landmass`, outlines.
    sites : GeoDataFrame
        Sites of GPs, points, and `code_commune`; it may be empty.
    road : RoadGraph or None
        In the same projection.
    covered : Series of bool
        By `code_commune`: the road file covers the commune. Elsewhere, the straight line.
    reseau : ReseauParameters
    points : DataFrame, optional
        `x`, `y` (metres), `landmass`, `couvert` (as `covered`).

    Examples
    --------
    >>> communes = gpd.GeoDataFrame(
    ...     {"code_commune": ["2A001"], "landmass": 0}, geometry=[shapely.box(0, 0, 400, 200)]
    ... )
    >>> sites = gpd.GeoDataFrame(
    ...     {"code_commune": ["2A001"]}, geometry=[shapely.Point(300, 10_100)]
    ... )
    >>> none = pd.Series({"2A001": False})
    >>> found = surface(communes, communes, sites, None, none, ReseauParameters())
    >>> found.time_ds[found.cells.inside].tolist()  # 2.02 min and 1.32 min/km
    [9134, 9132]
    """
    masses = land["landmass"].to_numpy(np.int64)
    apart = islets_apart(land.geometry.to_numpy(), masses, reseau.masse_ecart_max_m)
    cells, their_mass = _cells(communes, land, apart)
    # A site in a commune that is not there, or its mass unknown, is refused by `travel` before.
    mass_of = land.set_index("code_commune")["landmass"]
    mass = mass_of.reindex(sites["code_commune"]).to_numpy(np.int64)
    xy = shapely.get_coordinates(sites.geometry.to_numpy())
    anchored, joined = None, uncovered(len(sites))
    if road is not None and len(road.x):
        mass = apart.at(xy, mass)
        anchored = anchors_around(road, apart.outlines, apart.landmass, reseau)
        joined = join_anchored(road, anchored, xy, mass, reseau)
    by_road = covered.reindex(communes["code_commune"]).to_numpy(bool)[cells.outline]
    places = cells.centres
    if points is not None:
        places = np.concatenate([places, points[["x", "y"]].to_numpy(np.float64)])
        mass_of_points = apart.at(places[len(cells.row) :], points["landmass"].to_numpy(np.int64))
        their_mass = np.concatenate([their_mass, mass_of_points])
        by_road = np.concatenate([by_road, points["couvert"].to_numpy(bool)])
    time_ds = time_field(
        road,
        anchored,
        Ends(np.arange(len(sites)), mass, xy, joined),
        places,
        their_mass,
        by_road,
        reseau,
    )
    number = len(cells.row)
    return Surface(cells, time_ds[:number], time_ds[number:])


def _cells(
    communes: gpd.GeoDataFrame, land: gpd.GeoDataFrame, apart: Apart
) -> tuple[Cells, NDArray[np.int64]]:
    """Cells of the communes, by their outlines, and the mass of each, that of an islet apart."""
    owner = pd.Index(communes["code_commune"]).get_indexer(land["code_commune"])[apart.owner]
    rows = np.flatnonzero(owner >= 0)
    rows = rows[np.argsort(owner[rows], kind="stable")]
    found = cells_of(apart.outlines[rows], apart.landmass[rows])
    mass = apart.landmass[rows][found.outline]
    return replace(found, outline=owner[rows][found.outline]), mass


def grid(timed: Surface) -> Grid:
    """Lay out the cells whose centre is in the territory; a single empty one when there is none.

    Examples
    --------
    >>> cells = cells_of([shapely.box(-200, 0, 200, 200)], np.zeros(1, dtype=np.int64))
    >>> laid = grid(Surface(cells, np.where(cells.inside & (cells.column == 0), 6000, -1)))
    >>> laid.west, laid.north, laid.minutes.tolist(), laid.sans_temps
    (-200, 200, [[-1.0, 10.0]], 1)
    """
    inside = timed.cells.inside
    column, row, time_ds = (
        timed.cells.column[inside],
        timed.cells.row[inside],
        timed.time_ds[inside],
    )
    if not len(row):
        return Grid(0, 0, np.full((1, 1), NODATA, dtype=np.float32), 0)
    west, top = int(column.min()), int(row.max())
    shape = (top - int(row.min()) + 1, int(column.max()) - west + 1)
    minutes = np.full(shape, NODATA, dtype=np.float32)
    reached = time_ds >= 0
    minutes[top - row[reached], column[reached] - west] = time_ds[reached] / DECISECONDS_PER_MINUTE
    return Grid(west * CELL_M, (top + 1) * CELL_M, minutes, timed.sans_temps)


def isochrones(
    timed: Surface, communes: gpd.GeoDataFrame, habitants: Mapping[float, int]
) -> gpd.GeoDataFrame:
    """Draw the areas of the territory within each time of a GP, the time included.

    Parameters
    ----------
    timed : Surface
        Of these communes.
    communes : GeoDataFrame
        `landmass`, outlines.
    habitants : mapping of float to int
        Inhabitants within each time to draw, in minutes, in any order.

    Returns
    -------
    GeoDataFrame
        Table `ISOCHRONES`, each area inside the next; a time that no place has is no row.

    Examples
    --------
    >>> communes = gpd.GeoDataFrame(
    ...     {"landmass": [0]}, geometry=[shapely.box(0, 0, 400, 200)]
    ... )
    >>> cells = cells_of(communes.geometry, communes["landmass"].to_numpy())
    >>> timed = Surface(cells, np.where(cells.column < 1, 6000, 9000))
    >>> found = isochrones(timed, communes, {10: 50, 15: 70})
    >>> found.assign(m2=found.area).drop(columns="geometry").to_numpy().tolist()
    [[10.0, 50.0, 40000.0], [15.0, 70.0, 80000.0]]
    """
    rows, area, low = [], shapely.MultiPolygon(), -1
    lands = _lands(communes)
    mass = communes["landmass"].to_numpy()[timed.cells.outline]
    for bound in sorted(habitants):
        high = int(round(bound * DECISECONDS_PER_MINUTE, 6))
        band = (timed.time_ds > low) & (timed.time_ds <= high)
        # Each area holds the corners of the one before: it covers it to the last bit.
        area = _polygons(shapely.union_all([area, *_clipped(timed.cells, band, mass, lands)]))
        low = high
        if not area.is_empty:
            rows.append((float(bound), habitants[bound], area))
    if not rows:
        return schema.empty(ISOCHRONES, communes.crs)
    times, population, areas = zip(*rows, strict=True)
    frame = {"temps_max_min": times, "population": population}
    return schema.conform(
        gpd.GeoDataFrame(frame, geometry=list(areas), crs=communes.crs), ISOCHRONES
    )


def _lands(communes: gpd.GeoDataFrame) -> dict[int, shapely.Geometry]:
    masses = communes["landmass"].to_numpy(np.int64)
    outlines = communes.geometry.to_numpy()
    return {int(m): shapely.union_all(outlines[masses == m]) for m in np.unique(masses)}


def _clipped(
    cells: Cells,
    chosen: NDArray[np.bool_],
    mass: NDArray[np.int64],
    lands: dict[int, shapely.Geometry],
) -> list[shapely.Geometry]:
    """Areas of some cells, each within its own mass of land: the edge of one may touch another."""
    return [
        _polygons(shapely.intersection(_together(cells.take(chosen & (mass == number))), land))
        for number, land in lands.items()
    ]


def _together(cells: Cells) -> shapely.Geometry:
    # A cell that a commune and its islet touch is there twice.
    first = np.ones(len(cells.row), dtype=bool)
    first[1:] = (np.diff(cells.row) != 0) | (np.diff(cells.column) != 0)
    cells = cells.take(first)
    return shapely.coverage_union_all(cells.squares)


def _polygons(shape: shapely.Geometry) -> shapely.MultiPolygon:
    """Keep the surfaces of a shape: two that touch at a point share a line or a point too."""
    parts = shapely.get_parts(shapely.get_parts(shape))
    return shapely.MultiPolygon([p for p in parts if isinstance(p, shapely.Polygon)])
