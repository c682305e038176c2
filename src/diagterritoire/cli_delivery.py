"""What the command line says of one delivery: what a run wrote, what `verifier` finds."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console

from diagterritoire import pipeline
from diagterritoire.cli_progress import Progress
from diagterritoire.errors import DataError
from diagterritoire.french import accord
from diagterritoire.terminal import plain

# Differences of a delivery that are listed.
_SHOWN = 20


def show(console: Console, request: pipeline.Request) -> None:
    """Run what was asked, and print what a user must know of it."""
    delivered = pipeline.run(request, Progress(console))
    for warning in delivered.avertissements:
        console.print(f"[yellow]Attention :[/] {plain(warning)}", highlight=False)
    console.print(f"[bold]{plain(delivered.titre)}[/]", highlight=False)
    for path in delivered.fichiers:
        console.print(f"  {plain(str(path))}", highlight=False)


def verified(livraison: str, maps: Path, processed: Path) -> str:
    """Hash a delivery again, and say that it is as it was delivered.

    Raises
    ------
    DataError
        It is not: the first differences are named.
    """
    slug, count, differences = pipeline.verify_delivery(livraison, maps, processed)
    if differences:
        raise DataError(
            f"La livraison « {slug} » ne correspond plus à son manifeste "
            f"({accord(len(differences), 'écart')}) :\n  "
            + "\n  ".join(differences[:_SHOWN])
            + ("\n  …" if len(differences) > _SHOWN else ""),
            "Relancez le diagnostic de ce territoire pour livrer à nouveau ; les fichiers modifiés "
            "à la main sont alors gardés à côté.",
        )
    files = accord(count, "fichier relu", "fichiers relus")
    return f"La livraison « {slug} » correspond à son manifeste : {files}."
