"""What is set beside other figures, and what draws give, every figure by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from diagterritoire import tables
from diagterritoire.core.care.professions import Professions
from diagterritoire.core.draws.drawing import drawn, moved, noise
from diagterritoire.core.draws.firmness import firmness
from diagterritoire.core.verdict import disagreements as d
from diagterritoire.core.verdict.comparisons import comparaisons
from diagterritoire.core.verdict.densities import SANS_SOURCE, densites
from diagterritoire.core.verdict.evolution import (
    changed_rows,
    movements,
    presence,
    side_by_side,
    totals,
    zone_changes,
)
from diagterritoire.core.verdict.truth import truth
from diagterritoire.parameters import Parameters
from test_comparisons import LIBELLES, base, territory
from test_disagreements import causes
from test_truth import FIVE, row, year


def test_communes_of_two_deliveries_come_in_order() -> None:
    before = pd.DataFrame({"code_commune": ["d", "b", "a", "c"], "nom": list("DBAC"), "apl": 1.0})
    after = pd.DataFrame({"code_commune": ["f", "c", "e", "b"], "nom": list("fceb"), "apl": 2.0})
    found = presence(before, after)
    assert list(found.apparues["code_commune"].items()) == [(0, "e"), (1, "f")]
    assert list(found.disparues["code_commune"].items()) == [(0, "a"), (1, "d")]
    assert found.communes == 2
    joined = side_by_side(before, after)
    assert joined.index.tolist() == [0, 1]
    columns = ["code_commune", "nom", "apl_avant", "apl_apres"]
    assert joined[columns].to_numpy().tolist() == [["b", "b", 1.0, 2.0], ["c", "c", 1.0, 2.0]]


def test_a_move_of_just_a_step_is_one_both_ways() -> None:
    joined = pd.DataFrame({"code_commune": list("abcd"), "nom": list("ABCD")}).assign(
        apl_avant=[2.0, 2.0, 2.0, 2.0], apl_apres=[2.25, 1.75, 2.2499, 1.7501]
    )
    found = movements(joined, {"apl": 0.25})
    assert found["sens"].tolist() == ["hausse", "baisse", "stable", "stable"]
    assert found["difference"].round(4).tolist() == [0.25, -0.25, 0.2499, -0.2499]
    # 0.3 - 0.2 is written with less than 0.1.
    near = joined.iloc[:1].assign(apl_avant=0.2, apl_apres=0.3)
    assert movements(near, {"apl": 0.1})["sens"].tolist() == ["hausse"]


def test_changes_of_zone_are_counted_once_each() -> None:
    joined = pd.DataFrame(
        {
            "nom": list("ABCD"), "code_commune": list("abcd"), "population_apres": [1, 2, 4, 8],
            "zonage_mg_avant": ["ZIP", "ZIP", "ZAC", None],
            "zonage_mg_apres": ["ZAC", "ZAC", "ZAC", None],
        }
    )  # fmt: skip
    found = zone_changes(joined)
    assert found.to_numpy().tolist() == [["ZIP", "ZAC", 2, 3, ["A", "B"]]]


def test_totals_of_three_communes_and_of_what_is_unknown() -> None:
    communes = pd.DataFrame(
        {
            "population": [1, 2, 5], "population_standardisee": [1.0, 3.0, 0.0],
            "mg_nb": [1.0, None, 0.5], "mg_etp": None, "temps_mg_min": [2.0, 6.0, None],
            "apl": [1.0, 3.0, 9.0], "apl_publiee": [None, 2.0, None],
            "deficit": [True, False, True], "atteignable": [True, True, False],
            "deficit_consultations": [0.25, 0.5, None], "deficit_etp": [None, 0.5, None],
            "zonage_mg": ["ZIP", "ZAC", None],
        }
    )  # fmt: skip
    assert totals(communes) == {
        "communes": 3.0, "population": 8.0, "mg_nb": 1.5, "mg_etp": None,
        "temps_mg_min": pytest.approx(14 / 3), "non_atteignables": 1.0, "apl": 2.5,
        "apl_publiee": 2.0, "communes_deficit": 2.0, "population_deficit": 6.0,
        "deficit_consultations": 0.75, "deficit_etp": 0.5, "population_zip": 1.0,
        "population_zac": 2.0,
    }  # fmt: skip
    unknown = totals(communes.assign(zonage_mg=None))
    assert (unknown["population_zip"], unknown["population_zac"]) == (None, None)


def test_rows_with_the_same_key_are_put_together() -> None:
    before = pd.DataFrame(
        {"cle": ["b", "a", "a", "c"], "valeur": ["1", "3", "2", "4"], "unite": "u"}
    )
    after = pd.DataFrame(
        {"cle": ["d", "a", "a", "c"], "valeur": ["5", "2", "3", "4"], "unite": "u"}
    )
    found = changed_rows(before, after, ["valeur", "unite"])
    assert found.index.tolist() == [0, 1]
    assert found.fillna("-").to_numpy().tolist() == [
        ["b", "1", "u", "-", "-"], ["d", "-", "-", "5", "u"],
    ]  # fmt: skip
    once = changed_rows(before, before.iloc[[0, 1, 3]], ["valeur"])
    assert once.to_numpy().tolist() == [["a", "2 ; 3", "3"]]


def test_causes_at_their_bounds() -> None:
    # A GP at just the reach of 20 min is in reach: published 0, that disagrees.
    assert causes((20.0, 30.0, 10.0, 0.0, 0.0)) == {"A": d.POINT}
    assert causes((20.01, 30.0, 10.0, 0.0, 0.0)) == {}
    # A point at just the distance is not far from the road; times 1.2, 16.6 is in reach still.
    assert causes((16.6, 20.0, 1000.0, 0.0, 0.0)) == {"A": d.MEDECIN}
    assert causes((16.6, 20.0, 1001.0, 0.0, 0.0)) == {"A": d.RATTACHEMENT}
    assert causes((16.7, 20.0, None, 0.0, 0.0)) == {"A": d.VITESSE}
    # Published, and too far: over 1.2, 24 min is in reach.
    assert causes((24.0, 21.0, 10.0, 1.0, 1.0)) == {"A": d.VITESSE}
    assert causes((24.1, 21.0, 10.0, 1.0, None)) == {"A": d.MEDECIN}
    assert causes((24.1, 20.0, 10.0, 1.0, None)) == {"A": d.POINT}
    assert causes((24.1, 20.0, 10.0, 1.0, 0.0)) == {"A": d.MEDECIN_VU}


def test_those_that_disagree_are_numbered() -> None:
    communes = pd.DataFrame(
        {
            "code_commune": ["B", "A", "C"], "temps_min": [9.0, 30.0, 9.0], "rattachement_m": 1.0,
            "temps_autre_min": 9.0, "apl_publiee": [0.0, 0.0, 0.0], "apl_autre_annee": [1.0, 0, 0],
        }
    )  # fmt: skip
    found = d.disagreements(communes, portee_min=20.0, marge=0.2, rattachement_m=1000.0)
    assert found.columns.tolist() == ["code_commune", "publiee_nulle", "cause"]
    assert found.index.tolist() == [0, 1]
    assert found.to_numpy().tolist() == [["B", True, d.MEDECIN_VU], ["C", True, d.MEDECIN]]


def test_figures_of_zones_without_anybody() -> None:
    empty = base().iloc[:2].assign(population=0, population_totale=0.0)
    found = comparaisons(empty[::-1], territory("01002"), 2.5, LIBELLES)
    assert found["mg_nb"].tolist() == [3, 3, 3, 3]
    assert found["mg_pour_10000"].isna().all()
    assert found["part_population_sous_seuil"].isna().all()
    lone = base().iloc[:2].assign(population=[1, 0], population_totale=[0.5, 0.25])
    alone = comparaisons(lone, territory("01001", "01002"), 3.5, LIBELLES).iloc[0]
    assert (alone["mg_pour_10000"], alone["part_population_sans_mg"]) == (30_000, 1.0)
    assert alone["part_population_sous_seuil"] == 1.0


def test_densities_are_over_the_inhabitants_covered() -> None:
    communes = base().iloc[[2, 0, 1]]
    nombres = pd.DataFrame({"infirmier": {"01001": 1.0, "01002": 0.5, "42001": None}})
    given = Professions(nombres, {"infirmier": "bpe"}, pd.DataFrame(), pd.DataFrame())
    found = densites(given, communes, territory("01001", "01002"), LIBELLES)
    nurses = found.loc[found["profession"] == "infirmier"]
    assert nurses["niveau"].tolist() == ["territoire", "departement", "region", "france"]
    # 1.5 for the 400 inhabitants of the communes that are counted, at every level.
    assert nurses["nombre"].tolist() == [1.5] * 4
    assert nurses["population"].tolist() == [400] * 4
    assert nurses["densite_100000"].tolist() == [375.0] * 4
    assert nurses["motif"].isna().all()
    assert set(found.loc[found["profession"] != "infirmier", "motif"]) == {SANS_SOURCE}
    lone = densites(given, communes.assign(population=[0, 1, 0]), territory("01001"), LIBELLES)
    assert lone.loc[lone["profession"] == "infirmier", "densite_100000"].iloc[0] == 100_000
    none = densites(given, communes.assign(population=0), territory("01001"), LIBELLES)
    assert none.loc[none["profession"] == "infirmier", "densite_100000"].isna().all()


def test_truth_leaves_out_zones_of_no_weight() -> None:
    published = year(2024, [2.0, 4.0, 3.0, 4.0, 9.0], [0.25, 0.75, 0.0, 0.5, 1.0])
    found = truth(FIVE, published, {"apl_calibree": 2024})
    basins = row(found, 2024, "bassin_vie", "apl")
    # c weighs nothing: b and d are compared, too few for a correlation.
    assert basins["zones_nb"] == 2
    assert pd.isna(basins["correlation"])
    epci = row(found, 2024, "epci", "apl")
    assert epci["zones_nb"] == 1
    communes = row(found, 2024, "commune", "apl")
    # Gaps -1 -2 0 0 0.
    assert (communes["zones_nb"], communes["ecart_median"]) == (5, 0.0)
    assert found["ajustee"].tolist() == (found["serie"] == "apl_calibree").tolist()
    assert "precedente" not in set(found["serie"])
    assert found.index.tolist() == list(range(6))
    assert found["niveau"].tolist() == ["bassin_vie"] * 2 + ["commune"] * 2 + ["epci"] * 2


def only(**ranges: float) -> Parameters:
    still = dict.fromkeys(
        ("vitesses", "vitesses_classes", "vitesse_urbaine", "approche", "bornes_min", "activite"),
        0.0,
    )
    declared = Parameters()
    still["tampon_bas_min"] = declared.territoire.tampon_min
    return replace(declared, fermete=replace(declared.fermete, **(still | ranges)))


def spread(values: list[float]) -> tuple[float, float, float]:
    return min(values), float(np.mean(values)), max(values)


def relative(group: str, name: str, chosen: Parameters) -> float:
    """How far a number is from the declared one, as a part of it."""
    return getattr(getattr(chosen, group), name) / getattr(getattr(Parameters(), group), name) - 1


@pytest.mark.parametrize(
    ("drawn_", "group", "name"),
    [
        ("vitesses", "reseau", "facteur_limite"),
        ("vitesses", "reseau", "vitesse_acces_kmh"),
        ("vitesses", "reseau", "vitesse_defaut_kmh"),
        ("vitesse_urbaine", "reseau", "limite_urbaine_kmh"),
        ("approche", "reseau", "approche_min_par_km"),
        ("approche", "reseau", "approche_constante_min"),
        ("activite", "offre", "consultations_par_mg"),
    ],
)
def test_each_range_is_drawn_evenly_from_end_to_end(drawn_, group, name) -> None:
    wide = only(**{drawn_: 0.5})
    low, mean, high = spread([relative(group, name, drawn(wide, n)) for n in range(300)])
    assert -0.5 <= low < -0.48
    assert 0.48 < high <= 0.5
    assert mean == pytest.approx(0.0, abs=0.05)


def test_the_bounds_of_the_apl_are_shifted_together() -> None:
    wide, declared = only(bornes_min=0.5), np.array(Parameters().apl.bornes_min)
    shifts = [np.array(drawn(wide, n).apl.bornes_min) - declared for n in range(300)]
    low, mean, high = spread([float(s[-1]) for s in shifts])
    assert -0.5 <= low < -0.48
    assert 0.48 < high <= 0.5
    assert mean == pytest.approx(0.0, abs=0.05)
    assert max(np.ptp(s) for s in shifts) < 1e-9


def test_the_buffer_is_drawn_between_its_bounds() -> None:
    declared = only(tampon_bas_min=40.0)
    widest = declared.territoire.tampon_min
    low, mean, high = spread([drawn(declared, n).territoire.tampon_min for n in range(300)])
    assert 40.0 <= low < 40.5
    assert widest - 0.5 < high <= widest
    assert mean == pytest.approx((40 + widest) / 2, abs=1.0)
    # A lower bound over the buffer is the buffer.
    assert drawn(only(tampon_bas_min=widest + 9), 1).territoire.tampon_min == widest


def test_classes_of_road_have_a_factor_of_their_own_and_a_common_one() -> None:
    here = Parameters().reseau.vitesses_kmh
    found = [drawn(only(vitesses_classes=0.5), n).reseau for n in range(60)]
    ratios = np.array([[r.vitesses_kmh[k] / v - 1 for k, v in here.items()] for r in found])
    assert -0.5 <= ratios.min() < -0.48
    assert 0.48 < ratios.max() <= 0.5
    assert np.ptp(ratios, axis=1).min() > 0.3
    assert {r.vitesse_defaut_kmh for r in found} == {Parameters().reseau.vitesse_defaut_kmh}
    both = drawn(only(vitesses=0.5), 4).reseau
    common = both.facteur_limite / Parameters().reseau.facteur_limite
    assert [both.vitesses_kmh[k] / v for k, v in here.items()] == pytest.approx(
        [common] * len(here)
    )


def test_a_point_is_drawn_by_the_two_numbers_of_its_name() -> None:
    names, radius = ["a", "b", "c"], np.array([9.0, 1.0, 0.0])
    start = np.array([[5.0, 7.0], [0.0, 0.0], [3.0, 4.0]])
    at = moved(start, names, radius, Parameters(), 2, "x") - start
    far = noise(names, Parameters(), 2, "x/distance")
    turn = noise(names, Parameters(), 2, "x/direction")
    assert (at**2).sum(axis=1) == pytest.approx(radius**2 * (1 + far) / 2)
    assert np.arctan2(at[:2, 1], at[:2, 0]) == pytest.approx(np.pi * turn[:2])
    assert at[2].tolist() == [0.0, 0.0]


def test_five_draws_of_two_communes() -> None:
    draws = pd.DataFrame(
        {
            "code_commune": list("BBBBB" "AAAAA"), "tirage": [4, 3, 2, 1, 0] * 2,
            "apl": [1.0, 2.0, 2.5, 4.0, 5.0, 9.0, 8.0, None, 6.0, 5.0],
            "temps_mg_min": [None, 1.0, 1.0, 1.0, 1.0, 0.0, 1.0, 2.0, 3.0, 4.0],
        }
    )  # fmt: skip
    found = firmness(draws, seuil=2.5, intervalle=(0.25, 0.5), part_ferme=0.6)
    assert found.index.tolist() == [0, 1]
    assert found["code_commune"].tolist() == ["A", "B"]
    assert found["tirages_nb"].tolist() == [5, 5]
    # What is unknown in one draw is null; 2.5 is not under 2.5.
    assert found["apl_bas"].fillna(-1).tolist() == [-1, 2.0]
    assert found["apl_haut"].fillna(-1).tolist() == [-1, 2.5]
    assert found["temps_mg_bas_min"].fillna(-1).tolist() == [1.0, -1]
    assert found["temps_mg_haut_min"].fillna(-1).tolist() == [2.0, -1]
    assert found["part_tirages_deficit"].fillna(-1).tolist() == [-1, 0.4]
    assert found["verdict"].fillna("-").tolist() == ["-", tables.FERME_SANS_DEFICIT]
    one = firmness(draws.iloc[:1], seuil=2.5)
    assert one["part_tirages_deficit"].tolist() == [1.0]
    assert one["verdict"].tolist() == [tables.FERME_DEFICIT]
    assert firmness(draws.iloc[:0], seuil=2.5).empty


def test_a_draw_is_that_of_its_seed() -> None:
    speed, town, flown, shift, activity = np.random.default_rng([7, 3]).uniform(-1.0, 1.0, 5)
    wide = dict.fromkeys(("vitesses", "vitesse_urbaine", "approche", "bornes_min", "activite"), 0.5)
    chosen = drawn(only(graine=7, **wide), 3)
    for group, name, number in (
        ("reseau", "facteur_limite", speed),
        ("reseau", "limite_urbaine_kmh", town),
        ("reseau", "approche_min_par_km", flown),
        ("reseau", "approche_constante_min", flown),
        ("offre", "consultations_par_mg", activity),
    ):
        assert relative(group, name, chosen) == pytest.approx(0.5 * number)
    last = Parameters().apl.bornes_min[-1]
    assert chosen.apl.bornes_min[-1] == pytest.approx(last + 0.5 * shift)
