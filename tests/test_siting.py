"""Where to place sites: every aim beside all the subsets, valued from its definition."""

from __future__ import annotations

import math
from itertools import combinations, product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diagterritoire.core.access.floating import floating_catchment
from diagterritoire.core.siting.cover import least_cover
from diagterritoire.core.siting.nearest import containment, coverage, median, nearest_program
from diagterritoire.core.siting.problem import state
from diagterritoire.core.siting.program import solve
from diagterritoire.core.siting.ranking import best, ranked, splits
from diagterritoire.core.siting.reduction import promising
from diagterritoire.core.siting.shortfall import shortfall, shortfall_program
from diagterritoire.decay import steps
from diagterritoire.errors import DataError

CEILING, WITHIN = 60.0, 15.0
DECAY = steps((10.0, 15.0, 20.0), (1.0, 2 / 3, 1 / 3))
LARGE = settings(deadline=None, max_examples=10, derandomize=True)
APL = {"decay": DECAY, "seuil": 2.5, "par_etp": 300.0}


@st.composite
def cases(draw, candidates=6, places=5):
    """Communes with a present time that may be missing, and times that may be missing too."""
    names = list("stuvwxyz")[: draw(st.integers(1, candidates))]
    codes = list("ABCDEFG")[: draw(st.integers(1, places))]
    minutes = st.one_of(st.none(), st.sampled_from([0.0, 5.0, 10.0, 12.0, 15.0, 20.0, 31.0]))
    rows = [(c, n, draw(minutes)) for c in codes for n in names]
    trajets = pd.DataFrame(
        [row for row in rows if row[2] is not None],
        columns=["code_commune", "candidat", "temps_min"],
    ).astype({"temps_min": "float64"})
    present = st.one_of(st.none(), st.sampled_from([0.0, 9.0, 15.0, 16.0, 25.0, 40.0]))
    people = [draw(st.integers(0, 40)) for _ in codes]
    demande = pd.DataFrame(
        {
            "code_commune": codes,
            "population": people,
            "temps_min": pd.Series([draw(present) for _ in codes], dtype="float64"),
            "dehors": [draw(st.booleans()) for _ in codes],
            "population_standardisee": [1.1 * p for p in people],
            "apl": [draw(st.sampled_from([0.0, 1.0, 2.4, 2.5, 3.0])) for _ in codes],
            "compte": [draw(st.booleans()) for _ in codes],
        }
    )
    kept = ("dehors", "population_standardisee", "apl", "compte")
    return trajets, demande, state(trajets, demande, pd.Series(names, dtype="str"), autres=kept)


def lost(aim, trajets, demande, chosen):
    """Loss of a set of names, from its definition."""
    times = {(r.code_commune, r.candidat): r.temps_min for r in trajets.itertuples()}
    total = 0.0
    for r in demande.itertuples():
        near = min([times.get((r.code_commune, n), math.inf) for n in chosen], default=math.inf)
        now = math.inf if math.isnan(r.temps_min) else r.temps_min
        if aim == "couverture":
            total += r.population * (min(near, now) > WITHIN)
        elif aim == "temps":
            total += r.population * min(near, CEILING if math.isinf(now) else now)
        else:
            total += r.population * (r.dehors and not near < now)
    return total


def program_of(aim, problem, added=None):
    values = {
        "couverture": lambda: coverage(problem, WITHIN),
        "temps": lambda: median(problem, CEILING),
        "maintien": lambda: containment(problem),
    }
    return nearest_program(values[aim](), added)


def names_of(problem, program, choice):
    return tuple(problem.candidats[program.candidat[o]] for o in choice)


AIMS = ("couverture", "temps", "maintien")


@pytest.mark.parametrize("aim", AIMS)
@LARGE
@given(case=cases(), size=st.integers(1, 4))
def test_the_best_is_that_of_every_subset(aim, case, size):
    trajets, demande, problem = case
    program = program_of(aim, problem)
    known = [lost(aim, trajets, demande, s) for s in combinations(problem.candidats, size)]
    for found in (solve(program, size), best(program, size)):
        if not known:
            assert not found.found
            assert (
                found.motif
                == f"{size} sites demandés pour {len(problem.candidats)} candidats admis"
            )
            continue
        assert found.loss == pytest.approx(min(known))
        assert found.gap == 0
        names = names_of(problem, program, found.choice)
        assert lost(aim, trajets, demande, names) == pytest.approx(found.loss)
        assert program.base == pytest.approx(lost(aim, trajets, demande, ()))


