"""FINESS: fictitious extractions in both official layouts, and what is wrong with others."""

from __future__ import annotations

import gzip
import json
import shutil
from pathlib import Path

import pytest

from diagterritoire.errors import DataError
from diagterritoire.inputs.preparation import prepare
from diagterritoire.parameters import Parameters
from diagterritoire.sources.care.finess import read_finess
from diagterritoire.sources.folder.scan import recognise
from diagterritoire.sources.formats import json_stream
from diagterritoire.sources.library import Reading
from diagterritoire.study.diagnosis import diagnose


def structure(number: str, name: str, commune: str, departement: str, categorie: str) -> str:
    cells = [""] * 32
    cells[0], cells[1], cells[3], cells[4] = "structureet", number, name, f"{name} LONG"
    cells[12], cells[13], cells[18] = commune, departement, categorie
    return ";".join(cells)


L93 = "1,ATLASANTE,96,BAN,EPSG:2154 RGF93 / Lambert-93 (Métropole)"
UTM20 = "2,ATLASANTE,96,BAN,EPSG:5490 RGAF09/UTM Zone 20N (Antilles)"
ROWS = (
    "finess;etalab;98;2026-05-04",
    structure("010000001", "CH ESSAI", "451", "01", "355"),
    structure("970000002", "EHPAD ESSAI", "101", "9A", "500"),
    structure("2A0000003", "MSP ESSAI", "004", "2A", "603"),
    structure("010000004", "PHARMACIE ESSAI", "451", "01", "620"),
    structure("010000005", "IME ESSAI", "451", "01", "183"),
    structure("010000006", "CDS ESSAI", "451", "01", "124"),
    f"geolocalisation;010000001;870262.2;6571540.8;{L93};2026-05-04",
    f"geolocalisation;970000002;657242.9;1795384.4;{UTM20};2026-05-04",
    "geolocalisation;010000004;870262.2;6571540.8;1;ATLASANTE;100;IGN;V2.1;LAMBERT_93;2016-02-29",
    "geolocalisation;010000006;870262.2;6571540.8;9,INCONNUE;2026-05-04",
)


NAME = "etalab-cs1100507-stock-20260504-0339.csv"


def write(
    folder: Path, rows: tuple[str, ...] = ROWS, encoding: str = "utf-8", name: str = NAME
) -> Path:
    path = folder / name
    path.write_text("\n".join(rows) + "\n", encoding=encoding)
    return path


def read(path: Path) -> Reading:
    file = recognise(path)
    assert file is not None
    assert file.cle == "structures"
    return read_finess(file)


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "utf-8-sig"])
def test_extraction_without_header(tmp_path: Path, encoding: str) -> None:
    reading = read(write(tmp_path, ROWS, encoding))
    table = reading.table.set_index("structure_id")
    assert table["categorie"].to_dict() == {
        "010000001": "hopital",
        "010000004": "pharmacie",
        "010000006": "CDS",
        "2A0000003": "MSP",
        "970000002": "EHPAD",
    }
    assert table.loc["970000002", "code_commune"] == "97101"
    assert table.loc["2A0000003", "code_commune"] == "2A004"
    assert table.loc["010000001", "nom"] == "CH ESSAI LONG"
    # Points known to five decimals in both projections.
    degrees = table[["lon", "lat"]]
    assert degrees.loc["010000001"].tolist() == pytest.approx([5.20918, 46.22229], abs=1e-5)
    assert degrees.loc["010000004"].tolist() == pytest.approx([5.20918, 46.22229], abs=1e-5)
    assert degrees.loc["970000002"].tolist() == pytest.approx([-61.52874, 16.234], abs=1e-5)
    assert degrees.loc[["2A0000003", "010000006"]].isna().all(axis=None)
    assert [(r["motif"][:24], r["nombre"]) for r in reading.controle.to_dict("records")] == [
        ("structure dont la projec", 1),
        ("structure sans coordonné", 1),
        ("établissement d'une autr", 1),
    ]
    assert reading.enregistrements == 6


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ((*ROWS, ROWS[1]), "répètent une clé.*010000001"),
        ((*ROWS, ROWS[7]), "répètent une clé.*010000001"),
        ((*ROWS, "structureet;010000009;;CH"), "est coupé"),
        ((ROWS[0], "structureet;010000009;;CH", *ROWS[1:]), "ligne 2 a 4 champs"),
        ((*ROWS, "autre;1;2"), "ni « structureet »"),
        ((structure("010000001", "CH", "4", "1", "355"),), "codes illisibles.*« 14 »"),
        ((structure("010000001", "IME", "451", "01", "183"),), "aucun établissement"),
    ],
)
def test_defects_of_the_extraction_without_header(
    tmp_path: Path, rows: tuple[str, ...], words: str
) -> None:
    with pytest.raises(DataError, match=words):
        read(write(tmp_path, rows))


def test_a_file_cut_before_its_positions_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"0 structures sur 6 ont une ligne « geolocalisation »"):
        read(write(tmp_path, ROWS[:7]))
    with pytest.raises(DataError, match="2 structures sur 6"):
        read(write(tmp_path, ROWS[:9], name="autre.csv"))
    assert read(write(tmp_path, ROWS[:7], name="autre.csv")).table["lon"].isna().all()


