"""Files of the user: the examples of docs/formats.md are read, and what is wrong is told."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from diagterritoire.errors import DataError
from diagterritoire.sources import local_files
from diagterritoire.sources.care.adresses import read_adresses
from diagterritoire.sources.folder.scan import recognise
from diagterritoire.sources.library import Reading, SourceFile
from diagterritoire.sources.survey.reading import read_enquete, read_maturite

DOC = Path(__file__).resolve().parents[1] / "docs" / "formats.md"
READERS: dict[str, Callable[[SourceFile], Reading]] = {
    "flux_observes": local_files.read_flux_observes,
    "secteurs_garde": local_files.read_secteurs_garde,
    "offre_sociale": local_files.read_offre_sociale,
    "enquete": read_enquete,
    "exercice_coordonne": read_maturite,
    "medecins_ages": local_files.read_medecins_ages,
    "activite_mg": local_files.read_activite_mg,
    "adresses": read_adresses,
}
EXAMPLES = dict(
    zip(
        READERS, re.findall(r"```csv\n(.*?)```", DOC.read_text(encoding="utf-8"), re.S), strict=True
    )
)


def read(folder: Path, text: str, encoding: str = "utf-8") -> tuple[str, Reading]:
    path = folder / "fichier.csv"
    path.write_text(text, encoding=encoding)
    file = recognise(path)
    assert file is not None
    return file.cle, READERS[file.cle](file)


@pytest.mark.parametrize("cle", READERS)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_the_examples_of_the_documentation_are_read(
    tmp_path: Path, cle: str, encoding: str
) -> None:
    found, reading = read(tmp_path, EXAMPLES[cle], encoding)
    assert found == cle
    assert len(reading.table) == EXAMPLES[cle].strip().count("\n")


@pytest.mark.parametrize("cle", READERS)
def test_separators_case_and_accents_do_not_matter(tmp_path: Path, cle: str) -> None:
    header, _, rest = EXAMPLES[cle].partition("\n")
    text = header.upper().replace("REPONSE", "RÉPONSE") + "\n" + rest
    _, reading = read(tmp_path, text.replace(";", "\t"))
    pd.testing.assert_frame_equal(reading.table, read(tmp_path, EXAMPLES[cle])[1].table)


def test_a_hidden_flow_is_unknown_not_zero(tmp_path: Path) -> None:
    _, reading = read(tmp_path, EXAMPLES["flux_observes"])
    assert reading.table["patients"].tolist()[:2] == [412.0, 37.0]
    assert reading.table["patients"].isna().tolist() == [False, False, True]
    assert [(r["nombre"], r["exemples"]) for r in reading.controle.to_dict("records")] == [(1, "")]


def test_an_unknown_age_is_told(tmp_path: Path) -> None:
    _, reading = read(tmp_path, EXAMPLES["medecins_ages"])
    assert reading.table["age"].tolist() == [62, 41, 67]
    assert [(r["motif"], r["nombre"]) for r in reading.controle.to_dict("records")] == [
        ("consultations non renseigné", 1)
    ]


def test_activity_is_read_with_its_defaults(tmp_path: Path) -> None:
    _, reading = read(tmp_path, EXAMPLES["activite_mg"])
    assert reading.table["actes"].tolist()[:3] == [5200, 7100, 7100]
    assert reading.table["part"].tolist() == [1, 0.5, 0.5, 1, 1]
    assert reading.table["nouveau"].tolist() == [False] * 3 + [True, False]
    assert reading.table["centre_de_sante"].tolist() == [False] * 4 + [True]
    assert reading.controle.empty
    header = EXAMPLES["activite_mg"].partition("\n")[0]
    _, reading = read(tmp_path, f"{header}\n18001;5 200;;;\n18001;;;;\n")
    assert reading.table["part"].tolist() == [1, 1]
    # No commune is named: it would tell who did not answer.
    assert reading.controle[["nombre", "exemples"]].to_numpy().tolist() == [[1, ""]]


@pytest.mark.parametrize(
    ("cle", "row", "words"),
    [
        ("flux_observes", "18001;18001;5", "répètent une clé"),
        ("flux_observes", "1801;18001;5", "zéro initial"),
        ("flux_observes", "18003;18001;beaucoup", "ne sont pas des nombres"),
        ("flux_observes", "18003;18001;-4", "sont négatives"),
        ("flux_observes", "18003;18001", "est coupé"),
        ("flux_observes", "13055;13055;90\n13201;13055;40", "1.arrondissement à côté de la ville"),
        ("flux_observes", "18003;75056;90\n18003;75120;40", "par exemple 75120 et 75056"),
        ("secteurs_garde", "18003;", "sans « secteur »"),
        ("secteurs_garde", "18001;Secteur sud", "répètent une clé"),
        ("offre_sociale", "18003;CCAS;;;;", "sans « nom »"),
        ("offre_sociale", "18003;CCAS;X;;200;47", "colonne « lon »"),
        ("enquete", ";18001;oui;;;", "sans « profession »"),
        ("enquete", "infirmier;1801;oui;;;", "zéro initial"),
        ("exercice_coordonne", "18003;MSP;projet;2", "colonne « element »"),
        ("exercice_coordonne", "18003;MSP;equipe;4", "colonne « niveau »"),
        ("exercice_coordonne", "18001;MSP d'Essai;projet_sante;1", "répètent une clé"),
        ("medecins_ages", "18003;180;3000", "colonne « age »"),
        ("activite_mg", "18003;-1;;;", "sont négatives"),
        ("activite_mg", "18003;4000;peut-être;;", "ni oui ni non"),
        ("activite_mg", "18003;4000;;;1,5", "de 0 exclu à 1"),
        ("activite_mg", "18003;4000;;;0", "de 0 exclu à 1"),
        ("activite_mg", "1803;4000;;;", "zéro initial"),
    ],
)
def test_defects(tmp_path: Path, cle: str, row: str, words: str) -> None:
    with pytest.raises(DataError, match=words):
        read(tmp_path, EXAMPLES[cle] + row + "\n")


@pytest.mark.parametrize("label", ["Nom", "Prénom du médecin", "e-mail", "N° RPPS"])
@pytest.mark.parametrize("cle", ["enquete", "exercice_coordonne", "medecins_ages", "activite_mg"])
def test_a_column_that_names_somebody_is_refused(tmp_path: Path, cle: str, label: str) -> None:
    lines = EXAMPLES[cle].strip().split("\n")
    text = "\n".join([f"{lines[0]};{label}", *(f"{line};X" for line in lines[1:])])
    with pytest.raises(DataError, match="anonyme"):
        read(tmp_path, text + "\n")
