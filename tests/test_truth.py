"""Computed beside published: years, levels, counts rebased, fit told from check."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from diagterritoire import schema, tables
from diagterritoire.core.care.rebasing import basin_factors
from diagterritoire.core.communes.published import published_years
from diagterritoire.core.verdict.truth import truth
from diagterritoire.parameters import Parameters
from diagterritoire.study.fitted import fitted

FIVE = pd.DataFrame(
    {
        "code_commune": list("ABCDE"),
        "bassin_vie": ["b", "b", "c", "d", None],
        "code_epci": ["e", "e", "e", "e", "e"],
        "apl": [1.0, 2.0, 3.0, 4.0, 9.0],
        "apl_calibree": [2.0, 3.0, 4.0, 5.0, np.nan],
    }
)


def year(annee: int, apl: list[float], people: list[float]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "code_commune": list("ABCDE"),
            "annee": annee,
            "apl_publiee": apl,
            "population_standardisee": people,
        }
    )


def row(table: pd.DataFrame, annee: int, niveau: str, serie: str) -> pd.Series:
    key = (table["annee"] == annee) & (table["niveau"] == niveau) & (table["serie"] == serie)
    return table.loc[key].iloc[0]


def test_by_hand() -> None:
    """Bassin b is (100 x 1 + 300 x 2) / 400 = 1.75 against (100 x 2 + 300 x 4) / 400 = 3.5."""
    people = [100.0, 300.0, 100.0, 100.0, 50.0]
    table = truth(FIVE, year(2023, [2.0, 4.0, 3.0, 8.0, 18.0], people), {})
    commune = row(table, 2023, "commune", "apl")
    assert commune["zones_nb"] == 5
    # Gaps: -1, -2, 0, -4, -9.
    assert commune["ecart_median"] == -2.0
    bassin = row(table, 2023, "bassin_vie", "apl")
    assert bassin["zones_nb"] == 3  # E is in none
    # Gaps: 1.75 - 3.5, 3 - 3, 4 - 8.
    assert bassin["ecart_median"] == pytest.approx(-1.75)
    expected = np.corrcoef([1.75, 3.0, 4.0], [3.5, 3.0, 8.0])[0, 1]
    assert bassin["correlation"] == pytest.approx(expected)
    assert np.isnan(row(table, 2023, "epci", "apl")["correlation"])
    assert row(table, 2023, "commune", "apl_calibree")["zones_nb"] == 4


def test_the_year_before_and_the_fitted_year() -> None:
    people = [100.0] * 5
    both = pd.concat(
        [
            year(2022, [1.0, 2.0, 3.0, 4.0, 5.0], people),
            year(2023, [2.0, 3.0, 4.0, 5.0, 6.0], people),
        ]
    )
    table = truth(FIVE, both, {"apl_calibree": 2022})
    before = row(table, 2023, "commune", "precedente")
    assert before["correlation"] == pytest.approx(1.0)
    assert before["ecart_median"] == -1.0
    assert not ((table["annee"] == 2022) & (table["serie"] == "precedente")).any()
    assert table.loc[
        table["ajustee"], ["annee", "serie"]
    ].drop_duplicates().to_numpy().tolist() == [[2022, "apl_calibree"]]


def test_nothing_published() -> None:
    assert truth(FIVE, year(2023, [1.0] * 5, [1.0] * 5).iloc[:0], {}).empty
    assert truth(FIVE.assign(apl_calibree=np.nan), year(2023, [1.0] * 5, [1.0] * 5), {})[
        "serie"
    ].unique().tolist() == ["apl"]


def test_order_of_rows() -> None:
    rows = year(2023, [2.0, 4.0, 3.0, 8.0, 18.0], [100.0, 300.0, 100.0, 100.0, 50.0])
    again = truth(FIVE.iloc[::-1], rows.iloc[::-1], {})
    pd.testing.assert_frame_equal(again, truth(FIVE, rows, {}))


def test_years_are_carried() -> None:
    """The merger of 2023 is in the codes of the APL of 2022 (COG 2023), not in those of 2021."""
    moves = pd.DataFrame(
        [("32", "2023-01-01", "COM", a, "COM", "01001") for a in ("01001", "01002")],
        columns=tables.MOUVEMENTS.noms,
    )
    rows = [("01001", 2021, 2.0, 100.0), ("01002", 2021, 5.0, 200.0), ("01001", 2022, 3.0, 310.0)]
    apl = pd.DataFrame(rows, columns=["code_commune", "annee", "apl_publiee", "p"])
    apl = apl.rename(columns={"p": "population_standardisee"})
    cog = {"apl_publiee": 2023, "appartenance": 2024}
    found = published_years(apl, moves, ["01001"], cog)
    assert found.to_numpy().tolist() == [["01001", 2021, 4.0, 300.0], ["01001", 2022, 3.0, 310.0]]
    empty = schema.empty(tables.APL_PUBLIEE)
    assert published_years(empty, moves, ["01001"], cog).empty


BASE = pd.DataFrame(
    {
        "code_commune": ["1", "2", "3", "4", "5"],
        "bassin_vie": ["b", "b", "c", "d", None],
        "population": [1000, 3000, 2000, 1000, 500],
        "mg_nb": [1.0, 3.0, 1.0, 0.0, 1.0],
    }
)


def density(values: dict[str, float], annee: int = 2024) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "bassin_vie": list(values),
            "indicateur": f"Densité de généralistes lib. {annee}",
            "valeur": list(values.values()),
        }
    )


def test_rebasing_by_hand() -> None:
    """b had 4 and has 5: 1.25; c had 1 and has 20, bounded to 3; d had none; 5 is in no bassin.

    Mean over the 6 counted: (4 x 1.25 + 3 + 1) / 6 = 1.5.
    """
    values = {"b": 12.5, "c": 100.0, "d": 30.0}
    factor, controle = basin_factors(BASE, density(values), facteur_max=3.0)
    assert factor.tolist() == pytest.approx([1.25 / 1.5, 1.25 / 1.5, 2.0, 1 / 1.5, 1 / 1.5])
    assert (factor.to_numpy() * BASE["mg_nb"]).sum() == pytest.approx(BASE["mg_nb"].sum())
    assert controle["nombre"].tolist() == [2, 1, 1]


def test_rebasing_takes_the_latest_density() -> None:
    old = density({"b": 1.0, "c": 1.0, "d": 1.0}, 2020)
    both = pd.concat([old, density({"b": 10.0, "c": 5.0})])
    factor, _ = basin_factors(BASE, both, facteur_max=3.0)
    assert factor.tolist() == pytest.approx([1.0] * 5)
    assert basin_factors(BASE, density({}), facteur_max=3.0)[0].empty


def test_fit_leaves_out_what_sites_beyond_serve() -> None:
    """B also has a GP beyond the area: only A, where 5 is published, is believed."""
    trajets = pd.DataFrame(
        [("A", "s", 0.0), ("B", "s", 30.0), ("B", "far", 5.0), ("B", "t", 0.0)],
        columns=["code_commune", "site_id", "temps_min"],
    ).assign(origine_temps="route")
    communes = pd.DataFrame({"code_commune": ["A", "B"], "population_standardisee": 1000.0})
    sites = pd.DataFrame({"site_id": ["s", "t"], "mg_nb": 1.0, "consultations": 4000.0})
    rows = year(2022, [5.0, 0.0, 0.0, 0.0, 0.0], [1000.0] * 5).iloc[:2]
    found = fitted(trajets, communes, sites, rows, Parameters())
    assert found.annee == 2022
    assert found.apl["apl_calibree"].tolist() == pytest.approx([5.0, 4.0], abs=0.02)
    nothing = fitted(trajets, communes, sites, rows.iloc[:0], Parameters())
    assert nothing.calibration is None
    assert nothing.apl["apl_calibree"].isna().all()
