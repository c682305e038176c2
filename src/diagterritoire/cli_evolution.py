"""What the command line says of two deliveries that are compared."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console
from rich.table import Table

from diagterritoire.outputs.evolution import Tableau, compare_deliveries
from diagterritoire.sources.formats.geopackage import only_geopackage
from diagterritoire.terminal import plain


def show(console: Console, avant: str, apres: str, maps: Path, processed: Path) -> None:
    """Compare two deliveries, print what moved and where the page is."""
    only_geopackage()
    compared = compare_deliveries(avant, apres, maps, processed)
    shown = compared.evolution
    console.print(f"[bold]{plain(shown.titre)}[/]", highlight=False)
    for warning in (*shown.alertes, *filter(None, [compared.avertissement])):
        console.print(f"[yellow]Attention :[/] {plain(warning)}", highlight=False)
    for sentence in (*shown.phrases, *shown.seuil):
        console.print(plain(sentence), highlight=False)
    for table in (
        shown.totaux,
        shown.indicateurs,
        shown.zonage,
        shown.apparues,
        shown.disparues,
        shown.sources,
        shown.parametres,
    ):
        _print(console, table)
    console.print(f"\n  {plain(str(compared.page))}", highlight=False)


def _print(console: Console, tableau: Tableau) -> None:
    if not tableau.lignes:
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for rank, header in enumerate(tableau.entetes):
        text = rank <= tableau.textes
        table.add_column(plain(header), justify="left" if text else "right", overflow="fold")
    for row in tableau.lignes:
        table.add_row(*(plain(cell) for cell in row))
    console.print()
    console.print(f"[bold]{plain(tableau.titre)}[/]", highlight=False)
    console.print(table, soft_wrap=False)
