"""The pages that lie beside the deliveries, for the index to name: comparisons, batches."""

from __future__ import annotations

import html
import re
from pathlib import Path

from diagterritoire.outputs.index.cards import Link
from diagterritoire.store import INDEX, is_ours

_NAME = r"comparaison-[A-Za-z0-9-]{1,200}\.html"
_TITLE = re.compile(r"<title>([^<]{1,400})</title>")
_HEAD = 4096
_LOTS = "lots"
_LOT = r"[A-Za-z0-9-]{1,200}"


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


def lots(maps_root: Path) -> tuple[Link, ...]:
    """Name the page of each batch by its title, sorted by folder; none when nothing can be read.

    Examples
    --------
    >>> lots(Path("nulle part"))
    ()
    """
    folder = maps_root / _LOTS
    try:
        if folder.is_symlink():
            return ()
        found = sorted(p for p in folder.iterdir() if re.fullmatch(_LOT, p.name))
        pages = [p / INDEX for p in found if not p.is_symlink() and is_ours(p / INDEX)]
        return tuple(Link(_title(p), f"{_LOTS}/{p.parent.name}/{INDEX}") for p in pages)
    except OSError:
        return ()


def _title(path: Path) -> str:
    with path.open("rb") as stream:
        start = stream.read(_HEAD).decode("utf-8", errors="replace")
    found = _TITLE.search(start)
    return html.unescape(found.group(1)) if found else path.stem
