"""The real command killed, interrupted, and run in many places: half an hour, `make campagnes`.

The figures printed are those of docs/fiabilite.md.
"""

from __future__ import annotations

import os
import statistics
import time
from pathlib import Path

import numpy as np
import pytest

from runs import LEFT, Place, fingerprint, interrupt_after, kill_after, started

SEED = 2026
KILLS, INTERRUPTIONS = 20, 25
OTHER = "[deficit]\nseuil_apl = 3.0\n"
VARIANTS: dict[str, dict[str, str]] = {
    "graine 0": {"PYTHONHASHSEED": "0"},
    "graine 12345, fuseau +14 h": {"PYTHONHASHSEED": "12345", "TZ": "Pacific/Kiritimati"},
    "un seul processeur": {"un": "1", "OPENBLAS_NUM_THREADS": "1", "NUMBA_NUM_THREADS": "1"},
    "huit fils": {"OMP_NUM_THREADS": "8", "OPENBLAS_NUM_THREADS": "8", "NUMBA_NUM_THREADS": "8"},
    "langue C, masque 077": {"LC_ALL": "C", "masque": "077"},
    "fuseau -3 h 30": {"LC_ALL": "C.UTF-8", "TZ": "America/St_Johns"},
}


@pytest.fixture(scope="module")
def reference(tmp_path_factory):  # type: ignore[no-untyped-def]
    """What a run delivers, and the seconds it takes."""
    place = Place(tmp_path_factory.mktemp("reference"))
    start = time.perf_counter()
    code, printed = place.run()
    assert code == 0, printed
    assert place.names() == LEFT
    return place.state(), time.perf_counter() - start


def test_twenty_kills_of_the_real_command(tmp_path, reference, tell):  # type: ignore[no-untyped-def]
    new, seconds = reference
    place = Place(tmp_path / "lieu")
    place.root.mkdir()
    other = place.root / "autre.toml"
    other.write_text(OTHER)
    assert place.run("--parametres", str(other))[0] == 0
    old = place.state()
    assert old[0] != new[0]
    assert old[1] != new[1]
    rng = np.random.default_rng(SEED)
    killed = 0
    for moment in rng.uniform(0, seconds, KILLS):
        killed += kill_after(place, float(moment))
        state = place.state()
        assert state in {old, new}, moment
    code, printed = place.run()
    assert code == 0, printed
    assert place.state() == new
    assert place.names() == LEFT
    tell(f"{killed} exécutions tuées sur {KILLS} : toujours l'ancienne ou la nouvelle livraison")


def test_ctrl_c_at_many_moments(tmp_path, reference, tell):  # type: ignore[no-untyped-def]
    new, seconds = reference
    place = Place(tmp_path / "lieu")
    found = []
    for moment in np.linspace(0.5, 0.95 * seconds, INTERRUPTIONS):
        told = interrupt_after(place, float(moment))
        if told is None:
            continue
        spent, code, printed = told
        assert code == 130, (moment, code, printed)
        assert "Traceback" not in printed, moment
        # Nothing, or all of it: a run faster than the first may have delivered by then.
        assert place.state() in {("", ""), new}, moment
        assert set(place.names()) <= set(LEFT), (moment, place.names())
        found.append((spent, moment))
    waits = sorted(found)
    tell(
        f"{len(found)} interruptions : arrêt en {statistics.median(w for w, _ in waits):.2f} s "
        f"(médiane), {waits[-1][0]:.2f} s au plus (à {waits[-1][1]:.1f} s du début)"
    )
    assert waits[-1][0] < 2.0


@pytest.mark.parametrize("name", VARIANTS)
def test_same_bytes_everywhere(tmp_path, reference, tell, name):  # type: ignore[no-untyped-def]
    place = Place(tmp_path / f"dossier été, l'œuvre (n° 1) & {len(name)} %")
    chosen = dict(VARIANTS[name])
    mask = os.umask(int(chosen.pop("masque", "022"), 8))
    processors = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else set()
    if chosen.pop("un", "") and processors:
        os.sched_setaffinity(0, {min(processors)})
    try:
        code, printed = place.run(**chosen)
    finally:
        os.umask(mask)
        if processors:
            os.sched_setaffinity(0, processors)
    assert code == 0, printed
    assert place.state() == reference[0]
    assert Path(place.folders[0], "rapport.pdf").stat().st_size > 0
    tell(f"mêmes octets : {name}")


def test_same_bytes_of_a_departement(real_data, tmp_path, tell):  # type: ignore[no-untyped-def]
    found = []
    for name in ("un", "deux"):
        root = tmp_path / name
        with started(root, "diagnostic", "2A", "--donnees", str(real_data), "--hors-ligne") as run:
            printed = run.communicate(timeout=3600)[0]
        assert run.returncode == 0, printed
        found.append([fingerprint(root / kept / "dep-2A") for kept in ("maps", "processed")])
    assert found[0] == found[1]
    assert all(found[0])
    tell("mêmes octets : deux lancements de la Corse-du-Sud")


def test_a_language_that_cannot_read_the_folder_is_said(tmp_path):  # type: ignore[no-untyped-def]
    place = Place(tmp_path / "dossier été")
    code, printed = place.run(LC_ALL="C", PYTHONUTF8="0", PYTHONIOENCODING="utf-8")
    assert code == 2, printed
    assert "PYTHONUTF8=1" in printed
    assert set(place.names()) <= {".cache"}
