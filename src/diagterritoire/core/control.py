"""Rows of the control table that the computation adds: what was snapped, unreachable, left out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pandas as pd

from diagterritoire.arrays import among
from diagterritoire.french import INSECABLE, entier
from diagterritoire.ledger import EXEMPLES_NB, entry, origin
from diagterritoire.tables import APPROCHE, HORS_RESEAU, MEDECINS, NON_COUVERT, RATTACHE

_EXEMPLES_INACCESSIBLES = 50
_POINTS = {"commune": "points de commune", "site": "sites de médecins"}
_STATUTS = {
    HORS_RESEAU: "non rattachés : aucune route à portée",
    NON_COUVERT: "non rattachés : aucune route fournie à cet endroit, temps à vol d'oiseau",
}


def labels(communes: pd.DataFrame, sites: pd.DataFrame) -> dict[str, dict[str, str]]:
    """Text that names each commune and each site, by nature then identifier, in order of display.

    Communes of the territory come before those of the surroundings.

    Parameters
    ----------
    communes : DataFrame
        `code_commune`, `nom`, `dans_territoire`.
    sites : DataFrame
        `site_id`, `code_commune`.
    """
    ordered = communes.sort_values(["dans_territoire", "code_commune"], ascending=[False, True])
    names = dict(zip(ordered["code_commune"], ordered["nom"], strict=True))
    towns = {
        site: f"{site} ({names.get(code, code)})"
        for site, code in zip(sites["site_id"], sites["code_commune"], strict=True)
    }
    return {
        "commune": {code: f"{code} {nom}" for code, nom in names.items()},
        "site": dict(sorted(towns.items())),
    }


def snapping(
    rattachements: pd.DataFrame, noms: Mapping[str, Mapping[str, str]], signale_m: float
) -> Iterator[pd.DataFrame]:
    """Points tied to the road network: how many and how far, the farthest, those left off it.

    Parameters
    ----------
    rattachements : DataFrame
        Table `rattachements`.
    noms : mapping
        What `labels` gives; the points that it does not name are left out.
    signale_m : float
        Points farther from the road than this are named: their times deserve a look on the map.
    """
    for nature, points in _POINTS.items():
        ofthem = rattachements.loc[
            (rattachements["nature"] == nature)
            & rattachements["identifiant"].isin(list(noms[nature]))
        ]
        tied = ofthem.loc[ofthem["statut"] == RATTACHE].sort_values(
            ["distance_m", "identifiant"], ascending=[False, True]
        )
        far = tied.loc[tied["distance_m"] > signale_m]
        if len(tied):
            distance = tied["distance_m"]
            motif = (
                f"{points} rattachés à la route la plus proche (distance médiane "
                f"{_metres(distance.median())}, maximale {_metres(distance.max())})"
            )
            yield entry("Réseau routier", motif, _far_names(tied, noms[nature]), len(ofthem))
        if len(far):
            motif = f"{points} à plus de {_metres(signale_m)} de la route"
            yield entry("Réseau routier", motif, _far_names(far, noms[nature]), len(ofthem))
        for statut, texte in _STATUTS.items():
            off = ofthem.loc[ofthem["statut"] == statut, "identifiant"]
            if len(off):
                shown = _named(off, noms[nature])
                yield entry("Réseau routier", f"{points} {texte}", shown, len(ofthem))


def times(
    plus_proches: pd.DataFrame,
    trajets: pd.DataFrame,
    noms: Mapping[str, Mapping[str, str]],
    duree_max_min: float,
) -> Iterator[pd.DataFrame]:
    """Communes that reach no GP, that are timed by a straight line, or that are far from any GP.

    Parameters
    ----------
    plus_proches, trajets : DataFrame
        Tables of those names.
    noms : mapping
        What `labels` gives.
    duree_max_min : float
        Longest trip of `trajets`.
    """
    reached = plus_proches["atteignable"].astype(bool)
    straight = reached & (plus_proches["origine_temps"] == APPROCHE)
    beyond = reached & ~among(
        plus_proches["code_commune"], trajets["code_commune"].drop_duplicates()
    )
    kinds = (
        (~reached, "communes d'où aucun médecin n'est atteignable en voiture (APL 0, aucun flux)"),
        (straight, "communes au temps estimé à vol d'oiseau, faute de route"),
        (
            beyond,
            f"communes à plus de {duree_max_min:g} min de tout médecin : "
            "leurs patients vont tous au plus proche",
        ),
    )
    for (mask, motif), limit in zip(
        kinds, (_EXEMPLES_INACCESSIBLES, EXEMPLES_NB, EXEMPLES_NB), strict=True
    ):
        if mask.any():
            shown = _named(plus_proches.loc[mask, "code_commune"], noms["commune"])
            yield entry("Temps de trajet", motif, shown, len(plus_proches), limite=limit)


def cells(sans_temps: int, total: int) -> pd.DataFrame:
    """Cells of the raster from which no GP is reached."""
    motif = "cellules de 200 m du territoire d'où aucun médecin n'est atteint (-1)"
    return entry("Raster des temps", motif, [], total, nombre=sans_temps)


def land_use(
    communes: pd.DataFrame,
    sites: pd.DataFrame,
    ratios: pd.DataFrame,
    noms: Mapping[str, Mapping[str, str]],
) -> Iterator[pd.DataFrame]:
    """Communes without inhabitant, sites without GP or without patient, GPs without site.

    Parameters
    ----------
    communes : DataFrame
        `code_commune`, `population`, `mg_nb`.
    sites : DataFrame
        `site_id`, `code_commune`, `mg_nb`.
    ratios : DataFrame
        Second table of `access.floating_catchment`.
    noms : mapping
        What `labels` gives.
    """
    deserted = communes.loc[communes["population"] == 0, "code_commune"]
    if len(deserted):
        shown = _named(deserted, noms["commune"])
        yield entry("Population", "communes sans habitant (aucun flux)", shown, len(communes))
    unknown = communes.loc[communes["mg_nb"].isna(), "code_commune"]
    if len(unknown):
        motif = "communes du calcul au nombre de médecins inconnu : laissé vide, aucun site"
        yield entry(origin(MEDECINS), motif, _named(unknown, noms["commune"]), len(communes))
    vacant = sites.loc[sites["mg_nb"] == 0, "site_id"]
    if len(vacant):
        shown = _named(vacant, noms["site"])
        yield entry("Offre", "sites sans médecin, ignorés dans les temps", shown, len(sites))
    placed = sites.groupby("code_commune")["mg_nb"].sum()
    gap = communes["mg_nb"].astype("Float64") - communes["code_commune"].map(placed).fillna(0)
    # Shares of GPs add up to the rounding of machine numbers.
    differing = communes.loc[gap.fillna(0).abs() > 1e-6, "code_commune"]
    if len(differing):
        motif = "communes dont le compte de médecins diffère de celui de leurs sites (utilisé)"
        yield entry("Offre", motif, _named(differing, noms["commune"]), len(communes))
    lonely = ratios.loc[(ratios["consultations"] > 0) & ~ratios["atteint"], "site_id"]
    if len(lonely):
        motif = (
            "sites qu'aucun habitant n'atteint dans la portée de l'APL : "
            "leurs consultations n'y comptent pas"
        )
        yield entry("APL", motif, _named(lonely, noms["site"]), len(sites))


def left_out(
    communes: pd.DataFrame,
    flux: pd.DataFrame,
    principaux: pd.DataFrame,
    livres: pd.DataFrame,
    noms: Mapping[str, Mapping[str, str]],
) -> Iterator[pd.DataFrame]:
    """Communes of the territory without published APL, flows too small or not delivered.

    Parameters
    ----------
    communes : DataFrame
        `code_commune`, `dans_territoire`, `apl_publiee`.
    flux, principaux, livres : DataFrame
        Flows of the closed area, their main ones (`flows.main_flows`), and those of them that are
        delivered: `code_residence`, `code_exercice`.
    noms : mapping
        What `labels` gives.
    """
    inside = communes.loc[communes["dans_territoire"]]
    unknown = inside.loc[inside["apl_publiee"].isna(), "code_commune"]
    if len(unknown):
        motif = "communes du territoire sans APL publiée, écartées de la comparaison"
        yield entry("APL", motif, _named(unknown, noms["commune"]), len(inside))
    faibles = _missing(principaux, flux)
    motif = "flux des plus faibles destinations de chaque commune, répartis entre les autres"
    yield entry("Flux", motif, faibles, len(flux))
    dehors = _missing(livres, principaux)
    yield entry("Flux", "flux entre communes du pourtour, non livrés", dehors, len(flux))


def _missing(kept: pd.DataFrame, flux: pd.DataFrame) -> list[str]:
    """Flows that are not among those kept, from one commune to another."""
    key = ["code_residence", "code_exercice"]
    both = flux[key].merge(kept[key], how="left", on=key, indicator=True, validate="1:1")
    lost = both.loc[both["_merge"] == "left_only", key]
    pairs = sorted(zip(*(lost[name].tolist() for name in key), strict=True))
    return [" vers ".join(pair) for pair in pairs]


def _named(identifiers: pd.Series, names: Mapping[str, str]) -> list[str]:
    """Names of the identifiers, in the order of display."""
    wanted = set(identifiers)
    return [text for identifier, text in names.items() if identifier in wanted]


def _far_names(points: pd.DataFrame, names: Mapping[str, str]) -> list[str]:
    return [
        f"{names[identifier]} à {_metres(distance)}"
        for identifier, distance in zip(points["identifiant"], points["distance_m"], strict=True)
    ]


def _metres(distance: float) -> str:
    return f"{entier(distance)}{INSECABLE}m"
