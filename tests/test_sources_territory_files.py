"""A territory named by a file."""

from __future__ import annotations

import json
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from diagterritoire.errors import UsageError
from diagterritoire.sources.territory_files import communes_inside, read_codes

POINTS = pd.DataFrame(
    {"code_commune": ["2A004", "01001", "01002"], "lon": [0.5, 1.0, 5.0], "lat": [0.5, 1.0, 5.0]}
)
SQUARE = shapely.box(0, 0, 1, 1)


def test_codes_header_comments_and_blank_lines(tmp_path: Path) -> None:
    path = tmp_path / "liste.csv"
    path.write_bytes(
        '\ufeffcode;nom\r\n# essai\r\n\r\n"2A004";Ajaccio\r\n01001\r\n01001\r\n'.encode()
    )
    assert read_codes(path) == ["2A004", "01001"]


def test_codes_without_header(tmp_path: Path) -> None:
    path = tmp_path / "liste.txt"
    path.write_text("bv:2A004\n200000001\tCC\nreg:94")
    assert read_codes(path) == ["bv:2A004", "200000001", "reg:94"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "aucun code"),
        (b"code\n", "aucun code"),
        (b"2A004\nAjaccio\n", r"ligne 2 : « Ajaccio »"),
        (b"2A004\n\x1b[31m\n", r"« \?\[31m »"),
        (b"\x00\x01", "pas un fichier texte"),
        (b"01001\n" * 200_000, "dépasse 1 Mo"),
    ],
)
def test_lists_that_are_none(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "liste.txt"
    path.write_bytes(content)
    with pytest.raises(UsageError, match=message):
        read_codes(path)


def test_missing_list(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="introuvable"):
        read_codes(tmp_path / "absent.txt")


def _feature(shape: shapely.Geometry) -> dict[str, object]:
    return {"type": "Feature", "properties": {}, "geometry": json.loads(shapely.to_geojson(shape))}


def test_communes_inside_a_geojson_edge_included(tmp_path: Path) -> None:
    path = tmp_path / "zone.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [_feature(SQUARE)]}))
    assert communes_inside(path, POINTS) == ["01001", "2A004"]
    path.write_text(json.dumps(_feature(SQUARE)))
    assert communes_inside(path, POINTS) == ["01001", "2A004"]


def test_geojson_of_a_declared_projection(tmp_path: Path) -> None:
    wide = gpd.GeoSeries([shapely.box(4, 4, 6, 6)], crs="EPSG:4326").to_crs("EPSG:3857").iloc[0]
    document = _feature(wide) | {"crs": {"type": "name", "properties": {"name": "EPSG:3857"}}}
    path = tmp_path / "zone.geojson"
    path.write_text(json.dumps(document))
    assert communes_inside(path, POINTS) == ["01002"]


def test_communes_inside_a_geopackage(tmp_path: Path) -> None:
    path = tmp_path / "zone.gpkg"
    frame = gpd.GeoDataFrame(geometry=[SQUARE], crs="EPSG:4326")
    frame.to_crs("EPSG:3857").to_file(path, layer="zone", driver="GPKG")
    assert "2A004" in communes_inside(path, POINTS)
    frame.to_file(path, layer="autre", driver="GPKG")
    with pytest.raises(UsageError, match="2 couches"):
        communes_inside(path, POINTS)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.geojson", "{", "pas un GeoJSON lisible"),
        ("a.geojson", "[1]", "pas un GeoJSON lisible"),
        ("a.geojson", json.dumps(_feature(shapely.Point(0, 0))), "doit contenir des polygones"),
        ("a.geojson", json.dumps(_feature(shapely.box(8, 8, 9, 9))), "aucune commune"),
        ("a.geojson", '{"type": "FeatureCollection", "features": []}', "trouvé : rien"),
        ("a.gpkg", "<OGRVRTDataSource/>", "pas un GeoPackage"),
        ("a.shp", "x", "seuls .geojson et .gpkg"),
    ],
)
def test_zones_that_are_none(tmp_path: Path, name: str, content: str, message: str) -> None:
    path = tmp_path / name
    path.write_text(content)
    with pytest.raises(UsageError, match=message):
        communes_inside(path, POINTS)
