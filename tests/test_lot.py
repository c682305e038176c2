"""Batches: what is asked, what is shared, what is done again, and the same bytes as alone."""

import json
from dataclasses import fields, replace
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from distributed import LocalCluster
from shapely.geometry import Point

from conftest import SilentProgress
from diagterritoire import cli
from diagterritoire.batch import journal, lot, task
from diagterritoire.batch.asked import asked, folder_name
from diagterritoire.batch.frames import read_frame, write_frame
from diagterritoire.batch.journal import ECHEC, LIVRE, REFUSE, REPRIS, Outcome
from diagterritoire.batch.results import COLONNES, write_results
from diagterritoire.batch.running import Pace, run_batch
from diagterritoire.batch.shared import Shared, read_shared, write_shared
from diagterritoire.batch.task import Order, deliver_one
from diagterritoire.cli_batch import summed_up
from diagterritoire.demo import write_demo
from diagterritoire.errors import DataError, DiskError, NetworkError, UsageError
from diagterritoire.inputs.country import read_country
from diagterritoire.inputs.ground import ground_of
from diagterritoire.inputs.preparation import prepare
from diagterritoire.outputs.presentation import PLAIN
from diagterritoire.outputs.writing import deliver
from diagterritoire.parameters import Parameters
from diagterritoire.sources.folder import load
from diagterritoire.store import hold, reserve, verify
from diagterritoire.study.diagnosis import diagnose

# Five communes: two EPCI, one commune in none, a bassin de vie over two departements.
APPARTENANCE = pd.DataFrame(
    {
        "code_commune": ["18001", "18002", "18003", "36001", "75056"],
        "nom": ["Un", "Deux", "Trois", "Quatre", "Paris"],
        "code_epci": ["200000002", "200000002", None, "200000001", None],
        "code_departement": ["18", "18", "18", "36", "75"],
        "code_region": ["24", "24", "24", "24", "11"],
        "bassin_vie": ["18001", "18001", "18001", "18001", "75056"],
    }
)
LIBELLES = pd.DataFrame(
    {"niveau": ["region", "departement"], "code": ["24", "18"], "nom": ["Centre", "Cher"]}
)
TABLEAUX = "tableaux"
HERE = "127.0.0.1"


@pytest.mark.parametrize(
    ("text", "niveau", "expected"),
    [
        ("reg:24", "epci", ("200000001", "200000002")),
        ("18", "epci", ("200000002",)),
        ("france", "departement", ("18", "36", "75")),
        ("reg:24", "bv", ("bv:18001",)),
        ("36,18", "departement", ("18", "36")),
    ],
)
def test_a_batch_is_cut_at_its_level(text, niveau, expected):
    assert asked(text, niveau, APPARTENANCE, LIBELLES) == expected


def test_a_list_is_taken_as_it_is(tmp_path):
    path = tmp_path / "liste.csv"
    path.write_text("code;nom\nbv:18001;x\n36;y\n36;y\n", encoding="utf-8")
    assert asked(str(path), "epci", APPARTENANCE, LIBELLES) == ("bv:18001", "36")


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (["18", "../../etc/passwd"], "ligne 2"),
        (["18", "/etc/x"], "ligne 2"),
        (["18", ".."], "ligne 2"),
        (["../x"], "aucun code"),
        (["18", "99"], "Territoire inconnu"),
        (["75101", "75056"], "deux fois le même territoire"),
    ],
)
def test_a_list_names_territories_and_nothing_else(tmp_path, lines, said):
    path = tmp_path / "liste.txt"
    path.write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(UsageError, match=said):
        asked(str(path), "epci", APPARTENANCE, LIBELLES)


def test_two_lists_never_share_a_folder(tmp_path):
    names = {
        folder_name(str(tmp_path / a / f"{b}.csv"), "epci")
        for a in ("x", "y")
        for b in ("é /", "ê")
    }
    assert len(names) == 4
    assert all(set(name) <= set("abcdefghijklmnopqrstuvwxyz0123456789-") for name in names)
    assert folder_name("36,18", "bv") == folder_name("18, 36", "bv") != folder_name("18,37", "bv")


@pytest.mark.parametrize(
    ("text", "options"),
    [
        ("reg:24", ["--niveau", "canton"]),
        ("absente.csv", []),
        ("demo", []),
        ("", []),
        ("reg:24", ["--profondeur", "tout court"]),
    ],
)
def test_what_no_data_would_make_right_is_refused_before_any_is_read(
    tmp_path, capsys, text, options
):
    # The folder of data does not exist: reading it would be another error.
    given = ["--donnees", str(tmp_path / "nulle part"), "--maps", str(tmp_path / "m")]
    assert cli.run_command(["lot", text, *given, *options]) == 2
    assert "nulle part" not in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_what_names_nothing_is_refused_before_the_long_files(small, tmp_path, monkeypatch, capsys):
    def read(*_):
        raise AssertionError("lecture commencée")

    monkeypatch.setattr(load, "read_communes", read)
    roots = ["--maps", str(tmp_path / "m"), "--processed", str(tmp_path / "p")]
    for text in ("Atlantide", "reg:99", "2A\0"):
        assert cli.run_command(["lot", text, "--donnees", str(small), *roots]) == 2
        assert "nconnu" in capsys.readouterr().err
    assert not (tmp_path / "p" / "lots").exists()


