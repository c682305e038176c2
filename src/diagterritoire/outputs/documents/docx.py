"""The report for Word, from the blocks of its page."""

from __future__ import annotations

import re
from pathlib import Path
from xml.sax.saxutils import escape

from diagterritoire.outputs.delivered import DATE
from diagterritoire.outputs.documents.package import pack, unpack
from diagterritoire.outputs.documents.pandoc import convert
from diagterritoire.outputs.documents.pictures import named_pictures
from diagterritoire.outputs.documents.reading import read_page
from diagterritoire.outputs.documents.reference import reference_document
from diagterritoire.outputs.documents.tree import Document, Heading, Table, plain
from diagterritoire.outputs.documents.word import pandoc_document
from diagterritoire.store import disk_errors

__all__ = ["word_document", "write_docx"]

_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_APPLICATION = (
    f'{_HEAD}<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/'
    'extended-properties"><Application>diagterritoire</Application></Properties>'
).encode()
_DOCUMENT = "word/document.xml"
_ROW = re.compile(r"<w:tr>(<w:trPr>)?")
_GRID_COLUMN = re.compile(r'<w:gridCol w:w="(\d+)" ?/>')
_GRID = re.compile(r"<w:tblGrid>.*?</w:tblGrid>", re.DOTALL)
_SHEET_WIDTH, _MARGINS = re.compile(r'<w:pgSz\b[^>]*\bw:w="(\d+)"'), ("left", "right")
_TABLE_TITLE = re.compile(r'<w:tblCaption w:val="[^"]*" ?/>')


def write_docx(page: Path, path: Path, author: str, model: tuple[str, bytes] | None = None) -> None:
    """Write rapport.docx from rapport.html.

    Parameters
    ----------
    page : Path
        The page, as `write_report` leaves it.
    path : Path
        File to write; its folder exists.
    author : str
        Who signs the report.
    model : tuple of str and bytes, optional
        A firm's own reference document: name of its file, content.

    Raises
    ------
    DataError
        Pandoc refuses the model.
    DiskError
        Pandoc is missing or fails; the page cannot be read or the file written.
    """
    with disk_errors(page):
        document = read_page(page.read_text(encoding="utf-8"))
    content = word_document(document, author, model, path.parent)
    with disk_errors(path):
        path.write_bytes(content)


def word_document(
    document: Document,
    author: str,
    model: tuple[str, bytes] | None = None,
    folder: Path | None = None,
) -> bytes:
    """Lay out a document for Word, working in a folder; the same one gives the same bytes."""
    name, reference = model or ("", reference_document(document.title, author))
    names, files = named_pictures(document)
    made = convert(pandoc_document(document, names), files, reference, name, folder)
    parts = unpack(made)
    parts[_DOCUMENT] = _finished(parts[_DOCUMENT].decode("utf-8"), document).encode("utf-8")
    parts["docProps/core.xml"] = _properties(document, author)
    parts["docProps/app.xml"] = _APPLICATION
    return pack(parts)


def _finished(xml: str, document: Document) -> str:
    """Keep each row on one page, and give each table its whole title and the width of the text."""
    xml = _ROW.sub(lambda m: "<w:tr><w:trPr><w:cantSplit/>" + ("" if m[1] else "</w:trPr>"), xml)
    width = _text_width(xml)
    xml = _GRID.sub(lambda m: _widened(m[0], width), xml)
    titles = iter([plain(b.caption) for b in document.body if isinstance(b, Table) and b.caption])
    xml = _on_new_pages(xml, document)
    return _TABLE_TITLE.sub(
        lambda m: f'<w:tblCaption w:val="{escape(next(titles, ""), _QUOTES)}"/>', xml
    )


def _text_width(xml: str) -> int:
    """Width of the text in twentieths of a point, by the sheet of the model; 0 if it says none."""
    widths = _SHEET_WIDTH.findall(xml)
    sides = [re.findall(rf'<w:pgMar\b[^>]*\bw:{side}="(\d+)"', xml) for side in _MARGINS]
    if not (widths and all(sides)):
        return 0
    return max(0, int(widths[-1]) - sum(int(side[-1]) for side in sides))


def _widened(grid: str, width: int) -> str:
    """Give the columns of a grid a total width: Word takes them as they are, pandoc as shares."""
    columns = [int(column) for column in _GRID_COLUMN.findall(grid)]
    if not (width and sum(columns)):
        return grid
    scale = width / sum(columns)
    cells = "".join(f'<w:gridCol w:w="{round(c * scale)}"/>' for c in columns)
    return f"<w:tblGrid>{cells}</w:tblGrid>"


def _on_new_pages(xml: str, document: Document) -> str:
    """Start a sheet at some headings; a break of its own could leave a blank one."""
    for block in document.body:
        if isinstance(block, Heading) and block.new_page:
            heading = re.compile(
                rf'(w:name="{re.escape(block.ident)}" ?/>\s*<w:p><w:pPr><w:pStyle [^>]*/>)'
            )
            xml = heading.sub(r"\1<w:pageBreakBefore/>", xml, count=1)
    return xml


_QUOTES = {'"': "&quot;"}


def _properties(document: Document, author: str) -> bytes:
    date = DATE.strftime("%Y-%m-%dT%H:%M:%SZ")
    schemas, dublin = "http://schemas.openxmlformats.org/package/2006", "http://purl.org/dc"
    return (
        f'{_HEAD}<cp:coreProperties xmlns:cp="{schemas}/metadata/core-properties" '
        f'xmlns:dc="{dublin}/elements/1.1/" xmlns:dcterms="{dublin}/terms/" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<dc:title>{escape(document.title)}</dc:title><dc:creator>{escape(author)}</dc:creator>"
        f"<dc:language>{escape(document.language)}</dc:language>"
        f'<dcterms:created xsi:type="dcterms:W3CDTF">{date}</dcterms:created>'
        f'<dcterms:modified xsi:type="dcterms:W3CDTF">{date}</dcterms:modified>'
        "</cp:coreProperties>"
    ).encode()
