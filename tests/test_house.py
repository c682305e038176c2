"""The house itself: examples run, generated pages match, no file names what it must not."""

import doctest
import importlib
import pkgutil
import re
import subprocess
import sys
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
