"""Roads: OpenStreetMap extracts, PBF or XML, read as a stream by pyosmium."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import osmium
import pandas as pd

from diagterritoire import schema, tables
from diagterritoire.errors import DataError
from diagterritoire.network.shapes import Shapes, turned_where
from diagterritoire.sources.formats.text import printable
from diagterritoire.sources.formats.unfolding import check_unfolding
from diagterritoire.sources.roads import osm_rules
from diagterritoire.sources.roads.osm_topology import Sections, cut_at_junctions

Box = tuple[float, float, float, float]

ROUTES_LUES = "voie lue"
COUPEE = "voie coupée : un de ses points manque dans l'extrait"
SANS_POINTS = "voie sans deux points connus"
# Locations are kept in C++, 16 bytes each: the other stores cost more on an extract, or are files.
_STORE = "sparse_mem_array"
_CLASSES = (*osm_rules.HIGHWAYS, tables.BAC)
_CODES = {name: code for code, name in enumerate(_CLASSES)}
_FILTER = (*(("highway", name) for name in osm_rules.HIGHWAYS), ("route", "ferry"))
_REDOWNLOAD = "Téléchargez de nouveau l'extrait, ou retirez-le du dossier."
# What the C++ reader raises on damaged bytes, whatever it was doing then.
_READER_ERRORS = (
    osmium.InvalidLocationError,
    RuntimeError,
    ValueError,
    OSError,
    MemoryError,
    ArithmeticError,
    LookupError,
)


@dataclass(frozen=True)
class OsmRoads:
    """Roads of an extract.

    Attributes
    ----------
    noeuds, troncons : DataFrame
        `tables.NOEUDS` and `tables.TRONCONS`.
    formes : Shapes
        Streets of the sections, and their lines.
    compte : Mapping of str to int
        Ways read (`ROUTES_LUES`), and how many were left out or cut, by reason, in French.
    """

    noeuds: pd.DataFrame
    troncons: pd.DataFrame
    formes: Shapes
    compte: Mapping[str, int]


def read_osm(path: Path) -> OsmRoads:
    """Read the roads of an extract: PBF, or XML, plain or compressed by gzip or bzip2.

    Two passes: the positions of the nodes, kept in C++; then the ways that `osm_rules` lets a car
    drive, filtered in C++ by their `highway` before Python sees them. A way is split at the nodes
    that others use; the nodes in between make the line of the section, whose lengths are summed.

    Nodes are numbered in the order of their OpenStreetMap identifiers, sections stand in the order
    of the ways, each direction a row. The time of a ferry is shared over its sections by length.

    Parameters
    ----------
    path : Path

    Returns
    -------
    OsmRoads

    Raises
    ------
    DataError
        Cut or malformed file; no way that a car may drive or that has two points; most
        positions missing.
    """
    ways = _read_ways(path)
    sections = cut_at_junctions(
        counts=np.frombuffer(ways.counts, dtype=np.int32),
        refs=np.frombuffer(ways.refs, dtype=np.int64),
        x=np.frombuffer(ways.x, dtype=np.int32),
        y=np.frombuffer(ways.y, dtype=np.int32),
    )
    _check_positions(path, ways, sections)
    compte = dict(sorted(ways.excluded.items()))
    compte |= {COUPEE: sections.ways_cut, SANS_POINTS: sections.ways_lost}
    return OsmRoads(
        schema.conform(
            pd.DataFrame(
                {"noeud": np.arange(len(sections.lon)), "lon": sections.lon, "lat": sections.lat}
            ),
            tables.NOEUDS,
        ),
        *_directed(ways, sections),
        {ROUTES_LUES: ways.read} | {motif: n for motif, n in compte.items() if n},
    )


def header_box(path: Path) -> Box | None:
    """West, south, east, north that the header of an extract announces; None when it says nothing.

    Only the first bytes are read.

    Raises
    ------
    DataError
        The header cannot be read.
    """
    with _reading(path), osmium.io.Reader(_file(path), osmium.osm.NOTHING) as reader:
        box = reader.header().box()
        if not box.valid():
            return None
        low, high = box.bottom_left, box.top_right
        return (low.lon, low.lat, high.lon, high.lat)


@dataclass
class _Ways:
    """Ways met, as flat arrays: one entry a way, then one entry a node of a way."""

    read: int = 0
    excluded: Counter[str] = field(default_factory=Counter)
    classes: array[int] = field(default_factory=lambda: array("b"))
    onward: array[int] = field(default_factory=lambda: array("b"))
    back: array[int] = field(default_factory=lambda: array("b"))
    max_speed: array[float] = field(default_factory=lambda: array("d"))
    duration: array[float] = field(default_factory=lambda: array("d"))
    counts: array[int] = field(default_factory=lambda: array("i"))
    refs: array[int] = field(default_factory=lambda: array("q"))
    x: array[int] = field(default_factory=lambda: array("i"))
    y: array[int] = field(default_factory=lambda: array("i"))


def _read_ways(path: Path) -> _Ways:
    ways = _Ways()
    drivable = osmium.filter.TagFilter(*_FILTER)
    with _reading(path):
        file = _file(path)
        # The reader unfolds without looking at how far.
        check_unfolding(path)
        located = osmium.NodeLocationsForWays(osmium.index.create_map(_STORE))
        located.ignore_errors()
        with osmium.io.Reader(file, osmium.osm.NODE) as reader:
            osmium.apply(reader, located)
        processor = osmium.FileProcessor(file, osmium.osm.WAY)
        for way in processor.with_filter(drivable).with_filter(located):
            if isinstance(way, osmium.osm.Way):
                _keep(ways, way)
    return ways


def _keep(ways: _Ways, way: osmium.osm.Way) -> None:
    ways.read += 1
    found = osm_rules.judge(way.tags)
    if isinstance(found, str):
        ways.excluded[found] += 1
        return
    ways.classes.append(_CODES[found.classe])
    ways.onward.append(found.onward)
    ways.back.append(found.back)
    ways.max_speed.append(found.max_speed_kmh)
    ways.duration.append(found.duration_min)
    ways.counts.append(len(way.nodes))
    for node in way.nodes:
        place = node.location
        ways.refs.append(node.ref)
        ways.x.append(place.x)
        ways.y.append(place.y)


def _check_positions(path: Path, ways: _Ways, sections: Sections) -> None:
    if not ways.counts:
        raise DataError(
            f"« {printable(path)} » : aucune voie ouverte aux voitures ({ways.read} voies lues).",
            "Prenez un extrait OpenStreetMap complet du territoire (fichier .osm.pbf).",
        )
    if not len(sections.way) and not sections.refs_lost:
        raise DataError(
            f"« {printable(path)} » : aucune des {len(ways.counts)} voies ouvertes aux voitures "
            "n'a deux points.",
            "Prenez un extrait OpenStreetMap complet du territoire (fichier .osm.pbf).",
        )
    if 2 * sections.refs_lost > len(ways.refs) or not len(sections.way):
        raise DataError(
            f"« {printable(path)} » : la position de {sections.refs_lost} points de voies sur "
            f"{len(ways.refs)} manque ; l'extrait est incomplet ou ses identifiants sont négatifs.",
            "Prenez un extrait OpenStreetMap complet du territoire (fichier .osm.pbf).",
        )


def _directed(ways: _Ways, sections: Sections) -> tuple[pd.DataFrame, Shapes]:
    """Turn sections into directed rows: onward, then back, section after section."""
    way = sections.way
    onward = np.frombuffer(ways.onward, dtype=np.int8)[way].astype(bool)
    back = np.frombuffer(ways.back, dtype=np.int8)[way].astype(bool)
    rows = np.concatenate([np.flatnonzero(onward), np.flatnonzero(back)])
    turned = np.arange(len(rows)) >= onward.sum()
    order = np.argsort(rows, kind="stable")
    rows, turned = rows[order], turned[order]
    duration = np.frombuffer(ways.duration, dtype=np.float64)[way]
    total = np.bincount(way, weights=sections.length_m, minlength=len(ways.counts))[way]
    share = np.divide(sections.length_m, total, out=np.ones_like(total), where=total > 0)
    codes = np.frombuffer(ways.classes, dtype=np.int8)[way]
    max_speed = np.frombuffer(ways.max_speed, dtype=np.float64)[way]
    frame = pd.DataFrame(
        {
            "depart": np.where(turned, sections.end[rows], sections.start[rows]),
            "arrivee": np.where(turned, sections.start[rows], sections.end[rows]),
            "longueur_m": sections.length_m[rows],
            "classe": np.array(_CLASSES)[codes[rows]],
            "vitesse_max_kmh": max_speed[rows],
            "duree_min": (duration * share)[rows],
        }
    )
    shapes = Shapes(
        rows.astype(np.int32), sections.line_indptr, sections.line_lon, sections.line_lat
    )
    return schema.conform(frame, tables.TRONCONS), turned_where(shapes, ~onward)


def _file(path: Path) -> osmium.io.File:
    """Open by content: libosmium would go by the extension."""
    with path.open("rb") as stream:
        head = stream.read(64)
    if b"OSMHeader" in head:
        return osmium.io.File(str(path), "pbf")
    if head.startswith(b"BZh"):
        return osmium.io.File(str(path), "osm.bz2")
    return osmium.io.File(str(path), "osm.gz" if head.startswith(b"\x1f\x8b") else "osm")


@contextmanager
def _reading(path: Path) -> Iterator[None]:
    try:
        yield
    except _READER_ERRORS as error:
        raise DataError(
            f"« {printable(path)} » est coupé ou mal formé : lecture OpenStreetMap impossible "
            f"({printable(str(error), 120)}).",
            _REDOWNLOAD,
        ) from error
