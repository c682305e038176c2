"""What is hidden, by hand: groups and classes of ages, limits of flows and of the survey."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from diagterritoire.core import row_secrecy
from diagterritoire.core.care.gp_groups import around, grouped, shared_within
from diagterritoire.core.flows.fitting import fit_flows
from diagterritoire.core.flows.secrecy import shown
from diagterritoire.core.survey.secrecy import parts, told


def people(rows):
    table = pd.DataFrame(rows, columns=["code_commune", "age", "consultations_comptees"])
    return table.assign(rang=range(len(table)))


ZONES = pd.DataFrame({"code_commune": list("ABCD"), "bassin_vie": ["x", "x", "x", "y"]})


def test_groups_by_hand():
    # A has two on each side. B and C, of its bassin de vie, have one older each: together two, and
    # two others beside each. D has nobody over 65 and is left alone: its two GPs are the rest.
    rows = [("A", 40, 1.0), ("A", 60, 3.0), ("A", 66, 5.0), ("A", 70, 7.0)]
    rows += [("B", 50, 2.0), ("B", 67, 2.0), ("C", 52, 4.0), ("C", 71, 6.0)]
    rows += [("D", 44, 1.0), ("D", 48, 2.0), ("D", None, 9.0)]
    found = grouped(people(rows), ZONES, secret=2, age_max=65)
    groups = ["code_commune A"] * 4 + ["bassin_vie x"] * 4 + ["reste"] * 2
    columns = ["code_commune", "rang", "groupe", "age", "consultations_comptees"]
    assert sorted(found.columns) == sorted(columns)
    assert found["groupe"].tolist()[:10] == groups
    ages = [50.0, 50.0, 68.0, 68.0, 51.0, 69.0, 51.0, 69.0, 46.0, 46.0]
    assert found["age"].tolist()[:10] == ages
    activity = [2.0, 2.0, 6.0, 6.0, 3.0, 4.0, 3.0, 4.0, 1.5, 1.5]
    assert found["consultations_comptees"].tolist()[:10] == activity
    # Whose age is unknown has no group, and the mean activity of all.
    assert found["groupe"].isna().tolist()[10]
    assert np.isnan(found["age"].iloc[10])
    assert found["consultations_comptees"].iloc[10] == pytest.approx(33 / 10)


def test_sixty_five_is_young_to_the_eve_of_sixty_six():
    rows = [("A", 65.9, 1.0), ("A", 65, 1.0), ("A", 66, 1.0), ("A", 66.1, 1.0)]
    found = grouped(people(rows), ZONES, secret=2, age_max=65)
    assert found["age"].tolist() == pytest.approx([65.45, 65.45, 66.05, 66.05])
    assert set(found["groupe"]) == {"code_commune A"}


def test_each_side_has_enough():
    for ages in ((40, 66, 70), (40, 45, 70)):
        found = grouped(people([("A", a, 1.0) for a in ages]), ZONES, secret=2, age_max=65)
        assert set(found["groupe"]) == {"reste"}
        assert found["age"].tolist() == pytest.approx([sum(ages) / 3] * 3)


def test_a_large_commune_hides_in_no_small_group():
    # B has three younger and one older, C one of each: all but C's two would be B's. They wait for
    # the other bassins de vie, where D brings two more.
    rows = [("B", 40, 1.0), ("B", 41, 1.0), ("B", 42, 1.0), ("B", 66, 1.0), ("C", 68, 1.0)]
    # Nor are they left together: those of B would know C's. B is alone, C is told with nobody.
    apart = grouped(people(rows), ZONES, secret=2, age_max=65)
    assert apart["groupe"].tolist()[:4] == ["reste"] * 4
    assert apart["groupe"].isna().tolist()[4]
    assert apart["age"].tolist()[:4] == [40.5, 40.5, 54.0, 54.0]
    assert np.isnan(apart["age"].iloc[4])
    wide = grouped(people([*rows, ("D", 50, 1.0)]), ZONES, secret=2, age_max=65)
    assert set(wide["groupe"]) == {"pays tous"}
    enough = grouped(people([*rows, ("C", 50, 1.0)]), ZONES, secret=2, age_max=65)
    assert set(enough["groupe"]) == {"bassin_vie x"}


def test_so_few_that_nothing_is_used():
    rows = [("A", 40, 3.0), ("B", 66, 5.0), ("C", None, 1.0)]
    found = grouped(people(rows), ZONES, secret=3, age_max=65)
    assert found["groupe"].isna().all()
    assert found["age"].isna().all()
    assert found["consultations_comptees"].isna().all()
    # Two in all, but one outside either: each would know the other.
    assert grouped(people(rows), ZONES, secret=2, age_max=65)["groupe"].isna().all()
    same = grouped(people([*rows, ("D", 68, 4.0)]), ZONES, secret=2, age_max=65)
    assert same["groupe"].tolist()[:2] == ["reste", "reste"]
    assert same["age"].tolist() == pytest.approx([58.0, 58.0, np.nan, 58.0], nan_ok=True)


def test_classes_are_of_the_least_number_or_more():
    rows = [("A", float(age), float(age)) for age in (30, 31, 32, 33, 34, 70, 71)]
    found = grouped(people(rows), ZONES, secret=2, age_max=65)
    # Five younger: a class of two, one of three; in order of age, whatever that of the rows.
    assert found["age"].tolist() == [30.5, 30.5, 33.0, 33.0, 33.0, 70.5, 70.5]
    assert found["consultations_comptees"].tolist() == found["age"].tolist()
    back = grouped(people(rows[::-1]), ZONES, secret=2, age_max=65)
    assert back["age"].tolist()[::-1] == found["age"].tolist()


def test_a_gp_of_a_whole_city_is_one():
    # Two GPs listed in both arrondissements A and B: they are one place, of two people.
    rows = [(c, age, 1.0) for c in "AB" for age in (40, 70)]
    city = people(rows).assign(rang=[0, 1, 0, 1])
    found = grouped(city, ZONES, secret=1, age_max=65)
    assert found["groupe"].tolist() == ["code_commune A"] * 4
    assert found["age"].tolist() == [40.0, 70.0, 40.0, 70.0]
    few = grouped(city, ZONES, secret=2, age_max=65)
    assert few["groupe"].tolist() == ["reste"] * 4
    assert few["age"].tolist() == [55.0] * 4
    assert grouped(city, ZONES, secret=3, age_max=65)["groupe"].isna().all()
    other = people([*rows, ("C", 41, 1.0), ("C", 71, 1.0)]).assign(rang=[0, 1, 0, 1, 2, 3])
    both = grouped(other, ZONES, secret=2, age_max=65)
    # A and B are one commune, the largest: nobody but C's two is outside it, who are enough.
    assert set(both["groupe"]) == {"bassin_vie x"}
    # One more in A alone would be the difference of A and B, were they told apart.
    own = people([*rows, ("A", 71, 1.0), ("A", 41, 1.0)]).assign(rang=[0, 1, 0, 1, 2, 3])
    mixed = grouped(own, ZONES, secret=2, age_max=65)
    assert set(mixed["groupe"]) == {"code_commune A"}
    assert mixed["age"].tolist() == [40.5, 70.5, 40.5, 70.5, 70.5, 40.5]


def test_half_a_group_is_not_kept_without_the_other():
    gps = pd.DataFrame({"code_commune": list("ABCD"), "groupe": ["g", "h", "g", None]})
    found = around(gps, pd.Series(["C", "D"]))
    assert found.columns.tolist() == ["code_commune", "groupe", "dans_aire"]
    assert found.index.tolist() == [0, 1, 2]
    assert found["code_commune"].tolist() == ["A", "C", "D"]
    assert found["dans_aire"].tolist() == [False, True, True]


def test_a_mean_counts_a_person_once():
    gps = pd.DataFrame({"groupe": list("ggg"), "rang": [0, 0, 1], "age": 50.0})
    values = pd.DataFrame({"reste": [1.0, 1.0, 0.0]})
    assert shared_within(values, gps)["reste"].tolist() == [0.5] * 3
    assert shared_within(values, gps.drop(columns="rang"))["reste"].round(3).tolist() == [0.667] * 3
    assert shared_within(values, gps.drop(columns="groupe")) is values
    unknown = gps.assign(age=[50.0, 50.0, np.nan])
    assert shared_within(values, unknown)["reste"].tolist() == [1.0, 1.0, 0.0]


@pytest.mark.parametrize(
    ("primary", "secondary", "safe"),
    [
        # 11 hidden beside 1: nothing above their least, 1 would be certain.
        ([1], [11], False),
        # Above their least: 3 + 6, then 3 + 7. Ten are asked, 9 being what 10 patients hold.
        ([4], [17], False),
        ([4], [18], True),
        ([1], [20], False),
        ([1], [21], True),
        ([10], [12], True),
        ([4], [14, 14], False),
        ([4], [14, 15], True),
        # Small ones alone: two are never enough, for one would be bounded by the other.
        ([10], [], False),
        ([5, 6], [], False),
        ([5, 7], [], False),
        # Three: above their least, from 10 to 18.
        ([4, 4, 4], [], False),
        ([4, 4, 5], [], True),
        ([7, 7, 7], [], True),
        ([7, 7, 8], [], False),
    ],
)
def test_who_knows_the_rules_cannot_narrow_a_cell(primary, secondary, safe):
    cells = (np.array(v, dtype=np.int64) for v in (primary, secondary))
    assert row_secrecy._protected(*cells, 11) is safe


def test_the_sum_of_a_row_with_an_unknown_cell_is_not_told():
    row = np.array([np.nan, 30.0, 4.0])
    assert row_secrecy.hidden(row, 11) == (["primaire", "", "primaire"], False)
    assert row_secrecy.hidden(row[:0], 11) == ([], True)


def test_order_and_numbers_of_what_is_shown():
    columns = ["code_residence", "code_exercice", "patients"]
    rows = [("B", "B", 50), ("A", "C", 4), ("A", "B", 30), ("A", "A", 400), ("C", "C", 0)]
    table = pd.DataFrame(rows, columns=columns).set_axis([7, 3, 9, 1, 5])
    done = shown(table, 11)
    for frame in (done.flux, done.masques):
        assert frame.index.tolist() == list(range(len(frame)))
    assert done.flux.columns.tolist() == columns
    assert done.masques.columns.tolist() == [*columns[:2], "motif"]
    assert done.flux["code_residence"].tolist() == ["A", "B"]
    assert done.masques["code_exercice"].tolist() == ["B", "C"]
    assert done.masques["motif"].tolist() == ["secondaire", "primaire"]
    margins = done.marges.set_index("code_residence")
    # Nothing seen: a margin of none, and none shown.
    assert margins.loc["C"].tolist() == [0.0, 0.0]


def test_the_limits_of_the_survey():
    counts = {"oui": [10], "non": [5]}
    same = {n: n for n in counts}
    # One group alone is that of all: nothing more to tell.
    for numbers in ({"oui": [10], "non": [5]}, {"oui": [10], "non": [10]}):
        one = pd.DataFrame(numbers, index=["mg"])
        assert told(one, 5, grosses=same, premier="mg", reste="reste").lignes.empty
    two = pd.DataFrame({"oui": [5, 5], "non": [5, 5]}, index=["mg", "kine"])
    assert len(told(two, 5, grosses=same, premier="mg", reste="reste").lignes) == 2
    # 9 in all is 4 and 5 at most: not to be told by group, whatever the cells.
    nine = pd.DataFrame({"oui": [9, 0], "non": [5, 5]}, index=["mg", "kine"])
    assert told(nine, 5, grosses=same, premier="mg", reste="reste").lignes.empty
    some = pd.DataFrame({"oui": [9, 0], "non": [5, 6], "bof": [0, 6]}, index=["mg", "kine"])
    three = {n: n for n in some}
    assert told(some, 5, grosses=three, premier="mg", reste="reste").lignes.empty
    # Nobody said the third, nobody is in the third group: neither changes what is told.
    none = pd.DataFrame({"oui": [5, 5], "non": [5, 5], "bof": 0}, index=["mg", "kine"])
    assert len(told(none, 5, grosses=three, premier="mg", reste="reste").lignes) == 2
    none.loc["infirmier"] = 0
    found = told(none, 5, grosses=three, premier="mg", reste="reste")
    assert found.lignes.index.tolist() == ["mg", "kine"]
    # One person makes a group: it is not left out, but told with others.
    alone = pd.DataFrame({"oui": [10, 10, 1], "non": [10, 10, 0]}, index=["mg", "kine", "inf"])
    found = told(alone, 5, grosses=same, premier="mg", reste="reste")
    assert found.lignes.to_numpy().tolist() == [[10, 10], [11, 10]]
    # What is hidden of all is not told by grouping answers: 22, then 3 with 18.
    few = pd.DataFrame({"a": [11, 11], "b": [2, 1], "c": [9, 9]}, index=["mg", "kine"])
    coarse = {"a": "x", "b": "y", "c": "y"}
    found = told(few, 5, grosses=coarse, premier="mg", reste="reste")
    assert found.ensemble == {"a": 22, "b": None, "c": None}
    assert found.lignes.empty
    # Silence is told of ten, not of nine.
    for number, answer in ((9, None), (10, {"oui": 0, "rien": 10})):
        silent = pd.DataFrame({"oui": [0], "rien": [number]}, index=["mg"])
        found = told(silent, 5, grosses={}, premier="mg", reste="reste", muette="rien")
        assert (found and found.ensemble) == answer
    assert parts(pd.Series({"mg": 5, "kine": 0}), 5).montres == ()
    assert parts(pd.Series({"mg": 5, "kine": 5}), 5).montres == ("mg", "kine")
    exact = told(
        pd.DataFrame({"oui": [5], "non": [5]}, index=["mg"]),
        5,
        grosses=same,
        premier="mg",
        reste="reste",
    )
    assert exact.ensemble == {"oui": 5, "non": 5}


def test_a_fit_on_hidden_cells_is_that_of_their_sum():
    columns = ["code_residence", "code_exercice", "temps_min", "consultations"]
    rows = [("A", place, 5.0, offer) for place, offer in (("a", 1.0), ("b", 2.0), ("c", 4.0))]
    choices = pd.DataFrame(rows, columns=columns)
    # Shares of an exponent 1: 4/7 to c, and 3/7 to a and b together, however they are shared.
    seen = choices.assign(patients=[np.nan, np.nan, 40.0])
    left = pd.Series({"A": 30.0})
    found = fit_flows(choices, seen, echelle_min=10.0, restes=left)
    assert found.attraction == pytest.approx(1.0, abs=1e-4)
    assert found.patients == 70.0
    by_hand = 40 * np.log(4 / 7) + 30 * np.log(3 / 7)
    assert found.log_vraisemblance == pytest.approx(by_hand)
    # Without the sum they are no choice: b and c are shared as 2 and 4.
    seen = choices.assign(patients=[np.nan, 20.0, 40.0])
    for rest in (None, pd.Series({"A": np.nan})):
        alone = fit_flows(choices, seen, echelle_min=10.0, restes=rest)
        assert alone.attraction == pytest.approx(1.0, abs=1e-4)
        assert alone.patients == 60.0
