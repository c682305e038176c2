"""French numbers, agreement and elision."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from diagterritoire import french
from diagterritoire.french import FINE, INSECABLE, MANQUANT, MOINS


@pytest.mark.parametrize("missing", [None, float("nan"), np.nan, pd.NA, float("inf")])
@pytest.mark.parametrize("write", [french.nombre, french.entier, french.pourcent, french.minutes])
def test_a_missing_value_is_told_and_never_zero(write, missing):
    assert write(missing) == MANQUANT


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (1234.5, 1, f"1{FINE}234,5"),
        (1234567, 0, f"1{FINE}234{FINE}567"),
        (-1234.5, 1, f"{MOINS}1{FINE}234,5"),
        (-0.001, 1, "0,0"),
        (0, 2, "0,00"),
        (999.96, 1, f"1{FINE}000,0"),
    ],
)
def test_numbers(value, decimals, text):
    assert french.nombre(value, decimals) == text


@pytest.mark.parametrize(
    ("fraction", "text"),
    [
        (0, "0,0"),
        (0.0004, "moins de 0,1"),
        (0.0005, "0,1"),
        (0.123, "12,3"),
        (0.9996, "plus de 99,9"),
        (1, "100,0"),
    ],
)
def test_percents_never_round_to_none_nor_to_all(fraction, text):
    assert french.pourcent(fraction) == f"{text}{INSECABLE}%"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0 min"),
        (0.2, "moins de 1 min"),
        (0.5, "1 min"),
        (59.4, "59 min"),
        (59.5, "1 h 00"),
        (125.0, "2 h 05"),
    ],
)
def test_minutes(value, text):
    assert french.minutes(value).replace(INSECABLE, " ") == text


@given(st.integers(min_value=-(10**12), max_value=10**12))
def test_a_written_integer_reads_back(value):
    text = french.entier(value)
    assert int(text.replace(FINE, "").replace(MOINS, "-")) == value
    assert " " not in text


@given(st.floats(min_value=0, max_value=1))
def test_a_percent_is_within_half_a_tenth(fraction):
    text = french.pourcent(fraction).removesuffix(f"{INSECABLE}%")
    if not text.startswith(("moins", "plus")):
        assert abs(float(text.replace(",", ".")) - 100 * fraction) <= 0.0500001


def test_agreement():
    assert french.accord(1, "commune", feminin=True) == f"1{INSECABLE}commune"
    assert french.accord(2, "généraliste local", "généralistes locaux").endswith("locaux")
    assert french.accord(0, "habitant") == "aucun habitant"
    assert french.accord(0, "site") == "aucun site"
    assert french.accord(0, "commune", feminin=True) == "aucune commune"
    assert french.mot(1.4, "médecin") == "médecin"
    assert french.mot(2, "médecin") == "médecins"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0,0 médecin"),
        (0.02, "moins de 0,1 médecin"),
        (0.05, "0,1 médecin"),
        (1.94, "1,9 médecin"),
        (1.96, "2,0 médecins"),
        (2.0, "2,0 médecins"),
    ],
)
def test_a_quantity_agrees_with_what_is_written(value, text):
    assert french.quantite(value, "médecin").replace(INSECABLE, " ") == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (2.494, "2,49"),
        (2.496, "2,496"),
        (2.4999, "2,4999"),
        (2.5, "2,50"),
        (2.503, "2,50"),
        (2.5 - 1e-12, "2,499999999999"),
        (0.004, "0,004"),
        (0, "0,00"),
        (1234.5, f"1{FINE}234,50"),
    ],
)
def test_a_number_is_never_written_on_the_other_side_of_a_bound(value, text):
    assert french.nombre(value, 2, bornes=(2.5,)) == text


@given(st.floats(min_value=0, max_value=100), st.floats(min_value=0.1, max_value=50))
def test_rounding_keeps_the_side(value, bound):
    rounded = french.arrondi(value, 1, (bound,))
    assert (rounded < bound) == (value < bound)
    assert abs(rounded - value) <= 0.05 + 1e-9


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (20.0, "20"),
        (5400, f"5{FINE}400"),
        (2.25, "2,25"),
        (1 / 3, "0,3333333333333333"),
        (0.00005, "0,00005"),
        (0, "0"),
    ],
)
def test_a_chosen_number_is_written_whole(value, text):
    assert french.exact(value) == text


def test_short_percents():
    assert french.pourcent(0.0004, signes=True) == f"<{INSECABLE}0,1{INSECABLE}%"
    assert french.pourcent(0.9996, signes=True) == f">{INSECABLE}99,9{INSECABLE}%"
    assert french.pourcent(0.5, signes=True) == f"50,0{INSECABLE}%"


@pytest.mark.parametrize(
    ("name", "of", "at"),
    [
        ("Ajaccio", "d'Ajaccio", "à Ajaccio"),
        ("Évisa", "d'Évisa", "à Évisa"),
        ("Œuilly", "d'Œuilly", "à Œuilly"),
        ("Le Havre", "du Havre", "au Havre"),
        ("Les Abymes", "des Abymes", "aux Abymes"),
        ("La Rochelle", "de La Rochelle", "à La Rochelle"),
        ("L'Isle-Perdue", "de L'Isle-Perdue", "à L'Isle-Perdue"),
        ("Levie", "de Levie", "à Levie"),
        ("", "de ", "à "),
    ],
)
def test_elision_and_contraction(name, of, at):
    assert (french.de(name), french.a(name)) == (of, at)


def test_enumeration():
    assert french.enumeration([]) == ""
    assert french.enumeration(["A"]) == "A"
    assert french.enumeration(["A", "B"]) == "A et B"
    assert french.enumeration(["A", "B", "C", "D"], limite=2) == f"A, B et 2{INSECABLE}autres"
    assert french.enumeration(["A", "B", "C"], limite=2) == "A, B et C"
