"""The manifest: a run id that depends on content only, and what a delivery is checked with."""

import dataclasses
import hashlib
import json
import platform
from pathlib import Path

import pandas as pd
import pytest

from diagterritoire import __version__
from diagterritoire import parameters as p
from diagterritoire.errors import DiskError
from diagterritoire.outputs.manifest import run_id, write_manifest
from diagterritoire.progress import Spent
from diagterritoire.store import delivery, verify
from factory import small_diagnosis


@pytest.fixture
def folders(tmp_path):
    maps, processed = tmp_path / "cartes", tmp_path / "donnees"
    maps.mkdir()
    processed.mkdir()
    (maps / "carte.html").write_text("été", encoding="utf-8")
    (processed / "diagnostic.gpkg").write_bytes(b"")
    return maps, processed


def read(processed):
    return json.loads((processed / "manifest.json").read_text(encoding="utf-8"))


def test_content(folders):
    maps, processed = folders
    identifier = write_manifest(
        small_diagnosis(), maps, processed, spent={"Lecture": Spent(1.235, 200)}
    )
    found = read(processed)
    assert found["run_id"] == identifier == run_id(small_diagnosis())
    assert found["version"] == __version__
    assert found["territoire"]["slug"] == "demo"
    assert found["territoire"]["fictif"] is True
    assert found["territoire"]["departements"] == [{"code": "00", "nom": "Département fictif"}]
    assert found["entrees"][0] == {
        "cle": "populations",
        "titre": "Populations municipales",
        "producteur": "Insee (fictif)",
        "fichier": "donnees_communes.csv",
        "millesime": "2023",
        "licence": "Licence Ouverte 2.0",
        "sha256": "0" * 64,
    }
    assert found["parametres"]["modifies"] == {}
    assert found["parametres"]["tous"]["deficit.seuil_apl"] == "2.5"
    assert found["effectifs"] == {
        "communes_territoire": 5,
        "communes_pourtour": 1,
        "habitants_territoire": 13370,
        "medecins_generalistes_territoire": 9,
        "sites": 2,
        "flux": 3,
    }
    assert found["sorties"] == {
        "data/processed/demo/diagnostic.gpkg": {
            "octets": 0,
            "sha256": hashlib.sha256(b"").hexdigest(),
        },
        "maps/demo/carte.html": {
            "octets": 5,
            "sha256": hashlib.sha256("été".encode()).hexdigest(),
        },
    }
    log = processed / ".journal.json"
    assert found["durees"] == {
        "secondes": {"Lecture": 1.235},
        "total": 1.235,
        "journal": {
            "data/processed/demo/.journal.json": {
                "octets": log.stat().st_size,
                "sha256": hashlib.sha256(log.read_bytes()).hexdigest(),
            }
        },
    }


def test_the_log_tells_steps_memory_versions_and_counts(folders):
    maps, processed = folders
    steps = {"Lecture": Spent(1.2, 200, ("10 fichiers",)), "Carte": Spent(0.5, 300)}
    write_manifest(small_diagnosis(), maps, processed, spent=steps)
    text = (processed / ".journal.json").read_text(encoding="utf-8")
    found = json.loads(text)
    assert found["etapes"] == [
        {"etape": "Lecture", "secondes": 1.2, "memoire_max_mio": 200, "faits": ["10 fichiers"]},
        {"etape": "Carte", "secondes": 0.5, "memoire_max_mio": 300, "faits": []},
    ]
    assert (found["secondes"], found["memoire_max_mio"]) == (1.7, 300)
    assert found["effectifs"] == read(processed)["effectifs"]
    assert {"gdal", "numpy", "pandas"} <= set(found["bibliotheques"])
    # Nothing of this machine, nor of who uses it.
    for told in (str(Path.home()), str(processed.parent), platform.node()):
        assert told not in text


def test_only_the_durations_vary(folders):
    maps, processed = folders
    write_manifest(small_diagnosis(), maps, processed, spent={"Lecture": Spent(1.0)})
    first = (processed / "manifest.json").read_bytes()
    write_manifest(small_diagnosis(), maps, processed, spent={"Lecture": Spent(1.0)})
    assert (processed / "manifest.json").read_bytes() == first
    write_manifest(small_diagnosis(), maps, processed, spent={"Lecture": Spent(2.0)})
    second = read(processed)
    first = json.loads(first)
    assert first.pop("durees") != second.pop("durees")
    assert first == second


def test_run_id_depends_on_inputs_parameters_and_territory_alone():
    diagnosis = small_diagnosis()
    base = run_id(diagnosis)
    assert len(base) == 16
    assert run_id(small_diagnosis()) == base
    shuffled = dataclasses.replace(diagnosis, sources=diagnosis.sources.iloc[::-1])
    assert run_id(shuffled) == base
    changed = p.override(p.Parameters(), {"deficit": {"seuil_apl": 3}})
    described = pd.DataFrame([vars(d) for d in p.describe(changed)])
    others = [
        dataclasses.replace(diagnosis, sources=diagnosis.sources.assign(sha256="2" * 64)),
        dataclasses.replace(diagnosis, parametres=described),
        dataclasses.replace(
            diagnosis, territory=dataclasses.replace(diagnosis.territory, communes=("00001",))
        ),
        dataclasses.replace(
            diagnosis, territory=dataclasses.replace(diagnosis.territory, slug="dep-2A")
        ),
    ]
    assert len({base, *map(run_id, others)}) == 5


def test_changed_parameters_are_listed(folders):
    maps, processed = folders
    changed = p.override(p.Parameters(), {"deficit": {"seuil_apl": 3}})
    described = pd.DataFrame([vars(d) for d in p.describe(changed)])
    write_manifest(dataclasses.replace(small_diagnosis(), parametres=described), maps, processed)
    assert read(processed)["parametres"]["modifies"] == {"deficit.seuil_apl": "3"}


def test_a_delivery_verifies_until_a_byte_changes(tmp_path):
    maps, processed = tmp_path / "maps", tmp_path / "data" / "processed"
    with delivery(maps, processed, "demo") as prepared:
        (prepared.maps / "carte.html").write_text("carte")
        (prepared.processed / "diagnostic.gpkg").write_bytes(b"abc")
        prepared.commit(write_manifest(small_diagnosis(), prepared.maps, prepared.processed))
    assert verify(maps, processed, "demo") == []
    (processed / "demo" / "diagnostic.gpkg").write_bytes(b"abd")
    (found,) = verify(maps, processed, "demo")
    assert (found.nature, found.fichier) == ("modifie", "data/processed/demo/diagnostic.gpkg")


def test_folder_that_is_not_there_is_a_disk_error(tmp_path):
    with pytest.raises(DiskError):
        write_manifest(small_diagnosis(), tmp_path, tmp_path / "absent")
