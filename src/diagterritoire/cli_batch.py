"""The command `lot` on a terminal: one line a territory, how fast it goes, what it came to."""

from __future__ import annotations

from rich.console import Console
from rich.markup import escape

from diagterritoire.batch.journal import ECHEC, LIVRE, REFUSE, REPRIS, Outcome, counted
from diagterritoire.batch.lot import LotRequest, run_lot
from diagterritoire.batch.running import Pace
from diagterritoire.french import accord, quantite
from diagterritoire.progress import Progress

_STYLES = {LIVRE: "green", REPRIS: "dim", REFUSE: "yellow", ECHEC: "red"}


def show(console: Console, request: LotRequest, progress: Progress) -> None:
    """Run a batch, and print what becomes of it."""
    done: list[Outcome] = []
    pace: list[Pace] = []

    def told(total: int, outcome: Outcome) -> None:
        if outcome.statut == REPRIS:
            done.append(outcome)
            return
        if not pace:
            pace.append(Pace(total - len(done)))
            start.append(len(done))
        done.append(outcome)
        rate, left = pace[0].after(len(done) - start[0])
        name = escape(outcome.nom or outcome.saisi)
        detail = escape(outcome.erreur.partition("\n")[0])
        failed = sum(o.statut in (REFUSE, ECHEC) for o in done)
        console.print(
            f"[dim]{len(done)}/{total}[/] [{_STYLES[outcome.statut]}]{outcome.statut}[/] {name} "
            f"{detail} [dim]({quantite(outcome.secondes, 's', 's', decimales=1)} ; "
            f"{quantite(rate, 'territoire', 'territoires', decimales=0)} par heure, encore "
            f"{quantite(left, 'min', 'min', decimales=0)} ; {accord(failed, 'refus', 'refus')})[/]",
            highlight=False,
        )

    start: list[int] = []
    end = run_lot(request, progress, told)
    counts = counted(end.outcomes)
    shown = ", ".join(f"{number} {statut}" for statut, number in counts.items() if number)
    console.print(f"[bold]Lot de {accord(len(end.outcomes), 'territoire')}[/] : {shown}.")
    if end.avertissement:
        console.print(f"[yellow]Attention :[/] {escape(end.avertissement)}", highlight=False)
    console.print(f"  {escape(str(end.bilan))}", highlight=False)
