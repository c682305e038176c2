"""Flows, every figure by hand: nobody to count, equality, places that nothing fills."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from diagterritoire.core.flows.balancing import IMPOSSIBLE, doubly_constrained, scaled_capacities
from diagterritoire.core.flows.bands import PROPRE, bands, labels
from diagterritoire.core.flows.destinations import shares, shortest
from diagterritoire.core.flows.exchanges import exchanges, fuite
from diagterritoire.core.flows.gravity import gravity, main_flows
from diagterritoire.core.flows.judgement import (
    judge,
    left_out,
    nearest_choices,
    nearest_only,
    random_flows,
)
from diagterritoire.core.flows.lines import flow_lines
from diagterritoire.core.flows.totals import commune_totals, main_destinations
from diagterritoire.errors import DataError
from test_flow_totals import FLUX, towns

TRIO = ["code_residence", "code_exercice", "patients"]


def trio(*rows: tuple[str, str, float | None]) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=TRIO)


def balanced(flux, capacities, sweeps=50, tolerance=1e-9):
    return doubly_constrained(flux, capacities, tolerance=tolerance, tours_max=sweeps)


def test_one_inhabitant_and_one_patient_travel() -> None:
    communes = towns([("B", 1, 2.0, 3000, 4000), ("A", 4, 2.0, 0, 0), ("C", 0, 0.0, 0, 0)])
    flux = pd.DataFrame([("B", "A", 1.0, 30.0), ("A", "A", 3.0, 6.0)], columns=FLUX)
    found = commune_totals(flux, communes, consultations_par_habitant=3.0)
    assert found["code_commune"].tolist() == ["A", "B", "C"]
    assert found["patients"].tolist() == [3.0, 1.0, 0.0]
    assert found["sortants"].tolist() == [0.0, 1.0, 0.0]
    assert found["entrants"].tolist() == [1.0, 0.0, 0.0]
    assert found["taux_attraction"].fillna(-1).tolist() == [0.25, -1, -1]
    # A: 3 x 1/2 consultations, both ways, 3 patients, 6 min; B: 3 x 2, both ways, 30 min, 5 km.
    assert found["heures_an"].fillna(-1).tolist() == [0.9, 6.0, -1]
    assert found["km_an"].fillna(-1).tolist() == [0.0, 60.0, -1]


def test_destinations_without_patient_are_none() -> None:
    rows = [("B", "B", 0.0, 0.0), ("A", "C", 0.5, 9.0), ("A", "B", 0.5, 5.0), ("A", "A", 0.0, 0.0)]
    found = main_destinations(pd.DataFrame(rows, columns=FLUX), 2)
    assert found.index.tolist() == [0, 1]
    assert found.to_numpy().tolist() == [
        ["A", 1, "B", 0.5, 0.5, 5.0],
        ["A", 2, "C", 0.5, 0.5, 9.0],
    ]


def test_capacities_are_given_in_the_order_of_codes() -> None:
    flux = trio(("A", "D", 1.0), ("B", "C", 3.0), ("B", "D", 2.0), ("E", "E", 0.0))
    found = scaled_capacities(flux, {"C": 1.0, "D": 1.0, "E": 4.0})
    assert list(found.items()) == [("C", 3.0), ("D", 3.0), ("E", 0.0)]
    # Nobody offers anything: nothing is received.
    assert scaled_capacities(flux, {"C": 0.0, "D": 0.0, "E": 0.0}) == {"C": 0, "D": 0, "E": 0}
    with pytest.raises(DataError, match=r"2 communes d'exercice.*exemple C\."):
        scaled_capacities(flux, {"E": 1.0})
    with pytest.raises(DataError, match=r"2 capacités.*exemple C\."):
        scaled_capacities(flux, {"E": -1.0, "D": 0.0, "C": float("nan")})


def test_the_first_code_of_those_without_capacity_is_named() -> None:
    flux = trio(("A", "D", 1.0), ("B", "C", 3.0))
    with pytest.raises(DataError, match=r"2 communes d'exercice.*exemple C\."):
        balanced(flux, {})


def test_what_is_already_balanced_is_left_alone() -> None:
    flux = trio(("A", "A", 6.0), ("A", "B", 0.0))
    found = balanced(flux, {"A": 6.0, "B": 0.0})
    assert (found.tours, found.ecart_relatif, found.atteint, found.motif) == (0, 0.0, True, "")
    assert found.flux["patients"].tolist() == [6.0, 0.0]


def test_a_sweep_fills_the_rows_then_the_columns() -> None:
    flux = trio(("A", "A", 6.0), ("A", "B", 4.0), ("B", "A", 2.0), ("B", "B", 8.0))
    found = balanced(flux, {"A": 10.0, "B": 10.0}, sweeps=1)
    # Columns of 8 and 12 are brought to 10: rows of 7.5 + 10/3 and 2.5 + 20/3, wanted 10.
    assert found.flux["patients"].tolist() == pytest.approx([7.5, 10 / 3, 2.5, 20 / 3])
    assert found.ecart_relatif == pytest.approx(1 / 12)
    assert (found.tours, found.atteint) == (1, False)
    assert "écart relatif de 0,083 au dernier tour" in found.motif
    close = balanced(flux, {"A": 10.0, "B": 10.0}, sweeps=1, tolerance=0.0834)
    assert (close.atteint, close.motif) == (True, "")


def test_margins_that_cannot_be_met_say_why() -> None:
    flux = trio(("A", "A", 6.0), ("A", "B", 4.0))
    more = balanced(flux, {"A": 6.0, "B": 4.5})
    assert more.motif == f"{IMPOSSIBLE} : 10 patients pour une capacité de 10"
    alone = balanced(flux, {"A": 6.0, "B": 4.0, "D": 1.0, "C": 2.0, "E": 0.0})
    assert alone.motif == f"{IMPOSSIBLE} : 2 capacités que personne n'atteint, dont C"
    assert (alone.atteint, alone.ecart_relatif, alone.tours) == (False, 0.0, 0)


def test_a_rate_of_half_a_patient() -> None:
    flux = trio(("B", "A", 0.25), ("A", "A", 0.25), ("B", "B", 0.25), ("A", "B", 0.75))
    found = fuite(flux, pd.DataFrame({"code_commune": ["C", "B", "A"]}))
    assert found["code_commune"].tolist() == ["A", "B", "C"]
    assert found["taux_fuite"].fillna(-1).tolist() == [0.75, 0.5, -1]
    assert found["taux_autosuffisance"].fillna(-1).tolist() == [0.25, 0.5, -1]
    zone = exchanges(flux, ["A"])
    assert (zone.taux_fuite, zone.taux_autosuffisance, zone.taux_attraction) == (0.75, 0.25, 0.5)
    nobody = exchanges(flux, ["C"])
    assert (nobody.taux_fuite, nobody.taux_autosuffisance, nobody.taux_attraction) == (None,) * 3


def test_the_shortest_of_each_pair_is_kept() -> None:
    origin, place = np.array([1, 0, 1, 0, 1]), np.array([0, 1, 0, 0, 1])
    found = shortest(origin, place, np.array([7.0, 3.0, 5.0, 9.0, 2.0]))
    assert [column.tolist() for column in found] == [[0, 0, 1, 1], [0, 1, 0, 1], [9, 3, 5, 2]]
    empty = shortest(origin[:0], place[:0], np.array([]))
    assert [len(column) for column in empty] == [0, 0, 0]


def test_shares_of_what_is_offered_and_weighed() -> None:
    offered, weight = np.array([2.0, 4.0, 0.0, 5.0, 3.0]), np.array([1.0, 0.25, 1.0, 0.0, 1.0])
    found = shares(np.array([0, 0, 0, 1, 2]), offered, weight, 2.0, 4)
    # 4 x 1 and 16 x 0.25 are alike; what offers nothing, or weighs nothing, draws nobody.
    assert found.tolist() == [0.5, 0.5, 0.0, 0.0, 1.0]


def test_those_sent_to_the_nearest_are_numbered_with_the_others() -> None:
    trips = pd.DataFrame([("B", "s", 5.0)], columns=["code_commune", "site_id", "temps_min"])
    nearest = pd.DataFrame([("A", "s", 90.0)], columns=trips.columns).assign(atteignable=True)
    demand = pd.DataFrame({"code_commune": ["B", "A", "C"], "population": [1, 2, 4]})
    supply = pd.DataFrame({"site_id": ["s"], "code_commune": ["B"], "consultations": [0.5]})
    found = gravity(trips, nearest, demand, supply, decay=np.ones_like, attraction=1.0)
    assert found.index.tolist() == [0, 1]
    assert found.to_numpy().tolist() == [["A", "B", 2.0, 90.0], ["B", "B", 1.0, 5.0]]


def test_main_flows_stop_once_they_hold_the_share() -> None:
    flux = trio(("A", "A", 5.0), ("A", "D", 15.0), ("A", "C", 30.0), ("A", "B", 50.0))
    kept = main_flows(flux, 0.8)
    assert kept["code_exercice"].tolist() == ["A", "B", "C"]
    assert kept["patients"].tolist() == pytest.approx([500 / 85, 5000 / 85, 3000 / 85])
    assert main_flows(flux, 0.81)["code_exercice"].tolist() == ["A", "B", "C", "D"]
    assert main_flows(flux, 0.81).index.tolist() == [0, 1, 2, 3]


def test_bands_hold_their_upper_bound_out() -> None:
    columns = ["code_residence", "code_exercice", "temps_min", "patients"]
    rows = [("A", "A", 12.0, 3.0), ("A", "B", 5.0, 2.0), ("A", "C", 4.9, 1.0), ("B", "A", 10.0, 4)]
    found = bands(pd.DataFrame(rows, columns=columns), (5.0, 10.0))
    assert found["part_modele"].tolist() == [0.3, 0.1, 0.2, 0.4]
    assert found["bande"].tolist() == [
        PROPRE, "ailleurs, moins de 5 min", "ailleurs, 5 à 10 min", "ailleurs, 10 min ou plus",
    ]  # fmt: skip
    assert labels((7.5,)) == [PROPRE, "ailleurs, moins de 7.5 min", "ailleurs, 7.5 min ou plus"]
    half = pd.DataFrame([("A", "A", 0.0, 0.25), ("A", "B", 9.0, 0.25)], columns=columns)
    assert bands(half, (5.0,))["part_modele"].tolist() == [0.5, 0.0, 0.5]
    assert bands(half.iloc[:0], (5.0,))["part_modele"].isna().all()


def choices() -> pd.DataFrame:
    rows = [("A", "A", 0.0), ("A", "B", 10.0), ("B", "A", 10.0), ("B", "C", 10.0), ("B", "D", 30.0)]
    return pd.DataFrame(rows, columns=["code_residence", "code_exercice", "temps_min"])


def test_judgement_of_flows_with_an_unknown_time() -> None:
    flux = trio(("A", "A", 0.5), ("A", "B", 0.25), ("B", "C", 0.125), ("B", "Z", 0.125))
    seen = trio(("A", "A", 0.25), ("A", "B", None), ("B", "D", 0.25), ("B", "Z", 0.125))
    found = judge(flux, choices(), seen)
    # The nearest of B is A: C is as near, and after.
    assert (found.part_commune, found.part_plus_proche) == (0.5, 0.5)
    assert found.temps_moyen_min == pytest.approx((2.5 + 1.25) / 0.875)
    # A to B is unknown. In common 0.25 and 0.125, of 0.75 and 0.625.
    assert found.cpc == pytest.approx(0.75 / 1.375)
    # 2 residences by 5 places; gaps 0.25, 0.125, 0.25.
    assert found.srmse == pytest.approx(np.sqrt(0.140625 / 10) / 0.0625)
    alone = judge(flux, choices())
    assert (alone.cpc, alone.srmse, alone.part_commune) == (None, None, 0.5)


def test_judgement_of_nothing() -> None:
    nowhere = judge(trio(("B", "Z", 0.5)), choices(), trio(("B", "Z", 0.0)))
    assert nowhere.temps_moyen_min is None
    assert (nowhere.cpc, nowhere.srmse) == (None, None)
    assert (nowhere.part_commune, nowhere.part_plus_proche) == (0.0, 0.0)
    nobody = judge(trio(("A", "A", 0.0)), choices(), trio(("A", "A", 5.0)))
    assert {nobody.cpc, nobody.part_commune, nobody.temps_moyen_min} == {None}
    unknown = judge(trio(("A", "A", 0.5)), choices(), trio(("A", "A", None)))
    assert unknown.cpc is None


def test_simple_models() -> None:
    people = choices().assign(population=[9.0, 9.0, 6.0, 6.0, 6.0])
    assert nearest_choices(people[::-1])["code_exercice"].tolist() == ["A", "A"]
    assert nearest_choices(people).columns.tolist() == people.columns.tolist()
    near = nearest_only(people)
    assert near.to_numpy().tolist() == [["A", "A", 9.0, 0.0], ["B", "A", 6.0, 10.0]]
    assert random_flows(people)["patients"].tolist() == [4.5, 4.5, 2.0, 2.0, 2.0]


@pytest.mark.parametrize(
    ("codes", "part", "number"),
    [
        ("", 0.5, 0),
        ("A", 1.0, 0),
        ("AB", 0.0, 1),
        ("ABC", 1.0, 2),
        ("ABCDE", 0.4, 2),
        ("ABB", 1, 1),
    ],
)
def test_residences_left_out_leave_one_on_each_side(codes, part, number) -> None:
    found = left_out(list(codes), part, 7)
    assert len(found) == number
    assert found == sorted(set(found) & set(codes))
    assert found == left_out(list(codes)[::-1], part, 7)


def test_a_flow_that_stays_is_a_triangle_of_one_metre() -> None:
    flux = pd.DataFrame({"code_residence": ["A", "A"], "code_exercice": ["A", "B"]})
    points = pd.DataFrame({"code_commune": ["B", "A"], "x": [3, 1], "y": [4, 2]})
    loop, line = flow_lines(flux, points)
    assert list(loop.coords) == [(1, 2), (2, 2), (2, 3), (1, 2)]
    assert list(line.coords) == [(1, 2), (3, 4)]
