"""The workbook: read back by another library, nothing executed, empty is empty."""

import dataclasses
import errno
import re
import zipfile

import pandas as pd
import pytest
from python_calamine import CalamineWorkbook

from diagterritoire.errors import DiskError
from diagterritoire.outputs import cautions, origins, workbook
from diagterritoire.outputs.workbook import TEXT_MAX, write_workbook
from diagterritoire.tables import DELIVERED, SCENARIOS
from factory import small_diagnosis, without_gp_counts

HOSTILE = [
    "=1+1", "+1", "-1", "@SUM(A1)", "{=1}", "http://exemple.invalid", "mailto:a@b.invalid",
    "internal:A1", "<b>x</b>", "]]>", "&amp;", "'x", "\u202eabc", "🏥", " 0042 ", "1E5", "_x0041_",
]  # fmt: skip


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    path = tmp_path_factory.mktemp("xlsx") / "indicateurs.xlsx"
    write_workbook(small_diagnosis(), path)
    return path


def sheet(path, name):
    return CalamineWorkbook.from_path(path).get_sheet_by_name(name).to_python()


def as_written(value):
    """A value as the format keeps it: null is empty, a number has 16 significant digits."""
    if pd.isna(value):
        return ""
    return float(f"{value:.16g}") if isinstance(value, float) else value


def parts(path, pattern):
    with zipfile.ZipFile(path) as archive:
        return {n: archive.read(n).decode() for n in archive.namelist() if re.search(pattern, n)}


def test_sheets_in_order(written):
    found = CalamineWorkbook.from_path(written).sheet_names
    assert found == ["Lisez-moi", "Colonnes", *(t.nom for t in DELIVERED)]


@pytest.mark.parametrize("table", DELIVERED, ids=lambda t: t.nom)
def test_every_table_reads_back_the_same(written, table):
    header, *rows = sheet(written, table.nom)
    assert header == table.noms
    frame = getattr(small_diagnosis(), table.nom)
    expected = [[as_written(v) for v in row] for row in frame[table.noms].to_numpy(dtype=object)]
    assert [[*r] for r in rows] == expected


def test_unknown_is_empty_and_zero_is_zero(written):
    header, *rows = sheet(written, "communes")
    times = {r[0]: r[header.index("temps_mg_min")] for r in rows}
    assert times["00001"] == 0
    assert times["00004"] == ""


def test_every_column_is_explained(written):
    header, *rows = sheet(written, "Colonnes")
    assert header == [
        "feuille", "colonne", "unité", "signification", "source", "peut être vide",
    ]  # fmt: skip
    assert {(r[0], r[1]) for r in rows} == {(t.nom, c) for t in DELIVERED for c in t.noms}
    assert [
        "communes",
        "population",
        "habitants",
        "Population municipale",
        "Insee (fictif) : Populations municipales (2023)",
        "non",
    ] in rows
    sources = {(r[0], r[1]): r[4] for r in rows}
    assert all(sources.values())
    assert sources["communes", "apl"] == "Calcul diagterritoire"
    assert sources["communes", "zonage_mg"].startswith("Aucun fichier fourni (attendu : Zonage")
    assert sources["aides", "montant"] == "Dite à chaque ligne, colonne « source »"


def test_the_columns_whose_source_is_told_are_delivered():
    known = {t.nom: t.noms for t in (*DELIVERED, *SCENARIOS)}
    names = {name for columns in known.values() for name in columns}
    for table, column in origins._READ:
        assert column in known[table] if table and column else table in known or column in names


def note(path):
    return "\n".join(" ".join(map(str, row)) for row in sheet(path, "Lisez-moi"))


