"""The rule of the ministry and the means of GPs, at the edge of what they allow."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diagterritoire.core.care.activity import counted_activity
from diagterritoire.core.care.gp_means import means_by_commune
from diagterritoire.core.care.gp_places import places_of

ZONES = pd.DataFrame({"code_commune": list("ABCD"), "bassin_vie": list("xxxy")})


def gps(rows: list[tuple[str, float, float]]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["code_commune", "part", "consultations_comptees"])
    return table.assign(medecin=table.index, connu=True)


def full(**communes: list[float]) -> pd.DataFrame:
    return gps([(code, 1.0, acts) for code, every in communes.items() for acts in every])


def means(table: pd.DataFrame, secret: int, reste: float = 0.0, zones: pd.DataFrame = ZONES):
    found, levels = means_by_commune(table, zones, secret=secret, reste_min=reste)
    return found.to_dict(), levels["niveau"].tolist()


def test_bounds_of_activity_may_be_equal() -> None:
    medecins = pd.DataFrame({"consultations": [0.0, 100.0, None]})
    table, _ = counted_activity(
        medecins, plancher=0, valeur_plancher=0, plafond=0, nouveau=5400, inconnue=4220
    )
    assert table["consultations_comptees"].tolist() == [0.0, 0.0, 4220.0]


def test_a_mean_of_one_is_given_when_one_is_enough() -> None:
    found = means(full(A=[4000.0], C=[6000.0]), 1)
    assert found == ({"A": 4000.0, "C": 6000.0}, ["code_commune", "code_commune"])


def test_a_gp_of_no_share_has_no_mean_even_when_nothing_is_hidden() -> None:
    found = means(gps([("A", 0.0, 9000.0), ("B", 0.5, 5000.0)]), 0)
    assert found == ({"B": 5000.0}, [None, "code_commune"])


def test_who_fills_no_zone_has_no_mean() -> None:
    rows = [("D", 1.0, 4000.0), ("A", 1.0, 4000.0)]
    found, levels = means_by_commune(gps(rows), ZONES, secret=3, reste_min=0.0)
    assert found.empty
    assert found.dtype == "float64"
    assert levels["code_commune"].tolist() == ["A", "D"]
    assert levels.index.tolist() == [0, 1]
    assert levels["niveau"].tolist() == [None, None]
    empty = gps([]).astype({"code_commune": "str"})
    none, levels = means_by_commune(empty, ZONES, secret=3, reste_min=0.0)
    assert none.empty
    assert levels.empty


def test_communes_hide_in_a_zone_with_enough_gps_outside_the_largest() -> None:
    # Three in A, one in B: those of A would read the one of B.
    five = {"A": [4000.0, 5000.0, 6000.0], "B": [4200.0]}
    assert means(full(**five), 4) == ({}, [None, None])
    # Four in all, and three beside A: not the four wanted. One more, and C is told with them.
    few = full(**five, C=[4400.0, 4600.0])
    assert means(few, 4) == ({}, [None] * 3)
    told, levels = means(full(**five, C=[4400.0, 4600.0, 5000.0]), 4)
    assert told == pytest.approx(dict.fromkeys("ABC", 33_200 / 7))
    assert levels == ["bassin_vie"] * 3
    # The largest is so by what it has known, whichever it is.
    assert means(full(A=[4200.0], B=[5000.0] * 3), 3)[0] == {"B": 5000.0}
    assert means(full(A=[4200.0] * 2, B=[5000.0] * 2, D=[4800.0]), 3)[1] == ["pays"] * 3


def test_who_does_nothing_hides_nobody() -> None:
    # One does 4 000 acts beside two who do none: the mean, 1 333, would be that one's.
    assert means(full(A=[4000.0, 0.0, 0.0]), 3)[0] == {}
    assert means(full(A=[4000.0, 4000.0, 0.0]), 3)[0] == {}
    assert means(full(A=[4000.0, 4000.0, 1.0]), 3)[0] == {"A": 2667.0}
    assert means(full(A=[4000.0, 4000.0, 4000.0, 0.0]), 3)[0] == {"A": 3000.0}
    # Nor who is new, whose acts are imputed, though the mean counts them.
    new = full(A=[4000.0, 4000.0, 4000.0, 5400.0])
    new["connu"] = [True, True, True, False]
    assert means(new, 4)[0] == {}
    assert means(new, 3)[0] == {"A": 4350.0}


@pytest.mark.parametrize(("third", "shown"), [(600.0, True), (599.0, False)])
def test_who_does_most_hides_behind_the_others_than_the_second(third: float, shown: bool) -> None:
    # The second takes its 1 000 off and reads 4 000 within what the third does: 15 % of it.
    found, _ = means(full(A=[1000.0, third, 4000.0]), 3, 0.15)
    assert (found == {"A": pytest.approx((5000 + third) / 3)}) is shown
    # An imputed activity is known to all: it hides nothing.
    new = full(A=[1000.0, third, 4000.0, 5400.0])
    new["connu"] = [True, True, True, False]
    assert (means(new, 3, 0.15)[0] != {}) is shown
    # So do communes: the two of B do 4 000, that of A 1 000, those of C a third.
    table = full(A=[1000.0], B=[2000.0, 2000.0], C=[third / 2] * 2)
    assert (means(table, 3, 0.15)[0] != {}) is shown
    # Shares count: half of what is twice as much.
    halves = gps([("A", 0.5, 2000.0), ("A", 0.5, 2 * third), ("A", 0.5, 8000.0)])
    assert (means(halves, 1, 0.15)[0] != {}) is shown


def test_a_dominated_commune_waits_for_its_zone() -> None:
    # A has its four, and one of them does nearly all: B and C hide it with their own.
    table = full(A=[9000.0, 100.0, 100.0, 100.0], B=[4000.0] * 2, C=[4200.0] * 2)
    told, levels = means(table, 4, 0.15)
    assert told == pytest.approx(dict.fromkeys("ABC", 25_700 / 8))
    assert levels == ["bassin_vie"] * 3


def test_communes_that_share_a_gp_are_one() -> None:
    # Three GPs of a city, listed in A and B, and one of A alone: were A and B told apart, the
    # difference would be that one. C is elsewhere.
    table = full(A=[3000.0, 4000.0, 5000.0, 6000.0], B=[3000.0, 4000.0, 5000.0], C=[4000.0] * 3)
    table["medecin"] = [0, 1, 2, 3, 0, 1, 2, 4, 5, 6]
    told, levels = means(table, 3)
    assert told == {"A": 4500.0, "B": 4500.0, "C": 4000.0}
    assert levels == ["code_commune"] * 3
    # In a zone too they are one, each GP once: three of the city, two of C, one of D.
    table = table.iloc[[0, 1, 2, 4, 5, 6, 7, 8]]
    table = pd.concat([table, full(D=[4600.0]).assign(medecin=9)], ignore_index=True)
    assert means(table, 4)[0] == {}
    zones = ZONES.assign(bassin_vie="x")
    told, levels = means(table, 3, zones=zones)
    assert told == pytest.approx({"A": 4000.0, "B": 4000.0})
    table = pd.concat([table, full(D=[4600.0]).assign(medecin=10)], ignore_index=True)
    told, levels = means(table, 4, zones=zones)
    assert told == pytest.approx(dict.fromkeys("ABCD", (12_000 + 8_000 + 9_200) / 7))
    assert levels == ["bassin_vie"] * 4


def test_a_place_is_in_the_zone_of_its_first_commune() -> None:
    # One GP in C and D, of two bassins; with A and B, of that of C.
    table = full(C=[3000.0], D=[3000.0], A=[4000.0], B=[5000.0]).assign(medecin=[0, 0, 1, 2])
    told, levels = means(table, 2)
    assert told == dict.fromkeys("ABCD", 4000.0)
    assert levels == ["bassin_vie"] * 4
    assert places_of(table, "medecin").to_dict() == {"A": "A", "B": "B", "C": "C", "D": "C"}


acts = st.one_of(st.just(0.0), st.sampled_from([10.0, 3600.0, 6000.0, 9000.0]), st.floats(1, 6000))
listed = st.lists(st.tuples(st.sampled_from("ABCDEF"), acts), max_size=22)


@settings(max_examples=40, deadline=None)
@given(listed, st.sets(st.tuples(st.integers(0, 21), st.sampled_from("ABCDEF")), max_size=3))
def test_neither_a_gp_nor_a_commune_reads_another_gp(rows, again) -> None:
    """Whoever knows one GP, or all those of a commune, takes them off the means."""
    rows = [(gp, code, done) for gp, (code, done) in enumerate(rows)]
    rows += [(g, code, rows[g][2]) for g, code in sorted(again) if g < len(rows)]
    table = pd.DataFrame(rows, columns=["medecin", "code_commune", "consultations_comptees"])
    table = table.drop_duplicates(["medecin", "code_commune"]).assign(part=1.0, connu=True)
    zones = pd.DataFrame({"code_commune": list("ABCDEF"), "bassin_vie": list("xxxyyy")})
    secret, reste = 3, 0.15
    found, levels = means_by_commune(table, zones, secret=secret, reste_min=reste)
    told = levels.set_index("code_commune")["niveau"].dropna()
    assert found.index.tolist() == told.index.tolist()
    bassin = zones.set_index("code_commune")["bassin_vie"]
    place = places_of(table, "medecin")
    done = table.drop_duplicates("medecin").set_index("medecin")["consultations_comptees"]
    groups: dict[str, dict[str, set[int]]] = {}
    for gp, code in zip(table["medecin"], table["code_commune"], strict=True):
        if code in told:
            zone = {"code_commune": place[code], "bassin_vie": bassin[place[code]], "pays": ""}
            group = groups.setdefault(told[code] + zone[told[code]], {})
            group.setdefault(place[code], set()).add(gp)
    # Each GP is in one mean: no difference of two tells anything.
    everyone = [gp for group in groups.values() for gp in set().union(*group.values())]
    assert len(everyone) == len(set(everyone))
    for group in groups.values():
        whole = set().union(*group.values())
        for code in group:
            assert found[code] * len(whole) == pytest.approx(done[list(whole)].sum())
        known = list(group.values()) if len(group) > 1 else [{gp} for gp in whole]
        for seen in known:
            others = done[list(whole - seen)]
            assert (others > 0).sum() >= secret - (len(group) == 1)
            assert others.sum() - others.max() >= reste * others.max() - 1e-6
