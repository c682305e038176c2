"""Fields of a firm's Word document: what runs is refused, what only reads so is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from diagterritoire.errors import DataError
from diagterritoire.outputs.word_model import check_parts

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
BEGIN, SPLIT, END = (f'<w:fldChar w:fldCharType="{k}"/>' for k in ("begin", "separate", "end"))
TYPES = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">{}</Types>'
HEADER = "application/vnd.openxmlformats-officedocument.wordprocessingml.header+xml"


def _parts(body: str, types: str = "") -> dict[str, bytes]:
    return {
        "[Content_Types].xml": TYPES.format(types).encode(),
        "word/document.xml": f"<w:document {W}>{body}</w:document>".encode(),
        "word/styles.xml": f"<w:styles {W}/>".encode(),
    }


def _asked(text: str) -> str:
    return f"<w:instrText>{text}</w:instrText>"


@pytest.mark.parametrize(
    "body",
    [
        f"{BEGIN}{_asked(' INCLUDETEXT x ')}{SPLIT}{END}",
        f"{BEGIN}{_asked(' INCLU')}{_asked('DETEXT x')}{SPLIT}{END}",
        # A text of the document between the two hides nothing.
        f"{BEGIN}<w:t>Page</w:t>{_asked('DDEAUTO cmd')}{SPLIT}{END}",
        f"{BEGIN}{_asked('IF ')}{BEGIN}{_asked('LINK x')}{END}{SPLIT}{END}",
        f"{BEGIN}{_asked('DATABASE x')}",
        '<w:fldSimple w:instr=" INCLUDEPICTURE x "/>',
    ],
)
def test_a_field_that_opens_something_is_refused(body: str) -> None:
    with pytest.raises(DataError, match="il contient un champ"):
        check_parts(_parts(body), Path("modele.docx"))


def test_a_text_that_starts_as_such_a_field_is_read() -> None:
    road = f"<w:t>RD 906, page </w:t>{BEGIN}{_asked(' PAGE ')}{SPLIT}<w:t>1</w:t>{END}"
    check_parts(_parts(road), Path("modele.docx"))


@pytest.mark.parametrize(
    "types",
    [
        f'<Override PartName="/word/header1.dat" ContentType="{HEADER}"/>',
        f'<Default Extension="dat" ContentType="{HEADER}"/>',
    ],
)
def test_xml_under_another_name_is_refused(types: str) -> None:
    with pytest.raises(DataError, match="ne porte pas le nom"):
        check_parts(_parts("", types), Path("modele.docx"))
    plain = types.replace("dat", "xml")
    check_parts(_parts("", plain), Path("modele.docx"))
