"""Communes of geo.api.gouv.fr: JSON and GeoJSON, several files, fields that were not asked."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from diagterritoire.errors import DataError
from diagterritoire.sources.communes.communes_api import read_communes_api, read_points_api
from diagterritoire.sources.folder.load import load
from diagterritoire.sources.folder.scan import scan
from diagterritoire.sources.library import find
from test_sources_writers import write_all, write_communes


def square(x: float) -> dict[str, object]:
    ring = [[x, 45], [x + 1, 45], [x + 1, 46], [x, 46], [x, 45]]
    return {"type": "Polygon", "coordinates": [ring]}


def point(x: float, y: float) -> dict[str, object]:
    return {"type": "Point", "coordinates": [x, y]}


def commune(code: str, x: float, **more: object) -> dict[str, object]:
    """As the service gives it: an absent field is an absent key."""
    known: dict[str, object] = {
        "code": code,
        "nom": f"Commune {code}",
        "codeDepartement": code[:2],
        "codeRegion": "84",
        "codeEpci": "200000001",
        "population": 100,
        "centre": point(x + 0.5, 45.5),
        "mairie": point(x + 0.2, 45.2),
        "contour": square(x),
    } | more
    return {name: value for name, value in known.items() if value is not None}


COMMUNES = [
    commune("01001", 0),
    commune("01002", 1, codeEpci=None, mairie=None),
    commune("55039", 2, population=None),
]


def write(folder: Path, records: object, name: str = "communes_api_01.json") -> Path:
    (folder / name).write_text(json.dumps(records, ensure_ascii=False), encoding="utf-8")
    return folder / name


def collection(records: list[dict[str, object]], geometry: str) -> dict[str, object]:
    """GeoJSON of the service: one geometry, and none of the others among the properties."""
    shapes = ("centre", "mairie", "contour")
    features = [
        {
            "type": "Feature",
            "properties": {k: v for k, v in r.items() if k not in shapes},
            "geometry": r.get(geometry),
        }
        for r in records
    ]
    return {"type": "FeatureCollection", "features": features}


def files(folder: Path):
    return find(scan(folder), "communes_api")


def test_json_gives_outlines_and_town_halls(tmp_path: Path) -> None:
    write(tmp_path, COMMUNES)
    reading = read_communes_api(files(tmp_path))
    table = reading.table.set_index("code_commune")
    assert table["population_polygone"].tolist() == [100, 100, 0]
    assert table["code_epci"].isna().tolist() == [False, True, False]
    assert set(table.geom_type) == {"MultiPolygon"}
    assert table.total_bounds.tolist() == [0, 45, 3, 46]
    assert reading.cog == 2026
    kept = reading.controle.set_index("motif")["exemples"]
    assert kept["commune détruite en 1916, sans habitant : 0 (imputé)"] == "55039 Commune 55039"
    points = read_points_api(files(tmp_path))
    assert points.table[["lon", "lat"]].to_numpy().tolist() == [
        [0.2, 45.2], [1.5, 45.5], [2.2, 45.2],
    ]  # fmt: skip
    assert points.controle["exemples"].tolist() == ["01002"]


def test_a_population_that_is_not_given_is_not_zero(tmp_path: Path) -> None:
    write(tmp_path, [*COMMUNES, commune("01003", 3, population=None)])
    reading = read_communes_api(files(tmp_path))
    people = reading.table.set_index("code_commune")["population_polygone"]
    assert people.isna().to_dict() == {
        "01001": False, "01002": False, "01003": True, "55039": False,
    }  # fmt: skip
    kept = reading.controle.set_index("motif")["exemples"]
    assert kept["population non donnée : laissée vide"] == "01003 Commune 01003"


def test_geojson_holds_the_outlines_and_points_are_taken_inside_them(tmp_path: Path) -> None:
    write(tmp_path, collection(COMMUNES, "contour"), "communes-api-2025.geojson")
    reading = read_communes_api(files(tmp_path))
    assert len(reading.table) == 3
    assert reading.cog == 2025
    points = read_points_api(files(tmp_path))
    assert points.table.empty
    assert points.controle["nombre"].tolist() == [3]


def test_departements_complete_each_other_and_arrondissements_are_not_counted_twice(
    tmp_path: Path,
) -> None:
    write(tmp_path, COMMUNES)
    second = [commune("75056", 5), commune("75101", 5)]
    write(tmp_path, second, "communes_api_75.json")
    reading = read_communes_api(files(tmp_path))
    assert reading.table["code_commune"].tolist() == ["01001", "01002", "55039", "75056"]
    assert "75101" in reading.controle["exemples"].tolist()
    write(tmp_path, COMMUNES[:2], "communes_api_autre.json")
    with pytest.raises(DataError, match="2 lignes répètent une clé"):
        read_communes_api(files(tmp_path))


@pytest.mark.parametrize(
    ("records", "words"),
    [
        ([commune("01001", 0, contour=None)], "« contour » manque ; par exemple 01001"),
        ([commune("01001", 0, population=None)], "« population » manque"),
        ([commune("01001", 0, codeRegion=None)], "« codeRegion » manque"),
        ([commune("01001", 0), {"nom": "x"}], "« code » manque ; par exemple enregistrement 2"),
        ([commune("1001", 0)], "zéro initial"),
        ([commune("01001", 0, contour={"type": "Polygon"})], "géométrie illisible"),
        (collection(COMMUNES, "centre"), "« contour » manque"),
    ],
)
def test_what_was_not_asked_is_said_with_the_request(tmp_path: Path, records, words) -> None:
    write(tmp_path, records)
    with pytest.raises(DataError, match=words) as error:
        read_communes_api(files(tmp_path))
    assert "geo.api.gouv.fr" in error.value.remede or "zéro" in words


def test_a_cut_file_is_an_error(tmp_path: Path) -> None:
    path = write(tmp_path, COMMUNES)
    path.write_bytes(path.read_bytes()[:-40])
    with pytest.raises(DataError, match="sa fin manque"):
        read_communes_api(files(tmp_path))


def test_a_known_name_with_something_else_is_an_error(tmp_path: Path) -> None:
    write(tmp_path, [{"a": 1}])
    with pytest.raises(DataError, match=r"communes_api_01\.json.*porte le nom de la source"):
        scan(tmp_path)


def test_it_stands_for_admin_express_and_gives_the_same_tables(tmp_path: Path) -> None:
    write_all(tmp_path)
    expected = load(scan(tmp_path))
    (tmp_path / "communes_2024_france.gpkg").unlink()
    (tmp_path / "communes_points_2024.csv").unlink()
    names, epcis = ["Alpha", "Bêta", "Gamma"], ["200000001", "200000002", None]
    records = [
        commune(
            code, i, nom=names[i], codeEpci=epcis[i], population=[100, 0, 300][i],
            codeDepartement=["01", "01", "2A"][i], codeRegion=["84", "84", "94"][i],
        )
        for i, code in enumerate(("01001", "01002", "2A004"))
    ]  # fmt: skip
    write(tmp_path, records)
    raw = load(scan(tmp_path))
    pd.testing.assert_frame_equal(
        pd.DataFrame(raw.communes_geo.drop(columns="geometry")),
        pd.DataFrame(expected.communes_geo.drop(columns="geometry")),
    )
    assert raw.communes_geo.geom_equals(expected.communes_geo).all()
    assert len(raw.points) == 3
    assert "communes_api" in set(raw.sources["cle"])
    write_communes(tmp_path)
    both = load(scan(tmp_path))
    assert "communes_api" not in set(both.sources["cle"])
    assert "communes_api_01.json" in " ".join(both.controle["exemples"])


FAR = 10**400
WILD = {
    "a number without end": commune("01003", 3, centre=point(FAR, 45)),
    "a point off the Earth": commune("01003", 3, mairie=point(903, 45)),
    "no number": commune("01003", 3, centre={"type": "Point", "coordinates": ""}),
    "an empty point": commune("01003", 3, mairie={"type": "Point", "coordinates": []}),
    "a surface for a point": commune("01003", 3, mairie=square(3)),
    "a point for an outline": commune("01003", 3, contour=point(3, 45)),
    "an outline off the Earth": commune("01003", 3, contour=square(1e308)),
}


@pytest.mark.parametrize("case", WILD)
def test_a_geometry_that_is_none_is_refused(tmp_path: Path, case: str) -> None:
    write(tmp_path, [*COMMUNES, WILD[case]])
    for read in (read_communes_api, read_points_api):
        with pytest.raises(DataError, match="géométrie illisible, enregistrement 4"):
            read(files(tmp_path))


@pytest.mark.parametrize("population", [FAR, "beaucoup", -1])
def test_a_population_that_is_no_number_is_refused(tmp_path: Path, population: object) -> None:
    write(tmp_path, [*COMMUNES, commune("01003", 3, population=population)])
    with pytest.raises(DataError, match="population_polygone"):
        read_communes_api(files(tmp_path))


def test_an_epci_that_is_no_text_is_refused(tmp_path: Path) -> None:
    write(tmp_path, [*COMMUNES, commune("01003", 3, codeEpci={"code": 1})])
    with pytest.raises(DataError, match="« codeEpci » manque"):
        read_communes_api(files(tmp_path))


@pytest.mark.parametrize("value", ["[" * 100_000, '{"a":' * 50_000, "9" * 5000, "NaN", "-Infinity"])
def test_a_value_without_measure_is_refused(tmp_path: Path, value: str) -> None:
    path = write(tmp_path, COMMUNES)
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace('"population": 100', f'"population": {value}'), encoding="utf-8")
    with pytest.raises(DataError, match="est abîmé : une valeur est démesurée"):
        read_communes_api(files(tmp_path))
