"""From raw tables to one table of what is known of every commune of the country.

Every source is carried to the communes of one year, that of the table `appartenance`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd

from diagterritoire import ledger, tables
from diagterritoire.core.communes import arrondissements
from diagterritoire.core.communes.carry import carry_label, carry_mean, carry_sum
from diagterritoire.core.communes.cog import account, correspondence
from diagterritoire.core.communes.demand import standardised_communes, weights_of
from diagterritoire.errors import DataError
from diagterritoire.parameters import Parameters
from diagterritoire.schema import Table
from diagterritoire.territory import ARRONDISSEMENTS, arrondissement_name, arrondissement_parent

APL = ("apl_publiee", "apl_publiee_65")
BASE = (
    "code_commune",
    "nom",
    "code_departement",
    "code_region",
    "code_epci",
    "bassin_vie",
    "population",
    "population_annee",
    "population_totale",
    "population_standardisee",
    "apl_publiee",
    "apl_publiee_65",
    "apl_publiee_annee",
    "zonage_mg",
    "mg_nb",
)


@dataclass(frozen=True)
class _Target:
    """Communes every source is carried to: their codes, names, weights, year, and control rows."""

    codes: pd.Index
    noms: dict[str, str]
    poids: pd.Series
    annee: int
    mouvements: pd.DataFrame
    cog: Mapping[str, int]
    controle: list[pd.DataFrame]

    def follow(
        self,
        frame: pd.DataFrame,
        table: Table,
        ecartes: Mapping[str, int] | None = None,
        *,
        cumul: bool = False,
    ) -> pd.DataFrame:
        """Correspondence of a source, accounted for; a source without row says nothing."""
        year = self.year(frame, table)
        codes = list(frame["code_commune"])
        pairs = correspondence(self.mouvements, codes, self.codes, year, self.annee, cumul=cumul)
        if len(pairs):
            self.controle.append(account(pairs, ledger.origin(table), self.noms, ecartes))
        return pairs

    def year(self, frame: pd.DataFrame, table: Table) -> int:
        """Year of a source's codes: of its vintage where it has several, else of its table."""
        vintages = set(frame["annee"]) if "annee" in frame else set()
        keys = [f"{table.nom}_{int(v)}" for v in vintages] if len(vintages) == 1 else []
        return next((self.cog[k] for k in [*keys, table.nom] if k in self.cog), self.annee)

    def align(self, carried: pd.DataFrame, value: str, table: Table) -> pd.Series:
        """Put a carried value in the order of the targets, null where there is none."""
        found = carried.set_index("code_commune").reindex(self.codes)
        imputed = found.index[found["impute"].fillna(value=False).astype(bool)]
        motif = f"{value} : part d'une commune partagée, ou incomplète (imputé)"
        self.note(table, motif, imputed, tables.IMPUTE)
        return found[value]

    def note(self, table: Table, motif: str, codes: pd.Index, effet: str = tables.SIGNALE) -> None:
        """Add a control row about target communes, each city counted once."""
        shown = ledger.named(set(codes.map(arrondissement_parent)), self.noms)
        total = _whole(self.codes)
        row = ledger.entry(ledger.origin(table), motif, shown, total, effet=effet)
        self.controle.append(row)


