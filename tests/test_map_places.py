"""What the map holds of points, of times place by place, and of what a commune is set beside."""

from __future__ import annotations

import base64
import io
import re
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from PIL import Image

from diagterritoire import schema, tables
from diagterritoire.core.times.surface import NODATA, Grid
from diagterritoire.outputs import map_times
from diagterritoire.outputs.map_compared import compared
from diagterritoire.outputs.map_data import map_data
from diagterritoire.outputs.map_geometry import lat_lon
from diagterritoire.outputs.map_sites import structures
from factory import CRS, small_diagnosis
from places import with_places
from projects import with_projects

SOURCE = Path(__file__).parents[1] / "web" / "src" / "donnees.ts"


@pytest.fixture(scope="module")
def data():
    return map_data(with_places(small_diagnosis()), "")


def test_structures_are_listed_by_category_where_the_page_has_their_commune():
    table = gpd.GeoDataFrame(
        {
            "categorie": ["pharmacie", "MSP", "pharmacie", "MSP"],
            "nom": ["B", "C", "A", "loin"],
            "code_commune": ["00001", "00002", "00002", "99999"],
        },
        geometry=shapely.points([(4e5 + k, 6.6e6) for k in range(4)]),
        crs=CRS,
    )
    msp, pharmacie = structures(table, {"00001": 0, "00002": 1})
    assert (msp["cle"], msp["noms"], msp["commune"]) == ("MSP", ["C"], [1])
    assert (pharmacie["noms"], pharmacie["commune"]) == (["A", "B"], [1, 0])
    assert structures(schema.empty(tables.STRUCTURES, CRS), {"00001": 0}) == []


def test_a_commune_is_set_beside_its_departement_and_the_country():
    by_title = {m["titre"]: m for m in compared(small_diagnosis())}
    assert [(r["code"], r["valeur"]) for r in by_title["APL publiée"]["reperes"]] == [
        ("00", 3.4),
        ("FR", 3.7),
    ]
    assert by_title["APL calculée"]["reperes"] == []  # no other territory has it
    assert by_title["Médecins pour 10 000 habitants"]["pour_10000"]


def test_an_unknown_reference_is_left_out():
    diagnosis = small_diagnosis()
    table = diagnosis.comparaisons.assign(apl_publiee=[3.2, np.nan, 3.4, 3.7])
    by_title = {m["titre"]: m for m in compared(replace(diagnosis, comparaisons=table))}
    assert [r["code"] for r in by_title["APL publiée"]["reperes"]] == ["FR"]


def test_bands_part_nested_areas_and_their_inhabitants(data):
    near, far = data["isochrones"]
    assert (near["titre"], far["titre"]) == ("10 min ou moins", "de 10 à 20 min")
    assert (near["habitants"], far["habitants"]) == (9000, 3000)
    inner, outer = (shapely.geometry.shape(b["trace"]) for b in (near, far))
    assert inner.intersection(outer).area == pytest.approx(0, abs=1e-9)
    assert inner.area > 0
    assert near["couleur"] != far["couleur"]
    # 13 370 inhabitants in all.
    assert data["au_dela"]["habitants"] == 1370
    assert data["au_dela"]["titre"].startswith("plus de 20 min")


def test_bands_of_a_large_territory_are_light():
    x = np.arange(0, 60_000.0, 50)
    comb = [(a, 200.0 * (k % 2)) for k, a in enumerate(x)]
    areas = [
        shapely.MultiPolygon([shapely.Polygon([*comb, (6e4, -9000 * k), (0, -9000 * k)])])
        for k in (1, 2)
    ]
    moved = [shapely.affinity.translate(a, 4e5, 6.6e6) for a in areas]
    layer = gpd.GeoDataFrame(
        {"temps_max_min": [10.0, 20.0], "population": [1, 2]}, geometry=moved, crs=CRS
    )
    many = pd.concat(
        [layer.assign(geometry=layer.geometry.translate(yoff=40_000 * k)) for k in range(8)]
    ).dissolve("temps_max_min", as_index=False)
    assert shapely.get_num_coordinates(many.geometry.to_numpy()).sum() > 18_000
    found = map_times.bands(replace(small_diagnosis(), isochrones=gpd.GeoDataFrame(many, crs=CRS)))
    drawn = [shapely.geometry.shape(b["trace"]) for b in found]
    assert shapely.get_num_coordinates(drawn).sum() <= 6_000


