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
