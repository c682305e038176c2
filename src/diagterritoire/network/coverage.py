"""Which road file serves a territory: the one that reaches most of its communes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from pyproj import Transformer
from scipy.spatial import cKDTree

from diagterritoire.network.graph import RoadNetwork
from diagterritoire.territory import WGS84


def points_near(
    network: RoadNetwork, crs: str, xy: NDArray[np.float64], limit_m: float
) -> NDArray[np.bool_]:
    """Say which points have a node of the network, whichever, within a distance.

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
    nodes = nodes[np.isfinite(nodes).all(axis=1)]
    if not len(nodes):
        return near
    distance, _ = cKDTree(nodes).query(xy[known], distance_upper_bound=limit_m)
    near[known] = np.isfinite(distance)
    return near
