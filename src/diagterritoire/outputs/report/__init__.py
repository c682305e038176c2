"""The territory diagnostic (rapport.html): one page, figures inside, no network, no script."""

from __future__ import annotations

from importlib import resources
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from diagterritoire.bundles import Diagnosis
from diagterritoire.french import typographie
from diagterritoire.outputs.delivered import write_page
from diagterritoire.outputs.presentation import PLAIN, Presentation
from diagterritoire.outputs.report.content import build

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
    # select_autoescape would leave names in .html.j2 unescaped.
    environment = Environment(
        loader=PackageLoader(__name__),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_finalize,
    )
    css = resources.files(__name__).joinpath("templates/rapport.css").read_text(encoding="utf-8")
    template = environment.get_template("rapport.html.j2")
    # The style sheet is ours: escaping it would break its child selectors and quotes.
    page = template.render(
        rapport=build(diagnosis),
        presentation=presentation,
        css=Markup(css),  # noqa: S704
    )
    return page + "\n"


def _finalize(value: Any) -> Any:
    """Give every text of the page its French typography; markup is left alone."""
    return typographie(value) if type(value) is str else value


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
