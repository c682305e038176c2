"""Files written to harm whoever opens them, and a child process that opens one within limits.

Each is read by the reader that a run would choose. What is wanted: a French refusal, or a reading
that has no effect, within a memory and a time that are measured. Run as a program, this module is
that child: it forks once a file, under limits of address space and of processor time.
"""

from __future__ import annotations

import bz2
import json
import os
import resource
import signal
import subprocess
import sys
import time
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

import hostile_builders as raw
import hostile_firm as firm
import small_files
from diagterritoire import parameters
from diagterritoire.errors import DiagterritoireError
from diagterritoire.outputs.presentation import open_presentation
from diagterritoire.parameters import RapportParameters
from diagterritoire.scenarios.reading import read_scenario
from diagterritoire.sources.folder.scan import recognise
from diagterritoire.sources.formats.geopackage import only_geopackage
from diagterritoire.sources.territory_files import communes_inside, read_codes
from diagterritoire.store.verification import read_manifest

# Beyond what the process holds before it opens the file.
MEMORY_BYTES = 1_500 << 20
CPU_SECONDS = 15
WALL_SECONDS = 180
_POINTS = pd.DataFrame({"code_commune": ["18001"], "lon": [2.0], "lat": [47.0]})
_READERS = {cle: small for small in small_files.FILES for cle in small.layouts}


@dataclass(frozen=True)
class Hostile:
    """A file that harms: its name, how it is written, and what its refusal says.

    `entree` is what the user gives it as; without `mots`, it is read, and must have no effect.
    """

    nom: str
    write: Callable[[Path], None]
    mots: str = ""
    entree: str = "source"
    court: bool = False


@dataclass(frozen=True)
class Outcome:
    """What happened: the refusal, or how many rows were read; seconds and MiB spent."""

    refus: str
    remede: str
    lignes: int
    secondes: float
    mebioctets: float


