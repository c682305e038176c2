"""Which extract each departement is told to fetch."""

from __future__ import annotations

from diagterritoire.extracts import DEPARTEMENTS, advice, extract_of, extracts_of

# 01 to 95 with Corsica in two, and the five overseas ones: 101.
FRANCE = [
    *(f"{n:02d}" for n in range(1, 96) if n != 20),
    *("2A", "2B"),
    *("971", "972", "973", "974", "976"),
]
PAGE = "https://download.geofabrik.de/europe/france/"


def test_each_of_the_101_departements_has_one_extract():
    assert len(FRANCE) == 101
    assert sorted(code for codes in DEPARTEMENTS.values() for code in codes) == sorted(FRANCE)
    assert len(extracts_of(FRANCE)) == len(DEPARTEMENTS) == 27
    for code in FRANCE:
        extract = extract_of(code)
        assert code in DEPARTEMENTS[extract.nom]
        assert extract.page == f"{PAGE}{extract.nom}.html"
        assert extract.fichier == f"{extract.nom}-latest.osm.pbf"


def test_known_departements():
    expected = {
        "14": "basse-normandie",
        "27": "haute-normandie",
        "2B": "corse",
        "44": "pays-de-la-loire",
        "974": "reunion",
        "60": "picardie",
        "90": "franche-comte",
        "83": "provence-alpes-cote-d-azur",
    }
    assert {code: extract_of(code).nom for code in expected} == expected


def test_advice_names_what_is_missing_and_only_that():
    assert advice([], ["14"]) == advice(["00", "975"], ["00", "975"]) == ""
    both = advice(["14", "50", "27", "14"], ["14", "50", "27"])
    assert both.count("latest.osm.pbf") == 2
    assert "osmium merge" in both
    assert both.startswith("Pour des temps par la route, déposez dans le dossier de données les ")
    assert advice(["14"], ["14"], used="basse-normandie-latest.osm.pbf") == ""
    buffer = advice(["14"], ["14"], around=["61", "27"])
    assert "Le pourtour déborde sur « haute-normandie-latest.osm.pbf »" in buffer
    assert buffer.count("basse-normandie-latest") == 1


def test_an_extract_completes_another_one_but_replaces_a_graphml():
    half = advice(["27"], ["14", "27"], used="basse-normandie-latest.osm.pbf")
    assert "réunissez « basse-normandie-latest.osm.pbf » et l'extrait OpenStreetMap" in half
    assert half.count("haute-normandie-latest.osm.pbf") == 1
    whole = advice(["27"], ["14", "27"], used="reseau.graphml")
    assert whole == advice(["14", "27"], ["14", "27"])


def test_many_extracts_share_one_page():
    text = advice(FRANCE, FRANCE)
    assert text.count("latest.osm.pbf") == 27
    assert text.count("https://") == 1
    assert "(https://download.geofabrik.de/europe/france.html)" in text
