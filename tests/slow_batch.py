"""A batch whose workers, then the main process, are killed, and resumed: `make campagnes`.

The figures printed are those of docs/fiabilite.md.
"""

from __future__ import annotations

import statistics
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from batches import Batch, kill_main, kill_workers
from diagterritoire.demo import DemoSummary
from diagterritoire.sources.communes.insee import read_appartenance
from diagterritoire.sources.folder.scan import recognise
from runs import interrupt_after

SEED = 2026
TERRITORIES, KILLS = 30, 20
# Between two deaths, in times that a territory takes; moments of Ctrl-C, in times of a batch.
PAUSES, MOMENTS = (0.5, 1.5), (0.3, 0.5, 0.7)
# After which dask, left to itself, gives up a worker that is not back.
LOST_S, DEATHS = 15, 50
# What says all the territories of a batch, or all those delivered.
OVERALL = ("maps/lots", "processed/lots", "maps/index.html")


@pytest.fixture(scope="module")
def undisturbed(demo: DemoSummary, tmp_path_factory) -> tuple[Batch, float]:  # type: ignore[no-untyped-def]
    """A batch of thirty territories that nothing disturbs, and its seconds."""
    root = tmp_path_factory.mktemp("lot")
    listed = root / "trente.csv"
    listed.write_text("\n".join(["code", *_thirty(demo)]) + "\n")
    batch = Batch(root / "tranquille", demo.folder, str(listed))
    seconds, _ = batch.run()
    return batch, seconds


def _first(calm: Batch, number: int, root: Path, ouvriers: int = 2) -> Batch:
    """Make a batch of the first territories of another."""
    root.mkdir()
    listed = root / "premiers.csv"
    listed.write_text("\n".join(Path(calm.territoires).read_text().split()[: number + 1]) + "\n")
    return replace(calm, root=root / "lot", territoires=str(listed), ouvriers=ouvriers)


def _assert_delivered(batch: Batch, number: int, calm: Batch) -> None:
    """Check each territory of a batch, to the byte, beside another that has more of them."""
    found, expected = batch.state(), calm.state()
    own = {name for name in found if not name.startswith(OVERALL)}
    assert sum(name.endswith("manifest.json") for name in own) == number
    assert {name: found[name] for name in own} == {name: expected[name] for name in own}


def _thirty(demo: DemoSummary) -> list[str]:
    """Name every EPCI, every bassin de vie, and communes that are drawn."""
    file = recognise(demo.folder / "table-appartenance-geo-communes-2024.xlsx")
    assert file is not None
    codes = read_appartenance(file).table
    zones = [f"bv:{code}" for code in sorted(codes["bassin_vie"].dropna().unique())]
    zones += sorted(codes["code_epci"].dropna().unique())
    drawn = np.random.default_rng(SEED).choice(demo.communes, TERRITORIES, replace=False)
    return [*zones, *drawn.tolist()][:TERRITORIES]


def test_workers_then_the_main_process_are_killed(tmp_path: Path, undisturbed, tell) -> None:  # type: ignore[no-untyped-def]
    calm, seconds = undisturbed
    batch = replace(calm, root=tmp_path / "lot")
    rng = np.random.default_rng(SEED)
    shortest, longest = (times * seconds / TERRITORIES for times in PAUSES)
    start = time.perf_counter()
    with batch.start() as process:
        killed = kill_workers(process, KILLS // 2, rng, (shortest, longest))
        assert process.poll() is None, process.communicate()[0]
        waited = kill_main(process)
        process.communicate()
    before = batch.done()
    with batch.start() as process:
        killed += kill_workers(process, KILLS - killed, rng, (shortest, longest))
        printed = process.communicate(timeout=3600)[0]
    lasted = time.perf_counter() - start
    assert process.returncode == 0, printed
    expected = calm.state()
    assert batch.state() == expected
    again, told = batch.run()
    assert f"{TERRITORIES}\u00a0territoires, dont {TERRITORIES} déjà faits" in told
    assert batch.state() == expected
    tell(
        f"lot de {TERRITORIES} territoires : {killed} ouvriers tués, un toutes les "
        f"{shortest:.0f} à {longest:.0f} s, et le principal quand {before} étaient finis (ses "
        f"ouvriers morts avec lui en {waited:.1f} s) ; {seconds:.0f} s sans morts, {lasted:.0f} s "
        f"avec ; "
        f"{len(expected)} fichiers et dossiers, les mêmes ; troisième lancement : rien à refaire, "
        f"{again:.0f} s"
    )
    assert killed == KILLS


def test_a_worker_killed_each_time_it_starts(tmp_path: Path, undisturbed, tell) -> None:  # type: ignore[no-untyped-def]
    """For longer than dask waits for a worker to come back, then left alone."""
    calm, _ = undisturbed
    batch = _first(calm, 3, tmp_path / "tué", ouvriers=1)
    rng = np.random.default_rng(SEED)
    with batch.start() as process:
        while not batch.done():
            assert process.poll() is None, process.communicate()[0]
            time.sleep(0.1)
        start = time.perf_counter()
        killed = kill_workers(process, DEATHS, rng, (0.2, 0.6))
        lasted = time.perf_counter() - start
        printed = process.communicate(timeout=900)[0]
    assert process.returncode == 0, printed
    assert lasted > LOST_S
    _assert_delivered(batch, 3, calm)
    tell(
        f"un seul ouvrier tué {killed} fois en {lasted:.0f} s : trois territoires livrés sur trois"
    )


def test_ctrl_c_during_a_batch(tmp_path: Path, undisturbed, tell) -> None:  # type: ignore[no-untyped-def]
    calm, seconds = undisturbed
    batch = _first(calm, 6, tmp_path / "interrompu")
    waits = []
    for moment in MOMENTS:
        told = interrupt_after(batch, moment * 6 * seconds / TERRITORIES, workers=True)
        if told is None:
            continue
        spent, code, printed = told
        assert code == 130, (moment, printed)
        assert "Traceback" not in printed, (moment, printed)
        waits.append(spent)
    before = batch.done()
    assert waits
    batch.run()
    _assert_delivered(batch, 6, calm)
    tell(
        f"lot de 6 territoires interrompu {len(waits)} fois ({before} territoires finis), puis "
        f"fini, mêmes octets : arrêt en {statistics.median(waits):.1f} s (médiane), "
        f"{max(waits):.1f} s au plus"
    )


def test_one_or_two_workers_give_the_same_bytes(real_data: Path, tmp_path: Path, tell) -> None:  # type: ignore[no-untyped-def]
    batches = [Batch(tmp_path / str(n), real_data, "reg:94", n) for n in (1, 2)]
    seconds = [batch.run()[0] for batch in batches]
    one, two = (batch.state() for batch in batches)
    assert one == two
    tell(f"EPCI de Corse : un ouvrier {seconds[0]:.0f} s, deux {seconds[1]:.0f} s, mêmes octets")
