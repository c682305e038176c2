"""A slice of the campaign of batches (`slow_batch`): killed, then resumed, the same bytes."""

from __future__ import annotations

import json
import time
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from distributed import KilledWorker
from distributed.scheduler import NoWorkerError

from batches import Batch, kill_main, kill_workers
from diagterritoire.batch import running
from diagterritoire.cli import run_command
from diagterritoire.demo import write_demo
from diagterritoire.errors import DiagterritoireError
from diagterritoire.store import verify
from runs import fingerprint


def test_a_worker_then_the_main_process_are_killed(tmp_path: Path) -> None:
    raw = write_demo(tmp_path / "raw", communes=40).folder
    listed = tmp_path / "deux.csv"
    listed.write_text("000000001\n00004\n")
    batch = Batch(tmp_path, raw, str(listed), 1)
    with batch.start() as process:
        # As it starts.
        assert kill_workers(process, 1, np.random.default_rng(2026), (0.1, 0.2)) == 1
        while not batch.done():
            assert process.poll() is None, process.communicate()[0]
            time.sleep(0.02)
        kill_main(process)
        process.communicate()
    assert batch.done() == 1
    roots = (tmp_path / "maps", tmp_path / "processed")
    # Either may be the first.
    (journal,) = tmp_path.glob("processed/lots/*/journal.jsonl")
    done = roots[1] / json.loads(journal.read_text(encoding="utf-8"))["slug"]
    first = fingerprint(done)
    assert first
    where = ["--maps", str(roots[0]), "--processed", str(roots[1])]
    assert run_command([*batch.command(), *where]) == 0
    assert fingerprint(done) == first
    found = {p.name for root in roots for p in root.iterdir()}
    assert found == {".cache", "lots", "index.html", "epci-000000001", "com-00004"}
    assert [verify(*roots, slug) for slug in ("epci-000000001", "com-00004")] == [[], []]


@pytest.mark.parametrize(("deaths", "starts"), [(0, 1), (4, 5)])
def test_workers_killed_while_they_start_are_started_again(
    monkeypatch: pytest.MonkeyPatch, deaths: int, starts: int
) -> None:
    asked: list[int] = []

    def cluster(*, n_workers: int, **_: object) -> str:
        asked.append(n_workers)
        if len(asked) <= deaths:
            raise RuntimeError("Nanny failed to start.")
        return "grappe"

    monkeypatch.setattr(running, "LocalCluster", cluster)
    assert running._local(2) == "grappe"
    assert asked == [2] * starts


def test_workers_that_never_start_are_said(monkeypatch: pytest.MonkeyPatch) -> None:
    def dead(**_: object) -> None:
        raise RuntimeError("Nanny failed to start.")

    monkeypatch.setattr(running, "LocalCluster", dead)
    with pytest.raises(DiagterritoireError, match=r"ne démarrent pas, après 5.essais"):
        running._local(2)


def test_a_territory_that_dask_gives_up_says_why_in_french() -> None:
    killed = KilledWorker("t", SimpleNamespace(address="tcp://h:1"), 5)  # type: ignore[arg-type]
    assert running._reason(killed).startswith("6\u00a0ouvriers ont été tués")
    assert running._reason(NoWorkerError("t", 600.0)).startswith("Aucun ouvrier")
    assert running._reason(ValueError("x")) == "ValueError : x"
