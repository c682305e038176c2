"""Geographic codes and places of inhabitants, at the edge."""

from __future__ import annotations

import pandas as pd
import shapely

from diagterritoire.core.communes.cog import correspondence
from diagterritoire.core.communes.points import PAIRES_MIN, placed
from diagterritoire.core.communes.population_points import population_points
from diagterritoire.parameters import PointsParameters
from diagterritoire.tables import MOUVEMENTS
from test_points import displaced
from test_population_points import WEST, cells_of, communes_of


def test_what_becomes_of_a_commune_deleguee_moves_no_commune() -> None:
    rows = [
        ("50", "2023-01-01", "COM", "01003", "COMD", "01009"),
        ("21", "2023-01-01", "COMD", "01003", "COM", "01008"),
    ]
    moves = pd.DataFrame(rows, columns=MOUVEMENTS.noms)
    found = correspondence(moves, ["01003"], ["01003", "01008", "01009"], 2022, 2024)
    assert found.to_numpy().tolist() == [["01003", "01003", "identique"]]


def test_a_cell_of_one_commune_counts_whole_though_its_outline_cuts_it() -> None:
    # 30 people in a cell inside, 30 in one on the western border, which names one commune only.
    cells = cells_of((500, 500, 30, "18001"), (0, 500, 30, "18001"))
    points, _ = population_points(communes_of(("18001", 100)), None, carreaux=cells)
    shares = dict(zip((points["x"] - WEST).round(), points["population"].round(6), strict=True))
    assert shares == {0.0: 50.0, 500.0: 50.0}


def test_just_enough_points_put_a_departement_back() -> None:
    drawn, points, true = displaced()
    found, _ = placed(drawn, points.iloc[:PAIRES_MIN], "EPSG:2975", PointsParameters())
    assert shapely.hausdorff_distance(found.to_numpy(), true.to_numpy()).max() < 50.0
