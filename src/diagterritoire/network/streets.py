"""The streets of a graph: where their lines lie, how long each direction takes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pyproj import Transformer

from diagterritoire.arrays import BoolArray, FloatArray, Int32Array, IntArray
from diagterritoire.network.compiled import RoadNetwork, on_ferry
from diagterritoire.network.shapes import UNITS_PER_DEGREE, paired
from diagterritoire.parameters import ReseauParameters
from diagterritoire.territory import WGS84

# A motorway is entered at its interchanges alone (code de la voirie routière, L122-1), and no home
# opens onto a slip road. A trunk road stays: in France most of them have homes along.
WITHOUT_ROADSIDE = ("motorway", "motorway_link", "trunk_link")


@dataclass(frozen=True)
class Streets:
    """Lines between two nodes, ferries left out, and the times of their two directions.

    Attributes
    ----------
    start, end : int32[s]
        End nodes; the same for a loop.
    onward_ds, back_ds : int32[s]
        Time from start to end, and from end to start, deciseconds; 0 where it is not driven.
    roadside : bool[s]
        True where one may leave or join the street between its ends.
    drawn : bool[s]
        True where the line is known, or close enough to its chord; elsewhere the ends alone are
        known.
    indptr : int64[s + 1]
        The points of street `i` are those from `indptr[i]` to `indptr[i + 1]`, excluded.
    x, y : float64[p]
        Points of the lines from start to end, both included, metres.
    """

    start: Int32Array
    end: Int32Array
    onward_ds: Int32Array
    back_ds: Int32Array
    roadside: BoolArray
    drawn: BoolArray
    indptr: IntArray
    x: FloatArray
    y: FloatArray

    @property
    def whole_ds(self) -> IntArray:
        """Places of each street, shape (s,): the time of its quicker direction.

        A place is a whole number from 0, the start, to that, the end: two places of a street are
        never less than a decisecond apart in either direction.
        """
        both = np.minimum(self.onward_ds, self.back_ds)
        alone = np.maximum(self.onward_ds, self.back_ds)
        return np.where(both > 0, both, alone).astype(np.int64)


def no_streets() -> Streets:
    """Return the streets of a graph whose sections are not known."""
    none = np.empty(0, dtype=np.int32)
    void, nowhere = np.empty(0, dtype=bool), np.empty(0)
    return Streets(
        none, none, none, none, void, void, np.zeros(1, dtype=np.int64), nowhere, nowhere
    )


@dataclass(frozen=True)
class Ways:
    """The sections of a network, by street and direction.

    Attributes
    ----------
    number : int32[s]
        Each street, by its number in the network.
    sections : int64[m]
        The sections of streets: ferries are none.
    first : int64[s]
        Position in `sections` of the one that gives each street its direction.
    at : int64[m]
        Street of each, by its position.
    """

    number: Int32Array
    sections: IntArray
    first: IntArray
    at: IntArray

    def driven_ds(self, time_ds: IntArray) -> NDArray[np.int32]:
        """Give the times onward and back, shape (2, s), from those of all the sections."""
        times = np.zeros((2, len(self.number)), dtype=np.int32)
        back = np.ones(len(self.sections), dtype=np.int64)
        back[self.first] = 0
        times[back, self.at] = time_ds[self.sections]
        return times


def ways(network: RoadNetwork) -> Ways:
    """Group the sections of a network by street; the streets are those of `build_streets`."""
    shapes = network.shapes
    street = (
        shapes.street
        if len(shapes.street)
        else paired(network.source, network.target, network.road_class, network.length_m)
    )
    rows = np.flatnonzero(~on_ferry(network))
    number, first, at = np.unique(street[rows], return_index=True, return_inverse=True)
    return Ways(number, rows, first, at)


def build_streets(
    network: RoadNetwork, xy: FloatArray, time_ds: IntArray, crs: str, reseau: ReseauParameters
) -> Streets:
    """Lay out the streets of a network.

    Parameters
    ----------
    network : RoadNetwork
        n nodes, m sections.
    xy : float64[n, 2]
        Nodes, metres, in `crs`.
    time_ds : int64[m]
        Time of each section.
    crs : str
    reseau : ReseauParameters
        `corde_ecart_max_m`.

    Notes
    -----
    A line of length L whose ends are D apart stays within sqrt(L² - D²) / 2 of its chord.

    Examples
    --------
    >>> network = RoadNetwork(
    ...     lon=np.array([9.0, 9.1]),
    ...     lat=np.array([42.0, 42.0]),
    ...     source=np.array([0, 1], dtype=np.int32),
    ...     target=np.array([1, 0], dtype=np.int32),
    ...     length_m=np.array([8000, 8000], dtype=np.float32),
    ...     road_class=np.zeros(2, dtype=np.int16),
    ...     classes=("primary",),
    ... )
    >>> ends = np.array([[0.0, 0.0], [8000.0, 0.0]])
    >>> found = build_streets(network, ends, np.array([9, 8]), "EPSG:2154", ReseauParameters())
    >>> found.onward_ds.tolist(), found.back_ds.tolist(), found.drawn.tolist()
    ([9], [8], [True])
    """
    by_street = ways(network)
    number, head = by_street.number, by_street.sections[by_street.first]
    times = by_street.driven_ds(time_ds)
    start, end = network.source[head], network.target[head]
    indptr, points = _lines(network, xy, start, end, number, crs)
    chord = np.hypot(*(xy[end] - xy[start]).T)
    length = network.length_m[head].astype(np.float64)
    aside = np.sqrt(np.maximum(length**2 - chord**2, 0.0)) / 2
    closed = np.isin(np.array(network.classes, dtype=object), WITHOUT_ROADSIDE)
    return Streets(
        start=start,
        end=end,
        onward_ds=times[0],
        back_ds=times[1],
        roadside=~closed[network.road_class[head]],
        # A source that gives lines gives none to what is straight.
        drawn=(aside <= reseau.corde_ecart_max_m) | _lines_known(network),
        indptr=indptr,
        x=points[:, 0],
        y=points[:, 1],
    )


def _lines(
    network: RoadNetwork,
    xy: FloatArray,
    start: Int32Array,
    end: Int32Array,
    number: Int32Array,
    crs: str,
) -> tuple[IntArray, FloatArray]:
    """Lay out the points of the lines, ends included."""
    shapes = network.shapes
    between = np.zeros(len(number), dtype=np.int64)
    if _lines_known(network):
        between = np.diff(shapes.indptr)[number]
    indptr = np.concatenate([[0], np.cumsum(between + 2)]).astype(np.int64)
    points = np.empty((indptr[-1], 2))
    points[indptr[:-1]] = xy[start]
    points[indptr[1:] - 1] = xy[end]
    if between.any():
        ranks = np.arange(between.sum()) - np.repeat(np.cumsum(between) - between, between)
        taken = ranks + np.repeat(shapes.indptr[:-1][number], between)
        place = ranks + np.repeat(indptr[:-1] + 1, between)
        project = Transformer.from_crs(WGS84, crs, always_xy=True)
        lon, lat = shapes.lon[taken] / UNITS_PER_DEGREE, shapes.lat[taken] / UNITS_PER_DEGREE
        points[place] = np.column_stack(project.transform(lon, lat))
    return indptr, points


def _lines_known(network: RoadNetwork) -> bool:
    return len(network.shapes.indptr) > 1
