"""Population rasters (WorldPop, GHS-POP): the window of a territory, each inhabitant once."""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pandas as pd
import rasterio
from pyproj import Transformer
from pyproj.exceptions import ProjError
from rasterio._err import CPLE_BaseError
from rasterio.errors import NotGeoreferencedWarning, RasterioError
from rasterio.warp import transform_bounds
from rasterio.windows import Window

from diagterritoire import ledger, tables
from diagterritoire.errors import DataError
from diagterritoire.sources.library import Reading, SourceFile
from diagterritoire.sources.records import conformed, where
from diagterritoire.territory import WGS84

# A territory at 100 m has a million cells; far beyond, the bounds are wrong.
MAX_CELLS = 60_000_000
# What the reader and the projections raise on damaged bytes, whatever they were doing then.
_READER_ERRORS = (RasterioError, CPLE_BaseError, ProjError, OSError, ValueError, OverflowError)


def is_delivered(path: Path) -> bool:
    """Whether a GeoTIFF is a raster of minutes that this tool delivered; False when unreadable."""
    try:
        with _opened(path) as raster:
            return str(raster.tags().get("TIFFTAG_SOFTWARE", "")).startswith("diagterritoire ")
    except _READER_ERRORS:
        return False


def read_population(file: SourceFile, bounds: tuple[float, float, float, float]) -> Reading:
    """Read the inhabited cells whose centre is within bounds, as `tables.CARREAUX`.

    Nothing is resampled: the sum of the table is that of the cells read, and cutting the bounds in
    two cuts the sum in two, without loss.

    Parameters
    ----------
    file : SourceFile
        GeoTIFF of inhabitants by cell.
    bounds : tuple of float
        West, south, east, north, in degrees; the west and south sides are included.

    Raises
    ------
    DataError
        Unreadable raster, no projection, several bands, negative population, bounds outside it.
    """
    west, south, east, north = bounds
    try:
        with _opened(file.path) as raster:
            if raster.crs is None or raster.count != 1 or raster.transform.is_identity:
                raise DataError(
                    f"{where(file)} : il faut une seule bande, une projection et une position "
                    f"(trouvé : {raster.count} bandes, projection {raster.crs})."
                )
            _check_cells(raster, file)
            window = _window(raster, bounds, file)
            cells = raster.read(1, window=window, masked=True).filled(np.nan).astype(np.float64)
            grid = raster.transform
            to_degrees = Transformer.from_crs(raster.crs, WGS84, always_xy=True)
    except _READER_ERRORS as error:
        raise DataError(
            f"{where(file)} : GeoTIFF illisible ou coupé.", "Téléchargez de nouveau le fichier."
        ) from error
    cells[~np.isfinite(cells)] = np.nan
    if (cells < 0).any():
        raise DataError(
            f"{where(file)} : {int((cells < 0).sum())} cellules ont une population négative ; la "
            "valeur des cellules vides n'est pas déclarée dans le fichier."
        )
    rows, columns = np.nonzero(cells > 0)
    x = grid.c + grid.a * (columns + window.col_off + 0.5)
    y = grid.f + grid.e * (rows + window.row_off + 0.5)
    lon, lat = to_degrees.transform(x, y)
    lon, lat = np.asarray(lon), np.asarray(lat)
    inside = (lon >= west) & (lon < east) & (lat >= south) & (lat < north)
    table = pd.DataFrame(
        {
            "carreau": [
                f"L{r + int(window.row_off)}C{c + int(window.col_off)}"
                for r, c in zip(rows[inside], columns[inside], strict=True)
            ],
            "lon": lon[inside],
            "lat": lat[inside],
            "population": cells[rows[inside], columns[inside]],
            "codes_communes": None,
            **{f"pop_{t}": math.nan for t in tables.TRANCHES_CARREAUX},
        }
    ).astype({"carreau": "str", "codes_communes": "str"})
    unknown = int(np.isnan(cells).sum())
    controle = ledger.entry(
        ledger.origin(tables.CARREAUX, file.path.name),
        "cellule sans valeur (mer, hors du pays)",
        [],
        int(cells.size),
        nombre=unknown,
    )
    return Reading(conformed(table, tables.CARREAUX), controle, int(cells.size))


@contextmanager
def _opened(path: Path) -> Iterator[rasterio.DatasetReader]:
    """Open without the warning of a raster that has no position: it is refused."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NotGeoreferencedWarning)
        raster = rasterio.open(path, driver="GTiff")
    with raster:
        yield raster


def _check_cells(raster: rasterio.DatasetReader, file: SourceFile) -> None:
    """Refuse cells without size or that hold no plain number, and blocks too large to unfold."""
    if not (raster.transform.a and raster.transform.e) or raster.dtypes[0].startswith("complex"):
        raise DataError(f"{where(file)} : cellules sans taille, ou qui ne sont pas des nombres.")
    # A block is unfolded whole, however few of its cells are asked for.
    height, width = raster.block_shapes[0]
    if height * width > MAX_CELLS:
        raise DataError(
            f"{where(file)} : blocs de {height * width} cellules, c'est trop.",
            "Téléchargez de nouveau le fichier, ou enregistrez-le en tuiles de 512 cellules.",
        )


def _window(
    raster: rasterio.DatasetReader, bounds: tuple[float, float, float, float], file: SourceFile
) -> Window:
    """Whole cells that cover the bounds, within the raster."""
    grid = raster.transform
    if grid.b or grid.d:
        raise DataError(f"{where(file)} : raster tourné, qui ne se lit pas cellule par cellule.")
    left, bottom, right, top = transform_bounds(WGS84, raster.crs, *bounds, densify_pts=21)
    columns = sorted((x - grid.c) / grid.a for x in (left, right))
    rows = sorted((y - grid.f) / grid.e for y in (bottom, top))
    # One cell more on each side: the sides of the bounds bend between two projections.
    row, column = max(math.floor(rows[0]) - 1, 0), max(math.floor(columns[0]) - 1, 0)
    last_row, last_column = math.ceil(rows[1]) + 1, math.ceil(columns[1]) + 1
    height = min(last_row, raster.height) - row
    width = min(last_column, raster.width) - column
    if height <= 0 or width <= 0:
        raise DataError(
            f"{where(file)} : le raster ne couvre pas le territoire.",
            "Prenez le fichier de la France, ou la tuile qui couvre le territoire.",
        )
    if height * width > MAX_CELLS:
        raise DataError(f"{where(file)} : {height * width} cellules à lire, c'est trop.")
    return Window(column, row, width, height)