_BY_NAME: dict[str, tuple[Hostile, ...]] = {
    raw.COMMUNES: (
        Hostile("VRT qui lit /etc/passwd", raw.vrt, "n'est pas|porte le nom", court=True),
        Hostile("VRT qui lit une adresse", raw.vrt_far, "porte le nom"),
        Hostile(
            "VRT derrière l'en-tête d'un GeoPackage",
            raw.vrt_behind_magic,
            "GeoPackage|coupé",
            court=True,
        ),
        Hostile("couche qui est une vue sans fin", raw.layer_is_an_endless_view, "vue", court=True),
        Hostile(
            "table des couches qui est une vue sans fin",
            raw.contents_is_an_endless_view,
            "vue",
            court=True,
        ),
        Hostile("colonne calculée de 800 Mo", raw.generated_column, "calculée", court=True),
        Hostile("table virtuelle", raw.virtual_table, "virtuelle", court=True),
        Hostile("déclencheurs", raw.triggers),
        Hostile(
            "géométrie de quatre milliards d'anneaux",
            raw.wild_geometry,
            "illisible|géométrie|sans contour",
        ),
    ),
    "communes_points_2024.csv": (Hostile("VRT", raw.vrt, "porte le nom"),),
    "fra_pop_2020.tif": (
        Hostile("VRT de raster", raw.vrt_raster, "porte le nom"),
        Hostile(
            "deux milliards de colonnes et de lignes",
            raw.geotiff(2**31 - 1, 2**31 - 1, 2**31 - 1),
            "c'est trop|illisible",
            court=True,
        ),
        Hostile(
            "bande de quatre milliards de cellules",
            raw.geotiff(65_535, 65_535, 65_535),
            "c'est trop|illisible",
        ),
        Hostile(
            "tuile de quatre milliards de cellules",
            raw.geotiff(65_536, 65_536, 0, tile=(65_536, 65_536)),
            "c'est trop|illisible",
        ),
        Hostile(
            "une ligne par bande, deux milliards de bandes",
            raw.geotiff(1, 2**31 - 1, 1),
            "c'est trop|illisible|couvre",
        ),
    ),
    "routes.graphml": (
        Hostile("VRT", raw.vrt, "porte le nom"),
        Hostile("milliard de rires", raw.graphml(raw.LAUGHS, "&amp;"), "entité", court=True),
        Hostile("entité du disque", raw.graphml(raw.OUTSIDE, "&j;"), "entité"),
        Hostile("attributs qui sont du code", raw.graphml(text=f"[{raw.CODE}]"), court=True),
        Hostile(
            "longueur qui est du code", raw.graphml(length=raw.CODE), "longueur|length", court=True
        ),
        Hostile(
            "un million de balises emboîtées",
            raw.graphml(before="<a>" * 1_000_000),
            "mal formé|imbriqu",
        ),
        Hostile("texte de 400 Mo", raw.endless_data, "démesuré|texte"),
    ),
    "carte.shp": (Hostile("VRT", raw.vrt),),
    "offre_sante_obs_territoires_2020.xlsx": (
        Hostile("bombe", raw.zip_bomb, "fois sa taille", court=True),
        Hostile("60 000 entrées", raw.crowded_zip, "entrées"),
        Hostile(
            "entrées hors du dossier, lien", raw.escaping_zip, "sort de l'archive|lien", court=True
        ),
        Hostile("milliard de rires dans les textes", raw.laughs_in_strings, "entité", court=True),
        Hostile("entité du disque", raw.outside_in_strings, "entité"),
        Hostile("milliard de rires dans le classeur", raw.laughs_in_workbook, "entité"),
        Hostile("deux millions de balises emboîtées", raw.deep_sheet),
    ),
    "extrait.osm": (
        Hostile("milliard de rires", raw.osm(raw.LAUGHS, "&j;"), "mal formé|entit"),
        Hostile("entité du disque", raw.osm(raw.OUTSIDE, "&j;"), "mal formé|entit"),
    ),
    "extrait.osm.gz": (
        Hostile(
            "bombe de 2 Go",
            raw.osm_bomb(lambda: zlib.compressobj(9, wbits=31), 2_000),
            "fois sa taille",
        ),
    ),
    "extrait.osm.bz2": (
        Hostile(
            "bombe de 100 Mo",
            raw.osm_bomb(lambda: bz2.BZ2Compressor(9), 100),
            "fois sa taille",
            court=True,
        ),
    ),
    "extrait.osm.pbf": (Hostile("bloc de 2 Go annoncé", raw.wild_pbf, "mal formé"),),
    "communes_api.json": (
        Hostile(
            "un million de crochets", raw.communes_api("[" * 1_000_000), "imbriquée", court=True
        ),
        Hostile("nombre d'un million de chiffres", raw.communes_api("9" * 1_000_000), "démesurée"),
        Hostile("objet de 60 Mo", raw.broad_json, "coupé|démesur"),
    ),
    "finess-structures-mensuel.json": (
        Hostile("un million de crochets", raw.finess("[" * 1_000_000), "imbriquée"),
        Hostile("bombe de 3 Go", raw.gzip_bomb, "fois sa taille"),
    ),
    "donnees_communes.csv": (
        Hostile("ligne de 2 Go", raw.endless_line(raw.POPULATIONS), "ligne", court=True),
        Hostile("un million de colonnes", raw.many_columns, "colonne connue"),
        Hostile("guillemet de 30 Mo", raw.open_quote, "mal formé|guillemet|ligne"),
    ),
    "bpe2021_ensemble_xy.csv": (
        Hostile("ligne de 2 Go", raw.endless_line(raw.BPE), "abîmé|ligne"),
    ),
    "finess.csv": (Hostile("ligne de 2 Go", raw.endless_line(raw.FINESS), "ligne"),),
    "donnees-2024-reg24.parquet": (
        Hostile("60 millions de fois la même ligne", raw.repeated_parquet, "lignes", court=True),
        Hostile("pied de 2 Go annoncé", raw.wild_parquet, "coupé ou abîmé"),
        Hostile("nombre de lignes démesuré", raw.inflated_parquet, "abîmé|lignes"),
    ),
    "zone.gpkg": (
        Hostile("VRT", raw.vrt, "GeoPackage", "zone"),
        Hostile("vue sans fin", raw.layer_is_an_endless_view, "vue", "zone"),
    ),
    "zone.geojson": (
        Hostile("VRT", raw.vrt, "GeoJSON", "zone"),
        Hostile("200 000 crochets", raw.deep_geojson, "GeoJSON", "zone", court=True),
        Hostile(
            "projection qui nomme un fichier",
            raw.projection_of_a_file,
            "coordonnées inconnu",
            "zone",
            court=True,
        ),
        Hostile("fichier sans fin", firm.zeros, "Fichier introuvable|dépasse", "zone"),
    ),
    "zone.shp": (Hostile("VRT", raw.vrt, "seuls", "zone"),),
    "codes.txt": (
        Hostile("ligne de 2 Go", raw.endless_line("2A004\n"), "dépasse", "liste"),
        Hostile("fichier sans fin", firm.zeros, "Fichier introuvable|dépasse", "liste"),
        Hostile("tube", firm.pipe, "Fichier introuvable|fichier ordinaire", "liste"),
    ),
    "p.toml": (
        Hostile(
            "100 000 crochets",
            firm.toml("a = " + "[" * 100_000),
            "imbriqu|TOML",
            "parametres",
            court=True,
        ),
        Hostile(
            "nombre de 100 000 chiffres",
            firm.toml("[apl]\nx = " + "9" * 100_000),
            "TOML",
            "parametres",
            court=True,
        ),
        Hostile(
            "fichier de 2 Go", raw.endless_line("[apl]\n"), "dépasse|TOML", "parametres", court=True
        ),
        Hostile("fichier sans fin", firm.zeros, "fichier ordinaire", "parametres", court=True),
        Hostile("tube", firm.pipe, "fichier ordinaire", "parametres", court=True),
    ),
    "s.toml": (
        Hostile("100 000 crochets", firm.toml("a = " + "[" * 100_000), "TOML", "scenario"),
        Hostile("fichier de 2 Go", raw.endless_line('nom = "x"\n'), "dépasse", "scenario"),
        Hostile("fichier sans fin", firm.zeros, "fichier ordinaire", "scenario"),
        Hostile("tube", firm.pipe, "fichier ordinaire", "scenario"),
    ),
    "logo.png": (
        Hostile(
            "50 000 sur 50 000 points",
            firm.png(50_000, 50_000, 10),
            "millions de points|exceeds|dessiné",
            "logo",
            court=True,
        ),
        Hostile(
            "texte compressé de 600 Mo",
            firm.text_bomb,
            "dessiné",
            "logo",
        ),
        Hostile("fichier sans fin", firm.zeros, "fichier ordinaire", "logo", court=True),
        Hostile("tube", firm.pipe, "fichier ordinaire", "logo"),
    ),
    "logo.jpg": (Hostile("65 535 sur 65 535 points", firm.jpeg, "dessiné", "logo"),),
    "logo.svg": (
        Hostile(
            "milliard de rires par renvois",
            firm.svg(firm.SVG_LAUGHS),
            "dessiné|trop",
            "logo",
            court=True,
        ),
        Hostile(
            "milliard de rires par entités",
            firm.svg("<text>&j;</text>", raw.LAUGHS),
            "entité",
            "logo",
        ),
        Hostile(
            "100 000 balises emboîtées",
            firm.svg("<g>" * 100_000 + "</g>" * 100_000),
            "dessiné|trop",
            "logo",
            court=True,
        ),
        Hostile(
            "images de la machine et du réseau, script",
            firm.svg(firm.SVG_OUTSIDE),
            "dessiné",
            "logo",
        ),
        Hostile(
            "dimensions démesurées", firm.svg("<rect/>", size=("1e9", "1e-3")), "dessiné", "logo"
        ),
    ),
    "modele.docx": (
        Hostile("bombe", firm.model_bomb, "fois sa taille|trop grande", "modele"),
        Hostile("macros", firm.model(firm.macros), "macros", "modele"),
        Hostile(
            "macros renommées", firm.model(firm.renamed_macros), "macros", "modele", court=True
        ),
        Hostile("objet incorporé", firm.model(firm.embedded), "objet", "modele"),
        Hostile(
            "modèle attaché distant, qui est ôté",
            firm.model(firm.far_template),
            "",
            "modele",
            court=True,
        ),
        Hostile(
            "image distante en pied de page",
            firm.model(firm.far_picture),
            "extérieur",
            "modele",
            court=True,
        ),
        Hostile(
            "champ qui lance un programme", firm.model(firm.field), "champ", "modele", court=True
        ),
        Hostile(
            "milliard de rires",
            firm.model(firm.styles(raw.LAUGHS)),
            "entité",
            "modele",
            court=True,
        ),
        Hostile(
            "un million de balises emboîtées",
            firm.deep_styles,
            "imbriqu",
            "modele",
            court=True,
        ),
        Hostile("fichier sans fin", firm.zeros, "fichier ordinaire", "modele"),
    ),
    "manifest.json": (
        Hostile("un million de crochets", firm.toml('{"a":' * 1_000_000), "illisible", "manifeste"),
    ),
}
FILES = {f"{h.entree} : {h.nom} ({name})": (name, h) for name, hs in _BY_NAME.items() for h in hs}