def brute_order(value, choices, base, count):
    """Useful choices in order: rank, value, whether tied. None when a useless one is better."""
    everything = [(value(c), c) for c in choices]
    useful = []
    for v, c in everything:
        rests = [c[:i] + c[i + 1 :] for i in range(len(c))]
        if all(value(rest) > v + 1e-6 for rest in rests) and v < base - 1e-6:
            useful.append(v)
    least = min((v for v, _ in everything), default=math.inf)
    useful.sort()
    if not useful or useful[0] > least + 1e-6:
        return []
    rows = []
    for v in useful[:count]:
        rank = 1 + sum(other < v - 1e-6 for other in useful)
        rows.append((rank, v, sum(abs(other - v) < 1e-6 for other in useful) > 1))
    return rows


def told(ranking):
    return [(r.rang, pytest.approx(r.outcome.loss), r.ex_aequo) for r in ranking.choices]


@pytest.mark.parametrize("few", [10**6, 0])
@pytest.mark.parametrize("aim", AIMS)
@LARGE
@given(case=cases(candidates=5), size=st.integers(1, 3))
def test_the_ranking_is_the_order_of_every_subset(aim, few, case, size):
    """Valued one by one, or found by programs that cut off those before."""
    trajets, demande, problem = case
    program = program_of(aim, problem)
    expected = brute_order(
        lambda names: lost(aim, trajets, demande, names),
        list(combinations(problem.candidats, size)),
        program.base,
        10,
    )
    found = ranked(program, size, 10, few=few)
    assert told(found) == expected
    assert bool(found.motif) == (not expected)
    assert all(r.outcome.gap == 0 for r in found.choices)


@LARGE
@given(
    case=cases(), size=st.integers(1, 3), added=st.lists(st.integers(0, 90), min_size=6, max_size=6)
)
def test_a_candidate_may_cost(case, size, added):
    trajets, demande, problem = case
    names = list(problem.candidats)
    cost = dict(zip(names, map(float, added), strict=False))
    program = program_of("temps", problem, np.array([cost[n] for n in names]))
    known = [
        lost("temps", trajets, demande, s) + sum(cost[n] for n in s)
        for s in combinations(names, size)
    ]
    found = best(program, size)
    assert found.found == bool(known)
    if known:
        assert found.loss == pytest.approx(min(known))


def missing_after(problem, demande, trajets, chosen):
    """Consultations missing, the APL computed again with the new sites beside the others."""
    supply = pd.DataFrame(
        {"site_id": [n for n, _ in chosen], "consultations": [300.0 * e for _, e in chosen]}
    ).astype({"site_id": "str", "consultations": "float64"})
    kept = trajets.loc[trajets["candidat"].isin(supply["site_id"])]
    more, _ = floating_catchment(
        kept.rename(columns={"candidat": "site_id"}), demande, supply, decay=DECAY
    )
    table = demande.merge(more, on="code_commune", suffixes=("", "_plus"), validate="one_to_one")
    gap = (2.5 - table["apl"] - table["apl_plus"]).clip(lower=0) * table["compte"]
    return float((gap * table["population_standardisee"]).sum())


@LARGE
@given(case=cases(candidates=4), size=st.integers(1, 3), total=st.sampled_from([1.0, 2.0, 3.0]))
def test_the_apl_gain_is_that_of_every_choice_within_the_staff(case, size, total):
    trajets, demande, problem = case
    levels = (1.0, 2.0)
    program = shortfall_program(shortfall(problem, levels, **APL), total)
    choices = [
        tuple(zip(names, etp, strict=True))
        for names in combinations(problem.candidats, size)
        for etp in product(levels, repeat=size)
        if sum(etp) <= total
    ]
    known = [missing_after(problem, demande, trajets, choice) for choice in choices]
    found = best(program, size)
    assert found.found == bool(known)
    if not known:
        assert "candidats admis" in found.motif or "dépassent" in found.motif
        return
    assert found.loss == pytest.approx(min(known), abs=1e-6)
    assert found.gap == 0
    for split in splits(total, size, 1.0):
        if max(split) > 2:
            continue
        same = [
            v
            for v, c in zip(known, choices, strict=True)
            if sorted(e for _, e in c) == sorted(split)
        ]
        assert best(program, size, split=split).loss == pytest.approx(min(same), abs=1e-6)


