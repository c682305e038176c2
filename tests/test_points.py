import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest
import shapely
from bench.donnees import REAL
from shapely import affinity
from shapely.geometry import box

from diagterritoire import ledger
from diagterritoire.core.communes.points import empty_points, placed, points_table
from diagterritoire.errors import DataError
from diagterritoire.parameters import PointsParameters


def communes(codes, squares):
    return gpd.GeoDataFrame(
        {"code_commune": codes, "nom": [f"C{c}" for c in codes]}, geometry=squares, crs="EPSG:4326"
    )


def given_at(**where):
    rows = [(code.removeprefix("c"), lon, lat) for code, (lon, lat) in where.items()]
    return pd.DataFrame(rows, columns=["code_commune", "lon", "lat"])


def test_point_given_missing_far_or_blank():
    geo = communes(
        ["18001", "18002", "18003", "18004"], [box(i, 46, i + 0.1, 46.1) for i in range(4)]
    )
    points = given_at(
        c18001=(0.05, 46.05), c18002=(40.0, 46.05), c18004=(np.nan, np.nan), c99999=(0.0, 46.0)
    )
    table, controle = points_table(points, geo, "EPSG:2154", PointsParameters())
    assert table["origine_point"].tolist() == ["point", "contour", "contour", "contour"]
    here = gpd.GeoSeries.from_xy(table["x"], table["y"], crs="EPSG:2154")
    assert here.within(table.geometry).all()
    counts = controle.set_index("motif")["nombre"]
    assert counts["enregistrements lus"] == 4
    assert counts["points repris"] == 1
    assert counts["points écartés : coordonnées vides"] == 1
    assert counts["points écartés : code absent des contours"] == 1
    assert counts["points écartés : à plus de 30 km du contour de leur commune"] == 1
    assert ledger.unbalanced(controle).empty


def test_a_limit_that_is_changed_is_told():
    geo = communes(["18001"], [box(0, 46, 0.1, 46.1)])
    points = given_at(c18001=(0.2, 46.05))
    near = PointsParameters(eloignement_max_m=2500.0)
    table, controle = points_table(points, geo, "EPSG:2154", near)
    assert table["origine_point"].tolist() == ["contour"]
    assert controle["motif"].str.contains("à plus de 2,5 km du contour").any()


def test_arrondissements_give_the_mean_unless_the_commune_has_its_own():
    geo = communes(["75056"], [box(2.2, 48.8, 2.4, 48.9)])
    parts = given_at(c75101=(2.3, 48.85), c75102=(2.3, 48.85))
    table, _ = points_table(parts, geo, "EPSG:2154", PointsParameters())
    assert table["origine_point"].tolist() == ["arrondissements"]
    own = pd.concat([parts, given_at(c75056=(2.25, 48.82))])
    table, controle = points_table(own, geo, "EPSG:2154", PointsParameters())
    assert table["origine_point"].tolist() == ["point"]
    kept = gpd.GeoSeries.from_xy(table["x"], table["y"], crs="EPSG:2154").to_crs("EPSG:4326")
    assert kept.x[0] == pytest.approx(2.25)
    assert controle["motif"].str.contains("la commune a le sien").any()


def test_no_point_at_all():
    geo = communes(["18001"], [box(2, 46, 2.1, 46.1)])
    table, _ = points_table(empty_points(), geo, "EPSG:2154", PointsParameters())
    assert table["origine_point"].tolist() == ["contour"]


def test_communes_of_another_projection_are_left_out_and_counted():
    geo = communes(["18001", "97401"], [box(2, 46, 2.1, 46.1), box(55.3, -21.2, 55.4, -21.1)])
    points = given_at(c18001=(2.05, 46.05), c97401=(55.35, -21.15))
    table, controle = points_table(points, geo, "EPSG:2975", PointsParameters())
    assert table["code_commune"].tolist() == ["97401"]
    assert controle["motif"].str.contains("autre projection").any()


def displaced(n=5, noise=0.0):
    """Squares at Réunion, and the same drawn off Brittany, halved and turned."""
    rng = np.random.default_rng(1)
    codes = [f"974{i:02d}" for i in range(n)]
    true = [
        box(x, 7_650_000 + 9e3 * (i % 2), x + 5e3, 7_655_000 + 9e3 * (i % 2))
        for i, x in enumerate(330_000 + 9e3 * np.arange(n))
    ]
    series = gpd.GeoSeries(true, crs="EPSG:2975")
    matrix = [0.5, 0.02, -0.03, 0.6, 0.0, 2_300_000.0]
    drawn = gpd.GeoSeries([affinity.affine_transform(g, matrix) for g in true], crs="EPSG:2154")
    drawn = gpd.GeoSeries(
        [affinity.translate(g, 100_000, -500_000) for g in drawn], crs="EPSG:2154"
    )
    geo = gpd.GeoDataFrame({"code_commune": codes, "nom": codes}, geometry=drawn, crs="EPSG:2154")
    at = series.centroid
    shift = noise * rng.standard_normal((n, 2))
    xy = pd.DataFrame({"x": at.x.to_numpy(), "y": at.y.to_numpy()}, index=codes) + shift
    return geo, xy, series


def test_displaced_departement_is_put_back():
    geo, xy, true = displaced()
    polygons, controle = placed(geo, xy, "EPSG:2975", PointsParameters())
    assert shapely.hausdorff_distance(polygons.to_numpy(), true.to_numpy()).max() < 1.0
    assert controle["motif"].iloc[0].startswith("contours du département 974")
    assert "imputé" in controle["motif"].iloc[0]
    assert controle["nombre"].tolist() == [5]
    # Put back once, nothing is left to move.
    again = gpd.GeoDataFrame(
        {"code_commune": geo["code_commune"]}, geometry=polygons.to_numpy(), crs="EPSG:2975"
    )
    assert placed(again, xy, "EPSG:2975", PointsParameters())[1].empty


def test_displaced_departement_that_does_not_fit_is_refused():
    geo, xy, _ = displaced(n=8, noise=40_000.0)
    with pytest.raises(DataError, match="écart médian"):
        placed(geo, xy, "EPSG:2975", PointsParameters())


def test_displaced_departement_with_too_few_points_is_refused():
    geo, xy, _ = displaced()
    with pytest.raises(DataError, match="3 communes"):
        placed(geo, xy.iloc[:3], "EPSG:2975", PointsParameters())


@pytest.mark.real
def test_real_overseas_polygons_hold_their_points():
    path = REAL / "communes_2024_france.gpkg"
    if not path.exists():
        pytest.skip("données réelles absentes")
    geo = pyogrio.read_dataframe(path, columns=["INSEE_COM", "NOM"], where="INSEE_DEP > '95'")
    geo = geo.rename(columns={"INSEE_COM": "code_commune", "NOM": "nom"})
    points = pd.read_csv(REAL / "communes_points_2024.csv", dtype={"code_commune": str})
    for crs, number in (("EPSG:5490", 66), ("EPSG:2972", 22), ("EPSG:2975", 24), ("EPSG:4471", 17)):
        table, _ = points_table(points, geo, crs, PointsParameters())
        assert table["origine_point"].tolist() == ["point"] * number
        here = gpd.GeoSeries.from_xy(table["x"], table["y"], crs=crs)
        assert here.distance(table.geometry).median() == 0.0