def _pixel(image: dict, place: tuple[float, float]) -> tuple[int, ...]:
    """Colour that Leaflet shows at a latitude and a longitude: the image stretched in Mercator."""
    west, south, east, north = image["emprise"]

    def mercator(latitude: float) -> float:
        return float(np.log(np.tan(np.pi / 4 + np.radians(latitude) / 2)))

    picture = Image.open(io.BytesIO(base64.b64decode(image["png"].split(",")[1])))
    across = (place[1] - west) / (east - west)
    down = (mercator(north) - mercator(place[0])) / (mercator(north) - mercator(south))
    rgba = picture.convert("RGBA")
    return rgba.getpixel((int(across * rgba.width), int(down * rgba.height)))


@pytest.mark.parametrize(
    ("crs", "west", "north"),
    [(CRS, 1_170_000, 6_200_000), ("EPSG:2975", 320_000, 7_690_000)],  # Corsica, Réunion
)
def test_the_image_of_times_is_where_the_places_are(crs, west, north):
    rows, columns = 120, 90  # 24 km by 18 km
    minutes = np.add.outer(np.arange(rows) // 10, np.arange(columns) // 10).astype(np.float32)
    minutes[50:60, 40:50] = NODATA
    diagnosis = small_diagnosis()
    shown = map_times.image(
        replace(
            diagnosis,
            territory=replace(diagnosis.territory, crs=crs),
            temps_acces=Grid(west, north, minutes, 0),
        )
    )
    # Centres of blocks of ten cells: a slip of a kilometre would show.
    wanted = [(5, 5), (5, 85), (115, 5), (115, 85), (65, 25)]
    for row, column in [*wanted, (55, 45)]:
        at = shapely.Point(west + 200 * (column + 0.5), north - 200 * (row + 0.5))
        pixel = _pixel(shown, tuple(lat_lon(np.array([at]), crs)[0]))
        if (row, column) in wanted:
            expected = map_times.colours(np.array([float(minutes[row, column])]))[0].tolist()
            assert pixel == (*expected, 255)
        else:
            assert pixel[3] == 0


def test_an_empty_grid_has_no_image():
    nothing = Grid(0, 0, np.full((1, 1), NODATA, dtype=np.float32), 0)
    assert map_times.image(replace(small_diagnosis(), temps_acces=nothing)) is None
    assert map_times.bands(small_diagnosis()) == []


def test_a_large_image_is_cut_to_fewer_pixels():
    grid = Grid(4e5, 6.9e6, np.full((1000, 500), 7.0, dtype=np.float32), 0)
    minutes, _ = map_times.mercator(grid, CRS)
    assert minutes.shape == (800, 400)


def test_a_site_opened_in_an_arrondissement_has_its_mark():
    diagnosis = with_projects(small_diagnosis())
    scenarios = diagnosis.scenarios
    table = scenarios.scenario_mouvements
    opened = table["geste"].eq("ouvrir") & table["profession"].eq(tables.GENERALISTE)
    moves = table.assign(
        code_commune=table["code_commune"].mask(opened, "69381"),
        site_id=table["site_id"].mask(opened, "scenario-69381"),
    )
    at = (842_000.0, 6_519_000.0)
    cut = replace(scenarios, scenario_mouvements=moves, points={"69381": at})
    marks = map_data(replace(diagnosis, scenarios=cut), "")["mouvements"]
    (mark,) = [m for m in marks if m["genre"] == "ouvrir"]
    assert mark["position"] == lat_lon(np.array([shapely.Point(at)]), CRS)[0].tolist()


@pytest.mark.parametrize(
    ("interface", "key"),
    [
        ("Structures", "structures"),
        ("Comparee", "comparees"),
        ("Bande", "isochrones"),
        ("ImageTemps", "image_temps"),
    ],
)
def test_the_front_end_reads_what_is_written(data, interface, key):
    source = SOURCE.read_text(encoding="utf-8")
    body = re.search(rf"interface {interface} \{{\n(.*?)\n\}}", source, re.S)[1]
    value = data[key][0] if isinstance(data[key], list) else data[key]
    assert set(re.findall(r"^  (\w+)\??:", body, re.M)) == set(value)
