"""What is set beside other figures, every figure by hand."""

from __future__ import annotations

import pandas as pd
import pytest

from diagterritoire.core.care.professions import Professions
from diagterritoire.core.verdict import disagreements as d
from diagterritoire.core.verdict.comparisons import comparaisons
from diagterritoire.core.verdict.densities import SANS_SOURCE, densites
from diagterritoire.core.verdict.evolution import (
    changed_rows,
    movements,
    presence,
    side_by_side,
    totals,
    zone_changes,
)
from diagterritoire.core.verdict.truth import truth
from test_comparisons import LIBELLES, base, territory
from test_disagreements import causes
from test_truth import FIVE, row, year


def test_communes_of_two_deliveries_come_in_order() -> None:
    before = pd.DataFrame({"code_commune": ["d", "b", "a", "c"], "nom": list("DBAC"), "apl": 1.0})
    after = pd.DataFrame({"code_commune": ["f", "c", "e", "b"], "nom": list("fceb"), "apl": 2.0})
    found = presence(before, after)
    assert list(found.apparues["code_commune"].items()) == [(0, "e"), (1, "f")]
    assert list(found.disparues["code_commune"].items()) == [(0, "a"), (1, "d")]
    assert found.communes == 2
    joined = side_by_side(before, after)
    assert joined.index.tolist() == [0, 1]
    columns = ["code_commune", "nom", "apl_avant", "apl_apres"]
    assert joined[columns].to_numpy().tolist() == [["b", "b", 1.0, 2.0], ["c", "c", 1.0, 2.0]]


def test_a_move_of_just_a_step_is_one_both_ways() -> None:
    joined = pd.DataFrame({"code_commune": list("abcd"), "nom": list("ABCD")}).assign(
        apl_avant=[2.0, 2.0, 2.0, 2.0], apl_apres=[2.25, 1.75, 2.2499, 1.7501]
    )
    found = movements(joined, {"apl": 0.25})
    assert found["sens"].tolist() == ["hausse", "baisse", "stable", "stable"]
    assert found["difference"].round(4).tolist() == [0.25, -0.25, 0.2499, -0.2499]
    # 0.3 - 0.2 is written with less than 0.1.
    near = joined.iloc[:1].assign(apl_avant=0.2, apl_apres=0.3)
    assert movements(near, {"apl": 0.1})["sens"].tolist() == ["hausse"]


def test_changes_of_zone_are_counted_once_each() -> None:
    joined = pd.DataFrame(
        {
            "nom": list("ABCD"), "code_commune": list("abcd"), "population_apres": [1, 2, 4, 8],
            "zonage_mg_avant": ["ZIP", "ZIP", "ZAC", None],
            "zonage_mg_apres": ["ZAC", "ZAC", "ZAC", None],
        }
    )  # fmt: skip
    found = zone_changes(joined)
    assert found.to_numpy().tolist() == [["ZIP", "ZAC", 2, 3, ["A", "B"]]]


def test_totals_of_three_communes_and_of_what_is_unknown() -> None:
    communes = pd.DataFrame(
        {
            "population": [1, 2, 5], "population_standardisee": [1.0, 3.0, 0.0],
            "mg_nb": [1.0, None, 0.5], "mg_etp": None, "temps_mg_min": [2.0, 6.0, None],
            "apl": [1.0, 3.0, 9.0], "apl_publiee": [None, 2.0, None],
            "deficit": [True, False, True], "atteignable": [True, True, False],
            "deficit_consultations": [0.25, 0.5, None], "deficit_etp": [None, 0.5, None],
            "zonage_mg": ["ZIP", "ZAC", None],
        }
    )  # fmt: skip
    assert totals(communes) == {
        "communes": 3.0, "population": 8.0, "mg_nb": 1.5, "mg_etp": None,
        "temps_mg_min": pytest.approx(14 / 3), "non_atteignables": 1.0, "apl": 2.5,
        "apl_publiee": 2.0, "communes_deficit": 2.0, "population_deficit": 6.0,
        "deficit_consultations": 0.75, "deficit_etp": 0.5, "population_zip": 1.0,
        "population_zac": 2.0,
    }  # fmt: skip
    unknown = totals(communes.assign(zonage_mg=None))
    assert (unknown["population_zip"], unknown["population_zac"]) == (None, None)


def test_rows_with_the_same_key_are_put_together() -> None:
    before = pd.DataFrame(
        {"cle": ["b", "a", "a", "c"], "valeur": ["1", "3", "2", "4"], "unite": "u"}
    )
    after = pd.DataFrame(
        {"cle": ["d", "a", "a", "c"], "valeur": ["5", "2", "3", "4"], "unite": "u"}
    )
    found = changed_rows(before, after, ["valeur", "unite"])
    assert found.index.tolist() == [0, 1]
    assert found.fillna("-").to_numpy().tolist() == [
        ["b", "1", "u", "-", "-"], ["d", "-", "-", "5", "u"],
    ]  # fmt: skip
    once = changed_rows(before, before.iloc[[0, 1, 3]], ["valeur"])
    assert once.to_numpy().tolist() == [["a", "2 ; 3", "3"]]


