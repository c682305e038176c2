"""Catchment of a pole, and how far a division into zones agrees with another."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import pandas as pd

PRIMAIRE, SECONDAIRE = "primaire", "secondaire"


def catchments(
    flux: pd.DataFrame, poles: Collection[str], *, primaire: float, secondaire: float
) -> pd.DataFrame:
    """Communes that a pole draws: primary and secondary catchment, by share of their patients.

    Parameters
    ----------
    flux : DataFrame
        `code_residence`, `code_exercice`, `patients`.
    poles : collection of str
        Communes whose GPs are considered.
    primaire, secondaire : float
        Least share, included, of the patients of a commune who consult at the pole.

    Returns
    -------
    DataFrame
        `pole`, `code_commune`, `part`, `aire` (`primaire` or `secondaire`), by codes.

    Examples
    --------
    >>> flux = pd.DataFrame(
    ...     [("A", "A", 8.0), ("A", "B", 2.0), ("B", "B", 5.0)],
    ...     columns=["code_residence", "code_exercice", "patients"],
    ... )
    >>> catchments(flux, ["B"], primaire=0.5, secondaire=0.2).to_numpy().tolist()
    [['B', 'A', 0.2, 'secondaire'], ['B', 'B', 1.0, 'primaire']]
    """
    total = flux.groupby("code_residence")["patients"].transform("sum")
    part = (flux["patients"] / total).where(total > 0)
    drawn = flux.assign(part=part).loc[
        flux["code_exercice"].isin(list(poles)) & (part >= secondaire)
    ]
    table = drawn.rename(columns={"code_exercice": "pole", "code_residence": "code_commune"})
    first = table["part"] >= primaire
    table = table.assign(aire=first.map({True: PRIMAIRE, False: SECONDAIRE}).astype("str"))
    return table[["pole", "code_commune", "part", "aire"]].sort_values(
        ["pole", "code_commune"], ignore_index=True
    )


@dataclass(frozen=True)
class Match:
    """Agreement of a division with another, over the communes that both place.

    Attributes
    ----------
    zones, autres : int
        Zones of each that hold a commune compared.
    part, part_inverse : float or None
        Share of the population who live in the zone of the other division that holds most of the
        population of theirs; then the same, the other way round. 1 and 1 when they are the same;
        None without anybody to compare.
    population : int
        Population compared.
    """

    zones: int
    autres: int
    part: float | None
    part_inverse: float | None
    population: int


def match(communes: pd.DataFrame, zone: str, autre: str) -> Match:
    """Compare two divisions of the same communes by the population that falls together.

    Parameters
    ----------
    communes : DataFrame
        `population` and the two columns of codes; null is placed nowhere.
    zone, autre : str
        Columns compared.

    Examples
    --------
    >>> communes = pd.DataFrame(
    ...     {"bassin": ["A", "A", "B"], "epci": ["1", "2", "2"], "population": [60, 40, 100]}
    ... )
    >>> found = match(communes, "bassin", "epci")
    >>> found.part, found.part_inverse
    (0.8, 0.8)
    """
    both = communes.loc[communes[zone].notna() & communes[autre].notna()]
    cells = both.groupby([zone, autre])["population"].sum()
    total = int(cells.sum())
    if total <= 0:
        return Match(both[zone].nunique(), both[autre].nunique(), None, None, total)
    return Match(
        both[zone].nunique(),
        both[autre].nunique(),
        float(cells.groupby(level=0).max().sum()) / total,
        float(cells.groupby(level=1).max().sum()) / total,
        total,
    )
