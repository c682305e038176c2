"""The index of the territories delivered: from the manifests found, whatever else lies there."""

import json

import pytest

from diagterritoire.errors import DiskError
from diagterritoire.outputs.index import rebuild_index, render
from diagterritoire.store import (
    RUN_ID,
    check_index,
    inventory,
    listing,
    replace_index,
    sha256,
    verify,
    write_beside,
)

RUN = "0123456789abcdef"


def deliver(root, slug, nom, *, run=RUN, entrees=(), indicateurs=None, modifies=()):
    """Lay a small delivery as a run does."""
    maps, processed = root / "maps" / slug, root / "processed" / slug
    for folder in (maps, processed):
        folder.mkdir(parents=True)
        (folder / RUN_ID).write_text(f"{run}\n")
    (maps / "carte.html").write_text("carte")
    files = inventory(maps, processed, slug)
    document = {
        "run_id": run,
        "version": "0.1.0",
        "territoire": {"slug": slug, "nom": nom, "niveau": "departement", "fictif": False},
        "entrees": list(entrees),
        "effectifs": {"communes_territoire": 5, "habitants_territoire": 13370},
        "indicateurs": indicateurs or {},
        "parametres": {"modifies": {name: {} for name in modifies}},
        "sorties": {n: {"sha256": sha256(p)} for n, p in files.items()},
    }
    (processed / "manifest.json").write_text(json.dumps(document))


def index_of(root):
    assert rebuild_index(root / "maps", root / "processed") == ""
    return (root / "maps" / "index.html").read_text(encoding="utf-8")


def test_territories_by_name_with_their_scenarios_and_figures(tmp_path):
    deliver(tmp_path, "dep-01", "Ain", indicateurs={"apl": 2.4961, "communes_deficit": 2})
    scenario = {"cle": "scenario", "titre": "Scénario « Deux sites »", "millesime": "sans date"}
    deliver(tmp_path, "dep-01--deux-sites", "Ain", entrees=[scenario])
    deliver(tmp_path, "dep-75", "Évreux & <Paris>")
    deliver(tmp_path, "dep-76", "Fécamp")
    page = index_of(tmp_path)
    order = ['<h2 id="nom-dep-01"', "Deux sites", "Évreux &amp; &lt;Paris&gt;</h2>", "Fécamp</h2>"]
    assert sorted(order, key=page.index) == order
    assert 'href="dep-01--deux-sites/carte.html"' in page
    assert "rapport.pdf" not in page
    assert "2,50" in page
    assert "2 sur 5" in page
    assert "<Paris>" not in page
    assert "<script" not in page
    assert str(tmp_path) not in page


def test_scenarios_compared_are_named_apart_from_one_and_other_settings_are_said(tmp_path):
    deliver(tmp_path, "dep-01", "Ain", modifies=["deficit.seuil_apl"])
    for slug, names in (("a--b", ("A", "B")), ("a-et-b", ("A et B",))):
        entries = [{"cle": "scenario", "titre": f"Scénario « {name} »"} for name in names]
        deliver(tmp_path, f"dep-01--{slug}", "Ain", entrees=entries)
    page = index_of(tmp_path).replace("\xa0", " ")
    assert "<h3>Scénarios « A » et « B »</h3>" in page
    assert "disent ce que les scénarios changent." in page
    assert "<h3>Scénario « A et B »</h3>" in page
    assert page.count("1 paramètre modifié :") == 1


def test_same_manifests_give_the_same_bytes_and_no_write(tmp_path):
    deliver(tmp_path, "dep-01", "Ain")
    page = index_of(tmp_path)
    before = (tmp_path / "maps" / "index.html").stat()
    assert index_of(tmp_path) == page
    after = (tmp_path / "maps" / "index.html").stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)
    assert sorted(p.name for p in (tmp_path / "maps").iterdir()) == ["dep-01", "index.html"]


