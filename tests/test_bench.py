"""The benches that need no peer: the invented extract, and how a failure is named."""

from __future__ import annotations

import sys

import osmium
import pytest
from bench import routes
from bench.synthetique import BLOCK, ROAD_NODES, write_extract

from diagterritoire.sources.osm import ROUTES_LUES, read_osm


def test_the_invented_extract_is_a_chain_of_roads_among_buildings(tmp_path):
    path = tmp_path / "petit.osm.pbf"
    write_extract(path, 400_000)
    assert 400_000 <= path.stat().st_size < 800_000
    kinds = [found.type_str() for found in osmium.FileProcessor(str(path))]
    assert kinds.count("n") % BLOCK == 0
    assert kinds.count("w") % BLOCK == 0
    read = read_osm(path)
    assert read.compte == {ROUTES_LUES: BLOCK}
    assert len(read.troncons) >= 2 * BLOCK
    assert len(read.noeuds) < ROAD_NODES * BLOCK
    again = tmp_path / "encore.osm.pbf"
    write_extract(again, 400_000)
    assert again.read_bytes() == path.read_bytes()


def test_a_peer_that_fails_is_named_with_its_last_line():
    with pytest.raises(routes.FailedError, match="ValueError: non"):
        routes.run([sys.executable, "-c", "raise ValueError('non')"])
    assert routes.run([sys.executable, "-c", "print(3)"], 4 << 30) == "3\n"


def test_without_real_extracts_nothing_is_measured(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(routes, "REAL", tmp_path)
    assert list(routes.extracts(tmp_path)) == []
    assert "Aucun extrait réel" in capsys.readouterr().out
