"""Bands blurred by the error of straight-line times: only where the supply is fitted on them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from diagterritoire import decay, tables
from diagterritoire.parameters import Parameters
from diagterritoire.study.fitted import fitted, fitting_decay

BANDS = ((10.0, 15.0, 20.0), (1.0, 2 / 3, 1 / 3))


def test_the_blurred_weight_is_the_mean_over_the_error() -> None:
    minutes = np.array([0.5, 4.0, 9.0, 10.0, 13.7, 15.0, 20.0, 23.0, 40.0])
    # A slow mean of the sharp weight over the quantiles of the error.
    errors = np.random.default_rng(0).standard_normal(200_000) * 2.0
    slow = [decay.steps(*BANDS)(np.abs(m + errors)).mean() for m in minutes]
    assert decay.steps_with_error(*BANDS, 2.0)(minutes) == pytest.approx(slow, abs=3e-3)


def test_what_is_exact_stays_so() -> None:
    blurred = decay.steps_with_error(*BANDS, 2.0)
    assert blurred(np.array([0.0, np.nan])).tolist() == [1.0, 0.0]
    minutes = np.linspace(0, 30, 61)
    assert (np.diff(blurred(minutes)) <= 0).all()
    sharp = decay.steps(*BANDS)(minutes)
    assert decay.steps_with_error(*BANDS, 0.0)(minutes).tolist() == sharp.tolist()
    near = decay.steps_with_error(*BANDS, 1e-6)(minutes)
    away = ~np.isin(minutes, BANDS[0])
    assert near[away] == pytest.approx(sharp[away])


def test_one_road_keeps_the_published_bands() -> None:
    trips = pd.DataFrame(
        {
            "code_commune": ["A", "B"],
            "site_id": "s",
            "temps_min": [0.0, 10.0],
            "origine_temps": tables.APPROCHE,
        }
    )
    minutes = trips["temps_min"].to_numpy()
    # At 10 minutes, half of the drop to 2/3.
    flown = fitting_decay(trips, Parameters())(minutes)
    assert flown.round(2).tolist() == [1.0, 0.83]
    road = trips.assign(origine_temps=[tables.APPROCHE, tables.ROUTE])
    assert fitting_decay(road, Parameters())(minutes).tolist() == [1.0, 2 / 3]
    tables_of = (
        pd.DataFrame({"code_commune": ["A", "B"], "population_standardisee": 1000.0}),
        pd.DataFrame({"site_id": ["s"], "mg_nb": [1.0], "consultations": [4000.0]}),
        pd.DataFrame(
            {
                "code_commune": ["A", "B"],
                "annee": 2022,
                "apl_publiee": [2.4, 2.0],
                "population_standardisee": 1000.0,
            }
        ),
    )
    loose = replace(Parameters(), calage=replace(Parameters().calage, poids_a_priori=1e-9))
    apl = fitted(trips, *tables_of, loose).apl["apl_calibree"].to_numpy()
    # Both communes share one site: B has 0.83 of what A has by the straight line, 2/3 by road.
    assert apl[1] / apl[0] == pytest.approx(fitting_decay(trips, loose)(minutes)[1])
    apl = fitted(road, *tables_of, loose).apl["apl_calibree"].to_numpy()
    assert apl[1] / apl[0] == pytest.approx(2 / 3)
