"""The truth check: what is computed beside what the ministry publishes, year by year."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pandas as pd

from diagterritoire.core.agreement import agreement
from diagterritoire.schema import conform
from diagterritoire.tables import SERIE_PRECEDENTE, VERITE

# What a zone is made of, from the finest; the first is the commune itself.
NIVEAUX: Mapping[str, str] = {
    "commune": "code_commune",
    "bassin_vie": "bassin_vie",
    "epci": "code_epci",
}


def truth(
    communes: pd.DataFrame, publiees: pd.DataFrame, annees_ajustees: Mapping[str, int]
) -> pd.DataFrame:
    """Compare each computed APL with each published year, by commune, bassin de vie and EPCI.

    The APL of a zone is the mean of its communes known on both sides, weighted by the standardised
    population of the published year, as the ministry asks. The APL published the year before is
    set beside: an agreement below it teaches nothing about the year.

    Parameters
    ----------
    communes : DataFrame
        `code_commune`, `bassin_vie`, `code_epci`, and one column a series (`apl`,
        `apl_calibree`), null where unknown: those whose APL is complete.
    publiees : DataFrame
        What `published.published_years` gave.
    annees_ajustees : mapping of str to int
        Series whose supply was fitted on the published values, and the year of these.

    Returns
    -------
    DataFrame
        Table `tables.VERITE`: no row for a series known nowhere, correlations null with fewer than
        three zones.

    Examples
    --------
    >>> communes = pd.DataFrame({
    ...     "code_commune": list("ABC"), "bassin_vie": "b", "code_epci": ["e", "e", "f"],
    ...     "apl": [1.0, 2.0, 4.0],
    ... })
    >>> published = communes[["code_commune"]].assign(
    ...     annee=2023, apl_publiee=[2.0, 3.0, 5.0], population_standardisee=100.0
    ... )
    >>> truth(communes, published, {})[["niveau", "zones_nb", "correlation"]].to_numpy().tolist()
    [['bassin_vie', 1, nan], ['commune', 3, 1.0], ['epci', 2, nan]]
    """
    rows = [
        row
        for annee in sorted(set(publiees["annee"].astype("int64")))
        for row in _year(communes, publiees, annee, annees_ajustees)
    ]
    table = pd.DataFrame(rows, columns=VERITE.noms)
    return conform(table.sort_values(list(VERITE.cle), ignore_index=True), VERITE)


def _year(
    communes: pd.DataFrame,
    publiees: pd.DataFrame,
    annee: int,
    ajustees: Mapping[str, int],
) -> Iterator[dict[str, object]]:
    """Rows of one published year."""
    names = {"apl_publiee": "publiee", "population_standardisee": "poids"}
    wanted = publiees.loc[publiees["annee"] == annee].rename(columns=names)
    both = communes.merge(
        wanted[["code_commune", "publiee", "poids"]],
        how="inner",
        on="code_commune",
        validate="one_to_one",
    )
    before = publiees.loc[publiees["annee"] == annee - 1].set_index("code_commune")["apl_publiee"]
    both = both.assign(**{SERIE_PRECEDENTE: both["code_commune"].map(before)})
    series = [s for s in (*_SERIES, SERIE_PRECEDENTE) if s in both and both[s].notna().any()]
    for serie in series:
        for niveau, key in NIVEAUX.items():
            zones = _zones(both, key, serie)
            found = agreement(zones["calcule"], zones["publie"], zones["poids"])
            yield {
                "annee": annee,
                "niveau": niveau,
                "serie": serie,
                "ajustee": ajustees.get(serie) == annee,
                "zones_nb": found.comparees,
                "correlation_ponderee": found.correlation_ponderee,
                "correlation": found.correlation,
                "ecart_median": found.ecart_median,
            }


_SERIES = ("apl", "apl_calibree")


def _zones(both: pd.DataFrame, key: str, serie: str) -> pd.DataFrame:
    """Weighted means of both sides by zone, over the communes known on both."""
    known = both.loc[both[[serie, "publiee", "poids", key]].notna().all(axis=1)]
    known = known.sort_values("code_commune").astype({serie: "float64", "publiee": "float64"})
    if key == "code_commune":
        columns = {serie: "calcule", "publiee": "publie"}
        return known[[serie, "publiee", "poids"]].rename(columns=columns)
    sums = pd.DataFrame(
        {
            key: known[key],
            "calcule": known[serie] * known["poids"],
            "publie": known["publiee"] * known["poids"],
            "poids": known["poids"],
        }
    )
    by_zone = sums.groupby(key).sum()
    by_zone = by_zone.loc[by_zone["poids"] > 0]
    return by_zone.assign(
        calcule=by_zone["calcule"] / by_zone["poids"], publie=by_zone["publie"] / by_zone["poids"]
    )
