"""Roads in GraphML: what is read, what is refused."""

from __future__ import annotations

import time
from pathlib import Path

import networkx as nx
import pytest

from diagterritoire.errors import DataError
from diagterritoire.sources.folder.scan import recognise
from diagterritoire.sources.roads.routes import read_graphml
from test_sources_writers import GRAPHML, write_graphml


def test_nodes_are_renumbered_in_order_and_edges_keep_their_direction(tmp_path: Path) -> None:
    nodes, edges, _ = read_graphml(write_graphml(tmp_path))
    assert nodes.to_numpy().tolist() == [[0, 9.5, 42.5], [1, 9.6, 42.6]]
    assert edges.columns[4:].tolist() == ["vitesse_max_kmh", "duree_min"]
    assert edges.iloc[:, 4:].isna().all(axis=None)
    assert edges.iloc[:, :4].to_numpy().tolist() == [
        [0, 1, 18.3, "residential"],
        [1, 0, 20.0, "inconnue"],
    ]


def test_same_as_networkx(tmp_path: Path) -> None:
    graph = nx.MultiDiGraph(crs="epsg:4326")
    for i in range(6):
        graph.add_node(100 - i, x=float(i), y=float(i) / 2)
    for i in range(5):
        graph.add_edge(100 - i, 99 - i, length=1.5 * i + 1, highway="primary")
        graph.add_edge(99 - i, 100 - i, length=2.0, highway="service")
    graph.add_edge(100, 99, length=9.0, highway="motorway_link")
    nx.write_graphml(graph, tmp_path / "x.graphml")
    nodes, edges, _ = read_graphml(tmp_path / "x.graphml")
    oracle = nx.read_graphml(tmp_path / "x.graphml", node_type=int)
    order = list(oracle)
    assert nodes["lon"].tolist() == [oracle.nodes[n]["x"] for n in order]
    expected = sorted(
        (order.index(u), order.index(v), d["length"], d["highway"])
        for u, v, d in oracle.edges(data=True)
    )
    assert sorted(edges.iloc[:, :4].itertuples(index=False, name=None)) == expected


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('edgedefault="directed"', 'edgedefault="undirected"', "non orienté"),
        ("epsg:4326", "epsg:2154", "projetées"),
        ('<data key="d4">18.3</data>', "", r"1 tronçons sur 2 sans longueur.*de 90 à 10"),
        ("18.3", "nan", "sans longueur"),
        ("18.3", "-1", "sans longueur"),
        ("18.3", "long", "« long »"),
        ('target="10"', 'target="11"', "nœud inconnu"),
        ('<data key="d1">9.5</data>', "", "1 nœuds sans coordonnées"),
        ('<node id="10">', '<node id="90">', "deux fois"),
        ("</graphml>", "", "coupé ou mal formé"),
        ("<graphml ", '<!DOCTYPE g [<!ENTITY a "b">]><graphml ', "entité"),
        ("9.5<", "950<", "lon"),
    ],
)
def test_damaged_roads(tmp_path: Path, old: str, new: str, message: str) -> None:
    path = write_graphml(tmp_path, text=GRAPHML.replace(old, new))
    with pytest.raises(DataError, match=message):
        read_graphml(path)


def test_entities_within_entities_are_never_expanded(tmp_path: Path) -> None:
    laughs = "".join(f'<!ENTITY e{i} "{f"&e{i - 1};" * 10}">' for i in range(1, 10))
    doctype = f'<!DOCTYPE g [<!ENTITY e0 "ha">{laughs}]><graphml '
    text = GRAPHML.replace("<graphml ", doctype).replace("residential", "&e9;")
    start = time.process_time()
    with pytest.raises(DataError, match="entité"):
        read_graphml(write_graphml(tmp_path, text=text))
    assert time.process_time() - start < 1


@pytest.mark.parametrize("where", ["residential", 'id="90"'])
def test_a_huge_file_of_one_line_cut_is_refused_quickly(tmp_path: Path, where: str) -> None:
    path = tmp_path / "reseau.graphml"
    before = GRAPHML[: GRAPHML.index(where) + 4].replace("\n", "").encode()
    with path.open("wb") as stream:
        stream.write(before)
        for _ in range(200):
            stream.write(b"x" * 1_000_000)
    start = time.process_time()
    with pytest.raises(DataError, match="est coupé"):
        recognise(path)
    assert time.process_time() - start < 1
    start = time.process_time()
    with pytest.raises(DataError, match=r"coupé|balise de plus de 16 Mio"):
        read_graphml(path)
    assert time.process_time() - start < 10


def test_an_unknown_encoding_is_refused(tmp_path: Path) -> None:
    text = '<?xml version="1.0" encoding="inconnu"?>' + GRAPHML[GRAPHML.index("<graphml") :]
    with pytest.raises(DataError, match="encodage inconnu"):
        read_graphml(write_graphml(tmp_path, text=text))


def test_a_file_that_vanished_since_the_scan(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="ne se lit plus"):
        read_graphml(tmp_path / "absent.graphml")
