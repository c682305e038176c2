"""Zones of GPs in the table of Atlasanté, territoires de vie-santé, and a directory never read."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from diagterritoire.errors import DataError
from diagterritoire.sources.communes.tvs import read_tvs
from diagterritoire.sources.communes.zonage import read_zonage
from diagterritoire.sources.folder.scan import recognise, scan
from diagterritoire.sources.library import SourceFile


def known(path: Path) -> SourceFile:
    file = recognise(path)
    assert file is not None
    return file


def write(path: Path, *rows: str) -> Path:
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path


def test_the_table_of_atlasante_keeps_communes_and_their_gp_zone(tmp_path: Path) -> None:
    path = write(
        tmp_path / "zonage.csv",
        '"com_code","com_lib","niveau","tvs_lib","zmed_niveau","zmed_date_arrete","zdent_niveau"',
        '"01001","Alpha","COM","Alpha","1_ZIP","30/10/2025","1_Tres_sous_dotee"',
        '"01002","Bêta, la","COM","Alpha","2_ZAC","30/10/2025",""',
        '"2A004","Gamma","COM","Gamma","NC","",""',
        '"75056","Paris","COM","Paris","3_QPV_ZIP","01/02/2022",""',
        '"75101","Paris 1er","ARM","Paris","1_ZIP","01/02/2022",""',
    )
    reading = read_zonage(known(path))
    assert reading.table["code_commune"].tolist() == ["01001", "01002", "2A004", "75056"]
    assert reading.table["zonage_mg"].tolist()[:2] == ["ZIP", "ZAC"]
    assert reading.table["zonage_mg"].isna().tolist() == [False, False, True, True]
    assert dict(zip(reading.controle["motif"], reading.controle["exemples"], strict=True)) == {
        "zonage inconnu : non classée": "2A004",
        "zonage inconnu : « 3_QPV_ZIP » ne vaut pas pour toute la commune": "75056",
        "ligne qui n'est pas une commune, écartée": "75101",
    }


@pytest.mark.parametrize(
    "header",
    [
        "INSEE_COM;Code_TVS;Nom_TVS",
        "com_code;tvs_code;tvs_lib",
        "CODGEO;TVS;LIBTVS",
        "Code de la commune;Code du territoire de vie-santé;Libellé TVS",
    ],
)
def test_tvs(tmp_path: Path, header: str) -> None:
    reading = read_tvs(
        known(write(tmp_path / "a.csv", header, "01001;84001;Pays d'essai", "2A004;94002;"))
    )
    assert reading.table["tvs"].tolist() == ["84001", "94002"]
    assert reading.table["nom_tvs"].iloc[0] == "Pays d'essai"
    assert pd.isna(reading.table["nom_tvs"].iloc[1])
    assert reading.enregistrements == 2


def test_tvs_refuses_an_empty_territory_and_a_commune_twice(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    with pytest.raises(DataError, match=r"1 communes sans territoire.*« 2A004 », ligne 3"):
        read_tvs(known(write(path, "INSEE_COM;Code_TVS", "01001;84001", "2A004;")))
    with pytest.raises(DataError, match="répètent une clé"):
        read_tvs(known(write(path, "INSEE_COM;Code_TVS", "01001;84001", "01001;84002")))


@pytest.mark.parametrize("name", ["liste-ps-20260615-023046.csv", "medecins.csv"])
def test_the_directory_that_names_people_is_refused_for_another(tmp_path: Path, name: str) -> None:
    write(
        tmp_path / name,
        "ps_activite_nom;ps_activite_prenom;type_ps_code;specialite_code;"
        "coordonnees_code_postal;coordonnees_ville",
        "INVENTÉ;Alix;1;01;01000;ALPHA",
    )
    with pytest.raises(DataError, match=r"annuaire santé Ameli|Annuaire santé Ameli") as error:
        scan(tmp_path)
    assert "nomme les professionnels" in error.value.message
    assert "RPPS" in error.value.remede
    assert "INVENTÉ" not in str(error.value)