@LARGE
@given(case=cases(candidates=4), size=st.integers(1, 2), few=st.sampled_from([10**6, 0]))
def test_the_order_of_the_apl_gain(case, size, few):
    trajets, demande, problem = case
    program = shortfall_program(shortfall(problem, (1.0,), **APL), 9.0)
    expected = brute_order(
        lambda names: missing_after(problem, demande, trajets, [(n, 1.0) for n in names]),
        list(combinations(problem.candidats, size)),
        program.base,
        5,
    )
    found = ranked(program, size, 5, split=(1.0,) * size, few=few)
    assert told(found) == [(r, pytest.approx(v, abs=1e-6), t) for r, v, t in expected]


@pytest.mark.parametrize("aim", AIMS)
@LARGE
@given(case=cases(), size=st.integers(1, 3))
def test_one_site_more_and_one_candidate_more_never_worsen(aim, case, size):
    trajets, demande, problem = case
    program = program_of(aim, problem)
    names = list(problem.candidats)
    if size + 1 <= len(names):
        assert best(program, size + 1).loss <= best(program, size).loss + 1e-6
        fewer = state(trajets, demande, pd.Series(names[1:], dtype="str"), autres=("dehors",))
        assert best(program, size).loss <= best(program_of(aim, fewer), size).loss + 1e-6
    if size <= len(names):
        assert best(program, size).loss <= program.base + 1e-6


@LARGE
@given(case=cases(), size=st.integers(1, 3), slack=st.sampled_from([0.0, 50.0]))
def test_what_is_left_out_is_in_no_good_choice(case, size, slack):
    _, _, problem = case
    for aim in AIMS:
        program = program_of(aim, problem)
        if size > program.most:
            continue
        known = best(program, size).loss + slack
        kept = set(promising(program, size, known).tolist())
        for choice in combinations(range(program.most), size):
            if program.loss(choice) <= known:
                assert set(choice) <= kept


@LARGE
@given(case=cases(), everybody=st.booleans())
def test_the_least_cover_is_that_of_every_subset(case, everybody):
    trajets, demande, problem = case
    near = trajets.loc[trajets["temps_min"] <= WITHIN]
    reach = {c: set(g["candidat"]) for c, g in near.groupby("code_commune")}
    far = demande.loc[~(demande["temps_min"] <= WITHIN) & (demande["population"] > 0)]
    asked = [c for c in far["code_commune"] if c in reach]
    found = least_cover(problem, WITHIN, everybody=everybody)
    beyond = far.loc[~far["code_commune"].isin(asked), "population"].sum()
    assert found.beyond == beyond
    if everybody and beyond:
        assert not found.choice
        assert "d'aucun candidat" in found.motif
        return
    sizes = [
        k
        for k in range(len(problem.candidats) + 1)
        for s in combinations(problem.candidats, k)
        if all(reach[c] & set(s) for c in asked)
    ]
    assert len(found.choice) == found.bound == min(sizes)
    names = {problem.candidats[j] for j in found.choice}
    assert all(reach[c] & names for c in asked)
    assert found.covered == far.loc[far["code_commune"].isin(asked), "population"].sum()


def small():
    """Two far villages, each its own candidate; a town between that has a GP."""
    trajets = pd.DataFrame(
        [("A", "a", 0.0), ("A", "v", 12.0), ("B", "b", 0.0), ("B", "v", 14.0), ("V", "v", 0.0)],
        columns=["code_commune", "candidat", "temps_min"],
    )
    demande = pd.DataFrame(
        {
            "code_commune": ["A", "B", "V"],
            "population": [100, 60, 900],
            "temps_min": [40.0, None, 0.0],
        }
    )
    return state(trajets, demande, pd.Series(["a", "b", "v"]))


def test_by_hand():
    """The town, in reach of both villages, covers them; the largest village saves most minutes."""
    problem = small()
    cover = nearest_program(coverage(problem, 15.0))
    assert (best(cover, 1).choice, best(cover, 1).loss, cover.base) == ((2,), 0.0, 160.0)
    time = nearest_program(median(problem, 60.0))
    assert time.base == 100 * 40 + 60 * 60
    assert best(time, 1).choice == (2,)
    assert best(time, 1).loss == 100 * 12 + 60 * 14
    assert best(time, 2).choice == (0, 1)
    assert best(time, 2).loss == 0


