"""Roads: the GraphML written by osmnx."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from diagterritoire import schema, tables
from diagterritoire.errors import DataError
from diagterritoire.network.shapes import Shapes
from diagterritoire.sources.formats.text import printable, readable
from diagterritoire.sources.formats.xml_stream import MAX_TAG_BYTES, feed, new_parser
from diagterritoire.sources.roads.graphml_lines import lines_of
from diagterritoire.sources.roads.osm_rules import CLASSES, kmh

CLASSE_INCONNUE = "inconnue"
_REDOWNLOAD = "Refaites le fichier avec osmnx (save_graphml), ou retirez-le du dossier."


class GraphmlRoads(NamedTuple):
    """Roads of a GraphML: `tables.NOEUDS`, `tables.TRONCONS`, and lines where the file has some."""

    noeuds: pd.DataFrame
    troncons: pd.DataFrame
    formes: Shapes | None


def read_graphml(path: Path) -> GraphmlRoads:
    """Read a directed GraphML of osmnx.

    The file is read as a stream by the parser of the standard library; entity declarations are
    refused.

    Nodes are renumbered 0..n-1 in the order of the file; edges stay as they stand, parallel ones
    and loops included. Where osmnx joined stretches of several classes (`highway` holds a list),
    the most local class of the list is kept, whatever its order, so as not to overrate the speed;
    a missing class is `inconnue`. Of a list of speed limits, the lowest is kept.

    Parameters
    ----------
    path : Path

    Returns
    -------
    GraphmlRoads

    Raises
    ------
    DataError
        Cut or malformed file, undirected graph, projected coordinates, node without coordinates or
        there twice, edge to an unknown node, length missing or not a finite positive number, line
        that cannot be read.
    """
    content = _Content(path)
    parser = new_parser()
    parser.StartElementHandler = content.start
    parser.EndElementHandler = content.end
    parser.CharacterDataHandler = content.text
    with readable(path), path.open("rb") as stream:
        feed(parser, stream, path, _REDOWNLOAD)
    if not content.directed_seen:
        raise DataError(f"« {printable(path)} » n'est pas un GraphML : aucun graphe.", _REDOWNLOAD)
    noeuds, troncons = _nodes(content), _edges(content)
    texts = [values.get("geometry", "") for _, _, values in content.edges]
    return GraphmlRoads(noeuds, troncons, lines_of(texts, noeuds, troncons, path))


@dataclass
class _Content:
    """What the parser has met so far."""

    path: Path
    directed_seen: bool = False
    keys: dict[str, str] = field(default_factory=dict)
    nodes: dict[str, dict[str, str]] = field(default_factory=dict)
    edges: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)
    _values: dict[str, str] = field(default_factory=dict)
    _key: str | None = None
    _text: list[str] = field(default_factory=list)
    _length: int = 0
    _outer: dict[str, str] = field(default_factory=dict)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        tag = name.rpartition(" ")[2]
        if tag == "data":
            self._key = self.keys.get(attributes.get("key", ""), "")
            self._text, self._length = [], 0
        elif tag == "node":
            code = attributes.get("id", "")
            if code in self.nodes:
                raise DataError(f"« {printable(self.path)} » : nœud {code[:40]} présent deux fois.")
            self._values = self.nodes[code] = {}
        elif tag == "edge":
            self._values = {}
            self.edges.append(
                (attributes.get("source", ""), attributes.get("target", ""), self._values)
            )
            if attributes.get("directed", "true") != "true":
                self._refuse_undirected()
        elif tag == "graph":
            self.directed_seen = True
            self._values = self._outer
            if attributes.get("edgedefault") != "directed":
                self._refuse_undirected()
        elif tag == "key":
            self.keys[attributes.get("id", "")] = attributes.get("attr.name", "")

    def end(self, name: str) -> None:
        tag = name.rpartition(" ")[2]
        if tag == "data" and self._key is not None:
            self._values[self._key] = "".join(self._text).strip()
            self._key = None
            if self._values is self._outer:
                self._check_crs()
        elif tag in ("node", "edge"):
            self._values = self._outer

    def text(self, data: str) -> None:
        if self._key is None:
            return
        self._text.append(data)
        self._length += len(data)
        if self._length > MAX_TAG_BYTES:
            raise DataError(
                f"« {printable(self.path)} » est abîmé ou coupé : un texte de plus de "
                f"{MAX_TAG_BYTES >> 20} Mio.",
                _REDOWNLOAD,
            )

    def _refuse_undirected(self) -> None:
        raise DataError(
            f"« {printable(self.path)} » est un graphe non orienté : les sens uniques y sont "
            "perdus.",
            "Enregistrez le graphe orienté d'osmnx, sans passer par to_undirected.",
        )

    def _check_crs(self) -> None:
        crs = self._outer.get("crs")
        if crs and not re.search(r"(?<![0-9])4326(?![0-9])|CRS84", crs):
            raise DataError(
                f"« {printable(self.path)} » est en coordonnées projetées ({printable(crs, 40)}).",
                "Enregistrez le graphe en longitude et latitude (EPSG:4326).",
            )


def _nodes(content: _Content) -> pd.DataFrame:
    lon = [_finite(v.get("x")) for v in content.nodes.values()]
    lat = [_finite(v.get("y")) for v in content.nodes.values()]
    wrong = [
        code for code, x, y in zip(content.nodes, lon, lat, strict=True) if x is None or y is None
    ]
    if wrong or not content.nodes:
        raise DataError(
            f"« {printable(content.path)} » : {len(wrong)} nœuds sans coordonnées (x, y) sur "
            f"{len(content.nodes)}" + (f" ; par exemple {wrong[0][:40]}." if wrong else "."),
            _REDOWNLOAD,
        )
    frame = pd.DataFrame({"noeud": range(len(lon)), "lon": lon, "lat": lat})
    return schema.conform(frame, tables.NOEUDS)


def _edges(content: _Content) -> pd.DataFrame:
    numbers = {code: number for number, code in enumerate(content.nodes)}
    lost = [(s, t) for s, t, _ in content.edges if s not in numbers or t not in numbers]
    if lost:
        raise DataError(
            f"« {printable(content.path)} » : {len(lost)} tronçons sur {len(content.edges)} mènent "
            f"à un nœud inconnu ; par exemple de {lost[0][0][:40]} à {lost[0][1][:40]}.",
            _REDOWNLOAD,
        )
    lengths = [_finite(v.get("length")) for _, _, v in content.edges]
    wrong = [i for i, length in enumerate(lengths) if length is None or length < 0]
    if wrong or not lengths:
        source, target, values = content.edges[wrong[0]] if wrong else ("", "", {})
        raise DataError(
            f"« {printable(content.path)} » : {len(wrong)} tronçons sur {len(lengths)} sans "
            "longueur valable (length, en mètres)"
            + (
                f" ; par exemple de {source[:40]} à {target[:40]} : "
                f"« {printable(values.get('length', ''), 30)} »."
                if wrong
                else "."
            ),
            _REDOWNLOAD,
        )
    classes = {
        text: road_class(text) for text in {v.get("highway", "") for _, _, v in content.edges}
    }
    if set(classes.values()) == {CLASSE_INCONNUE}:
        raise DataError(
            f"« {printable(content.path)} » : aucun des {len(lengths)} tronçons n'a de classe de "
            "voie (highway).",
            _REDOWNLOAD,
        )
    frame = pd.DataFrame(
        {
            "depart": [numbers[s] for s, _, _ in content.edges],
            "arrivee": [numbers[t] for _, t, _ in content.edges],
            "longueur_m": lengths,
            "classe": [classes[v.get("highway", "")] for _, _, v in content.edges],
            "vitesse_max_kmh": [limit_kmh(v.get("maxspeed", "")) for _, _, v in content.edges],
            # An osmnx file for cars holds no ferry.
            "duree_min": math.nan,
        }
    )
    return schema.conform(frame, tables.TRONCONS)


def road_class(text: str) -> str:
    """Class of a road: the most local one when osmnx wrote a list.

    Examples
    --------
    >>> road_class("tertiary"), road_class("['residential', 'secondary']"), road_class("")
    ('tertiary', 'residential', 'inconnue')
    """
    names = re.findall(r"[a-z_]+", text) if text.startswith("[") else [text.strip()]
    ranked = [n for n in names if n in CLASSES]
    if ranked:
        return max(ranked, key=CLASSES.index)
    return names[0] if names and names[0] else CLASSE_INCONNUE


def limit_kmh(text: str) -> float:
    """Speed limit of a road, NaN when unknown: the lowest one when osmnx wrote a list.

    Examples
    --------
    >>> limit_kmh("50"), limit_kmh("['80', 'FR:urban', 'none']"), limit_kmh("")
    (50.0, 50.0, nan)
    """
    values = re.findall(r"['\"]([^'\"]*)['\"]", text) if text.startswith("[") else [text]
    known = [limit for limit in map(kmh, values) if not math.isnan(limit)]
    return min(known, default=math.nan)


def _finite(text: str | None) -> float | None:
    try:
        value = float(text) if text is not None else math.nan
    except ValueError:
        return None
    return value if math.isfinite(value) else None
