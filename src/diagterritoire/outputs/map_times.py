"""Times to the nearest GP laid over the map: bands between isochrones, and an image of the grid."""

from __future__ import annotations

import base64
import io
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from PIL import Image
from pyproj import Transformer

from diagterritoire.core.times.surface import NODATA, Grid
from diagterritoire.french import exact
from diagterritoire.network.cells import CELL_M
from diagterritoire.outputs.classes import INDICATEURS
from diagterritoire.outputs.map_geometry import DECIMALES_ROUTES, geojson, lat_lon
from diagterritoire.study.bundles import Diagnosis

_TEMPS = next(i for i in INDICATEURS if i.cle == "temps")
# Half a cell takes the steps of the grid away; a large territory is simplified until it is light.
_TOLERANCES_M = tuple(CELL_M / 2 * 2**k for k in range(6))
_SOMMETS_MAX = 6_000
_COTE_MAX = 800  # pixels of the image
# Leaflet stretches an image between its corners in this projection.
_MERCATOR = "EPSG:3857"
# Minutes above which the colour no longer changes.
MINUTES_MAX = 40
# Middle of each class of time, where the scale has the colour of the class.
_MILIEUX = (
    _TEMPS.bornes[0] / 2,
    *((a + b) / 2 for a, b in zip(_TEMPS.bornes, _TEMPS.bornes[1:], strict=False)),
    float(MINUTES_MAX),
)


def colours(minutes: NDArray[np.float64]) -> NDArray[np.uint8]:
    """Give the colour of times: that of their class at its middle, in between elsewhere.

    Parameters
    ----------
    minutes : array of shape (n,)

    Returns
    -------
    array of shape (n, 3)
        Red, green and blue.

    Examples
    --------
    >>> colours(np.array([0.0, 2.5, 5.0, 90.0])).tolist()
    [[255, 247, 188], [255, 247, 188], [254, 237, 166], [102, 37, 6]]
    """
    known = np.array([[int(c[k : k + 2], 16) for k in (1, 3, 5)] for c in _TEMPS.couleurs])
    parts = [np.interp(minutes, _MILIEUX, known[:, k]) for k in range(3)]
    return np.stack(parts, axis=-1).astype(np.uint8)


def hexadecimal(minutes: float) -> str:
    """Write the colour of a time as a page has it.

    Examples
    --------
    >>> hexadecimal(2.5)
    '#fff7bc'
    """
    return "#" + bytes(colours(np.array([minutes]))[0].tolist()).hex()


def bands(diagnosis: Diagnosis) -> list[dict[str, Any]]:
    """Give the areas between isochrones, the shortest time first.

    Returns
    -------
    list of dict
        `titre`, `couleur`, `habitants` (of the band alone), `trace`. Together they have few
        enough vertices for the page, and their shared borders stay shared.
    """
    table = diagnosis.isochrones.sort_values("temps_max_min")
    if table.empty:
        return []
    shapes = _light(table.geometry.to_numpy())
    times = table["temps_max_min"].astype(float).tolist()
    people = np.diff(table["population"].astype(int), prepend=0).tolist()
    traces = geojson(shapes, diagnosis.communes.crs, DECIMALES_ROUTES)
    return [
        {
            "titre": f"de {exact(a)} à {exact(b)} min" if a else f"{exact(b)} min ou moins",
            "couleur": hexadecimal((a + b) / 2),
            "habitants": n,
            "trace": trace,
        }
        for a, b, n, trace in zip([0.0, *times], times, people, traces, strict=False)
    ]


def beyond(diagnosis: Diagnosis) -> dict[str, Any] | None:
    """Give the inhabitants that no band holds, who are farther or reach no GP.

    Returns
    -------
    dict or None
        `titre`, `habitants`; None without any band.
    """
    table = diagnosis.isochrones
    if table.empty:
        return None
    last, within = float(table["temps_max_min"].max()), int(table["population"].max())
    return {
        "titre": f"plus de {exact(last)} min, ou aucun trajet en voiture",
        "habitants": int(diagnosis.interieur["population"].sum()) - within,
    }


def _light(areas: NDArray[Any]) -> NDArray[Any]:
    """Part nested areas into bands, simplified together, the more the larger they are."""
    # A tolerance twice as large leaves about half the vertices: hopeless ones are not tried.
    excess = shapely.get_num_coordinates(areas).sum() / (3 * _SOMMETS_MAX)
    first = min(int(np.log2(max(1.0, excess))), len(_TOLERANCES_M) - 1)
    for tolerance in _TOLERANCES_M[first:]:
        kept = np.array([_without_specks(area, tolerance**2) for area in areas], dtype=object)
        inner = np.concatenate([[shapely.MultiPolygon()], kept[:-1]])
        shapes = shapely.coverage_simplify(shapely.difference(kept, inner), tolerance)
        if shapely.get_num_coordinates(shapes).sum() <= _SOMMETS_MAX:
            break
    return np.asarray(shapes)


