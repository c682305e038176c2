"""Codes and names of territories, each value written by hand."""

from diagterritoire import territory
from diagterritoire.territory import ARRONDISSEMENTS, Territory, Token


def test_each_level_of_territory_has_its_french_name() -> None:
    typed = ("2A", "2A004", "242010056", "bv:2A004", "reg:94")
    levels = [token.niveau for code in typed if (token := territory.token_of(code))]
    made = [territory.demo(["00001"], "Belair")]
    made += [territory.of_communes(["2A004"], niveau, "Ajaccio") for niveau in ("liste", "zone")]
    levels += [found.niveau for found in made]
    assert [territory.NIVEAUX[niveau] for niveau in levels] == [
        "département", "commune", "intercommunalité", "bassin de vie", "région",
        "territoire inventé", "liste de communes", "zone dessinée",
    ]  # fmt: skip
    assert len(territory.NIVEAUX) == len(levels)


def test_the_arrondissements_are_those_of_the_three_cities_and_no_more() -> None:
    # Marseille has 16, Lyon 9, Paris 20.
    assert {city: len(parts) for city, parts in ARRONDISSEMENTS.items()} == {
        "13055": 16, "69123": 9, "75056": 20,
    }  # fmt: skip
    ends = [(parts[0], parts[-1]) for parts in ARRONDISSEMENTS.values()]
    assert ends == [("13201", "13216"), ("69381", "69389"), ("75101", "75120")]
    beyond = ["13200", "13217", "69380", "69390", "75100", "75121"]
    assert [territory.arrondissement_parent(code) for code in beyond] == beyond


def test_the_name_of_a_list_is_the_hash_of_its_codes_joined_by_commas() -> None:
    # A delivery keeps its folder from one version to the next: printf 2A004,2B033 | sha256sum
    found = territory.of_communes(["2B033", "2A004", "2A004"], "liste", "Deux villes")
    assert found.slug == "liste-eeef4bd6"
    assert (found.communes, found.crs, found.fictif) == (("2A004", "2B033"), "EPSG:2154", False)


def test_only_the_invented_communes_are_said_to_be_invented() -> None:
    demo = territory.demo(["00002", "00001"], "Belair")
    assert demo == Territory("demo", "Belair", "demo", ("00001", "00002"), "EPSG:2154", fictif=True)
    assert not Territory("com-2A004", "Ajaccio", "commune", ("2A004",), "EPSG:2154").fictif


def test_a_code_nobody_typed_names_no_arrondissement() -> None:
    assert Token("commune", "75056").saisi == ""
    typed = territory.parse("75108")
    assert typed is not None
    assert [(token.code, token.saisi) for token in typed] == [("75056", "75108")]
