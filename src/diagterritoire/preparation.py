"""From a folder of files and a typed territory to the `Inputs` of a diagnosis."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Collection, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

import geopandas as gpd
import pandas as pd

from diagterritoire import ledger, schema, tables, territory
from diagterritoire.core import (
    arrondissements,
    assembly,
    comparisons,
    densities,
    perimeter,
    professions,
)
from diagterritoire.core.points import points_table
from diagterritoire.core.positions import located
from diagterritoire.core.travel import minutes_around
from diagterritoire.demo import DemoSummary, write_demo
from diagterritoire.diagnosis import Inputs
from diagterritoire.errors import DataError
from diagterritoire.french import accord, entier, enumeration
from diagterritoire.network.landmass import landmasses
from diagterritoire.parameters import Parameters
from diagterritoire.roads import Roads, choose_roads
from diagterritoire.sources import territory_files
from diagterritoire.sources.library import Library
from diagterritoire.sources.load import RawTables, load
from diagterritoire.sources.stock import stocked
from diagterritoire.territory import Territory

DEMO = "demo"
CACHE = ".cache"
# The invented files follow official layouts: their producers must not be credited with them.
INVENTED = {"producteur": "diagterritoire (données inventées)", "licence": "Apache-2.0"}
_LIST_SUFFIXES = {".csv", ".txt"}
_ZONE_SUFFIXES = {".geojson", ".json", ".gpkg"}


class Progress(Protocol):
    """What tells the user, or nobody, how the steps go."""

    @property
    def seconds(self) -> dict[str, float]:
        """Seconds of each step done."""
        ...

    def step(self, name: str) -> AbstractContextManager[Callable[[str], None]]:
        """Time a step; the function given tells what it found."""
        ...


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
    """

    found: Library
    raw: RawTables
    communes_geo: gpd.GeoDataFrame
    base: pd.DataFrame
    controle: pd.DataFrame
    soins: professions.Professions
    demo: DemoSummary | None = None
    hors_ligne: bool = True


def prepare(
    text: str,
    donnees: Path,
    cache: Path,
    parameters: Parameters,
    progress: Progress,
    *,
    hors_ligne: bool = True,
) -> Inputs:
    """Read the files, find the territory, and gather what its diagnosis needs.

    Parameters
    ----------
    text : str
        Territory as typed.
    donnees : Path
        Folder of raw files; not used for the invented territory.
    cache : Path
        Folder of the compiled networks.
    parameters : Parameters
    progress : Progress
    hors_ligne : bool
        Never use the network.

    Raises
    ------
    UsageError
        Unknown territory.
    DataError
        A file is missing or cannot be read.
    NetworkError
        An indispensable file was asked from its producer, who does not give it.
    """
    with _folder(text, donnees) as (folder, demo):
        country = read_country(folder, parameters, progress, demo, hors_ligne=hors_ligne)
        chosen = _territory(text, country, parameters)
        return gather(country, chosen, cache, parameters, progress)


def read_country(
    folder: Path,
    parameters: Parameters,
    progress: Progress,
    demo: DemoSummary | None = None,
    *,
    hors_ligne: bool = True,
) -> Country:
    """Read every source of a folder and carry it to the communes of one year."""
    with progress.step("Lecture des sources") as note:
        found = stocked(folder, note, hors_ligne=hors_ligne or demo is not None)
        raw = load(found, parameters)
        note(f"{accord(len(raw.sources), 'fichier')}, {_communes(len(raw.appartenance))}")
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
        )
        found_care = professions.professions(
            raw.professionnels, base, raw.mouvements, raw.cog, raw.generalistes
        )
        whole = arrondissements.folded(base[["code_commune", "nom"]])
        note(f"{_communes(len(whole))}, codes ramenés à {raw.cog['appartenance']}")
    return Country(
        found,
        raw,
        outlines,
        base,
        ledger.stack([controle, split_ledger, found_care.controle]),
        found_care,
        demo,
        hors_ligne or demo is not None,
    )


