"""Times of the inhabitants of a commune, from the points where they are: mean, quantiles, bands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd

from diagterritoire import schema
from diagterritoire.arrays import FloatArray, IntArray
from diagterritoire.core.communes.carry import largest_remainder
from diagterritoire.french import exact
from diagterritoire.network.speeds import DECISECONDS_PER_MINUTE
from diagterritoire.tables import BANDES, SEUILS_MIN

QUANTILES: Mapping[str, float] = {"temps_mg_median_min": 0.5, "temps_mg_p90_min": 0.9}
# Shares of inhabitants add up to the rounding of machine numbers.
_ROUNDING = 1e-9


@dataclass(frozen=True)
class Distribution:
    """Times of inhabitants.

    Attributes
    ----------
    communes : DataFrame
        The columns of `tables.COMMUNES` that come from the points, by `code_commune`.
    cumul : DataFrame
        Whole inhabitants within each bound (minutes, included; infinite: who reach a GP), one
        column a bound, by `code_commune`.
    """

    communes: pd.DataFrame
    cumul: pd.DataFrame

    def within(self) -> dict[float, int]:
        """Inhabitants within each bound, of all the communes."""
        return {float(bound): int(self.cumul[bound].sum()) for bound in self.cumul.columns}


def distribution(
    points: pd.DataFrame,
    time_ds: IntArray,
    population: pd.Series[int],
    bornes_min: Iterable[float],
) -> Distribution:
    """Sum up the times of the points of each commune.

    Parameters
    ----------
    points : DataFrame
        What `population_points.population_points` gave.
    time_ds : int64
        Time of each point to the nearest GP, deciseconds, -1 where none is reached.
    population : Series of int
        Inhabitants by `code_commune`, to which those of its points sum.
    bornes_min : iterable of float
        Bounds of the bands, minutes; those of `tables.SEUILS_MIN` are added.

    Returns
    -------
    Distribution
        A quantile is the least time that the share of those who reach a GP do not exceed. Bands are
        shared to the inhabitant by largest remainder, so that they sum to the population.

    Examples
    --------
    >>> points = pd.DataFrame(
    ...     {"code_commune": "2A001", "population": [60.0, 30.0, 10.0], "origine": "rues"}
    ... )
    >>> times = np.array([3000, 6000, -1])
    >>> found = distribution(points, times, pd.Series({"2A001": 100}), (5.0,))
    >>> found.communes[["temps_mg_moyen_min", "temps_mg_p90_min"]].to_numpy().tolist()
    [[6.666666666666667, 10.0]]
    >>> found.within()
    {5.0: 60, 10.0: 90, 15.0: 90, 20.0: 90, 30.0: 90, inf: 90}
    """
    bounds = sorted({*map(float, bornes_min), *map(float, SEUILS_MIN), np.inf})
    edges = [int(round(b * DECISECONDS_PER_MINUTE, 6)) for b in bounds[:-1]]
    timed = points[["code_commune", "population", "origine"]].assign(temps=time_ds)
    # Sums do not depend on the order of the points.
    timed = timed.sort_values(["code_commune", "temps", "population"])
    rows: dict[str, dict[str, object]] = {}
    counts: dict[str, IntArray] = {}
    for key, part in timed.groupby("code_commune"):
        code = str(key)
        time = part["temps"].to_numpy(np.int64)
        weight = part["population"].to_numpy(np.float64)
        counts[code] = _cumulated(time, weight, int(population[code]), edges)
        rows[code] = {
            **_summary(time, weight),
            "origine_points": part["origine"].iloc[0],
            "points_nb": len(part),
        }
    cumul = pd.DataFrame.from_dict(counts, orient="index", columns=bounds, dtype="int64")
    cumul = cumul.rename_axis("code_commune")
    return Distribution(_laid_out(rows, cumul, population), cumul)


def _summary(time_ds: IntArray, weight: FloatArray) -> dict[str, float]:
    """Mean and quantiles, minutes, of those who reach a GP; times are sorted."""
    reached = (time_ds >= 0) & (weight > 0)
    time, people = time_ds[reached], weight[reached]
    if not len(time):
        return dict.fromkeys(["temps_mg_moyen_min", *QUANTILES], np.nan)
    # From the least time on: a single point keeps its very value.
    mean = time[0] + float(people @ (time - time[0])) / float(people.sum())
    cumulated = np.cumsum(people)
    found = {"temps_mg_moyen_min": min(mean, float(time[-1]))}
    for name, share in QUANTILES.items():
        wanted = share * cumulated[-1] * (1 - _ROUNDING)
        found[name] = float(time[np.searchsorted(cumulated, wanted)])
    return {name: value / DECISECONDS_PER_MINUTE for name, value in found.items()}


def _cumulated(
    time_ds: IntArray, weight: FloatArray, population: int, edges: Sequence[int]
) -> IntArray:
    """Whole inhabitants within each edge, then those who reach a GP."""
    band = np.where(time_ds < 0, len(edges) + 1, np.searchsorted(edges, time_ds, side="left"))
    shares = np.zeros(len(edges) + 2)
    np.add.at(shares, band, weight)
    return np.cumsum(largest_remainder(population, shares))[:-1]


def _laid_out(
    rows: Mapping[str, Mapping[str, object]], cumul: pd.DataFrame, population: pd.Series[int]
) -> pd.DataFrame:
    """Columns of `tables.COMMUNES`, by code."""
    table = pd.DataFrame.from_dict(
        dict(rows),
        orient="index",
        columns=["temps_mg_moyen_min", *QUANTILES, "origine_points", "points_nb"],
    )
    for bound in SEUILS_MIN:
        table[f"population_{bound}min"] = cumul[float(bound)]
    last, reached = cumul[float(SEUILS_MIN[-1])], cumul[np.inf]
    table[f"population_plus_{SEUILS_MIN[-1]}min"] = reached - last
    table["population_sans_trajet"] = population.reindex(table.index) - reached
    out = table.rename_axis("code_commune").reset_index()
    return out.astype({"code_commune": "str"})


def bands(
    found: Distribution,
    communes: pd.DataFrame,
    territoire: tuple[str, str],
    noms_epci: Mapping[str, str],
    bornes_min: Iterable[float],
) -> pd.DataFrame:
    """Lay out the inhabitants of the territory by band of time, and those of each of its EPCI.

    Parameters
    ----------
    found : Distribution
        Of the communes of the territory, with these bounds.
    communes : DataFrame
        The same: `code_commune`, `code_epci`, `population`.
    territoire : (str, str)
        Code and name of the territory.
    noms_epci : mapping of str to str
        Names by SIREN; the SIREN stands for one that is missing.
    bornes_min : iterable of float
        Upper bounds, minutes.

    Returns
    -------
    DataFrame
        Table `tables.BANDES`: the territory, then the EPCI in order of code when there are several;
        communes without EPCI count in the territory only. Bands sum to the population.

    Examples
    --------
    >>> points = pd.DataFrame(
    ...     {"code_commune": "2A001", "population": [60.0, 40.0], "origine": "rues"}
    ... )
    >>> people = pd.Series({"2A001": 100})
    >>> found = distribution(points, np.array([3000, -1]), people, (5.0,))
    >>> communes = pd.DataFrame({"code_commune": ["2A001"], "code_epci": "1", "population": 100})
    >>> bands(found, communes, ("zone", "Zone"), {}, (5.0,))[["tranche", "population"]].values
    array([['5 min ou moins', 60],
           ['plus de 5 min', 0],
           ['aucun médecin atteint en voiture', 40]], dtype=object)
    """
    bounds = [*sorted({*map(float, bornes_min)}), np.inf]
    people = communes.set_index("code_commune")[["code_epci", "population"]]
    zones = [("territoire", *territoire, people)]
    epcis = sorted(set(people["code_epci"].dropna()))
    if len(epcis) > 1:
        zones += [
            ("epci", e, noms_epci.get(e, e), people.loc[people["code_epci"] == e]) for e in epcis
        ]
    labels = _labels(bounds)
    frames = []
    for niveau, code, nom, part in zones:
        total = int(part["population"].sum())
        within = found.cumul.loc[part.index, bounds].sum().to_numpy(np.int64)
        count = np.diff(within, prepend=0, append=total)
        frames.append(
            pd.DataFrame(
                {
                    "niveau": niveau,
                    "code": code,
                    "nom": nom,
                    "rang": np.arange(1, len(count) + 1),
                    "tranche": labels,
                    "temps_max_min": [*bounds[:-1], np.nan, np.nan],
                    "population": count,
                    "part": count / total if total else np.nan,
                }
            )
        )
    return schema.conform(pd.concat(frames, ignore_index=True), BANDES)


def _labels(bounds: Sequence[float]) -> list[str]:
    finite = [exact(b) for b in bounds[:-1]]
    return [
        f"{finite[0]} min ou moins",
        *(f"plus de {low} à {high} min" for low, high in pairwise(finite)),
        f"plus de {finite[-1]} min",
        "aucun médecin atteint en voiture",
    ]
