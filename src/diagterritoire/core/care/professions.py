"""Professionals of first-line care: carried to the communes of the diagnosis, then placed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import geopandas as gpd
import pandas as pd

from diagterritoire import ledger, schema
from diagterritoire.core.care.positions import located
from diagterritoire.core.communes.carry import carry_sum
from diagterritoire.core.communes.cog import account, correspondence
from diagterritoire.tables import (
    ECARTE,
    GENERALISTE,
    LU,
    POSITION_CENTRE,
    PROFESSIONNELS,
    PROFESSIONNELS_COMMUNES,
    PROFESSIONS,
    UTILISE,
)
from diagterritoire.territory import arrondissement_parent

# Shares of people add up to this, but for the rounding of machine numbers.
_NOBODY = 1e-6
# Sources that count people one by one, whatever the code of their commune.
PERSONNES = ("professionnels",)
# Two points closer than this are one site.
_METRE = 0


@dataclass(frozen=True)
class Professions:
    """Professionals of the communes of the diagnosis.

    Attributes
    ----------
    nombres : DataFrame
        By commune (index `code_commune`), one column per profession that a source counts; null
        where it is unknown.
    sources : Mapping of str to str
        Key of the source of each column.
    lieux : DataFrame
        Sites of GPs whose commune is followed as a whole: `site_id`, `code_commune` (the one of
        the diagnosis), `nombre`, `lon`, `lat`, `origine_position`; empty when the source of the
        GPs counts by commune.
    controle : DataFrame
        Rows of `tables.CONTROLE`.
    """

    nombres: pd.DataFrame
    sources: Mapping[str, str]
    lieux: pd.DataFrame
    controle: pd.DataFrame


def professions(
    professionnels: Mapping[str, pd.DataFrame],
    base: pd.DataFrame,
    mouvements: pd.DataFrame,
    cog: Mapping[str, int],
    generalistes: str,
) -> Professions:
    """Carry the professionals of each source to the communes of the diagnosis.

    Merged communes add up, a divided one is shared by population. A commune that a source leaves
    out has nobody, in the departements where the source counts somebody; elsewhere it is unknown.

    Parameters
    ----------
    professionnels : Mapping of str to DataFrame
        Table `professionnels` of each source, by key; no profession is in two of them.
    base : DataFrame
        What `assembly.base_table` gave; its `mg_nb` is the number of GPs.
    mouvements : DataFrame
        Table `mouvements`.
    cog : Mapping of str to int
        Year of the codes of each source, by key, and of `appartenance`.
    generalistes : str
        Key of the source of the GPs.

    Examples
    --------
    >>> from diagterritoire import tables
    >>> base = pd.DataFrame({"code_commune": ["18001", "18002"], "nom": ["A", "B"]})
    >>> base = base.assign(code_departement="18", population=100, mg_nb=[1.0, 0.0])
    >>> rows = pd.DataFrame({"site_id": ["s"], "code_commune": ["18001"], "nombre": [2.0]})
    >>> rows = rows.assign(profession="infirmier", lon=None, lat=None)
    >>> out = professions(
    ...     {"professionnels": rows.assign(origine_position="centre_commune")},
    ...     base, schema.empty(tables.MOUVEMENTS), {"appartenance": 2024}, "medecins",
    ... )
    >>> out.nombres["infirmier"].to_dict(), out.sources["infirmier"]
    ({'18001': 2.0, '18002': 0.0}, 'professionnels')
    """
    indexed = base.set_index("code_commune")
    columns = {GENERALISTE: indexed["mg_nb"].astype("float64")}
    sources = {GENERALISTE: generalistes}
    lieux = schema.empty(PROFESSIONNELS)
    controle = []
    for cle, table in professionnels.items():
        pairs = correspondence(
            mouvements,
            table["code_commune"],
            indexed.index,
            cog.get(cle, cog["appartenance"]),
            cog["appartenance"],
            cumul=cle in PERSONNES,
        )
        if pairs.empty:
            continue
        noms = dict(zip(base["code_commune"], base["nom"], strict=True))
        origin = f"{ledger.origin(PROFESSIONNELS)} ({cle})"
        controle.append(account(pairs, f"{origin}, communes", noms))
        controle.append(_orphans(table, pairs, origin))
        carried = _carried(table, pairs, indexed)
        others = [p for p in PROFESSIONS if p in carried and p != GENERALISTE]
        columns |= {p: carried[p] for p in others}
        sources |= dict.fromkeys(others, cle)
        if cle == generalistes:
            lieux = _followed(table.loc[table["profession"] == GENERALISTE], pairs)
    order = [p for p in PROFESSIONS if p in columns]
    return Professions(pd.DataFrame(columns)[order], sources, lieux, ledger.stack(controle))


def _carried(table: pd.DataFrame, pairs: pd.DataFrame, base: pd.DataFrame) -> pd.DataFrame:
    """Numbers by commune and profession, zero where the source covers the departement."""
    counts = table.pivot_table(
        index="code_commune", columns="profession", values="nombre", aggfunc="sum", fill_value=0.0
    ).reset_index()
    names = [p for p in PROFESSIONS if p in counts]
    out = {}
    for name in names:
        values = counts[["code_commune", name]]
        if (values[name] % 1 == 0).all():
            # A commune that is divided shares whole people.
            values = values.astype({name: "int64"})
        carried = carry_sum(values, pairs, name, base["population"])
        out[name] = carried.set_index("code_commune")[name].astype("float64").reindex(base.index)
    wide = pd.DataFrame(out, index=base.index)
    present = base["code_departement"].loc[wide.notna().any(axis=1)]
    covered = base["code_departement"].isin(set(present))
    return wide.mask(wide.isna() & covered.to_numpy()[:, None], 0.0)


def _orphans(table: pd.DataFrame, pairs: pd.DataFrame, origin: str) -> pd.DataFrame:
    """Rows of the source whose commune leads to none."""
    lost = set(pairs.loc[pairs["code_cible"].isna(), "code_source"])
    rows = table.loc[table["code_commune"].isin(list(lost))]
    motif = "lieux et professions écartés : code sans commune correspondante"
    total, used = len(table), len(table) - len(rows)
    return ledger.stack(
        (
            ledger.entry(origin, ledger.LUS, (), total, nombre=total, effet=LU),
            ledger.entry(
                origin, "lieux et professions repris", (), total, nombre=used, effet=UTILISE
            ),
            ledger.entry(origin, motif, sorted(lost), total, nombre=len(rows), effet=ECARTE),
        )
    )


def _followed(gps: pd.DataFrame, pairs: pd.DataFrame) -> pd.DataFrame:
    """Sites whose commune leads to one commune only, under its code."""
    known = pairs.dropna(subset=["code_cible"])
    single = known.loc[~known["code_source"].duplicated(keep=False)]
    codes = gps["code_commune"].map(single.set_index("code_source")["code_cible"])
    return gps.assign(code_commune=codes).loc[codes.notna()].reset_index(drop=True)


def practices(
    lieux: pd.DataFrame, communes: gpd.GeoDataFrame, *, tolerance_m: float
) -> tuple[gpd.GeoDataFrame, pd.Series[float], pd.DataFrame]:
    """Place the sites of GPs that have a position of their own.

    Coordinates are believed in the commune or within the tolerance (`positions.located`); sites of
    a commune at the same point, to the metre, are one.

    Parameters
    ----------
    lieux : DataFrame
        `Professions.lieux`.
    communes : GeoDataFrame
        Closed area: `code_commune`, `mg_nb`, `x`, `y`, polygon.
    tolerance_m : float
        Parameter `offre.position_tolerance_m`.

    Returns
    -------
    sites : GeoDataFrame
        `site_id`, `code_commune`, `mg_nb`, `origine_position` (`source` or `adresse`), point.
    reste : Series
        GPs of each row of `communes` that no site of its own has: they are at its point. Null
        where their number is unknown.
    controle : DataFrame
        Rows of `tables.CONTROLE`.

    Examples
    --------
    >>> import shapely
    >>> communes = gpd.GeoDataFrame(
    ...     {"code_commune": ["18001"], "mg_nb": [2.5], "x": [5e5], "y": [6.6e6]},
    ...     geometry=[shapely.box(4e5, 6.5e6, 7e5, 6.7e6)], crs="EPSG:2154",
    ... )
    >>> lieux = pd.DataFrame({"site_id": ["a"], "code_commune": ["18001"], "nombre": [1.0]})
    >>> lieux = lieux.assign(lon=2.0, lat=46.5, origine_position="source")
    >>> sites, reste, _ = practices(lieux, communes, tolerance_m=1000)
    >>> sites["mg_nb"].tolist(), reste.tolist()
    ([1.0], [1.5])
    """
    inside = lieux.loc[lieux["code_commune"].isin(list(communes["code_commune"]))]
    inside = inside.sort_values("site_id")
    source = "Sites de médecins généralistes"
    table, controle = located(inside, communes, tolerance_m=tolerance_m, source=source)
    own = table.loc[table["origine_position"] != POSITION_CENTRE]
    x, y = own.geometry.x, own.geometry.y
    place = [own["code_commune"], x.round(_METRE), y.round(_METRE)]
    firsts = own.assign(mg_nb=own.groupby(place)["nombre"].transform("sum"))
    repeated = firsts.assign(x=place[1], y=place[2]).duplicated(["code_commune", "x", "y"])
    motif = "lieux au même point qu'un autre : réunis en un site"
    rows = [
        controle,
        ledger.entry(source, motif, (), len(inside), nombre=int(repeated.sum())),
    ]
    sites = firsts.loc[~repeated, ["site_id", "code_commune", "mg_nb", "origine_position"]]
    layer = gpd.GeoDataFrame(
        sites.reset_index(drop=True),
        geometry=own.geometry.loc[~repeated].to_numpy(),
        crs=communes.crs,
    )
    placed = communes["code_commune"].map(layer.groupby("code_commune")["mg_nb"].sum()).fillna(0.0)
    rest = communes["mg_nb"].astype("float64") - placed
    reste = rest.where(rest.isna() | (rest > _NOBODY), 0.0)
    return layer, reste, ledger.stack(rows)


def whole(found: Professions) -> Professions:
    """Numbers by commune: those of the arrondissements of Paris, Lyon and Marseille summed.

    Examples
    --------
    >>> nombres = pd.DataFrame({"infirmier": [2.0, 3.0]}, index=["69381", "69382"])
    >>> found = Professions(nombres, {}, pd.DataFrame(), pd.DataFrame())
    >>> whole(found).nombres["infirmier"].to_dict()
    {'69123': 5.0}
    """
    parents = found.nombres.index.map(arrondissement_parent)
    return replace(found, nombres=found.nombres.groupby(parents).sum(min_count=1))


def by_commune(found: Professions, codes: list[str]) -> pd.DataFrame:
    """Table `professionnels_communes` of some communes: what is known, zero included.

    Examples
    --------
    >>> nombres = pd.DataFrame({"infirmier": [2.0, None]}, index=["18001", "18002"])
    >>> found = Professions(nombres, {}, pd.DataFrame(), pd.DataFrame())
    >>> by_commune(found, ["18001", "18002"]).to_numpy().tolist()
    [['18001', 'infirmier', 2.0]]
    """
    kept = found.nombres.loc[found.nombres.index.isin(codes)]
    long = kept.rename_axis("code_commune").reset_index()
    long = long.melt("code_commune", var_name="profession", value_name="nombre").dropna()
    rank = {p: k for k, p in enumerate(PROFESSIONS)}
    ordered = long.assign(rang=long["profession"].map(rank)).sort_values(["code_commune", "rang"])
    return schema.conform(ordered.reset_index(drop=True), PROFESSIONNELS_COMMUNES)
