"""What a diagnosis delivers of the siting of new sites, on five communes in a row and on demo."""

from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from diagterritoire import decay, schema, tables
from diagterritoire.core.access.floating import floating_catchment
from diagterritoire.core.times.travel import travel
from diagterritoire.errors import UsageError
from diagterritoire.outputs.report import siting as chapter
from diagterritoire.outputs.report.blocks import Figure, Liste, Paragraphe, Tableau
from diagterritoire.outputs.report.dossier import open_dossier
from diagterritoire.parameters import Parameters, override
from diagterritoire.parameters.siting import BUTS
from diagterritoire.siting import Area, implantations

CRS = "EPSG:2154"
X0, Y0 = 1_200_000.0, 6_100_000.0
PEOPLE = {"A": 900, "B": 300, "C": 200, "D": 100, "E": 150, "F": 400}


def row_of_communes():
    """A to E, ten kilometres apart, A with two GPs; F, farther, is no part of the territory."""
    squares = [shapely.box(X0 + 1e4 * n, Y0, X0 + 1e4 * (n + 1), Y0 + 1e4) for n in range(6)]
    return gpd.GeoDataFrame(
        {
            "code_commune": list("ABCDEF"),
            "nom": [f"Bourg-{c}" for c in "ABCDEF"],
            "dans_territoire": [True] * 5 + [False],
            "population": list(PEOPLE.values()),
            "population_standardisee": [1.0 * p for p in PEOPLE.values()],
            "x": [X0 + 1e4 * n + 5e3 for n in range(6)],
            "y": Y0 + 5e3,
            "landmass": 0,
        },
        geometry=squares,
        crs=CRS,
    )


def sites_in(*codes):
    communes = row_of_communes().set_index("code_commune").loc[list(codes)]
    return gpd.GeoDataFrame(
        {"site_id": [f"mg-{c}" for c in codes], "code_commune": list(codes)},
        geometry=gpd.points_from_xy(communes["x"], communes["y"]),
        crs=CRS,
    )


def apl_of(codes, consultations, parameters):
    communes = row_of_communes()
    sites = sites_in(*codes)
    found, _ = floating_catchment(
        travel(communes, sites, None, parameters).trajets,
        communes,
        sites.assign(consultations=consultations),
        decay=decay.steps(parameters.apl.bornes_min, parameters.apl.poids),
    )
    return found


def area(parameters, structures=None):
    communes = row_of_communes()
    sites = sites_in("A", "F")
    return Area(
        communes=communes,
        ailleurs=communes.iloc[:0],
        road=None,
        structures=structures,
        plus_proches=travel(communes, sites, None, parameters).plus_proches,
        sites=pd.DataFrame(sites[["site_id", "code_commune"]]),
        apl=apl_of(("A", "F"), [2000.0, 1000.0], parameters),
    )


def chosen(**wanted):
    return override(Parameters(), {"implantation": {"minutes": 20, "etp_total": 2, **wanted}})


def structure(code, categorie="MSP"):
    communes = row_of_communes().set_index("code_commune")
    place = shapely.Point(communes.loc[code, "x"], communes.loc[code, "y"])
    return gpd.GeoDataFrame(
        {"categorie": [categorie], "nom": ["Maison"], "code_commune": [code]},
        geometry=[place],
        crs=CRS,
    )


def first(found, but, size=1):
    rows = found.implantations
    return rows.loc[(rows["but"] == but) & (rows["sites_nb"] == size)].iloc[0]


def test_the_aims_of_the_parameters_are_those_of_the_tables():
    assert tuple(tables.UNITES_BUT) == BUTS


