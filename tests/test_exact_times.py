"""Times and choice, every figure by hand."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from diagterritoire.core.times.choice import choice
from diagterritoire.core.times.distribution import bands, distribution
from diagterritoire.core.times.surface import Surface, grid, isochrones
from diagterritoire.network.cells import cells_of

CRS = "EPSG:2154"


def test_gps_are_counted_to_the_bound_and_by_shares() -> None:
    rows = [("A", "s", 10.0), ("A", "t", 10.1), ("A", "u", 30.0), ("B", "u", 60.0)]
    rows += [("69381", "s", 20.0), ("69382", "s", 15.0), ("69382", "t", 15.0)]
    trajets = pd.DataFrame(rows, columns=["code_commune", "site_id", "temps_min"])
    sites = pd.DataFrame({"site_id": ["u", "t", "s"], "mg_nb": [1.0, 0.9999996, 1.0]})
    found = choice(trajets, sites, ["B", "A", "69123", "C", "A"], 20.0)
    assert found.index.tolist() == [0, 1, 2, 3]
    assert found["code_commune"].tolist() == ["69123", "A", "B", "C"]
    # Two GPs but half a millionth are two; the third of A is at 30 min.
    assert found["temps_mg2_min"].fillna(-1).tolist() == [15.0, 10.1, -1, -1]
    assert found["temps_mg3_min"].fillna(-1).tolist() == [-1, 30.0, -1, -1]
    assert found["mg_10min"].tolist() == [0.0, 1.0, 0.0, 0.0]
    assert found["mg_15min"].tolist() == [2.0, 2.0, 0.0, 0.0]
    assert found["mg_20min"].tolist() == [2.0, 2.0, 0.0, 0.0]
    # Trips of 20 min at most tell nothing of 30.
    assert found["mg_30min"].isna().all()
    fewer = sites.assign(mg_nb=[1.0, 0.999998, 1.0])
    assert choice(trajets, fewer, ["A"], 60.0)["temps_mg2_min"].tolist() == [30.0]


def two_communes():
    points = pd.DataFrame(
        {
            "code_commune": list("BBAAA"), "population": [1.0, 3.0, 2.0, 0.0, 0.5],
            "origine": ["rues", "rues", "centre", "centre", "centre"],
        }
    )  # fmt: skip
    times = np.array([6001, 6000, -1, 600, 18_001])
    return distribution(points, times, pd.Series({"A": 5, "B": 8}), [12.5, 10.0])


def test_people_at_each_time() -> None:
    found = two_communes()
    table = found.communes.set_index("code_commune")
    assert table.index.tolist() == ["A", "B"]
    # A: half an inhabitant at 30 min and 0.1 s, two nowhere; nobody counts at the third.
    assert table.loc["A", "temps_mg_moyen_min"] == 18_001 / 600
    assert table.loc["A", "temps_mg_median_min"] == 18_001 / 600
    assert table.loc["B", "temps_mg_moyen_min"] == 6000.25 / 600
    assert table.loc["B", ["temps_mg_median_min", "temps_mg_p90_min"]].tolist() == [10, 6001 / 600]
    assert found.cumul.columns.tolist() == [10.0, 12.5, 15.0, 20.0, 30.0, np.inf]
    # 5 people over 0.5 and 2 of 2.5; 8 people over 3 and 1 of 4.
    assert found.cumul.loc["A"].tolist() == [0, 0, 0, 0, 0, 1]
    assert found.cumul.loc["B"].tolist() == [6, 8, 8, 8, 8, 8]
    names = ["population_10min", "population_30min", "population_plus_30min"]
    assert table.loc["A", [*names, "population_sans_trajet", "points_nb"]].tolist() == [
        0,
        0,
        1,
        4,
        3,
    ]
    assert table.loc["B", [*names, "population_sans_trajet", "points_nb"]].tolist() == [
        6,
        8,
        0,
        0,
        2,
    ]
    assert table["origine_points"].tolist() == ["centre", "rues"]
    assert found.within()[10.0] == 6


def test_bands_of_a_territory_and_of_its_epcis() -> None:
    communes = pd.DataFrame({"code_commune": ["A", "B"], "population": [5, 8]})
    found = two_communes()
    told = bands(found, communes.assign(code_epci=["1", "2"]), ("t", "T"), {"1": "un"}, [10, 30.0])
    assert told.index.tolist() == list(range(12))
    assert told["niveau"].tolist() == ["territoire"] * 4 + ["epci"] * 8
    assert told["nom"].tolist() == ["T"] * 4 + ["un"] * 4 + ["2"] * 4
    assert told["rang"].tolist() == [1, 2, 3, 4] * 3
    assert told["tranche"].tolist()[:4] == [
        "10 min ou moins", "plus de 10 à 30 min", "plus de 30 min",
        "aucun médecin atteint en voiture",
    ]  # fmt: skip
    assert told["temps_max_min"].fillna(-1).tolist()[:4] == [10, 30, -1, -1]
    assert told["population"].tolist() == [6, 2, 1, 4, 0, 0, 1, 4, 6, 2, 0, 0]
    assert told["part"].tolist()[8:] == [0.75, 0.25, 0, 0]
    nobody = communes.assign(code_epci=["1", None], population=0)
    empty = distribution(
        pd.DataFrame({"code_commune": ["A", "B"], "population": 0.0, "origine": "rues"}),
        np.array([0, 0]), pd.Series({"A": 0, "B": 0}), [10.0],
    )  # fmt: skip
    alone = bands(empty, nobody, ("t", "T"), {}, [10.0])
    assert len(alone) == 3
    assert alone["part"].isna().all()


def squares() -> gpd.GeoDataFrame:
    shapes = [shapely.box(0, 0, 400, 200), shapely.box(400, 0, 600, 400)]
    return gpd.GeoDataFrame({"code_commune": ["A", "B"], "landmass": 0}, geometry=shapes, crs=CRS)


def timed(**times: int) -> tuple[Surface, gpd.GeoDataFrame]:
    """Two communes of two cells each, at given times: by `c<column>r<row>`, -1 elsewhere."""
    communes = squares()
    cells = cells_of(communes.geometry.to_numpy(), communes["landmass"].to_numpy())
    names = [f"c{c}r{r}" for c, r in zip(cells.column, cells.row, strict=True)]
    return Surface(cells, np.array([times.get(name, -1) for name in names])), communes


def test_the_raster_starts_at_the_north_west() -> None:
    found = grid(timed(c0r0=600, c1r0=0, c2r1=1200)[0])
    assert (found.west, found.north, found.sans_temps) == (0, 400, 1)
    assert found.minutes.tolist() == [[-1, -1, 2], [1, 0, -1]]
    assert str(found.minutes.dtype) == "float32"
    surface, _ = timed()
    outside = Surface(surface.cells.take(np.zeros(len(surface.time_ds), bool)), np.array([], int))
    none = grid(outside)
    assert (none.west, none.north, none.minutes.tolist(), none.sans_temps) == (0, 0, [[-1]], 0)


def test_isochrones_hold_their_bound_and_stop_at_the_border() -> None:
    surface, communes = timed(c0r0=6000, c1r0=6001, c2r0=0, c2r1=9001)
    found = isochrones(surface, communes, {15.0: 7, 10.0: 4})
    assert found["temps_max_min"].tolist() == [10.0, 15.0]
    assert found["population"].tolist() == [4, 7]
    assert found.area.tolist() == [80_000, 120_000]
    assert [len(shape.geoms) for shape in found.geometry] == [2, 1]
    later = isochrones(surface, communes, {15.1: 9})
    assert later.area.tolist() == [160_000]
    cut = communes.assign(geometry=[shapely.box(0, 0, 300, 100), communes.geometry[1]])
    cells = cells_of(cut.geometry.to_numpy(), cut["landmass"].to_numpy())
    whole = Surface(cells, np.zeros(len(cells.row), dtype=np.int64))
    assert isochrones(whole, cut, {10.0: 9}).area.tolist() == [30_000 + 80_000]
