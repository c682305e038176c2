"""GPs who will have left in some years, and people then: supply and demand of a later year."""

from __future__ import annotations

import numpy as np
import pandas as pd

from diagterritoire.core.care.gp_groups import shared_within, within_area
from diagterritoire.core.identifiers import by_id
from diagterritoire.errors import DataError
from diagterritoire.ledger import entry, stack

SOURCE = "Départs des médecins"


def staying(
    medecins: pd.DataFrame,
    communes: pd.Series,
    *,
    horizon_ans: float,
    age_cessation: float,
    part_departs_an: float,
    part_remplacee: float,
    absents: pd.Series[float] | None = None,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Part of the supply of each commune that is still there after some years.

    A GP of known age stays while `age + horizon < age_cessation`. One of unknown age, counted and
    not listed, and every GP of a commune where none is listed, stays for
    `(1 - part_departs_an) ** horizon`. Then a part of those who left is replaced. This says what
    happens if nothing is done; it is no forecast.

    Parameters
    ----------
    medecins : DataFrame
        Table `medecins_ages`: `code_commune`, `age` (null where unknown); with
        `consultations_comptees` a GP weighs what it does, else all weigh the same; with `groupe`
        (`gp_groups.around`) a commune is as the whole group, of which the GPs from elsewhere
        count for nothing more.
    communes : Series
        Codes wanted.
    horizon_ans : float
        Years ahead, 0 or more. At 0 nobody has left, whatever the age.
    age_cessation : float
        Age at which a GP stops.
    part_departs_an, part_remplacee : float
        Fractions.
    absents : Series, optional
        Weight of the GPs counted in each commune and not listed, by code (`listed.unlisted`).

    Returns
    -------
    (DataFrame, DataFrame)
        `code_commune`, `medecins_listes`, `ages_connus`, `part_restante` (a fraction), sorted, and
        rows of `tables.CONTROLE`: GPs of unknown age, communes without list.

    Raises
    ------
    DataError
        A negative horizon, a fraction out of 0 to 1, a commune repeated.

    Examples
    --------
    >>> medecins = pd.DataFrame({"code_commune": ["A", "A"], "age": [64, 40]})
    >>> found, controle = staying(
    ...     medecins, pd.Series(["A", "B"]), horizon_ans=3, age_cessation=67,
    ...     part_departs_an=0.1, part_remplacee=0.0,
    ... )
    >>> found["part_restante"].round(3).tolist()
    [0.5, 0.729]
    """
    _check(horizon_ans, part_departs_an, part_remplacee)
    codes = by_id(pd.DataFrame({"code_commune": communes}), "code_commune", [])
    hypothesis = (1.0 - part_departs_an) ** horizon_ans
    age = medecins["age"].astype("float64")
    stays = (age + horizon_ans < age_cessation) | (horizon_ans == 0)
    listed = pd.DataFrame(
        {
            "code_commune": medecins["code_commune"],
            "poids": medecins.get("consultations_comptees", pd.Series(1.0, medecins.index)),
            "connu": age.notna().astype("int64"),
            "reste": np.where(age.notna(), stays.astype("float64"), hypothesis),
        }
    )
    listed["poids_restant"] = listed["poids"].astype("float64") * listed["reste"]
    weights = ["poids", "poids_restant"]
    listed[weights] = shared_within(listed[weights], medecins)
    listed["un"] = 1
    sums = listed.groupby("code_commune")[["un", "connu", "poids", "poids_restant"]].sum()
    table = codes.merge(sums, on="code_commune", how="left", validate="one_to_one")
    away = _weights(absents, table["code_commune"])
    left, total = (table[c].fillna(0.0) for c in ("poids_restant", "poids"))
    whole = total + away
    # Nothing over nothing is unknown.
    share = ((left + hypothesis * away) / whole).fillna(hypothesis)
    found = pd.DataFrame(
        {
            "code_commune": table["code_commune"],
            "medecins_listes": table["un"].fillna(0).astype("int64"),
            "ages_connus": table["connu"].fillna(0).astype("int64"),
            "part_restante": share + (1.0 - share) * part_remplacee,
        }
    )
    here = within_area(medecins)
    unknown = sorted(medecins.loc[age.isna() & here, "code_commune"])
    without = found.loc[found["medecins_listes"] == 0, "code_commune"]
    rows = [
        entry(SOURCE, "âge inconnu : part de départs déclarée", unknown, int(here.sum())),
        entry(SOURCE, "commune sans médecin listé : départs déclarés", without, len(found)),
    ]
    return found, stack(rows)


def _weights(absents: pd.Series[float] | None, codes: pd.Series) -> pd.Series[float]:
    if absents is None:
        return pd.Series(0.0, index=codes.index)
    weights: pd.Series[float] = codes.map(absents).fillna(0.0).astype("float64")
    return weights


def young_share(
    medecins: pd.DataFrame,
    communes: pd.Series,
    *,
    age_max: float,
    absents: pd.Series[float] | None = None,
) -> pd.DataFrame:
    """Part of the supply of each commune that GPs of some age or less offer.

    A GP of unknown age, listed or only counted, is as the mean of those of known age.

    Parameters
    ----------
    medecins : DataFrame
        As for `staying`.
    communes : Series
        Codes wanted.
    age_max : float
        Last age that counts, in whole years: with 65, the eve of the 66th birthday still counts.
    absents : Series, optional
        As for `staying`.

    Returns
    -------
    DataFrame
        `code_commune`, `ages_connus`, `part_restante`, sorted; the share is null when no age is
        known anywhere.

    Examples
    --------
    >>> medecins = pd.DataFrame({"code_commune": ["A", "A", "B"], "age": [66, 65, 40]})
    >>> young_share(medecins, pd.Series(["A", "C"]), age_max=65)["part_restante"].round(2).tolist()
    [0.5, 0.67]
    """
    codes = by_id(pd.DataFrame({"code_commune": communes}), "code_commune", [])
    weight = medecins.get("consultations_comptees", pd.Series(1.0, medecins.index))
    weight, age = weight.astype("float64"), medecins["age"].astype("float64")
    known = age.notna()
    young = weight.where(known & (np.floor(age) <= age_max), 0.0)
    both = shared_within(pd.DataFrame({"poids": weight, "jeune": young}), medecins)
    weight, young, here = both["poids"], both["jeune"], within_area(medecins)
    total = float(weight[known & here].sum())
    mean = float(young[here].sum()) / total if total > 0 else np.nan
    listed = medecins[["code_commune"]].assign(
        un=known.astype("int64"), poids=weight, jeune=young.where(known, weight * mean)
    )
    by = listed.groupby("code_commune").sum().reindex(codes["code_commune"]).fillna(0.0)
    away = _weights(absents, codes["code_commune"]).to_numpy()
    whole = by["poids"].to_numpy() + away
    share = np.divide(
        by["jeune"].to_numpy() + away * mean, whole, out=np.full(len(by), mean), where=whole > 0
    )
    return pd.DataFrame(
        {
            "code_commune": codes["code_commune"],
            "ages_connus": by["un"].astype("int64").to_numpy(),
            "part_restante": share,
        }
    )


def future_supply(sites: pd.DataFrame, restants: pd.DataFrame) -> pd.DataFrame:
    """Sites once part of the GPs of their commune has left.

    Parameters
    ----------
    sites : DataFrame
        `site_id`, `code_commune`, `mg_nb`, `consultations` and `mg_etp`; other columns are kept.
    restants : DataFrame
        What `staying` gave; every commune of the sites.

    Raises
    ------
    DataError
        A site in a commune that `restants` does not have.

    Examples
    --------
    >>> sites = pd.DataFrame({
    ...     "site_id": ["s"], "code_commune": ["A"], "mg_nb": [2.0], "consultations": [8000.0],
    ...     "mg_etp": [1.5],
    ... })
    >>> restants = pd.DataFrame({"code_commune": ["A"], "part_restante": [0.5]})
    >>> future_supply(sites, restants)[["mg_nb", "consultations"]].to_numpy().tolist()
    [[1.0, 4000.0]]
    """
    parts = by_id(restants, "code_commune", ["part_restante"]).set_index("code_commune")
    part = sites["code_commune"].map(parts["part_restante"])
    if part.isna().any():
        raise DataError(
            f"Départs des médecins : {int(part.isna().sum())} sites sont dans une commune sans "
            f"part restante, par exemple {sites.loc[part.isna(), 'code_commune'].iloc[0]}."
        )
    scaled = {
        name: sites[name].astype("float64") * part.astype("float64")
        for name in ("mg_nb", "consultations", "mg_etp")
    }
    return sites.assign(**scaled)


def future_demand(demand: pd.DataFrame, *, horizon_ans: float, facteur_an: float) -> pd.DataFrame:
    """People after some years at a declared yearly factor, the same in every commune.

    Ages are left as they are: standardised people grow as people do.

    Parameters
    ----------
    demand : DataFrame
        `code_commune` and any of `population`, `population_totale`, `population_standardisee`.
    horizon_ans : float
        Years ahead, 0 or more.
    facteur_an : float
        People of a year over those of the year before, above 0 (1.01 for 1 % a year).

    Raises
    ------
    DataError
        A negative horizon, or a factor that is not positive.

    Examples
    --------
    >>> people = pd.DataFrame({"code_commune": ["A"], "population_standardisee": [1000.0]})
    >>> later = future_demand(people, horizon_ans=2, facteur_an=1.1)
    >>> later["population_standardisee"].round(6).tolist()
    [1210.0]
    """
    _check(horizon_ans)
    if not facteur_an > 0:
        raise DataError(f"Évolution de la population : le facteur {facteur_an:g} vide le pays.")
    factor = facteur_an**horizon_ans
    names = ("population", "population_totale", "population_standardisee")
    return demand.assign(
        **{n: demand[n].astype("float64") * factor for n in names if n in demand.columns}
    )


def _check(horizon_ans: float, *parts: float) -> None:
    if horizon_ans < 0:
        raise DataError(f"Horizon de {horizon_ans:g} ans : il doit être de 0 ou plus.")
    wrong = [part for part in parts if not 0 <= part <= 1]
    if wrong:
        raise DataError(f"Départs des médecins : la part {wrong[0]:g} n'est pas entre 0 et 1.")
