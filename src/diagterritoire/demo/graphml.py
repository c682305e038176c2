"""Write a road network as osmnx does: GraphML whose values are all texts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from xml.sax.saxutils import escape

from diagterritoire.demo.roads import Network

# Identifiers in the range of real ones, so that readers meet numbers of that size.
FIRST_NODE = 1_000_000_000

_HEAD = """<?xml version='1.0' encoding='utf-8'?>
<graphml xmlns="http://graphml.graphdrawing.org/xmlns" \
xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" \
xsi:schemaLocation="http://graphml.graphdrawing.org/xmlns \
http://graphml.graphdrawing.org/xmlns/1.0/graphml.xsd">
"""
_KEYS = (
    ("d10", "edge", "name"),
    ("d7", "edge", "reversed"),
    ("d6", "edge", "oneway"),
    ("d5", "edge", "highway"),
    ("d4", "edge", "length"),
    ("d3", "edge", "osmid"),
    ("d2", "node", "y"),
    ("d1", "node", "x"),
    ("d0", "graph", "crs"),
)


def write_graphml(network: Network, path: Path) -> None:
    """Write the network as text, line after line, without building a document in memory."""
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write(_HEAD)
        for key, target, name in _KEYS:
            file.write(
                f'  <key id="{key}" for="{target}" attr.name="{name}" attr.type="string" />\n'
            )
        file.write('  <graph edgedefault="directed">\n')
        file.writelines(_nodes(network))
        file.writelines(_edges(network))
        file.write('    <data key="d0">epsg:4326</data>\n  </graph>\n</graphml>\n')


def _nodes(network: Network) -> Iterator[str]:
    for number, (lon, lat) in enumerate(network.lonlat.tolist(), start=FIRST_NODE):
        yield (
            f'    <node id="{number}">\n      <data key="d1">{lon:.7f}</data>\n'
            f'      <data key="d2">{lat:.7f}</data>\n    </node>\n'
        )


def _edges(network: Network) -> Iterator[str]:
    edges = network.edges
    rank = edges.groupby(["depart", "arrivee"]).cumcount()
    columns = (
        edges["depart"] + FIRST_NODE,
        edges["arrivee"] + FIRST_NODE,
        rank,
        edges["rue"],
        edges["longueur_m"],
        edges["classe"],
        edges["sens_unique"],
        edges["inverse"],
        edges["nom"],
    )
    for depart, arrivee, key, street, length, classe, one_way, reverse, name in zip(
        *(column.tolist() for column in columns), strict=True
    ):
        yield (
            f'    <edge source="{depart}" target="{arrivee}" id="{key}">\n'
            f'      <data key="d3">{street}</data>\n'
            f'      <data key="d4">{length:.2f}</data>\n'
            f'      <data key="d5">{classe}</data>\n'
            f'      <data key="d6">{one_way}</data>\n'
            f'      <data key="d7">{reverse}</data>\n'
        )
        if name:
            yield f'      <data key="d10">{escape(name)}</data>\n'
        yield "    </edge>\n"
