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

import geopandas as gpd
import networkx as nx
import numpy as np
import requests
import shapely
import truststore
from pyproj import Geod

from diagterritoire.download.kept import Origin, note_of, origin_of
from diagterritoire.errors import DataError, NetworkError
from diagterritoire.store import disk_errors, sha256, write_atomic
from diagterritoire.territory import WGS84

Graph: TypeAlias = "nx.MultiDiGraph[Any]"
Fetch = Callable[[shapely.Polygon], Graph]

TIMEOUT_S = 180
_ADDRESS = "https://overpass-api.de/api"
_PREFIX = "overpass-"
# About 10 m: the zone is the same whatever computed its last digits.
_DECIMALS = 4
_EXTRACT = (
    "Déposez un extrait OpenStreetMap du territoire (.osm.pbf, par exemple de "
    "download.geofabrik.de) dans le dossier de données, ou retirez le paramètre reseau.overpass."
)


def zone_around(outlines: gpd.GeoSeries, margin_m: float) -> shapely.Polygon:
    """Longitudes and latitudes of what surrounds outlines: their convex hull, and a margin.

    Parameters
    ----------
    outlines : GeoSeries
        In a projection in metres; empty ones are passed over.
    margin_m : float

    Examples
    --------
    >>> place = gpd.GeoSeries([shapely.box(1.2e6, 6.1e6, 1.21e6, 6.11e6)], crs="EPSG:2154")
    >>> round(area_km2(zone_around(place, 0.0))), round(area_km2(zone_around(place, 5000.0)))
    (100, 375)
    """
    hull = shapely.convex_hull(shapely.union_all(outlines.dropna().to_numpy()))
    zone = gpd.GeoSeries([hull.buffer(margin_m, quad_segs=4)], crs=outlines.crs).to_crs(WGS84)
    rounded: shapely.Polygon = shapely.transform(zone.iloc[0], lambda at: np.round(at, _DECIMALS))
    return rounded


def area_km2(zone: shapely.Polygon) -> float:
    """Area of a polygon of longitudes and latitudes, on the ellipsoid, km²."""
    area, _ = Geod(ellps="WGS84").geometry_area_perimeter(zone)
    return abs(float(area)) / 1e6


def is_answer(path: Path) -> bool:
    """Say whether a file is an answer kept by `download_roads`: made for one territory."""
    return path.name.startswith(_PREFIX) and origin_of(path) is not None


def download_roads(
    zone: shapely.Polygon,
    folder: Path,
    *,
    hors_ligne: bool,
    max_km2: float,
    fetch: Fetch | None = None,
) -> Path:
    """Ask for the roads of a polygon once, keep them, and give the file.

    One query; the copy kept is hashed again at each use. Ferries are not asked for.

    Parameters
    ----------
    zone : Polygon
        Longitudes and latitudes.
    folder : Path
        Where answers are kept, each beside the hidden note of its origin; created when absent.
    hors_ligne : bool
        No query is sent: only an answer already kept is given.
    max_km2 : float
        Area beyond which no query is sent.
    fetch : callable, optional
        Gives the osmnx graph of a polygon; `through_osmnx` unless told.

    Returns
    -------
    Path
        GraphML that `routes.read_graphml` reads.

    Raises
    ------
    NetworkError
        Offline without a kept answer, zone too large, query that failed.
    DiskError
        The answer cannot be kept.
    """
    name = hashlib.sha256(shapely.to_wkb(shapely.normalize(zone), byte_order=1)).hexdigest()[:16]
    path = folder / f"{_PREFIX}{name}.graphml"
    origin = origin_of(path)
    if origin is not None and path.is_file() and sha256(path) == origin.sha256:
        return path
    _check_allowed(zone, hors_ligne, max_km2)
    content = _graphml(_fetched(fetch or through_osmnx, zone))
    origin = Origin(
        cle="routes",
        url=_ADDRESS,
        fichier=path.name,
        sha256=hashlib.sha256(content).hexdigest(),
        octets=len(content),
    )
    with disk_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
    write_atomic(path, content)
    write_atomic(note_of(path), origin.to_bytes())
    return path


def through_osmnx(zone: shapely.Polygon) -> Graph:
    """Ask osmnx for the roads of a polygon that a car may drive, every component kept.

    The settings of osmnx are those of a whole process: they are set for the query, then put back.
    """
    # osmnx takes seconds to import, for a step that most runs do not do.
    import osmnx

    with _settings(osmnx.settings, zone):
        graph: Graph = osmnx.graph_from_polygon(zone, network_type="drive_service", retain_all=True)
    return graph


def _check_allowed(zone: shapely.Polygon, hors_ligne: bool, max_km2: float) -> None:
    if hors_ligne:
        raise NetworkError(
            "Hors ligne : les routes du territoire ne peuvent pas être demandées à Overpass.",
            _EXTRACT,
        )
    if area_km2(zone) > max_km2:
        raise NetworkError(
            f"Zone trop étendue pour Overpass : {area_km2(zone):.0f} km², {max_km2:.0f} au plus.",
            _EXTRACT,
        )


def _fetched(fetch: Fetch, zone: shapely.Polygon) -> Graph:
    try:
        graph = fetch(zone)
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
def _settings(settings: Any, zone: shapely.Polygon) -> Iterator[None]:
    chosen = {
        # The answer is kept by `download_roads`.
        "use_cache": False,
        "overpass_url": _ADDRESS,
        "overpass_rate_limit": True,
        "requests_timeout": TIMEOUT_S,
        # One query, not several.
        "max_query_area_size": area_km2(zone) * 1e6 * 2,
        # No name is asked from a third party, and the resolver osmnx changes is put back.
        "doh_url_template": None,
        "log_console": False,
        "log_file": False,
    }
    before = {name: getattr(settings, name) for name in chosen}
    resolver = socket.getaddrinfo
    # osmnx opens its own connections: the certificates that the machine trusts, for them too.
    truststore.inject_into_ssl()
    try:
        for name, value in chosen.items():
            setattr(settings, name, value)
        yield
    finally:
        truststore.extract_from_ssl()
        socket.getaddrinfo = resolver
        for name, value in before.items():
            setattr(settings, name, value)
