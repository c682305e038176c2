"""The rule of the ministry and the means of GPs, at the edge of what they allow."""

import pandas as pd
import pytest

from diagterritoire.core.care.activity import counted_activity
from diagterritoire.core.care.gp_means import means_by_commune

ZONES = pd.DataFrame({"code_commune": list("ABC"), "bassin_vie": list("xxy")})


def gps(rows: list[tuple[str, float, float]]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["code_commune", "part", "consultations_comptees"])
    return table.assign(medecin=table.index, connu=True)


def test_bounds_of_activity_may_be_equal() -> None:
    medecins = pd.DataFrame({"consultations": [0.0, 100.0, None]})
    table, _ = counted_activity(
        medecins, plancher=0, valeur_plancher=0, plafond=0, nouveau=5400, inconnue=4220
    )
    assert table["consultations_comptees"].tolist() == [0.0, 0.0, 4220.0]


def test_a_mean_of_one_is_given_when_one_is_enough() -> None:
    means, levels = means_by_commune(gps([("A", 1.0, 4000.0), ("C", 1.0, 6000.0)]), ZONES, secret=1)
    assert means.to_dict() == {"A": 4000.0, "C": 6000.0}
    assert levels["niveau"].tolist() == ["code_commune", "code_commune"]


def test_a_gp_of_no_share_has_no_mean_even_when_nothing_is_hidden() -> None:
    rows = [("A", 0.0, 9000.0), ("B", 0.5, 5000.0)]
    means, levels = means_by_commune(gps(rows), ZONES, secret=0)
    assert means.to_dict() == {"B": 5000.0}
    assert levels["niveau"].tolist() == [None, "code_commune"]


def test_who_fills_no_zone_has_no_mean() -> None:
    rows = [("C", 1.0, 4000.0), ("A", 1.0, 4000.0)]
    means, levels = means_by_commune(gps(rows), ZONES, secret=3)
    assert means.empty
    assert means.dtype == "float64"
    assert levels["code_commune"].tolist() == ["A", "C"]
    assert levels.index.tolist() == [0, 1]
    assert levels["niveau"].isna().all()
    none, levels = means_by_commune(gps([]).astype({"code_commune": "str"}), ZONES, secret=3)
    assert none.empty
    assert levels.empty


def test_a_gp_counts_once_in_a_zone_by_its_first_row() -> None:
    # One GP listed in A and B, of the same bassin: two GPs there, not three.
    table = gps([("A", 1.0, 3000.0), ("B", 1.0, 3000.0), ("A", 1.0, 5000.0)])
    table["medecin"] = [0, 0, 1]
    means, _ = means_by_commune(table, ZONES, secret=3)
    assert means.empty
    means, _ = means_by_commune(table, ZONES, secret=2)
    # A has two of its own. B, left with one, finds nobody else: nothing is told of it.
    assert means.to_dict() == pytest.approx({"A": 4000.0})
