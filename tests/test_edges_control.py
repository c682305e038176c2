"""What is told of a calculation, at the edge."""

from __future__ import annotations

import pandas as pd

from diagterritoire.core import control

NOMS = {"commune": {c: f"{c} nom" for c in "ABC"}, "site": {}}
UNTOUCHED = pd.DataFrame({"site_id": [], "consultations": [], "atteint": pd.Series(dtype=bool)})


def told(counts: list[float | None], placed: list[float]) -> list[list[object]]:
    communes = pd.DataFrame({"code_commune": list("ABC"), "population": 9, "mg_nb": counts})
    sites = pd.DataFrame({"site_id": list("abc"), "code_commune": list("ABC"), "mg_nb": placed})
    rows = control.land_use(communes, sites, UNTOUCHED, NOMS)
    return [[int(r["nombre"].iloc[0]), str(r["exemples"].iloc[0])] for r in rows]


def test_counts_that_differ_from_those_of_the_sites_are_told() -> None:
    assert told([1.0, 2.0, 3.0], [1.0, 2.0, 3.0]) == []
    assert told([1.0, 2.0, 3.0], [1.0, 2.5, 3.0]) == [[1, "B nom"]]


def test_the_rounding_of_shares_is_no_difference() -> None:
    assert told([1e-6, 1.0, 1.0], [1e-12, 1.0, 1.0 + 1e-9]) == []


def test_sites_without_gp_are_told_and_the_others_not() -> None:
    communes = pd.DataFrame({"code_commune": list("ABC"), "population": 9, "mg_nb": [0.0, 2, 3]})
    sites = pd.DataFrame(
        {"site_id": ["a", "b", "c"], "code_commune": list("ABC"), "mg_nb": [0.0, 2.0, 3.0]}
    )
    names = {**NOMS, "site": {"a": "a (A)", "b": "b (B)", "c": "c (C)"}}
    (row,) = control.land_use(communes, sites, UNTOUCHED, names)
    assert row["motif"].tolist() == ["sites sans médecin, ignorés dans les temps"]
    assert row[["nombre", "exemples"]].to_numpy().tolist() == [[1, "a (A)"]]


def test_a_point_just_at_the_distance_told_is_not_far() -> None:
    points = pd.DataFrame(
        {"nature": "commune", "identifiant": list("ABC"), "statut": "rattache",
         "distance_m": [500.0, 500.1, 3.0]}
    )  # fmt: skip
    motifs = [
        (str(r["motif"].iloc[0]), int(r["nombre"].iloc[0]), str(r["exemples"].iloc[0]))
        for r in control.snapping(points, NOMS, 500.0)
    ]
    far = [found for found in motifs if "à plus de" in found[0]]
    assert [number for _, number, _ in far] == [1]
    assert far[0][2].startswith("B nom")
