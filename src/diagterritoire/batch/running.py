"""A batch on workers: dask hands the territories out, this says which and writes what became."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Protocol

import dask
from dask.system import CPU_COUNT
from distributed import Client, KilledWorker, LocalCluster, as_completed, get_worker
from distributed.scheduler import NoWorkerError

from diagterritoire.batch import journal
from diagterritoire.batch.journal import ECHEC, REPRIS, Outcome
from diagterritoire.batch.task import Order, deliver_one
from diagterritoire.errors import DiagterritoireError, NetworkError
from diagterritoire.french import accord
from diagterritoire.workers import deaf

# A worker that was killed takes its task with it: the task is tried again on another, this often.
_ESSAIS = 5
_ATTENTE_S = 30
_SANS_OUVRIER_MIN = 10
_OPTIONS = {
    "distributed.scheduler.allowed-failures": _ESSAIS,
    # A worker that is killed while it starts again is started once more. Left to itself, dask
    # drops one that is not back within fifteen seconds, and waits for ever when none is left.
    "distributed.deploy.lost-worker-timeout": "30 days",
    "distributed.scheduler.no-workers-timeout": f"{_SANS_OUVRIER_MIN} minutes",
    # Nobody looks at what dask would sample of the stacks a hundred times a second.
    "distributed.worker.profile.enabled": False,
    # What every territory is delivered with is sent once.
    "distributed.admin.large-graph-warning-threshold": "64 MiB",
}
# Any free port: several batches, and whoever holds 8787, share a machine.
_LOCAL = "127.0.0.1:0"


class Told(Protocol):
    """Who is told how a batch goes."""

    def begin(self, total: int, left: int) -> None:
        """Hear how many territories there are, and how many are still to be delivered."""

    def became(self, outcome: Outcome) -> None:
        """Hear what became of one that was still to be delivered."""


def run_batch(
    order: Order,
    saisis: Sequence[str],
    path: Path,
    told: Told,
    *,
    ordonnanceur: str = "",
    ouvriers: int = 0,
) -> list[Outcome]:
    """Deliver every territory that is not delivered already, and keep the journal.

    Parameters
    ----------
    order : Order
    saisis : sequence of str
        Territories, as typed.
    path : Path
        The journal, whose lines are added one by one.
    told : Told
    ordonnanceur : str
        Address of a dask scheduler whose workers see the same folders; empty: workers here.
    ouvriers : int
        Number of workers here; 0: one a core.

    Returns
    -------
    list of Outcome
        In the order of `saisis`.

    Raises
    ------
    NetworkError
        No scheduler answers at this address.
    """
    before = journal.read(path)
    done: dict[str, Outcome] = {}
    for saisi in saisis:
        known = before.get(saisi)
        if known is not None and journal.still_whole(known, order.cle, order.maps, order.processed):
            done[saisi] = _again(known)
    left = [saisi for saisi in saisis if saisi not in done]
    if not left:
        told.begin(len(saisis), 0)
    else:
        with _client(ordonnanceur, ouvriers or CPU_COUNT, len(left)) as client:
            told.begin(len(saisis), len(left))
            for outcome in _outcomes(client, order, left):
                done[outcome.saisi] = outcome
                journal.note(path, outcome)
                told.became(outcome)
    return [done[saisi] for saisi in saisis]


def _again(known: Outcome) -> Outcome:
    return Outcome(
        known.saisi,
        REPRIS,
        known.cle,
        slug=known.slug,
        nom=known.nom,
        run_id=known.run_id,
        figures=known.figures,
    )


def _outcomes(client: Client, order: Order, saisis: Sequence[str]) -> Iterator[Outcome]:
    """Outcomes as they come; one that dask gives up is a failure with its reason."""
    asked: dict[Any, str] = {}
    # A model of Word is of up to 10 Mio: it goes once to the scheduler, once to each worker, which
    # is given it again should the one that held it be killed.
    given = client.submit(_given, order, pure=False)
    for saisi in saisis:
        # Never a key of ours: a scheduler gives whoever asks the same key what it holds already,
        # were it delivered elsewhere.
        asked[client.submit(_deliver, given, saisi, pure=False)] = saisi
    for future in as_completed(list(asked)):
        saisi = asked.pop(future)
        if future.status == "finished":
            yield future.result()
        else:
            yield Outcome(saisi, ECHEC, order.cle, erreur=_reason(future.exception()))
        future.release()


def _given(order: Order) -> Order:
    return order


def _deliver(order: Order, saisi: str) -> Outcome:
    return deliver_one(order, saisi, _wanted)


def _wanted() -> bool:
    """Say whether the task of this thread is still asked for: its batch may have been interrupted.

    A scheduler that serves many batches stops no worker for one of them.
    """
    worker = get_worker()
    task = worker.state.tasks.get(worker.get_current_task())
    return task is not None and task.state != "cancelled"


def _reason(error: BaseException) -> str:
    """Say why dask gave a territory up."""
    if isinstance(error, KilledWorker):
        tries = accord(error.allowed_failures + 1, "ouvrier")
        return f"{tries} ont été tués en le calculant (manque de mémoire ?)."
    if isinstance(error, NoWorkerError):
        return f"Aucun ouvrier ne vivait plus depuis {_SANS_OUVRIER_MIN} min."
    return f"{type(error).__name__} : {error}"


@contextmanager
def _client(ordonnanceur: str, ouvriers: int, territoires: int) -> Iterator[Client]:
    """Workers: those of a scheduler, or some of this machine, stopped at the end whatever comes."""
    with dask.config.set(_OPTIONS):
        if ordonnanceur:
            try:
                client = Client(ordonnanceur, timeout=_ATTENTE_S)
            except (OSError, ValueError) as error:
                raise NetworkError(
                    f"Aucun ordonnanceur ne répond à l'adresse « {ordonnanceur} » : {error}.",
                    "Vérifiez l'adresse (tcp://machine:8786), ou relancez sans --ordonnanceur : "
                    "le lot se fera sur cette machine.",
                ) from error
            with client:
                yield client
            return
        with ExitStack() as opened:
            # Interrupted while they start, they could not be closed.
            with deaf():
                cluster = opened.enter_context(_local(min(ouvriers, territoires)))
            yield opened.enter_context(Client(cluster))


def _local(ouvriers: int) -> LocalCluster:
    """Start workers here; one that is killed while it starts has them all started again."""
    tried = 0
    while True:
        try:
            # One thread a worker: the tables of two territories never wait for one interpreter.
            return LocalCluster(
                n_workers=ouvriers,
                threads_per_worker=1,
                processes=True,
                dashboard_address=_LOCAL,
                silence_logs="CRITICAL",
            )
        except RuntimeError as error:
            tried += 1
            if tried == _ESSAIS:
                raise DiagterritoireError(
                    f"Les ouvriers du lot ne démarrent pas, après {accord(_ESSAIS, 'essai')}.",
                    "Il manque peut-être de la mémoire : fermez d'autres programmes, ou relancez "
                    "avec moins d'ouvriers (--ouvriers).",
                ) from error


class Pace:
    """How fast a batch goes: done, by the hour, time left.

    Examples
    --------
    >>> pace = Pace(10, clock=iter([0.0, 60.0]).__next__)
    >>> pace.after(1)
    (60.0, 9.0)
    """

    def __init__(self, total: int, clock: Callable[[], float] = time.perf_counter) -> None:
        self._total, self._clock, self._start = total, clock, clock()

    def after(self, done: int) -> tuple[float, float]:
        """Territories an hour, and minutes left."""
        hours = (self._clock() - self._start) / 3600
        rate = done / hours if hours > 0 else 0.0
        return rate, (self._total - done) / rate * 60 if rate else float("inf")
