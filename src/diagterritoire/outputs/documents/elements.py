"""A page of ours as nested elements: what its HTML says, before anything is made of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

__all__ = ["Element", "parse"]

_EMPTY = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "wbr"}
# What no text may hold: XML refuses them, and nothing shows them.
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff\ud800-\udfff]")


@dataclass
class Element:
    """An element: name, attributes, elements and texts inside, in order."""

    name: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list[Element | str] = field(default_factory=list)

    @property
    def classes(self) -> tuple[str, ...]:
        """Names of its class attribute."""
        return tuple(self.attributes.get("class", "").split())

    @property
    def ident(self) -> str:
        """Its id attribute, or nothing."""
        return self.attributes.get("id", "")

    def elements(self, *names: str) -> Iterator[Element]:
        """Yield the children of those names (all the elements without names)."""
        for child in self.children:
            if isinstance(child, Element) and (not names or child.name in names):
                yield child

    def first(self, *names: str) -> Element | None:
        """Find the first element of those names inside, at any depth."""
        for child in self.elements():
            if child.name in names:
                return child
            if (found := child.first(*names)) is not None:
                return found
        return None

    def text(self) -> str:
        """Join all the text inside, its blanks made single."""
        parts = [c if isinstance(c, str) else c.text() for c in self.children]
        return re.sub(r"[ \t\r\n\f]+", " ", "".join(parts)).strip(" ")


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("")
        self.open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open an element."""
        element = Element(tag, {name: _CONTROLS.sub("\ufffd", v or "") for name, v in attrs})
        self.open[-1].children.append(element)
        if tag not in _EMPTY:
            self.open.append(element)

    def handle_endtag(self, tag: str) -> None:
        """Close the nearest element of that name, and those left open inside."""
        for depth in range(len(self.open) - 1, 0, -1):
            if self.open[depth].name == tag:
                del self.open[depth:]
                return

    def handle_data(self, data: str) -> None:
        """Keep a text."""
        self.open[-1].children.append(_CONTROLS.sub("\ufffd", data))


def parse(html: str) -> Element:
    """Read a page as nested elements.

    Examples
    --------
    >>> parse("<p>a <b>&lt;b&gt;</b></p>").text()
    'a <b>'
    """
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.root
