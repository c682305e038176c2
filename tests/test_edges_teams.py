"""Teams, forms of practice, what they lean on and aid, at the edge."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from diagterritoire import tables
from diagterritoire.core.practices.aid_register import Aide
from diagterritoire.core.practices.aids import aids
from diagterritoire.core.practices.forms import Regle, forms, rules, verdict
from diagterritoire.core.practices.supports import groups, supports
from diagterritoire.core.practices.teams import shared, staff, teams
from diagterritoire.french import INSECABLE
from diagterritoire.parameters import Parameters
from test_practices import COMMUNES, RULES, SITES, SOINS, team

GP = tables.GENERALISTE


def plain(text: str) -> str:
    return text.replace(INSECABLE, " ")


def test_zones_are_in_order_and_hold_their_own() -> None:
    rows = [("2", "C"), ("2", "D"), ("1", "B"), ("1", "A"), ("1", "E")]
    members = pd.DataFrame(rows, columns=["zone", "code_commune"])
    found = teams(members, staff(COMMUNES, SITES, SOINS), ("infirmier",))
    assert found.index.tolist() == ["1", "2"]
    assert found["mg"].tolist() == [3.0, 0.0]
    assert found["professionnels"].tolist() == [5.0, 1.0]
    assert found["mg_inconnus"].tolist() == [(), (GP,)]
    assert found["auxiliaires_partages"].tolist() == [True, True]
    assert found["mg_partages"].tolist() == [False, False]


def test_shares_of_nobody_are_shares_of_no_team() -> None:
    members = pd.DataFrame({"zone": ["1", "2"], "code_commune": ["A", "B"]})
    found = teams(members, staff(COMMUNES, SITES, SOINS), ("infirmier", GP))
    assert found["auxiliaires_partages"].tolist() == [True, False]
    # B has a GP and no nurse.
    assert found["medicaux_partages"].tolist() == [True, True]


def test_a_profession_is_shared_as_soon_as_one_commune_has_a_part_of_one() -> None:
    soins = pd.DataFrame(
        [("A", "infirmier", 2.0), ("B", "infirmier", 1.25), ("A", "sage_femme", 1.0 + 1e-9),
         ("B", "sage_femme", None), ("A", "orthoptiste", 0.75)],
        columns=["code_commune", "profession", "nombre"],
    )  # fmt: skip
    assert shared(SITES.iloc[2:], soins) == {"infirmier", "orthoptiste"}
    assert shared(SITES, soins.head(0)) == {GP}
    whole = SITES.assign(mg_nb=[2.0, 0.0, 1.0])
    assert shared(whole, soins.head(1)) == frozenset()


def test_gps_listed_among_the_others_are_those_of_the_sites() -> None:
    # The source counts nine GPs in A, twice nurses in A; nobody known in D; no site in E.
    soins = pd.DataFrame(
        [("A", GP, 9.0), ("A", "infirmier", 2.0), ("A", "infirmier", 1.0)],
        columns=["code_commune", "profession", "nombre"],
    )
    found = staff(COMMUNES, SITES, soins)
    assert found[GP].fillna(-1.0).tolist() == [2.0, 1.0, 0.0, -1.0, 0.0]
    assert found["infirmier"].fillna(-1.0).tolist() == [3.0, -1.0, -1.0, -1.0, -1.0]
    assert found.index.tolist() == list("ABCDE")


@pytest.mark.parametrize(
    ("region", "departement", "holds"),
    [(None, None, True), ("28", None, True), ("11", None, False), (None, "61", True),
     (None, "76", False), ("28", "76", False), ("11", "61", False), ("28", "61", True)],
)  # fmt: skip
def test_a_rule_holds_in_its_region_and_in_its_departement(
    region: str | None, departement: str | None, holds: bool
) -> None:
    rule = Regle("MSP", "ici", (), "", tables.LUE, region, departement)
    assert rule.holds(("28", "24"), ("14", "61")) is holds


def test_every_rule_by_hand() -> None:
    one, two, three = (("mg", n) for n in (1, 2, 3))
    aide = ("auxiliaires", 1)
    told = [
        (r.forme, r.exige, r.region, r.departement, r.zones) for r in rules(Parameters().exercice)
    ]
    assert told == [
        ("ESP", (one, aide), None, None, False),
        ("ESP CLAP", (one, ("professionnels", 2)), "52", None, False),
        ("MSP", (two, aide), None, None, False),
        ("MSP", (three, aide), "52", None, False),
        ("CDS", (("medicaux", 1), aide), None, None, False),
        ("PSLA", (two, aide), "28", None, False),
        ("PSLA", (two, aide, ("professionnels", 11)), "28", "76", False),
        ("SISA", (two, aide), None, None, False),
        ("CPTS", (), None, None, True),
    ]


def test_compositions_in_words() -> None:
    words = {key: plain(rule.composition) for key, rule in RULES.items()}
    assert words["MSP", "nationale"] == "2 médecins généralistes et 1 auxiliaire médical"
    assert words["ESP CLAP", "Pays de la Loire"] == (
        "2 professionnels de premier recours, dont 1 médecin généraliste"
    )
    assert words["CPTS", "nationale"].startswith("pas de composition minimale")


def test_two_lacks_of_which_one_may_be_none() -> None:
    """A lack that is sure says so first; two that may be none are to be checked."""
    rule = RULES["MSP", "nationale"]
    halves = team() | {"mg_partages": True, "auxiliaires_partages": True}
    told, lacks = verdict(rule, halves)
    assert told == tables.A_VERIFIER
    assert plain(lacks or "") == "2 médecins généralistes au plus et 1 auxiliaire médical au plus"
    told, lacks = verdict(rule, halves | {"mg_partages": False})
    assert told == tables.MANQUE
    assert plain(lacks or "") == "2 médecins généralistes et 1 auxiliaire médical au plus"
    # What lacks for sure decides though another number is unknown; what may be none does not.
    unknown = {"auxiliaires_inconnus": ("infirmier",)}
    assert verdict(rule, team() | unknown)[0] == tables.MANQUE
    assert verdict(rule, halves | unknown) == (tables.INCONNU, "nombre inconnu : infirmiers")


def test_a_form_has_a_row_for_each_zone_where_it_may_be() -> None:
    zones = pd.DataFrame(
        {
            "zone": ["1", "2"], "niveau": ["commune", "bassin"], "code": ["D", "A"],
            "nom": ["Dd", "Aa"], "population": [10, 80_000], "regions": [("24",), ("52",)],
            "departements": [("18",), ("44",)],
        }
    )  # fmt: skip
    members = pd.DataFrame({"zone": ["1", "2", "2"], "code_commune": ["D", "A", "B"]})
    found = forms(
        zones,
        teams(members, staff(COMMUNES, SITES, SOINS)),
        [RULES["MSP", "nationale"], RULES["CPTS", "nationale"]],
        (4e4, 8e4, 175e3),
    )
    shown = ["niveau", "code", "forme", "verdict", "population", "mg_nb", "taille_cpts"]
    assert found[shown].fillna(-1).to_numpy().tolist() == [
        ["commune", "D", "MSP", tables.INCONNU, 10, -1.0, -1.0],
        ["bassin", "A", "MSP", tables.PERMISE, 80_000, 3.0, -1.0],
        ["bassin", "A", "CPTS", tables.SANS_MINIMUM, 80_000, 3.0, 3.0],
    ]


def places(x: list[float], **columns: object) -> gpd.GeoDataFrame:
    points = [shapely.Point(at, 0) for at in x]
    return gpd.GeoDataFrame(columns, geometry=points, crs="EPSG:2154")


def test_groups_are_in_order_and_at_their_least_number() -> None:
    sites = places(
        [0, 10, 20], site_id=list("cba"), code_commune="A", mg_nb=[2.0 - 1e-6, 5.0, 1.9999],
        origine_position=["source", "adresse", "source"],
    )  # fmt: skip
    kept = {"mg_min": 2.0, "distance_m": 200.0}
    for structures in (None, places([0], categorie=["EHPAD"]), places([211], categorie=["CDS"])):
        found = groups(sites, structures, **kept)
        assert found["site_id"].tolist() == ["b", "c"]
        assert found.index.tolist() == [0, 1]
    # 201 m and 211 m.
    assert found["projet"].tolist() == [tables.SANS_PROJET] * 2
    assert groups(sites.head(0), places([0], categorie=["MSP"]), **kept).empty


TIMES = pd.DataFrame(
    [("B", "s1", 9.0), ("A", "s2", 7.0), ("A", "s1", 7.0), ("A", "g1", 5.0), ("A", "g2", 21.0)],
    columns=["pole", "lieu", "temps_min"],
)
STRUCTURES = pd.DataFrame(
    {"lieu": ["s1", "s2"], "categorie": "MSP", "nom": ["y", "x"], "code_commune": "B"}
)
GROUPED = pd.DataFrame(
    {"lieu": ["g1", "g2"], "site_id": ["g", "h"], "code_commune": "A", "mg_nb": 3.0, "projet": "?"}
)


def test_supports_are_sorted_by_pole_category_time_and_name() -> None:
    found = supports(TIMES, STRUCTURES, GROUPED, temps_max_min=20.0)
    assert found[["bassin", "categorie", "temps_min", "nom"]].to_numpy().tolist() == [
        ["A", "MSP", 7.0, "x"], ["A", "MSP", 7.0, "y"], ["A", tables.GROUPE, 5.0, "g"],
        ["B", "MSP", 9.0, "y"],
    ]  # fmt: skip
    assert found.index.tolist() == [0, 1, 2, 3]
    assert found["mg_nb"].fillna(-1.0).tolist() == [-1.0, -1.0, 3.0, -1.0]


def test_nothing_within_reach_and_nothing_at_all() -> None:
    columns = ["bassin", "categorie", "nom", "code_commune", "temps_min", "mg_nb", "projet"]
    far = supports(TIMES, STRUCTURES, GROUPED, temps_max_min=1.0)
    none = supports(TIMES, None, GROUPED.head(0), temps_max_min=20.0)
    for found in (far, none):
        assert found.empty
        assert found.columns.tolist() == columns


def aid(name: str, **changes: object) -> Aide:
    return Aide(name, name, "a", "b", None, tables.A_VERIFIER, **changes)


def test_aid_by_hand() -> None:
    communes = pd.DataFrame(
        {
            "zonage_mg": ["ZIP", "ZAC", "HZ"], "population": [100, 20, 3],
            "code_region": ["28", "24", "28"],
            "code_departement": ["14", "61", "14"],
        }
    )  # fmt: skip
    register = [
        aid("both", zones=("ZIP", "ZAC")), aid("none", zones=("ZAR",)), aid("free"),
        aid("other", autre_zonage="zonage des montagnes"),
        aid("closed", zones=("ZIP",), fermee=True),
        aid("here", regions=("28",), departements=("61",)),
        aid("beside", regions=("28",), departements=("76",)),
        aid("far", regions=("11",), departements=("61",)),
    ]  # fmt: skip
    found = aids(communes, register)
    shown = ["aide", "zones", "ouverture", "communes_nb", "population"]
    assert found[shown].astype("object").fillna(-1).to_numpy().tolist() == [
        ["both", "ZIP ou ZAC", "zone_presente", 2, 120],
        ["none", "ZAR", "zone_absente", 0, 0],
        ["free", "sans condition de zone", "sans_condition_de_zone", -1, -1],
        ["other", "zonage des montagnes", "zonage_non_lu", -1, -1],
        ["closed", "ZIP", "fermee", -1, -1],
        ["here", "sans condition de zone", "sans_condition_de_zone", -1, -1],
    ]
    # Of a territory without commune nothing is known.
    opened = aids(communes.head(0), register[:3])["ouverture"].tolist()
    assert opened == ["zone_inconnue", "zone_inconnue", "sans_condition_de_zone"]
