"""Pages that open by double click with no network: everything inside, nothing executed.

A datum enters a page by `embed_json` only; the page's own scripts are named by their hash in its
security policy, so that no other one runs and nothing is fetched. The map alone may name one
server, which the reader asks for images by ticking a box.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from importlib import resources
from typing import Any

from branca.element import Element

from diagterritoire.errors import DiskError

_ESCAPES = {ord(c): f"\\u{ord(c):04x}" for c in "<>&\u2028\u2029"}
_POLICY = "<!--securite-->"


def embed_json(data: Any) -> str:
    r"""Write data as JSON that can stand anywhere in a page, a script included.

    Parameters
    ----------
    data : any
        What the json module writes; NaN and infinity are refused, unknown is None.

    Returns
    -------
    str
        JSON without ``<``, ``>``, ``&`` nor the line separators of JavaScript.

    Raises
    ------
    ValueError
        A number that JSON does not have.

    Examples
    --------
    >>> print(embed_json({"nom": "</script>"}))
    {"nom":"\u003c/script\u003e"}
    """
    text = json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text.translate(_ESCAPES)


def read_asset(name: str) -> str:
    """Read a file of the front end, bundled by the set-up.

    Raises
    ------
    DiskError
        The front end was not bundled.
    """
    asset = resources.files("diagterritoire") / "assets" / name
    try:
        return asset.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise DiskError(
            f"Fichier de la carte absent : « assets/{name} ». L'interface n'est pas assemblée.",
            "Lancez « make » (ou « npm ci --prefix web && npm run --prefix web build »).",
        ) from error


class Raw(Element):
    """Text put as it is in a folium figure.

    A plain `Element` would be read as a Jinja template: a name holding ``{{ }}`` would run.
    """

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text

    def render(self, **_: Any) -> str:
        """Return the text."""
        return self.text


def inline_style(css: str) -> Raw:
    """Put a style sheet inside the page."""
    return Raw("<style>" + re.sub(r"</(?=style)", r"<\\/", css, flags=re.IGNORECASE) + "</style>\n")


def inline_script(code: str) -> Raw:
    """Put a script inside the page."""
    safe = re.sub(r"</(?=script)", r"<\\/", code, flags=re.IGNORECASE)
    return Raw(f"<script>{safe}</script>\n")


def inline_data(identifier: str, data: Any) -> Raw:
    """Put data inside the page, which the browser reads as text and never runs."""
    return Raw(f'<script type="application/json" id="{identifier}">{embed_json(data)}</script>\n')


def policy() -> Raw:
    """Keep the place of the security policy, which `seal` fills."""
    return Raw(_POLICY + "\n")


def seal(html: str, images: str = "") -> str:
    """Fill the security policy: only the scripts now in the page run, nothing is fetched.

    Parameters
    ----------
    html : str
        Rendered page, which holds the place of `policy`.
    images : str
        The one server from which the reader may ask for images, empty for none.
    """
    scripts = re.findall(r"<script>(.*?)</script>", html, flags=re.DOTALL)
    hashes = " ".join(
        f"'sha256-{base64.b64encode(hashlib.sha256(s.encode()).digest()).decode()}'"
        for s in scripts
    )
    content = (
        f"default-src 'none'; script-src {hashes}; style-src 'unsafe-inline'; "
        f"img-src {' '.join(['data: blob:', *images.split()])}; base-uri 'none'; form-action 'none'"
    )
    meta = f'<meta http-equiv="Content-Security-Policy" content="{content}">'
    return html.replace(_POLICY, meta, 1)