def base_table(
    *,
    communes_geo: gpd.GeoDataFrame,
    appartenance: pd.DataFrame,
    populations: pd.DataFrame,
    medecins: pd.DataFrame,
    apl_publiee: pd.DataFrame,
    zonage: pd.DataFrame,
    mouvements: pd.DataFrame,
    cog: Mapping[str, int],
    parameters: Parameters,
    repertoire: bool = False,
    personnes: bool = False,
    ages: pd.DataFrame | None = None,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Gather what is known of every commune of the country.

    - population: carried from `populations`, else the one of the polygon, flagged.
    - APL and standardised population: those of the latest year of the whole table; several parts
      (arrondissements, merged communes) give their mean weighted by standardised population. Where
      it is not published, population_standardisee comes from `ages` with the weights of that year
      and the national factor; without ages, it is population * (national sum of standardised /
      national sum of total). Both are flagged.
    - GPs: summed; null where the source leaves the commune out, and flagged.
    - zone: null where unknown, or where the parts differ.

    Parameters
    ----------
    communes_geo, appartenance, populations, medecins, apl_publiee, zonage : DataFrame
        Tables of those names (`tables`); the last four may be empty.
    mouvements : DataFrame
        Table `mouvements`, as for `cog.correspondence`; may be empty.
    cog : mapping of str to int
        Year of the geographic code of each table, by its name (`apl_publiee_2023` for a vintage);
        one that is not named, and the polygons, are of the year of `appartenance`.
    parameters : Parameters
        Group `population`: the years of both populations; `demande`: weights of the ages.
    repertoire : bool
        The GPs come from a register of people or equipments: a commune that it leaves out has
        none, in the departements where it has some.
    personnes : bool
        The GPs come from a register of people, as `cumul` of `cog.correspondence`.
    ages : DataFrame, optional
        Table `populations_ages` of the whole country; may be empty.

    Returns
    -------
    base : DataFrame
        By commune of `appartenance`, in order of code: `code_commune`, `nom`, `code_departement`,
        `code_region`, `code_epci`, `bassin_vie`, `population`, `population_annee`,
        `population_totale` (of the year of the standardised one, null where that one is imputed
        by the national ratio), `population_standardisee`, `apl_publiee`,
        `apl_publiee_65`, `apl_publiee_annee`, `zonage_mg`, `mg_nb`.
    controle : DataFrame
        Rows of `tables.CONTROLE`; for each source, read = used + left out by reason.

    Raises
    ------
    DataError
        No commune has a population, or a commune is twice in a source.

    Examples
    --------
    >>> from diagterritoire import schema
    >>> empty = {n: schema.empty(getattr(tables, n.upper())) for n in (
    ...     "populations", "medecins", "apl_publiee", "zonage")}
    >>> zones = {"code_departement": "18", "code_region": "24", "code_epci": None}
    >>> communes = pd.DataFrame({"code_commune": ["18001"], "nom": ["Essai"], **zones})
    >>> base, controle = base_table(
    ...     communes_geo=communes.assign(population_polygone=120),
    ...     appartenance=communes.assign(bassin_vie=None),
    ...     **empty,
    ...     mouvements=schema.empty(tables.MOUVEMENTS),
    ...     cog={"appartenance": 2024},
    ...     parameters=Parameters(),
    ... )
    >>> base[["population", "population_annee"]].to_numpy().tolist(), base["mg_nb"].tolist()
    ([[120, 2021]], [nan])
    """
    polygones = communes_geo.set_index("code_commune")["population_polygone"]
    base = appartenance.sort_values("code_commune").set_index("code_commune")
    base = base[["nom", "code_departement", "code_region", "code_epci", "bassin_vie"]].copy()
    target = _Target(
        codes=base.index,
        noms={c: arrondissement_name(c) for c in ARRONDISSEMENTS}
        | dict(zip(base.index, base["nom"], strict=True)),
        poids=_weights(polygones, apl_publiee),
        annee=cog[tables.APPARTENANCE.nom],
        mouvements=mouvements,
        cog=cog,
        controle=[],
    )
    target.controle.append(_outlines(polygones.index, base.index))
    base = _with_population(base, populations, polygones, target, parameters)
    base = _with_apl(base, apl_publiee, target)
    base = _with_ages(base, ages, target, parameters)
    base = _with_standardised(base, apl_publiee, target)
    base = _with_zonage(base, zonage, target)
    base = _with_medecins(base, medecins, target, repertoire, personnes)
    return _without_population(base, target)


def _outlines(drawn: pd.Index, communes: pd.Index) -> pd.DataFrame:
    """Account for the outlines, each city counted once."""
    stray = ledger.named(drawn.difference(communes))
    source, total = ledger.origin(tables.COMMUNES_GEO), _whole(drawn)
    used = _whole(drawn.intersection(communes))
    motif = "contours écartés : commune absente de la table d'appartenance"
    rows = (
        ledger.entry(source, ledger.LUS, (), total, nombre=total, effet=tables.LU),
        ledger.entry(source, "contours repris", (), total, nombre=used, effet=tables.UTILISE),
        ledger.entry(source, motif, stray, total, effet=tables.ECARTE),
    )
    return ledger.stack(rows)


def _whole(codes: pd.Index) -> int:
    """Count the communes among codes that may be of arrondissements."""
    return int(codes.map(arrondissement_parent).nunique())


def _weights(polygones: pd.Series, apl_publiee: pd.DataFrame) -> pd.Series[float]:
    """Weights of the parts of a divided commune: their population, standardised in a city."""
    parts = arrondissements.weights(apl_publiee)
    kept = polygones.loc[~polygones.index.isin(parts.index)].astype("Float64").astype("float64")
    return pd.concat([kept, parts])


def _with_population(
    base: pd.DataFrame,
    populations: pd.DataFrame,
    polygones: pd.Series,
    target: _Target,
    parameters: Parameters,
) -> pd.DataFrame:
    table = tables.POPULATIONS
    pairs = target.follow(populations, table)
    carried = carry_sum(populations, pairs, "population", target.poids)
    official = target.align(carried, "population", table).astype("Int64")
    drawn = polygones.reindex(base.index).astype("Int64")
    years = parameters.population
    filled = base.index[official.isna() & drawn.notna()]
    motif = (
        f"population absente de la source : celle du contour, {years.annee_polygones} (imputé ; "
        "année déclarée par le producteur des contours)"
    )
    target.note(table, motif, filled, tables.IMPUTE)
    annee = np.where(official.notna(), years.annee, years.annee_polygones)
    return base.assign(population=official.fillna(drawn), population_annee=annee)


def _with_apl(base: pd.DataFrame, apl_publiee: pd.DataFrame, target: _Target) -> pd.DataFrame:
    table, weight = tables.APL_PUBLIEE, "population_standardisee"
    latest = apl_publiee.loc[apl_publiee["annee"] == apl_publiee["annee"].max()]
    motif = (
        "lignes d'années antérieures : elles ne servent qu'au calage et à la vérification de l'APL"
    )
    pairs = target.follow(latest, table, {motif: len(apl_publiee) - len(latest)})
    for column in (weight, "population_totale"):
        carried = carry_sum(latest, pairs, column, target.poids)
        base[column] = target.align(carried, column, table).astype("float64")
    for column in APL:
        carried = carry_mean(latest, pairs, column, weight)
        base[column] = target.align(carried, column, table).astype("float64")
    unknown = base.index[base["apl_publiee"].isna()]
    target.note(table, "APL non publiée pour la commune : laissée vide", unknown)
    known = base[list(APL)].notna().any(axis=1)
    year = int(latest["annee"].iloc[0]) if len(latest) else pd.NA
    return base.assign(
        apl_publiee_annee=pd.Series(year, index=base.index, dtype="Int64").where(known)
    )


def _with_ages(
    base: pd.DataFrame, ages: pd.DataFrame | None, target: _Target, parameters: Parameters
) -> pd.DataFrame:
    """Compute from ages the standardised population that is not published, and its total."""
    if ages is None or ages.empty:
        return base
    table, value = tables.POPULATIONS_AGES, "population_standardisee"
    apl = base["apl_publiee_annee"].dropna()
    year, poids = weights_of(parameters.demande, int(apl.iloc[0]) if len(apl) else None)
    pairs = target.follow(ages[["code_commune"]].drop_duplicates(), table)
    carried, factor = standardised_communes(ages, pairs, poids, target.poids)
    computed = carried.set_index("code_commune").reindex(base.index)
    filled = base[value].isna() & computed[value].notna()
    motif = (
        "population standardisée non publiée : calculée d'après les âges du recensement, poids de "
        f"l'APL {year}, facteur national {factor:.4f}".replace(".", ",")
        + " (imputé)"
    )
    target.note(table, motif, base.index[filled], tables.IMPUTE)
    # Both of one year: what is published beside nothing is of another one.
    return base.assign(
        population_standardisee=base[value].mask(filled, computed[value]),
        population_totale=base["population_totale"].mask(filled, computed["population_totale"]),
    )


def _with_standardised(
    base: pd.DataFrame, apl_publiee: pd.DataFrame, target: _Target
) -> pd.DataFrame:
    """Fill the standardised population with the national ratio of standardised to total."""
    latest = apl_publiee.loc[apl_publiee["annee"] == apl_publiee["annee"].max()]
    both = latest.dropna(subset=["population_standardisee", "population_totale"])
    total = both["population_totale"].sum()
    factor = float(both["population_standardisee"].sum() / total) if total > 0 else 1.0
    missing = base.index[base["population_standardisee"].isna() & base["population"].notna()]
    computed = base["population"].astype("float64") * factor
    motif = (
        "population standardisée non publiée : population municipale multipliée par "
        f"{factor:.4f}".replace(".", ",")
        + ", rapport national (imputé)"
    )
    target.note(tables.APL_PUBLIEE, motif, missing, tables.IMPUTE)
    standardised = base["population_standardisee"].fillna(computed)
    return base.assign(population_standardisee=standardised)


def _with_zonage(base: pd.DataFrame, zonage: pd.DataFrame, target: _Target) -> pd.DataFrame:
    table = tables.ZONAGE
    carried = carry_label(zonage, target.follow(zonage, table), "zonage_mg")
    zone = target.align(carried, "zonage_mg", table)
    differ = pd.Index(carried.loc[carried["desaccord"], "code_commune"])
    motif = "zones différentes dans les communes réunies : zone laissée vide"
    target.note(table, motif, differ)
    absent = base.index.difference(pd.Index(carried["code_commune"]))
    target.note(table, "commune absente du fichier : zone inconnue, laissée vide", absent)
    blank = base.index[zone.isna()].difference(absent).difference(differ)
    target.note(table, "zone non disponible dans le fichier : laissée vide", blank)
    return base.assign(zonage_mg=zone)


def _with_medecins(
    base: pd.DataFrame,
    medecins: pd.DataFrame,
    target: _Target,
    repertoire: bool,
    personnes: bool,
) -> pd.DataFrame:
    table = tables.MEDECINS
    if (medecins["mg_nb"] % 1 == 0).all():
        # A commune that is divided shares whole GPs.
        medecins = medecins.astype({"mg_nb": "int64"})
    pairs = target.follow(medecins, table, cumul=personnes)
    carried = carry_sum(medecins, pairs, "mg_nb", target.poids)
    number = target.align(carried, "mg_nb", table).astype("float64")
    if repertoire:
        covered = set(base.loc[number.notna(), "code_departement"])
        none = number.isna() & base["code_departement"].isin(list(covered))
        motif = "commune absente du répertoire, dans un département qu'il couvre : aucun médecin"
        target.note(table, motif, base.index[none])
        number = number.mask(none, 0.0)
    motif = "nombre de médecins généralistes inconnu (commune absente du fichier) : laissé vide"
    target.note(table, motif, base.index[number.isna()])
    return base.assign(mg_nb=number)


def _without_population(base: pd.DataFrame, target: _Target) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Leave out communes of unknown population, which no measure can weigh."""
    unknown = base["population"].isna()
    if unknown.all():
        raise DataError(
            f"Aucune des {len(base)} communes de la table d'appartenance n'a de population.",
            "Fournissez les populations municipales ou des contours de la même année.",
        )
    source, total = ledger.origin(tables.APPARTENANCE), _whole(base.index)
    lost = ledger.named(base.index[unknown], target.noms)
    motif = "commune sans population ni contour : écartée"
    rows = [
        ledger.entry(source, ledger.LUS, (), total, nombre=total, effet=tables.LU),
        ledger.entry(
            source,
            "communes du calcul",
            (),
            total,
            nombre=_whole(base.index[~unknown]),
            effet=tables.UTILISE,
        ),
        ledger.entry(source, motif, lost, total, effet=tables.ECARTE),
    ]
    target.controle.extend(rows)
    whole = {"population": "int64", "population_annee": "int64"}
    kept = base.loc[~unknown].astype(whole).reset_index()[list(BASE)]
    return kept, ledger.stack(target.controle)
