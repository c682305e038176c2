"""Real Corsica, where everything coincides: the figures of the official files, to the unit."""

import functools
import json
from itertools import pairwise

import numpy as np
import pytest
import shapely

from conftest import SilentProgress
from diagterritoire import ledger
from diagterritoire.core.communes.points import points_table
from diagterritoire.errors import UsageError
from diagterritoire.inputs.country import find_territory
from diagterritoire.inputs.preparation import gather
from diagterritoire.inputs.roads import SANS_ROUTE
from diagterritoire.outputs import cautions
from diagterritoire.parameters import Parameters, override
from diagterritoire.study.diagnosis import diagnose
from diagterritoire.tables import APPROCHE, LU

pytestmark = pytest.mark.real


@pytest.fixture(scope="module")
def country(real_country):
    """Read the real files once."""
    return real_country


@pytest.fixture(scope="module")
def real(country, tmp_path_factory):
    """Diagnose any territory of the real files."""
    cache = tmp_path_factory.mktemp("cache")

    @functools.cache
    def run(text, bourg=True):
        parameters = override(Parameters(), {"points": {"bourg": bourg}})
        chosen = find_territory(text, country.raw, parameters)
        return diagnose(gather(country, chosen, cache, parameters, SilentProgress()), parameters)

    return run


@pytest.mark.parametrize(
    ("text", "slug", "communes", "habitants", "medecins"),
    [
        ("2A", "dep-2A", 124, 168_306, 174),
        ("2B", "dep-2B", 236, 187_180, 159),
        ("reg:94", "reg-94", 360, 355_486, 333),
        ("200040764", "epci-200040764", 7, None, None),
        ("bv:2A004", "bv-2A004", None, None, None),
        ("2A004", "com-2A004", 1, None, 80),
    ],
)
def test_counts(real, text, slug, communes, habitants, medecins):
    diagnosis = real(text)
    inside = diagnosis.communes.loc[diagnosis.communes["dans_territoire"]]
    assert diagnosis.territory.slug == slug
    assert len(inside) == (communes or len(inside)) > 0
    assert habitants in (None, inside["population"].sum())
    assert medecins in (None, inside["mg_nb"].sum())
    assert not diagnosis.approximate
    served = diagnosis.communes["population_standardisee"] * diagnosis.communes["apl"]
    np.testing.assert_allclose(served.sum(), diagnosis.bilan.consultations_offertes, rtol=1e-9)


def test_a_departement_is_the_same_alone_or_in_its_region(real):
    """The buffer makes the inside exact: 2A alone gives the figures of 2A within Corsica."""
    region = real("reg:94").communes.set_index("code_commune")
    alone = real("2A").communes.set_index("code_commune")
    inside = alone.loc[alone["dans_territoire"]]
    reference = region.loc[inside.index]
    for column in ("temps_mg_min", "apl", "deficit_consultations", "taux_fuite"):
        np.testing.assert_allclose(inside[column], reference[column], rtol=1e-9)


@pytest.mark.parametrize(
    ("code", "minutes", "nearest"), [("2A204", 69.940, "2A271"), ("97352", 166.592, "97310")]
)
def test_a_nearest_gp_beyond_the_buffer_is_found(real, code, minutes, nearest):
    # From the point given: from its settlement, 2A204 is within the buffer.
    alone = real(code, bourg=False)
    row = alone.interieur.iloc[0]
    assert row["temps_mg_min"] == pytest.approx(minutes, abs=1e-3)
    assert (row["mg_proche_code"], row["atteignable"]) == (nearest, True)
    assert alone.flux[["code_exercice", "patients"]].to_numpy().tolist() == [
        [nearest, row["population"]]
    ]
    assert alone.noms[nearest]


def test_times_and_leaks_of_the_buffer_are_those_of_the_region(real):
    region, alone = (real(t).communes.set_index("code_commune") for t in ("reg:94", "2A"))
    around = alone.loc[~alone["dans_territoire"]]
    for column in ("temps_mg_min", "taux_fuite"):
        np.testing.assert_allclose(around[column], region.loc[around.index, column], rtol=1e-9)


