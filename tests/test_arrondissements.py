"""Paris, Lyon and Marseille: computed by arrondissement, delivered whole, counted once."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely.geometry import Point, box

from diagterritoire import schema, tables
from diagterritoire.core.communes import arrondissements
from diagterritoire.core.communes.points import points_table
from diagterritoire.parameters import Parameters
from diagterritoire.study.bundles import Inputs
from diagterritoire.study.diagnosis import diagnose
from diagterritoire.territory import ARRONDISSEMENTS, Territory, arrondissement_parent

CRS = "EPSG:2154"
# code, name, x in metres, inhabitants, GPs: both arrondissements stand on the outline of Lyon.
UNITES = [
    ("69124", "Belair", 60_000.0, 50, 1),
    ("69381", "Lyon 1er arrondissement", 0.0, 100, 1),
    ("69382", "Lyon 2e arrondissement", 20_000.0, 300, 0),
]


def inputs():
    codes = [u[0] for u in UNITES]
    people = [u[3] for u in UNITES]
    outlines = [box(55e3, -5e3, 65e3, 5e3), box(-1e4, -5e3, 3e4, 5e3), box(-1e4, -5e3, 3e4, 5e3)]
    communes = gpd.GeoDataFrame(
        {
            "code_commune": codes,
            "nom": [u[1] for u in UNITES],
            "code_epci": None,
            "code_departement": "69",
            "code_region": "84",
            "bassin_vie": None,
            "dans_territoire": [False, True, True],
            "population": people,
            "population_annee": 2023,
            "population_totale": [float(p) for p in people],
            "population_standardisee": [float(p) for p in people],
            "mg_nb": [u[4] for u in UNITES],
            "apl_publiee": [2.0, 4.0, 2.0],
            "apl_publiee_65": [1.0, 3.0, 1.0],
            "apl_publiee_annee": 2023,
            "zonage_mg": ["ZIP", "ZAC", "ZAC"],
            "x": [u[2] for u in UNITES],
            "y": 0.0,
            "landmass": 0,
        },
        geometry=outlines,
        crs=CRS,
    )
    sites = gpd.GeoDataFrame(
        {
            "site_id": ["mg-69124", "mg-69381"],
            "code_commune": ["69124", "69381"],
            "mg_nb": [1, 1],
            "origine_position": "centre_commune",
        },
        geometry=[Point(60e3, 0), Point(0, 0)],
        crs=CRS,
    )
    return Inputs(
        territory=Territory("com-69123", "Lyon", "commune", ("69123",), CRS),
        communes=communes,
        sites=sites,
        ailleurs=communes.iloc[:0],
        road=None,
        controle=schema.empty(tables.CONTROLE),
        sources=schema.empty(tables.SOURCES),
        comparaisons=schema.empty(tables.COMPARAISONS),
        contexte=schema.empty(tables.CONTEXTE),
    )


def test_two_arrondissements_by_hand():
    # By the straight line 20 km are 2.02 + 1.32 x 20 = 28.42 min: out of the range of the APL.
    found = diagnose(inputs(), Parameters())
    lyon = found.interieur.iloc[0]
    assert found.communes["code_commune"].tolist() == ["69123", "69124"]
    assert (lyon["nom"], lyon["population"], lyon["mg_nb"]) == ("Lyon", 400, 1)
    assert (lyon["temps_mg_min"], lyon["mg_proche_code"]) == (0.0, "69123")
    # 4 220 consultations for the 100 who reach them, none for the 300 others.
    assert lyon["apl"] == pytest.approx((100 * 42.2 + 300 * 0) / 400)
    assert lyon["apl_publiee"] == pytest.approx((100 * 4 + 300 * 2) / 400)
    assert lyon["apl_publiee_65"] == pytest.approx((100 * 3 + 300 * 1) / 400)
    assert pd.isna(lyon["zonage_mg"])
    assert found.sites["code_commune"].tolist() == ["69124", "69123"]
    flux = found.flux.set_index(["code_residence", "code_exercice"])
    lives = flux.loc["69123"]
    assert lives["patients"].sum() == pytest.approx(400)
    assert flux.index.is_unique
    assert found.bilan.ecart_relatif < 1e-12
    assert found.noms["69123"] == "Lyon"


def test_a_deficit_is_that_of_the_whole_commune():
    found = diagnose(inputs(), Parameters())
    lyon = found.interieur.iloc[0]
    missing = max(0.0, 2.5 - lyon["apl"]) * 400
    assert lyon["deficit_consultations"] == pytest.approx(missing)
    assert lyon["deficit"] == (lyon["apl"] < 2.5)


def test_a_table_without_arrondissement_is_left_as_it_is():
    table = pd.DataFrame({"code_commune": ["01001"], "apl": [1.0]})
    assert arrondissements.folded(table) is table
    flux = pd.DataFrame({"code_residence": ["01001"], "code_exercice": ["01001"]})
    assert arrondissements.folded_flows(flux) is flux


def test_a_number_that_no_rule_folds_is_refused():
    table = pd.DataFrame({"code_commune": ["69381", "69382"], "dentistes": [3.0, 5.0]})
    with pytest.raises(ValueError, match="dentistes"):
        arrondissements.folded(table)
    assert len(arrondissements.folded(table.assign(dentistes="x"))) == 1


def test_a_commune_is_split_only_when_each_part_is_known():
    parts = list(ARRONDISSEMENTS["69123"])
    whole = pd.DataFrame({"code_commune": parts})
    apl = whole.assign(annee=2023, population_standardisee=100.0)
    assert arrondissements.split_communes(whole, apl) == ("69123",)
    assert arrondissements.split_communes(whole.iloc[1:], apl) == ()
    assert arrondissements.split_communes(whole, apl.iloc[1:]) == ()
    # Nothing tells how to share a city whose latest year is whole, or lacks a demand.
    later = pd.DataFrame({"code_commune": ["69123"], "annee": 2024, "population_standardisee": 9.0})
    assert arrondissements.split_communes(whole, pd.concat([apl, later])) == ()
    unknown = apl.assign(population_standardisee=[None, *[100.0] * (len(apl) - 1)])
    assert arrondissements.split_communes(whole, unknown) == ()


def test_an_unknown_number_of_gps_stays_unknown():
    table = pd.DataFrame(
        {
            "code_commune": ["69381", "69382"],
            "mg_nb": pd.array([pd.NA, pd.NA], dtype="Int64"),
            "population_standardisee": [1.0, 1.0],
            "apl_publiee": [np.nan, 3.0],
        }
    )
    row = arrondissements.folded(table).iloc[0]
    assert pd.isna(row["mg_nb"])
    assert row["apl_publiee"] == 3.0


def test_flows_between_arrondissements_are_flows_within_the_commune():
    rows = [
        ("69381", "69381", 30.0, 0.0),
        ("69381", "69382", 10.0, 8.0),
        ("69382", "01001", 5.0, 20.0),
        ("01001", "69382", 1.0, 21.0),
        ("01001", "69381", 3.0, 25.0),
        ("01001", "01001", 6.0, 0.0),
    ]
    columns = ["code_residence", "code_exercice", "patients", "temps_min"]
    folded = arrondissements.folded_flows(pd.DataFrame(rows, columns=columns))
    assert folded.to_numpy().tolist() == [
        ["01001", "01001", 6.0, 0.0],
        ["01001", "69123", 4.0, 24.0],
        ["69123", "01001", 5.0, 20.0],
        ["69123", "69123", 40.0, 2.0],
    ]


def test_arrondissements_without_population_in_the_outlines_share_that_of_their_commune():
    geo = gpd.GeoDataFrame(
        {
            "code_commune": ["69123"],
            "nom": ["Lyon"],
            "population_polygone": pd.array([100], dtype="int64"),
        },
        geometry=[box(0, 0, 1, 1)],
        crs=CRS,
    )
    poids = pd.Series(dict.fromkeys(ARRONDISSEMENTS["69123"], 1.0)) + [2, 0, 0, 0, 0, 0, 0, 0, 0]
    table, controle = arrondissements.unfolded_outlines(geo, ["69123"], poids)
    # 100 shared 3 to 1 eight times: 27.27 and 9.09; the one left goes to the largest remainder.
    assert table["population_polygone"].tolist() == [28, 9, 9, 9, 9, 9, 9, 9, 9]
    assert table.geometry.geom_equals(geo.geometry.iloc[0]).all()
    assert controle["exemples"].tolist() == ["69123"]


@pytest.mark.real
def test_real_cities_are_the_sum_of_their_arrondissements(real_country):
    units = real_country.base
    parts = units["code_commune"].map(arrondissement_parent) != units["code_commune"]
    assert parts.sum() == 45
    assert not units["code_commune"].isin(list(ARRONDISSEMENTS)).any()
    assert units["mg_nb"].sum() == 60_305
    whole = arrondissements.folded(units).set_index("code_commune")
    assert len(whole) == 34_935
    assert whole["mg_nb"].sum() == 60_305
    assert whole.loc["75056", ["population", "mg_nb"]].tolist() == [2_103_778, 2515]
    mayotte = whole["code_departement"] == "976"
    assert whole.loc[~mayotte, "population"].sum() == 68_094_280
    # GPs follow the standardised population, to the unit.
    paris = units.loc[units["code_departement"] == "75"]
    demand = paris["population_standardisee"]
    assert (paris["mg_nb"] - 2515 * demand / demand.sum()).abs().max() < 1


@pytest.mark.real
def test_each_real_arrondissement_has_a_point_of_its_own(real_country):
    """At one point, the arrondissements would be their city again."""
    chosen = Parameters()
    points, _ = points_table(
        real_country.raw.points, real_country.communes_geo, "EPSG:2154", chosen.points
    )
    parts = points.loc[points["code_commune"].map(arrondissement_parent) != points["code_commune"]]
    assert len(parts) == 45
    assert set(parts["origine_point"]) == {"point"}
    assert not parts.duplicated(["x", "y"]).any()
    given = real_country.raw.points.set_index("code_commune").loc[parts["code_commune"]]
    at = gpd.GeoSeries.from_xy(given["lon"], given["lat"], crs=4326).to_crs(2154)
    assert np.hypot(at.x.to_numpy() - parts["x"], at.y.to_numpy() - parts["y"]).max() < 0.01


def test_points_of_arrondissements_place_them_and_not_their_city():
    geo = gpd.GeoDataFrame(
        {"code_commune": ["69381", "69382"], "nom": ["Un", "Deux"]},
        geometry=[box(4.8, 45.7, 4.9, 45.8)] * 2,
        crs=4326,
    )
    points = pd.DataFrame(
        {"code_commune": ["69381", "69382"], "lon": [4.82, 4.87], "lat": [45.75, 45.76]}
    )
    table, controle = points_table(points, geo, "EPSG:2154", Parameters().points)
    assert table["origine_point"].tolist() == ["point", "point"]
    assert table["x"].nunique() == 2
    assert controle.loc[controle["motif"] == "points repris", "nombre"].tolist() == [2]
