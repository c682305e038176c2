"""Fields of a firm's Word document: what runs is refused, what only reads so is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from diagterritoire.errors import DataError
from diagterritoire.outputs.word_model import check_parts, detached

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


@pytest.mark.parametrize("kind", ["oleObject", "aFChunk", "control", "package"])
def test_an_object_is_refused_wherever_it_lies(kind: str) -> None:
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    told = f'<Relationship Id="r1" Type="{office}/{kind}" Target="x.bin"/>'
    parts = _parts("") | {
        "word/_rels/header1.xml.rels": f"<Relationships>{told}</Relationships>".encode()
    }
    with pytest.raises(DataError, match="objet incorporé"):
        check_parts(parts, Path("modele.docx"))


@pytest.mark.parametrize("code", ["utf-8", "utf-16"])
@pytest.mark.parametrize("tag", ["mailMerge", "attachedTemplate"])
def test_a_call_under_another_prefix_or_encoding_is_refused(tag: str, code: str) -> None:
    text = f"<x:settings {W.replace('xmlns:w', 'xmlns:x')}><x:{tag}></x:{tag}></x:settings>"
    declared = f'<?xml version="1.0" encoding="{code}"?>{text}'.encode(code)
    with pytest.raises(DataError, match=tag):
        check_parts(detached(_parts("") | {"word/settings.xml": declared}), Path("modele.docx"))
    usual = f"<w:settings {W}><w:{tag}/></w:settings>".replace(
        "<w:mailMerge/>", "<w:mailMerge></w:mailMerge>"
    )
    check_parts(detached(_parts("") | {"word/settings.xml": usual.encode()}), Path("modele.docx"))