def open_as(entree: str, path: Path) -> int:
    """Open a file as a run does; number of rows read.

    Raises
    ------
    DiagterritoireError
        The refusal.
    """
    if entree == "source":
        file = recognise(path)
        if file is None:
            return 0
        return sum(len(t) for t in _READERS[file.parts[0].layout].read(file))
    if entree == "zone":
        return len(communes_inside(path, _POINTS))
    if entree == "liste":
        return len(read_codes(path))
    if entree == "parametres":
        parameters.load(path)
    elif entree == "scenario":
        read_scenario(path)
    elif entree == "manifeste":
        _, problem = read_manifest(path.parent)
        raise DiagterritoireError(f"manifeste {problem}")
    else:
        asked = {"logo": "logo", "modele": "modele_docx"}[entree]
        open_presentation(RapportParameters(**{asked: str(path)}))
    return 0


def outcomes(folder: Path, names: list[str]) -> Iterator[tuple[str, Outcome | str]]:
    """Open hostile files in a child process within limits; what happened to each.

    A text tells of a process that died: by a signal, for lack of time, or by another exception.
    """
    here = Path(__file__).parent
    paths = [str(here), str(here.parent / "src"), os.environ.get("PYTHONPATH", "")]
    with subprocess.Popen(
        [sys.executable, __file__, str(folder), *names],
        stdout=subprocess.PIPE,
        text=True,
        cwd=folder,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(paths)},
    ) as child:
        for line in child.stdout or ():
            told = json.loads(line)
            yield told["nom"], told["mort"] if "mort" in told else Outcome(**told["issue"])
    if child.returncode:
        yield "", f"code {child.returncode}"


