"""The index of many territories: a line each under its departement, what most share said once."""

import re

from diagterritoire.outputs.index import render
from diagterritoire.outputs.index.cards import grouped
from diagterritoire.outputs.index.shelves import FICHES_MAX, shelved
from diagterritoire.store import Found


def found(slug, nom, departements=(), *, approche=False, scenario="", annee="2023"):
    entries = [{"cle": "populations", "titre": "Populations", "millesime": annee}]
    if scenario:
        entries.append({"cle": "scenario", "titre": f"Scénario « {scenario} »"})
    manifest = {
        "territoire": {
            "slug": slug,
            "nom": nom,
            "niveau": "epci",
            "temps_approches": approche,
            "departements": [{"code": code, "nom": name} for code, name in departements],
        },
        "entrees": entries,
        "effectifs": {"communes_territoire": 5, "habitants_territoire": 13370},
        "indicateurs": {"apl": 2.4961, "communes_deficit": 2, "temps_mg_min": 7.25},
    }
    return Found(slug, manifest, fichiers=("carte.html", "rapport.docx"))


AIN, AISNE = ("01", "Ain"), ("02", "Aisne")


def many():
    """One more territory than cards are made for, the odd ones by hand."""
    plain = [found(f"epci-2{k:08d}", f"Territoire {k:03d}", [AIN]) for k in range(FICHES_MAX - 4)]
    return [
        *plain,
        found("epci-300000000", "Deux <rives>", [AISNE, AIN], approche=True),
        found("epci-300000000--maison", "Deux <rives>", [AISNE], scenario="Maison"),
        found("epci-400000000", "D'avant"),
        found("com-2A004", "Ajaccio", annee="2022"),
        found("reg-94", "Corse", [("2B", "Haute-Corse"), ("2A", "Corse-du-Sud")]),
        found("reg-84--x", "Auvergne", [AIN], scenario="X"),
    ]


def test_cards_up_to_some_dozens():
    assert shelved(grouped(many()[:FICHES_MAX])) is None
    assert shelved(grouped(many())) is not None


def test_a_shelf_a_departement_and_only_what_differs_on_a_line():
    shelves = shelved(grouped(many()))
    assert [(s.titre, len(s.lignes)) for s in shelves.rayons] == [
        ("Régions", 3),
        ("01 Ain", FICHES_MAX - 4),
        ("02 Aisne", 2),
        ("Département 2A", 1),
        ("Département inconnu", 1),
    ]
    assert "Populations : 2023" in shelves.communs
    assert "temps par la route" in shelves.communs
    regions, ain, aisne, corse, _ = (s.lignes for s in shelves.rayons)
    assert {line.mentions for line in ain} == {()}
    assert ain[0].chiffres == ("13\u202f370", "7,2\u00a0min", "2,50", "2 sur 5")
    assert [link.titre for link in ain[0].liens] == ["Carte", "Word"]
    assert aisne[0].mentions == ("temps estimés à vol d'oiseau", "aussi dans Ain")
    assert (aisne[1].retrait, aisne[1].nom) == (True, "Scénario « Maison »")
    assert corse[0].mentions == ("Populations : 2022",)
    assert "seulement des scénarios" in regions[0].mentions[0]
    assert regions[2].mentions == ()


def test_the_page_has_neither_cards_nor_script_and_is_light():
    page = render(many())
    assert "<article" not in page
    assert "<script" not in page
    assert "Deux &lt;rives&gt;" in page
    assert page.count("<details>") == 5
    rows = re.findall(r"<tr><th scope=\"row\">Territoire.*", page)
    assert len(rows) == FICHES_MAX - 4
    # 1 255 of them, four links each, stay under 500 kB.
    assert max(map(len, rows)) < 320
