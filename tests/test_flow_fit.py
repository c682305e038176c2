"""Decay and attraction fitted on observed flows, on bands; judgement of a model."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from outils.caler_flux import national_choices

from diagterritoire.core.flows.bands import bands, fit_bands, labels
from diagterritoire.core.flows.destinations import shared
from diagterritoire.core.flows.fitting import fit_flows
from diagterritoire.core.flows.judgement import (
    judge,
    left_out,
    nearest_only,
    random_flows,
)
from diagterritoire.decay import exponential_power
from diagterritoire.parameters import Parameters
from diagterritoire.study.flow_verdicts import decay_of


def country(seed=3, size=40):
    """Communes on a plane, some of them with GPs; every pair is a choice."""
    draw = np.random.default_rng(seed)
    xy = draw.uniform(0, 40, (size, 2))
    offer = np.where(draw.random(size) < 0.5, draw.integers(1, 30, size), 0)
    offer[0] = 5
    codes = [f"{i:05d}" for i in range(size)]
    rows = [
        (codes[i], codes[j], 0.0 if i == j else 2 + np.hypot(*(xy[i] - xy[j])), offer[j] * 1000.0)
        for i in range(size)
        for j in range(size)
        if offer[j]
    ]
    columns = ["code_residence", "code_exercice", "temps_min", "consultations"]
    table = pd.DataFrame(rows, columns=columns)
    people = dict(zip(codes, draw.integers(100, 5000, size).astype(float), strict=True))
    return table.assign(population=table["code_residence"].map(people))


def test_likelihood_finds_what_made_the_flows():
    choices = country()
    decay = exponential_power(0.03, 10.0, 2.5)
    observed = shared(choices, decay=decay, attraction=0.8)
    found = fit_flows(choices, observed, echelle_min=10.0)
    assert found.converge
    assert (found.attraction, found.par_min, found.puissance) == pytest.approx(
        (0.8, 0.03, 2.5), abs=2e-3
    )
    assert found.patients == pytest.approx(observed["patients"].sum())


def test_likelihood_by_hand_on_five_rows():
    # Same time, offers 1, 2 and 4: the shares 1/7, 2/7, 4/7 are those of an exponent 1.
    rows = [("A", "a", 5.0, 1.0), ("A", "b", 5.0, 2.0), ("A", "c", 5.0, 4.0)]
    rows += [("B", "a", 5.0, 1.0), ("B", "c", 5.0, 4.0)]
    columns = ["code_residence", "code_exercice", "temps_min", "consultations"]
    choices = pd.DataFrame(rows, columns=columns)
    observed = choices.assign(patients=[10.0, 20, 40, 10, 40])
    found = fit_flows(choices, observed, echelle_min=10.0)
    assert found.attraction == pytest.approx(1.0, abs=1e-4)
    by_hand = 10 * np.log(1 / 7) + 20 * np.log(2 / 7) + 40 * np.log(4 / 7)
    by_hand += 10 * np.log(1 / 5) + 40 * np.log(4 / 5)
    assert found.log_vraisemblance == pytest.approx(by_hand)


def test_no_better_parameters_nearby():
    choices = country(5, 15)
    observed = shared(choices, decay=exponential_power(0.1, 8.0, 0.5), attraction=1.2)
    rng = np.random.default_rng(0)
    observed["patients"] = rng.poisson(observed["patients"]).astype(float)
    best = fit_flows(choices, observed, echelle_min=8.0)
    for step in np.vstack([np.eye(3), -np.eye(3)]) * 0.02:
        at = np.array([best.attraction, best.par_min, best.puissance]) + step
        if (at < 0).any():
            continue
        flux = shared(choices, decay=exponential_power(at[1], 8.0, at[2]), attraction=at[0])
        both = flux.merge(observed, on=["code_residence", "code_exercice"])
        share = both["patients_x"] / both.groupby("code_residence")["patients_x"].transform("sum")
        # patients_x of a residence sum to its population whatever is observed
        assert (both["patients_y"] * np.log(share)).sum() <= best.log_vraisemblance + 1e-6


def test_unknown_and_out_of_choice_are_left_out_and_counted():
    choices = country(1, 6)
    where = choices["code_exercice"].iloc[0]
    observed = pd.DataFrame(
        [("00001", where, 50.0), ("00001", "99999", 7.0), ("00002", where, None)],
        columns=["code_residence", "code_exercice", "patients"],
    )
    found = fit_flows(choices, observed, echelle_min=10.0)
    assert (found.patients, found.patients_ecartes, found.origines) == (50.0, 7.0, 1)
    none = fit_flows(choices, observed.iloc[2:], echelle_min=10.0)
    assert (none.converge, none.patients) == (False, 0.0)


def test_bands_by_hand():
    rows = [("A", "A", 6.0, 0.0), ("A", "B", 2.0, 5.0), ("A", "C", 1.0, 4.9), ("A", "D", 1.0, 60.0)]
    flux = pd.DataFrame(rows, columns=["code_residence", "code_exercice", "patients", "temps_min"])
    found = bands(flux, (5.0, 10.0, 60.0))
    assert found["part_modele"].tolist() == pytest.approx([0.6, 0.1, 0.2, 0.0, 0.1])
    assert found["bande"].tolist() == labels((5.0, 10.0, 60.0))


def test_bands_take_arrondissements_for_one_commune():
    flux = pd.DataFrame(
        [("69381", "69382", 1.0, 8.0)],
        columns=["code_residence", "code_exercice", "patients", "temps_min"],
    )
    assert bands(flux, (5.0,))["part_modele"].tolist() == [1.0, 0.0, 0.0]


def test_fit_on_bands_finds_the_decay_that_made_them():
    choices = country(2, 60)
    flux = shared(choices, decay=exponential_power(0.0, 7.0, 4.0), attraction=1.0)
    wanted = bands(flux, (5.0, 10, 15, 30))["part_modele"]
    found = fit_bands(choices, wanted.tolist(), (5.0, 10, 15, 30), attraction=1.0)
    assert found.bandes["part_modele"].to_numpy() == pytest.approx(wanted.to_numpy(), abs=1e-3)


def test_judgement_by_hand():
    rows = [
        ("A", "A", 0.0, 9.0),
        ("A", "B", 10.0, 9.0),
        ("B", "A", 12.0, 3.0),
        ("B", "B", 0.0, 3.0),
    ]
    choices = pd.DataFrame(
        rows, columns=["code_residence", "code_exercice", "temps_min", "population"]
    )
    model = choices.assign(patients=[5.0, 4.0, 1.0, 2.0])
    seen = choices.assign(patients=[7.0, 2.0, 0.0, 3.0])
    found = judge(model, choices, seen)
    assert found.cpc == pytest.approx(2 * (5 + 2 + 0 + 2) / 24)
    assert found.srmse == pytest.approx(np.sqrt((4 + 4 + 1 + 1) / 4) / 3)
    assert found.part_commune == pytest.approx(7 / 12)
    assert found.temps_moyen_min == pytest.approx((40 + 12) / 12)
    same = judge(seen, choices, seen)
    assert (same.cpc, same.srmse) == (1.0, 0.0)
    unknown = judge(model, choices, seen.assign(patients=[7.0, None, 0.0, 3.0]))
    assert unknown.cpc == pytest.approx(2 * (5 + 0 + 2) / (8 + 10))


def test_models_to_beat():
    choices = country(4, 10)
    people = choices.groupby("code_residence")["population"].first()
    for flux in (nearest_only(choices), random_flows(choices)):
        assert flux.groupby("code_residence")["patients"].sum().to_numpy() == pytest.approx(
            people.to_numpy()
        )
    assert judge(nearest_only(choices), choices).part_plus_proche == 1.0
    empty = judge(nearest_only(choices).iloc[:0], choices)
    assert empty.part_commune is None


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 60), st.floats(0, 1), st.integers(0, 5))
def test_left_out_is_a_seeded_part(number, part, seed):
    codes = [f"{i:05d}" for i in range(number)]
    drawn = left_out(codes, part, seed)
    assert drawn == left_out(codes[::-1], part, seed)
    assert set(drawn) <= set(codes)
    assert len(drawn) == (0 if number < 2 else min(max(1, round(part * number)), number - 1))


@pytest.mark.real
def test_national_flows_reproduce_each_band_within_three_points(real_country):
    parameters = Parameters()
    flux = parameters.flux
    choices = national_choices(real_country, parameters)
    modelled = shared(choices, decay=decay_of(flux), attraction=flux.attraction_exposant)
    found = bands(modelled, flux.bandes_min)["part_modele"].to_numpy()
    assert np.abs(found - np.array(flux.bandes_parts)).max() < 0.03
