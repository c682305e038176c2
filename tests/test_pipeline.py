"""The whole chain on the invented territory, through the real readers."""

import dataclasses
import json
from itertools import pairwise

import numpy as np
import pandas as pd
import pyogrio
import pytest
import rasterio
from python_calamine import CalamineWorkbook

from conftest import SilentProgress
from diagterritoire import schema, tables
from diagterritoire.cli import run_command
from diagterritoire.core.communes.perimeter import SANS_CONTOUR
from diagterritoire.inputs import road_files
from diagterritoire.inputs.preparation import find_territory, gather, prepare, read_country
from diagterritoire.outputs.cautions import alerts
from diagterritoire.outputs.manifest import run_id
from diagterritoire.parameters import Parameters, describe, override
from diagterritoire.pipeline import Request, run
from diagterritoire.store import verify
from diagterritoire.study.diagnosis import diagnose

EPCI = "000000001"


@pytest.fixture(scope="module")
def whole(diagnosed):
    return diagnosed("demo")


def by_code(diagnosis):
    return diagnosis.communes.set_index("code_commune")


def test_no_commune_disappears(whole, demo):
    assert sorted(whole.communes["code_commune"]) == sorted(demo.communes)
    assert whole.communes["dans_territoire"].all()
    assert whole.territory.fictif


def test_communes_that_no_file_draws_are_told(demo, tmp_path, whole):
    assert not whole.controle["motif"].eq(SANS_CONTOUR).any()
    parameters, progress = Parameters(), SilentProgress()
    country = read_country(demo.folder, parameters, progress)
    chosen = find_territory(EPCI, country.raw, parameters)
    outside = sorted(set(country.base["code_commune"]) - set(chosen.communes))[:2]
    drawn = country.communes_geo
    drawn = drawn.loc[~drawn["code_commune"].isin(outside)]
    cut = dataclasses.replace(country, communes_geo=drawn)
    diagnosis = diagnose(gather(cut, chosen, tmp_path, parameters, progress), parameters)
    (row,) = diagnosis.controle.loc[diagnosis.controle["motif"] == SANS_CONTOUR].to_dict("records")
    assert row["nombre"] == 2
    assert all(code in row["exemples"] for code in outside)
    (caution,) = (c for c in alerts(diagnosis) if c.cle == "contours_absents")
    assert caution.court.startswith("2\u00a0communes sans contour")


def test_island_and_cut_off_commune_stay_unreachable(whole, demo):
    rows = by_code(whole).loc[[demo.ile, demo.inatteignable]]
    assert not rows["atteignable"].any()
    assert rows["temps_mg_min"].isna().all()
    assert (rows["apl"] == 0).all()
    assert rows["deficit"].all()
    assert rows["taux_fuite"].isna().all()
    named = " ".join(whole.controle["exemples"])
    assert demo.ile in named
    assert demo.inatteignable in named


def test_trap_is_served_by_the_main_network(demo, tmp_path, progress):
    # From the point given, which is beside the trap: the settlement is away from it.
    parameters = override(Parameters(), {"points": {"bourg": False}})
    inputs = prepare("demo", demo.folder, tmp_path, parameters, progress)
    row = by_code(diagnose(inputs, parameters)).loc[demo.piege]
    assert row["atteignable"]
    assert row["rattachement_m"] > 600


def test_empty_commune_has_no_flow_and_no_gap(whole, demo):
    row = by_code(whole).loc[demo.vide]
    assert row["population"] == 0
    assert row["deficit_consultations"] == 0
    assert demo.vide not in set(whole.flux["code_residence"])


def test_commune_without_point_or_published_apl_is_kept_and_said(whole, demo):
    communes = by_code(whole)
    assert pd.notna(communes.loc[demo.sans_point, "temps_mg_min"])
    assert pd.isna(communes.loc[demo.sans_apl, "apl_publiee"])
    assert pd.isna(communes.loc[demo.zone_inconnue, "zonage_mg"])
    said = " ".join(whole.controle["motif"] + whole.controle["exemples"])
    for code in (demo.sans_point, demo.sans_apl, demo.zone_inconnue, demo.ancienne):
        assert code in said


