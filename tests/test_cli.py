"""What a user types and reads: exit codes and messages, earlier results untouched."""

import re
import shutil
import socket
import subprocess
import sys
import time

import geopandas as gpd
import pytest

from diagterritoire.cli import run_command

EPCI = "000000001"


@pytest.fixture
def folder(demo, tmp_path):
    """A copy of the invented files, which a test may spoil."""
    copy = tmp_path / "donnees"
    shutil.copytree(demo.folder, copy)
    return copy


@pytest.fixture(scope="module")
def delivered(demo, tmp_path_factory):
    """Folders of a first delivery, which a test copies."""
    place = tmp_path_factory.mktemp("livre")
    outputs = ["--maps", str(place / "maps"), "--processed", str(place / "processed")]
    assert run_command(["diagnostic", EPCI, "--donnees", str(demo.folder), *outputs]) == 0
    return place


@pytest.fixture
def call(tmp_path, capsys):
    """Run a command with its outputs in a temporary folder; give code, output and errors."""

    def run(*arguments, outputs=True):
        places = ["--maps", str(tmp_path / "maps"), "--processed", str(tmp_path / "processed")]
        code = run_command([*arguments, *(places if outputs else [])])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return run


def test_help_answers_in_under_a_second():
    spent = []
    for _ in range(3):
        start = time.perf_counter()
        done = subprocess.run(
            [sys.executable, "-m", "diagterritoire", "--help"],
            capture_output=True,
            text=True,
            check=True,
        )
        spent.append(time.perf_counter() - start)
    assert min(spent) < 1
    assert "Commandes :" in done.stdout


@pytest.mark.parametrize(
    "command", ["diagnostic", "territoires", "sources", "verifier", "comparer"]
)
def test_help_keeps_its_columns_and_says_no_english_word(call, command):
    code, out, _ = call(command, "--help", outputs=False)
    assert code == 0
    assert not re.search(r"<|\{|\[\[|default|required|Options:|Usage:", out)
    options = out.partition("Options :")[2].splitlines()
    starts = {m.end() for line in options if (m := re.match(r"  -.*?  +(?=\S)", line))}
    assert len(starts) == 1


def test_help_of_commands_is_not_cut(call):
    _, out, _ = call("--help", outputs=False)
    assert "..." not in out.partition("Commandes :")[2]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "il manque une commande"),
        (["diagnostik"], "commande inconnue : diagnostik"),
        (["diagnostic", "--option"], "option inconnue : --option"),
        (["diagnostic", "--donnees"], "attend une valeur"),
        (["verifier"], "il manque un argument"),
    ],
)
def test_usage_errors_are_in_french(call, arguments, words):
    code, _, errors = call(*arguments, outputs=False)
    assert code == 2
    assert words in errors


def test_unknown_territory_suggests_the_nearest(call, demo):
    code, _, errors = call("diagnostic", "brelondou", "--donnees", str(demo.folder))
    assert code == 2
    assert "Territoire inconnu : « brelondou »" in errors
    assert "Vouliez-vous dire" in errors
    assert "Traceback" not in errors


def test_wrong_parameter_file(call, demo, tmp_path):
    file = tmp_path / "p.toml"
    file.write_text("[apl]\nseuil = 1\n")
    code, _, errors = call("diagnostic", "demo", "--parametres", str(file))
    assert code == 2
    assert "Paramètres connus de [apl]" in errors


def test_the_wrong_item_of_a_list_is_named(call, demo, tmp_path):
    folder = ["--donnees", str(demo.folder)]
    code, _, errors = call("diagnostic", f"{EPCI},zzz", *folder)
    assert code == 2
    assert "« zzz », élément 2 de la liste." in errors
    assert f"{EPCI},zzz" not in errors
    listed = tmp_path / "codes.csv"
    listed.write_text(f"code\n{EPCI}\nbrelondou\n")
    code, _, errors = call("diagnostic", str(listed), *folder)
    assert code == 2
    assert "ligne 3 : « brelondou »" in errors
    code, _, errors = call("diagnostic", f"brelondou,{EPCI},xx", *folder)
    assert code == 2
    assert "« brelondou », élément 1 de la liste (et 1 autre)." in errors
    assert "Vouliez-vous dire" in errors


