"""How firm the figures are: five rows by hand, an oracle by the plain functions, laws."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import SilentProgress
from diagterritoire import decay, schema, tables
from diagterritoire.core.access.floating import floating_catchment
from diagterritoire.core.care.supply import consultations
from diagterritoire.core.communes.perimeter import build_sites
from diagterritoire.core.draws import drawing
from diagterritoire.core.draws.firmness import firmness
from diagterritoire.core.times.travel import travel
from diagterritoire.errors import UsageError
from diagterritoire.inputs.country import find_territory
from diagterritoire.inputs.preparation import gather, prepare
from diagterritoire.network.graph import build_graph
from diagterritoire.network.redriven import redrivable, redriven
from diagterritoire.outputs.report.blocks import Paragraphe, Tableau
from diagterritoire.outputs.report.dossier import open_dossier
from diagterritoire.outputs.report.firmness import firm
from diagterritoire.parameters import Parameters, override
from diagterritoire.study import redrawn
from diagterritoire.study.diagnosis import diagnose
from diagterritoire.study.firmness import fermete, offered
from diagterritoire.study.redrawn import Area, positions
from factory import small_diagnosis

RANGES = (
    "vitesses",
    "vitesses_classes",
    "vitesse_urbaine",
    "approche",
    "bornes_min",
    "activite",
    "activite_site",
    "position_commune_m",
    "position_site_m",
)
STILL = dict.fromkeys(RANGES, 0.0) | {"tampon_bas_min": 1e6}


def with_ranges(**ranges):
    return override(Parameters(), {"fermete": ranges})


def test_five_draws_by_hand():
    draws = pd.DataFrame(
        [
            ("A", 0, 2.0, 10.0),
            ("A", 1, 2.4, 12.0),
            ("A", 2, 2.5, 11.0),
            ("A", 3, 3.0, 14.0),
            ("A", 4, 4.0, 13.0),
        ],
        columns=["code_commune", "tirage", "apl", "temps_mg_min"],
    )
    found = firmness(draws, seuil=2.5, intervalle=(0.05, 0.9)).iloc[0]
    # Rank 0.05 x 4 = 0.2 and 0.9 x 4 = 3.6: 2.0 + 0.2 x 0.4 and 3.0 + 0.6 x 1.0.
    assert found["apl_bas"] == pytest.approx(2.08)
    assert found["apl_haut"] == pytest.approx(3.6)
    assert found["temps_mg_bas_min"] == pytest.approx(10.2)
    assert found["temps_mg_haut_min"] == pytest.approx(13.6)
    assert found["part_tirages_deficit"] == 0.4  # at the threshold is not under it
    assert found["verdict"] == tables.HESITANT
    assert found["tirages_nb"] == 5


def test_five_communes_by_hand():
    """All under, nine of ten under, one of ten under, none under, one draw unknown."""
    under = [10, 9, 1, 0, 10]
    draws = pd.DataFrame(
        [
            (code, tirage, 1.0 if tirage < count else 3.0, 5.0)
            for code, count in zip("ABCDE", under, strict=True)
            for tirage in range(10)
        ],
        columns=["code_commune", "tirage", "apl", "temps_mg_min"],
    )
    unknown = (draws["code_commune"] == "E") & (draws["tirage"] == 3)
    draws.loc[unknown, ["apl", "temps_mg_min"]] = np.nan
    found = firmness(draws, seuil=2.5).set_index("code_commune")
    assert found["verdict"].tolist()[:4] == [
        tables.FERME_DEFICIT,
        tables.FERME_DEFICIT,
        tables.FERME_SANS_DEFICIT,
        tables.FERME_SANS_DEFICIT,
    ]
    assert found["part_tirages_deficit"].tolist()[:4] == [1.0, 0.9, 0.1, 0.0]
    assert found.loc["E"].drop("tirages_nb").isna().all()


def test_a_commune_left_out_of_a_draw_is_refused():
    draws = pd.DataFrame({"code_commune": ["A", "A", "B"], "tirage": [0, 1, 0]})
    with pytest.raises(ValueError, match="once in each draw"):
        firmness(draws.assign(apl=1.0, temps_mg_min=1.0), seuil=2.5)


@settings(deadline=None)
@given(
    st.lists(st.floats(0, 50), min_size=1, max_size=30),
    st.lists(st.floats(0, 50), min_size=1, max_size=30),
    st.floats(0.1, 10),
    st.randoms(use_true_random=False),
)
def test_laws(values, more, seuil, hazard):
    draws = pd.DataFrame({"code_commune": "A", "tirage": range(len(values)), "apl": values})
    draws["temps_mg_min"] = draws["apl"]
    shuffled = draws.sample(frac=1.0, random_state=hazard.randrange(100))
    one = firmness(draws, seuil=seuil)
    pd.testing.assert_frame_equal(one, firmness(shuffled, seuil=seuil))
    higher = firmness(draws, seuil=seuil + 1.0)
    assert one["part_tirages_deficit"][0] <= higher["part_tirages_deficit"][0]
    assert min(values) <= one["apl_bas"][0] <= one["apl_haut"][0] <= max(values)
    double = firmness(draws.assign(apl=draws["apl"] * 2), seuil=seuil * 2)
    assert double["part_tirages_deficit"][0] == one["part_tirages_deficit"][0]
    # The whole range only widens with more draws.
    longer = pd.DataFrame({"code_commune": "A", "apl": [*values, *more]})
    longer = longer.assign(tirage=range(len(longer)), temps_mg_min=longer["apl"])
    first, all_ = (firmness(d, seuil=seuil, intervalle=(0.0, 1.0)) for d in (draws, longer))
    assert all_["apl_bas"][0] <= first["apl_bas"][0]
    assert all_["apl_haut"][0] >= first["apl_haut"][0]


def test_draws_stay_within_their_ranges():
    declared = Parameters()
    for tirage in range(200):
        chosen = drawing.drawn(declared, tirage)
        for name, kmh in chosen.reseau.vitesses_kmh.items():
            assert 0.81 <= kmh / declared.reseau.vitesses_kmh[name] <= 1.21 + 1e-12
        assert 0.9 <= chosen.reseau.facteur_limite / 0.8 <= 1.1
        assert 45 <= chosen.reseau.limite_urbaine_kmh <= 55
        shifts = np.subtract(chosen.apl.bornes_min, declared.apl.bornes_min)
        assert np.ptp(shifts) < 1e-9
        assert abs(shifts[0]) <= 2
        assert 0.9 <= chosen.offre.consultations_par_mg / 4220 <= 1.1
        assert 40 <= chosen.territoire.tampon_min <= 60
        assert chosen.fermete == declared.fermete


def test_nothing_is_drawn_within_ranges_of_zero():
    still = with_ranges(**STILL)
    assert drawing.drawn(still, 3) == still


def test_a_range_moves_nothing_else():
    one = drawing.drawn(with_ranges(bornes_min=0.0), 4)
    other = drawing.drawn(Parameters(), 4)
    assert one.reseau == other.reseau
    assert one.offre == other.offre
    assert one.apl != other.apl


def test_noise_is_even_and_belongs_to_a_name():
    names = [f"{n:05d}" for n in range(4000)]
    found = drawing.noise(names, Parameters(), 0, "activite")
    counts = np.histogram(found, bins=10, range=(-1, 1))[0]
    assert counts.min() > 320
    assert counts.max() < 480
    other = drawing.noise(names, Parameters(), 1, "activite")
    assert abs(np.corrcoef(found, other)[0, 1]) < 0.06
    np.testing.assert_array_equal(
        found[::-7], drawing.noise(names[::-7], Parameters(), 0, "activite")
    )


@pytest.mark.parametrize(
    "wrong",
    [{"vitesses": 1.0}, {"intervalle": [0.9, 0.1]}, {"intervalle": [0.5]}, {"part_ferme": 0.5}],
)
def test_ranges_that_make_no_sense_are_refused(wrong):
    with pytest.raises(UsageError, match="fermete"):
        with_ranges(**wrong)


@pytest.fixture(scope="module")
def invented(demo, tmp_path_factory):
    """Gather the invented territory."""
    cache = tmp_path_factory.mktemp("cache")
    return prepare("demo", demo.folder, cache, Parameters(), SilentProgress())


def area_of(inputs, parameters):
    def supplied(sites):
        offer = consultations(
            sites,
            par_mg=parameters.offre.consultations_par_mg,
            par_etp=parameters.offre.consultations_par_etp,
            facteurs=inputs.facteurs,
        )
        return sites.merge(offer, on="site_id", how="left", validate="one_to_one")

    return Area(
        inputs.communes,
        supplied(inputs.sites),
        supplied(build_sites(inputs.ailleurs)),
        inputs.ailleurs,
        inputs.road,
        inputs.network,
        inputs.eloignement_min,
        inputs.points_connus,
    )


def by_plain_functions(area, parameters, tirage):
    """Compute a draw by the plain functions, on a graph built from its network at other speeds."""
    chosen = drawing.drawn(parameters, tirage)
    road = area.road
    if road is not None:
        road = build_graph(area.network, road.crs, chosen.reseau)
    at, placed = positions(area, parameters, tirage)
    communes = area.communes.assign(x=at[:, 0], y=at[:, 1])
    sites = area.sites.set_geometry(shapely.points(placed), crs=area.sites.crs)
    near = communes["code_commune"].map(area.eloignement_min) <= chosen.territoire.tampon_min
    kept = communes.loc[communes["dans_territoire"] | near]
    supply = sites.assign(consultations=offered(sites, parameters, tirage))
    supply = supply.loc[supply["code_commune"].isin(kept["code_commune"])]
    everywhere = pd.concat([f for f in (sites, area.lointains) if len(f)], ignore_index=True)
    found = travel(communes, everywhere, road, chosen, area.ailleurs)
    pairs = found.trajets
    pairs = pairs.loc[
        pairs["site_id"].isin(supply["site_id"]) & pairs["code_commune"].isin(kept["code_commune"])
    ]
    weights = decay.steps(chosen.apl.bornes_min, chosen.apl.poids)
    apl, _ = floating_catchment(pairs, kept, supply, decay=weights)
    table = apl.merge(found.plus_proches[["code_commune", "temps_min"]], on="code_commune")
    inside = communes.loc[communes["dans_territoire"], "code_commune"]
    table = table.loc[table["code_commune"].isin(inside)]
    return table.rename(columns={"temps_min": "temps_mg_min"}).assign(tirage=tirage)


def same_as_plain_functions(area, parameters):
    declared = parameters.fermete
    draws = [by_plain_functions(area, parameters, t) for t in range(declared.tirages)]
    wanted = firmness(
        pd.concat(draws), seuil=parameters.deficit.seuil_apl, intervalle=declared.intervalle
    )
    found = fermete(area, parameters)
    assert found["code_commune"].tolist() == wanted["code_commune"].tolist()
    for column in found.columns.difference(["code_commune", "verdict"]):
        np.testing.assert_allclose(
            found[column].astype(float), wanted[column], rtol=1e-9, err_msg=column
        )
    assert (found["apl_haut"] > found["apl_bas"]).any()


def test_three_draws_are_those_of_the_plain_functions(invented):
    parameters = with_ranges(tirages=3)
    same_as_plain_functions(area_of(invented, parameters), parameters)


def test_draws_that_share_a_hierarchy_are_those_of_the_plain_functions(invented, monkeypatch):
    monkeypatch.setattr(redrawn, "pays", lambda *_: True)
    parameters = with_ranges(tirages=2)
    same_as_plain_functions(area_of(invented, parameters), parameters)


def test_three_draws_without_road_are_those_of_the_plain_functions(invented):
    parameters = with_ranges(tirages=3)
    inputs = replace(invented, road=None, network=None)
    same_as_plain_functions(area_of(inputs, parameters), parameters)


def test_ranges_of_zero_give_back_the_values(invented):
    parameters = with_ranges(**STILL, tirages=2)
    found = diagnose(invented, parameters)
    table = found.fermete.set_index("code_commune")
    communes = found.interieur.set_index("code_commune")
    assert table.index.tolist() == communes.index.tolist()
    for column, names in (
        ("apl", ("apl_bas", "apl_haut")),
        ("temps_mg_min", ("temps_mg_bas_min", "temps_mg_haut_min")),
    ):
        for name in names:
            np.testing.assert_array_equal(table[name], communes[column])
    low = communes["deficit"].astype(float)
    np.testing.assert_array_equal(table["part_tirages_deficit"], low)


def test_the_same_draws_again_and_none_when_none_is_asked(invented):
    parameters = with_ranges(tirages=4)
    area = area_of(invented, parameters)
    pd.testing.assert_frame_equal(fermete(area, parameters), fermete(area, parameters))
    assert fermete(area, with_ranges(tirages=0)).empty
    other = fermete(area, with_ranges(tirages=4, graine=2))
    assert not fermete(area, parameters)["apl_bas"].equals(other["apl_bas"])


def test_more_draws_keep_the_first_ones(invented):
    whole = {"intervalle": [0.0, 1.0]}
    few, more = (with_ranges(tirages=n, **whole) for n in (4, 9))
    area = area_of(invented, few)
    first, all_ = fermete(area, few), fermete(area, more)
    assert (all_["apl_bas"] <= first["apl_bas"]).all()
    assert (all_["apl_haut"] >= first["apl_haut"]).all()


def test_a_graph_without_its_network_keeps_its_speeds(invented):
    reseau = Parameters().reseau
    assert redriven(redrivable(invented.road, None, reseau), reseau) is (invented.road)


def test_streets_follow_the_speeds(invented):
    chosen = drawing.drawn(Parameters(), 0).reseau
    found = redriven(redrivable(invented.road, invented.network, Parameters().reseau), chosen)
    wanted = build_graph(invented.network, invented.road.crs, chosen)
    for name in ("onward_ds", "back_ds", "start", "roadside"):
        np.testing.assert_array_equal(getattr(found.streets, name), getattr(wanted.streets, name))
    for side in ("forward", "backward"):
        np.testing.assert_array_equal(getattr(found, side).time_ds, getattr(wanted, side).time_ds)


def test_towns_looked_for_once_are_those_of_each_draw(invented):
    parameters = with_ranges(vitesse_urbaine=0.4, vitesses_classes=0.5)
    share = 0.6 / 1.5 * (1 - 1e-9)
    roads = redrivable(invented.road, invented.network, parameters.reseau, share)
    for tirage in range(5):
        chosen = drawing.drawn(parameters, tirage).reseau
        wanted = build_graph(invented.network, invented.road.crs, chosen).forward.time_ds
        np.testing.assert_array_equal(redriven(roads, chosen).forward.time_ds, wanted)


def test_the_report_counts_the_verdicts_and_names_those_that_hesitate():
    found = firm(open_dossier(small_diagnosis()))
    counts, hesitant = (b for b in found if isinstance(b, Tableau))
    assert [row[:3] for row in counts.lignes] == [
        ("En déficit, fermement", "2", "570"),
        ("Hors déficit, fermement", "1", "12\u202f000"),
        ("Le verdict hésite", "2", "800"),
    ]
    assert [row[0] for row in hesitant.lignes] == ["Saint-Élan-l'Œuvre", "Morne-Plaine"]
    assert hesitant.lignes[0][3:] == ("1,9 à 3,3", "7 à 10", "40\xa0%")
    told = next(b.texte for b in found if isinstance(b, Paragraphe))
    assert "20 fois" in told
    assert "Dans 2\xa0communes" in told or "Dans 2\u202fcommunes" in told


def test_the_report_names_what_is_drawn_of_the_times_of_the_territory():
    def told(diagnosis):
        found = firm(open_dossier(diagnosis))
        return next(b.texte for b in found if isinstance(b, Paragraphe)).replace("\u00a0", " ")

    road, flown = small_diagnosis(), small_diagnosis(approximate=True)
    speeds, straight = "vitesses (± 10 % ensemble", "temps à vol d'oiseau (± 15 %)"
    assert (speeds in told(road), straight in told(road)) == (True, False)
    assert (speeds in told(flown), straight in told(flown)) == (False, True)
    some = road.communes["code_commune"].rank() > 2
    origins = road.communes["origine_temps"].mask(some, tables.APPROCHE)
    mixed = told(replace(road, communes=road.communes.assign(origine_temps=origins)))
    assert (speeds in mixed, straight in mixed) == (True, True)


def test_the_report_says_nothing_without_draws():
    none = replace(small_diagnosis(), fermete=schema.empty(tables.FERMETE))
    assert firm(open_dossier(none)) == []


@pytest.fixture(scope="module")
def gathered(real_country, tmp_path_factory):
    cache = tmp_path_factory.mktemp("cache")

    def run(text, parameters):
        chosen = find_territory(text, real_country.raw, parameters)
        return gather(real_country, chosen, cache, parameters, SilentProgress())

    return run


@pytest.mark.real
def test_three_real_draws_are_those_of_the_plain_functions(gathered):
    parameters = with_ranges(tirages=3)
    same_as_plain_functions(area_of(gathered("2A", parameters), parameters), parameters)


@pytest.mark.real
@pytest.mark.parametrize("text", ["200040764", "2A004"])
def test_twice_the_buffer_changes_nothing_inside(gathered, text):
    """Less than 0.1 %: the sites and inhabitants beyond the buffer are too far to count."""
    found = []
    for minutes in (60.0, 120.0):
        parameters = override(
            with_ranges(**STILL, tirages=1), {"territoire": {"tampon_min": minutes}}
        )
        area = area_of(gathered(text, parameters), parameters)
        found.append((len(area.communes), fermete(area, parameters)["apl_bas"]))
    (some, declared), (many, wide) = found
    assert some < many
    np.testing.assert_allclose(wide, declared, rtol=1e-3)


@pytest.mark.real
def test_a_commune_has_the_same_interval_alone_and_in_its_departement(gathered):
    parameters = with_ranges(tirages=4, tampon_bas_min=60.0)
    part, whole = (
        fermete(area_of(gathered(text, parameters), parameters), parameters).set_index(
            "code_commune"
        )
        for text in ("200040764", "2A")
    )
    numbers = part.select_dtypes("number").columns
    np.testing.assert_allclose(part[numbers], whole.loc[part.index, numbers], rtol=1e-9)
