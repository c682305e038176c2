"""Scenarios: what the moves do to the supply, five rows at a time, and their file."""

import hashlib
from fractions import Fraction
from types import SimpleNamespace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely.geometry import Point, box

from diagterritoire.core.scenarios.departing import departing_share
from diagterritoire.core.scenarios.gaps import gaps
from diagterritoire.core.scenarios.moves import Lieu, Ouvrir, Scenario
from diagterritoire.core.scenarios.places import place_of
from diagterritoire.core.scenarios.planning import planned
from diagterritoire.core.scenarios.spread import by_commune, paired
from diagterritoire.core.scenarios.supply import Area, Rates, supplied
from diagterritoire.errors import UsageError
from diagterritoire.outputs.report.scenarios import _told as gains_and_losses
from diagterritoire.scenarios.delivery import read_all, suffix
from diagterritoire.scenarios.reading import read_scenario, reduced, scenario_of
from diagterritoire.store import check_slug

CRS = "EPSG:2154"
PAR_MG, PAR_ETP = 4220.0, 5400.0


def area(factors=None, ages=None, **counts):
    """Three communes in a row: A has two sites, B one, C none; C is in the buffer."""
    communes = gpd.GeoDataFrame(
        {
            "code_commune": ["18001", "18002", "18003"],
            "nom": ["A", "B", "C"],
            "dans_territoire": [True, True, False],
            "x": [600_000.0, 610_000.0, 620_000.0],
            "y": 6_600_000.0,
            "mg_nb": [5.0, 1 / 3, 0.0],
        },
        geometry=[
            box(x - 5000, 6_595_000, x + 5000, 6_605_000) for x in (600_000, 610_000, 620_000)
        ],
        crs=CRS,
    )
    sites = gpd.GeoDataFrame(
        {
            "site_id": ["mg-18001", "s-18001", "mg-18002"],
            "code_commune": ["18001", "18001", "18002"],
            "mg_nb": [3.0, 2.0, 1 / 3],
            "origine_position": ["centre_commune", "source", "centre_commune"],
        },
        geometry=[
            Point(600_000, 6_600_000),
            Point(601_000, 6_600_000),
            Point(610_000, 6_600_000),
        ],
        crs=CRS,
    )
    rates = Rates(PAR_MG, PAR_ETP, 10.0, pd.Series(factors or {}, dtype="float64"))
    medecins = pd.DataFrame(columns=["code_commune", "age"]) if ages is None else ages
    return Area(communes, sites, medecins, rates, secret=2)


def made(here, **moves):
    plan = planned(scenario_of({"nom": "essai"} | moves), here)
    return supplied(plan, here)


def consultations(here, sites):
    return sum(
        Fraction(float(mg)) * here.rates.of(code)
        for mg, code in zip(sites["mg_nb"], sites["code_commune"], strict=True)
    )


def counts(sites):
    return dict(zip(sites["site_id"], sites["mg_nb"], strict=True))


def test_opening_in_a_commune_joins_the_site_at_its_point():
    here = area()
    sites, communes = made(here, ouvrir=[{"code_commune": "18001", "etp": 3}])
    assert counts(sites)["mg-18001"] == pytest.approx(3 + 3 * PAR_ETP / PAR_MG)
    assert list(sites["site_id"]) == list(here.sites["site_id"])
    assert communes["mg_nb"].iloc[0] == pytest.approx(5 + 3 * PAR_ETP / PAR_MG)


def test_opening_where_there_is_none_makes_a_site_in_the_currency_of_the_commune():
    here = area({"18003": 2.0})
    sites, communes = made(here, ouvrir=[{"code_commune": "18003", "etp": 1}])
    assert sites["site_id"].tolist()[-1] == "scenario-18003"
    assert counts(sites)["scenario-18003"] == pytest.approx(PAR_ETP / PAR_MG / 2)
    gained = consultations(here, sites) - consultations(here, here.sites)
    assert float(gained) == pytest.approx(PAR_ETP, abs=1e-9)
    assert communes["mg_nb"].iloc[2] == pytest.approx(PAR_ETP / PAR_MG / 2)


