"""Build the tiles of an extract with Valhalla and ask it the trips of a file, in its own process.

Run by the Python that has pyvalhalla: `python bench/trajets_valhalla.py EXTRACT TRIPS ANSWERS`.
TRIPS holds `paires`, [lon, lat, lon, lat] each. Neither a base of countries nor of time zones is
given: the speeds are those of the tags and of the classes.
"""

from __future__ import annotations

import json
import math
import resource
import subprocess
import sys
import tempfile
import time
from importlib import metadata
from pathlib import Path
from typing import Any

import valhalla
from valhalla.config import get_config

_EDGE = ("length", "speed", "speed_limit", "road_class", "use")
ATTRIBUTES = (*(f"edge.{name}" for name in _EDGE), "node.transition_time")
# Of Valhalla's uses, those that are a class of their own in OpenStreetMap.
LINKS = frozenset({"ramp", "turn_channel"})
USES = frozenset({"living_street", "track"})
MATRIX = 100


def main(extract: Path, trips: Path, answers: Path) -> None:
    """Build, ask, and write what was found."""
    given = json.loads(trips.read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory() as folder:
        actor = valhalla.Actor(build(extract, Path(folder)))
        built = resource.getrusage(resource.RUSAGE_CHILDREN)
        said: dict[str, Any] = {"construction": built.ru_utime + built.ru_stime}
        said["pic_construction"] = peak(resource.RUSAGE_CHILDREN)
        start = time.process_time()
        found = [asked(actor, pair) for pair in given["paires"]]
        said["routes"] = time.process_time() - start
        outside = [asked(actor, pair) for pair in given["dehors"]]
        start = time.process_time()
        actor.matrix(table(given["paires"][:MATRIX]))
        said["matrice"] = time.process_time() - start
        said["pic"] = peak(resource.RUSAGE_SELF)
        for name, trips_of in (("paires", found), ("dehors", outside)):
            asked_of = zip(given[name], trips_of, strict=True)
            said[name] = [described(actor, pair, trip) for pair, trip in asked_of]
    said["version"] = metadata.version("pyvalhalla")
    answers.write_text(json.dumps(said), encoding="utf-8")


def build(extract: Path, folder: Path) -> dict[str, Any]:
    """Build the tiles; give their configuration."""
    config: dict[str, Any] = get_config(tile_extract="", tile_dir=str(folder))
    config["mjolnir"]["concurrency"] = 1
    for name in ("admin", "timezone"):
        config["mjolnir"].pop(name, None)
    config["service_limits"]["auto"]["max_matrix_location_pairs"] = MATRIX * MATRIX
    path = folder / "valhalla.json"
    path.write_text(json.dumps(config), encoding="utf-8")
    program = valhalla.PYVALHALLA_DIR / "bin" / "valhalla_build_tiles"
    command = [str(program), "-c", str(path), str(extract)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"valhalla_build_tiles : {(done.stderr or done.stdout).strip()[-300:]}")
    return config


def place(lon: float, lat: float) -> dict[str, float]:
    """Name a place as Valhalla does."""
    return {"lon": lon, "lat": lat}


def asked(actor: Any, pair: list[float]) -> dict[str, Any]:
    """Ask a trip by car; the error where there is none."""
    ends = [place(*pair[:2]), place(*pair[2:])]
    try:
        return dict(
            actor.route({"locations": ends, "costing": "auto", "directions_type": "none"})["trip"]
        )
    except valhalla.ValhallaError as error:
        return {"erreur": str(error)}


def table(pairs: list[list[float]]) -> dict[str, Any]:
    """Ask the times from all first ends to all last ends."""
    sources, targets = ([place(*pair[i : i + 2]) for pair in pairs] for i in (0, 2))
    return {"sources": sources, "targets": targets, "costing": "auto"}


def described(actor: Any, pair: list[float], trip: dict[str, Any]) -> dict[str, Any]:
    """Sum up a trip: time, length, metres its start was moved by, detail by class, at junctions.

    `limites` holds the metres whose limit is tagged, and the same times speed over limit.
    """
    if "erreur" in trip:
        return trip
    shape, summary = trip["legs"][0]["shape"], trip["summary"]
    said: dict[str, Any] = {"s": summary["time"], "m": summary["length"] * 1000, "classes": {}}
    said["deplace_m"] = metres_between(pair[:2], first_point(shape))
    filters = {"attributes": list(ATTRIBUTES), "action": "include"}
    walk = {"encoded_polyline": shape, "shape_match": "edge_walk", "costing": "auto"}
    try:
        edges = actor.trace_attributes({**walk, "filters": filters})["edges"]
    except valhalla.ValhallaError:
        # Its own shape is not always walked again: the trip counts, its detail does not.
        return said
    limits = [0.0, 0.0]
    for edge in edges:
        metres, speed, limit = edge["length"] * 1000, edge["speed"], edge.get("speed_limit")
        total = said["classes"].setdefault(osm_class(edge), [0.0, 0.0])
        total[0] += metres
        total[1] += metres / speed * 3.6 if speed else 0.0
        if isinstance(limit, int | float) and limit > 0:
            limits[0] += metres
            limits[1] += metres * speed / limit
    turns = sum(edge.get("end_node", {}).get("transition_time", 0.0) for edge in edges)
    return said | {"carrefours_s": turns, "limites": limits}


def first_point(shape: str) -> list[float]:
    """Longitude and latitude of the first point of an encoded line: six decimals, latitude first.

    Five bits a character, lowest first; the sixth says that more follow. The lowest of a number is
    its sign.
    """
    numbers, value, shift = [], 0, 0
    for character in shape:
        bits = ord(character) - 63
        value |= (bits & 31) << shift
        shift += 5
        if bits < 32:
            numbers.append((~(value >> 1) if value & 1 else value >> 1) / 1e6)
            value, shift = 0, 0
        if len(numbers) == 2:
            break
    return numbers[::-1]


def metres_between(one: list[float], other: list[float]) -> float:
    """Metres between two neighbouring places."""
    east = (one[0] - other[0]) * math.cos(math.radians(one[1]))
    return math.hypot(east, one[1] - other[1]) * 111_195


def osm_class(edge: dict[str, Any]) -> str:
    """Name the class of an edge as OpenStreetMap does."""
    found, use = str(edge["road_class"]), str(edge["use"])
    if use in USES:
        return use
    if found == "service_other":
        return "service"
    return f"{found}_link" if use in LINKS else found


def peak(who: int) -> float:
    """Peak memory, MiB."""
    return resource.getrusage(who).ru_maxrss / 1024


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:4]))
