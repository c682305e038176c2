"""What the map shows of the care area: basins, zonings, roads, scores, firmness."""

from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pytest
import shapely

from diagterritoire import tables
from diagterritoire.network.compiled import RoadNetwork
from diagterritoire.network.main_roads import main_roads
from diagterritoire.network.shapes import Shapes
from diagterritoire.outputs.map_data import map_data
from factory import CRS, small_diagnosis, with_care_area
from topologies import read_line


@pytest.fixture(scope="module")
def data():
    return map_data(with_care_area(small_diagnosis()), "")


def test_indicators_come_by_family_without_those_that_say_nothing(data):
    keys = [i["cle"] for i in data["indicateurs"]]
    assert keys[-5:] == ["bassin", "fuite_commune", "aire_temps", "aire_flux", "aire_epci"]
    assert {"apl_calibree", "fermete"} <= set(keys)
    families = [i["famille"] for i in data["indicateurs"]]
    assert families == sorted(families, key=families.index)
    bare = [i["cle"] for i in map_data(small_diagnosis(), "")["indicateurs"]]
    assert bare == [k for k in keys if k == "fuite_commune" or k not in keys[-5:]]


def test_each_basin_is_a_class_and_the_buffer_none(data):
    basin = next(i for i in data["indicateurs"] if i["cle"] == "bassin")
    labels = [basin["legende"][k]["libelle"] for k in basin["classes"]]
    west, east, out = "Belair", "Saint-Élan-l'Œuvre", "hors des bassins du territoire"
    assert labels == [west, east, east, west, east, out]


def test_borders_run_between_zones_only(data):
    """Squares of 5 km: two between the basins and two around the commune of no basin; three."""
    metres = {
        row["cle"]: gpd.GeoSeries([read_line(row["trace"])], crs="EPSG:4326")
        .to_crs(CRS)
        .length.item()
        for row in data["limites"]
    }
    assert metres == {"bassins": pytest.approx(20e3, abs=60), "epci": pytest.approx(15e3, abs=60)}
    # Most of each basin is in the south: 12 000 and 1 250 people of 13 370.
    assert [row["accord"] for row in data["limites"]] == ["", "99,1\u00a0%"]


def test_a_zone_alone_shows_no_agreement():
    """It holds everyone, whatever the basins are."""
    around = with_care_area(small_diagnosis())
    alone = replace(around, comparaison_bassins=around.comparaison_bassins.assign(zones_nb=1))
    assert [row["accord"] for row in map_data(alone, "")["limites"]] == ["", ""]


def test_roads_catchments_and_scores_are_in_the_page(data):
    assert [(r["classe"], r["titre"]) for r in data["routes"]] == [("trunk", "voies express")]
    assert data["patienteles"]["commune"] == [0, 1]
    assert data["patienteles"]["primaire"] == [True, False]
    notes = {n["cle"]: (n["valeur"], n["note"]) for n in data["aire"]["notes"]}
    assert list(notes) == ["secteur_garde", "dynamique", "temps", "flux", "appui", "epci"]
    assert notes["appui"] == ("n.\u00a0d.", "n.\u00a0d.")
    assert notes["epci"] == ("100,0\u00a0%", "1,0")
    assert data["communes"]["note_temps"] == [1, 1, 0.5, None, 0.5, None]
    assert data["communes"]["apl_haut"][1] == 3.3
    assert data["communes"]["tirages_deficit_pct"] == [0, 40, 100, 100, 85, None]


def network():
    """A bent primary road driven both ways, a one-way motorway, its slip road, a far trunk road."""
    line = Shapes(
        street=np.array([0, 0, 1, 2, 3], np.int32),
        indptr=np.array([0, 1, 1, 1, 1]),
        lon=np.array([90_500_000], np.int32),
        lat=np.array([420_500_000], np.int32),
    )
    return RoadNetwork(
        lon=np.array([9.0, 9.1, 9.1, 12.0, 12.1]),
        lat=np.array([42.0, 42.0, 42.1, 42.0, 42.0]),
        source=np.array([0, 1, 1, 1, 3], np.int32),
        target=np.array([1, 0, 2, 2, 4], np.int32),
        length_m=np.ones(5, np.float32),
        road_class=np.array([2, 2, 0, 1, 3], np.int16),
        classes=("motorway", "motorway_link", "primary", "trunk"),
        shapes=line,
    )


def test_main_roads_follow_their_lines_once_near_the_communes():
    here = gpd.GeoSeries([shapely.box(8.9, 41.9, 9.05, 42.2)], crs="EPSG:4326").to_crs(CRS)
    roads = main_roads(network(), here)
    assert roads["classe"].tolist() == ["primary"]
    degrees = shapely.get_coordinates(roads.geometry.to_crs("EPSG:4326").to_numpy())
    assert degrees == pytest.approx(np.array([[9.0, 42.0], [9.05, 42.05], [9.1, 42.0]]))
    around = here.buffer(20_000)
    assert main_roads(network(), around)["classe"].tolist() == ["motorway", "primary"]
    for none in (main_roads(None, here), main_roads(network(), here.translate(0, 1e6))):
        assert none.empty
        assert list(none.columns) == [*tables.ROUTES_PRINCIPALES.noms, "geometry"]