def gather(
    country: Country, chosen: Territory, cache: Path, parameters: Parameters, progress: Progress
) -> Inputs:
    """Gather what the diagnosis of a territory needs: its buffer, sites, roads and comparisons."""
    raw, base = country.raw, country.base
    with progress.step("Points et routes") as note:
        points, points_ledger = points_table(
            raw.points, country.communes_geo, chosen.crs, parameters.points
        )
        points = points.loc[points["code_commune"].isin(base["code_commune"])]
        codes = arrondissements.parts_of(chosen.communes, base["code_commune"])
        computed = replace(chosen, communes=codes)
        _check_outlines(computed, points)
        undrawn = perimeter.without_outline(base, points, chosen.crs)
        roads = choose_roads(
            country.found, computed, points, cache, parameters, hors_ligne=country.hors_ligne
        )
        gap_m = parameters.reseau.masse_ecart_max_m
        points = points.assign(landmass=landmasses(points.geometry, gap_m))
        note(_roads_note(roads))
    with progress.step("Territoire") as note:
        minutes = arrondissements.together(minutes_around(points, codes, roads.graph, parameters))
        communes = perimeter.build_communes(
            base, points, computed, minutes, tampon_min=parameters.territoire.tampon_min
        )
        around = communes["code_commune"].map(territory.arrondissement_parent).nunique()
        around -= len(chosen.communes)
        inside = _communes(len(chosen.communes))
        note(f"{chosen.nom} : {inside}, {entier(around)} dans le pourtour")
    structures, structures_ledger = structures_around(
        raw.structures, arrondissements.folded(communes), parameters
    )
    sites, sites_ledger = sites_of_gps(country.soins, communes, parameters)
    nom_france = "Ensemble fictif" if chosen.fictif else "France"
    cities, care = arrondissements.folded(base), professions.whole(country.soins)
    sources = pd.concat([raw.sources, roads.sources], ignore_index=True)
    basins = set(communes.loc[communes["dans_territoire"], "bassin_vie"].dropna())
    contexte, contexte_ledger = context_of(raw.contexte, basins)
    return Inputs(
        territory=chosen,
        communes=communes,
        sites=sites,
        ailleurs=perimeter.build_elsewhere(base, points, communes),
        road=roads.graph,
        controle=ledger.stack(
            [
                raw.controle,
                roads.controle,
                country.controle,
                points_ledger,
                undrawn,
                structures_ledger,
                sites_ledger,
                contexte_ledger,
            ]
        ),
        sources=sources.assign(**INVENTED) if chosen.fictif else sources,
        comparaisons=comparisons.comparaisons(
            cities,
            chosen,
            parameters.deficit.seuil_apl,
            raw.libelles,
            nom_france,
        ),
        contexte=contexte,
        structures=structures,
        densites=densities.densites(care, cities, chosen, raw.libelles, nom_france),
        professionnels_communes=professions.by_commune(care, list(chosen.communes)),
    )


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


@contextmanager
def _folder(text: str, donnees: Path) -> Iterator[tuple[Path, DemoSummary | None]]:
    """Folder to read: the user's, or one where the invented territory was just written."""
    if text.strip() != DEMO:
        yield donnees, None
        return
    with tempfile.TemporaryDirectory(prefix="diagterritoire-") as name:
        yield Path(name), write_demo(Path(name))


def _territory(text: str, country: Country, parameters: Parameters) -> Territory:
    if country.demo is not None:
        return territory.demo(country.demo.communes, country.demo.nom)
    return find_territory(text, country.raw, parameters)


def find_territory(text: str, raw: RawTables, parameters: Parameters) -> Territory:
    """Territory of a typed text: codes, a list file or a polygon file.

    A polygon holds the communes whose point, as `points_table` gives it, lies inside.

    Raises
    ------
    UsageError
        What was typed names nothing; the nearest names are suggested.
    """
    appartenance, libelles = raw.appartenance, raw.libelles
    tokens = territory.parse(text)
    if tokens is None:
        path = Path(text)
        if path.suffix.lower() in _ZONE_SUFFIXES:
            codes = territory_files.communes_inside(path, _degrees(raw, parameters))
            return territory.of_communes(codes, "zone", f"Zone de {_communes(len(codes))}")
        if path.suffix.lower() not in _LIST_SUFFIXES:
            raise territory.unknown(text, appartenance, libelles)
        tokens = territory.parse(",".join(territory_files.read_codes(path)))
        if tokens is None:
            raise territory.unknown(text, appartenance, libelles)
    return territory.resolve(tokens, appartenance, libelles)


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


def _check_outlines(chosen: Territory, points: pd.DataFrame) -> None:
    lacking = sorted(set(chosen.communes) - set(points["code_commune"]))
    if lacking:
        raise DataError(
            f"{_communes(len(lacking))} du territoire sans contour dans le fichier des communes : "
            f"{enumeration(lacking, 5)}.",
            "Déposez ADMIN EXPRESS de l'année de la table d'appartenance, ou le fichier de "
            "geo.api.gouv.fr de chaque département, voisins compris.",
        )


def _communes(count: int) -> str:
    return accord(count, "commune", feminin=True)


def _roads_note(roads: Roads) -> str:
    if roads.graph is None:
        told = "aucun fichier routier ne couvre le territoire : temps à vol d'oiseau"
    else:
        size = accord(len(roads.graph.x), "nœud")
        told = f"{size}, {'réseau compilé repris' if roads.reused else 'compilé'}"
    return f"{told}. {roads.conseil}" if roads.conseil else told
