"""Typst, run inside the process: files given from memory in, a PDF or a picture out.

It sees neither the disk, nor the network, nor the fonts of the machine, so that the same files give
the same bytes anywhere.
"""

from __future__ import annotations

import importlib
import json
import re
from collections.abc import Mapping
from datetime import UTC
from types import ModuleType
from typing import Any

from diagterritoire.errors import DiskError
from diagterritoire.outputs.delivered import DATE
from diagterritoire.workers import apart

__all__ = ["RefusedError", "check_typst", "typeset_pdf", "typeset_picture", "undrawn"]

# Accessibility for PDF: Typst refuses a document that readers by ear could not follow.
_STANDARD = "ua-1"
_STAMP = int(DATE.replace(tzinfo=UTC).timestamp())
_PICTURE = b"""#set page(width: auto, height: auto, margin: 0pt, fill: none)
#let picture = image(bytes(json("picture.json")), format: "svg", height: 72pt)
#context {
  // Beyond, the drawing has no points to be drawn with, or more than the memory holds.
  let wide = measure(picture).width
  assert(wide > 1pt and wide < 3000pt, message: "ses proportions sont celles d'un trait")
  picture
}
"""


_CHARACTERS = b"""#set document(title: "-")
#set text(font: "Libertinus Serif")
#json("text.json")
"""
_UNDRAWN = re.compile(r'the text `"(.+?)"` could not be displayed', re.DOTALL)
_ESCAPED = re.compile(r"\\u\{([0-9a-f]+)\}")


class RefusedError(ValueError):
    """What Typst says of files that it does not lay out: `diagnostic` quotes every fault."""

    def __init__(self, message: str, diagnostic: str) -> None:
        super().__init__(message)
        self.diagnostic = diagnostic


def check_typst() -> None:
    """Tell now that Typst is missing, rather than at the end of a run.

    Raises
    ------
    DiskError
        It is missing or does not load.
    """
    _typst()


def typeset_pdf(files: Mapping[str, bytes]) -> bytes:
    """Lay out `main.typ` as a tagged PDF, without a date.

    Raises
    ------
    RefusedError
        Typst refuses the files.
    DiskError
        Typst is missing.
    """
    return _compiled(files, format="pdf", pdf_standards=[_STANDARD], timestamp=_STAMP)


def undrawn(characters: str) -> frozenset[str]:
    """Find which characters the fonts of Typst have no drawing for.

    Raises
    ------
    DiskError
        Typst is missing.

    Examples
    --------
    >>> sorted(undrawn("aé\u6f22"))
    ['\u6f22']
    """
    wanted = " ".join(sorted(set(characters)))
    files = {"main.typ": _CHARACTERS, "text.json": json.dumps(wanted).encode("ascii")}
    try:
        typeset_pdf(files)
    except RefusedError as error:
        quoted = "".join(_UNDRAWN.findall(error.diagnostic))
        named = {chr(int(code, 16)) for code in _ESCAPED.findall(quoted)}
        return frozenset(named | set(_ESCAPED.sub("", quoted))) & frozenset(characters)
    return frozenset()


def typeset_picture(svg: str, height: int) -> bytes:
    """Draw an SVG as a PNG of a height in pixels; what it calls from outside is not drawn.

    Raises
    ------
    RefusedError
        The picture cannot be drawn.
    DiskError
        Typst is missing.
    """
    files = {"main.typ": _PICTURE, "picture.json": json.dumps(list(svg.encode())).encode("ascii")}
    return _compiled(files, format="png", ppi=float(height))


def _compiled(files: Mapping[str, bytes], **options: Any) -> bytes:
    typst = _typst()
    fonts = typst.Fonts(include_system_fonts=False)
    try:
        made: bytes = apart(
            typst.compile, dict(files), font_paths=fonts, ignore_system_fonts=True, **options
        )
    except typst.TypstError as error:
        raise RefusedError(str(error.message), str(error.diagnostic)) from error
    return made


def _typst() -> ModuleType:
    """Import Typst when it is used: 80 MB that other commands do without."""
    try:
        return importlib.import_module("typst")
    except ImportError as error:
        raise DiskError(
            "Le rapport PDF ne peut pas être composé : la bibliothèque typst manque ou ne se "
            f"charge pas ({error}).",
            "Refaites l'installation : « make nettoyer », puis « make diagnostic ».",
        ) from error
