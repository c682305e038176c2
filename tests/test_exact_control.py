"""What is told of a calculation, every row by hand."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd
import pytest

from diagterritoire.core import control
from diagterritoire.core.agreement import agreement, weighted_mean
from diagterritoire.french import INSECABLE

M = f"{INSECABLE}m"
NOMS = {
    "commune": {c: f"{c} nom" for c in "ABCDE"},
    "site": {c: f"{c} (A)" for c in "st"},
}


def read(rows: Iterable[pd.DataFrame]) -> list[tuple[str, int, float, str]]:
    """Text, number, share and examples of each row."""
    kept = [frame for frame in rows if len(frame)]
    columns = ["motif", "nombre", "part", "exemples"]
    return [tuple(values) for frame in kept for values in frame[columns].to_numpy().tolist()]


def test_names_come_in_the_order_of_display() -> None:
    communes = pd.DataFrame(
        {"code_commune": ["C", "A", "B"], "nom": ["c", "a", "b"], "dans_territoire": [1, 0, 1]}
    )
    sites = pd.DataFrame({"site_id": ["t", "s"], "code_commune": ["A", "Z"]})
    found = control.labels(communes.astype({"dans_territoire": bool}), sites)
    assert list(found["commune"].items()) == [("B", "B b"), ("C", "C c"), ("A", "A a")]
    assert list(found["site"].items()) == [("s", "s (Z)"), ("t", "t (a)")]


def test_points_tied_far_and_left_off() -> None:
    points = pd.DataFrame(
        [
            ("commune", "A", "rattache", 10.0),
            ("commune", "C", "rattache", 400.0),
            ("commune", "B", "rattache", 400.0),
            ("commune", "D", "hors_reseau", None),
            ("commune", "E", "non_couvert", None),
            ("commune", "Z", "rattache", 9000.0),
            ("site", "s", "rattache", 20.0),
        ],
        columns=["nature", "identifiant", "statut", "distance_m"],
    )
    assert read(control.snapping(points, NOMS, 399.0)) == [
        (
            f"points de commune rattachés à la route la plus proche (distance médiane 400{M}, "
            f"maximale 400{M})",
            3,
            0.6,
            f"B nom à 400{M}, C nom à 400{M} et A nom à 10{M}",
        ),
        (
            f"points de commune à plus de 399{M} de la route",
            2,
            0.4,
            f"B nom à 400{M} et C nom à 400{M}",
        ),
        ("points de commune non rattachés : aucune route à portée", 1, 0.2, "D nom"),
        (
            "points de commune non rattachés : aucune route fournie à cet endroit, temps à vol "
            "d'oiseau",
            1,
            0.2,
            "E nom",
        ),
        (
            f"sites de médecins rattachés à la route la plus proche (distance médiane 20{M}, "
            f"maximale 20{M})",
            1,
            1.0,
            f"s (A) à 20{M}",
        ),
    ]
    two = points.iloc[:2]
    (first, *_) = read(control.snapping(two, NOMS, 999.0))
    assert f"médiane 205{M}, maximale 400{M}" in first[0]
    assert read(control.snapping(points.iloc[:0], NOMS, 999.0)) == []


def test_communes_without_time_by_a_straight_line_and_far() -> None:
    nearest = pd.DataFrame(
        {
            "code_commune": list("ABCDE"),
            "atteignable": [False, True, True, True, True],
            "origine_temps": ["approche", "approche", "route", "route", "route"],
        }
    )
    trips = pd.DataFrame({"code_commune": ["B", "C", "C", "D"]})
    assert read(control.times(nearest, trips, NOMS, 60.0)) == [
        (
            "communes d'où aucun médecin n'est atteignable en voiture (APL 0, aucun flux)",
            1,
            0.2,
            "A nom",
        ),
        ("communes au temps estimé à vol d'oiseau, faute de route", 1, 0.2, "B nom"),
        (
            "communes à plus de 60 min de tout médecin : leurs patients vont tous au plus proche",
            1,
            0.2,
            "E nom",
        ),
    ]
    reached = nearest.iloc[2:4]
    assert read(control.times(reached, trips, NOMS, 60.0)) == []


@pytest.mark.parametrize(("kind", "shown"), [("unreachable", 50), ("straight", 5)])
def test_as_many_are_named_as_there_is_room_for(kind, shown) -> None:
    codes = [f"{n:05d}" for n in range(52)]
    nearest = pd.DataFrame({"code_commune": codes, "origine_temps": "approche"})
    nearest["atteignable"] = kind == "straight"
    trips = pd.DataFrame({"code_commune": codes})
    names = {"commune": {code: code for code in codes}, "site": {}}
    ((_, number, share, told),) = read(control.times(nearest, trips, names, 60.0))
    assert (number, share) == (52, 1.0)
    assert told.startswith(", ".join(codes[:shown]))
    assert codes[shown] not in told


def test_cells_are_counted_over_all() -> None:
    assert read([control.cells(3, 12)])[0][1:] == (3, 0.25, "")


def test_communes_and_sites_that_do_not_count() -> None:
    communes = pd.DataFrame(
        {"code_commune": list("ABCD"), "population": [0, 1, 5, 9], "mg_nb": [1.0, None, 2.0, 0.0]}
    )
    sites = pd.DataFrame(
        {"site_id": list("st"), "code_commune": ["A", "C"], "mg_nb": [1.0, 2.000002]}
    )
    ratios = pd.DataFrame(
        {"site_id": list("stu"), "consultations": [9.0, 0.5, 0.0], "atteint": [True, False, False]}
    )
    assert read(control.land_use(communes, sites, ratios, NOMS)) == [
        ("communes sans habitant (aucun flux)", 1, 0.25, "A nom"),
        (
            "communes du calcul au nombre de médecins inconnu : laissé vide, aucun site",
            1,
            0.25,
            "B nom",
        ),
        (
            "communes dont le compte de médecins diffère de celui de leurs sites (utilisé)",
            1,
            0.25,
            "C nom",
        ),
        (
            "sites qu'aucun habitant n'atteint dans la portée de l'APL : leurs consultations n'y "
            "comptent pas",
            1,
            0.5,
            "t (A)",
        ),
    ]


def test_communes_without_published_apl_and_flows_left_out() -> None:
    communes = pd.DataFrame(
        {"code_commune": list("ABC"), "dans_territoire": [True, True, False]}
    ).assign(apl_publiee=[2.0, None, None])
    pair = ["code_residence", "code_exercice"]
    flux = pd.DataFrame([("B", "A"), ("A", "A"), ("A", "B"), ("C", "C")], columns=pair)
    main = flux.iloc[[1, 2, 3]]
    assert read(control.left_out(communes, flux, main, main.iloc[:2], NOMS)) == [
        ("communes du territoire sans APL publiée, écartées de la comparaison", 1, 0.5, "B nom"),
        (
            "flux des plus faibles destinations de chaque commune, répartis entre les autres",
            1,
            0.25,
            "B vers A",
        ),
        ("flux entre communes du pourtour, non livrés", 1, 0.25, "C vers C"),
    ]
    known = communes.assign(apl_publiee=1.0)
    assert read(control.left_out(known, flux, flux, flux, NOMS)) == []


def series(*values: float | None) -> pd.Series:
    return pd.Series(values, dtype="float64")


def test_weights_move_one_correlation_and_not_the_other() -> None:
    found = agreement(series(0, 1, 2, 3), series(0, 1, 2, 1), series(1, 1, 1, 0))
    # The fourth pair has no weight: the three others lie on a line.
    assert found.correlation_ponderee == pytest.approx(1.0)
    # Deviations -1.5 -0.5 0.5 1.5 and -1 0 1 0: 2 / sqrt(5 * 2).
    assert found.correlation == pytest.approx(2 / np.sqrt(10))
    assert (found.ecart_median, found.comparees, found.ecartees) == (0.0, 4, 0)
    # Weight 3 on the first: means 0.5 and 0.5; products 0.75 - 0.25... over 6.
    heavy = agreement(series(0, 0, 3), series(0, 3, 3), series(4, 1, 1))
    # x: mean 0.5, variance 1.25; y: mean 1, variance 2; covariance 1.5 - 0.5.
    assert heavy.correlation_ponderee == pytest.approx(1 / np.sqrt(2.5))


def test_two_pairs_or_a_constant_teach_nothing() -> None:
    two = agreement(series(1, 2, None, 4), series(2, 4, 6, None), series(1, 1, 1, 1))
    assert (two.correlation, two.correlation_ponderee, two.ecart_median) == (None, None, None)
    assert (two.comparees, two.ecartees) == (2, 2)
    # Three pairs, two of which have a weight.
    some = agreement(series(1, 2, 3), series(2, 4, 6), series(1, 1, 0))
    assert (some.correlation, some.correlation_ponderee, some.ecart_median) == (1.0, None, -2.0)
    for one, other in ((series(1, 1, 1), series(1, 2, 3)), (series(1, 2, 3), series(1, 1, 1))):
        flat = agreement(one, other, series(1, 1, 1))
        assert (flat.correlation, flat.comparees) == (None, 3)
    falling = agreement(series(1, 2, 3), series(6, 4, 2), series(1, 1, 1))
    assert (falling.correlation, falling.ecart_median) == (-1.0, -2.0)
    # Values so close that their spread is no number.
    tiny = agreement(series(0, 1e-200, 0), series(0, 1e-200, 0), series(1, 1, 1))
    assert tiny.correlation is None


def test_a_mean_counts_the_known_values_that_have_a_weight() -> None:
    assert weighted_mean(series(1, None, 4, 7), pd.Series([2, 5, 1, None])) == 2.0
    assert weighted_mean(series(None, None), pd.Series([2, 5])) is None
    assert weighted_mean(series(), series()) is None
