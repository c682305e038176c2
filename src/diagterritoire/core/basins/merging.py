"""Basins of patients: communes put together until most of their residents consult inside."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely


@dataclass(frozen=True)
class Floors:
    """What a basin must hold: a small one must keep more of its residents.

    Attributes
    ----------
    population_min, population_cible : float
        Least population, reached with the target self-containment; population from which the least
        self-containment suffices.
    autosuffisance_min, autosuffisance_cible : float
        Fractions of the residents' use inside the basin.
    """

    population_min: float
    population_cible: float
    autosuffisance_min: float
    autosuffisance_cible: float


def validity(population: float, autosuffisance: float, floors: Floors) -> float:
    """Score of a basin: 1 or more when it meets the floors.

    References
    ----------
    Coombes and Bond (2008), Travel-to-Work Areas: the 2007 review.

    Examples
    --------
    >>> floors = Floors(3500, 25000, 2 / 3, 0.75)
    >>> [round(validity(p, s, floors), 3) for p, s in ((3500, 0.75), (25000, 2 / 3), (3500, 0.7))]
    [1.0, 1.0, 0.933]
    """
    ratio = floors.autosuffisance_min / floors.autosuffisance_cible
    span = floors.population_cible - floors.population_min
    short = max(floors.population_cible - population, 0.0)
    size = 1.0 - (1.0 - ratio) * (short / span if span > 0 else float(short > 0))
    kept = min(autosuffisance, floors.autosuffisance_cible) / floors.autosuffisance_cible
    return size * kept / ratio


def borders(codes: Iterable[str], outlines: Iterable[object], gap_m: float) -> pd.DataFrame:
    """Pairs of communes that touch: `un`, `autre`, each pair once, the smaller code first.

    Parameters
    ----------
    codes, outlines : iterables
        Communes and their polygons, in the same order, metres.
    gap_m : float
        Outlines nearer than this touch.

    Examples
    --------
    >>> squares = [shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1), shapely.box(9, 0, 10, 1)]
    >>> borders(["B", "A", "C"], squares, 0.5).to_numpy().tolist()
    [['A', 'B']]
    """
    names = np.asarray(list(codes), dtype=object)
    shapes = np.asarray(list(outlines), dtype=object)
    if not len(names):
        return pd.DataFrame({"un": [], "autre": []}, dtype="str")
    one, other = shapely.STRtree(shapes).query(shapes, predicate="dwithin", distance=gap_m)
    pairs = pd.DataFrame({"un": names[one], "autre": names[other]}, dtype="str")
    return pairs.loc[pairs["un"] < pairs["autre"]].sort_values(["un", "autre"], ignore_index=True)


def basins(
    flux: pd.DataFrame, communes: pd.DataFrame, voisins: pd.DataFrame, floors: Floors
) -> pd.DataFrame:
    """Group communes into basins by agglomeration, each of one piece.

    At each step the basin that is farthest from the floors (the smallest code at equality) joins
    the neighbour to which it is most tied, `T_gh^2 / (R_g W_h) + T_hg^2 / (R_h W_g)`, where `R` are
    the patients who live in a basin and `W` those who consult there; then, without tie, the
    neighbour with most patients. A basin without neighbour stays as it is.

    Parameters
    ----------
    flux : DataFrame
        `code_residence`, `code_exercice`, `patients`; ends out of `communes` count as outside.
    communes : DataFrame
        `code_commune`, `population`.
    voisins : DataFrame
        `borders`.
    floors : Floors

    Returns
    -------
    DataFrame
        `code_commune`, `bassin` (code of the commune of the basin where most patients consult, then
        the most populated, then the smallest code), `valide` (the floors are met).

    References
    ----------
    Smart (1974); Coombes and Bond (2008), without their step of dismantling.

    Examples
    --------
    >>> flux = pd.DataFrame(
    ...     [("A", "A", 90.0), ("A", "B", 10.0), ("B", "A", 30.0), ("C", "C", 80.0)],
    ...     columns=["code_residence", "code_exercice", "patients"],
    ... )
    >>> communes = pd.DataFrame({"code_commune": ["A", "B", "C"], "population": [100, 30, 80]})
    >>> touching = pd.DataFrame({"un": ["A", "B"], "autre": ["B", "C"]})
    >>> basins(flux, communes, touching, Floors(50, 100, 0.5, 0.7)).to_numpy().tolist()
    [['A', 'A', True], ['B', 'A', True], ['C', 'C', True]]
    """
    groups = _Groups.of(flux, communes, voisins)
    weak = {g: groups.score(g, floors) for g in groups.members}
    weak = {g: score for g, score in weak.items() if score < 1.0}
    waiting = [(score, g) for g, score in weak.items()]
    heapq.heapify(waiting)
    while waiting:
        score, worst = heapq.heappop(waiting)
        if weak.get(worst) != score:
            continue  # It joined another since.
        partner = groups.partner(worst)
        weak.pop(worst)
        if partner is None:
            continue
        weak.pop(partner, None)
        joined = groups.merge(worst, partner)
        score = groups.score(joined, floors)
        if score < 1.0:
            weak[joined] = score
            heapq.heappush(waiting, (score, joined))
    rows = [
        (code, pole, groups.score(g, floors) >= 1.0)
        for g in groups.members
        for pole in [groups.pole(g)]
        for code in groups.members[g]
    ]
    table = pd.DataFrame(rows, columns=["code_commune", "bassin", "valide"])
    types = {"code_commune": "str", "bassin": "str", "valide": "bool"}
    return table.astype(types).sort_values("code_commune", ignore_index=True)


@dataclass
class _Groups:
    """Basins being put together, named by their smallest code."""

    members: dict[str, list[str]]
    population: dict[str, float]
    residents: dict[str, float]
    activity: dict[str, float]
    inside: dict[str, float]
    out: dict[str, dict[str, float]]
    into: dict[str, dict[str, float]]
    near: dict[str, set[str]]
    of_commune: Mapping[str, tuple[float, float]]

    @classmethod
    def of(cls, flux: pd.DataFrame, communes: pd.DataFrame, voisins: pd.DataFrame) -> _Groups:
        people = dict(
            sorted(zip(communes["code_commune"], communes["population"].astype(float), strict=True))
        )
        ordered = flux.sort_values(["code_residence", "code_exercice"])
        used = ordered.groupby("code_residence")["patients"].sum()
        served = ordered.groupby("code_exercice")["patients"].sum()
        out: dict[str, dict[str, float]] = {c: {} for c in people}
        into: dict[str, dict[str, float]] = {c: {} for c in people}
        inside = dict.fromkeys(people, 0.0)
        columns = ("code_residence", "code_exercice", "patients")
        for home, place, patients in zip(*(ordered[c].tolist() for c in columns), strict=True):
            if home == place and home in people:
                inside[home] += float(patients)
            elif home in people and place in people:
                out[home][place] = float(patients)
                into[place][home] = float(patients)
        near: dict[str, set[str]] = {c: set() for c in people}
        for one, other in voisins[["un", "autre"]].itertuples(index=False):
            if one in people and other in people:
                near[one].add(other)
                near[other].add(one)
        activity = {c: float(served.get(c, 0.0)) for c in people}
        return cls(
            {c: [c] for c in people},
            people,
            {c: float(used.get(c, 0.0)) for c in people},
            activity,
            inside,
            out,
            into,
            near,
            {c: (activity[c], people[c]) for c in people},
        )

    def score(self, g: str, floors: Floors) -> float:
        used = self.residents[g]
        kept = self.inside[g] / used if used > 0 else 0.0
        return validity(self.population[g], kept, floors)

    def tie(self, g: str, h: str) -> float:
        going, coming = self.out[g].get(h, 0.0), self.out[h].get(g, 0.0)
        one = self.residents[g] * self.activity[h]
        two = self.residents[h] * self.activity[g]
        return (going**2 / one if one > 0 else 0.0) + (coming**2 / two if two > 0 else 0.0)

    def partner(self, g: str) -> str | None:
        """Neighbour most tied to a basin; the smallest code at equality."""
        if not self.near[g]:
            return None
        return min(self.near[g], key=lambda h: (-self.tie(g, h), -self.activity[h], h))

    def merge(self, g: str, h: str) -> str:
        """Put two basins together under the smaller of their names, and give that name."""
        kept, gone = min(g, h), max(g, h)
        self.inside[kept] += (
            self.inside.pop(gone) + self.out[kept].get(gone, 0.0) + self.out[gone].get(kept, 0.0)
        )
        for side, back in ((self.out, self.into), (self.into, self.out)):
            side[kept].pop(gone, None)
            for other, patients in side.pop(gone).items():
                back[other].pop(gone, None)
                if other != kept:
                    side[kept][other] = side[kept].get(other, 0.0) + patients
                    back[other][kept] = side[kept][other]
        for other in self.near.pop(gone):
            self.near[other].discard(gone)
            if other != kept:
                self.near[other].add(kept)
                self.near[kept].add(other)
        for values in (self.population, self.residents, self.activity):
            values[kept] += values.pop(gone)
        self.members[kept] = sorted(self.members[kept] + self.members.pop(gone))
        return kept

    def pole(self, g: str) -> str:
        return min(
            self.members[g], key=lambda c: (-self.of_commune[c][0], -self.of_commune[c][1], c)
        )
