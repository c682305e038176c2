"""What a reader meets: each thing said once, in whole words, with numbers that agree."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from diagterritoire.outputs.generalistes import counted
from diagterritoire.outputs.report.blocks import (
    Chapitre,
    Encadre,
    Figure,
    Paragraphe,
    SousTitre,
    Tableau,
)
from diagterritoire.outputs.report.content import build
from diagterritoire.outputs.report.labels import spelled
from diagterritoire.sources.library import SourceFile, source_row
from factory import small_diagnosis


def chapter(diagnosis, numero: str) -> Chapitre:
    return next(c for c in build(diagnosis).chapitres if c.numero == numero)


def table(found: Chapitre, titre: str) -> Tableau:
    return next(b for b in found.blocs if isinstance(b, Tableau) and titre in b.titre)


@pytest.mark.parametrize(
    ("published", "read"),
    [
        (
            "Part des pers. âgées de 75 ans ou + 2022",
            "Part des personnes âgées de 75 ans ou plus (2022)",
        ),
        (
            "Part des bénéf. en ALD dans la pop 2024",
            "Part des bénéficiaires en ALD dans la population (2024)",
        ),
        (
            "Part des non ou peu diplômés dans la pop. non scolarisée de 15 ans ou + 2022",
            "Part des non ou peu diplômés dans la population non scolarisée de 15 ans ou plus "
            "(2022)",
        ),
        (
            "Part des ouvriers dans le nb d’emplois au LT 2022",
            "Part des ouvriers dans le nombre d’emplois au lieu de travail (2022)",
        ),
        ("Densité d'infirmiers lib. 2024", "Densité d'infirmiers libéraux (2024)"),
        (
            "Densité de population (historique depuis 1876) 2022",
            "Densité de population (2022)",
        ),
        ("Population des ménages", "Population des ménages"),
    ],
)
def test_labels_of_producers_are_spelled_out(published, read):
    assert spelled(published) == read


def test_values_of_one_indicator_have_the_same_decimals():
    d = small_diagnosis()
    bassins = ["00001", "00002"]
    communes = d.communes.assign(bassin_vie=[bassins[k % 2] for k in range(len(d.communes))])
    rows = [(bassins[0], 4.0), (bassins[1], 3.5)]
    contexte = pd.DataFrame(
        [
            {
                "bassin_vie": code,
                "indicateur": "APL Médecins généralistes 2023",
                "valeur": value,
                "motif": None,
                "source": "x.csv",
            }
            for code, value in rows
        ]
    )
    found = table(chapter(replace(d, communes=communes, contexte=contexte), "4"), "Densités publ")
    # Few bassins are the columns: each indicator is a row.
    row = next(r for r in found.lignes if r[0] == "APL Médecins généralistes (2023)")
    assert sorted(row[1:]) == ["3,5", "4,0"]


def test_a_caution_is_written_once_in_its_chapter():
    texts = [
        getattr(b, "texte", "") + getattr(b, "note", "")
        for b in chapter(small_diagnosis(), "8").blocs
    ]
    assert sum("n'est pas le nombre de postes" in text for text in texts) == 1


def test_conservation_is_told_once():
    texts = [
        b.texte
        for c in build(small_diagnosis()).chapitres
        for b in c.blocs
        if isinstance(b, Paragraphe)
    ]
    assert sum("ne crée ni ne perd" in text for text in texts) == 1


def test_the_line_of_another_population_says_so():
    found = table(chapter(small_diagnosis(), "8"), "vues de plusieurs façons")
    assert "population publiée avec elle" in found.note


def test_a_territory_is_not_beside_its_own_level():
    d = small_diagnosis()
    title = next(
        b.texte for b in chapter(d, "4").blocs if isinstance(b, SousTitre) and "à côté" in b.texte
    )
    assert title == "Le territoire à côté du département, de la région et de la France"
    table_ = d.comparaisons
    own = table_["niveau"] == "departement"
    alone = replace(d, comparaisons=table_.assign(nom=table_["nom"].mask(own, d.territory.nom)))
    titles = [getattr(b, "titre", getattr(b, "texte", "")) for b in chapter(alone, "4").blocs]
    assert titles.count("Le territoire à côté de la région et de la France") == 2


def test_two_communes_are_too_few_to_measure_an_agreement():
    d = small_diagnosis()
    inside = d.communes["code_commune"] == d.communes["code_commune"].iloc[0]
    found = chapter(replace(d, communes=d.communes.assign(dans_territoire=inside)), "6")
    assert not any("Accord de l'APL" in getattr(b, "titre", "") for b in found.blocs)
    (told,) = [b.texte for b in found.blocs if "trop peu" in getattr(b, "texte", "")]
    assert "1\N{NO-BREAK SPACE}commune" in told


def test_communes_on_the_diagonal_are_counted():
    d = small_diagnosis()
    equal = replace(d, communes=d.communes.assign(apl_publiee=d.communes["apl"]))
    (figure,) = [
        b
        for b in chapter(equal, "6").blocs
        if isinstance(b, Figure) and b.titre.endswith("une pastille par commune")
    ]
    inside = int(d.communes["dans_territoire"].sum())
    assert f"égales : {inside}\N{NO-BREAK SPACE}communes" in figure.phrase


def test_sites_of_the_surroundings_are_said_to_be_counted():
    d = small_diagnosis()
    assert (~d.communes["dans_territoire"]).any()
    assert "Dans le calcul, pourtour compris : " in counted(d).texte
    whole = replace(d, communes=d.communes.assign(dans_territoire=True))
    assert "Dans le calcul : " in counted(whole).texte


def test_the_first_page_gives_no_file_name_and_annex_a_does():
    d = small_diagnosis(approximate=True)
    communes = d.communes.assign(code_departement="2A")
    d = replace(d, communes=communes, sources=d.sources.iloc[:0])
    ((_, told),) = [b for b in build(d).bandeaux if "vol d'oiseau" in b[0]]
    assert "osm.pbf" not in told
    assert told.endswith("L'annexe A dit quel fichier y remédierait.")
    texts = [b.texte for b in chapter(d, "A").blocs if isinstance(b, Encadre)]
    assert sum("corse-latest.osm.pbf" in text for text in texts) == 1


def test_the_map_of_the_perimeter_describes_what_it_shows():
    d = small_diagnosis()

    def told(inside):
        found = chapter(replace(d, communes=d.communes.assign(dans_territoire=inside)), "1")
        return next(b.phrase for b in found.blocs if isinstance(b, Figure))

    assert "le pourtour en gris" in told(d.communes["dans_territoire"])
    assert "pourtour" not in told(True)
    first = d.communes["code_commune"] == d.communes["code_commune"].iloc[0]
    assert told(first) == "La commune étudiée est en bleu, le pourtour en gris."


def test_a_file_without_a_date_is_said_undated(tmp_path):
    path = tmp_path / "routes.graphml"
    path.write_text("<graphml/>")
    assert source_row(SourceFile("routes", path, "graphml"), 1)["millesime"] == "non daté"
    dated = SourceFile("routes", path, "graphml", millesime=2024)
    assert source_row(dated, 1)["millesime"] == "2024"