def test_a_frame_comes_back_with_its_types(tmp_path):
    frame = gpd.GeoDataFrame(
        {
            "code": ["01001", None, "2A004"],
            "nb": pd.array([1, None, 3], dtype="Int64"),
            "vrai": pd.array([True, None, False], dtype="boolean"),
            "min": [0.1, float("nan"), -0.0],
            "genre": pd.Categorical(["a", None, "b"], categories=["b", "a"]),
        },
        geometry=[Point(1, 2), None, Point()],
        crs="EPSG:5490",
        index=[5, 2, 9],
    )
    write_frame(frame, tmp_path / "a.arrow")
    again = read_frame(tmp_path / "a.arrow")
    assert isinstance(again, gpd.GeoDataFrame)
    assert again.crs == frame.crs
    pd.testing.assert_frame_equal(pd.DataFrame(again), pd.DataFrame(frame))


def test_a_line_cut_by_a_kill_says_nothing(tmp_path):
    path = tmp_path / "journal.jsonl"
    assert journal.read(path) == {}
    first, second = Outcome("1", LIVRE, "k", nom="l'Île"), Outcome("2", REFUSE, "k")
    journal.note(path, first)
    journal.note(path, second)
    journal.note(path, replace(first, statut=REFUSE))
    path.write_bytes(path.read_bytes()[:-30])
    assert journal.read(path) == {"1": first, "2": second}
    # What comes after a cut line is read.
    journal.note(path, replace(second, statut=LIVRE))
    assert journal.read(path)["2"].statut == LIVRE


def test_the_table_says_what_is_unknown_by_nothing(tmp_path):
    outcomes = [
        Outcome("1", LIVRE, "k", figures={"apl": 2.5, "temps_mg_min": None}, secondes=1.26),
        Outcome("2", ECHEC, "k", erreur="deux\nlignes ; =1+1"),
    ]
    write_results(outcomes, tmp_path / "bilan.csv")
    table = pd.read_csv(tmp_path / "bilan.csv", dtype=str, keep_default_na=False)
    assert tuple(table.columns) == COLONNES
    assert table["apl"].tolist() == ["2.5", ""]
    assert table["temps_mg_min"].tolist() == ["", ""]
    assert table["erreur"].tolist() == ["", "deux lignes ; =1+1"]
    assert summed_up(outcomes) == "1 livré, 1 échec"


def test_the_pace_is_of_the_work():
    clock = iter([100.0, 160.0, 220.0])
    pace = Pace(4, clock=lambda: next(clock))
    assert pace.after(1) == (60.0, 3.0)
    assert pace.after(4) == (120.0, 0.0)


def test_no_scheduler_there_is_said():
    order = Order(Path(), "k", Path(), Path(), Parameters(), PLAIN, TABLEAUX)
    with pytest.raises(NetworkError, match="Aucun ordonnanceur"):
        run_batch(order, ["1"], Path("absent"), Heard(), ordonnanceur="autre chose")


class Heard:
    """Who is told, and remembers."""

    def __init__(self):
        self.begun = None
        self.outcomes = []

    def begin(self, total, left):
        self.begun = (total, left)

    def became(self, outcome):
        self.outcomes.append(outcome)


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """Files of a small invented country: three EPCI."""
    return write_demo(tmp_path_factory.mktemp("raw"), communes=40).folder


@pytest.fixture(scope="module")
def order(small, tmp_path_factory):
    """What a batch over it shares."""
    root = tmp_path_factory.mktemp("lot")
    chosen, maps, processed = Parameters(), root / "m", root / "p"
    request = lot.LotRequest("reg:00", "epci", small, maps, processed, hors_ligne=True)
    maps.mkdir()
    place = lot.shared_folder(request, chosen, SilentProgress())
    return Order(place, "k", maps, processed, chosen, PLAIN, TABLEAUX)


def test_what_is_shared_comes_back_whole(small, tmp_path):
    country = read_country(small, Parameters(), SilentProgress())
    grounds = {"EPSG:2154": ground_of(country, "EPSG:2154", Parameters())}
    write_shared(Shared(country, grounds), tmp_path)
    again = read_shared(tmp_path)
    for mine, theirs in (
        (country, again.country),
        (country.raw, again.country.raw),
        (country.soins, again.country.soins),
        (grounds["EPSG:2154"], again.grounds["EPSG:2154"]),
    ):
        for f in fields(mine):
            one, other = getattr(mine, f.name), getattr(theirs, f.name)
            if isinstance(one, pd.DataFrame):
                assert type(one) is type(other), f.name
                pd.testing.assert_frame_equal(other, one, obj=f.name)
            elif f.name not in ("raw", "soins", "found", "professionnels"):
                assert other == one, f.name
    assert again.country.found.files == country.found.files
    for name, table in country.raw.professionnels.items():
        pd.testing.assert_frame_equal(again.country.raw.professionnels[name], table)


