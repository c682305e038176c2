"""The section of the report on the times of the inhabitants."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from diagterritoire import schema, tables
from diagterritoire.outputs.report.annexes import _methode
from diagterritoire.outputs.report.blocks import Paragraphe, Tableau
from diagterritoire.outputs.report.content import _key_figures
from diagterritoire.outputs.report.dossier import open_dossier
from diagterritoire.outputs.report.residents import near_and_far, residents
from diagterritoire.parameters import override
from factory import small_diagnosis


def plain(text):
    return text.replace("\u00a0", " ").replace("\u202f", " ")


def blocks(diagnosis, kind):
    return [b for b in residents(open_dossier(diagnosis)) if isinstance(b, kind)]


def test_sentence_and_table():
    """11 600 of 13 370 near, nobody far, 120 cut off; mean of 12 000, 800 and 450 inhabitants."""
    (sentence,) = blocks(small_diagnosis(), Paragraphe)
    assert plain(sentence.texte) == (
        "Comptés là où ils habitent et non au point de leur commune, 86,8 % des 13 370 habitants "
        "sont à 10 minutes ou moins d'un médecin généraliste et aucun à plus de 30 ; 0,9 % "
        "n'atteint aucun médecin en voiture. Le temps moyen de ceux qui en atteignent un est de "
        "5 min, contre 1 min du point des communes : celui-ci est nul pour tous dès qu'un médecin "
        "exerce dans la commune."
    )
    (table,) = blocks(small_diagnosis(), Tableau)
    assert [[plain(cell) for cell in row] for row in table.lignes][:2] == [
        ["10 min ou moins", "11 600", "86,8 %"],
        ["Plus de 10 à 15 min", "1 650", "12,3 %"],
    ]
    assert "(imputé) dans 4 communes et au point de la commune (imputé) dans 1 commune" in plain(
        table.note
    )


def test_those_far_and_those_cut_off_are_two_groups():
    """Of 13 370, 370 beyond 20 minutes in two bands; the 120 cut off are not among them."""
    diagnosis = small_diagnosis()
    table = diagnosis.bandes.assign(population=[11_600, 800, 480, 300, 70, 120])
    point = near_and_far(open_dossier(replace(diagnosis, bandes=table)))
    assert plain(point).endswith(", et 2,8 % à plus de 20 minutes.")


def test_the_key_figure_is_from_where_people_live():
    figures = _key_figures(open_dossier(small_diagnosis()))
    assert [plain(text) for text in figures[2]] == [
        "5 min",
        "de trajet en moyenne jusqu'au généraliste le plus proche, de l'endroit où l'on vit",
        "du point des communes : 1 min",
    ]
    bare = small_diagnosis()
    bare = replace(bare, communes=bare.communes.assign(temps_mg_moyen_min=float("nan")))
    assert [plain(text) for text in _key_figures(open_dossier(bare))[2]] == [
        "1 min",
        "de trajet en moyenne jusqu'au généraliste le plus proche, du point des communes",
        "",
    ]


def test_the_annex_gives_the_share_of_the_limit_of_this_run():
    """A known limit rules, be it above or below the speed of the class."""
    diagnosis = small_diagnosis()
    told = _methode(open_dossier(diagnosis))
    assert "roulée à 0,8 fois sa limite quand elle est connue" in told[0]
    whole = override(diagnosis.parameters, {"reseau": {"facteur_limite": 1.0}})
    told = _methode(open_dossier(replace(diagnosis, parameters=whole)))
    assert "roulée à 1 fois sa limite" in told[0]


def test_each_epci_has_a_row():
    diagnosis = small_diagnosis()
    whole = diagnosis.bandes
    parts = [whole.assign(niveau="epci", code=str(n), nom=f"Pays {n}") for n in (1, 2)]
    table = schema.conform(pd.concat([whole, *parts], ignore_index=True), tables.BANDES)
    _, by_epci = blocks(replace(diagnosis, bandes=table), Tableau)
    assert [[plain(cell) for cell in row[:3]] for row in by_epci.lignes] == [
        ["Pays 1", "13 370", "86,8 %"],
        ["Pays 2", "13 370", "86,8 %"],
    ]
    assert by_epci.entetes[2] == "10 min ou moins"


def test_without_inhabitant_there_is_no_section():
    empty = replace(small_diagnosis(), bandes=schema.empty(tables.BANDES))
    assert residents(open_dossier(empty)) == []
    assert near_and_far(open_dossier(empty)) is None


def test_nobody_is_at_home_where_only_points_of_communes_are_known():
    """The same point is not given two times without saying what sets them apart."""
    diagnosis = small_diagnosis()
    placed = diagnosis.communes.assign(origine_points=tables.ORIGINE_POINT)
    diagnosis = replace(diagnosis, communes=placed)
    assert [plain(text) for text in _key_figures(open_dossier(diagnosis))[2]] == [
        "5 min",
        "de trajet en moyenne jusqu'au généraliste le plus proche, du point des communes",
        "nul dans une commune qui a un médecin : 1 min",
    ]
    (sentence,) = blocks(diagnosis, Paragraphe)
    assert plain(sentence.texte).endswith(
        "est de 5 min, contre 1 min si le trajet est compté nul pour tous dès qu'un médecin exerce "
        "dans la commune."
    )
