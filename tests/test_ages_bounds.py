"""What the rule of groups tells itself: two zones that are no group give each other back."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from diagterritoire.core.care.gp_bounds import closed, first_lots, opened
from diagterritoire.core.care.gp_groups import grouped

SECRET = 5


def gps(counts: dict[str, tuple[int, int]], each: int = 4) -> tuple[pd.DataFrame, pd.DataFrame]:
    """GPs of zones, their number and that of those over 65, in communes of `each` or fewer."""
    rows = [
        (f"{zone}{k // each}", zone, 70.0 if k < older else 50.0)
        for zone, (number, older) in counts.items()
        for k in range(number)
    ]
    table = pd.DataFrame(rows, columns=["code_commune", "bassin", "age"])
    zones = table[["code_commune", "bassin"]].drop_duplicates().assign(departement="d")
    return table.assign(rang=range(len(table)), consultations_comptees=1.0), zones


def groups(counts: dict[str, tuple[int, int]]) -> dict[str, str]:
    table, zones = gps(counts)
    found = grouped(table.drop(columns="bassin"), zones, secret=SECRET, age_max=65)
    return dict(zip(table["bassin"], found["groupe"], strict=True))


def test_zones_that_would_give_each_other_back_are_no_group():
    # None of the two is a group: 0 to 4 older each. Eight in all would be four in each.
    both = {"A": (12, 4), "B": (12, 4)}
    assert set(groups(both).values()) == {"reste"}
    # Nothing is known of C, too small to be a group whoever its GPs are: it hides the others.
    assert set(groups(both | {"C": (9, 0)}).values()) == {"departement d"}
    # Three of 0 to 4: up to eight in all, each may have none.
    assert set(groups({"A": (12, 4), "B": (12, 3), "C": (12, 1)}).values()) == {"departement d"}
    assert set(groups({"A": (12, 4), "B": (12, 3), "C": (12, 2)}).values()) == {"reste"}


def test_bounds_by_hand():
    table, _ = gps({"A": (12, 4), "B": (12, 9), "C": (3, 1)})
    left = table.assign(lot=table["code_commune"], age_plus=table["age"] > 65)
    lots = first_lots(left)
    assert lots.loc[["A0", "C0"]].to_numpy().tolist() == [[0, 4, 4], [0, 3, 3]]
    found, bounds = closed(left, lots, "bassin", SECRET, pd.Index(["A", "B", "C"]))
    # C is of fewer than ten: that it is no group tells nothing.
    assert sorted(set(found["lot"])) == ["C0", "bassin A", "bassin B"]
    assert bounds.loc[["bassin A", "bassin B"]].to_numpy().tolist() == [[0, 4, 12], [8, 12, 12]]
    same, _ = closed(left, lots, "bassin", SECRET, pd.Index([]))
    assert same["lot"].tolist() == left["lot"].tolist()


@pytest.mark.parametrize(
    ("older", "open_"), [((4, 4, 0), False), ((4, 0, 0), True), ((0, 0, 0), False)]
)
def test_a_lot_keeps_its_values_by_hand(older, open_):
    # Lots of 0 to 4, 0 to 4 and 0 to 1: four in all let the first two be anything, eight do not,
    # and none in all tells that each has none.
    sizes = (12, 12, 1)
    lots = pd.DataFrame({"bas": 0, "haut": [4, 4, 1], "nombre": sizes}, index=list("ABC"))
    left = pd.DataFrame(
        {
            "rang": range(sum(sizes)),
            "lot": np.repeat(list("ABC"), sizes),
            "zone": "z",
            "age_plus": np.concatenate(
                [np.arange(n) < k for n, k in zip(sizes, older, strict=True)]
            ),
        }
    )
    assert opened(left, lots, "zone", SECRET).to_dict() == {"z": open_}


def drawn(seed: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    rng = np.random.default_rng(seed)
    codes = np.array([f"{k:05d}" for k in range(30)])
    zones = pd.DataFrame({"code_commune": codes, "bassin": [f"b{k % 9}" for k in range(30)]})
    zones = zones.assign(departement=[f"d{k % 9 // 3}" for k in range(30)])
    table = pd.DataFrame({"code_commune": np.repeat(codes, rng.choice([1, 2, 4, 9, 15], 30))})
    ages = np.where(rng.random(len(table)) < 0.2, 70.0, 50.0)
    return table.assign(age=ages, rang=range(len(table)), consultations_comptees=1.0), zones


@pytest.mark.parametrize("seed", range(8))
def test_the_rule_narrows_no_zone_that_it_left(seed):
    """Who has the number of older GPs of each group, and why a zone is none, by hand."""
    gps_, zones = drawn(seed)
    found = grouped(gps_, zones, secret=SECRET, age_max=65)
    table = gps_.assign(groupe=found["groupe"], vieux=gps_["age"] > 65).merge(zones)
    table = table.assign(pays="tous")
    levels = ["code_commune", "bassin", "departement", "pays"]
    for group, members in table.groupby("groupe"):
        rank = levels.index(group.split()[0]) if group != "reste" else 0
        if not rank:
            continue
        parts = members.groupby(levels[rank - 1])
        most = parts["code_commune"].agg(lambda c: c.value_counts().max())
        ends = parts["vieux"].agg(["sum", "size"]).assign(bas=0, autres=parts.size() - most)
        few = (ends["sum"] < SECRET) & (ends["size"] >= 2 * SECRET)
        few &= (ends["autres"] >= SECRET) | (rank == 1)
        haut = ends["size"].where(~few, SECRET - 1)
        total = ends["sum"].sum()
        low = np.maximum(0, total - (haut.sum() - haut))
        assert (np.minimum(haut, total) - low >= np.minimum(haut, SECRET - 1)).all()


# A is cut by its zone: of its 6 GPs, 3 to 6 of them older, 4 are here, hence 1 to 4 older. Nothing
# is known of B, nor of C.
CUT = pd.DataFrame(
    {"bas": [3, 0, 0], "haut": [6, 5, 9], "nombre": [6, 5, 9]}, index=["A", "B", "C"]
)


@pytest.mark.parametrize(
    ("older", "secret", "open_"),
    [
        # 3 in all: A from 1 to 3, B from 0 to 2.
        ({"A": (4, 2), "B": (5, 1)}, 3, True),
        ({"A": (4, 2), "B": (5, 1)}, 4, False),
        # 4 in all: A from 1 to 4, all it may be; B from 0 to 3, one less than the five asked.
        ({"A": (4, 3), "B": (5, 1)}, 4, True),
        ({"A": (4, 3), "B": (5, 1)}, 5, False),
        # 9 in all, with two of which nothing is known: A may still be all it was.
        ({"A": (4, 3), "B": (9, 3), "C": (9, 3)}, 5, True),
    ],
)
def test_a_lot_cut_by_a_zone_by_hand(older, secret, open_):
    rows = [(lot, k < old) for lot, (size, old) in older.items() for k in range(size)]
    left = pd.DataFrame(rows, columns=["lot", "age_plus"]).assign(rang=range(len(rows)), zone="z")
    lots = CUT.assign(haut=CUT["haut"].where(CUT.index != "B", older["B"][0]))
    lots = lots.assign(nombre=lots["nombre"].where(lots.index != "B", older["B"][0]))
    assert opened(left, lots, "zone", secret).to_dict() == {"z": open_}


@pytest.mark.parametrize(("older", "younger", "made"), [(2, 3, False), (3, 2, False), (1, 3, True)])
def test_a_zone_with_enough_on_both_sides_is_no_lot(older, younger, made):
    rows = [True] * older + [False] * younger
    left = pd.DataFrame({"age_plus": rows, "lot": "A", "zone": "z", "rang": range(len(rows))})
    lots = pd.DataFrame({"bas": 0, "haut": 5, "nombre": 5}, index=["A"])
    found, _ = closed(left, lots, "zone", 2, pd.Index(["z"]))
    assert (set(found["lot"]) == {"zone z"}) is made
