"""Who has the files delivered and nothing else: equations read in them, and what they narrow.

Which columns say something of the hidden flows is not written here: every column of every table of
the GeoPackage is set beside the sums of patients that it might be, and those that are one are read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import permutations

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from attacker import Attacker
from secret_worlds import PAIR, PATIENTS

Layers = Mapping[str, pd.DataFrame]
Values = NDArray[np.float64]
ZONES = ("code_epci", "bassin_vie", "code_departement", "code_region", "bassin")
SUMS = ("habitants", "patients", "restants", "sortants", "entrants")
NEARLY = 1e-9
MANY = 2


@dataclass
class Found:
    """What an attack gave.

    Attributes
    ----------
    caches : int
        Cells hidden and attacked.
    equations : int
    lus : set of str
        Columns that say something of what is hidden.
    court, expert : float
        Shortest interval of a hidden cell: for who knows which they are, and for who knows why too.
    """

    caches: int = 0
    equations: int = 0
    lus: set[str] = field(default_factory=set)
    court: float = np.inf
    expert: float = np.inf


@dataclass(frozen=True)
class Flows:
    """Cells of the file, which are hidden, and sums of them: a row of 0, 1 or -1 each.

    `sums` are by level (commune or zone), then code, then what is summed.
    """

    patients: Values
    hidden: NDArray[np.bool_]
    sums: Mapping[str, Mapping[str, Mapping[str, Values]]]


def attack_flows(deliveries: Sequence[Layers], flux: pd.DataFrame) -> Found:
    """Attack the observed flows of the residences of some deliveries of one file.

    Parameters
    ----------
    deliveries : sequence of mapping
        Layers of each.
    flux : DataFrame
        The file. The attacker knows which cells it holds; the attack, which equations are true.
    """
    flows = _flows(deliveries, flux)
    found, read = Found(int(flows.hidden.sum())), {}
    for name, row, value in _in_tables(deliveries, flows):
        found.lus.add(name)
        left = value - float(row @ np.where(flows.hidden, 0.0, flows.patients))
        terms = {int(c): float(row[c]) for c in np.flatnonzero(flows.hidden) if row[c]}
        read[(*terms.items(), round(left, 6))] = terms, left
    found.equations = len(read)
    small = flows.patients < PATIENTS
    for cells, equations in _apart(np.flatnonzero(flows.hidden), list(read.values())):
        plain, expert = Attacker(), Attacker()
        for cell in cells:
            plain.hides(cell)
            expert.hides(cell, *((1, PATIENTS - 1) if small[cell] else (PATIENTS, None)))
        for attacker in (plain, expert):
            for terms, left in equations:
                attacker.reads(terms, left)
        found.court = min(found.court, plain.narrowest(cells))
        found.expert = min(found.expert, expert.narrowest(c for c in cells if small[c]))
    return found


def _apart(
    cells: NDArray[np.int64], equations: list[tuple[dict[int, float], float]]
) -> Iterator[tuple[list[int], list[tuple[dict[int, float], float]]]]:
    """Cells that equations tie together, and these equations: each lot is a problem of its own."""
    rank = {int(c): k for k, c in enumerate(cells)}
    ties = [(rank[c], len(cells) + e) for e, (terms, _) in enumerate(equations) for c in terms]
    size = len(cells) + len(equations)
    ends = np.array(ties, dtype=np.int64).reshape(-1, 2).T
    links = coo_matrix((np.ones(len(ties)), tuple(ends)), shape=(size, size))
    number, lot = connected_components(links, directed=False)
    for k in range(number):
        mine = [c for c, at in rank.items() if lot[at] == k]
        if mine:
            yield mine, [q for e, q in enumerate(equations) if lot[len(cells) + e] == k]


def _flows(deliveries: Sequence[Layers], flux: pd.DataFrame) -> Flows:
    """Cells of the residences of the territories that have a number in the file."""
    communes = pd.concat([told["communes"] for told in deliveries])
    communes = communes.drop_duplicates("code_commune").set_index("code_commune")
    true = flux.assign(patients=pd.to_numeric(flux["patients"], errors="coerce"))
    true = true.dropna().loc[lambda t: t["code_residence"].isin(communes.index)]
    pairs = pd.MultiIndex.from_frame(true[PAIR])
    shown = [told["flux"].query("nature == 'observe'").set_index(PAIR).index for told in deliveries]
    hidden = ~np.logical_or.reduce([pairs.isin(index) for index in shown])
    ends = [true[key].to_numpy() for key in PAIR]
    sums = {"code_commune": _sums(*ends)}
    for zone in ZONES:
        sums[zone] = _sums(*(communes[zone].reindex(end).to_numpy() for end in ends))
    inside = communes["dans_territoire"].astype(bool)
    sums["territoire"] = _sums(*(inside.reindex(end).map({True: "ici"}).to_numpy() for end in ends))
    return Flows(true["patients"].to_numpy(np.float64), hidden, sums)


def _sums(home: NDArray[np.object_], place: NDArray[np.object_]) -> dict[str, dict[str, Values]]:
    """Sums of each zone, from the zones of residence and of practice of the cells."""
    found = {}
    for code in sorted({c for c in (*home, *place) if isinstance(c, str)}):
        lives, goes = home == code, place == code
        found[code] = {
            "habitants": lives * 1.0,
            "patients": goes * 1.0,
            "restants": (lives & goes) * 1.0,
            "sortants": (lives & ~goes) * 1.0,
            "entrants": (goes & ~lives) * 1.0,
            "solde": (goes & ~lives) * 1.0 - (lives & ~goes),
        }
    return found


def _in_tables(deliveries: Sequence[Layers], flows: Flows) -> Iterator[tuple[str, Values, float]]:
    """Equations of the columns that are a sum of patients, or a ratio of two, hidden ones in."""
    for level, sums in flows.sums.items():
        true, told = _values(flows, sums)
        for name, table in ((n, t) for layers in deliveries for n, t in layers.items()):
            numbers = table.select_dtypes("number")
            for key in table.select_dtypes(["object", "string"]).columns:
                rows = table.index[table[key].isin(list(sums))]
                codes = table.loc[rows, key].to_numpy()
                if not len(rows):
                    continue
                expected = true.loc[codes].to_numpy(np.float64)
                known = told.loc[codes].to_numpy()
                for column in numbers:
                    seen = numbers[column].to_numpy(np.float64)[rows]
                    for at, kind, value in _column(seen, expected, known):
                        mine, names = sums[str(codes[at])], true.columns[kind]
                        above, below = (mine.get(n) for n in names)
                        row = above if below is None else above - value * below
                        yield f"{name}.{column} ({level})", row, value if below is None else 0.0


def _values(
    flows: Flows, sums: Mapping[str, Mapping[str, Values]]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """True value of each sum and ratio of each zone, and where it says something of what is hidden.

    It does when it would be another without the hidden cells.
    """
    shown = np.where(flows.hidden, 0.0, flows.patients)
    both = []
    for cells in (flows.patients, shown):
        found = pd.DataFrame(
            {c: {n: float(r @ cells) for n, r in s.items()} for c, s in sums.items()}
        )
        whole = found.T
        ratios = {(a, b): whole[a] / whole[b].where(whole[b] > 0) for a, b in permutations(SUMS, 2)}
        both.append(pd.DataFrame({(n, ""): whole[n] for n in whole} | ratios))
    true, less = both
    return true, true.notna() & ~(np.abs(true - less) <= NEARLY)


def _column(
    seen: Values, expected: Values, known: NDArray[np.bool_]
) -> Iterator[tuple[int, int, float]]:
    """Rows and sums that a column is: those it is for half of the rows where that can be told."""
    told = known & ~np.isnan(seen)[:, None]
    near = np.abs(seen[:, None] - expected) <= NEARLY * np.maximum(1.0, np.abs(expected))
    equal = near & told
    for kind in np.flatnonzero(2 * equal.sum(axis=0) >= np.maximum(told.sum(axis=0), 1)):
        at = np.flatnonzero(equal[:, kind])
        # A number of sites or a flag may be that of patients by chance, not twice.
        if len(set(seen[at]) - {0.0, 1.0}) >= MANY:
            yield from ((int(i), int(kind), float(seen[i])) for i in at)