def test_places_of_five_communes_by_hand():
    """Ten kilometres are 15.2 min, twenty 28.4; E is 15.2 min from F, so are B and A."""
    found = implantations(area(chosen()), chosen())
    covered = first(found, "couverture")
    # C and D alone are farther than 20 minutes; a site in either, or beside them, covers both.
    assert covered["valeur_avant"] == PEOPLE["C"] + PEOPLE["D"]
    assert (covered["valeur"], covered["gain"], covered["ecart_optimalite"]) == (0, 300, 0)
    tied = found.implantations.query("but == 'couverture' and sites_nb == 1 and rang == 1")
    assert tied["codes_communes"].tolist() == ["C", "D"]
    assert tied["ex_aequo"].all()
    assert covered.geometry.geoms[0].x == X0 + 25e3
    people = sum(PEOPLE[c] for c in "ABCDE")
    today = 15.22 * 300 + 28.42 * 200 + 28.42 * 100 + 15.22 * 150
    time = first(found, "temps")
    assert time["valeur_avant"] == pytest.approx(today / people)
    assert time["codes_communes"] == "B"
    assert time["gain"] == pytest.approx((15.22 * 300 + (28.42 - 15.22) * 200) / people)
    # E, whose nearest GP is in F, and D, as far from A as from F, which A keeps by its name.
    kept = first(found, "maintien")
    assert kept["valeur_avant"] in (150.0, 250.0)
    whole = found.frontiere.query("but == 'couverture_totale'").iloc[0]
    assert (whole["sites_nb"], whole["gain"], whole["part_comblee"]) == (1, 300, 1)


@pytest.mark.parametrize("size", [1, 2])
def test_opening_what_is_proposed_gives_what_is_told(size):
    parameters = chosen()
    place = area(parameters)
    found = implantations(place, parameters)
    inside = list("ABCDE")
    row = first(found, "temps", size)
    after = travel(
        place.communes, sites_in("A", "F", *row["codes_communes"].split()), None, parameters
    ).plus_proches.set_index("code_commune")["temps_min"]
    mean = sum(after[c] * PEOPLE[c] for c in inside) / sum(PEOPLE[c] for c in inside)
    assert row["valeur"] == pytest.approx(mean)
    row = first(found, "apl", size)
    codes, etp = row["codes_communes"].split(), [float(e) for e in row["etp"].split(" + ")]
    apl = apl_of(("A", "F"), [2000.0, 1000.0], parameters).set_index("code_commune")["apl"] + _more(
        codes, etp, parameters
    )
    missing = sum(max(0.0, 2.5 - apl[c]) * PEOPLE[c] for c in inside)
    assert row["valeur"] == pytest.approx(missing)


def _more(codes, etp, parameters):
    communes = row_of_communes()
    sites = sites_in(*codes).assign(consultations=[5400.0 * e for e in etp])
    found, _ = floating_catchment(
        travel(communes, sites, None, parameters).trajets,
        communes,
        sites,
        decay=decay.steps(parameters.apl.bornes_min, parameters.apl.poids),
    )
    return found.set_index("code_commune")["apl"]


def test_a_place_near_a_msp_is_left_out_and_said():
    found = implantations(area(chosen(), structure("C")), chosen())
    assert first(found, "couverture")["codes_communes"] == "D"
    (told,) = found.controle.itertuples()
    assert "à moins de 10 min d'une MSP" in told.motif
    assert (told.nombre, told.exemples) == (1, "Bourg-C")
    # A nursing home competes with nobody.
    other = implantations(area(chosen(), structure("C", "EHPAD")), chosen())
    assert other.controle.empty


def test_a_place_near_a_msp_may_pay_instead():
    wanted = chosen(concurrence_cout=0.5)
    rows = implantations(area(wanted, structure("C")), wanted).implantations
    rows = rows.query("but == 'couverture' and sites_nb == 1")
    assert rows["codes_communes"].tolist() == ["D", "B", "C", "E"]
    assert rows["cout"].tolist() == [0, 0, 150, 0]
    assert rows["gain"].tolist() == [300, 200, 300, 100]


def test_no_place_left_is_said():
    wanted = chosen(concurrence_min=60)
    found = implantations(area(wanted, structure("C")), wanted)
    assert found.implantations.empty
    assert found.frontiere.empty
    assert found.controle["nombre"].tolist() == [5]