def test_reading_note(tmp_path, written):
    text = note(written)
    for expected in (
        "Pays d'essai",
        cautions.FICTIF.texte,
        "n'est pas le nombre de postes à ouvrir",
        cautions.INCONNU.texte,
        "5\u00a0communes du territoire et 1\u00a0commune du pourtour",
    ):
        assert expected in text
    assert "en ligne droite" not in text
    write_workbook(small_diagnosis(approximate=True), tmp_path / "a.xlsx")
    assert "viennent d'un modèle en ligne droite" in note(tmp_path / "a.xlsx")


def test_unknown_gps_are_told_in_the_note_and_empty_in_the_sheet(tmp_path):
    write_workbook(without_gp_counts(), tmp_path / "a.xlsx")
    assert "Le nombre de médecins de 2\u00a0communes (920\u00a0habitants) est inconnu" in note(
        tmp_path / "a.xlsx"
    )
    header, *rows = sheet(tmp_path / "a.xlsx", "communes")
    assert [r[header.index("mg_nb")] for r in rows] == [9, "", 0, "", 0, 2]


@pytest.mark.parametrize("name", HOSTILE)
def test_text_stays_text(tmp_path, name):
    path = tmp_path / "a.xlsx"
    diagnosis = small_diagnosis(nom=name)
    territory = dataclasses.replace(diagnosis.territory, nom=name)
    write_workbook(dataclasses.replace(diagnosis, territory=territory), path)
    header, *rows = sheet(path, "communes")
    assert {r[header.index("nom")] for r in rows} == {name}
    for content in parts(path, r"worksheets/.*\.xml$").values():
        assert "<f>" not in content
        assert "<f " not in content
        assert "<hyperlink" not in content


def test_same_bytes_twice(tmp_path, written):
    write_workbook(small_diagnosis(), tmp_path / "b.xlsx")
    assert (tmp_path / "b.xlsx").read_bytes() == written.read_bytes()


def test_formats_and_comfort(written):
    (styles,) = parts(written, r"xl/styles\.xml").values()
    assert "0.0 %" in styles
    contents = parts(written, r"worksheets/sheet\d+\.xml$")
    for number in range(2, 3 + len(DELIVERED)):
        content = contents[f"xl/worksheets/sheet{number}.xml"]
        assert 'state="frozen"' in content
        assert "<autoFilter" in content
        assert "<cols>" in content
        assert 'orientation="landscape"' in content
    (book,) = parts(written, r"xl/workbook\.xml").values()
    assert book.count("_xlnm.Print_Area") == 2 + len(DELIVERED)
    assert book.count("_xlnm.Print_Titles") == 1 + len(DELIVERED)


def test_text_too_long_for_a_cell_is_cut_and_said(tmp_path):
    path = tmp_path / "a.xlsx"
    write_workbook(small_diagnosis(nom="é🏥" * 20_000), path)
    header, *rows = sheet(path, "communes")
    text = rows[0][header.index("nom")]
    assert len(text.encode("utf-16-le")) // 2 <= TEXT_MAX
    assert text.endswith("[…texte coupé]")
    assert "Feuille communes : 6\u00a0textes de plus de 32 767 caractères coupés" in note(path)


def test_rows_too_many_for_a_sheet_are_cut_and_said(tmp_path, monkeypatch):
    monkeypatch.setattr(workbook, "ROWS_MAX", 4)
    write_workbook(small_diagnosis(), tmp_path / "a.xlsx")
    assert len(sheet(tmp_path / "a.xlsx", "communes")) == 5
    assert "Feuille communes : 2\u00a0lignes au-delà" in note(tmp_path / "a.xlsx")


def test_folder_that_is_not_there_is_a_disk_error(tmp_path):
    with pytest.raises(DiskError, match=r"absent.*a\.xlsx"):
        write_workbook(small_diagnosis(), tmp_path / "absent" / "a.xlsx")


def test_full_disk_is_a_disk_error(tmp_path, monkeypatch):
    def full(self):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(workbook.xlsxwriter.Workbook, "_store_workbook", full)
    with pytest.raises(DiskError, match="le disque est plein"):
        write_workbook(small_diagnosis(), tmp_path / "a.xlsx")
