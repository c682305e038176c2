"""Scenarios diagnosed on the invented territory, delivered, and on Corsica."""

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pyogrio
import pytest

from conftest import SilentProgress
from diagterritoire import tables
from diagterritoire.inputs.preparation import find_territory, gather, prepare
from diagterritoire.parameters import Parameters
from diagterritoire.pipeline import Request, run
from diagterritoire.scenarios.applying import apply
from diagterritoire.scenarios.comparing import compare, named, points
from diagterritoire.scenarios.reading import scenario_of
from diagterritoire.store import verify

FULL = 5400.0


def still(tirages):
    """Draws whose ranges are all null: each is the diagnosis."""
    ranges = dict.fromkeys(
        ("vitesses", "vitesses_classes", "vitesse_urbaine", "approche", "bornes_min", "activite",
         "activite_site", "position_commune_m", "position_site_m"), 0.0,
    )  # fmt: skip
    parameters = Parameters()
    fixed = replace(
        parameters.fermete,
        **ranges,
        tirages=tirages,
        tampon_bas_min=parameters.territoire.tampon_min,
    )
    return replace(parameters, fermete=fixed)


@pytest.fixture(scope="module")
def inputs(demo, tmp_path_factory):
    cache = tmp_path_factory.mktemp("cache")
    return prepare("demo", demo.folder, cache, Parameters(), SilentProgress())


@pytest.fixture(scope="module")
def compared(inputs):
    sites = inputs.sites.sort_values("mg_nb")
    small, large = sites["site_id"].iloc[0], sites["site_id"].iloc[-1]
    empty = sorted(set(inputs.communes["code_commune"]) - set(inputs.sites["code_commune"]))
    documents = [
        {
            "nom": "Ouvrir",
            "ouvrir": [{"code_commune": empty[0], "etp": 3}],
        },
        {
            "nom": "Bouger",
            "fermer": [{"site_id": small}],
            "antenne": [{"depuis": large, "code_commune": empty[1], "demi_journees": 19}],
            "accelerer": [
                {
                    "depart": {"code_commune": sites["code_commune"].iloc[-1]},
                    "arrivee": {"code_commune": empty[2]},
                    "minutes": 1,
                }
            ],
        },
    ]
    scenarios = [scenario_of(document) for document in documents]
    return compare(inputs, scenarios, still(2)).scenarios, (small, large, empty)


def totals(found, cle):
    table = found.scenario_bilan
    return table.loc[table["scenario"] == cle].set_index("indicateur")


def layer(found, cle):
    table = found.scenario
    return table.loc[table["scenario"] == cle].set_index("code_commune")


def test_retiring_then_opening_gives_the_inputs_back_to_the_bit(inputs):
    site = inputs.sites.iloc[3]
    etp = float(site["mg_nb"]) * 4220 / FULL
    code = site["code_commune"]
    made = apply(
        inputs,
        scenario_of(
            {
                "nom": "aller-retour",
                "fermer": [{"site_id": site["site_id"]}],
                "ouvrir": [{"code_commune": code, "etp": etp}],
            }
        ),
        Parameters(),
    ).inputs
    for name in ("sites", "communes"):
        pd.testing.assert_frame_equal(getattr(made, name), getattr(inputs, name), check_exact=True)
    assert replace(made, sites=inputs.sites, communes=inputs.communes) == inputs


def test_a_full_time_gp_is_one_whatever_the_file_says_that_others_do(inputs):
    start, end = inputs.sites.iloc[3], inputs.sites.iloc[5]
    known = pd.Series({start["code_commune"]: 2 * 4220.0, end["code_commune"]: 4220.0 / 2})
    here = replace(inputs, activites=known, facteurs=pd.Series(dtype="float64"))
    moves = {
        "fermer": [{"site_id": start["site_id"]}],
        "ouvrir": [{"site_id": end["site_id"], "etp": 1}],
    }
    made = apply(here, scenario_of({"nom": "x"} | moves), Parameters())
    sites = made.inputs.sites.set_index("site_id")["mg_nb"]
    assert sites[end["site_id"]] - end["mg_nb"] == pytest.approx(FULL / 2110)
    # What leaves is what the diagnosis counts there.
    told = made.mouvements["consultations"].tolist()
    assert told == pytest.approx([-start["mg_nb"] * 8440, FULL])


def test_moves_in_an_arrondissement_have_a_point():
    communes = pd.DataFrame({"code_commune": ["69124", "69381"], "x": [1.0, 2.0], "y": [3, 4]})
    moves = pd.DataFrame({"code_commune": ["69381", "69124"], "code_arrivee": ["75120", None]})
    assert points(communes, moves) == {"69381": (2.0, 4.0)}


def test_moves_in_an_arrondissement_are_named():
    moves = pd.DataFrame({"code_commune": ["13201", "13001"], "code_arrivee": [None, "75120"]})
    found = named({"13001": "Aix-en-Provence"}, moves)
    assert found == {
        "13001": "Aix-en-Provence",
        "13201": "Marseille 1er arrondissement",
        "75120": "Paris 20e arrondissement",
    }


