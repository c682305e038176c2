"""What a file says that GPs do in a year, as the mean of a GP of each commune."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from diagterritoire import ledger, schema, tables
from diagterritoire.core.care.activity import counted_activity
from diagterritoire.core.care.gp_means import means_by_commune
from diagterritoire.core.communes.cog import correspondence
from diagterritoire.parameters import Parameters


def activity_of_gps(
    medecins: pd.DataFrame,
    base: pd.DataFrame,
    communes: pd.DataFrame,
    mouvements: pd.DataFrame,
    cog: Mapping[str, int],
    parameters: Parameters,
) -> tuple[pd.Series[float], pd.DataFrame]:
    """Activity of a GP of each commune, from a file of GPs, and the account of its rows.

    Means are taken over the whole country, so that those of two territories never tell a GP. A GP
    that is counted and not listed offers the mean of its commune; a commune without any listed GP
    is not given.

    Parameters
    ----------
    medecins : DataFrame
        Table `activite_mg`; may be empty. Its codes are of any year: each is looked for through
        its history.
    base : DataFrame
        `code_commune`, `bassin_vie`, `code_departement`, `mg_nb`: the whole country.
    communes : DataFrame
        `code_commune`: the closed area.
    mouvements : DataFrame
        Table `mouvements`.
    cog : mapping of str to int
        Year of the codes of `appartenance`.
    parameters : Parameters
        Group `offre`.

    Returns
    -------
    (Series, DataFrame)
        Consultations a year of a counted GP, by `code_commune`; rows of `tables.CONTROLE`, which
        name no commune and tell nothing of a few GPs.

    Examples
    --------
    >>> gps = pd.DataFrame({
    ...     "code_commune": "18001", "actes": [9000.0, 4000.0, 5000.0, 1000.0, 4000.0],
    ...     "nouveau": False, "centre_de_sante": False, "part": 1.0,
    ... })
    >>> base = pd.DataFrame({
    ...     "code_commune": ["18001"], "bassin_vie": "x", "code_departement": "18", "mg_nb": 6.0,
    ... })
    >>> found, told = activity_of_gps(
    ...     gps, base, base, schema.empty(tables.MOUVEMENTS), {"appartenance": 2024}, Parameters()
    ... )
    >>> found.to_dict(), told["nombre"].tolist()
    ({'18001': 4520.0}, [5, 5])
    """
    offre, source = parameters.offre, ledger.origin(tables.ACTIVITE_MG)
    if medecins.empty:
        return pd.Series(dtype="float64"), schema.empty(tables.CONTROLE)
    total = len(medecins)
    if not offre.activite_fichier:
        unused = {"offre.activite_fichier = false : activité moyenne déclarée": total}
        return pd.Series(dtype="float64"), ledger.balance(source, total, {}, unused)
    counted, fates = counted_activity(
        medecins.reset_index(drop=True).rename(
            columns={"actes": "consultations", "centre_de_sante": "salarie_centre"}
        ),
        plancher=offre.activite_plancher,
        valeur_plancher=offre.activite_valeur_plancher,
        plafond=offre.activite_plafond,
        nouveau=offre.activite_nouveau,
        inconnue=offre.consultations_par_mg,
    )
    told = counted["consultations"].notna() | counted["nouveau"]
    year = cog[tables.APPARTENANCE.nom]
    pairs = correspondence(
        mouvements, counted["code_commune"], base["code_commune"], year, year, cumul=True
    ).dropna(subset=["code_cible"])
    lost = ~counted["code_commune"].isin(pairs["code_source"])
    listed = counted.assign(
        medecin=counted.index, connu=counted["consultations"].notna() & ~counted["nouveau"]
    ).loc[told & ~lost]
    placed = (
        listed.rename(columns={"code_commune": "code_source"})
        .merge(pairs[["code_source", "code_cible"]], on="code_source", validate="many_to_many")
        .rename(columns={"code_cible": "code_commune"})
        # In order of values: the last bit of a sum would tell in which order its GPs are.
        .sort_values(["consultations_comptees", "part", "connu"], kind="stable")
    )
    means, niveaux = means_by_commune(
        placed,
        base[["code_commune", "bassin_vie", "code_departement"]],
        secret=offre.activite_secret_medecins,
        reste_min=offre.activite_secret_reste,
    )
    account = ledger.balance(
        source,
        total,
        {"activité employée": int((told & ~lost).sum())},
        {
            "activité non renseignée : médecin pris à la moyenne de sa commune": int(
                (~told & ~lost).sum()
            ),
            "commune inconnue": int(lost.sum()),
        },
    )
    rare = fates["nombre"] < offre.activite_secret_medecins
    fates = fates.loc[~rare & ~fates["motif"].str.startswith("activité inconnue")]
    near = base.loc[base["code_commune"].isin(communes["code_commune"]) & (base["mg_nb"] > 0)]
    return means, ledger.stack(
        [account, fates.assign(source=source), *_told_of_means(near, placed, niveaux, source)]
    )


def _told_of_means(
    staffed: pd.DataFrame, placed: pd.DataFrame, niveaux: pd.DataFrame, source: str
) -> list[pd.DataFrame]:
    """Tell which mean the communes with a GP of the closed area take."""
    level = staffed["code_commune"].map(niveaux.set_index("code_commune")["niveau"])
    listed = staffed["code_commune"].isin(placed["code_commune"])
    cases = (
        (
            listed & level.notna() & (level != "code_commune"),
            "communes de trop peu de médecins d'activité connue : moyenne de celles de leur bassin "
            "de vie, de leur département ou du pays qui sont dans ce cas",
        ),
        (
            level.isna(),
            "communes avec médecin sans activité connue : activité moyenne déclarée",
        ),
    )
    return [
        ledger.entry(source, why, (), len(staffed), nombre=int(which.sum()), effet=tables.IMPUTE)
        for which, why in cases
    ]
