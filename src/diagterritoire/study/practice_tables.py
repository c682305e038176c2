"""What a diagnosis delivers of coordinated practice: forms that teams allow, what they lean on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import geopandas as gpd
import pandas as pd

from diagterritoire import schema, tables
from diagterritoire.core.communes import arrondissements
from diagterritoire.core.practices.forms import forms, rules
from diagterritoire.core.practices.supports import groups, supports
from diagterritoire.core.practices.teams import shared, staff, teams
from diagterritoire.core.times.travel import travel
from diagterritoire.network.graph import RoadGraph
from diagterritoire.parameters import Parameters
from diagterritoire.territory import Territory

_POINT, _STRUCTURE, _GROUPE = "c", "s", "g"
_LAND = ["code_commune", "x", "y", "landmass", "geometry"]


@dataclass(frozen=True)
class Practices:
    """Tables `formes_exercice` and `appuis`."""

    formes_exercice: pd.DataFrame
    appuis: pd.DataFrame


def practices(
    communes: gpd.GeoDataFrame,
    points: gpd.GeoDataFrame,
    sites: gpd.GeoDataFrame,
    soins: pd.DataFrame,
    structures: gpd.GeoDataFrame | None,
    road: RoadGraph | None,
    territory: Territory,
    noms: Mapping[str, str],
    parameters: Parameters,
) -> Practices:
    """Set the territory, its basins and its communes against each form, and list what is near.

    Parameters
    ----------
    communes : GeoDataFrame
        Table `communes`, whole.
    points : GeoDataFrame
        The same area: `code_commune`, `x`, `y`, `landmass`, outlines; maybe by arrondissement.
    sites : GeoDataFrame
        Sites of GPs of the area, in whole communes.
    soins : DataFrame
        Table `professionnels_communes` of the whole area.
    structures : GeoDataFrame or None
        Structures of the area; None when no file gives them.
    road : RoadGraph or None
    territory : Territory
    noms : mapping of str to str
        Names of communes by code.
    parameters : Parameters
    """
    chosen = parameters.exercice
    if communes.empty or not communes["dans_territoire"].any():
        return Practices(schema.empty(tables.FORMES_EXERCICE), schema.empty(tables.APPUIS))
    land = gpd.GeoDataFrame(arrondissements.folded(points[_LAND]))
    grouped = groups(
        sites, structures, mg_min=chosen.groupe_mg, distance_m=chosen.groupe_distance_m
    ).assign(lieu=lambda t: _GROUPE + t["site_id"])
    near = _numbered(structures)
    times = _times(communes, land, near, grouped, road, parameters)
    staffed = staff(communes, sites, soins)
    zones, members = _zones(communes, times, territory, noms, chosen.equipe_min)
    team = teams(members, staffed, shared(sites, soins))
    found = forms(zones, team, rules(chosen), chosen.cpts_bornes)
    return Practices(
        schema.conform(found, tables.FORMES_EXERCICE),
        _supports(communes, times, near, grouped, chosen.appui_min),
    )


def _numbered(structures: gpd.GeoDataFrame | None) -> gpd.GeoDataFrame | None:
    if structures is None:
        return None
    order = structures.sort_values(["categorie", "nom", "code_commune"], ignore_index=True)
    return order.assign(lieu=[f"{_STRUCTURE}{k:06d}" for k in range(len(order))])


def _times(
    communes: gpd.GeoDataFrame,
    land: gpd.GeoDataFrame,
    near: gpd.GeoDataFrame | None,
    grouped: gpd.GeoDataFrame,
    road: RoadGraph | None,
    parameters: Parameters,
) -> pd.DataFrame:
    """Minutes from each commune of the territory and each pole to what is near it."""
    inside = communes.loc[communes["dans_territoire"].astype(bool)]
    origins = {*inside["code_commune"], *inside["bassin"].dropna()}
    starts = land["code_commune"].isin(origins)
    bourgs = gpd.GeoDataFrame(
        {"lieu": _POINT + land["code_commune"], "code_commune": land["code_commune"]},
        geometry=gpd.points_from_xy(land["x"], land["y"]),
        crs=land.crs,
    )
    columns = ["lieu", "code_commune", "geometry"]
    frames = [f[columns] for f in (bourgs, near, grouped) if f is not None and len(f)]
    places = gpd.GeoDataFrame(pd.concat(frames, ignore_index=True), crs=land.crs)
    # Nothing farther than what is asked for is searched.
    reach = max(parameters.exercice.equipe_min, parameters.exercice.appui_min)
    within = replace(parameters, reseau=replace(parameters.reseau, duree_max_min=reach))
    found = travel(
        land.loc[starts],
        places.rename(columns={"lieu": "site_id"}),
        road,
        within,
        land.loc[~starts],
    )
    return found.trajets.rename(columns={"code_commune": "pole", "site_id": "lieu"})


def _zones(
    communes: pd.DataFrame,
    times: pd.DataFrame,
    territory: Territory,
    noms: Mapping[str, str],
    equipe_min: float,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Zones looked at, and the communes of each: the territory, its basins, its communes."""
    inside = communes.loc[communes["dans_territoire"].astype(bool)]
    slug = territory.slug
    whole = inside[["code_commune"]].assign(niveau="territoire", code=slug)
    basins = communes.loc[communes["bassin"].notna(), ["code_commune", "bassin"]]
    basins = basins.rename(columns={"bassin": "code"}).assign(niveau="bassin")
    bourgs = times.loc[times["lieu"].str.startswith(_POINT) & (times["temps_min"] <= equipe_min)]
    near = pd.DataFrame(
        {"code": bourgs["pole"], "code_commune": bourgs["lieu"].str.removeprefix(_POINT)}
    )
    near = near.loc[near["code"].isin(inside["code_commune"])].assign(niveau="commune")
    members = pd.concat([whole, basins, near], ignore_index=True)
    people = communes[["code_commune", "population", "code_region", "code_departement"]]
    table = members.merge(people, on="code_commune", how="left", validate="many_to_one")
    rank = {niveau: str(k) for k, niveau in enumerate(("territoire", "bassin", "commune"))}
    table["zone"] = table["niveau"].map(rank) + table["code"]
    zones = table.groupby("zone", sort=True).agg(
        niveau=("niveau", "first"),
        code=("code", "first"),
        population=("population", "sum"),
        regions=("code_region", _known),
        departements=("code_departement", _known),
    )
    names = [
        territory.nom if niveau == "territoire" else str(noms.get(code, code))
        for niveau, code in zip(zones["niveau"], zones["code"], strict=True)
    ]
    return zones.assign(nom=names).reset_index(), table[["zone", "code_commune"]]


def _known(codes: pd.Series[str]) -> tuple[str, ...]:
    return tuple(sorted(set(codes.dropna())))


def _supports(
    communes: pd.DataFrame,
    times: pd.DataFrame,
    near: gpd.GeoDataFrame | None,
    grouped: gpd.GeoDataFrame,
    appui_min: float,
) -> pd.DataFrame:
    inside = communes.loc[communes["dans_territoire"].astype(bool), "bassin"]
    poles = set(inside.dropna())
    found = supports(times.loc[times["pole"].isin(poles)], near, grouped, temps_max_min=appui_min)
    return schema.conform(found, tables.APPUIS)
