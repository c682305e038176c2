"""The plainest way to join points to streets: each one measured, each one cut in NetworkX."""

from __future__ import annotations

from fractions import Fraction
from math import floor, hypot, sqrt

import networkx as nx
import numpy as np
import shapely

from diagterritoire.network.streets import WITHOUT_ROADSIDE


class SlowStreets:
    """Streets of a drawn network on one mass of land, and the points that join them.

    A street is a list: start, end, time onward, time back (None where it is not driven), its line
    or None where it is not known, whether homes have no access to it.
    """

    def __init__(self, graph, troncons, reseau, times=None):
        self.reseau = reseau
        self.at = list(zip(graph.x.tolist(), graph.y.tolist(), strict=True))
        self.streets, self.alone, self.cuts = [], {}, {}
        for row, (a, b, metres, classe) in enumerate(troncons.itertuples(index=False)):
            kmh = reseau.vitesses_kmh.get(classe, reseau.vitesse_defaut_kmh)
            time = max(1, round(10 * float(np.float32(metres)) / (kmh / 3.6)))
            self._add(a, b, time if times is None else int(times[row]), metres, classe)
        roads = nx.MultiDiGraph()
        roads.add_nodes_from(range(len(self.at)))
        touching = {n: [] for n in roads}
        for a, b, onward, back, _, closed in self.streets:
            if onward:
                roads.add_edge(a, b)
            if back:
                roads.add_edge(b, a)
            touching[a].append(closed)
            touching[b].append(closed)
        self.main = max(nx.strongly_connected_components(roads), key=lambda c: (len(c), -min(c)))
        self.lines = np.array([self._line(*street) for street in self.streets], dtype=object)
        held = {n for i, line in enumerate(self.lines) if line for n in self.streets[i][:2]}
        # No street holds them, and they are not interchanges.
        self.lonely = [
            n for n in sorted(self.main - held) if not touching[n] or not all(touching[n])
        ]
        self.nodes = np.array([shapely.Point(self.at[n]) for n in self.lonely], dtype=object)

    def _line(self, a, b, onward, back, line, closed):
        """What may be joined of a street."""
        if closed or a not in self.main or b not in self.main:
            return None
        return line if line is not None else shapely.MultiPoint([self.at[a], self.at[b]])

    def _add(self, a, b, time, metres, classe):
        waiting = self.alone.get((b, a, metres, classe))
        if waiting:
            self.streets[waiting.pop(0)][3] = time
            return
        chord = hypot(self.at[a][0] - self.at[b][0], self.at[a][1] - self.at[b][1])
        aside = sqrt(max(float(np.float32(metres)) ** 2 - chord**2, 0)) / 2
        known = chord > 0 and aside <= self.reseau.corde_ecart_max_m
        line = shapely.LineString([self.at[a], self.at[b]]) if known else None
        self.alone.setdefault((a, b, metres, classe), []).append(len(self.streets))
        self.streets.append([a, b, time, None, line, classe in WITHOUT_ROADSIDE])

    def places(self, x, y, more=0.0):
        """Places that may be joined, as near as that: distance, time of the street, place."""
        point = shapely.Point(x, y)
        to_nodes, to_lines = (
            shapely.distance(self.nodes, point),
            shapely.distance(self.lines, point),
        )
        reach = min(np.nanmin([*to_nodes, *to_lines], initial=np.inf) + more + 0.001, 1e9)
        found = [(to_nodes[i], 0, self.lonely[i]) for i in np.flatnonzero(to_nodes <= reach)]
        for number in np.flatnonzero(to_lines <= reach).tolist():
            whole = self.whole(number)
            line = self.lines[number]
            if line.geom_type == "MultiPoint":
                place = min(
                    self.streets[number][:2],
                    key=lambda n: hypot(x - self.at[n][0], y - self.at[n][1]),
                )
            else:
                share = Fraction(line.project(point, normalized=True))
                place = self.name(number, floor(share * whole + Fraction(1, 2)))
            found.append((to_lines[number], whole, place))
        return found

    def whole(self, number):
        """Places of a street."""
        return min(t for t in self.streets[number][2:4] if t)

    def name(self, number, place):
        """Name a place: an end of the street, or the street and the place."""
        if place in (0, self.whole(number)):
            return self.streets[number][0 if place == 0 else 1]
        self.cuts.setdefault(number, set()).add(place)
        return (number, place)

    def join(self, x, y):
        """Status, place and access time of a point."""
        limit = self.reseau.rattachement_max_m
        found = self.places(x, y)
        away, _, place = min(found, key=lambda p: (round(p[0], 3), p[1]), default=(np.inf, 0, None))
        if away <= limit:
            return "rattache", place, round(away / (self.reseau.vitesse_acces_kmh / 3.6) * 10)
        near = min(hypot(x - px, y - py) for px, py in self.at) <= limit
        return ("hors_reseau" if near else "non_couvert"), None, 0

    def cut(self):
        """Return the network with every place named so far, each street in pieces."""
        graph = nx.MultiDiGraph()
        graph.add_nodes_from(range(len(self.at)))
        for number, (a, b, onward, back, *_) in enumerate(self.streets):
            whole = self.whole(number)
            stops = [0, *sorted(self.cuts.get(number, ())), whole]
            names = [a, *((number, k) for k in stops[1:-1]), b]
            for i in range(len(stops) - 1):
                for time, tail, head in ((onward, i, i + 1), (back, i + 1, i)):
                    if time:
                        low, high = (
                            floor(Fraction(k * time, whole) + Fraction(1, 2))
                            for k in stops[i : i + 2]
                        )
                        graph.add_edge(names[tail], names[head], time=high - low)
        return graph
