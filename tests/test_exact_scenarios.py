"""Scenarios, every figure by hand: what is nobody, what leaves twice, what is nearest."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely.geometry import Point, box

from diagterritoire.core.scenarios import moves as m
from diagterritoire.core.scenarios.anchoring import anchored, floored
from diagterritoire.core.scenarios.conflicts import emptied, short
from diagterritoire.core.scenarios.departing import departing_share
from diagterritoire.core.scenarios.gaps import flow_gaps, gaps
from diagterritoire.core.scenarios.places import declared_point, known_commune, known_site, place_of
from diagterritoire.core.scenarios.planning import planned
from diagterritoire.core.scenarios.spread import between, by_commune, paired
from diagterritoire.core.scenarios.supply import Area, Rates, supplied
from diagterritoire.errors import UsageError
from diagterritoire.french import INSECABLE
from test_scenarios import CRS, area, counts

A, B, C = "18001", "18002", "18003"


def one_by_one(**others: float) -> Area:
    """The same area, where a GP, a full-time one and a consultation are alike."""
    return replace(area(), rates=Rates(1.0, 1.0, 10.0, pd.Series(others, dtype="float64")))


def done(here: Area, *moves: m.Move) -> tuple[dict[str, float], dict[str, float]]:
    """GPs of the sites, then of the communes."""
    sites, communes = supplied(planned(m.Scenario("x", "x", m.ordered(list(moves))), here), here)
    return counts(sites), dict(zip(communes["code_commune"], communes["mg_nb"], strict=True))


def refused(here: Area, *moves: m.Move) -> str:
    with pytest.raises(UsageError) as found:
        done(here, *moves)
    return found.value.message


def test_what_opens_is_counted_to_a_billionth_of_a_gp() -> None:
    sites, communes = done(one_by_one(), m.Ouvrir(m.Lieu(C), 1 + 5e-10))
    assert sites["scenario-18003"] == pytest.approx(1 + 5e-10, rel=1e-14)
    assert communes[C] == pytest.approx(1 + 5e-10, rel=1e-14)
    sites, communes = done(one_by_one(), m.Ouvrir(m.Lieu(C), 5e-10))
    assert list(sites) == ["mg-18001", "s-18001", "mg-18002"]
    assert communes == {A: 5.0, B: 1 / 3, C: 0.0}
    sites, _ = done(one_by_one(), m.Ouvrir(m.Lieu(C), 1e-9))
    assert sites["scenario-18003"] == 1e-9
    sites, _ = done(one_by_one(), m.Ouvrir(m.Lieu(A), 5e-10))
    assert sites["mg-18001"] == 3.0
    sites, _ = done(one_by_one(), m.Ouvrir(m.Lieu(A), 1e-8))
    assert sites["mg-18001"] == pytest.approx(3.00000001, rel=1e-15)


def test_a_full_time_gp_is_worth_more_where_gps_do_less() -> None:
    here = replace(area(), rates=Rates(4.0, 6.0, 8.0, pd.Series({A: 0.5, B: None, C: 2.0})))
    opened = [m.Ouvrir(m.Lieu(code), 2.0) for code in (A, B, C)]
    sites, communes = done(here, *opened)
    # 12 consultations: 2 each for a GP of A, 4 of B, whose activity is not known, 8 of C.
    assert (sites["mg-18001"], sites["mg-18002"]) == (9.0, pytest.approx(3 + 1 / 3))
    assert sites["scenario-18003"] == 1.5
    assert communes == {A: 11.0, B: pytest.approx(3 + 1 / 3), C: 1.5}
    sites, _ = done(here, m.Antenne(m.Lieu(C), 2.0))
    # Two half-days of eight, of six consultations.
    assert sites["scenario-18003"] == 1.5 / 8
    none = replace(area(), rates=Rates(4.0, 6.0, 8.0, pd.Series({C: 0.0})))
    assert "18003 sont comptés sans aucune activité" in refused(none, m.Ouvrir(m.Lieu(C), 2.0))


def test_a_whole_site_moves_or_a_part_of_it() -> None:
    here = one_by_one()
    sites, communes = done(here, m.Deplacer("s-18001", m.Lieu(C)))
    assert sites == {"mg-18001": 3, "s-18001": 0, "mg-18002": 1 / 3, "scenario-18003": 2}
    assert communes == {A: 3.0, B: 1 / 3, C: 2.0}
    sites, _ = done(here, m.Deplacer("s-18001", m.Lieu(site_id="mg-18002"), 0.5))
    assert (sites["s-18001"], sites["mg-18002"]) == (1.5, pytest.approx(5 / 6))
    sites, _ = done(here, m.Antenne(m.Lieu(C), 4.0, depuis="s-18001"))
    assert (sites["s-18001"], sites["scenario-18003"]) == (1.6, 0.4)
    # What is lacking by less than a billionth of a GP is not lacking.
    sites, _ = done(here, m.Deplacer("s-18001", m.Lieu(C), 2 + 5e-10))
    assert (sites["s-18001"], sites["scenario-18003"]) == (0.0, 2.0)
    assert "prend 2,00 temps plein" in refused(here, m.Deplacer("s-18001", m.Lieu(C), 2 + 5e-9))


def test_what_is_lacking_is_told_in_full_time_gps() -> None:
    here = replace(area(), rates=Rates(4.0, 8.0, 10.0))
    words = refused(here, m.Deplacer("s-18001", m.Lieu(C), 3.0))
    assert "[[deplacer]] n° 1 prend 3 temps plein au site « s-18001 », qui n'en a que 1." in words
    words = refused(
        here, m.Retirer(etp=0.25, site_id="s-18001"), m.Deplacer("s-18001", m.Lieu(C), 3)
    )
    assert "que 0,75 une fois fait [[retirer]] n° 1." in words
    # Who came before is not who left before.
    came = m.Deplacer("mg-18001", m.Lieu(B), 0.0625)
    words = refused(here, came, m.Deplacer("mg-18002", m.Lieu(C), 3.0))
    assert "[[deplacer]] n° 2 prend 3 temps plein" in words
    assert "une fois fait" not in words


def test_an_emptied_site_is_told_and_a_closed_one_may_be_closed_after_all_retired() -> None:
    here = one_by_one()
    gone = m.Retirer(part=1.0, site_id="s-18001")
    assert done(here, gone, m.Fermer("s-18001"))[0]["s-18001"] == 0.0
    words = refused(here, m.Fermer("s-18001"), m.Deplacer("s-18001", m.Lieu(C)))
    assert "[[fermer]] n° 1 et [[deplacer]] n° 1 se contredisent" in words
    assert "« s-18001 » quand vient [[deplacer]] n° 1" in words
    # A site that never had anybody may be closed.
    empty = one_by_one()
    empty.sites["mg_nb"] = [3.0, 0.0, 1.0]
    assert done(empty, m.Fermer("s-18001"))[0]["s-18001"] == 0.0
    assert done(empty, m.Retirer(part=0.5, site_id="s-18001"))[0]["s-18001"] == 0.0
    half = m.Retirer(part=0.5, site_id="s-18001")
    assert done(here, half, half)[0]["s-18001"] == 0.5
    words = refused(here, half, m.Fermer("s-18001"), m.Fermer("s-18001"))
    assert "[[retirer]] n° 1, [[fermer]] n° 1 et [[fermer]] n° 2 se contredisent" in words


def test_those_who_retire_are_of_the_territory_of_a_commune_or_of_a_site() -> None:
    here = one_by_one()
    there = {"site_id": ["b-18003"], "code_commune": [C], "mg_nb": [4.0]}
    more = gpd.GeoDataFrame(there, geometry=[Point(620_000, 6_600_000)], crs=CRS)
    sites = gpd.GeoDataFrame(pd.concat([more, here.sites]), crs=CRS).reset_index(drop=True)
    here = replace(here, sites=sites)
    assert m.Retirer(part=0.5).pourtour is False
    third = (1 / 3) / 2
    assert done(here, m.Retirer(part=0.5))[0] == {
        "b-18003": 4.0, "mg-18001": 1.5, "s-18001": 1.0, "mg-18002": third,
    }  # fmt: skip
    assert done(here, m.Retirer(part=0.5, pourtour=True))[0]["b-18003"] == 2.0
    assert done(here, m.Retirer(part=0.5, code_commune=A))[0] == {
        "b-18003": 4.0, "mg-18001": 1.5, "s-18001": 1.0, "mg-18002": 1 / 3,
    }  # fmt: skip
    assert done(here, m.Retirer(part=0.25, site_id="b-18003"))[0]["b-18003"] == 3.0
    edits = planned(m.Scenario("x", "x", (m.Retirer(part=0.5, pourtour=True),)), here).edits
    assert [e.site_id for e in edits] == ["b-18003", "mg-18001", "mg-18002", "s-18001"]
    assert [e.consultations for e in edits][:2] == [Fraction(-2), Fraction(-3, 2)]


def ages(*rows: tuple[str, float | None]) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=["code_commune", "age"])


def test_ages_are_told_from_the_number_kept_secret_on() -> None:
    two = ages((A, 65.0), (A, 64.9), (B, None))
    wanted = pd.Series([A, B, A])
    assert departing_share(two, wanted, age=65, secret=2).to_dict() == {A: 0.5, B: 0.5}
    with pytest.raises(UsageError, match=r"65 ans et plus.*connu ici pour 2 d'entre eux"):
        departing_share(two, wanted, age=65, secret=3)
    with pytest.raises(UsageError, match="connu ici pour 0"):
        departing_share(two.iloc[2:], wanted, age=65, secret=0)
    assert departing_share(two.iloc[:1], wanted, age=65, secret=0).to_dict() == {A: 1.0, B: 1.0}


def test_few_gps_are_told_with_the_others_who_are_few() -> None:
    known = ages((A, 70.0), (A, 30.0), (A, 40.0), (B, 80.0), (C, 20.0))
    share = departing_share(known, pd.Series([A, B, C, "18004"]), age=65, secret=2)
    assert share.to_dict() == {A: pytest.approx(1 / 3), B: 0.5, C: 0.5, "18004": 0.5}
    # B is alone: the share of all four, 2 of 4.
    share = departing_share(known.iloc[:4], pd.Series([A, B]), age=65, secret=2)
    assert share.to_dict() == {A: pytest.approx(1 / 3), B: 0.5}


def test_a_gp_weighs_what_it_does() -> None:
    known = ages((A, 70.0), (A, 30.0)).assign(consultations_comptees=[0.125, 0.375])
    assert departing_share(known, pd.Series([A, B]), age=65, secret=2).to_dict() == {
        A: 0.25,
        B: 0.25,
    }
    nothing = known.assign(consultations_comptees=0.0)
    assert departing_share(nothing, pd.Series([A, B]), age=65, secret=2).to_dict() == {
        A: 0.0,
        B: 0.0,
    }


def test_who_left_at_an_age_does_not_leave_again() -> None:
    four = ages((A, 70.0), (A, 66.0), (A, 61.0), (A, 40.0))
    here = replace(one_by_one(), medecins_ages=four)
    for first, second in ((65.0, 60.0), (60.0, 65.0), (60.0, 60.0)):
        edits = planned(
            m.Scenario("x", "x", (m.Retirer(age=first), m.Retirer(age=second))), here
        ).edits
        assert sum(e.consultations for e in edits if e.site_id == "mg-18001") == Fraction(-9, 4)
    assert len(edits) == 3


def test_everybody_may_leave_at_two_ages() -> None:
    here = replace(one_by_one(), medecins_ages=ages((A, 70.0), (A, 66.0)))
    gone, _ = done(here, m.Retirer(age=65.0), m.Retirer(age=60.0))
    assert gone == {"mg-18001": 0.0, "s-18001": 0.0, "mg-18002": 0.0}


def test_a_place_is_the_site_at_the_very_point_of_the_commune() -> None:
    here = area()
    here.sites["site_id"] = ["z-18001", "a-18001", "mg-18002"]
    place = place_of(m.Lieu(A), here.communes, here.sites)
    assert (place.site_id, place.x, place.y) == ("z-18001", 600_000.0, 6_600_000.0)
    here.sites.geometry = [Point(600_000, 6_600_000)] * 3
    here.sites["code_commune"] = A
    assert place_of(m.Lieu(A), here.communes, here.sites).site_id == "a-18001"
    there = place_of(m.Lieu(site_id="a-18001"), here.communes, here.sites)
    assert (there.code_commune, there.origine_position) == (A, "source")
    none = place_of(m.Lieu(C), here.communes, here.sites)
    assert (none.site_id, none.code_commune, none.x) == ("scenario-18003", C, 620_000.0)
    assert none.origine_position == "centre_commune"


def lonlat(x: float, y: float) -> m.Lieu:
    at = gpd.GeoSeries([Point(x, y)], crs=CRS).to_crs("EPSG:4326").iloc[0]
    return m.Lieu(lon=at.x, lat=at.y)


def test_a_point_at_sea_is_of_the_nearest_commune_within_the_tolerance() -> None:
    here = area()
    at = lonlat(590_000, 6_600_000)  # 5 km west of A
    assert here.tolerance_m == 0.0
    found = place_of(at, here.communes, here.sites, tolerance_m=5001.0)
    assert found.code_commune == A
    assert declared_point(found.site_id) == pytest.approx((at.lat, at.lon), abs=1e-5)
    with pytest.raises(UsageError, match="n'est dans aucune commune"):
        place_of(lonlat(594_999.5, 6_600_000), here.communes, here.sites)
    assert declared_point("scenario-18001") is None
    assert declared_point(None) is None
    with pytest.raises(UsageError, match="n'est dans aucune commune"):
        place_of(at, here.communes, here.sites, tolerance_m=4999.0)
    with pytest.raises(UsageError, match="n'est dans aucune commune"):
        place_of(at, here.communes.iloc[:0], here.sites, tolerance_m=4999.0)


def test_a_point_of_two_arrondissements_drawn_alike_is_of_the_nearest_point() -> None:
    here = area()
    same = here.communes.assign(geometry=[box(590_000, 6_590_000, 630_000, 6_610_000)] * 3)
    assert place_of(lonlat(609_000, 6_600_000), same, here.sites).code_commune == B
    # Of different outlines, the smallest code whatever the distance.
    other = same.assign(geometry=[box(590_000, 6_590_000, 640_000, 6_610_000), *same.geometry[1:]])
    assert place_of(lonlat(609_000, 6_600_000), other, here.sites).code_commune == A


def test_what_is_not_known_says_what_is() -> None:
    here = area()
    with pytest.raises(UsageError) as found:
        known_commune("99999", here.communes)
    assert "par exemple 18001." in found.value.remede
    with pytest.raises(UsageError) as found:
        known_commune("99999", here.communes.iloc[:0])
    assert "par exemple 2A004." in found.value.remede
    with pytest.raises(UsageError) as found:
        known_site("", here.sites)
    assert "mg-18001, mg-18002 et s-18001" in found.value.remede
    with pytest.raises(UsageError) as found:
        known_site("x", here.sites.iloc[:0])
    assert "aucun : le territoire est sans médecin" in found.value.remede


def test_words_name_every_move_once() -> None:
    found = emptied("[[deplacer]] n° 1", "s", ["[[retirer]] n° 1"] * 2).message
    assert "[[retirer]] n° 1 et [[deplacer]] n° 1 se contredisent" in found
    seven = [f"n° {n}" for n in range(1, 8)]
    told = emptied("n° 8", "s", seven).message
    assert f"n° 5, n° 6 et 2{INSECABLE}autres se contredisent" in told
    assert "n° 5, n° 6 et n° 8 se contredisent" in emptied("n° 8", "s", seven[:6]).message
    after = short("x", "s", 1.0, 0.5, seven).message
    assert f"une fois fait n° 1, n° 2, n° 3, n° 4, n° 5 et 2{INSECABLE}autres." in after
    assert "n'en a que 0,50." in short("x", "s", 2.5, 0.5, []).message
    assert "prend 2,50 temps plein" in short("x", "s", 2.5, 0.5, []).message


def test_a_fall_to_nothing_is_not_below() -> None:
    published, change = pd.Series([1.0, 1.0, None]), pd.Series([-1.0, -1.5, 0.5])
    assert anchored(published, change).fillna(-1).tolist() == [0.0, 0.0, -1]
    assert floored(published, change).tolist() == [False, True, False]


def test_gaps_of_the_last_bit_are_none() -> None:
    before = pd.DataFrame({"cle": ["b", "a", "c"], "v": [1.0, None, 2.0]})
    after = pd.DataFrame({"cle": ["a", "b"], "v": [3.0, 1.0 + 4e-10]})
    found = gaps(before, after, "cle", ["v"])
    assert found["cle"].tolist() == ["a", "b", "c"]
    assert found["v_difference"].fillna(-1).tolist() == [-1, 0.0, -1]
    assert gaps(before, after.assign(v=1 + 2e-9), "cle", ["v"])["v_difference"][1] == 2e-9
    pair = pd.DataFrame(
        {"code_residence": ["B", "A"], "code_exercice": "C", "patients": [5.0, 1.0]}
    )
    flows = flow_gaps(pair, pair.iloc[:0], least=0.5)
    assert flows.index.tolist() == [0, 1]
    assert flows["code_residence"].tolist() == ["A", "B"]
    assert flows["patients_difference"].tolist() == [-1.0, -5.0]
    last = flow_gaps(pair, pair.assign(patients=[6.0, 1.0]), least=0.5)
    assert (last.index.tolist(), last["code_residence"].tolist()) == ([0], ["B"])


def test_differences_of_draws_have_the_interval_of_type_seven() -> None:
    draws = pd.DataFrame({"code_commune": list("BBBAAA"), "tirage": [2, 1, 0] * 2})
    before = draws.assign(apl=1.0, temps_mg_min=[1.0, 1, 1, 1, None, 1])
    after = draws.assign(apl=[4.0, 3, 1, 1, 1, 1], temps_mg_min=2.0)
    both = paired(before, after)
    assert both.index.tolist() == [0, 1, 2, 3, 4, 5]
    assert both[["code_commune", "tirage"]].to_numpy().tolist()[:2] == [["A", 0], ["A", 1]]
    found = by_commune(both, (0.25, 1.0)).set_index("code_commune")
    # B: 0, 2, 3: a quarter is half way from 0 to 2.
    assert found.loc["B"].tolist() == [1.0, 3.0, 1.0, 1.0]
    assert found.loc["A"].fillna(-1).tolist() == [0.0, 0.0, -1, -1]
    assert between(pd.Series([4.0, 0.0, 2.0]), (0.25, 1.0)) == (1.0, 4.0)
    for unknown in (pd.Series([], dtype="float64"), pd.Series([1.0, None])):
        assert np.isnan(between(unknown, (0.0, 1.0))).all()
