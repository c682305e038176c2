"""The catalogue: every source can be found, said, and fetched by a person."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from diagterritoire import catalog_urls
from diagterritoire.catalog import SOURCES, by_key
from diagterritoire.catalog_urls import FILES, PAGES
from diagterritoire.errors import UsageError
from diagterritoire.sources.layouts.known import LAYOUTS, layout


def test_keys_are_unique_and_every_source_says_where_it_comes_from() -> None:
    assert len({s.cle for s in SOURCES}) == len(SOURCES)
    for source in SOURCES:
        assert source.titre
        assert source.producteur
        assert source.licence
        assert source.millesime
        assert source.usage
        # The files that only the user has are described with the project.
        own = source.producteur == "fourni par l'utilisateur"
        assert source.page.startswith("docs/formats.md" if own else "https://")
        assert source.url.startswith("https://") or not source.url
        assert source.noms


def test_addresses_are_one_line_each_and_all_serve() -> None:
    assert set(PAGES) == {s.cle for s in SOURCES}
    assert set(FILES) == {s.cle for s in SOURCES if s.url}
    lines = Path(catalog_urls.__file__).read_text(encoding="utf-8").splitlines()
    for address in (*PAGES.values(), *FILES.values()):
        assert any(f'"{address}",' in line for line in lines)


def test_what_is_fetched_unasked_is_indispensable_or_small() -> None:
    for source in SOURCES:
        if source.url and not source.indispensable:
            assert source.sur_demande or source.octets_max <= 50_000_000, source.cle
        assert not (source.sur_demande and source.indispensable)
    assert {s.cle for s in SOURCES if s.sur_demande} == {
        "equipements",
        "professionnels",
        "structures",
    }


def test_what_is_downloaded_can_be_checked_and_what_is_refused_says_why() -> None:
    for source in SOURCES:
        assert bool(source.url) == bool(source.magie), source.cle
        assert bool(source.refus) == bool(source.remede), source.cle
        if source.remplace:
            assert by_key(source.remplace).indispensable


def test_the_catalogue_holds_what_a_study_needs() -> None:
    assert {s.cle for s in SOURCES} >= {
        "communes", "communes_api", "appartenance", "populations", "ages", "mouvements",
        "professionnels", "annuaire_ameli", "equipements", "medecins", "structures",
        "offre_sociale", "apl_publiee", "zonage", "contexte_cartosante", "tvs", "carreaux",
        "population_raster", "flux_observes", "secteurs_garde", "acces_insee", "enquete",
        "routes", "routes_osm",
    }  # fmt: skip


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
