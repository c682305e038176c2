"""The catalogue: every source can be found, said, and fetched by a person."""

from __future__ import annotations

import subprocess
import sys

import pytest

from diagterritoire.catalog import SOURCES, by_key
from diagterritoire.errors import UsageError
from diagterritoire.sources.layouts import LAYOUTS, layout


def test_keys_are_unique_and_every_source_says_where_it_comes_from() -> None:
    assert len({s.cle for s in SOURCES}) == len(SOURCES)
    for source in SOURCES:
        assert source.titre
        assert source.producteur
        assert source.licence
        assert source.millesime
        assert source.usage
        assert source.page.startswith("https://")
        assert source.noms


def test_layouts_and_sources_point_at_each_other() -> None:
    assert {item.source for item in LAYOUTS} == {s.cle for s in SOURCES}
    for source in SOURCES:
        assert layout(source.layout).source == source.cle


def test_known_names_do_not_overlap() -> None:
    from fnmatch import fnmatchcase

    for source in SOURCES:
        for pattern in source.noms:
            name = pattern.replace("*", "x")
            owners = [s.cle for s in SOURCES if any(fnmatchcase(name, p) for p in s.noms)]
            assert owners == [source.cle]


def test_indispensable_sources() -> None:
    assert {s.cle for s in SOURCES if s.indispensable} == {
        "communes",
        "appartenance",
        "populations",
        "medecins",
        "apl_publiee",
    }


def test_an_unknown_key_lists_the_known_ones() -> None:
    assert by_key("zonage").cle == "zonage"
    with pytest.raises(UsageError, match="populations"):
        by_key("inconnue")


def test_the_catalogue_imports_nothing_heavy() -> None:
    code = (
        "import sys, diagterritoire.catalog;"
        "print(sorted({'pandas', 'geopandas', 'pyogrio'} & set(sys.modules)))"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"
