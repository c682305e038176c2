"""Sums of the times of one site, weighed by a table."""

from __future__ import annotations

from diagterritoire.arrays import FloatArray, Int32Array
from diagterritoire.network.kernels.compiling import compiled


@compiled
def weighed(found: Int32Array, times: Int32Array, values: FloatArray, table: FloatArray) -> float:
    """Sum the values of the origins found, in their order, by the weight of their times."""
    total = 0.0
    for rank in range(len(found)):
        total += values[found[rank]] * table[times[rank]]
    return total


@compiled
def add_weighed(
    found: Int32Array, times: Int32Array, value: float, table: FloatArray, sums: FloatArray
) -> None:
    """Add the value of a site to the sums of the origins found, by the weight of their times."""
    for rank in range(len(found)):
        sums[found[rank]] += value * table[times[rank]]
