"""Sites of GPs, structures and context of a closed area, and the account of the others."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import geopandas as gpd
import pandas as pd

from diagterritoire import ledger, schema, tables, territory
from diagterritoire.core.care import gp_groups, professions, rebasing
from diagterritoire.core.care.activity import counted_activity
from diagterritoire.core.care.positions import located
from diagterritoire.core.communes import perimeter
from diagterritoire.core.communes.cog import correspondence
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
    zones: pd.DataFrame | None = None,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """GPs of known or unknown age of the closed area, with their groups, and their account.

    What tells a few people apart is not used: with fewer known ages in the territory than
    `avenir.secret_medecins`, none is; ages are those of the classes and groups of
    `gp_groups.grouped`, over the whole country. The account names no commune.

    Parameters
    ----------
    medecins : DataFrame
        Table `medecins_ages`; may be empty. Its codes are of any year: each is looked for through
        its history.
    communes : DataFrame
        `code_commune`, `dans_territoire`, `mg_nb`: the closed area. A city by
        arrondissement hands its GPs down to each of them: only their mix counts.
    mouvements : DataFrame
        Table `mouvements`.
    cog : mapping of str to int
        Year of the codes of `appartenance`.
    parameters : Parameters
    zones : DataFrame, optional
        `code_commune`, then a column for each zone, the finest first: the whole country, else the
        communes alone.

    Returns
    -------
    (DataFrame, DataFrame)
        `code_commune`, `rang` (who it is), `age`, `consultations_comptees`, `groupe`, `dans_aire`
        (false for those from elsewhere who are of a group of the area: a commune is as the whole
        of it), and rows of `tables.CONTROLE`.

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
    columns = ["code_commune", "rang", "age", "consultations_comptees", "groupe"]
    zones = communes[["code_commune"]] if zones is None else zones
    if medecins.empty:
        return pd.DataFrame(columns=[*columns, "dans_aire"]), schema.empty(tables.CONTROLE)
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
        mouvements, counted["code_commune"], zones["code_commune"], year, year, cumul=True
    )
    pairs = pairs.dropna(subset=["code_cible"])[["code_source", "code_cible"]]
    everywhere = (
        counted.assign(rang=counted.index)
        .rename(columns={"code_commune": "code_source"})
        .merge(pairs, on="code_source", how="inner", validate="many_to_many")
        .rename(columns={"code_cible": "code_commune"})
        .drop_duplicates(["rang", "code_commune"], ignore_index=True)
    )
    grouped = gp_groups.grouped(
        everywhere,
        zones,
        secret=parameters.avenir.secret_medecins,
        age_max=parameters.apl.age_max,
    ).fillna({"consultations_comptees": offre.consultations_par_mg})
    # In the order of what may be told of them: that of the file shows in the last bit of a sum.
    ordered = grouped[columns].sort_values(["code_commune", "groupe", "age"], kind="stable")
    table = gp_groups.around(ordered, communes["code_commune"])
    placed = table.loc[table["dans_aire"]]
    inside = communes.loc[communes["dans_territoire"].astype(bool), "code_commune"]
    seen = everywhere.loc[everywhere["age"].notna() & everywhere["code_commune"].isin(inside)]
    own = seen["rang"].nunique()
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
    if secret:
        return table.head(0), controle
    told = [controle, _pooled(placed, parameters), _not_listed(placed, communes)]
    return table, ledger.stack(told)


def _pooled(medecins: pd.DataFrame, parameters: Parameters) -> pd.DataFrame:
    """Tell how many communes take the ages of a wider group than their own GPs."""
    least, age = parameters.avenir.secret_medecins, parameters.apl.age_max
    groups = medecins.groupby("code_commune")["groupe"].first()
    wide = ~groups.fillna("").str.startswith("code_commune ")
    return ledger.entry(
        ledger.origin(tables.MEDECINS_AGES),
        f"communes de moins de {least} médecins d'âge connu de part et d'autre de {age:g} ans : "
        "parts de leur bassin de vie, de leur département ou du pays, sinon départs déclarés",
        (),
        len(groups),
        nombre=int(wide.sum()),
    )


def _not_listed(medecins: pd.DataFrame, communes: pd.DataFrame) -> pd.DataFrame:
    """Tell how many of the GPs counted no row lists: their age is imputed."""
    if "mg_nb" not in communes:
        return schema.empty(tables.CONTROLE)
    parents = communes["code_commune"].map(territory.arrondissement_parent)
    counted = communes["mg_nb"].astype("float64").groupby(parents).sum()
    home = medecins["code_commune"].map(territory.arrondissement_parent)
    people = medecins["rang"].groupby(home).nunique().reindex(counted.index, fill_value=0)
    return ledger.entry(
        ledger.origin(tables.MEDECINS_AGES),
        "médecins comptés que le fichier ne liste pas : âge inconnu, départs déclarés",
        (),
        round(float(counted.sum())),
        nombre=round(float((counted - people).clip(lower=0.0).sum())),
        effet=tables.IMPUTE,
    )


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