def test_what_an_absent_source_changes_is_said(call, folder):
    kept = {"mouvements-communes.csv", "zonage_mg_communes_2025.csv", "communes_points_2024.csv"}
    names = [p for p in folder.iterdir() if p.name in kept]
    code, output, _ = call("diagnostic", EPCI, "--donnees", str(folder))
    assert code == 0
    assert "aucun fichier," not in output
    assert len(names) == 3
    for path in names:
        path.unlink()
    code, output, _ = call("diagnostic", EPCI, "--donnees", str(folder))
    assert code == 0
    assert output.count("aucun fichier,") == 3
    assert "la zone (ZIP, ZAC) de chaque commune est inconnue" in output
    code, output, _ = call("sources", "--donnees", str(folder), outputs=False)
    assert "facultative : sans elle, la zone (ZIP, ZAC)" in output


def test_communes_of_the_territory_without_outline_are_named(call, folder):
    path = folder / "communes_2024_france.gpkg"
    outlines = gpd.read_file(path)
    path.unlink()
    kept = outlines.loc[~outlines["INSEE_COM"].isin(["00001", "00002"])]
    kept.to_file(path, layer="communes", driver="GPKG")
    code, _, errors = call("diagnostic", "00001", "--donnees", str(folder))
    assert code == 3
    assert "1\N{NO-BREAK SPACE}commune du territoire sans contour" in errors
    assert "00001." in errors
    assert "geo.api.gouv.fr" in errors


def test_missing_file_says_which_where_and_where_to_put_it(call, folder):
    (folder / "drees_apl_generalistes_2022_2023.xlsx").unlink()
    code, _, errors = call("diagnostic", EPCI, "--donnees", str(folder))
    assert code == 3
    assert "apl_publiee" in errors
    assert "https://" in errors
    assert str(folder) in errors.replace("\n", "")


def spoil_html(path):
    path.write_text("<!DOCTYPE html><html><body>Connexion requise</body></html>")


def spoil_column(path):
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    lines[0] = lines[0].replace("PMUN", "AUTRE")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def spoil_cut(path):
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])


def spoil_empty(path):
    path.write_bytes(b"")


@pytest.mark.parametrize(
    ("name", "spoil", "words"),
    [
        ("donnees_communes.csv", spoil_html, "page web"),
        ("donnees_communes.csv", spoil_column, "PMUN"),
        ("offre_sante_obs_territoires_2020.xlsx", spoil_cut, "offre_sante"),
        ("offre_sante_obs_territoires_2020.xlsx", spoil_empty, "vide"),
        ("communes_2024_france.gpkg", spoil_cut, "communes_2024_france.gpkg"),
        ("reseau_routier.graphml", spoil_cut, "reseau_routier.graphml"),
    ],
)
def test_bad_input_is_refused_and_earlier_results_stay(
    call, folder, delivered, tmp_path, name, spoil, words
):
    shutil.copytree(delivered, tmp_path, dirs_exist_ok=True)
    before = {p: p.read_bytes() for p in tmp_path.glob("*/epci-*/*")}
    spoil(folder / name)
    code, _, errors = call("diagnostic", EPCI, "--donnees", str(folder))
    assert code == 3
    assert words in errors
    assert "Traceback" not in errors
    assert {p: p.read_bytes() for p in tmp_path.glob("*/epci-*/*")} == before


def test_without_roads_the_run_is_approximate_and_says_so(call, folder, tmp_path):
    (folder / "reseau_routier.graphml").unlink()
    code, output, _ = call("diagnostic", EPCI, "--donnees", str(folder))
    assert code == 0
    assert "vol d'oiseau" in output
    for name in ("carte.html", "rapport.html"):
        page = (tmp_path / "maps" / f"epci-{EPCI}" / name).read_text(encoding="utf-8")
        assert "vol d’oiseau" in page or "vol d'oiseau" in page or "vol d&#39;oiseau" in page
    code, _, errors = call("diagnostic", EPCI, "--donnees", str(folder), "--routes-obligatoires")
    assert code == 3
    assert "réseau routier" in errors
    assert "extrait OpenStreetMap" in errors