def _child(folder: Path) -> None:
    only_geopackage()
    for rank, label in enumerate(sys.argv[2:]):
        name, hostile = FILES[label]
        place = folder / f"f{rank}"
        place.mkdir()
        path = place / name
        hostile.write(path)
        print(json.dumps({"nom": label} | _forked(hostile, path)), flush=True)  # noqa: T201
        path.unlink()


def _forked(hostile: Hostile, path: Path) -> dict[str, object]:
    out, given = os.pipe()
    child = os.fork()
    if not child:
        os.close(out)
        with os.fdopen(given, "w") as stream:
            stream.write(json.dumps(_limited(hostile, path)))
        os._exit(0)
    os.close(given)
    with os.fdopen(out) as stream:
        told = stream.read()
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return {"mort": f"signal {signal.Signals(os.WTERMSIG(status)).name}"}
    found: dict[str, object] = json.loads(told)
    return found


def _limited(hostile: Hostile, path: Path) -> dict[str, object]:
    held = _pages()
    limit = held[0] + MEMORY_BYTES
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS + 5, CPU_SECONDS + 5))
    signal.alarm(WALL_SECONDS)
    start, refusal, remede, rows = time.process_time(), "", "", 0
    try:
        rows = open_as(hostile.entree, path)
    except DiagterritoireError as error:
        refusal, remede = error.message, error.remede
    except BaseException as error:  # noqa: BLE001 - told, and a failure of the test
        return {"mort": f"{type(error).__name__} : {str(error)[:300]}"}
    spent = time.process_time() - start
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024 - held[1] / 2**20
    issue = Outcome(refusal, remede, rows, round(spent, 2), round(used))
    return {"issue": vars(issue)}


def _pages() -> tuple[int, int]:
    """Bytes of address space, and of memory, that this process has."""
    size, resident = Path("/proc/self/statm").read_text(encoding="ascii").split()[:2]
    page = resource.getpagesize()
    return int(size) * page, int(resident) * page


if __name__ == "__main__":
    _child(Path(sys.argv[1]))
