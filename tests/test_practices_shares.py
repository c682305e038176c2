"""Forms of practice where people are counted by shares: what is missing is the most it can be."""

import pandas as pd
import pytest

from diagterritoire import tables
from diagterritoire.core.practices.forms import forms, rules
from diagterritoire.core.practices.teams import shared, staff, teams
from diagterritoire.french import INSECABLE
from diagterritoire.parameters import Parameters

CHOSEN = Parameters().exercice
COMMUNES = pd.DataFrame({"code_commune": list("ABCDE"), "mg_nb": [1.0, 2.0, 0.0, 0.5, 3.0]})
# A counts one GP: one person, or two halves, since D has the half of somebody.
SITES = pd.DataFrame(
    {"code_commune": ["A", "A", "B", "D", "E"], "mg_nb": [0.5, 0.5, 2.0, 0.5, 3.0]}
)
AUXILIAIRES = ("infirmier", "masseur_kinesitherapeute", "orthophoniste", "orthoptiste")
OTHERS = ("chirurgien_dentiste", "sage_femme", "pharmacien")


def soins(infirmiers):
    rows = [
        (code, profession, number if profession == "infirmier" else 0.0)
        for code, number in zip("ABCDE", infirmiers, strict=True)
        for profession in (*AUXILIAIRES, *OTHERS)
    ]
    return pd.DataFrame(rows, columns=["code_commune", "profession", "nombre"])


def msp(sites, others, departement="76"):
    """Verdict and lack of a maison de santé in each of the five communes."""
    zones = pd.DataFrame(
        {
            "zone": list("ABCDE"),
            "niveau": "commune",
            "code": list("ABCDE"),
            "nom": list("ABCDE"),
            "population": 10,
            "regions": [("28",)] * 5,
            "departements": [(departement,)] * 5,
        }
    )
    members = pd.DataFrame({"zone": list("ABCDE"), "code_commune": list("ABCDE")})
    team = teams(members, staff(COMMUNES, sites, others), shared(sites, others))
    return forms(zones, team, rules(CHOSEN), CHOSEN.cpts_bornes)


def test_two_halves_may_be_two_people():
    found = msp(SITES, soins([1, 1, 1, 1, 0]))
    at = found.loc[found["forme"] == "MSP"].set_index(["regle", "code"]).sort_index()
    nationale = at.loc["nationale"]
    assert nationale["verdict"].tolist() == [
        tables.A_VERIFIER,  # One counted, two asked for.
        tables.PERMISE,
        tables.MANQUE,  # None is counted: there is none.
        tables.A_VERIFIER,
        tables.MANQUE,  # No nurse, and nurses are counted whole.
    ]
    told = [None if pd.isna(m) else m.replace(INSECABLE, " ") for m in nationale["manque"]]
    assert told == [
        "1 médecin généraliste au plus",
        None,
        "2 médecins généralistes",
        "1 médecin généraliste au plus",
        "1 auxiliaire médical",
    ]


def test_whole_counts_lack_for_sure():
    whole = SITES.assign(mg_nb=[1.0, 0.0, 2.0, 1.0, 3.0])
    found = msp(whole, soins([1, 1, 1, 1, 0]))
    at = found.loc[(found["forme"] == "MSP") & (found["regle"] == "nationale")]
    assert at["verdict"].tolist() == [
        tables.MANQUE,
        tables.PERMISE,
        tables.MANQUE,
        tables.MANQUE,
        tables.MANQUE,
    ]


def test_what_lacks_for_sure_decides_over_what_may():
    # D: half a GP of the two asked for, and no nurse at all.
    found = msp(SITES, soins([1, 1, 1, 0, 0]))
    at = found.loc[(found["forme"] == "MSP") & (found["regle"] == "nationale")].set_index("code")
    assert at.loc["D", "verdict"] == tables.MANQUE
    assert at.loc["D", "manque"].replace(INSECABLE, " ") == (
        "1 médecin généraliste au plus et 1 auxiliaire médical"
    )


@pytest.mark.parametrize(("departement", "here"), [("76", True), ("14", False)])
def test_a_rule_of_one_departement_is_not_that_of_its_region(departement, here):
    found = msp(SITES, soins([0] * 5), departement)
    psla = found.loc[found["forme"] == "PSLA"].groupby("regle")["regle_d_ici"].unique()
    assert psla["Seine-Maritime, grande taille"].tolist() == [here]
    assert psla["projet de santé d'une MSP"].tolist() == [True]


def test_a_national_rule_read_in_a_regional_page_says_so():
    firm = {r.forme: r.fermete for r in rules(CHOSEN) if r.regle == "nationale"}
    assert {f for f, told in firm.items() if told == tables.LUE_EN_REGION} == {"ESP", "CDS", "CPTS"}