def _without_specks(area: Any, least_m2: float) -> Any:
    """Drop the parts and the holes smaller than an area."""
    parts = [
        shapely.Polygon(p.exterior, [h for h in p.interiors if shapely.Polygon(h).area >= least_m2])
        for p in shapely.get_parts(area)
        if p.area >= least_m2
    ]
    return shapely.MultiPolygon(parts)


def image(diagnosis: Diagnosis) -> dict[str, Any] | None:
    """Give the grid of times as an image to stretch over the map.

    Returns
    -------
    dict or None
        `png` (data address), `emprise` (west, south, east, north, degrees), `echelle` (colour of
        each time of the legend, with its minutes); None when no cell has a time.
    """
    laid = diagnosis.temps_acces
    if not (laid.minutes != NODATA).any():
        return None
    minutes, bounds = mercator(laid, diagnosis.territory.crs)
    west, south, east, north = bounds
    corners = lat_lon(shapely.points([(west, south), (east, north)]), _MERCATOR)
    (s, w), (n, e) = corners.tolist()
    return {
        "png": "data:image/png;base64," + base64.b64encode(_png(minutes)).decode("ascii"),
        "emprise": [w, s, e, n],
        "echelle": [
            {"minutes": m, "couleur": hexadecimal(m)} for m in (0, 5, 10, 15, 20, 30, MINUTES_MAX)
        ],
    }


def mercator(laid: Grid, crs: str) -> tuple[NDArray[np.float32], tuple[float, ...]]:
    """Lay a grid of times out in the projection of web maps, at most `_COTE_MAX` pixels a side.

    Each pixel takes the time of the cell under its centre.

    Parameters
    ----------
    laid : Grid
    crs : str
        Projection of the grid.

    Returns
    -------
    (array, bounds)
        Minutes, `NODATA` elsewhere; left, bottom, right and top, in metres of the projection.

    Examples
    --------
    >>> cells = Grid(700_000, 6_600_400, np.array([[3.0, 7.0]], dtype=np.float32), 0)
    >>> minutes, bounds = mercator(cells, "EPSG:2154")  # at 3 degrees east, 46.5 north
    >>> minutes.tolist(), [round(b) for b in bounds]
    ([[3.0, 7.0]], [333958, 5861131, 334539, 5861422])
    """
    rows, columns = laid.minutes.shape
    south, east = laid.north - rows * CELL_M, laid.west + columns * CELL_M
    there = Transformer.from_crs(crs, _MERCATOR, always_xy=True)
    bounds = there.transform_bounds(laid.west, south, east, laid.north)
    left, bottom, right, top = bounds
    # As many pixels as cells, when they are few enough.
    shrink = min(1.0, _COTE_MAX / max(rows, columns))
    width, height = (max(1, round(n * shrink)) for n in (columns, rows))
    x = left + (np.arange(width) + 0.5) * (right - left) / width
    y = top - (np.arange(height) + 0.5) * (top - bottom) / height
    back = Transformer.from_crs(_MERCATOR, crs, always_xy=True)
    at_x, at_y = back.transform(*(side.ravel() for side in np.meshgrid(x, y)))
    column = np.floor((at_x - laid.west) / CELL_M).astype(np.int64)
    row = np.floor((laid.north - at_y) / CELL_M).astype(np.int64)
    within = (column >= 0) & (column < columns) & (row >= 0) & (row < rows)
    out = np.full(height * width, NODATA, dtype=np.float32)
    out[within] = laid.minutes[row[within], column[within]]
    return out.reshape(height, width), tuple(bounds)


def _png(minutes: NDArray[np.float32]) -> bytes:
    """Write whole minutes by a palette, transparent where there is no time."""
    index = np.where(minutes < 0, 0, 1 + np.clip(minutes, 0, MINUTES_MAX).astype(np.int64))
    picture = Image.fromarray(index.astype(np.uint8), mode="P")
    palette = colours(np.arange(MINUTES_MAX + 1, dtype=np.float64))
    picture.putpalette([0, 0, 0, *palette.ravel().tolist()])
    buffer = io.BytesIO()
    picture.save(buffer, "PNG", optimize=True, transparency=0)
    return buffer.getvalue()
