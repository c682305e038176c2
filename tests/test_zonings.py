"""Other zonings of the communes of a closed area, and the account of the sectors."""

from __future__ import annotations

import pandas as pd

from diagterritoire import schema, tables
from diagterritoire.inputs.surroundings import zonings_of
from diagterritoire.ledger import unbalanced

MEMBERS = pd.DataFrame(
    {
        "code_commune": ["18001", "18002", "19001"],
        "code_epci": ["200000001", None, "200000002"],
        "bassin_vie": ["18001", "18001", "19001"],
        "zone_emploi": [None, "2401", "7501"],
    }
)
AREA = pd.DataFrame({"code_commune": ["18001", "18002"]})


def test_zones_by_hand():
    sectors = pd.DataFrame({"code_commune": ["18001", "75056"], "secteur": ["Nord", "Paris"]})
    found, control = zonings_of(MEMBERS, sectors, AREA)
    assert sorted(found.to_numpy().tolist()) == [
        ["18001", "bassin_vie", "18001"],
        ["18001", "epci", "200000001"],
        ["18001", "secteur_garde", "Nord"],
        ["18002", "bassin_vie", "18001"],
        ["18002", "zone_emploi", "2401"],
    ]
    assert control.groupby("effet")["nombre"].sum().to_dict() == {
        "ecarte": 1,
        "lu": 2,
        "utilise": 1,
    }
    assert unbalanced(control).empty


def test_no_sector_file_says_nothing():
    found, control = zonings_of(MEMBERS, schema.empty(tables.SECTEURS_GARDE), AREA)
    assert "secteur_garde" not in set(found["zonage"])
    assert control.empty
