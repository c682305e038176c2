"""Supply fitted on the published APL: cases by hand, conditions of optimality, laws."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import lsq_linear

from diagterritoire.core.access.calibration import Calibration, calibrate
from diagterritoire.core.access.floating import floating_catchment
from diagterritoire.decay import steps
from diagterritoire.errors import DataError

DECAY = steps((10, 15, 20), (1.0, 2 / 3, 1 / 3))
CODES = ["A", "B", "C", "D", "E"]


def five(par_mg: float = 4000.0) -> dict[str, pd.DataFrame]:
    """Five communes: s and t share B; u, without GP, is alone before D; nobody serves E."""
    pairs = [("A", "s", 0.0), ("B", "s", 12.0), ("B", "t", 5.0), ("C", "t", 0.0), ("D", "u", 0.0)]
    counts = pd.Series([1.0, 2.0, 0.0])
    return {
        "trajets": pd.DataFrame(pairs, columns=["code_commune", "site_id", "temps_min"]),
        "demand": pd.DataFrame(
            {"code_commune": CODES, "population_standardisee": [800.0, 300.0, 1700.0, 50.0, 70.0]}
        ),
        "sites": pd.DataFrame(
            {"site_id": ["s", "t", "u"], "mg_nb": counts, "consultations": counts * par_mg}
        ),
    }


def published(*values: float) -> pd.DataFrame:
    return pd.DataFrame({"code_commune": CODES, "apl_publiee": values})


def fitted(
    tables: dict[str, pd.DataFrame], publiee: pd.DataFrame, top: float = 6000.0, poids: float = 0.1
) -> Calibration:
    return calibrate(**tables, publiee=publiee, decay=DECAY, par_mg_max=top, poids_a_priori=poids)


def test_by_hand() -> None:
    """Weighted populations: s 800 + 2/3 x 300 = 1000, t 300 + 1700 = 2000.

    Each GP of s adds a / 1000 to A, each pair of t adds 2 a / 2000 to C. With APL published by the
    model itself for activities of 5 000 and 3 000 (A 5, B 2/3 x 5 + 3, C 3), the gap is 0 there:
    the prior, very light, moves nothing that is seen.
    """
    found = fitted(five(), published(5.0, 10 / 3 + 3, 3.0, 9.0, 0.0), poids=1e-9)
    assert found.sites["consultations_calibrees"].tolist() == pytest.approx([5000.0, 6000.0, 0.0])
    assert found.apl["apl_calibree"].tolist() == pytest.approx([5.0, 19 / 3, 3.0, 0.0, 0.0])
    # 4000 to 5000 and 8000 to 6000: 1000 more, 2000 less.
    assert found.deplacees == pytest.approx(1500.0)
    assert found.part_deplacee == pytest.approx(1500 / 12_000)
    assert found.solde == pytest.approx(-1000.0)
    assert found.sites["calibre"].tolist() == [True, True, False]
    assert found.communes == 5


def test_bound() -> None:
    """Published values no GP can offer stop at the bound, and nobody below 0."""
    found = fitted(five(), published(50.0, 0.0, 0.0, 0.0, 0.0), poids=1e-9)
    assert found.sites["consultations_calibrees"].tolist() == pytest.approx([6000.0, 0.0, 0.0])


def test_no_supply_where_none_is_counted() -> None:
    found = fitted(five(), published(4.0, 4.0, 4.0, 400.0, 400.0))
    assert found.sites["consultations_calibrees"].iloc[2] == 0.0
    assert found.apl["apl_calibree"].tolist()[3:] == [0.0, 0.0]


def test_a_heavy_prior_keeps_the_belief() -> None:
    found = fitted(five(), published(1.0, 9.0, 2.0, 0.0, 0.0), poids=1e9)
    expected, _ = floating_catchment(**_plain(five()), decay=DECAY)
    assert found.apl["apl_calibree"].to_numpy() == pytest.approx(expected["apl"], rel=1e-5)
    assert found.part_deplacee < 1e-6


def test_unknown_published_values_do_not_count() -> None:
    """Nothing is published where t serves: it keeps what it had."""
    found = fitted(five(), published(5.0, np.nan, np.nan, np.nan, np.nan), poids=1e-9)
    assert found.sites["consultations_calibrees"].tolist() == pytest.approx([5000.0, 8000.0, 0.0])
    assert found.sites["calibre"].tolist() == [True, False, False]
    assert found.communes == 1


def test_nothing_published() -> None:
    found = fitted(five(), published(*[np.nan] * 5))
    assert found.part_deplacee == 0.0
    assert not found.sites["calibre"].any()


def test_no_site() -> None:
    tables = five()
    empty = {"trajets": tables["trajets"].iloc[:0], "sites": tables["sites"].iloc[:0]}
    found = fitted(tables | empty, published(1.0, 1.0, 1.0, 1.0, 1.0))
    assert found.apl["apl_calibree"].tolist() == [0.0] * 5


def test_refuses() -> None:
    tables = five()
    with pytest.raises(DataError, match="poids"):
        fitted(tables, published(*[1.0] * 5), poids=0.0)
    twice = pd.concat([tables["trajets"], tables["trajets"].iloc[:1]])
    with pytest.raises(DataError, match="répétés"):
        fitted(tables | {"trajets": twice}, published(*[1.0] * 5))


def _plain(tables: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    return {"trajets": tables["trajets"], "demand": tables["demand"], "supply": tables["sites"]}


@st.composite
def cases(draw: st.DrawFn) -> tuple[dict[str, pd.DataFrame], pd.DataFrame]:
    rng = np.random.default_rng(draw(st.integers(0, 10_000)))
    communes, places = int(rng.integers(2, 9)), int(rng.integers(1, 6))
    codes, ids = [f"c{i}" for i in range(communes)], [f"s{j}" for j in range(places)]
    pairs = [
        (code, site, round(float(rng.uniform(0, 24)), 1))
        for code in codes
        for site in ids
        if rng.random() < 0.7
    ]
    counts = rng.integers(0, 4, places).astype(float)
    tables = {
        "trajets": pd.DataFrame(pairs, columns=["code_commune", "site_id", "temps_min"]),
        "demand": pd.DataFrame(
            {"code_commune": codes, "population_standardisee": rng.uniform(100, 3000, communes)}
        ),
        "sites": pd.DataFrame({"site_id": ids, "mg_nb": counts, "consultations": counts * 4200}),
    }
    values = np.where(rng.random(communes) < 0.8, rng.uniform(0, 8, communes), np.nan)
    return tables, pd.DataFrame({"code_commune": codes, "apl_publiee": values})


@settings(max_examples=40, deadline=None)
@given(cases())
def test_same_as_a_general_solver(case: tuple[dict[str, pd.DataFrame], pd.DataFrame]) -> None:
    """The definition written as dense rows, handed to scipy; and its conditions of optimality."""
    tables, publiee = case
    found = fitted(*case)
    people = tables["demand"]["population_standardisee"].to_numpy()
    counts = tables["sites"]["mg_nb"].to_numpy()
    columns = []
    for j in range(len(counts)):
        one = tables["sites"].assign(consultations=(np.arange(len(counts)) == j) * counts[j])
        apl, _ = floating_catchment(tables["trajets"], tables["demand"], one, decay=DECAY)
        columns.append(apl["apl"].to_numpy())
    known = publiee["apl_publiee"].notna().to_numpy()
    if not known.any() or not counts.any():
        return
    root = np.sqrt(people[known] / people[known].sum())
    matrix = np.column_stack(columns)[known] * root[:, None]
    target = publiee["apl_publiee"].to_numpy()[known] * root
    pull = np.sqrt(0.1 * counts / counts.sum()) / 4200
    rows = np.vstack([matrix, np.diag(pull)])
    values = np.concatenate([target, pull * 4200])
    best = lsq_linear(rows, values, bounds=(0, 6000), method="bvls", tol=1e-14)
    ours = np.divide(
        found.sites["consultations_calibrees"].to_numpy(),
        counts,
        out=np.zeros(len(counts)),
        where=counts > 0,
    )
    cost = ((rows @ ours - values) ** 2).sum()
    staffed = counts > 0
    assert cost == pytest.approx(2 * best.cost, rel=1e-6, abs=1e-9)
    assert found.residu < 1e-6
    slope = (rows.T @ (rows @ ours - values))[staffed]
    activity = ours[staffed]
    free = (activity > 1e-3) & (activity < 6000 - 1e-3)
    assert np.abs(slope[free]).max(initial=0.0) < 1e-6
    assert slope[activity <= 1e-3].min(initial=0.0) > -1e-6
    assert slope[activity >= 6000 - 1e-3].max(initial=0.0) < 1e-6


@settings(max_examples=30, deadline=None)
@given(cases())
def test_order_and_scale(
    case: tuple[dict[str, pd.DataFrame], pd.DataFrame],
) -> None:
    """The order of rows changes nothing; all the people times k, and all the activities, neither.

    With k times the people, k times the belief and k times the bound offer the same APL.
    """
    tables, publiee = case
    found = fitted(tables, publiee)
    mixed = {name: frame.iloc[::-1].reset_index(drop=True) for name, frame in tables.items()}
    again = fitted(mixed, publiee.iloc[::-1])
    pd.testing.assert_frame_equal(found.apl, again.apl)
    larger = {
        "trajets": tables["trajets"],
        "demand": tables["demand"].assign(
            population_standardisee=tables["demand"]["population_standardisee"] * 3
        ),
        "sites": tables["sites"].assign(consultations=tables["sites"]["consultations"] * 3),
    }
    scaled = fitted(larger, publiee, top=18_000.0)
    np.testing.assert_allclose(
        scaled.apl["apl_calibree"], found.apl["apl_calibree"], rtol=1e-4, atol=1e-4
    )
    assert (found.sites["consultations_calibrees"] <= tables["sites"]["mg_nb"] * 6000 + 1e-6).all()
    assert (found.sites["consultations_calibrees"] >= 0).all()