def leak_of_paris_by_loops(country):
    """Leak of Paris by arrondissement, as the crow flies, computed apart from the program."""
    chosen = Parameters()
    points, _ = points_table(country.raw.points, country.communes_geo, "EPSG:2154", chosen.points)
    table = country.base.merge(points[["code_commune", "x", "y"]], on="code_commune")
    staffed = table.loc[table["mg_nb"] > 0]
    leaving = everyone = 0.0
    for one in table.loc[table["code_departement"] == "75"].itertuples():
        km = np.hypot(staffed["x"] - one.x, staffed["y"] - one.y) / 1000
        own = (staffed["code_commune"] == one.code_commune).to_numpy()
        minutes = np.where(own, 0.0, 2.02 + 1.32 * km)
        score = staffed["mg_nb"].to_numpy(float) * np.exp(
            -chosen.flux.decroissance_par_min * minutes
        )
        score /= (1 + minutes / chosen.flux.decroissance_echelle_min) ** (
            chosen.flux.decroissance_puissance
        )
        score[minutes > chosen.reseau.duree_max_min] = 0.0
        inside = (staffed["code_departement"] == "75").to_numpy()
        everyone += one.population
        leaving += one.population * score[~inside].sum() / score.sum()
    return leaving / everyone


def test_small_flows_weigh_in_the_leak_of_paris(real, country):
    paris = real("75056")
    expected = leak_of_paris_by_loops(country)
    assert paris.bilan.taux_fuite == pytest.approx(expected, abs=1e-4)
    shown = paris.flux.loc[paris.flux["code_residence"] == "75056"]
    leaving = shown.loc[shown["code_exercice"] != "75056", "patients"].sum()
    assert shown["patients"].sum() == pytest.approx(paris.interieur["population"].sum())
    assert leaving / shown["patients"].sum() == pytest.approx(expected, abs=0.005)


@pytest.mark.parametrize("code", ["27676", "75056", "2A004"])
def test_a_drawn_zone_holds_the_communes_of_the_points_used(country, tmp_path, code):
    outlines = country.raw.communes_geo.set_index("code_commune").geometry
    path = tmp_path / "zone.geojson"
    path.write_text(json.dumps(shapely.geometry.mapping(outlines[code])))
    chosen = find_territory(str(path), country.raw, Parameters())
    assert code in chosen.communes
    assert len(chosen.communes) <= 2  # a simplified outline may hold the point of a neighbour


def test_a_drawn_arrondissement_holds_no_commune(country, tmp_path):
    path = tmp_path / "zone.geojson"
    path.write_text(json.dumps(shapely.geometry.mapping(shapely.box(2.39, 48.83, 2.40, 48.84))))
    with pytest.raises(UsageError, match="le point d'aucune commune"):
        find_territory(str(path), country.raw, Parameters())


def test_every_point_of_corsica_is_on_the_road(real):
    diagnosis = real("reg:94")
    assert diagnosis.communes["atteignable"].all()
    # A settlement is among its streets; the points of the file were up to 3 762 m from a road.
    assert diagnosis.communes["rattachement_m"].max() == pytest.approx(227, abs=1)


def test_areas_of_corse_du_sud(real):
    """Nested areas, and every cell of the land either timed or counted without a time."""
    diagnosis = real("2A")
    areas = diagnosis.isochrones
    assert areas["temps_max_min"].tolist() == [10, 15, 20, 30]
    assert all(b.covers(a) for a, b in pairwise(areas.geometry))
    assert areas.is_valid.all()
    assert areas["population"].is_monotonic_increasing
    assert 0.75 < areas["population"].iloc[0] / 168_306 < areas["population"].iloc[-1] / 168_306 < 1
    minutes = diagnosis.temps_acces.minutes
    land = diagnosis.interieur.area.sum() / 40_000
    known = (minutes >= 0).sum()
    assert known + diagnosis.temps_acces.sans_temps == pytest.approx(land, rel=0.001)
    assert 60 < minutes.max() < 90


