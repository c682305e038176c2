"""What people reach and what they lack, at the edge: one person, half a person, nobody."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from diagterritoire.core.access.causes import CAUSES, main_cause
from diagterritoire.core.access.floating import floating_catchment
from diagterritoire.core.access.shortfalls import by_zone
from diagterritoire.decay import within
from diagterritoire.errors import DataError
from test_access import demand_of, supply_of, trips
from test_causes import run
from test_fairness import spread
from test_outlook import ahead
from test_shortfalls import whole

ONE = {("A", "s"): 0.0}


def parts_of(found: pd.DataFrame) -> list[float]:
    assert list(CAUSES) == ["offre", "distance", "concurrence", "age"]
    return found.loc["A", [f"ecart_{name}" for name in CAUSES]].tolist()


def test_half_a_person_who_comes_is_somebody() -> None:
    tables = trips([("A", "s", 0.0)]), demand_of({"A": 0.5}), supply_of({"s": 2.0, "t": 3.0})
    apl, ratios = floating_catchment(*tables, decay=within(20))
    assert apl["apl"].tolist() == [4.0]
    assert ratios["ratio"].fillna(-1.0).tolist() == [4.0, -1.0]
    assert ratios["population_ponderee"].tolist() == [0.5, 0.0]
    assert ratios["atteint"].tolist() == [True, False]


def test_a_reference_of_nothing_is_reached_by_all() -> None:
    found = run(ONE, {"A": 10.0}, {"A": 10.0}, {"s": 40.0}, reference=0.0)
    assert found["ecart"].tolist() == [4.0]
    assert parts_of(found) == pytest.approx([4.0, 0.0, 0.0, 0.0])
    assert found["cause_principale"].isna().all()
    with pytest.raises(DataError, match="négative"):
        run(ONE, {"A": 10.0}, {"A": 10.0}, {"s": 40.0}, reference=-0.1)


def test_people_of_one_count_and_not_of_the_other_have_no_age() -> None:
    # Standardised people alone: 40 for 10, and nobody is older than anybody.
    found = run(ONE, {"A": 0.0}, {"A": 10.0}, {"s": 40.0})
    assert parts_of(found) == pytest.approx([1.5, 0.0, 0.0, 0.0])
    # Inhabitants alone: the APL knows nobody.
    found = run(ONE, {"A": 10.0}, {"A": 0.0}, {"s": 40.0})
    assert parts_of(found) == pytest.approx([-2.5, 0.0, 0.0, 0.0])


def test_half_a_person_has_an_age() -> None:
    # 80 for an inhabitant, who weighs 1.6: the APL is 50. Two factors move, in two orders:
    # (80 - 2.5) x (1 + 0.625) / 2 and (0.625 - 1) x (2.5 + 80) / 2.
    found = run(ONE, {"A": 0.5}, {"A": 0.8}, {"s": 40.0})
    assert found["ecart"].tolist() == pytest.approx([47.5])
    assert parts_of(found) == pytest.approx([62.96875, 0.0, 0.0, -15.46875])


def test_an_unknown_gap_has_no_cause() -> None:
    parts = {f"ecart_{name}": [-1.0, -1.0] for name in CAUSES}
    gap = pd.array([None, -4.0], dtype="Float64")
    assert main_cause(pd.DataFrame({"ecart": gap, **parts})).fillna("").tolist() == ["", "offre"]


def test_one_negative_among_others_is_refused() -> None:
    for values, people in (([2.0, -1.0], [1.0, 1.0]), ([2.0, 1.0], [1.0, -1.0])):
        with pytest.raises(DataError, match="négatif"):
            spread(values, people)


def test_a_total_under_one_is_spread_all_the_same() -> None:
    found = spread([0.0, 0.5], [1.0, 1.0])
    assert (found.population, found.moyenne, found.gini) == (2.0, 0.25, 0.5)
    assert found.part_dixieme == 0.0
    # The tenth of the farthest: 0.2 people at 0.5 minutes, of 0.5 in all.
    assert spread([0.0, 0.5], [1.0, 1.0], plus_est_mieux=False).part_dixieme == pytest.approx(0.2)


def test_nobody_known_is_nobody() -> None:
    assert spread([1.0, None], [0.0, 7.0]).population == 0.0


def test_what_comes_is_laid_out_year_by_year() -> None:
    found, _ = ahead()
    assert found.columns.tolist() == [
        "horizon_ans", "code_commune", "population_standardisee", "mg_etp", "apl", "deficit",
        "deficit_consultations", "deficit_etp",
    ]  # fmt: skip
    assert found.index.tolist() == list(range(9))
    assert found["code_commune"].tolist() == list("ABC") * 3


def zones_of(**changes: object) -> pd.DataFrame:
    levels = {"territoire": "territoire", "zonage_mg": "zonage_mg"}
    return by_zone(whole().assign(**changes), levels, seuil_apl=2.5, seuil_temps_min=20)


def test_an_apl_at_the_threshold_is_not_under_it() -> None:
    found = zones_of(apl=[2.5, 2.5, 2.4999, np.nan, 3.0]).iloc[0]
    assert found["communes_deficit_nb"] == 1
    assert found["population_deficit"] == 1000.0


def test_one_inhabitant_makes_a_share() -> None:
    found = zones_of(population=[100, 400, 1000, 50, 1]).set_index("code")
    assert found.loc["ZAC", ["part_population_deficit", "part_population_eloignee"]].tolist() == [
        1.0,
        0.0,
    ]


def test_zones_are_numbered_level_after_level() -> None:
    assert zones_of().index.tolist() == [0, 1, 2, 3, 4]
