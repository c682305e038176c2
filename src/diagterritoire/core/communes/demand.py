"""Need of GPs: population weighted by the use that each age makes of them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict

import pandas as pd

from diagterritoire.core.communes.carry import carry_sum
from diagterritoire.errors import DataError
from diagterritoire.parameters.care import DemandeParameters
from diagterritoire.tables import AGES

# Fewer communes than this are not the whole country: its factor cannot be computed on them.
COMMUNES_PAYS_MIN = 30_000


def national_factor(ages: pd.DataFrame, poids: Sequence[float]) -> float:
    """Factor that makes the standardised population of the country its total population.

    `k = sum_i P_i / sum_i sum_a w_a P_ia`, over the communes given.

    Parameters
    ----------
    ages : DataFrame
        Table `populations_ages` of the whole country.
    poids : sequence of float
        Weight `w_a` of each class of `tables.AGES` (parameter `demande.poids_ages_*`).

    Raises
    ------
    DataError
        Fewer weights than classes, or nobody.

    References
    ----------
    DREES, APL aux médecins généralistes 2022-2023, feuille Paramètres.

    Examples
    --------
    >>> ages = pd.DataFrame({"code_commune": "01001", "age": [0, 70], "population": [50.0, 50.0]})
    >>> national_factor(ages, [1.0] * 14 + [3.0] * 5)
    0.5
    """
    weighted, total = math.fsum(_weighted(ages, poids)), math.fsum(ages["population"])
    if weighted <= 0:
        raise DataError("Population par âge : aucun habitant, le facteur national est impossible.")
    return total / weighted


def standardised(
    ages: pd.DataFrame, poids: Sequence[float], facteur: float | None = None
) -> pd.DataFrame:
    """Standardised population of each commune: `S_i = k sum_a w_a P_ia`.

    Parameters
    ----------
    ages : DataFrame
        Table `populations_ages`: `code_commune`, `age`, `population`.
    poids : sequence of float
        Weight of each class of `tables.AGES`.
    facteur : float, optional
        National factor `k`; by default computed on the communes given, which must then be those of
        the whole country: a territory keeps the factor of the country.

    Returns
    -------
    DataFrame
        `code_commune`, `population_standardisee`, `population_totale` (both inhabitants), in order
        of code; no row when no age is given with a factor.

    Raises
    ------
    DataError
        No factor and too few communes to be the country; weights that are not one per class.

    References
    ----------
    DREES, APL aux médecins généralistes 2022-2023, feuille Paramètres.

    Examples
    --------
    >>> ages = pd.DataFrame({"code_commune": "01001", "age": [0, 70], "population": [50.0, 50.0]})
    >>> standardised(ages, [1.0] * 14 + [3.0] * 5, facteur=0.5).to_numpy().tolist()
    [['01001', 100.0, 100.0]]
    """
    communes = int(ages["code_commune"].nunique())
    if facteur is None and communes < COMMUNES_PAYS_MIN:
        raise DataError(
            f"Population par âge de {communes} communes : le facteur national ne se calcule que "
            "sur le pays entier.",
            "Prenez le fichier de la France entière, ou donnez le facteur national.",
        )
    factor = national_factor(ages, poids) if facteur is None else facteur
    weighted = ages.assign(ponderee=_weighted(ages, poids)).sort_values(["code_commune", "age"])
    sums = weighted.groupby("code_commune", sort=True)[["ponderee", "population"]].sum()
    return pd.DataFrame(
        {
            "code_commune": sums.index.astype("str"),
            "population_standardisee": (sums["ponderee"] * factor).to_numpy(),
            "population_totale": sums["population"].to_numpy(),
        }
    )


def weights_of(demande: DemandeParameters, annee: int | None) -> tuple[int, tuple[float, ...]]:
    """Year and weights of the ages that standardise with the APL of a year.

    Parameters
    ----------
    demande : DemandeParameters
        `poids_ages_<year>`.
    annee : int or None
        Year of the APL. The most recent weights serve for one that has none, and without APL.

    Examples
    --------
    >>> weights_of(DemandeParameters(), 2022)[0], weights_of(DemandeParameters(), None)[0]
    (2022, 2023)
    """
    known = {int(name[-4:]): tuple(weights) for name, weights in asdict(demande).items()}
    year = annee if annee in known else max(known)
    return year, known[year]


def standardised_communes(
    ages: pd.DataFrame,
    correspondances: pd.DataFrame,
    poids: Sequence[float],
    parts: pd.Series[float] | None = None,
) -> tuple[pd.DataFrame, float]:
    """Standardised population of the communes of the run, from the ages of the whole country.

    The national factor counts each inhabitant once: what has no target in the correspondence (a
    city whose arrondissements are there too) does not enter it.

    Parameters
    ----------
    ages : DataFrame
        Table `populations_ages`, with the codes of its year.
    correspondances : DataFrame
        What `cog.correspondence` gave for these codes.
    poids : sequence of float
        As for `standardised`.
    parts : Series, optional
        Weight of each part of a divided commune, as for `carry_sum`.

    Returns
    -------
    (DataFrame, float)
        `code_commune`, `population_standardisee`, `population_totale` (of the same census), by
        code; the national factor.

    Raises
    ------
    DataError
        As `national_factor`.

    Examples
    --------
    >>> ages = pd.DataFrame({
    ...     "code_commune": ["69123", "69381"], "age": [0, 0], "population": [50.0, 50.0],
    ... })
    >>> pairs = pd.DataFrame({"code_source": ["69123", "69381"], "code_cible": [None, "69381"]})
    >>> found, factor = standardised_communes(ages, pairs, [2.0] * 19)
    >>> found.to_numpy().tolist(), factor
    ([['69381', 50.0, 50.0]], 0.5)
    """
    used = correspondances.loc[correspondances["code_cible"].notna(), "code_source"]
    counted = ages.loc[ages["code_commune"].isin(used)]
    factor = national_factor(counted, poids)
    computed = standardised(counted, poids, factor)
    carried = [
        carry_sum(computed, correspondances, value, parts).set_index("code_commune")[value]
        for value in ("population_standardisee", "population_totale")
    ]
    return pd.concat(carried, axis="columns").reset_index(), factor


def _weighted(ages: pd.DataFrame, poids: Sequence[float]) -> pd.Series[float]:
    if len(poids) != len(AGES):
        raise DataError(f"{len(poids)} poids pour {len(AGES)} classes d'âge.")
    weights = ages["age"].map(dict(zip(AGES, poids, strict=True)))
    if weights.isna().any():
        age = ages.loc[weights.isna(), "age"].iloc[0]
        raise DataError(f"Classe d'âge inconnue : {age} (attendu : 0, 5, ..., {AGES[-1]}).")
    return ages["population"].astype("float64") * weights.astype("float64")
