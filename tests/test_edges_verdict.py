"""Figures set beside others, at the edge."""

from __future__ import annotations

import numpy as np
import pandas as pd

from diagterritoire.core.agreement import agreement, weighted_mean
from diagterritoire.core.care.professions import Professions
from diagterritoire.core.verdict import disagreements as d
from diagterritoire.core.verdict.comparisons import comparaisons
from diagterritoire.core.verdict.densities import HORS_SOURCE, densites
from diagterritoire.core.verdict.evolution import changed_rows, movements
from diagterritoire.territory import Territory
from test_comparisons import LIBELLES, base, territory
from test_disagreements import causes


def test_rows_of_moves_and_changes_are_numbered_from_zero() -> None:
    joined = pd.DataFrame(
        {
            "code_commune": ["a", "b"],
            "nom": ["A", "B"],
            "apl_avant": [2.0, 3.0],
            "apl_apres": [2.5, 3.0],
            "mg_nb_avant": [1.0, None],
            "mg_nb_apres": [None, None],
        }
    )
    found = movements(joined, {"apl": 0.005, "mg_nb": 0.5})
    assert found.index.tolist() == [0, 1, 2, 3]
    assert found["sens"].tolist() == ["hausse", "stable", "devenu inconnu", "inconnu"]
    one = pd.DataFrame({"cle": ["a", "b", "c"], "valeur": ["1", "2", "3"]})
    other = pd.DataFrame({"cle": ["c", "b"], "valeur": ["4", "2"]})
    changed = changed_rows(one, other, ["valeur"])
    assert changed.index.tolist() == [0, 1]
    assert changed["cle"].tolist() == ["a", "c"]


def test_a_correlation_never_exceeds_one_whatever_the_rounding() -> None:
    rng, ones = np.random.default_rng(0), pd.Series(np.ones(5))
    found = []
    for _ in range(100):
        x = pd.Series(rng.uniform(0.1, 9.0, 5))
        found += [agreement(x, 3 * x + 0.1, ones), agreement(x, 0.1 - 3 * x, ones)]
    values = np.array([a.correlation for a in found])
    assert np.abs(values).max() == 1.0
    assert np.abs(values).min() > 1 - 1e-12


def test_a_zone_of_one_inhabitant_has_its_shares() -> None:
    lone = base().iloc[:1].assign(population=1, population_totale=1.0, mg_nb=1)
    found = comparaisons(lone, territory("01001"), 2.5, LIBELLES).iloc[0]
    assert found["mg_pour_10000"] == 10_000
    assert found["part_population_zip"] == 1.0
    assert found["part_population_sans_mg"] == 0.0


def test_another_point_just_within_reach_is_not_too_far() -> None:
    # The other point is at 20 min, in reach; 19 min is 22.8 with slower roads.
    assert causes((19.0, 20.0, 10.0, 0.0, 0.0)) == {"A": d.VITESSE}


def test_a_source_that_covers_no_commune_of_a_zone_says_so() -> None:
    communes = pd.DataFrame({"code_commune": ["18001", "18002"], "nom": ["A", "B"]})
    communes = communes.assign(code_departement="18", code_region="24", population=[100, 300])
    nombres = pd.DataFrame({"infirmier": [None, 3.0]}, index=["18001", "18002"], dtype="float64")
    given = Professions(nombres, {"infirmier": "equipements"}, pd.DataFrame(), pd.DataFrame())
    here = Territory("com-18001", "A", "commune", ("18001",), "EPSG:2154")
    labels = pd.DataFrame({"niveau": ["region"], "code": ["24"], "nom": ["Centre"]})
    found = densites(given, communes, here, labels)
    nurses = found.loc[found["profession"] == "infirmier"].set_index("niveau")
    assert nurses.loc["territoire", "motif"] == HORS_SOURCE
    assert pd.isna(nurses.loc["territoire", "nombre"])
    assert nurses.loc["departement", ["nombre", "densite_100000"]].tolist() == [3.0, 1000.0]


def test_a_weight_under_one_is_a_weight() -> None:
    assert weighted_mean(pd.Series([4.0, 2.0]), pd.Series([0.25, 0.25])) == 3.0
    assert weighted_mean(pd.Series([4.0]), pd.Series([0.0])) is None
