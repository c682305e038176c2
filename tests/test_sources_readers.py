"""Readers: what each file becomes, and the defects of its values."""

from __future__ import annotations

import math
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from diagterritoire.errors import DataError
from diagterritoire.sources.care.drees import read_apl
from diagterritoire.sources.care.observatoire import read_medecins
from diagterritoire.sources.communes.admin_express import read_communes
from diagterritoire.sources.communes.contexte import join_contexte, read_contexte
from diagterritoire.sources.communes.insee import (
    read_appartenance,
    read_libelles,
    read_mouvements,
    read_points,
    read_populations,
)
from diagterritoire.sources.communes.zonage import read_zonage
from diagterritoire.sources.folder.load import load
from diagterritoire.sources.folder.scan import recognise, scan
from diagterritoire.sources.library import SourceFile
from test_sources_writers import (
    POPULATIONS,
    apl_sheet,
    appartenance_sheets,
    medecins_rows,
    write_all,
    write_apl,
    write_appartenance,
    write_communes,
    write_contextes,
    write_medecins,
    write_mouvements,
    write_points,
    write_populations,
    write_workbook,
    write_zonage,
)


def known(path: Path) -> SourceFile:
    file = recognise(path)
    assert file is not None
    return file


def test_communes(tmp_path: Path) -> None:
    reading = read_communes(known(write_communes(tmp_path)))
    table = reading.table
    assert table["code_epci"].tolist()[:2] == ["200000001", "200000002"]
    assert pd.isna(table["code_epci"].iloc[2])
    assert table["population_polygone"].tolist() == [100, 0, 300]
    assert set(table.geom_type) == {"MultiPolygon"}
    assert table.crs == "EPSG:4326"
    assert reading.cog == 2024
    assert reading.controle[["nombre", "exemples"]].to_numpy().tolist() == [[1, "01001"]]


@pytest.mark.parametrize(
    ("typed", "kept", "several"),
    [
        ("200000001", "200000001", 0),
        ("200054781/200058097", "200054781", 1),
        ("200054781, 200058097 ; 200058519", "200054781", 1),
        ("NR", None, 0),
        ("ZZZZZZZZZ", None, 0),
        ("", None, 0),
        (None, None, 0),
    ],
)
@pytest.mark.parametrize("label", ["SIREN_EPCI", "codes_siren_des_epci"])
def test_the_epci_of_a_commune_is_one_or_none(
    tmp_path: Path, label: str, typed: str | None, kept: str | None, several: int
) -> None:
    path = write_communes(tmp_path)
    frame = gpd.read_file(path).rename(columns={"SIREN_EPCI": label})
    frame[label] = pd.Series([typed, "200000002", "200000002"], dtype="str")
    path.unlink()
    frame.to_file(path, layer="communes", driver="GPKG")
    reading = read_communes(known(path))
    assert reading.table["code_epci"].astype(object).where(lambda s: s.notna(), None).tolist() == [
        kept, "200000002", "200000002",
    ]  # fmt: skip
    motif = "plusieurs établissements"
    counted = reading.controle.loc[reading.controle["motif"].str.startswith(motif), "nombre"]
    assert counted.tolist() == [1] * several


def test_communes_of_another_projection_come_back_to_degrees(tmp_path: Path) -> None:
    path = write_communes(tmp_path)
    frame = gpd.read_file(path).to_crs("EPSG:2154")
    path.unlink()
    frame.to_file(path, layer="commune", driver="GPKG")
    table = read_communes(known(path)).table
    assert table.total_bounds == pytest.approx([0, 45, 3, 46], abs=1e-6)


def test_an_invalid_polygon_is_repaired_and_counted(tmp_path: Path) -> None:
    bow = shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])
    shapes = [bow, shapely.box(1, 45, 2, 46), shapely.box(2, 45, 3, 46)]
    path = write_communes(tmp_path, geometry=gpd.GeoSeries(shapes, crs="EPSG:4326"))
    reading = read_communes(known(path))
    assert reading.table.geometry.is_valid.all()
    assert reading.controle["exemples"].iloc[-1] == "01001"


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"INSEE_COM": ["01001", "01001", "2A004"]}, "répètent une clé.*01001.*lignes 1, 2"),
        ({"INSEE_COM": ["1001", "01002", "2A004"]}, "zéro initial"),
        ({"geometry": gpd.GeoSeries([None] * 3, crs="EPSG:4326")}, "3 communes sans contour"),
    ],
)
def test_damaged_communes(tmp_path: Path, columns: dict[str, object], message: str) -> None:
    path = write_communes(tmp_path, **columns)
    with pytest.raises(DataError, match=message):
        read_communes(known(path))


def test_appartenance_and_libelles(tmp_path: Path) -> None:
    file = known(write_appartenance(tmp_path))
    reading = read_appartenance(file)
    assert reading.table["code_commune"].tolist() == ["01001", "01002", "2A004"]
    assert pd.isna(reading.table["code_epci"].iloc[2])
    assert reading.cog == 2024
    assert reading.controle["exemples"].iloc[0] == "2A004 Gamma"
    assert read_libelles(file).table.to_numpy().tolist() == [
        ["bassin_vie", "01002", "Bêta"],
        ["bassin_vie", "2A004", "Gamma"],
        ["departement", "01", "Ain"],
        ["epci", "200000001", "CC Alpha"],
        ["region", "84", "Auvergne-Rhône-Alpes"],
    ]


