"""BPE: fictitious files in both official layouts, and what is wrong with others."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from diagterritoire import tables
from diagterritoire.core.care.positions import located
from diagterritoire.errors import DataError
from diagterritoire.sources.care.bpe import read_bpe
from diagterritoire.sources.folder.scan import recognise
from diagterritoire.sources.library import Reading

OLD = "REG;DEP;DEPCOM;DCIRIS;AN;TYPEQU;LAMBERT_X;LAMBERT_Y;QUALITE_XY"
OLD_ROWS = (
    "93;18;18001;18001_0000;2020;D201;650000;6650000;Bonne",
    "93;18;18001;18001_0000;2020;D201;650000;6650000;Bonne",
    "93;18;18001;18001_0000;2020;D232;650000;6650000;Acceptable",
    "93;18;18001;18001_0000;2020;D201;651000;6650000;Mauvaise",
    "93;18;18002;18002_0000;2020;D301;;;",
    "93;18;18002;18002_0000;2020;B101;640000;6650000;Bonne",
    "01;971;97101;97101_0000;2020;D201;657242.9;1795384.4;Bonne",
)
NEW = "AN;NOMRS;DEPCOM;TYPEQU;LAMBERT_X;LAMBERT_Y;LONGITUDE;LATITUDE;QUALITE_XY;EPSG"
NEW_ROWS = (
    "2024;CABINET;18001;D265;650000;6650000;2.26;46.95;B;2154",
    "2024;CABINET;18001;D281;650000;6650000;2.26;46.95;B;2154",
    "2024;CABINET;18001;D265;;;_U;_U;_U;_U",
)


def write(folder: Path, header: str, rows: tuple[str, ...], name: str = "bpe20_xy.csv") -> Path:
    path = folder / name
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return path


def read(path: Path) -> Reading:
    file = recognise(path)
    assert file is not None
    assert file.cle == "equipements"
    return read_bpe(file)


def counts(table: pd.DataFrame) -> dict[tuple[str, str], float]:
    return {(r.site_id, r.profession): r.nombre for r in table.itertuples()}


def test_old_layout(tmp_path: Path) -> None:
    reading = read(write(tmp_path, OLD, OLD_ROWS))
    table = reading.table
    assert counts(table) == {
        ("bpe-18001-1", "infirmier"): 1.0,
        ("bpe-18001-1", "medecin_generaliste"): 2.0,
        ("bpe-18001-0", "medecin_generaliste"): 1.0,
        ("bpe-18002-0", "pharmacie"): 1.0,
        ("bpe-97101-1", "medecin_generaliste"): 1.0,
    }
    first = table.loc[table["site_id"] == "bpe-97101-1"].iloc[0]
    assert (first["lon"], first["lat"]) == pytest.approx((-61.52874, 16.234), abs=1e-5)
    assert set(table.loc[table["site_id"].str.endswith("-0"), "origine_position"]) == {
        "centre_commune"
    }
    assert [(r["motif"][:24], r["nombre"]) for r in reading.controle.to_dict("records")] == [
        ("enregistrements lus", 7),
        ("enregistrements utilisés", 6),
        ("équipement d'un autre ty", 1),
        ("position dite mauvaise (", 1),
        ("professionnel que le fic", 2),
    ]
    assert reading.enregistrements == 7


def test_new_layout_takes_longitude_and_latitude(tmp_path: Path) -> None:
    table = read(write(tmp_path, NEW, NEW_ROWS, "bpe24.csv")).table
    assert counts(table) == {
        ("bpe-18001-1", "infirmier"): 1.0,
        ("bpe-18001-1", "medecin_generaliste"): 1.0,
        ("bpe-18001-0", "medecin_generaliste"): 1.0,
    }
    assert table["lon"].max() == 2.26


def test_counts_without_positions(tmp_path: Path) -> None:
    rows = ("93;18;18001;18001_0000;2020;D201;3", "93;18;18001;18001_0001;2020;D201;2")
    table = read(write(tmp_path, "REG;DEP;DEPCOM;DCIRIS;AN;TYPEQU;NB_EQUIP", rows)).table
    assert counts(table) == {("bpe-18001-0", "medecin_generaliste"): 5.0}


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ((*OLD_ROWS, "93;18;18001;18001_0000;2020;D265;650000;6650000;Bonne"), "deux nomencl"),
        ((*OLD_ROWS, "93;18;18001;18001_0000;2019;D201;650000;6650000;Bonne"), "plusieurs années"),
        (("93;1;1001;1001_0000;2020;D201;;;",), "zéro initial"),
        (("93;18;18001;18001_0000;2020;B101;;;",), "aucun professionnel"),
        ((*OLD_ROWS, "93;18;18001;1800"), "est coupé"),
        ((OLD_ROWS[0], "93;18;18001", OLD_ROWS[1]), "ligne 3 n'a pas 9 champs"),
        (("93;18;18001;18001_0000;2020;D201;abc;6650000;Bonne",), "ne sont pas des nombres"),
        ((), "fichier vide"),
    ],
)
def test_defects(tmp_path: Path, rows: tuple[str, ...], words: str) -> None:
    with pytest.raises(DataError, match=words):
        read(write(tmp_path, OLD, rows))


def test_a_known_name_without_its_columns_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="TYPEQU"):
        recognise(write(tmp_path, "DEPCOM;AN;LAMBERT_X;LAMBERT_Y", ("18001;2020;1;2",)))


def area() -> gpd.GeoDataFrame:
    boxes = [shapely.box(640_000, 6_640_000, 660_000, 6_660_000), shapely.box(0, 0, 1, 1)]
    return gpd.GeoDataFrame(
        {"code_commune": ["18001", "18002"], "x": [645_000.0, 0.5], "y": [6_645_000.0, 0.5]},
        geometry=boxes,
        crs="EPSG:2154",
    )


@pytest.mark.parametrize(
    ("number", "words"),
    [
        ("s", r"1 nombres d'équipements inconnus .* secret statistique, ligne 3"),
        ("", r"1 nombres d'équipements inconnus .* vide, ligne 3"),
        ("2,5", r"1 valeurs sur 2 ne sont pas entières .* ligne 3"),
    ],
)
def test_an_unknown_number_is_not_zero(tmp_path: Path, number: str, words: str) -> None:
    rows = ("18001;D201;3", f"18002;D201;{number}", "18003;B101;s")
    with pytest.raises(DataError, match=words):
        read(write(tmp_path, "DEPCOM;TYPEQU;NB_EQUIP", rows))


def test_a_point_is_believed_in_or_near_its_commune_only() -> None:
    at = gpd.GeoSeries.from_xy([650_000, 660_900, 661_100], [6_650_000] * 3, crs="EPSG:2154")
    degrees = at.to_crs("EPSG:4326")
    rows = pd.DataFrame(
        {
            "site_id": list("abcde"),
            "code_commune": ["18001", "18001", "18001", "18001", "99999"],
            "lon": [*degrees.x, None, 2.0],
            "lat": [*degrees.y, None, 47.0],
        }
    )
    table, controle = located(rows, area(), tolerance_m=1000, source="essai")
    assert table["origine_position"].tolist() == ["source"] * 2 + ["centre_commune"] * 2
    assert table.geometry.x.tolist() == pytest.approx([650_000, 660_900, 645_000, 645_000])
    assert controle["nombre"].tolist() == [1, 1, 5, 4, 1]
    assert controle["effet"].tolist() == ["impute", "impute", "lu", "utilise", "ecarte"]
    assert set(table["origine_position"]) <= {tables.POSITION_SOURCE, tables.POSITION_CENTRE}
