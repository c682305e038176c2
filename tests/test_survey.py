"""The survey: what is read, what is never kept, and its tables by hand."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from diagterritoire import schema, tables
from diagterritoire.cli import run_command
from diagterritoire.core.survey.results import participation, results
from diagterritoire.errors import DataError, UsageError
from diagterritoire.inputs import declared
from diagterritoire.sources.folder.scan import recognise
from diagterritoire.sources.survey.reading import _question, read_enquete, read_maturite
from diagterritoire.sources.survey.template import MATURITE, write_template
from diagterritoire.sources.survey.words import expectations, understood

HOSTILE = ("<script>alert(1)</script>", "=1+1", "${7*7}`x`", "Dr Dupont 06 00 00 00 00", "@SUM(A1)")


def read(folder: Path, text: str, reader=read_enquete):
    path = folder / "f.csv"
    path.write_text(text, encoding="utf-8")
    file = recognise(path)
    assert file is not None
    return reader(file)


def test_answers_are_those_of_the_list_or_none(tmp_path):
    reading = read(
        tmp_path,
        "profession;code_commune;interet;attentes;age;depart;commentaire\n"
        "Kiné;18001;Oui;locaux, secrétariat;40;5;rien\n"
        "podologue;;peut-être;;65 ans ou plus;aucun;rien\n",
    )
    assert reading.table.fillna("").to_numpy().tolist() == [
        ["masseur_kinesitherapeute", "18001", "oui", "locaux,secretariat", "40_49", "5_ans"],
        ["autre", "", "a_etudier", "", "65_plus", "plus_tard"],
    ]
    assert reading.controle.empty


def test_few_answers_out_of_the_lists_are_not_counted(tmp_path):
    head = "profession;code_commune;interet;attentes;age;depart"
    for lost, told in ((4, 0), (5, 5)):
        rows = ["infirmier;18001;chocolat;;;"] * lost + ["infirmier;18001;oui;;;"] * 9
        reading = read(tmp_path, "\n".join([head, *rows, ""]))
        assert reading.controle[["nombre", "exemples"]].to_numpy().tolist() == [[told, ""]]
        assert reading.controle["part"].isna().all()
        assert ("moins de 5" in reading.controle["motif"].iloc[0]) is (told == 0)


def test_hostile_answers_and_free_text_go_no_further(tmp_path):
    cells = [f'"{text}"' for text in HOSTILE]
    rows = [f"{c};18001;{c};{c};{c};{c};{c}" for c in cells for _ in range(6)]
    reading = read(
        tmp_path,
        "\n".join(["profession;code_commune;interet;attentes;age;depart;remarques", *rows, ""]),
    )
    # Four answers out of the lists in each row; a « / » makes two expectations.
    assert int(reading.controle["nombre"].sum()) == 4 * len(rows) + 6
    seuil = 5
    shown = [
        reading.table,
        reading.controle,
        participation(reading.table, {}, seuil),
        results(reading.table, seuil),
    ]
    text = " ".join(frame.to_csv() for frame in shown)
    assert not any(word in text for word in (*HOSTILE, "Dupont", "script", "7*7"))
    assert set(reading.table["profession"]) == {tables.AUTRE_PROFESSION}


def test_two_questions_of_one_column_are_refused_and_expectations_joined(tmp_path):
    head = "repondant;profession;question;reponse\n"
    rows = (
        "1;infirmier;Âge;62\n"
        "1;infirmier;Tranche d'âge;35\n"
        "1;infirmier;Attentes : lieux;des locaux\n"
        "1;infirmier;Attentes : outils;\n"
        "2;infirmier;Attentes : outils;un système d'information partagé\n"
        "2;infirmier;Attentes : lieux;des locaux\n"
    )
    with pytest.raises(DataError, match="2 questions se lisent comme « age »") as refused:
        read(tmp_path, head + rows)
    assert "« Âge » et « Tranche d'âge », lignes 2 et 3" in refused.value.message
    table = read(tmp_path, head + rows.replace("Tranche d'âge", "Depuis quand")).table
    assert table["age"].tolist()[0] == "60_64"
    assert table["attentes"].tolist() == ["locaux", "locaux,systeme_information"]


def test_a_row_per_question_is_read_too(tmp_path):
    reading = read(
        tmp_path,
        "repondant;profession;question;reponse\n"
        "1;infirmier;Intérêt pour un exercice coordonné;oui\n"
        "1;infirmier;Accueil d'étudiants;non\n"
        "2;sage_femme;Âge;35\n",
    )
    assert reading.enregistrements == 3
    assert reading.table[["profession", "interet", "age"]].fillna("").to_numpy().tolist() == [
        ["infirmier", "oui", ""],
        ["sage_femme", "", "moins_40"],
    ]


@pytest.mark.parametrize(
    ("column", "text", "value"),
    [
        ("age", "39", "moins_40"),
        ("age", "40", "40_49"),
        ("age", "64", "60_64"),
        ("age", "65", "65_plus"),
        ("age", "17", None),
        ("depart", "3", "3_ans"),
        ("depart", "6 ans", "10_ans"),
        ("depart", "11", "plus_tard"),
        ("interet", "", None),
        ("profession", "", None),
    ],
)
def test_bounds_of_the_bands(column, text, value):
    assert understood(column, text) == value


def test_an_unexpected_expectation_is_another_one():
    assert expectations("des locaux, une piscine | =1+1") == ("locaux,autre", 2)


ANSWERS = schema.conform(
    pd.DataFrame(
        [("medecin_generaliste", None, "oui", "locaux", "60_64", "3_ans")] * 12
        + [("medecin_generaliste", None, "non", None, "40_49", "plus_tard")] * 6
        + [("infirmier", None, "oui", "locaux", "40_49", "plus_tard")] * 8
        + [("sage_femme", None, "non", None, "40_49", None)] * 8
        + [("orthoptiste", None, "non", None, "40_49", None)] * 2,
        columns=tables.ENQUETE.noms,
    ),
    tables.ENQUETE,
)


def test_participation_by_hand():
    """36 answers; the 2 orthoptists hide the 8 sage-femmes too, ten being enough for two."""
    table = participation(ANSWERS, {"medecin_generaliste": 40.0, "infirmier": 5.0}, 5)
    rows = table.set_index("profession")
    assert rows["reponses"].dropna().to_dict() == {
        "medecin_generaliste": 18,
        "infirmier": 8,
        "masseur_kinesitherapeute": 0,
        "chirurgien_dentiste": 0,
        "pharmacien": 0,
        "orthophoniste": 0,
        "autre": 0,
        "regroupees": 10,
        "ensemble": 36,
    }
    assert rows.loc["medecin_generaliste", "taux_reponse"] == 0.45
    assert pd.isna(rows.loc["infirmier", "taux_reponse"])
    assert "plus de réponses" in rows.loc["infirmier", "note"]
    # Nine are not: the nurses are hidden too, the last profession that is left.
    fewer = (
        participation(ANSWERS.drop(index=26), {}, 5).set_index("profession")["reponses"].dropna()
    )
    assert fewer[fewer > 0].to_dict() == {
        "medecin_generaliste": 18,
        "regroupees": 17,
        "ensemble": 35,
    }


def test_results_by_hand():
    table = results(ANSWERS, 5)
    at = table.set_index(["question", "profession", "modalite"])["reponses"].sort_index()
    assert at["interet", "ensemble"].dropna().to_dict() == {
        "engage": 0, "oui": 20, "a_etudier": 0, "non": 16, "sans_reponse": 0,
    }  # fmt: skip
    # 12 and 6 of the GPs, 8 of the nurses, 10 of the others; but the nurses all said the same, and
    # are told with the others.
    assert at["interet", "medecin_generaliste"].to_dict() == {"autre_reponse": 6, "favorable": 12}
    assert at["interet", "regroupees"].to_dict() == {"autre_reponse": 10, "favorable": 8}
    assert "infirmier" not in set(table.loc[table["question"] == "interet", "profession"])
    assert at["attente_locaux", "ensemble"].to_dict() == {"oui": 20, "non": 16}
    assert not ((table["reponses"] > 0) & (table["reponses"] < 5)).any()
    assert results(ANSWERS.head(4), 5).empty


def test_of_ages_those_who_leave_soon_are_hidden_last():
    ages = ["moins_40"] * 12 + ["60_64"] * 3 + ["65_plus"] * 12
    answers = pd.DataFrame({"profession": "infirmier", "age": ages}).assign(
        attentes=None, interet=None, depart=None
    )
    told = results(answers, 5).set_index(["question", "profession"]).loc[("age", "ensemble")]
    assert told["modalite"].tolist()[:2] == ["moins_40", "40_49"]
    shown = told.set_index("modalite")["reponses"]
    assert shown.dropna().to_dict() == {"40_49": 0, "50_59": 0, "65_plus": 12, "sans_reponse": 0}


def test_only_the_answers_of_the_territory_count():
    table = ANSWERS.assign(code_commune=["18001"] * 20 + ["75056"] * 10 + [None] * 6)
    cog = {"appartenance": 2024}
    places = (["18001"], schema.empty(tables.MOUVEMENTS), cog)
    found, told = declared.survey_here(table, *places, secret=5)
    assert len(found) == 26
    assert told["nombre"].tolist() == [36, 26, 10]
    assert not told["exemples"].str.len().any()
    # Four of elsewhere, four of here, or four in all, are not told, nor by subtraction.
    found, told = declared.survey_here(table.drop(range(20, 26)), *places, secret=5)
    assert (len(found), told["nombre"].tolist()) == (26, [26])
    files = pd.DataFrame({"cle": ["points", "enquete"], "enregistrements": [9, 30]})
    assert declared.survey_counted(files, told)["enregistrements"].tolist() == [9, 26]
    here = table.loc[(table["code_commune"] == "75056") | (table.index < 4)]
    found, told = declared.survey_here(here, *places, secret=5)
    assert (len(found), told["nombre"].tolist()) == (4, [14])
    assert declared.survey_counted(files, told.head(0))["enregistrements"].tolist() == [9, 0]
    found, told = declared.survey_here(table.head(4), *places, secret=5)
    assert (len(found), told["nombre"].tolist()) == (4, [])


def test_maturity_is_read_in_the_order_of_the_questionnaire(tmp_path):
    reading = read(
        tmp_path,
        "code_commune;structure;element;niveau\n18001;M;equipe;3\n18001;M;Projet_santé;non\n",
        read_maturite,
    )
    found, _ = declared.maturity_here(
        reading.table, ["18001"], schema.empty(tables.MOUVEMENTS), {"appartenance": 2024}
    )
    assert found[["element", "niveau"]].to_numpy().tolist() == [["projet_sante", 0], ["equipe", 3]]


@pytest.mark.parametrize(
    ("options", "reader"), [([], read_enquete), (["--maturite"], read_maturite)]
)
def test_the_template_is_recognised_once_filled_and_never_replaced(tmp_path, options, reader):
    path = tmp_path / "modele.csv"
    assert run_command(["enquete-modele", str(path), *options]) == 0
    header = path.read_text(encoding="utf-8-sig")
    row = "18001;MSP;equipe;2" if options else "infirmier;18001;oui;locaux;40_49;3_ans"
    path.write_text(header + row + "\n", encoding="utf-8-sig")
    file = recognise(path)
    assert file is not None
    assert len(reader(file).table) == 1
    with pytest.raises(UsageError, match="existe déjà"):
        write_template(path, MATURITE)
    with pytest.raises(UsageError, match="ne peut pas être écrit"):
        write_template(tmp_path / "absent" / "modele.csv")


@pytest.mark.parametrize(
    ("question", "column"),
    [
        ("Départ envisagé", "depart"),
        ("Attentes (plusieurs réponses)", "attentes"),
        ("Âge", "age"),
        ("Tranche d'âge", "age"),
        ("Intérêt : exercice coordonné", "interet"),
        ("Commune", "code_commune"),
        ("Département d'exercice", None),
        ("Agence connue ?", None),
        ("Communication", None),
    ],
)
def test_a_question_is_known_by_its_whole_first_word(question, column):
    assert _question(question) == column
