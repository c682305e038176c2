"""Compare a header with the known layouts: complete, near, or unrelated."""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from dataclasses import dataclass

from diagterritoire.sources.layouts.known import LAYOUTS, Kind, Layout, normalise


@dataclass(frozen=True)
class Match:
    """How a header compares with a layout.

    Attributes
    ----------
    layout : Layout
    columns : tuple of (str, int)
        Canonical name and position of each column found.
    missing : tuple of str
        Official labels of the required columns that were not found.
    doubles : tuple of str
        Official labels of the columns found several times.
    """

    layout: Layout
    columns: tuple[tuple[str, int], ...]
    missing: tuple[str, ...]
    doubles: tuple[str, ...] = ()

    @property
    def complete(self) -> bool:
        """True when every required column is there."""
        return not self.missing

    @property
    def near(self) -> bool:
        """True when most of the layout is there, one of its own columns included."""
        found = {name for name, _ in self.columns}
        required = {c.nom for c in self.layout.champs if c.requis}
        most = 2 * len(found) > len(self.layout.champs) or 2 * len(found & required) > len(required)
        own = not self.layout.propres or bool(found & set(self.layout.propres))
        return most and own and found >= set(self.layout.noyau)

    @property
    def score(self) -> tuple[bool, float, int]:
        """Rank of the match: complete first, then the share and the number of columns found."""
        return self.complete, len(self.columns) / len(self.layout.champs), len(self.columns)


_PATTERNS = tuple(
    (item.cle, champ.nom, rank, re.compile(pattern))
    for item in LAYOUTS
    for champ in item.champs
    for rank, pattern in enumerate(champ.patterns)
)


@functools.lru_cache(maxsize=4096)
def _hits(label: str) -> tuple[tuple[str, str, int], ...]:
    """Layout key, column and rank of the pattern for each column that a label may be."""
    return tuple(
        (cle, nom, rank) for cle, nom, rank, pattern in _PATTERNS if pattern.fullmatch(label)
    )


def matches(
    header: Sequence[str], titles: Sequence[str] = (), kind: Kind = "tableau"
) -> list[Match]:
    """Compare a header with every layout of a kind, best match first.

    Parameters
    ----------
    header : sequence of str
        Labels of the columns.
    titles : sequence of str
        Texts above the header.
    kind : str
        Kind of the layouts to compare with.

    Returns
    -------
    list of Match
        One per layout with at least one column found; empty when there is none.

    Examples
    --------
    >>> best = matches(["code", "LIBELLE", "Zonage_MG"])[0]
    >>> best.layout.cle, best.complete, best.columns
    ('zonage', True, (('code', 0), ('zonage_mg', 2)))
    """
    labels = [normalise(label) for label in header]
    found: dict[tuple[str, str], dict[int, list[int]]] = {}
    for position, label in enumerate(labels):
        for cle, nom, rank in _hits(label) if label else ():
            found.setdefault((cle, nom), {}).setdefault(rank, []).append(position)
    text = " ".join(normalise(title) for title in titles)
    results = [
        _compare(item, found)
        for item in LAYOUTS
        if item.kind == kind
        and all(wanted in text for wanted in item.titres)
        and not set(item.exclus) & set(labels)
    ]
    return sorted((m for m in results if m.columns), key=lambda m: m.score, reverse=True)


def _compare(item: Layout, found: dict[tuple[str, str], dict[int, list[int]]]) -> Match:
    columns: list[tuple[str, int]] = []
    missing: list[str] = []
    doubles: list[str] = []
    for champ in item.champs:
        ranks = found.get((item.cle, champ.nom))
        if ranks is None:
            if champ.requis:
                missing.append(champ.libelle)
            continue
        positions = ranks[min(ranks)]
        columns.append((champ.nom, positions[0]))
        if len(positions) > 1:
            doubles.append(champ.libelle)
    return Match(item, tuple(columns), tuple(missing), tuple(doubles))
