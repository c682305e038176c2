"""The benches without their peers: what is invented, how a failure is named, what is compared."""

from __future__ import annotations

import importlib
import json
import sys
from types import ModuleType

import numpy as np
import osmium
import pytest
from bench import __main__ as every
from bench import (
    carte,
    concurrents,
    environnements,
    fermete,
    itineraires,
    recherche,
    routes,
    trajets,
)
from bench.reseau import draw_region
from bench.synthetique import BLOCK, ROAD_NODES, write_extract

from diagterritoire.sources.roads.osm import ROUTES_LUES, read_osm


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
    with pytest.raises(environnements.FailedError, match="ValueError: non"):
        environnements.run([sys.executable, "-c", "raise ValueError('non')"])
    assert environnements.run([sys.executable, "-c", "print(3)"], 4 << 30) == "3\n"
    with pytest.raises(environnements.FailedError, match=r"Python 9\.1 ou plus récent"):
        environnements.interpreter((9, 1))


def test_without_extracts_or_without_a_peer_the_measures_go_on(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(itineraires, "REAL", tmp_path)
    itineraires.main()
    assert capsys.readouterr().out.count("données réelles absentes") == 2
    (tmp_path / "osm").mkdir()
    (tmp_path / "osm" / "andorra.osm.pbf").touch()

    def refuse(*wanted, oldest):
        raise environnements.FailedError(f"{wanted[0]} : aucune roue")

    monkeypatch.setattr(itineraires, "environment", refuse)
    itineraires.main()
    assert "pyvalhalla==3.9.1 ne s'installe pas" in capsys.readouterr().out


def test_without_real_extracts_nothing_is_measured(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(routes, "REAL", tmp_path)
    assert list(routes.extracts(tmp_path)) == []
    assert "Aucun extrait réel" in capsys.readouterr().out


def test_the_peak_is_that_of_the_process_alone():
    mine = np.ones(50_000_000)
    peak = environnements.measured([sys.executable, "-S", "-c", "x = bytearray(60 << 20)"])
    assert 60 < peak < 150 < mine.nbytes / 2**20


def test_a_measure_that_is_not_there_is_refused(monkeypatch):
    done = []
    monkeypatch.setitem(every.SUITES, "temps", ("titre", lambda: done.append("temps")))
    monkeypatch.setitem(every.SUITES, "valhalla", ("titre", lambda: done.append("valhalla")))
    every.main(["valhalla temps"])
    assert done == ["valhalla", "temps"]
    with pytest.raises(
        SystemExit, match=r"inconnue : tout.*, temps, tirages, fermete, france, concurrents"
    ):
        every.main(["tout"])


def test_differing_answers_are_counted_on_both_sides():
    def answers(near, rows, **more):
        columns = zip(("site", "origine", "temps"), np.array(rows, np.int32).T, strict=True)
        return {"proche": np.array(near, np.int32), **dict(columns), **more}

    known = answers([5, 6, -1], [(0, 0, 10), (0, 1, 20), (1, 1, 30)])
    assert concurrents.compared(known, known, 2) == ("6", "0")
    # One nearest time, one pair that is not there, one that is only there, one other time.
    other = answers([5, 7, -1], [(0, 0, 11), (0, 2, 20), (1, 1, 30)])
    assert concurrents.compared(other, known, 2) == ("7", "4")
    # A site that was not asked is not compared.
    part = answers([5, 6, -1], [(1, 1, 30)], sites=np.array([1]))
    assert concurrents.compared(part, known, 2) == ("4", "0")


def test_the_engines_at_hand_answer_alike(tmp_path, monkeypatch):
    monkeypatch.setattr(recherche, "BUDGET_S", 0.0)
    region = draw_region(16_000, 3, 40)
    case, path = tmp_path / "cas.npz", tmp_path / "reponses.npz"
    concurrents.keep(region, case)
    found = {}
    for name in ("compartiments", "hierarchie", "scipy", "networkx"):
        recherche.main(name, case, path, 1)
        with np.load(path) as kept:
            found[name] = {key: kept[key] for key in kept.files}
        said = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
        # The budget is spent by the first site.
        assert said["sites"] == (1 if name == "networkx" else 3)
        assert concurrents.row(said, {"proche": 1.0, "matrice": 1.0}, 3)[4] != "0"
    known = found["compartiments"]
    for answers in found.values():
        count, differing = concurrents.compared(answers, known, 3)
        assert int(count) > 0
        assert differing == "0"


def test_trips_are_drawn_apart_and_their_classes_sum_to_them(tmp_path):
    path = tmp_path / "petit.osm.pbf"
    write_extract(path, 200_000)
    trips = tmp_path / "trajets.json"
    trajets.main(path, "EPSG:2154", trips)
    said = json.loads(trips.read_text(encoding="utf-8"))
    times = said["temps"][trajets.DEFAULT]
    assert len(times) == len(said["paires"]) == len(said["classes"]) > 0
    for seconds, metres, classes in zip(times, said["metres"], said["classes"], strict=True):
        assert metres >= trajets.APART_M * 0.99
        assert sum(spent for _, spent in classes.values()) == pytest.approx(seconds)


def test_the_gap_and_what_it_would_be_at_other_speeds():
    ours, theirs = np.array([110.0, 120.0, 90.0]), np.array([100.0, 100.0, 100.0])
    assert itineraires.gap(ours, theirs) == ("10.0%", "18.0%", "1.10")
    mine = [{"primary": (1000.0, 90.0), "track": (10.0, 6.0)}]
    speeds = itineraires.summed([{"primary": (2000.0, 60.0)}, {"primary": (2000.0, 180.0)}])
    # 4 km in 240 s are 60 km/h; the other side drives no track.
    assert itineraires.retimed(mine, speeds).tolist() == pytest.approx([66.0])


def test_the_first_point_of_a_line_of_valhalla(monkeypatch):
    for name in ("valhalla", "valhalla.config"):
        monkeypatch.setitem(sys.modules, name, ModuleType(name))
    sys.modules["valhalla.config"].get_config = None
    library = importlib.import_module("bench.trajets_valhalla")
    # 47.1 and -9.5 millionths: 94.2 and -19 millions once the sign is in the lowest bit.
    assert library.first_point("_ewyxA~tybQ??") == [-9.5, 47.1]
    assert library.metres_between([9.0, 60.0], [9.001, 60.0]) == pytest.approx(55.6, abs=0.1)
    edge = {"road_class": "service_other", "use": "track"}
    assert library.osm_class(edge) == "track"
    assert library.osm_class(edge | {"use": "driveway"}) == "service"
    assert library.osm_class({"road_class": "primary", "use": "ramp"}) == "primary_link"


def test_the_draws_of_a_small_region_are_measured(monkeypatch, capsys):
    for name, value in (("COMMUNES", 45), ("SITES", 30), ("NODES_BY_COMMUNE", 60)):
        monkeypatch.setattr(fermete, name, value)
    fermete.main(2)
    told = capsys.readouterr().out
    assert "45 communes, 30 sites, 2 tirages" in told
    assert told.count("| fermeté") == 2


def test_the_communes_of_a_map_are_counted_and_its_steps_told(tmp_path):
    page, manifest = tmp_path / "carte.html", tmp_path / "manifest.json"
    data = {"communes": {"dans_territoire": {"valeurs": [False, True], "rangs": "ABBAB"}}}
    page.write_text(f'<script id="donnees">{json.dumps(data)}</script>', encoding="utf-8")
    assert carte.counted(page) == (3, 5)
    steps = {"Carte": 1.25, "Diagnostic": 7.0}
    manifest.write_text(json.dumps({"durees": {"secondes": steps}}), encoding="utf-8")
    assert carte.told(manifest) == "Diagnostic 7.0 s, Carte 1.2 s"


def test_without_real_data_territories_of_three_sizes_are_invented(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(carte, "REAL", tmp_path)
    monkeypatch.setattr(carte, "TAILLES", (40,))
    ((folder, code),) = carte.territories(tmp_path, ())
    assert (folder / "communes_2024_france.gpkg").exists()
    assert code == "00"
    assert "inventés" in capsys.readouterr().out
