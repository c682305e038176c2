"""What moved between two deliveries of the same territory: a page beside them, and its figures."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from diagterritoire.errors import UsageError
from diagterritoire.outputs.evolution.content import Evolution, build
from diagterritoire.outputs.evolution.laid_out import Tableau
from diagterritoire.outputs.evolution.reading import folder_of, read_delivery
from diagterritoire.outputs.index import rebuild_index
from diagterritoire.outputs.rendering import environment, style_sheet
from diagterritoire.store import open_roots, write_beside

__all__ = ["Compared", "Evolution", "Tableau", "build", "compare_deliveries", "render"]


class Compared(NamedTuple):
    """What moved, the page that says it, and what the user must know."""

    evolution: Evolution
    page: Path
    avertissement: str


def compare_deliveries(avant: str, apres: str, maps: Path, processed: Path) -> Compared:
    """Compare two deliveries of the same territory, and write the page that says what moved.

    Parameters
    ----------
    avant, apres : str
        Name or code of a territory delivered under `processed`, or folder of data of a delivery.
    maps, processed : Path
        Folders that hold one folder a territory; the page goes into the first.

    Raises
    ------
    UsageError
        Not two deliveries of the same territory.
    DataError
        A file is absent or damaged.
    DiskError
        The page cannot be written.
    """
    folders = [folder_of(text, processed) for text in (avant, apres)]
    if folders[0].resolve() == folders[1].resolve():
        raise UsageError(
            f"« {avant} » et « {apres} » sont la même livraison ({folders[0]}).",
            "Une livraison remplace la précédente : gardez une copie du dossier de données avant "
            "de relancer, et donnez-la ici.",
        )
    open_roots(maps)
    shown = build(*(read_delivery(folder) for folder in folders))
    marks = (f"{one.slug}-{one.run_id[:8]}" for one in (shown.avant, shown.apres))
    page = maps / f"comparaison-{'--'.join(marks)}.html"
    write_beside(page, render(shown))
    return Compared(shown, page, rebuild_index(maps, processed))


def render(shown: Evolution) -> str:
    """Return the comparison as one page, without script nor date."""
    template = environment(__name__).get_template("comparaison.html.j2")
    css = style_sheet("outputs/evolution/templates/comparaison.css")
    return template.render(e=shown, css=css) + "\n"
