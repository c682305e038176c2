"""Causes of the communes where published APL and times disagree."""

from __future__ import annotations

import math

import pandas as pd

from diagterritoire.core.verdict import disagreements as d

COLUMNS = [
    "code_commune",
    "temps_min",
    "temps_autre_min",
    "rattachement_m",
    "apl_publiee",
    "apl_autre_annee",
]


def causes(*rows: tuple[object, ...]) -> dict[str, str]:
    table = pd.DataFrame([(chr(65 + k), *row) for k, row in enumerate(rows)], columns=COLUMNS)
    found = d.disagreements(table, portee_min=20.0, marge=0.2, rattachement_m=1000.0)
    return dict(zip(found["code_commune"], found["cause"], strict=True))


def test_five_causes() -> None:
    assert causes(
        (5.0, 5.0, 10.0, 0.0, 1.0),  # published again in the other year: the GP came
        (19.0, 21.0, 10.0, 0.0, 0.0),  # the other point is too far
        (19.0, 19.0, 1200.0, 0.0, 0.0),  # far from the road
        (19.0, 19.0, 10.0, 0.0, 0.0),  # 22.8 with slower roads
        (5.0, 5.0, 10.0, 0.0, 0.0),  # 6 with slower roads: no speed explains it
    ) == dict(zip("ABCDE", d.CAUSES, strict=True))


def test_the_other_way() -> None:
    """20 min is in reach; 24 min is 20 with faster roads, 24.1 is not; nobody is never in reach."""
    assert causes(
        (20.0, 20.0, 10.0, 0.7, 0.7),
        (24.0, 24.0, 10.0, 0.7, 0.7),
        (24.1, 24.1, 10.0, 0.7, 0.7),
        (math.inf, math.inf, math.nan, 0.7, 0.7),
        (20.1, 20.1, 10.0, 0.0, 0.0),
    ) == {"B": d.VITESSE, "C": d.MEDECIN, "D": d.MEDECIN}


def test_unknown_publication_is_left_out() -> None:
    assert causes((30.0, 30.0, 10.0, math.nan, 1.0)) == {}
    # The other year is unknown: it proves nothing.
    assert causes((30.0, 30.0, 10.0, 1.0, math.nan)) == {"A": d.MEDECIN}
