"""The part of a road file that the diagnosis of a territory may drive on."""

from __future__ import annotations

import geopandas as gpd
from pyproj import Transformer

from diagterritoire.network.compiled import RoadNetwork
from diagterritoire.network.windows import Squared, cut, fastest_kmh
from diagterritoire.parameters import Parameters
from diagterritoire.territory import WGS84


def roads_around(laid: Squared, inside: gpd.GeoDataFrame, parameters: Parameters) -> RoadNetwork:
    """Cut the roads that a diagnosis needs: it finds on them what it would on the whole file.

    The buffer lies within `territoire.tampon_min` of the territory, and no trip from there lasts
    more than `reseau.duree_max_min`. What the fastest road cannot reach in that time, at the
    quickest of the drawn speeds, is left out.

    Parameters
    ----------
    laid : Squared
    inside : GeoDataFrame
        Communes of the territory: `x`, `y` (metres), outlines.
    parameters : Parameters

    Returns
    -------
    RoadNetwork
        The whole one when it reaches no farther than that.
    """
    low_x, low_y, high_x, high_y = inside.total_bounds
    away_m = reach_m(fastest_kmh(laid, parameters.reseau), parameters)
    box = Transformer.from_crs(inside.crs, WGS84, always_xy=True).transform_bounds(
        min(low_x, inside["x"].min()) - away_m,
        min(low_y, inside["y"].min()) - away_m,
        max(high_x, inside["x"].max()) + away_m,
        max(high_y, inside["y"].max()) + away_m,
    )
    return cut(laid, box)


def reach_m(kmh: float, parameters: Parameters) -> float:
    """How far the roads of a territory matter, metres, nobody driving faster than that.

    Examples
    --------
    >>> round(reach_m(90.0, Parameters()) / 1000)
    209
    """
    reseau, drawn = parameters.reseau, parameters.fermete
    quickest = (1 + drawn.vitesses) * (1 + drawn.vitesses_classes)
    hours = (parameters.territoire.tampon_min + quickest * reseau.duree_max_min) / 60
    # Both ends of a trip may lie away from the road, and a street is slowed by the town around it.
    aside_m = 2 * reseau.rattachement_max_m + reseau.urbain_rayon_m
    return 1000 * kmh * hours + aside_m
