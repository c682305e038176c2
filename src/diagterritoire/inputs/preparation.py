"""From a folder of files and a typed territory to the `Inputs` of a diagnosis."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import pandas as pd

from diagterritoire import ledger, territory
from diagterritoire.core.care import professions
from diagterritoire.core.communes import arrondissements, perimeter
from diagterritoire.core.communes.points import settled
from diagterritoire.core.times.travel import minutes_around
from diagterritoire.core.verdict import comparisons, densities
from diagterritoire.demo import DemoSummary, write_demo
from diagterritoire.errors import DataError
from diagterritoire.french import accord, entier, enumeration
from diagterritoire.inputs import declared, residents, surroundings
from diagterritoire.inputs.country import (
    Country,
    communes_counted,
    find_territory,
    named,
    read_country,
)
from diagterritoire.inputs.ground import Ground, ground_of
from diagterritoire.inputs.known_activity import activity_of_gps
from diagterritoire.inputs.roads import Roads, choose_roads
from diagterritoire.parameters import Parameters
from diagterritoire.progress import Progress
from diagterritoire.store import scratch
from diagterritoire.study.bundles import Inputs
from diagterritoire.territory import Territory

DEMO = "demo"
CACHE = ".cache"
# The invented files follow official layouts: their producers must not be credited with them.
INVENTED = {"producteur": "diagterritoire (données inventées)", "licence": "Apache-2.0"}


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
    with _folder(text, donnees, cache) as (folder, demo):
        country = read_country(
            folder,
            parameters,
            progress,
            demo,
            hors_ligne=hors_ligne,
            refuse=None if demo else lambda codes, names: named(text, codes, names),
        )
        chosen = _territory(text, country, parameters)
        return gather(country, chosen, cache, parameters, progress)


def gather(
    country: Country,
    chosen: Territory,
    cache: Path,
    parameters: Parameters,
    progress: Progress,
    *,
    ground: Ground | None = None,
) -> Inputs:
    """Gather what the diagnosis of a territory needs: its buffer, sites, roads and comparisons.

    `ground` is that of the territory's projection, when it was made for others already.
    """
    raw, base = country.raw, country.base
    with progress.step("Points et routes") as note:
        if ground is None:
            ground = ground_of(country, chosen.crs, parameters)
        codes = arrondissements.parts_of(chosen.communes, base["code_commune"])
        computed = replace(chosen, communes=codes)
        points = ground.points
        _check_outlines(computed, points)
        roads = choose_roads(
            country.found, computed, points, cache, parameters, hors_ligne=country.hors_ligne
        )
        # A town hall is the chef-lieu itself: no need to guess it.
        streets = None if raw.mairies else roads.network
        points, settled_ledger = settled(points, streets, parameters.points)
        note(_roads_note(roads))
    with progress.step("Territoire") as note:
        minutes = arrondissements.together(minutes_around(points, codes, roads.graph, parameters))
        communes = perimeter.build_communes(
            base, points, computed, minutes, tampon_min=parameters.territoire.tampon_min
        )
        around = communes["code_commune"].map(territory.arrondissement_parent).nunique()
        around -= len(chosen.communes)
        inside = communes_counted(len(chosen.communes))
        note(f"{chosen.nom} : {inside}, {entier(around)} dans le pourtour")
    structures, structures_ledger = surroundings.structures_around(
        raw.structures, arrondissements.folded(communes), parameters
    )
    sites, sites_ledger = surroundings.sites_of_gps(country.soins, communes, parameters)
    nom_france = "Ensemble fictif" if chosen.fictif else "France"
    cities, care = country.villes, country.soins_villes
    people = residents.residents(
        country.found,
        gpd.GeoDataFrame(arrondissements.folded(communes.loc[communes["dans_territoire"]])),
        cities["code_commune"],
        raw.mouvements,
        roads.network,
    )
    sources = pd.concat([raw.sources, roads.sources, people.sources], ignore_index=True)
    basins = set(communes.loc[communes["dans_territoire"], "bassin_vie"].dropna())
    zonages, zonages_ledger = surroundings.zonings_of(
        raw.appartenance, raw.secteurs_garde, arrondissements.folded(communes)
    )
    contexte, contexte_ledger = surroundings.context_of(raw.contexte, basins)
    facteurs, rebased_ledger = surroundings.relative_activity(
        raw.generalistes, base, raw.contexte, parameters
    )
    ages, ages_ledger = surroundings.ages_of_gps(
        raw.medecins_ages,
        communes,
        raw.mouvements,
        raw.cog,
        parameters,
        base[["code_commune", "bassin_vie", "code_departement"]],
    )
    activites, activites_ledger = activity_of_gps(
        raw.activite_mg, base, communes, raw.mouvements, raw.cog, parameters
    )
    codes_cog = (chosen.communes, raw.mouvements, raw.cog)
    enquete, enquete_ledger = declared.survey_here(
        raw.enquete, *codes_cog, secret=parameters.enquete.secret_reponses
    )
    sources = declared.survey_counted(sources, enquete_ledger)
    maturite, maturite_ledger = declared.maturity_here(raw.maturite, *codes_cog)
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
                ground.controle,
                settled_ledger,
                people.controle,
                structures_ledger,
                sites_ledger,
                contexte_ledger,
                zonages_ledger,
                rebased_ledger,
                ages_ledger,
                activites_ledger,
                enquete_ledger,
                maturite_ledger,
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
        habitants=people.points,
        noms_epci=_epcis(raw.libelles),
        habitants_epci=base.groupby("code_epci")["population"].sum(),
        flux_observes=raw.flux_observes if len(raw.flux_observes) else None,
        zonages=zonages,
        publiees=country.publiees.loc[
            country.publiees["code_commune"].isin(communes["code_commune"])
        ],
        facteurs=facteurs,
        network=roads.network,
        eloignement_min=minutes.loc[minutes.index.isin(communes["code_commune"])],
        points_connus=raw.mairies,
        medecins_ages=ages,
        activites=activites,
        soins=professions.by_commune(care, sorted(set(_whole(communes)))),
        enquete=enquete,
        maturite=maturite,
    )


def _whole(communes: pd.DataFrame) -> list[str]:
    """Codes of the communes of the closed area, those of arrondissements being their city's."""
    return [territory.arrondissement_parent(code) for code in communes["code_commune"]]


