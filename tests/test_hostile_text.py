"""Hostile texts: shown as they are, run nowhere; the few places that write markup are named."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from pypdf import PdfReader

from diagterritoire.outputs.documents.docx import write_docx
from diagterritoire.outputs.documents.pdf import write_pdf
from diagterritoire.outputs.geopackage import write_geopackage
from diagterritoire.outputs.map import write_map
from diagterritoire.outputs.presentation import Presentation
from diagterritoire.outputs.report import write_report
from diagterritoire.outputs.workbook import write_workbook
from diagterritoire.sources.formats.geopackage import read_table
from factory import small_diagnosis, with_care_area
from hostile_text import (
    PAYLOADS,
    SENTINEL,
    filled,
    live_cells,
    payload,
    squeezed,
    texts_of,
    visited,
)
from projects import with_projects
from test_browser_map import browser  # noqa: F401
from test_browser_map import pytestmark as needs_browser

SRC = Path(__file__).resolve().parents[1] / "src" / "diagterritoire"
WEB = SRC.parents[1] / "web" / "src"


def delivered(folder: Path, offset: int) -> tuple[dict[str, str], dict[str, Path]]:
    """Write every file of a diagnosis whose free texts are all hostile."""
    diagnosis, given = filled(with_projects(with_care_area(small_diagnosis())), offset)
    given["cabinet"] = payload(offset, "cabinet")[:200]
    names = ("carte.html", "rapport.html", "rapport.docx", "rapport.pdf", "d.gpkg", "i.xlsx")
    paths = {name: folder / name for name in names}
    write_map(diagnosis, paths["carte.html"])
    # The totals of a scenario are not made up here: its report is that of the campaign.
    alone = replace(diagnosis, scenarios=None)
    write_report(alone, paths["rapport.html"], Presentation(given["cabinet"]))
    write_docx(paths["rapport.html"], paths["rapport.docx"], given["cabinet"])
    write_pdf(paths["rapport.html"], paths["rapport.pdf"], given["cabinet"])
    write_geopackage(diagnosis, paths["d.gpkg"])
    write_workbook(diagnosis, paths["i.xlsx"])
    return given, paths


def faults(given: dict[str, str], paths: dict[str, Path], driver) -> list[str]:  # type: ignore[no-untyped-def]
    """What ran, what is live, what is not shown as it was given."""
    found: list[str] = []
    shown = {}
    for name in ("carte.html", "rapport.html"):
        found += visited(driver, paths[name])
        shown[name] = driver.texte
    found += live_cells(paths["i.xlsx"])
    shown["i.xlsx"] = texts_of(paths["i.xlsx"], "xl/sharedStrings")
    shown["rapport.docx"] = texts_of(paths["rapport.docx"], "word/")
    wanted = {
        "carte.html": ("territoire.nom", "communes.nom", "sources.titre", "scenarios.noms"),
        "rapport.html": ("territoire.nom", "communes.nom", "sources.titre", "contexte.indicateur",
                         "controle.motif", "cabinet"),
        "rapport.docx": ("territoire.nom", "communes.nom", "sources.titre", "cabinet"),
        "i.xlsx": tuple(field for field in given if "." in field and not field.endswith(".noms")),
    }  # fmt: skip
    for name, fields in wanted.items():
        text = squeezed(shown[name])
        found += [f"{name} : {f} absent" for f in fields if squeezed(given[f])[:900] not in text]
    stored = set(read_table(paths["d.gpkg"], "communes")["nom"])
    if stored != {given["communes.nom"]}:
        found.append("d.gpkg : communes.nom changé")
    pages = len(PdfReader(paths["rapport.pdf"]).pages)
    return found if pages > 5 else [*found, f"rapport.pdf : {pages} pages"]


@needs_browser[0]
@needs_browser[1]
@needs_browser[2]
def test_every_free_text_is_shown_and_none_runs(tmp_path, browser) -> None:  # type: ignore[no-untyped-def] # noqa: F811
    browser.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": SENTINEL})
    given, paths = delivered(tmp_path, 0)
    assert len(given) > 2 * len(PAYLOADS)
    assert faults(given, paths, browser) == []


def test_the_sentinel_sees_a_script_that_runs(tmp_path, browser) -> None:  # type: ignore[no-untyped-def] # noqa: F811
    browser.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": SENTINEL})
    for number, bad in enumerate((PAYLOADS["balise"], PAYLOADS["script"], "<b onclick=x>")):
        path = tmp_path / f"{number}.html"
        path.write_text(f"<!DOCTYPE html><body>{bad}</body>", encoding="utf-8")
        assert list(visited(browser, path)), bad


def lines(folder: Path, pattern: str, *suffixes: str) -> set[str]:
    """Files that hold a pattern, by name."""
    wanted = re.compile(pattern)
    return {
        p.relative_to(folder).as_posix()
        for p in sorted(folder.rglob("*"))
        if p.suffix in suffixes and "assets" not in p.parts
        and wanted.search(p.read_text(encoding="utf-8"))
    }  # fmt: skip


@pytest.mark.parametrize(
    ("pattern", "allowed"),
    [
        # folium runs what its popups, tooltips, icons and layer names hold.
        (r"\b(Popup|Tooltip|GeoJson\w*|DivIcon|FeatureGroup|LayerControl)\(|\.explore\(", set()),
        (r"import folium|from folium", {"outputs/map.py"}),
        (r"\bMarkup\(", {"outputs/rendering.py"}),
        (r"from_string\(", {"outputs/rendering.py"}),
        (r"\bEnvironment\(", {"outputs/rendering.py"}),
        # Data enter a script by one function, markup by another, XML by a third.
        (r"<script type", {"outputs/page.py", "outputs/rereading.py"}),
        (r"from html import escape", {"outputs/map.py"}),
        (
            r"saxutils import",
            {
                "demo/graphml.py",
                *(f"outputs/documents/{n}.py" for n in ("docx", "reference", "word")),
            },
        ),
        (r"\b(literal_eval|pickle|marshal|shelve)\b", set()),
        (r"(?<![\w.])(eval|exec)\(|os\.system|shell=True", set()),
    ],
)
def test_markup_and_code_are_written_in_few_places(pattern: str, allowed: set[str]) -> None:
    found = lines(SRC, pattern, ".py")
    assert found <= allowed, found - allowed


def test_templates_take_nothing_as_safe() -> None:
    assert lines(SRC, r"\|\s*safe\b|autoescape\s+false|\{%-?\s*raw", ".j2") == set()


@pytest.mark.parametrize(
    "pattern",
    [
        r"\b(innerHTML|outerHTML|insertAdjacentHTML|createContextualFragment|DOMParser|srcdoc)\b",
        r"document\.write|\beval\(|new Function|set(Timeout|Interval)\(\s*[\"'`]",
        r"bindPopup|L\.popup\(|javascript:|setAttribute\(\s*[\"'`]on",
        # What Leaflet takes as markup when it is a text is given as an element.
        r"bindTooltip\((?!el\()",
        r"(?<![.\w])html:(?! (?:el\(|carreStructure\(|texte,))",
    ],
)
def test_the_front_end_never_writes_markup(pattern: str) -> None:
    assert lines(WEB, pattern, ".ts") == set()
