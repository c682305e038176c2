"""What moved between two deliveries of a territory: five communes, by hand, then files."""

import shutil
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from diagterritoire.cli import run_command
from diagterritoire.core.verdict import evolution
from diagterritoire.outputs.evolution import compare_deliveries
from diagterritoire.outputs.evolution.words import INDICATEURS, difference
from diagterritoire.outputs.geopackage import write_geopackage
from diagterritoire.outputs.manifest import write_manifest
from diagterritoire.store import RUN_ID
from factory import small_diagnosis


def five(**columns):
    base = {
        "code_commune": ["a", "b", "c", "d", "e"],
        "nom": ["A", "B", "C", "D", "E"],
        "population": [100, 200, 300, 400, 0],
        "population_standardisee": [100.0, 200.0, 300.0, 400.0, 0.0],
        "apl": [1.0, 2.0, 3.0, np.nan, np.nan],
        "zonage_mg": ["ZIP", "ZIP", "ZAC", None, None],
        "deficit": [True, True, False, False, False],
    }
    return pd.DataFrame(base | columns)


def test_movements_of_five_communes():
    joined = evolution.side_by_side(five(), five(apl=[1.0, 1.995, 3.004, 4.0, np.nan]))
    moves = evolution.movements(joined, {"apl": 0.005})
    assert moves["sens"].tolist() == ["stable", "baisse", "stable", "devenu connu", "inconnu"]
    assert moves["difference"][1] == pytest.approx(-0.005)
    assert moves["difference"].isna().tolist() == [False, False, False, True, True]


def test_a_commune_of_one_delivery_only_is_never_compared():
    after = five(code_commune=["a", "b", "c", "d", "f"], nom=["A", "B", "C", "D", "F"])
    found = evolution.presence(five(), after)
    assert (found.apparues["nom"].tolist(), found.disparues["nom"].tolist()) == (["F"], ["E"])
    assert found.communes == 4
    assert evolution.side_by_side(five(), after)["code_commune"].tolist() == ["a", "b", "c", "d"]


def test_changes_of_zone_say_unknown_and_sum_the_new_population():
    after = five(zonage_mg=["ZAC", "ZAC", "ZAC", "ZIP", None], population=[1, 2, 3, 4, 5])
    rows = evolution.zone_changes(evolution.side_by_side(five(), after))
    assert rows.to_numpy().tolist() == [
        ["ZIP", "ZAC", 2, 3, ["A", "B"]],
        ["inconnu", "ZIP", 1, 4, ["D"]],
    ]


def test_rows_of_parameters_and_of_sources():
    before = pd.DataFrame({"cle": ["x", "x", "y", "z"], "sha256": ["2", "1", "3", "4"]})
    after = pd.DataFrame({"cle": ["x", "x", "y", "w"], "sha256": ["1", "2", "5", "4"]})
    rows = evolution.changed_rows(before, after, ["sha256"])
    assert rows["cle"].tolist() == ["w", "y", "z"]
    assert rows["sha256_avant"].isna().tolist() == [True, False, False]
    assert rows["sha256_apres"].isna().tolist() == [False, False, True]


def test_a_difference_is_written_as_it_counts():
    apl = INDICATEURS["apl"]
    assert [difference(v, apl) for v in (0.005, -0.0049, 1.2, None)] == [
        "+0,01",
        "=",
        "+1,20",
        "n.\u00a0d.",
    ]


def lay(root, diagnosis):
    """Deliver the tables of a diagnosis, without its documents."""
    maps, processed = root / "maps" / "demo", root / "processed" / "demo"
    for folder in (maps, processed):
        folder.mkdir(parents=True)
    write_geopackage(diagnosis, processed / "diagnostic.gpkg")
    run = write_manifest(diagnosis, maps, processed)
    for folder in (maps, processed):
        (folder / RUN_ID).write_text(f"{run}\n")
    return processed


