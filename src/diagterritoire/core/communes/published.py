"""Published APL of every year at hand, on the communes of one year."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pandas as pd

from diagterritoire import schema
from diagterritoire.core.communes.carry import carry_mean, carry_sum
from diagterritoire.core.communes.cog import correspondence
from diagterritoire.tables import APL_PUBLIEE, APPARTENANCE

COLONNES = ("code_commune", "annee", "apl_publiee", "population_standardisee")


def published_years(
    apl_publiee: pd.DataFrame,
    mouvements: pd.DataFrame,
    codes: Iterable[str],
    cog: Mapping[str, int],
) -> pd.DataFrame:
    """Carry each published year to the communes of the run.

    Parameters
    ----------
    apl_publiee : DataFrame
        Table `apl_publiee`, all its years.
    mouvements : DataFrame
        Table `mouvements`.
    codes : iterable of str
        Communes of the run (arrondissements in the place of their city).
    cog : mapping of str to int
        Year of the codes of `appartenance`, and of `apl_publiee` for its latest year; the codes of
        an older year are as much older.

    Returns
    -------
    DataFrame
        `code_commune`, `annee`, `apl_publiee`, `population_standardisee`, in order of year and
        code: the communes whose APL is known. A commune made of several has their mean weighted by
        standardised population, and the sum of these.

    Examples
    --------
    >>> from diagterritoire import tables
    >>> m = pd.DataFrame(
    ...     [("32", "2024-01-01", "COM", a, "COM", "01001") for a in ("01001", "01002")],
    ...     columns=tables.MOUVEMENTS.noms,
    ... )
    >>> apl = pd.DataFrame({
    ...     "code_commune": ["01001", "01002"], "annee": 2022, "apl_publiee": [2.0, 5.0],
    ...     "apl_publiee_65": 1.0, "population_standardisee": [100.0, 200.0],
    ...     "population_totale": 1.0,
    ... })
    >>> years = published_years(apl, m, ["01001"], {"apl_publiee": 2023, "appartenance": 2024})
    >>> years.to_numpy().tolist()
    [['01001', 2022, 4.0, 300.0]]
    """
    targets = list(codes)
    latest = apl_publiee["annee"].max()
    here = cog[APPARTENANCE.nom]
    parts = [schema.empty(APL_PUBLIEE)[list(COLONNES)]]
    for annee in sorted(set(apl_publiee["annee"].astype("int64"))):
        rows = apl_publiee.loc[apl_publiee["annee"] == annee]
        year = cog.get(APL_PUBLIEE.nom, here) - int(latest - annee)
        pairs = correspondence(mouvements, rows["code_commune"], targets, year, here)
        weight = "population_standardisee"
        apl = carry_mean(rows, pairs, "apl_publiee", weight)[["code_commune", "apl_publiee"]]
        people = carry_sum(rows, pairs, weight)[["code_commune", weight]]
        both = apl.merge(people, how="inner", on="code_commune", validate="one_to_one")
        parts.append(both.assign(annee=annee).dropna()[list(COLONNES)])
    kept = [part for part in parts if len(part)] or parts
    return pd.concat(kept, ignore_index=True).astype(
        {"annee": "int64", "apl_publiee": "float64", "population_standardisee": "float64"}
    )
