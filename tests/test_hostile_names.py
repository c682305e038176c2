"""Hostile names of territories: nothing runs, nothing is written elsewhere, links are refused."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from diagterritoire.batch.asked import folder_name
from diagterritoire.cli import run_command
from diagterritoire.sources.territory_files import read_codes
from diagterritoire.store.places import check_slug
from diagterritoire.territory import slug_of
from hostile_names import NAMES
from small_files import write_country
from test_make import make, workshop  # noqa: F401


def tree(folder: Path) -> dict[str, bytes]:
    """Every file under a folder, by name, with its content."""
    return {
        p.relative_to(folder).as_posix(): p.read_bytes() if p.is_file() else b""
        for p in sorted(folder.rglob("*"))
    }


COMMANDS = ("diagnostic", "lot")


@pytest.fixture(scope="module")
def country(tmp_path_factory) -> Path:  # type: ignore[no-untyped-def]
    """A small country, whose list of communes is enough to know a territory from another text."""
    return write_country(tmp_path_factory.mktemp("pays"))


def told(  # type: ignore[no-untyped-def]
    text: str, country: Path, place: Path, capsys, command: str = "diagnostic"
) -> tuple[int, str]:
    """Exit code and message for a typed territory; outputs go to two folders of a place."""
    roots = ["--maps", str(place / "maps"), "--processed", str(place / "processed")]
    code = run_command([command, "--hors-ligne", "--donnees", str(country), *roots, "--", text])
    return code, capsys.readouterr().err


def faults(code: int, message: str, text: str) -> list[str]:
    """What is wrong with an answer."""
    found = [] if code == 2 else [f"code {code}"]
    found += [w for w in ("Erreur interne", "Traceback") if w in message]
    found += ["caractère de commande"] * any(not c.isprintable() and c != "\n" for c in message)
    found += ["sans remède"] * (message.count("\n") < 3)
    return [f"{text[:40]!r} : {one} ({message[:200]})" for one in found]


@pytest.mark.parametrize("command", COMMANDS)
def test_names_are_refused_and_write_nothing(  # type: ignore[no-untyped-def]
    country, tmp_path, capsys, monkeypatch, command: str
) -> None:
    assert_refused(NAMES[3::9], command, country, tmp_path, capsys, monkeypatch)


def assert_refused(names, command: str, country, tmp_path, capsys, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    """Each name typed, then as a line of a list file."""
    work = tmp_path / "travail"
    work.mkdir()
    monkeypatch.chdir(work)
    monkeypatch.setenv("HOME", str(work))
    before = tree(country)
    listed = tmp_path / "liste.csv"
    wrong = []
    for text in names:
        wrong += faults(*told(text, country, work, capsys, command), text)
        listed.write_text(f"code\n01001\n{text}\n", encoding="utf-8", newline="")
        if re.match(r"""["' ]*[;,|]""", text):
            # A line whose first field is empty says nothing: only the other code is read.
            assert read_codes(listed) == ["01001"]
        else:
            wrong += faults(*told(str(listed), country, work, capsys, command), text)
    assert wrong == []
    # What a batch shares is made before a name is looked for in it.
    written = {name for name in tree(work) if not name.startswith("processed/.cache")}
    assert written <= {"maps", "processed"}
    assert sorted(p.name for p in tmp_path.iterdir()) == ["liste.csv", "travail"]
    assert tree(country) == before


@pytest.mark.parametrize("text", [n for n in NAMES if "\0" not in n and len(n) < 1000])
def test_make_runs_nothing_of_a_name(workshop, text: str) -> None:  # type: ignore[no-untyped-def] # noqa: F811
    refused = "$" in text or "\n" in text
    written = workshop / "arguments"
    for arguments, environment in (([f"TERRITOIRE={text}"], {}), ([], {"TERRITOIRE": text})):
        written.unlink(missing_ok=True)
        done = make(workshop, *arguments, **environment)
        assert done.returncode == (2 if refused else 0), done.stderr
        assert written.exists() != refused
        # A carriage return is part of what was typed.
        assert refused or written.read_bytes().decode().split("\n")[-2] == text
    assert not list(workshop.rglob("pwned"))


@pytest.mark.parametrize("text", NAMES)
def test_no_folder_name_comes_from_a_name(text: str) -> None:
    assert slug_of(text) is None
    with pytest.raises(Exception, match="n'est pas le nom d'un dossier"):
        check_slug(text)


@pytest.mark.parametrize(
    "link",
    ["maps", "processed", "maps/dep-01", "processed/dep-01", "processed/dep-01/diagnostic.gpkg",
     "maps/dep-01/carte.html", "maps/index.html", "processed/.cache"],
)  # fmt: skip
def test_a_link_among_the_outputs_is_refused_before_the_run(  # type: ignore[no-untyped-def]
    country, tmp_path, capsys, link: str
) -> None:
    outside = tmp_path / "ailleurs"
    outside.mkdir()
    (outside / "precieux.txt").write_text("intact")
    path = tmp_path / "sorties" / link
    path.parent.mkdir(parents=True)
    path.symlink_to(outside / "precieux.txt" if "." in path.name[1:] else outside)
    code, message = told("01", country, tmp_path / "sorties", capsys)
    assert code == 5, message
    assert "lien symbolique" in message
    assert tree(outside) == {"precieux.txt": b"intact"}


@pytest.mark.parametrize(
    "link",
    ["maps", "processed", "maps/lots", "processed/lots", "maps/lots/01-epci",
     "maps/lots/01-epci/index.html", "processed/lots/01-epci", "processed/lots/01-epci/communes",
     "processed/lots/01-epci/journal.jsonl", "processed/.cache"],
)  # fmt: skip
def test_a_link_among_the_outputs_of_a_batch_is_refused_before_it(  # type: ignore[no-untyped-def]
    country, tmp_path, capsys, link: str
) -> None:
    outside = tmp_path / "ailleurs"
    outside.mkdir()
    (outside / "precieux.txt").write_text("intact")
    path = tmp_path / "sorties" / link.replace("01-epci", folder_name("01", "epci"))
    path.parent.mkdir(parents=True)
    path.symlink_to(outside / "precieux.txt" if "." in path.name[1:] else outside)
    code, message = told("01", country, tmp_path / "sorties", capsys, "lot")
    assert code == 5, message
    assert "lien symbolique" in message
    assert tree(outside) == {"precieux.txt": b"intact"}
