"""What a batch takes for delivered already, what it stands on, and what its table may run."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from shapely.geometry import MultiPolygon, box

from conftest import SilentProgress
from diagterritoire.batch import journal, lot
from diagterritoire.batch.journal import ECHEC, LIVRE, REFUSE, REPRIS, Outcome
from diagterritoire.batch.product import Places, _member
from diagterritoire.batch.results import write_results
from diagterritoire.batch.shared import still_sealed
from diagterritoire.demo import write_demo
from diagterritoire.outputs.lots import layers, write_partitions
from diagterritoire.outputs.lots.page import MONTRES, _share
from diagterritoire.parameters import Parameters
from diagterritoire.store import delivery, inventory, sha256, signature, verify

SLUG, CLE = "epci-000000001", "k"


def _deliver(root: Path, content: str, *pages: str, seconds: float = 1.0) -> Outcome:
    """Deliver a table, and pages, and give the line of the journal."""
    with delivery(root / "m", root / "p", SLUG) as prepared:
        (prepared.processed / "t.csv").write_text(content, encoding="utf-8")
        for page in pages:
            (prepared.maps / page).write_text("<html></html>", encoding="utf-8")
        files = inventory(prepared.maps, prepared.processed, SLUG)
        sorties = {n: {"octets": p.stat().st_size, "sha256": sha256(p)} for n, p in files.items()}
        manifest = {"run_id": "r", "sorties": sorties, "durees": {"total": seconds}}
        (prepared.processed / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
        prepared.commit("r")
    return Outcome("1", LIVRE, CLE, slug=SLUG, sorties=signature(root / "p" / SLUG))


def _whole(outcome: Outcome, root: Path) -> bool:
    return journal.still_whole(outcome, CLE, root / "m", root / "p")


def test_what_was_delivered_again_from_the_same_is_not_done_again(tmp_path: Path) -> None:
    outcome = _deliver(tmp_path, "a", "carte.html")
    assert _whole(outcome, tmp_path)
    _deliver(tmp_path, "a", "carte.html", seconds=2.0)
    assert _whole(outcome, tmp_path)
    assert not _whole(replace(outcome, sorties=""), tmp_path)


@pytest.mark.parametrize("other", [("b", "carte.html"), ("a",)])
def test_what_another_run_delivered_since_is_done_again(
    tmp_path: Path, other: tuple[str, ...]
) -> None:
    """Other figures, or a batch of tables over one with maps: whole, under the same run id."""
    outcome = _deliver(tmp_path, "a", "carte.html")
    _deliver(tmp_path, *other)
    assert verify(tmp_path / "m", tmp_path / "p", SLUG) == []
    assert not _whole(outcome, tmp_path)


@pytest.mark.parametrize("gone", [["m", "p"], ["m"], ["p"]])
def test_what_was_deleted_since_is_done_again(tmp_path: Path, gone: list[str]) -> None:
    outcome = _deliver(tmp_path, "a", "carte.html")
    for root in gone:
        shutil.rmtree(tmp_path / root / SLUG)
    assert not _whole(outcome, tmp_path)


def test_no_cell_of_the_table_is_a_formula(tmp_path: Path) -> None:
    outcomes = [
        Outcome("1", LIVRE, CLE, nom='=HYPERLINK("x")', figures={"apl": -0.5}),
        Outcome("2", REFUSE, CLE, nom="@a", erreur="+1"),
    ]
    write_results(outcomes, tmp_path / "bilan.csv")
    table = pd.read_csv(tmp_path / "bilan.csv", dtype=str, keep_default_na=False)
    assert table["nom"].tolist() == ['\'=HYPERLINK("x")', "'@a"]
    assert table["erreur"].tolist() == ["", "'+1"]
    assert table["apl"].tolist() == ["-0.5", ""]


def test_what_is_shared_is_made_again_when_a_byte_changed(tmp_path: Path) -> None:
    raw = write_demo(tmp_path / "raw", communes=40).folder
    request = lot.LotRequest("reg:00", "epci", raw, tmp_path / "m", tmp_path / "p", hors_ligne=True)
    place = lot.shared_folder(request, Parameters(), SilentProgress())
    before = {p.name: sha256(p) for p in place.iterdir()}
    kept = place.stat().st_ino
    assert lot.shared_folder(request, Parameters(), SilentProgress()).stat().st_ino == kept
    table = place / "country.base.arrow"
    content = bytearray(table.read_bytes())
    content[len(content) // 2] ^= 1
    table.write_bytes(bytes(content))
    assert lot.shared_folder(request, Parameters(), SilentProgress()) == place
    assert {p.name: sha256(p) for p in place.iterdir()} == before
    (place / "lot.json").unlink()
    assert not still_sealed(place)


@pytest.mark.parametrize(
    ("share", "written"),
    [(9.4, "9"), (9.6, "9,6"), (10.0, "10"), (10.4, "10"), (74.98, "74,98"), (0.2, "moins de 1")],
)
def test_a_share_is_read_on_the_side_of_the_break_where_it_is_drawn(
    share: float, written: str
) -> None:
    bornes = next(i.bornes for i in MONTRES if i.cle == "deficit")
    assert _share(share, bornes) == f"{written}\u00a0%"


def test_a_table_of_communes_takes_the_place_of_the_former_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shapes = [MultiPolygon([box(0, 0, 1, 1)])] * 2
    frame = gpd.GeoDataFrame(
        {"code_departement": ["2A", "2B"], "apl": [1.0, 2.0]}, geometry=shapes, crs="EPSG:4326"
    )
    folder = tmp_path / "communes"
    write_partitions(frame, folder)

    def killed(_place: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(layers, "exchange", killed)
    with pytest.raises(KeyboardInterrupt):
        write_partitions(frame.head(1), folder)
    assert sorted(pd.read_parquet(folder)["apl"]) == [1.0, 2.0]
    monkeypatch.undo()
    write_partitions(frame.head(1), folder)
    assert [p.name for p in tmp_path.iterdir()] == ["communes"]
    assert [p.name for p in folder.iterdir()] == ["code_departement=2A"]


def test_the_page_names_no_folder_of_the_machine(tmp_path: Path) -> None:
    places = Places(tmp_path, tmp_path, tmp_path, tmp_path)
    failed = Outcome("1", ECHEC, CLE, erreur=f"Accès impossible à « {tmp_path} ».")
    assert _member(failed, places).motif == "à relancer, la raison est dans bilan.csv"
    refused = Outcome("1", REFUSE, CLE, erreur="Territoire\ninconnu.")
    assert _member(refused, places).motif == "Territoire inconnu."


def test_the_page_of_a_batch_resumed_is_that_of_one_never_stopped() -> None:
    places = Places(Path("m"), Path("p"), Path("l"), Path("d"))
    first, again = (_member(Outcome("1", s, CLE, slug=SLUG), places) for s in (LIVRE, REPRIS))
    assert first == again
