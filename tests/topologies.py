"""Slow reading of the shapes of a page (`outputs.map_topology`), the oracle of their writing."""

from __future__ import annotations

import shapely

from diagterritoire.outputs.map_topology import ALPHABET


def numbers(text: str) -> list[int]:
    found, value, weight = [], 0, 1
    for letter in text:
        rank = ALPHABET.index(letter)
        value += rank % 32 * weight
        weight *= 32
        if rank < 32:
            found.append(-(value + 1) // 2 if value % 2 else value // 2)
            value, weight = 0, 1
    return found


def read_lines(written: dict) -> list[list[tuple[float, float]]]:
    left, lines, x, y = numbers(written["arcs"]), [], 0, 0
    while left:
        line = []
        for _ in range(left.pop(0)):
            x, y = x + left.pop(0), y + left.pop(0)
            line.append((x * written["pas"], y * written["pas"]))
        lines.append(line)
    return lines


def read_line(written: dict) -> shapely.MultiLineString:
    return shapely.MultiLineString(read_lines(written))


def read_outlines(written: dict) -> list[shapely.MultiPolygon]:
    lines, left, last, found = read_lines(written), numbers(written["contours"]), 0, []
    while left:
        polygons = []
        for _ in range(left.pop(0)):
            rings = []
            for _ in range(left.pop(0)):
                ring = []
                for _ in range(left.pop(0)):
                    last += left.pop(0)
                    line = lines[last // 2]
                    ring += line[::-1] if last % 2 else line
                rings.append(ring)
            polygons.append(shapely.Polygon(rings[0], rings[1:]))
        found.append(shapely.MultiPolygon(polygons))
    return found
