"""Lines of the edges of an osmnx GraphML: its `geometry`, that `simplify_graph` writes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from diagterritoire.errors import DataError
from diagterritoire.french import accord, entier
from diagterritoire.network.shapes import UNITS_PER_DEGREE, Shapes, one_by_street, paired
from diagterritoire.sources.formats.text import printable


def lines_of(
    texts: Sequence[str], noeuds: pd.DataFrame, troncons: pd.DataFrame, path: Path
) -> Shapes | None:
    """Read the lines of the sections.

    Parameters
    ----------
    texts : sequence of str
        Well-known text of each section, in degrees; empty where the section is straight.
    noeuds, troncons : DataFrame
        `tables.NOEUDS` and `tables.TRONCONS`, in the order of `texts`.
    path : Path
        For messages.

    Returns
    -------
    Shapes
        None when there is no line at all: the file does not say which sections are straight.

    Raises
    ------
    DataError
        A text that is not a line in degrees.

    Examples
    --------
    >>> noeuds = pd.DataFrame({"noeud": [0, 1], "lon": [9.0, 9.2], "lat": [42.0, 42.0]})
    >>> troncons = pd.DataFrame(
    ...     {"depart": [0], "arrivee": [1], "longueur_m": [17e3], "classe": ["primary"]}
    ... )
    >>> text = "LINESTRING (9 42, 9.1 42.01, 9.2 42)"
    >>> lines_of([text], noeuds, troncons, Path("reseau.graphml")).lon.tolist()
    [91000000]
    """
    given = np.array([bool(text) for text in texts])
    if not given.any():
        return None
    lines = np.full(len(texts), None, dtype=object)
    lines[given] = shapely.from_wkt([text for text in texts if text], on_invalid="ignore")
    good = (shapely.get_type_id(lines) == shapely.GeometryType.LINESTRING) & _in_degrees(lines)
    wrong = np.flatnonzero(given & ~good)
    if len(wrong):
        raise DataError(
            f"« {printable(path)} » : tracé (geometry) illisible pour "
            f"{accord(len(wrong), 'tronçon')} sur {entier(len(texts))} ; par exemple "
            f"« {printable(texts[wrong[0]], 40)} ».",
            "Refaites le fichier avec osmnx (save_graphml), ou retirez-le du dossier.",
        )
    sections = _sections(lines, noeuds, troncons)
    # The sum of the positions is the same whichever way a line is followed.
    run = np.concatenate([[0], np.cumsum(sections.lon + sections.lat.astype(np.int64) * 7)])
    street = paired(
        troncons["depart"].to_numpy(np.int32),
        troncons["arrivee"].to_numpy(np.int32),
        np.unique(troncons["classe"].to_numpy(dtype=str), return_inverse=True)[1],
        troncons["longueur_m"].to_numpy(np.float32),
        run[sections.indptr[1:]] - run[sections.indptr[:-1]],
    )
    return one_by_street(street, sections)


def _in_degrees(lines: NDArray[np.object_]) -> NDArray[np.bool_]:
    west, south, east, north = shapely.bounds(lines).T
    inside: NDArray[np.bool_] = (west >= -180) & (east <= 180) & (south >= -90) & (north <= 90)
    return inside


def _sections(lines: NDArray[np.object_], noeuds: pd.DataFrame, troncons: pd.DataFrame) -> Shapes:
    """Give the points between the ends of each section, from its start."""
    place = noeuds[["lon", "lat"]].to_numpy(np.float64)
    start = place[troncons["depart"].to_numpy()]
    ends = [shapely.get_coordinates(shapely.get_point(lines, n)) for n in (0, -1)]
    given = shapely.get_num_points(lines) > 0
    away = np.zeros((2, len(lines)))
    for row, end in enumerate(ends):
        away[row, given] = np.hypot(*(end - start[given]).T)
    turned = away[0] > away[1]
    lines = np.where(turned, shapely.reverse(lines), lines)
    points, section = shapely.get_coordinates(lines, return_index=True)
    inner = np.zeros(len(points), dtype=bool)
    inner[1:-1] = (section[1:-1] == section[:-2]) & (section[1:-1] == section[2:])
    units = np.rint(points[inner] * UNITS_PER_DEGREE).astype(np.int32)
    counts = np.bincount(section[inner], minlength=len(lines))
    indptr = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    return Shapes(indptr=indptr, lon=units[:, 0], lat=units[:, 1])
