import pandas as pd
import pytest

from diagterritoire import schema, tables
from diagterritoire.errors import DataError


def communes(**columns):
    return pd.DataFrame({"code_commune": ["01001", "2A004"], "population": [12, 0]} | columns)


def test_conform_orders_types_and_drops_the_rest():
    out = schema.conform(
        communes(autre=1)[["autre", "population", "code_commune"]], tables.POPULATIONS
    )
    assert list(out) == ["code_commune", "population"]
    assert out["population"].dtype == "int64"
    assert out["code_commune"].tolist() == ["01001", "2A004"]


@pytest.mark.parametrize(
    ("frame", "words"),
    [
        (communes().drop(columns="population"), "colonnes absentes : population"),
        (communes(population=[1, None]), "colonne « population »"),
        (communes(population=[1, -2]), "colonne « population », ligne 1 : -2"),
        (communes(code_commune=["01001", "01001"]), "contraires au schéma"),
        (communes(code_commune=["01001", None]), "colonne « code_commune », ligne 1"),
        (communes(population=[1.5, 2]), "colonne « population »"),
    ],
)
def test_conform_refuses_and_shows_an_example(frame, words):
    with pytest.raises(DataError, match=words):
        schema.conform(frame, tables.POPULATIONS)


def test_null_stays_null():
    zones = pd.DataFrame({"code_commune": ["01001", "01002"], "zonage_mg": ["ZIP", None]})
    out = schema.conform(zones, tables.ZONAGE)
    assert out["zonage_mg"].isna().tolist() == [False, True]


def test_bounds():
    rates = schema.empty(tables.BASSINS, "EPSG:2154")
    assert rates.crs.to_epsg() == 2154
    assert list(rates.columns) == [*tables.BASSINS.noms, "geometry"]
    assert tables.COMMUNES.column("taux_fuite").maximum == 1


def test_contract_columns_come_first():
    contract = (
        "code_commune nom code_epci code_departement dans_territoire population "
        "population_annee population_standardisee mg_nb mg_etp temps_mg_min origine_temps "
        "atteignable apl apl_publiee apl_publiee_65 apl_publiee_annee zonage_mg deficit "
        "deficit_consultations deficit_etp taux_fuite taux_autosuffisance bassin"
    ).split()
    assert tables.COMMUNES.noms[: len(contract)] == contract
    assert tables.SITES.noms == (
        "site_id code_commune mg_nb mg_etp consultations origine_position".split()
    )
    assert tables.FLUX.noms[:5] == (
        "code_residence code_exercice patients temps_min nature".split()
    )
    assert tables.BASSINS.noms[:4] == "bassin population mg_nb taux_autosuffisance".split()
    assert tables.ISOCHRONES.noms == "temps_max_min population".split()
    assert tables.STRUCTURES.noms == "categorie nom code_commune".split()
    assert tables.CONTROLE.noms == "source motif nombre part exemples effet".split()


def test_every_column_says_what_it_is():
    for table in tables.DELIVERED:
        assert all(c.sens for c in table.colonnes)
        assert len(set(table.noms)) == len(table.noms)
        assert set(table.cle) <= set(table.noms)