def test_codes_turned_into_numbers_are_refused(tmp_path: Path) -> None:
    sheets = appartenance_sheets()
    sheets["COM"][6][0] = 1001
    path = write_workbook(tmp_path / "x.xlsx", sheets)
    with pytest.raises(DataError, match=r"« 1001 », ligne 7\. Le zéro initial a été perdu"):
        read_appartenance(known(path))


def test_populations_with_thin_spaces(tmp_path: Path) -> None:
    reading = read_populations(known(write_populations(tmp_path)))
    assert reading.table.to_numpy().tolist() == [["01001", 1860], ["01002", 0], ["2A004", 300]]
    assert reading.cog == 2025


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("2A004;Gamma;300;1;301\r\n", "2A004;Gam", r"est coupé : la dernière ligne \(4\)"),
        ("0;0;0\r\n", "0;0\r\n", r"1 lignes n'ont pas 11 champs.*ligne 3"),
        ("Bêta;0", "Bêta;s", "1 communes sans population.*01002"),
        ("Bêta;0", "Bêta;-3", "négatives.*« -3 », ligne 3"),
        ("Bêta;0", "Bêta;1.5", "entières"),
        ("Bêta;0", "Bêta;beaucoup", "pas des nombres"),
        ("Bêta;0", "Bêta;nan", "pas des nombres"),
        ("01002", "01001", "répètent une clé"),
        ("01002", "1002", "zéro initial"),
        ("Gamma;", '"Gamma;', "guillemet jamais refermé"),
        ("PCAP", "PMUN", "2 fois"),
    ],
)
def test_damaged_populations(tmp_path: Path, old: str, new: str, message: str) -> None:
    path = write_populations(tmp_path, text=POPULATIONS.replace(old, new))
    with pytest.raises(DataError, match=message):
        read_populations(known(path))


def test_populations_without_any_record(tmp_path: Path) -> None:
    path = write_populations(tmp_path, text=POPULATIONS.splitlines()[0] + "\n")
    with pytest.raises(DataError, match="fichier vide"):
        read_populations(known(path))


def test_text_cut_in_a_letter_or_of_two_encodings(tmp_path: Path) -> None:
    content = POPULATIONS.encode()
    path = tmp_path / "x.csv"
    path.write_bytes(content.rstrip() + "é".encode()[:1])
    with pytest.raises(DataError, match="milieu d'une lettre"):
        read_populations(known(path))
    path.write_bytes(content + content.replace("Bêta".encode(), "Bêta".encode("cp1252")))
    with pytest.raises(DataError, match="mêle UTF-8 et cp1252"):
        read_populations(known(path))


def test_mouvements(tmp_path: Path) -> None:
    table = read_mouvements(known(write_mouvements(tmp_path))).table
    assert list(table) == [
        "mod", "date_effet", "type_avant", "code_avant", "type_apres", "code_apres",
    ]  # fmt: skip
    assert table.iloc[0].tolist() == ["32", "2025-01-01", "COM", "01009", "COM", "01001"]
    assert table.iloc[1].isna().tolist() == [False, False, True, True, False, False]


def test_points_without_coordinates_are_left_out_and_said(tmp_path: Path) -> None:
    reading = read_points(known(write_points(tmp_path)))
    assert reading.table.to_numpy().tolist() == [["01001", 0.5, 45.5], ["01002", 1.5, 45.5]]
    assert reading.controle[["nombre", "exemples"]].to_numpy().tolist() == [[1, "2A004"]]


def test_points_out_of_the_earth(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("code_commune,nom,lat,lon\n01001,A,655000,650000\n")
    with pytest.raises(DataError, match="lon"):
        read_points(known(path))


def test_hidden_numbers_of_gps_are_unknown_not_zero(tmp_path: Path) -> None:
    reading = read_medecins(known(write_medecins(tmp_path, 4, "s", "N/A")))
    assert reading.table.to_numpy().tolist() == [["01001", 4, 2020]]
    assert reading.controle[["motif", "exemples"]].to_numpy().tolist() == [
        ["nombre de médecins inconnu : non disponible", "2A004"],
        ["nombre de médecins inconnu : secret statistique", "01002"],
    ]
    assert reading.cog == 2021


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (("", "", ""), "fichier vide, aucune des 3 communes"),
        ((1, 2.5, 3), "entières"),
        ((1, -2, 3), "négatives"),
        ((1, "deux", 3), "pas des nombres"),
    ],
)
def test_damaged_gps(tmp_path: Path, values: tuple[object, ...], message: str) -> None:
    with pytest.raises(DataError, match=message):
        read_medecins(known(write_medecins(tmp_path, *values)))


