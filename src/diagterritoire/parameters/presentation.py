"""What a firm puts of its own on the report: no figure depends on it."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from pathlib import Path, PurePath, PureWindowsPath

from diagterritoire.parameters.declaration import number

FICHIER, TEXTE = "fichier", "texte"
_SOURCE = "choix de qui signe le rapport"


@dataclass(frozen=True)
class RapportParameters:
    """Name, logo and Word model of the firm; empty, the report bears none.

    Examples
    --------
    >>> RapportParameters().cabinet
    ''
    """

    cabinet: str = number(
        "",
        unit=TEXTE,
        meaning="nom de l'organisme qui signe le rapport, sur la couverture et au pied des pages",
        source=_SOURCE,
    )
    logo: str = number(
        "",
        unit=FICHIER,
        meaning="logo de la couverture (PNG, JPEG ou SVG aux textes vectorisés) ; chemin à partir "
        "du dossier du fichier de paramètres",
        source=_SOURCE,
    )
    modele_docx: str = number(
        "",
        unit=FICHIER,
        meaning="document Word dont rapport.docx prend les styles, la mise en page, l'en-tête et "
        "le pied ; un rapport.docx livré puis remanié dans Word convient",
        source=_SOURCE,
    )


def placed(chosen: RapportParameters, folder: Path) -> RapportParameters:
    r"""Read the paths of files from the folder of the file that names them.

    Examples
    --------
    >>> placed(RapportParameters(logo="logo.png"), Path("etude")).logo.replace("\\", "/")
    'etude/logo.png'
    """
    paths = {
        item.name: str(folder / value)
        for item in fields(chosen)
        if item.metadata["unit"] == FICHIER and (value := getattr(chosen, item.name))
    }
    return replace(chosen, **paths)


def file_name(path: str) -> str:
    r"""Name of a file alone: a delivery says nothing of the folders of a machine.

    Examples
    --------
    >>> file_name("/home/moi/logo.png"), file_name("C:\\etude\\logo.png")
    ('logo.png', 'logo.png')
    """
    return PureWindowsPath(PurePath(path).name).name
