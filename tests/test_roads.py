"""Which road file is chosen, and what is not compiled."""

from __future__ import annotations

import geopandas as gpd
import pytest

from diagterritoire import roads
from diagterritoire.errors import DataError
from diagterritoire.parameters import Parameters
from diagterritoire.sources import osm
from diagterritoire.sources.scan import scan
from diagterritoire.territory import of_communes
from test_sources_osm import ROAD, write_osm

CODES = ["18001", "18002", "18003"]


@pytest.fixture
def points():
    """Three communes up the meridian, 20 km apart."""
    frame = gpd.GeoDataFrame(
        {"code_commune": CODES},
        geometry=gpd.points_from_xy([2.0, 2.0, 2.0], [46.0, 46.18, 46.36], crs=4326),
    ).to_crs(2154)
    return frame.assign(x=frame.geometry.x, y=frame.geometry.y)


def extract(folder, name, north, last):
    """A road along the meridian, from `north` to `last` hundredths of degree above 46."""
    places = {k: (0, k) for k in range(max(north, 1), last + 1)}
    path = write_osm(folder, [(list(places), ROAD)], places=places)
    box = f'minlat="{46 + north / 100}" minlon="1.99" maxlat="{46 + last / 100}" maxlon="2.01"'
    text = path.read_text(encoding="utf-8")
    announced = 'minlat="45.9" minlon="1.9" maxlat="46.1" maxlon="2.1"'
    (folder / name).write_text(text.replace(announced, box), encoding="utf-8")
    path.unlink()


@pytest.fixture
def compiled(monkeypatch):
    """Names of the extracts read, in order."""
    names = []
    real = osm.read_osm

    def read(path):
        names.append(path.name)
        return real(path)

    monkeypatch.setattr(osm, "read_osm", read)
    return names


def choose(folder, points, cache):
    territory = of_communes(set(CODES), "liste", "Trois communes")
    return roads.choose_roads(scan(folder), territory, points, cache, Parameters())


def test_only_the_extract_that_reaches_most_is_compiled(tmp_path, points, compiled):
    folder = tmp_path / "brut"
    folder.mkdir()
    extract(folder, "a_sud.osm", 1, 5)
    extract(folder, "b_tout.osm", 1, 40)
    extract(folder, "c_loin.osm", 300, 310)
    found = choose(folder, points, tmp_path / "cache")
    assert compiled == ["b_tout.osm"]
    assert found.sources["fichier"].tolist() == ["b_tout.osm"]
    assert found.sources["cle"].tolist() == ["routes_osm"]
    rows = found.controle.set_index("motif")
    assert rows.loc[roads.ECARTE, "exemples"] == "a_sud.osm et c_loin.osm"
    assert rows.loc[osm.ROUTES_LUES, "nombre"] == 1
    again = choose(folder, points, tmp_path / "cache")
    assert again.reused
    assert compiled == ["b_tout.osm"]
    assert again.controle.equals(found.controle)


def test_an_extract_elsewhere_is_not_used(tmp_path, points, compiled):
    folder = tmp_path / "brut"
    folder.mkdir()
    extract(folder, "loin.osm", 300, 310)
    found = choose(folder, points, tmp_path / "cache")
    assert found.graph is None
    assert compiled == []
    assert found.controle["exemples"].tolist() == ["loin.osm"]


def test_a_damaged_extract_is_an_error_not_a_reason_to_take_another(tmp_path, points):
    folder = tmp_path / "brut"
    folder.mkdir()
    extract(folder, "a.osm", 1, 40)
    path = folder / "a.osm"
    path.write_text(path.read_text(encoding="utf-8").replace("<way", "<ouais"), encoding="utf-8")
    with pytest.raises(DataError, match=r"a\.osm"):
        choose(folder, points, tmp_path / "cache")
