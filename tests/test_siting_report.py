"""The sentences on new sites: agreement, names, choices that are worth the same."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from diagterritoire.outputs.report import siting as chapter
from diagterritoire.outputs.report.blocks import Liste, Paragraphe
from diagterritoire.outputs.report.dossier import open_dossier
from diagterritoire.parameters import override
from factory import small_diagnosis


def row(lieux, sites_nb=1, but="couverture", etp=None, rang=1):
    return {
        "but": but, "sites_nb": sites_nb, "numero": 1, "rang": rang, "ex_aequo": True, "etp": etp,
        "codes_communes": "", "lieux": lieux, "unite": "", "valeur_avant": 90.0, "valeur": 60.0,
        "gain": 30.0, "cout": 0.0, "ecart_au_premier": 0.0, "part_comblee": 1 / 3,
        "ecart_optimalite": 0.0, "motif": None,
    }  # fmt: skip


def told(ranks, frontier, **wanted):
    """Sentences of the section; no map is drawn without a choice of one site."""
    diagnosis = small_diagnosis()
    given = override(diagnosis.parameters, {"implantation": wanted})
    found = replace(
        diagnosis,
        parameters=given,
        implantations=pd.DataFrame([r | {"sites_nb": 2} for r in ranks]),
        implantation_frontiere=pd.DataFrame(frontier),
    )
    blocs = chapter.places(open_dossier(found))
    (liste,) = (b for b in blocs if isinstance(b, Liste))
    return " ".join(liste.elements).replace("\u202f", " ").replace("\xa0", " ")


@pytest.mark.parametrize(
    ("others", "said"),
    [
        (2, "(à égalité avec C0 et D ; C1 et D)"),
        (3, "(à égalité avec C0 et D ; C1 et D ; 1 autre choix)"),
        (4, "(à égalité avec C0 et D ; C1 et D ; 2 autres choix)"),
    ],
)
def test_choices_that_are_worth_the_same_are_counted(others, said):
    ranks = [row("A, B"), *(row(f"C{n}, D") for n in range(others))]
    assert said in told(ranks, [row("A, B", 2)])


@pytest.mark.parametrize(
    ("etp", "sites_nb", "said"),
    [
        ("1", 1, "avec 1 médecin à temps plein"),
        ("0,5", 1, "avec 0,5 médecin à temps plein"),
        ("3", 1, "avec 3 médecins à temps plein"),
        ("1 + 1", 2, "avec 1 + 1 médecins à temps plein"),
    ],
)
def test_the_staff_of_a_site_agrees(etp, sites_nb, said):
    frontier = [row("A" if sites_nb == 1 else "A, B", sites_nb, "apl", etp)]
    assert said in told([row("X, Y")], frontier)


def test_the_name_of_a_structure_is_quoted_whole():
    frontier = [row("Maison de santé, site du Port (Bourg)")]
    assert "Un site à « Maison de santé, site du Port (Bourg) » mettrait" in told(
        [row("X, Y")], frontier, candidats="structures"
    )
    assert "Un site au Havre mettrait" in told([row("X, Y")], [row("Le Havre")])


@pytest.mark.parametrize(("correlation", "weak"), [(0.02, True), (0.64, True), (0.65, False)])
def test_what_is_missing_is_called_unsure_when_both_apl_disagree(correlation, weak):
    diagnosis = small_diagnosis()
    found = replace(
        diagnosis,
        bilan=replace(diagnosis.bilan, correlation_apl_ponderee=correlation),
        implantations=pd.DataFrame([row("X, Y", 2)]),
        implantation_frontiere=pd.DataFrame([row("A", but="apl", etp="3")]),
    )
    searched = next(b for b in chapter.places(open_dossier(found)) if isinstance(b, Paragraphe))
    assert ("le moins sûr" in searched.texte) is weak
