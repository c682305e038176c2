"""Classes of what a scenario changes: a GP reached or lost is not an unknown time."""

from __future__ import annotations

import numpy as np
import pandas as pd

from diagterritoire.outputs.classes import class_numbers, legend
from diagterritoire.outputs.scenario_views import TIME_DIFFERENCE


def test_a_commune_that_reaches_or_loses_its_gp_has_its_own_class():
    after = pd.Series([5.0, 5.0, 20.0, np.nan, 7.0])
    before = pd.Series([5.0, 12.0, 5.0, 8.0, np.nan])
    table = pd.DataFrame({"temps_mg_min_difference": after - before, "atteignable": after.notna()})
    told = [legend(TIME_DIFFERENCE)[k].libelle for k in class_numbers(TIME_DIFFERENCE, table)]
    assert told == [
        "inchangé",
        "de \u221210 à moins de \u22125",
        "10 et plus",
        "aucun médecin atteignable en voiture",
        "devient atteignable",
    ]
