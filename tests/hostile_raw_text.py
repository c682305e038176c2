"""The invented territory, written with a hostile text in every free cell of its files."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from pathlib import Path
from xml.sax.saxutils import escape

import geopandas as gpd
from python_calamine import CalamineWorkbook

import test_sources_local_files as local
from diagterritoire.demo import write_demo
from hostile_text import payload

Text = Callable[[str], str]

# Separator, row of the header, and the columns that hold a text and no code.
TEXTS = {
    "donnees_communes.csv": (";", 0, ("Région", "Commune")),
    "communes_points_2024.csv": (",", 0, ("nom",)),
    "zonage_mg_communes_2025.csv": (";", 0, ("Libellé",)),
    "mouvements-communes.csv": (",", 0, ("NCC_AV", "LIBELLE_AV", "NCC_AP", "LIBELLE_AP")),
    "cartosante_health_bv2022.csv": (";", 2, ("Libellé",)),
    "insee_statloc_social_determinants_bv2022.csv": (";", 2, ("Libellé",)),
}
# Of a workbook: rows of the header, and the columns.
BOOKS = {
    "table-appartenance-geo-communes-2024.xlsx": ("LIBGEO",),
    "offre_sante_obs_territoires_2020.xlsx": ("libgeo",),
    "drees_apl_generalistes_2022_2023.xlsx": ("Commune",),
}
LOCAL = {
    "secteurs_garde": ("secteur",),
    "offre_sociale": ("type_offre", "nom"),
    "exercice_coordonne": ("structure",),
    "enquete": ("attentes", "interet", "depart", "profession"),
}


def spoil(folder: Path, rank: int) -> dict[str, str]:
    """Write the territory, hostile; the texts given, by field."""
    write_demo(folder, communes=40, noeuds_par_commune=30)
    given: dict[str, str] = {}

    def text(field: str) -> str:
        return given.setdefault(field, payload(rank, field))

    for name, (separator, header, columns) in TEXTS.items():
        _text_file(folder / name, separator, header, columns, text)
    for name, labels in BOOKS.items():
        _book(folder / name, labels, text)
    outlines = folder / "communes_2024_france.gpkg"
    frame = gpd.read_file(outlines)
    frame.assign(NOM=text("contours.NOM")).to_file(outlines, layer="communes", driver="GPKG")
    roads = folder / "reseau_routier.graphml"
    content = roads.read_text(encoding="utf-8")
    hostile = escape(text("routes.highway"))
    changed = re.sub(r">residential<", lambda _: f">{hostile}<", content, count=5)
    roads.write_text(changed, encoding="utf-8")
    _local(folder, text)
    # The name of a file is told among the sources; a folder's separator cannot be in it.
    shown = re.sub(r"[/\0]", "_", payload(rank, "f"))[-90:]
    (folder / "communes_points_2024.csv").rename(folder / f"communes_points{shown}.csv")
    given["fichier"] = f"communes_points{shown}.csv"
    return given


def _text_file(
    path: Path, separator: str, header: int, columns: tuple[str, ...], text: Text
) -> None:
    content = path.read_text(encoding="utf-8-sig")
    rows = list(csv.reader(io.StringIO(content, newline=""), delimiter=separator))
    places = {c: rows[header].index(c) for c in columns}
    for row in rows[header + 1 :]:
        for column, place in places.items():
            row[place] = text(f"{path.stem}.{column}")
    if header:
        # The label of an indicator is told as it is.
        rows[header][-1] = text(f"{path.stem}.indicateur").replace(separator, ",")
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=separator, lineterminator="\n").writerows(rows)
    path.write_text(out.getvalue(), encoding="utf-8")


def _book(path: Path, labels: tuple[str, ...], text: Text) -> None:
    book = CalamineWorkbook.from_path(path)
    sheets: dict[str, list[list[object]]] = {}
    for name in book.sheet_names:
        rows = [list(r) for r in book.get_sheet_by_name(name).to_python(skip_empty_area=False)]
        head = next((n for n, row in enumerate(rows) if set(labels) & set(map(str, row))), None)
        for label in labels if head is not None else ():
            place = rows[head].index(label)
            for row in rows[head + 1 :]:
                if row[place] not in ("", "Libellé géographique"):
                    row[place] = text(f"{path.stem}.{name}.{label}")
        sheets[name] = rows
    _plain(path, sheets)


def _plain(path: Path, sheets: dict[str, list[list[object]]]) -> None:
    """Write sheets whose texts stay texts: a formula would be read as nothing."""
    import xlsxwriter

    options = {"strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(str(path), options) as made:
        for name, rows in sheets.items():
            sheet = made.add_worksheet(name)
            for number, row in enumerate(rows):
                for place, value in enumerate(row):
                    if value != "":
                        sheet.write(number, place, value)


def _local(folder: Path, text: Text) -> None:
    """Files that only the user has, on communes of the invented territory."""
    codes = {"18001": "00009", "18002": "00018", "18003": "00020", "18033": "00001"}
    for key, columns in LOCAL.items():
        rows = list(csv.reader(io.StringIO(local.EXAMPLES[key]), delimiter=";"))
        for number, row in enumerate(rows[1:]):
            row[:] = [codes.get(cell, cell) for cell in row]
            for column in columns:
                filled = text(f"{key}.{column}") + f" {number}"
                if key != "enquete" or (column != "profession" and number % 2):
                    row[rows[0].index(column)] = filled
        out = io.StringIO(newline="")
        csv.writer(out, delimiter=";", lineterminator="\n").writerows(rows)
        ends = {"enquete": "_professionnels"}
        path = folder / f"{key}{ends.get(key, '')}.csv"
        path.write_text(out.getvalue(), encoding="utf-8")


def _seen(text: str) -> str:
    return "".join(c for c in text if c.isprintable())


def scenario(path: Path, rank: int, *, printable: bool = False) -> None:
    """A scenario whose texts are hostile, written as TOML that reads back the same."""
    name = payload(rank, "scenario")
    name = (_seen(name) if printable else name).replace("\\", "\\\\").replace('"', '\\"')[:150]
    name = name.rstrip("\\")
    path.write_text(
        f'nom = "{name} [scenario]"\n[[ouvrir]]\ncode_commune = "00001"\netp = 1.0\n',
        encoding="utf-8",
    )


def settings(path: Path, rank: int, *, printable: bool = False) -> str:
    """Parameters that name a hostile firm; the name, without what does not show if asked."""
    name = payload(rank, "cabinet")[-180:]
    name = _seen(name) if printable else name
    quoted = name.replace("\\", "\\\\").replace('"', '\\"')
    path.write_text(f'[rapport]\ncabinet = "{quoted}"\n', encoding="utf-8")
    return name
