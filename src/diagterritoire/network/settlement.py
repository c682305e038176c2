"""The main settlement of a commune: where its local streets are densest.

The official convention times trips from the chef-lieu. Points at hand are often near the geometric
centre of a commune, kilometres from its village: the streets tell where the village is.
"""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import Transformer

from diagterritoire.arrays import FloatArray
from diagterritoire.network.compiled import RoadNetwork
from diagterritoire.territory import WGS84

# Streets of a village: neither through roads, nor tracks and car parks.
LOCAL_CLASSES = ("living_street", "residential", "unclassified", "tertiary", "secondary")
# Streets along homes: no road that crosses the countryside.
STREET_CLASSES = ("living_street", "residential")
# Side of the cells where lengths are summed, metres.
CELL_M = 50.0


def main_settlements(
    network: RoadNetwork, outlines: gpd.GeoSeries, radius_m: float
) -> pd.DataFrame:
    """Find where the local streets of each commune are densest.

    The density at a section of street is the length of local streets of any commune within
    `radius_m` of it. The settlement is the mean, weighted by length, of the middles of the sections
    of the commune within that distance of its densest one.

    Parameters
    ----------
    network : RoadNetwork
        Sections count once in each direction that they are driven; they are short, so that their
        middle stands for them.
    outlines : GeoSeries
        Polygons by code of commune, in metres.
    radius_m : float
        Parameter `points.bourg_rayon_m`.

    Returns
    -------
    DataFrame
        By `code_commune`, in order: `x`, `y` (metres), `voirie_m` (length around the densest
        section). A commune without local street has no row.

    Notes
    -----
    Lengths are summed in cells of 50 m and the disc is made of whole cells: the choice between two
    nearly equal hamlets may depend on it. At equality, the southernmost then westernmost wins.

    Examples
    --------
    >>> network = RoadNetwork(
    ...     lon=np.array([3.0, 3.001, 3.02]),
    ...     lat=np.array([46.5, 46.5, 46.5]),
    ...     source=np.array([0, 1], dtype=np.int32),
    ...     target=np.array([1, 2], dtype=np.int32),
    ...     length_m=np.array([77, 1400], dtype=np.float32),
    ...     road_class=np.array([1, 0], dtype=np.int16),
    ...     classes=("primary", "residential"),
    ... )
    >>> square = gpd.GeoSeries(
    ...     [shapely.box(6.9e5, 6.59e6, 7.1e5, 6.61e6)], index=["03001"], crs="EPSG:2154"
    ... )
    >>> main_settlements(network, square, 400.0).round().to_numpy().tolist()
    [['03001', 700038.0, 6600000.0, 77.0]]
    """
    middle, length = _local_sections(network, str(outlines.crs))
    density = _density(middle, length, middle, radius_m)
    shapes = outlines.to_numpy()
    section, commune = shapely.STRtree(shapes).query(shapely.points(middle), predicate="intersects")
    found = pd.DataFrame(
        {
            "commune": commune,
            "densite": density[section],
            "x": middle[section, 0],
            "y": middle[section, 1],
            "longueur": length[section],
        }
    )
    order = ["commune", "densite", "y", "x"]
    ordered = found.sort_values(order, ascending=[True, False, True, True], ignore_index=True)
    best = ordered.drop_duplicates("commune").set_index("commune")
    at = best.loc[ordered["commune"]]
    away = np.hypot(
        ordered["x"].to_numpy() - at["x"].to_numpy(), ordered["y"].to_numpy() - at["y"].to_numpy()
    )
    near = ordered.loc[away <= radius_m]
    weighted = near[["x", "y"]].mul(near["longueur"], axis=0).groupby(near["commune"]).sum()
    centre = weighted.div(near.groupby("commune")["longueur"].sum(), axis=0)
    table = centre.assign(voirie_m=best["densite"].reindex(centre.index))
    table.insert(0, "code_commune", outlines.index.to_numpy()[table.index])
    ordered_by_code: pd.DataFrame = table.sort_values("code_commune", ignore_index=True)
    return ordered_by_code


