"""The blocks of a page in pandoc's own form, with the styles of the reference document."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from xml.sax.saxutils import escape

from diagterritoire.outputs.documents import reference
from diagterritoire.outputs.documents.columns import layout
from diagterritoire.outputs.documents.tree import (
    Block,
    Box,
    Cell,
    Document,
    Heading,
    ItemList,
    Paragraph,
    Picture,
    Row,
    Run,
    Runs,
    Table,
    Terms,
    plain,
)

__all__ = ["pandoc_document"]

Node = dict[str, Any]
_API = [1, 23, 1]
_STYLES = {
    "titre": "Title",
    "sous-titre": "Subtitle",
    "surtitre": reference.LABEL,
    "cabinet": reference.FIRM,
    "note": reference.NOTE,
    "definition": reference.DEFINITION,
}
_NUMBERED = re.compile(r"(\w+)[ \xa0](\d+)(.*)", re.DOTALL)
# A figure leaves room for its caption on an A4 sheet, in inches.
_WIDTH_IN, _HEIGHT_IN, _PIXELS_IN = 6.8, 7.6, 96
# Lines of a table of contents under the cover.
_ONE_SHEET = 36


def pandoc_document(document: Document, names: Mapping[int, str]) -> Node:
    """Write a document in pandoc's JSON form.

    Parameters
    ----------
    document : Document
    names : mapping
        Name of the file of each picture, by the identity of its block.
    """
    body = _named(document.body)
    blocks = [
        *_blocks(document.cover, names),
        _raw("RawBlock", _contents(body)),
        *_blocks(body, names),
    ]
    # Word checks the spelling of a language of a country.
    tongue = {"fr": "fr-FR"}.get(document.language, document.language)
    language = {"t": "MetaString", "c": tongue}
    return {"pandoc-api-version": _API, "meta": {"lang": language}, "blocks": blocks}


def _named(blocks: Sequence[Block]) -> tuple[Block, ...]:
    """Give each heading a name, which the table of contents points at."""
    return tuple(
        Heading(block.level, block.runs, block.ident or f"titre-{rank}", block.new_page)
        if isinstance(block, Heading)
        else block
        for rank, block in enumerate(blocks)
    )


def _blocks(blocks: Sequence[Block], names: Mapping[int, str]) -> list[Node]:
    return [node for block in blocks for node in _block(block, names)]


def _block(block: Block, names: Mapping[int, str]) -> Iterator[Node]:
    match block:
        case Heading():
            yield _node("Header", [block.level, _attributes(block.ident), _inlines(block.runs)])
        case Paragraph():
            paragraph, style = _node("Para", _inlines(block.runs)), _STYLES.get(block.kind)
            yield paragraph if style is None else _styled(style, [paragraph])
        case ItemList():
            items = [_tight(_blocks(item, names)) for item in block.items]
            numbering = [1, _node("Decimal"), _node("Period")]
            yield (
                _node("OrderedList", [numbering, items])
                if block.ordered
                else _node("BulletList", items)
            )
        case Box():
            style = reference.WAITING if block.kind == "attente" else reference.BOX
            yield _styled(style, _blocks(block.blocks, names))
        case Terms():
            yield from _key_figures(block) if block.kind == "chiffres" else _terms(block)
        case Picture():
            yield _picture(block, names[id(block)])
        case Table():
            yield _table(block)


def _tight(nodes: list[Node]) -> list[Node]:
    """Write the paragraphs of a list close to one another."""
    return [node | {"t": "Plain"} if node["t"] == "Para" else node for node in nodes]


def _terms(block: Terms) -> Iterator[Node]:
    for term, said in block.entries:
        label = tuple(Run(run.text, bold=True) for run in term)
        texts = [run for one in said for run in (Run("\n"), *one)][1:]
        yield _styled("Compact", [_node("Para", _inlines((*label, Run("\xa0: "), *texts)))])


def _key_figures(block: Terms) -> Iterator[Node]:
    """Set key figures three on a line: value, label, comparison."""
    cells = []
    for term, said in block.entries:
        texts = [(reference.VALUE, one) for one in said[:1]]
        texts += [(reference.CELL, term)]
        texts += [(reference.BESIDE, one) for one in said[1:]]
        cells.append([_styled(style, [_node("Para", _inlines(one))]) for style, one in texts])
    cells += [[]] * (-len(cells) % 3)
    rows = [
        [_attributes(), [_cell_node(cell) for cell in cells[k : k + 3]]]
        for k in range(0, len(cells), 3)
    ]
    columns = [[_node("AlignLeft"), _node("ColWidth", 1 / 3)]] * 3
    yield _table_node("", [], columns, [], rows)


def _picture(picture: Picture, name: str) -> Node:
    width, height = max(1, picture.width) / _PIXELS_IN, max(1, picture.height) / _PIXELS_IN
    shrink = min(1.0, _WIDTH_IN / width, _HEIGHT_IN / height)
    size = [["width", f"{width * shrink:.3f}in"], ["height", f"{height * shrink:.3f}in"]]
    image = _node("Image", [["", [], size], [_node("Str", picture.alt)], [name, ""]])
    if not picture.caption:
        return _node("Para", [image])
    caption = [None, [_node("Plain", _caption(picture.caption))]]
    return _node("Figure", [_attributes(picture.ident), caption, [_node("Plain", [image])]])


def _table(table: Table) -> Node:
    laid = layout(table)
    small = laid.size_pt < 9
    head = reference.SMALL_HEAD if small else reference.HEAD
    body = reference.SMALL_CELL if small else reference.CELL
    kept = reference.SMALL_KEPT if small else reference.KEPT
    linked = 0 if laid.breakable else len(table.body) - 1
    columns = [[_node("AlignLeft"), _node("ColWidth", share)] for share in laid.shares]
    return _table_node(
        table.ident,
        _caption(table.caption),
        columns,
        [_row(row, head) for row in table.head],
        [_row(row, kept if k < linked else body) for k, row in enumerate(table.body)],
    )


def _table_node(
    ident: str, caption: list[Node], columns: list[Any], head: list[Any], body: list[Any]
) -> Node:
    legend = [None, [_node("Plain", caption)] if caption else []]
    bodies = [[_attributes(), 0, [], body]]
    return _node(
        "Table",
        [_attributes(ident), legend, columns, [_attributes(), head], bodies, [_attributes(), []]],
    )


def _row(row: Row, style: str) -> list[Any]:
    return [_attributes(), [_cell(cell, style) for cell in row]]


def _cell(cell: Cell, style: str) -> list[Any]:
    runs = tuple(Run(run.text, bold=True) for run in cell.runs) if cell.header else cell.runs
    content = [_styled(style, [_node("Para", _inlines(runs))])]
    return _cell_node(content, right=cell.right, rows=cell.rows, columns=cell.columns)


def _cell_node(
    content: list[Node], *, right: bool = False, rows: int = 1, columns: int = 1
) -> list[Any]:
    align = _node("AlignRight" if right else "AlignDefault")
    return [_attributes(), align, rows, columns, content]


def _inlines(runs: Runs) -> list[Node]:
    return [node for run in runs for node in _inline(run)]


def _inline(run: Run) -> Iterator[Node]:
    for rank, line in enumerate(run.text.split("\n")):
        if rank:
            yield _node("LineBreak")
        if not line:
            continue
        node = _node("Str", line)
        if run.raised:
            node = _node("Superscript" if run.raised > 0 else "Subscript", [node])
        if run.muted:
            node = _node("Span", [["", [], [["custom-style", "Source"]]], [node]])
        if run.italic:
            node = _node("Emph", [node])
        if run.bold:
            node = _node("Strong", [node])
        if run.link:
            node = _node("Link", [_attributes(), [node], [run.link, ""]])
        yield node


def _caption(runs: Runs) -> list[Node]:
    """Write a caption whose number Word counts again when a figure is added."""
    found = _NUMBERED.fullmatch(runs[0].text) if runs else None
    if found is None:
        return _inlines(runs)
    label, number, rest = found.groups()
    bold = "<w:rPr><w:b/></w:rPr>" if runs[0].bold else ""
    field = (
        f'<w:fldSimple w:instr=" SEQ {escape(label)} \\* ARABIC "><w:r>{bold}'
        f"<w:t>{number}</w:t></w:r></w:fldSimple>"
    )
    first, last = (_inlines((Run(text, bold=runs[0].bold),)) for text in (f"{label}\xa0", rest))
    return [*first, _raw("RawInline", field), *last, *_inlines(runs[1:])]


def _contents(blocks: Sequence[Block]) -> str:
    """Write the table of contents: a field that Word fills, with the titles already in it."""
    headings = [b for b in blocks if isinstance(b, Heading) and b.level <= 2]
    deepest = 2 if len(headings) <= _ONE_SHEET else 1
    headings = [heading for heading in headings if heading.level <= deepest]
    begin = (
        '<w:r><w:fldChar w:fldCharType="begin" w:dirty="true"/></w:r><w:r><w:instrText '
        f'xml:space="preserve"> TOC \\o "1-{deepest}" \\h \\z \\u </w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
    )
    end = '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    entries = "".join(
        f'<w:p><w:pPr><w:pStyle w:val="TOC{heading.level}"/></w:pPr>{begin if rank == 0 else ""}'
        f'<w:hyperlink w:anchor="{escape(heading.ident)}" w:history="1"><w:r>'
        f'<w:t xml:space="preserve">{escape(plain(heading.runs))}</w:t></w:r></w:hyperlink>'
        f"{end if heading is headings[-1] else ''}</w:p>"
        for rank, heading in enumerate(headings)
    )
    if not headings:
        return "<w:p/>"
    return (
        '<w:sdt><w:sdtPr><w:docPartObj><w:docPartGallery w:val="Table of Contents"/>'
        "<w:docPartUnique/></w:docPartObj></w:sdtPr><w:sdtContent><w:p><w:pPr><w:pStyle "
        'w:val="TOCHeading"/></w:pPr><w:r><w:t>Sommaire</w:t></w:r></w:p>'
        f"{entries}</w:sdtContent></w:sdt>"
    )


def _styled(style: str, nodes: list[Node]) -> Node:
    return _node("Div", [["", [], [["custom-style", style]]], nodes])


def _raw(kind: str, xml: str) -> Node:
    return _node(kind, ["openxml", xml])


def _attributes(ident: str = "") -> list[Any]:
    return [ident, [], []]


def _node(kind: str, content: Any = None) -> Node:
    return {"t": kind} if content is None else {"t": kind, "c": content}
