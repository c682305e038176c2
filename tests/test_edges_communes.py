"""Geographic codes and places of inhabitants, at the edge."""

from __future__ import annotations

import pandas as pd
import shapely

from diagterritoire.core.care.rebasing import basin_factors
from diagterritoire.core.communes.arrondissements import folded, folded_flows
from diagterritoire.core.communes.assembly import base_table
from diagterritoire.core.communes.carry import carry_mean
from diagterritoire.core.communes.cog import correspondence
from diagterritoire.core.communes.points import PAIRES_MIN, placed, points_table
from diagterritoire.core.communes.population_points import population_points
from diagterritoire.core.communes.published import published_years
from diagterritoire.parameters import PointsParameters
from diagterritoire.tables import MOUVEMENTS
from test_assembly import raw
from test_points import communes, displaced, given_at
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


def test_no_distance_allowed_keeps_the_points_inside_their_commune() -> None:
    geo = communes(["18001", "18002"], [shapely.box(i, 46, i + 0.1, 46.1) for i in range(2)])
    points = given_at(c18001=(0.05, 46.05), c18002=(1.2, 46.05))
    table, _ = points_table(points, geo, "EPSG:2154", PointsParameters(eloignement_max_m=0.0))
    assert table["origine_point"].tolist() == ["point", "contour"]


def test_older_publications_are_in_older_codes() -> None:
    # 01005 gives birth to 01004 in 2023: the APL of 2021, in the codes of 2022, is that of both;
    # that of 2023, in the codes of 2024, is its own.
    rows = [("21", "2023-06-01", "COM", "01005", "COM", c) for c in ("01005", "01004")]
    moves = pd.DataFrame(rows, columns=MOUVEMENTS.noms)
    apl = pd.DataFrame(
        {
            "code_commune": "01005", "annee": [2021, 2023], "apl_publiee": [2.0, 3.0],
            "apl_publiee_65": 1.0, "population_standardisee": [90.0, 80.0],
            "population_totale": 1.0,
        }
    )  # fmt: skip
    cog = {"apl_publiee": 2024, "appartenance": 2024}
    found = published_years(apl, moves, ["01004", "01005"], cog)
    assert found[["code_commune", "annee", "apl_publiee"]].to_numpy().tolist() == [
        ["01004", 2021, 2.0], ["01005", 2021, 2.0], ["01005", 2023, 3.0],
    ]  # fmt: skip


def test_folded_flows_are_numbered_from_zero() -> None:
    rows = [("69381", "69123", 30.0, 0.0), ("93001", "93001", 5.0, 1.0)]
    flux = pd.DataFrame(rows, columns=["code_residence", "code_exercice", "patients", "temps_min"])
    found = folded_flows(flux)
    assert found["code_residence"].tolist() == ["69123", "93001"]
    assert found.index.tolist() == [0, 1]


def test_what_is_imputed_is_told_of_the_communes_that_lack_it_and_no_other() -> None:
    _, told = base_table(**raw())
    motifs = told["motif"].astype(str)
    standard = told.loc[motifs.str.startswith("population standardisée non publiée")]
    assert standard[["nombre", "exemples"]].to_numpy().tolist() == [[1, "97601 Acoua"]]


def test_a_directory_that_covers_a_departement_tells_who_has_no_gp() -> None:
    # 18002 is absent from a directory that has 18001: nobody. 97601 is in no departement covered.
    medecins = pd.DataFrame({"code_commune": ["18001", "75056"], "mg_nb": [2, 9], "annee": 2020})
    base, told = base_table(**raw(medecins=medecins, repertoire=True))
    assert base["mg_nb"].fillna(-1).tolist() == [2, 0, 9, -1]
    absent = told.loc[told["motif"].astype(str).str.startswith("commune absente du répertoire")]
    assert absent[["nombre", "exemples"]].to_numpy().tolist() == [[1, "18002 Vaumont"]]


def test_a_city_is_the_sum_the_mean_or_the_farthest_of_its_parts() -> None:
    table = pd.DataFrame(
        {
            "code_commune": ["93001", "69382", "69381"], "population": [5, 30, 10],
            "population_standardisee": [5.0, 30.0, 10.0], "apl": [1.0, 2.0, 6.0],
            "x": [9.0, 20.0, 0.0], "y": [9.0, 4.0, 2.0], "rattachement_m": [7.0, 10.0, 40.0],
        }
    )  # fmt: skip
    found = folded(table)
    assert found.index.tolist() == [0, 1]
    # 2 x 30 and 6 x 10 over 40.
    assert found.iloc[0].tolist() == ["69123", 40, 40.0, 3.0, 10.0, 3.0, 40.0]
    assert found.iloc[1].tolist() == table.iloc[0].tolist()


def test_gps_that_nobody_counted_are_not_rebased() -> None:
    # Bassin b has twice as many GPs as its one counted; the unknown number of 2 adds none.
    base = pd.DataFrame(
        {
            "code_commune": ["1", "2", "3"], "bassin_vie": ["b", "b", "c"],
            "population": [500, 500, 1000], "mg_nb": [1.0, None, 2.0],
        }
    )  # fmt: skip
    density = pd.DataFrame(
        {
            "bassin_vie": ["b", "c"], "valeur": [20.0, 10.0],
            "indicateur": "Densité de généralistes lib. 2024",
        }
    )  # fmt: skip
    factors, _ = basin_factors(base, density, facteur_max=3.0)
    # b: 2 for 1, c: 1 for 2; over the three counted, the mean is (2 + 1) / 3.
    assert factors.to_dict() == {"1": 2.0, "2": 2.0, "3": 0.5}


def test_an_untouched_commune_keeps_its_value_to_the_bit() -> None:
    # 0.1 x 3 / 3 is not 0.1 in machine numbers.
    same = pd.DataFrame({"code_source": ["A"], "code_cible": ["A"], "nature": "identique"})
    table = pd.DataFrame({"code_commune": ["A"], "apl": [0.1], "hab": [3.0]})
    assert carry_mean(table, same, "apl", "hab")["apl"].tolist() == [0.1]
