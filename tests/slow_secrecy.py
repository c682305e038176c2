"""The whole campaign against secrecy, ten minutes: `make campagnes`.

60 to 200 draws of each attack by linear programming, and every byte of a delivery searched for what
its inputs say of professionals. The figures printed are those of docs/fiabilite.md.
"""

from __future__ import annotations

import base64
import re
import shutil
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pypdf
import pytest

import test_secrecy_attacked as attacks
from diagterritoire.demo import DemoSummary
from named_people import ROOTS, write_named

DRAWS, DRAWS_ENQUETE = 200, 60
MARKS = ("ZZNOM", "ZZPRENOM", "0199999999", "zz@exemple.test", "80099999", "IMPASSE ZZ")


def test_flows_attacked(tell) -> None:  # type: ignore[no-untyped-def]
    found = [attacks.attack_flows(seed) for seed in range(DRAWS)]
    plain, expert = (min(lengths) for lengths in zip(*found, strict=True))
    tell(f"flux, {DRAWS} tirages : plus court intervalle {plain:g}, cases connues {expert:g}")
    assert plain >= attacks.PATIENTS - attacks.NEARLY
    assert expert >= attacks.PATIENTS - 2 - attacks.NEARLY


def test_ages_attacked(tell) -> None:  # type: ignore[no-untyped-def]
    found = [attacks.attack_ages(seed) for seed in range(DRAWS)]
    tell(f"âges, {DRAWS} tirages : plus petite marge sur le seuil {min(found):g}")
    assert min(found) >= -attacks.NEARLY


def test_activity_attacked(tell) -> None:  # type: ignore[no-untyped-def]
    found = [attacks.attack_activity(seed) for seed in range(DRAWS)]
    tell(f"activité, {DRAWS} tirages : plus petite erreur relative {min(found):.3f}")
    assert min(found) >= attacks.RESTE - attacks.NEARLY


def test_survey_attacked(tell) -> None:  # type: ignore[no-untyped-def]
    found = [attacks.attack_survey(seed) for seed in range(DRAWS_ENQUETE)]
    tell(f"enquête, {DRAWS_ENQUETE} tirages : plus court intervalle {min(found):g}")
    assert min(found) >= attacks.PERSONNES - attacks.NEARLY


def test_two_nested_deliveries_of_a_survey(tell) -> None:  # type: ignore[no-untyped-def]
    """Measured, not prevented: see docs/confidentialite.md."""
    small = 0
    for seed in range(DRAWS_ENQUETE):
        whole = attacks.answers(seed)
        part = whole.sample(frac=0.7, random_state=seed)
        both = [attacks.results(t, 5).set_index(KEYS)["reponses"] for t in (whole, part)]
        gap = (both[0] - both[1].reindex(both[0].index)).dropna()
        small += int(((gap > 0) & (gap < attacks.PERSONNES)).any())
    tell(f"enquête livrée deux fois, emboîtée : {small} paires sur {DRAWS_ENQUETE} en disent trop")


KEYS = ["question", "profession", "modalite"]


def contents(path: Path, data: bytes, depth: int = 0) -> Iterator[bytes]:
    """Bytes of a file, of the files it holds, of its compressed and encoded streams."""
    yield data
    if depth > 4:
        return
    if zipfile.is_zipfile(BytesIO(data)):
        with zipfile.ZipFile(BytesIO(data)) as archive:
            for name in archive.namelist():
                yield from contents(path, archive.read(name), depth + 1)
    if data.startswith(b"%PDF"):
        reader = pypdf.PdfReader(BytesIO(data))
        yield "\n".join(page.extract_text() for page in reader.pages).encode()
        yield repr(reader.metadata).encode()
    for start in (m.start() for m in re.finditer(rb"\x78[\x01\x5e\x9c\xda]|\x1f\x8b\x08", data)):
        stream = zlib.decompressobj(47)
        try:
            plain = stream.decompress(data[start:], 1 << 26)
        except zlib.error:
            continue
        if len(plain) > 16:
            yield plain
    for run in re.findall(rb"[A-Za-z0-9+/]{64,}", data) if depth < 2 else ():
        # What comes before may be of the same letters: every start is tried where it may not be 0.
        for start in range(4 if len(run) % 4 == 1 else 1):
            held = run[start : start + (len(run) - start) // 4 * 4]
            yield from contents(path, base64.b64decode(held), depth + 2)


def found_in(folder: Path, marks: tuple[str, ...]) -> list[str]:
    """Files that hold a mark, in any case or encoding."""
    wanted = [m.encode(code) for m in marks for code in ("utf-8", "utf-16-le", "utf-16-be")]
    pattern = re.compile(b"|".join(map(re.escape, wanted)), re.IGNORECASE)
    return [
        f"{path} : {data[hit.start() : hit.start() + 60]!r}"
        for path in sorted(p for p in folder.rglob("*") if p.is_file())
        for data in contents(path, path.read_bytes())
        if (hit := pattern.search(data))
    ]


def test_the_search_finds_what_is_hidden_anywhere(tmp_path: Path) -> None:
    held = BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.xml", "<t>zznom</t>" * 9)
    inner = base64.b64encode(held.getvalue() + b" " * 64)
    for name, data in (
        ("a.zip", held.getvalue()),
        ("b.html", b"<p>" + inner),
        ("c", b"ZZNOM"),
        ("d", zlib.compress(b"x" * 99 + b"ZZNOM")),
        ("e", "ZZNOM".encode("utf-16-le")),
    ):
        (tmp_path / name).write_bytes(data)
    assert len({line.partition(" : ")[0] for line in found_in(tmp_path, MARKS)}) == 5


@pytest.mark.parametrize("finess_json", [False, True])
def test_no_professional_is_in_any_byte_written(  # type: ignore[no-untyped-def]
    demo: DemoSummary, tmp_path: Path, tell, finess_json: bool
) -> None:
    raw = tmp_path / "raw"
    shutil.copytree(demo.folder, raw)
    marks = write_named(demo, raw, finess_json=finess_json)
    plain = "".join(p.read_text() for p in raw.iterdir() if p.suffix in {".csv", ".json", ".txt"})
    plain = plain.replace(" ", "")
    assert [m for m in marks if m.replace(" ", "") not in plain] == []
    out = tmp_path / "out"
    out.mkdir()
    command = [sys.executable, "-m", "diagterritoire", "diagnostic", "--donnees", str(raw)]
    ran = subprocess.run(
        [*command, "--hors-ligne", "--", "00"], cwd=out, capture_output=True, check=False
    )
    assert ran.returncode == 0, ran.stderr.decode()
    (out / "ecran.txt").write_bytes(ran.stdout + ran.stderr)
    files = [p for p in out.rglob("*") if p.is_file()]
    size = sum(p.stat().st_size for p in files)
    tell(f"{len(marks)} marques cherchées : {size} octets dans {len(files)} fichiers")
    assert {p.suffix for p in files} >= {".gpkg", ".xlsx", ".docx", ".pdf", ".html", ".tif"}
    assert [m for m in marks if not m.startswith(ROOTS)] == []
    assert found_in(out, ROOTS) == []
    # The files were read: what they may say is there.
    (layers,) = out.rglob("*.gpkg")
    assert b"STRUCTURE 3" in layers.read_bytes()
