"""An invented OpenStreetMap extract (PBF) of the size of a region, to measure memory.

Nodes first, about two thirds of the bytes, then ways: one in eight is a road of twelve nodes that
starts where the one before ends, the others are buildings of five. Always the same bytes.
"""

from __future__ import annotations

import struct
import zlib
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from diagterritoire.arrays import IntArray

BLOCK = 8000
NODES_SHARE = 0.65
STRINGS = ("", "highway", "residential", "tertiary", "secondary", "building", "yes", "name")
NAMES = 120
ROAD_NODES, BUILDING_NODES = 12, 5
# Fields of the format: number, shifted, with their wire type.
_BYTES = 2


def write_extract(path: Path, octets: int) -> None:
    """Write an extract of at least that many bytes."""
    rng = np.random.default_rng(250)
    with path.open("wb") as stream:
        _blob(stream, "OSMHeader", _field(4, b"OsmSchema-V0.6") + _field(4, b"DenseNodes"))
        nodes = 0
        while stream.tell() < NODES_SHARE * octets:
            _blob(stream, "OSMData", _primitive(_field(2, _dense(nodes, rng))))
            nodes += BLOCK
        ways = 0
        while stream.tell() < octets:
            road = ways // BLOCK % 8 == 0
            rows = _ways(ways, nodes, rng, road=road)
            _blob(stream, "OSMData", _primitive(b"".join(_field(3, row.tobytes()) for row in rows)))
            ways += BLOCK


def _dense(first: int, rng: np.random.Generator) -> bytes:
    """Nodes of a block, within 0.05 degree of its corner, and the date of their last change."""
    number = first // BLOCK
    ids, stamps = np.ones(BLOCK, np.int64), np.zeros(BLOCK, np.int64)
    ids[0] = first + 1
    stamps[::4] = rng.integers(-(1 << 19), 1 << 19, BLOCK // 4)
    places = []
    for corner in (460_000_000 + number // 90 * 500_000, 10_000_000 + number % 90 * 500_000):
        at = corner + np.cumsum(rng.integers(-8000, 8000, BLOCK)) % 500_000
        places.append(_zigzag(np.diff(at, prepend=0)))
    info = _field(1, _padded(np.ones(BLOCK, np.int64), 1)) + _field(2, _padded(_zigzag(stamps), 3))
    return (
        _field(1, _padded(_zigzag(ids), 5))
        + _field(5, info)
        + _field(8, _padded(places[0], 5))
        + _field(9, _padded(places[1], 5))
    )


def _ways(first: int, nodes: int, rng: np.random.Generator, *, road: bool) -> NDArray[np.uint8]:
    """Messages of the ways of a block, one row each, all of the same length."""
    count = ROAD_NODES if road else BUILDING_NODES
    steps = np.ones((BLOCK, count), np.int64)
    if road:
        start = first // 8 * (ROAD_NODES - 1) + np.arange(BLOCK) * (ROAD_NODES - 1)
        steps[:, 0] = start % (nodes - ROAD_NODES) + 1
    else:
        steps[:, 0] = rng.integers(1, nodes - 300, BLOCK)
        steps[:, 1:] = rng.integers(1, 60, (BLOCK, count - 1))
    key = STRINGS.index("highway" if road else "building")
    value = rng.integers(2, 5, BLOCK) if road else np.full(BLOCK, STRINGS.index("yes"))
    names = rng.integers(len(STRINGS), len(STRINGS) + NAMES, BLOCK)
    tags = np.stack([value, names], axis=1)
    parts = [
        _repeated(b"\x08"),
        _columns(np.arange(first, first + BLOCK)[:, None] + 1, 5),
        _repeated(_field(2, bytes([key, STRINGS.index("name")])) + bytes([3 << 3 | _BYTES, 2])),
        tags.astype(np.uint8),
        _repeated(bytes([8 << 3 | _BYTES, 5 * count])),
        _columns(_zigzag(steps), 5),
    ]
    return np.concatenate(parts, axis=1)


def _primitive(group: bytes) -> bytes:
    names = (*STRINGS, *(f"Rue {k}" for k in range(NAMES)))
    table = b"".join(_field(1, name.encode()) for name in names)
    return _field(1, table) + _field(2, group)


def _blob(stream: BinaryIO, kind: str, content: bytes) -> None:
    packed = zlib.compress(content)
    blob = b"\x10" + _varint(len(content)) + _field(3, packed)
    header = _field(1, kind.encode()) + b"\x18" + _varint(len(blob))
    stream.write(struct.pack(">I", len(header)) + header + blob)


def _field(number: int, content: bytes) -> bytes:
    return bytes([number << 3 | _BYTES]) + _varint(len(content)) + content


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    return bytes(out) + bytes([value])


def _zigzag(values: IntArray) -> IntArray:
    return np.asarray((values << 1) ^ (values >> 63))


def _padded(values: IntArray, width: int) -> bytes:
    """Encode whole numbers, each in the same number of bytes, leading zeros included."""
    return _columns(values[:, None], width).tobytes()


def _columns(values: IntArray, width: int) -> NDArray[np.uint8]:
    groups = values[:, :, None] >> (7 * np.arange(width)) & 127
    groups[:, :, :-1] |= 128
    return groups.astype(np.uint8).reshape(len(values), -1)


def _repeated(content: bytes) -> NDArray[np.uint8]:
    return np.broadcast_to(np.frombuffer(content, np.uint8), (BLOCK, len(content)))