def test_a_useless_site_more_is_said():
    problem = small()
    program = nearest_program(coverage(problem, 15.0))
    assert [r.rang for r in ranked(program, 1, 10).choices] == [1, 2, 3]
    fewer = state(
        pd.DataFrame({"code_commune": ["A", "A"], "candidat": ["a", "v"], "temps_min": 9.0}),
        problem.demande,
        pd.Series(["a", "v"]),
    )
    program = nearest_program(coverage(fewer, 15.0))
    assert ranked(program, 2, 10).motif == "un site de plus n'apporte rien"
    near = state(
        small().demande.assign(candidat="a")[["code_commune", "candidat", "temps_min"]].iloc[:1],
        small().demande.assign(temps_min=9.0),
        pd.Series(["a"]),
    )
    nobody = nearest_program(coverage(near, 15.0))
    assert "aucun candidat n'améliore" in ranked(nobody, 1, 10).motif


def test_ties_share_a_rank():
    trajets = pd.DataFrame(
        {"code_commune": ["A", "B", "C"], "candidat": ["x", "y", "z"], "temps_min": 1.0}
    )
    demande = pd.DataFrame(
        {"code_commune": ["A", "B", "C"], "population": [10, 20, 20], "temps_min": 30.0}
    )
    problem = state(trajets, demande, pd.Series(["x", "y", "z"]))
    program = nearest_program(coverage(problem, 15.0))
    for few in (10, 0):
        found = ranked(program, 1, 2, few=few).choices
        assert [(r.outcome.choice, r.rang, r.ex_aequo) for r in found] == [
            ((1,), 1, True),
            ((2,), 1, True),
        ]


def test_too_little_staff_is_said():
    problem = state(
        small().demande.assign(candidat="a")[["code_commune", "candidat", "temps_min"]].iloc[:1],
        small().demande.assign(population_standardisee=9.0, apl=0.0, compte=True),
        pd.Series(["a", "b"]),
        autres=("population_standardisee", "apl", "compte"),
    )
    program = shortfall_program(shortfall(problem, (2.0, 3.0), **APL), 3.0)
    assert (
        solve(program, 2).motif
        == "2 sites d'au moins 2 temps plein dépassent les 3 temps plein disponibles"
    )


def test_an_interrupted_search_keeps_a_choice_and_says_how_far_it_may_be():
    rng = np.random.default_rng(3)
    xy = rng.uniform(0, 60, (90, 2))
    minutes = np.hypot(*(xy[:, None] - xy[None]).transpose(2, 0, 1))
    codes = [f"{n:05d}" for n in range(90)]
    trajets = pd.DataFrame(
        {
            "code_commune": np.repeat(codes, 90),
            "candidat": np.tile(codes, 90),
            "temps_min": minutes.ravel(),
        }
    )
    people = rng.integers(10, 900, 90)
    demande = pd.DataFrame({"code_commune": codes, "population": people, "temps_min": np.nan})
    program = nearest_program(median(state(trajets, demande, pd.Series(codes)), 120.0))
    found = best(program, 12, limit_s=0.0)
    assert len(found.choice) == 12
    assert found.bound <= found.loss
    proved = best(program, 12)
    assert proved.gap == 0
    assert found.bound <= proved.loss <= found.loss


def test_splits_share_everything():
    for size in (1, 2, 3, 4):
        known = {
            tuple(sorted((0.5 * n for n in one), reverse=True))
            for one in product(range(1, 7), repeat=size)
            if sum(one) == 6
        }
        found = splits(3.0, size, 0.5)
        assert set(found) == known
        assert len(found) == len(known)


def test_what_is_wrong_is_said():
    trajets = pd.DataFrame({"code_commune": ["A", "A"], "candidat": "x", "temps_min": [1.0, 2.0]})
    demande = pd.DataFrame({"code_commune": ["A"], "population": [1], "temps_min": [5.0]})
    with pytest.raises(DataError, match="répétés, par exemple A vers x"):
        state(trajets, demande, pd.Series(["x"]))
    with pytest.raises(DataError, match="vides ou négatives, par exemple pour A"):
        state(trajets.iloc[:1], demande.assign(population=-1), pd.Series(["x"]))
    with pytest.raises(DataError, match="partagent un identifiant"):
        state(trajets.iloc[:1], demande, pd.Series(["x", "x"]))
