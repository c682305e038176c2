"""Every file of a delivery, written beside the previous one, which it then takes the place of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from diagterritoire.french import accord, quantite
from diagterritoire.outputs.documents.docx import write_docx
from diagterritoire.outputs.documents.pdf import write_pdf
from diagterritoire.outputs.geopackage import write_geopackage
from diagterritoire.outputs.manifest import write_manifest
from diagterritoire.outputs.map import write_map
from diagterritoire.outputs.presentation import PLAIN, Presentation
from diagterritoire.outputs.raster import write_raster, write_raster_style
from diagterritoire.outputs.report import write_report
from diagterritoire.outputs.rereading import reread
from diagterritoire.outputs.workbook import write_workbook
from diagterritoire.progress import Progress
from diagterritoire.store import staged
from diagterritoire.store.places import Places
from diagterritoire.study.bundles import Diagnosis

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


def _size(path: Path) -> str:
    size = path.stat().st_size / 1024
    if size < 1024:
        return quantite(size, "Kio", "Kio", decimales=0)
    return quantite(size / 1024, "Mio", "Mio")
