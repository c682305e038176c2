"""From the HTML of a page to its blocks: any chapter, whatever it holds.

What a browser shows beside the text (skip link, contents, foot) is left out: each format has its
own. An element that is not known is read for what it contains, so that no text is lost.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from diagterritoire.outputs.documents.elements import Element, parse
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

__all__ = ["read_page"]

_LEFT_OUT = {"head", "style", "script", "template", "nav", "footer", "noscript"}
_INLINE = {
    "a", "abbr", "b", "bdi", "bdo", "br", "cite", "code", "data", "del", "dfn", "em", "i", "ins",
    "kbd", "label", "mark", "q", "s", "samp", "small", "span", "strong", "sub", "sup", "time", "u",
    "var", "wbr",
}  # fmt: skip
_BOLD, _ITALIC = {"strong", "b", "dfn"}, {"em", "i", "cite", "var"}
_BOLD_CLASSES, _MUTED_CLASSES = {"numero", "titre"}, {"source"}
_HEADINGS = {"h2": 1, "h3": 2, "h4": 3, "h5": 3, "h6": 3}
# Where the style sheet of the page starts a new sheet of paper.
_NEW_PAGES = {"chapitre-0", "chapitre-1", "annexe-a"}
_DATA = re.compile(r"data:image/(png|jpeg|svg\+xml);base64,(.*)", re.DOTALL)
_BLANKS = re.compile(r"[ \t\r\n\f]+")


def read_page(html: str) -> Document:
    """Read a page as a document.

    Parameters
    ----------
    html : str
        The whole page, pictures inside as data addresses.

    Returns
    -------
    Document
        Cover (the page's `header`) and body; headings never skip a level.

    Examples
    --------
    >>> page = read_page("<html lang=fr><title>T</title><body><h2>Un</h2><p>a &lt;b&gt;</p>")
    >>> page.title, [type(block).__name__ for block in page.body]
    ('T', ['Heading', 'Paragraph'])
    """
    root = parse(html)
    page, title = root.first("html"), root.first("title")
    body = root.first("body") or root
    header = body.first("header")
    return Document(
        title="" if title is None else title.text(),
        language=(page.attributes.get("lang") if page is not None else None) or "fr",
        cover=() if header is None else tuple(_blocks(header.children)),
        body=tuple(_levelled(_blocks([c for c in body.children if c is not header]))),
    )


def _levelled(blocks: Iterator[Block]) -> Iterator[Block]:
    """Bring up a heading that skips a level: readers by ear find their way by levels."""
    last = 0
    for block in blocks:
        if isinstance(block, Heading):
            last = min(block.level, last + 1)
            yield replace(block, level=last)
        else:
            yield block


def _blocks(children: Sequence[Element | str], section: str = "") -> Iterator[Block]:
    """Yield the blocks among some children; stray text between blocks is a paragraph."""
    stray: list[Element | str] = []
    for child in children:
        if isinstance(child, str) or child.name in _INLINE:
            stray.append(child)
            continue
        yield from _paragraph(stray)
        stray = []
        yield from _block(child, section)
    yield from _paragraph(stray)


def _paragraph(children: Sequence[Element | str], kind: str = "") -> Iterator[Paragraph]:
    visible = [c for c in children if isinstance(c, str) or "evitement" not in c.classes]
    if runs := _runs(visible):
        yield Paragraph(runs, kind)


def _block(element: Element, section: str) -> Iterator[Block]:
    name, classes = element.name, element.classes
    if name in _LEFT_OUT:
        return
    if name in _HEADINGS or name == "h1":
        yield _heading(element, section)
    elif name == "p":
        yield from (_picture(image) for image in element.elements("img"))
        yield from _paragraph(
            [c for c in element.children if isinstance(c, str) or c.name != "img"],
            classes[0] if classes else "",
        )
    elif name in {"ul", "ol"}:
        items = tuple(tuple(_blocks(item.children)) for item in element.elements("li"))
        yield ItemList(tuple(item for item in items if item), ordered=name == "ol")
    elif name == "dl":
        yield Terms(tuple(_terms(element)), classes[0] if classes else "")
    elif name in {"figure", "img"}:
        yield from _figure(element)
    elif name == "table":
        yield _table(element)
    elif name in {"aside", "blockquote"} or {"encadre", "bandeau"} & set(classes):
        yield Box(tuple(_blocks(element.children)), classes[-1] if classes else "")
    else:
        yield from _blocks(element.children, element.ident or section)


def _heading(element: Element, section: str) -> Block:
    runs = _runs(element.children)
    if element.name == "h1":
        return Paragraph(runs, "titre")
    level = _HEADINGS[element.name]
    ident = (section if level == 1 else "") or element.ident
    return Heading(level, runs, ident, level == 1 and ident in _NEW_PAGES)


def _terms(element: Element) -> Iterator[tuple[Runs, tuple[Runs, ...]]]:
    term: Runs = ()
    said: list[Runs] = []
    for child in _flattened(element):
        if child.name == "dt":
            if term or said:
                yield term, tuple(said)
            term, said = _runs(child.children), []
        else:
            said.append(_runs(child.children))
    if term or said:
        yield term, tuple(said)


def _flattened(element: Element) -> Iterator[Element]:
    for child in element.elements():
        if child.name in {"dt", "dd"}:
            yield child
        else:
            yield from _flattened(child)


def _figure(element: Element) -> Iterator[Block]:
    """Yield a picture with its caption; what else a figure holds follows its own rule."""
    image = element if element.name == "img" else element.first("img")
    legend = element.first("figcaption")
    caption = () if legend is None else _runs(legend.children)
    if image is not None:
        picture = _picture(image)
        yield replace(
            picture,
            caption=caption,
            ident=element.ident,
            alt=picture.alt or plain(caption) or "Image sans description",
        )
        return
    yield from _blocks([c for c in element.children if c is not legend])
    if caption:
        yield Paragraph(caption, "note")


def _picture(image: Element) -> Picture:
    found = _DATA.fullmatch(image.attributes.get("src", "").strip())
    try:
        data = base64.b64decode(found[2], validate=True) if found else b""
    except binascii.Error:
        data = b""
    return Picture(
        data=data,
        extension={"png": "png", "jpeg": "jpg"}.get(found[1], "svg") if found else "png",
        width=_whole(image, "width"),
        height=_whole(image, "height"),
        alt=_BLANKS.sub(" ", image.attributes.get("alt", "")).strip(),
        kind=image.classes[0] if image.classes else "",
    )


def _whole(element: Element, name: str, default: int = 0) -> int:
    value = element.attributes.get(name, "")
    return int(value) if value.isascii() and value.isdigit() else default


def _table(element: Element) -> Table:
    head: list[Row] = []
    body: list[Row] = []
    for row, in_head in _rows(element):
        cells = tuple(_cell(cell) for cell in row.elements("th", "td"))
        if cells:
            (head if in_head else body).append(cells)
    caption = element.first("caption")
    return Table(
        head=tuple(head),
        body=tuple(body),
        caption=() if caption is None else _runs(caption.children),
        ident=element.ident,
        kinds=element.classes,
    )


def _rows(element: Element) -> Iterator[tuple[Element, bool]]:
    for child in element.elements("thead", "tbody", "tfoot", "tr"):
        if child.name == "tr":
            yield child, False
        else:
            yield from ((row, child.name == "thead") for row in child.elements("tr"))


def _cell(element: Element) -> Cell:
    return Cell(
        runs=_runs(element.children),
        header=element.name == "th",
        right="nombre" in element.classes,
        columns=max(1, _whole(element, "colspan", 1)),
        rows=max(1, _whole(element, "rowspan", 1)),
    )


@dataclass(frozen=True)
class _Style:
    """What the elements around a text make of it."""

    bold: bool = False
    italic: bool = False
    muted: bool = False
    raised: int = 0
    link: str = ""

    def within(self, element: Element) -> _Style:
        names = set(element.classes)
        address = element.attributes.get("href", "") if element.name == "a" else ""
        return _Style(
            bold=self.bold or element.name in _BOLD or bool(names & _BOLD_CLASSES),
            italic=self.italic or element.name in _ITALIC,
            muted=self.muted or bool(names & _MUTED_CLASSES),
            raised={"sup": 1, "sub": -1}.get(element.name, self.raised),
            link=address if address.startswith(("https://", "http://")) else self.link,
        )


def _runs(children: Sequence[Element | str]) -> Runs:
    """Turn inline content into runs, blanks made single as a browser does."""
    tidy: list[Run] = []
    for run in _styled(children, _Style()):
        text = run.text if run.text == "\n" else _BLANKS.sub(" ", run.text)
        if text.startswith(" ") and (not tidy or tidy[-1].text.endswith((" ", "\n"))):
            text = text[1:]
        if not text:
            continue
        if tidy and replace(tidy[-1], text=text) == replace(run, text=text):
            tidy[-1] = replace(run, text=tidy[-1].text + text)
        else:
            tidy.append(replace(run, text=text))
    while tidy and not tidy[-1].text.rstrip(" \n"):
        tidy.pop()
    if tidy:
        tidy[-1] = replace(tidy[-1], text=tidy[-1].text.rstrip(" \n"))
    return tuple(tidy)


def _styled(children: Sequence[Element | str], style: _Style) -> Iterator[Run]:
    for child in children:
        if isinstance(child, str):
            yield Run(child, style.bold, style.italic, style.muted, style.raised, style.link)
        elif child.name == "br":
            yield Run("\n")
        elif child.name not in _LEFT_OUT:
            within = style.within(child)
            yield from _styled(child.children, within)
            if child.name in {"p", "li", "div"}:
                yield Run("\n")
