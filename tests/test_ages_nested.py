"""Ages of GPs in territories that overlap: no difference of two deliveries tells a commune."""

import pandas as pd
import pytest

from diagterritoire import schema, tables
from diagterritoire.core.care.departures import staying, young_share
from diagterritoire.core.scenarios.departing import departing_share
from diagterritoire.errors import UsageError
from diagterritoire.inputs.surroundings import ages_of_gps
from diagterritoire.parameters import Parameters

# Three small communes of one basin, 11 GPs in all: 5 over 65 and 6 under, nowhere 5 of each.
# The fourth has ten, five on each side, and is told alone.
AGES = {
    "18001": [68.0, 40.0, 41.0],
    "18002": [70.0, 71.0, 45.0],
    "18003": [72.0, 66.0, 50.0, 51.0, 52.0],
    "18004": [66.0, 67.0, 68.0, 69.0, 70.0, 40.0, 41.0, 42.0, 43.0, 44.0],
}
GPS = pd.DataFrame(
    [(code, age) for code, ages in AGES.items() for age in ages], columns=["code_commune", "age"]
).assign(consultations=None)
ZONES = pd.DataFrame({"code_commune": list(AGES), "bassin_vie": ["x", "x", "x", "y"]})
# Of the 11 of the basin, 5 are over 65.
YOUNG = 6 / 11


def _area(*codes: str) -> tuple[pd.DataFrame, pd.Series, pd.DataFrame]:
    area = pd.DataFrame({"code_commune": codes, "dans_territoire": True})
    nothing, cog = schema.empty(tables.MOUVEMENTS), {"appartenance": 2024}
    found, told = ages_of_gps(GPS, area, nothing, cog, Parameters(), ZONES)
    return found, area["code_commune"], told


@pytest.mark.parametrize("others", [(), ("18002",), ("18002", "18003")])
def test_a_commune_is_as_its_whole_group_wherever_it_is_delivered(others: tuple[str, ...]) -> None:
    found, codes, told = _area("18001", *others, "18004")
    shares = young_share(found, codes, age_max=65).set_index("code_commune")["part_restante"]
    assert shares["18001"] == pytest.approx(YOUNG)
    assert shares["18004"] == pytest.approx(0.5)
    stays, _ = staying(
        found, codes, horizon_ans=0.5, age_cessation=66, part_departs_an=0.0, part_remplacee=0.0
    )
    assert stays.set_index("code_commune")["part_restante"]["18001"] == pytest.approx(YOUNG)
    assert stays["medecins_listes"].sum() == sum(len(AGES[code]) for code in codes)
    # Those from elsewhere are in no account.
    assert told.loc[told["effet"] == tables.UTILISE, "nombre"].tolist() == [
        sum(len(AGES[code]) for code in codes)
    ]


def test_ages_of_those_from_elsewhere_do_not_make_enough() -> None:
    """Three GPs here are too few, whatever the size of their group."""
    found, codes, _ = _area("18001", "18004")
    few = found.loc[found["code_commune"] != "18004"]
    with pytest.raises(UsageError, match="connu ici pour 3 d'entre eux"):
        departing_share(few, codes, age=66, secret=5)
    # With those of the fourth, the three take the share of the basin and of the fourth together.
    shares = departing_share(found, codes, age=66, secret=5)
    assert shares["18004"] == pytest.approx(0.5)
    assert shares["18001"] == pytest.approx((3 * 5 / 11 + 5) / 13)
