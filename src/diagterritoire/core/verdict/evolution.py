"""What moved between two deliveries of the same territory: functions on their tables.

Communes are joined one to one by code. An unknown value is never a move: what becomes known, or
unknown, is counted apart.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from diagterritoire.core.agreement import weighted_mean

HAUSSE, BAISSE, STABLE = "hausse", "baisse", "stable"
CONNU, PERDU, INCONNU = "devenu connu", "devenu inconnu", "inconnu"
_ZONE_INCONNUE = "inconnu"


@dataclass(frozen=True)
class Presence:
    """Communes of one delivery only, and of both: tables of communes, sorted by code."""

    apparues: pd.DataFrame
    disparues: pd.DataFrame
    communes: int


def presence(avant: pd.DataFrame, apres: pd.DataFrame) -> Presence:
    """Tell which communes of the territory are new, gone, and in both.

    Examples
    --------
    >>> two = [pd.DataFrame({"code_commune": codes}) for codes in (["a", "b"], ["b", "c"])]
    >>> found = presence(*two)
    >>> list(found.apparues["code_commune"]), list(found.disparues["code_commune"]), found.communes
    (['c'], ['a'], 1)
    """
    new = ~apres["code_commune"].isin(avant["code_commune"])
    gone = ~avant["code_commune"].isin(apres["code_commune"])
    return Presence(
        apres.loc[new].sort_values("code_commune", ignore_index=True),
        avant.loc[gone].sort_values("code_commune", ignore_index=True),
        int((~new).sum()),
    )


def side_by_side(avant: pd.DataFrame, apres: pd.DataFrame) -> pd.DataFrame:
    """Join the communes of both deliveries by code, sorted; what is in one only is left out.

    Names are the new ones; every other column is suffixed `_avant` and `_apres`.
    """
    joined = avant.drop(columns="nom").merge(
        apres,
        on="code_commune",
        how="inner",
        validate="one_to_one",
        suffixes=("_avant", "_apres"),
    )
    return joined.sort_values("code_commune", ignore_index=True)


def movements(joined: pd.DataFrame, steps: Mapping[str, float]) -> pd.DataFrame:
    """Give the move of each indicator of each commune.

    Parameters
    ----------
    joined : DataFrame
        What `side_by_side` gave.
    steps : mapping
        Indicators, each with the smallest difference that is one, as it is written.

    Returns
    -------
    DataFrame
        `code_commune, nom, indicateur, avant, apres, difference, sens`: one row a commune and an
        indicator, in the order of the indicators then of the communes.

    Examples
    --------
    >>> joined = pd.DataFrame({"code_commune": ["a", "b"], "nom": ["A", "B"],
    ...                        "apl_avant": [2.0, None], "apl_apres": [2.5, 3.0]})
    >>> list(movements(joined, {"apl": 0.005})["sens"])
    ['hausse', 'devenu connu']
    """
    parts = []
    for name, step in steps.items():
        before, after = (
            joined[f"{name}_{side}"].astype("Float64").astype("float64")
            for side in ("avant", "apres")
        )
        # A difference of one step is one, whatever its binary writing loses.
        difference, least = after - before, step * (1 - 1e-9)
        sens = pd.Series(STABLE, index=joined.index)
        sens = sens.mask(difference >= least, HAUSSE).mask(difference <= -least, BAISSE)
        sens = sens.mask(before.isna() & after.notna(), CONNU)
        sens = sens.mask(before.notna() & after.isna(), PERDU)
        sens = sens.mask(before.isna() & after.isna(), INCONNU)
        parts.append(
            joined[["code_commune", "nom"]].assign(
                indicateur=name, avant=before, apres=after, difference=difference, sens=sens
            )
        )
    return pd.concat(parts, ignore_index=True)


def zone_changes(joined: pd.DataFrame) -> pd.DataFrame:
    """Count the communes that changed zone.

    Returns
    -------
    DataFrame
        `avant, apres, communes, population, noms`, where population is the new one, sorted.
    """
    zones = joined.assign(
        avant=joined["zonage_mg_avant"].fillna(_ZONE_INCONNUE),
        apres=joined["zonage_mg_apres"].fillna(_ZONE_INCONNUE),
    )
    moved = zones.loc[zones["avant"] != zones["apres"]]
    return moved.groupby(["avant", "apres"], as_index=False).agg(
        communes=("code_commune", "size"),
        population=("population_apres", "sum"),
        noms=("nom", list),
    )


def totals(communes: pd.DataFrame) -> dict[str, float | None]:
    """Total each indicator over the communes of a territory; None when nothing is known.

    Examples
    --------
    >>> columns = ("population", "population_standardisee", "mg_nb", "mg_etp", "temps_mg_min",
    ...            "apl", "apl_publiee", "deficit_consultations", "deficit_etp")
    >>> small = pd.DataFrame({name: [1.0, 3.0] for name in columns})
    >>> small = small.assign(zonage_mg=["ZIP", None], deficit=[True, False], atteignable=True)
    >>> found = totals(small)
    >>> found["population"], found["apl"], found["communes_deficit"], found["population_zip"]
    (4.0, 2.5, 1.0, 1.0)
    """
    people, standard = communes["population"], communes["population_standardisee"]
    under = communes["deficit"].astype(bool)
    zones = communes["zonage_mg"]

    def inside(zone: str) -> float | None:
        return float(people[zones.eq(zone).fillna(False).astype(bool)].sum())

    unknown = bool(zones.isna().all())
    return {
        "communes": float(len(communes)),
        "population": float(people.sum()),
        "mg_nb": _sum(communes["mg_nb"]),
        "mg_etp": _sum(communes["mg_etp"]),
        "temps_mg_min": weighted_mean(communes["temps_mg_min"], people),
        "non_atteignables": float((~communes["atteignable"].astype(bool)).sum()),
        "apl": weighted_mean(communes["apl"], standard),
        "apl_publiee": weighted_mean(communes["apl_publiee"], standard),
        "communes_deficit": float(under.sum()),
        "population_deficit": float(people[under].sum()),
        "deficit_consultations": _sum(communes["deficit_consultations"]),
        "deficit_etp": _sum(communes["deficit_etp"]),
        "population_zip": None if unknown else inside("ZIP"),
        "population_zac": None if unknown else inside("ZAC"),
    }


def _sum(values: pd.Series) -> float | None:
    return float(values.sum()) if values.notna().any() else None


def changed_rows(avant: pd.DataFrame, apres: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    """List the keys whose columns differ between two tables, or that one only has.

    Parameters
    ----------
    avant, apres : DataFrame
        Column `cle`, repeated when a key has several rows, and texts.
    columns : list of str
        Columns compared.

    Returns
    -------
    DataFrame
        `cle`, then each column of `columns` suffixed `_avant` and `_apres` (texts of several rows
        joined, null where the key is absent), sorted by key.

    Examples
    --------
    >>> one = pd.DataFrame({"cle": ["a", "b"], "valeur": ["1", "2"]})
    >>> other = pd.DataFrame({"cle": ["a", "b"], "valeur": ["1", "3"]})
    >>> changed_rows(one, other, ["valeur"]).values.tolist()
    [['b', '2', '3']]
    """
    joined = _by_key(avant, columns).merge(
        _by_key(apres, columns),
        on="cle",
        how="outer",
        validate="one_to_one",
        suffixes=("_avant", "_apres"),
    )
    sides = [[f"{name}_{side}" for name in columns] for side in ("avant", "apres")]
    before, after = (joined[names].fillna("\0").to_numpy() for names in sides)
    differ = pd.Series((before != after).any(axis=1), index=joined.index)
    return joined.loc[differ].sort_values("cle", ignore_index=True)


def _by_key(table: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    ordered = table.sort_values(["cle", *columns], kind="stable")

    def joined(values: pd.Series) -> str:
        return " ; ".join(dict.fromkeys(values.astype(str)))

    return ordered.groupby("cle", as_index=False)[columns].agg(joined)
