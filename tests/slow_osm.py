"""OpenStreetMap roads read slowly and plainly, to check the fast reader against."""

from __future__ import annotations

import itertools
import math
import xml.etree.ElementTree as ET
from collections import Counter, defaultdict


def slow_roads(ways, unknown=()):
    """Sections (from, to, steps, way) of ways whose node n lies at abscissa n."""
    pieces = []
    for number, way in enumerate(ways):
        piece = []
        for node in way:
            if node in unknown:
                pieces.append((number, piece))
                piece = []
            elif not piece or piece[-1] != node:
                piece.append(node)
        pieces.append((number, piece))
    uses = Counter(node for _, piece in pieces for node in piece)
    stops = {node for node, times in uses.items() if times > 1}
    stops |= {node for _, piece in pieces if piece for node in (piece[0], piece[-1])}
    found = []
    for number, piece in pieces:
        if len(piece) < 2:
            continue
        start, steps = piece[0], 0
        for before, node in itertools.pairwise(piece):
            steps += abs(node - before)
            if node in stops:
                found.append((start, node, steps, number))
                start, steps = node, 0
    return found


def metres(a, b):
    """Great circle between two (lon, lat) in degrees, by the law of cosines in three dimensions."""
    one, other = ([math.radians(v) for v in p] for p in (a, b))
    u = [math.cos(p[1]) * math.cos(p[0]) for p in (one, other)]
    v = [math.cos(p[1]) * math.sin(p[0]) for p in (one, other)]
    w = [math.sin(p[1]) for p in (one, other)]
    chord = math.sqrt((u[0] - u[1]) ** 2 + (v[0] - v[1]) ** 2 + (w[0] - w[1]) ** 2)
    return 2 * 6_371_008.8 * math.asin(chord / 2)


def metres_by_class(path, classes):
    """Directed metres of each class of an XML extract, and its number of drivable ways."""
    places, totals, ways = {}, defaultdict(float), 0
    root = ET.parse(path).getroot()  # noqa: S314  (a file of ours)
    for node in root.iter("node"):
        places[node.get("id")] = (float(node.get("lon")), float(node.get("lat")))
    for way in root.iter("way"):
        tags = {tag.get("k"): tag.get("v") for tag in way.iter("tag")}
        if tags.get("highway") not in classes or tags.get("area") == "yes":
            continue
        access = [tags[k] for k in ("motorcar", "motor_vehicle", "vehicle", "access") if k in tags]
        if access and access[0] in ("no", "private", "agricultural", "forestry"):
            continue
        ways += 1
        one = tags.get("oneway") in ("yes", "-1") or (
            "oneway" not in tags and tags.get("junction") in ("roundabout", "circular")
        )
        refs = [nd.get("ref") for nd in way.iter("nd")]
        for a, b in itertools.pairwise(refs):
            if a in places and b in places:
                totals[tags["highway"]] += metres(places[a], places[b]) * (1 if one else 2)
    return dict(totals), ways
