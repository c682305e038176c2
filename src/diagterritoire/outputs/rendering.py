"""How the pages without script are rendered: escaping, typography, the common style sheet."""

from __future__ import annotations

from importlib import resources
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from diagterritoire.french import typographie

_COMMON = "outputs/report/templates/rapport.css"


def environment(package: str) -> Environment:
    """Templates of a package, whatever they show escaped.

    Examples
    --------
    >>> shown = environment("diagterritoire.outputs.index").from_string("<p>{{ nom }}</p>")
    >>> shown.render(nom="<script>")
    '<p>&lt;script&gt;</p>'
    """
    # select_autoescape would leave names in .html.j2 unescaped.
    return Environment(
        loader=PackageLoader(package),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_finalize,
    )


def style_sheet(*own: str) -> Markup:
    """Style sheet of the report, then those of a page: files named from the package's root.

    Examples
    --------
    >>> "--encre" in style_sheet()
    True
    """
    root = resources.files("diagterritoire")
    # The style sheets are ours: escaping would break their child selectors and quotes.
    return Markup(  # noqa: S704
        "\n".join(root.joinpath(name).read_text(encoding="utf-8") for name in (_COMMON, *own))
    )


def _finalize(value: Any) -> Any:
    """Give every text of the page its French typography; markup is left alone."""
    return typographie(value) if type(value) is str else value
