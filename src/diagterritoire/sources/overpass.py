"""Roads asked from the Overpass API, through osmnx, for a small territory without a road file.

Never called unless the user asks for it: a shared public service is not for routine use.
"""

from __future__ import annotations

import hashlib
import socket
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeAlias

import networkx as nx
import requests
import shapely
from pyproj import Geod

from diagterritoire.errors import DataError, NetworkError
from diagterritoire.store import disk_errors, sha256, write_atomic

Graph: TypeAlias = "nx.MultiDiGraph[Any]"
Fetch = Callable[[shapely.Polygon, Path], Graph]

# Above it osmnx would cut the polygon and send several queries (its max_query_area_size).
SURFACE_MAX_KM2 = 2500.0
TIMEOUT_S = 180
_EXTRACT = (
    "Déposez un extrait OpenStreetMap du territoire (.osm.pbf, par exemple de "
    "download.geofabrik.de) dans le dossier de données."
)


def download_roads(
    zone: shapely.Polygon, folder: Path, *, hors_ligne: bool, fetch: Fetch | None = None
) -> Path:
    """Ask for the roads of a polygon once, keep them, and give the file.

    One query; the copy kept is hashed again at each use. Ferries are not asked for.

    Parameters
    ----------
    zone : Polygon
        Longitudes and latitudes.
    folder : Path
        Where answers are kept; created when absent.
    hors_ligne : bool
        No query is sent: only an answer already kept is given.
    fetch : callable, optional
        Gives the osmnx graph of a polygon; `through_osmnx` unless told.

    Returns
    -------
    Path
        GraphML that `routes.read_graphml` reads.

    Raises
    ------
    NetworkError
        Offline without a kept answer, zone above `SURFACE_MAX_KM2`, query that failed.
    DiskError
        The answer cannot be kept.
    """
    name = hashlib.sha256(shapely.to_wkb(shapely.normalize(zone), byte_order=1)).hexdigest()[:16]
    path = folder / f"overpass-{name}.graphml"
    seal = path.with_name(f"{path.name}.sha256")
    if path.is_file() and seal.is_file() and seal.read_text("ascii").strip() == sha256(path):
        return path
    _check_allowed(zone, hors_ligne)
    with disk_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
    content = _graphml(_fetched(fetch or through_osmnx, zone, folder))
    write_atomic(path, content)
    write_atomic(seal, f"{hashlib.sha256(content).hexdigest()}\n".encode("ascii"))
    return path


def through_osmnx(zone: shapely.Polygon, folder: Path) -> Graph:
    """Ask osmnx for the roads of a polygon that a car may drive, every component kept.

    The settings of osmnx are those of a whole process: they are set for the query, then put back.
    """
    # osmnx takes seconds to import, for a step that most runs do not do.
    import osmnx

    with _settings(osmnx.settings, folder):
        graph: Graph = osmnx.graph_from_polygon(zone, network_type="drive_service", retain_all=True)
    return graph


def _check_allowed(zone: shapely.Polygon, hors_ligne: bool) -> None:
    if hors_ligne:
        raise NetworkError(
            "Hors ligne : les routes du territoire ne peuvent pas être demandées à Overpass.",
            _EXTRACT,
        )
    area, _ = Geod(ellps="WGS84").geometry_area_perimeter(zone)
    if abs(area) / 1e6 > SURFACE_MAX_KM2:
        raise NetworkError(
            f"Zone trop étendue pour Overpass : {abs(area) / 1e6:.0f} km², "
            f"{SURFACE_MAX_KM2:.0f} au plus.",
            _EXTRACT,
        )


def _fetched(fetch: Fetch, zone: shapely.Polygon, folder: Path) -> Graph:
    try:
        graph = fetch(zone, folder)
    # osmnx raises ValueError and its children for an empty or refused answer.
    except (requests.RequestException, OSError, ValueError) as error:
        raise NetworkError(
            f"Overpass n'a pas donné les routes du territoire : {error}.", _EXTRACT
        ) from error
    if not graph.number_of_edges():
        raise DataError("Overpass ne connaît aucune route dans le territoire.", _EXTRACT)
    return graph


def _graphml(graph: Graph) -> bytes:
    import osmnx

    with tempfile.TemporaryDirectory(prefix="diagterritoire-") as name:
        path = Path(name) / "routes.graphml"
        osmnx.save_graphml(graph, path)
        return path.read_bytes()


@contextmanager
def _settings(settings: Any, folder: Path) -> Iterator[None]:
    chosen = {
        "use_cache": True,
        "cache_folder": str(folder / "osmnx"),
        "overpass_rate_limit": True,
        "requests_timeout": TIMEOUT_S,
        "max_query_area_size": SURFACE_MAX_KM2 * 1e6 * 2,
        # No name is asked from a third party, and the resolver osmnx changes is put back.
        "doh_url_template": None,
        "log_console": False,
        "log_file": False,
    }
    before = {name: getattr(settings, name) for name in chosen}
    resolver = socket.getaddrinfo
    try:
        for name, value in chosen.items():
            setattr(settings, name, value)
        yield
    finally:
        socket.getaddrinfo = resolver
        for name, value in before.items():
            setattr(settings, name, value)
