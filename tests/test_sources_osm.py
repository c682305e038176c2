"""Roads of OpenStreetMap: rules, junctions, formats, damaged files."""

from __future__ import annotations

import bz2
import gzip
import math
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import osmium
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Transformer

from diagterritoire.errors import DataError
from diagterritoire.network.compiled import compile_network
from diagterritoire.network.coverage import points_near
from diagterritoire.network.graph import build_graph
from diagterritoire.parameters import Parameters, override
from diagterritoire.sources.folder.scan import recognise, scan
from diagterritoire.sources.roads import osm, osm_rules
from diagterritoire.sources.roads.osm_topology import cut_at_junctions
from slow_osm import slow_roads

# One hundredth of a degree of latitude on the sphere.
STEP_M = math.radians(0.01) * 6_371_008.8

# Six nodes up a meridian, and two aside.
PLACES = {1: (0, 0), 2: (0, 1), 3: (0, 2), 4: (0, 3), 5: (0, 4), 6: (0, 5), 7: (1, 2), 8: (1, 4)}


def write_osm(folder: Path, ways: list[tuple[list[int], dict[str, str]]], places=None) -> Path:
    """Write an extract; way 1 is the first one."""
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', '<osm version="0.6" generator="test">']
    lines.append('<bounds minlat="45.9" minlon="1.9" maxlat="46.1" maxlon="2.1"/>')
    for node, (east, north) in (PLACES if places is None else places).items():
        lines.append(f'<node id="{node}" lat="{46 + north / 100}" lon="{2 + east / 100}"/>')
    for number, (nodes, tags) in enumerate(ways, start=1):
        lines.append(f'<way id="{number}">')
        lines += [f'<nd ref="{node}"/>' for node in nodes]
        lines += [f'<tag k="{k}" v="{v}"/>' for k, v in tags.items()]
        lines.append("</way>")
    path = folder / "x.osm"
    path.write_text("\n".join([*lines, "</osm>", ""]), encoding="utf-8")
    return path


def sections(path: Path) -> list[tuple[str, float]]:
    """Sections as `from>to class`, named by the places in hundredths of degree, and steps long."""
    read = osm.read_osm(path)
    spots = {spot: node for node, spot in PLACES.items()}
    name = [
        spots[(round((lon - 2) * 100), round((lat - 46) * 100))]
        for lon, lat in zip(read.noeuds["lon"], read.noeuds["lat"], strict=True)
    ]
    rows = read.troncons.itertuples(index=False)
    return [
        (f"{name[r.depart]}>{name[r.arrivee]} {r.classe}", round(r.longueur_m / STEP_M, 2))
        for r in rows
    ]


ROAD = {"highway": "tertiary"}


def test_a_way_is_split_at_junctions_only_and_lengths_are_summed(tmp_path):
    path = write_osm(tmp_path, [([1, 2, 3, 4, 5, 6], ROAD), ([7, 3], {"highway": "service"})])
    assert sections(path) == [
        ("1>3 tertiary", 2.0),
        ("3>1 tertiary", 2.0),
        ("3>6 tertiary", 3.0),
        ("6>3 tertiary", 3.0),
        ("7>3 service", 0.69),
        ("3>7 service", 0.69),
    ]


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ({}, ["1>6", "6>1"]),
        ({"oneway": "yes"}, ["1>6"]),
        ({"oneway": "-1"}, ["6>1"]),
        ({"oneway": "no", "highway": "motorway"}, ["1>6", "6>1"]),
        ({"highway": "motorway"}, ["1>6"]),
        ({"junction": "roundabout"}, ["1>6"]),
        ({"oneway": "yes", "oneway:motor_vehicle": "no"}, ["1>6", "6>1"]),
        ({"oneway:bicycle": "no", "oneway": "1"}, ["1>6"]),
    ],
)
def test_directions(tmp_path, tags, expected):
    path = write_osm(tmp_path, [([1, 2, 6], ROAD | tags)])
    assert [text.split()[0] for text, _ in sections(path)] == expected


