"""The national mean APL that the ministry publishes, from the rows of its workbook."""

import math

import pytest

from diagterritoire.core.agreement import weighted_mean
from diagterritoire.sources.care.drees import read_apl
from diagterritoire.sources.folder.scan import recognise

# All ages, then GPs aged 65 or less.
PUBLISHED = {2022: (3.79, 3.34), 2023: (3.74, 3.29)}


@pytest.mark.real
def test_national_means_of_the_workbook(real_data):
    file = recognise(real_data / "drees_apl_generalistes_2022_2023.xlsx")
    table = read_apl([file]).table
    assert sorted(table["annee"].unique()) == sorted(PUBLISHED)
    for year, expected in PUBLISHED.items():
        rows = table.loc[table["annee"] == year]
        weights = rows["population_standardisee"]
        found = [weighted_mean(rows[c], weights) for c in ("apl_publiee", "apl_publiee_65")]
        assert [round(mean, 2) for mean in found if mean is not None] == list(expected)
        assert math.fsum(weights.dropna()) == pytest.approx(
            math.fsum(rows["population_totale"].dropna()), rel=1e-6
        )
