"""Which road file of a folder serves a territory, compiled once and kept."""

from __future__ import annotations

import hashlib
import inspect
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from diagterritoire import __version__, ledger, schema, tables
from diagterritoire.network import compiled as compiling
from diagterritoire.network.compiled import RoadNetwork, compile_network, from_arrays, to_arrays
from diagterritoire.network.coverage import points_in_box, points_near
from diagterritoire.network.graph import RoadGraph, build_graph
from diagterritoire.parameters import Parameters
from diagterritoire.sources import library, osm, osm_rules, osm_topology, routes, xml_stream
from diagterritoire.sources.library import Library, SourceFile
from diagterritoire.store import cached_arrays, sha256
from diagterritoire.territory import Territory

ECARTE = "fichier routier écarté : hors du territoire, ou moins complet qu'un autre"


@dataclass(frozen=True)
class Roads:
    """The road file that serves a territory, as a graph; nothing when none does.

    Attributes
    ----------
    graph : RoadGraph or None
    sources, controle : DataFrame
        As in `tables`.
    reused : bool
        Whether the compiled network was there already.
    """

    graph: RoadGraph | None
    sources: pd.DataFrame
    controle: pd.DataFrame
    reused: bool = False


@dataclass(frozen=True)
class _Compiled:
    file: SourceFile
    network: RoadNetwork
    compte: Mapping[str, int]
    reused: bool


def choose_roads(
    found: Library,
    chosen: Territory,
    points: gpd.GeoDataFrame,
    cache: Path,
    parameters: Parameters,
) -> Roads:
    """Keep the road file of the folder that reaches most of the territory's communes.

    A file that reaches none of its communes is not used: every time is then a straight-line one.
    Only files whose announced extent may reach more communes than the best one so far are compiled.

    Parameters
    ----------
    found : Library
        Files of the folder.
    chosen : Territory
    points : GeoDataFrame
        Points of communes: `code_commune`, `x`, `y` in the projection of the territory.
    cache : Path
        Folder of the compiled networks.
    parameters : Parameters

    Raises
    ------
    DataError
        A road file cannot be read.
    """
    inside = points.loc[points["code_commune"].isin(chosen.communes), ["x", "y"]].to_numpy()
    limit_m = parameters.reseau.rattachement_max_m
    files = [*library.find(found, "routes"), *library.find(found, "routes_osm")]
    hopes = [_within_reach(file, chosen.crs, inside, limit_m) for file in files]
    best: _Compiled | None = None
    most = 0
    # The sort is stable: at equal hopes, the order of the folder decides.
    for hope, file in sorted(zip(hopes, files, strict=True), key=lambda pair: -pair[0]):
        if hope <= most:
            break
        compiled = _compiled(file, cache)
        reached = int(points_near(compiled.network, chosen.crs, inside, limit_m).sum())
        if reached > most:
            best, most = compiled, reached
    others = [f.path.name for f in files if best is None or f is not best.file]
    controle = ledger.entry("Dossier de données", ECARTE, others, len(files))
    if best is None:
        return Roads(None, schema.empty(tables.SOURCES), controle)
    row = library.source_row(best.file, len(best.network.source))
    return Roads(
        build_graph(best.network, chosen.crs, parameters.reseau),
        schema.conform(pd.DataFrame([row]), tables.SOURCES),
        ledger.stack([controle, _account(best)]),
        best.reused,
    )


def _within_reach(file: SourceFile, crs: str, inside: NDArray[np.float64], limit_m: float) -> int:
    """Count the points that a file may reach, by the extent that it announces."""
    box = osm.header_box(file.path) if file.cle == "routes_osm" else None
    return len(inside) if box is None else int(points_in_box(box, crs, inside, limit_m).sum())


def _compiled(file: SourceFile, cache: Path) -> _Compiled:
    key = f"reseau-{reading_code()}-{sha256(file.path)}"
    arrays, reused = cached_arrays(cache, key, lambda: _arrays(file))
    compte = dict(zip(arrays["compte_motif"], arrays["compte_nombre"], strict=True))
    return _Compiled(file, from_arrays(arrays), {str(k): int(n) for k, n in compte.items()}, reused)


def reading_code() -> str:
    """Fingerprint of what turns a road file into arrays: another code gives another cache."""
    read_with = (xml_stream, routes, osm, osm_rules, osm_topology, compiling)
    texts = [__version__, *(inspect.getsource(module) for module in read_with)]
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()[:16]


def _arrays(file: SourceFile) -> dict[str, NDArray[Any]]:
    compte: Mapping[str, int] = {}
    if file.cle == "routes_osm":
        read = osm.read_osm(file.path)
        network, compte = compile_network(read.noeuds, read.troncons), read.compte
    else:
        network = compile_network(*routes.read_graphml(file.path))
    return {
        **to_arrays(network),
        "compte_motif": np.array(list(compte), dtype=np.str_),
        "compte_nombre": np.array(list(compte.values()), dtype=np.int64),
    }


def _account(compiled: _Compiled) -> pd.DataFrame:
    """Control rows of an extract: ways read, left out, cut."""
    total = compiled.compte.get(osm.ROUTES_LUES, 0)
    return ledger.stack(
        ledger.entry(compiled.file.path.name, motif, [], total, nombre=number)
        for motif, number in compiled.compte.items()
    )