def test_places_may_be_structures_or_points():
    wanted = chosen(candidats="structures")
    found = implantations(area(wanted, structure("D")), wanted)
    row = first(found, "couverture")
    assert (row["codes_communes"], row["lieux"]) == ("D", "Maison (Bourg-D)")
    point = gpd.GeoSeries([shapely.Point(X0 + 25e3, Y0 + 2e3)], crs=CRS).to_crs(4326).iloc[0]
    wanted = chosen(candidats="points", points=[f"{point.x}, {point.y}"])
    found = implantations(area(wanted), wanted)
    assert first(found, "couverture")["lieux"] == "point 1 (Bourg-C)"
    for text, said in (("2.35, 48.85", "hors du territoire"), ("ici", "n'est pas un point")):
        wanted = chosen(candidats="points", points=[text])
        with pytest.raises(UsageError, match=said):
            implantations(area(wanted), wanted)


def test_nothing_is_searched_when_nothing_is_wanted():
    for wanted in ({"sites": 0}, {"buts": []}):
        found = implantations(area(chosen()), chosen(**wanted))
        assert found.implantations.empty
        assert found.controle.empty
    found = implantations(area(chosen()), chosen(candidats_max=4))
    assert found.frontiere.empty
    assert "plus de 4 lieux possibles" in found.controle["motif"].iloc[0]


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ({"buts": ["beauté"]}, "beauté inconnu"),
        ({"buts": ["temps", "temps"]}, "répété"),
        ({"buts": "temps"}, "liste de textes"),
        ({"candidats": "villes"}, "« villes » inconnu"),
        ({"candidats": 3}, "attend un texte"),
        ({"candidats": "points"}, "vont ensemble"),
        ({"etp_pas": 0}, "etp_pas"),
        ({"concurrence_cout": 2}, "fraction"),
        ({"minutes": 90}, "duree_max_min"),
    ],
)
def test_parameters_that_mean_nothing_are_refused(wanted, said):
    with pytest.raises(UsageError, match=said):
        override(Parameters(), {"implantation": wanted})


def test_the_invented_territory_has_its_best_places(diagnosed):
    diagnosis = diagnosed("demo")
    rows, frontier = diagnosis.implantations, diagnosis.implantation_frontiere
    assert not rows.empty
    assert (rows["ecart_optimalite"] == 0).all()
    for (but, _), group in rows.groupby(["but", "sites_nb"]):
        assert group["gain"].is_monotonic_decreasing
        assert group["rang"].iloc[0] == 1
        same = frontier.loc[
            (frontier["but"] == but) & (frontier["lieux"] == group["lieux"].iloc[0])
        ]
        assert same["gain"].iloc[0] == pytest.approx(group["gain"].iloc[0])
        assert (group.geometry.count_coordinates() == group["sites_nb"]).all()
    for but in ("couverture", "temps"):
        assert frontier.loc[frontier["but"] == but, "gain"].is_monotonic_increasing
    inside = diagnosis.interieur
    far = ~(inside["temps_mg_min"] <= 15)
    today = frontier.loc[frontier["but"] == "couverture", "valeur_avant"].iloc[0]
    assert today == inside.loc[far, "population"].sum()
    missing = frontier.loc[frontier["but"] == "apl", "valeur_avant"].iloc[0]
    assert missing == pytest.approx(inside["deficit_consultations"].sum())


def test_the_report_tells_the_best_places(diagnosed):
    diagnosis = diagnosed("demo")
    blocs = chapter.places(open_dossier(diagnosis))
    (told,) = (b for b in blocs if isinstance(b, Liste))
    top = diagnosis.implantations.query("but == 'couverture' and sites_nb == 1").iloc[0]
    line = told.elements[0].replace("\u202f", "").replace("\xa0", " ")
    assert line.startswith("Un site à ")
    assert f"mettrait {top['gain']:.0f} habitants de plus à 15 minutes ou moins" in line
    assert [type(b) for b in blocs if isinstance(b, Figure | Tableau)] == [Figure, Tableau, Tableau]
    empty = replace(
        diagnosis,
        implantations=schema.empty(tables.IMPLANTATIONS, CRS),
        implantation_frontiere=schema.empty(tables.IMPLANTATION_FRONTIERE),
    )
    assert chapter.places(open_dossier(empty)) == []
    row = {"source": "implantation", "effet": "signale", "motif": "trop", "nombre": 3, "part": 1.0}
    account = pd.DataFrame([row | {"exemples": ""}])
    refused = chapter.places(open_dossier(replace(empty, controle=account)))
    assert isinstance(refused[-1], Paragraphe)
    assert np.all([str(b) for b in refused])
