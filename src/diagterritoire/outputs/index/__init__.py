"""The index page of the folder of maps: the territories delivered, from their manifests."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from diagterritoire.outputs.index.cards import Link, grouped, set_aside
from diagterritoire.outputs.index.comparisons import comparisons, lots
from diagterritoire.outputs.index.shelves import shelved
from diagterritoire.outputs.rendering import environment, style_sheet
from diagterritoire.store import Found, listing, replace_index

__all__ = ["rebuild_index", "render"]


def render(
    found: Sequence[Found], compared: Sequence[Link] = (), batches: Sequence[Link] = ()
) -> str:
    """Return the index as one page, without script nor date.

    Parameters
    ----------
    found : sequence of Found
        What `store.listing` gave.
    compared : sequence of Link
        Pages that compare two deliveries.
    batches : sequence of Link
        Pages of batches.

    Examples
    --------
    >>> "Aucun territoire" in render([])
    True
    """
    template = environment(__name__).get_template("index.html.j2")
    groups = grouped(found)
    page = template.render(
        groupes=groups,
        rayonnage=shelved(groups),
        ecartes=set_aside(found),
        comparaisons=compared,
        lots=batches,
        css=style_sheet("outputs/index/templates/index.css"),
    )
    return page + "\n"


def rebuild_index(maps_root: Path, processed_root: Path) -> str:
    """Write the index of a folder of maps from the deliveries that are there.

    Returns
    -------
    str
        What the user must know, in French; empty when the index is up to date.
    """
    return replace_index(
        maps_root,
        lambda: render(listing(maps_root, processed_root), comparisons(maps_root), lots(maps_root)),
    )