def test_what_is_added_is_received_and_nobody_loses_access(compared):
    found, (_, _, empty) = compared
    total, communes = totals(found, "ouvrir"), layer(found, "ouvrir")
    for name in ("consultations_offertes", "consultations_recues"):
        assert total.loc[name, "difference"] == pytest.approx(3 * FULL, rel=1e-9)
    assert total.loc["mg_etp", "difference"] == pytest.approx(3)
    assert communes["consultations_difference"].sum() == pytest.approx(3 * FULL)
    assert (communes["apl_difference"] >= 0).all()
    assert communes.loc[empty[0], "apl_difference"] > 0
    assert communes.loc[empty[0], "temps_mg_min_apres"] == 0
    # Neighbours lose patients: what one commune receives, others had.
    moved = communes["patients_recus_difference"]
    assert moved[empty[0]] > 0
    assert (moved < 0).any()
    assert moved.sum() == pytest.approx(0, abs=1e-6)
    gains = found.scenario_flux.loc[found.scenario_flux["scenario"] == "ouvrir"]
    assert (gains["patients_difference"].abs() >= 1).all()


def test_closing_takes_access_from_those_who_had_it(compared):
    found, (small, large, empty) = compared
    total, communes = totals(found, "bouger"), layer(found, "bouger")
    mouvements = found.scenario_mouvements.set_index("scenario").loc["bouger"]
    assert mouvements["geste"].tolist() == ["fermer", "antenne", "antenne", "accelerer"]
    assert mouvements["etp"].tolist()[1:3] == pytest.approx([-2, 2])
    assert mouvements["site_id"].tolist()[:2] == [small, large]
    lost = mouvements["etp"].iloc[0]
    assert total.loc["mg_etp", "difference"] == pytest.approx(lost)
    assert (communes["apl_difference"] < 0).any()
    # A road of one minute from the largest site, and its two crossroads.
    assert communes.loc[empty[2], "temps_mg_min_difference"] < 0


def test_null_ranges_give_the_exact_differences(compared):
    found, _ = compared
    for name in ("apl", "temps_mg_min"):
        known = found.scenario.loc[found.scenario[f"{name}_difference"].notna()]
        for side in ("bas", "haut"):
            np.testing.assert_allclose(
                known[f"{name}_difference_{side}"], known[f"{name}_difference"], atol=1e-9
            )
    drawn = [k for k, (_, _, has) in tables.INDICATEURS_SCENARIO.items() if has]
    rows = found.scenario_bilan.loc[found.scenario_bilan["indicateur"].isin(drawn)]
    for side in ("bas", "haut"):
        np.testing.assert_allclose(rows[f"difference_{side}"], rows["difference"], atol=1e-6)


def test_the_published_apl_anchors_the_difference(compared):
    found, _ = compared
    table = found.scenario
    expected = table["apl_publiee"] + table["apl_apres"] - table["apl_avant"]
    np.testing.assert_allclose(table["apl_ancree"], expected, atol=1e-8)
    assert table.loc[table["apl_publiee"].isna(), "apl_ancree"].isna().all()


def test_a_delivery_of_its_own_holds_hostile_names_as_text(tmp_path):
    nom = "</script><script>alert(1)</script> =1+1 ${alert(1)} PSLA"
    toml = tmp_path / "projet.toml"
    toml.write_text(
        f"nom = '{nom}'\n[[ouvrir]]\ncode_commune = '00012'\netp = 1\n", encoding="utf-8"
    )
    few = tmp_path / "few.toml"
    few.write_text("[fermete]\ntirages = 0\n")
    maps, processed = tmp_path / "maps", tmp_path / "processed"
    request = Request(
        territoire="demo",
        donnees=tmp_path,
        maps=maps,
        processed=processed,
        parametres=few,
        scenarios=(toml,),
    )
    delivered = run(request, SilentProgress())
    slug = "demo--script-script-alert-1-script-1-1-alert-1-psla"
    assert {p.name for p in maps.iterdir() if not p.name.startswith(".")} == {slug, "index.html"}
    assert verify(maps, processed, slug) == []
    assert "1 scénario comparé" in delivered.titre.replace("\u00a0", " ")
    gpkg = processed / slug / "diagnostic.gpkg"
    layers = [name for name, _ in pyogrio.list_layers(gpkg)]
    assert set(layers) >= {t.nom for t in tables.SCENARIOS}
    assert pyogrio.read_dataframe(gpkg, layer="scenario").shape[0] == 60
    manifest = json.loads((processed / slug / "manifest.json").read_text(encoding="utf-8"))
    [entry] = [e for e in manifest["entrees"] if e["cle"] == "scenario"]
    assert len(entry["sha256"]) == 64
    for name in ("carte.html", "rapport.html"):
        page = (maps / slug / name).read_text(encoding="utf-8")
        assert "<script>alert(1)" not in page
        assert "alert(1)" in page


def test_three_gps_where_corsica_lacks_most(real_country, tmp_path):
    parameters = replace(Parameters(), fermete=replace(Parameters().fermete, tirages=0))
    chosen = find_territory("2A", real_country.raw, parameters)
    inputs = gather(real_country, chosen, tmp_path, parameters, SilentProgress())
    # Vero has the largest deficit of the departement.
    scenario = scenario_of({"nom": "Vero", "ouvrir": [{"code_commune": "2A345", "etp": 3}]})
    diagnosis = compare(inputs, [scenario], parameters)
    inside = diagnosis.interieur
    assert inside.loc[inside["deficit_consultations"].idxmax(), "code_commune"] == "2A345"
    total, communes = totals(diagnosis.scenarios, "vero"), layer(diagnosis.scenarios, "vero")
    assert communes.loc["2A345", "apl_difference"] > 1
    for name in ("consultations_offertes", "consultations_recues"):
        assert total.loc[name, "difference"] == pytest.approx(3 * FULL, rel=1e-9)
    assert communes["consultations_difference"].sum() == pytest.approx(3 * FULL)
    assert communes.loc["2A004", "patients_recus_difference"] < 0
