"""Who reads all that is published, and looks for what is hidden by linear programming."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
from scipy.optimize import linprog


@dataclass
class Attacker:
    """Unknown numbers, and the equations that the publications give of them."""

    unknown: dict[Hashable, tuple[float, float | None]] = field(default_factory=dict)
    equations: list[tuple[dict[Hashable, float], float]] = field(default_factory=list)

    def hides(self, cell: Hashable, low: float = 0.0, high: float | None = None) -> None:
        """Note a cell that is not shown, and what is known of it beforehand."""
        self.unknown[cell] = (low, high)

    def reads(self, terms: Mapping[Hashable, float] | Iterable[Hashable], value: float) -> None:
        """Note a figure published: a sum of cells, with their factors."""
        parts = dict(terms) if isinstance(terms, Mapping) else dict.fromkeys(terms, 1.0)
        if parts:
            self.equations.append((parts, float(value)))

    def interval(self, cell: Hashable) -> tuple[float, float]:
        """Least and greatest value of a cell; infinite where nothing bounds it."""
        names = list(self.unknown)
        place = {name: i for i, name in enumerate(names)}
        matrix = np.zeros((len(self.equations), len(names)))
        for row, (terms, _) in enumerate(self.equations):
            for name, factor in terms.items():
                matrix[row, place[name]] = factor
        told = [value for _, value in self.equations]
        ends = []
        for sign in (1.0, -1.0):
            cost = np.zeros(len(names))
            cost[place[cell]] = sign
            found = linprog(
                cost,
                A_eq=matrix if told else None,
                b_eq=told or None,
                bounds=list(self.unknown.values()),
            )
            assert found.status in {0, 3}, found.message
            ends.append(sign * found.fun if found.status == 0 else sign * -np.inf)
        return ends[0], ends[1]

    def narrowest(self, cells: Iterable[Hashable]) -> float:
        """Length of the shortest interval of some cells; infinite when there is none."""
        lengths = [high - low for low, high in map(self.interval, cells)]
        return min(lengths, default=np.inf)
