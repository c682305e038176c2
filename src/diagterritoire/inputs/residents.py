"""Where the inhabitants of a territory are: the grid of the folder, if any, else its streets."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import geopandas as gpd
import pandas as pd

from diagterritoire import ledger, schema, tables
from diagterritoire.core.communes.cog import correspondence
from diagterritoire.core.communes.population_points import population_points
from diagterritoire.network.compiled import RoadNetwork
from diagterritoire.sources.communes.carreaux import read_carreaux
from diagterritoire.sources.library import Library, find, source_row
from diagterritoire.territory import ARRONDISSEMENTS, arrondissement_parent


@dataclass(frozen=True)
class Residents:
    """Points of population of a territory; `sources` and `controle` are as in `tables`."""

    points: pd.DataFrame
    sources: pd.DataFrame
    controle: pd.DataFrame


def residents(
    found: Library,
    communes: gpd.GeoDataFrame,
    known: Collection[str],
    mouvements: pd.DataFrame,
    network: RoadNetwork | None,
) -> Residents:
    """Place the inhabitants of the communes of a territory.

    Parameters
    ----------
    found : Library
        Files of the folder: gridded populations are read in it, each of its files.
    communes : GeoDataFrame
        Whole communes of the territory, as `population_points` asks for them.
    known : collection of str
        Every commune of the year of `communes`.
    mouvements : DataFrame
        Table `mouvements`: a grid has the codes of its own year.
    network : RoadNetwork or None
    """
    files = find(found, "carreaux")
    if not files:
        points, controle = population_points(communes, network)
        return Residents(points, schema.empty(tables.SOURCES), controle)
    codes = _codes(communes["code_commune"], known, mouvements)
    wanted = set(codes["code_source"])
    readings = [
        read_carreaux(file, wanted if "codes_communes" in dict(file.parts[0].columns) else None)
        for file in files
    ]
    cells = pd.concat([reading.table for reading in readings], ignore_index=True)
    points, controle = population_points(communes, network, cells, codes)
    rows = [
        source_row(file, reading.enregistrements)
        for file, reading in zip(files, readings, strict=True)
        if len(reading.table)
    ]
    told = [reading.controle for reading in readings]
    return Residents(
        points,
        schema.conform(pd.DataFrame(rows, columns=tables.SOURCES.noms), tables.SOURCES),
        ledger.stack([*told, controle]),
    )


def _codes(
    communes: Collection[str], known: Collection[str], mouvements: pd.DataFrame
) -> pd.DataFrame:
    """Codes that a grid of any year may give to these communes."""
    whole = {arrondissement_parent(code) for code in known}
    parts = {part: parent for parent, found in ARRONDISSEMENTS.items() for part in found}
    older = set(mouvements["code_avant"].dropna()) - whole - set(parts)
    # The same year twice: a code that is no longer there is followed through its whole history.
    pairs = correspondence(mouvements, older, whole, 0, 0)[["code_source", "code_cible"]]
    same = pd.DataFrame({"code_source": sorted(whole), "code_cible": sorted(whole)})
    cities = pd.DataFrame({"code_source": list(parts), "code_cible": list(parts.values())})
    every = pd.concat([same, cities, pairs], ignore_index=True)
    kept: pd.DataFrame = every.loc[every["code_cible"].isin(list(communes))]
    return kept.reset_index(drop=True)
