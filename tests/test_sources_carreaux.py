"""Gridded population: fictitious Filosofi cells and an invented raster."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import rasterio
import shapely
from rasterio import Affine

from diagterritoire.errors import DataError
from diagterritoire.sources.communes.carreaux import read_carreaux
from diagterritoire.sources.communes.raster import read_population
from diagterritoire.sources.folder.scan import recognise
from diagterritoire.sources.library import SourceFile

HEADER = "idcar_200m,idcar_1km,i_est_200,ind,men,ind_0_3,ind_80p,lcog_geo"
ROWS = (
    "CRS3035RES200mN2882000E3778000,CRS3035RES1000mN2882000E3778000,0,10.5,4,1,2,18001",
    "CRS3035RES200mN2882200E3778000,CRS3035RES1000mN2882000E3778000,1,7,4,0,1,1800118002",
    "CRS2975RES200mN7679600E323000,CRS2975RES1000mN7679000E323000,0,3,1,0,0,97411",
)


def write(folder: Path, rows: tuple[str, ...] = ROWS, header: str = HEADER) -> Path:
    path = folder / "carreaux_200m_met.csv"
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return path


def known(path: Path) -> SourceFile:
    file = recognise(path)
    assert file is not None
    return file


def test_cells(tmp_path: Path) -> None:
    reading = read_carreaux(known(write(tmp_path)))
    table = reading.table
    assert table["population"].tolist() == [10.5, 7.0, 3.0]
    assert table["codes_communes"].tolist() == ["18001", "18001,18002", "97411"]
    assert table["pop_80_plus"].tolist() == [2.0, 1.0, 0.0]
    assert table["pop_25_39"].isna().all()
    # Centre of the first cell, in its own projection again.
    back = gpd.GeoSeries.from_xy(table["lon"], table["lat"], crs="EPSG:4326").to_crs("EPSG:3035")
    assert (back.x[0], back.y[0]) == pytest.approx((3_778_100, 2_882_100), abs=0.05)
    island = gpd.GeoSeries.from_xy(table["lon"], table["lat"], crs="EPSG:4326").to_crs("EPSG:2975")
    assert (island.x[2], island.y[2]) == pytest.approx((323_100, 7_679_700), abs=0.05)


def test_cells_of_some_communes(tmp_path: Path) -> None:
    reading = read_carreaux(known(write(tmp_path)), {"18002"})
    assert reading.table["population"].tolist() == [7.0]
    assert [(r["nombre"], r["part"]) for r in reading.controle.to_dict("records")] == [
        (2, pytest.approx(2 / 3))
    ]


def test_cells_of_one_kilometre(tmp_path: Path) -> None:
    header = "idcar_1km,ind,lcog_geo"
    rows = ("CRS3035RES1000mN2882000E3778000,120,18001",)
    table = read_carreaux(known(write(tmp_path, rows, header))).table
    back = gpd.GeoSeries.from_xy(table["lon"], table["lat"], crs="EPSG:4326").to_crs("EPSG:3035")
    assert (back.x[0], back.y[0]) == pytest.approx((3_778_500, 2_882_500), abs=0.05)


def test_geopackage_gives_the_same_cells(tmp_path: Path) -> None:
    cells = pd.DataFrame([r.split(",") for r in ROWS], columns=HEADER.split(","))
    frame = cells.assign(ind=cells["ind"].astype(float))
    path = tmp_path / "carreaux_200m_met.gpkg"
    gpd.GeoDataFrame(frame, geometry=[shapely.box(0, 0, 1, 1)] * 3, crs="EPSG:3035").to_file(path)
    from_text = read_carreaux(known(write(tmp_path))).table
    table = read_carreaux(known(path)).table
    pd.testing.assert_frame_equal(table, from_text)


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ((*ROWS, ROWS[0]), "répètent une clé"),
        (("200mN2882000E3778000,x,0,1,1,0,0,18001",), "identifiants de carreau illisibles"),
        ((ROWS[0].replace("10.5", "dix"),), "ne sont pas des nombres"),
        ((ROWS[0].replace("10.5", "-1"),), "sont négatives"),
        ((*ROWS, "CRS3035RES200mN28"), "est coupé"),
    ],
)
def test_defects(tmp_path: Path, rows: tuple[str, ...], words: str) -> None:
    with pytest.raises(DataError, match=words):
        read_carreaux(known(write(tmp_path, rows)))


def write_raster(
    folder: Path,
    name: str = "fra_ppp_2020.tif",
    *,
    nodata: float | None = -99999,
    crs: str = "4326",
) -> Path:
    cells = np.arange(1, 201, dtype="float32").reshape(10, 20)
    cells[0, 0], cells[3, 3] = -99999, 0
    path = folder / name
    with rasterio.open(
        path, "w", driver="GTiff", height=10, width=20, count=1, dtype="float32",
        crs="EPSG:4326", transform=Affine(0.01, 0, 2.0, 0, -0.01, 47.0), nodata=nodata,
    ) as raster:  # fmt: skip
        raster.write(cells, 1)
    return path


def test_raster_keeps_the_sum(tmp_path: Path) -> None:
    file = known(write_raster(tmp_path))
    whole = read_population(file, (1.9, 46.8, 2.3, 47.1)).table
    assert whole["population"].sum() == sum(range(2, 201)) - 64
    assert len(whole) == 198
    first = whole.iloc[0]
    assert (first["carreau"], first["lon"], first["lat"]) == (
        "L0C1",
        pytest.approx(2.015),
        pytest.approx(46.995),
    )
    cut = 2.1
    west = read_population(file, (1.9, 46.8, cut, 47.1)).table
    east = read_population(file, (cut, 46.8, 2.3, 47.1)).table
    assert west["population"].sum() + east["population"].sum() == whole["population"].sum()
    assert not set(west["carreau"]) & set(east["carreau"])


def test_raster_defects(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="négative"):
        read_population(known(write_raster(tmp_path, nodata=None)), (1.9, 46.8, 2.3, 47.1))
    file = known(write_raster(tmp_path))
    with pytest.raises(DataError, match="ne couvre pas"):
        read_population(file, (5.0, 46.8, 5.3, 47.1))
    file.path.write_bytes(file.path.read_bytes()[:-200])
    with pytest.raises(DataError, match="illisible"):
        read_population(file, (1.9, 46.8, 2.3, 47.1))


def test_a_raster_of_an_unknown_name_is_left_alone(tmp_path: Path) -> None:
    assert recognise(write_raster(tmp_path, "temps_acces.tif")) is None


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"dtype": "complex64"}, "ne sont pas des nombres"),
        ({"transform": Affine(0, 0, 2.0, 0, 0.01, 46.0)}, "sans taille"),
        ({"transform": Affine(0.01, 0, 2.0, 0, 0, 47.0)}, "sans taille"),
        (
            {"tiled": True, "blockxsize": 8192, "blockysize": 8192, "sparse_ok": True},
            "blocs de 67108864 cellules",
        ),
    ],
)
def test_a_raster_that_cannot_be_held_or_counted_is_refused(
    tmp_path: Path, options: dict[str, object], words: str
) -> None:
    path = tmp_path / "fra_ppp_2020.tif"
    size = 10_000 if "tiled" in options else 100
    known_good = {
        "dtype": "float32",
        "crs": "EPSG:4326",
        "transform": Affine(0.01, 0, 2.0, 0, -0.01, 47.0),
    }
    with rasterio.open(
        path, "w", driver="GTiff", height=size, width=size, count=1, **known_good | options
    ):
        pass
    file = SourceFile("population_raster", path, "geotiff")
    with pytest.raises(DataError, match=words):
        read_population(file, (2.0, 46.9, 2.1, 47.0))