def test_a_closed_roundabout_is_split_where_roads_meet_it(tmp_path):
    ways = [([3, 7, 5, 8, 3], ROAD | {"junction": "roundabout"}), ([1, 3], ROAD), ([6, 5], ROAD)]
    found = [text.split()[0] for text, _ in sections(write_osm(tmp_path, ways))]
    assert found == ["3>5", "5>3", "1>3", "3>1", "6>5", "5>6"]


@pytest.mark.parametrize(
    "tags",
    [
        {"access": "private"},
        {"access": "no"},
        {"motor_vehicle": "no"},
        {"access": "yes", "motorcar": "no"},
        {"vehicle": "forestry;agricultural"},
        {"area": "yes"},
        {"oneway": "reversible"},
        {"service": "emergency_access"},
        {"highway": "footway"},
        {"highway": "track"},
        {"highway": "construction"},
        {"highway": "proposed"},
    ],
)
def test_ways_left_out(tmp_path, tags):
    path = write_osm(tmp_path, [([1, 2], ROAD), ([3, 4], ROAD | tags)])
    assert [text for text, _ in sections(path)] == ["1>2 tertiary", "2>1 tertiary"]


@pytest.mark.parametrize(
    "tags",
    [
        {"access": "destination"},
        {"access": "permissive"},
        {"access": "no", "motor_vehicle": "yes"},
        {"access": "private", "vehicle": "destination"},
        {"motor_vehicle": "agricultural;destination"},
        {"access": "customers"},
    ],
)
def test_ways_kept(tmp_path, tags):
    assert len(sections(write_osm(tmp_path, [([1, 2], ROAD | tags)]))) == 2


def test_what_is_left_out_is_counted(tmp_path):
    ways = [
        ([1, 2], ROAD),
        ([2, 3], ROAD | {"access": "private"}),
        ([3, 4], {"route": "ferry", "motor_vehicle": "no"}),
        ([4, 5], {"building": "yes"}),
        ([5, 99, 6], ROAD),
        ([5, 6, 99, 7, 8], ROAD),
    ]
    assert osm.read_osm(write_osm(tmp_path, ways)).compte == {
        osm.ROUTES_LUES: 5,
        osm_rules.ACCES: 1,
        osm_rules.BAC_SANS_VOITURE: 1,
        osm.COUPEE: 1,
        osm.SANS_POINTS: 1,
    }


def test_a_missing_node_cuts_its_way(tmp_path):
    path = write_osm(tmp_path, [([1, 2, 99, 5, 6], ROAD)])
    assert [text.split()[0] for text, _ in sections(path)] == ["1>2", "2>1", "5>6", "6>5"]


def test_speed_limits_and_ferry_durations(tmp_path):
    ferry = {"route": "ferry", "duration": "00:20"}
    ways = [
        ([1, 2], ROAD | {"maxspeed": "50"}),
        ([2, 3], ROAD | {"maxspeed": "FR:rural"}),
        ([3, 4, 6], ferry),
        ([4, 8], ROAD),
    ]
    rows = osm.read_osm(write_osm(tmp_path, ways)).troncons.query("depart < arrivee")
    assert rows["classe"].tolist() == ["tertiary", "tertiary", "ferry", "ferry", "tertiary"]
    assert rows["vitesse_max_kmh"].tolist()[:2] == [50, 80]
    assert rows["vitesse_max_kmh"].isna().tolist() == [False, False, True, True, True]
    # Twenty minutes over one step, then two.
    assert rows["duree_min"].tolist()[2:4] == pytest.approx([20 / 3, 40 / 3], abs=1e-6)
    assert rows["duree_min"].isna().tolist() == [True, True, False, False, True]


@pytest.mark.parametrize(
    ("maxspeed", "limit"),
    [
        ("FR:urban", 50),
        ("FR:rural", 80),
        ("fr:rural", 80),
        ("FR:motorway", 130),
        ("FR:zone30", 30),
        ("FR:living_street", 20),
        ("50", 50),
        ("30 mph", 48.28),
        ("45.5 km/h", 45.5),
        ("walk", 6),
        ("FR:walk", 6),
    ],
)
def test_limits_that_are_understood(maxspeed, limit):
    assert osm_rules.kmh(maxspeed) == limit


@pytest.mark.parametrize(
    "maxspeed", ["none", "", "0", "signals", "50;30", "DE:rural", "FR:", ":walking", "-50", "1000"]
)
def test_limits_that_say_nothing(maxspeed):
    assert np.isnan(osm_rules.kmh(maxspeed))


