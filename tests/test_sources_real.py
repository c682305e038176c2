"""The real open data beside the project: counts and totals."""

from __future__ import annotations

import pytest
from bench.donnees import ABSENT, REAL

from diagterritoire.sources.folder.load import load
from diagterritoire.sources.folder.raw_tables import RawTables
from diagterritoire.sources.folder.scan import Library, scan
from diagterritoire.sources.library import find
from diagterritoire.sources.roads.routes import read_graphml

pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(not REAL.is_dir(), reason=ABSENT),
]


@pytest.fixture(scope="module")
def library() -> Library:
    return scan(REAL)


@pytest.fixture(scope="module")
def raw(library: Library) -> RawTables:
    return load(library)


def test_every_file_is_recognised(library: Library) -> None:
    assert [p.name for p in library.ignored] == ["README.md"]
    assert len(library.files) == 15
    assert len(find(library, "routes_osm")) == 4


def test_counts_and_totals(raw: RawTables) -> None:
    assert len(raw.communes_geo) == 34_935
    assert raw.communes_geo["code_epci"].isna().sum() == 4
    assert len(raw.appartenance) == 34_935
    assert raw.libelles["niveau"].value_counts().to_dict() == {
        "bassin_vie": 1707,
        "epci": 1255,
        "departement": 101,
        "region": 18,
    }
    assert len(raw.points) == 34_973
    assert raw.populations["population"].sum() == 68_094_280
    assert len(raw.mouvements) == 13_734
    assert raw.apl_publiee["annee"].value_counts().to_dict() == {2022: 34_964, 2023: 34_954}
    assert len(raw.contexte) == 1709 * 8 + 1707 * 16
    assert len(raw.sources) == 10


def test_gps(raw: RawTables) -> None:
    departements = raw.medecins["code_commune"].str[:2]
    counts = raw.medecins.groupby(departements)["mg_nb"].sum()
    assert raw.medecins["mg_nb"].sum() == 60_305
    assert (counts["2A"], counts["2B"]) == (174, 159)


def test_zones(raw: RawTables) -> None:
    zones = raw.zonage["zonage_mg"]
    assert zones.value_counts().to_dict() == {"ZAC": 16_690, "ZIP": 13_617, "HZ": 3029, "ZAR": 1503}
    assert zones.isna().sum() == 24


def test_years_of_the_codes(raw: RawTables) -> None:
    assert raw.cog["appartenance"] == raw.cog["communes_geo"] == raw.cog["apl_publiee_2023"] == 2024
    assert (raw.cog["medecins"], raw.cog["populations"]) == (2021, 2025)


def test_published_apl_codes_follow_the_declared_year(raw: RawTables) -> None:
    """Every code of 2023 is of the COG 2024, arrondissements aside; 2022 has the merged ones."""
    known = set(raw.appartenance["code_commune"])
    apl = raw.apl_publiee
    extra = {y: set(apl.loc[apl["annee"] == y, "code_commune"]) - known for y in (2022, 2023)}
    assert len(extra[2023]) == 45
    assert len(extra[2022]) == 45 + 13


def test_roads_of_corsica(library: Library) -> None:
    nodes, edges, _ = read_graphml(find(library, "routes")[0].path)
    assert (len(nodes), len(edges)) == (31_333, 65_009)
    assert set(edges["classe"]) <= {
        "trunk", "trunk_link", "primary", "primary_link", "secondary", "secondary_link",
        "tertiary", "tertiary_link", "unclassified", "residential", "living_street",
    }  # fmt: skip