def test_causes_at_their_bounds() -> None:
    # A GP at just the reach of 20 min is in reach: published 0, that disagrees.
    assert causes((20.0, 30.0, 10.0, 0.0, 0.0)) == {"A": d.POINT}
    assert causes((20.01, 30.0, 10.0, 0.0, 0.0)) == {}
    # A point at just the distance is not far from the road; times 1.2, 16.6 is in reach still.
    assert causes((16.6, 20.0, 1000.0, 0.0, 0.0)) == {"A": d.MEDECIN}
    assert causes((16.6, 20.0, 1001.0, 0.0, 0.0)) == {"A": d.RATTACHEMENT}
    assert causes((16.7, 20.0, None, 0.0, 0.0)) == {"A": d.VITESSE}
    # Published, and too far: over 1.2, 24 min is in reach.
    assert causes((24.0, 21.0, 10.0, 1.0, 1.0)) == {"A": d.VITESSE}
    assert causes((24.1, 21.0, 10.0, 1.0, None)) == {"A": d.MEDECIN}
    assert causes((24.1, 20.0, 10.0, 1.0, None)) == {"A": d.POINT}
    assert causes((24.1, 20.0, 10.0, 1.0, 0.0)) == {"A": d.MEDECIN_VU}


def test_those_that_disagree_are_numbered() -> None:
    communes = pd.DataFrame(
        {
            "code_commune": ["B", "A", "C"], "temps_min": [9.0, 30.0, 9.0], "rattachement_m": 1.0,
            "temps_autre_min": 9.0, "apl_publiee": [0.0, 0.0, 0.0], "apl_autre_annee": [1.0, 0, 0],
        }
    )  # fmt: skip
    found = d.disagreements(communes, portee_min=20.0, marge=0.2, rattachement_m=1000.0)
    assert found.columns.tolist() == ["code_commune", "publiee_nulle", "cause"]
    assert found.index.tolist() == [0, 1]
    assert found.to_numpy().tolist() == [["B", True, d.MEDECIN_VU], ["C", True, d.MEDECIN]]


def test_figures_of_zones_without_anybody() -> None:
    empty = base().iloc[:2].assign(population=0, population_totale=0.0)
    found = comparaisons(empty[::-1], territory("01002"), 2.5, LIBELLES)
    assert found["mg_nb"].tolist() == [3, 3, 3, 3]
    assert found["mg_pour_10000"].isna().all()
    assert found["part_population_sous_seuil"].isna().all()
    lone = base().iloc[:2].assign(population=[1, 0], population_totale=[0.5, 0.25])
    alone = comparaisons(lone, territory("01001", "01002"), 3.5, LIBELLES).iloc[0]
    assert (alone["mg_pour_10000"], alone["part_population_sans_mg"]) == (30_000, 1.0)
    assert alone["part_population_sous_seuil"] == 1.0


def test_densities_are_over_the_inhabitants_covered() -> None:
    communes = base().iloc[[2, 0, 1]].reset_index(drop=True)
    nombres = pd.DataFrame({"infirmier": {"01001": 1.0, "01002": 0.5, "42001": None}})
    given = Professions(nombres, {"infirmier": "bpe"}, pd.DataFrame(), pd.DataFrame())
    found = densites(given, communes, territory("01001", "01002"), LIBELLES)
    nurses = found.loc[found["profession"] == "infirmier"]
    assert nurses["niveau"].tolist() == ["territoire", "departement", "region", "france"]
    # 1.5 for the 400 inhabitants of the communes that are counted, at every level.
    assert nurses["nombre"].tolist() == [1.5] * 4
    assert nurses["population"].tolist() == [400] * 4
    assert nurses["densite_100000"].tolist() == [375.0] * 4
    assert nurses["motif"].isna().all()
    assert set(found.loc[found["profession"] != "infirmier", "motif"]) == {SANS_SOURCE}
    lone = densites(given, communes.assign(population=[0, 1, 0]), territory("01001"), LIBELLES)
    assert lone.loc[lone["profession"] == "infirmier", "densite_100000"].iloc[0] == 100_000
    none = densites(given, communes.assign(population=0), territory("01001"), LIBELLES)
    assert none.loc[none["profession"] == "infirmier", "densite_100000"].isna().all()


def test_truth_leaves_out_zones_of_no_weight() -> None:
    published = year(2024, [2.0, 4.0, 3.0, 4.0, 9.0], [0.25, 0.75, 0.0, 0.5, 1.0])
    found = truth(FIVE, published, {"apl_calibree": 2024})
    basins = row(found, 2024, "bassin_vie", "apl")
    # c weighs nothing: b and d are compared, too few for a correlation.
    assert basins["zones_nb"] == 2
    assert pd.isna(basins["correlation"])
    epci = row(found, 2024, "epci", "apl")
    assert epci["zones_nb"] == 1
    communes = row(found, 2024, "commune", "apl")
    # Gaps -1 -2 0 0 0.
    assert (communes["zones_nb"], communes["ecart_median"]) == (5, 0.0)
    assert found["ajustee"].tolist() == (found["serie"] == "apl_calibree").tolist()
    assert "precedente" not in set(found["serie"])
    assert found.index.tolist() == list(range(6))
    assert found["niveau"].tolist() == ["bassin_vie"] * 2 + ["commune"] * 2 + ["epci"] * 2