def place(number: str, categorie: str, etat: str = "A", **told: str) -> dict[str, object]:
    return {
        "informationsGeneralesEGE": {"numFinessEge": number, "nomEgeCourt": f"ESSAI {number}"}
        | told,
        "categorieentiteGeographiqueExercice": categorie,
        "adresse": [
            {"usageAdresse": "02", "cogCommune": "99999"},
            {
                "usageAdresse": "03",
                "cogCommune": "01053",
                "coordonneesGeographique": {
                    "coordonneeX": "6570414.61",
                    "coordonneeY": "873766.07",
                    "directionLatitude": "46.211257",
                    "directionLongitude": "5.254203",
                },
            },
        ],
        "etatObjet": etat,
    }


def document() -> dict[str, object]:
    swapped = place("010000003", "500")
    swapped["adresse"][1]["coordonneesGeographique"] = {  # type: ignore[index]
        "coordonneeX": "5.254203",
        "coordonneeY": "46.211257",
        "directionLatitude": "6570414.61",
        "directionLongitude": "873766.07",
    }
    nowhere = place("010000004", "124")
    nowhere["adresse"][1]["coordonneesGeographique"] = None  # type: ignore[index]
    closed = place("010000005", "603", dateFermeture="2020-01-01")
    return {
        "schemaVersion": "v1.0.0",
        "generatedAt": "2026-09-01T00:00:00Z",
        "gcc": [{"gccId": "1", "pmejDuGcc": [{"pmSmsseId": "1"}]}],
        "pmej": [
            {"ege": []},
            {"ege": [place("010000001", "355"), place("010000002", "603", "I")]},
            {"ege": [swapped, nowhere, closed]},
        ],
    }


def test_extraction_in_json(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_stream, "CHUNK", 64)
    path = tmp_path / "finess-structures-mensuel-202609.json"
    path.write_text(json.dumps(document(), indent=2), encoding="utf-8")
    zipped = tmp_path / "finess-structures-mensuel-202609.json.gz"
    zipped.write_bytes(gzip.compress(path.read_bytes(), mtime=0))
    for one in (path, zipped):
        reading = read(one)
        table = reading.table.set_index("structure_id")
        assert table["categorie"].tolist() == ["hopital", "EHPAD", "CDS"]
        assert table["lon"].tolist()[:2] == [5.254203, 5.254203]
        assert table["lat"].isna().tolist() == [False, False, True]
        assert set(table["code_commune"]) == {"01053"}
        assert reading.enregistrements == 5
        assert [r["nombre"] for r in reading.controle.to_dict("records")] == [1, 2]


@pytest.mark.parametrize("share", [0.6, 0.9, 0.99])
def test_a_cut_json_is_refused(tmp_path: Path, share: float) -> None:
    content = json.dumps(document(), indent=2).encode()
    path = tmp_path / "finess-structures.json"
    path.write_bytes(content[: int(len(content) * share)].rstrip(b"]}\n "))
    with pytest.raises(DataError, match=r"coupé"):
        read(path)
    gz = tmp_path / "finess-structures.json.gz"
    gz.write_bytes(gzip.compress(content, mtime=0)[:-20])
    with pytest.raises(DataError, match=r"coupé"):
        read(gz)


BENT = {
    "a number for the sites": ('"ege": [', '"ege": 5, "x": [', "une liste est attendue"),
    "a number for the addresses": ('"adresse": [', '"adresse": 5, "x": [', "liste est attendue"),
    "no number": ('"numFinessEge": "', '"x": "', "structure_id"),
    "a number that is none": ('"numFinessEge": "', '"numFinessEge": "N', "« structure_id »"),
}


@pytest.mark.parametrize("case", BENT)
def test_a_json_of_another_shape_is_refused(tmp_path: Path, case: str) -> None:
    before, after, words = BENT[case]
    text = json.dumps(document())
    assert before in text
    path = tmp_path / "finess.json"
    path.write_text(text.replace(before, after), encoding="utf-8")
    with pytest.raises(DataError, match=words):
        read(path)


def test_other_json_is_not_finess(tmp_path: Path) -> None:
    path = tmp_path / "zone.geojson"
    path.write_text('{"type": "FeatureCollection", "features": []}', encoding="utf-8")
    assert recognise(path) is None


def test_structures_reach_the_delivered_layer(demo, tmp_path, progress) -> None:  # type: ignore[no-untyped-def]
    donnees = tmp_path / "donnees"
    shutil.copytree(demo.folder, donnees)
    code = sorted(demo.communes)[0]
    rows = (
        "finess;etalab;98;2026-05-04",
        structure("010000001", "CH ESSAI", code[2:], code[:2], "355"),
        structure("010000002", "CH AILLEURS", "001", "95", "355"),
    )
    write(donnees, rows, name="finess-sans-positions.csv")
    parameters = Parameters()
    inputs = prepare(code, donnees, tmp_path / "cache", parameters, progress)
    layer = diagnose(inputs, parameters).structures
    assert layer[["categorie", "nom", "code_commune"]].to_numpy().tolist() == [
        ["hopital", "CH ESSAI LONG", code]
    ]
    point = inputs.communes.set_index("code_commune").loc[code]
    assert (layer.geometry.x[0], layer.geometry.y[0]) == (point["x"], point["y"])
    told = inputs.controle.loc[inputs.controle["source"] == "Structures de santé en place"]
    assert told["nombre"].tolist() == [1, 2, 1, 1]
    assert told["effet"].tolist() == ["impute", "lu", "utilise", "ecarte"]
