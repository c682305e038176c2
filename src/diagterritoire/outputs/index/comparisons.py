"""The pages of comparison that lie beside the deliveries, for the index to name."""

from __future__ import annotations

import html
import re
from pathlib import Path

from diagterritoire.outputs.index.cards import Link
from diagterritoire.store import is_ours

_NAME = r"comparaison-[A-Za-z0-9-]{1,200}\.html"
_TITLE = re.compile(r"<title>([^<]{1,400})</title>")
_HEAD = 4096


def comparisons(maps_root: Path) -> tuple[Link, ...]:
    """Name each page of comparison by its title, sorted by file; none when nothing can be read.

    Examples
    --------
    >>> comparisons(Path("nulle part"))
    ()
    """
    try:
        paths = sorted(p for p in maps_root.iterdir() if re.fullmatch(_NAME, p.name))
        return tuple(Link(_title(path), path.name) for path in paths if is_ours(path))
    except OSError:
        return ()


def _title(path: Path) -> str:
    with path.open("rb") as stream:
        start = stream.read(_HEAD).decode("utf-8", errors="replace")
    found = _TITLE.search(start)
    return html.unescape(found.group(1)) if found else path.stem
