"""Overpass: one query, kept; nothing is sent offline. No socket is opened here."""

from __future__ import annotations

import ssl

import networkx as nx
import osmnx
import pytest
import requests
import shapely
import truststore

from diagterritoire.download import discard, origin_of, spoiled
from diagterritoire.errors import DataError, NetworkError
from diagterritoire.sources.roads.overpass import download_roads as download
from diagterritoire.sources.roads.overpass import is_answer, through_osmnx
from diagterritoire.sources.roads.routes import read_graphml

ZONE = shapely.box(9.0, 42.0, 9.1, 42.1)


def download_roads(zone, folder, **options):
    return download(zone, folder, max_km2=2500.0, **options)


class Fake:
    """A transport that answers what it is told, and counts."""

    def __init__(self, answer=None):
        self.calls = 0
        self.answer = answer

    def __call__(self, zone):
        self.calls += 1
        if isinstance(self.answer, Exception):
            raise self.answer
        if self.answer is not None:
            return self.answer
        graph = nx.MultiDiGraph(crs="epsg:4326")
        graph.add_node(11, x=9.01, y=42.01)
        graph.add_node(12, x=9.02, y=42.02)
        graph.add_edge(11, 12, length=1500.0, highway=["primary", "tertiary"], osmid=[1, 2])
        return graph


def test_one_query_then_the_copy_even_offline(tmp_path):
    fake = Fake()
    path = download_roads(ZONE, tmp_path, hors_ligne=False, fetch=fake)
    nodes, edges, _ = read_graphml(path)
    assert len(nodes) == 2
    assert edges[["longueur_m", "classe"]].to_numpy().tolist() == [[1500.0, "tertiary"]]
    again = download_roads(shapely.box(9.1, 42.1, 9.0, 42.0), tmp_path, hors_ligne=True, fetch=fake)
    assert again == path
    assert fake.calls == 1
    assert is_answer(path)
    assert origin_of(path).cle == "routes"
    assert sorted(p.name for p in tmp_path.iterdir()) == [
        f".{path.name}.origine.json",
        path.name,
    ]


def test_a_damaged_copy_is_asked_again(tmp_path):
    fake = Fake()
    path = download_roads(ZONE, tmp_path, hors_ligne=False, fetch=fake)
    whole = path.read_bytes()
    path.write_bytes(whole[:-20])
    assert spoiled(tmp_path) == [path]
    assert download_roads(ZONE, tmp_path, hors_ligne=False, fetch=fake).read_bytes() == whole
    assert fake.calls == 2
    assert spoiled(tmp_path) == []
    discard(path)
    assert not is_answer(path)


@pytest.mark.parametrize(
    ("zone", "hors_ligne", "message"),
    [(ZONE, True, "Hors ligne"), (shapely.box(9, 42, 10, 43), False, "9131 km², 2500 au plus")],
)
def test_nothing_is_sent(tmp_path, zone, hors_ligne, message):
    fake = Fake()
    with pytest.raises(NetworkError, match=message):
        download_roads(zone, tmp_path, hors_ligne=hors_ligne, fetch=fake)
    assert fake.calls == 0


@pytest.mark.parametrize(
    "failure", [requests.ConnectionError("coupé"), requests.Timeout("tard"), ValueError("vide")]
)
def test_a_failed_query_is_a_clear_error_and_keeps_nothing(tmp_path, failure):
    with pytest.raises(NetworkError, match="Overpass n'a pas donné"):
        download_roads(ZONE, tmp_path, hors_ligne=False, fetch=Fake(failure))
    with pytest.raises(DataError, match="aucune route"):
        download_roads(ZONE, tmp_path, hors_ligne=False, fetch=Fake(nx.MultiDiGraph()))
    assert not list(tmp_path.iterdir())


def test_the_settings_of_osmnx_are_put_back(monkeypatch):
    seen, trusted = {}, ssl.SSLContext

    def graph_from_polygon(zone, **options):
        seen.update(
            options,
            cache=osmnx.settings.use_cache,
            doh=osmnx.settings.doh_url_template,
            trust=ssl.SSLContext,
        )
        raise ValueError("vide")

    monkeypatch.setattr(osmnx, "graph_from_polygon", graph_from_polygon)
    before = {k: v for k, v in vars(osmnx.settings).items() if not k.startswith("_")}
    with pytest.raises(ValueError, match="vide"):
        through_osmnx(ZONE)
    assert seen["cache"] is False
    assert seen["doh"] is None
    assert seen["trust"] is truststore.SSLContext
    assert ssl.SSLContext is trusted
    assert {k: v for k, v in vars(osmnx.settings).items() if not k.startswith("_")} == before
