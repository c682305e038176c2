"""What a page of ours holds, read back from its HTML: headings, texts, lists, pictures, tables.

The report is written once, in HTML; a document for Word and one to print are laid out from these
blocks. Every text is plain text: no markup crosses from one format to another.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = [
    "Block", "Box", "Cell", "Document", "Heading", "ItemList", "Paragraph", "Picture", "Row",
    "Run", "Table", "Terms", "plain",
]  # fmt: skip


@dataclass(frozen=True)
class Run:
    """A stretch of text of one style; a line feed is a forced line break."""

    text: str
    bold: bool = False
    italic: bool = False
    muted: bool = False
    raised: int = 0
    link: str = ""


Runs = tuple[Run, ...]


@dataclass(frozen=True)
class Heading:
    """A heading: 1 for a chapter, 2 below; `new_page` when it starts one."""

    level: int
    runs: Runs
    ident: str = ""
    new_page: bool = False


@dataclass(frozen=True)
class Paragraph:
    """A paragraph; `kind` is its class in the page (note, definition, sous-titre…)."""

    runs: Runs
    kind: str = ""


@dataclass(frozen=True)
class ItemList:
    """A list, numbered when `ordered`."""

    items: tuple[tuple[Block, ...], ...]
    ordered: bool = False


@dataclass(frozen=True)
class Box:
    """A boxed remark; `kind` tells a warning from what is waited for."""

    blocks: tuple[Block, ...]
    kind: str = ""


@dataclass(frozen=True)
class Terms:
    """Terms, each with what is said of it; `kind` is chiffres for key figures."""

    entries: tuple[tuple[Runs, tuple[Runs, ...]], ...]
    kind: str = ""


@dataclass(frozen=True)
class Picture:
    """A picture: its bytes, size in CSS pixels (96 an inch), alternative text and caption."""

    data: bytes
    extension: str
    width: int
    height: int
    alt: str
    caption: Runs = ()
    ident: str = ""
    kind: str = ""


@dataclass(frozen=True)
class Cell:
    """A cell of a table, over one or more columns and rows."""

    runs: Runs
    header: bool = False
    right: bool = False
    columns: int = 1
    rows: int = 1


Row = tuple[Cell, ...]


@dataclass(frozen=True)
class Table:
    """A table: the rows of its head are repeated on each page."""

    head: tuple[Row, ...]
    body: tuple[Row, ...]
    caption: Runs = ()
    ident: str = ""
    kinds: tuple[str, ...] = ()

    @property
    def columns(self) -> int:
        """How many columns the widest row has."""
        rows = (*self.head, *self.body)
        return max((sum(cell.columns for cell in row) for row in rows), default=0)


Block = Heading | Paragraph | ItemList | Box | Terms | Picture | Table


@dataclass(frozen=True)
class Document:
    """A whole page: language, title, the blocks of its cover and those that follow."""

    title: str
    language: str
    cover: tuple[Block, ...]
    body: tuple[Block, ...]


def plain(runs: Runs) -> str:
    """Return the text of runs without their style.

    Examples
    --------
    >>> plain((Run("Tableau 1.", bold=True), Run(" Communes")))
    'Tableau 1. Communes'
    """
    return "".join(run.text for run in runs)
