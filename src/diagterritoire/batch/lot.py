"""A whole batch: what is asked, what is shared, the workers, the table of what became."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from diagterritoire import parameters, territory
from diagterritoire.batch.asked import asked, check, folder_name, scope, title
from diagterritoire.batch.journal import Outcome
from diagterritoire.batch.product import Places, write_product
from diagterritoire.batch.results import write_results
from diagterritoire.batch.running import Told, run_batch
from diagterritoire.batch.shared import (
    Shared,
    fingerprint,
    read_shared,
    still_sealed,
    write_shared,
)
from diagterritoire.batch.task import Order
from diagterritoire.errors import DataError, UsageError
from diagterritoire.french import accord, enumeration
from diagterritoire.inputs.country import Country, read_country
from diagterritoire.inputs.ground import Ground, ground_of
from diagterritoire.inputs.preparation import CACHE
from diagterritoire.outputs.documents.pandoc import find_pandoc
from diagterritoire.outputs.documents.typesetting import check_typst
from diagterritoire.outputs.index import rebuild_index
from diagterritoire.outputs.presentation import Presentation, open_presentation
from diagterritoire.outputs.writing import PROFONDEURS, TOUT
from diagterritoire.parameters import Parameters, describe
from diagterritoire.progress import Progress
from diagterritoire.sources.folder.stock import stocked
from diagterritoire.sources.formats.geopackage import only_geopackage
from diagterritoire.store import check_index, disk_errors, hold, open_roots, sha256
from diagterritoire.store.disk import refuse_link, refuse_links

DOSSIER = "lots"
JOURNAL, BILAN = "journal.jsonl", "bilan.csv"


@dataclass(frozen=True)
class LotRequest:
    """What the user asked of a batch; see `asked.asked` and `running.run_batch`."""

    territoires: str
    niveau: str
    donnees: Path
    maps: Path
    processed: Path
    parametres: Path | None = None
    hors_ligne: bool = False
    profondeur: str = TOUT
    ordonnanceur: str = ""
    ouvriers: int = 0


@dataclass(frozen=True)
class Done:
    """Outcomes, in order, the table and the page that say them, what the index could not do."""

    outcomes: tuple[Outcome, ...]
    bilan: Path
    page: Path
    avertissement: str = ""


def run_lot(request: LotRequest, progress: Progress, told: Told) -> Done:
    """Deliver every territory of a batch, those delivered already left as they are.

    Raises
    ------
    UsageError
        The batch names nothing, or its depth is unknown.
    DataError
        A file is missing or cannot be read.
    BusyError
        The same batch runs already.
    DiskError
        The disk refuses, or an output path is a symbolic link.
    """
    if request.profondeur not in PROFONDEURS:
        raise UsageError(
            f"Profondeur inconnue : « {request.profondeur} ».",
            f"Profondeurs possibles : {enumeration(list(PROFONDEURS), 3)}.",
        )
    check(request.territoires, request.niveau)
    only_geopackage()
    chosen = parameters.load(request.parametres)
    presentation = open_presentation(chosen.rapport)
    find_pandoc()
    check_typst()
    open_roots(request.maps, request.processed)
    check_index(request.maps)
    folder = request.processed / DOSSIER / folder_name(request.territoires, request.niveau)
    pages = request.maps / DOSSIER / folder.name
    for path in (folder.parent, pages.parent):
        refuse_link(path)
    for path in (folder, pages, request.processed / CACHE):
        refuse_links(path)
    with _held(folder):
        place = shared_folder(request, chosen, progress)
        country = read_shared(place).country
        codes, names = country.raw.appartenance, country.raw.libelles
        saisis = asked(request.territoires, request.niveau, codes, names)
        check_survey(country.raw.enquete, len(saisis))
        order = Order(
            place,
            _key(place.name, presentation, request.profondeur),
            request.maps.resolve(),
            request.processed.resolve(),
            chosen,
            presentation,
            request.profondeur,
        )
        outcomes = run_batch(
            order,
            saisis,
            folder / JOURNAL,
            told,
            ordonnanceur=request.ordonnanceur,
            ouvriers=request.ouvriers,
        )
        write_results(outcomes, folder / BILAN)
        with progress.step("Vue d'ensemble"):
            named, held = scope(request.territoires, saisis, codes, names)
            known = country.villes[["code_commune", "nom", "population"]]
            page = write_product(
                title(request.territoires, request.niveau, named),
                outcomes,
                known.loc[known["code_commune"].isin(held)],
                Places(request.maps, request.processed, pages, folder),
            )
    warning = rebuild_index(request.maps, request.processed)
    return Done(tuple(outcomes), folder / BILAN, page, warning)


@contextmanager
def _held(folder: Path) -> Iterator[None]:
    """Hold the folder of a batch; one that was refused leaves nothing of what was typed."""
    with disk_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
    try:
        with hold(folder / ".verrou", f"Lot « {folder.name} »"):
            yield
    finally:
        # Only empty ones go.
        with suppress(OSError):
            folder.rmdir()
            folder.parent.rmdir()


def check_survey(enquete: pd.DataFrame, territoires: int) -> None:
    """Refuse answers that do not say where: each territory of a batch would count them as its own.

    Raises
    ------
    DataError
        Several territories, and an answer without a commune.

    Examples
    --------
    >>> check_survey(pd.DataFrame({"code_commune": ["18001", None]}), 1)
    """
    nowhere = int(enquete["code_commune"].isna().sum())
    if territoires > 1 and nowhere:
        raise DataError(
            f"L'enquête compte {accord(nowhere, 'réponse')} sans commune : chacun des "
            f"{territoires} territoires du lot les prendrait pour siennes.",
            "Donnez la commune de chaque réponse (colonne « code_commune »), ou retirez le fichier "
            "de l'enquête des données du lot.",
        )


def shared_folder(request: LotRequest, chosen: Parameters, progress: Progress) -> Path:
    """Folder of what every territory stands on, made once for the same files and parameters.

    It is hashed again at every batch, and made again when a byte of it changed.

    Raises
    ------
    UsageError
        What is asked names nothing: told before the long files are read.
    DataError
        A file is missing or cannot be read.
    """
    cache = request.processed / CACHE
    with progress.step("Empreintes") as note:
        found = stocked(request.donnees, note, hors_ligne=request.hors_ligne)
        prints = {str(f.path.relative_to(found.folder)): sha256(f.path) for f in found.files}
        values = {d.cle: str(d.valeur) for d in describe(chosen)}
        note(accord(len(prints), "fichier"))
    final = cache / f"lot-{fingerprint(prints, values)}"
    with disk_errors(cache):
        cache.mkdir(parents=True, exist_ok=True)
    with hold(cache / f".{final.name}.verrou", "Données communes du lot", wait=True):
        if not still_sealed(final):
            country = read_country(
                request.donnees,
                chosen,
                progress,
                hors_ligne=request.hors_ligne,
                refuse=lambda codes, names: asked(
                    request.territoires, request.niveau, codes, names
                ),
            )
            with progress.step("Données communes"), disk_errors(final):
                beside = final.with_name(f"{final.name}.part")
                shutil.rmtree(beside, ignore_errors=True)
                # Observed flows, ages and answers are in it as they were read.
                beside.mkdir(mode=0o700)
                write_shared(Shared(country, _grounds(country, chosen)), beside)
                # One that a byte, or a cut, has changed.
                shutil.rmtree(final, ignore_errors=True)
                beside.rename(final)
    return final


def _grounds(country: Country, chosen: Parameters) -> dict[str, Ground]:
    """Ground of each projection; one that cannot be made is refused with the territories it has."""
    grounds = {}
    for crs in sorted({territory.projection_of(code) for code in country.base["code_commune"]}):
        with suppress(DataError):
            grounds[crs] = ground_of(country, crs, chosen)
    return grounds


def _key(partage: str, presentation: Presentation, profondeur: str) -> str:
    """Hash what a delivery of this batch depends on."""
    content = [partage, presentation.cabinet, sorted(presentation.empreintes), profondeur]
    return hashlib.sha256(json.dumps(content).encode("utf-8")).hexdigest()[:16]
