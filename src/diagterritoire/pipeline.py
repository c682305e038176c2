"""The steps of a run, in order: it reads like the drawing of ARCHITECTURE.md."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from diagterritoire import gazetteer, parameters, territory
from diagterritoire.catalog import SOURCES
from diagterritoire.core.scenarios.moves import Scenario
from diagterritoire.download import FOLDER, Client, State, check_source
from diagterritoire.errors import DataError
from diagterritoire.french import accord, enumeration, mot
from diagterritoire.inputs.preparation import CACHE, DEMO, prepare
from diagterritoire.outputs.cautions import alerts
from diagterritoire.outputs.documents.pandoc import find_pandoc
from diagterritoire.outputs.documents.typesetting import check_typst
from diagterritoire.outputs.index import rebuild_index
from diagterritoire.outputs.presentation import Presentation, open_presentation
from diagterritoire.outputs.writing import deliver
from diagterritoire.parameters import Parameters
from diagterritoire.progress import Progress
from diagterritoire.scenarios import delivery
from diagterritoire.scenarios.comparing import compare
from diagterritoire.sources.communes.insee import read_appartenance, read_libelles
from diagterritoire.sources.folder.inventory import absences
from diagterritoire.sources.folder.scan import scan
from diagterritoire.sources.folder.stock import fetch_asked
from diagterritoire.sources.formats.geopackage import only_geopackage
from diagterritoire.sources.library import find
from diagterritoire.store import (
    MANIFEST,
    check_index,
    check_slug,
    inventory,
    open_roots,
    reserve,
    verify,
)
from diagterritoire.store.disk import refuse_links
from diagterritoire.store.places import Places
from diagterritoire.study.bundles import Diagnosis
from diagterritoire.study.diagnosis import diagnose

_ROADS = (
    "Déposez dans le dossier de données un réseau routier qui couvre le territoire (extrait "
    "OpenStreetMap ou GraphML d'osmnx)."
)


@dataclass(frozen=True)
class Request:
    """What the user asked for; `hors_ligne` forbids the network to every step.

    `scenarios` are files to compare with the present situation, in a delivery of their own.
    """

    territoire: str
    donnees: Path
    maps: Path
    processed: Path
    parametres: Path | None = None
    routes_obligatoires: bool = False
    hors_ligne: bool = False
    scenarios: tuple[Path, ...] = ()


@dataclass(frozen=True)
class Delivered:
    """What a run wrote, and what the user must know of it."""

    titre: str
    fichiers: tuple[Path, ...]
    avertissements: tuple[str, ...]


def run(request: Request, progress: Progress) -> Delivered:
    """Run the whole diagnostic of a territory and deliver it.

    The output folders are tested, and those of a territory typed as one code held, before anything
    is read: a long run is not refused at its end.
    """
    only_geopackage()
    chosen = parameters.load(request.parametres)
    presentation = open_presentation(chosen.rapport)
    find_pandoc()
    check_typst()
    scenarios = delivery.read_all(request.scenarios)
    with ExitStack() as held:
        open_roots(request.maps, request.processed)
        refuse_links(request.processed / CACHE)
        check_index(request.maps)
        slug = _slug_of(request.territoire)
        if slug is not None and scenarios:
            slug = f"{slug}--{delivery.suffix(scenarios)}"
        places = None if slug is None else held.enter_context(_reserve(request, slug))
        return _run(request, chosen, presentation, scenarios, progress, held, places)


def _slug_of(text: str) -> str | None:
    """Folder name of a typed territory, when its files are not needed to know it."""
    return DEMO if text.strip() == DEMO else territory.slug_of(text)


def _reserve(request: Request, slug: str) -> AbstractContextManager[Places]:
    return reserve(request.maps, request.processed, slug)


def _run(
    request: Request,
    chosen: Parameters,
    presentation: Presentation,
    scenarios: Sequence[Scenario],
    progress: Progress,
    held: ExitStack,
    places: Places | None,
) -> Delivered:
    cache = request.processed / CACHE
    inputs = prepare(
        request.territoire,
        request.donnees,
        cache,
        chosen,
        progress,
        hors_ligne=request.hors_ligne,
    )
    if places is None:
        slug = inputs.territory.slug
        slug = f"{slug}--{delivery.suffix(scenarios)}" if scenarios else slug
        places = held.enter_context(_reserve(request, slug))
    with progress.step("Diagnostic") as note:
        if scenarios:
            compared = compare(inputs, scenarios, chosen, progress.advance)
            diagnosis = delivery.delivered_as(compared, scenarios)
        else:
            diagnosis = diagnose(inputs, chosen, progress.advance)
        note(_totals(diagnosis))
    told = {caution.cle: caution for caution in alerts(diagnosis)}
    if "approche" in told and request.routes_obligatoires:
        raise DataError(
            f"--routes-obligatoires : {told['approche'].court}",
            f"{told['approche'].remede or _ROADS} Ou relancez sans cette option.",
        )
    warnings = {cle: f"{c.court} {c.remede}".strip() for cle, c in told.items()}
    written = deliver(diagnosis, places, progress, presentation)
    if written.gardes:
        names = ", ".join(str(path) for path in written.gardes[:5])
        warnings["gardes"] = f"Vos fichiers modifiés depuis la livraison précédente : {names}."
    # The delivery is whole without it: what the index cannot do is said, and stops nothing.
    if told_of_index := rebuild_index(request.maps, request.processed):
        warnings["index"] = told_of_index
    messages = (*warnings.values(), *_widened(diagnosis), *absences(set(diagnosis.sources["cle"])))
    return Delivered(_title(diagnosis), written.fichiers, messages)


def _widened(diagnosis: Diagnosis) -> list[str]:
    """Say that arrondissements were widened to their commune, which the results are about."""
    named = diagnosis.territory.arrondissements
    if not named:
        return []
    what = mot(len(named), "Arrondissement nommé")
    return [
        f"{what} : {enumeration(named, 5)}. Les résultats portent sur la commune entière : Paris, "
        "Lyon et Marseille ne sont pas divisées."
    ]


def find_territories(text: str, donnees: Path) -> pd.DataFrame:
    """Territories whose code or name resembles a text: columns of `gazetteer.directory`."""
    only_geopackage()
    files = find(scan(donnees), "appartenance")
    if not files:
        raise DataError(
            f"La table d'appartenance des communes est introuvable dans « {donnees} ».",
            "« diagterritoire sources » dit où l'obtenir.",
        )
    memberships, labels = read_appartenance(files[0]).table, read_libelles(files[0]).table
    found = gazetteer.search(text, memberships, labels)
    return found.assign(niveau=found["niveau"].map(territory.NIVEAUX))


def check_sources(donnees: Path) -> Iterator[State]:
    """Try the address of every known source, one after the other; needs the network."""
    client = Client()
    for source in SOURCES:
        yield check_source(source, donnees / FOLDER, client)


def download_sources(donnees: Path, keys: Sequence[str], progress: Progress) -> tuple[Path, ...]:
    """Download the sources of those keys into a folder of raw files; needs the network."""
    with progress.step("Téléchargement") as note:
        files = fetch_asked(donnees, keys, progress.advance)
        note(accord(len(files), "fichier"))
    return files


def verify_delivery(text: str, maps: Path, processed: Path) -> tuple[str, int, list[str]]:
    """Hash a delivery again.

    Parameters
    ----------
    text : str
        Territory, name of its folder, or path of its folder of maps or of data.
    maps, processed : Path
        Folders that hold one folder a territory; a path replaces the one it is of.

    Returns
    -------
    str
        Name of the folder.
    int
        Files hashed.
    list of str
        What differs from the manifest, in French.
    """
    place = Path(text)
    if len(place.parts) > 1 and place.is_dir():
        text = place.name
        if (place / MANIFEST).is_file():
            processed = place.parent
        else:
            maps = place.parent
    slug = check_slug(territory.slug_of(text) or text)
    differences = [str(difference) for difference in verify(maps, processed, slug)]
    return slug, len(inventory(maps / slug, processed / slug, slug)), differences


def _totals(diagnosis: Diagnosis) -> str:
    inside = diagnosis.interieur
    unreached = int((~inside["atteignable"]).sum())
    parts = (
        accord(len(inside), "commune", feminin=True),
        accord(int(inside["population"].sum()), "habitant"),
        accord(float(inside["mg_nb"].sum()), "médecin généraliste", "médecins généralistes"),
        accord(unreached, "commune non atteignable", "communes non atteignables", feminin=True),
    )
    return ", ".join(parts)


def _title(diagnosis: Diagnosis) -> str:
    chosen, what = diagnosis.territory, "Diagnostic livré"
    if diagnosis.scenarios is not None:
        count = len(diagnosis.scenarios.noms)
        what = f"{accord(count, 'scénario')} {mot(count, 'comparé')} à la situation présente"
    return f"{what} : {chosen.nom}" + (", données inventées" if chosen.fictif else "")