@pytest.mark.parametrize(
    "factors", [{}, {"18001": 1.7, "18002": 0.3}], ids=["same activity", "other activities"]
)
@pytest.mark.parametrize(
    "moves",
    [
        {
            "fermer": [{"site_id": "mg-18002"}],
            "ouvrir": [{"code_commune": "18002", "etp": "whole"}],
        },
        {
            "retirer": [{"site_id": "mg-18001", "etp": 0.1}],
            "ouvrir": [{"code_commune": "18001", "etp": 0.1}],
        },
        {
            "retirer": [{"site_id": "s-18001", "etp": 0.7}],
            "ouvrir": [{"site_id": "s-18001", "etp": 0.2}, {"site_id": "s-18001", "etp": 0.5}],
        },
    ],
    ids=["close", "retire a little", "in two steps"],
)
def test_retiring_then_opening_the_same_gives_the_present_back_to_the_bit(factors, moves):
    here = area(factors)
    whole = float(Fraction(1 / 3) * here.rates.of("18002") / Fraction(PAR_ETP))
    opened = [{**o, "etp": whole if o["etp"] == "whole" else o["etp"]} for o in moves["ouvrir"]]
    sites, communes = made(here, **(moves | {"ouvrir": opened}))
    pd.testing.assert_frame_equal(sites, here.sites, check_exact=True)
    pd.testing.assert_frame_equal(communes, here.communes, check_exact=True)


def test_a_site_that_is_closed_stays_with_nobody():
    sites, communes = made(area(), fermer=[{"site_id": "mg-18002"}])
    assert counts(sites) == {"mg-18001": 3.0, "s-18001": 2.0, "mg-18002": 0.0}
    assert communes["mg_nb"].tolist() == [5.0, 0.0, 0.0]


def test_what_moves_keeps_its_consultations_whatever_the_activity_around():
    here = area({"18001": 1.5, "18003": 0.5})
    sites, _ = made(
        here, deplacer=[{"site_id": "s-18001", "code_commune": "18003"}],
        antenne=[{"depuis": "mg-18001", "code_commune": "18002", "demi_journees": 2}],
    )  # fmt: skip
    assert counts(sites)["scenario-18003"] == pytest.approx(2 * 1.5 / 0.5)
    assert counts(sites)["mg-18002"] == pytest.approx(1 / 3 + 0.2 * PAR_ETP / PAR_MG)
    assert float(consultations(here, sites)) == pytest.approx(
        float(consultations(here, here.sites)), rel=1e-15
    )


def test_shares_retire_the_territory_and_not_its_buffer_unless_asked():
    here = area()
    opened = {"ouvrir": [{"code_commune": "18003", "etp": 1}]}
    sites, _ = made(here, retirer=[{"part": 0.5}], **opened)
    assert counts(sites)["mg-18001"] == 1.5
    assert counts(sites)["mg-18002"] == (1 / 3) / 2
    sites, _ = made(here, retirer=[{"part": 0.5, "site_id": "s-18001"}])
    assert counts(sites) == {"mg-18001": 3.0, "s-18001": 1.0, "mg-18002": 1 / 3}


def test_ages_retire_a_share_that_points_at_nobody():
    ages = pd.DataFrame(
        {"code_commune": ["18001"] * 4 + ["18002"], "age": [70.0, 65.0, 64.9, 40.0, 80.0]}
    )
    share = departing_share(ages, pd.Series(["18001", "18002"]), age=65, secret=2)
    # B has one GP of known age: alone of its kind, it takes the share of all.
    assert share.to_dict() == {"18001": 0.5, "18002": 0.6}
    sites, _ = made(area(ages=ages), retirer=[{"age": 65}])
    assert counts(sites)["mg-18001"] == 1.5
    with pytest.raises(UsageError, match="demande l'âge des médecins, connu ici pour 0"):
        made(area(), retirer=[{"age": 65}])


@pytest.mark.parametrize("order", [(65, 60), (60, 65), (60, 60)])
def test_two_ages_retire_those_of_the_lower_one(order):
    ages = pd.DataFrame({"code_commune": "18001", "age": [70.0, 66.0, 61.0, 40.0]})
    # Two of four are 65 or more, three are 60 or more: one of four stays.
    sites, _ = made(area(ages=ages), retirer=[{"age": age} for age in order])
    assert counts(sites)["mg-18001"] == 3 / 4
    assert counts(sites)["mg-18002"] == (1 / 3) / 4


def test_a_gp_of_a_city_by_arrondissement_is_one_person():
    parts = [f"6938{n}" for n in range(1, 10)]
    # One GP of Lyon, 70 years old, in each arrondissement; four of 40 and one of 80 in a commune.
    ages = pd.DataFrame(
        {
            "code_commune": parts + ["69124"] * 5,
            "rang": [0] * 9 + [1, 2, 3, 4, 5],
            "age": [70.0] * 9 + [40.0] * 4 + [80.0],
        }
    )
    share = departing_share(ages, pd.Series(["69381", "69124"]), age=65, secret=5)
    # Alone of its kind, the GP of Lyon is told with all six, two of whom leave.
    assert share.to_dict() == {"69381": pytest.approx(2 / 6), "69124": pytest.approx(1 / 5)}
    with pytest.raises(UsageError, match="connu ici pour 1 d'entre eux"):
        departing_share(ages.head(9), pd.Series(parts), age=65, secret=5)


