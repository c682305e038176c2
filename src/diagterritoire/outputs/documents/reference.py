"""The reference document of the report for Word: its styles, its sheet, its running head and foot.

A firm replaces it by its own; any delivered rapport.docx, its styles changed in Word, is one. The
head and the foot read the title and the author among the properties of the document, so that a
model made from one territory serves another.
"""

from __future__ import annotations

from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from diagterritoire.outputs.documents.package import pack

__all__ = ["BOX", "CELL", "SMALL_CELL", "reference_document"]

# Names by which the report asks for the styles that Word does not already have.
BOX, WAITING, NOTE, DEFINITION = "Encadré", "Encadré attente", "Note de tableau", "Définition"
CELL, SMALL_CELL, HEAD, SMALL_HEAD = "Cellule", "Cellule serrée", "Tête", "Tête serrée"
# Cells of a short table, each row kept with the next one on its page.
KEPT, SMALL_KEPT = "Cellule liée", "Cellule serrée liée"
FIRM, LABEL, VALUE, BESIDE = "Cabinet", "Surtitre", "Chiffre", "Repère"

_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_HEAD_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_INK, _SECOND, _RULE, _BLUE, _SAND, _BRICK = (
    "1D2733",
    "4F5B67",
    "D5DBE1",
    "1F4E79",
    "FBF6EA",
    "8F3F12",
)
# A4, margins of 18 mm on the sides, in twentieths of a point.
_SHEET = (
    '<w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1304" w:right="1021" w:bottom="1247" '
    'w:left="1021" w:header="624" w:footer="567" w:gutter="0"/><w:titlePg/>'
)
TEXT_WIDTH = 11906 - 2 * 1021


@dataclass(frozen=True)
class _Style:
    """A paragraph style; sizes in half points, spaces in twentieths of a point.

    `drawn` (borders, ground, tabs) comes before the spaces and `placed` (indents, alignment) after
    them: Word refuses any other order.
    """

    ident: str
    name: str
    base: str = "Normal"
    size: int = 0
    bold: bool = False
    colour: str = ""
    before: int | None = None
    after: int | None = None
    keep_next: bool = False
    level: int = 0
    drawn: str = ""
    placed: str = ""
    italic: bool = False

    def xml(self) -> str:
        spacing = "".join(
            f' w:{name}="{value}"'
            for name, value in (("before", self.before), ("after", self.after))
            if value is not None
        )
        paragraph = (
            ("<w:keepNext/><w:keepLines/>" if self.keep_next else "")
            + self.drawn
            + (f"<w:spacing{spacing}/>" if spacing else "")
            + self.placed
            + (f'<w:outlineLvl w:val="{self.level - 1}"/>' if self.level else "")
        )
        run = (
            ("<w:b/>" if self.bold else "")
            + ("<w:i/>" if self.italic else "")
            + (f'<w:color w:val="{self.colour}"/>' if self.colour else "")
            + (f'<w:sz w:val="{self.size}"/><w:szCs w:val="{self.size}"/>' if self.size else "")
        )
        return (
            f'<w:style w:type="paragraph" w:styleId="{self.ident}">'
            f"<w:name w:val={quoteattr(self.name)}/>"
            f'<w:basedOn w:val="{self.base}"/><w:qFormat/><w:pPr>{paragraph}</w:pPr>'
            f"<w:rPr>{run}</w:rPr></w:style>"
        )


def _side(colour: str, size: int = 18, style: str = "single") -> str:
    return (
        f'<w:pBdr><w:left w:val="{style}" w:sz="{size}" w:space="8" w:color="{colour}"/></w:pBdr>'
    )


def _fill(colour: str) -> str:
    return f'<w:shd w:val="clear" w:color="auto" w:fill="{colour}"/>'