def test_closed_system_law(whole):
    served = whole.communes["population_standardisee"] * whole.communes["apl"]
    assert served.sum() == pytest.approx(whole.bilan.consultations_offertes, rel=1e-9)
    assert abs(whole.bilan.ecart_relatif) < 1e-9


def test_flows_sum_to_the_population(whole):
    sent = whole.flux.groupby("code_residence")["patients"].sum()
    people = by_code(whole)["population"].loc[sent.index]
    np.testing.assert_allclose(sent, people, rtol=1e-9)
    reached = whole.communes.loc[whole.communes["atteignable"] & (whole.communes["population"] > 0)]
    assert set(sent.index) == set(reached["code_commune"])


def test_definitions_of_the_contract(whole):
    communes, parameters = whole.communes, whole.parametres.set_index("cle")["valeur"]
    seuil = float(parameters["deficit.seuil_apl"])
    etp = float(parameters["offre.consultations_par_etp"])
    assert (communes["deficit"] == (communes["apl"] < seuil)).all()
    gap = np.maximum(0, seuil - communes["apl"]) * communes["population_standardisee"]
    np.testing.assert_allclose(communes["deficit_consultations"], gap)
    np.testing.assert_allclose(communes["deficit_etp"], gap / etp)
    np.testing.assert_allclose(whole.sites["mg_etp"], whole.sites["consultations"] / etp)
    with_gp = communes["mg_nb"] > 0
    assert (communes.loc[with_gp, "temps_mg_min"] == 0).all()
    known = communes["taux_fuite"].notna()
    total = communes.loc[known, "taux_fuite"] + communes.loc[known, "taux_autosuffisance"]
    np.testing.assert_allclose(total, 1)


def test_a_part_of_the_territory_is_exact_thanks_to_its_buffer(whole, diagnosed):
    part = diagnosed(EPCI)
    inside = part.communes.loc[part.communes["dans_territoire"]].set_index("code_commune")
    outside = part.communes.loc[~part.communes["dans_territoire"]]
    assert len(inside) > 5
    assert len(outside) > 5
    assert outside["apl_partielle"].all()
    assert part.territory.slug == f"epci-{EPCI}"
    assert part.territory.fictif
    reference = by_code(whole).loc[inside.index]
    for column in ("apl", "temps_mg_min", "taux_fuite", "deficit_etp"):
        np.testing.assert_allclose(inside[column], reference[column], rtol=1e-9)


def test_every_delivered_table_follows_its_schema(whole):
    for table in tables.DELIVERED:
        frame = getattr(whole, table.nom)
        assert [c for c in frame.columns if c != "geometry"] == table.noms
        schema.check(frame, table)


@pytest.fixture(scope="module")
def delivered(tmp_path_factory):
    folder = tmp_path_factory.mktemp("livraison")
    arguments = ["--maps", str(folder / "maps"), "--processed", str(folder / "processed")]
    assert run_command(["diagnostic", "demo", *arguments]) == 0
    return folder


def test_delivery_is_whole_and_verifies(delivered, capsys):
    assert sorted(p.name for p in (delivered / "maps" / "demo").glob("[!.]*")) == [
        "carte.html",
        "rapport.docx",
        "rapport.html",
        "rapport.pdf",
    ]
    processed = delivered / "processed" / "demo"
    assert sorted(p.name for p in processed.glob("[!.]*")) == [
        "diagnostic.gpkg",
        "indicateurs.xlsx",
        "manifest.json",
        "temps_acces.qml",
        "temps_acces.tif",
    ]
    index = (delivered / "maps" / "index.html").read_text(encoding="utf-8")
    assert 'href="demo/rapport.pdf"' in index
    assert verify(delivered / "maps", delivered / "processed", "demo") == []
    arguments = ["--maps", str(delivered / "maps"), "--processed", str(delivered / "processed")]
    assert run_command(["verifier", "demo", *arguments]) == 0
    assert "correspond à son manifeste" in capsys.readouterr().out


