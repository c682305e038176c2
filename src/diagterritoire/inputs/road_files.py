"""A road file compiled once, and kept under the fingerprint of its bytes and of what reads them."""

from __future__ import annotations

import hashlib
import inspect
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from diagterritoire import __version__, ledger
from diagterritoire.inputs.orders import graph_keeping_order
from diagterritoire.network import compiled as compiling
from diagterritoire.network import shapes, windows
from diagterritoire.network.compiled import RoadNetwork, compile_network
from diagterritoire.network.graph import RoadGraph
from diagterritoire.network.windows import Squared, squared, squared_arrays, squared_from
from diagterritoire.parameters import Parameters
from diagterritoire.sources.formats import xml_stream
from diagterritoire.sources.library import SourceFile
from diagterritoire.sources.roads import graphml_lines, osm, osm_rules, osm_topology, routes
from diagterritoire.store import cached_arrays, sha256_once


@dataclass(frozen=True)
class Compiled:
    """A road file, compiled.

    Attributes
    ----------
    file : SourceFile
    laid : Squared
    compte : Mapping of str to int
        Ways of an extract, by what became of them; empty for another file.
    reused : bool
        Whether it was kept already.
    key : str
        Its name in the cache.
    """

    file: SourceFile
    laid: Squared
    compte: Mapping[str, int]
    reused: bool
    key: str

    @property
    def network(self) -> RoadNetwork:
        """The whole network."""
        return self.laid.network


def compiled_file(file: SourceFile, cache: Path) -> Compiled:
    """Read a road file, or map what was kept of it."""
    key = f"reseau-{reading_code()}-{sha256_once(file.path)}"
    arrays, reused = cached_arrays(cache, key, lambda: _arrays(file), mapped=True)
    compte = dict(zip(arrays["compte_motif"], arrays["compte_nombre"], strict=True))
    counts = {str(k): int(n) for k, n in compte.items()}
    return Compiled(file, squared_from(arrays), counts, reused, key)


def road_graph(file: SourceFile, cache: Path, crs: str, parameters: Parameters) -> RoadGraph:
    """Give the graph of one road file, compiled once and kept."""
    read = compiled_file(file, cache)
    return graph_keeping_order(read.network, crs, parameters.reseau, cache, read.key)


def reading_code() -> str:
    """Fingerprint of what turns a road file into arrays: another code gives another cache."""
    read_with = (
        *(xml_stream, routes, graphml_lines, osm, osm_rules, osm_topology),
        *(compiling, shapes, windows),
    )
    texts = [__version__, *(inspect.getsource(module) for module in read_with)]
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()[:16]


def _arrays(file: SourceFile) -> dict[str, NDArray[Any]]:
    compte: Mapping[str, int] = {}
    if file.cle == "routes_osm":
        read = osm.read_osm(file.path)
        network, compte = compile_network(read.noeuds, read.troncons, read.formes), read.compte
    else:
        network = compile_network(*routes.read_graphml(file.path))
    return {
        **squared_arrays(squared(network)),
        "compte_motif": np.array(list(compte), dtype=np.str_),
        "compte_nombre": np.array(list(compte.values()), dtype=np.int64),
    }


def account(compiled: Compiled) -> pd.DataFrame:
    """Control rows of an extract: ways read, left out, cut."""
    source = f"Réseau routier ({compiled.file.path.name})"
    if not compiled.compte:
        number = len(compiled.network.source)
        return ledger.balance(source, number, {"tronçons du réseau": number}, {})
    fates = dict(compiled.compte)
    total, cut = fates.pop(osm.ROUTES_LUES, 0), fates.pop(osm.COUPEE, 0)
    used = {"voies du réseau": total - sum(fates.values()) - cut, osm.COUPEE: cut}
    return ledger.balance(source, total, used, fates)
