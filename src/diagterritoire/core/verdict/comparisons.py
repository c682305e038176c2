"""The territory beside its departement, its region and the country."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from diagterritoire.core.agreement import weighted_mean
from diagterritoire.gazetteer import label
from diagterritoire.schema import conform
from diagterritoire.tables import COMPARAISONS, ZAC, ZIP
from diagterritoire.territory import Territory


def comparaisons(
    base: pd.DataFrame,
    territory: Territory,
    seuil_apl: float,
    libelles: pd.DataFrame,
    nom_france: str = "France",
) -> pd.DataFrame:
    """Compare the territory with the areas that hold it.

    Mean APL = sum(APL * population_standardisee) / sum(population_standardisee) over the communes
    whose APL is known. Shares are over the population whose value is known, and null when none is;
    the share under the threshold (`apl_publiee < seuil_apl`) counts the published total
    population, else the municipal one.

    Parameters
    ----------
    base : DataFrame
        What `assembly.base_table` gave: the whole country.
    territory : Territory
    seuil_apl : float
        Parameter `deficit.seuil_apl`.
    libelles : DataFrame
        Table `libelles`; a zone that it does not name is shown by its code.
    nom_france : str
        Name of the whole: another for an invented territory.

    Returns
    -------
    DataFrame
        Table `tables.COMPARAISONS`: the territory (its slug as code), its departements, its
        regions, then the country (`FR`).

    Examples
    --------
    >>> base = pd.DataFrame({
    ...     "code_commune": ["01001", "01002"], "nom": ["A", "B"], "code_departement": "01",
    ...     "code_region": "84", "population": [100, 300], "population_totale": [100.0, 300.0],
    ...     "population_standardisee": [100.0, 300.0], "apl_publiee": [1.0, 5.0],
    ...     "apl_publiee_65": [1.0, 5.0], "zonage_mg": ["ZIP", None], "mg_nb": [0, 2],
    ... })
    >>> essai = Territory("com-01001", "A", "commune", ("01001",), "EPSG:2154")
    >>> labels = pd.DataFrame({"niveau": ["region"], "code": ["84"], "nom": ["Auvergne"]})
    >>> out = comparaisons(base, essai, 2.5, labels)
    >>> out[["code", "apl_publiee", "part_population_sous_seuil"]].to_numpy().tolist()
    [['com-01001', 1.0, 1.0], ['01', 4.0, 0.25], ['84', 4.0, 0.25], ['FR', 4.0, 0.25]]
    """
    communes = base.sort_values("code_commune")
    lines = [
        {"niveau": niveau, "code": code, "nom": nom} | _figures(communes.loc[mask], seuil_apl)
        for niveau, code, nom, mask in zones(communes, territory, libelles, nom_france)
    ]
    return conform(pd.DataFrame(lines), COMPARAISONS)


def zones(
    communes: pd.DataFrame, territory: Territory, libelles: pd.DataFrame, nom_france: str
) -> Iterable[tuple[str, str, str, pd.Series]]:
    """Give the territory, its departements, its regions, then the country.

    Parameters
    ----------
    communes : DataFrame
        `code_commune`, `code_departement`, `code_region`, `nom`: the whole country.
    territory, libelles, nom_france
        As for `comparaisons`.

    Returns
    -------
    iterable of (str, str, str, Series of bool)
        Level, code, name and communes of each zone.
    """
    inside = communes["code_commune"].isin(list(territory.communes))
    yield "territoire", territory.slug, territory.nom, inside
    for niveau in ("departement", "region"):
        column = communes[f"code_{niveau}"]
        for code in _codes(column.loc[inside]):
            yield niveau, code, label(niveau, code, communes, libelles), column == code
    yield "france", "FR", nom_france, pd.Series(data=True, index=communes.index)


def _codes(column: pd.Series) -> Iterable[str]:
    return sorted(column.dropna().unique())


def _figures(communes: pd.DataFrame, seuil_apl: float) -> dict[str, float | None]:
    population = communes["population"]
    counted = communes["mg_nb"].notna()
    apl, zone = communes["apl_publiee"], communes["zonage_mg"]
    total = communes["population_totale"].fillna(population.astype("float64"))
    standardised = communes["population_standardisee"]
    density = _ratio(communes["mg_nb"].loc[counted].sum(), population.loc[counted].sum())
    return {
        "communes_nb": len(communes),
        "population": int(population.sum()),
        "mg_nb": float(communes["mg_nb"].sum()) if counted.any() else None,
        "mg_pour_10000": 10_000 * density,
        "part_population_sans_mg": _share(population, communes["mg_nb"] == 0, counted),
        "apl_publiee": weighted_mean(apl, standardised),
        "apl_publiee_65": weighted_mean(communes["apl_publiee_65"], standardised),
        "part_population_sous_seuil": _share(total, apl < seuil_apl, apl.notna()),
        "part_population_zip": _share(population, zone == ZIP, zone.notna()),
        "part_population_zac": _share(population, zone == ZAC, zone.notna()),
    }


def _ratio(part: float, whole: float) -> float:
    return float(part / whole) if whole > 0 else float("nan")


def _share(population: pd.Series, concerned: pd.Series, known: pd.Series) -> float:
    concerned = concerned.fillna(value=False).astype(bool)
    return _ratio(population.loc[known & concerned].sum(), population.loc[known].sum())
