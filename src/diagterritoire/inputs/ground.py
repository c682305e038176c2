"""The ground of a projection: the point, the outline and the mass of land of each commune."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import pandas as pd

from diagterritoire import ledger
from diagterritoire.arrays import among
from diagterritoire.core.communes import perimeter
from diagterritoire.core.communes.points import points_table
from diagterritoire.inputs.country import Country
from diagterritoire.network.landmass import landmasses
from diagterritoire.parameters import Parameters


@dataclass(frozen=True)
class Ground:
    """What every territory of a projection stands on, made once for any number of them.

    Attributes
    ----------
    points : GeoDataFrame
        In the projection: what `points_table` gave for the communes of the country, and
        `landmass`, the number of the mass of land that holds each.
    controle : DataFrame
        Rows of `tables.CONTROLE`.
    """

    points: gpd.GeoDataFrame
    controle: pd.DataFrame


def ground_of(country: Country, crs: str, parameters: Parameters) -> Ground:
    """Place every commune of a projection, and say which are drawn by no file.

    Raises
    ------
    DataError
        Displaced polygons that cannot be put back (see `points_table`).
    """
    points, controle = points_table(
        country.raw.points, country.communes_geo, crs, parameters.points
    )
    points = points.loc[among(points["code_commune"], country.base["code_commune"])]
    undrawn = perimeter.without_outline(country.base, points, crs)
    masses = landmasses(points.geometry, parameters.reseau.masse_ecart_max_m)
    return Ground(points.assign(landmass=masses), ledger.stack([controle, undrawn]))
