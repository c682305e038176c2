"""The territory diagnostic (rapport.html): one page, figures inside, no network, no script."""

from __future__ import annotations

from pathlib import Path

from diagterritoire.outputs.delivered import write_page
from diagterritoire.outputs.presentation import PLAIN, Presentation
from diagterritoire.outputs.rendering import environment, style_sheet
from diagterritoire.outputs.report.content import build
from diagterritoire.study.bundles import Diagnosis

__all__ = ["render", "write_report"]


def render(diagnosis: Diagnosis, presentation: Presentation = PLAIN) -> str:
    """Return the report as one HTML page.

    Parameters
    ----------
    diagnosis : Diagnosis
        Tables and totals; any of them may be empty, a chapter then says what would fill it.
    presentation : Presentation
        Name and logo of the firm that signs the report.

    Returns
    -------
    str
        HTML without script nor outside resource; the same diagnosis gives the same text.
    """
    template = environment(__name__).get_template("rapport.html.j2")
    page = template.render(rapport=build(diagnosis), presentation=presentation, css=style_sheet())
    return page + "\n"


def write_report(diagnosis: Diagnosis, path: Path, presentation: Presentation = PLAIN) -> None:
    """Write rapport.html.

    Parameters
    ----------
    diagnosis : Diagnosis
    path : Path
        File to write; its folder exists.
    presentation : Presentation
        Name and logo of the firm that signs the report.

    Raises
    ------
    DiskError
        The file cannot be written.
    """
    write_page(render(diagnosis, presentation), path)