def test_a_project_of_several_sites_shares_its_staff():
    sites = [{"code_commune": "18001", "part": 0.75}, {"code_commune": "18003", "part": 0.25}]
    document = {"nom": "x", "psla": [{"nom": "P", "etp": 4, "sites": sites}]}
    opened = scenario_of(document).moves
    assert [(m.etp, m.projet) for m in opened] == [(3.0, "P"), (1.0, "P")]


def test_a_point_is_in_the_commune_that_holds_it():
    here = area()
    lonlat = gpd.GeoSeries([Point(612_000, 6_601_000)], crs=CRS).to_crs("EPSG:4326").iloc[0]
    place = place_of(Lieu(lon=lonlat.x, lat=lonlat.y), here.communes, here.sites)
    assert place.code_commune == "18002"
    assert place.site_id.startswith("scenario-18002-")
    assert (place.x, place.y) == pytest.approx((612_000, 6_601_000), abs=1e-3)
    with pytest.raises(UsageError, match="n'est dans aucune commune"):
        place_of(Lieu(lon=0.0, lat=10.0), here.communes, here.sites)


def test_unknown_gps_stay_unknown():
    here = area()
    here.communes.loc[2, "mg_nb"] = np.nan
    _, communes = made(here, ouvrir=[{"code_commune": "18003", "etp": 1}])
    assert np.isnan(communes["mg_nb"].iloc[2])


