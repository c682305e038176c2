"""What a firm puts of its own on the report: its name, its logo, its model of a Word document.

The files are read and checked when the run starts, not when the report is written.
"""

from __future__ import annotations

import base64
import hashlib
import io
import warnings
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import PIL.Image

from diagterritoire.errors import DataError, UsageError
from diagterritoire.given import read_given
from diagterritoire.outputs.documents.package import pack, unpack
from diagterritoire.outputs.documents.typesetting import typeset_picture
from diagterritoire.outputs.word_model import REMEDE, check_parts, detached
from diagterritoire.parameters import RapportParameters
from diagterritoire.sources.formats.text import printable
from diagterritoire.sources.formats.xml_stream import feed, new_parser

__all__ = ["PLAIN", "Logo", "Model", "Presentation", "open_presentation"]

TOOL = "diagterritoire"
_MOST_BYTES = 10 << 20
_MOST_PIXELS = 40_000_000
# Shown within this size, in CSS pixels, from a picture three times as fine.
_WIDTH, _HEIGHT, _FINER = 280, 76, 3
_LOGO = "Donnez à rapport.logo un PNG, un JPEG ou un SVG ordinaire, de 10 Mio au plus."
_MOST_UNPACKED = 64 << 20


class Model(NamedTuple):
    """A firm's own Word document: name of its file, content."""

    nom: str
    contenu: bytes


@dataclass(frozen=True)
class Logo:
    """A logo inside the page: data URI, size in CSS pixels."""

    uri: str
    largeur: int
    hauteur: int


@dataclass(frozen=True)
class Presentation:
    """What the report bears of the firm that signs it; nothing by default."""

    cabinet: str = ""
    logo: Logo | None = None
    modele: Model | None = None
    empreintes: tuple[tuple[str, str], ...] = ()

    @property
    def auteur(self) -> str:
        """Who signs the report: the firm, else the tool."""
        return self.cabinet or TOOL

    @property
    def alternative(self) -> str:
        """What the logo is called by those who do not see it."""
        return f"Logo de {self.cabinet}" if self.cabinet else "Logo"


PLAIN = Presentation()


def open_presentation(chosen: RapportParameters) -> Presentation:
    """Read and check the files of a firm.

    Parameters
    ----------
    chosen : RapportParameters
        Paths as they can be opened; empty where the firm gives nothing.

    Returns
    -------
    Presentation
        The logo as a PNG of a few tens of kilobytes, whatever its file: nothing else that the file
        holds (place, device, path) enters a delivery.

    Raises
    ------
    DataError
        A file is missing, too large, or is not what it should be.
    DiskError
        The logo is an SVG and Typst, which draws it, is missing.

    Examples
    --------
    >>> open_presentation(RapportParameters(cabinet="Agence")).auteur
    'Agence'
    """
    prints = []
    logo = model = None
    if chosen.logo:
        content = _read(Path(chosen.logo), "Le logo", _LOGO)
        logo = _logo(content, Path(chosen.logo))
        prints.append(("logo", hashlib.sha256(content).hexdigest()))
    if chosen.modele_docx:
        path = Path(chosen.modele_docx)
        content = _read(path, "Le modèle Word", REMEDE)
        model = _model(content, path)
        prints.append(("modele_docx", hashlib.sha256(content).hexdigest()))
    return Presentation(chosen.cabinet, logo, model, tuple(prints))


def _read(path: Path, what: str, remede: str) -> bytes:
    try:
        content = read_given(path, _MOST_BYTES)
    except UsageError as error:
        raise DataError(f"{what} : {error.message}", remede) from error
    except OSError as error:
        raise DataError(
            f"{what} « {printable(path)} » ne peut pas être lu : {error.strerror or error}.",
            "Vérifiez le chemin, donné à partir du dossier du fichier de paramètres.",
        ) from error
    if not content:
        raise DataError(f"{what} « {printable(path)} » est vide.", remede)
    return content


def _logo(content: bytes, path: Path) -> Logo:
    """Draw a logo again as a PNG of the size it is shown at."""
    if not content.startswith((b"\x89PNG", b"\xff\xd8")):
        content = _drawn(content, path)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", PIL.Image.DecompressionBombWarning)
            opened = PIL.Image.open(io.BytesIO(content), formats=("PNG", "JPEG"))
            if opened.width * opened.height > _MOST_PIXELS:
                raise ValueError("plus de 40 millions de points")
            picture = opened.convert("RGBA")
    except (OSError, SyntaxError, ValueError, Warning, PIL.Image.DecompressionBombError) as error:
        raise DataError(
            f"Le logo « {printable(path)} » ne peut pas être dessiné : {error}.", _LOGO
        ) from error
    shown = min(_WIDTH / picture.width, _HEIGHT / picture.height)
    width, height = (max(1, round(side * shown)) for side in picture.size)
    picture.thumbnail((width * _FINER, height * _FINER))
    packed = io.BytesIO()
    picture.save(packed, format="png")
    uri = "data:image/png;base64," + base64.b64encode(packed.getvalue()).decode("ascii")
    return Logo(uri, width, height)


def _drawn(content: bytes, path: Path) -> bytes:
    """Draw an SVG: Word does not read one everywhere."""
    names: list[str] = []
    parser = new_parser()
    parser.StartElementHandler = lambda name, _: names.append(name) if not names else None
    feed(parser, io.BytesIO(content), path, _LOGO)
    if names != ["http://www.w3.org/2000/svg svg"]:
        raise DataError(f"Le logo « {printable(path)} » n'est ni PNG, ni JPEG, ni SVG.", _LOGO)
    try:
        text = content.decode("utf-8-sig")
        return typeset_picture(text, _HEIGHT * _FINER)
    except ValueError as error:
        raise DataError(
            f"Le logo « {printable(path)} » ne peut pas être dessiné : {error}.", _LOGO
        ) from error


def _model(content: bytes, path: Path) -> Model:
    """Check that a document is one of Word, which neither runs nor calls anything."""
    try:
        parts = detached(unpack(content, _MOST_UNPACKED))
    except (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, EOFError) as error:
        raise DataError(
            f"Le modèle Word « {printable(path)} » ne s'ouvre pas : {error}.", REMEDE
        ) from error
    check_parts(parts, path)
    return Model(printable(path.name), pack(parts))
