"""Files that name people: each personal cell holds a mark of its own, which no output may hold.

What is not marked is what a delivery may say: codes, public numbers of structures, their names.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from diagterritoire.demo import DemoSummary
from test_professionnels import ADDRESSES, RPPS, points, rpps_rows
from test_sources_bpe import NEW
from test_sources_finess import L93, NAME, place, structure
from test_sources_rpps import HEADER

FINESS_JSON = "finess-structures-mensuel-202609.json"
# What every mark starts with.
ROOTS = ("ZZMARQUE", "80099999", "777666555", "01999999", "01 99 99 99")
# Columns of the RPPS that are codes, and the label that tells a pharmacy.
_RPPS_CODES = {9, 11, 15, 17, 35, 36, 37, 48, 49}
# Columns of FINESS: numbers of the structure, its two names, commune, departement, category.
_FINESS_SAID = {0, 1, 3, 4, 12, 13, 18}
_CATEGORIES = ("355", "500", "603", "620", "124")


def write_named(demo: DemoSummary, folder: Path, *, finess_json: bool) -> tuple[str, ...]:
    """Write them beside the files of the invented territory: the marks."""
    marks: list[str] = []

    def mark(of: str) -> str:
        marks.append(f"ZZMARQUE{of}")
        return marks[-1]

    _rpps(demo, folder, mark, marks)
    if finess_json:
        _finess_json(demo, folder, mark)
    else:
        _finess(demo, folder, mark)
    _addresses(demo, folder, mark)
    _bpe(demo, folder, mark)
    _anonymous(demo, folder, mark)
    return tuple(sorted(set(marks)))


def _rpps(demo: DemoSummary, folder: Path, mark: Any, marks: list[str]) -> None:
    """Every column but the codes; numbers as numbers, telephones with and without spaces."""
    rows = []
    for number, row in enumerate(rpps_rows(demo)):
        cells = row.split("|")
        for place_, name in enumerate(HEADER.split("|")[:-1]):
            if place_ in _RPPS_CODES:
                continue
            if place_ in (1, 2):
                pass  # 80099999 and two figures, from which a person is known to be the same.
            elif place_ == 23:
                cells[23] = f"{mark('STRUCTURE')}{cells[23]}"
            elif "éléphone" in name or "copie" in name:
                cells[place_] = f"01 99 99 99 {place_}"
                marks.extend((cells[place_], cells[place_].replace(" ", "")))
            elif "SIRE" in name:
                cells[place_] = f"777666555000{number % 3}9"[: 14 if "SIRET" in name else 9]
            elif place_ != 21:
                cells[place_] = mark(f"RPPS{place_}")
        rows.append("|".join(cells))
    marks.extend(("80099999", "777666555"))
    (folder / RPPS).write_text("\n".join([HEADER, *rows]) + "\n", encoding="utf-8")


def _finess(demo: DemoSummary, folder: Path, mark: Any) -> None:
    at, lines, placed = points(demo), [], []
    for rank, category in enumerate(_CATEGORIES):
        code, number = demo.poles[rank % 3], f"99000000{rank + 1}"
        cells = structure(number, f"STRUCTURE {rank}", code[2:], code[:2], category).split(";")
        for column in set(range(32)) - _FINESS_SAID:
            cells[column] = mark(f"FINESS{column}")
        lines.append(";".join(cells))
        x, y = at.loc[code, ["x", "y"]]
        placed.append(f"geolocalisation;{number};{x:.1f};{y:.1f};{L93};2026-05-04")
    text = "\n".join(["finess;etalab;98;2026-05-04", *lines, *placed])
    (folder / NAME).write_text(text + "\n", encoding="utf-8")


def _finess_json(demo: DemoSummary, folder: Path, mark: Any) -> None:
    at, places = points(demo), []
    for rank, category in enumerate(_CATEGORIES):
        code = demo.poles[rank % 3]
        one: dict[str, Any] = place(f"99000000{rank + 1}", category)
        told = one["informationsGeneralesEGE"]
        told |= {"nomEgeLong": f"STRUCTURE {rank}", "numSiret": mark("SIRET")}
        one["contact"] = {
            "nom": mark("DIRECTION"),
            "telephone": mark("TEL"),
            "courriel": f"{mark('COURRIEL')}@exemple.test",
        }
        address = one["adresse"][1]
        address |= {"cogCommune": code, "libelleVoie": mark("VOIE"), "complement": mark("CHEZ")}
        address["coordonneesGeographique"] = {
            "directionLatitude": str(at.loc[code, "lat"]),
            "directionLongitude": str(at.loc[code, "lon"]),
        }
        places.append(one)
    owner = {"representantLegal": {"nom": mark("REPRESENTANT")}, "ege": places}
    text = json.dumps({"schemaVersion": "v1.0.0", "gcc": [], "pmej": [owner]})
    (folder / FINESS_JSON).write_text(text, encoding="utf-8")


def _addresses(demo: DemoSummary, folder: Path, mark: Any) -> None:
    at, a, b = points(demo), *demo.poles[:2]
    label = mark("ADRESSE")
    lines = ["Numéro FINESS site;adresse;longitude;latitude;result_label;result_score;result_type;"
             "result_citycode"]  # fmt: skip
    for number, code in (("990000001", a), ("ZZMARQUESTRUCTURES5", b)):
        lon, lat = at.loc[code, ["lon", "lat"]]
        lines.append(f"{number};{label};{lon + 0.005};{lat};{label};0.9;housenumber;{code}")
    (folder / ADDRESSES).write_text("\n".join(lines) + "\n", encoding="utf-8")


def _bpe(demo: DemoSummary, folder: Path, mark: Any) -> None:
    """Names and addresses of practices, which are those of people."""
    at, a = points(demo), demo.poles[0]
    x, y, lon, lat = at.loc[a, ["x", "y", "lon", "lat"]]
    names = f"{mark('NOMRS')};{mark('CNOMRS')};{mark('LIBVOIE')};{mark('SIRETBPE')}"
    header = NEW.replace("NOMRS", "NOMRS;CNOMRS;LIBVOIE;SIRET")
    rows = [f"2024;{names};{a};D265;{x:.1f};{y:.1f};{lon:.5f};{lat:.5f};B;2154"] * 8
    (folder / "BPE24.csv").write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")


def _anonymous(demo: DemoSummary, folder: Path, mark: Any) -> None:
    """Files that must name nobody, with a column of comments that does."""
    ages = [f"{c};{40 + k * 3};4000" for c in demo.poles for k in range(12)]
    _commented(folder / "medecins_ages.csv", "code_commune;age;consultations", ages, mark("AGES"))
    acts = [f"{c};{3000 + k};non;non;1" for c in demo.poles for k in range(8)]
    header = "code_commune;actes;nouveau;centre_de_sante;part"
    _commented(folder / "activite_mg.csv", header, acts, mark("ACTIVITE"))
    answers = [
        f"infirmier;{demo.poles[0]};oui;{mark('ATTENTES')};{30 + k};{mark('DEPART')}"
        for k in range(9)
    ]
    header = "profession;code_commune;interet;attentes;age;depart"
    _commented(folder / "enquete_professionnels.csv", header, answers, mark("ENQUETE"))


def _commented(path: Path, header: str, rows: list[str], comment: str) -> None:
    text = "\n".join([f"{header};commentaire", *(f"{row};{comment}" for row in rows)])
    path.write_text(text + "\n", encoding="utf-8")
