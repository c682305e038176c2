"""One small fictitious file for each layout, in the official form, and how it is read.

The campaigns of damage use them all: a layout that is not here fails `test_damage.py`.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import osmium
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import shapely

import test_sources_acces_insee as acces
import test_sources_bpe as bpe
import test_sources_carreaux as carreaux
import test_sources_communes_api as api
import test_sources_finess as finess
import test_sources_local_files as local
import test_sources_osm as osm_files
import test_sources_rpps as rpps
import test_sources_writers as writers
from diagterritoire.sources.care.bpe import read_bpe
from diagterritoire.sources.care.drees import read_apl
from diagterritoire.sources.care.finess import read_finess
from diagterritoire.sources.care.observatoire import read_medecins
from diagterritoire.sources.care.rpps import read_rpps
from diagterritoire.sources.communes.acces_insee import read_acces
from diagterritoire.sources.communes.admin_express import read_communes
from diagterritoire.sources.communes.ages import read_ages
from diagterritoire.sources.communes.carreaux import read_carreaux
from diagterritoire.sources.communes.communes_api import read_communes_api, read_points_api
from diagterritoire.sources.communes.contexte import read_contexte
from diagterritoire.sources.communes.insee import (
    read_appartenance,
    read_libelles,
    read_mouvements,
    read_points,
    read_populations,
)
from diagterritoire.sources.communes.raster import read_population
from diagterritoire.sources.communes.tvs import read_tvs
from diagterritoire.sources.communes.zonage import read_zonage
from diagterritoire.sources.library import SourceFile
from diagterritoire.sources.roads.osm import read_osm
from diagterritoire.sources.roads.routes import read_graphml

Tables = tuple[pd.DataFrame, ...]


@dataclass(frozen=True)
class SmallFile:
    """A fictitious file.

    `layouts` are those it holds; `write` writes it in a folder; `read` gives its tables once it is
    recognised. `texte` tells how a text is mutated: its separator, and the row of its header.
    """

    nom: str
    layouts: tuple[str, ...]
    write: Callable[[Path], Path]
    read: Callable[[SourceFile], Tables]
    texte: tuple[str, int] | None = None

    @property
    def classeur(self) -> bool:
        """True for a workbook."""
        return self.nom.startswith("classeur")


def _one(read: Callable[[SourceFile], object]) -> Callable[[SourceFile], Tables]:
    return lambda file: (read(file).table,)  # type: ignore[attr-defined]


def _osm(file: SourceFile) -> Tables:
    read = read_osm(file.path)
    return read.noeuds, read.troncons


def _plain_osm(folder: Path) -> Path:
    road = osm_files.ROAD
    path = osm_files.write_osm(
        folder, [([1, 2, 3, 4], road), ([7, 3, 8], road | {"oneway": "yes"})]
    )
    return path.rename(folder / "extrait.osm")


def _pbf(folder: Path) -> Path:
    plain, path = _plain_osm(folder), folder / "extrait.osm.pbf"
    with osmium.SimpleWriter(str(path)) as writer:
        for thing in osmium.FileProcessor(str(plain)):
            writer.add(thing)
    plain.unlink()
    return path


def _bpe_2024(folder: Path) -> Path:
    # Both pairs of coordinates are those of one point: either may be lost.
    rows = tuple(row.replace("2.26;46.95", "2.341;46.948") for row in bpe.NEW_ROWS)
    return bpe.write(folder, bpe.NEW, rows, "BPE24.csv")


def _finess_json(folder: Path) -> Path:
    path = folder / "finess-structures-mensuel-202609.json"
    path.write_text(json.dumps(finess.document(), indent=1), encoding="utf-8")
    return path


def _communes_api(folder: Path) -> Path:
    return api.write(folder, api.COMMUNES)


def _communes_json(file: SourceFile) -> Tables:
    return read_communes_api([file]).table, read_points_api([file]).table


def _tvs(folder: Path) -> Path:
    path = folder / "tvs_com2024.csv"
    rows = ("INSEE_COM;Code_TVS;Nom_TVS", "01001;84001;Pays d'essai", "2A004;94002;Autre pays")
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path


def _carreaux_gpkg(folder: Path) -> Path:
    cells = pd.DataFrame([r.split(",") for r in carreaux.ROWS], columns=carreaux.HEADER.split(","))
    frame = cells.assign(ind=cells["ind"].astype(float))
    path = folder / "carreaux_200m_met.gpkg"
    shapes = [shapely.box(0, 0, 1, 1)] * len(frame)
    gpd.GeoDataFrame(frame, geometry=shapes, crs="EPSG:3035").to_file(path)
    return path


def _parquet(folder: Path) -> Path:
    path = folder / "donnees-2024-reg24.parquet"
    pq.write_table(pa.table(acces.COLUMNS), path)
    return path


AGES = ("NIVGEO", "CODGEO", "LIBGEO", "SEXE", "AGED100", "NB")


def write_ages(folder: Path) -> Path:
    """TD_POP1B: one row per commune, sex and year of age."""
    rows = [
        ("COM", code, "Essai", str(sexe), f"{age:03d}", f"{age / 7 + sexe:.6f}")
        for code in ("18001", "2A004")
        for sexe in (1, 2)
        for age in (0, 4, 5, 64, 65, 100)
    ]
    path = folder / "TD_POP1B_2022.csv"
    lines = [";".join(row) for row in (AGES, *rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def write_ages_quinquennal(folder: Path) -> Path:
    """One sheet per census, one column per sex and class of five years."""

    def sheet(annee: int) -> list[list[object]]:
        labels = [
            f"ageq_rec{rang:02d}s{sexe}rpop{annee}" for sexe in (1, 2) for rang in range(1, 21)
        ]
        numbers: list[object] = [float(n) + 0.5 for n in range(40)]
        return [
            ["Population par sexe et âge quinquennal"],
            ["RR", "DR", "CR", "STABLE", "LIBELLE", *labels],
            ["24", "18", "001", "0", "Essai", *numbers],
            ["94", "2A", "004", "0", "Autre", *numbers[::-1]],
        ]

    path = folder / "pop-sexe-age-quinquennal6822.xlsx"
    return writers.write_workbook(path, {f"COM_{a}": sheet(a) for a in (2016, 2022)})


def _local(cle: str) -> SmallFile:
    def write(folder: Path) -> Path:
        ends = {"enquete": "_professionnels", "adresses": "_geocodees"}
        path = folder / f"{cle}{ends.get(cle, '')}.csv"
        path.write_text(local.EXAMPLES[cle], encoding="utf-8")
        return path

    return SmallFile(cle, (cle,), write, _one(local.READERS[cle]), (";", 0))


QUESTIONS = """repondant;profession;question;reponse
1;médecin généraliste;Intérêt pour un exercice coordonné ?;oui
1;médecin généraliste;Âge;45
2;infirmier;Intérêt pour un exercice coordonné ?;non
"""


def _questions(folder: Path) -> Path:
    path = folder / "enquete_professionnels_questions.csv"
    path.write_text(QUESTIONS, encoding="utf-8")
    return path


FILES = (
    SmallFile("communes", ("communes",), writers.write_communes, _one(read_communes)),
    SmallFile("points", ("points",), writers.write_points, _one(read_points), (",", 0)),
    SmallFile(
        "classeur appartenance",
        ("appartenance", "zones"),
        writers.write_appartenance,
        lambda f: (read_appartenance(f).table, read_libelles(f).table),
    ),
    SmallFile(
        "populations", ("populations",), writers.write_populations, _one(read_populations), (";", 0)
    ),
    SmallFile(
        "mouvements", ("mouvements",), writers.write_mouvements, _one(read_mouvements), (",", 0)
    ),
    SmallFile("classeur medecins", ("medecins",), writers.write_medecins, _one(read_medecins)),
    SmallFile(
        "classeur apl",
        ("apl_publiee",),
        writers.write_apl,
        lambda f: (read_apl([f]).table,),
    ),
    SmallFile("communes api", ("communes_json",), _communes_api, _communes_json),
    SmallFile("tvs", ("tvs",), _tvs, _one(read_tvs), (";", 0)),
    SmallFile("zonage", ("zonage",), writers.write_zonage, _one(read_zonage), (";", 0)),
    SmallFile(
        "cartosante",
        ("contexte_cartosante",),
        lambda folder: writers.write_contextes(folder)[0],
        _one(read_contexte),
        (";", 2),
    ),
    SmallFile(
        "statloc",
        ("contexte_insee",),
        lambda folder: writers.write_contextes(folder)[1],
        _one(read_contexte),
        (";", 2),
    ),
    SmallFile(
        "graphml", ("graphml",), writers.write_graphml, lambda f: tuple(read_graphml(f.path)[:2])
    ),
    SmallFile("osm", ("osm",), _plain_osm, _osm),
    SmallFile("pbf", ("osm",), _pbf, _osm),
    SmallFile(
        "bpe",
        ("equipements",),
        lambda folder: bpe.write(folder, bpe.OLD, bpe.OLD_ROWS),
        _one(read_bpe),
        (";", 0),
    ),
    SmallFile(
        "bpe 2024",
        ("equipements",),
        _bpe_2024,
        _one(read_bpe),
        (";", 0),
    ),
    SmallFile("finess", ("finess",), finess.write, _one(read_finess)),
    SmallFile("finess json", ("finess_json",), _finess_json, _one(read_finess)),
    SmallFile("rpps", ("rpps",), rpps.write, _one(read_rpps), ("|", 0)),
    *(_local(cle) for cle in local.READERS),
    SmallFile(
        "enquete", ("enquete_questions",), _questions, _one(local.READERS["enquete"]), (";", 0)
    ),
    SmallFile("carreaux", ("carreaux",), carreaux.write, _one(read_carreaux), (",", 0)),
    SmallFile("carreaux gpkg", ("carreaux_gpkg",), _carreaux_gpkg, _one(read_carreaux)),
    SmallFile(
        "raster",
        ("population_raster",),
        carreaux.write_raster,
        lambda f: (read_population(f, (1.9, 46.8, 2.3, 47.1)).table,),
    ),
    SmallFile("ages", ("ages_detail",), write_ages, _one(read_ages), (";", 0)),
    SmallFile("classeur ages", ("ages_quinquennal",), write_ages_quinquennal, _one(read_ages)),
    SmallFile("parquet", ("acces_insee",), _parquet, _one(read_acces)),
)

COUNTRY = tuple(f"{d}{n:0{5 - len(d)}d}" for d in ("01", "02", "974", "976") for n in range(1, 21))
_BASINS = {code: COUNTRY[rank // 4 * 4] for rank, code in enumerate(COUNTRY)}


def write_country(folder: Path) -> Path:
    """An invented country of 80 communes in four departements; Mayotte without population."""
    departements = {code: code[:3] if code.startswith("97") else code[:2] for code in COUNTRY}
    shapes = [shapely.box(i, 45, i + 1, 46) for i in range(len(COUNTRY))]
    gpd.GeoDataFrame(
        {
            "NOM": "Essai",
            "INSEE_COM": list(COUNTRY),
            "INSEE_REG": "84",
            "POPULATION": 100,
            "INSEE_DEP": list(departements.values()),
            "SIREN_EPCI": "NR",
        },
        geometry=shapes,
        crs="EPSG:4326",
    ).to_file(folder / "communes_2024_france.gpkg", layer="communes", driver="GPKG")
    sheets = writers.appartenance_sheets()
    head = sheets["COM"][:6]
    sheets["COM"] = [
        *head,
        *([c, "Essai", d, "84", "ZZZZZZZZZ", "8405", _BASINS[c]] for c, d in departements.items()),
    ]
    writers.write_workbook(folder / "table-appartenance-geo-communes-2024.xlsx", sheets)
    gps: list[list[object]] = [[c, "Essai", "2020", 1] for c in COUNTRY]
    writers.write_workbook(
        folder / "offre_sante_obs_territoires_2020.xlsx",
        {"Data": [*writers.medecins_rows()[:5], *gps]},
    )
    apl = writers.apl_sheet(2023)[:10]
    writers.write_workbook(
        folder / "drees_apl_generalistes_2023.xlsx",
        {"APL 2023": [*apl, *([c, "Essai", 2.5, 2.0, 100.5, 100] for c in COUNTRY[:60])]},
    )
    writers.write_mouvements(folder)
    context = "\n".join(f"{b};Essai;{n / 7:.2f}" for n, b in enumerate(sorted({*_BASINS.values()})))
    texts = {
        "communes_points_2024.csv": "code_commune,nom,lat,lon\n"
        + "".join(f"{c},Essai,45.5,{n / 10}\n" for n, c in enumerate(COUNTRY)),
        "donnees_communes.csv": "COM;Commune;PMUN;PCAP;PTOT\r\n"
        + "".join(f"{c};Essai;{n + 95};5;{n + 100}\r\n" for n, c in enumerate(COUNTRY[:60])),
        "zonage_mg_communes_2025.csv": "Code;Libellé;Zonage_MG\n"
        + "".join(f"{c};Essai;2_ZAC\n" for c in COUNTRY),
        "cartosante_health_bv2022.csv": "CartoSanté; ; \n"
        "Référentiel géographique : France par bassin de vie; ; \n"
        f"Code;Libellé;APL 2023\n{context}",
    }
    for name, text in texts.items():
        (folder / name).write_bytes(text.encode())
    return folder
