"""The grid where some communes or basins are unknown: no share is told as that of all."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from diagterritoire import tables
from diagterritoire.study.opportunity import grille
from diagterritoire.study.opportunity.feasibility import basins
from factory import small_diagnosis


def zoned(zones):
    """Five communes of 12 000, 800, 450, 120 and 0 inhabitants, in those zones."""
    d = small_diagnosis()
    communes = d.communes.assign(zonage_mg=[*zones, "ZAC"])
    inside = communes.loc[communes["dans_territoire"]]
    known = inside.loc[inside["zonage_mg"].notna()]
    people = known["population"].sum()
    shares = {
        f"part_population_{z.lower()}": known.loc[known["zonage_mg"] == z, "population"].sum()
        / people
        if people
        else None
        for z in ("ZIP", "ZAC")
    }
    own = d.comparaisons["niveau"] == "territoire"
    compared = d.comparaisons.copy()
    for name, share in shares.items():
        compared.loc[own, name] = share
    d = replace(d, communes=communes, comparaisons=compared)
    return grille(d).set_index("critere").loc["zones_aidees"]


@pytest.mark.parametrize(
    ("zones", "value", "lecture", "phrase"),
    [
        # 450 of the 12 570 whose zone is known; 800 are in none that is.
        (
            ("HZ", None, "ZIP", "HZ", "HZ"),
            450 / 12_570,
            tables.FAVORABLE,
            "3,6\u00a0% de la population dont la zone est connue vit en ZIP ou en ZAC, qui "
            "ouvrent des aides ; la zone de 800\u00a0habitants est inconnue.",
        ),
        # None among those known: the 800 may be.
        (
            ("HZ", None, "HZ", "HZ", "HZ"),
            0.0,
            tables.A_INSTRUIRE,
            "Personne, de la population dont la zone est connue, ne vit en ZIP ou en ZAC ; la zone "
            "de 800\u00a0habitants est inconnue.",
        ),
        # The fifth commune, unknown, has nobody.
        (
            ("HZ", "HZ", "HZ", "HZ", None),
            0.0,
            tables.DEFAVORABLE,
            "Personne, de la population, ne vit en ZIP ou en ZAC.",
        ),
        (
            (None,) * 5,
            None,
            tables.A_INSTRUIRE,
            "Aucune zone officielle n'est connue : rien ne dit quelles aides s'ouvrent.",
        ),
    ],
)
def test_an_unknown_zone_is_no_zone_without_aid(zones, value, lecture, phrase):
    row = zoned(zones)
    assert row["valeur"] == pytest.approx(value) if value is not None else pd.isna(row["valeur"])
    assert row["lecture"] == lecture
    assert row["phrase"] == phrase
    assert ("aides" in row["phrase"]) == (value != 0)


OUI, NON, RIEN, PARTS = tables.PERMISE, tables.MANQUE, tables.INCONNU, tables.A_VERIFIER


@pytest.mark.parametrize(
    ("verdicts", "value", "lecture", "phrase"),
    [
        (
            (OUI, NON, NON, RIEN, RIEN),
            1,
            tables.FAVORABLE,
            "1\u00a0bassin sur 3 dont la réponse est connue a les professionnels d'une maison de "
            "santé ; 2 autres sont à vérifier.",
        ),
        (
            (NON, NON, NON, NON, RIEN),
            None,
            tables.A_INSTRUIRE,
            "Aucun bassin sur 4 dont la réponse est connue a les professionnels d'une maison de "
            "santé ; un autre est à vérifier.",
        ),
        (
            (OUI, OUI, NON, NON, NON),
            2,
            tables.FAVORABLE,
            "2\u00a0bassins sur 5 ont les professionnels d'une maison de santé.",
        ),
        # What is counted by shares may be enough: nobody knows.
        (
            (PARTS,) * 5,
            None,
            tables.A_INSTRUIRE,
            "Les professionnels sont comptés par parts entre leurs lieux : quels bassins "
            "permettent une maison de santé est à vérifier.",
        ),
        (
            (RIEN,) * 5,
            None,
            tables.A_INSTRUIRE,
            "Le nombre des auxiliaires médicaux est inconnu : rien ne dit quels bassins permettent "
            "une maison de santé.",
        ),
    ],
)
def test_basins_are_counted_among_those_that_are_known(verdicts, value, lecture, phrase):
    formes = pd.DataFrame(
        {
            "niveau": "bassin",
            "code": [f"0000{k}" for k in range(1, 6)],
            "forme": "MSP",
            "regle": "nationale",
            "verdict": verdicts,
            "regle_d_ici": True,
        }
    )
    found = basins(replace(small_diagnosis(), formes_exercice=formes))
    assert (found.valeur, found.lecture, found.phrase) == (value, lecture, phrase)