def _local_sections(network: RoadNetwork, crs: str) -> tuple[FloatArray, FloatArray]:
    """Middle, in metres, and length of each section of local street."""
    local = np.isin(np.array(network.classes, dtype=object), LOCAL_CLASSES)[network.road_class]
    project = Transformer.from_crs(WGS84, crs, always_xy=True)
    x, y = project.transform(network.lon, network.lat)
    ends = np.column_stack([x, y])
    middle = (ends[network.source[local]] + ends[network.target[local]]) / 2
    finite = np.isfinite(middle).all(axis=1)
    return middle[finite], network.length_m[local][finite].astype(np.float64)


def streets_around(
    network: RoadNetwork,
    ends: FloatArray,
    sections: NDArray[np.bool_],
    radius_m: float,
    classes: tuple[str, ...] = STREET_CLASSES,
) -> FloatArray:
    """Measure the streets within a radius of some sections, of any class.

    Parameters
    ----------
    network : RoadNetwork
        n nodes, m sections.
    ends : float64[n, 2]
        Nodes, metres.
    sections : bool[m]
        The k sections around which streets are measured; the middle of a section stands for it.
    radius_m : float
    classes : tuple of str
        Classes of the streets that count.

    Returns
    -------
    float64[k]
        Metres of streets, a two-way street counted once; 0 where there is none.

    Notes
    -----
    Lengths are summed in cells of 50 m, as in `main_settlements`.

    Examples
    --------
    >>> network = RoadNetwork(
    ...     lon=np.array([3.0, 3.001, 3.02]),
    ...     lat=np.array([46.5, 46.5, 46.5]),
    ...     source=np.array([0, 1, 1], dtype=np.int32),
    ...     target=np.array([1, 0, 2], dtype=np.int32),
    ...     length_m=np.array([77, 77, 400], dtype=np.float32),
    ...     road_class=np.array([1, 1, 0], dtype=np.int16),
    ...     classes=("primary", "residential"),
    ... )
    >>> ends = np.array([[0.0, 0.0], [77.0, 0.0], [477.0, 0.0]])
    >>> streets_around(network, ends, np.array([True, False, True]), 400.0).tolist()
    [77.0, 77.0]
    """
    if not sections.any():
        return np.zeros(0)
    street = np.isin(np.array(network.classes, dtype=object), classes)[network.road_class]
    source, target = (e[street].astype(np.int64) for e in (network.source, network.target))
    # A direction counts half, unless it is the only one.
    weight = network.length_m[street].astype(np.float64)
    weight[~_among(target * len(ends) + source, source * len(ends) + target)] *= 2
    middle = (ends[source] + ends[target]) / 2
    at = (ends[network.source[sections]] + ends[network.target[sections]]) / 2
    return _density(middle, weight, at, radius_m) / 2


def _among(keys: NDArray[np.int64], known: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Say which keys are known, by a sort: quicker on them than the hashing of numpy's isin."""
    known = np.sort(known)
    at = np.searchsorted(known, keys)
    found: NDArray[np.bool_] = known[np.minimum(at, len(known) - 1)] == keys
    return found


def _density(middle: FloatArray, length: FloatArray, at: FloatArray, radius_m: float) -> FloatArray:
    """Whole metres of streets in the cells within a radius of the cell of each point."""
    if not len(middle) or not len(at):
        return np.zeros(len(at))
    cell, seen = np.floor(middle / CELL_M).astype(np.int64), np.floor(at / CELL_M).astype(np.int64)
    reach = int(radius_m // CELL_M)
    corner = np.minimum(cell.min(axis=0), seen.min(axis=0)) - reach
    # One number a cell, row after row: a row of the disc is a range of numbers.
    width = int(max(cell[:, 0].max(), seen[:, 0].max()) - corner[0]) + reach + 1
    known, held = np.unique((cell - corner) @ (1, width), return_inverse=True)
    asked, back = np.unique((seen - corner) @ (1, width), return_inverse=True)
    summed = np.zeros(len(known) + 1)
    summed[1:] = np.cumsum(np.bincount(held, weights=np.rint(length)))
    total = np.zeros(len(asked))
    for row in range(-reach, reach + 1):
        half = int(np.sqrt(radius_m**2 - (row * CELL_M) ** 2) // CELL_M)
        first = np.searchsorted(known, asked + row * width - half, side="left")
        last = np.searchsorted(known, asked + row * width + half, side="right")
        total += summed[last] - summed[first]
    density: FloatArray = total[back]
    return density