@pytest.mark.parametrize(
    ("duration", "minutes"), [("00:20", 20), ("PT1H", 60), ("15", 15), ("souvent", None)]
)
def test_ferries_count_only_when_asked(tmp_path, duration, minutes):
    ways = [([1, 2], ROAD), ([2, 5], {"route": "ferry", "duration": duration})]
    read = osm.read_osm(write_osm(tmp_path, ways))
    network = compile_network(read.noeuds, read.troncons)
    assert len(network.lon) == 3
    dry = build_graph(network, "EPSG:2154", Parameters().reseau)
    assert len(dry.x) == 2
    assert len(dry.forward.indices) == 2
    reseau = override(Parameters(), {"reseau": {"bacs": True}}).reseau
    wet = build_graph(network, "EPSG:2154", reseau)
    assert len(wet.x) == 3
    assert wet.extent == dry.extent  # the far bank is not covered
    crossing = 3 * STEP_M / (5 / 3.6) / 60 if minutes is None else minutes
    assert wet.forward.time_ds.max() == pytest.approx(crossing * 600, abs=1)


def test_a_far_bank_covers_nothing(tmp_path):
    ways = [([1, 2], ROAD), ([2, 5], {"route": "ferry"})]
    read = osm.read_osm(write_osm(tmp_path, ways))
    network = compile_network(read.noeuds, read.troncons)
    project = Transformer.from_crs(4326, 2154, always_xy=True)
    banks = np.array([project.transform(2, 46.01), project.transform(2, 46.04)])
    assert points_near(network, "EPSG:2154", banks, 100.0).tolist() == [True, False]


def test_every_format_and_name_gives_the_same_tables(tmp_path):
    plain = write_osm(tmp_path, [([1, 2, 3, 4], ROAD), ([7, 3, 8], ROAD | {"oneway": "yes"})])
    with osmium.SimpleWriter(str(tmp_path / "y.osm.pbf")) as writer:
        for thing in osmium.FileProcessor(str(plain)):
            writer.add(thing)
    (tmp_path / "y.osm.pbf").rename(tmp_path / "pbf.bin")
    (tmp_path / "bz.bin").write_bytes(bz2.compress(plain.read_bytes()))
    (tmp_path / "gz.bin").write_bytes(gzip.compress(plain.read_bytes()))
    expected = osm.read_osm(plain)
    for name in ("pbf.bin", "bz.bin", "gz.bin"):
        assert recognise(tmp_path / name).cle == "routes_osm", name
        read = osm.read_osm(tmp_path / name)
        pd.testing.assert_frame_equal(read.noeuds, expected.noeuds)
        pd.testing.assert_frame_equal(read.troncons, expected.troncons)


def test_ways_before_their_nodes_are_read_too(tmp_path):
    path = write_osm(tmp_path, [([1, 2, 3], ROAD)])
    expected = sections(path)
    text = path.read_text(encoding="utf-8")
    way = text[text.index("<way") : text.index("</way>") + 6]
    path.write_text(text.replace(way, "").replace("<bounds", way + "<bounds"), encoding="utf-8")
    assert sections(path) == expected


def test_header_box(tmp_path):
    path = write_osm(tmp_path, [([1, 2], ROAD)])
    assert osm.header_box(path) == pytest.approx((1.9, 45.9, 2.1, 46.1))
    path.write_text(
        path.read_text(encoding="utf-8")
        .replace("<bounds", "<!-- ")
        .replace('maxlon="2.1"/>', "-->"),
        encoding="utf-8",
    )
    assert osm.header_box(path) is None


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("</osm>", "", "coupé ou mal formé"),
        ('<osm version="0.6"', '<osm version="0.5"', "coupé ou mal formé"),
        ('ref="1"', 'ref="un"', "coupé ou mal formé"),
        ('v="tertiary"', 'v="footway"', r"aucune voie ouverte aux voitures \(0 voies lues\)"),
        ("<node id=", "<node id=-", "coupé ou mal formé"),
        ('<node id="', '<node id="-', "identifiants sont négatifs"),
        ("<osm ", '<!DOCTYPE o [<!ENTITY a "b">]><osm ', "coupé ou mal formé"),
    ],
)
def test_damaged_xml(tmp_path, old, new, message):
    path = write_osm(tmp_path, [([1, 2, 3], ROAD)])
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    with pytest.raises(DataError, match=message):
        osm.read_osm(path)