@contextmanager
def _folder(text: str, donnees: Path, cache: Path) -> Iterator[tuple[Path, DemoSummary | None]]:
    """Folder to read: the user's, or one where the invented territory was just written."""
    if text.strip() != DEMO:
        yield donnees, None
        return
    with scratch(cache) as folder:
        yield folder, write_demo(folder)


def _territory(text: str, country: Country, parameters: Parameters) -> Territory:
    if country.demo is not None:
        return territory.demo(country.demo.communes, country.demo.nom)
    return find_territory(text, country.raw, parameters)


def _check_outlines(chosen: Territory, points: pd.DataFrame) -> None:
    lacking = sorted(set(chosen.communes) - set(points["code_commune"]))
    if lacking:
        raise DataError(
            f"{communes_counted(len(lacking))} du territoire sans contour dans le fichier des "
            f"communes : {enumeration(lacking, 5)}.",
            "Déposez ADMIN EXPRESS de l'année de la table d'appartenance, ou le fichier de "
            "geo.api.gouv.fr de chaque département, voisins compris.",
        )


def _epcis(libelles: pd.DataFrame) -> dict[str, str]:
    rows = libelles.loc[libelles["niveau"] == "epci"]
    return dict(zip(rows["code"], rows["nom"], strict=True))


def _roads_note(roads: Roads) -> str:
    # Which file would serve the communes left out is said once, by the cautions of the diagnosis.
    if roads.graph is None:
        told = "aucun fichier routier ne couvre le territoire : temps à vol d'oiseau"
    else:
        size = accord(len(roads.graph.x), "nœud")
        told = f"{size}, {'réseau compilé repris' if roads.reused else 'compilé'}"
    return f"{told}. {roads.overpass}" if roads.overpass else told
