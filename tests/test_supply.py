import pandas as pd
import pytest

from diagterritoire.core.care.supply import consultations
from diagterritoire.errors import DataError


def test_five_sites_by_hand():
    sites = pd.DataFrame({"site_id": ["e", "b", "a", "d", "c"], "mg_nb": [0, 1, 2, 3, 10]})

    offer = consultations(sites, par_mg=4000, par_etp=5000)

    assert list(offer.columns) == ["site_id", "consultations", "mg_etp"]
    assert offer["site_id"].tolist() == ["a", "b", "c", "d", "e"]
    assert offer["consultations"].tolist() == [8000.0, 4000.0, 40000.0, 12000.0, 0.0]
    assert offer["mg_etp"].tolist() == [1.6, 0.8, 8.0, 2.4, 0.0]


def test_no_site_gives_no_row():
    sites = pd.DataFrame({"site_id": pd.Series(dtype="str"), "mg_nb": pd.Series(dtype="int64")})

    offer = consultations(sites, par_mg=4000, par_etp=5000)

    assert offer.empty
    assert list(offer.columns) == ["site_id", "consultations", "mg_etp"]


def test_repeated_site_is_refused():
    sites = pd.DataFrame({"site_id": ["a", "a"], "mg_nb": [1, 1]})
    with pytest.raises(DataError, match="2 lignes partagent un identifiant, par exemple a"):
        consultations(sites, par_mg=4000, par_etp=5000)


def test_missing_site_identifier_is_refused():
    sites = pd.DataFrame({"site_id": ["a", None], "mg_nb": [1, 1]})
    with pytest.raises(DataError, match="1 identifiants vides"):
        consultations(sites, par_mg=4000, par_etp=5000)
