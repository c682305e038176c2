import pytest

from diagterritoire import ledger, schema, tables


def only(rows):
    assert len(rows) == 1
    schema.check(rows, tables.CONTROLE)
    return rows.iloc[0]


def test_every_record_is_counted_and_the_first_ones_are_shown():
    row = only(ledger.entry("Offre", "sites fermés", list("abcdefg"), 14, limite=2))
    assert (row["nombre"], row["part"]) == (7, 0.5)
    assert row["exemples"].replace("\u00a0", " ") == "a, b et 5 autres"


def test_no_record_no_row():
    assert ledger.entry("Offre", "sites fermés", [], 10).empty
    assert ledger.stack([ledger.entry("Offre", "sites fermés", [], 10)]).empty


def test_the_share_of_an_unknown_total_is_null():
    row = only(ledger.stack([ledger.entry("Dossier de données", "fichier ignoré", ["a.txt"], 0)]))
    assert row["nombre"] == 1
    assert row.isna()["part"]


def test_a_number_that_the_examples_do_not_name():
    row = only(ledger.entry("APL", "lignes d'années antérieures", ["2021"], 40, nombre=10))
    assert (row["nombre"], row["part"], row["exemples"]) == (10, 0.25, "2021")


def test_more_records_than_their_total_is_a_fault():
    with pytest.raises(ValueError, match="3 records out of 2"):
        ledger.entry("Offre", "sites fermés", ["a", "b", "c"], 2)


def test_codes_are_named_in_order():
    assert ledger.named({"b", "a"}, {"b": "Bé"}) == ["a", "b Bé"]
