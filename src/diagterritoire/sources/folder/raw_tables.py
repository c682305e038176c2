"""The tables of a folder of raw files, as they are read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import geopandas as gpd
import pandas as pd

from diagterritoire import schema, tables


@dataclass(frozen=True)
class RawTables:
    """The tables of a folder of raw files, codes still of the year of each source.

    Attributes
    ----------
    communes_geo, appartenance, libelles, points, populations, mouvements, medecins, apl_publiee, \
zonage, contexte, sources, controle : DataFrame
        As in `tables`; `points`, `mouvements`, `zonage` and `contexte` are empty when no file
        gives them.
    cog : Mapping of str to int
        Year of the official geographic code of each table, for those that have one; the APL of
        each year is also there as `apl_publiee_<year>`.
    structures : DataFrame
        Table `structures_lues`; empty when no file gives it.
    professionnels : Mapping of str to DataFrame
        Table `professionnels` of each source that gives one, by key, each profession once.
    generalistes : str
        Key of the source of `medecins`.
    flux_observes, secteurs_garde : DataFrame
        As in `tables`; empty when no file gives them.
    mairies : bool
        Whether `points` are those of town halls.
    ages, medecins_ages, activite_mg : DataFrame
        Tables `populations_ages`, `medecins_ages`, `activite_mg`; empty when no file gives them.
    enquete, maturite : DataFrame
        Tables `enquete` and `maturite_exercice`; empty when no file gives them.
    """

    communes_geo: gpd.GeoDataFrame
    appartenance: pd.DataFrame
    libelles: pd.DataFrame
    points: pd.DataFrame
    populations: pd.DataFrame
    mouvements: pd.DataFrame
    medecins: pd.DataFrame
    apl_publiee: pd.DataFrame
    zonage: pd.DataFrame
    contexte: pd.DataFrame
    sources: pd.DataFrame
    controle: pd.DataFrame
    cog: Mapping[str, int]
    structures: pd.DataFrame = field(default_factory=lambda: schema.empty(tables.STRUCTURES_LUES))
    professionnels: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    generalistes: str = "medecins"
    mairies: bool = False
    flux_observes: pd.DataFrame = field(default_factory=lambda: schema.empty(tables.FLUX_OBSERVES))
    secteurs_garde: pd.DataFrame = field(
        default_factory=lambda: schema.empty(tables.SECTEURS_GARDE)
    )
    medecins_ages: pd.DataFrame = field(default_factory=lambda: schema.empty(tables.MEDECINS_AGES))
    activite_mg: pd.DataFrame = field(default_factory=lambda: schema.empty(tables.ACTIVITE_MG))
    ages: pd.DataFrame = field(default_factory=lambda: schema.empty(tables.POPULATIONS_AGES))
    enquete: pd.DataFrame = field(default_factory=lambda: schema.empty(tables.ENQUETE))
    maturite: pd.DataFrame = field(default_factory=lambda: schema.empty(tables.MATURITE_EXERCICE))
