"""With --hors-ligne nothing opens a socket; online, only what is missing is asked for."""

import json
import shutil
import subprocess
import sys

import pytest

from diagterritoire import download
from diagterritoire.catalog import SOURCES
from diagterritoire.cli import run_command
from diagterritoire.download import Origin, UnreachableError
from diagterritoire.download.kept import note_of
from diagterritoire.errors import DataError, NetworkError
from diagterritoire.sources.folder import stock
from diagterritoire.sources.library import find, source_row
from diagterritoire.store import sha256
from servers import HTML, client, reply, serve

EPCI = "000000001"
APL = "drees_apl_generalistes_2022_2023.xlsx"

# An audit hook sees every Python socket, whoever opens it, and cannot be removed. The only one let
# pass is the probe of urllib3, when folium imports it: bound to ::1, it never connects.
SPY = """
import json, sys
seen = []

def spy(event, arguments):
    if not event.startswith("socket."):
        return
    frame, names = sys._getframe(), set()
    while frame is not None:
        names.add(frame.f_code.co_name)
        frame = frame.f_back
    if "_has_ipv6" not in names:
        seen.append([event, repr(arguments)])

sys.addaudithook(spy)
from diagterritoire.cli import run_command
folder, maps, processed = sys.argv[1:4]
places = ["--maps", maps, "--processed", processed, "--hors-ligne"]
codes = [
    run_command(["diagnostic", "demo", *places]),
    run_command(["diagnostic", "000000001", "--donnees", folder, *places]),
    run_command(["sources", "--donnees", folder, "--hors-ligne"]),
    run_command(["sources", "--verifier", "--hors-ligne"]),
]
control = list(seen)
import socket
socket.socket().close()
print(json.dumps({"codes": codes, "sockets": control, "hook": len(seen) > len(control)}))
"""


@pytest.fixture
def folder(demo, tmp_path):
    """Invented files without the published APL."""
    copy = tmp_path / "donnees"
    shutil.copytree(demo.folder, copy)
    (copy / APL).rename(tmp_path / APL)
    return copy


def test_offline_opens_no_socket(folder, tmp_path):
    places = [str(tmp_path / name) for name in ("maps", "processed")]
    done = subprocess.run(
        [sys.executable, "-c", SPY, str(folder), *places],
        capture_output=True,
        text=True,
        check=True,
    )
    told = json.loads(done.stdout.splitlines()[-1])
    assert told == {"codes": [0, 3, 0, 2], "sockets": [], "hook": True}
    assert (tmp_path / "maps" / "demo" / "carte.html").exists()
    assert "apl_publiee" in done.stderr
    assert not (folder / download.FOLDER).exists()


def test_without_network_the_missing_file_is_named_as_offline(folder, capsys):
    code = run_command(["diagnostic", EPCI, "--donnees", str(folder)])
    errors = capsys.readouterr().err
    assert code == 3
    assert "apl_publiee" in errors
    assert "ne peut être joint" in errors
    assert not (folder / download.FOLDER).exists()


def test_a_whole_folder_is_never_completed(demo, monkeypatch):
    monkeypatch.setattr(stock, "complete", None)
    found = stock.stocked(demo.folder, print, hors_ligne=False)
    assert find(found, "apl_publiee")


def give(monkeypatch, tmp_path, wrong=None):
    """Make `complete` put the APL in place, or fail."""
    asked = []

    def fetching(source, place):
        asked.append(source.cle)
        if source.cle != "apl_publiee":
            raise NetworkError("refus")
        if wrong is not None:
            raise wrong
        place.mkdir(exist_ok=True)
        path = place / "apl_publiee.xlsx"
        shutil.copy(tmp_path / APL, path)
        size = path.stat().st_size
        origin = Origin("apl_publiee", source.url, path.name, sha256(path), size, "2026-07-22")
        note_of(path).write_bytes(origin.to_bytes())
        return path

    real = download.complete
    monkeypatch.setattr(stock, "complete", lambda s, p, _: real(s, p, fetching))
    return asked


