"""Paris, Lyon and Marseille in parts and whole, at the edge."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
from shapely.geometry import box

from diagterritoire import tables
from diagterritoire.core.communes.arrondissements import (
    folded,
    folded_flows,
    folded_sites,
    parts_of,
    split_communes,
    together,
    unfolded,
    unfolded_outlines,
    weights,
)
from diagterritoire.territory import ARRONDISSEMENTS

PARIS, LYON = ARRONDISSEMENTS["75056"], ARRONDISSEMENTS["69123"]


def test_a_city_has_the_nearest_gp_of_its_parts() -> None:
    table = pd.DataFrame(
        {
            "code_commune": ["69383", "69382", "69381", "69384"], "nom": list("cbad"),
            "temps_mg_min": [None, 4.0, 9.0, 4.0], "origine_temps": ["x", "route", "y", "z"],
            "atteignable": [False, True, True, True], "zonage_mg": "ZIP",
            "mg_proche_code": [None, "69385", "69124", "69124"], "landmass": 3,
        }
    )  # fmt: skip
    found = folded(table)
    assert found.index.tolist() == [0]
    # Of two parts at four minutes, the first.
    expected = ["69123", "Lyon", 4.0, "route", True, "69123", 3]
    assert found.drop(columns="zonage_mg").iloc[0].tolist() == expected
    assert found["zonage_mg"].isna().tolist() == [True]


def test_a_city_without_any_time_keeps_its_first_part() -> None:
    table = pd.DataFrame(
        {"code_commune": ["69382", "69381"], "temps_mg_min": [np.nan, np.nan],
         "origine_temps": ["b", "a"], "mg_proche_code": [None, None]}
    )  # fmt: skip
    found = folded(table).iloc[0]
    assert (found["origine_temps"], found["code_commune"]) == ("a", "69123")
    assert pd.isna(found["temps_mg_min"])


def test_what_one_part_alone_knows_is_that_of_the_city() -> None:
    table = pd.DataFrame(
        {
            "code_commune": ["69381", "69382", "69383"],
            "mg_nb": pd.array([None, 3, None], dtype="Int64"),
            "population_standardisee": [0.25, None, 0.0], "apl": [2.0, 9.0, 5.0],
            "ecart": [None, 1.0, 1.0],
        }
    )  # fmt: skip
    found = folded(table).iloc[0]
    assert (found["mg_nb"], found["population_standardisee"], found["apl"]) == (3, 0.25, 2.0)
    # Known where nobody weighs.
    assert pd.isna(found["ecart"])


def test_two_cities_and_a_commune_are_put_back_in_order() -> None:
    table = pd.DataFrame(
        {"code_commune": ["75102", "69381", "01001", "75101"], "population": [1, 20, 300, 4000]},
        index=[5, 5, 6, 7],
    )
    found = folded(table)
    assert found.to_numpy().tolist() == [["01001", 300], ["69123", 20], ["75056", 4001]]
    assert found.index.tolist() == [0, 1, 2]


def test_parts_take_the_place_of_their_city_in_order() -> None:
    table = pd.DataFrame({"code_commune": ["69123", "69382x", "01001"], "nom": ["Lyon", "z", "a"],
                          "code_epci": ["200046977", None, "200042935"]})  # fmt: skip
    found = unfolded(table, ["69123", "75056"])
    assert found["code_commune"].tolist() == ["01001", "69381", "69382", "69382x", *LYON[2:]]
    assert found["code_epci"].fillna("?").tolist()[:4] == [
        "200042935",
        "200046977",
        "200046977",
        "?",
    ]
    assert found.index.tolist() == list(range(11))
    assert unfolded(table, ["75056"]) is table


def test_the_population_drawn_is_shared_in_each_city() -> None:
    geo = gpd.GeoDataFrame(
        {
            "code_commune": ["75056", "01001", "69123"], "nom": list("PAL"),
            "population_polygone": pd.array([40, 7, None], dtype="Int64"),
        },
        geometry=[box(i, 0, i + 1, 1) for i in range(3)],
        crs="EPSG:2154",
    )  # fmt: skip
    # Half of Paris in its last arrondissement, nobody knows of the first.
    poids = pd.Series({**dict.fromkeys(PARIS[1:19], 1.0), PARIS[19]: 18.0, "01001": 5.0})
    table, controle = unfolded_outlines(geo, ["69123", "75056"], poids)
    people = table.set_index("code_commune")["population_polygone"]
    assert people[["01001", PARIS[0], PARIS[19]]].tolist() == [7, 0, 20]
    # 20 for eighteen: one each, and two for the first two.
    assert people[list(PARIS[1:19])].tolist() == [2, 2] + [1] * 16
    assert people[list(LYON)].isna().all()
    assert controle[["effet", "nombre", "exemples"]].to_numpy().tolist() == [
        [tables.SIGNALE, 2, "69123 et 75056"]
    ]
    assert controle["part"].tolist() == [2 / 3]


def test_weights_are_those_of_the_latest_year() -> None:
    apl = pd.DataFrame(
        {
            "code_commune": ["69381", "69382", "69123", "01001", "69381"],
            "annee": [2023, 2023, 2023, 2023, 2022], "population_standardisee": [5, 7, 12, 3, 99],
        }
    )  # fmt: skip
    assert weights(apl).to_dict() == {"69381": 5.0, "69382": 7.0}
    # Twenty points of Paris and nineteen demands.
    points = pd.DataFrame({"code_commune": [*PARIS, *LYON]})
    known = points.iloc[1:].assign(annee=2023, population_standardisee=1.0)
    assert split_communes(points, known) == ("69123",)


def test_codes_to_compute_on() -> None:
    assert parts_of(["75056", "69123", "01001"], ["69123", *PARIS, "01001"]) == (
        "01001", "69123", *PARIS,
    )  # fmt: skip
    assert parts_of(["99999"], []) == ()


def test_parts_are_together_and_others_alone() -> None:
    minutes = pd.Series({"69381": np.nan, "69382": 9.0, "75101": np.nan, "01001": np.nan})
    assert together(minutes).fillna(-1.0).tolist() == [9.0, 9.0, -1.0, -1.0]


def test_sites_and_flows_of_a_city() -> None:
    sites = gpd.GeoDataFrame({"site_id": ["a", "b"], "code_commune": ["75101", "01001"]},
                             geometry=gpd.points_from_xy([0, 1], [0, 0]))  # fmt: skip
    assert folded_sites(sites)["code_commune"].tolist() == ["75056", "01001"]
    # One end in a city is enough.
    rows = [("01001", "69381", 2.0, 10.0), ("69382", "01001", 4.0, 6.0), ("69381", "01001", 1.0, 1)]
    flux = pd.DataFrame(rows, columns=["code_residence", "code_exercice", "patients", "temps_min"])
    home = pd.DataFrame([("01001", "01001", 9.0, 0.0)], columns=flux.columns)
    found = folded_flows(pd.concat([flux, home]))
    assert found.to_numpy().tolist() == [
        ["01001", "01001", 9.0, 0.0], ["01001", "69123", 2.0, 10.0], ["69123", "01001", 5.0, 5.0],
    ]  # fmt: skip
    assert found.index.tolist() == [0, 1, 2]
