"""Every free text with each hostile payload, to the last page: `make campagnes`."""

from __future__ import annotations

import shutil
import unicodedata
from pathlib import Path

import pytest

from diagterritoire.cli import run_command
from hostile_raw_text import scenario, settings, spoil
from hostile_text import PAYLOADS, SENTINEL, live_cells, squeezed, texts_of, visited
from test_browser_map import browser  # noqa: F401
from test_browser_map import pytestmark as needs_browser
from test_hostile_text import delivered, faults

EPCI = "000000001"
RANKS = range(len(PAYLOADS))
TURNS = {"LRE", "RLE", "PDF", "LRO", "RLO", "LRI", "RLI", "FSI", "PDI"}

pytestmark = needs_browser


@pytest.mark.parametrize("offset", RANKS)
def test_every_column_with_each_payload(tmp_path, browser, capsys, offset: int) -> None:  # type: ignore[no-untyped-def] # noqa: F811
    browser.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": SENTINEL})
    given, paths = delivered(tmp_path, offset)
    assert faults(given, paths, browser) == []
    with capsys.disabled():
        print(f"\ntour {offset + 1} : {len(given)} champs livrés, aucune exécution")  # noqa: T201


@pytest.mark.parametrize("rank", RANKS)
def test_every_cell_of_the_files_with_each_payload(tmp_path, browser, capsys, rank: int) -> None:  # type: ignore[no-untyped-def] # noqa: F811
    """A diagnostic, a scenario, the index and the comparison, from hostile cells."""
    browser.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": SENTINEL})
    raw = tmp_path / "brutes"
    given = spoil(raw, rank)
    given["cabinet"] = settings(tmp_path / "p.toml", rank)
    scenario(tmp_path / "s.toml", rank)
    maps, processed = tmp_path / "maps", tmp_path / "processed"
    places = ["--maps", str(maps), "--processed", str(processed)]
    options = ["--donnees", str(raw), "--parametres", str(tmp_path / "p.toml"), "--hors-ligne"]
    if not given["cabinet"].isprintable():
        # What a user writes must show: refused, and the rest is tried with what is seen of it.
        assert run_command(["diagnostic", EPCI, *options, *places]) == 2
        assert "caractère invisible" in capsys.readouterr().err
        given["cabinet"] = settings(tmp_path / "p.toml", rank, printable=True)
        assert run_command(["scenario", EPCI, str(tmp_path / "s.toml"), *options, *places]) == 2
        assert "signe invisible" in capsys.readouterr().err
        scenario(tmp_path / "s.toml", rank, printable=True)
    _run("diagnostic", EPCI, *options, *places, capsys=capsys)
    _run("scenario", EPCI, str(tmp_path / "s.toml"), *options, *places, capsys=capsys)
    kept = tmp_path / "garde"
    shutil.copytree(processed / f"epci-{EPCI}", kept)
    _run("comparer", str(kept), EPCI, *places, capsys=capsys)
    found, shown = [], {}
    pages = sorted(maps.rglob("*.html"))
    assert len(pages) == 6
    for page in pages:
        found += visited(browser, page)
        shown[page.relative_to(maps).as_posix()] = squeezed(browser.texte)
    for book in sorted(processed.rglob("*.xlsx")):
        found += live_cells(book)
    name = squeezed(given["table-appartenance-geo-communes-2024.Zones_supra_communales.LIBGEO"])
    found += [f"{page} : nom absent" for page, text in shown.items() if name[:80] not in text]
    book = texts_of(processed / f"epci-{EPCI}" / "indicateurs.xlsx", "xl/sharedStrings")
    wanted = ("exercice_coordonne.structure", "fichier")
    if squeezed(given["cabinet"]) not in shown[f"epci-{EPCI}/rapport.html"]:
        found.append("rapport : cabinet absent")
    text = squeezed(book)
    found += [f"classeur : {f} absent" for f in wanted if squeezed(given[f])[:900] not in text]
    for field in ("enquete.attentes", "enquete.interet"):
        assert squeezed(given[field]) not in text, f"texte libre publié : {field}"
    assert found == []
    assert not list(tmp_path.rglob("pwned"))
    with capsys.disabled():
        count = f"{len(given)} champs lus, {len(pages)} pages"
        print(f"\ncharge {rank + 1} ({list(PAYLOADS)[rank]}) : {count}, aucune exécution")  # noqa: T201


def _run(*arguments: str, capsys) -> None:  # type: ignore[no-untyped-def]
    code = run_command(list(arguments))
    told = capsys.readouterr()
    assert code == 0, told.err
    shown = told.out + told.err
    assert not any(unicodedata.category(c) == "Cc" and c != "\n" for c in shown)
    # Nothing turns the rest of a line around.
    assert not any(unicodedata.bidirectional(c) in TURNS for c in shown)


def test_there_are_ten_payloads(tmp_path: Path) -> None:
    assert len(PAYLOADS) == 10
