"""Totals of a scenario by hand: nothing under 0, and nothing unknown that counts as none."""

import math
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from diagterritoire.core.flows.exchanges import Echanges
from diagterritoire.parameters import Parameters
from diagterritoire.scenarios.comparing import under_zero
from diagterritoire.scenarios.totals import Situation, balance

CODES = list("ABCDE")
NOW = [1.0, 2.0, 3.0, 2.0, 0.0]


def situation(apl, **columns):
    """Five communes of the territory; A, B, C, D have a published APL, all 100 inhabitants."""
    communes = pd.DataFrame(
        {
            "code_commune": CODES,
            "dans_territoire": True,
            "population": 100,
            "population_standardisee": 100.0,
            "population_sans_trajet": [0.0, 10.0, 0.0, 0.0, 100.0],
            "apl": apl,
            "apl_publiee": [0.4, 1.0, 3.0, 2.6, np.nan],
            "temps_mg_min": [0.0, 8.0, 10.0, 12.0, np.nan],
            "temps_mg_moyen_min": [2.0, 9.0, 11.0, 13.0, np.nan],
            "deficit": True,
            "deficit_consultations": 0.0,
            "deficit_etp": 0.0,
            "mg_etp": [1.0, 0.0, 2.0, 0.5, np.nan],
        }
        | columns
    )
    bilan = SimpleNamespace(consultations_offertes=0.0, consultations_recues=0.0)
    reference = pd.Series(NOW, index=CODES)
    return Situation(communes, bilan, Echanges(None, None, None), reference)


def told(later, draws=None):
    none = pd.DataFrame(columns=["code_commune", "tirage"])
    table = balance(situation(NOW), later, none if draws is None else draws, Parameters())
    return table.set_index("indicateur")


def test_an_anchored_apl_is_never_under_zero():
    # A loses 1, of 0.4 published; B loses 0.5, of 1.
    later = [0.0, 1.5, 3.0, 2.0, 0.0]
    draws = pd.DataFrame(
        {
            "code_commune": CODES,
            "tirage": 0,
            "apl_avant": NOW,
            "apl_apres": later,
            "temps_mg_min_avant": 0.0,
            "temps_mg_min_apres": 0.0,
        }
    )
    row = told(situation(later), draws).loc["apl_ancree"]
    assert row["avant"] == pytest.approx((0.4 + 1.0 + 3.0 + 2.6) / 4)
    assert row["apres"] == pytest.approx((0.0 + 0.5 + 3.0 + 2.6) / 4)
    for name in ("difference", "difference_bas", "difference_haut"):
        assert row[name] == pytest.approx(-0.9 / 4)


def test_the_communes_brought_back_to_zero_are_counted():
    layer = situation(NOW).communes.assign(apl_difference=[-1.0, -0.5, 0.0, -2.6, -1.0])
    [row] = under_zero("Fermer", layer).to_dict("records")
    assert row["source"] == "Scénario « Fermer »"
    assert (row["nombre"], row["part"], row["exemples"]) == (1, 0.25, "A")
    assert under_zero("Rien", layer.assign(apl_difference=0.0)).empty


def test_an_unknown_number_of_gps_is_not_none():
    assert told(situation(NOW)).loc["mg_etp", "avant"] == 3.5
    unknown = situation(NOW, mg_etp=math.nan)
    found = balance(unknown, unknown, pd.DataFrame(), Parameters()).set_index("indicateur")
    assert found.loc["mg_etp", ["avant", "apres", "difference"]].isna().all()


def test_those_who_reach_nobody_are_counted_beside_the_mean_time():
    rows = told(situation(NOW))
    mean = (100 * 2 + 90 * 9 + 100 * 11 + 100 * 13) / 390
    assert rows.loc["temps_habitants_min", "avant"] == pytest.approx(mean)
    assert rows.loc["habitants_sans_trajet", "avant"] == 110
    assert rows.loc["population_sans_acces", "avant"] == 100