def test_compressed_files_that_are_not_extracts_are_ignored(tmp_path):
    (tmp_path / "a.txt.gz").write_bytes(gzip.compress(b"bonjour"))
    (tmp_path / "b.gz").write_bytes(b"\x1f\x8bnon")
    assert len(scan(tmp_path).ignored) == 2
    (tmp_path / "c.osm.bz2").write_bytes(b"BZhnon")
    with pytest.raises(DataError, match=r"c\.osm\.bz2.*compressé illisible"):
        scan(tmp_path)


nodes_of_ways = st.lists(st.lists(st.integers(0, 9), min_size=1, max_size=8), max_size=6)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(nodes_of_ways, st.sets(st.integers(0, 9)))
def test_junctions_against_a_slow_reading(ways, unknown):
    """Each section joins two junctions of one way, and no metre is lost or counted twice."""
    refs = np.array([n for way in ways for n in way], dtype=np.int64)
    x = np.where(np.isin(refs, list(unknown)), 2**31 - 1, refs * 10_000).astype(np.int32)
    found = cut_at_junctions(
        counts=np.array([len(way) for way in ways], dtype=np.int32),
        refs=refs,
        x=x,
        y=np.zeros(len(refs), dtype=np.int32),
    )
    expected = slow_roads(ways, unknown)
    names = [round(lon * 1000) for lon in found.lon]
    assert [
        (names[a], names[b], round(m / math.radians(0.001) / 6_371_008.8), int(way))
        for a, b, m, way in zip(found.start, found.end, found.length_m, found.way, strict=True)
    ] == expected
    assert names == sorted({n for a, b, _, _ in expected for n in (a, b)})


def damaged(content: bytes, seed: int) -> bytes:
    rng = np.random.default_rng(seed)
    if seed % 2:
        return content[: int(rng.integers(1, len(content)))]
    out = bytearray(content)
    out[int(rng.integers(0, len(out)))] ^= 1 << int(rng.integers(0, 8))
    return bytes(out)


def test_damaged_pbf_gives_roads_or_a_clear_error(tmp_path):
    """In a process of its own: a fault in the C++ reader must not pass for a skipped test."""
    plain = write_osm(tmp_path, [([1, 2, 3, 4], ROAD), ([7, 3, 8], ROAD | {"oneway": "yes"})])
    whole = tmp_path / "whole.osm.pbf"
    with osmium.SimpleWriter(str(whole)) as writer:
        for thing in osmium.FileProcessor(str(plain)):
            writer.add(thing)
    content = whole.read_bytes()
    for seed in range(80):
        (tmp_path / f"{seed:03}.osm.pbf").write_bytes(damaged(content, seed))
    code = (
        "import sys; from pathlib import Path\n"
        "from diagterritoire.errors import DataError\n"
        "from diagterritoire.sources.roads import osm\n"
        "clear = 0\n"
        "for path in sorted(Path(sys.argv[1]).glob('0*.pbf')):\n"
        "    try: osm.read_osm(path)\n"
        "    except DataError: clear += 1\n"
        "print(clear)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
        env=dict(os.environ, PYTHONPATH=os.pathsep.join(sys.path)),
    )
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 60


@pytest.mark.parametrize("nodes", [[], [1], [1, 1]])
def test_ways_without_two_points_are_refused(tmp_path: Path, nodes: list[int]) -> None:
    path = write_osm(tmp_path, [(nodes, {"highway": "primary"})])
    with pytest.raises(DataError, match="aucune des 1 voies ouvertes aux voitures n'a deux points"):
        osm.read_osm(path)


def test_a_way_with_one_known_point_of_two_is_refused(tmp_path: Path) -> None:
    path = write_osm(tmp_path, [([1, 99], {"highway": "primary"})])
    with pytest.raises(DataError, match="la position de 1 points de voies sur 2 manque"):
        osm.read_osm(path)
