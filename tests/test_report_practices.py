"""What each zone lacks of a form of practice, said once when it is the same everywhere."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from diagterritoire import tables
from diagterritoire.outputs.report.blocks import Paragraphe
from diagterritoire.outputs.report.dossier import open_dossier
from diagterritoire.outputs.report.practices import _by_zone, _lacking, _maturity
from diagterritoire.outputs.report.supports import groups
from factory import small_diagnosis


def zones(*manques):
    """The territory, then its basins, each with what it lacks."""
    return pd.DataFrame(
        {
            "niveau": ["territoire", *["bassin"] * (len(manques) - 1)],
            "code": [str(n) for n in range(len(manques))],
            "nom": [f"Bourg-{n}" for n in range(len(manques))],
            "population": [100 - n for n in range(len(manques))],
            "forme": "MSP",
            "verdict": tables.INCONNU,
            "manque": manques,
        }
    )


def test_what_lacks_everywhere_is_said_once():
    (table,) = _lacking(zones("infirmiers", "infirmiers", "infirmiers"))
    assert table.lignes == (("Territoire et tous ses bassins", "MSP", "infirmiers"),)
    (table,) = _lacking(zones("infirmiers", "infirmiers", "1 médecin"))
    assert [row[0] for row in table.lignes] == [
        "Territoire",
        "Bassin : Bourg-1",
        "Bassin : Bourg-2",
    ]
    (table,) = _lacking(zones("infirmiers"))
    assert table.lignes == (("Territoire", "MSP", "infirmiers"),)


def told(blocs):
    return next(b.texte for b in blocs if isinstance(b, Paragraphe))


def test_structures_of_the_same_name_in_two_communes_are_two():
    d = small_diagnosis()
    codes = d.communes["code_commune"].head(2).tolist()
    declared = pd.DataFrame(
        {"code_commune": codes, "structure": "MSP", "element": "asalee_bpco", "niveau": [2, 3]}
    )
    text = told(_maturity(open_dossier(replace(d, maturite_exercice=declared))))
    assert "2\u00a0structures" in text


@pytest.mark.parametrize(
    ("projet", "ending"),
    [
        (tables.PROJET_INCONNU, "Aucun fichier des structures ne dit"),
        (tables.SANS_PROJET, "dont 1 sans maison"),
    ],
)
def test_groups_without_a_file_of_structures_are_not_said_to_have_one(projet, ending):
    d = small_diagnosis()
    code = d.communes["code_commune"].iloc[0]
    near = pd.DataFrame(
        {
            "bassin": [code],
            "categorie": tables.GROUPE,
            "nom": "g",
            "code_commune": code,
            "temps_min": 0.0,
            "mg_nb": 3.0,
            "projet": projet,
        }
    )
    sites = d.sites.assign(origine_position="source")
    text = told(groups(open_dossier(replace(d, appuis=near, sites=sites))))
    assert ending in text
    assert "dont 0" not in text


def test_a_basin_over_the_border_of_a_region_keeps_its_own_rules():
    def row(code, regle, nom):
        return (
            *("bassin", code, nom, 100, "MSP", regle, tables.PERMISE),
            *(float("nan"), 2.0, 5.0),
        )

    table = pd.DataFrame(
        [
            row("50", "nationale", "Bourg-ici"),
            row("53", "nationale", "Bourg-ailleurs"),
            row("53", "Pays de la Loire", "Bourg-ailleurs"),
        ],
        columns=[
            *("niveau", "code", "nom", "population", "forme", "regle", "verdict"),
            *("taille_cpts", "mg_nb", "auxiliaires_nb"),
        ],
    )
    lines = _by_zone(open_dossier(small_diagnosis()), table).lignes
    assert [line[:3] for line in lines] == [
        ("Bassin : Bourg-ici", "oui", "sans objet"),
        ("Bassin : Bourg-ailleurs", "oui", "oui"),
    ]
