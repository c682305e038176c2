"""What each zone lacks of a form of practice, said once when it is the same everywhere."""

from __future__ import annotations

import pandas as pd

from diagterritoire import tables
from diagterritoire.outputs.report.practices import _lacking


def zones(*manques):
    """The territory, then its basins, each with what it lacks."""
    return pd.DataFrame(
        {
            "niveau": ["territoire", *["bassin"] * (len(manques) - 1)],
            "code": [str(n) for n in range(len(manques))],
            "nom": [f"Bourg-{n}" for n in range(len(manques))],
            "population": [100 - n for n in range(len(manques))],
            "forme": "MSP",
            "verdict": tables.INCONNU,
            "manque": manques,
        }
    )


def test_what_lacks_everywhere_is_said_once():
    (table,) = _lacking(zones("infirmiers", "infirmiers", "infirmiers"))
    assert table.lignes == (("Territoire et tous ses bassins", "MSP", "infirmiers"),)
    (table,) = _lacking(zones("infirmiers", "infirmiers", "1 médecin"))
    assert [row[0] for row in table.lignes] == [
        "Territoire",
        "Bassin : Bourg-1",
        "Bassin : Bourg-2",
    ]
    (table,) = _lacking(zones("infirmiers"))
    assert table.lignes == (("Territoire", "MSP", "infirmiers"),)
