"""A window of a road network, without reading the rest of it.

Nodes, streets and sections are laid square by square, row after row of a grid of longitudes and
latitudes: what a window holds is a few ranges of each array.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from diagterritoire.arrays import FloatArray, IntArray
from diagterritoire.network.compiled import RoadNetwork, from_arrays, on_ferry, to_arrays
from diagterritoire.network.shapes import Shapes, paired
from diagterritoire.parameters import ReseauParameters

# Side of the squares, degrees: eight to eleven kilometres in France.
SQUARE = 0.1

Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Squared:
    """A network laid square by square.

    Attributes
    ----------
    network : RoadNetwork
        A street is in the square of its start, its sections with it.
    grid : int64[4]
        Column and row of the first square, from longitude and latitude 0; columns and rows.
    node, street, section : int64[k + 1]
        Those of square `i`, counted row by row, are from `[i]` to `[i + 1]`, excluded.
    fastest_kmh : float64[2]
        Highest speed limit, and highest speed of a ferry; 0 without.
    """

    network: RoadNetwork
    grid: IntArray
    node: IntArray
    street: IntArray
    section: IntArray
    fastest_kmh: FloatArray


def squared(network: RoadNetwork) -> Squared:
    """Lay a network square by square; in a square, everything keeps its order.

    Parameters
    ----------
    network : RoadNetwork
        n nodes, m sections; either may be 0.

    Examples
    --------
    >>> network = RoadNetwork(
    ...     lon=np.array([9.55, 9.05]),
    ...     lat=np.array([42.0, 42.0]),
    ...     source=np.array([0], dtype=np.int32),
    ...     target=np.array([1], dtype=np.int32),
    ...     length_m=np.array([41_400], dtype=np.float32),
    ...     road_class=np.zeros(1, dtype=np.int16),
    ...     classes=("primary",),
    ... )
    >>> laid = squared(network)
    >>> laid.network.lon.tolist(), laid.network.source.tolist(), laid.node.tolist()
    ([9.05, 9.55], [1], [0, 1, 1, 1, 1, 1, 2])
    """
    grid, square = _squares(network)
    count = int(grid[2] * grid[3])
    nodes, node = _ranged(square, count)
    number = np.empty(len(nodes), dtype=np.int32)
    number[nodes] = np.arange(len(nodes), dtype=np.int32)
    shapes = network.shapes
    of_section = shapes.street
    if not len(of_section):
        keys = (network.source, network.target, network.road_class, network.length_m)
        of_section = paired(*keys)
    lines = max(len(shapes.indptr) - 1, int(of_section.max(initial=-1)) + 1)
    # The first section of a street gives it its direction; a street of none stays in the first.
    started = np.zeros(lines, dtype=np.int64)
    used, first = np.unique(of_section, return_index=True)
    started[used] = square[network.source[first]]
    streets, street = _ranged(started, count)
    renamed = np.empty(lines, dtype=np.int32)
    renamed[streets] = np.arange(lines, dtype=np.int32)
    sections = np.argsort(renamed[of_section], kind="stable")
    section = np.searchsorted(renamed[of_section[sections]], street)
    section[-1] = len(sections)
    laid = _of_sections(network, sections)
    return Squared(
        replace(
            laid,
            lon=network.lon[nodes],
            lat=network.lat[nodes],
            source=number[laid.source],
            target=number[laid.target],
            shapes=_laid(shapes, streets, renamed[of_section[sections]]),
        ),
        grid,
        node,
        street,
        section.astype(np.int64),
        _fastest(network),
    )


def cut(laid: Squared, box: Box) -> RoadNetwork:
    """Cut the squares that a box touches; a section stays when both of its ends are in them.

    Parameters
    ----------
    laid : Squared
    box : tuple of float
        West, south, east, north, degrees.

    Returns
    -------
    RoadNetwork
        The whole network, as it is, when all the squares are touched. Else nodes, streets and
        sections keep their order; a line whose sections are gone stays.
    """
    network = laid.network
    west, south, columns, rows = laid.grid.tolist()
    low = np.floor(np.array(box[:2]) / SQUARE).astype(np.int64) - (west, south)
    high = np.floor(np.array(box[2:]) / SQUARE).astype(np.int64) - (west, south)
    left = min(max(int(low[0]), 0), columns)
    right = max(min(int(high[0]) + 1, columns), left)
    rank = np.arange(max(int(low[1]), 0), min(int(high[1]) + 1, rows))
    if left == 0 and right == columns and len(rank) == rows:
        return network
    first, last = rank * columns + left, rank * columns + right
    nodes, streets, sections = (
        np.column_stack([ranges[first], ranges[last]])
        for ranges in (laid.node, laid.street, laid.section)
    )
    number = np.full(len(network.lon), -1, dtype=np.int32)
    held = 0
    for start, stop in nodes.tolist():
        number[start:stop] = np.arange(held, held + stop - start, dtype=np.int32)
        held += stop - start
    source, target = (number[_joined(e, sections)] for e in (network.source, network.target))
    kept = (source >= 0) & (target >= 0)
    part = _of_sections(network, sections, kept)
    return replace(
        part,
        lon=_joined(network.lon, nodes),
        lat=_joined(network.lat, nodes),
        source=source[kept],
        target=target[kept],
        shapes=_window(network.shapes, streets, sections, kept),
    )


def fastest_kmh(laid: Squared, reseau: ReseauParameters) -> float:
    """Give a speed that nobody exceeds on a network.

    Examples
    --------
    >>> none = np.zeros(1, dtype=np.int64)
    >>> road = RoadNetwork(*(np.empty(0),) * 2, *(np.empty(0, np.int32),) * 4, ("motorway",))
    >>> fastest_kmh(Squared(road, none, none, none, none, np.zeros(2)), ReseauParameters())
    90.0
    """
    speeds = [reseau.vitesses_kmh.get(c, reseau.vitesse_defaut_kmh) for c in laid.network.classes]
    limit, ferry = float(laid.fastest_kmh[0]), float(laid.fastest_kmh[1])
    by_road = max([*speeds, reseau.facteur_limite * limit]) / min(reseau.facteur_pointe, 1.0)
    return max(by_road, ferry) if reseau.bacs else by_road


def squared_arrays(laid: Squared) -> dict[str, NDArray[Any]]:
    """Return a laid network as arrays by name; see `squared_from`."""
    names = ("grid", "node", "street", "section", "fastest_kmh")
    kept = {f"square_{name}": getattr(laid, name) for name in names}
    return {**to_arrays(laid.network), **kept}


def squared_from(arrays: Mapping[str, NDArray[Any]]) -> Squared:
    """Return the laid network that `squared_arrays` gave; nothing is read of mapped arrays."""
    names = ("grid", "node", "street", "section", "fastest_kmh")
    return Squared(from_arrays(arrays), *(arrays[f"square_{name}"] for name in names))


def _squares(network: RoadNetwork) -> tuple[IntArray, IntArray]:
    """Grid that holds the nodes, and the square of each."""
    # A place that is not one is refused by whoever projects it.
    lon, lat = (np.nan_to_num(a, posinf=0.0, neginf=0.0) for a in (network.lon, network.lat))
    column, row = (np.floor(a / SQUARE).astype(np.int64) for a in (lon, lat))
    if not len(column):
        return np.zeros(4, dtype=np.int64), column
    west, south = int(column.min()), int(row.min())
    columns, rows = int(column.max()) - west + 1, int(row.max()) - south + 1
    return np.array([west, south, columns, rows]), (row - south) * columns + column - west


def _ranged(square: IntArray, count: int) -> tuple[IntArray, IntArray]:
    """Sort things by square, and the range of each square."""
    order = np.argsort(square, kind="stable")
    return order, np.concatenate([[0], np.cumsum(np.bincount(square, minlength=count))]).astype(
        np.int64
    )


def _fastest(network: RoadNetwork) -> FloatArray:
    limit = np.nan_to_num(network.max_speed_kmh).max(initial=0.0)
    ferry = on_ferry(network)
    minutes = network.duration_min[ferry] if len(network.duration_min) else np.empty(0)
    known = np.isfinite(minutes)
    length = network.length_m[ferry][: len(minutes)][known].astype(np.float64)
    # A crossing lasts a decisecond at least.
    speed = length / 1000 / np.maximum(minutes[known] / 60, 1 / 36_000)
    return np.array([float(limit), float(speed.max(initial=0.0))])


def _joined(values: NDArray[Any], ranges: IntArray) -> NDArray[Any]:
    parts = [values[start:stop] for start, stop in ranges.tolist()]
    return np.concatenate([values[:0], *parts])


def _of_sections(
    network: RoadNetwork, chosen: IntArray, kept: NDArray[np.bool_] | None = None
) -> RoadNetwork:
    """Take the columns of sections, by rank or by ranges of which some are kept."""

    def taken(column: NDArray[Any]) -> NDArray[Any]:
        if not len(column):
            return column
        return column[chosen] if kept is None else _joined(column, chosen)[kept]

    network = replace(
        network,
        length_m=taken(network.length_m),
        road_class=taken(network.road_class),
        max_speed_kmh=taken(network.max_speed_kmh),
        duration_min=taken(network.duration_min),
    )
    if kept is not None:
        return network
    return replace(network, source=network.source[chosen], target=network.target[chosen])


def _laid(shapes: Shapes, streets: IntArray, street: NDArray[np.int32]) -> Shapes:
    """Lay the lines in the order of their streets."""
    if len(shapes.indptr) == 1:
        return replace(shapes, street=street)
    counts = np.diff(shapes.indptr)[streets]
    indptr = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    at = np.arange(indptr[-1]) + np.repeat(shapes.indptr[streets] - indptr[:-1], counts)
    return Shapes(street, indptr, shapes.lon[at], shapes.lat[at])


def _window(
    shapes: Shapes, streets: IntArray, sections: IntArray, kept: NDArray[np.bool_]
) -> Shapes:
    """Take the streets of some ranges and number them on, with their lines."""
    held = np.cumsum(streets[:, 1] - streets[:, 0]) - (streets[:, 1] - streets[:, 0])
    numbers = [
        shapes.street[start:stop] + np.int32(shift)
        for (start, stop), shift in zip(sections.tolist(), held - streets[:, 0], strict=True)
    ]
    street = np.concatenate([shapes.street[:0], *numbers])[kept]
    if len(shapes.indptr) == 1:
        return replace(shapes, street=street)
    points = np.column_stack([shapes.indptr[streets[:, 0]], shapes.indptr[streets[:, 1]]])
    counts = [np.diff(shapes.indptr[start : stop + 1]) for start, stop in streets.tolist()]
    indptr = np.concatenate([[0], np.cumsum(np.concatenate([np.empty(0, np.int64), *counts]))])
    return Shapes(
        street, indptr.astype(np.int64), _joined(shapes.lon, points), _joined(shapes.lat, points)
    )
