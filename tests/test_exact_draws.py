"""What is drawn, and what is told of draws, every figure by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from diagterritoire import tables
from diagterritoire.core.draws.drawing import drawn, moved, noise
from diagterritoire.core.draws.firmness import firmness
from diagterritoire.parameters import Parameters


def only(**ranges: float) -> Parameters:
    still = dict.fromkeys(
        ("vitesses", "vitesses_classes", "vitesse_urbaine", "approche", "bornes_min", "activite"),
        0.0,
    )
    declared = Parameters()
    still["tampon_bas_min"] = declared.territoire.tampon_min
    return replace(declared, fermete=replace(declared.fermete, **(still | ranges)))


def spread(values: list[float]) -> tuple[float, float, float]:
    return min(values), float(np.mean(values)), max(values)


def relative(group: str, name: str, chosen: Parameters) -> float:
    """How far a number is from the declared one, as a part of it."""
    return getattr(getattr(chosen, group), name) / getattr(getattr(Parameters(), group), name) - 1


@pytest.mark.parametrize(
    ("drawn_", "group", "name"),
    [
        ("vitesses", "reseau", "facteur_limite"),
        ("vitesses", "reseau", "vitesse_acces_kmh"),
        ("vitesses", "reseau", "vitesse_defaut_kmh"),
        ("vitesse_urbaine", "reseau", "limite_urbaine_kmh"),
        ("approche", "reseau", "approche_min_par_km"),
        ("approche", "reseau", "approche_constante_min"),
        ("activite", "offre", "consultations_par_mg"),
    ],
)
def test_each_range_is_drawn_evenly_from_end_to_end(drawn_, group, name) -> None:
    wide = only(**{drawn_: 0.5})
    low, mean, high = spread([relative(group, name, drawn(wide, n)) for n in range(300)])
    assert -0.5 <= low < -0.48
    assert 0.48 < high <= 0.5
    assert mean == pytest.approx(0.0, abs=0.05)


def test_the_bounds_of_the_apl_are_shifted_together() -> None:
    wide, declared = only(bornes_min=0.5), np.array(Parameters().apl.bornes_min)
    shifts = [np.array(drawn(wide, n).apl.bornes_min) - declared for n in range(300)]
    low, mean, high = spread([float(s[-1]) for s in shifts])
    assert -0.5 <= low < -0.48
    assert 0.48 < high <= 0.5
    assert mean == pytest.approx(0.0, abs=0.05)
    assert max(np.ptp(s) for s in shifts) < 1e-9


def test_the_buffer_is_drawn_between_its_bounds() -> None:
    declared = only(tampon_bas_min=40.0)
    widest = declared.territoire.tampon_min
    low, mean, high = spread([drawn(declared, n).territoire.tampon_min for n in range(300)])
    assert 40.0 <= low < 40.5
    assert widest - 0.5 < high <= widest
    assert mean == pytest.approx((40 + widest) / 2, abs=1.0)
    # A lower bound over the buffer is the buffer.
    assert drawn(only(tampon_bas_min=widest + 9), 1).territoire.tampon_min == widest


def test_classes_of_road_have_a_factor_of_their_own_and_a_common_one() -> None:
    here = Parameters().reseau.vitesses_kmh
    found = [drawn(only(vitesses_classes=0.5), n).reseau for n in range(60)]
    ratios = np.array([[r.vitesses_kmh[k] / v - 1 for k, v in here.items()] for r in found])
    assert -0.5 <= ratios.min() < -0.48
    assert 0.48 < ratios.max() <= 0.5
    assert np.ptp(ratios, axis=1).min() > 0.3
    assert {r.vitesse_defaut_kmh for r in found} == {Parameters().reseau.vitesse_defaut_kmh}
    both = drawn(only(vitesses=0.5), 4).reseau
    common = both.facteur_limite / Parameters().reseau.facteur_limite
    assert [both.vitesses_kmh[k] / v for k, v in here.items()] == pytest.approx(
        [common] * len(here)
    )


def test_a_point_is_drawn_by_the_two_numbers_of_its_name() -> None:
    names, radius = ["a", "b", "c"], np.array([9.0, 1.0, 0.0])
    start = np.array([[5.0, 7.0], [0.0, 0.0], [3.0, 4.0]])
    at = moved(start, names, radius, Parameters(), 2, "x") - start
    far = noise(names, Parameters(), 2, "x/distance")
    turn = noise(names, Parameters(), 2, "x/direction")
    assert (at**2).sum(axis=1) == pytest.approx(radius**2 * (1 + far) / 2)
    assert np.arctan2(at[:2, 1], at[:2, 0]) == pytest.approx(np.pi * turn[:2])
    assert at[2].tolist() == [0.0, 0.0]


def test_five_draws_of_two_communes() -> None:
    draws = pd.DataFrame(
        {
            "code_commune": list("BBBBB" "AAAAA"), "tirage": [4, 3, 2, 1, 0] * 2,
            "apl": [1.0, 2.0, 2.5, 4.0, 5.0, 9.0, 8.0, None, 6.0, 5.0],
            "temps_mg_min": [None, 1.0, 1.0, 1.0, 1.0, 0.0, 1.0, 2.0, 3.0, 4.0],
        }
    )  # fmt: skip
    found = firmness(draws, seuil=2.5, intervalle=(0.25, 0.5), part_ferme=0.6)
    assert found.index.tolist() == [0, 1]
    assert found["code_commune"].tolist() == ["A", "B"]
    assert found["tirages_nb"].tolist() == [5, 5]
    # What is unknown in one draw is null; 2.5 is not under 2.5.
    assert found["apl_bas"].fillna(-1).tolist() == [-1, 2.0]
    assert found["apl_haut"].fillna(-1).tolist() == [-1, 2.5]
    assert found["temps_mg_bas_min"].fillna(-1).tolist() == [1.0, -1]
    assert found["temps_mg_haut_min"].fillna(-1).tolist() == [2.0, -1]
    assert found["part_tirages_deficit"].fillna(-1).tolist() == [-1, 0.4]
    assert found["verdict"].fillna("-").tolist() == ["-", tables.FERME_SANS_DEFICIT]
    one = firmness(draws.iloc[:1], seuil=2.5)
    assert one["part_tirages_deficit"].tolist() == [1.0]
    assert one["verdict"].tolist() == [tables.FERME_DEFICIT]
    assert firmness(draws.iloc[:0], seuil=2.5).empty


def test_a_draw_is_that_of_its_seed() -> None:
    speed, town, flown, shift, activity = np.random.default_rng([7, 3]).uniform(-1.0, 1.0, 5)
    wide = dict.fromkeys(("vitesses", "vitesse_urbaine", "approche", "bornes_min", "activite"), 0.5)
    chosen = drawn(only(graine=7, **wide), 3)
    for group, name, number in (
        ("reseau", "facteur_limite", speed),
        ("reseau", "limite_urbaine_kmh", town),
        ("reseau", "approche_min_par_km", flown),
        ("reseau", "approche_constante_min", flown),
        ("offre", "consultations_par_mg", activity),
    ):
        assert relative(group, name, chosen) == pytest.approx(0.5 * number)
    last = Parameters().apl.bornes_min[-1]
    assert chosen.apl.bornes_min[-1] == pytest.approx(last + 0.5 * shift)
