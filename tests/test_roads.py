"""Which road file is chosen, and what is not compiled."""

from __future__ import annotations

import geopandas as gpd
import networkx as nx
import pytest
import requests
import shapely

from diagterritoire import ledger
from diagterritoire.download import FOLDER
from diagterritoire.errors import DataError, NetworkError
from diagterritoire.inputs import roads
from diagterritoire.inputs.preparation import _roads_note
from diagterritoire.parameters import Parameters, override
from diagterritoire.sources.folder.scan import scan
from diagterritoire.sources.roads import osm, overpass
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


DEFAULT = Parameters()


def choose(folder, points, cache, parameters=DEFAULT, **options):
    territory = of_communes(set(CODES), "liste", "Trois communes")
    return roads.choose_roads(scan(folder), territory, points, cache, parameters, **options)


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
    assert rows.loc["voies du réseau", "nombre"] == 1
    assert ledger.unbalanced(found.controle).empty
    again = choose(folder, points, tmp_path / "cache")
    assert again.reused
    assert compiled == ["b_tout.osm"]
    # The order of a hierarchy is made when a search asks for it.
    assert not again.graph.order.ready()
    assert len(again.graph.order.read()) == len(again.graph.x)
    assert choose(folder, points, tmp_path / "cache").graph.order.ready()
    assert again.controle.equals(found.controle)


def test_an_extract_elsewhere_is_not_used(tmp_path, points, compiled):
    folder = tmp_path / "brut"
    folder.mkdir()
    extract(folder, "loin.osm", 300, 310)
    found = choose(folder, points, tmp_path / "cache")
    assert found.graph is None
    assert compiled == []
    assert found.controle["exemples"].tolist() == ["loin.osm", "18001, 18002 et 18003"]


def test_who_lacks_a_road_file_is_told_which_extract_to_fetch(tmp_path, points):
    folder = tmp_path / "brut"
    folder.mkdir()
    found = choose(folder, points, tmp_path / "cache")
    page = "« centre-latest.osm.pbf » (https://download.geofabrik.de/europe/france/centre.html)"
    assert page in found.conseil
    row = found.controle.iloc[0]
    assert row["motif"] == f"{roads.SANS_ROUTE} ; extrait qui les couvre : {page}"
    assert (row["nombre"], row["part"]) == (3, 1.0)
    extract(folder, "sud.osm", 1, 5)
    found = choose(folder, points, tmp_path / "cache")
    assert found.graph is not None
    assert found.conseil.replace("\u00a0", " ").startswith("2 communes du territoire sans fichier")
    assert f"réunissez « sud.osm » et l'extrait OpenStreetMap {page} en un seul" in found.conseil
    rows = found.controle.set_index("motif")
    assert rows.loc[f"{roads.SANS_ROUTE} ; extrait qui les couvre : {page}", "exemples"] == (
        "18002 et 18003"
    )


def test_an_extract_already_there_is_not_asked_again(tmp_path, points):
    folder = tmp_path / "brut"
    folder.mkdir()
    extract(folder, "centre-latest.osm.pbf", 1, 5)
    found = choose(folder, points, tmp_path / "cache")
    assert "geofabrik" not in found.conseil
    assert found.controle.set_index("motif").loc[roads.SANS_ROUTE, "nombre"] == 2


class Overpass:
    """Roads up the meridian, from 46 to the last hundredth of degree; counts the queries."""

    def __init__(self, last=40):
        self.last, self.zones = last, []

    def __call__(self, zone):
        self.zones.append(zone)
        graph = nx.MultiDiGraph(crs="epsg:4326")
        for k in range(self.last + 1):
            graph.add_node(k, x=2.0, y=46 + k / 100)
        for k in range(self.last):
            graph.add_edge(k, k + 1, length=1111.0, highway="primary", osmid=k)
            graph.add_edge(k + 1, k, length=1111.0, highway="primary", osmid=k)
        return graph


ASKED = override(Parameters(), {"reseau": {"overpass": True}})


