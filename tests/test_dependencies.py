"""What the project stands on: locked, under a known licence; nothing in it executes a text."""

from __future__ import annotations

import ast
import json
import re
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SOURCES = sorted((ROOT / "src").rglob("*.py"))
# Alone in saying that a text needs no escaping: what the autoescaping templates made.
MARKUP = ["outputs/rendering.py"]


@pytest.fixture(scope="module")
def inventaire():
    sys.path.insert(0, str(ROOT / "outils"))
    try:
        import inventaire

        return inventaire
    finally:
        sys.path.pop(0)


def test_every_lock_holds_fingerprints(inventaire):
    for path in inventaire.LOCKS.values():
        found = inventaire.locked(path)
        assert found
        assert [name for name, hashes in found.items() if not hashes] == []
    assert all(len(digest) == 128 for digest, _, _ in inventaire.npm_locked().values())


def test_every_library_has_an_admitted_licence(inventaire):
    kept = {(r["origine"], r["nom"]): r for r in inventaire.read_licences()}
    brought = {
        ("pypi", name) for path in inventaire.LOCKS.values() for name, _ in inventaire.locked(path)
    }
    brought |= {("npm", name) for name, _ in inventaire.npm_locked()}
    libraries = {key for key in kept if key[0] in {"pypi", "npm"}}
    assert libraries == brought, "lancez « make licences »"
    refused = [key for key in libraries if not inventaire.admitted(kept[key]["licence"])]
    assert refused == []
    # Installed ones say what the list says.
    for kind, name in libraries:
        told = inventaire.spdx(name) if kind == "pypi" else None
        assert told in {None, kept[kind, name]["licence"]}
    beside = [r["licence"] for key, r in kept.items() if key not in libraries]
    assert len(beside) == 4
    # pandoc alone is under the GPL, and it is a program of its own.
    assert [text for text in beside if re.fullmatch(r"A?GPL-[0-9.]+-(only|or-later)", text)] == [
        "GPL-2.0-or-later"
    ]


def test_licences_are_read(inventaire):
    told = ["MIT", "MIT OR GPL-3.0-only", "GPL-3.0-only", "MIT AND GPL-3.0-only", "inconnue"]
    assert [inventaire.admitted(text) for text in told] == [True, True, False, False, False]


def test_the_inventory_is_the_same_twice(inventaire):
    first, again = (json.dumps(inventaire.inventory()) for _ in range(2))
    assert first == again
    parts = inventaire.inventory()["components"]
    names = {p["name"] for p in parts}
    assert {"numpy", "geopandas", "leaflet"} <= names
    assert "esbuild" not in names
    assert len({p["bom-ref"] for p in parts}) == len(parts)


def calls(path: Path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            yield node, ast.unparse(node.func)


FORBIDDEN = re.compile(
    r"(builtins\.)?(eval|exec|compile|__import__)|os\.(system|popen|exec\w*|spawn\w*)"
    r"|subprocess\.get(status)?output|(c?pickle|marshal|shelve|dill|joblib|yaml)\.\w+"
    r"|pd\.read_pickle|tempfile\.mktemp|webbrowser\.\w+"
)


def test_nothing_executes_a_text():
    found = []
    for path in SOURCES:
        for node, name in calls(path):
            shell = any(k.arg == "shell" for k in node.keywords)
            loads = name.startswith("np.load") and any(
                k.arg == "allow_pickle" and getattr(k.value, "value", True) for k in node.keywords
            )
            if FORBIDDEN.fullmatch(name) or shell or loads:
                found.append(f"{path.relative_to(ROOT)}:{node.lineno} {name}")
    assert found == []


def test_markup_is_marked_as_safe_in_one_place():
    found = []
    for path in SOURCES:
        found += [
            path.relative_to(ROOT / "src/diagterritoire").as_posix()
            for _, name in calls(path)
            if name.rpartition(".")[2] == "Markup"
        ]
    assert found == MARKUP
    templates = sorted((ROOT / "src").rglob("*.j2"))
    assert templates
    assert [
        t.name for t in templates if re.search(r"\|\s*safe\b|autoescape\s+false", t.read_text())
    ] == []
    scripts = [*sorted((ROOT / "web/src").rglob("*.ts"))]
    assert scripts
    raw = re.compile(
        r"\.(inner|outer)HTML\b|insertAdjacentHTML|document\.write|\beval\(|new Function"
    )
    assert [s.name for s in scripts if raw.search(s.read_text(encoding="utf-8"))] == []
