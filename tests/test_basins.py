"""Basins of patients, catchments, agreement of zones, six analyses."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from diagterritoire.core.basins.care_area import ANALYSES, care_area
from diagterritoire.core.basins.catchments import catchments, match
from diagterritoire.core.basins.merging import Floors, basins, borders, validity

FLOORS = Floors(100, 400, 0.6, 0.75)
COLUMNS = ["code_residence", "code_exercice", "patients"]


def test_validity_by_hand():
    # Halfway between the two sizes, half of the margin between 0.6 and 0.75 is asked: 2 / 3.
    assert validity(250, 0.6 / 0.9, FLOORS) == pytest.approx(1.0)
    assert validity(100, 0.75, FLOORS) == pytest.approx(1.0)
    assert validity(400, 0.6, FLOORS) == pytest.approx(1.0)
    assert validity(50, 1.0, FLOORS) < 1
    assert validity(9999, 0.59, FLOORS) < 1


def test_five_communes_by_hand():
    # B and C go to A, D to E; D touches C only, so it must join A's basin although E draws it.
    rows = [("A", "A", 190.0), ("A", "E", 10.0), ("B", "A", 50.0), ("C", "A", 30.0)]
    rows += [("D", "E", 35.0), ("D", "A", 5.0), ("E", "E", 150.0)]
    communes = pd.DataFrame({"code_commune": list("ABCDE"), "population": [200, 50, 30, 40, 150]})
    touching = pd.DataFrame({"un": ["A", "B", "C"], "autre": ["B", "C", "D"]})
    found = basins(pd.DataFrame(rows, columns=COLUMNS), communes, touching, FLOORS)
    assert found["bassin"].tolist() == ["A", "A", "A", "A", "E"]
    assert found["valide"].all()
    joined = pd.concat([touching, pd.DataFrame({"un": ["D"], "autre": ["E"]})])
    again = basins(pd.DataFrame(rows, columns=COLUMNS), communes, joined, FLOORS)
    assert again["bassin"].tolist() == ["A", "A", "A", "E", "E"]


def test_commune_without_neighbour_stays_and_is_told():
    communes = pd.DataFrame({"code_commune": ["A", "I"], "population": [500, 20]})
    rows = [("A", "A", 500.0), ("I", "A", 20.0)]
    found = basins(
        pd.DataFrame(rows, columns=COLUMNS), communes, pd.DataFrame({"un": [], "autre": []}), FLOORS
    )
    assert found[["bassin", "valide"]].to_numpy().tolist() == [["A", True], ["I", False]]


def slow(flux, communes, touching, floors):
    """Oracle: the same from the whole matrix, every figure recomputed at each step."""
    codes = sorted(communes["code_commune"])
    people = communes.set_index("code_commune")["population"]
    near = {frozenset(p) for p in touching.to_numpy().tolist()}
    groups = [{c} for c in codes]
    skipped = []

    def amount(one, two):
        return sum(
            p
            for r, e, p in flux.to_numpy()
            if (one is None or r in one) and (two is None or e in two)
        )

    def score(g):
        used = amount(g, None)
        return validity(people[list(g)].sum(), amount(g, g) / used if used else 0.0, floors)

    while True:
        weak = [g for g in groups if g not in skipped and score(g) < 1]
        if not weak:
            break
        worst = min(weak, key=lambda g: (round(score(g), 12), min(g)))
        partners = [
            h
            for h in groups
            if h is not worst and any(frozenset((a, b)) in near for a in worst for b in h)
        ]
        if not partners:
            skipped.append(worst)
            continue

        def tie(h, g=worst):
            one, two = amount(g, None) * amount(None, h), amount(h, None) * amount(None, g)
            first = amount(g, h) ** 2 / one if one else 0.0
            return first + (amount(h, g) ** 2 / two if two else 0.0)

        best = min(partners, key=lambda h: (-round(tie(h), 12), -amount(None, h), min(h)))
        groups = [g for g in groups if g is not worst and g is not best] + [worst | best]
    return {frozenset(g) for g in groups}


@st.composite
def lands(draw):
    size = draw(st.integers(2, 8))
    codes = [f"{i:02d}" for i in range(size)]
    rows = draw(
        st.lists(
            st.tuples(st.sampled_from(codes), st.sampled_from(codes), st.integers(1, 200)),
            unique_by=lambda r: r[:2],
            min_size=1,
        )
    )
    pairs = [(a, b) for a in codes for b in codes if a < b]
    near = draw(st.lists(st.sampled_from(pairs), unique=True))
    people = draw(st.lists(st.integers(0, 300), min_size=size, max_size=size))
    return (
        pd.DataFrame(rows, columns=COLUMNS).astype({"patients": float}),
        pd.DataFrame({"code_commune": codes, "population": people}),
        pd.DataFrame(near, columns=["un", "autre"], dtype="str"),
    )


@settings(deadline=None, max_examples=80)
@given(lands(), st.randoms(use_true_random=False))
def test_same_as_the_slow_way_and_of_one_piece(land, random):
    flux, communes, touching = land
    found = basins(flux, communes, touching, FLOORS)
    groups = {frozenset(g) for g in found.groupby("bassin")["code_commune"].apply(list)}
    assert groups == slow(flux, communes, touching, FLOORS)
    order = random.sample(range(len(communes)), len(communes))
    shuffled = basins(flux[::-1], communes.iloc[order], touching[::-1], FLOORS)
    pd.testing.assert_frame_equal(found, shuffled)
    links = {frozenset(p) for p in touching.to_numpy().tolist()}
    for group in groups:
        reached, left = {min(group)}, set(group) - {min(group)}
        while more := {c for c in left if any(frozenset((c, r)) in links for r in reached)}:
            reached |= more
            left -= more
        assert not left


def test_borders_of_squares():
    squares = [shapely.box(i, 0, i + 1, 1) for i in (0, 1, 2, 9)]
    assert borders("DCBA", squares, 0.1).to_numpy().tolist() == [["B", "C"], ["C", "D"]]
    assert borders([], [], 1.0).empty


def test_catchments_by_hand():
    rows = [("A", "A", 5.0), ("A", "B", 5.0), ("B", "B", 9.0), ("B", "C", 1.0), ("C", "B", 2.0),
            ("C", "C", 8.0)]  # fmt: skip
    found = catchments(pd.DataFrame(rows, columns=COLUMNS), ["B"], primaire=0.5, secondaire=0.2)
    assert found[["code_commune", "aire"]].to_numpy().tolist() == [
        ["A", "primaire"], ["B", "primaire"], ["C", "secondaire"]]  # fmt: skip


def test_agreement_of_zones_by_hand():
    communes = pd.DataFrame(
        {
            "b": ["A", "A", "A", "B", None],
            "e": ["1", "1", "2", "2", "2"],
            "population": [10, 20, 30, 40, 99],
        }
    )
    found = match(communes, "b", "e")
    # A: 30 people in 1, 30 in 2; B: 40 in 2. Zones 1 and 2: 30 in A, 40 in B.
    assert (found.part, found.part_inverse, found.population) == (0.7, 0.7, 100)
    same = match(communes, "b", "b")
    assert (same.part, same.part_inverse) == (1.0, 1.0)
    assert match(communes.iloc[4:], "b", "e").part is None


def test_six_analyses_by_hand():
    communes = pd.DataFrame(
        {
            "code_commune": list("ABCZ"),
            "dans_territoire": [True, True, True, False],
            "population": [100, 100, 0, 300],
            "temps_mg_min": [0.0, 12.0, np.nan, 0.0],
            "code_epci": ["1", "2", None, "2"],
            "bassin": ["A", "A", "A", "Z"],
            "x": [0.0, 6000, 0, 0],
            "y": [0.0, 8000, 0, 0],
        }
    )
    flux = pd.DataFrame([("A", "A", 9.0), ("A", "Z", 1.0), ("B", "A", 4.0)], columns=COLUMNS)
    structures = pd.DataFrame(
        {"categorie": ["MSP", "EHPAD"], "code_commune": ["A", "A"], "x": [0.0, 0], "y": [0.0, 0]}
    )
    sectors = pd.DataFrame({"code_commune": ["A", "B"], "secteur": ["s1", "s2"]})
    found = care_area(communes, flux, structures, sectors, temps_min=(10, 15, 20), appui_km=7.0)
    score = found.pivot_table(index="code_commune", columns="analyse", values="score")
    assert score.loc["A"].to_dict() == pytest.approx(
        {"appui": 1, "dynamique": 1, "epci": 1, "flux": 0.9, "secteur_garde": 1, "temps": 1}
    )
    assert score.loc["B"].to_dict() == pytest.approx(
        {"appui": 0.5, "dynamique": 0.5, "epci": 0.25, "flux": 1, "secteur_garde": 0, "temps": 0.5}
    )
    whole = found.loc[found["niveau"] == "territoire"].set_index("analyse")["score"]
    assert whole["flux"] == pytest.approx(0.95)
    assert whole["temps"] == pytest.approx(0.75)
    # EPCI 2 has 600 people beyond the closed area, 1 000 in all.
    wide = care_area(
        communes,
        flux,
        structures,
        sectors,
        temps_min=(10, 15, 20),
        appui_km=7.0,
        habitants_epci=pd.Series({"1": 100, "2": 1000, "3": 5}),
    )
    shares = wide.loc[wide["analyse"] == "epci"].set_index("code_commune")["valeur"]
    assert shares.loc[["A", "B"]].tolist() == pytest.approx([1, 0.1])
    blank = care_area(communes, flux, None, None, temps_min=(10, 15, 20), appui_km=7.0)
    missing = blank.loc[blank["score"].isna() & (blank["niveau"] == "territoire")]
    assert missing["analyse"].tolist() == ["secteur_garde", "dynamique", "appui"]
    assert missing["source"].str.startswith("manque : fichier").all()
    assert len(blank) == len(ANALYSES) * 4
