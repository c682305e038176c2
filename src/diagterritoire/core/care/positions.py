"""Where a professional or a structure is: its own coordinates when they can be believed."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd

from diagterritoire import ledger
from diagterritoire.tables import (
    ECARTE,
    IMPUTE,
    LU,
    POSITION_CENTRE,
    POSITION_SOURCE,
    UTILISE,
)
from diagterritoire.territory import WGS84


def located(
    rows: pd.DataFrame, communes: gpd.GeoDataFrame, *, tolerance_m: float, source: str
) -> tuple[gpd.GeoDataFrame, pd.DataFrame]:
    """Give each row its point: its coordinates if they are in its commune, else its commune's.

    Coordinates are believed up to `tolerance_m` from the polygon of the declared commune: projected
    ranges overlap, so that a point is judged by its commune alone.

    Parameters
    ----------
    rows : DataFrame
        `code_commune`, `lon`, `lat` (WGS84, null where there are none), and anything else;
        `origine_position` where coordinates may come from elsewhere than the source.
    communes : GeoDataFrame
        What `points.points_table` gave: `code_commune`, `x`, `y`, polygon, in metres.
    tolerance_m : float
        Parameter `offre.position_tolerance_m`, bound included.
    source : str
        Name of the source in the control rows.

    Returns
    -------
    rows : GeoDataFrame
        The rows whose commune is known, in the order given, with their point in the CRS of
        `communes` and `origine_position`: `centre_commune` where they are not believed, else as
        given, else `source`; `lon`, `lat` dropped.
    controle : DataFrame
        Rows of `tables.CONTROLE`.

    Examples
    --------
    >>> import shapely
    >>> communes = gpd.GeoDataFrame(
    ...     {"code_commune": ["18001"], "x": [5e5], "y": [6.6e6]},
    ...     geometry=[shapely.box(4e5, 6.5e6, 6e5, 6.7e6)], crs="EPSG:2154",
    ... )
    >>> rows = pd.DataFrame({"code_commune": ["18001"], "lon": [55.5], "lat": [-21.0]})
    >>> located(rows, communes, tolerance_m=1000, source="essai")[0]["origine_position"].tolist()
    ['centre_commune']
    """
    known = rows["code_commune"].isin(set(communes["code_commune"]))
    kept = rows.loc[known].reset_index(drop=True)
    own = communes.set_index("code_commune").loc[kept["code_commune"]]
    polygons = gpd.GeoSeries(own.geometry.to_numpy(), crs=communes.crs)
    x, y = own["x"].to_numpy(dtype=np.float64, copy=True), own["y"].to_numpy(np.float64, copy=True)
    has = (kept["lon"].notna() & kept["lat"].notna()).to_numpy()
    there = kept.loc[has]
    given = gpd.GeoSeries.from_xy(there["lon"], there["lat"], crs=WGS84).to_crs(communes.crs)
    distance = given.distance(polygons.loc[given.index], align=False).to_numpy()
    believed = has.copy()
    believed[has] = distance <= tolerance_m
    near = given.loc[believed[has]]
    x[believed], y[believed] = near.x, near.y
    told = kept.get("origine_position", POSITION_SOURCE)
    origin = pd.Series(np.where(believed, told, POSITION_CENTRE), dtype="str")
    table = gpd.GeoDataFrame(
        kept.drop(columns=["lon", "lat"]).assign(origine_position=origin),
        geometry=gpd.points_from_xy(x, y),
        crs=communes.crs,
    )
    fates = {
        "coordonnées loin de la commune déclarée : point de la commune": has & ~believed,
        "sans coordonnées : point de la commune": ~has,
    }
    controle = [
        ledger.entry(source, motif, kept.loc[chosen, "code_commune"], len(rows), effet=IMPUTE)
        for motif, chosen in fates.items()
    ]
    lost = rows.loc[~known, "code_commune"]
    total = len(rows)
    controle += [
        ledger.entry(source, ledger.LUS, (), total, nombre=total, effet=LU),
        ledger.entry(source, "dans l'aire étudiée", (), total, nombre=len(kept), effet=UTILISE),
        ledger.entry(source, "hors des communes étudiées : écarté", lost, total, effet=ECARTE),
    ]
    return table, ledger.stack(controle)
