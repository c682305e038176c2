"""What a batch says as a whole: all its communes and territories, and a page that leads to each."""

from __future__ import annotations

from diagterritoire.outputs.lots.content import Lot, Member
from diagterritoire.outputs.lots.layers import (
    COMMUNES_LEGERES,
    TERRITOIRES,
    simplified,
    write_light,
    write_partitions,
)
from diagterritoire.outputs.lots.page import render
from diagterritoire.outputs.lots.ranks import ranked

__all__ = [
    "COMMUNES_LEGERES",
    "TERRITOIRES",
    "Lot",
    "Member",
    "ranked",
    "render",
    "simplified",
    "write_light",
    "write_partitions",
]
