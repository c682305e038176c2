"""What the map's page holds: every datum once, rounded as it is shown."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from diagterritoire import tables
from diagterritoire.core.basins.care_area import ANALYSES
from diagterritoire.outputs import care_words, cautions, scenario_views
from diagterritoire.outputs.basin_colours import basin_indicator
from diagterritoire.outputs.classes import (
    APL_BORNES,
    FAMILLES,
    INDICATEURS,
    Indicateur,
    class_numbers,
    legend,
    shown,
)
from diagterritoire.outputs.map_compared import compared
from diagterritoire.outputs.map_geometry import (
    DECIMALES_DEGRES,
    Shapes,
    contours_of,
    lat_lon,
    outline,
    simplify,
    wgs84,
)
from diagterritoire.outputs.map_layers import catchments, roads, zonings
from diagterritoire.outputs.map_projects import moves, sitings
from diagterritoire.outputs.map_sites import gp_sites, structures
from diagterritoire.outputs.map_text import card, notes, subtitle
from diagterritoire.outputs.map_times import bands, beyond, image
from diagterritoire.outputs.mapped import PART_FUITE, PART_TIRAGES, PREFIXE_NOTE, mapped
from diagterritoire.parameters import Parameters
from diagterritoire.study.bundles import Diagnosis

FLUX_MAX = 20_000  # the main flows kept in the page; the GeoPackage holds them all

# Decimals shown by the card; `classes.shown` keeps more where rounding would cross a bound.
_DECIMALES = {
    "population_standardisee": 0,
    "mg_nb": 1,
    "mg_etp": 1,
    "temps_mg_min": 1,
    "temps_mg_moyen_min": 1,
    "temps_mg_p90_min": 1,
    "temps_mg2_min": 1,
    "temps_mg3_min": 1,
    "mg_15min": 1,
    "apl": 2,
    "apl_publiee": 2,
    "apl_publiee_65": 2,
    "apl_calibree": 2,
    "apl_65": 2,
    "apl_ecart": 2,
    "deficit_consultations": 0,
    "deficit_etp": 1,
    "taux_fuite": 3,
    "taux_autosuffisance": 3,
    "apl_bas": 2,
    "apl_haut": 2,
    "temps_mg_bas_min": 1,
    "temps_mg_haut_min": 1,
    PART_TIRAGES: 0,
    PART_FUITE: 1,
    **{PREFIXE_NOTE + a.cle: 2 for a in ANALYSES},
}
_BORNES = {i.colonne: i.bornes for i in INDICATEURS} | dict.fromkeys(
    ("apl_publiee_65",), APL_BORNES
)
_COLONNES = (
    "code_commune",
    "nom",
    "dans_territoire",
    "population",
    "population_annee",
    "origine_temps",
    "atteignable",
    "apl_publiee_annee",
    "zonage_mg",
    "deficit",
    "fuite_masquee",
    "bassin",
    "mg_proche_code",
    *_DECIMALES,
)


def map_data(diagnosis: Diagnosis, licences: str) -> dict[str, Any]:
    """Gather what the front end shows (its type is `Donnees` in web/src/donnees.ts).

    Parameters
    ----------
    diagnosis : Diagnosis
        What is shown.
    licences : str
        Licences of the software inside the page.

    Returns
    -------
    dict
        Ready for `page.embed_json`: texts, `communes` (columns of equal length), `contours` (an
        outline per commune, same order, as `map_topology.encoded`), `territoire` (one outline),
        `points`, `sites`, `flux` (columns; communes by their rank), `indicateurs` with the class of
        each commune,
        `noms_hors_carte` (names of the communes beyond the layer, by code), `routes` and `limites`
        (lines), `patienteles` (columns; communes by their rank), `mouvements` of the scenarios,
        `implantations` (best places), `aire` (texts), `structures`, `comparees` (measures of the
        card with their references), `isochrones` (bands), `au_dela` (who is in none), `image_temps`
        (null without any time).
    """
    communes = mapped(diagnosis).sort_values("code_commune", ignore_index=True)
    inside = communes["dans_territoire"].astype(bool)
    views = list(scenario_views.views(diagnosis))
    rank = {code: k for k, code in enumerate(communes["code_commune"])}
    shapes = simplify(communes)
    border = outline(shapes[inside.to_numpy()])
    points = _points(communes, diagnosis.flux, rank)
    bounds = np.round(wgs84(np.array([border]), communes.crs).total_bounds, DECIMALES_DEGRES)
    return {
        "titre": diagnosis.territory.nom,
        "sous_titre": subtitle(diagnosis, communes.loc[inside]),
        "bandeaux": [{"genre": c.cle, "texte": c.court} for c in cautions.alerts(diagnosis)],
        "emprise": bounds.tolist(),
        "indicateurs": [
            *(_indicator(i, communes, diagnosis) for i in listed(diagnosis, communes.loc[inside])),
            *(_indicator(v.indicateur, v.communes, diagnosis, v.avant, v.scenario) for v in views),
        ],
        "fiche": [
            asdict(groupe, dict_factory=_shown_fields)
            for groupe in (*card(communes), *scenario_views.card(diagnosis))
        ],
        "pourtour": {
            "nom": "Pourtour",
            "partiel": cautions.POURTOUR.titre,
            "texte": cautions.POURTOUR.court,
        },
        "communes": _columns(communes, diagnosis.parameters) | _later(views, diagnosis.parameters),
        "noms_hors_carte": {c: n for c, n in sorted(diagnosis.noms.items()) if c not in rank},
        "contours": contours_of(shapes, communes.crs),
        "territoire": contours_of(np.array([border]), communes.crs),
        "points": points.tolist(),
        "sites": gp_sites(diagnosis.sites, rank),
        "structures": structures(diagnosis.structures, rank),
        "comparees": compared(diagnosis),
        "isochrones": bands(diagnosis),
        "au_dela": beyond(diagnosis),
        "image_temps": image(diagnosis),
        "flux": _flows(diagnosis.flux, rank),
        "routes": roads(diagnosis),
        "limites": zonings(diagnosis, communes, shapes),
        "patienteles": catchments(diagnosis, rank),
        "mouvements": moves(diagnosis, communes["code_commune"], points),
        "implantations": sitings(diagnosis),
        "mise_en_garde": cautions.OPTIMUM.texte,
        "aire": {
            "notes": [asdict(note) for note in care_words.scores(diagnosis)],
            "accords": [asdict(accord_) for accord_ in care_words.agreements(diagnosis)],
        },
        "notes": notes(diagnosis),
        "sources": _sources(diagnosis.sources),
        "licences": licences,
    }


def _shown_fields(items: list[tuple[str, Any]]) -> dict[str, Any]:
    """Fields of the card that the page needs: `card` already left the optional lines out."""
    return {name: value for name, value in items if name != "facultative"}


def _points(communes: gpd.GeoDataFrame, flux: gpd.GeoDataFrame, rank: dict[str, int]) -> Shapes:
    """Latitude and longitude of each commune: where its flows end, else a point inside it."""
    places = communes.geometry.representative_point().to_numpy()
    moves = flux.loc[flux["code_residence"] != flux["code_exercice"]]
    for column, end in (("code_residence", 0), ("code_exercice", -1)):
        first = moves.drop_duplicates(column)
        ends = shapely.get_point(first.geometry.to_numpy(), end)
        for code, place in zip(first[column], ends, strict=True):
            if place is not None and code in rank:
                places[rank[code]] = place
    return lat_lon(places, communes.crs)


def _columns(communes: gpd.GeoDataFrame, parameters: Parameters) -> dict[str, list[Any]]:
    seuil = parameters.deficit.seuil_apl

    def column(name: str) -> list[Any]:
        if name not in _DECIMALES:
            return _values(communes[name])
        bounds = _BORNES.get(name, ())
        bounds = (*bounds, seuil) if name.startswith("apl") else bounds
        return _values(shown(communes[name], _DECIMALES[name], bounds))

    return {name: column(name) for name in _COLONNES}


def _later(views: list[scenario_views.View], parameters: Parameters) -> dict[str, list[Any]]:
    """Columns of the scenarios, on their side of every break."""
    seuil = parameters.deficit.seuil_apl
    found = {}
    for view in views:
        i = view.indicateur
        bounds = (*i.bornes, seuil) if i.colonne.endswith("apl_apres") else i.bornes
        found[i.colonne] = _values(shown(view.communes[i.colonne], i.decimales, bounds))
    return found


def _values(column: pd.Series[Any], decimales: int | None = None) -> list[Any]:
    """Values as JSON has them, null for unknown, whole numbers without decimals."""
    if decimales is not None:
        column = column.astype("float64").round(decimales)
    values = column.astype(object).where(column.notna(), None).tolist()
    return [int(v) if isinstance(v, float) and v.is_integer() else v for v in values]


def listed(diagnosis: Diagnosis, interieur: pd.DataFrame) -> list[Indicateur]:
    """List the indicators of a territory by family, without the optional ones that it has not.

    Parameters
    ----------
    diagnosis : Diagnosis
    interieur : DataFrame
        Communes of the territory, as `mapped.mapped` gives them.
    """
    every = [basin_indicator(diagnosis.bassins, diagnosis.noms), *INDICATEURS]
    told = [i for i in every if not i.facultatif or interieur[i.colonne].notna().any()]
    return sorted(told, key=lambda i: FAMILLES.index(i.famille))


def _indicator(
    indicateur: Indicateur,
    communes: pd.DataFrame,
    diagnosis: Diagnosis,
    avant: str = "",
    scenario: int = 0,
) -> dict[str, Any]:
    titre = indicateur.notion.titre
    if indicateur.cle == "apl_publiee":
        annees = communes["apl_publiee_annee"].dropna().unique()
        titre += f" ({max(annees)})" if len(annees) else ""
    return {
        "cle": indicateur.cle,
        "titre": titre,
        "famille": indicateur.famille,
        "phrase": indicateur.notion.phrase(diagnosis.parameters),
        "unite": indicateur.notion.unite,
        "colonne": indicateur.colonne,
        "decimales": indicateur.decimales,
        "partiel": indicateur.partiel,
        "legende": [asdict(classe) for classe in legend(indicateur)],
        "classes": class_numbers(indicateur, communes).tolist(),
        "avant": avant,
        "scenario": scenario,
    }


def _flows(flux: gpd.GeoDataFrame, rank: dict[str, int]) -> dict[str, Any]:
    """Flows between two different communes of the map, the largest first."""
    table = flux.loc[flux["code_residence"] != flux["code_exercice"]]
    table = table.assign(patients=table["patients"].round(1))
    table = table.loc[table["patients"] > 0].sort_values(
        ["patients", "code_residence", "code_exercice"], ascending=[False, True, True]
    )
    known = table["code_residence"].isin(list(rank)) & table["code_exercice"].isin(list(rank))
    kept = table.loc[known].head(FLUX_MAX)
    return {
        "nature": tables.OBSERVE if (kept["nature"] == tables.OBSERVE).any() else tables.MODELISE,
        "ecartes": len(table) - len(kept),
        "residence": [rank[c] for c in kept["code_residence"]],
        "exercice": [rank[c] for c in kept["code_exercice"]],
        "patients": _values(kept["patients"], 1),
    }


def _sources(sources: pd.DataFrame) -> list[dict[str, Any]]:
    names = ["titre", "producteur", "millesime", "licence", "fichier"]
    return [
        {name: value for name, value in zip(names, row, strict=True) if value}
        for row in zip(*(_values(sources[c]) for c in names), strict=True)
    ]