@pytest.mark.parametrize(
    ("moves", "words"),
    [
        ({"fermer": [{"site_id": "mg-18009"}]}, "aucun site « mg-18009 »"),
        ({"ouvrir": [{"code_commune": "99999", "etp": 1}]}, "« 99999 » n'est ni dans"),
        ({"retirer": [{"site_id": "mg-18002", "etp": 1}]}, "qui n'en a que 0,26"),
        ({"ouvrir": [{"code_commune": "18001", "etp": -1}]}, "« etp » vaut -1, hors de 0"),
        ({"ouvrir": [{"code_commune": "18001", "etp": True}]}, "attend un nombre, pas True"),
        ({"ouvrir": [{"code_commune": "18001", "etp": float("nan")}]}, "vaut nan"),
        ({"ouvrir": [{"code_commune": "18001", "etp": 10**400}]}, "hors de 0 à 10000"),
        ({"ouvrir": [{"code_commune": "18001", "etp": 16**9999}]}, "plusieurs milliers"),
        (
            {"ouvrir": [{"code_commune": "18001", "professions": {"infirmier": 0}}]},
            "n'ouvre rien",
        ),
        ({"ouvrir": [{"code_commune": 18001, "etp": 1}]}, "texte entre guillemets, pas 18001"),
        ({"ouvrir": [{"etp": 1}]}, "ne dit pas où"),
        ({"ouvrir": [{"code_commune": "18001"}]}, "n'ouvre rien"),
        (
            {"ouvrir": [{"code_commune": "18001", "lon": 2.0, "lat": 46.0, "etp": 1}]},
            r"\[\[ouvrir\]\] n° 1 : donne code_commune, lon et lat",
        ),
        ({"ouvrir": [{"lon": 2.0, "etp": 1}]}, "donne lon, qui ne vont pas"),
        ({"ouvrir": [{"commune": "18001", "etp": 1}]}, "clé inconnue « commune »"),
        ({"ouvrire": []}, "clé inconnue « ouvrire »"),
        ({"ouvrir": {"code_commune": "18001"}}, "attend une liste de tables"),
        ({"retirer": [{"age": 65, "part": 0.1}]}, "donne age et part"),
        ({"retirer": [{"etp": 1.0}]}, "donne etp sans site_id"),
        ({"retirer": [{"part": 1.5}]}, "« part » vaut 1.5, hors de 0 à 1"),
        ({"psla": [{"nom": "P", "etp": 1, "sites": [{"code_commune": "18001"}]}]}, "compte 1 site"),
        (
            {"accelerer": [{"depart": {"code_commune": "18001"}, "minutes": 3,
                            "arrivee": {"code_commune": "18001"}}]},
            "part d'où elle arrive",
        ),
        ({}, "aucun mouvement"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said(moves, words):
    with pytest.raises(UsageError, match=words):
        made(area(), **moves)


@pytest.mark.parametrize("nom", ["", "   ", "«…»", "日本", 3, "x" * 201])
def test_a_name_makes_a_folder(nom):
    with pytest.raises(UsageError):
        scenario_of({"nom": nom, "fermer": [{"site_id": "s"}]})


def test_files_are_read_and_hashed(tmp_path):
    hostile = "=1+1 ${alert(1)} <img src=x onerror=alert(1)> ../../etc"
    path = tmp_path / "a.toml"
    path.write_text(f"nom = '{hostile}'\n[[fermer]]\nsite_id = 's'\n", encoding="utf-8-sig")
    found = read_scenario(path)
    assert found.nom == hostile
    assert found.cle == "1-1-alert-1-img-src-x-onerror-alert-1-etc"
    assert found.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    with pytest.raises(UsageError, match="leurs noms se réduisent tous deux"):
        read_all([path, path])
    for content in (b"nom = ", b"\xff\xfe", b"nom = 'x'\n" * 2, b"nom = " + b"9" * 5000):
        path.write_bytes(content)
        with pytest.raises(UsageError, match="n'est pas un fichier TOML lisible"):
            read_scenario(path)
    with pytest.raises(UsageError, match="n'existe pas"):
        read_scenario(tmp_path / "absent.toml")
    long = [suffix([found] * n) for n in (8, 9)]
    assert [len(name) for name in long] == [60, 60]
    assert long[0] != long[1]


def test_scenarios_compared_have_another_folder_than_one_of_their_names():
    names = [("A et B",), ("A", "B"), ("A-B",), ("A", "B", "C"), ("A", "B et C"), ("A et B", "C")]
    found = [suffix([Scenario(n, reduced(n), ()) for n in group]) for group in names]
    assert found == ["a-et-b", "a--b", "a-b", "a--b--c", "a--b-et-c", "a-et-b--c"]
    assert [check_slug(f"dep-2A--{name}") for name in found]


def test_the_order_of_the_file_changes_nothing():
    one = {"site_id": "mg-18001", "etp": 0.3}, {"site_id": "mg-18001", "etp": 0.4}
    sites = [
        made(area(), retirer=list(order), ouvrir=[{"code_commune": "18003", "etp": 0.7}])[0]
        for order in (one, one[::-1])
    ]
    pd.testing.assert_frame_equal(*sites, check_exact=True)


def test_differences_are_paired_draw_by_draw():
    before = pd.DataFrame(
        {"code_commune": "A", "tirage": range(4), "apl": [1.0, 2.0, 3.0, 9.0], "temps_mg_min": 5.0}
    )
    after = before.assign(apl=before["apl"] + [0.1, 0.2, 0.3, 0.4]).sample(frac=1, random_state=1)
    found = by_commune(paired(before, after), (0.0, 1.0)).iloc[0]
    # The APL itself goes from 1 to 9: its difference does not.
    assert found["apl_difference_bas"] == pytest.approx(0.1)
    assert found["apl_difference_haut"] == pytest.approx(0.4)
    lost = paired(before, after.assign(temps_mg_min=[5.0, np.nan, 5.0, 5.0]))
    assert np.isnan(by_commune(lost, (0.0, 1.0))["temps_mg_min_difference_bas"].iloc[0])


def test_an_unknown_side_makes_an_unknown_difference():
    one = pd.DataFrame({"code_commune": ["A", "B"], "t": [1.0, None]})
    two = pd.DataFrame({"code_commune": ["B", "A"], "t": [3.0, 1.0 + 1e-16]})
    table = gaps(one, two, "code_commune", ["t"])
    assert table["t_difference"].iloc[0] == 0
    assert np.isnan(table["t_difference"].iloc[1])


def test_an_opening_keeps_what_its_author_wrote():
    [move] = scenario_of(
        {"nom": "x", "ouvrir": [{"code_commune": "18001", "professions": {"infirmier": 2}}]}
    ).moves
    assert isinstance(move, Ouvrir)
    assert move.etp == 0
    assert dict(move.professions) == {"infirmier": 2.0}


@pytest.mark.parametrize(
    ("change", "words"),
    [(0.0, "Elle ne baisse nulle part"), (-0.004, "Elle ne baisse d'un centième nulle part.")],
)
def test_a_loss_too_small_to_be_written_is_not_denied(change, words):
    bilan = pd.DataFrame(
        {"indicateur": ["consultations_offertes", "consultations_recues"], "difference": 0.0,
         "unite": "consultations/an"}
    )  # fmt: skip
    layer = pd.DataFrame(
        {"nom": ["A", "B"], "dans_territoire": True, "apl_difference": [0.2, change],
         "deficit_avant": False, "deficit_apres": False}
    )  # fmt: skip
    told = gains_and_losses(SimpleNamespace(seuil="2,5"), bilan, layer)
    assert told[2].startswith(words)
