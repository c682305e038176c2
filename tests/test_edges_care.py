"""GPs, where they are and how long they stay, at the edge."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from diagterritoire import schema, tables
from diagterritoire.core.care.departures import future_supply, staying, young_share
from diagterritoire.core.care.listed import known_within, unlisted
from diagterritoire.core.care.positions import located
from diagterritoire.core.care.professions import (
    Professions,
    by_commune,
    practices,
    professions,
    whole,
)
from diagterritoire.core.care.rebasing import basin_factors
from diagterritoire.core.care.supply import consultations
from diagterritoire.errors import DataError

GP = tables.GENERALISTE
# In Lambert-93, around its origin: 3 degrees east, 46.5 north is (700 000, 6 600 000).
SQUARES = gpd.GeoDataFrame(
    {
        "code_commune": ["18001", "18002"],
        "mg_nb": [4.0, None],
        "x": [690_000.0, 720_000.0],
        "y": [6_590_000.0, 6_600_000.0],
    },
    geometry=[shapely.box(690_000, 6_590_000, 710_000, 6_610_000),
              shapely.box(710_000, 6_590_000, 730_000, 6_610_000)],
    crs="EPSG:2154",
)  # fmt: skip
STAY = {"horizon_ans": 1, "age_cessation": 67, "part_departs_an": 0.1, "part_remplacee": 0.0}


def told(controle: pd.DataFrame) -> list[list[object]]:
    return controle[["motif", "effet", "nombre"]].to_numpy().tolist()


def test_coordinates_are_believed_inside_without_any_tolerance() -> None:
    rows = pd.DataFrame(
        {
            "code_commune": ["18001", "18002", "18001", "99999", "18001"],
            # Inside; without latitude; in the next commune; of no commune; without anything.
            "lon": [3.0, 3.2, 3.2, 3.0, None],
            "lat": [46.5, None, 46.5, 46.5, None],
            "nom": list("abcde"),
        },
        index=[7, 7, 8, 9, 3],
    )
    found, controle = located(rows, SQUARES, tolerance_m=0.0, source="essai")
    assert found.columns.tolist() == ["code_commune", "nom", "origine_position", "geometry"]
    assert found["nom"].tolist() == ["a", "b", "c", "e"]
    assert found.index.tolist() == [0, 1, 2, 3]
    assert found["origine_position"].tolist() == ["source", *["centre_commune"] * 3]
    assert found.geometry.x.round(3).tolist() == [700_000.0, 720_000.0, 690_000.0, 690_000.0]
    assert found.geometry.y.round(3).tolist() == [
        6_600_000.0, 6_600_000.0, 6_590_000.0, 6_590_000.0,
    ]  # fmt: skip
    assert told(controle) == [
        ["coordonnées loin de la commune déclarée : point de la commune", "impute", 1],
        ["sans coordonnées : point de la commune", "impute", 2],
        ["enregistrements lus", "lu", 5],
        ["dans l'aire étudiée", "utilise", 4],
        ["hors des communes étudiées : écarté", "ecarte", 1],
    ]


def sites_of(*rows: tuple[str, str, float, float | None]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["site_id", "code_commune", "nombre", "lon"])
    lat = table["lon"].where(table["lon"].isna(), 46.5)
    return table.assign(lat=lat, profession=GP, origine_position="source")


def test_sites_at_one_point_are_one_and_the_rest_is_at_the_commune() -> None:
    # b and c are at one point, under a metre apart; a is without coordinates; e elsewhere; f is
    # north of b, g and h west and east of it, as far south as each other.
    lieux = sites_of(
        ("c", "18001", 0.5, 3.0), ("b", "18001", 1.0, 3.000001), ("a", "18001", 1.0, None),
        ("d", "18002", 2.0, 3.2), ("e", "99999", 1.0, 3.0), ("f", "18001", 0.25, 3.0),
        ("g", "18001", 0.25, 2.95), ("h", "18001", 0.25, 3.05),
    )  # fmt: skip
    lieux.loc[lieux["site_id"] == "f", "lat"] = 46.55
    sites, reste, controle = practices(lieux, SQUARES, tolerance_m=0.0)
    assert sites[["site_id", "mg_nb"]].to_numpy().tolist() == [
        ["b", 1.5], ["d", 2.0], ["f", 0.25], ["g", 0.25], ["h", 0.25],
    ]  # fmt: skip
    assert sites.index.tolist() == [0, 1, 2, 3, 4]
    columns = ["site_id", "code_commune", "mg_nb", "origine_position", "geometry"]
    assert sites.columns.tolist() == columns
    assert sites.geometry.x.round(1).tolist()[0] == 700_000.1
    assert reste.fillna(-1.0).tolist() == [1.75, -1.0]
    assert told(controle)[-1] == [
        "lieux au même point qu'un autre : réunis en un site",
        "signale",
        1,
    ]


@pytest.mark.parametrize(("nombre", "reste"), [(4.0 - 5e-7, 0.0), (3.5, 0.5), (4.5, 0.0)])
def test_less_than_a_rounding_of_a_gp_is_nobody(nombre: float, reste: float) -> None:
    _, left, _ = practices(sites_of(("a", "18001", nombre, 3.0)), SQUARES, tolerance_m=0.0)
    assert left.iloc[0] == reste


def test_an_arrondissement_without_listed_gp_has_none() -> None:
    """The same GP of Lyon is listed in its first arrondissement, not in its second."""
    gps = pd.DataFrame({"rang": [1, 2], "code_commune": ["69381", "18001"], "age": [50.0, 60.0]})
    reached = pd.DataFrame(
        {"code_commune": list("AABC"), "lieu": ["69381", "69382", "69382", "18002"]}
    )
    assert known_within(gps, reached).to_dict() == {"A": 1, "B": 0, "C": 0}


def test_gps_listed_where_none_is_counted_leave_nobody_out() -> None:
    gps = pd.DataFrame({"code_commune": ["A", "A", "B"]})
    assert unlisted(gps, pd.Series({"B": 3.0}), consultations=10.0).tolist() == [0.0, 20.0]


def test_a_commune_without_missing_gps_is_that_of_its_list() -> None:
    gps = pd.DataFrame({"code_commune": ["A", "B"], "age": [68.0, 40.0]})
    away = pd.Series({"B": 1.0})
    found, _ = staying(gps, pd.Series(list("AB")), **STAY, absents=away)
    assert found["part_restante"].tolist() == pytest.approx([0.0, 0.95])
    young = young_share(gps, pd.Series(list("AB")), age_max=65, absents=away)
    assert young["part_restante"].tolist() == pytest.approx([0.0, 0.75])


def test_everybody_may_leave_and_everybody_be_replaced() -> None:
    gps = pd.DataFrame({"code_commune": ["A"], "age": [68.0]})
    leave = STAY | {"part_departs_an": 1.0}
    found, _ = staying(gps, pd.Series(list("AB")), **leave)
    assert found["part_restante"].tolist() == [0.0, 0.0]
    found, _ = staying(gps, pd.Series(list("AB")), **leave | {"part_remplacee": 1.0})
    assert found["part_restante"].tolist() == [1.0, 1.0]


def test_gps_who_do_little_weigh_little_and_those_who_do_nothing_are_as_declared() -> None:
    gps = pd.DataFrame(
        {
            "code_commune": ["A", "A", "B"],
            "age": [68.0, 40.0, 40.0],
            "consultations_comptees": [0.1, 0.3, 0.0],
        }
    )
    found, _ = staying(gps, pd.Series(list("AB")), **STAY)
    assert found["part_restante"].tolist() == pytest.approx([0.75, 0.9])
    young = young_share(gps, pd.Series(list("AB")), age_max=65)
    # B offers nothing: it is as the mean of all.
    assert young["part_restante"].tolist() == pytest.approx([0.75, 0.75])


def test_no_known_age_is_no_share() -> None:
    gps = pd.DataFrame({"code_commune": ["A", "A"], "age": [None, None]}).astype({"age": "float64"})
    found = young_share(gps, pd.Series(list("AB")), age_max=65)
    assert found["part_restante"].isna().tolist() == [True, True]
    assert found["ages_connus"].tolist() == [0, 0]


def test_one_site_of_an_unknown_commune_among_others_is_refused() -> None:
    sites = pd.DataFrame({"site_id": ["s", "t"], "code_commune": ["A", "Z"], "mg_nb": 1.0,
                          "consultations": 1.0, "mg_etp": 1.0})  # fmt: skip
    part = pd.DataFrame({"code_commune": ["A"], "part_restante": [0.5]})
    with pytest.raises(DataError, match=r"1 sites.*par exemple Z"):
        future_supply(sites, part)


def test_a_commune_without_factor_works_as_the_mean() -> None:
    sites = pd.DataFrame({"site_id": ["b", "a"], "code_commune": ["B", "A"], "mg_nb": [1, 2]})
    offer = consultations(sites, par_mg=1000, par_etp=500, facteurs=pd.Series({"A": 1.5}))
    assert offer.to_numpy().tolist() == [["a", 3000.0, 6.0], ["b", 1000.0, 2.0]]


def density(year: int, **values: float) -> pd.DataFrame:
    name = f"Densité de généralistes lib. {year}"
    return pd.DataFrame(
        {"bassin_vie": list(values), "indicateur": name, "valeur": list(values.values())}
    )


def test_factors_of_five_basins_by_hand() -> None:
    """Half a GP of b1 stands for 2, 2 of b2 for 1; b3 has no density, b4 a null one, b5 no GP."""
    base = pd.DataFrame(
        {
            "code_commune": list("12345"),
            "bassin_vie": ["b1", "b2", "b3", "b4", "b5"],
            "population": 1000,
            "mg_nb": [0.5, 2.0, 1.0, 0.5, None],
        }
    )
    context = pd.concat(
        [density(2024, b1=20, b2=10, b4=0, b5=10), density(2023, b1=1, b2=1, b3=10, b4=10)]
    )
    factors, controle = basin_factors(base, context, facteur_max=1.5)
    # Bounded to 1.5 and 1 / 1.5; the mean over the four GPs counted:
    mean = (0.5 * 1.5 + 2 / 1.5 + 1 + 0.5) / 4
    assert factors.to_dict() == pytest.approx(
        {"1": 1.5 / mean, "2": 1 / 1.5 / mean, "3": 1 / mean, "4": 1 / mean, "5": 1 / mean}
    )
    assert controle[["nombre", "exemples", "part"]].to_numpy().tolist() == [
        [2, "", 0.4], [2, "b1 et b2", 0.4], [2, "3 et 4", 0.4],
    ]  # fmt: skip
    assert "sur la densité de 2024 :" in controle["motif"].iloc[0]


def test_factors_of_half_a_gp_and_of_nobody() -> None:
    base = pd.DataFrame(
        {"code_commune": ["1"], "bassin_vie": ["b"], "population": 1000, "mg_nb": [0.5]}
    )
    # 1 for half: twice as many, which is the mean.
    factors, controle = basin_factors(base, density(2024, b=10), facteur_max=3.0)
    assert factors.to_dict() == {"1": 1.0}
    assert controle["nombre"].tolist() == [1]
    factors, controle = basin_factors(base.assign(mg_nb=0.0), density(2024, b=10), facteur_max=3.0)
    assert factors.to_dict() == {"1": 1.0}
    assert controle.empty


def test_no_density_is_no_factor() -> None:
    base = pd.DataFrame(
        {"code_commune": ["1"], "bassin_vie": ["b"], "population": 1000, "mg_nb": [0.5]}
    )
    for name in ("Densité de généralistes lib. 2024 ou 2025", None):
        context = density(2024, b=10).assign(indicateur=pd.Series([name], dtype="str"))
        factors, controle = basin_factors(base, context, facteur_max=3.0)
        assert factors.empty
        assert controle.empty


BASE = pd.DataFrame(
    {
        "code_commune": ["18001", "18002", "36001", "45001"],
        "nom": list("ABCD"),
        "code_departement": ["18", "18", "36", "45"],
        "population": [100, 300, 50, 10],
        "mg_nb": [1.0, None, 0.0, 2.0],
    }
)


def numbers_of(*rows: tuple[str, str, str, float]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["site_id", "code_commune", "profession", "nombre"])
    return table.assign(lon=None, lat=None, origine_position="centre_commune")


def counted(
    tables_of: dict[str, pd.DataFrame], moves: pd.DataFrame | None = None, **cog: int
) -> Professions:
    empty = schema.empty(tables.MOUVEMENTS) if moves is None else moves
    return professions(tables_of, BASE, empty, {"appartenance": 2024, **cog}, "bpe")


def test_each_profession_is_known_where_its_source_counts_somebody() -> None:
    bpe = numbers_of(
        ("s", "18001", GP, 3.0), ("s", "18001", "infirmier", 1.5), ("t", "18001", "infirmier", 2.0),
        ("u", "36001", "infirmier", 1.0), ("v", "36001", "pharmacie", 1.0),
    )  # fmt: skip
    found = counted({"vide": bpe.head(0), "bpe": bpe})
    # The GPs are those of the base; nobody counts anybody in departement 45.
    assert found.nombres.fillna(-1.0).to_dict("list") == {
        GP: [1.0, -1.0, 0.0, 2.0],
        "infirmier": [3.5, 0.0, 1.0, -1.0],
        "pharmacie": [0.0, 0.0, 1.0, -1.0],
    }
    assert dict(found.sources) == {GP: "bpe", "infirmier": "bpe", "pharmacie": "bpe"}
    assert found.lieux[["site_id", "code_commune", "nombre"]].to_numpy().tolist() == [
        ["s", "18001", 3.0]
    ]


def test_a_source_that_does_not_count_gps_has_no_place_of_theirs() -> None:
    other = numbers_of(("s", "18001", "infirmier", 1.0))
    assert counted({"autre": other}).lieux.empty


MOVES = pd.DataFrame(
    [
        ("21", "2023-06-01", "COM", "18001", "COM", "18001"),
        ("21", "2023-06-01", "COM", "18001", "COM", "18002"),
    ],
    columns=tables.MOUVEMENTS.noms,
)


def test_a_divided_commune_shares_whole_people_and_loses_its_places() -> None:
    rows = numbers_of(
        ("t", "99999", GP, 1.0), ("s", "18001", GP, 3.0), ("s", "18001", "infirmier", 5.0),
        ("u", "36001", GP, 2.0),
    )  # fmt: skip
    found = counted({"bpe": rows}, MOVES, bpe=2023)
    # 5 between 100 and 300 people: 1.25 and 3.75.
    assert found.nombres["infirmier"].fillna(-1.0).tolist() == [1.0, 4.0, 0.0, -1.0]
    assert found.lieux[["site_id", "code_commune"]].to_numpy().tolist() == [["u", "36001"]]
    assert found.lieux.index.tolist() == [0]
    assert found.lieux.columns.tolist() == rows.columns.tolist()
    lost = found.controle.loc[found.controle["motif"].str.startswith("lieux et professions")]
    assert lost[["effet", "nombre", "part", "exemples"]].to_numpy().tolist() == [
        ["utilise", 3, 0.75, ""], ["ecarte", 1, 0.25, "99999"],
    ]  # fmt: skip


def test_shares_of_people_are_shared_as_they_are() -> None:
    rows = numbers_of(("s", "18001", "infirmier", 2.0), ("u", "36001", "infirmier", 1.5))
    found = counted({"bpe": rows}, MOVES, bpe=2023)
    assert found.nombres["infirmier"].fillna(-1.0).tolist() == [0.5, 1.5, 1.5, -1.0]


def test_a_city_that_nobody_counts_stays_unknown() -> None:
    numbers = pd.DataFrame(
        {"infirmier": [None, None, 2.0, None], GP: [1.0, None, 0.0, None]},
        index=["69381", "69382", "13201", "13202"],
        dtype="float64",
    )
    found = whole(Professions(numbers, {}, pd.DataFrame(), pd.DataFrame()))
    assert found.nombres["infirmier"].fillna(-1.0).to_dict() == {"13055": 2.0, "69123": -1.0}
    # In the order of the professions, not of their names.
    listed = by_commune(found, ["69123", "13055"])
    assert listed.to_numpy().tolist() == [
        ["13055", GP, 0.0], ["13055", "infirmier", 2.0], ["69123", GP, 1.0],
    ]  # fmt: skip
    assert listed.index.tolist() == [0, 1, 2]
