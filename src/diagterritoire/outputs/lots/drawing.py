"""The territories drawn as SVG paths, one drawing a projection, without script."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

# Longest side of a drawing, in its own units: half a unit is the finest detail written.
_SIDE = 1000.0


@dataclass(frozen=True)
class Drawing:
    """Paths of some territories, in their order, and the box they hold in."""

    largeur: int
    hauteur: int
    traces: tuple[str, ...]


def drawn(shapes: NDArray[Any]) -> Drawing:
    """Draw shapes of one projection, simplified together to the grid of the drawing.

    Examples
    --------
    >>> out = drawn(np.array([shapely.box(0, 0, 2, 1), shapely.box(2, 0, 4, 1)]))
    >>> out.largeur, out.hauteur, out.traces[0]
    (1000, 250, 'M500,250v-250h-500v250z')
    """
    west, south, east, north = shapely.total_bounds(shapes)
    scale = max(east - west, north - south, 1e-9) / _SIDE
    simple = shapely.coverage_simplify(shapes, scale)
    kept = np.where(shapely.is_empty(simple), shapes, simple)
    traces = tuple(_path(shape, west, north, scale) for shape in kept)
    return Drawing(
        max(round((east - west) / scale), 1), max(round((north - south) / scale), 1), traces
    )


def _path(shape: Any, west: float, north: float, scale: float) -> str:
    """Path of a shape: each ring from its first point, then by steps; islets without area left."""
    rings = [ring for part in shapely.get_parts(shape) for ring in (part.exterior, *part.interiors)]
    written = []
    for ring in rings:
        xy = shapely.get_coordinates(ring)
        cells = np.rint((xy - (west, north)) / (scale, -scale)).astype(int)
        steps = np.diff(cells, axis=0)
        steps = steps[steps.any(axis=1)]
        if len(steps) >= 3:
            written.append(_ring(cells[0], steps))
    if written:
        return "".join(written)
    # Smaller than the grid: a square that can still be seen.
    x, y = np.rint((shapely.get_coordinates(shape.centroid)[0] - (west, north)) / (scale, -scale))
    return f"M{int(x)},{int(y)}h2v2h-2z"


def _ring(start: NDArray[Any], steps: NDArray[Any]) -> str:
    moves = []
    # The last step comes back to the start, as closing does.
    for dx, dy in steps[:-1].tolist():
        moves.append(f"h{dx}" if dy == 0 else f"v{dy}" if dx == 0 else f"l{dx},{dy}")
    return f"M{start[0]},{start[1]}{''.join(moves)}z"
