"""Siting, every figure by hand: places, losses, linear forms, bounds, ranks."""

from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely.geometry import Point, box

from diagterritoire.core.siting import cover
from diagterritoire.core.siting.cover import Cover, least_cover
from diagterritoire.core.siting.interchange import improved
from diagterritoire.core.siting.nearest import (
    Values,
    containment,
    coverage,
    median,
)
from diagterritoire.core.siting.places import commune_places, point_places, structure_places
from diagterritoire.core.siting.problem import Problem, state
from diagterritoire.core.siting.program import Minimum, Outcome, solve
from diagterritoire.core.siting.shortfall import Gains, shortfall, shortfall_program
from diagterritoire.decay import steps
from diagterritoire.errors import DataError, UsageError

CRS = "EPSG:2154"
INF = float("inf")


def land() -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {"code_commune": ["18002", "18001"], "nom": ["Bel", "Ajx"], "x": [15, 5], "y": [1, 2]},
        geometry=[box(10, 0, 20, 10), box(0, 0, 10, 10)],
        crs=CRS,
    )


def test_a_commune_is_a_place() -> None:
    found = commune_places(land())
    assert found.drop(columns="geometry").to_numpy().tolist() == [
        ["18002", "18002", "Bel"], ["18001", "18001", "Ajx"],
    ]  # fmt: skip
    assert [p.coords[0] for p in found.geometry] == [(15, 1), (5, 2)]


def test_structures_are_numbered_by_category_and_name() -> None:
    given = gpd.GeoDataFrame(
        {"categorie": ["MSP", "MSP", "CDS", "MSP"], "nom": ["b", "MSP de Bel", "z", "loin"]},
        geometry=[Point(3, 3), Point(15, 3), Point(12, 5), Point(99, 99)],
        crs=CRS,
        index=[7, 5, 6, 4],
    )
    found = structure_places(given, land())
    assert found.drop(columns="geometry").to_numpy().tolist() == [
        ["structure-00001", "18002", "z (Bel)", "CDS"],
        ["structure-00002", "18002", "MSP de Bel", "MSP"],
        ["structure-00003", "18001", "b (Ajx)", "MSP"],
    ]
    for none in (None, given.iloc[:0]):
        empty = structure_places(none, land())
        assert empty.columns.tolist() == ["site_id", "code_commune", "nom", "geometry", "categorie"]
        assert (len(empty), str(empty.crs)) == (0, CRS)


def test_points_given_are_numbered_in_order() -> None:
    world = gpd.GeoDataFrame(
        {"code_commune": ["18001"], "nom": ["A"]}, geometry=[box(8, 41, 9, 42)], crs="EPSG:4326"
    )
    found = point_places(["8.7, 41.9", "8.5,41.5"], world)
    assert found["site_id"].tolist() == ["point 1", "point 2"]
    assert found["nom"].tolist() == ["point 1 (A)", "point 2 (A)"]
    assert [p.coords[0] for p in found.geometry] == [(8.7, 41.9), (8.5, 41.5)]
    with pytest.raises(UsageError, match=r"1 points hors du territoire, par exemple « 7, 41 »"):
        point_places(["8.7, 41.9", "7, 41"], world)


def problem(rows, people, minutes, candidats="xy", **columns) -> Problem:
    trajets = pd.DataFrame(rows, columns=["code_commune", "candidat", "temps_min"])
    codes = list("ABCDE")[: len(people)]
    demande = pd.DataFrame({"code_commune": codes, "population": people, "temps_min": minutes})
    return state(
        trajets, demande.assign(**columns), pd.Series(list(candidats)), autres=tuple(columns)
    )


ROWS = [("B", "y", 3.0), ("A", "y", 15.0), ("A", "x", 5.0), ("Z", "x", 1.0), ("A", "w", 1.0)]


def test_a_problem_is_sorted_and_keeps_what_was_asked() -> None:
    found = problem(ROWS, [10, 0], [None, 15.0])
    assert (found.place.tolist(), found.candidat.tolist()) == ([0, 0, 1], [0, 1, 1])
    assert found.minutes.tolist() == [5.0, 15.0, 3.0]
    assert found.column("temps_min").tolist() == [INF, 15.0]
    with pytest.raises(DataError, match=r"1 valeurs de « population ».*pour A"):
        problem(ROWS, [-1, 0], [5.0, 5.0])
    with pytest.raises(DataError, match=r"1 valeurs de « temps_min ».*pour B"):
        problem([*ROWS, ("B", "x", None)], [1, 0], [5.0, 5.0])
    with pytest.raises(DataError, match=r"1 couples.*exemple A vers y"):
        problem([*ROWS, ("A", "y", 0.0)], [1, 0], [5.0, 5.0])


