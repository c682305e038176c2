"""Forms of coordinated practice: rows by hand, thresholds at their bound, unknown not zero."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from diagterritoire import tables
from diagterritoire.core.practices.forms import at_least, cpts_size, forms, rules, verdict
from diagterritoire.core.practices.supports import groups, supports
from diagterritoire.core.practices.teams import GROUPES, staff, teams
from diagterritoire.french import INSECABLE
from diagterritoire.parameters import Parameters, override

CHOSEN = Parameters().exercice
RULES = {(r.forme, r.regle): r for r in rules(CHOSEN)}


def team(mg=0.0, medicaux=None, auxiliaires=0.0, professionnels=None):
    medicaux = mg if medicaux is None else medicaux
    professionnels = medicaux + auxiliaires if professionnels is None else professionnels
    known = {
        "mg": mg,
        "medicaux": medicaux,
        "auxiliaires": auxiliaires,
        "professionnels": professionnels,
    }
    whole = {f"{g}_inconnus": () for g in GROUPES} | {f"{g}_partages": False for g in GROUPES}
    return known | whole


@pytest.mark.parametrize(
    ("forme", "regle", "enough", "short"),
    [
        ("ESP", "nationale", {"mg": 1, "auxiliaires": 1}, {"mg": 1, "auxiliaires": 0}),
        ("ESP", "nationale", {"mg": 1, "auxiliaires": 1}, {"mg": 0, "auxiliaires": 9}),
        ("ESP CLAP", "Pays de la Loire", {"mg": 2}, {"mg": 1}),
        ("ESP CLAP", "Pays de la Loire", {"mg": 1, "professionnels": 2}, {"professionnels": 9}),
        ("MSP", "nationale", {"mg": 2, "auxiliaires": 1}, {"mg": 1, "auxiliaires": 1}),
        ("MSP", "Pays de la Loire", {"mg": 3, "auxiliaires": 1}, {"mg": 2, "auxiliaires": 1}),
        ("CDS", "nationale", {"medicaux": 1, "auxiliaires": 1}, {"medicaux": 0, "auxiliaires": 1}),
        ("SISA", "nationale", {"mg": 2, "auxiliaires": 1}, {"mg": 2, "auxiliaires": 0}),
        (
            "PSLA",
            "Seine-Maritime, grande taille",
            {"mg": 2, "auxiliaires": 1, "professionnels": 11},
            {"mg": 2, "auxiliaires": 1, "professionnels": 10},
        ),
    ],
)
def test_each_threshold_is_reached_at_its_bound_and_not_below(forme, regle, enough, short):
    rule = RULES[forme, regle]
    assert verdict(rule, team(**enough)) == (tables.PERMISE, None)
    assert verdict(rule, team(**short))[0] == tables.MANQUE


def test_what_is_missing_is_said():
    told = verdict(RULES["MSP", "Pays de la Loire"], team(mg=1))[1]
    assert told.replace(INSECABLE, " ") == "2 médecins généralistes et 1 auxiliaire médical"


def test_an_unknown_number_is_neither_zero_nor_enough():
    rule = RULES["MSP", "nationale"]

    def without_nurses(**numbers):
        return team(**numbers) | {"auxiliaires_inconnus": ("infirmier",)}

    assert verdict(rule, without_nurses(mg=2)) == (
        tables.INCONNU,
        "nombre inconnu : infirmiers",
    )
    # What is known suffices, whatever the rest is; what is known to lack decides too.
    assert verdict(rule, without_nurses(mg=2, auxiliaires=1))[0] == tables.PERMISE
    assert verdict(rule, without_nurses(mg=1))[0] == tables.MANQUE


def test_shares_of_people_are_at_least_so_many_people():
    assert [at_least(n) for n in (0.0, 0.5, 1.0, 1.5, 1 / 3 + 1 / 3 + 1 / 3)] == [0, 1, 1, 2, 1]


def test_sizes_of_a_cpts():
    bornes = CHOSEN.cpts_bornes
    people = (0, 39_999, 40_000, 79_999, 80_000, 175_000, 175_001)
    assert [cpts_size(p, bornes) for p in people] == [1, 1, 2, 2, 3, 3, 4]


def test_every_rule_cites_its_source_and_says_how_firm_it_is():
    for rule in RULES.values():
        assert rule.source
        assert rule.fermete in tables.FERMETES_TEXTE
    changed = override(Parameters(), {"exercice": {"msp_mg": 4}}).exercice
    assert ("mg", 4) in {r.regle: r for r in rules(changed) if r.forme == "MSP"}["nationale"].exige


COMMUNES = pd.DataFrame({"code_commune": list("ABCDE"), "mg_nb": [2.0, 1.0, 0.0, None, 0.0]})
SITES = pd.DataFrame({"code_commune": ["A", "A", "B"], "mg_nb": [1.5, 0.5, 1.0]})
SOINS = pd.DataFrame(
    [("A", "infirmier", 2.0), ("B", "infirmier", 0.0), ("C", "infirmier", 1.0)],
    columns=["code_commune", "profession", "nombre"],
)
NURSES_ONLY = ("masseur_kinesitherapeute", "orthophoniste", "orthoptiste")


def test_teams_of_five_communes_by_hand():
    members = pd.DataFrame(
        [("1", "A"), ("1", "B"), ("2", "C"), ("2", "D"), ("3", "E")],
        columns=["zone", "code_commune"],
    )
    found = teams(members, staff(COMMUNES, SITES, SOINS))
    assert found["mg"].tolist() == [3.0, 0.0, 0.0]
    assert found["mg_inconnus"].tolist() == [(), ("medecin_generaliste",), ()]
    assert found["auxiliaires"].tolist() == [2.0, 1.0, 0.0]
    assert found["auxiliaires_inconnus"].tolist() == [
        NURSES_ONLY,
        ("infirmier", *NURSES_ONLY),
        ("infirmier", *NURSES_ONLY),
    ]


def test_forms_of_zones():
    zones = pd.DataFrame(
        {
            "zone": ["1", "2"],
            "niveau": ["bassin", "commune"],
            "code": ["A", "C"],
            "nom": ["Aa", "Cc"],
            "population": [40_000, 10],
            "regions": [("52",), ("24",)],
            "departements": [("44",), ("18",)],
        }
    )
    members = pd.DataFrame({"zone": ["1", "1", "2"], "code_commune": ["A", "B", "C"]})
    found = forms(zones, teams(members, staff(COMMUNES, SITES, SOINS)), RULES.values(), (4e4, 8e4))
    assert len(found) == 2 * len(RULES) - 1  # no CPTS of a single commune
    at = found.set_index(["code", "forme", "regle"]).sort_index()
    assert at.loc[("A", "MSP", "Pays de la Loire"), "verdict"] == tables.PERMISE
    assert bool(at.loc[("A", "MSP", "Pays de la Loire"), "regle_d_ici"])
    assert not bool(at.loc[("C", "ESP CLAP", "Pays de la Loire"), "regle_d_ici"])
    assert at.loc[("A", "CPTS", "nationale"), "taille_cpts"] == 2
    assert at.loc[("C", "MSP", "nationale"), "verdict"] == tables.MANQUE
    assert pd.isna(at.loc[("A", "MSP", "nationale"), "auxiliaires_nb"])


def test_a_group_is_at_an_address_and_near_a_coordinated_structure_or_not():
    sites = gpd.GeoDataFrame(
        {
            "site_id": ["a", "b", "c", "d"],
            "code_commune": "A",
            "mg_nb": [2.0, 1.9, 5.0, 2.0],
            "origine_position": ["source", "source", "centre_commune", "adresse"],
        },
        geometry=[shapely.Point(x, 0) for x in (0, 10, 20, 1000)],
        crs="EPSG:2154",
    )
    msp = gpd.GeoDataFrame(
        {"categorie": ["MSP", "EHPAD"]},
        geometry=[shapely.Point(200, 0), shapely.Point(1000, 0)],
        crs="EPSG:2154",
    )
    kept = {"mg_min": 2.0, "distance_m": 200.0}
    found = groups(sites, msp, **kept).set_index("site_id")["projet"].to_dict()
    assert found == {"a": tables.AVEC_PROJET, "d": tables.SANS_PROJET}
    assert set(groups(sites, None, **kept)["projet"]) == {tables.PROJET_INCONNU}


def test_six_persons_of_a_third_are_a_group_of_two():
    table = gpd.GeoDataFrame(
        {"site_id": ["a"], "code_commune": "A", "mg_nb": [sum([1 / 3] * 6)]},
        geometry=[shapely.Point(0, 0)],
        crs="EPSG:2154",
    ).assign(origine_position="source")
    assert len(groups(table, None, mg_min=2, distance_m=200)) == 1


def test_supports_are_within_the_bound_included():
    times = pd.DataFrame(
        [("A", "s1", 20.0), ("A", "s2", 20.1), ("A", "g1", 5.0), ("A", "c", 0.0)],
        columns=["pole", "lieu", "temps_min"],
    )
    structures = pd.DataFrame(
        {"lieu": ["s1", "s2"], "categorie": "EHPAD", "nom": ["x", "y"], "code_commune": "B"}
    )
    grouped = pd.DataFrame(
        {"lieu": ["g1"], "site_id": ["g"], "code_commune": ["A"], "mg_nb": [3.0], "projet": ["?"]}
    )
    found = supports(times, structures, grouped, temps_max_min=20.0)
    assert found[["bassin", "nom", "temps_min"]].to_numpy().tolist() == [
        ["A", "x", 20.0],
        ["A", "g", 5.0],
    ]


def test_the_invented_territory_knows_only_its_gps(diagnosed):
    d = diagnosed("demo")
    table = d.formes_exercice
    basins = table.loc[table["niveau"] == "bassin"].set_index(["code", "forme"]).sort_index()
    for code, mg in d.bassins.set_index("bassin")["mg_nb"].items():
        expected = tables.INCONNU if at_least(mg) >= 2 else tables.MANQUE
        assert basins.loc[(code, "SISA"), "verdict"] == expected
    communes = table.loc[table["niveau"] == "commune", "code"]
    assert set(communes) == set(d.interieur["code_commune"])
    own = table.loc[(table["niveau"] == "commune") & (table["forme"] == "SISA")]
    counted = own.set_index("code")["mg_nb"]
    here = d.interieur.set_index("code_commune")["mg_nb"]
    assert (counted >= here.reindex(counted.index) - 1e-9).all()
    assert d.appuis.empty