_UNDER = f'<w:pBdr><w:bottom w:val="single" w:sz="8" w:space="3" w:color="{_BLUE}"/></w:pBdr>'
_CENTRED = '<w:jc w:val="center"/>'
_RIGHT_TAB = f'<w:tabs><w:tab w:val="right" w:pos="{TEXT_WIDTH}"/></w:tabs>'
_DOTS = f'<w:tabs><w:tab w:val="right" w:leader="dot" w:pos="{TEXT_WIDTH}"/></w:tabs>'
_INDENT = '<w:ind w:left="170"/>'
_STYLES = (
    _Style("BodyText", "Body Text"),
    _Style("FirstParagraph", "First Paragraph", "BodyText"),
    _Style("Compact", "Compact", "BodyText", after=50),
    _Style("Title", "Title", size=56, bold=True, colour=_BLUE, before=0, after=80),
    _Style("Subtitle", "Subtitle", size=26, colour=_SECOND, after=320),
    _Style("Surtitre", LABEL, size=22, bold=True, colour=_BLUE, after=40),
    _Style("Cabinet", FIRM, size=24, bold=True, after=200),
    _Style("Heading1", "heading 1", size=34, bold=True, colour=_BLUE, before=480, after=200,
           keep_next=True, level=1, drawn=_UNDER),
    _Style("Heading2", "heading 2", size=25, bold=True, before=280, after=100,
           keep_next=True, level=2),
    _Style("Heading3", "heading 3", size=22, bold=True, before=200, after=80,
           keep_next=True, level=3),
    _Style("TOCHeading", "TOC Heading", size=30, bold=True, colour=_BLUE, before=360, after=120),
    _Style("TOC1", "toc 1", size=19, bold=True, before=20, after=0, drawn=_DOTS),
    _Style("TOC2", "toc 2", size=18, before=0, after=0, drawn=_DOTS,
           placed='<w:ind w:left="284"/>'),
    _Style("Caption", "caption", size=19, before=60, after=200),
    _Style("TableCaption", "Table Caption", "Caption", bold=True, before=240, after=80,
           keep_next=True),
    _Style("ImageCaption", "Image Caption", "Caption"),
    _Style("Figure", "Figure", before=160, after=60, keep_next=True, placed=_CENTRED),
    _Style("CaptionedFigure", "Captioned Figure", "Figure"),
    _Style("NoteTableau", NOTE, size=17, colour=_SECOND, before=60, after=240),
    _Style("Definition", DEFINITION, drawn=_side(_RULE, 12), placed=_INDENT),
    _Style("Encadre", BOX, before=120, after=120,
           drawn=_side(_BRICK, 24) + _fill(_SAND), placed=_INDENT),
    _Style("EncadreAttente", WAITING, before=120, after=120,
           drawn=_side("7B8691", 24, "dotted") + _fill("F4F6F8"), placed=_INDENT),
    _Style("Cellule", CELL, size=18, before=30, after=30),
    _Style("CelluleSerree", SMALL_CELL, "Cellule", size=15, before=20, after=20),
    _Style("CelluleLiee", KEPT, "Cellule", keep_next=True),
    _Style("CelluleSerreeLiee", SMALL_KEPT, "CelluleSerree", keep_next=True),
    _Style("Tete", HEAD, "Cellule", bold=True, keep_next=True),
    _Style("TeteSerree", SMALL_HEAD, "CelluleSerree", bold=True, keep_next=True),
    _Style("Chiffre", VALUE, size=34, bold=True, colour=_BLUE, before=60, after=0, keep_next=True),
    _Style("Repere", BESIDE, size=17, colour=_SECOND, before=0, after=60),
    _Style("Header", "header", size=17, colour=_SECOND, drawn=_RIGHT_TAB),
    _Style("Footer", "footer", size=17, colour=_SECOND, drawn=_RIGHT_TAB),
)  # fmt: skip
_TABLE = (
    '<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/>'
    '<w:tblPr><w:tblInd w:w="0" w:type="dxa"/></w:tblPr></w:style>'
    '<w:style w:type="table" w:styleId="Table"><w:name w:val="Table"/>'
    '<w:basedOn w:val="TableNormal"/><w:tblPr><w:tblBorders>'
    f'<w:top w:val="single" w:sz="6" w:color="{_INK}"/>'
    f'<w:bottom w:val="single" w:sz="6" w:color="{_INK}"/>'
    f'<w:insideH w:val="single" w:sz="4" w:color="{_RULE}"/></w:tblBorders>'
    '<w:tblCellMar><w:left w:w="80" w:type="dxa"/><w:right w:w="80" w:type="dxa"/></w:tblCellMar>'
    '</w:tblPr><w:tblStylePr w:type="firstRow"><w:tcPr><w:tcBorders>'
    f'<w:bottom w:val="single" w:sz="6" w:color="{_INK}"/></w:tcBorders>'
    '<w:vAlign w:val="bottom"/></w:tcPr></w:tblStylePr></w:style>'
)


def reference_document(title: str, author: str) -> bytes:
    """Make the reference document.

    Parameters
    ----------
    title, author : str
        What the running head and foot show until Word reads them in the properties.

    Returns
    -------
    bytes
        An empty .docx: styles, A4 sheet, head and foot.
    """
    return pack(
        {
            "[Content_Types].xml": _content_types(),
            "_rels/.rels": _relations({"rId1": ("officeDocument", "word/document.xml")}),
            "word/_rels/document.xml.rels": _relations(
                {
                    "rId1": ("styles", "styles.xml"),
                    "rId2": ("header", "header1.xml"),
                    "rId3": ("footer", "footer1.xml"),
                    "rId4": ("settings", "settings.xml"),
                }
            ),
            "word/document.xml": _document(),
            "word/styles.xml": _styles(),
            "word/settings.xml": _settings(),
            "word/header1.xml": _running("hdr", "Header", _bound("title", title)),
            "word/footer1.xml": _running("ftr", "Footer", _bound("creator", author) + _page_of()),
        }
    )


