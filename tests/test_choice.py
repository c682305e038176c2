"""Second and third GP, GPs within a time: by hand, and against a double loop."""

from __future__ import annotations

import math

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diagterritoire.core.times.choice import choice
from diagterritoire.tables import SEUILS_MIN


def trips(*rows):
    return pd.DataFrame(rows, columns=["code_commune", "site_id", "temps_min"])


def gps(**sites):
    return pd.DataFrame({"site_id": list(sites), "mg_nb": [float(n) for n in sites.values()]})


def found(trajets, sites, codes, duree=60.0):
    return choice(trajets, sites, codes, duree).set_index("code_commune")


def test_by_hand():
    """A: one GP in the commune, two together at exactly 10 min, one at 30.

    B: two halves make one, at 20 min. C: nobody.
    """
    table = found(
        trips(
            ("A", "one", 0.0), ("A", "two", 10.0), ("A", "far", 30.0),
            ("B", "half", 5.0), ("B", "other", 20.0), ("B", "far", 59.0),
        ),
        gps(one=1, two=2, far=1, half=0.5, other=0.5),
        ["C", "B", "A"],
    )  # fmt: skip
    assert table.index.tolist() == ["A", "B", "C"]
    assert table.loc["A"].tolist() == [10.0, 10.0, 3.0, 3.0, 3.0, 4.0]
    assert table.loc["B"].drop("temps_mg3_min").tolist() == [59.0, 0.5, 0.5, 1.0, 1.0]
    assert math.isnan(table.loc["B", "temps_mg3_min"])
    assert table.loc["C"].tolist()[2:] == [0.0] * 4
    assert table.loc["C"].isna().sum() == 2


def test_thirds_of_a_gp_make_one():
    sites = {f"s{n}": 1 / 3 for n in range(6)}
    rows = [("A", name, 5.0 + n) for n, name in enumerate(sites)]
    table = found(trips(*rows), gps(**sites), ["A"])
    assert table["temps_mg2_min"].tolist() == [10.0]
    assert table["mg_10min"].tolist() == [2.0]


def test_a_city_counts_each_site_once_from_its_nearest_arrondissement():
    rows = [("69381", "s", 0.0), ("69382", "s", 4.0), ("69382", "t", 3.0)]
    table = found(trips(*rows), gps(s=1, t=1), ["69123"])
    assert table.loc["69123", ["temps_mg2_min", "mg_10min"]].tolist() == [3.0, 2.0]


def test_times_that_the_trips_do_not_cover_are_unknown():
    table = found(trips(("A", "s", 4.0)), gps(s=2), ["A"], duree=20.0)
    assert table.loc["A", ["mg_20min"]].tolist() == [2.0]
    assert math.isnan(table.loc["A", "mg_30min"])


@settings(max_examples=60, deadline=None)
@given(
    st.dictionaries(
        st.tuples(st.sampled_from("ABC"), st.sampled_from("stuvw")), st.integers(0, 36_000)
    ),
    st.lists(st.integers(1, 6), min_size=5, max_size=5),
    st.randoms(),
)
def test_equals_a_double_loop(times, halves, random):
    staff = {name: n / 2 for name, n in zip("stuvw", halves, strict=True)}
    rows = [(c, s, t / 600) for (c, s), t in times.items()]
    random.shuffle(rows)
    table = found(trips(*rows), gps(**staff), list("ABC"))
    for code in "ABC":
        mine = sorted((t, s) for c, s, t in rows if c == code)
        for bound in SEUILS_MIN:
            within = sum(staff[s] for t, s in mine if t <= bound)
            assert table.loc[code, f"mg_{bound}min"] == pytest.approx(within)
        for rang in (2, 3):
            expected, total = math.nan, 0.0
            for time, site in mine:
                total += staff[site]
                if total >= rang:
                    expected = time
                    break
            value = table.loc[code, f"temps_mg{rang}_min"]
            assert value == expected or (math.isnan(value) and math.isnan(expected))
