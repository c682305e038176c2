"""The outlines of the invented communes in the layout of ADMIN EXPRESS."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely

from diagterritoire.demo.csv_files import CODE_DEPARTEMENT, CODE_REGION
from diagterritoire.demo.geography import Geography, plain
from diagterritoire.demo.shapes import to_lonlat

FILE_DATE = "2024-01-01T00:00:00.000Z"


def write_outlines(path: Path, geography: Geography, residents: pd.DataFrame) -> None:
    """Write the commune polygons: WGS84, MultiPolygon, layer `communes`."""
    communes = geography.communes
    shapes = shapely.transform(communes.geometry.to_numpy(), to_lonlat)
    shapes = [g if g.geom_type == "MultiPolygon" else shapely.multipolygons([g]) for g in shapes]
    codes = communes["code_commune"]
    first, poles = codes == geography.poles[0], codes.isin(geography.poles)
    table = gpd.GeoDataFrame(
        {
            "ID": [f"COMMUNE_{int(code):016d}" for code in codes],
            "NOM": communes["nom"],
            "NOM_M": communes["nom"].map(plain),
            "STATUT": np.select(
                [first, poles], ["Préfecture", "Sous-préfecture"], "Commune simple"
            ),
            "INSEE_COM": codes,
            "INSEE_ARR": "1",
            "INSEE_REG": CODE_REGION,
            "POPULATION": residents["population_2021"].astype(np.int32),
            "INSEE_CAN": "01",
            "INSEE_DEP": CODE_DEPARTEMENT,
            "SIREN_EPCI": communes["code_epci"].replace("", "NR"),
        },
        geometry=shapes,
        crs="EPSG:4326",
    )
    path.unlink(missing_ok=True)
    with _fixed_date():
        pyogrio.write_dataframe(
            table, path, layer="communes", driver="GPKG", geometry_type="MultiPolygon"
        )


@contextmanager
def _fixed_date() -> Iterator[None]:
    """Make GDAL write a fixed date, then put its option back."""
    before = pyogrio.get_gdal_config_option("OGR_CURRENT_DATE")
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": FILE_DATE})
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": before})
