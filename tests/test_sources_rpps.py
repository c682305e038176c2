"""RPPS: a fictitious extraction in the official layout; nobody in it exists."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from diagterritoire.errors import DataError
from diagterritoire.sources import stream
from diagterritoire.sources.care.rpps import read_rpps
from diagterritoire.sources.folder.scan import recognise
from diagterritoire.sources.library import Reading

HEADER = (
    "Type d'identifiant PP|Identifiant PP|Identification nationale PP|Code civilité d'exercice|"
    "Libellé civilité d'exercice|Code civilité|Libellé civilité|Nom d'exercice|Prénom d'exercice|"
    "Code profession|Libellé profession|Code catégorie professionnelle|"
    "Libellé catégorie professionnelle|Code type savoir-faire|Libellé type savoir-faire|"
    "Code savoir-faire|Libellé savoir-faire|Code mode exercice|Libellé mode exercice|"
    "Numéro SIRET site|Numéro SIREN site|Numéro FINESS site|Numéro FINESS établissement juridique|"
    "Identifiant technique de la structure|Raison sociale site|Enseigne commerciale site|"
    "Complément destinataire (coord. structure)|Complément point géographique (coord. structure)|"
    "Numéro Voie (coord. structure)|Indice répétition voie (coord. structure)|"
    "Code type de voie (coord. structure)|Libellé type de voie (coord. structure)|"
    "Libellé Voie (coord. structure)|Mention distribution (coord. structure)|"
    "Bureau cedex (coord. structure)|Code postal (coord. structure)|"
    "Code commune (coord. structure)|Libellé commune (coord. structure)|"
    "Code pays (coord. structure)|Libellé pays (coord. structure)|Téléphone (coord. structure)|"
    "Téléphone 2 (coord. structure)|Télécopie (coord. structure)|"
    "Adresse e-mail (coord. structure)|Code Département (structure)|"
    "Libellé Département (structure)|Ancien identifiant de la structure|"
    "Autorité d'enregistrement|Code secteur d'activité|Libellé secteur d'activité|"
    "Code section tableau pharmaciens|Libellé section tableau pharmaciens|Code rôle|Libellé rôle|"
    "Code genre activité|Libellé genre activité|"
)
NAMES = ("ZZNOM", "ZZPRENOM", "0199999999", "zz@exemple.test", "80099999", "IMPASSE ZZ")


def row(
    person: str,
    structure: str,
    commune: str,
    *,
    profession: str = "10",
    savoir_faire: str = "SM54",
    mode: str = "L",
    secteur: str = "SA07",
    label: str = "Cabinet individuel",
    categorie: str = "C",
    postal: str = "",
    town: str = "",
) -> str:
    cells = [""] * 56
    cells[1] = cells[2] = f"80099999{person}"
    cells[7], cells[8] = f'ZZNOM "{person}', f"ZZPRENOM{person}"
    cells[9], cells[11], cells[15], cells[17] = profession, categorie, savoir_faire, mode
    cells[23], cells[32], cells[35], cells[36], cells[37] = (
        structure,
        "IMPASSE ZZ",
        postal,
        commune,
        town,
    )
    cells[40], cells[43], cells[48], cells[49] = "0199999999", "zz@exemple.test", secteur, label
    return "|".join(cells) + "|"


ROWS = (
    row("A", "R1", "18001"),
    row("A", "R1", "18001", savoir_faire="SM26"),
    row("B", "R1", "18001"),
    row("B", "R2", "18002", secteur="SA08"),
    row("C", "R3", "18002", mode="S", secteur="SA05", savoir_faire=""),
    row("D", "R4", "18001", savoir_faire="SM04"),
    row("E", "R5", "18001", secteur="SA64"),
    row("F", "R6", "18001", secteur="SA50"),
    row("G", "R7", "18001", mode="S", secteur="SA01"),
    row("H", "R8", "18001", mode="S", secteur="SA20"),
    row("I", "R1", "18001", profession="60", savoir_faire=""),
    row("J", "R9", "18001", profession="21", savoir_faire="", mode="S", secteur="SA33",
        label="Pharmacie d'officine"),
    row("K", "R10", "18001", profession="21", savoir_faire="", mode="S", secteur="SA20"),
    row("L", "R11", "", postal="18000", town="ST ESSAI CEDEX 2"),
    row("M", "R12", "", postal="75008", town="PARIS 08"),
    row("N", "R13", "", postal="18000", town="INCONNUE"),
    row("O", "R14", "18001", profession="80", savoir_faire=""),
    row("P", "R15", "18001", categorie="E"),
)  # fmt: skip
TOWNS = pd.DataFrame(
    {"code_commune": ["18001", "18002", "18003"], "nom": ["Essai", "Autre", "Saint-Essai"]}
)


def write(folder: Path, rows: tuple[str, ...] = ROWS, header: str = HEADER) -> Path:
    path = folder / "PS_LibreAcces_Personne_activite_202609010000.txt"
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return path


def read(path: Path, towns: pd.DataFrame | None = None) -> Reading:
    file = recognise(path)
    assert file is not None
    assert file.cle == "professionnels"
    return read_rpps(file, towns)


def counts(table: pd.DataFrame, profession: str = "medecin_generaliste") -> dict[str, float]:
    chosen = table.loc[table["profession"] == profession]
    return chosen.groupby("code_commune")["nombre"].sum().to_dict()


def test_one_person_counts_one_shared_over_the_sites(tmp_path: Path) -> None:
    table = read(write(tmp_path)).table
    assert counts(table) == {"18001": 1.5, "18002": 1.5}
    assert counts(table, "infirmier") == {"18001": 1.0}
    assert counts(table, "pharmacien") == {"18001": 1.0}
    assert table["site_id"].tolist() == [
        "rpps-18001-1",
        "rpps-18001-1",
        "rpps-18001-2",
        "rpps-18002-1",
        "rpps-18002-2",
    ]


def test_a_name_and_a_postal_code_give_the_commune(tmp_path: Path) -> None:
    table = read(write(tmp_path), TOWNS).table
    assert counts(table) == {"18001": 1.5, "18002": 1.5, "18003": 1.0, "75108": 1.0}


def test_towns_of_one_name_overseas_are_told_apart_by_their_postal_code(tmp_path: Path) -> None:
    towns = pd.DataFrame(
        {"code_commune": ["97225", "97416", "97502"], "nom": ["Saint-Pierre"] * 2 + ["S"]}
    )
    rows = (
        row("A", "R1", "", postal="97410", town="ST PIERRE"),
        row("B", "R2", "", postal="97432", town="SAINT PIERRE"),
        row("C", "R3", "", postal="97250", town="SAINT-PIERRE"),
        row("D", "R4", "", postal="97999", town="SAINT-PIERRE"),
        row("E", "R5", "97416"),
    )
    reading = read(write(tmp_path, rows), towns)
    assert counts(reading.table) == {"97225": 1.0, "97416": 3.0}
    lost = reading.controle.set_index("motif")["nombre"]
    assert lost["lieu d'exercice sans commune connue : écarté"] == 1


def test_a_postal_code_says_the_arrondissement_that_the_code_of_a_city_does_not(
    tmp_path: Path,
) -> None:
    rows = (
        row("A", "R1", "75056", postal="75016", town="PARIS"),
        row("B", "R2", "75056", postal="75791", town="PARIS CEDEX 16"),
        row("C", "R3", "69123", postal="69009", town="LYON 09"),
        row("D", "R4", "69123", postal="69300", town="CALUIRE"),
    )
    found = counts(read(write(tmp_path, rows), TOWNS).table)
    assert found == {"75116": 1.0, "75056": 1.0, "69389": 1.0, "69123": 1.0}


def test_a_file_cut_by_a_spreadsheet_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path)
    monkeypatch.setattr(stream, "LIGNES_TABLEUR", len(ROWS) + 2)
    assert len(read(path).table)
    monkeypatch.setattr(stream, "LIGNES_TABLEUR", len(ROWS) + 1)
    with pytest.raises(DataError, match="tableur : la suite est perdue"):
        read(path)


def test_a_record_without_its_person_is_refused(tmp_path: Path) -> None:
    nameless = row("A", "R1", "18001").replace("80099999A", "")
    with pytest.raises(DataError, match=r"1 enregistrements sans identifiant .* ligne 3"):
        read(write(tmp_path, (row("B", "R1", "18001"), nameless)))


def test_each_record_is_accounted_for(tmp_path: Path) -> None:
    reading = read(write(tmp_path))
    told = {r["motif"].split(" :")[0]: r["nombre"] for r in reading.controle.to_dict("records")}
    people = {m: n for m, n in told.items() if m.startswith("personne")}
    assert told.pop("enregistrements lus") == reading.enregistrements == len(ROWS)
    assert told == {
        "enregistrements utilisés": 6,  # A, B twice, C, I, J
        "autre profession, non utilisée": 1,
        "médecin d'une autre spécialité que la médecine générale": 1,
        "permanence des soins (SA50)": 1,
        "pharmacien hors officine": 1,
        "salarié hors d'un centre de santé": 1,
        "secteur hospitalier": 1,
        "téléconsultation (SA64)": 1,
        "étudiant ou interne": 1,
        "lieu d'exercice sans commune connue": 3,
        "ligne qui répète une personne sur un lieu": 1,
        "personne sans aucun lieu dont la commune soit connue": 3,
        "personne partagée entre plusieurs lieux": 1,
    }
    assert sum(told.values()) - sum(people.values()) == len(ROWS)


def test_nothing_that_names_anybody_is_kept(tmp_path: Path) -> None:
    reading = read(write(tmp_path), TOWNS)
    shown = reading.table.to_csv() + str(reading.controle)
    for name in NAMES:
        assert name not in shown


def test_labels_drift(tmp_path: Path) -> None:
    drifted = HEADER.upper().replace("É", "E").replace("(COORD. STRUCTURE)", "(coord structure)")
    assert counts(read(write(tmp_path, header=drifted)).table) == {"18001": 1.5, "18002": 1.5}


def test_the_other_files_of_the_extraction_are_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "PS_LibreAcces_SavoirFaire_202609010000.txt"
    header = (
        "Type d'identifiant PP|Identifiant PP|Identification nationale PP|Nom d'exercice|"
        "Prénom d'exercice|Code profession|Libellé profession|Code catégorie professionnelle|"
        "Libellé catégorie professionnelle|Code type savoir-faire|Libellé type savoir-faire|"
        "Code savoir-faire|Libellé savoir-faire|"
    )
    path.write_text(header + "\n", encoding="utf-8")
    assert recognise(path) is None


@pytest.mark.parametrize(
    ("rows", "header", "words"),
    [
        (ROWS, HEADER.replace("Code savoir-faire", "autre"), "Code savoir-faire"),
        ((*ROWS, ROWS[0][:60]), HEADER, "est coupé"),
        ((ROWS[0], ROWS[1] + "|trop", *ROWS[2:]), HEADER, "ligne 3 n'a pas 57 champs"),
        ((row("A", "R1", "1801"),), HEADER, "zéro initial"),
        ((row("A", "R1", "18001", secteur="SA64"),), HEADER, "aucun professionnel"),
        ((), HEADER, "fichier vide"),
    ],
)
def test_defects(tmp_path: Path, rows: tuple[str, ...], header: str, words: str) -> None:
    with pytest.raises(DataError, match=words):
        read(write(tmp_path, rows, header))