@pytest.fixture(scope="module")
def two(tmp_path_factory):
    """Two vintages: Vaumont gone to the surroundings, a GP more, another threshold, a new file."""
    root = tmp_path_factory.mktemp("livraisons")
    old = small_diagnosis()
    lay(root / "avant", old)
    communes = old.communes.copy()
    communes.loc[communes["code_commune"] == "00003", "dans_territoire"] = False
    communes.loc[communes["code_commune"] == "00001", ["mg_nb", "nom"]] = [10, "Bourg <b>"]
    communes.loc[communes["code_commune"] == "00005", "zonage_mg"] = "ZIP"
    parametres = old.parametres.copy()
    parametres.loc[parametres["cle"] == "deficit.seuil_apl", "valeur"] = "3"
    sources = old.sources.assign(millesime=["2024", "2022"])
    lay(root, replace(old, communes=communes, parametres=parametres, sources=sources))
    return root


def compared(root):
    before = root / "avant" / "processed" / "demo"
    return compare_deliveries(str(before), "demo", root / "maps", root / "processed")


def test_two_deliveries_read_back_and_compared(two):
    found = compared(two)
    shown = found.evolution
    assert found.avertissement == ""
    totals = {row[0]: row[1:] for row in shown.totaux.lignes}
    assert totals["Communes"] == ("5", "4", "−1")
    assert totals["Médecins généralistes"] == ("9,0", "10,0", "+1,0")
    assert [row[0] for row in shown.disparues.lignes] == ["Vaumont"]
    assert shown.apparues.lignes == ()
    assert [row[:2] for row in shown.zonage.lignes] == [("inconnu", "ZIP : Morne-Plaine")]
    assert [row[0] for row in shown.parametres.lignes] == ["deficit.seuil_apl"]
    assert shown.sources.lignes[0][:3] == ("Populations municipales", "2023", "2024")
    assert any("seuil" in alert for alert in shown.alertes)
    page = found.page.read_text(encoding="utf-8")
    assert "Bourg &lt;b&gt; (00001)" in page
    assert "<script" not in page
    assert str(two) not in page
    index = (two / "maps" / "index.html").read_text(encoding="utf-8")
    assert f'href="{found.page.name}"' in index
    first = found.page.read_bytes()
    assert compared(two).page.read_bytes() == first


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["demo", "demo"], 2, "la même livraison"),
        (["demo", "dep-01"], 2, "aucune livraison de ce nom"),
        (["{avant}", "{autre}"], 2, "ne sont pas le même territoire"),
        (["{vide}", "demo"], 3, "manifeste absent"),
        (["{coupee}", "demo"], 3, "introuvable"),
    ],
)
def test_what_cannot_be_compared_is_told(two, tmp_path, capsys, arguments, code, words):
    before = two / "avant" / "processed" / "demo"
    folders = {name: tmp_path / name for name in ("autre", "vide", "coupee")}
    folders["vide"].mkdir()
    for name in ("autre", "coupee"):
        shutil.copytree(before, folders[name])
    manifest = folders["autre"] / "manifest.json"
    manifest.write_text(manifest.read_text(encoding="utf-8").replace('"demo"', '"dep-01"'))
    (folders["coupee"] / "diagnostic.gpkg").unlink()
    typed = [a.format(avant=before, **folders) for a in arguments]
    places = ["--maps", str(tmp_path / "maps"), "--processed", str(two / "processed")]
    assert run_command(["comparer", *typed, *places]) == code
    assert words in capsys.readouterr().err
    assert not (tmp_path / "maps" / "index.html").exists()


def test_a_changed_geopackage_is_told_and_a_page_is_never_written_through_a_link(two, tmp_path):
    page = compared(two).page
    name = page.name
    kept = tmp_path / "garde"
    shutil.copytree(two / "avant" / "processed" / "demo", kept)
    manifest = kept / "manifest.json"
    text = manifest.read_text(encoding="utf-8")
    manifest.write_text(text.replace('"sorties": {', '"sorties": {"autre": 1, ', 1))
    with (kept / "diagnostic.gpkg").open("ab") as stream:
        stream.write(b"\0")
    outside = tmp_path / "ailleurs.html"
    outside.write_text("intact")
    maps = tmp_path / "maps"
    maps.mkdir()
    found = compare_deliveries(str(kept), "demo", maps, two / "processed")
    assert any("n'est plus celui de son manifeste" in alert for alert in found.evolution.alertes)
    (maps / name).unlink()
    (maps / name).symlink_to(outside)
    places = ["--maps", str(maps), "--processed", str(two / "processed")]
    assert run_command(["comparer", str(kept), "demo", *places]) == 5
    assert outside.read_text() == "intact"
