"""Damaged files: never silently wrong, never a traceback. `slow_damage.py` runs many more."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import rasterio
from rasterio.errors import NotGeoreferencedWarning

import damage
import test_sources_acces_insee as acces
from diagterritoire import schema, tables
from diagterritoire.catalog import by_key
from diagterritoire.errors import DataError
from diagterritoire.sources.folder.completeness import (
    Tolerance,
    check_bassins,
    check_communes,
    check_rows,
)
from diagterritoire.sources.folder.load import load
from diagterritoire.sources.folder.scan import recognise, scan
from diagterritoire.sources.layouts.known import LAYOUTS
from diagterritoire.sources.library import Part, SourceFile, find
from small_files import COUNTRY, FILES, write_country
from test_sources_writers import write_graphml, write_points

NO_MOVE = schema.empty(tables.MOUVEMENTS)


def test_every_layout_has_a_small_file() -> None:
    read = {item.cle for item in LAYOUTS if not by_key(item.source).refus}
    assert {cle for small in FILES for cle in small.layouts} == read


@pytest.mark.parametrize("small", FILES, ids=lambda s: s.nom)
def test_every_small_file_is_recognised_and_read(tmp_path: Path, small) -> None:  # type: ignore[no-untyped-def]
    path, read = damage.read_whole(small, tmp_path)
    assert all(len(table) for table in read)
    # By its columns: an ordinary name changes nothing, but for the kinds that only a name tells.
    plain = path.rename(path.with_name("x" + path.suffix))
    if small.nom not in ("raster", "parquet"):
        file = recognise(plain)
        assert file is not None
        assert file.cle == scan_key(small)


def scan_key(small) -> str:  # type: ignore[no-untyped-def]
    return next(item.source for item in LAYOUTS if item.cle == small.layouts[0])


def test_cut_files(tmp_path: Path) -> None:
    tally = damage.cut_campaign(tmp_path, 2 * len(FILES), seed=11)
    damage.assert_cuts(tally)
    assert tally.nombre["refusé"] > len(FILES)


def test_what_a_cut_at_the_end_of_a_line_shows_is_known_for_every_text() -> None:
    """A new layout of text says which it is before the whole campaign meets it."""
    assert {f.nom for f in FILES if f.texte} == damage.ALONE | damage.TOGETHER


def test_cut_files_of_a_country(tmp_path: Path) -> None:
    tally = damage.country_campaign(tmp_path, 10, seed=12)
    assert tally.muets == []
    assert tally.nombre["refusé"] >= 7


def test_changed_columns(tmp_path: Path) -> None:
    tally = damage.schema_campaign(tmp_path, 44, seed=13)
    assert tally.muets == []
    assert tally.nombre["refusé"] > 10


def test_flipped_bits_are_found_by_the_recorded_hash(tmp_path: Path) -> None:
    assert damage.flip_campaign(tmp_path, 2 * len(FILES), seed=14).nombre == {
        "refusé": 2 * len(FILES)
    }


def test_flipped_bits_without_a_hash_never_crash(tmp_path: Path) -> None:
    tally = damage.bare_flip_campaign(tmp_path, 2 * len(FILES), seed=15)
    assert sum(tally.nombre.values()) == 2 * len(FILES)


@pytest.mark.parametrize(
    ("key", "value"), [("informationsGeneralesEGE", '"x"'), ("adresse", '["x"]'), ("ege", '["x"]')]
)
def test_a_json_with_a_text_for_an_object(tmp_path: Path, key: str, value: str) -> None:
    small = next(s for s in FILES if s.nom == "finess json")
    path = small.write(tmp_path)
    text = path.read_text(encoding="utf-8").replace(f'"{key}": ', f'"{key}": {value}, "z": ')
    path.write_text(text, encoding="utf-8")
    assert "« x » là où un objet est attendu" in damage.attempt(small, path)


def test_a_coordinate_that_is_none(tmp_path: Path) -> None:
    small = next(s for s in FILES if s.nom == "osm")
    path = small.write(tmp_path)
    path.write_text(path.read_text(encoding="utf-8").replace('lat="46.0', 'lat="46*0'))
    assert "coupé ou mal formé" in damage.attempt(small, path)


def test_a_parquet_with_a_text_that_is_none(tmp_path: Path) -> None:
    small = next(s for s in FILES if s.nom == "parquet")
    path = tmp_path / "donnees-2024-reg24.parquet"
    broken = pa.array([b"\xf0a"] * 4, pa.binary()).view(pa.string())
    pq.write_table(pa.table({**acces.COLUMNS, "depcom": broken}), path)
    assert "Parquet coupé ou abîmé" in damage.attempt(small, path)


@pytest.mark.parametrize("crs", ["", 'LOCAL_CS["essai",UNIT["metre",1]]'])
def test_a_raster_that_is_nowhere(tmp_path: Path, crs: str) -> None:
    small = next(s for s in FILES if s.nom == "raster")
    path = small.write(tmp_path)
    if crs:
        with rasterio.open(path, "r+") as raster:
            raster.crs = rasterio.crs.CRS.from_wkt(crs)
    else:
        with (
            pytest.warns(NotGeoreferencedWarning),
            rasterio.open(path, "w", driver="GTiff", height=2, width=2, count=1, dtype="uint8",
                          crs="EPSG:4326") as raster,
        ):  # fmt: skip
            raster.write(np.ones((2, 2), dtype="uint8"), 1)
    assert isinstance(damage.attempt(small, path), str)


@pytest.mark.parametrize("tail", ["18001;18002;41", "18001;18002;412"])
def test_a_last_line_that_is_not_ended_is_refused(tmp_path: Path, tail: str) -> None:
    small = next(s for s in FILES if s.nom == "flux_observes")
    path = tmp_path / "flux_observes.csv"
    path.write_text(f"code_residence;code_exercice;patients\n18001;18001;3\n{tail}")
    found = damage.attempt(small, path)
    assert isinstance(found, str)
    assert "sa dernière ligne n'est pas terminée (« 18001;18002;41" in found
    path.write_text(path.read_text() + "\r")
    assert not isinstance(damage.attempt(small, path), str)


def test_a_utf_16_text_that_is_not_ended(tmp_path: Path) -> None:
    small = next(s for s in FILES if s.nom == "bpe")
    path = small.write(tmp_path)
    text = path.read_text(encoding="utf-8")
    path.write_text(text, encoding="utf-16")
    assert not isinstance(damage.attempt(small, path), str)
    path.write_text(text.rstrip("\n"), encoding="utf-16")
    assert "n'est pas terminée" in damage.attempt(small, path)


def towns(*numbers: int) -> pd.DataFrame:
    """Communes of departements 18 (first number) and on."""
    codes = [f"{18 + d}{n:03d}" for d, number in enumerate(numbers) for n in range(number)]
    return pd.DataFrame({"code_commune": codes})


POPULATIONS = SourceFile("populations", Path("p.csv"), "texte")
ZONAGE = SourceFile("zonage", Path("z.csv"), "texte")


@pytest.mark.parametrize(
    ("file", "sizes", "lost", "message"),
    [
        # 10 % of a departement of 40 is 4 communes.
        (POPULATIONS, (400, 40), 4, None),
        (POPULATIONS, (400, 40), 5, "département 19, 5 sur 40"),
        # Two communes may lack, however small the departement.
        (POPULATIONS, (400, 3), 2, None),
        (POPULATIONS, (400, 3), 3, "département 19, 3 sur 3"),
        # 1 % of 500 is 5 communes, whatever the departement.
        (POPULATIONS, (100, 400), 5, None),
        (POPULATIONS, (100, 400), 6, "communes absentes, 6 sur 500"),
        # A file of some departements holds them whole.
        (ZONAGE, (400, 40), 40, None),
        (ZONAGE, (400, 40), 39, "département 19, 39 sur 40"),
    ],
)
def test_communes_a_file_may_lack(file, sizes, lost, message) -> None:  # type: ignore[no-untyped-def]
    known = towns(*sizes)
    held = list(known["code_commune"])[: len(known) - lost]
    if message is None:
        check_communes(file, held, known, NO_MOVE)
    else:
        with pytest.raises(DataError, match=message):
            check_communes(file, held, known, NO_MOVE)


def test_movements_between_both_years_are_no_lack() -> None:
    known = towns(20)
    gone = list(known["code_commune"])[:5]
    moves = pd.DataFrame(
        {
            "mod": "32",
            "date_effet": "2025-01-01",
            "type_avant": "COM",
            "code_avant": [*gone, "18005"],
            "type_apres": "COM",
            "code_apres": "18005",
        }
    )
    held = [c for c in known["code_commune"] if c not in gone]
    for years in ((2025, 2024), (2024, 2025)):
        check_communes(POPULATIONS, held, known, moves, years)
    for years in ((2024, 2024), (2026, 2025), (None, 2024)):
        with pytest.raises(DataError, match="5 sur 20"):
            check_communes(POPULATIONS, held, known, moves, years)


def test_arrondissements_stand_for_their_commune_and_mayotte_may_lack() -> None:
    known = pd.DataFrame({"code_commune": ["13055", "13001", *(f"976{n:02d}" for n in range(17))]})
    check_communes(POPULATIONS, ["13201", "13001"], known, NO_MOVE)
    strict = Tolerance(0, 0, 0)
    with pytest.raises(DataError, match="1 sur 2 "):
        check_communes(POPULATIONS, ["13001"], known, NO_MOVE, tolerance=strict)


def test_rows_of_the_whole_country() -> None:
    moves = SourceFile("mouvements", Path("m.csv"), "texte")
    check_rows(moves, 10_000, towns(34_000))
    check_rows(moves, 12, towns(33_999))
    with pytest.raises(DataError, match="9999 lignes ; il en faut au moins 10000"):
        check_rows(moves, 9_999, towns(34_000))


def basins(folder: Path, held: list[str], *, ended: bool, title: str) -> None:
    path = folder / "cartosante_bv.csv"
    path.write_text("x\n" if ended else "x")
    part = Part("contexte_cartosante", titles=(f"Référentiel géographique : {title}",))
    known = pd.DataFrame({"bassin_vie": [f"{n:05d}" for n in range(400)]})
    check_bassins(SourceFile("contexte_cartosante", path, "texte", (part,)), pd.Series(held), known)


def test_bassins_an_export_may_lack(tmp_path: Path) -> None:
    whole, title = [f"{n:05d}" for n in range(400)], "France par bassin de vie"
    basins(tmp_path, whole[4:], ended=False, title=title)
    basins(tmp_path, whole[:-1], ended=True, title=title)
    basins(tmp_path, whole[:9], ended=False, title="Corse par bassin de vie")
    with pytest.raises(DataError, match="5 sur 400"):
        basins(tmp_path, whole[5:], ended=True, title=title)
    with pytest.raises(DataError, match=r"1 sur 400 \(00399\)"):
        basins(tmp_path, whole[:-1], ended=False, title=title)


def test_a_country_loads_and_a_file_of_a_region_is_refused(tmp_path: Path) -> None:
    raw = load(scan(write_country(tmp_path)))
    assert (len(raw.appartenance), len(raw.populations), len(raw.points)) == (80, 60, 80)
    path = tmp_path / "donnees_communes.csv"
    lines = path.read_text().splitlines(keepends=True)
    path.write_text("".join(lines[:21]))
    with pytest.raises(DataError, match=r"donnees_communes.csv.*département 02, 20 sur 20"):
        load(scan(tmp_path))
    path.write_text("".join(lines))
    # Zones of one region, whole, are taken.
    zones = tmp_path / "zonage_mg_communes_2025.csv"
    lines = zones.read_text(encoding="utf-8").splitlines(keepends=True)
    zones.write_text("".join(lines[:21]), encoding="utf-8")
    assert list(load(scan(tmp_path)).zonage["code_commune"]) == list(COUNTRY[:20])


def test_a_commune_without_value_is_not_a_commune_left_out(tmp_path: Path) -> None:
    write_country(tmp_path)
    path = tmp_path / "communes_points_2024.csv"
    path.write_text(path.read_text().replace(",45.5,", ",,"))
    assert load(scan(tmp_path)).points.empty


def test_roads_without_any_class_are_refused(tmp_path: Path) -> None:
    path = write_graphml(tmp_path)
    path.write_text(path.read_text(encoding="utf-8").replace("highway", "voie"), encoding="utf-8")
    small = next(s for s in FILES if s.nom == "graphml")
    assert "aucun des 2 tronçons n'a de classe" in damage.attempt(small, path)


def test_a_list_of_places_is_not_points_of_communes(tmp_path: Path) -> None:
    path = tmp_path / "structures.csv"
    path.write_text("code_commune;nom;places;lon;lat\n18001;Essai;3;2;47\n")
    write_points(tmp_path)
    library = scan(tmp_path)
    assert [f.path.name for f in find(library, "points")] == ["communes_points_2024.csv"]
    assert library.ignored == (path,)
