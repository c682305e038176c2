"""What a diagnosis delivers of basins: their layer, and how they agree with other zonings."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import shapely

from diagterritoire import schema, tables
from diagterritoire.core.basins.catchments import match
from diagterritoire.core.basins.merging import Floors, basins, borders
from diagterritoire.parameters import Parameters

SECTEUR = "secteur_garde"
# Zonings that basins are compared with, and the file that gives each.
ZONAGES = {
    "epci": "table d'appartenance",
    "bassin_vie": "table d'appartenance",
    "zone_emploi": "table d'appartenance",
    SECTEUR: "fichier des secteurs de garde",
}


def basins_of(
    flux: pd.DataFrame, communes: gpd.GeoDataFrame, parameters: Parameters
) -> tuple[pd.DataFrame, gpd.GeoDataFrame]:
    """Group the communes of a closed area into basins, and lay out those of the territory.

    Parameters
    ----------
    flux : DataFrame
        `code_residence`, `code_exercice`, `patients`.
    communes : GeoDataFrame
        Closed area: `code_commune`, `dans_territoire`, `population`, `mg_nb`, outlines.
    parameters : Parameters
        Groups `bassins` and `reseau` (communes that touch).

    Returns
    -------
    (DataFrame, GeoDataFrame)
        `code_commune`, `bassin` (null for a commune of the buffer that no basin of the territory
        holds); layer `bassins`.
    """
    chosen = parameters.bassins
    touching = borders(
        communes["code_commune"], communes.geometry, parameters.reseau.masse_ecart_max_m
    )
    floors = Floors(
        chosen.population_min,
        chosen.population_cible,
        chosen.autosuffisance_min,
        chosen.autosuffisance_cible,
    )
    found = basins(flux, communes, touching, floors)
    table = communes.merge(found, on="code_commune", how="left", validate="1:1")
    ours = set(table.loc[table["dans_territoire"].astype(bool), "bassin"])
    kept = table.loc[table["bassin"].isin(list(ours))]
    home = flux.merge(
        found[["code_commune", "bassin"]].rename(
            columns={"code_commune": "code_residence", "bassin": "de"}
        ),
        on="code_residence",
        how="inner",
        validate="m:1",
    ).merge(
        found[["code_commune", "bassin"]].rename(
            columns={"code_commune": "code_exercice", "bassin": "vers"}
        ),
        on="code_exercice",
        how="left",
        validate="m:1",
    )
    used = home.groupby("de")["patients"].sum()
    stayed = home.loc[home["de"] == home["vers"]].groupby("de")["patients"].sum()
    rows, shapes = [], []
    for bassin, part in kept.groupby("bassin"):
        within = part["dans_territoire"].astype(bool)
        total = float(used.get(bassin, 0.0))
        rows.append(
            {
                "bassin": bassin,
                "population": int(part["population"].sum()),
                "mg_nb": float(part["mg_nb"].sum()),
                "taux_autosuffisance": min(float(stayed.get(bassin, 0.0)) / total, 1.0)
                if total > 0
                else None,
                "communes_nb": len(part),
                "population_territoire": int(part.loc[within, "population"].sum()),
                "valide": bool(part["valide"].all()),
            }
        )
        shapes.append(_multi(shapely.union_all(part.geometry.to_numpy())))
    if not rows:
        return found.assign(bassin=None)[["code_commune", "bassin"]], schema.empty(
            tables.BASSINS, str(communes.crs)
        )
    layer = gpd.GeoDataFrame(pd.DataFrame(rows), geometry=shapes, crs=communes.crs)
    grouped = found.assign(bassin=found["bassin"].where(found["bassin"].isin(list(ours))))
    return grouped[["code_commune", "bassin"]], schema.conform(layer, tables.BASSINS)


def _multi(shape: shapely.Geometry) -> shapely.MultiPolygon:
    parts = [p for p in shapely.get_parts(shape) if p.geom_type == "Polygon"]
    return shapely.MultiPolygon(parts)


def compared(placed: pd.DataFrame, zonages: pd.DataFrame) -> pd.DataFrame:
    """Compare the basins of a territory with each other zoning that a file gives.

    Parameters
    ----------
    placed : DataFrame
        `code_commune`, `population`, `bassin`.
    zonages : DataFrame
        `code_commune`, `zonage`, `zone`.

    Returns
    -------
    DataFrame
        Table `comparaison_bassins`.
    """
    rows = []
    for zonage, fichier in ZONAGES.items():
        zones = zonages.loc[zonages["zonage"] == zonage, ["code_commune", "zone"]]
        both = placed[["code_commune", "population", "bassin"]].merge(
            zones, on="code_commune", how="left", validate="1:1"
        )
        if both["zone"].isna().all():
            row: dict[str, object] = {"note": f"manque : {fichier}"}
        else:
            found = match(both, "bassin", "zone")
            row = {
                "zones_nb": found.autres,
                "bassins_nb": found.zones,
                "part_population": found.part,
                "part_inverse": found.part_inverse,
                "note": fichier,
            }
        rows.append({"zonage": zonage} | row)
    columns = tables.COMPARAISON_BASSINS.noms
    return schema.conform(pd.DataFrame(rows).reindex(columns=columns), tables.COMPARAISON_BASSINS)
