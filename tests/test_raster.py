"""The raster of times: opened by rasterio, aligned, the same bytes twice."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
import rasterio

from diagterritoire import __version__
from diagterritoire.core.times.surface import Grid
from diagterritoire.errors import DiskError
from diagterritoire.outputs.raster import write_raster
from factory import small_diagnosis


@pytest.fixture
def written(tmp_path):
    path = tmp_path / "temps_acces.tif"
    write_raster(small_diagnosis(), path)
    return path


def test_values_projection_and_tags(written):
    with rasterio.open(written) as raster:
        assert (raster.driver, raster.dtypes, raster.nodata) == ("GTiff", ("float32",), -1.0)
        assert raster.crs.to_epsg() == 2154
        assert raster.res == (200.0, 200.0)
        assert tuple(raster.bounds) == (400_000.0, 6_600_000.0, 400_600.0, 6_600_400.0)
        expected = np.array([[0, 8.5, -1], [17.5, 12, 30.25]], dtype=np.float32)
        np.testing.assert_array_equal(raster.read(1), expected)
        assert raster.units == ("min",)
        assert len(raster.overviews(1)) >= 1
        tags, band = raster.tags(), raster.tags(1)
    assert (tags["unite"], tags["version"], tags["slug"]) == ("min", __version__, "demo")
    assert "inventées" in tags["TIFFTAG_IMAGEDESCRIPTION"]
    assert {k: band[f"STATISTICS_{k}"] for k in ("MINIMUM", "MAXIMUM", "MEAN")} == {
        "MINIMUM": "0",
        "MAXIMUM": "30.25",
        "MEAN": "13.65",
    }
    assert [p.name for p in written.parent.iterdir()] == ["temps_acces.tif"]


def test_same_bytes(written, tmp_path):
    again = tmp_path / "encore.tif"
    write_raster(small_diagnosis(), again)
    write_raster(small_diagnosis(), again)
    assert again.read_bytes() == written.read_bytes()


@pytest.mark.parametrize("crs", ["EPSG:5490", "EPSG:2972", "EPSG:2975", "EPSG:4471"])
def test_other_projections_and_a_large_one(tmp_path, crs):
    diagnosis = small_diagnosis()
    minutes = np.linspace(0, 60, 700 * 300, dtype=np.float32).reshape(700, 300)
    minutes[:, :100] = -1
    large = dataclasses.replace(
        diagnosis,
        territory=dataclasses.replace(diagnosis.territory, crs=crs),
        temps_acces=Grid(-400, 800, minutes, 0),
    )
    path = tmp_path / "a.tif"
    write_raster(large, path)
    with rasterio.open(path) as raster:
        assert raster.crs.to_string() == crs
        np.testing.assert_array_equal(raster.read(1), minutes)
        assert raster.overviews(1) == [2, 4, 8]
        small = raster.read(1, out_shape=(175, 75), masked=True)
        # What is out of the territory stays out of the means.
        assert small[:, :25].mask.all()
        assert small.min() >= 0


def test_no_gp_reached_anywhere(tmp_path):
    nowhere = Grid(0, 0, np.full((1, 1), -1, dtype=np.float32), 1)
    path = tmp_path / "a.tif"
    write_raster(dataclasses.replace(small_diagnosis(), temps_acces=nowhere), path)
    with rasterio.open(path) as raster:
        assert raster.read(1).tolist() == [[-1.0]]
        assert raster.tags()["cellules_sans_temps"] == "1"


def test_a_folder_that_is_not_there(tmp_path):
    with pytest.raises(DiskError):
        write_raster(small_diagnosis(), tmp_path / "absent" / "a.tif")
