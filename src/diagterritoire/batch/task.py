"""One territory of a batch, from what is shared to its delivery: what a worker does."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path

import pandas as pd
import psutil

from diagterritoire.batch.journal import ECHEC, LIVRE, REFUSE, Outcome
from diagterritoire.batch.shared import Shared, read_shared
from diagterritoire.errors import DataError, DiagterritoireError, UsageError
from diagterritoire.inputs.country import find_territory
from diagterritoire.inputs.preparation import CACHE, gather
from diagterritoire.outputs.manifest import figures
from diagterritoire.outputs.presentation import Presentation
from diagterritoire.outputs.writing import deliver
from diagterritoire.parameters import Parameters
from diagterritoire.progress import Spent
from diagterritoire.sources.formats.geopackage import only_geopackage
from diagterritoire.store import reserve, signature
from diagterritoire.study.diagnosis import diagnose


@dataclass(frozen=True)
class Order:
    """What every territory of a batch is delivered with.

    Attributes
    ----------
    partage : Path
        What `shared.write_shared` wrote.
    cle : str
        Fingerprint of what a delivery of this batch depends on.
    maps, processed : Path
    parameters : Parameters
    presentation : Presentation
    profondeur : str
        A key of `writing.PROFONDEURS`.
    """

    partage: Path
    cle: str
    maps: Path
    processed: Path
    parameters: Parameters
    presentation: Presentation
    profondeur: str


@dataclass
class Silent:
    """Progress of a task: what each step took is kept, nothing is told.

    A task that nobody waits for any more is left at its next step.
    """

    wanted: Callable[[], bool] = lambda: True
    spent: dict[str, Spent] = field(default_factory=dict)

    @contextmanager
    def step(self, name: str) -> Iterator[Callable[[str], None]]:
        """Time a step, and keep what it found."""
        self._go_on()
        start, notes = time.perf_counter(), list[str]()
        yield notes.append
        held = round(psutil.Process().memory_info().rss / 2**20)
        self.spent[name] = Spent(round(time.perf_counter() - start, 3), held, tuple(notes))

    def advance(self, done: float, total: float, what: str) -> None:
        """Tell nobody."""
        self._go_on()

    def _go_on(self) -> None:
        if not self.wanted():
            raise DiagterritoireError("Le lot a été interrompu avant la fin de ce territoire.")


def deliver_one(order: Order, saisi: str, wanted: Callable[[], bool] = lambda: True) -> Outcome:
    """Diagnose a territory and deliver it; what a user may meet becomes an outcome and its reason.

    Parameters
    ----------
    order : Order
    saisi : str
        Territory, as typed.
    wanted : callable
        Says whether somebody still waits for it: asked at every step.

    Returns
    -------
    Outcome
    """
    start, progress = time.perf_counter(), Silent(wanted)
    try:
        # A territory is thousands of operations on a few hundred rows: what Arrow spends at each,
        # a fifth of the whole, it does not win back. The values are the same.
        with pd.option_context("mode.string_storage", "python"):
            done = _delivered(order, saisi, progress)
    except DiagterritoireError as error:
        spent = time.perf_counter() - start
        # Data refuse a territory for good; a full disk or a rival run is to be tried again.
        statut = REFUSE if isinstance(error, DataError | UsageError) else ECHEC
        return Outcome(saisi, statut, order.cle, erreur=str(error), secondes=spent)
    return replace(
        done,
        secondes=time.perf_counter() - start,
        memoire_mio=psutil.Process().memory_info().rss / 2**20,
    )


def _delivered(order: Order, saisi: str, progress: Silent) -> Outcome:
    shared = _opened(str(order.partage))
    country = shared.country
    chosen = find_territory(saisi, country.raw, order.parameters)
    with reserve(order.maps, order.processed, chosen.slug) as places:
        inputs = gather(
            country,
            chosen,
            order.processed / CACHE,
            order.parameters,
            progress,
            ground=shared.grounds.get(chosen.crs),
        )
        diagnosis = diagnose(inputs, order.parameters)
        written = deliver(diagnosis, places, progress, order.presentation, order.profondeur)
        # Read while nobody else may deliver there.
        sorties = signature(places.processed.final)
    return Outcome(
        saisi,
        LIVRE,
        order.cle,
        slug=chosen.slug,
        nom=chosen.nom,
        run_id=written.run_id,
        sorties=sorties,
        figures=figures(diagnosis),
    )


@lru_cache(maxsize=1)
def _opened(folder: str) -> Shared:
    """Read what is shared once a process."""
    only_geopackage()
    gc.set_threshold(200_000, 50, 50)
    shared = read_shared(Path(folder))
    gc.freeze()
    return shared