def test_inhabitants_of_corse_du_sud(real):
    """Bands sum to the population, and agree with the areas and with the columns."""
    diagnosis = real("2A")
    inside, bands = diagnosis.interieur, diagnosis.bandes
    whole = bands.loc[bands["niveau"] == "territoire"]
    assert whole["population"].sum() == 168_306
    # One commune is in no EPCI of the departement, or all are: never more than the whole.
    parts = bands.loc[bands["niveau"] == "epci", "population"].sum()
    assert parts == inside.loc[inside["code_epci"].notna(), "population"].sum()
    within = whole["population"].cumsum().tolist()[:4]
    assert diagnosis.isochrones["population"].tolist() == within
    assert [inside[f"population_{b}min"].sum() for b in (10, 15, 20, 30)] == within
    assert set(inside["origine_points"]) == {"rues"}
    far = inside["population_plus_30min"] + inside["population_sans_trajet"]
    assert (inside["population_30min"] + far == inside["population"]).all()
    mean = np.average(inside["temps_mg_moyen_min"], weights=inside["population"])
    # From the points of the communes, 0 where there is a GP: 2.3 min.
    assert mean == pytest.approx(7.03, abs=0.05)
    buffer = diagnosis.communes.loc[~diagnosis.communes["dans_territoire"]]
    assert buffer["temps_mg_moyen_min"].isna().all()
    assert buffer["mg_30min"].notna().all()


def test_without_a_road_file_the_straight_line_is_said(real):
    diagnosis = real("14118")
    assert diagnosis.approximate
    inside = diagnosis.communes.loc[diagnosis.communes["dans_territoire"]]
    assert (inside["origine_temps"] == APPROCHE).all()
    (caution,) = (c for c in cautions.alerts(diagnosis) if c.cle == "approche")
    assert "l'extrait OpenStreetMap « basse-normandie-latest.osm.pbf »" in caution.remede
    assert caution.complet == f"{caution.texte} {caution.remede}"
    told = diagnosis.controle.loc[diagnosis.controle["motif"].str.startswith(SANS_ROUTE)]
    assert told["nombre"].tolist() == [1]


def test_unknown_commune_of_another_year_is_named(real):
    with pytest.raises(UsageError, match="Territoire inconnu"):
        real("2A999")


def test_any_territory_of_the_country_can_be_named(country):
    """Each code of the tables gives its communes, and nothing else."""
    table, parameters = country.raw.appartenance, Parameters()
    levels = {
        "code_departement": "{}",
        "code_region": "reg:{}",
        "code_epci": "{}",
        "bassin_vie": "bv:{}",
    }
    counted = {}
    for column, pattern in levels.items():
        groups = table.dropna(subset=[column]).groupby(column)["code_commune"]
        counted[column] = groups.ngroups
        for code, communes in groups:
            chosen = find_territory(pattern.format(code), country.raw, parameters)
            assert chosen.communes == tuple(sorted(communes))
    assert counted == {
        "code_departement": 101,
        "code_region": 18,
        # 1 254 intercommunalités and the métropole de Lyon.
        "code_epci": 1255,
        "bassin_vie": 1707,
    }


@pytest.mark.parametrize("text", ["2A", "75056"])
def test_each_real_record_is_used_or_left_out_for_a_reason(real, text):
    controle = real(text).controle
    assert ledger.unbalanced(controle).empty, ledger.unbalanced(controle).to_string()
    read = controle.loc[controle["effet"] == LU].set_index("source")["nombre"]
    assert read["Populations municipales en vigueur (donnees_communes.csv)"] == 34_900
    assert read["Point de chaque commune (communes_points_2024.csv)"] == 34_976
    assert read["APL publiée par la DREES"] == 69_918
