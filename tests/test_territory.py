import pandas as pd
import pytest

from diagterritoire import gazetteer, territory
from diagterritoire.errors import UsageError

APPARTENANCE = pd.DataFrame(
    {
        "code_commune": ["00001", "00002", "00003", "97101", "75056"],
        "nom": ["Belair", "L'Isle-Perdue", "Saint-Élan-l'Œuvre", "Ravine-Neuve", "Paris"],
        "code_departement": ["00", "00", "00", "971", "75"],
        "code_region": ["00", "00", "00", "01", "11"],
        "code_epci": ["000000001", "000000001", None, "000000002", "200054781"],
        "bassin_vie": ["00001", "00001", "00001", "97101", "75056"],
    }
)
LIBELLES = pd.DataFrame(
    [
        ("departement", "00", "Département fictif"),
        ("region", "00", "Région fictive"),
        ("epci", "000000001", "CC de Belair"),
        ("bassin_vie", "00001", "Belair"),
    ],
    columns=["niveau", "code", "nom"],
)


def resolve(text):
    tokens = territory.parse(text)
    assert tokens is not None
    return gazetteer.resolve(tokens, APPARTENANCE, LIBELLES)


@pytest.mark.parametrize(
    ("text", "slug", "communes", "nom"),
    [
        ("00", "dep-00", ("00001", "00002", "00003"), "Département fictif"),
        ("00002", "com-00002", ("00002",), "L'Isle-Perdue"),
        ("000000001", "epci-000000001", ("00001", "00002"), "CC de Belair"),
        ("bv:00001", "bv-00001", ("00001", "00002", "00003"), "Belair"),
        ("reg:00", "reg-00", ("00001", "00002", "00003"), "Région fictive"),
        ("75108", "com-75056", ("75056",), "Paris"),
    ],
)
def test_resolve(text, slug, communes, nom):
    found = resolve(text)
    assert (found.slug, found.communes, found.nom) == (slug, communes, nom)


def test_list_is_named_by_what_was_found():
    first, second = resolve("00002,00001"), resolve(" 00001 , 00002,00002 ")
    assert first.slug == second.slug
    assert first.slug.startswith("liste-")
    assert len(first.slug) == len("liste-") + 8


@pytest.mark.parametrize(
    "text",
    ["", " ", "2a", "2A0O4", "٢٣", "14 118", "../x", "bv:", "bv:2A", "reg:9", "2A;2B", "1234567890"]
    + ["2A\n", "２A", "$(touch x)", "`id`", "2A,", "demo\x00", "-h"],
)
def test_strict_grammar(text):
    assert territory.parse(text) is None or text.strip() != text


@pytest.mark.parametrize(("text", "slug"), [("00,00", "dep-00"), ("75101,75102", "com-75056")])
def test_a_code_typed_twice_is_one_code(text, slug):
    found = resolve(text)
    assert found.slug == slug
    assert "," not in found.nom


def test_unknown_code_suggests():
    with pytest.raises(UsageError, match="Territoire inconnu : « 00009 »") as raised:
        resolve("00009")
    assert "00001 (Belair, commune, Département fictif)" in raised.value.remede


def test_unknown_name_suggests_the_nearest():
    error = gazetteer.unknown("belaire", APPARTENANCE, LIBELLES)
    assert "00001 (Belair, commune, Département fictif)" in error.remede
    assert error.exit_code == 2


def test_typed_text_is_cleaned_before_it_is_shown():
    error = gazetteer.unknown("\x1b[31m" + "a" * 500, APPARTENANCE, LIBELLES)
    assert "\x1b" not in error.message
    assert len(error.message) < 120


def test_search_ignores_accents_and_ranks():
    found = gazetteer.search("saint elan l oeuvre", APPARTENANCE, LIBELLES)
    assert found.iloc[0].tolist() == [
        "00003",
        "Saint-Élan-l'Œuvre",
        "commune",
        "Département fictif",
    ]
    assert gazetteer.search("belair", APPARTENANCE, LIBELLES)["saisir"].tolist()[:2] == [
        "bv:00001",
        "00001",
    ]
    assert gazetteer.search("", APPARTENANCE, LIBELLES).empty


@pytest.mark.parametrize(
    ("code", "crs"),
    [
        ("2A004", "EPSG:2154"),
        ("97101", "EPSG:5490"),
        ("97201", "EPSG:5490"),
        ("97301", "EPSG:2972"),
        ("97401", "EPSG:2975"),
        ("97601", "EPSG:4471"),
    ],
)
def test_projection(code, crs):
    assert territory.crs_of([code]) == crs


def test_mixed_projections_are_refused():
    with pytest.raises(UsageError, match="projections différentes"):
        resolve("00001,97101")


def test_an_arrondissement_is_widened_and_said() -> None:
    table = pd.DataFrame(
        {
            "code_commune": ["75056", "69123"],
            "nom": ["Paris", "Lyon"],
            "code_departement": ["75", "69"],
            "code_region": ["11", "84"],
            "code_epci": ["200054781", "200046977"],
            "bassin_vie": ["75056", "69123"],
        }
    )
    labels = pd.DataFrame({"niveau": [], "code": [], "nom": []}, dtype="str")

    def named(text):
        return gazetteer.resolve(territory.parse(text), table, labels)

    assert named("75108").arrondissements == ("75108",)
    assert named("75108").slug == named("75056").slug == "com-75056"
    both = named("75108,75056,69381,75108")
    assert both.arrondissements == ("75108", "69381")
    assert both.communes == ("69123", "75056")
    assert named("75108,75056").slug == "com-75056"
    assert named("75056").arrondissements == ()


def test_homonyms_are_told_apart_by_their_departement():
    communes = pd.DataFrame(
        {
            "code_commune": ["11339", "97411"],
            "nom": ["Saint-Denis"] * 2,
        }
    )
    labels = pd.DataFrame(
        [("departement", "11", "Aude"), ("departement", "974", "La Réunion")],
        columns=["niveau", "code", "nom"],
    )
    error = gazetteer.unknown("saint-denis", communes, labels)
    assert (
        "11339 (Saint-Denis, commune, Aude) ; 97411 (Saint-Denis, commune, La Réunion) ?"
        in error.remede
    )
