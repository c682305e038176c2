"""The raster of times: one band of minutes, in the territory's projection, for any GIS."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import rasterio
from numpy.typing import NDArray
from rasterio.enums import Resampling
from rasterio.io import MemoryFile

from diagterritoire import __version__
from diagterritoire.core.times.surface import NODATA
from diagterritoire.network.cells import CELL_M
from diagterritoire.outputs import cautions
from diagterritoire.outputs.delivered import DATE
from diagterritoire.outputs.qgis import raster_style
from diagterritoire.store import write_atomic
from diagterritoire.study.bundles import Diagnosis

_TITLE = "Temps en voiture jusqu'au médecin généraliste le plus proche"
# Side of the smallest overview, cells.
_OVERVIEW = 64


def write_raster(diagnosis: Diagnosis, path: Path) -> None:
    """Write the times of the cells to a GeoTIFF with overviews.

    Parameters
    ----------
    diagnosis : Diagnosis
    path : Path
        File to write; one that is there is replaced.

    Raises
    ------
    DiskError
        The file cannot be written.
    """
    laid = diagnosis.temps_acces
    rows, columns = laid.minutes.shape
    profile = {
        "driver": "GTiff",
        "dtype": "float32",
        "count": 1,
        "height": rows,
        "width": columns,
        "nodata": NODATA,
        "crs": diagnosis.territory.crs,
        "transform": rasterio.Affine(CELL_M, 0, laid.west, 0, -CELL_M, laid.north),
        "compress": "deflate",
        "predictor": 3,
        "tiled": True,
        "blockxsize": 256,
        "blockysize": 256,
    }
    # In memory first: a full disk is then told as for any other file.
    with MemoryFile() as memory:
        with memory.open(**profile) as raster:
            raster.write(laid.minutes, 1)
            raster.set_band_description(1, f"{_TITLE} (min)")
            raster.set_band_unit(1, "min")
            raster.update_tags(**_tags(diagnosis))
            raster.update_tags(1, **_statistics(laid.minutes))
        with rasterio.open(memory.name, "r+") as raster:
            raster.build_overviews(_levels(rows, columns), Resampling.average)
        write_atomic(path, memory.read())


def write_raster_style(diagnosis: Diagnosis, path: Path) -> None:
    """Write the colours of the raster, the same for every territory.

    A TIFF holds no colour table for decimal numbers: QGIS reads one from the file beside it that
    has its name and ends with `.qml`.

    Raises
    ------
    DiskError
        The file cannot be written.
    """
    del diagnosis  # every writer takes one
    write_atomic(path, raster_style().encode())


def _tags(diagnosis: Diagnosis) -> dict[str, str]:
    told = [f"{_TITLE}, en minutes — {diagnosis.territory.nom}."]
    return {
        "TIFFTAG_IMAGEDESCRIPTION": " ".join(
            [*told, *(c.court for c in cautions.alerts(diagnosis))]
        ),
        "TIFFTAG_SOFTWARE": f"diagterritoire {__version__}",
        "TIFFTAG_DATETIME": DATE.strftime("%Y:%m:%d %H:%M:%S"),
        "unite": "min",
        "version": __version__,
        "slug": diagnosis.territory.slug,
        "cellule_m": str(CELL_M),
        "cellules_sans_temps": str(diagnosis.temps_acces.sans_temps),
    }


def _statistics(minutes: NDArray[np.float32]) -> dict[str, str]:
    """Tags in which GIS look for the statistics before writing theirs in a file beside.

    Examples
    --------
    >>> _statistics(np.float32([[-1, 2], [4, -1]]))["STATISTICS_MEAN"]
    '3'
    """
    known = minutes[minutes >= 0].astype(np.float64)
    if not len(known):
        return {}
    values = {
        "MINIMUM": known.min(),
        "MAXIMUM": known.max(),
        "MEAN": known.mean(),
        "STDDEV": known.std(),
        "VALID_PERCENT": 100 * len(known) / minutes.size,
    }
    return {f"STATISTICS_{name}": f"{value:.6g}" for name, value in values.items()}


def _levels(rows: int, columns: int) -> list[int]:
    """Factors of the overviews, the first always there.

    Examples
    --------
    >>> _levels(50, 60), _levels(544, 378)
    ([2], [2, 4, 8])
    """
    levels = [2]
    while max(rows, columns) / levels[-1] > _OVERVIEW * 2:
        levels.append(levels[-1] * 2)
    return levels
