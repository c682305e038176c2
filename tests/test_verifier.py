"""`verifier` says which byte of a delivery changed, and takes a name or a path."""

import json

import pytest

from diagterritoire.cli import run_command
from diagterritoire.store import LOG
from test_store import SLUG, deliver


@pytest.fixture
def call(tmp_path, capsys, monkeypatch):
    """Run `verifier` in a folder that holds one small delivery."""
    monkeypatch.chdir(tmp_path)
    deliver(tmp_path, "un")

    def run(text):
        roots = ["--maps", "maps", "--processed", "processed"]
        code = run_command(["verifier", text, *roots])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return run


@pytest.mark.parametrize("text", ["2A", SLUG, f"processed/{SLUG}", f"maps/{SLUG}/"])
def test_a_name_or_a_path(call, text):
    code, out, _ = call(text)
    assert (code, "2\u00a0fichiers relus" in out) == (0, True)


def test_a_path_elsewhere_replaces_its_root(call, tmp_path):
    (tmp_path / "processed").rename(tmp_path / "ailleurs")
    assert call(SLUG)[0] == 3
    assert call(f"ailleurs/{SLUG}")[0] == 0


def test_every_single_byte_counts(call, tmp_path):
    path = tmp_path / "maps" / SLUG / "carte.html"
    whole = path.read_bytes()
    for place in range(len(whole)):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        assert call(SLUG)[0] == 3, place
    path.write_bytes(whole)
    assert call(SLUG)[0] == 0


def test_the_message_says_which_file_what_was_expected_and_found(call, tmp_path):
    path = tmp_path / "processed" / SLUG / "diagnostic.gpkg"
    manifest = json.loads(path.with_name("manifest.json").read_text())
    expected = manifest["sorties"][f"data/processed/{SLUG}/diagnostic.gpkg"]
    path.write_bytes(path.read_bytes() + b"!")
    code, _, errors = call(SLUG)
    assert code == 3
    for told in (
        "1 écart",
        f"data/processed/{SLUG}/diagnostic.gpkg : contenu modifié",
        f"sha256 attendu {expected['sha256'][:12]}",
        f"{expected['octets']} octets attendus, {expected['octets'] + 1} trouvés",
        "Relancez le diagnostic",
    ):
        assert told in errors.replace("\u00a0", " "), told


def test_the_run_log_is_hashed_too(call, tmp_path):
    folder = tmp_path / "processed" / SLUG
    (folder / LOG).write_text("{}")
    assert call(SLUG)[0] == 3
    path = folder / "manifest.json"
    manifest = json.loads(path.read_text())
    digest = "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"
    log = {f"data/processed/{SLUG}/{LOG}": {"octets": 2, "sha256": digest}}
    path.write_text(json.dumps(manifest | {"durees": {"journal": log}}))
    assert call(SLUG)[0] == 0
    (folder / LOG).write_text("[]")
    assert LOG in call(SLUG)[2]
