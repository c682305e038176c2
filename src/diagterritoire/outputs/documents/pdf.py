"""The report on paper: a tagged PDF typeset by Typst, from the blocks of the page.

The document reaches Typst as data (JSON) beside a fixed program: nothing that a file of the user
holds is ever read as code. Typst sees neither the disk nor the fonts of the machine, so that the
same page gives the same bytes anywhere.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from importlib import resources
from pathlib import Path
from typing import Any, TypeGuard

from diagterritoire.errors import DiskError
from diagterritoire.outputs.documents.columns import layout
from diagterritoire.outputs.documents.pictures import named_pictures
from diagterritoire.outputs.documents.reading import read_page
from diagterritoire.outputs.documents.tree import (
    Block,
    Box,
    Document,
    Heading,
    ItemList,
    Paragraph,
    Picture,
    Row,
    Runs,
    Table,
    Terms,
    plain,
)
from diagterritoire.outputs.documents.typesetting import RefusedError, typeset_pdf, undrawn
from diagterritoire.store import disk_errors

__all__ = ["typeset", "write_pdf"]

_UNDRAWN, _LONG_CELL = "?", 600
# A figure leaves room for its caption on the page.
_WIDTH_PT, _HEIGHT_PT, _PT_A_PIXEL = 493.0, 560.0, 0.75


def write_pdf(page: Path, path: Path, foot: str = "") -> None:
    """Write rapport.pdf from rapport.html.

    Parameters
    ----------
    page : Path
        The page, as `write_report` leaves it.
    path : Path
        File to write; its folder exists.
    foot : str
        Who signs the report, at the foot of each page.

    Raises
    ------
    DiskError
        Typst is missing or refuses the document; the page cannot be read or the file written.
    """
    with disk_errors(page):
        html = page.read_text(encoding="utf-8")
    content = typeset(read_page(html), foot)
    with disk_errors(path):
        path.write_bytes(content)


def typeset(document: Document, foot: str = "") -> bytes:
    """Lay out a document as an A4 PDF, tagged for readers by ear (PDF/UA-1).

    A character that the fonts of Typst lack (an emoji) is drawn « ? », as in the figures.

    Raises
    ------
    DiskError
        Typst is missing, or refuses the document.
    """
    names, pictures = named_pictures(document)
    program = resources.files(__package__).joinpath("templates/rapport.typ").read_bytes()
    # As numbers: among the files given from memory, Typst takes only texts.
    images = {name: list(content) for name, content in pictures.items()}
    text = json.dumps(_data(document, names, foot), ensure_ascii=False, sort_keys=True)
    missing = undrawn("".join(c for c in set(text) if not c.isascii()))
    files = {
        "main.typ": program,
        "images.json": json.dumps(images).encode("ascii"),
        "document.json": text.translate({ord(c): _UNDRAWN for c in missing}).encode("utf-8"),
    }
    try:
        return typeset_pdf(files)
    except RefusedError as error:
        raise DiskError(
            f"Le rapport PDF n'a pas pu être composé : {error}.",
            "Le rapport HTML dit la même chose ; signalez ce message avec le nom du territoire.",
        ) from error


def _data(document: Document, names: dict[int, str], foot: str) -> dict[str, Any]:
    kinds = {b.kind: plain(b.runs) for b in document.cover if isinstance(b, Paragraph)}
    return {
        "title": document.title or "Rapport",
        "author": foot,
        "language": document.language,
        "heading": kinds.get("surtitre", document.title),
        "place": kinds.get("titre", ""),
        "foot": foot,
        "contents": "Sommaire",
        "cover": _list(document.cover, names),
        "body": _list(document.body, names),
    }


def _list(blocks: Sequence[Block], names: dict[int, str]) -> list[dict[str, Any]]:
    """Write blocks one after the other; the note under a table goes with it."""
    written: list[dict[str, Any]] = []
    for block in blocks:
        if _is_note(block) and written and written[-1].get("note") == []:
            written[-1]["note"] = _runs(block.runs)
        else:
            written.append({"type": type(block).__name__} | _block(block, names))
    return written


def _is_note(block: Block) -> TypeGuard[Paragraph]:
    return isinstance(block, Paragraph) and block.kind == "note"


def _block(block: Block, names: dict[int, str]) -> dict[str, Any]:
    match block:
        case Heading():
            return {"level": block.level, "runs": _runs(block.runs), "new_page": block.new_page}
        case Paragraph():
            return {"runs": _runs(block.runs), "kind": block.kind}
        case ItemList():
            return {"items": [_list(i, names) for i in block.items], "ordered": block.ordered}
        case Box():
            return {"blocks": _list(block.blocks, names), "kind": block.kind}
        case Terms():
            entries = [
                {"term": _runs(term), "said": [_runs(one) for one in said]}
                for term, said in block.entries
            ]
            return {"entries": entries, "kind": block.kind}
        case Picture():
            return _picture(block, names[id(block)])
        case Table():
            return _table(block)


def _picture(picture: Picture, name: str) -> dict[str, Any]:
    width, height = picture.width * _PT_A_PIXEL, picture.height * _PT_A_PIXEL
    shrink = min(1.0, _WIDTH_PT / max(width, 1.0), _HEIGHT_PT / max(height, 1.0))
    return {
        "file": name,
        "width": width * shrink,
        "height": height * shrink,
        "alt": picture.alt,
        "caption": _runs(picture.caption),
        "kind": picture.kind,
    }


def _table(table: Table) -> dict[str, Any]:
    laid = layout(table)
    return {
        "head": [_row(row, head=True) for row in table.head],
        "body": [_row(row) for row in table.body],
        "caption": _runs(table.caption),
        "shares": laid.shares,
        "size": laid.size_pt,
        "breakable": laid.breakable,
        "hyphenate": not laid.whole,
        "note": [],
    }


def _row(row: Row, *, head: bool = False) -> list[dict[str, Any]]:
    # A row stays on its page, unless one of its cells would not fit there.
    breakable = any(len(plain(cell.runs)) > _LONG_CELL for cell in row)
    return [asdict(cell) | {"head": head, "breakable": breakable} for cell in row]


def _runs(runs: Runs) -> list[dict[str, Any]]:
    return [asdict(run) for run in runs]
