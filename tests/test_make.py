"""Hostile values given to make: nothing of them is executed."""

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def workshop(tmp_path):
    """The Makefile beside a fake environment whose Python writes down its arguments."""
    if shutil.which("make") is None:
        pytest.skip("make absent")
    shutil.copy(ROOT / "Makefile", tmp_path)
    for name in ("requirements", "outils", "web/src", "src/diagterritoire/assets", ".venv/bin"):
        (tmp_path / name).mkdir(parents=True)
    for name in (
        "pyproject.toml",
        "requirements/base.lock",
        "requirements/test.lock",
        "outils/assembler_web.py",
        "outils/compiler_boucles.py",
        "web/package-lock.json",
        "web/package.json",
        "web/tsconfig.json",
        "web/build.mjs",
        ".venv/base",
        "src/diagterritoire/assets/LICENCES-web.txt",
    ):
        (tmp_path / name).touch()
    python = tmp_path / ".venv" / "bin" / "python"
    python.write_text('#!/bin/sh\nfor a in "$@"; do printf "%s\\n" "$a"; done > arguments\n')
    python.chmod(0o755)
    return tmp_path


def make(folder, *arguments, target="diagnostic", **environment):
    return subprocess.run(
        ["make", target, *arguments],
        cwd=folder,
        env={"PATH": "/usr/bin:/bin", **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    "value",
    [
        "2A",
        "l'Île d'Yeu",
        "`touch pwned`",
        "; touch pwned",
        "'; touch pwned; '",
        '"; touch pwned; "',
        "| touch pwned",
        "&& touch pwned",
        "--help",
        "-f/etc/passwd",
        "../../x",
        "a\\b",
        "#x",
        "%s",
        "*",
        "",
        "a=b",
        "a:b",
    ],
)
def test_the_value_arrives_as_typed(workshop, value):
    done = make(workshop, f"TERRITOIRE={value}", "DONNEES=un dossier", "HORS_LIGNE=1")
    assert done.returncode == 0, done.stderr
    assert (workshop / "arguments").read_text().splitlines()[-3:] == ["--hors-ligne", "--", value]
    assert not (workshop / "pwned").exists()


def test_a_scenario_arrives_as_typed(workshop):
    given = ("TERRITOIRE=2A", "SCENARIO=un '; touch pwned", "HORS_LIGNE=1")
    assert make(workshop, *given, target="scenario").returncode == 0
    arguments = (workshop / "arguments").read_text().splitlines()
    assert arguments[2] == "scenario"
    assert arguments[-4:] == ["--hors-ligne", "--", "2A", "un '; touch pwned"]


def test_a_batch_arrives_as_typed(workshop):
    given = ("TERRITOIRES=reg:28", "NIVEAU=b'v", "PROFONDEUR=; touch pwned")
    assert make(workshop, *given, target="lot").returncode == 0
    arguments = (workshop / "arguments").read_text().splitlines()
    options = ["--donnees", "data/raw", "--niveau", "b'v", "--profondeur", "; touch pwned"]
    assert arguments[2:] == ["lot", *options, "--", "reg:28"]


def test_two_deliveries_arrive_as_typed(workshop):
    given = ("AVANT=un '; touch pwned", "APRES=-x")
    assert make(workshop, *given, target="comparer").returncode == 0
    arguments = (workshop / "arguments").read_text().splitlines()
    assert arguments[2:] == ["comparer", "--", "un '; touch pwned", "-x"]


def test_by_default_the_invented_territory_and_the_raw_folder(workshop):
    assert make(workshop).returncode == 0
    arguments = (workshop / "arguments").read_text().splitlines()
    assert arguments[2:] == ["diagnostic", "--donnees", "data/raw", "--", "demo"]


@pytest.mark.parametrize(
    "variable",
    "TERRITOIRE TERRITOIRES NIVEAU PROFONDEUR DONNEES PARAMETRES SCENARIO AVANT APRES HORS_LIGNE "
    "QUOI".split(),
)
@pytest.mark.parametrize(
    "value", ["$(shell touch pwned)", "${shell touch pwned}", "x\ntouch pwned"]
)
def test_what_make_or_the_shell_would_expand_is_refused(workshop, variable, value):
    for done in (make(workshop, f"{variable}={value}"), make(workshop, **{variable: value})):
        assert done.returncode == 2
        assert "refusé" in done.stderr
    assert not (workshop / "pwned").exists()
    assert not (workshop / "arguments").exists()


@pytest.mark.parametrize(
    ("given", "names"), [([], []), (["QUOI=temps"], ["temps"]), (["QUOI='; x"], ["'; x"])]
)
def test_the_measures_wanted_are_named(workshop, given, names):
    assert make(workshop, *given, target="bench").returncode == 0
    assert (workshop / "arguments").read_text().splitlines() == ["-m", "bench", *names]


def test_every_campaign_is_behind_make_campagnes():
    recipe = (ROOT / "Makefile").read_text(encoding="utf-8")
    slow = {p.name: p.read_text(encoding="utf-8") for p in (ROOT / "tests").glob("slow_*.py")}
    # The others are slow ways of computing, that tests compare the fast ones with.
    campaigns = [name for name, text in slow.items() if "\ndef test_" in text]
    assert len(campaigns) >= 8
    assert [name for name in campaigns if f"tests/{name}" not in recipe] == []