def test_territoires_and_sources(call, demo):
    code, output, _ = call(
        "territoires", "brelondoux", "--donnees", str(demo.folder), outputs=False
    )
    assert code == 0
    assert "000" in output
    code, output, _ = call("sources", "--donnees", str(demo.folder), outputs=False)
    assert code == 0
    assert "Populations de référence des communes : donnees_communes.csv" in output


def test_sources_answers_whatever_is_missing(call, demo, tmp_path):
    (tmp_path / "vide").mkdir()
    code, output, _ = call("sources", "--donnees", str(tmp_path / "vide"), outputs=False)
    assert code == 0
    # Four alone, and the three where GPs may be counted.
    assert output.count("MANQUANT") == 4 + 3
    name = "table-appartenance-geo-communes-2024.xlsx"
    (tmp_path / "vide" / name).symlink_to(demo.folder / name)
    code, output, _ = call("sources", "--donnees", str(tmp_path / "vide"), outputs=False)
    assert (code, output.count("MANQUANT")) == (0, 3 + 3)
    code, output, _ = call("territoires", "brelon", "--donnees", str(tmp_path / "vide"))
    assert code == 2  # These options are not its own.
    code, output, _ = call(
        "territoires", "brelon", "--donnees", str(tmp_path / "vide"), outputs=False
    )
    assert code == 0
    assert "Brélondoux" in output


def test_sources_says_what_is_used_only_known_set_aside_or_damaged(call, folder):
    (folder / "notes.txt").write_text("rien à voir")
    (folder / "tvs.csv").write_text("INSEE_COM;Code_TVS\n00001;00001\n")
    shutil.copy(folder / "donnees_communes.csv", folder / "copie.csv")
    code, output, errors = call("sources", "--donnees", str(folder), outputs=False)
    lines = [" ".join(line.split()) for line in output.splitlines()]
    assert (code, errors) == (0, "")
    assert (
        "utilisée Contours des communes (ADMIN EXPRESS COG) : communes_2024_france.gpkg (2024)"
        in lines
    )
    assert (
        "reconnue Composition communale des territoires de vie-santé : tvs.csv (non daté)" in lines
    )
    assert "absente Annuaire santé Ameli : jamais lue" in lines
    assert any(
        line.startswith("au choix") and line.endswith("le plus de communes du territoire")
        for line in lines
    )
    assert any(
        line.endswith("facultative, à télécharger par --telecharger professionnels")
        for line in lines
    )
    assert "sans rapport notes.txt" in lines
    assert "identique donnees_communes.csv (gardé : copie.csv)" in lines
    spoil_cut(folder / "communes_2024_france.gpkg")
    (folder / "donnees_communes_2020.csv").write_text("REG;X\n1;2\n")
    code, output, errors = call("sources", "--donnees", str(folder), outputs=False)
    assert code == 3
    assert output.count("ILLISIBLE") == 2
    assert "utilisée" in output
    assert output.count("MANQUANTE") == 1
    assert "2\N{NO-BREAK SPACE}fichiers illisibles" in errors


def test_sources_of_a_folder_that_is_not_there_yet(call, tmp_path):
    code, output, _ = call("sources", "--donnees", str(tmp_path / "absent"), outputs=False)
    assert (code, output.count("MANQUANTE")) == (0, 4 + 3)
    assert output.count("indispensable, ou à sa place") == 3
    assert "n'existe pas encore" in output


@pytest.fixture
def nothing_read(monkeypatch):
    """Fail when a run reads anything."""

    def read(*_, **__):
        raise AssertionError("lecture commencée")

    monkeypatch.setattr("diagterritoire.pipeline.prepare", read)


@pytest.mark.usefixtures("nothing_read")
def test_a_folder_of_results_that_is_a_link_is_5(call, demo, tmp_path):
    (tmp_path / "maps").mkdir()
    (tmp_path / "ailleurs").mkdir()
    (tmp_path / "maps" / f"epci-{EPCI}").symlink_to(tmp_path / "ailleurs")
    code, _, errors = call("diagnostic", EPCI, "--donnees", str(demo.folder))
    assert code == 5
    assert "lien symbolique" in errors
    assert "Traceback" not in errors
    assert list((tmp_path / "ailleurs").iterdir()) == []