def test_losses_of_the_three_aims() -> None:
    here = problem(ROWS, [10, 4], [15.1, 15.0], dehors=[True, True])
    covered = coverage(here, 15.0)
    # B is at 15 min: covered, and no candidate helps.
    assert covered.today.tolist() == [10.0, 0.0]
    assert (covered.place.tolist(), covered.option.tolist()) == ([0, 0], [0, 1])
    assert covered.after(()).tolist() == [0.0, 0.0]
    drive = median(problem(ROWS, [10, 4], [None, 15.0]), 60.0)
    assert drive.today.tolist() == [600.0, 60.0]
    assert drive.after(()).tolist() == [110.0, 162.0]
    assert drive.after((0,)).tolist() == [110.0, 62.0]
    kept = containment(problem(ROWS, [10, 4], [15.0, 3.1], dehors=[True, True]))
    # Strictly nearer keeps the place: y is not for A, at 15 min too.
    assert kept.after(()).tolist() == [4.0, 10.0]
    inside = containment(problem(ROWS, [10, 4], [15.0, 3.1], dehors=[False, True]))
    assert inside.today.tolist() == [0.0, 4.0]


def test_the_linear_form_of_the_nearest() -> None:
    # Place 0 loses 9 today, 2 through option 1, 5 through 0 and 2; place 1 loses 4, 0 through 1.
    values = Values(
        np.array([9.0, 4.0, 1.0]), np.array([0, 0, 0, 1]), np.array([0, 1, 2, 1]),
        np.array([5.0, 2.0, 5.0, 0.0]), 3,
    )  # fmt: skip
    rows = values.rows(np.arange(3))
    # Never under 2 + 0 + 1; 3 more without option 1, 4 more without any, 4 more without option 1.
    assert rows.constant == 3.0
    assert rows.cost.tolist() == [7.0, 4.0]
    assert rows.lower.tolist() == [1.0, 0.0]
    assert rows.matrix.toarray().tolist() == [[0, 1, 0, 1, 0], [1, 0, 1, -1, 1]]
    some = values.rows(np.array([2]))
    assert (some.constant, some.cost.tolist()) == (10.0, [4.0])
    assert some.matrix.toarray().tolist() == [[1, 1]]
    none = values.rows(np.array([], dtype=np.intp))
    assert (none.constant, none.matrix.shape) == (14.0, (0, 0))


def gains() -> Gains:
    here = problem(
        [("A", "x", 5.0), ("B", "x", 15.0), ("B", "y", 3.0), ("C", "y", 0.0)], [1, 1, 1],
        [9.0, 9.0, 9.0], population_standardisee=[10.0, 20.0, 10.0], apl=[2.0, 1.5, 2.5],
        compte=[True, True, True],
    )  # fmt: skip
    return shortfall(here, (1.0, 2.0), decay=steps((10.0,), (1.0,)), seuil=2.5, par_etp=6.0)


def test_what_sites_of_two_sizes_would_fill() -> None:
    found = gains()
    # A lacks 5, B 20, C nothing. x serves A alone; y shares 6 between the 30 of B and C.
    assert found.today.tolist() == [5.0, 20.0, 0.0]
    assert (found.place.tolist(), found.option.tolist()) == ([0, 1, 0, 1], [0, 1, 2, 3])
    assert found.gain.tolist() == [6.0, 4.0, 12.0, 8.0]
    assert (found.candidat.tolist(), found.etp.tolist()) == ([0, 1, 0, 1], [1.0, 1.0, 2.0, 2.0])
    assert found.after(()).tolist() == [20.0, 21.0, 20.0, 17.0]
    assert found.after((0,)).tolist() == [20.0, 16.0, 20.0, 12.0]
    term, slope = found.terms(np.array([2.0, 10.0, 0.0]))
    assert (term.tolist(), slope.tolist()) == ([-2.0, -2.0, -2.0, -4.0], [-1.0, -0.2, -1.0, -0.4])
    rows = found.rows(np.array([0, 3]))
    assert (rows.cost.tolist(), rows.constant, rows.lower.tolist()) == ([5.0, 20.0], 0.0, [1, 1])
    assert rows.matrix.toarray().tolist() == [[1.0, 0, 1, 0], [0, 0.4, 0, 1]]
    one = found.rows(np.array([1]))
    assert (one.cost.tolist(), one.constant) == ([20.0], 5.0)


def test_half_a_consultation_that_is_lacking_is_filled() -> None:
    here = problem(
        [("A", "x", 5.0), ("B", "x", 5.0), ("C", "x", 5.0)], [1, 1, 1], [9.0] * 3, candidats="x",
        population_standardisee=[1.0, 1.0, 0.0], apl=[2.0, 2.0, 0.0], compte=[True, False, True],
    )  # fmt: skip
    found = shortfall(here, (1.0,), decay=steps((10.0,), (1.0,)), seuil=2.5, par_etp=0.5)
    # Half of half a consultation goes to B, that does not count; nobody is in C.
    assert found.today.tolist() == [0.5, 0.0, 0.0]
    assert (found.place.tolist(), found.gain.tolist()) == ([0], [0.25])


