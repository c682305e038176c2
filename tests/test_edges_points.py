"""The point of each commune and the places of its inhabitants, at the edge."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from shapely.geometry import box

from diagterritoire import ledger, tables
from diagterritoire.core.communes import points as module
from diagterritoire.core.communes.points import placed, points_table
from diagterritoire.core.communes.population_points import (
    _of_communes,
    _projected,
    commune_points,
    population_points,
)
from diagterritoire.errors import DataError
from diagterritoire.parameters import PointsParameters
from test_points import communes, displaced, given_at
from test_population_points import CRS, ROADS, SOUTH, WEST, cells_of, communes_of, sums

RULES = PointsParameters()


def rows_of(controle: pd.DataFrame) -> list[list[object]]:
    return controle[["motif", "nombre", "effet", "exemples"]].to_numpy().tolist()


def test_every_fate_of_a_point_by_hand() -> None:
    """Lyon has its own point, Paris that of its parts; 69123 is whole, Marseille computed apart."""
    codes = ["18001", "18002", "18003", "69123", "75056", "13201", "97401"]
    squares = [box(i, 46, i + 0.1, 46.1) for i in range(6)] + [box(55, -21, 55.1, -20.9)]
    given = given_at(
        c18001=(0.05, 46.05), c18002=(np.nan, 46.0), c18003=(9.0, 46.0), c69123=(3.05, 46.05),
        c69381=(3.05, 46.05), c75101=(4.02, 46.02), c75102=(4.06, 46.06), c13201=(5.05, 46.05),
        c97401=(55.0, -21.0), c99999=(0.0, 46.0), c13202=(5.05, 46.05), c18009=(0.0, np.nan),
    )  # fmt: skip
    table, controle = points_table(given, communes(codes, squares), "EPSG:2154", RULES)
    assert table["code_commune"].tolist() == sorted(codes[:-1])
    assert table.columns.tolist() == ["code_commune", "x", "y", "origine_point", "geometry"]
    origins = dict(zip(table["code_commune"], table["origine_point"], strict=True))
    assert origins == {
        "13201": "point", "18001": "point", "18002": "contour", "18003": "contour",
        "69123": "point", "75056": "arrondissements",
    }  # fmt: skip
    lost = "points écartés : "
    assert rows_of(controle) == [
        ["enregistrements lus", 12, "lu", ""],
        [lost + "coordonnées vides", 2, "ecarte", "18002 C18002 et 18009"],
        ["points repris", 3, "utilise", "13201 C13201, 18001 C18001 et 69123 C69123"],
        ["points d'arrondissements : leur moyenne est le point de la commune", 2, "utilise",
         "75101 et 75102"],
        [lost + "à plus de 30 km du contour de leur commune", 1, "ecarte", "18003 C18003"],
        [lost + "commune d'une autre projection que celle du territoire", 1, "ecarte", "97401"],
        ["points d'arrondissements écartés : la commune a le sien", 2, "ecarte", "13202 et 69381"],
        [lost + "code absent des contours", 1, "ecarte", "99999"],
        ["commune sans point utilisable : point pris à l'intérieur du contour (imputé)", 2,
         "impute", "18002 C18002 et 18003 C18003"],
    ]  # fmt: skip
    assert ledger.unbalanced(controle).empty
    # The mean of both parts of Paris, in metres.
    parts = gpd.GeoSeries.from_xy([4.02, 4.06], [46.02, 46.06], crs=4326).to_crs(2154)
    paris = table.set_index("code_commune").loc["75056", ["x", "y"]]
    assert paris.tolist() == pytest.approx([parts.x.mean(), parts.y.mean()])


def test_parts_of_a_city_are_lost_with_their_mean() -> None:
    # The mean is far from Paris; in Réunion neither the city nor its parts count.
    squares = [box(2.2, 48.8, 2.4, 48.9), box(55.3, -21.2, 55.4, -21.1)]
    geo = communes(["75056", "97401"], squares)
    given = given_at(c75101=(9.0, 48.85), c75102=(9.2, 48.85), c97401=(55.35, -21.15))
    table, controle = points_table(given, geo, "EPSG:2154", RULES)
    assert table["origine_point"].tolist() == ["contour"]
    assert [row[1:] for row in rows_of(controle)] == [
        [3, "lu", ""], [2, "ecarte", "75101 et 75102"], [1, "ecarte", "97401"],
        [1, "impute", "75056 C75056"],
    ]  # fmt: skip
    assert ledger.unbalanced(controle).empty
    table, controle = points_table(given, geo, "EPSG:2975", RULES)
    assert table["code_commune"].tolist() == ["97401"]
    assert [row[1:] for row in rows_of(controle)] == [
        [3, "lu", ""], [1, "utilise", "97401 C97401"], [2, "ecarte", "75101 et 75102"],
    ]  # fmt: skip
    assert controle["motif"].iloc[2].endswith("autre projection que celle du territoire")


def test_four_points_put_a_departement_back() -> None:
    geo, xy, _ = displaced(4)
    assert len(placed(geo, xy, "EPSG:2975", RULES)[1]) == 1
    with pytest.raises(DataError, match=r"3 communes seulement .* \(il en faut 4\)"):
        placed(geo, xy.head(3), "EPSG:2975", RULES)


def test_a_projection_that_is_no_official_one_keeps_every_commune() -> None:
    geo = communes(["18001", "97401"], [box(2, 46, 2.1, 46.1), box(55, -21, 55.1, -20.9)])
    assert module.of_projection(geo, "EPSG:3035") is geo
    assert module.of_projection(geo, "EPSG:2975")["code_commune"].tolist() == ["97401"]
    assert module.of_projection(geo, "EPSG:2154")["code_commune"].tolist() == ["18001"]


def far_by(degrees: list[tuple[float, float]]) -> tuple[gpd.GeoSeries, pd.DataFrame, pd.Index]:
    """Squares of 0.2 x 0.4 degrees of Réunion, and points so far of their centres, in degrees."""
    codes = [f"9740{i}" for i in range(1, len(degrees) + 1)]
    squares = [box(55.4, -21.2, 55.6, -20.8)] * len(degrees)
    raw = gpd.GeoSeries(squares, index=pd.Index(codes), crs=4326)
    lon, lat = np.array(degrees).T
    at = gpd.GeoSeries.from_xy(55.5 + lon, -21.0 + lat, crs=4326).to_crs(2975)
    points = pd.DataFrame({"x": at.x.to_numpy(), "y": at.y.to_numpy()}, index=codes)
    return raw, points, pd.Index(["974"] * len(codes))


@pytest.mark.parametrize(
    ("degrees", "km"),
    [
        ([(0.0, 1.0)], 111.195),
        ([(0.0, -1.0)], 111.195),
        # Along a parallel, at 21 degrees south: cos 21 = 0.93358.
        ([(1.0, 0.0)], 111.195 * 0.93358043),
        # Half way: cos 20.5 = 0.93667, for one degree of each.
        ([(1.0, 1.0)], 111.195 * np.hypot(0.93667219, 1.0)),
        # The median of three communes.
        ([(0.0, 0.1), (0.0, 9.0), (0.0, 0.5)], 111.195 / 2),
    ],
)
def test_how_far_a_departement_is_drawn(degrees: list[tuple[float, float]], km: float) -> None:
    raw, points, departements = far_by(degrees)
    assert module._displaced(raw, points, departements, "EPSG:2975", km - 0.001) == ["974"]
    assert module._displaced(raw, points, departements, "EPSG:2975", km + 0.001) == []
    assert module._displaced(raw, points.head(0), departements, "EPSG:2975", 0.0) == []
    # In metropolitan France it is the point that is wrong.
    mainland = raw.set_axis([f"1800{i}" for i in range(len(raw))])
    beside = points.set_axis(mainland.index), pd.Index(["18"] * len(raw))
    assert module._displaced(mainland, *beside, "EPSG:2975", 0.0) == []


def test_what_is_put_back_is_told_in_kilometres() -> None:
    geo, xy, true = displaced(5)
    # A commune of the metropole is not moved, whatever its point.
    box_18 = gpd.GeoDataFrame(
        {"code_commune": ["18001"], "nom": ["C"]}, geometry=[box(6e5, 66e5, 6.1e5, 66.1e5)],
        crs="EPSG:2154",
    )  # fmt: skip
    both = pd.concat([geo.iloc[::-1], box_18])
    shifted = xy.copy()
    shifted.iloc[0, 0] += 3000.0
    polygons, controle = placed(both, shifted, "EPSG:2975", RULES)
    assert polygons.index.tolist() == ["18001", *geo["code_commune"]]
    assert polygons.crs == "EPSG:2975"
    motif, nombre, effet, _ = rows_of(controle)[0]
    assert (nombre, effet, len(controle)) == (5, "impute", 1)
    assert controle["part"].iloc[0] == pytest.approx(5 / 6)
    # Least squares of one shift of 3 km among five places.
    matrix = np.column_stack([np.ones(5), np.array([g.centroid.coords[0] for g in geo.geometry])])
    target = shifted[["x", "y"]].to_numpy()
    gap = np.hypot(*(matrix @ np.linalg.lstsq(matrix, target, rcond=None)[0] - target).T) / 1000
    told = f"écart médian {np.median(gap):.1f} km, maximal {gap.max():.1f} km".replace(".", ",")
    assert told in str(motif)
    assert np.median(gap) > 0.2
    # Half of them farther than allowed is refused; the limit itself is allowed.
    strict = PointsParameters(residu_max_m=float(np.median(gap)) * 1000 - 1)
    with pytest.raises(DataError, match=f"écart médian de {np.median(gap):.1f} km"):
        placed(both, shifted, "EPSG:2975", strict)
    centres = polygons.drop("18001").centroid
    assert shapely.distance(centres.to_numpy(), true.centroid.to_numpy()).max() < 3000


def test_streets_move_the_point_of_a_commune_and_not_that_of_a_part() -> None:
    """Two streets of the first commune; the second has the outline of its city."""
    base = communes_of(("18001", 7), ("69381", 90)).assign(origine_point="contour")
    none, told = module.settled(base, None, RULES)
    assert none is base
    assert told.empty
    off = PointsParameters(bourg=False)
    assert module.settled(base, ROADS, off)[0] is base
    moved, told = module.settled(base, ROADS, RULES)
    assert moved["origine_point"].tolist() == ["bourg", "contour"]
    assert base["origine_point"].tolist() == ["contour", "contour"]
    x, y = moved[["x", "y"]].iloc[0]
    assert (y, x) == pytest.approx((SOUTH + 100, WEST + 150), abs=51)
    assert moved[["x", "y"]].iloc[1].tolist() == [WEST + 1500, SOUTH + 500]
    assert told[["nombre", "part", "effet", "exemples"]].to_numpy().tolist() == [
        [1, 0.5, "impute", "18001"]
    ]


def test_points_of_communes_are_in_order() -> None:
    table = commune_points(communes_of(("18002", 5), ("18001", 3)))
    assert table.to_numpy().tolist() == [
        ["18001", WEST + 1500, SOUTH + 500, 0, 3.0, "point"],
        ["18002", WEST + 500, SOUTH + 500, 0, 5.0, "point"],
    ]
    assert table.index.tolist() == [0, 1]
    found, told = population_points(communes_of(("18001", 3)).head(0), ROADS)
    assert found.empty
    assert told.empty


def test_cells_read_their_side_and_lose_what_is_nowhere_or_empty() -> None:
    cells = cells_of((0, 0, 5, None), (0, 0, 5, None, 1000), (0, 0, 0, None), (0, 0, 0.5, None))
    cells.loc[0, "carreau"] = "sans côté"
    nowhere = cells.iloc[[1]].assign(lon=np.inf)
    found = _projected(pd.concat([cells, nowhere]), CRS)
    assert found["cote"].tolist() == [200.0, 1000.0, 200.0]
    assert found["population"].tolist() == [5.0, 5.0, 0.5]
    assert found["x"].tolist() == pytest.approx([WEST] * 3)


def test_cells_of_codes_that_became_one_or_two() -> None:
    cells = _projected(
        cells_of((500, 500, 1, "a,b"), (500, 500, 2, "a"), (500, 500, 4, "a,z"), (999, 1, 8, "z"),
                 (1000, 500, 16, None), (5000, 0, 32, None)), CRS
    )  # fmt: skip
    codes = pd.DataFrame(
        [("a", "18001"), ("b", "18001"), ("c", "18002")], columns=["code_source", "code_cible"]
    )
    found = _of_communes(cells, communes_of(("18001", 1), ("18002", 1)), codes)
    assert found[["population", "code_commune", "parties"]].to_numpy().tolist() == [
        # Two codes of one commune are one part; z is of another territory.
        [1.0, "18001", 1], [2.0, "18001", 1], [4.0, "18001", 2],
        # On the border, the first code.
        [16.0, "18001", 1],
    ]  # fmt: skip
    both = pd.DataFrame({"code_source": ["a", "a"], "code_cible": ["18001", "18002"]})
    found = _of_communes(cells.iloc[[1, 2]], communes_of(("18001", 1), ("18002", 1)), both)
    assert found[["code_commune", "parties"]].to_numpy().tolist() == [
        ["18001", 2], ["18002", 2], ["18001", 3], ["18002", 3],
    ]  # fmt: skip


def test_a_cell_of_two_codes_that_became_one_commune_counts_whole() -> None:
    # Half of the first cell is out of the outline: 30 people all the same, beside 30 others.
    cells = cells_of((0, 500, 30, "a,b"), (500, 500, 30, "a"))
    codes = pd.DataFrame({"code_source": ["a", "b"], "code_cible": "18001"})
    points, told = population_points(communes_of(("18001", 100)), None, cells, codes)
    assert points["population"].tolist() == [50.0, 50.0]
    assert not told["motif"].str.contains("à cheval").any()


def test_cells_of_a_commune_of_nobody_and_of_half_a_person() -> None:
    cells = cells_of((500, 500, 0.25, "18001"), (1500, 500, 0.75, "18002"), (300, 300, 1, "18009"))
    points, told = population_points(communes_of(("18001", 0), ("18002", 3)), None, cells)
    assert sums(points) == {"18001": 0.0, "18002": 3.0}
    assert points["origine"].tolist() == ["carreaux", "carreaux"]
    assert points.index.tolist() == [0, 1]
    assert told[["nombre", "part", "effet"]].to_numpy().tolist() == [
        [1, 1 / 3, "signale"], [2, 1.0, "signale"],
    ]  # fmt: skip
    assert "multipliés par 2,00 en médiane, de 0,00 à 4,00)" in told["motif"].iloc[1]
    assert told["exemples"].iloc[1] == "18001 Commune 18001 et 18002 Commune 18002"


def test_a_cell_over_a_corner_counts_by_its_surface_inside() -> None:
    # Two cells stand out by a quarter on two sides: 9 / 16 of 40, beside 30.
    communes_here = communes_of(("18001", 750), ("18002", 0))
    cells = cells_of(
        (950, 950, 40, "18001,18002"), (50, 50, 40, "18001,18009"), (500, 500, 30, "18001")
    )
    points, told = population_points(communes_here, None, cells)
    mine = points.loc[points["code_commune"] == "18001", "population"]
    assert mine.tolist() == pytest.approx([225.0, 300.0, 225.0], rel=1e-3)
    assert told.loc[told["motif"].str.startswith("carreaux à cheval"), "nombre"].tolist() == [2]


def test_a_grid_without_row_is_no_grid() -> None:
    empty = cells_of((500, 500, 1, "18001")).head(0)
    points, told = population_points(communes_of(("18001", 7)), None, empty)
    assert points["origine"].tolist() == [tables.ORIGINE_POINT]
    assert told["nombre"].tolist() == [1]
    assert told["motif"].iloc[0].startswith("communes sans rue connue")
