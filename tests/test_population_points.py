"""Where inhabitants are placed: cells, streets, points; always as many as the commune has."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from pyproj import Transformer

from diagterritoire import tables
from diagterritoire.core.communes.population_points import COLUMNS, population_points
from diagterritoire.inputs import residents
from diagterritoire.network.compiled import RoadNetwork
from diagterritoire.network.residences import street_nodes
from diagterritoire.sources.library import Library
from test_sources_carreaux import known

CRS = "EPSG:2154"
WEST, SOUTH = 700_000.0, 6_600_000.0
TO_DEGREES = Transformer.from_crs(CRS, "EPSG:4326", always_xy=True)


def communes_of(*rows):
    """Squares of 1 km side by side: code, population."""
    x = WEST + 1000.0 * np.arange(len(rows))
    return gpd.GeoDataFrame(
        {
            "code_commune": [code for code, _ in rows],
            "nom": [f"Commune {code}" for code, _ in rows],
            "x": x + 500,
            "y": SOUTH + 500,
            "landmass": 0,
            "population": [people for _, people in rows],
        },
        geometry=[shapely.box(e, SOUTH, e + 1000, SOUTH + 1000) for e in x],
        crs=CRS,
    )


def network_of(nodes, sections):
    """Nodes in metres from the corner; sections are (from, to, class)."""
    x, y = np.array(nodes, dtype=float).T
    lon, lat = TO_DEGREES.transform(WEST + x, SOUTH + y)
    classes = tuple(sorted({c for *_, c in sections}))
    return RoadNetwork(
        lon=np.asarray(lon),
        lat=np.asarray(lat),
        source=np.array([a for a, *_ in sections], dtype=np.int32),
        target=np.array([b for _, b, _ in sections], dtype=np.int32),
        length_m=np.full(len(sections), 100, dtype=np.float32),
        road_class=np.array([classes.index(c) for *_, c in sections], dtype=np.int16),
        classes=classes,
    )


def cells_of(*rows):
    """Cells by the place of their centre from the corner, population and communes."""
    lon, lat = TO_DEGREES.transform([WEST + r[0] for r in rows], [SOUTH + r[1] for r in rows])
    side = [r[4] if len(r) > 4 else 200 for r in rows]
    return pd.DataFrame(
        {
            "carreau": [f"CRS3035RES{s}mN{n}E0" for n, s in enumerate(side)],
            "lon": lon,
            "lat": lat,
            "population": [float(r[2]) for r in rows],
            "codes_communes": pd.Series([r[3] for r in rows], dtype="str"),
        }
    )


def sums(points):
    return points.groupby("code_commune")["population"].sum().to_dict()


ROADS = network_of(
    [(100, 100), (200, 100), (900, 500), (1100, 500), (1500, 500), (2500, 500)],
    [
        (0, 1, "residential"), (1, 0, "residential"), (1, 2, "primary"), (2, 3, "tertiary"),
        (3, 4, "tertiary"), (4, 5, "primary"),
    ],
)  # fmt: skip


def test_streets_share_the_inhabitants_equally_and_none_is_lost():
    """Streets in the first commune, local roads in the second, a primary road in the third."""
    communes = communes_of(("18001", 7), ("18002", 90), ("18003", 50))
    points, told = population_points(communes, ROADS)
    assert list(points.columns) == COLUMNS
    assert sums(points) == {"18001": 7.0, "18002": 90.0, "18003": 50.0}
    placed = points.assign(x=points["x"] - WEST, y=points["y"] - SOUTH).round(3)
    assert placed[["code_commune", "x", "y", "population", "origine"]].to_numpy().tolist() == [
        ["18001", 100.0, 100.0, 3.5, "rues"],
        ["18001", 200.0, 100.0, 3.5, "rues"],
        ["18002", 100.0 + 1000, 500.0, 45.0, "rues"],
        ["18002", 1500.0, 500.0, 45.0, "rues"],
        ["18003", 2500.0, 500.0, 50.0, "point"],
    ]
    assert told[["nombre", "effet"]].to_numpy().tolist() == [[2, "impute"], [1, "impute"]]
    assert "18003 Commune 18003" in told["exemples"].iloc[1]


def test_a_node_on_a_border_is_in_one_commune():
    communes = communes_of(("18001", 1), ("18002", 1))
    network = network_of([(1000, 10), (1000, 20)], [(0, 1, "residential")])
    outlines = communes.set_index("code_commune").geometry.buffer(1.0)
    assert street_nodes(network, outlines)["code_commune"].tolist() == ["18001", "18001"]


def test_without_roads_everybody_is_at_the_point():
    communes = communes_of(("18002", 5), ("18001", 3))
    points, _ = population_points(communes, None)
    assert points["code_commune"].tolist() == ["18001", "18002"]
    assert points["population"].tolist() == [3.0, 5.0]


def test_cells_are_brought_to_the_population():
    """30 and 10 in the first commune, which has 80: twice as many. No cell in the second."""
    communes = communes_of(("18001", 80), ("18002", 90))
    cells = cells_of((100, 100, 30, "18001"), (500, 500, 10, "18001"), (500, 900, 0, "18001"))
    points, told = population_points(communes, ROADS, cells)
    mine = points.loc[points["code_commune"] == "18001"]
    assert mine["population"].tolist() == [60.0, 20.0]
    assert (mine["origine"] == "carreaux").all()
    assert sums(points)["18002"] == 90.0
    assert "multipliés par 2,00 en médiane, de 2,00 à 2,00" in told["motif"].iloc[0]


def test_a_cell_over_two_communes_counts_by_surface():
    """Three quarters of the cell of 40 are in the first commune, a quarter in the second.

    First: 30 of the cell and 30 of its own, for 600 inhabitants. The second has nobody else.
    """
    communes = communes_of(("18001", 600), ("18002", 7))
    cells = cells_of((950, 500, 40, "18001,18002"), (300, 300, 30, "18001"))
    points, told = population_points(communes, None, cells)
    by_commune = points.groupby("code_commune")["population"].apply(list).to_dict()
    np.testing.assert_allclose(by_commune["18001"], [300.0, 300.0], rtol=1e-3)
    np.testing.assert_allclose(by_commune["18002"], [7.0])
    assert sums(points)["18001"] == pytest.approx(600)
    row = told.loc[told["motif"].str.startswith("carreaux à cheval")].iloc[0]
    assert (row["nombre"], row["part"]) == (1, 0.5)


def test_a_shared_cell_that_the_outline_leaves_out_still_counts():
    communes = communes_of(("18001", 50))
    cells = cells_of((1500, 500, 40, "18001,18009"), (300, 300, 60, "18001"))
    points, _ = population_points(communes, None, cells)
    # Half of the 40 for each of both communes: 20 and 60.
    np.testing.assert_allclose(sorted(points["population"]), [12.5, 37.5])


def test_the_finest_cells_of_a_commune():
    communes = communes_of(("18001", 50))
    cells = cells_of((500, 500, 40, "18001", 1000), (300, 300, 60, "18001"))
    points, told = population_points(communes, None, cells)
    assert points["population"].tolist() == [50.0]
    assert "remplacés par d'autres plus petits" in told["motif"].iloc[0]


def test_cells_without_a_commune_are_in_the_outline_that_holds_them():
    communes = communes_of(("18001", 50), ("18002", 20))
    cells = cells_of((500, 500, 40, None), (1500, 100, 3, None), (9000, 0, 60, None))
    points, told = population_points(communes, None, cells)
    assert sums(points) == {"18001": 50.0, "18002": 20.0}
    assert told["nombre"].iloc[0] == 1


def test_order_does_not_matter():
    communes = communes_of(("18001", 80), ("18002", 90))
    cells = cells_of((100, 100, 30, "18001"), (950, 500, 10, "18001,18002"))
    one, _ = population_points(communes, ROADS, cells)
    other, _ = population_points(communes.iloc[::-1], ROADS, cells.iloc[::-1])
    pd.testing.assert_frame_equal(one, other)


def test_codes_of_another_year_and_of_arrondissements():
    moves = pd.DataFrame(
        [("32", "2023-01-01", "COM", "18009", "COM", "18001")], columns=tables.MOUVEMENTS.noms
    )
    codes = residents._codes(["18001", "69123"], ["18001", "18002", "69381"], moves)
    found = codes.set_index("code_source")["code_cible"].to_dict()
    assert found["18009"] == found["18001"] == "18001"
    assert found["69123"] == found["69381"] == found["69389"] == "69123"
    assert "18002" not in found


def test_the_grid_of_a_folder_is_read_and_named(tmp_path):
    """A merged commune's cell is followed to what it became; the source is in the table."""
    lines = ["idcar_200m,ind,lcog_geo"]
    for number, code in ((2882000, "18001"), (2882200, "18009"), (2882400, "18555")):
        lines.append(f"CRS3035RES200mN{number}E3778000,10,{code}")
    path = tmp_path / "carreaux_200m_met.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    moves = pd.DataFrame(
        [("32", "2023-01-01", "COM", "18009", "COM", "18001")], columns=tables.MOUVEMENTS.noms
    )
    library = Library(tmp_path, (known(path),))
    found = residents.residents(library, communes_of(("18001", 80)), ["18001"], moves, ROADS)
    assert found.points["population"].tolist() == [40.0, 40.0]
    assert found.sources[["cle", "enregistrements"]].to_numpy().tolist() == [["carreaux", 3]]
    assert found.controle["nombre"].tolist() == [1, 1]
    elsewhere = residents.residents(library, communes_of(("19001", 80)), ["19001"], moves, None)
    assert elsewhere.points["origine"].tolist() == ["point"]
    assert elsewhere.sources.empty