def test_gps_without_any_row(tmp_path: Path) -> None:
    path = write_workbook(tmp_path / "x.xlsx", {"Data": medecins_rows()})
    with pytest.raises(DataError, match="fichier vide"):
        read_medecins(known(path))


def test_the_latest_year_of_gps_is_kept(tmp_path: Path) -> None:
    rows = medecins_rows(1, 2, 3) + medecins_rows(4, 5, 6, annee="2021")[5:]
    reading = read_medecins(known(write_workbook(tmp_path / "x.xlsx", {"Data": rows})))
    assert reading.table["mg_nb"].tolist() == [4, 5, 6]
    assert reading.controle["nombre"].iloc[0] == 3


def test_apl_of_every_sheet(tmp_path: Path) -> None:
    reading = read_apl([known(write_apl(tmp_path))])
    assert reading.table["annee"].tolist() == [2022] * 3 + [2023] * 3
    assert reading.table.iloc[0].tolist() == ["01001", 2022, 2.5, 2.0, 100.5, 100.0]
    assert reading.cog == 2024


def test_a_year_published_twice_is_taken_from_the_newer_workbook(tmp_path: Path) -> None:
    old = known(write_apl(tmp_path, 2021, 2022, name="a.xlsx", apl=1))
    new = known(write_apl(tmp_path, 2022, 2023, name="b.xlsx", apl=3))
    reading = read_apl([old, new])
    first = reading.table.groupby("annee")["apl_publiee"].first()
    assert first.to_dict() == {2021: 1, 2022: 3, 2023: 3}
    assert reading.controle["source"].tolist() == ["APL publiée par la DREES (a.xlsx)"]
    other = known(write_apl(tmp_path, 2023, name="c.xlsx", apl=4))
    with pytest.raises(DataError, match="rien ne départage"):
        read_apl([new, other])


def test_a_year_that_contradicts_its_sheet(tmp_path: Path) -> None:
    path = write_workbook(tmp_path / "x.xlsx", {"APL 2022": apl_sheet(2023)})
    with pytest.raises(DataError, match="2022 et 2023"):
        read_apl([known(path)])


def test_zonage(tmp_path: Path) -> None:
    reading = read_zonage(known(write_zonage(tmp_path)))
    assert reading.table["zonage_mg"].tolist()[:2] == ["ZIP", "ZAR"]
    assert pd.isna(reading.table["zonage_mg"].iloc[2])
    assert reading.controle["nombre"].iloc[0] == 1
    with pytest.raises(DataError, match=r"1 zones inconnues.*« 9_XYZ », ligne 3"):
        read_zonage(known(write_zonage(tmp_path, "1_ZIP", "9_XYZ", "3_HZ")))


def test_contexte(tmp_path: Path) -> None:
    first, second = (read_contexte(known(p)) for p in write_contextes(tmp_path))
    table = join_contexte([first.table, second.table])
    values = {(r.bassin_vie, r.indicateur): (r.valeur, r.motif) for r in table.itertuples()}
    assert values["01002", "APL Médecins généralistes 2023"][0] == 3
    assert values["977ZZ", "Part des bénéf. en ALD 2024"][0] == 1.9
    hidden = values["01002", "Part des bénéf. en ALD 2024"]
    assert math.isnan(hidden[0])
    assert hidden[1] == "secret statistique"
    assert values["01002", "Taux de pauvreté 2021"][0] == 11.1
    with pytest.raises(DataError, match="plusieurs fichiers"):
        join_contexte([first.table, first.table])


def test_load_gives_empty_tables_for_optional_sources(tmp_path: Path) -> None:
    write_all(tmp_path)
    for name in ("communes_points_2024.csv", "mouvements-communes.csv",
                 "zonage_mg_communes_2025.csv", "cartosante_health_bv2022.csv",
                 "insee_statloc_social_determinants_bv2022.csv"):  # fmt: skip
        (tmp_path / name).unlink()
    raw = load(scan(tmp_path))
    assert [len(t) for t in (raw.points, raw.mouvements, raw.zonage, raw.contexte)] == [0, 0, 0, 0]
    assert list(raw.mouvements)[:2] == ["mod", "date_effet"]
    assert raw.cog["apl_publiee_2022"] == 2023


def test_load_says_what_it_used_and_what_it_left(tmp_path: Path) -> None:
    write_all(tmp_path)
    (tmp_path / "notes.txt").write_text("rien à voir")
    raw = load(scan(tmp_path))
    rows = raw.sources.set_index("cle")
    assert rows.loc["apl_publiee", "enregistrements"] == 6
    assert rows["sha256"].str.len().eq(64).all()
    first = raw.controle.iloc[0]
    assert (first["motif"], first["exemples"]) == ("fichier sans rapport, ignoré", "notes.txt")
    assert dict(raw.cog) == {
        "communes_geo": 2024, "appartenance": 2024, "populations": 2025, "medecins": 2021,
        "apl_publiee": 2024, "points": 2024, "zonage": 2025,
        "apl_publiee_2022": 2023, "apl_publiee_2023": 2024,
    }  # fmt: skip