def test_what_is_missing_is_fetched_dated_and_hashed_again(folder, tmp_path, monkeypatch):
    asked = give(monkeypatch, tmp_path)
    notes = []
    found = stock.stocked(folder, notes.append, hors_ligne=False)
    assert asked[0] == "apl_publiee"
    # The small optional ones come along; the large ones wait to be asked.
    assert set(asked[1:]) == {
        s.cle for s in SOURCES if s.url and not s.indispensable and not s.sur_demande
    } - {f.cle for f in found.files}
    assert notes == ["1\N{NO-BREAK SPACE}fichier téléchargé"]
    [file] = find(found, "apl_publiee")
    assert source_row(file, 1)["millesime"].endswith("(téléchargé, daté du 2026-07-22)")
    again = stock.stocked(folder, notes.append, hors_ligne=True)
    assert find(again, "apl_publiee") == (file,)
    file.path.write_bytes(file.path.read_bytes()[:-1] + b"x")
    with pytest.raises(DataError, match="a changé depuis son téléchargement"):
        stock.stocked(folder, notes.append, hors_ligne=True)
    assert find(stock.stocked(folder, notes.append, hors_ligne=False), "apl_publiee") == (file,)


def test_a_large_source_comes_when_it_is_named(folder, tmp_path, monkeypatch, capsys):
    asked = give(monkeypatch, tmp_path)
    command = ["sources", "--donnees", str(folder), "--telecharger"]
    assert run_command([*command, "apl_publiee"]) == 0
    assert asked == ["apl_publiee"]
    assert "apl_publiee.xlsx" in capsys.readouterr().out
    assert run_command([*command, "professionnels"]) == 4
    assert asked[1:] == ["professionnels"]
    assert run_command([*command, "zonage"]) == 2
    assert "cartosante" in capsys.readouterr().err
    assert run_command([*command, "inconnue"]) == 2
    assert run_command([*command, "apl_publiee", "--hors-ligne"]) == 2
    assert asked[2:] == []


def test_a_refusal_is_a_network_error_and_no_network_a_missing_file(folder, tmp_path, monkeypatch):
    give(monkeypatch, tmp_path, NetworkError("page web"))
    with pytest.raises(NetworkError, match="page web"):
        stock.stocked(folder, print, hors_ligne=False)
    give(monkeypatch, tmp_path, UnreachableError("personne"))
    with pytest.raises(DataError, match="personne"):
        stock.stocked(folder, print, hors_ligne=False)


def test_addresses_are_checked_and_failures_exit_4(monkeypatch, capsys, tmp_path):
    from diagterritoire import pipeline
    from diagterritoire.download import check_source

    with serve(f=[reply()], g=[reply(HTML)]) as server:
        asked, _ = client(server)
        monkeypatch.setattr(pipeline, "Client", lambda: asked)

        def checked(source, folder, _):
            return check_source(moved(source, server), folder, asked)

        monkeypatch.setattr(pipeline, "check_source", checked)
        code = run_command(["sources", "--verifier", "--donnees", str(tmp_path)])
    captured = capsys.readouterr()
    assert code == 4
    assert "Populations de référence des communes : bon" in captured.out
    assert "200" in captured.out
    assert "du 2026-10-21" in captured.out
    assert "page web" in captured.out
    assert "sans adresse" in captured.out
    assert "1\N{NO-BREAK SPACE}adresse ne donne pas son fichier : mouvements." in captured.err


def moved(source, server):
    from dataclasses import replace

    places = {"populations": "f", "mouvements": "g"}
    place = places.get(source.cle)
    return replace(source, url=f"{server.url}/{place}" if place else "", membre="")


def test_without_network_every_address_fails(capsys, tmp_path):
    code = run_command(["sources", "--verifier", "--donnees", str(tmp_path)])
    captured = capsys.readouterr()
    assert code == 4
    assert "ne peut être joint" in captured.out
    assert "HTTPS_PROXY" in captured.err
    assert list(tmp_path.iterdir()) == []
