"""Codes through time, what they carry, and needs by age, at the edge."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from diagterritoire import tables
from diagterritoire.core.communes import demand
from diagterritoire.core.communes.carry import carry_label, carry_mean, carry_sum, largest_remainder
from diagterritoire.core.communes.cog import account, correspondence
from diagterritoire.core.communes.demand import standardised_communes, weights_of
from diagterritoire.core.communes.perimeter import (
    SANS_CONTOUR,
    build_elsewhere,
    build_sites,
    closed_area,
    without_outline,
)
from diagterritoire.core.communes.published import published_years
from diagterritoire.parameters.care import DemandeParameters
from test_cog import MOVES, NEW, OLD, moves, triples
from test_demand import POIDS, ages
from test_perimeter import area

PARIS = ["75056"]


def led(source: list[str], target: list[str], years: tuple[int, int] = (2024, 2024), **how: bool):
    return triples(correspondence(MOVES, source, target, *years, **how))


def test_movements_in_the_year_are_of_the_next_one() -> None:
    mid = moves(("41", "2023-06-01", "01003", "02003"), ("41", "2023-06-01", "01003", "02003"))
    for years, nature in (
        ((2023, 2024), "02003"),
        ((2022, 2023), "01003"),
        ((2024, 2025), "01003"),
    ):
        found = correspondence(mid, ["01003"], ["01003", "02003"], *years)
        assert [row[1] for row in triples(found)] == [nature]
    # That of a 1 January is of that year already.
    first = moves(("41", "2023-01-01", "01003", "02003"))
    for years, code in (((2023, 2024), "01003"), ((2022, 2023), "02003"), ((2023, 2023), "01003")):
        found = correspondence(first, ["01003"], ["01003", "02003"], *years)
        assert [row[1] for row in triples(found)] == [code]
    # A change of name moves nothing, though a code is in it.
    named = moves(("10", "2023-06-01", "01003", "02003"))
    found = correspondence(named, ["01003"], ["01003", "02003"], 2022, 2024)
    assert triples(found) == [("01003", "01003", "identique")]


def test_every_city_and_every_part_by_hand() -> None:
    # A part goes to its city, or to nothing when its city is there; never to a city that is not.
    assert led(["75101"], PARIS) == [("75101", "75056", "arrondissement")]
    assert led(["75101"], ["01001"]) == [("75101", None, "orpheline")]
    assert led(["75056", "75101"], ["01001"]) == [
        ("75056", None, "orpheline"), ("75101", None, "arrondissement"),
    ]  # fmt: skip
    # People add up, where the city is a target; where it is not, they are twice there.
    assert led(["75056", "75101"], PARIS, cumul=True) == [
        ("75056", "75056", "identique"), ("75101", "75056", "arrondissement"),
    ]  # fmt: skip
    assert led(["75056", "75101"], ["01001"], cumul=True)[1] == ("75101", None, "arrondissement")
    # A city goes to its parts, unless one of them is there, or people add up.
    both = ["75101", "75102"]
    assert led(PARIS, both) == [("75056", p, "repartition") for p in both]
    assert led(["75056", "75102"], both) == [
        ("75056", None, "arrondissement"), ("75102", "75102", "identique"),
    ]  # fmt: skip
    assert led(["75056", "75102"], both, cumul=True) == [
        ("75056", "75101", "repartition"), ("75056", "75102", "repartition"),
        ("75102", "75102", "identique"),
    ]  # fmt: skip
    # Both are targets: each is itself.
    assert led(["75056", "75101"], ["75056", "75101"]) == [
        ("75056", "75056", "identique"), ("75101", "75101", "identique"),
    ]  # fmt: skip


def test_a_code_is_followed_from_the_last_time_it_was_given_up_or_taken() -> None:
    # 01003 is given up in 2010, taken back in 2015, given up again in 2020 for 03003.
    history = moves(
        ("41", "2010-01-01", "01003", "02003"), ("41", "2015-01-01", "02003", "01003"),
        ("41", "2020-01-01", "01003", "03003"), ("32", "2021-01-01", "03003", "04003"),
    )  # fmt: skip

    def one(source: str, *targets: str) -> str | None:
        return triples(correspondence(history, [source], targets, 2024, 2024))[0][1]

    assert one("01003", "02003", "03003") is None
    assert one("01003", "02003", "04003") == "04003"
    assert one("02003", "04003") == "04003"
    # Taken and never given up: all the way back, to what became 02003 in 2010.
    assert one("04003", "01003") == "01003"
    assert one("04003", "03003") is None
    # What came after it was taken is not undone.
    later = moves(("32", "2021-01-01", "03003", "04003"), ("32", "2022-01-01", "05003", "06003"))
    found = correspondence(later, ["04003"], ["03003", "05003"], 2024, 2024)
    assert triples(found) == [("04003", "03003", "fusion")]
    # Given up and taken on one day: divided, it is what it became.
    divided = correspondence(MOVES, ["01005"], ["01004"], 2024, 2024)
    assert divided["code_cible"].tolist() == ["01004"]


def test_a_part_that_is_apart_receives_nothing_unless_all_are() -> None:
    division = moves(("21", "2023-06-01", "01005", "01004"), ("21", "2023-06-01", "01005", "01006"))
    targets = ["01004", "01006"]
    some = correspondence(division, ["01004", "01005"], targets, 2023, 2024)
    assert [row[:2] for row in triples(some)] == [("01004", "01004"), ("01005", "01006")]
    every = correspondence(division, ["01004", "01005", "01006"], targets, 2023, 2024)
    assert [row[:2] for row in triples(every)] == [
        ("01004", "01004"), ("01005", "01004"), ("01005", "01006"), ("01006", "01006"),
    ]  # fmt: skip


def test_the_account_names_where_each_went() -> None:
    table = correspondence(
        MOVES, ["75101", "01001", "01002", "01003", "99999", "01009"],
        ["75056", "01001", "02003", "01009"], 2021, 2024,
    )  # fmt: skip
    rows = account(table, "essai", {"02003": "Loin", "01001": "Belair", "75056": "Paris"})
    assert rows[["nombre", "part", "effet", "exemples"]].to_numpy().tolist() == [
        [6, 1.0, "lu", ""],
        [1, 1 / 6, "utilise", ""],
        [1, 1 / 6, "utilise", "01003 Loin (02003)"],
        [2, 2 / 6, "utilise", "01001 Belair et 01002 Belair (01001)"],
        [1, 1 / 6, "utilise", "75101 Paris (75056)"],
        [1, 1 / 6, "ecarte", "99999"],
    ]
    # A city whose parts are there is named, without any name given.
    twice = account(correspondence(MOVES, ["75056", "75101"], ["75101"], 2024, 2024), "essai")
    assert twice[["nombre", "effet", "exemples"]].to_numpy().tolist() == [
        [2, "lu", ""], [1, "utilise", ""], [1, "ecarte", "75056 Paris"],
    ]  # fmt: skip
    assert twice["motif"].iloc[2].startswith("commune écartée : ses arrondissements")
    whole = account(correspondence(MOVES, ["75056", "75101"], ["75056"], 2024, 2024), "essai")
    assert whole["motif"].iloc[2].startswith("arrondissements municipaux écartés : leur commune")


def test_small_weights_are_weights() -> None:
    assert largest_remainder(10, np.array([0.25, 0.75, 0.0])).tolist() == [3, 7, 0]
    assert largest_remainder(10, np.array([0.25, -0.75, np.nan])).tolist() == [10, 0, 0]
    assert largest_remainder(0, np.array([1.0, 2.0])).tolist() == [0, 0]
    # 1.5, 1.5 and 3: of two equal remainders the first.
    assert largest_remainder(6, np.array([1.0, 1.0, 2.0])).tolist() == [2, 1, 3]


MERGED = pd.DataFrame({"code_source": ["A", "B", "C"], "code_cible": "A", "nature": "fusion"})


def mean_of(values: list[float | None], weights: list[float | None]) -> float:
    table = pd.DataFrame({"code_commune": ["A", "B", "C"], "apl": values, "hab": weights})
    return float(carry_mean(table.astype({"apl": "float64"}), MERGED, "apl", "hab")["apl"].iloc[0])


@pytest.mark.parametrize(
    ("values", "weights", "mean"),
    [
        ([4.0, 1.0, 1.0], [0.25, 0.5, 0.0], 2.0),
        ([4.0, 1.0, 1.0], [1.0, None, None], 4.0),
        ([4.0, None, 1.0], [1.0, 9.0, 1.0], 2.5),
        # Nobody where it is known: each counts the same.
        ([4.0, None, 1.0], [0.0, 9.0, None], 2.5),
        ([4.0, 1.0, 1.0], [0.0, 0.0, 0.0], 2.0),
        ([None, None, None], [1.0, 1.0, 1.0], np.nan),
    ],
)
def test_means_by_hand(
    values: list[float | None], weights: list[float | None], mean: float
) -> None:
    assert mean_of(values, weights) == pytest.approx(mean, nan_ok=True)


def test_what_is_divided_or_incomplete_is_imputed_and_told() -> None:
    pairs = correspondence(MOVES, [*OLD, "01008"], NEW, 2021, 2024)
    table = pd.DataFrame(
        {
            "code_commune": ["01008", *OLD[::-1]], "v": [9.0, 0.0, 5.0, 1.0, None, 4.0],
            "z": ["ZAC", None, "ZIP", "HZ", "HZ", "HZ"],
        }
    )  # fmt: skip
    sums = carry_sum(table, pairs, "v", pd.Series({"01004": 1.0, "01005": 3.0}))
    assert sums.to_numpy().tolist() == [
        ["01001", 4.0, True], ["01004", 1.25, True], ["01005", 3.75, True],
        ["01009", 0.0, False], ["02003", 1.0, False],
    ]  # fmt: skip
    means = carry_mean(table, pairs, "v")
    assert means.to_numpy().tolist() == [
        ["01001", 4.0, False], ["01004", 5.0, True], ["01005", 5.0, True],
        ["01009", 0.0, False], ["02003", 1.0, False],
    ]  # fmt: skip
    labels = carry_label(table, pairs, "z").fillna({"z": "?"})
    assert labels.to_numpy().tolist() == [
        ["01001", "HZ", False, False], ["01004", "ZIP", True, False],
        ["01005", "ZIP", True, False], ["01009", "?", False, False],
        ["02003", "HZ", False, False],
    ]  # fmt: skip


def test_a_part_of_a_divided_commune_beside_a_whole_one() -> None:
    # 01005 goes to 01004 and 01006; 01007 merges into 01004.
    pairs = pd.DataFrame(
        [("01007", "01004"), ("01005", "01004"), ("01005", "01006")],
        columns=["code_source", "code_cible"],
    )
    table = pd.DataFrame({"code_commune": ["01007", "01005"], "v": [10, 4], "z": ["ZIP", "ZIP"]})
    assert carry_sum(table, pairs, "v").to_numpy().tolist() == [
        ["01004", 12, True], ["01006", 2, True],
    ]  # fmt: skip
    assert carry_mean(table, pairs, "v").to_numpy().tolist() == [
        ["01004", 7.0, True], ["01006", 4.0, True],
    ]  # fmt: skip
    assert carry_label(table, pairs, "z").to_numpy().tolist() == [
        ["01004", "ZIP", True, False], ["01006", "ZIP", True, False],
    ]  # fmt: skip


def test_a_source_without_some_of_its_codes_carries_the_others() -> None:
    # 01005 is divided on paper; its table has no row of it.
    pairs = correspondence(MOVES, OLD, NEW, 2021, 2024)
    table = pd.DataFrame({"code_commune": ["01009", "01002"], "v": [2, 3]})
    assert carry_sum(table, pairs, "v").to_numpy().tolist() == [
        ["01001", 3, False], ["01009", 2, False],
    ]  # fmt: skip


def test_published_years_are_in_order_and_complete() -> None:
    apl = pd.DataFrame(
        [("01001", 2023, 3.0, 1.0, 10.0, 1.0), ("01002", 2023, None, 1.0, 20.0, 1.0),
         ("01003", 2023, 4.0, 1.0, None, 1.0), ("01001", 2022, 2.0, 1.0, 30.0, 1.0)],
        columns=tables.APL_PUBLIEE.noms,
    )  # fmt: skip
    codes = ["01001", "01002", "01003"]
    none = moves()
    found = published_years(apl, none, codes, {"appartenance": 2024})
    assert found.to_numpy().tolist() == [["01001", 2022, 2.0, 30.0], ["01001", 2023, 3.0, 10.0]]
    assert found.index.tolist() == [0, 1]
    assert published_years(apl.head(0), none, codes, {"appartenance": 2024}).empty


def test_a_country_has_enough_communes(monkeypatch: pytest.MonkeyPatch) -> None:
    table = ages({"01002": [0.5] + [0.0] * 18, "01001": [0.25] + [0.0] * 18})
    monkeypatch.setattr(demand, "COMMUNES_PAYS_MIN", 2)
    found = demand.standardised(table, POIDS)
    # Of one age all over, everybody weighs one.
    assert found.to_numpy().tolist() == [["01001", 0.25, 0.25], ["01002", 0.5, 0.5]]
    assert demand.COMMUNES_PAYS_MIN == 2
    with pytest.raises(demand.DataError, match="1 communes"):
        demand.standardised(table.head(19), POIDS)


def test_weights_of_each_year() -> None:
    chosen = DemandeParameters()
    years = {2022: chosen.poids_ages_2022, 2023: chosen.poids_ages_2023}
    for asked, year in ((2022, 2022), (2023, 2023), (2024, 2023), (2021, 2023), (None, 2023)):
        assert weights_of(chosen, asked) == (year, tuple(years[year]))


def test_one_unknown_class_of_age_is_refused() -> None:
    table = ages({"01001": [1.0] * 19}).replace({"age": {90: 100}})
    with pytest.raises(demand.DataError, match=r"inconnue : 100 \(attendu : 0, 5, \.\.\., 90\)"):
        demand.standardised(table, POIDS, 1.0)


def test_needs_of_a_divided_commune_follow_its_people() -> None:
    table = ages({"01005": [8.0] + [0.0] * 18, "99999": [2.0] * 19})
    pairs = correspondence(MOVES, ["01005", "99999"], NEW, 2021, 2024)
    found, factor = standardised_communes(
        table, pairs, [2.0] * 19, pd.Series({"01004": 1.0, "01005": 3.0})
    )
    # What leads nowhere does not count: 8 people weigh 16.
    assert factor == 0.5
    assert found.to_numpy().tolist() == [["01004", 2.0, 2.0], ["01005", 6.0, 6.0]]


def test_sites_are_where_half_a_gp_is_and_in_order() -> None:
    base, points = area()
    communes = points.merge(base, on="code_commune").assign(mg_nb=[0.5, 0.0, 1.0])
    found = build_sites(communes)
    assert found["site_id"].tolist() == ["mg-01002", "mg-01003"]
    assert found["mg_nb"].tolist() == [0.5, 1.0]
    assert found.index.tolist() == [0, 1]
    assert found.geometry.x.tolist() == [1500.0, 90_000.0]
    elsewhere = build_elsewhere(base, points, communes.head(0))
    assert elsewhere["code_commune"].tolist() == ["01001", "01002", "01003"]
    assert elsewhere.index.tolist() == [0, 1, 2]
    reverse = build_sites(communes.iloc[::-1])
    assert reverse["site_id"].tolist() == ["mg-01002", "mg-01003"]


def test_without_a_limit_every_reached_commune_is_kept() -> None:
    codes = pd.DataFrame({"code_commune": ["01003", "01002", "01001"]})
    found = closed_area(codes, ["01001"], pd.Series({"01002": 1e9, "01003": np.nan}))
    assert found.to_numpy().tolist() == [["01001", True], ["01002", False]]
    assert found.index.tolist() == [0, 1]


def test_a_city_without_outline_is_told_once() -> None:
    codes = ["75101", "75102", "69381", "18001", "97401", "18002"]
    base = pd.DataFrame({"code_commune": codes, "nom": [f"N{code}" for code in codes]})
    drawn = pd.DataFrame({"code_commune": ["69381", "18001"]})
    row = without_outline(base, drawn, "EPSG:2154").iloc[0]
    # Paris and 18002, of Paris, Lyon, 18001 and 18002.
    assert (row["motif"], row["nombre"], row["part"]) == (SANS_CONTOUR, 2, 0.5)
    assert row["exemples"] == "18002 N18002 et 75056"
    assert without_outline(base, base, "EPSG:2154").empty