def test_overpass_is_asked_once_when_the_user_wants_it_and_no_file_serves(tmp_path, points):
    folder = tmp_path / "brut"
    folder.mkdir()
    fake = Overpass()
    for parameters, options in (
        (Parameters(), {"hors_ligne": False}),
        (ASKED, {}),
        (ASKED, {"hors_ligne": True}),
        (override(ASKED, {"reseau": {"overpass_max_km2": 500}}), {"hors_ligne": False}),
    ):
        found = choose(folder, points, tmp_path / "cache", parameters, fetch=fake, **options)
        assert found.graph is None
    assert fake.zones == []
    assert "500 au plus" in found.conseil
    found = choose(folder, points, tmp_path / "cache", ASKED, hors_ligne=False, fetch=fake)
    assert len(found.graph.x) == 41
    (path,) = (folder / FOLDER).glob("*.graphml")
    assert found.sources["fichier"].tolist() == [path.name]
    assert "téléchargé" in found.sources["millesime"].item()
    assert found.conseil == ""
    # 40 km of meridian and 10 km around.
    (zone,) = fake.zones
    assert zone.bounds == pytest.approx((1.87, 45.91, 2.13, 46.45), abs=0.01)
    again = choose(folder, points, tmp_path / "cache", ASKED, hors_ligne=False, fetch=fake)
    offline = choose(folder, points, tmp_path / "cache", Parameters())
    assert again.reused
    assert offline.reused
    assert len(fake.zones) == 1


def test_overpass_may_be_asked_is_said_for_a_small_territory_only(tmp_path, points):
    folder = tmp_path / "brut"
    folder.mkdir()
    small = choose(folder, points, tmp_path / "cache", hors_ligne=False)
    assert small.conseil.endswith(small.overpass)
    assert "reseau.overpass" in small.overpass
    # The rest of it is a caution of the diagnosis: on screen it is not said twice.
    assert "geofabrik" not in small.overpass
    assert small.overpass in _roads_note(small)
    assert "geofabrik" not in _roads_note(small)
    parameters = override(Parameters(), {"reseau": {"overpass_max_km2": 500}})
    large = choose(folder, points, tmp_path / "cache", parameters, hors_ligne=False).conseil
    assert "Overpass" not in large


def test_what_overpass_gave_for_a_neighbour_does_not_serve(tmp_path, points):
    folder = tmp_path / "brut"
    folder.mkdir()
    overpass.download_roads(
        shapely.box(2.0, 45.5, 2.1, 45.6),
        folder / FOLDER,
        hors_ligne=False,
        max_km2=100.0,
        fetch=Overpass(5),
    )
    fake = Overpass()
    found = choose(folder, points, tmp_path / "cache", hors_ligne=False, fetch=fake)
    assert len(found.graph.x) == 6
    found = choose(folder, points, tmp_path / "cache", ASKED, hors_ligne=False, fetch=fake)
    assert len(found.graph.x) == 41
    assert len(fake.zones) == 1


def test_a_road_file_that_serves_is_enough(tmp_path, points):
    folder = tmp_path / "brut"
    folder.mkdir()
    extract(folder, "sud.osm", 1, 5)
    fake = Overpass()
    choose(folder, points, tmp_path / "cache", ASKED, hors_ligne=False, fetch=fake)
    assert fake.zones == []


def test_overpass_that_fails_is_an_error_that_says_what_to_do(tmp_path, points):
    folder = tmp_path / "brut"
    folder.mkdir()

    def fails(zone):
        raise requests.ConnectionError("coupé")

    with pytest.raises(NetworkError, match="Overpass n'a pas donné") as caught:
        choose(folder, points, tmp_path / "cache", ASKED, hors_ligne=False, fetch=fails)
    assert "reseau.overpass" in caught.value.remede
    assert list(folder.iterdir()) == []


def test_a_damaged_extract_is_an_error_not_a_reason_to_take_another(tmp_path, points):
    folder = tmp_path / "brut"
    folder.mkdir()
    extract(folder, "a.osm", 1, 40)
    path = folder / "a.osm"
    path.write_text(path.read_text(encoding="utf-8").replace("<way", "<ouais"), encoding="utf-8")
    with pytest.raises(DataError, match=r"a\.osm"):
        choose(folder, points, tmp_path / "cache")