def test_what_is_not_listed_is_said(tmp_path):
    deliver(tmp_path, "dep-01", "Ain")
    deliver(tmp_path, "dep-02", "Aisne")
    (tmp_path / "maps" / "dep-02" / RUN_ID).write_text("f" * 16)
    deliver(tmp_path, "dep-03", "Allier")
    (tmp_path / "processed" / "dep-03" / "manifest.json").write_text("{")
    (tmp_path / "processed" / "dep-04").symlink_to(tmp_path / "processed" / "dep-01")
    (tmp_path / "maps" / "dep-05").mkdir()
    deliver(tmp_path, "dep-01-2024", "Ain")
    (tmp_path / "maps" / "photos").mkdir()
    (tmp_path / "maps" / ".dep-06.travail").mkdir()
    found = {row.slug: row.probleme for row in listing(tmp_path / "maps", tmp_path / "processed")}
    assert found == {
        "dep-01": "",
        "dep-01-2024": "ce n'est pas le nom d'un dossier de territoire",
        "dep-02": "livraison interrompue : relancez ce territoire",
        "dep-03": "manifeste illisible",
        "dep-04": "lien symbolique, non suivi",
        "dep-05": "manifeste absent",
    }
    page = index_of(tmp_path)
    assert page.count('<article class="territoire"') == 1
    assert all(f"<code>{name}</code>" in page for name in found)
    assert "photos" not in page


def test_a_folder_that_cannot_be_read_stops_nothing(tmp_path, monkeypatch):
    deliver(tmp_path, "dep-01", "Ain")
    deliver(tmp_path, "dep-02", "Aisne")

    def refused(manifest):
        if manifest.name == "dep-02":
            raise PermissionError(13, "Permission denied")
        return given(manifest)

    given = listing.__globals__["read_manifest"]
    monkeypatch.setitem(listing.__globals__, "read_manifest", refused)
    page = index_of(tmp_path)
    assert "<code>dep-02</code>" in page
    assert "dossier illisible" in page


@pytest.mark.parametrize(
    "manifest",
    [
        {"territoire": [], "entrees": 3, "effectifs": {"communes_territoire": 10**400}},
        {"territoire": {"nom": 3}, "entrees": [1, {"cle": []}], "indicateurs": {"apl": "x"}},
        {"parametres": {"modifies": []}, "indicateurs": {"communes_deficit": float("nan")}},
    ],
)
def test_a_manifest_that_is_not_as_expected_reads_as_unknown(tmp_path, manifest):
    deliver(tmp_path, "dep-01", "Ain")
    document = {"run_id": RUN, "sorties": {}} | manifest
    (tmp_path / "processed" / "dep-01" / "manifest.json").write_text(json.dumps(document))
    assert "n.\u00a0d." in index_of(tmp_path)


def test_a_page_of_somebody_else_is_left_alone(tmp_path):
    deliver(tmp_path, "dep-01", "Ain")
    page = tmp_path / "maps" / "index.html"
    page.write_text("<h1>Mon site</h1>")
    assert "laissé tel quel" in rebuild_index(tmp_path / "maps", tmp_path / "processed")
    assert page.read_text() == "<h1>Mon site</h1>"
    with pytest.raises(DiskError, match="pas été écrit par"):
        write_beside(page, render([]))


def test_links_and_folders_in_its_place_are_refused(tmp_path):
    maps = tmp_path / "maps"
    deliver(tmp_path, "dep-01", "Ain")
    outside = tmp_path / "ailleurs.html"
    outside.write_text("intact")
    (maps / "index.html").symlink_to(outside)
    with pytest.raises(DiskError, match="lien symbolique"):
        check_index(maps)
    assert "lien symbolique" in rebuild_index(maps, tmp_path / "processed")
    assert outside.read_text() == "intact"
    (maps / "index.html").unlink()
    (maps / "index.html").mkdir()
    with pytest.raises(DiskError, match="est un dossier"):
        check_index(maps)


def test_a_kill_while_writing_leaves_the_previous_one_and_the_next_run_sweeps(tmp_path):
    deliver(tmp_path, "dep-01", "Ain")
    before = index_of(tmp_path)
    deliver(tmp_path, "dep-02", "Aisne")

    class Killed(BaseException):
        pass

    def killed():
        raise Killed

    with pytest.raises(Killed):
        replace_index(tmp_path / "maps", killed)
    # What a kill of the process leaves: half a page under its hidden name, and the lock.
    (tmp_path / "maps" / ".index.html.99.part").write_text("moitié")
    (tmp_path / "maps" / ".index.html.verrou").write_text("99\n")
    assert (tmp_path / "maps" / "index.html").read_text(encoding="utf-8") == before
    assert "Aisne" in index_of(tmp_path)
    assert sorted(p.name for p in (tmp_path / "maps").iterdir()) == [
        "dep-01",
        "dep-02",
        "index.html",
    ]


def test_a_delivery_verifies_beside_its_index(tmp_path):
    deliver(tmp_path, "dep-01", "Ain")
    index_of(tmp_path)
    assert verify(tmp_path / "maps", tmp_path / "processed", "dep-01") == []