def _content_types() -> bytes:
    base = "application/vnd.openxmlformats-officedocument.wordprocessingml"
    parts = {
        "document": "document.main", "styles": "styles", "settings": "settings",
        "header1": "header", "footer1": "footer",
    }  # fmt: skip
    overrides = "".join(
        f'<Override PartName="/word/{name}.xml" ContentType="{base}.{kind}+xml"/>'
        for name, kind in parts.items()
    )
    return _xml(
        f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{overrides}</Types>'
    )


def _relations(targets: dict[str, tuple[str, str]]) -> bytes:
    each = "".join(
        f'<Relationship Id="{ident}" Type="{_R}/{kind}" Target="{target}"/>'
        for ident, (kind, target) in targets.items()
    )
    return _xml(f'<Relationships xmlns="{_PACKAGE}/relationships">{each}</Relationships>')


def _document() -> bytes:
    return _xml(
        f'<w:document {_W} xmlns:r="{_R}"><w:body><w:p/><w:sectPr>'
        '<w:headerReference w:type="default" r:id="rId2"/>'
        f'<w:footerReference w:type="default" r:id="rId3"/>{_SHEET}</w:sectPr></w:body>'
        "</w:document>"
    )


def _styles() -> bytes:
    fonts = "".join(f' w:{kind}="Calibri"' for kind in ("ascii", "hAnsi", "cs", "eastAsia"))
    return _xml(
        f"<w:styles {_W}><w:docDefaults><w:rPrDefault><w:rPr><w:rFonts{fonts}/>"
        f'<w:color w:val="{_INK}"/><w:sz w:val="21"/><w:szCs w:val="21"/>'
        '<w:lang w:val="fr-FR" w:eastAsia="fr-FR" w:bidi="ar-SA"/></w:rPr></w:rPrDefault>'
        '<w:pPrDefault><w:pPr><w:spacing w:after="120" w:line="264" w:lineRule="auto"/></w:pPr>'
        '</w:pPrDefault></w:docDefaults><w:style w:type="paragraph" w:default="1" '
        'w:styleId="Normal"><w:name w:val="Normal"/><w:qFormat/></w:style>'
        '<w:style w:type="character" w:default="1" w:styleId="DefaultParagraphFont">'
        '<w:name w:val="Default Paragraph Font"/></w:style>'
        '<w:style w:type="character" w:styleId="Hyperlink"><w:name w:val="Hyperlink"/>'
        f'<w:rPr><w:color w:val="{_BLUE}"/></w:rPr></w:style>'
        '<w:style w:type="character" w:styleId="Source"><w:name w:val="Source"/>'
        f'<w:rPr><w:color w:val="{_SECOND}"/></w:rPr></w:style>'
        f"{''.join(style.xml() for style in _STYLES)}{_TABLE}</w:styles>"
    )


def _settings() -> bytes:
    return _xml(
        f'<w:settings {_W}><w:zoom w:percent="100"/><w:defaultTabStop w:val="708"/>'
        '<w:autoHyphenation w:val="true"/><w:doNotHyphenateCaps/><w:compat><w:compatSetting '
        'w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" '
        'w:val="15"/></w:compat><w:themeFontLang w:val="fr-FR"/>'
        '<w:decimalSymbol w:val=","/><w:listSeparator w:val=";"/></w:settings>'
    )


def _running(root: str, style: str, content: str) -> bytes:
    return _xml(
        f'<w:{root} {_W}><w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr>{content}</w:p></w:{root}>'
    )


def _bound(name: str, shown: str) -> str:
    """Write a property of the document, which Word reads again each time it opens it."""
    core = f"{_PACKAGE}/metadata/core-properties"
    return (
        "<w:sdt><w:sdtPr><w:dataBinding w:prefixMappings=\"xmlns:d='http://purl.org/dc/elements"
        f"/1.1/' xmlns:c='{core}'\" w:xpath=\"/c:coreProperties[1]/d:{name}[1]\" "
        'w:storeItemID="{6C3C8BC8-F283-45AE-878A-BAB7291924A1}"/><w:text/></w:sdtPr>'
        f"<w:sdtContent><w:r><w:t>{escape(shown)}</w:t></w:r></w:sdtContent></w:sdt>"
    )


def _page_of() -> str:
    def number(code: str) -> str:
        return f'<w:fldSimple w:instr=" {code} "><w:r><w:t>1</w:t></w:r></w:fldSimple>'

    return (
        f"<w:r><w:tab/></w:r>{number('PAGE')}"
        f'<w:r><w:t xml:space="preserve"> / </w:t></w:r>{number("NUMPAGES")}'
    )


def _xml(content: str) -> bytes:
    return (_HEAD_XML + content).encode("utf-8")