@pytest.mark.usefixtures("nothing_read")
@pytest.mark.parametrize("territoire", [EPCI, f"{EPCI},{EPCI}", "zone.geojson"])
def test_a_file_in_place_of_the_folder_of_results_is_5(call, demo, tmp_path, territoire):
    (tmp_path / "maps").write_text("occupé")
    code, _, errors = call("diagnostic", territoire, "--donnees", str(demo.folder))
    assert code == 5
    assert "un fichier occupe la place d'un dossier" in errors


@pytest.mark.parametrize("territoire", [EPCI, f"{EPCI},{EPCI}"])
def test_another_run_on_the_same_territory_is_6(call, demo, tmp_path, monkeypatch, territoire):
    def computed(*_):
        raise AssertionError("calcul commencé")

    # A list is known once its codes are read: it is refused before anything is computed.
    monkeypatch.setattr("diagterritoire.pipeline.diagnose", computed)
    (tmp_path / "maps").mkdir()
    holder = (
        "import sys, time; from pathlib import Path; from diagterritoire.store import hold\n"
        "with hold(Path(sys.argv[1]), 'essai'): print('tenu', flush=True); time.sleep(120)"
    )
    lock = tmp_path / "maps" / f".epci-{EPCI}.verrou"
    command = [sys.executable, "-c", holder, str(lock)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout.readline() == "tenu\n"
            code, _, errors = call("diagnostic", territoire, "--donnees", str(demo.folder))
        finally:
            process.kill()
    assert code == 6
    assert f"le processus {process.pid} y travaille déjà" in errors.replace("\n", " ")


class Panic(BaseException):
    """As the panic of a compiled library: not an Exception."""


@pytest.mark.parametrize(
    ("error", "code", "words"),
    [
        (PermissionError(13, "refus", "/un/chemin"), 5, "Accès impossible à « /un/chemin »"),
        (OSError(28, "plein"), 5, "le disque est plein"),
        (MemoryError(), 1, "La mémoire de la machine ne suffit pas"),
        (UnicodeEncodeError("utf-8", "\udcc3", 0, 1, "surrogates not allowed"), 2, "PYTHONUTF8=1"),
        (KeyError("[x]"), 1, "Erreur interne : KeyError ('[x]')"),
        (Panic("débordement"), 1, "Erreur interne : Panic (débordement)"),
    ],
)
def test_no_error_ends_in_a_traceback(call, monkeypatch, error, code, words):
    def fail(*_):
        raise error

    monkeypatch.setattr("diagterritoire.pipeline.run", fail)
    got, _, errors = call("diagnostic", "demo")
    assert got == code
    assert words in errors
    assert f"(code {code})" in errors
    assert "Traceback" not in errors
    if code == 1:
        assert "mémoire" in errors or "--debug, et signalez-la" in errors
    assert "Traceback" in call("diagnostic", "demo", "--debug")[2]


@pytest.mark.parametrize("arguments", [["demo"], [EPCI, "--hors-ligne"]])
def test_no_connection_is_opened(call, demo, monkeypatch, arguments):
    def refused(*_, **__):
        raise AssertionError("connexion ouverte")

    for name in ("socket", "create_connection", "getaddrinfo"):
        monkeypatch.setattr(socket, name, refused)
    code, _, errors = call("diagnostic", *arguments, "--donnees", str(demo.folder))
    assert code == 0, errors


def test_verifier_sees_a_changed_byte(call, delivered, tmp_path):
    shutil.copytree(delivered, tmp_path, dirs_exist_ok=True)
    assert call("verifier", EPCI)[0] == 0
    page = tmp_path / "maps" / f"epci-{EPCI}" / "carte.html"
    page.write_bytes(page.read_bytes() + b" ")
    code, _, errors = call("verifier", EPCI)
    assert code == 3
    assert "carte.html" in errors
    assert call("verifier", "../../etc")[0] == 2


def test_interruption_is_130(call, monkeypatch):
    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("diagterritoire.pipeline.run", interrupted)
    code, _, errors = call("diagnostic", "demo")
    assert code == 130
    assert "Interrompu" in errors
