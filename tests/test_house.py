"""The house itself: examples run, generated pages match, no file names what it must not."""

import ast
import doctest
import importlib
import json
import pkgutil
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import diagterritoire

ROOT = Path(__file__).resolve().parents[1]
MODULES = sorted(
    m.name
    for m in pkgutil.walk_packages(diagterritoire.__path__, "diagterritoire.")
    if not m.name.endswith("__main__")
)


@pytest.mark.parametrize("name", MODULES)
def test_docstring_examples_run(name):
    failures, _ = doctest.testmod(importlib.import_module(name))
    assert failures == 0


def test_generated_pages_are_up_to_date():
    sys.path.insert(0, str(ROOT / "outils"))
    try:
        pages = importlib.import_module("ecrire_docs").pages()
    finally:
        sys.path.pop(0)
    for name, text in pages.items():
        assert (ROOT / "docs" / name).read_text(encoding="utf-8") == text, "lancez « make docs »"


def tracked_files():
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    if listed.returncode:
        pytest.skip("pas de dépôt git ici")
    return [ROOT / name for name in listed.stdout.decode().split("\0") if name]


def test_relative_links_of_the_pages_resolve():
    pages = [p for p in tracked_files() if p.suffix == ".md"]
    assert ROOT / "README.md" in pages
    broken = []
    for page in pages:
        text = re.sub(r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.S | re.M)
        for link in re.findall(r"\]\(([^)\s]+)\)", text):
            if re.match(r"[a-z]+:", link):
                continue
            target = (page.parent / link.partition("#")[0]).resolve() if link[0] != "#" else page
            if not target.exists():
                broken.append(f"{page.relative_to(ROOT)} -> {link}")
    assert broken == []


def test_every_library_imported_is_declared_and_explained():
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    names = {re.split(r"[><=\[]", d)[0] for d in declared["dependencies"]}
    imported = set()
    for path in (ROOT / "src").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                imported |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and not node.level:
                imported.add((node.module or "").partition(".")[0])
    known = {"PIL": "pillow", "python_calamine": "python-calamine"}
    third = {known.get(m, m) for m in imported - sys.stdlib_module_names - {"diagterritoire"}}
    assert third <= names
    page = (ROOT / "docs" / "dependances.md").read_text(encoding="utf-8")
    assert [n for n in sorted(names) if n not in page] == []


def test_node_versions_agree():
    engines = json.loads((ROOT / "web" / "package.json").read_text(encoding="utf-8"))["engines"]
    script = (ROOT / "outils" / "assembler_web.py").read_text(encoding="utf-8")
    oldest = re.search(r"^OLDEST_NODE = ([0-9]+)$", script, flags=re.M)
    assert engines["node"] == f">={oldest[1]}"


def test_locks_name_no_registry():
    for path in [*ROOT.glob("requirements/*.lock"), ROOT / "web" / "package-lock.json"]:
        text = path.read_text(encoding="utf-8")
        assert "resolved" not in text
        assert "index-url" not in text
        assert not re.search(r"https?://[^\"\s]*(pypi|npmjs|registry)", text), path.name


def test_no_large_or_generated_file_is_tracked():
    for path in tracked_files():
        if path.is_file():
            assert path.stat().st_size < 1_000_000, path
            assert path.suffix not in {".gpkg", ".graphml", ".pbf", ".xlsx", ".tif"}, path


def test_folders_kept_empty():
    names = {p.relative_to(ROOT).as_posix() for p in tracked_files()}
    for folder in ("data/raw", "data/processed", "maps"):
        assert [n for n in names if n.startswith(folder + "/")] == [f"{folder}/.gitkeep"]
