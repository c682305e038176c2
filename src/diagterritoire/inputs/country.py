"""What a folder of files says of the whole country, and the territory that a text names in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import geopandas as gpd
import pandas as pd

from diagterritoire import gazetteer, ledger, schema, tables, territory
from diagterritoire.core.care import professions
from diagterritoire.core.communes import arrondissements, assembly, published
from diagterritoire.core.communes.points import points_table
from diagterritoire.demo import DemoSummary
from diagterritoire.french import accord
from diagterritoire.parameters import Parameters
from diagterritoire.progress import Progress
from diagterritoire.sources import territory_files
from diagterritoire.sources.folder.load import load
from diagterritoire.sources.folder.raw_tables import RawTables
from diagterritoire.sources.folder.stock import stocked
from diagterritoire.sources.library import Library
from diagterritoire.territory import Territory

_LIST_SUFFIXES = {".csv", ".txt"}
_ZONE_SUFFIXES = {".geojson", ".json", ".gpkg"}


@dataclass(frozen=True)
class Country:
    """What a folder of files says of every commune, read once for any number of territories.

    Attributes
    ----------
    found : Library
    raw : RawTables
    communes_geo, base, controle : DataFrame
        Outlines, what `assembly.base_table` gave, and the account of the professionals, with the
        arrondissements of Paris, Lyon and Marseille in the place of their commune.
    soins : Professions
        Professionals of first-line care of the communes of `base`.
    demo : DemoSummary or None
        Set for the invented territory.
    hors_ligne : bool
        Never use the network for what is still to be fetched.
    publiees : DataFrame
        Published APL of every year, as `published.published_years` gave it.
    """

    found: Library
    raw: RawTables
    communes_geo: gpd.GeoDataFrame
    base: pd.DataFrame
    controle: pd.DataFrame
    soins: professions.Professions
    demo: DemoSummary | None = None
    hors_ligne: bool = True
    publiees: pd.DataFrame = field(
        default_factory=lambda: pd.DataFrame(columns=list(published.COLONNES))
    )

    @cached_property
    def villes(self) -> pd.DataFrame:
        """`base`, with Paris, Lyon and Marseille in the place of their arrondissements."""
        return arrondissements.folded(self.base)

    @cached_property
    def soins_villes(self) -> professions.Professions:
        """`soins`, those of Paris, Lyon and Marseille summed."""
        return professions.whole(self.soins)


def read_country(
    folder: Path,
    parameters: Parameters,
    progress: Progress,
    demo: DemoSummary | None = None,
    *,
    hors_ligne: bool = True,
    refuse: Callable[[pd.DataFrame, pd.DataFrame], object] | None = None,
) -> Country:
    """Read every source of a folder and carry it to the communes of one year.

    Parameters
    ----------
    folder : Path
    parameters : Parameters
    progress : Progress
    demo : DemoSummary, optional
        What was written in the folder, of the invented territory.
    hors_ligne : bool
        Never use the network.
    refuse : callable, optional
        Is given `appartenance` and `libelles` before the long files are read: raises for what
        was typed and names nothing.

    Raises
    ------
    UsageError
        The text names nothing.
    DataError
        As `load.load`.
    """

    def checked(appartenance: pd.DataFrame, libelles: pd.DataFrame) -> None:
        if refuse is not None:
            refuse(appartenance, libelles)

    with progress.step("Lecture des sources") as note:
        found = stocked(
            folder, note, hors_ligne=hors_ligne or demo is not None, told=progress.advance
        )
        raw = load(found, parameters, checked=checked)
        note(f"{accord(len(raw.sources), 'fichier')}, {communes_counted(len(raw.appartenance))}")
    with progress.step("Communes") as note:
        split = arrondissements.split_communes(raw.points, raw.apl_publiee)
        outlines, split_ledger = arrondissements.unfolded_outlines(
            raw.communes_geo, split, arrondissements.weights(raw.apl_publiee)
        )
        base, controle = assembly.base_table(
            communes_geo=outlines,
            appartenance=arrondissements.unfolded(raw.appartenance, split),
            populations=raw.populations,
            medecins=raw.medecins,
            apl_publiee=raw.apl_publiee,
            zonage=raw.zonage,
            mouvements=raw.mouvements,
            cog=raw.cog,
            parameters=parameters,
            repertoire=raw.generalistes != "medecins",
            personnes=raw.generalistes in professions.PERSONNES,
            ages=raw.ages,
        )
        found_care = professions.professions(
            raw.professionnels, base, raw.mouvements, raw.cog, raw.generalistes
        )
        whole = arrondissements.folded(base[["code_commune", "nom"]])
        note(f"{communes_counted(len(whole))}, codes ramenés à {raw.cog['appartenance']}")
    return Country(
        found,
        raw,
        outlines,
        base,
        ledger.stack([controle, split_ledger, found_care.controle]),
        found_care,
        demo,
        hors_ligne or demo is not None,
        published.published_years(raw.apl_publiee, raw.mouvements, base["code_commune"], raw.cog),
    )


def find_territory(text: str, raw: RawTables, parameters: Parameters) -> Territory:
    """Territory of a typed text: codes, a list file or a polygon file.

    A polygon holds the communes whose point, as `points_table` gives it, lies inside.

    Raises
    ------
    UsageError
        What was typed names nothing; the nearest names are suggested.
    """
    found = named(text, raw.appartenance, raw.libelles)
    if found is not None:
        return found
    codes = territory_files.communes_inside(Path(text), _degrees(raw, parameters))
    return territory.of_communes(codes, "zone", f"Zone de {communes_counted(len(codes))}")


def named(text: str, appartenance: pd.DataFrame, libelles: pd.DataFrame) -> Territory | None:
    """Territory of codes or of a list file; None for a polygon file, which holds points.

    Raises
    ------
    UsageError
        As `find_territory`.
    """
    tokens = territory.parse(text)
    if tokens is None:
        path = Path(text)
        if path.suffix.lower() in _ZONE_SUFFIXES:
            return None
        if path.suffix.lower() not in _LIST_SUFFIXES:
            raise gazetteer.unknown(text, appartenance, libelles)
        tokens = territory.parse(",".join(territory_files.read_codes(path)))
        if tokens is None:
            raise gazetteer.unknown(text, appartenance, libelles)
    return gazetteer.resolve(tokens, appartenance, libelles)


def _degrees(raw: RawTables, parameters: Parameters) -> pd.DataFrame:
    """Point of each commune of the country in longitude and latitude (table `points`)."""
    known = raw.communes_geo["code_commune"].isin(raw.appartenance["code_commune"])
    geo = raw.communes_geo.loc[known]
    parts = []
    for crs in sorted({territory.projection_of(code) for code in geo["code_commune"]}):
        table, _ = points_table(raw.points, geo, crs, parameters.points)
        at = gpd.GeoSeries.from_xy(table["x"], table["y"], crs=crs).to_crs(territory.WGS84)
        parts.append(table[["code_commune"]].assign(lon=at.x, lat=at.y))
    points: pd.DataFrame = pd.concat(parts, ignore_index=True)
    return schema.conform(points, tables.POINTS)


def communes_counted(count: int) -> str:
    """Say a number of communes in French."""
    return accord(count, "commune", feminin=True)
