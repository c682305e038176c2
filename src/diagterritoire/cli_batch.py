"""The command `lot` on a terminal: one line a territory, how fast it goes, what it came to."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console

from diagterritoire.batch.journal import ECHEC, LIVRE, REFUSE, REPRIS, Outcome, counted
from diagterritoire.batch.lot import LotRequest, run_lot
from diagterritoire.batch.running import Pace
from diagterritoire.errors import DataError
from diagterritoire.french import accord, entier, minutes, mot, quantite
from diagterritoire.progress import Progress
from diagterritoire.terminal import plain

_STYLES = {LIVRE: "green", REPRIS: "dim", REFUSE: "yellow", ECHEC: "red"}


class Shown:
    """What becomes of a batch, printed line by line."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._total = self._before = self._done = self._failed = 0
        self._pace = Pace(0)

    def begin(self, total: int, left: int) -> None:
        """Say how many territories there are, and start the clock."""
        self._total, self._before = total, total - left
        again = f", dont {self._before} déjà faits" if self._before else ""
        self._console.print(f"{accord(total, 'territoire')}{again}", highlight=False)
        self._pace = Pace(left)

    def became(self, outcome: Outcome) -> None:
        """Print what became of a territory."""
        self._done += 1
        self._failed += outcome.statut in (REFUSE, ECHEC)
        rate, left = self._pace.after(self._done)
        cost = [
            quantite(outcome.secondes, "s", "s"),
            f"{quantite(rate, 'territoire', decimales=0)} par heure",
        ]
        if left:
            cost.append(f"encore {minutes(left)}")
        if self._failed:
            cost.append(accord(self._failed, "refus ou échec", "refus ou échecs"))
        said = f"[{_STYLES[outcome.statut]}]{outcome.statut}[/]"
        name = plain(outcome.nom or outcome.saisi)
        detail = plain(outcome.erreur.partition("\n")[0])
        self._console.print(
            f"[dim]{self._before + self._done}/{self._total}[/] {said} {name}"
            f"{f' : {detail}' if detail else ''} [dim]({' ; '.join(cost)})[/]",
            highlight=False,
        )


def summed_up(outcomes: Sequence[Outcome]) -> str:
    """Say how many territories met each end.

    Examples
    --------
    >>> summed_up([Outcome("1", LIVRE, ""), Outcome("2", LIVRE, ""), Outcome("3", REFUSE, "")])
    '2 livrés, 1 refusé'
    """
    plurals = {REPRIS: "déjà livrés"}
    return ", ".join(
        f"{entier(number)} {mot(number, statut, plurals.get(statut))}"
        for statut, number in counted(outcomes).items()
        if number
    )


def code(outcomes: Sequence[Outcome]) -> int:
    """Exit code of a batch: 1 when a territory is to be tried again, 3 when all were refused.

    Examples
    --------
    >>> code([Outcome("1", LIVRE, ""), Outcome("2", REFUSE, "")]), code([Outcome("2", REFUSE, "")])
    (0, 3)
    """
    if any(o.statut == ECHEC for o in outcomes):
        return 1
    return DataError.exit_code if all(o.statut == REFUSE for o in outcomes) and outcomes else 0


def show(console: Console, request: LotRequest, progress: Progress) -> int:
    """Run a batch, print what becomes of it, and give its exit code."""
    try:
        end = run_lot(request, progress, Shown(console))
    except KeyboardInterrupt:
        console.print(
            "Lot interrompu : ce qui est livré le reste, et la même commande reprendra ici."
        )
        raise
    console.print(
        f"[bold]Lot de {accord(len(end.outcomes), 'territoire')}[/] : {summed_up(end.outcomes)}.",
        highlight=False,
    )
    if end.avertissement:
        console.print(f"[yellow]Attention :[/] {plain(end.avertissement)}", highlight=False)
    for path in (end.page, end.bilan):
        console.print(f"  {plain(str(path))}", highlight=False)
    return code(end.outcomes)