def test_layers_of_the_contract(delivered):
    path = delivered / "processed" / "demo" / "diagnostic.gpkg"
    layers = [str(name) for name, _ in pyogrio.list_layers(path)]
    for table in tables.DELIVERED:
        assert table.nom in layers
        read = pyogrio.read_dataframe(path, layer=table.nom)
        assert [c for c in read.columns if c != "geometry"] == table.noms
    assert len(pyogrio.read_dataframe(path, layer="communes")) == 60


def test_raster_and_areas_of_the_territory(delivered, whole):
    processed = delivered / "processed" / "demo"
    with rasterio.open(processed / "temps_acces.tif") as raster:
        assert raster.crs.to_string() == whole.territory.crs
        assert [b % 200 for b in raster.bounds] == [0, 0, 0, 0]
        assert raster.overviews(1)
        minutes = raster.read(1, masked=True)
    inside = whole.interieur
    assert minutes.count() > 0
    assert minutes.count() * 0.04 < inside.area.sum() / 1e6
    areas = pyogrio.read_dataframe(processed / "diagnostic.gpkg", layer="isochrones")
    assert areas["temps_max_min"].tolist() == [10, 15, 20, 30]
    assert areas.is_valid.all()
    assert all(b.covers(a) for a, b in pairwise(areas.geometry))
    assert areas["population"].is_monotonic_increasing
    assert areas["population"].iloc[-1] <= inside["population"].sum()
    # The cells and the areas tell the same, but for the edge.
    for bound, area in zip(areas["temps_max_min"], areas.area, strict=True):
        near = (minutes <= bound).sum() * 40_000
        assert abs(area - near) < 0.05 * near


def test_workbook_opens_on_its_reading_note(delivered):
    book = CalamineWorkbook.from_path(delivered / "processed" / "demo" / "indicateurs.xlsx")
    assert book.sheet_names[0] == "Lisez-moi"
    text = " ".join(str(c) for row in book.get_sheet_by_index(0).to_python() for c in row)
    assert "fictif" in text.lower()


def test_everything_says_that_it_is_fictitious(delivered):
    for name in ("carte.html", "rapport.html"):
        text = (delivered / "maps" / "demo" / name).read_text(encoding="utf-8")
        assert "erritoire fictif" in text
    manifest = json.loads((delivered / "processed" / "demo" / "manifest.json").read_text())
    assert manifest["territoire"]["fictif"] is True
    assert all("inventées" in entree["producteur"] for entree in manifest["entrees"])


def test_same_inputs_give_the_same_bytes(delivered, tmp_path):
    arguments = ["--maps", str(tmp_path / "maps"), "--processed", str(tmp_path / "processed")]
    assert run_command(["diagnostic", "demo", *arguments]) == 0
    for first in sorted(delivered.rglob("demo/[!.]*")):
        second = tmp_path / first.relative_to(delivered)
        if first.name != "manifest.json":
            assert first.read_bytes() == second.read_bytes(), first.name
    manifests = [
        json.loads((root / "processed" / "demo" / "manifest.json").read_text())
        for root in (delivered, tmp_path)
    ]
    for manifest in manifests:
        del manifest["durees"]
    assert manifests[0] == manifests[1]


def test_two_parameters_that_differ_by_little_are_two_runs(diagnosed):
    whole = diagnosed("demo")

    def identifier(value):
        chosen = override(Parameters(), {"offre": {"consultations_par_mg": value}})
        described = pd.DataFrame([vars(d) for d in describe(chosen)])
        return run_id(dataclasses.replace(whole, parametres=described))

    assert identifier(4220) == identifier(4220.0)
    assert identifier(4220.001) != identifier(4220.002)


def test_another_reading_code_is_another_compiled_network(monkeypatch):
    before = road_files.reading_code()
    assert before == road_files.reading_code()
    monkeypatch.setattr(road_files.inspect, "getsource", lambda module: module.__name__)
    assert road_files.reading_code() != before


def test_second_run_reuses_the_compiled_network(demo, tmp_path, progress):
    request = Request(EPCI, demo.folder, tmp_path / "maps", tmp_path / "processed")
    run(request, progress)
    assert "repris" not in progress.notes["Points et routes"][0]
    progress.notes.clear()
    run(request, progress)
    assert "repris" in progress.notes["Points et routes"][0]
