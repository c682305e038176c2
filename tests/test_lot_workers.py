"""A batch on workers: what is sent once, and what an interruption leaves to do."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest
from distributed import Client, LocalCluster
from distributed.protocol.pickle import dumps

from diagterritoire.batch import running
from diagterritoire.batch.journal import ECHEC, LIVRE, Outcome
from diagterritoire.batch.task import Order, Silent, deliver_one
from diagterritoire.errors import DiagterritoireError
from diagterritoire.outputs.presentation import Model, Presentation
from diagterritoire.parameters import Parameters

HERE = "127.0.0.1"
SAISIS = ["1", "2", "3"]


@pytest.fixture(scope="module")
def order() -> Order:
    model = Model("modele.docx", bytes(10 << 20))
    given = Presentation("Agence", modele=model)
    return Order(Path(), "k", Path(), Path(), Parameters(), given, "tableaux")


class Recorded:
    """A scheduler that is only written to: what each task weighs."""

    def __init__(self) -> None:
        self.sizes: list[int] = []

    def submit(self, *given: object, pure: bool) -> str:
        assert not pure
        self.sizes.append(len(dumps(given)))
        return f"reponse-{len(self.sizes):032d}"


def test_what_is_heavy_is_sent_once(order, monkeypatch) -> None:
    recorded = Recorded()
    monkeypatch.setattr(running, "as_completed", lambda _: ())
    assert list(running._outcomes(recorded, order, SAISIS)) == []
    first, *others = recorded.sizes
    assert first > 10 << 20
    assert len(others) == 3
    assert max(others) < 300


@pytest.fixture
def cluster():
    """Somebody else's scheduler and worker, in this process."""
    with LocalCluster(
        n_workers=1,
        threads_per_worker=1,
        processes=False,
        protocol="tcp",
        host=HERE,
        dashboard_address=f"{HERE}:0",
    ) as cluster:
        yield cluster


class Interrupted:
    """Who presses Ctrl-C once the second territory is begun."""

    def __init__(self, begun: threading.Event) -> None:
        self.begun = begun

    def begin(self, total: int, left: int) -> None:
        assert (total, left) == (3, 3)

    def became(self, outcome: Outcome) -> None:
        assert outcome.statut == LIVRE
        assert self.begun.wait(30)
        raise KeyboardInterrupt


def test_an_interruption_stops_the_workers_of_another_scheduler(
    cluster, order, monkeypatch, tmp_path
) -> None:
    begun, left = threading.Event(), threading.Event()
    seen: list[str] = []

    def delivered(given: Order, saisi: str, progress: Silent) -> Outcome:
        assert given == order
        seen.append(saisi)
        if len(seen) == 1:
            return Outcome(saisi, LIVRE, "k")
        begun.set()
        try:
            # It would never be done.
            while True:
                with progress.step("Calcul"):
                    time.sleep(0.01)
        finally:
            left.set()

    monkeypatch.setattr("diagterritoire.batch.task._delivered", delivered)
    path = tmp_path / "journal.jsonl"
    with pytest.raises(KeyboardInterrupt):
        running.run_batch(
            order, SAISIS, path, Interrupted(begun), ordonnanceur=cluster.scheduler_address
        )
    assert left.wait(30)
    # The third was never begun, and nobody holds anything any more.
    assert len(seen) == 2
    with Client(cluster) as client:
        assert client.run_on_scheduler(lambda dask_scheduler: len(dask_scheduler.tasks)) == 0
    assert len(path.read_text(encoding="utf-8").splitlines()) == 1


def test_a_task_nobody_waits_for_is_left_at_its_next_step(order) -> None:
    answers = iter([True, True, False])
    progress = Silent(lambda: next(answers))
    with progress.step("Communes"):
        progress.advance(1, 2, "tirages")
    with pytest.raises(DiagterritoireError, match="interrompu"):
        progress.advance(2, 2, "tirages")
    assert list(progress.spent) == ["Communes"]


def test_a_territory_that_is_left_is_none_that_is_refused(order, monkeypatch) -> None:
    def delivered(_order: Order, _saisi: str, progress: Silent) -> None:
        progress.advance(1, 2, "tirages")

    monkeypatch.setattr("diagterritoire.batch.task._delivered", delivered)
    assert deliver_one(order, "1", lambda: False).statut == ECHEC