def test_a_program_of_two_sizes_and_its_limits() -> None:
    program = shortfall_program(gains(), 3.0, np.array([0.5, 0.25]))
    assert program.added.tolist() == [0.5, 0.25, 0.5, 0.25]
    assert (program.base, program.most) == (25.0, 2)
    assert program.step == 25 * 1e-9
    assert replace(program, aim=nothing()).step == 1e-9
    assert program.after(()).tolist() == [20.5, 21.25, 20.5, 17.25]
    assert (program.loss(()), program.loss((0,)), program.loss((0, 3))) == (25.0, 20.5, 12.75)
    assert not program.allows((0, 2))
    assert program.allows((0, 3))
    assert not program.allows((2, 3))
    assert replace(program, etp_total=4.0).allows((2, 3))
    assert program.allows((0, 3), (2.0, 1.0))
    assert not program.allows((0, 3), (1.0, 1.0))
    assert solve(program, 2).choice == (0, 3)
    assert solve(program, 2, split=(2.0, 2.0)).found is False
    assert solve(replace(program, etp_total=INF), 2, split=(2.0, 2.0)).choice == (2, 3)
    assert solve(program, 3).motif == "3 sites demandés pour 2 candidats admis"
    other = solve(program, 2, forbidden=[(0, 3)])
    assert (other.choice, other.loss) == ((1, 2), 16.75)
    # The same gaps filled for less: the first of each candidate costs as much, x first.
    none = solve(program, 2, forbidden=[(0, 3), (1, 2), (0, 1)])
    assert none.motif == "aucun autre choix ne respecte toutes les contraintes"
    assert solve(program, 1, among=np.array([0, 1])).choice == (0,)


def nothing() -> Values:
    none = np.array([], dtype=np.intp)
    return Values(np.array([0.0]), none, none, np.array([]), 4)


def test_how_far_a_choice_may_be_from_the_best() -> None:
    assert Outcome((1,), 10.0, 9.0).gap == 0.1
    assert Outcome((1,), 10.0, 10.0 - 1e-9).gap == 0.0
    assert Outcome((1,), 0.0, -1.0).gap == 0.0
    assert Outcome((1,), 0.5, 0.25).gap == 0.5
    assert [Outcome(c, 1.0, 1.0).found for c in ((), (0,))] == [False, True]


def test_a_cover_of_those_who_are_far() -> None:
    rows = [("A", "x", 15.0), ("B", "y", 15.1), ("C", "y", 3.0), ("D", "y", 1.0)]
    here = problem(rows, [9, 7, 0, 5], [15.1, 16.0, 99.0, 15.0])
    # C has nobody and D is near already: x for A; nobody covers B.
    assert least_cover(here, 15.0) == Cover((0,), 1, 9.0, 7.0)
    failed = least_cover(here, 15.0, everybody=True)
    assert (failed.choice, failed.bound, failed.covered, failed.beyond) == ((), 0, 0.0, 7.0)
    assert failed.motif == (
        "1 communes (7 habitants) ne sont à 15 minutes d'aucun candidat, par exemple B"
    )
    assert least_cover(here, 16.0, everybody=True) == Cover((), 0, 0.0, 0.0)
    all_ = problem([("A", "x", 1.0), ("B", "x", 2.0), ("B", "y", 1.0)], [1, 1], [99.0, 99.0])
    assert least_cover(all_, 15.0, everybody=True) == Cover((0,), 1, 2.0, 0.0)
    assert least_cover(problem([], [1, 1], [99.0, 99.0]), 15.0) == Cover((), 0, 0.0, 2.0)


@pytest.mark.parametrize("answer", [None, Minimum(None, 0.0)])
def test_a_cover_that_is_not_found_in_time_is_none(monkeypatch, answer) -> None:
    monkeypatch.setattr(cover, "minimum", lambda *_: answer)
    here = problem([("A", "x", 1.0)], [3, 2], [99.0, 99.0])
    words = "aucun choix trouvé dans le temps accordé"
    assert least_cover(here, 15.0) == Cover((), 0, 0.0, 2.0, words)
    # A bound of 1.2 sites is 2 sites; one of 1, to the rounding, is 1.
    for bound, sites in ((1.2, 2), (1.0000005, 1), (1.0, 1)):
        monkeypatch.setattr(cover, "minimum", lambda *_, b=bound: Minimum(np.array([1.0, 0]), b))
        assert least_cover(here, 15.0) == Cover((0,), sites, 3.0, 2.0)


def test_a_swap_takes_no_second_option_of_a_candidate() -> None:
    loss = np.array([0.0, 1.0, 5.0, 7.0])

    def after(chosen: tuple[int, ...]) -> np.ndarray:
        return 20.0 - sum(9.0 - loss[c] for c in chosen) - (9.0 - loss)

    every = np.ones(4, dtype=bool)
    assert improved(after, np.array([0, 0, 1, 2]), [every] * 2) == (0, 2)
    assert improved(after, np.array([0, 0, 1, 2]), [every, np.array([0, 0, 0, 1], bool)]) == (0, 3)
