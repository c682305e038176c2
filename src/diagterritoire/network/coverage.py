"""Which points a road file reaches, by its nodes or by the extent that it announces."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from pyproj import Transformer
from scipy.spatial import cKDTree

from diagterritoire.network.compiled import RoadNetwork, at_sea
from diagterritoire.territory import WGS84

# A degree of latitude is never shorter.
METRES_PER_DEGREE = 110_000.0


def points_near(
    network: RoadNetwork, crs: str, xy: NDArray[np.float64], limit_m: float
) -> NDArray[np.bool_]:
    """Say which points have a node of the network, ferries apart, within a distance.

    Parameters
    ----------
    network : RoadNetwork
    crs : str
        Projection of the points.
    xy : array of shape (n, 2)
        Metres; a point that is not finite is near nothing.
    limit_m : float

    Returns
    -------
    array of bool, shape (n,)
    """
    near = np.zeros(len(xy), dtype=np.bool_)
    known = np.isfinite(xy).all(axis=1)
    if not len(network.lon) or not known.any():
        return near
    project = Transformer.from_crs(WGS84, crs, always_xy=True)
    x, y = project.transform(network.lon, network.lat)
    nodes = np.column_stack([x, y])
    nodes = nodes[np.isfinite(nodes).all(axis=1) & ~at_sea(network)]
    if not len(nodes):
        return near
    distance, _ = cKDTree(nodes).query(xy[known], distance_upper_bound=limit_m)
    near[known] = np.isfinite(distance)
    return near


def points_in_box(
    box: tuple[float, float, float, float], crs: str, xy: NDArray[np.float64], margin_m: float
) -> NDArray[np.bool_]:
    """Say which points lie in a box of longitudes and latitudes, or near it.

    Parameters
    ----------
    box : tuple of float
        West, south, east, north, degrees.
    crs : str
        Projection of the points.
    xy : array of shape (n, 2)
        Metres; a point that is not finite is nowhere.
    margin_m : float
        Distance around the box that counts as inside; a little more is taken in.

    Examples
    --------
    >>> corner = np.array([[1226000.0, 6051000.0], [700000.0, 6600000.0]])  # Bonifacio, the Cher
    >>> points_in_box((8.5, 41.3, 9.6, 43.1), "EPSG:2154", corner, 5000.0).tolist()
    [True, False]
    """
    west, south, east, north = box
    lon, lat = Transformer.from_crs(crs, WGS84, always_xy=True).transform(xy[:, 0], xy[:, 1])
    degrees = margin_m / METRES_PER_DEGREE
    aside = degrees / np.maximum(np.cos(np.radians(lat)), 0.01)
    inside = (lat >= south - degrees) & (lat <= north + degrees)
    return np.asarray(inside & (lon >= west - aside) & (lon <= east + aside), dtype=np.bool_)
