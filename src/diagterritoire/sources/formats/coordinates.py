"""Coordinates of the files, in several projections, to longitude and latitude."""

from __future__ import annotations

import numpy as np
import pandas as pd
from pyproj import Transformer

from diagterritoire.territory import CRS_METROPOLE, CRS_OUTRE_MER, WGS84, departement_of

DECIMALS = 7


def official_crs(codes: pd.Series[str]) -> pd.Series[str]:
    """Official projection of the departement of each commune.

    Examples
    --------
    >>> official_crs(pd.Series(["2A004", "97101"])).tolist()
    ['EPSG:2154', 'EPSG:5490']
    """
    known = {c: CRS_OUTRE_MER.get(departement_of(c), CRS_METROPOLE) for c in set(codes)}
    return codes.map(known).astype("str")


def to_wgs84(x: pd.Series[float], y: pd.Series[float], crs: pd.Series[str]) -> pd.DataFrame:
    """Longitude and latitude of points, each in its own projection.

    Parameters
    ----------
    x, y : Series of float
        Null where there is no point.
    crs : Series of str
        "EPSG:2154"...; null where it is unknown.

    Returns
    -------
    DataFrame
        `lon`, `lat`, rounded to seven decimals (about a centimetre), null where the point or its
        projection is unknown, or where the projection does not reach it.

    Examples
    --------
    >>> here = to_wgs84(pd.Series([700_000.0]), pd.Series([6_600_000.0]), pd.Series(["EPSG:2154"]))
    >>> here.round(3).to_numpy().tolist()
    [[3.0, 46.5]]
    """
    out = pd.DataFrame({"lon": np.nan, "lat": np.nan}, index=x.index)
    known = x.notna() & y.notna() & crs.notna()
    for name in sorted(set(crs[known])):
        rows = known & (crs == name)
        transformer = Transformer.from_crs(name, WGS84, always_xy=True)
        lon, lat = transformer.transform(x[rows].to_numpy(), y[rows].to_numpy())
        out.loc[rows, "lon"], out.loc[rows, "lat"] = lon, lat
    inside = out["lon"].between(-180, 180) & out["lat"].between(-90, 90)
    return out.where(inside).round(DECIMALS)
