import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from diagterritoire.core.care.activity import counted_activity
from diagterritoire.errors import DataError
from diagterritoire.parameters import Parameters

OFFRE = Parameters().offre
RULE = {
    "plancher": OFFRE.activite_plancher,
    "valeur_plancher": OFFRE.activite_valeur_plancher,
    "plafond": OFFRE.activite_plafond,
    "nouveau": OFFRE.activite_nouveau,
    "inconnue": OFFRE.consultations_par_mg,
}


def counted(consultations, **flags):
    medecins = pd.DataFrame({"consultations": consultations, **flags})
    table, controle = counted_activity(medecins, **RULE)
    return table["consultations_comptees"].tolist(), controle


def test_the_rule_of_the_ministry_at_each_bound():
    found, controle = counted([0, 249, 250, 251, 3599, 3600, 3601, 6000, 6001, None])
    assert found == [0, 0, 0, 3600, 3600, 3600, 3601, 6000, 6000, 4220]
    assert controle["nombre"].tolist() == [3, 2, 1, 1]
    assert controle["motif"].tolist()[0].startswith("activité de 250 actes par an ou moins")


def test_new_and_salaried_gps():
    found, controle = counted(
        [None, 100, 9000, 100, None],
        nouveau=[True, True, False, None, False],
        salarie_centre=[False, False, True, True, True],
    )
    assert found == [5400, 5400, 9000, 100, 4220]
    assert dict(zip(controle["motif"], controle["nombre"], strict=True)) == {
        "médecin nouvellement installé : 5400 actes par an imputés": 2,
        "activité inconnue : 4220 actes par an imputés": 1,
    }


def test_refusals():
    with pytest.raises(DataError, match="1 valeurs sont négatives, par exemple -3"):
        counted([10.0, -3.0])
    with pytest.raises(DataError, match="se suivre"):
        counted_activity(pd.DataFrame({"consultations": [1.0]}), **RULE | {"plancher": 7000.0})


@given(st.lists(st.floats(0, 2e4), min_size=1, max_size=8))
def test_counted_activity_is_bounded_and_never_falls_when_more_is_done(values):
    values = sorted(values)
    found, _ = counted(values)
    assert all(v == 0 or 3600 <= v <= 6000 for v in found)
    assert found == sorted(found)
