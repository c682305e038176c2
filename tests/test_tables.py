import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pandera.errors import SchemaErrors

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


KINDS = {
    "texte": st.sampled_from(["a", "b", "c", None]),
    "entier": st.sampled_from([-3, 0, 2, 9, None]),
    "nombre": st.sampled_from([-3.5, -0.0, 1.5, 9.0, float("inf"), None]),
    "booleen": st.sampled_from([True, False, None]),
}


@st.composite
def tables_and_frames(draw):
    columns, values = [], {}
    rows = draw(st.integers(0, 3))
    for rank in range(draw(st.integers(1, 3))):
        kind = draw(st.sampled_from(sorted(KINDS)))
        vide = draw(st.booleans())
        bounds = draw(st.tuples(*[st.sampled_from([None, 0, 2])] * 2)) if kind != "texte" else ()
        closed = draw(st.sampled_from([(), ("a", "b")])) if kind == "texte" else ()
        low, high = bounds if bounds and kind != "booleen" else (None, None)
        columns.append(schema.Column(f"c{rank}", kind, "", "", vide, low, high, closed))
        cells = draw(st.lists(KINDS[kind], min_size=rows, max_size=rows))
        dtype = draw(st.sampled_from([columns[-1].dtype, "object"]))
        if None in cells and dtype in ("int64", "bool"):
            dtype = "object"
        values[f"c{rank}"] = pd.Series(cells, dtype=dtype)
    table = schema.Table("t", "T", draw(st.sampled_from([(), ("c0",)])), tuple(columns))
    return table, pd.DataFrame(values)


@pytest.mark.parametrize("storage", ["pyarrow", "python"])
@given(data=st.data())
def test_what_is_seen_sound_the_schema_accepts(storage, data):
    with pd.option_context("mode.string_storage", storage):
        table, frame = data.draw(tables_and_frames())
        judged_alike(table, frame)


def judged_alike(table, frame):
    try:
        schema._schema(table, pd.StringDtype(na_value=float("nan"))).validate(frame, lazy=True)
    except SchemaErrors:
        assert not schema._sound(frame, table)
    else:
        # Nothing is told twice: what is sound is not judged again, what is not is.
        schema.check(frame, table)
