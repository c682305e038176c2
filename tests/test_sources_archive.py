"""Workbooks that would unfold beyond the memory are refused before any reader opens them."""

from __future__ import annotations

import io
import time
import zipfile
from pathlib import Path

import pytest
import xlsxwriter

from diagterritoire.errors import DataError
from diagterritoire.sources.folder.scan import scan
from diagterritoire.sources.formats import archive
from diagterritoire.sources.formats.archive import check_archive, extent
from diagterritoire.sources.formats.workbook import sheet_names, sheet_rows
from test_sources_writers import write_apl, write_medecins

KNOWN = "offre_sante_obs_territoires_2020.xlsx"


def write_far(path: Path, row: int = 200_000, column: int = 16_383) -> Path:
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Data")
        sheet.write(0, 0, "codgeo")
        sheet.write(row, column, 1)
    return path


def rewrite(path: Path, change) -> Path:  # type: ignore[no-untyped-def]
    """Write the archive again, the content of each entry given to `change`."""
    with zipfile.ZipFile(path) as file:
        contents = {name: file.read(name) for name in file.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in contents.items():
            file.writestr(name, change(name, content))
    return path


def test_one_stray_cell_under_a_known_name_is_an_error(tmp_path: Path) -> None:
    path = write_far(tmp_path / KNOWN)
    assert path.stat().st_size < 10_000
    with pytest.raises(DataError, match=r"ligne 200001.*colonne 16384") as caught:
        scan(tmp_path)
    assert KNOWN in caught.value.message
    assert caught.value.remede


def test_one_stray_cell_in_an_unrelated_workbook_is_ignored(tmp_path: Path) -> None:
    write_far(tmp_path / "notes.xlsx")
    assert [p.name for p in scan(tmp_path).ignored] == ["notes.xlsx"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'<c r="XFD200001">', b"<c r = 'XFD200001'>"),
        (b'<c r="XFD200001">', b'<c s="1" r="XFD200001">'),
        (b'<c r="XFD200001">', b'<c r="xfd200001">'),
        (b'<c r="XFD200001">', b'<c r="A1"/><c r="XFD200001">'),
        (b'<c r="XFD200001">', b'<c\n\tr="XFD200001"\n>'),
        (b'<c r="XFD200001">', b'<c r="A99999999">'),
    ],
)
def test_however_the_cell_is_written(tmp_path: Path, old: bytes, new: bytes) -> None:
    path = rewrite(write_far(tmp_path / "x.xlsx"), lambda _, content: content.replace(old, new))
    with pytest.raises(DataError, match="cellules : refusé"):
        check_archive(path)


def test_however_the_sheet_is_named(tmp_path: Path) -> None:
    path = write_far(tmp_path / "x.xlsx")
    with zipfile.ZipFile(path) as file:
        contents = {name: file.read(name) for name in file.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in contents.items():
            moved = name.replace("xl/worksheets/sheet1.xml", "xl/autre.bin")
            file.writestr(moved, content.replace(b"worksheets/sheet1.xml", b"autre.bin"))
    with pytest.raises(DataError, match=r"xl/autre\.bin"):
        check_archive(path)


@pytest.mark.parametrize("size", [16, 33, 64, 65, 100])
def test_a_far_cell_across_two_chunks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    monkeypatch.setattr(archive, "_CHUNK_BYTES", size)
    for before in range(size):
        sheet = b"<sheetData>" + b" " * before + b'<c r="XFD200001"><v>1</v></c></sheetData>'
        assert archive._is_suspect_sheet(io.BytesIO(sheet))
        assert not archive._is_suspect_sheet(io.BytesIO(sheet.replace(b"sheetData", b"autre")))


def test_extent_by_hand() -> None:
    sheet = (
        b"<worksheet><sheetData>"
        b'<row r="2"><c/><c/><c r="D2"/><c/></row>'  # A2, B2, D2, E2
        b"<row><c/></row>"  # A3
        b'<row r="9"/>'
        b"</sheetData></worksheet>"
    )
    assert extent(io.BytesIO(sheet), Path("x")) == (3, 5)
    assert extent(io.BytesIO(b"<worksheet/>"), Path("x")) == (0, 0)


def test_a_wide_sheet_within_reason_is_read(tmp_path: Path) -> None:
    path = write_far(tmp_path / "x.xlsx", 99, 300)
    assert sheet_names(path) == ["Data"]
    rows = sheet_rows(path, "Data")
    assert (len(rows), len(rows[0])) == (100, 301)


def test_a_zip_bomb_is_refused_by_its_ratio(tmp_path: Path) -> None:
    path = write_far(tmp_path / "x.xlsx", 1, 1)
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as file:
        file.writestr("xl/media/image.bin", bytes(20_000_000))
    with pytest.raises(DataError, match="fois sa taille"):
        check_archive(path)


def test_an_entry_larger_than_it_declares_is_refused(tmp_path: Path) -> None:
    path = write_medecins(tmp_path, name="x.xlsx")
    content = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as file:
        size = file.getinfo("xl/worksheets/sheet1.xml").file_size.to_bytes(4, "little")
    assert content.count(size) >= 1
    path.write_bytes(content.replace(size, (100).to_bytes(4, "little")))
    with pytest.raises(DataError, match="coupé ou abîmé"):
        check_archive(path)


@pytest.mark.parametrize("entry", ["content.xml", "xl/workbook.bin"])
def test_other_formats_of_workbook_say_what_to_do(tmp_path: Path, entry: str) -> None:
    path = tmp_path / KNOWN
    with zipfile.ZipFile(path, "w") as file:
        file.writestr(entry, "x")
    with pytest.raises(DataError, match=r"\.ods ou \.xlsb, qui n'est pas lu"):
        scan(tmp_path)


def test_entities_in_an_unusual_sheet_are_refused(tmp_path: Path) -> None:
    bomb = b'<!DOCTYPE w [<!ENTITY a "b">]><worksheet'
    path = rewrite(
        write_far(tmp_path / "x.xlsx"), lambda _, content: content.replace(b"<worksheet", bomb)
    )
    with pytest.raises(DataError, match="entité"):
        check_archive(path)


@pytest.mark.real
def test_the_three_real_workbooks_are_checked_quickly(real_data: Path) -> None:
    paths = sorted(real_data.glob("*.xlsx"))
    assert len(paths) == 3
    spent = []
    for _ in range(3):
        start = time.process_time()
        for path in paths:
            check_archive(path)
        spent.append(time.process_time() - start)
    assert min(spent) < 1.0


def test_sound_workbooks_pass(tmp_path: Path) -> None:
    for path in (write_apl(tmp_path), write_medecins(tmp_path)):
        check_archive(path)
