"""A firm's own Word document, looked at before it lends its styles to a report.

The document delivered takes its headers, its footers and its settings: what they call from outside,
or run, would be called and run at each of its readers.
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from pathlib import Path

from diagterritoire.errors import DataError
from diagterritoire.sources.formats.text import printable
from diagterritoire.sources.formats.xml_stream import feed, new_parser

__all__ = ["REMEDE", "check_parts", "detached"]

REMEDE = "Donnez à rapport.modele_docx un document enregistré par Word au format .docx."
_NEEDED = {"[Content_Types].xml", "word/document.xml", "word/styles.xml"}
_XML = (".xml", ".rels")
_MACRO = re.compile(r"macroEnabled|vbaProject|vbaData", re.IGNORECASE)
_OBJECT = re.compile(r"(?:^|/)(?:embeddings|activeX|ActiveX|customUI)/")
# Fields that open a file, an address or a program, or run a macro.
_FIELD = re.compile(
    r"\b(DDE|DDEAUTO|INCLUDETEXT|INCLUDEPICTURE|INCLUDE|IMPORT|LINK|DATABASE|MACROBUTTON|RD)\b",
    re.IGNORECASE,
)
_ASKED = {"instrText", "delInstrText"}
# Parts that are a document or a program of another kind, wherever they lie.
_HELD = re.compile(r"/(oleObject|package|control|aFChunk|subDocument|vbaProject)$")
# What `detached` would have left out, had its name been the usual one.
_CALLING = {"attachedTemplate", "mailMerge"}
# A document of Word nests some thirty tags; the program that reads it calls itself for each.
MAX_DEPTH = 200
_SETTINGS, _SETTINGS_RELATIONS = "word/settings.xml", "word/_rels/settings.xml.rels"
_ATTACHED = re.compile(rb"<w:attachedTemplate\b[^>]*/>|<w:mailMerge\b.*?</w:mailMerge>", re.DOTALL)


def detached(parts: Mapping[str, bytes]) -> dict[str, bytes]:
    """Leave out the template that Word attaches to a document: a path or an address of its author.

    Examples
    --------
    >>> detached({"word/settings.xml": b'<a><w:attachedTemplate r:id="rId1"/></a>'})
    {'word/settings.xml': b'<a></a>'}
    """
    kept = {name: content for name, content in parts.items() if name != _SETTINGS_RELATIONS}
    if _SETTINGS in kept:
        kept[_SETTINGS] = _ATTACHED.sub(b"", kept[_SETTINGS])
    return kept


def check_parts(parts: Mapping[str, bytes], path: Path) -> None:
    """Refuse a document that is not one of Word, or that holds more than text and styles.

    Parameters
    ----------
    parts : mapping of str to bytes
        From `detached`.
    path : Path
        For messages.

    Raises
    ------
    DataError
        A part is missing, malformed or endlessly nested; a macro, an object, a field that runs
        something, a call to the outside other than a link to click.
    """
    missing = sorted(_NEEDED - set(parts))
    if missing:
        raise _refused(path, f"il manque {missing[0]}")
    for name, content in parts.items():
        if _MACRO.search(name):
            raise _refused(path, "il contient des macros")
        if _OBJECT.search(name):
            raise _refused(path, f"il contient un objet incorporé ({printable(name, 60)})")
        if name.lower().endswith(_XML):
            _check_part(name, content, path)


def _check_part(name: str, content: bytes, path: Path) -> None:
    depth = 0
    said: list[str] = []
    asking = False

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal depth, asking
        depth += 1
        if depth > MAX_DEPTH:
            raise _refused(path, f"plus de {MAX_DEPTH} balises imbriquées dans {printable(name)}")
        plain = tag.rpartition(" ")[2]
        values = {key.rpartition(" ")[2]: value for key, value in attributes.items()}
        if plain == "Relationship":
            _check_call(values, path)
        elif plain in _CALLING:
            raise _refused(path, f"sa balise {plain} appelle un fichier extérieur")
        elif plain in ("Default", "Override") and _hidden(values):
            raise _refused(path, "une de ses parties ne porte pas le nom de ce qu'elle contient")
        elif plain in ("Default", "Override") and _MACRO.search(values.get("ContentType", "")):
            raise _refused(path, "il contient des macros")
        elif plain == "fldSimple":
            _check_field(values.get("instr", ""), path)
        elif plain == "fldChar":
            _check_field("".join(said), path)
            said.clear()
        asking = plain in _ASKED

    def end(_: str) -> None:
        nonlocal depth, asking
        depth -= 1
        asking = False

    def text(characters: str) -> None:
        # The instruction of a field may be cut into several runs, with texts that are not its own.
        if asking:
            said.append(characters)

    parser = new_parser()
    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler = text
    feed(parser, io.BytesIO(content), path, REMEDE)
    _check_field("".join(said), path)


def _hidden(values: Mapping[str, str]) -> bool:
    """Say whether a part is XML under a name that is not looked into."""
    named = f".{values.get('Extension', '')}" if "Extension" in values else values.get("PartName")
    is_xml = values.get("ContentType", "").casefold().endswith(("+xml", "/xml"))
    return is_xml and not (named or "").lower().endswith(_XML)


def _check_field(instruction: str, path: Path) -> None:
    if found := _FIELD.match(instruction.strip()):
        raise _refused(path, f"il contient un champ {found[1].upper()}, qui ouvre autre chose")


def _check_call(values: Mapping[str, str], path: Path) -> None:
    if held := _HELD.search(values.get("Type", "")):
        raise _refused(path, f"il contient un objet incorporé ({held[1]})")
    outside = values.get("TargetMode", "").casefold() == "external"
    if outside and not values.get("Type", "").endswith("/hyperlink"):
        what = values.get("Type", "").rpartition("/")[2]
        target = printable(values.get("Target", ""), 60)
        raise _refused(path, f"il appelle un fichier extérieur ({printable(what, 30)} : {target})")


def _refused(path: Path, reason: str) -> DataError:
    return DataError(f"Le modèle Word « {printable(path)} » est refusé : {reason}.", REMEDE)
