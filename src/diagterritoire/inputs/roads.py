"""Which road file of a folder serves a territory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from diagterritoire import extracts, ledger, schema, tables
from diagterritoire.download import FOLDER
from diagterritoire.french import accord, entier
from diagterritoire.inputs.orders import graph_keeping_order, with_order_once
from diagterritoire.inputs.road_files import Compiled, account, compiled_file
from diagterritoire.inputs.road_window import roads_around
from diagterritoire.network.compiled import RoadNetwork
from diagterritoire.network.coverage import points_in_box, points_near
from diagterritoire.network.graph import RoadGraph, build_graph
from diagterritoire.parameters import Parameters
from diagterritoire.sources import library
from diagterritoire.sources.library import Library, SourceFile
from diagterritoire.sources.roads import osm, overpass
from diagterritoire.territory import Territory, departement_of

ECARTE = "fichier routier écarté : hors du territoire, ou moins complet qu'un autre"
SANS_ROUTE = "communes du territoire sans fichier routier, au temps estimé à vol d'oiseau"


@dataclass(frozen=True)
class Roads:
    """The road file that serves a territory, as a graph; nothing when none does.

    Attributes
    ----------
    graph : RoadGraph or None
    network : RoadNetwork or None
        What the territory needs of the file (`roads_around`), before the choices of speeds.
    sources, controle : DataFrame
        As in `tables`.
    reused : bool
        Whether the compiled network was there already.
    conseil : str
        What would give times by road to the communes of the territory that have none.
    overpass : str
        The part of it about Overpass, which no caution of the diagnosis says.
    """

    graph: RoadGraph | None
    network: RoadNetwork | None
    sources: pd.DataFrame
    controle: pd.DataFrame
    reused: bool = False
    conseil: str = ""
    overpass: str = ""


@dataclass(frozen=True)
class _Served:
    """The best road file so far, if any, cut, and which points of the territory it reaches."""

    best: Compiled | None
    network: RoadNetwork | None
    reached: NDArray[np.bool_]


def choose_roads(
    found: Library,
    chosen: Territory,
    points: gpd.GeoDataFrame,
    cache: Path,
    parameters: Parameters,
    *,
    hors_ligne: bool = True,
    fetch: overpass.Fetch | None = None,
) -> Roads:
    """Keep the road file of the folder that reaches most of the territory's communes.

    A file that reaches none of its communes is not used: every time is then a straight-line one,
    unless the user asked for Overpass (`reseau.overpass`) and the territory is small enough.
    Only files whose announced extent may reach more communes than the best one so far are compiled.

    Parameters
    ----------
    found : Library
        Files of the folder.
    chosen : Territory
    points : GeoDataFrame
        Points of communes: `code_commune`, `x`, `y` in the projection of the territory, outlines.
    cache : Path
        Folder of the compiled networks.
    parameters : Parameters
    hors_ligne : bool
        Never use the network.
    fetch : callable, optional
        What asks Overpass; osmnx unless told.

    Raises
    ------
    DataError
        A road file cannot be read.
    NetworkError
        Overpass was asked and did not answer.
    """
    inside = points.loc[points["code_commune"].isin(chosen.communes)]
    files = [*library.find(found, "routes"), *library.find(found, "routes_osm")]
    served = _best(files, inside, chosen.crs, cache, parameters)
    asked = ""
    if not hors_ligne and not chosen.fictif and _to_ask(served):
        zone = overpass.zone_around(inside.geometry, parameters.reseau.overpass_marge_m)
        if _allowed(zone, parameters):
            served = _asked(zone, found.folder / FOLDER, served, inside, cache, parameters, fetch)
        else:
            asked = _about_overpass(zone, parameters)
    best = served.best
    lacking = [str(code) for code in inside.loc[~served.reached, "code_commune"]]
    used = "" if best is None else best.file.path.name
    everywhere = map(departement_of, inside["code_commune"])
    advised = extracts.advice(map(departement_of, lacking), everywhere, used=used)
    others = [f.path.name for f in files if best is None or f is not best.file]
    controle = [
        ledger.entry("Dossier de données", ECARTE, others, len(files)),
        _lacking_rows(lacking, len(inside), used),
    ]
    if best is not None and lacking:
        number = accord(len(lacking), "commune", feminin=True)
        advised = f"{number} du territoire sans fichier routier. {advised}"
    conseil = " ".join(text for text in (advised, asked) if text).strip()
    if best is None or served.network is None:
        sources = schema.empty(tables.SOURCES)
        return Roads(None, None, sources, ledger.stack(controle), conseil=conseil, overpass=asked)
    row = library.source_row(best.file, len(best.network.source))
    return Roads(
        _graph(best, served.network, chosen.crs, cache, parameters),
        served.network,
        schema.conform(pd.DataFrame([row]), tables.SOURCES),
        ledger.stack([*controle, account(best)]),
        best.reused,
        conseil,
        asked,
    )


def _best(
    files: Sequence[SourceFile],
    inside: gpd.GeoDataFrame,
    crs: str,
    cache: Path,
    parameters: Parameters,
) -> _Served:
    xy, limit_m = inside[["x", "y"]].to_numpy(), parameters.reseau.rattachement_max_m
    hopes = [_within_reach(file, crs, xy, limit_m) for file in files]
    served = _Served(None, None, np.zeros(len(xy), dtype=np.bool_))
    # The sort is stable: at equal hopes, the order of the folder decides.
    for hope, file in sorted(zip(hopes, files, strict=True), key=lambda pair: -pair[0]):
        if hope <= served.reached.sum():
            break
        served = _better(served, compiled_file(file, cache), inside, parameters)
    return served


def _better(
    served: _Served, rival: Compiled, inside: gpd.GeoDataFrame, parameters: Parameters
) -> _Served:
    """Keep what was, unless a rival reaches more communes."""
    limit_m = parameters.reseau.rattachement_max_m
    around = roads_around(rival.laid, inside, parameters)
    reached = points_near(around, str(inside.crs), inside[["x", "y"]].to_numpy(), limit_m)
    return _Served(rival, around, reached) if reached.sum() > served.reached.sum() else served


def _graph(
    best: Compiled, around: RoadNetwork, crs: str, cache: Path, parameters: Parameters
) -> RoadGraph:
    if around is best.network:
        return graph_keeping_order(around, crs, parameters.reseau, cache, best.key)
    # Each territory has its window: their orders would fill the disk.
    return with_order_once(build_graph(around, crs, parameters.reseau))


def _to_ask(served: _Served) -> bool:
    """Say whether no file serves the territory: what Overpass gave for another one does not."""
    if served.best is None:
        return True
    return not served.reached.all() and overpass.is_answer(served.best.file.path)


def _allowed(zone: shapely.Polygon, parameters: Parameters) -> bool:
    reseau = parameters.reseau
    return reseau.overpass and overpass.area_km2(zone) <= reseau.overpass_max_km2


def _asked(
    zone: shapely.Polygon,
    folder: Path,
    served: _Served,
    inside: gpd.GeoDataFrame,
    cache: Path,
    parameters: Parameters,
    fetch: overpass.Fetch | None,
) -> _Served:
    """Ask Overpass for the roads of the territory, and use them if they reach more communes."""
    path = overpass.download_roads(
        zone, folder, hors_ligne=False, max_km2=parameters.reseau.overpass_max_km2, fetch=fetch
    )
    answer = compiled_file(SourceFile("routes", path, "graphml"), cache)
    return _better(served, answer, inside, parameters)


def _about_overpass(zone: shapely.Polygon, parameters: Parameters) -> str:
    """Say that Overpass may be asked, or why it was not although the user wanted it."""
    reseau, area = parameters.reseau, overpass.area_km2(zone)
    if area <= reseau.overpass_max_km2:
        return (
            "Ce territoire est petit : le paramètre reseau.overpass demande ses routes à Overpass."
        )
    if not reseau.overpass:
        return ""
    return (
        f"Rien n'est demandé à Overpass : {entier(area)} km² avec la marge, "
        f"{entier(reseau.overpass_max_km2)} au plus (reseau.overpass_max_km2)."
    )


def _lacking_rows(codes: Sequence[str], total: int, used: str) -> pd.DataFrame:
    """Control rows of the communes of the territory that no road file serves, by extract."""
    by_extract: dict[str, list[str]] = {}
    for code in sorted(codes):
        extract = extracts.extract_of(departement_of(code))
        known = extract is not None and extract.fichier != used
        by_extract.setdefault(str(extract) if known else "", []).append(code)
    return ledger.stack(
        ledger.entry(
            "Réseau routier",
            f"{SANS_ROUTE} ; extrait qui les couvre : {extract}" if extract else SANS_ROUTE,
            lacking,
            total,
        )
        for extract, lacking in sorted(by_extract.items())
    )


def _within_reach(file: SourceFile, crs: str, inside: NDArray[np.float64], limit_m: float) -> int:
    """Count the points that a file may reach, by the extent that it announces."""
    box = osm.header_box(file.path) if file.cle == "routes_osm" else None
    return len(inside) if box is None else int(points_in_box(box, crs, inside, limit_m).sum())