def _hashes(maps, processed, slug):
    assert verify(maps, processed, slug) == []
    manifest = json.loads((processed / slug / "manifest.json").read_text(encoding="utf-8"))
    del manifest["durees"]
    return manifest


def test_a_batch_gives_the_bytes_of_a_territory_alone_and_does_again_what_must_be(
    small, order, tmp_path
):
    slug, other = "epci-000000001", "epci-000000002"
    inputs = prepare("000000001", small, tmp_path / "cache", order.parameters, SilentProgress())
    with reserve(tmp_path / "m", tmp_path / "p", slug) as places:
        diagnosis = diagnose(inputs, order.parameters)
        deliver(diagnosis, places, SilentProgress(), PLAIN, TABLEAUX)
    alone = _hashes(tmp_path / "m", tmp_path / "p", slug)

    path, saisis = tmp_path / "journal.jsonl", ["000000001", "000000002"]
    with LocalCluster(
        n_workers=1,
        threads_per_worker=1,
        processes=False,
        protocol="tcp",
        host=HERE,
        dashboard_address=f"{HERE}:0",
    ) as cluster:

        def batch(saisis=saisis):
            heard = Heard()
            address = cluster.scheduler_address
            return run_batch(order, saisis, path, heard, ordonnanceur=address), heard

        # Somebody works on the second: it is to be tried again, the first is delivered.
        with hold(order.maps / f".{other}.verrou", "un autre"):
            outcomes, heard = batch()
            assert [o.statut for o in outcomes] == [LIVRE, ECHEC]
            assert "epci-000000002" in outcomes[1].erreur
            assert heard.begun == (2, 2)
            assert _hashes(order.maps, order.processed, slug) == alone
            assert outcomes[0].figures == alone["indicateurs"]

            outcomes, heard = batch()
            assert [o.statut for o in outcomes] == [REPRIS, ECHEC]
            assert heard.begun == (2, 1)
            assert [o.saisi for o in heard.outcomes] == ["000000002"]

        book = order.processed / slug / "indicateurs.xlsx"
        content = bytearray(book.read_bytes())
        content[100] ^= 1
        book.write_bytes(bytes(content))
        outcomes, heard = batch(saisis[:1])
        assert [o.statut for o in outcomes] == [LIVRE]
        assert _hashes(order.maps, order.processed, slug) == alone


def test_another_key_is_done_again_and_an_unknown_territory_is_refused(order):
    whole = Outcome("000000001", LIVRE, "k", slug="epci-000000001")
    assert not journal.still_whole(whole, "autre", order.maps, order.processed)
    assert not journal.still_whole(None, "k", order.maps, order.processed)
    outcome = deliver_one(order, "999999999")
    assert outcome.statut == REFUSE
    assert "Territoire inconnu" in outcome.erreur


def test_a_full_disk_is_a_failure_to_try_again_not_a_refusal(order, monkeypatch):
    def full(*_args, **_kwargs):
        raise DiskError("Le disque est plein.")

    monkeypatch.setattr(task, "_delivered", full)
    outcome = deliver_one(order, "000000001")
    assert (outcome.statut, outcome.erreur) == (ECHEC, "Le disque est plein.")


def test_a_batch_from_the_command_line(small, tmp_path, capsys):
    path = tmp_path / "liste.csv"
    path.write_text("000000003\n", encoding="utf-8")
    given = ["--donnees", str(small), "--maps", str(tmp_path / "m"), "--hors-ligne"]
    given += ["--processed", str(tmp_path / "p"), "--profondeur", TABLEAUX, "--ouvriers", "1"]
    assert cli.run_command(["lot", str(path), *given]) == 0
    said = capsys.readouterr().out
    assert "\n1\u00a0territoire\n1/1 livré" in said
    assert "encore" not in said
    assert "Lot de 1\u00a0territoire : 1 livré." in said
    index = (tmp_path / "m" / "index.html").read_text(encoding="utf-8")
    (page,) = (tmp_path / "m" / "lots").glob("liste-liste-*/index.html")
    assert f'<a href="lots/{page.parent.name}/index.html">Territoires\u00a0: liste ' in index
    (bilan,) = (tmp_path / "p" / "lots").glob("liste-liste-*/bilan.csv")
    assert pd.read_csv(bilan, dtype=str)["statut"].tolist() == [LIVRE]


def test_answers_from_nowhere_are_not_counted_in_every_territory():
    answers = pd.DataFrame({"code_commune": ["18001", None, None]})
    lot.check_survey(answers.head(1), 2)
    with pytest.raises(DataError, match=r"2.réponses sans commune : chacun des 3"):
        lot.check_survey(answers, 3)
