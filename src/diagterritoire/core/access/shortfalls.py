"""What is missing to reach each reference, commune by commune and zone by zone, ranked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from diagterritoire.core.agreement import weighted_mean
from diagterritoire.core.identifiers import by_id

# The threshold, the departement's mean and the country's.
REFERENCES = ("seuil", "departement", "france")
SANS_ZONE = "inconnu"


def shortfalls(communes: pd.DataFrame, references: pd.DataFrame, *, par_etp: float) -> pd.DataFrame:
    """Consultations and full-time GPs that each commune lacks to reach each reference.

    `manque = max(0, reference - apl) * population_standardisee`. The sum over communes is not a
    number of posts to open: one post serves its neighbours too.

    Parameters
    ----------
    communes : DataFrame
        `code_commune`, `apl`, `population_standardisee`.
    references : DataFrame
        `code_commune` (the same communes) and an APL for each of `REFERENCES`; null where there is
        none.
    par_etp : float
        Activity of a full-time GP, consultations a year, above 0.

    Returns
    -------
    DataFrame
        `code_commune`, then for each reference `reference_<r>`, `manque_<r>_consultations` (a year)
        and `manque_<r>_etp`, null where the APL or the reference is; `rang`, from 1, of those that
        lack something to the threshold, most first, ties by code. Sorted by code.

    Raises
    ------
    DataError
        A `code_commune` is missing or repeated.

    Examples
    --------
    >>> communes = pd.DataFrame({
    ...     "code_commune": ["A", "B"], "apl": [2.0, 1.5], "population_standardisee": [5400.0, 1e4],
    ... })
    >>> references = pd.DataFrame({
    ...     "code_commune": ["A", "B"], "seuil": 2.5, "departement": 3.0, "france": 3.7,
    ... })
    >>> found = shortfalls(communes, references, par_etp=5400)
    >>> found[["manque_seuil_etp", "manque_departement_etp", "rang"]].round(2).to_numpy().tolist()
    [[0.5, 1.0, 2], [1.85, 2.78, 1]]
    """
    table = by_id(communes, "code_commune", ["apl", "population_standardisee"]).merge(
        by_id(references, "code_commune", list(REFERENCES)),
        on="code_commune",
        how="left",
        validate="one_to_one",
    )
    people = table["population_standardisee"].astype("float64")
    found = table[["code_commune"]].copy()
    for name in REFERENCES:
        target = table[name].astype("float64")
        missing = (target - table["apl"].astype("float64")).clip(lower=0.0) * people
        found[f"reference_{name}"] = target
        found[f"manque_{name}_consultations"] = missing
        found[f"manque_{name}_etp"] = missing / float(par_etp)
    return found.assign(rang=ranks(found["manque_seuil_consultations"], found["code_commune"]))


def ranks(missing: pd.Series, codes: pd.Series) -> pd.Series:
    """Rank what is missing, most first, ties by code; null where nothing is, or it is unknown.

    Examples
    --------
    >>> ranks(pd.Series([1.0, 3.0, 1.0, 0.0, None]), pd.Series(list("CABDE"))).tolist()
    [3, 1, 2, <NA>, <NA>]
    """
    lacking = missing.notna() & (missing > 0)
    order = pd.DataFrame({"manque": -missing[lacking], "code": codes[lacking]})
    order = order.sort_values(["manque", "code"])
    rang = pd.Series(pd.NA, index=missing.index, dtype="Int64")
    rang.loc[order.index] = np.arange(1, len(order) + 1)
    return rang


def by_zone(
    communes: pd.DataFrame,
    niveaux: Mapping[str, str],
    *,
    seuil_apl: float,
    seuil_temps_min: float,
) -> pd.DataFrame:
    """Sum deficits over the zones of each level: people concerned and what is missing.

    Means and shares are over the people whose value is known; a share is null when none is. People
    are counted in inhabitants, and the mean APL weighs standardised ones, as the ministry does.

    Parameters
    ----------
    communes : DataFrame
        `code_commune`, `population`, `population_standardisee`, `apl`, `temps_mg_min`,
        `atteignable`, what `shortfalls` gave, and the columns of the levels.
    niveaux : mapping of str to str
        Column of the zones of each level, by its name; a commune without zone is in `inconnu`.
    seuil_apl : float
        APL strictly under which people are counted.
    seuil_temps_min : float
        Minutes strictly beyond which people are counted; no way to a GP is beyond.

    Returns
    -------
    DataFrame
        One row a zone: `niveau`, `code`, `communes_nb`, `population`, `apl`, `temps_mg_min`,
        `communes_deficit_nb`, `population_deficit`, `part_population_deficit`,
        `population_eloignee`, `part_population_eloignee`, `manque_<r>_consultations` and
        `manque_<r>_etp` for each of `REFERENCES`, `rang` within the level. Levels in the order
        given, zones in order of code.

    Examples
    --------
    >>> communes = pd.DataFrame({
    ...     "code_commune": ["A", "B"], "population": [100, 300], "apl": [2.0, 3.0],
    ...     "population_standardisee": [100.0, 300.0], "temps_mg_min": [25.0, 0.0],
    ...     "atteignable": True, "zonage_mg": ["ZIP", None],
    ... })
    >>> missing = {f"manque_{r}_{u}": 0.0 for r in REFERENCES for u in ("consultations", "etp")}
    >>> zones = by_zone(
    ...     communes.assign(**missing), {"zonage_mg": "zonage_mg"}, seuil_apl=2.5,
    ...     seuil_temps_min=20,
    ... )
    >>> zones[["code", "population_deficit", "part_population_eloignee"]].to_numpy().tolist()
    [['ZIP', 100.0, 1.0], ['inconnu', 0.0, 0.0]]
    """
    sorted_communes = communes.sort_values("code_commune", ignore_index=True)
    levels = []
    for niveau, column in niveaux.items():
        zone = sorted_communes[column].astype("str").fillna(SANS_ZONE)
        rows = [
            {"niveau": niveau, "code": code} | _figures(part, seuil_apl, seuil_temps_min)
            for code, part in sorted_communes.groupby(zone, sort=True)
        ]
        level = pd.DataFrame(rows)
        if len(level):
            levels.append(
                level.assign(rang=ranks(level["manque_seuil_consultations"], level["code"]))
            )
    return pd.concat(levels, ignore_index=True) if levels else pd.DataFrame()


def _figures(part: pd.DataFrame, seuil_apl: float, seuil_temps_min: float) -> dict[str, Any]:
    people = part["population"].astype("float64")
    apl, minutes = part["apl"].astype("float64"), part["temps_mg_min"].astype("float64")
    cut_off = ~part["atteignable"].astype("boolean").fillna(value=True).astype(bool)
    low, known = apl < seuil_apl, apl.notna()
    far, timed = (minutes > seuil_temps_min) | cut_off, minutes.notna() | cut_off
    missing = [f"manque_{r}_{u}" for r in REFERENCES for u in ("consultations", "etp")]
    return {
        "communes_nb": len(part),
        "population": int(part["population"].sum()),
        "apl": weighted_mean(apl, part["population_standardisee"]),
        "temps_mg_min": weighted_mean(minutes, people),
        "communes_deficit_nb": int(low.sum()),
        "population_deficit": float(people[low].sum()),
        "part_population_deficit": _share(people, low, known),
        "population_eloignee": float(people[far].sum()),
        "part_population_eloignee": _share(people, far, timed),
    } | {name: float(part[name].astype("float64").sum(min_count=1)) for name in missing}


def _share(people: pd.Series, concerned: pd.Series, known: pd.Series) -> float:
    total = float(people[known].sum())
    return float(people[concerned & known].sum() / total) if total > 0 else float("nan")
