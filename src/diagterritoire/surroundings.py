"""Sites of GPs, structures and context of a closed area, and the account of the others."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import geopandas as gpd
import pandas as pd

from diagterritoire import ledger, schema, tables, territory
from diagterritoire.core import perimeter, professions, rebasing
from diagterritoire.core.activity import counted_activity, means_by_commune
from diagterritoire.core.cog import correspondence
from diagterritoire.core.positions import located
from diagterritoire.parameters import Parameters


def context_of(
    contexte: pd.DataFrame, basins: Collection[str]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Context of the bassins de vie of the territory, and the account of the others, by file."""
    kept = contexte.loc[contexte["bassin_vie"].isin(list(basins))]
    rows = []
    for file, table in contexte.groupby("source", sort=True):
        total = table["bassin_vie"].nunique()
        used = kept.loc[kept["source"] == file, "bassin_vie"].nunique()
        rows.append(
            ledger.balance(
                f"{ledger.origin(tables.CONTEXTE)}, {file}",
                total,
                {"bassins de vie du territoire": used},
                {"bassins de vie d'ailleurs : non montrés": total - used},
            )
        )
    return kept, ledger.stack(rows)


def zonings_of(
    appartenance: pd.DataFrame, secteurs: pd.DataFrame, communes: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Zones of the communes of a closed area in other divisions, and the account of the sectors.

    Parameters
    ----------
    appartenance, secteurs : DataFrame
        Tables `appartenance` and `secteurs_garde`; the latter may be empty.
    communes : DataFrame
        `code_commune`, whole.

    Returns
    -------
    (DataFrame, DataFrame)
        `code_commune`, `zonage`, `zone`, a row for each zone known; rows of `tables.CONTROLE`.
    """
    wanted = list(communes["code_commune"])
    near = appartenance.loc[appartenance["code_commune"].isin(wanted)]
    parts = [
        near[["code_commune"]].assign(zonage=column.removeprefix("code_"), zone=near[column])
        for column in ("code_epci", "bassin_vie", "zone_emploi")
    ]
    kept = secteurs.loc[secteurs["code_commune"].isin(wanted)]
    parts.append(kept[["code_commune"]].assign(zonage="secteur_garde", zone=kept["secteur"]))
    known: pd.DataFrame = pd.concat(parts, ignore_index=True).dropna(subset=["zone"])
    rows = schema.empty(tables.CONTROLE)
    if len(secteurs):
        rows = ledger.balance(
            ledger.origin(tables.SECTEURS_GARDE),
            len(secteurs),
            {"communes du territoire et de son pourtour": len(kept)},
            {"communes d'ailleurs, ou inconnues : non montrées": len(secteurs) - len(kept)},
        )
    return known.reset_index(drop=True), rows


def sites_of_gps(
    soins: professions.Professions, communes: gpd.GeoDataFrame, parameters: Parameters
) -> tuple[gpd.GeoDataFrame, pd.DataFrame]:
    """Sites of GPs of the closed area: where they are known to be, else at the commune's point."""
    own, reste, controle = professions.practices(
        soins.lieux, communes, tolerance_m=parameters.offre.position_tolerance_m
    )
    centres = perimeter.build_sites(communes.assign(mg_nb=reste))
    parts = [frame for frame in (own, centres) if len(frame)] or [centres]
    both = gpd.GeoDataFrame(pd.concat(parts, ignore_index=True), crs=communes.crs)
    return both.sort_values("site_id", ignore_index=True), controle


def ages_of_gps(
    medecins: pd.DataFrame,
    communes: pd.DataFrame,
    mouvements: pd.DataFrame,
    cog: Mapping[str, int],
    parameters: Parameters,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """GPs of known or unknown age of the closed area, and the account of the others.

    What tells a few people apart is not used: with fewer known ages in the territory than
    `avenir.secret_medecins`, none is. The account names no commune.

    Parameters
    ----------
    medecins : DataFrame
        Table `medecins_ages`; may be empty. Its codes are of any year: each is looked for through
        its history.
    communes : DataFrame
        `code_commune`, `dans_territoire`: the closed area. A city by arrondissement hands its GPs
        down to each of them: only their mix counts.
    mouvements : DataFrame
        Table `mouvements`.
    cog : mapping of str to int
        Year of the codes of `appartenance`.
    parameters : Parameters

    Returns
    -------
    (DataFrame, DataFrame)
        `code_commune`, `age`, `consultations_comptees`, and rows of `tables.CONTROLE`.

    Examples
    --------
    >>> gps = pd.DataFrame({"code_commune": "18001", "age": [50.0] * 4, "consultations": None})
    >>> area = pd.DataFrame({"code_commune": ["18001"], "dans_territoire": True})
    >>> found, told = ages_of_gps(
    ...     gps, area, schema.empty(tables.MOUVEMENTS), {"appartenance": 2024}, Parameters()
    ... )
    >>> len(found), told["nombre"].tolist()
    (0, [4, 4])
    """
    columns = ["code_commune", "age", "consultations_comptees"]
    if medecins.empty:
        return pd.DataFrame(columns=columns), schema.empty(tables.CONTROLE)
    offre, year = parameters.offre, cog[tables.APPARTENANCE.nom]
    counted, _ = counted_activity(
        medecins.reset_index(drop=True),
        plancher=offre.activite_plancher,
        valeur_plancher=offre.activite_valeur_plancher,
        plafond=offre.activite_plafond,
        nouveau=offre.activite_nouveau,
        inconnue=offre.consultations_par_mg,
    )
    pairs = correspondence(
        mouvements, counted["code_commune"], communes["code_commune"], year, year, cumul=True
    )
    pairs = pairs.dropna(subset=["code_cible"])
    placed = counted.assign(rang=counted.index).merge(
        pairs, how="inner", left_on="code_commune", right_on="code_source", validate="many_to_many"
    )
    inside = communes.loc[communes["dans_territoire"].astype(bool), "code_commune"]
    own = placed.loc[placed["code_cible"].isin(inside) & placed["age"].notna(), "rang"].nunique()
    near, total = placed["rang"].nunique(), len(medecins)
    secret = own < parameters.avenir.secret_medecins
    motif = (
        "moins de " + str(parameters.avenir.secret_medecins) + " médecins d'âge connu dans le "
        "territoire : âges non employés, départs déclarés"
    )
    controle = ledger.balance(
        ledger.origin(tables.MEDECINS_AGES),
        total,
        {"médecins du territoire et de son pourtour": 0 if secret else near},
        {motif: total if secret else 0, "médecins d'ailleurs": 0 if secret else total - near},
    )
    table = placed[["code_cible", "age", "consultations_comptees"]].set_axis(columns, axis=1)
    return table.head(0) if secret else table, controle


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
    ...     "code_commune": "18001", "actes": [9000.0, 4000.0, 5000.0, 100.0, 4000.0],
    ...     "nouveau": False, "centre_de_sante": False, "part": 1.0,
    ... })
    >>> base = pd.DataFrame({
    ...     "code_commune": ["18001"], "bassin_vie": "x", "code_departement": "18", "mg_nb": 6.0,
    ... })
    >>> found, told = activity_of_gps(
    ...     gps, base, base, schema.empty(tables.MOUVEMENTS), {"appartenance": 2024}, Parameters()
    ... )
    >>> found.to_dict(), told["nombre"].tolist()
    ({'18001': 3800.0}, [5, 5])
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
    )
    means, niveaux = means_by_commune(
        placed,
        base[["code_commune", "bassin_vie", "code_departement"]],
        secret=offre.activite_secret_medecins,
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


def relative_activity(
    generalistes: str, base: pd.DataFrame, contexte: pd.DataFrame, parameters: Parameters
) -> tuple[pd.Series[float], pd.DataFrame]:
    """Activity of the GPs of each commune relative to the mean: counts of 2020 are rebased.

    Only those of the Observatoire des territoires: a register of people is more recent than the
    density. Empty when nothing is rebased.
    """
    if generalistes != tables.MEDECINS.nom or not parameters.calage.bassins:
        return pd.Series(dtype="float64"), schema.empty(tables.CONTROLE)
    return rebasing.basin_factors(base, contexte, facteur_max=parameters.calage.bassins_facteur_max)


def structures_around(
    structures: pd.DataFrame, communes: gpd.GeoDataFrame, parameters: Parameters
) -> tuple[gpd.GeoDataFrame | None, pd.DataFrame]:
    """Structures of the closed area at their point, and the account of the others.

    Arrondissements of Paris, Lyon and Marseille count in their commune. None when no file gives
    structures.
    """
    if structures.empty:
        return None, schema.empty(tables.CONTROLE)
    codes = structures["code_commune"].map(territory.arrondissement_parent).astype("str")
    return located(
        structures.assign(code_commune=codes),
        communes,
        tolerance_m=parameters.offre.position_tolerance_m,
        source=tables.STRUCTURES.titre,
    )
