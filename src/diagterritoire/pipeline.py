"""The steps of a run, in order: it reads like the drawing of ARCHITECTURE.md."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from diagterritoire import gazetteer, parameters, territory
from diagterritoire.catalog import SOURCES
from diagterritoire.core.scenarios.moves import Scenario
from diagterritoire.download import FOLDER, Client, State, check_source
from diagterritoire.errors import DataError
from diagterritoire.french import accord, enumeration, mot, quantite
from diagterritoire.inputs.preparation import CACHE, DEMO, prepare
from diagterritoire.outputs.cautions import alerts
from diagterritoire.outputs.documents.docx import write_docx
from diagterritoire.outputs.documents.pandoc import find_pandoc
from diagterritoire.outputs.documents.pdf import write_pdf
from diagterritoire.outputs.documents.typesetting import check_typst
from diagterritoire.outputs.geopackage import write_geopackage
from diagterritoire.outputs.index import rebuild_index
from diagterritoire.outputs.manifest import write_manifest
from diagterritoire.outputs.map import write_map
from diagterritoire.outputs.presentation import PLAIN, Presentation, open_presentation
from diagterritoire.outputs.raster import write_raster, write_raster_style
from diagterritoire.outputs.report import write_report
from diagterritoire.outputs.rereading import reread
from diagterritoire.outputs.workbook import write_workbook
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
    staged,
    verify,
)
from diagterritoire.store.disk import refuse_links
from diagterritoire.store.places import Places
from diagterritoire.study.bundles import Diagnosis
from diagterritoire.study.diagnosis import diagnose

Writer = Callable[[Diagnosis, Path], None]

_CARTE, _PAGE = "carte.html", "rapport.html"
TOUT = "tout"
# Files of the folder of maps, by depth; the folder of data is always whole.
PROFONDEURS: dict[str, tuple[str, ...]] = {
    "tableaux": (),
    "cartes": (_CARTE,),
    TOUT: (_CARTE, _PAGE, "rapport.docx", "rapport.pdf"),
}
_PROCESSED = {
    "diagnostic.gpkg": write_geopackage,
    "indicateurs.xlsx": write_workbook,
    "temps_acces.tif": write_raster,
    "temps_acces.qml": write_raster_style,
}
_ROADS = (
    "Déposez dans le dossier de données un réseau routier qui couvre le territoire (extrait "
    "OpenStreetMap ou GraphML d'osmnx)."
)
_LABELS = {
    _CARTE: "Carte",
    _PAGE: "Rapport",
    "rapport.docx": "Rapport Word",
    "rapport.pdf": "Rapport PDF",
    "diagnostic.gpkg": "GeoPackage",
    "indicateurs.xlsx": "Classeur",
    "temps_acces.tif": "Raster des temps",
    "temps_acces.qml": "Couleurs du raster",
}


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


def _maps(presentation: Presentation) -> dict[str, Writer]:
    """Writers of the folder of maps, in order: documents are made from the page of the report."""

    def page(diagnosis: Diagnosis, path: Path) -> None:
        write_report(diagnosis, path, presentation)

    def word(_: Diagnosis, path: Path) -> None:
        write_docx(path.with_name(_PAGE), path, presentation.auteur, presentation.modele)

    def paper(_: Diagnosis, path: Path) -> None:
        write_pdf(path.with_name(_PAGE), path, presentation.auteur)

    return {_CARTE: write_map, _PAGE: page, "rapport.docx": word, "rapport.pdf": paper}


@dataclass(frozen=True)
class Written:
    """Files of a delivery, files of the previous one that somebody had changed, its run id."""

    fichiers: tuple[Path, ...]
    gardes: tuple[Path, ...]
    run_id: str


def deliver(
    diagnosis: Diagnosis,
    places: Places,
    progress: Progress,
    presentation: Presentation = PLAIN,
    profondeur: str = TOUT,
) -> Written:
    """Write every file beside the previous delivery, then exchange both folders.

    `profondeur`, a key of `PROFONDEURS`, leaves out the longest files of the folder of maps.
    """
    documents = _maps(presentation)
    wanted = {name: documents[name] for name in PROFONDEURS[profondeur]}
    with staged(places) as prepared:
        for folder, writers in ((prepared.maps, wanted), (prepared.processed, _PROCESSED)):
            for name, write in writers.items():
                with progress.step(_LABELS[name]) as note:
                    write(diagnosis, folder / name)
                    note(_size(folder / name))
        with progress.step("Vérification") as note:
            reread(diagnosis, prepared.maps, prepared.processed, wanted)
            note(accord(len(wanted) + len(_PROCESSED), "fichier relu", "fichiers relus"))
        run_id = write_manifest(
            diagnosis,
            prepared.maps,
            prepared.processed,
            spent=progress.spent,
            presentation=presentation,
        )
        prepared.commit(run_id)
    maps, processed = places.maps.final, places.processed.final
    files = (
        *(maps / name for name in wanted),
        *(processed / name for name in _PROCESSED),
        processed / "manifest.json",
    )
    return Written(files, tuple(prepared.kept), run_id)


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


def _size(path: Path) -> str:
    size = path.stat().st_size / 1024
    if size < 1024:
        return quantite(size, "Kio", "Kio", decimales=0)
    return quantite(size / 1024, "Mio", "Mio")
