"""XML read as a stream: no entity, no endless tag, and a fault located by its line."""

from __future__ import annotations

from pathlib import Path
from typing import IO
from xml.parsers import expat

from diagterritoire.errors import DataError
from diagterritoire.sources.formats.text import printable

_CHUNK_BYTES = 1 << 20
# The parser looks again at an unfinished tag with each chunk: without a bound, a tag that never
# ends takes a time that grows with the square of its length.
MAX_TAG_BYTES = 16 << 20


def new_parser() -> expat.XMLParserType:
    """Return a parser of the standard library that joins texts and splits names at a space."""
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    return parser


def feed(parser: expat.XMLParserType, stream: IO[bytes], path: Path, remede: str) -> None:
    """Give a whole stream to a parser, whose handlers gather what they want.

    Parameters
    ----------
    parser : XMLParserType
        From `new_parser`, its handlers set.
    stream : binary file
    path : Path
        File named by the errors.
    remede : str
        What the user can do about it.

    Raises
    ------
    DataError
        Cut or malformed, declares an entity, or holds a tag longer than `MAX_TAG_BYTES`.
    """

    def refuse_entity(*_: object) -> None:
        raise DataError(
            f"« {printable(path)} » déclare une entité XML : refusé par sûreté.", remede
        )

    parser.EntityDeclHandler = refuse_entity
    fed = 0
    try:
        while chunk := stream.read(_CHUNK_BYTES):
            parser.Parse(chunk, False)
            fed += len(chunk)
            if fed - parser.CurrentByteIndex > MAX_TAG_BYTES:
                raise DataError(
                    f"« {printable(path)} » est abîmé : une balise de plus de "
                    f"{MAX_TAG_BYTES >> 20} Mio, ligne {parser.CurrentLineNumber}.",
                    remede,
                )
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise DataError(
            f"« {printable(path)} » est coupé ou mal formé, ligne {error.lineno} "
            f"({expat.ErrorString(error.code)}).",
            remede,
        ) from error
    except (LookupError, ValueError) as error:
        raise DataError(
            f"« {printable(path)} » annonce un encodage inconnu ({printable(error, 60)}).", remede
        ) from error
